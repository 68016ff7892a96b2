//! Which parts of a request the code of a function can change at all. What is not certainly untouched may be changed.

use tree_sitter::{Node, Tree};

use crate::syntax::{nodes, text};

/// What the code can do to a request, whatever the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touches {
    /// It may change the path.
    pub uri: bool,
    pub query: bool,
    pub headers: bool,
    pub cookies: bool,
    /// It may return a response of its own.
    pub response: bool,
    /// It may choose another origin, or another `Host` for it.
    pub origin: bool,
}

/// Functions that change what they are given.
const CHANGERS: [&str; 8] = [
    "__defineGetter__",
    "__defineSetter__",
    "assign",
    "defineProperty",
    "defineProperties",
    "Reflect",
    "setPrototypeOf",
    "__proto__",
];
/// What gives a name a value, apart from declarations and assignments.
const BINDERS: [&str; 6] = [
    "formal_parameters",
    "arrow_function",
    "rest_pattern",
    "assignment_pattern",
    "catch_clause",
    "for_in_statement",
];
/// Objects through which every function can be reached by name.
const ROOTS: [&str; 3] = ["Object", "globalThis", "this"];
const PARTS: [&str; 3] = ["headers", "cookies", "querystring"];

impl Touches {
    /// What code that is not known may do.
    pub const fn everything() -> Self {
        Self { uri: true, query: true, headers: true, cookies: true, response: true, origin: true }
    }

    pub const fn nothing() -> Self {
        Self { uri: false, query: false, headers: false, cookies: false, response: false, origin: false }
    }

    /// What two functions can do together.
    #[must_use]
    pub const fn or(&self, other: &Self) -> Self {
        Self {
            uri: self.uri || other.uri,
            query: self.query || other.query,
            headers: self.headers || other.headers,
            cookies: self.cookies || other.cookies,
            response: self.response || other.response,
            origin: self.origin || other.origin,
        }
    }

    /// Whether it may change more than headers and cookies.
    pub const fn decides(&self) -> bool {
        self.uri || self.query || self.response || self.origin
    }

    pub(crate) fn of(tree: &Tree, code: &str) -> Self {
        let all = nodes(tree);
        if tree.root_node().has_error() {
            return Self::everything();
        }
        let is_word = |node: &Node<'_>| {
            matches!(
                node.kind(),
                "identifier" | "property_identifier" | "shorthand_property_identifier" | "string_fragment"
            )
        };
        let mentions = |word: &str| all.iter().any(|node| is_word(node) && text(*node, code) == word);
        let handler = Handler::find(&all, code)
            .filter(|handler| !all.iter().any(|node| handler.hides(*node, code)))
            .filter(|_| !CHANGERS.iter().any(|word| mentions(word)));
        let Some(handler) = handler else {
            return Self { origin: mentions("cloudfront"), ..Self::everything() };
        };
        let returned = handler.returned(&all, code);
        let is_written = all.iter().filter_map(target).any(|target| handler.is_uri(target, code));
        Self {
            uri: is_written || returned == Returns::Anything,
            query: mentions("querystring") || returned == Returns::Anything,
            headers: mentions("headers") || returned == Returns::Anything,
            cookies: mentions("cookies") || returned == Returns::Anything,
            response: returned != Returns::Request,
            origin: mentions("cloudfront"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Returns {
    /// Always the request that it got.
    Request,
    /// That, or an object with a `statusCode`.
    Response,
    Anything,
}

/// The function that CloudFront calls.
struct Handler<'t> {
    body: Node<'t>,
    event: &'t str,
    /// Variables that are only ever the request.
    requests: Vec<&'t str>,
    /// Variables that are only ever headers, cookies or parameters of it.
    parts: Vec<&'t str>,
}

impl<'t> Handler<'t> {
    fn find(all: &[Node<'t>], code: &'t str) -> Option<Self> {
        let is_it = |node: Node<'t>| text(node, code) == "handler";
        // `function handler(event) {…}`, or `const handler = (event) => {…}`
        let declared = |node: &Node<'t>| match node.kind() {
            "function_declaration" => node.child_by_field_name("name").filter(|n| is_it(*n)).map(|_| *node),
            "variable_declarator" => {
                node.child_by_field_name("name").filter(|n| is_it(*n))?;
                node.child_by_field_name("value")
            }
            "assignment_expression" => node.child_by_field_name("left").filter(|left| is_it(*left)),
            _ => None,
        };
        let mut declarations = all.iter().filter_map(declared);
        let (declaration, None) = (declarations.next()?, declarations.next()) else { return None };
        let parameter = declaration.child_by_field_name("parameters")?.named_child(0)?;
        if parameter.kind() != "identifier" {
            return None;
        }
        let event = text(parameter, code);
        let mut handler = Self {
            body: declaration.child_by_field_name("body")?,
            event,
            requests: Vec::new(),
            parts: Vec::new(),
        };
        handler.requests = handler.variables(all, code, |handler, value| handler.is_request(value, code));
        handler.parts = handler.variables(all, code, |handler, value| handler.is_part(value, code));
        Some(handler)
    }

    /// The variables whose every value is one of these.
    fn variables(
        &self,
        all: &[Node<'t>],
        code: &'t str,
        is_one: impl Fn(&Self, Node<'t>) -> bool,
    ) -> Vec<&'t str> {
        let mut good = Vec::new();
        let mut bad = Vec::new();
        for node in all {
            let (name, value) = match node.kind() {
                "variable_declarator" => {
                    (node.child_by_field_name("name"), node.child_by_field_name("value"))
                }
                "assignment_expression" => {
                    (node.child_by_field_name("left"), node.child_by_field_name("right"))
                }
                _ => continue,
            };
            let Some(name) = name.filter(|name| name.kind() == "identifier") else { continue };
            match value {
                Some(value) if is_one(self, value) => good.push(text(name, code)),
                Some(_) => bad.push(text(name, code)),
                None => {}
            }
        }
        let is_bound_otherwise = |name: &&str| {
            all.iter().any(|node| {
                node.kind() == "identifier"
                    && text(*node, code) == *name
                    && node.parent().is_some_and(|parent| BINDERS.contains(&parent.kind()))
            })
        };
        good.retain(|name| !bad.contains(name) && !is_bound_otherwise(name));
        good
    }

    fn is_request(&self, node: Node<'_>, code: &str) -> bool {
        match node.kind() {
            "member_expression" => {
                let object = node.child_by_field_name("object");
                let property = node.child_by_field_name("property");
                object.is_some_and(|object| object.kind() == "identifier" && text(object, code) == self.event)
                    && property.is_some_and(|property| text(property, code) == "request")
            }
            "identifier" => self.requests.contains(&text(node, code)),
            _ => false,
        }
    }

    fn is_part(&self, node: Node<'_>, code: &str) -> bool {
        let is_named = |node: Node<'_>| {
            node.child_by_field_name("property").is_some_and(|property| PARTS.contains(&text(property, code)))
        };
        match node.kind() {
            "member_expression" => is_named(node),
            "identifier" => self.parts.contains(&text(node, code)),
            // A new object does not belong to the request.
            "object" | "array" => true,
            _ => false,
        }
    }

    /// Whether something is written to the path, or may be.
    fn is_uri(&self, target: Node<'_>, code: &str) -> bool {
        match target.kind() {
            "member_expression" => {
                target.child_by_field_name("property").is_none_or(|property| text(property, code) == "uri")
            }
            "subscript_expression" => {
                let index = target.child_by_field_name("index");
                let literal = index.filter(|index| index.kind() == "string").map(|index| text(index, code));
                let is_other = literal.is_some_and(|literal| literal.trim_matches(['\'', '"']) != "uri");
                let of_part =
                    target.child_by_field_name("object").is_some_and(|object| self.is_part(object, code));
                !is_other && !of_part
            }
            "identifier" => false,
            _ => true,
        }
    }

    /// Whether the code does what makes the rest of this module unsound.
    fn hides(&self, node: Node<'_>, code: &str) -> bool {
        match node.kind() {
            "with_statement" => true,
            // The event under another name.
            "identifier" if text(node, code) == "arguments" => true,
            // A name that is written with escapes.
            "identifier" | "property_identifier" | "shorthand_property_identifier" => {
                text(node, code).contains('\\') || self.is_given_away(node, code)
            }
            "escape_sequence" => text(node, code)
                .strip_prefix('\\')
                .is_some_and(|kind| kind.starts_with(['u', 'x', '\n', '\r'])),
            // `event[name]`, `request[name]`
            "subscript_expression" => {
                let is_literal =
                    node.child_by_field_name("index").is_some_and(|index| index.kind() == "string");
                let object = node.child_by_field_name("object");
                let of_event = object.is_some_and(|object| text(object, code) == self.event);
                let of_request = object.is_some_and(|object| {
                    ROOTS.contains(&text(object, code)) || self.is_request(object, code)
                });
                of_event || (of_request && !is_literal)
            }
            // `const { request } = event`
            "object_pattern" | "array_pattern" => true,
            _ => false,
        }
    }

    /// Whether the event itself is given to something else.
    fn is_given_away(&self, node: Node<'_>, code: &str) -> bool {
        let parent = node.parent().map(|parent| parent.kind());
        node.kind() == "identifier"
            && text(node, code) == self.event
            && !matches!(parent, Some("member_expression" | "formal_parameters" | "subscript_expression"))
    }

    fn returned(&self, all: &[Node<'t>], code: &str) -> Returns {
        let own = |node: &&Node<'t>| {
            let mut above = node.parent();
            while let Some(parent) = above {
                if parent.kind().contains("function") {
                    return parent.child_by_field_name("body") == Some(self.body);
                }
                above = parent.parent();
            }
            false
        };
        let statements = all.iter().filter(|node| node.kind() == "return_statement").filter(own);
        let kind = |value: Option<Node<'t>>| match value {
            Some(value) if self.is_request(value, code) => Returns::Request,
            Some(value) if value.kind() == "object" && has_status(value, code) => Returns::Response,
            _ => Returns::Anything,
        };
        let kinds = statements.flat_map(|statement| values(statement.named_child(0)).into_iter().map(kind));
        kinds.max().unwrap_or(Returns::Anything)
    }
}

/// What an expression may come to: the last of `a, b`, either of `a ? b : c`.
fn values(expression: Option<Node<'_>>) -> Vec<Option<Node<'_>>> {
    let mut found = Vec::new();
    let mut open = vec![expression];
    while let Some(next) = open.pop() {
        match next.map(|node| (node, node.kind())) {
            Some((node, "parenthesized_expression" | "sequence_expression")) => {
                open.push(node.named_child_count().checked_sub(1).and_then(|last| node.named_child(last)));
            }
            Some((node, "ternary_expression")) => {
                open.extend(["consequence", "alternative"].map(|name| node.child_by_field_name(name)));
            }
            _ => found.push(next),
        }
    }
    found
}

/// What a node writes to.
fn target<'t>(node: &Node<'t>) -> Option<Node<'t>> {
    match node.kind() {
        "assignment_expression" | "augmented_assignment_expression" => node.child_by_field_name("left"),
        "update_expression" => node.child_by_field_name("argument"),
        "unary_expression" => {
            let is_delete = node.child_by_field_name("operator").is_some_and(|o| o.kind() == "delete");
            node.child_by_field_name("argument").filter(|_| is_delete)
        }
        "for_in_statement" => node.child_by_field_name("left"),
        _ => None,
    }
}

fn has_status(object: Node<'_>, code: &str) -> bool {
    let mut children = (0..object.named_child_count()).filter_map(|index| object.named_child(index));
    children.any(|child| {
        child.kind() == "pair"
            && child
                .child_by_field_name("key")
                .is_some_and(|key| text(key, code).trim_matches(['\'', '"']) == "statusCode")
    })
}

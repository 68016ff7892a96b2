//! The code of a function, parsed: what its runtime lacks, and what is replaced before it runs.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-10.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html>

use std::ops::Range;

use tree_sitter::{Node, Parser, Tree};

use crate::event::Event;
use crate::result::Run;
use crate::touches::Touches;
use crate::{MAX_CODE, engine, result};

/// The version of the JavaScript runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtime {
    /// `cloudfront-js-1.0`
    V1,
    /// `cloudfront-js-2.0`
    V2,
}

/// How well it is established that CloudFront does the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// Not documented, nor reported.
    Possible,
    /// Reported, or one step of inference.
    Likely,
    /// Documented.
    Certain,
}

/// Something that the runtime does not support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    /// Where, in bytes of the code.
    pub range: Range<usize>,
    /// What it is, as code or as a noun, such as `` `const` ``.
    pub what: &'static str,
    pub sureness: Sureness,
}

/// `import name from 'module'`, `import * as name from 'module'`, or one name of `import { member as name } from 'module'`
#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub(crate) name: String,
    pub(crate) module: String,
    /// What of the module; all of it if there is none.
    pub(crate) member: Option<String>,
    /// The line and column of the statement, both counted from 1.
    pub(crate) place: (u32, u32),
}

/// The code of a function.
#[derive(Debug, Clone)]
pub struct Program {
    pub(crate) code: String,
    pub(crate) runtime: Runtime,
    pub(crate) imports: Vec<Import>,
    /// What only a module has, and a script must not.
    blanks: Vec<Range<usize>>,
    /// Its `throw` statements.
    throws: Vec<Range<usize>>,
    faults: Vec<SyntaxFault>,
    touches: Touches,
}

impl Program {
    /// Parses code; `None` if it is larger than CloudFront accepts.
    pub fn new(code: &str, runtime: Runtime) -> Option<Self> {
        if code.len() > MAX_CODE {
            return None;
        }
        let mut program = Self {
            code: code.to_owned(),
            runtime,
            imports: Vec::new(),
            blanks: Vec::new(),
            throws: Vec::new(),
            faults: Vec::new(),
            touches: Touches::everything(),
        };
        if let Some(tree) = parse(code) {
            program.imports = imports(&tree, code);
            program.blanks = nodes(&tree).into_iter().filter_map(of_modules).collect();
            let is_throw = |node: &Node<'_>| node.kind() == "throw_statement";
            program.throws =
                nodes(&tree).into_iter().filter(is_throw).map(|node| node.byte_range()).collect();
            program.faults = faults(&tree, code, runtime);
            program.touches = Touches::of(&tree, code);
        }
        Some(program)
    }

    /// What the runtime does not support, in the order of the code.
    pub fn faults(&self) -> &[SyntaxFault] {
        &self.faults
    }

    /// Whether the code uses nothing that its runtime certainly lacks.
    pub fn is_supported(&self) -> bool {
        self.faults.iter().all(|fault| fault.sureness < Sureness::Certain)
    }

    /// Which parts of a request the code can change, whatever the request.
    pub const fn touches(&self) -> &Touches {
        &self.touches
    }

    /// The paths that the code has in strings and regular expressions, such as `/api` in `/^\/api\//`.
    pub fn paths(&self) -> Vec<String> {
        let Some(tree) = parse(&self.code) else { return Vec::new() };
        let is_text = |node: &Node<'_>| matches!(node.kind(), "string_fragment" | "regex_pattern");
        let written = nodes(&tree).into_iter().filter(is_text).map(|node| text(node, &self.code));
        let mut paths: Vec<String> = written.filter_map(path_in).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// What is called at a place, if that is short.
    pub(crate) fn callee(&self, place: usize) -> Option<String> {
        const LONGEST: usize = 60;
        let tree = parse(&self.code)?;
        let is_it = |node: &Node<'_>| node.kind() == "call_expression" && node.byte_range().contains(&place);
        let innermost = nodes(&tree).into_iter().filter(is_it).min_by_key(|node| node.byte_range().len())?;
        let callee = text(innermost.child_by_field_name("function")?, &self.code);
        let is_one = |callee: &str| callee.len() <= LONGEST && !callee.contains(['\n', '`']);
        Some(callee).filter(|callee| is_one(callee)).map(str::to_owned)
    }

    /// Whether a place is within a `throw` statement.
    pub(crate) fn is_thrown(&self, place: usize) -> bool {
        self.throws.iter().any(|range| range.contains(&place))
    }

    /// What the function does with an event.
    pub fn run(&self, event: &Event) -> Run {
        let certain = self.faults.iter().find(|fault| fault.sureness == Sureness::Certain);
        match certain {
            Some(fault) => Run::unsupported(fault),
            None => result::judge(self, event, engine::run(self, event)),
        }
    }

    /// The code as a script: imports are given to it as global names, and nothing is exported. Places stay the same.
    pub(crate) fn script(&self) -> String {
        let mut script = self.code.clone();
        for range in &self.blanks {
            let blank: String = self
                .code
                .get(range.clone())
                .unwrap_or_default()
                .chars()
                .flat_map(|c| if c == '\n' { vec!['\n'] } else { vec![' '; c.len_utf8()] })
                .collect();
            if script.get(range.clone()).is_some() {
                script.replace_range(range.clone(), &blank);
            }
        }
        script
    }

    /// The offset of a line and a column, both counted from 1, the column in characters.
    pub(crate) fn offset(&self, line: u32, column: u32) -> Option<usize> {
        let mut start = 0;
        let mut lines = self.code.split_inclusive('\n');
        for _ in 1..line {
            start += lines.next()?.len();
        }
        let text = lines.next()?;
        let before = usize::try_from(column).ok()?.saturating_sub(1);
        let within = text.char_indices().nth(before).map_or(text.len(), |(index, _)| index);
        Some(start + within)
    }
}

fn parse(code: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_javascript::LANGUAGE.into()).ok()?;
    parser.parse(code, None)
}

/// Every node of a tree, in the order of the code, without recursion.
pub(crate) fn nodes(tree: &Tree) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        found.push(cursor.node());
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return found;
            }
            if cursor.goto_next_sibling() {
                break;
            }
        }
    }
}

pub(crate) fn text<'c>(node: Node<'_>, code: &'c str) -> &'c str {
    code.get(node.byte_range()).unwrap_or_default()
}

/// The path that a string or a regular expression starts with, without a slash at its end.
fn path_in(written: &str) -> Option<String> {
    let plain = written.trim_start_matches('^').replace("\\/", "/").replace("\\.", ".");
    let is_of_path = |c: char| c.is_ascii_alphanumeric() || "/-_.~".contains(c);
    let end = plain.find(|c| !is_of_path(c)).unwrap_or(plain.len());
    let path = plain.get(..end)?.trim_end_matches('/');
    (path.len() > 1 && path.starts_with('/')).then(|| path.to_owned())
}

fn named(node: Node<'_>) -> Vec<Node<'_>> {
    (0..node.named_child_count()).filter_map(|index| node.named_child(index)).collect()
}

fn imports(tree: &Tree, code: &str) -> Vec<Import> {
    let of_statement = |node: Node<'_>| {
        let module =
            node.child_by_field_name("source").map(|source| text(source, code).trim_matches(['\'', '"']));
        let one = |name: Node<'_>, member: Option<Node<'_>>| Import {
            name: text(name, code).to_owned(),
            module: module.unwrap_or_default().to_owned(),
            member: member.map(|member| text(member, code).to_owned()),
            place: (u32::try_from(node.start_position().row).unwrap_or(u32::MAX).saturating_add(1), 1),
        };
        let clauses = named(node).into_iter().filter(|child| child.kind() == "import_clause").flat_map(named);
        let of_clause = |clause: Node<'_>| match clause.kind() {
            "identifier" => vec![one(clause, None)],
            "namespace_import" => clause.named_child(0).map(|name| one(name, None)).into_iter().collect(),
            _ => {
                let of_member = |specifier: Node<'_>| {
                    let member = specifier.child_by_field_name("name")?;
                    Some(one(specifier.child_by_field_name("alias").unwrap_or(member), Some(member)))
                };
                named(clause).into_iter().filter_map(of_member).collect()
            }
        };
        clauses.flat_map(of_clause).collect::<Vec<_>>()
    };
    nodes(tree).into_iter().filter(|node| node.kind() == "import_statement").flat_map(of_statement).collect()
}

/// The part of a node that is not allowed in a script; what an export declares stays.
fn of_modules(node: Node<'_>) -> Option<Range<usize>> {
    match node.kind() {
        "import_statement" => Some(node.byte_range()),
        "export_statement" => {
            let kept = node.child_by_field_name("declaration").or_else(|| node.child_by_field_name("value"));
            let end = kept.map_or(node.end_byte(), |kept| kept.start_byte());
            Some(node.start_byte()..end)
        }
        _ => None,
    }
}

/// What is certain is documented; the rest is in neither list of the documentation, and reported as rejected or not.
fn faults(tree: &Tree, code: &str, runtime: Runtime) -> Vec<SyntaxFault> {
    let is_old = runtime == Runtime::V1;
    let mut faults = Vec::new();
    for node in nodes(tree) {
        let found = match node.kind() {
            "const" if is_old => Some(("`const`", Sureness::Certain)),
            "let" if is_old => Some(("`let`", Sureness::Certain)),
            "async" if is_old => Some(("`async`", Sureness::Certain)),
            "await" if is_old => Some(("`await`", Sureness::Certain)),
            "import_statement" if is_old => Some(("`import`", Sureness::Likely)),
            "named_imports" | "namespace_import" => {
                Some(("an import of parts of a module", Sureness::Possible))
            }
            // "SyntaxError: Illegal export statement": GH:DhananjayThomble/URL-Shortener-App#366, GH:mrgrain/cdk-esbuild#1608.
            "export_statement" => Some(("`export`", Sureness::Likely)),
            // Both failed in a live test of 2026-01 with the newer runtime, after a successful deployment.
            "object_pattern" | "array_pattern" => Some(("destructuring", Sureness::Likely)),
            "optional_chain" => Some(("`?.`", Sureness::Likely)),
            "??" if is_old => Some(("`??`", Sureness::Likely)),
            "??" => Some(("`??`", Sureness::Possible)),
            "class_declaration" | "class" if node.is_named() => Some(("a class", Sureness::Possible)),
            "spread_element" => Some(("`...` outside a parameter list", Sureness::Possible)),
            "assignment_pattern" => Some(("a default value", Sureness::Possible)),
            "yield" | "generator_function" | "generator_function_declaration" => {
                Some(("a generator", Sureness::Possible))
            }
            "for_in_statement"
                if node
                    .child_by_field_name("operator")
                    .is_some_and(|operator| text(operator, code) == "of") =>
            {
                Some(("`for ... of`", Sureness::Possible))
            }
            _ => None,
        };
        if let Some((what, sureness)) = found {
            faults.push(SyntaxFault { range: node.byte_range(), what, sureness });
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(code: &str, runtime: Runtime) -> Vec<(&'static str, Sureness)> {
        let program = Program::new(code, runtime).expect("it is small");
        program.faults.iter().map(|fault| (fault.what, fault.sureness)).collect()
    }

    #[test]
    fn a_string_that_says_const_is_no_declaration() {
        let code = "function handler(event) { var a = 'const let'; /* async */ return event.request; }";
        assert_eq!(faults_of(code, Runtime::V1), []);
    }

    #[test]
    fn the_old_runtime_lacks_what_the_new_one_has() {
        let code = "async function handler(event) { const a = await f(); return event.request; }";
        let certain = |what| (what, Sureness::Certain);
        assert_eq!(
            faults_of(code, Runtime::V1),
            [certain("`async`"), certain("`const`"), certain("`await`")]
        );
        assert_eq!(faults_of(code, Runtime::V2), []);
    }

    #[test]
    fn imports_leave_every_other_place_as_it_is() {
        let code = "import cf from 'cloudfront';\nfunction handler(event) { return event.request; }";
        let program = Program::new(code, Runtime::V2).expect("it is small");
        assert_eq!(program.script().len(), code.len());
        assert!(program.script().starts_with(' '));
        assert_eq!(program.offset(2, 1), Some(29));
    }
}

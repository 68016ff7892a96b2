//! Intrinsic functions whose arguments are of the wrong number or type.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use std::sync::LazyLock;

use crate::syntax::{Entry, Kind, NodeRef, describe};

const DATA: &str = include_str!("../data/functions.txt");

static FUNCTIONS: LazyLock<Vec<Function>> =
    LazyLock::new(|| DATA.lines().filter_map(Function::parse).collect());

/// Functions that certainly return a string.
const TEXTS: [&str; 3] = ["Fn::Base64", "Fn::Join", "Fn::Sub"];
/// Functions that certainly return true or false.
const TESTS: [&str; 4] = ["Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"];
/// The sections in which functions are called; all others are data.
const SECTIONS: [&str; 5] = ["Conditions", "Globals", "Outputs", "Resources", "Rules"];

/// A call that the service rejects.
#[derive(Debug, Clone)]
pub struct Misuse<'t> {
    /// The name of the function, which is the tag of a short form.
    pub key: NodeRef<'t>,
    /// What is wrong: an argument, or the function if it is their number.
    pub node: NodeRef<'t>,
    pub function: &'static str,
    pub takes: &'static str,
    pub example: &'static str,
    pub found: String,
    /// Whether it is documented, but no one has reported it.
    pub is_strict: bool,
}

#[derive(Debug)]
struct Function {
    name: &'static str,
    /// How many arguments there may be; `None` for a single one that is not a list.
    count: Option<(usize, usize)>,
    arguments: Vec<&'static str>,
    takes: &'static str,
    example: &'static str,
}

impl Function {
    fn parse(line: &'static str) -> Option<Self> {
        let fields: Vec<&'static str> = line.split(" | ").collect();
        let [name, count, arguments, takes, example] = fields[..] else { return None };
        if name.starts_with('#') {
            return None;
        }
        let (least, most) = count.split_once('-').unwrap_or((count, count));
        let count = least.parse().ok().zip(most.parse().ok());
        Some(Self { name, count, arguments: arguments.split(' ').collect(), takes, example })
    }
}

/// Whether the template uses the language extensions, which allow more functions inside of others.
pub fn extends_language(root: NodeRef<'_>) -> bool {
    let transform = root.get("Transform").map(|entry| entry.value);
    transform
        .into_iter()
        .flat_map(NodeRef::subtree)
        .any(|node| node.text() == Some("AWS::LanguageExtensions"))
}

/// Every call in a template that the service certainly rejects, in the order of the file.
pub fn misuses(root: NodeRef<'_>) -> impl Iterator<Item = Misuse<'_>> {
    let is_extended = extends_language(root);
    let sections = root.entries().filter(|section| SECTIONS.contains(&section.name()));
    let calls = sections.flat_map(|section| section.value.subtree()).filter_map(NodeRef::intrinsic);
    calls.filter_map(move |call| misuse(call, is_extended))
}

fn misuse(call: Entry<'_>, is_extended: bool) -> Option<Misuse<'_>> {
    let function = FUNCTIONS.iter().find(|function| function.name == call.name())?;
    let argument = call.value;
    let wrong = |node, found: String, is_strict| Misuse {
        key: call.key,
        node,
        function: function.name,
        takes: function.takes,
        example: function.example,
        found,
        is_strict,
    };
    if argument.get("Fn::Transform").is_some() {
        return None;
    }
    // Both may be written as one text.
    match (function.name, argument.text()) {
        ("Fn::Sub", Some(_)) => return None,
        ("Fn::GetAtt", Some(text)) => {
            let is_whole = text.split_once('.').is_some_and(|(id, name)| !id.is_empty() && !name.is_empty());
            return (!is_whole).then(|| wrong(argument, describe(argument), false));
        }
        _ => {}
    }
    let Some((least, most)) = function.count else {
        let fault = fault(function.arguments.first()?, argument, is_extended)?;
        return Some(wrong(argument, described(argument), fault.is_strict));
    };
    if argument.kind() != Kind::Sequence {
        return Some(wrong(argument, described(argument), false));
    }
    let has_default = function.arguments.contains(&"default") && !is_extended;
    let most = if has_default { most - 1 } else { most };
    if !(least..=most).contains(&argument.len()) {
        let plural = if argument.len() == 1 { "argument" } else { "arguments" };
        return Some(wrong(call.key, format!("{} {plural}", argument.len()), false));
    }
    let kinds = function.arguments.iter().chain(std::iter::repeat(function.arguments.last()?));
    argument.items().zip(kinds).find_map(|(item, kind)| {
        let fault = fault(kind, item, is_extended)?;
        Some(wrong(fault.node, described(fault.node), fault.is_strict))
    })
}

struct Fault<'t> {
    node: NodeRef<'t>,
    is_strict: bool,
}

/// What is wrong with an argument that has to be of a kind.
fn fault<'t>(kind: &str, node: NodeRef<'t>, is_extended: bool) -> Option<Fault<'t>> {
    if node.get("Fn::Transform").is_some() {
        return None;
    }
    let text = node.text();
    let call = node.intrinsic().map(|call| call.name());
    let one_of = |functions: &[&str]| call.is_some_and(|call| functions.contains(&call));
    let wrong = |is_strict| Some(Fault { node, is_strict });
    match (kind, text) {
        ("name" | "condition", Some("")) => wrong(false),
        ("name" | "literal" | "condition" | "value", Some(_)) | ("any", _) => None,
        ("condition", None) if one_of(&TESTS) => wrong(false),
        ("name" | "literal" | "condition", None) if call.is_some() => {
            if is_extended {
                None
            } else {
                wrong(kind != "name")
            }
        }
        ("index", Some(text)) if text.trim().parse::<usize>().is_ok() => None,
        ("test", Some("true" | "false")) => None,
        ("value" | "index" | "test", None) if call.is_some() => None,
        ("list", None) if node.kind() == Kind::Sequence => {
            node.items().find_map(|item| fault("value", item, is_extended))
        }
        ("list", None) if call.is_some() && !one_of(&TEXTS) => None,
        ("map", None) if node.kind() == Kind::Mapping => None,
        ("default", None) if node.get("DefaultValue").is_some() => None,
        _ => wrong(false),
    }
}

fn described(node: NodeRef<'_>) -> String {
    match node.intrinsic() {
        Some(call) => format!("`{}`", call.name()),
        None => describe(node),
    }
}

#[cfg(test)]
mod tests {
    use super::{DATA, FUNCTIONS};

    const KINDS: [&str; 10] =
        ["any", "literal", "name", "value", "list", "index", "condition", "test", "map", "default"];

    #[test]
    fn every_line_is_understood() {
        let lines = DATA.lines().filter(|line| line.contains(" | ") && !line.starts_with('#')).count();
        assert_eq!(FUNCTIONS.len(), lines);
        let mut kinds = FUNCTIONS.iter().flat_map(|function| &function.arguments);
        assert!(kinds.all(|kind| KINDS.contains(kind)));
    }
}

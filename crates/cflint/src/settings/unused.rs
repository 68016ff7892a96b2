//! Values for parameters that no template declares: most often a misspelled name.

use cflint_linter::ParametersOf;

use crate::names::suggestion;
use crate::parameters::Given;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
const PSEUDO: [&str; 7] = [
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];
/// How many names one line holds.
const MAX_NAMES: usize = 5;

/// One line about the values that no template declares a parameter for.
pub(super) fn message(given: &[Given], templates: &[ParametersOf]) -> Option<String> {
    let mut stacks: Vec<(Option<&str>, Vec<String>)> = Vec::new();
    let mut unknown_stacks: Vec<String> = Vec::new();
    for given in given {
        let stack = given.stack.as_deref();
        let is_meant =
            |of: &&ParametersOf| stack.is_none_or(|stack| of.stack_names.iter().any(|name| name == stack));
        let meant: Vec<_> = templates.iter().filter(is_meant).collect();
        if let Some(stack) = stack
            && meant.is_empty()
        {
            let known = templates.iter().flat_map(|of| &of.stack_names);
            add(&mut unknown_stacks, stack, known.map(String::as_str));
            continue;
        }
        let declared = || meant.iter().flat_map(|of| &of.names).map(String::as_str).chain(PSEUDO);
        if declared().any(|name| name == given.name) {
            continue;
        }
        let index = stacks.iter().position(|(known, _)| *known == stack).unwrap_or_else(|| {
            stacks.push((stack, Vec::new()));
            stacks.len() - 1
        });
        add(&mut stacks[index].1, &given.name, declared());
    }
    let mut parts: Vec<String> = stacks
        .iter()
        .map(|(stack, names)| match stack {
            None => format!("no template declares {}", list(names)),
            Some(stack) => format!("the stack `{stack}` does not declare {}", list(names)),
        })
        .collect();
    if !unknown_stacks.is_empty() {
        parts.push(format!("no template belongs to stack {}", list(&unknown_stacks)));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Adds a name and the one that was probably meant.
fn add<'a>(names: &mut Vec<String>, name: &str, known: impl Iterator<Item = &'a str>) {
    let text = match suggestion(name, known) {
        Some(question) => format!("`{name}` ({question})"),
        None => format!("`{name}`"),
    };
    if !names.contains(&text) {
        names.push(text);
    }
}

fn list(names: &[String]) -> String {
    match names.len().checked_sub(MAX_NAMES) {
        Some(more @ 1..) => format!("{} and {more} more", names[..MAX_NAMES].join(", ")),
        _ => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates() -> Vec<ParametersOf> {
        let of = |stack: &str, names: &[&str]| ParametersOf {
            stack_names: vec![stack.to_owned()],
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        };
        vec![of("Api", &["Stage", "Policy"]), of("Edge", &["Certificate"])]
    }

    fn said(keys: &[&str]) -> Option<String> {
        let given: Vec<_> = keys.iter().map(|key| Given::new(key, "x").unwrap()).collect();
        message(&given, &templates())
    }

    #[test]
    fn what_is_declared_is_not_mentioned() {
        assert_eq!(said(&["Stage", "Certificate", "Api:Policy", "AWS::Region", "Edge:AWS::AccountId"]), None);
        assert_eq!(message(&[], &[]), None);
    }

    #[test]
    fn one_line_says_all() {
        assert_eq!(said(&["Stgae"]).unwrap(), "no template declares `Stgae` (did you mean `Stage`?)");
        assert_eq!(
            said(&["AWS::Reigon"]).unwrap(),
            "no template declares `AWS::Reigon` (did you mean `AWS::Region`?)"
        );
        assert_eq!(said(&["Stage", "Foo", "Foo", "Bar"]).unwrap(), "no template declares `Foo`, `Bar`");
        assert_eq!(
            said(&["Foo", "Edge:Stage", "Apii:Stage", "Apii:Policy"]).unwrap(),
            "no template declares `Foo`; the stack `Edge` does not declare `Stage`; \
             no template belongs to stack `Apii` (did you mean `Api`?)"
        );
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(
            said(&["X1", "X2", "X3", "X4", "X5", "X6", "X7"]).unwrap(),
            "no template declares `X1`, `X2`, `X3`, `X4`, `X5` and 2 more"
        );
    }
}

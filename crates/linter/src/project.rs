//! From parsed files to the units of a project: which file is which stack, and which stacks lie inside others.

use std::collections::{BTreeMap, BTreeSet};

use cflint_template::project::{Project, Unit, local_templates};
use cflint_template::syntax::NodeRef;

use crate::{Input, StackOf};

/// A template of the run: the index of its input, and its root.
pub(crate) struct TemplateFile<'t> {
    pub(crate) input: usize,
    pub(crate) root: NodeRef<'t>,
}

/// The units in the order of the files.
pub(crate) fn units<'t>(
    inputs: &[Input],
    files: &[TemplateFile<'t>],
    parameters: &[(String, String)],
) -> Vec<Unit<'t>> {
    let by_path: BTreeMap<String, usize> =
        files.iter().enumerate().map(|(unit, file)| (normal(&inputs[file.input].name), unit)).collect();
    files
        .iter()
        .enumerate()
        .map(|(index, file)| {
            let input = &inputs[file.input];
            let stack = input.stack.as_ref();
            // What the user gave comes last, and so counts.
            let mut given = stack.map(StackOf::pseudo_parameters).unwrap_or_default();
            given.extend(parameters.iter().cloned());
            let facts = stack.map(|stack| &stack.facts);
            let place = |part: Option<&String>| part.map_or("", String::as_str).to_owned();
            Unit {
                root: file.root,
                name: facts.map_or_else(|| stem(&input.name), |facts| facts.name.clone()),
                given,
                environment: facts.map_or_else(String::new, |facts| {
                    let (account, region) = (place(facts.account.as_ref()), place(facts.region.as_ref()));
                    if region.is_empty() { String::new() } else { format!("{account}/{region}") }
                }),
                nested: nested(file.root, &input.name, &by_path)
                    .filter(|(_, child)| *child != index)
                    .collect(),
            }
        })
        .collect()
}

/// The stacks inside a template whose templates are files of the run.
fn nested<'n>(
    root: NodeRef<'n>,
    name: &str,
    by_path: &'n BTreeMap<String, usize>,
) -> impl Iterator<Item = (String, usize)> + 'n {
    let folder = name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    local_templates(root).filter_map(move |(id, path)| {
        let child = by_path.get(&normal(&format!("{folder}{path}")))?;
        Some((id.to_owned(), *child))
    })
}

/// The units to check by themselves: every one that no other one contains, and one of each circle.
pub(crate) fn outermost(project: &Project<'_>, units: usize) -> Vec<usize> {
    let inner = project.inner();
    let mut covered = BTreeSet::new();
    let mut roots: Vec<usize> = Vec::new();
    let order =
        (0..units).filter(|unit| !inner.contains(unit)).chain((0..units).filter(|unit| inner.contains(unit)));
    for unit in order {
        if covered.contains(&unit) {
            continue;
        }
        roots.push(unit);
        let mut queue = vec![unit];
        while let Some(unit) = queue.pop() {
            if covered.insert(unit) {
                queue.extend(project.children(unit));
            }
        }
    }
    roots.sort_unstable();
    roots
}

/// The path without `.` and with `..` taken back, to compare paths.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let absolute = if path.starts_with('/') { "/" } else { "" };
    format!("{absolute}{}", parts.join("/"))
}

/// The name of a file without folder and endings, as the name of a stack.
fn stem(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').find(|part| !part.is_empty()).unwrap_or("stack");
    stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_compared_without_detours() {
        assert_eq!(normal("./a/../b/./c.yaml"), "b/c.yaml");
        assert_eq!(normal("../a.yaml"), "../a.yaml");
        assert_eq!(normal("/x//y/../z"), "/x/z");
    }

    #[test]
    fn a_file_gives_its_name_to_the_stack() {
        assert_eq!(stem("infra/api_stack.template.yaml"), "api-stack");
        assert_eq!(stem("<stdin>"), "-stdin-");
    }
}

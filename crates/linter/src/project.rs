//! From parsed files to the units of a project: which file is which stack, and which stacks are nested in others.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use cflint_template::definitions::Definitions;
use cflint_template::project::{Project, Unit, local_templates, uploaded_templates};
use cflint_template::syntax::NodeRef;

use crate::input::{Input, StackOf};
use crate::options::Options;
use crate::report::ParametersOf;

/// A template of the run: the index of its input, and its root.
pub(crate) struct TemplateFile<'t> {
    pub(crate) input: usize,
    pub(crate) root: NodeRef<'t>,
    /// Its OpenAPI definitions that are in files.
    pub(crate) definitions: Definitions<'t>,
}

/// The units in the order of the files.
pub(crate) fn units<'t>(inputs: &[Input], files: &[TemplateFile<'t>], options: &Options) -> Vec<Unit<'t>> {
    let real = options.real_path;
    // Most runs have no nested stacks.
    let by_path: LazyCell<BTreeMap<String, usize>, _> = LazyCell::new(|| {
        files.iter().enumerate().map(|(unit, file)| (real(&inputs[file.input].name), unit)).collect()
    });
    let by_name = LazyCell::new(|| by_name(inputs, files));
    files
        .iter()
        .enumerate()
        .map(|(index, file)| {
            let input = &inputs[file.input];
            let stack = input.stack.as_ref();
            let mut nested = nested(file.root, input, |path| by_path.get(&real(path)).copied());
            if stack.is_none() {
                let known: BTreeSet<String> = nested.iter().map(|(id, _)| id.clone()).collect();
                let named = uploaded_templates(file.root).filter(|(id, _)| !known.contains(*id));
                nested.extend(named.filter_map(|(id, name)| Some((id.to_owned(), (*by_name.get(name)?)?))));
            }
            let facts = stack.map(|stack| &stack.facts);
            let place = |part: Option<&String>| part.map_or("", String::as_str).to_owned();
            Unit {
                root: file.root,
                name: facts.map_or_else(|| stem(&input.name), |facts| facts.name.clone()),
                given: given(input, options),
                environment: facts.map_or_else(String::new, |facts| {
                    let (account, region) = (place(facts.account.as_ref()), place(facts.region.as_ref()));
                    if region.is_empty() { String::new() } else { format!("{account}/{region}") }
                }),
                nested: nested.into_iter().filter(|(_, child)| *child != index).collect(),
                definitions: file.definitions.clone(),
            }
        })
        .collect()
}

/// The known parameters of a stack. Later ones override earlier ones.
fn given(input: &Input, options: &Options) -> Vec<(String, String)> {
    let stack = input.stack.as_ref();
    let names = stack_names(input);
    let mut given = stack.map(StackOf::pseudo_parameters).unwrap_or_default();
    given.extend(options.parameters.iter().cloned());
    let own = options.stack_parameters.iter().filter(|parameter| {
        names.contains(&parameter.stack)
            || stack.is_some_and(|stack| {
                // A nested stack is in the same account and region.
                stack.facts.name == parameter.stack
                    && matches!(parameter.name.as_str(), "AWS::Region" | "AWS::AccountId")
            })
    });
    given.extend(own.map(|parameter| (parameter.name.clone(), parameter.value.clone())));
    given
}

/// The names that the user can give the stack of a template: its own, and that of the file with fewer or more endings.
fn stack_names(input: &Input) -> Vec<String> {
    let file = input.name.rsplit('/').next().unwrap_or_default();
    let stack = input.stack.as_ref().filter(|stack| !stack.is_nested);
    let mut names: Vec<String> = stack.map(|stack| stack.facts.name.clone()).into_iter().collect();
    let endings =
        [file.split_once('.'), file.rsplit_once('.')].map(|split| split.map_or(file, |(stem, _)| stem));
    for name in endings.into_iter().map(str::to_owned).chain([stem(file)]) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Which parameters a template declares, and the names of its stack.
pub(crate) fn parameters_of(input: &Input, root: NodeRef<'_>) -> ParametersOf {
    let declared = root.get("Parameters").into_iter().flat_map(|entry| entry.value.entries());
    ParametersOf {
        stack_names: stack_names(input),
        names: declared.map(|entry| entry.name().to_owned()).collect(),
    }
}

/// The nested stacks of a template whose templates are files of the run.
fn nested(root: NodeRef<'_>, input: &Input, at: impl Fn(&str) -> Option<usize>) -> Vec<(String, usize)> {
    let folder = input.name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let unit = |path: &str| at(&format!("{folder}{path}"));
    let mut nested: Vec<_> =
        local_templates(root).filter_map(|(id, path)| Some((id.to_owned(), unit(path)?))).collect();
    // Without metadata, the hash in the URL identifies the template.
    if let Some(stack) = input.stack.as_ref().filter(|_| nested.is_empty()) {
        let resources = root.get("Resources").into_iter().flat_map(|entry| entry.value.entries());
        nested.extend(resources.filter_map(|resource| {
            let url = resource.value.get("Properties")?.value.get("TemplateURL")?.value;
            let path =
                url.subtree().filter_map(NodeRef::text).find_map(|text| stack.facts.nested_template(text))?;
            Some((resource.name().to_owned(), unit(path)?))
        }));
    }
    nested
}

/// The templates by the names of their files; none where several have the name.
fn by_name<'i>(inputs: &'i [Input], files: &[TemplateFile<'_>]) -> BTreeMap<&'i str, Option<usize>> {
    let mut by_name = BTreeMap::new();
    for (unit, file) in files.iter().enumerate() {
        let name = &inputs[file.input].name;
        let name = name.rsplit('/').next().unwrap_or(name);
        by_name.entry(name).and_modify(|known| *known = None).or_insert(Some(unit));
    }
    by_name
}

/// The files that are taken for the templates of nested stacks only because they have the name in a URL.
pub(crate) fn presumed(inputs: &[Input], files: &[TemplateFile<'_>]) -> BTreeSet<usize> {
    let mut named = files
        .iter()
        .filter(|file| inputs[file.input].stack.is_none())
        .flat_map(|file| uploaded_templates(file.root))
        .peekable();
    if named.peek().is_none() {
        return BTreeSet::new();
    }
    let by_name = by_name(inputs, files);
    named.filter_map(|(_, name)| Some(files.get((*by_name.get(name)?)?)?.input)).collect()
}

/// Which units to check on their own: every one that no other one contains, and one of each cycle.
pub(crate) fn outermost(project: &Project<'_>, count: usize) -> Vec<usize> {
    let mut inner = BTreeSet::new();
    cover(project, (0..count).flat_map(|unit| project.children(unit)).collect(), &mut inner);
    let (inside, outside): (Vec<_>, Vec<_>) = (0..count).partition(|unit| inner.contains(unit));
    let mut covered = BTreeSet::new();
    let mut roots: Vec<usize> = Vec::new();
    for unit in outside.into_iter().chain(inside) {
        if !covered.contains(&unit) {
            roots.push(unit);
            cover(project, vec![unit], &mut covered);
        }
    }
    roots.sort_unstable();
    roots
}

/// A unit and all that it contains.
pub(crate) fn with_inner(project: &Project<'_>, unit: usize) -> BTreeSet<usize> {
    let mut covered = BTreeSet::new();
    cover(project, vec![unit], &mut covered);
    covered
}

fn cover(project: &Project<'_>, mut queue: Vec<usize>, covered: &mut BTreeSet<usize>) {
    while let Some(unit) = queue.pop() {
        if covered.insert(unit) {
            queue.extend(project.children(unit));
        }
    }
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
    use crate::options::StackParameter;

    fn parameter(stack: &str, value: &str) -> StackParameter {
        StackParameter { stack: stack.to_owned(), name: "Stage".to_owned(), value: value.to_owned() }
    }

    #[test]
    fn a_stack_is_meant_by_the_name_of_its_file() {
        let names = |path: &str| stack_names(&Input::new(path, Vec::new()));
        assert_eq!(names("infra/api_stack.template.yaml"), ["api_stack", "api_stack.template", "api-stack"]);
        assert_eq!(names("edge.yaml"), ["edge"]);
        assert_eq!(names("<stdin>"), ["<stdin>", "-stdin-"]);
        assert_eq!(names(".yaml"), ["yaml"]);
    }

    #[test]
    fn what_is_known_of_one_stack_counts_before_what_is_known_of_all() {
        let options = Options {
            parameters: vec![("Stage".to_owned(), "all".to_owned())],
            stack_parameters: vec![
                parameter("api", "one"),
                parameter("edge", "other"),
                parameter("api", "two"),
            ],
            ..Options::default()
        };
        let stage = |path: &str| {
            given(&Input::new(path, Vec::new()), &options).last().map(|(_, value)| value.clone())
        };
        assert_eq!(stage("infra/api.yaml").as_deref(), Some("two"));
        assert_eq!(stage("web.yaml").as_deref(), Some("all"));
    }

    #[test]
    fn a_file_gives_its_name_to_the_stack() {
        assert_eq!(stem("infra/api_stack.template.yaml"), "api-stack");
        assert_eq!(stem("<stdin>"), "-stdin-");
    }
}

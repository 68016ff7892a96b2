//! What a run could look at, so that "no findings" does not promise more than was checked.

use std::collections::BTreeSet;

use cflint_diagnostics::FileId;
use cflint_edge::origin::backend::Backend;
use cflint_edge::origin::own_name::own_name;
use cflint_edge::routes::path::RequestPath;
use cflint_template::links::Link;
use cflint_template::template::{Ambiguous, Template};

use crate::input::{Input, Role};
use crate::report::{Examined, Notice};

/// How many exports of several templates are named one by one, and how many files of each.
const MAX_NAMED: usize = 3;

/// What a run had before it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Templates that were named one by one, have a distribution, and use values of stacks which are not part of the run.
    pub foreign: Vec<Foreign>,
    /// Distributions of which no origin is known.
    pub without_origins: Vec<WithoutOrigins>,
}

/// A template that uses values of stacks which are not part of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    pub path: String,
    /// How many values.
    pub references: usize,
}

/// A distribution of which no origin is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutOrigins {
    /// The template.
    pub path: String,
    /// Logical id of the distribution.
    pub distribution: String,
}

/// What was before the check of one template.
#[derive(Debug, Default)]
pub(crate) struct TemplateSight {
    pub(crate) examined: Examined,
    pub(crate) foreign: usize,
    pub(crate) without_origins: Vec<String>,
    pub(crate) ambiguous: Vec<Ambiguous>,
    pub(crate) linked: Vec<FileId>,
}

impl TemplateSight {
    pub(crate) fn new(template: &Template<'_>, links: &[Link<'_>]) -> Self {
        Self {
            foreign: template.unknown_imports() + unknown_outputs(template, links),
            ambiguous: template.ambiguous().to_vec(),
            linked: template.imported_files().collect(),
            ..Self::default()
        }
    }
}

impl Sight {
    /// Adds what was before the check of one template.
    pub(crate) fn add(&mut self, input: &Input, template: &TemplateSight) {
        let path = || input.name.clone();
        if input.role == Role::Named && template.examined.distributions > 0 && template.foreign > 0 {
            self.foreign.push(Foreign { path: path(), references: template.foreign });
        }
        // What several templates export is told anyway.
        let blind = template.without_origins.iter().filter(|_| template.ambiguous.is_empty());
        self.without_origins
            .extend(blind.map(|id| WithoutOrigins { path: path(), distribution: id.clone() }));
    }
}

/// How many outputs of stacks inside the template are used whose own templates are not part of the run.
fn unknown_outputs(template: &Template<'_>, links: &[Link<'_>]) -> usize {
    let is_unknown = |link: &&Link<'_>| {
        link.is_here
            && link.attribute.is_some_and(|attribute| attribute.starts_with("Outputs."))
            && template.resource(&link.name).is_some_and(|stack| stack.kind == "AWS::CloudFormation::Stack")
            && !template.has_stack_inside(&link.name)
    };
    let unknown = links.iter().filter(is_unknown).map(|link| (link.name.as_ref(), link.attribute));
    unknown.collect::<BTreeSet<_>>().len()
}

/// Whether nothing is known of what answers behind the behaviors, in one view.
pub(crate) fn knows_no_origin(paths: &[RequestPath<'_>], has_open_origins: bool) -> bool {
    // The user cannot give what each tenant fills in.
    let is_unknown = |path: &RequestPath<'_>| {
        matches!(path.backend, Backend::Unknown)
            && !path.distribution.is_for_tenants()
            && own_name(path.model, path.origin).is_none()
    };
    (has_open_origins || !paths.is_empty()) && paths.iter().all(is_unknown)
}

/// What is said of names that several templates export: one line for each name, however many templates import it.
pub(crate) fn ambiguous_exports(
    ambiguous: impl IntoIterator<Item = Ambiguous>,
    file: impl Fn(usize) -> String,
) -> Vec<Notice> {
    let mut seen = BTreeSet::new();
    let mut names: Vec<Ambiguous> =
        ambiguous.into_iter().filter(|export| seen.insert(export.clone())).collect();
    names.sort();
    let more = names.len().saturating_sub(MAX_NAMED);
    let said = names.iter().take(MAX_NAMED).map(|export| {
        let files: BTreeSet<String> = export.units.iter().map(|unit| file(*unit)).collect();
        let shown: Vec<String> = files.iter().take(MAX_NAMED).map(|file| format!("`{file}`")).collect();
        let files = match files.len() - shown.len() {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        };
        format!(
            "`{}` is exported by several templates, so imports of it stay unknown: {files}; exclude the copies",
            export.name
        )
    });
    let rest = (more > 0).then(|| {
        format!(
            "{more} more {} exported by several templates",
            if more == 1 { "name is" } else { "names are" }
        )
    });
    said.chain(rest).map(|message| Notice { path: String::new(), message }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, check};

    const BUCKET: &str = "Resources: {B: {Type: 'AWS::S3::Bucket'}}\n";

    fn said(exports: &[(&str, &[usize])]) -> Vec<String> {
        let ambiguous = exports.iter().map(|(name, units)| Ambiguous {
            name: (*name).to_owned(),
            units: units.iter().copied().collect(),
        });
        let notices = ambiguous_exports(ambiguous, |unit| format!("{unit}.yaml"));
        notices.into_iter().map(|notice| notice.message).collect()
    }

    #[test]
    fn a_name_is_told_once_however_many_templates_import_it() {
        let said = said(&[("b", &[1, 2]), ("a", &[1, 2, 3, 4, 5]), ("b", &[1, 2])]);
        assert_eq!(
            said,
            [
                "`a` is exported by several templates, so imports of it stay unknown: `1.yaml`, `2.yaml`, `3.yaml` and 2 more; exclude the copies",
                "`b` is exported by several templates, so imports of it stay unknown: `1.yaml`, `2.yaml`; exclude the copies",
            ]
        );
    }

    #[test]
    fn of_many_names_a_few_are_told() {
        let exports: Vec<(&str, &[usize])> =
            ["a", "b", "c", "d", "e"].map(|name| (name, &[1, 2][..])).to_vec();
        let said = said(&exports);
        assert_eq!(said.len(), 4);
        assert_eq!(said[3], "2 more names are exported by several templates");
    }

    #[test]
    fn only_files_that_matter_are_linked() {
        let exporting = format!("{BUCKET}Outputs: {{O: {{Value: !Ref B, Export: {{Name: n}}}}}}\n");
        let importing = format!("{BUCKET}Outputs: {{O: {{Value: !ImportValue n}}}}\n");
        let adding = "Resources: {S: {Type: 'AWS::ApiGatewayV2::Stage', Properties: {ApiId: !Ref P}}}\n";
        let files = [importing.as_str(), BUCKET, exporting.as_str(), adding];
        let input = |(text, name): (&&str, &str)| Input::new(name, text.as_bytes());
        let mut inputs: Vec<Input> =
            files.iter().zip(["a.yaml", "b.yaml", "c.yaml", "d.yaml"]).map(input).collect();
        inputs.iter_mut().skip(1).for_each(|input| input.role = Role::Context);
        let linked = |inputs: &[Input]| check(inputs.to_vec(), &[], &Options::default()).linked;
        assert!(linked(&inputs).into_iter().eq([FileId(2), FileId(3)]));
        // Either of two that export one name may be meant.
        inputs[1].bytes = inputs[2].bytes.clone();
        assert!(linked(&inputs).into_iter().eq([1, 2, 3].map(FileId)));
    }
}

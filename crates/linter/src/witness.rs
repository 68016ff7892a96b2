//! The requests that show findings, as `cflint trace` takes them.

use std::collections::BTreeSet;

use cflint_diagnostics::{FileId, Finding};
use cflint_template::model;
use cflint_template::template::Template;

use crate::Input;

/// Completes the requests that show findings by what `cflint trace` has to be given.
pub(crate) fn complete(findings: &mut [Finding], input: &Input, inputs: &[Input], template: &Template<'_>) {
    let folder = |name: &str| match name.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => ".".to_owned(),
    };
    // Linked templates are read from one folder, the stacks of an assembly from that of its manifest.
    let name = |file: FileId| inputs.get(file.0 as usize).map_or("", |input| input.name.as_str());
    let files: Vec<FileId> = template.files().collect();
    let folders: BTreeSet<String> = files.iter().map(|file| folder(name(*file))).collect();
    let is_linked = files.len() > 1;
    let path = match (input.stack.is_some() || is_linked, folders.len()) {
        (false, _) => input.name.clone(),
        (true, 1) => folder(&input.name),
        (true, _) => common(&folders),
    };
    let is_alone = path == input.name && model::distributions(template).nth(1).is_none();
    for finding in findings {
        let Some(witness) = &mut finding.witness else { continue };
        witness.path.clone_from(&path);
        let Some(qualified) = witness.distribution.take().filter(|_| !is_alone) else { continue };
        let (other, id) = template.locate(&qualified);
        let stack = other.or(input.stack.as_ref().map(|stack| stack.facts.name.as_str()));
        witness.distribution = Some(stack.map_or_else(|| id.to_owned(), |stack| format!("{stack}.{id}")));
    }
}

/// The folder that all of these are in.
fn common(folders: &BTreeSet<String>) -> String {
    let mut parts: Option<Vec<&str>> = None;
    for folder in folders {
        let own: Vec<&str> = folder.split('/').collect();
        parts = Some(match parts {
            None => own,
            Some(before) => {
                before.iter().zip(&own).take_while(|(a, b)| a == b).map(|(part, _)| *part).collect()
            }
        });
    }
    match parts.unwrap_or_default().join("/") {
        empty if empty.is_empty() => ".".to_owned(),
        folder => folder,
    }
}

//! What the command that shows a finding needs besides the request.

use std::path::Path;

use cflint_diagnostics::Witness;
use cflint_linter::Report;

use crate::args::CheckArgs;
use crate::files::paths::{is_stdin, shown};
use crate::input::discover::has_extension;

/// Hands the options that decide about values on to the commands, and drops those that could not be repeated.
pub(super) fn complete(report: &mut Report, args: &CheckArgs) {
    let options = options(args);
    let has_stdin = args.paths.iter().any(is_stdin);
    let stdin_name = args.input.stdin_name();
    for finding in &mut report.findings {
        // What came from standard input is gone, and a file of the name that was given need not exist.
        let is_gone = has_stdin && report.sources.name(finding.primary.span.file) == stdin_name;
        if is_gone {
            finding.witness = None;
        }
        if let Some(witness) = &mut finding.witness {
            witness.options.clone_from(&options);
            name_file(witness);
        }
    }
}

/// Names the template where a walk over the folder would not come to it, because it has another ending.
fn name_file(witness: &mut Witness) {
    let Some((file, id)) = witness.distribution.as_ref().and_then(|name| name.rsplit_once(':')) else {
        return;
    };
    if !has_extension(Path::new(file)) {
        (witness.path, witness.distribution) = (file.to_owned(), Some(id.to_owned()));
    }
}

fn options(args: &CheckArgs) -> Vec<String> {
    let mut options = Vec::new();
    let mut add = |name: &str, value: String| match value.starts_with('-') {
        // It would be taken for another option.
        true => options.push(format!("{name}={value}")),
        false => options.extend([name.to_owned(), value]),
    };
    for file in &args.input.parameters_files {
        add("--parameters-file", shown(file));
    }
    for given in &args.input.parameters {
        add("--parameter", given.written());
    }
    if let Some(file) = &args.config.config {
        add("--config", shown(file));
    }
    if args.config.no_config {
        options.push("--no-config".to_owned());
    }
    options
}

#[cfg(test)]
mod tests;

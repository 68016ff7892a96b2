//! What the command that shows a finding has to be given beside the request.

use cflint_linter::Report;

use crate::args::CheckArgs;
use crate::discover::shown;

/// Hands the options that decide about values on to the commands, and drops those that could not be repeated.
pub(crate) fn complete(report: &mut Report, args: &CheckArgs) {
    let options = options(args);
    let has_stdin = args.paths.iter().any(|path| path.as_os_str() == "-");
    let stdin_name = args.input.stdin_name();
    for finding in &mut report.findings {
        // What came from standard input is gone, and a file of the name that was given need not exist.
        let is_gone = has_stdin && report.sources.name(finding.primary.span.file) == stdin_name;
        if is_gone {
            finding.witness = None;
        }
        if let Some(witness) = &mut finding.witness {
            witness.options.clone_from(&options);
        }
    }
}

fn options(args: &CheckArgs) -> Vec<String> {
    let mut options = Vec::new();
    let mut add = |name: &str, value: String| options.extend([name.to_owned(), value]);
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

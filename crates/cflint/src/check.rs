use std::io::{self, Write};

use cflint_diagnostics::Severity;
use cflint_linter::{InputError, Options, Report};
use cflint_output::{Context, Format, visible};
use cflint_rules::RULES;

use crate::args::CheckArgs;
use crate::discover::{self, Found};
use crate::parameters::{self, Parameters};
use crate::problem::{Failure, Problem, reason};
use crate::terminal::Terminal;
use crate::{Exit, fix, names, user_source};

/// `cflint check`.
pub(crate) fn run(args: &CheckArgs, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
    names::validate("--select", &args.select, RULES)?;
    names::validate("--ignore", &args.ignore, RULES)?;
    if args.input.stdin_filename.is_some() && !args.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Problem::new("`--stdin-filename` without standard input")
            .with_help("`-` among the paths is standard input")
            .into());
    }

    if args.unsafe_fixes && !args.fix && !args.diff {
        return Err(Problem::new("`--unsafe-fixes` without `--fix`")
            .with_help("`--fix --unsafe-fixes` applies all fixes, `--diff --unsafe-fixes` shows them")
            .into());
    }
    let parameters = parameters::collect(&args.input.parameters_files, &args.input.parameters)?;
    if args.fix || args.diff || args.add_ignore.is_some() {
        return fix::run(args, &parameters, terminal, out);
    }
    present(args, &check(args, &parameters), terminal, out)
}

/// Writes the report to where it belongs and says the rest on standard error.
pub(crate) fn present(
    args: &CheckArgs,
    report: &Report,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let context = Context {
        rules: RULES,
        color: if args.output_file.is_some() { terminal.forced } else { terminal.color },
        summary: !args.quiet,
    };
    let format = Format::from(args.format);
    if let Some(file) = &args.output_file {
        let mut text = Vec::new();
        format.write(report, &context, &mut text)?;
        std::fs::write(file, text).map_err(|error| {
            Problem::new(format!("cannot write `{}`: {}", discover::shown(file), reason(&error)))
        })?;
    } else {
        format.write(report, &context, out)?;
        out.flush()?;
    }
    if !args.quiet {
        print_notices(report);
    }
    for error in unshown_errors(report) {
        Problem::unreadable(error, &report.sources).print(terminal);
    }
    Ok(exit(args, report))
}

/// What the arguments say about rules and values.
pub(crate) fn options(args: &CheckArgs, parameters: &Parameters) -> Options {
    Options {
        select: args.select.clone(),
        ignore: args.ignore.clone(),
        pedantic: args.pedantic,
        min_confidence: args.min_confidence.into(),
        no_suppressions: args.no_suppressions,
        parameters: parameters.of_all(),
        stack_parameters: parameters.of_one(),
    }
}

/// The files that the arguments name.
pub(crate) fn find(args: &CheckArgs) -> Found {
    let stdin_name = args.input.stdin_filename.as_deref().unwrap_or("<stdin>");
    discover::collect(&args.paths, stdin_name, &mut io::stdin().lock())
}

fn check(args: &CheckArgs, parameters: &Parameters) -> Report {
    let mut found = find(args);
    let inputs = std::mem::take(&mut found.inputs);
    let report = cflint_linter::check(inputs, RULES, &options(args, parameters));
    complete(report, found, args, parameters)
}

/// Adds to a report what it cannot know: what was left out, and where the user's own lines are.
pub(crate) fn complete(
    mut report: Report,
    found: Found,
    args: &CheckArgs,
    parameters: &Parameters,
) -> Report {
    report.files += found.irrelevant;
    report.errors.extend(found.errors);
    report.notices.extend(found.notices);
    report.notices.extend(parameters.notices(&report));
    drop_below(args.min_severity.into(), &mut report);
    user_source::complete(&mut report, &args.paths, Format::from(args.format));
    report
}

fn drop_below(least: Severity, report: &mut Report) {
    report.findings.retain(|finding| finding.severity >= least);
}

pub(crate) fn print_notices(report: &Report) {
    let mut err = io::stderr().lock();
    for notice in &report.notices {
        // Nobody misses a notice on a closed standard error.
        let _ = writeln!(err, "note: {}: {}", visible(&notice.path), visible(&notice.message));
    }
}

/// The inputs that could not be read, but for those where a finding shows the very place.
fn unshown_errors(report: &Report) -> impl Iterator<Item = &InputError> {
    report.errors.iter().filter(|error| {
        !error.span.is_some_and(|span| report.active().any(|finding| finding.primary.span == span))
    })
}

fn exit(args: &CheckArgs, report: &Report) -> Exit {
    let fails = |least| report.active().any(|finding| finding.severity >= least);
    if !report.errors.is_empty() {
        Exit::Failed
    } else if args.fail_on.severity().is_some_and(fails) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

#[cfg(test)]
mod tests;

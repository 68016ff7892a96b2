mod unused;

use std::io::{self, Write};
use std::path::Path;

use cflint_diagnostics::{Confidence, Severity};
use cflint_linter::{InputError, Report};
use cflint_output::{Context, Format, visible};
use cflint_rules::RULES;

use crate::args::{CheckArgs, FailOn};
use crate::baseline::{self, Baseline};
use crate::discover::{self, Exclude, Found};
use crate::parameters::{self, Parameters};
use crate::problem::{Failure, Problem, reason};
use crate::settings::Settings;
use crate::terminal::Terminal;
use crate::{Exit, user_source};

/// `cflint check`.
pub(crate) fn run(args: &CheckArgs, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
    if args.input.stdin_filename.is_some() && !args.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Problem::new("`--stdin-filename` without standard input")
            .with_help("`-` among the paths is standard input")
            .into());
    }
    let settings = Settings::load(&args.paths, &args.config, &args.settings)?;
    let parameters = parameters::collect(settings.config.as_ref(), &args.input)?;
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let report = check(args, &settings, &parameters, baseline);
    match &args.write_baseline {
        Some(file) => write_baseline(args, file, &report, terminal),
        None => present(args, settings.fail_on.value, &report, terminal, out),
    }
}

/// Writes the findings to a baseline, if every input could be read: a part of them would hide what an older one knows.
fn write_baseline(
    args: &CheckArgs,
    file: &Path,
    report: &Report,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    if !args.quiet {
        print_notices(report);
    }
    for error in &report.errors {
        Problem::unreadable(error, &report.sources).print(terminal);
    }
    if !report.errors.is_empty() {
        let message = format!("the baseline `{}` was not written", discover::shown(file));
        return Err(Problem::new(message).with_help("mend or exclude what could not be read").into());
    }
    let count = baseline::write(file, report)?;
    if !args.quiet {
        let what = if count == 1 { "finding" } else { "findings" };
        say(&format!("wrote {count} {what} to {}", discover::shown(file)));
    }
    Ok(Exit::Clean)
}

/// Writes the report to where it belongs and says the rest on standard error.
fn present(
    args: &CheckArgs,
    fail_on: FailOn,
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
    Ok(exit(fail_on, report))
}

fn check(
    args: &CheckArgs,
    settings: &Settings,
    parameters: &Parameters,
    baseline: Option<Baseline>,
) -> Report {
    let mut options = settings.options(parameters);
    let least = (options.min_confidence, settings.min_severity.value.into());
    if baseline.is_some() {
        // An entry is not stale because its finding is hidden now.
        options.min_confidence = Confidence::Possible;
    }
    let stdin_name = args.input.stdin_filename.as_deref().unwrap_or("<stdin>");
    let exclude = Exclude { paths: settings.exclude(), is_forced: args.force_exclude };
    let Found { inputs, errors, notices, irrelevant } =
        discover::collect(&args.paths, stdin_name, &mut io::stdin().lock(), &exclude);
    let mut report = cflint_linter::check(inputs, RULES, &options);
    report.files += irrelevant;
    report.errors.extend(errors);
    report.notices.extend(notices);
    report.notices.extend(parameters.notices(&report));
    report.notices.extend(unused::notices(settings, &options, &args.paths, &report));
    if let Some(baseline) = baseline {
        let stale = baseline.apply(&mut report, &options);
        report.notices.extend(stale.notice(args.verbose));
    }
    drop_below(least, &mut report);
    user_source::complete(&mut report, &args.paths, Format::from(args.format));
    report
}

fn drop_below((confidence, severity): (Confidence, Severity), report: &mut Report) {
    report.findings.retain(|finding| finding.confidence >= confidence && finding.severity >= severity);
}

pub(crate) fn print_notices(report: &Report) {
    let mut err = io::stderr().lock();
    for notice in &report.notices {
        // Nobody misses a notice on a closed standard error.
        let _ = writeln!(err, "note: {}: {}", visible(&notice.path), visible(&notice.message));
    }
}

/// Says what was done, on standard error.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(text));
}

/// The inputs that could not be read, but for those where a finding shows the very place.
fn unshown_errors(report: &Report) -> impl Iterator<Item = &InputError> {
    report.errors.iter().filter(|error| {
        !error.span.is_some_and(|span| report.active().any(|finding| finding.primary.span == span))
    })
}

fn exit(fail_on: FailOn, report: &Report) -> Exit {
    let fails = |least| report.active().any(|finding| finding.severity >= least);
    if !report.errors.is_empty() {
        Exit::Failed
    } else if fail_on.severity().is_some_and(fails) {
        Exit::Findings
    } else {
        Exit::Clean
    }
}

#[cfg(test)]
mod tests;

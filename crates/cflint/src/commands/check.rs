mod blind;
mod diff;
mod fix;
mod in_app;
mod page;
mod present;
mod projects;
mod run;
mod unused;
mod user_source;
mod witness;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use cflint_linter::Report;

pub(super) use self::fix::may_edit;
pub(super) use self::in_app::UNWRITTEN;
pub(crate) use self::page::write as write_page;
use self::present::present;
pub(crate) use self::projects::refuse_names_like_options;
use self::run::Run;
pub(crate) use self::run::notices;
use super::output;
use crate::args::{CheckArgs, OutputFormat};
use crate::baseline::{self, Baseline};
use crate::exit::Exit;
use crate::files::paths::{is_stdin, shown};
use crate::problem::{Failure, Problem};
use crate::settings::Settings;
use crate::terminal::Terminal;

/// `cflint check`.
pub(crate) fn run(args: &CheckArgs, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
    if args.input.stdin_filename.is_some() && !args.paths.iter().any(is_stdin) {
        return Err(Problem::new("`--stdin-filename` without standard input")
            .with_help("add `-` to the paths to read standard input")
            .into());
    }
    if args.unsafe_fixes && !args.fix && !args.diff {
        return Err(Problem::new("`--unsafe-fixes` without `--fix`")
            .with_help("`--fix --unsafe-fixes` applies all fixes, `--diff --unsafe-fixes` shows them")
            .into());
    }
    let counts = matches!(args.format, OutputFormat::Full | OutputFormat::Concise | OutputFormat::Json);
    if args.statistics && !counts {
        return Err(Problem::new("`--statistics` is a table or JSON")
            .with_help("omit `--format`, or use `--format json`")
            .into());
    }
    refuse_page(args, terminal)?;
    if args.hook {
        return projects::each(args, terminal, |paths, others| {
            run_project(args, paths, others, terminal, out)
        });
    }
    run_project(args, args.paths.clone(), BTreeSet::new(), terminal, out)
}

/// A page is for a browser; no one reads its text.
fn refuse_page(args: &CheckArgs, terminal: &Terminal) -> Result<(), Problem> {
    if !matches!(args.format, OutputFormat::Html) || !terminal.is_terminal || args.output_file.is_some() {
        return Ok(());
    }
    Err(Problem::new("`--format html` writes a page for a browser, not for a terminal")
        .with_help("write it to a file: `-o report.html`"))
}

/// A run with one configuration. What is found in `others`, other runs tell.
fn run_project(
    args: &CheckArgs,
    paths: Vec<PathBuf>,
    others: BTreeSet<String>,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let settings = Settings::load(&paths, &args.input, &args.config, &args.settings)?;
    let baseline = args.baseline.as_deref().map(Baseline::read).transpose()?;
    let run = Run { args, paths, others, settings, baseline };
    if args.fix || args.diff || args.add_ignore.is_some() {
        return fix::run(run, terminal, out);
    }
    let fail_on = run.settings.fail_on.value;
    let mut found = run.find();
    let inputs = std::mem::take(&mut found.inputs);
    let (report, page) = run.check(inputs, found);
    match &args.write_baseline {
        Some(file) => write_baseline(args, file, &report, terminal),
        None => present(args, fail_on, &report, &page, terminal, out),
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
        output::notices(report);
    }
    output::errors(&report.errors, &report.sources, terminal);
    if !report.errors.is_empty() {
        let message = format!("the baseline `{}` was not written", shown(file));
        return Err(Problem::new(message)
            .with_help("fix or exclude the files that could not be read")
            .into());
    }
    let count = baseline::write(file, report)?;
    if !args.quiet {
        let what = if count == 1 { "finding" } else { "findings" };
        output::say(&format!("wrote {count} {what} to {}", shown(file)));
    }
    Ok(Exit::Clean)
}

#[cfg(test)]
mod tests;

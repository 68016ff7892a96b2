mod unused;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cflint_diagnostics::{Confidence, Finding, Severity, Sources};
use cflint_linter::{Input, Options, Report};
use cflint_output::{Context, Format, visible};
use cflint_rules::RULES;

use crate::args::{CheckArgs, FailOn, OutputFormat};
use crate::baseline::{self, Baseline};
use crate::discover::{self, Exclude};
use crate::exit::Exit;
use crate::found::Found;
use crate::paths::{self, Folder, absolute, repository, shown};
use crate::problem::{Failure, Problem};
use crate::settings::Settings;
use crate::terminal::Terminal;
use crate::{fix, hook, user_source, witness};

/// `cflint check`.
pub(crate) fn run(args: &CheckArgs, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
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
    if !args.hook {
        return run_with(args, args.paths.clone(), BTreeSet::new(), terminal, out);
    }
    let groups = hook::by_project(hook::worth_reading(&args.paths), args);
    let is_text = matches!(
        args.format,
        OutputFormat::Full | OutputFormat::Concise | OutputFormat::Github | OutputFormat::Jsonl
    );
    if groups.len() > 1 && (!is_text || args.output_file.is_some()) {
        let message = "the files are in several projects, and one document cannot hold what several runs say";
        return Err(Problem::new(message).with_help("name the files of each project by themselves").into());
    }
    let mut exit = Exit::Clean;
    for paths in &groups {
        let others = groups.iter().filter(|other| *other != paths).flat_map(|other| args.input.named(other));
        let others = others.map(|path| paths::real(&shown(&path))).collect();
        exit = exit.max(match run_with(args, paths.clone(), others, terminal, out) {
            // The other projects are checked all the same.
            Err(Failure::Problem(problem)) => {
                problem.print(terminal);
                Exit::Failed
            }
            done => done?,
        });
    }
    Ok(exit)
}

/// A run with one configuration. What is found in `others`, other runs tell.
fn run_with(
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
    let report = run.check(inputs, found);
    match &args.write_baseline {
        Some(file) => write_baseline(args, file, &report, terminal),
        None => present(args, fail_on, &report, terminal, out),
    }
}

/// What a run is asked to do.
pub(crate) struct Run<'a> {
    pub(crate) args: &'a CheckArgs,
    /// Those of the arguments that are looked at.
    paths: Vec<PathBuf>,
    /// The real paths of files that other runs tell about.
    others: BTreeSet<String>,
    pub(crate) settings: Settings,
    pub(crate) baseline: Option<Baseline>,
}

impl Run<'_> {
    /// What the linter is asked to do.
    pub(crate) fn options(&self) -> Options {
        let mut options = self.settings.options();
        if self.args.no_suppressions {
            options.no_suppressions = true;
            options.suppressions.clear();
        }
        options
    }

    /// The files that the arguments name.
    pub(crate) fn find(&self) -> Found {
        let stdin_name = self.args.input.stdin_name();
        let is_forced = self.args.force_exclude || self.args.hook;
        let exclude = Exclude { paths: self.settings.exclude(), is_forced };
        let stdin = &mut io::stdin().lock();
        match self.args.hook {
            true => hook::collect(
                &self.paths,
                stdin_name,
                stdin,
                &exclude,
                &hook::project(&self.args.input.named(&self.paths)),
            ),
            false => discover::collect(&self.paths, stdin_name, stdin, &exclude),
        }
    }

    /// Checks files, and adds what the linter cannot know: what was left out, what is known, and where the user's own lines
    /// are.
    pub(crate) fn check(self, inputs: Vec<Input>, found: Found) -> Report {
        let mut options = self.options();
        let least = (options.min_confidence, self.settings.min_severity.value.into());
        if self.baseline.is_some() {
            // An entry is not stale because its finding is hidden now.
            options.min_confidence = Confidence::Possible;
        }
        let mut report = cflint_linter::check(inputs, RULES, &options);
        report.files += found.irrelevant;
        report.errors.extend(found.errors);
        report.notices.extend(found.notices);
        let mut unneeded = self.settings.parameters.notices(&report);
        unneeded.extend(unused::notices(&self.settings, &options, &self.args.paths, &report));
        if let Some(baseline) = self.baseline {
            let stale = baseline.apply(&mut report, &options);
            unneeded.extend(stale.notice(self.args.verbose));
        }
        // Who commits a few files does not want to hear what the whole project does not need.
        report.notices.extend(unneeded.into_iter().filter(|_| !self.args.hook));
        drop_below(least, &mut report);
        if !self.others.is_empty() {
            let sources = &report.sources;
            let is_own = |finding: &Finding| {
                !self.others.contains(&paths::real(sources.name(finding.primary.span.file)))
            };
            report.findings.retain(is_own);
        }
        witness::complete(&mut report, self.args);
        user_source::complete(&mut report, &self.args.paths, Format::from(self.args.format));
        report
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
        let message = format!("the baseline `{}` was not written", shown(file));
        return Err(Problem::new(message).with_help("mend or exclude what could not be read").into());
    }
    let count = baseline::write(file, report)?;
    if !args.quiet {
        let what = if count == 1 { "finding" } else { "findings" };
        say(&format!("wrote {count} {what} to {}", shown(file)));
    }
    Ok(Exit::Clean)
}

/// Writes the report to where it belongs and says the rest on standard error.
pub(crate) fn present(
    args: &CheckArgs,
    fail_on: FailOn,
    report: &Report,
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let root = Folder::new(&repository(Path::new(".")).unwrap_or_else(|| absolute(Path::new("."))));
    let context = Context {
        rules: RULES,
        color: if args.output_file.is_some() { terminal.forced } else { terminal.color },
        // A hook that had nothing to look at says nothing.
        summary: !args.quiet && (!args.hook || report.templates > 0),
        suppressed: !args.hide_suppressed,
        from_root: &|path| root.inner(path).unwrap_or_else(|| shown(&absolute(Path::new(path)))),
    };
    let format = Format::from(args.format);
    if let Some(file) = &args.output_file {
        refuse_to_overwrite(file, &report.sources)?;
        let mut text = Vec::new();
        format.write(report, &context, &mut text)?;
        std::fs::write(file, text).map_err(|error| Problem::unwritable(file, &error))?;
    } else {
        format.write(report, &context, out)?;
        out.flush()?;
    }
    if !args.quiet {
        print_notices(report);
    }
    for error in report.unshown_errors() {
        Problem::unreadable(error, &report.sources).print(terminal);
    }
    Ok(exit(fail_on, report))
}

/// An input that is named as the output is a mistake.
pub(crate) fn refuse_to_overwrite(file: &Path, sources: &Sources) -> Result<(), Problem> {
    let Ok(real) = file.canonicalize() else { return Ok(()) };
    let is_it = |name: &str| Path::new(name).canonicalize().is_ok_and(|input| input == real);
    if !real.is_file() || !baseline::names(sources).any(is_it) {
        return Ok(());
    }
    let message = format!("`{}` is a file that is checked, and would be overwritten", shown(file));
    Err(Problem::new(message).with_help("write the output to another file"))
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

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use cflint_diagnostics::{Applicability, Finding};
use cflint_linter::{Fixed, Input, InputError, add_suppressions};
use cflint_output::visible;
use cflint_rules::RULES;

use super::diff::{Look, diff};
use super::in_app;
use super::present::present;
use super::run::Run;
use crate::commands::output;
use crate::exit::Exit;
use crate::files::atomic;
use crate::files::paths::{self, is_stdin, repository, shown};
use crate::files::read::is_special;
use crate::input::apps;
use crate::problem::{Failure, Problem};
use crate::terminal::Terminal;

/// Folders with files that a tool makes: what is changed there is gone with the next build.
const MADE: [&str; 3] = [".aws-sam", ".serverless", "cdk.out"];

struct Words {
    noun: &'static str,
    plural: &'static str,
    done: &'static str,
}

const FIXED: Words = Words { noun: "fix", plural: "fixes", done: "fixed" };
const SUPPRESSED: Words = Words { noun: "suppression", plural: "suppressions", done: "suppressed" };

/// `cflint check --fix` and `--add-ignore`, and `--diff`, which changes nothing.
pub(super) fn run(run: Run<'_>, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
    let args = run.args;
    if !args.diff {
        refuse_streams(&args.paths)?;
    }
    let mut found = run.find();
    let before = std::mem::take(&mut found.inputs);
    let mut fixed = fixed(&run, before.clone());
    if let Some(reason) = args.add_ignore.as_ref().filter(|_| !args.quiet) {
        in_app::tell(&fixed.in_app, reason.as_deref());
    }
    if args.diff {
        output::errors(found.errors.iter().chain(&fixed.report.errors), &fixed.report.sources, terminal);
        let failed = !found.errors.is_empty() || !fixed.report.errors.is_empty();
        let is_empty = fixed.changed.is_empty();
        match &args.output_file {
            Some(file) => {
                let look = Look { color: terminal.forced, is_shown: false };
                output::to_file(file, diff(&before, &fixed, look).as_bytes(), &fixed.report.sources)?;
            }
            None => {
                let is_shown = terminal.is_terminal || terminal.is_log;
                write!(out, "{}", diff(&before, &fixed, Look { color: terminal.color, is_shown }))?;
            }
        }
        return Ok(match (failed, is_empty) {
            (true, _) => Exit::Failed,
            (false, true) => Exit::Clean,
            (false, false) => Exit::Findings,
        });
    }
    let words = if args.add_ignore.is_some() { &SUPPRESSED } else { &FIXED };
    let errors = write_files(&before, &mut fixed, words);
    if !args.quiet {
        tell(&fixed, words);
    }
    let fail_on = run.settings.fail_on.value;
    let (report, page) = run.check(fixed.inputs, found);
    let exit = present(args, fail_on, &report, &page, terminal, out)?;
    output::errors(&errors, &report.sources, terminal);
    Ok(if errors.is_empty() { exit } else { Exit::Failed })
}

/// What was read from a pipe is gone, and nothing can be put into its place.
fn refuse_streams(paths: &[PathBuf]) -> Result<(), Problem> {
    let refuse =
        |what: &str| Err(Problem::new(format!("{what} cannot be changed")).with_help("use `--diff`"));
    if paths.iter().any(is_stdin) {
        return refuse("standard input");
    }
    match paths.iter().find(|path| is_special(path)) {
        Some(path) => refuse(&format!("`{}` is a pipe or a device, which", shown(path))),
        None => Ok(()),
    }
}

/// The inputs as they are to be.
fn fixed(run: &Run<'_>, before: Vec<Input>) -> Fixed {
    let (args, options) = (run.args, run.options());
    let least = run.settings.min_severity.value.into();
    let Some(reason) = &args.add_ignore else {
        let wanted = |finding: &Finding, path: &str| {
            let is_known = || run.baseline.as_ref().is_some_and(|baseline| baseline.knows(finding, path));
            finding.severity >= least && !is_known()
        };
        let least = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        return cflint_linter::fix(before, RULES, &options, least, &wanted, &may_edit);
    };
    let wanted = |finding: &Finding| finding.severity >= least;
    let reason = reason.as_deref().filter(|reason| !reason.is_empty());
    add_suppressions(before, RULES, &options, reason, &wanted, &may_edit)
}

/// Whether a file may be changed: nothing that a tool makes, such as a synthesized template.
pub(in crate::commands) fn may_edit(input: &Input) -> bool {
    let is_made = |part: Component<'_>| matches!(part, Component::Normal(name) if MADE.iter().any(|made| name == *made));
    let real = PathBuf::from(paths::real(&input.name));
    let inner = repository(&real).and_then(|root| real.strip_prefix(root).ok().map(Path::to_path_buf));
    let is_of_assembly = || apps::assembly_around(&real).is_some();
    input.stack.is_none() && !is_of_assembly() && !inner.as_ref().unwrap_or(&real).components().any(is_made)
}

/// Writes what changed; what cannot be written leaves its file as it was, and its input too.
fn write_files(before: &[Input], fixed: &mut Fixed, words: &Words) -> Vec<InputError> {
    let mut errors = Vec::new();
    let names = fixed.changed.iter().filter_map(|index| before.get(*index)).map(|input| &input.name);
    let folders = names.filter_map(|name| paths::target(name)?.parent().map(Path::to_path_buf));
    folders.collect::<BTreeSet<_>>().iter().for_each(|folder| atomic::sweep(folder));
    for index in std::mem::take(&mut fixed.changed) {
        let (Some(old), Some(new)) = (before.get(index), fixed.inputs.get_mut(index)) else { continue };
        match atomic::replace(Path::new(&old.name), &old.bytes, &new.bytes) {
            Ok(()) => {
                fixed.changed.insert(index);
            }
            Err(why) => {
                let message = format!("the {} could not be written: {why}", words.plural);
                errors.push(InputError { path: old.name.clone(), message, span: None });
                new.bytes.clone_from(&old.bytes);
            }
        }
    }
    fixed.mended.retain(|(_, file)| fixed.changed.contains(file));
    errors
}

/// What was done, on standard error.
fn tell(fixed: &Fixed, words: &Words) {
    let mut err = io::stderr().lock();
    if !fixed.mended.is_empty() {
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        fixed.mended.iter().for_each(|(rule, _)| *rules.entry(rule).or_insert(0) += 1);
        let rules: Vec<String> = rules.iter().map(|(rule, count)| format!("{rule} ({count})")).collect();
        let plural =
            |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        // No one misses a notice on a closed standard error.
        let _ = writeln!(
            err,
            "{} {} in {}: {}",
            words.done,
            plural(fixed.mended.len(), "finding"),
            plural(fixed.changed.len(), "file"),
            rules.join(", ")
        );
    }
    for refused in &fixed.refused {
        let _ = writeln!(
            err,
            "note: {}: the {} of `{}` was not written: {}",
            visible(&refused.path),
            words.noun,
            refused.rule,
            refused.why
        );
    }
}

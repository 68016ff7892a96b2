//! `cargo xtask corpus PATH [--bless] [--show RULE]`: every template of a corpus, checked by every rule.
//!
//! What is found is compared with `crates/xtask/corpus.txt`, so that a change of a rule shows what it changes.

#![expect(clippy::disallowed_methods, reason = "a developer knows what it reads")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal of a developer")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use std::{env, fs, panic, thread};

use cflint_diagnostics::Encoding;
use cflint_linter::{Input, Options, Report, check};
use cflint_output::{Context, full};
use cflint_rules::RULES;
use walkdir::WalkDir;

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus.txt");
const USAGE: &str = "Usage: cargo xtask corpus PATH [--bless] [--show RULE]";
/// How many changed lines are printed.
const MAX_CHANGES: usize = 100;

struct Arguments {
    path: PathBuf,
    bless: bool,
    show: Option<String>,
}

/// What came out of the corpus, or of one file of it.
#[derive(Default)]
struct Outcome {
    files: usize,
    templates: usize,
    errors: usize,
    /// Rule and place of each finding.
    findings: Vec<(&'static str, String)>,
    /// Files at which the engine panicked.
    panics: Vec<String>,
    /// Path and text of what is to be shown.
    shown: Vec<(String, String)>,
}

fn main() -> ExitCode {
    let started = Instant::now();
    let outcome = arguments().and_then(|arguments| {
        let files = files(&arguments.path)?;
        Ok((run(&arguments, &files), arguments))
    });
    let (outcome, arguments) = match outcome {
        Ok(outcome) => outcome,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    for (_, text) in &outcome.shown {
        print!("{text}");
    }
    let snapshot = snapshot(&outcome);
    println!("{}", snapshot.split("\n\n").take(2).collect::<Vec<_>>().join("\n"));
    println!("{:.1} s", started.elapsed().as_secs_f32());
    for path in &outcome.panics {
        eprintln!("panicked at {path}");
    }
    let same = arguments.show.is_some() || compare(&snapshot, arguments.bless);
    if same && outcome.panics.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments() -> Result<Arguments, String> {
    let mut found = Arguments { path: PathBuf::new(), bless: false, show: None };
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--bless" => found.bless = true,
            "--show" => found.show = Some(args.next().ok_or(USAGE)?),
            _ if found.path.as_os_str().is_empty() && !arg.starts_with('-') => found.path = arg.into(),
            _ => return Err(USAGE.to_owned()),
        }
    }
    if let Some(rule) = &found.show
        && !RULES.iter().any(|known| known.meta().id == rule)
    {
        return Err(format!("unknown rule `{rule}`"));
    }
    if found.path.as_os_str().is_empty() { Err(USAGE.to_owned()) } else { Ok(found) }
}

/// The templates: all files of `templates`, and those that CDK made in `assemblies`. Paths are relative to the corpus.
fn files(corpus: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let mut files = Vec::new();
    for (folder, ending) in [("templates", ""), ("assemblies", ".template.json")] {
        for entry in WalkDir::new(corpus.join(folder)) {
            let entry = entry.map_err(|error| format!("cannot read the corpus: {error}"))?;
            let path = entry.path();
            let name = path.strip_prefix(corpus).unwrap_or(path).to_string_lossy().replace('\\', "/");
            if entry.file_type().is_file() && name.ends_with(ending) {
                files.push((name, path.to_path_buf()));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn run(arguments: &Arguments, files: &[(String, PathBuf)]) -> Outcome {
    let next = AtomicUsize::new(0);
    let total = Mutex::new(Outcome::default());
    let work = || {
        while let Some((name, path)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = file(arguments, name, path);
            if let Ok(mut total) = total.lock() {
                total.add(outcome);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut total = total.into_inner().unwrap_or_default();
    total.findings.sort();
    total.panics.sort();
    total.shown.sort();
    total
}

fn file(arguments: &Arguments, name: &str, path: &Path) -> Outcome {
    let Ok(bytes) = fs::read(path) else {
        return Outcome { files: 1, errors: 1, ..Outcome::default() };
    };
    let input = Input::new(name, bytes);
    let checked = panic::catch_unwind(|| check(vec![input], RULES, &Options::default()));
    let Ok(report) = checked else {
        return Outcome { files: 1, panics: vec![name.to_owned()], ..Outcome::default() };
    };
    let findings = report.findings.iter().map(|finding| {
        let span = finding.primary.span;
        let position =
            report.sources.get(span.file).map(|file| file.position(span.start, Encoding::CodePoints));
        (finding.rule, format!("{name}:{}", position.map_or(1, |position| position.line)))
    });
    let shown = arguments.show.as_deref().map(|rule| (name.to_owned(), render(&report, rule)));
    Outcome {
        files: 1,
        templates: report.templates,
        errors: report.errors.len(),
        findings: findings.collect(),
        panics: Vec::new(),
        shown: shown.into_iter().collect(),
    }
}

fn render(report: &Report, rule: &str) -> String {
    let context = Context { width: 100, summary: false, ..Context::plain(RULES) };
    let mut text = Vec::new();
    for finding in report.active().filter(|finding| finding.rule == rule) {
        // Writing to a vector cannot fail.
        let _ = full::write_finding(report, finding, &context, &mut text);
        text.push(b'\n');
    }
    String::from_utf8_lossy(&text).into_owned()
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.templates += other.templates;
        self.errors += other.errors;
        self.findings.extend(other.findings);
        self.panics.extend(other.panics);
        self.shown.extend(other.shown);
    }
}

/// The totals, the count of each rule, and a line for each finding.
fn snapshot(outcome: &Outcome) -> String {
    let mut counts: BTreeMap<&str, usize> = RULES.iter().map(|rule| (rule.meta().id, 0)).collect();
    for (rule, _) in &outcome.findings {
        *counts.entry(*rule).or_default() += 1;
    }
    let Outcome { files, templates, errors, .. } = outcome;
    let total = outcome.findings.len();
    let mut text = format!("{files} files, {templates} templates, {errors} errors, {total} findings\n\n");
    for (rule, count) in counts {
        let _ = writeln!(text, "{count:6} {rule}");
    }
    text.push('\n');
    for (rule, place) in &outcome.findings {
        let _ = writeln!(text, "{rule} {place}");
    }
    text
}

/// Whether the snapshot is what it was; writes it instead if `bless` says so.
fn compare(snapshot: &str, bless: bool) -> bool {
    if bless {
        return match fs::write(SNAPSHOT, snapshot) {
            Ok(()) => true,
            Err(error) => {
                eprintln!("cannot write {SNAPSHOT}: {error}");
                false
            }
        };
    }
    let before = fs::read_to_string(SNAPSHOT).unwrap_or_default();
    if before == snapshot {
        return true;
    }
    let mut changes: BTreeMap<&str, isize> = BTreeMap::new();
    for (text, step) in [(before.as_str(), -1), (snapshot, 1)] {
        for line in text.lines() {
            *changes.entry(line).or_default() += step;
        }
    }
    changes.retain(|_, step| *step != 0);
    for (line, step) in changes.iter().take(MAX_CHANGES) {
        println!("{}{line}", if *step < 0 { '-' } else { '+' });
    }
    if let Some(more) = changes.len().checked_sub(MAX_CHANGES).filter(|more| *more > 0) {
        println!("… and {more} more lines");
    }
    eprintln!(
        "the findings changed: if that is meant, run it again with `--bless` and commit crates/xtask/corpus.txt"
    );
    false
}

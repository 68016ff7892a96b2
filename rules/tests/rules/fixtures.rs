//! One test for each fixture.

use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use cflint_diagnostics::{Applicability, Confidence, Edit, Finding};
use cflint_linter::{Input, Options, Report, Rule, StackOf, check};
use cflint_output::{Context, full};
use cflint_rules::RULES;
use cflint_template::assembly;
use libtest_mimic::{Failed, Trial};
use similar::{ChangeTag, TextDiff};

/// Rounds of applying every fix after which nothing may be left to fix.
const MAX_ROUNDS: usize = 10;

/// The variable by which `insta` is told what to do with a snapshot that differs.
const ACCEPT: &str = "INSTA_UPDATE";

/// The folder of all fixtures.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// The fixtures of a rule: files and folders whose name starts with one of the contracts. A folder is a project of
/// several templates, or a CDK assembly if it has a manifest.
pub(crate) fn of(rule: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(root().join(rule)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.is_dir() || path.extension().is_some_and(|e| e != "snap" && e != "new"));
    paths.sort();
    paths
}

pub(crate) fn trials() -> Vec<Trial> {
    let fixtures =
        RULES.iter().flat_map(|rule| of(rule.meta().id).into_iter().map(move |path| (*rule, path)));
    fixtures
        .map(|(rule, path)| {
            let name = format!("{}::{}", rule.meta().id, file_name(&path));
            Trial::test(name, move || run(rule, &path))
        })
        .collect()
}

pub(crate) fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn lint(rule: &'static dyn Rule, inputs: Vec<Input>, min_confidence: Confidence) -> Report {
    let options = Options { pedantic: true, min_confidence, ..Options::default() };
    if !rule.meta().id.ends_with("-suppression") {
        return check(inputs, &[rule], &options);
    }
    // What comes of a suppression is known only if every rule has run.
    let mut report = check(inputs, RULES, &options);
    report.findings.retain(|finding| finding.rule == rule.meta().id);
    report
}

/// What is checked together: the file, or what is in the folder.
pub(crate) fn inputs(path: &Path) -> Result<Vec<Input>, Failed> {
    if !path.is_dir() {
        return Ok(vec![Input::new(file_name(path), fs::read(path)?)]);
    }
    if path.join("manifest.json").exists() {
        let assembly =
            assembly::read(&mut |file| fs::read(path.join(file)).map_err(|error| error.to_string()));
        if !assembly.errors.is_empty() {
            return Err(format!("the assembly cannot be read: {:?}", assembly.errors).into());
        }
        let stacks = assembly.stacks.into_iter().map(|stack| Input {
            stack: Some(StackOf { facts: stack.facts, is_nested: stack.is_nested }),
            ..Input::new(stack.template, stack.bytes)
        });
        return Ok(stacks.collect());
    }
    let mut files: Vec<PathBuf> = fs::read_dir(path)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files.iter().map(|file| Ok(Input::new(file_name(file), fs::read(file)?))).collect()
}

/// What a rule says about a fixture, as a person sees it.
pub(crate) fn output(rule: &'static dyn Rule, path: &Path) -> Result<String, Failed> {
    Ok(render(rule, &lint(rule, inputs(path)?, Confidence::Likely)))
}

fn run(rule: &'static dyn Rule, path: &Path) -> Result<(), Failed> {
    let inputs = inputs(path)?;
    let name = file_name(path);
    let shown = lint(rule, inputs.clone(), Confidence::Likely);
    let all = lint(rule, inputs.clone(), Confidence::Possible);
    if rule.meta().id != "invalid-template" && !all.errors.is_empty() {
        return Err(format!("the fixture cannot be read: {:?}", all.errors).into());
    }
    if all.templates == 0 && all.errors.is_empty() {
        return Err("the fixture must be a template".into());
    }
    let contract = name.split(['-', '.']).next().unwrap_or_default();
    let least = if contract == "possible" { Confidence::Possible } else { Confidence::Likely };
    let report = match contract {
        "fail" if shown.findings.is_empty() => {
            return Err("the rule must report something, and reports nothing".into());
        }
        "fail" => shown,
        "pass" | "possible" if !shown.findings.is_empty() => {
            return Err(
                format!("the rule must report nothing, and reports:\n{}", render(rule, &shown)).into()
            );
        }
        "pass" => return Ok(()),
        "possible" if all.findings.is_empty() => {
            return Err("the rule must report something possible, and reports nothing".into());
        }
        "possible" => all,
        _ => return Err("the name of a fixture must start with `fail`, `pass` or `possible`".into()),
    };
    let mut output = render(rule, &report);
    if let [input] = inputs.as_slice()
        && let Ok(source) = std::str::from_utf8(&input.bytes)
    {
        output.push_str(&fixed(rule, name, source, &report, least)?);
    }
    let folder = path.parent().unwrap_or(path);
    snapshot(folder, name, &output, || {
        format!(
            "this is what the rule says about {}; read it as a stranger in a hurry would",
            shown_path(path)
        )
    })
}

/// Compares with a snapshot; if it differs, the failure says what to read, and what accepts it.
pub(crate) fn snapshot(
    folder: &Path,
    name: &str,
    text: &str,
    meaning: impl FnOnce() -> String,
) -> Result<(), Failed> {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let compared = catch_unwind(AssertUnwindSafe(|| settings.bind(|| insta::assert_snapshot!(name, text))));
    compared.map_err(|_| {
        let accept = accept(file_name(folder));
        let file = shown_path(&folder.join(format!("{name}.snap")));
        Failed::from(format!("{file} has changed, see above: {}. {accept}", meaning()))
    })
}

/// How a change of what is generated for a rule is accepted.
pub(crate) fn accept(id: &str) -> String {
    format!("If it is right, accept it: `{ACCEPT}=always cargo test -p cflint-rules -- {id}::`")
}

/// Whether this run accepts every change.
pub(crate) fn accepts() -> bool {
    std::env::var_os(ACCEPT).is_some_and(|value| value == "always")
}

/// The path below the root of the repository.
fn shown_path(path: &Path) -> String {
    let below = path.strip_prefix(root()).unwrap_or(path);
    format!("fixtures/{}", below.display()).replace('\\', "/")
}

fn render(rule: &'static dyn Rule, report: &Report) -> String {
    let mut bytes = Vec::new();
    let rules = [rule];
    let context = Context { summary: false, ..Context::plain(&rules) };
    if full::write(report, &context, &mut bytes).is_err() {
        return String::new();
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn edits(finding: &Finding) -> Option<&[Edit]> {
    let fix = finding.fix.as_ref()?;
    (fix.applicability > Applicability::Display).then_some(&*fix.edits)
}

/// Applies every fix until nothing changes, checks what fixes promise, and shows the difference.
fn fixed(
    rule: &'static dyn Rule,
    name: &str,
    source: &str,
    report: &Report,
    least: Confidence,
) -> Result<String, Failed> {
    let fixable: Vec<&str> =
        report.findings.iter().filter(|f| edits(f).is_some()).map(|f| f.fingerprint.as_str()).collect();
    if fixable.is_empty() {
        return Ok(String::new());
    }
    let mut text = source.to_owned();
    for _ in 0..MAX_ROUNDS {
        let round = lint(rule, vec![Input::new(name, text.clone().into_bytes())], least);
        if !round.errors.is_empty() {
            return Err(format!("the fixed file must be readable: {:?}\n{text}", round.errors).into());
        }
        let Some(edits) = round.findings.iter().find_map(edits) else {
            let left = round.findings.iter().filter(|f| fixable.contains(&&*f.fingerprint)).count();
            if left > 0 {
                return Err(format!("a finding must be gone after its fix:\n{}", render(rule, &round)).into());
            }
            return diff(source, &text, report);
        };
        text =
            cflint_template::edit::apply(&text, edits).ok_or("the edits of a fix overlap or do not fit")?;
    }
    Err("the fixes must come to an end".into())
}

fn diff(before: &str, after: &str, report: &Report) -> Result<String, Failed> {
    let touched: usize = report.findings.iter().filter_map(edits).flatten().map(|e| lines(before, e)).sum();
    let diff = TextDiff::from_lines(before, after);
    let removed = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Delete).count();
    if removed > touched {
        return Err(format!(
            "the fixes must change only the {touched} lines of their edits, and change {removed}:\n{after}"
        )
        .into());
    }
    let mut output = String::from("\nfixed:\n");
    for change in diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal) {
        let _ = write!(output, "{}{}", change.tag(), change.value());
    }
    Ok(output)
}

/// How many lines an edit touches.
fn lines(text: &str, edit: &Edit) -> usize {
    text.get(edit.span.range()).map_or(1, |old| old.matches('\n').count() + 1)
}

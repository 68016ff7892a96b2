//! What the server shows is what `cflint check` reports.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cflint_linter::parallel::parallel;
use clap::Parser;
use serde_json::{Value, json};
use tempfile::TempDir;
use walkdir::WalkDir;

use super::{Script, shown};
use crate::args::{Cli, Command};
use crate::commands::check;
use crate::commands::server::{configuration, uri};
use crate::files::paths;
use crate::input::discover::{has_extension, may_be_template};
use crate::input::open;
use crate::terminal::Terminal;

/// One finding: rule, severity, confidence, range and edits. Columns are code points, from 0.
type Known = (String, String, String, Value, Value);

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").canonicalize().unwrap();
    let files = WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.is_file() && has_extension(path)).collect()
}

fn range(span: &Value) -> Value {
    let position = |at: &Value| {
        let number = |name: &str| at[name].as_u64().unwrap() - 1;
        json!({"line": number("line"), "character": number("column")})
    };
    json!({"start": position(&span["start"]), "end": position(&span["end"])})
}

/// What `cflint check --format json` reports, by path.
fn checked(path: &str, is_hook: bool) -> BTreeMap<String, BTreeSet<String>> {
    let mut args = vec!["cflint", "check", "--quiet", "--format", "json", path];
    args.extend(is_hook.then_some("--hook"));
    let Command::Check(args) = Cli::parse_from(args).command else { panic!() };
    let mut out = Vec::new();
    check::run(&args, &Terminal::default(), &mut out).unwrap();
    let report: Value = serde_json::from_slice(&out).unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        if !finding["suppressed"].is_null() {
            continue;
        }
        let edits = |fix: &Value| {
            let edits = fix["edits"].as_array().unwrap().iter();
            let edits = edits.map(|edit| json!([range(&edit["span"]), edit["text"]]));
            json!([fix["applicability"], edits.collect::<Vec<_>>()])
        };
        let fix = Some(&finding["fix"]).filter(|fix| !fix.is_null()).map_or(Value::Null, edits);
        let text = |name: &str| finding[name].as_str().unwrap().to_owned();
        let known: Known = (text("rule"), text("severity"), text("confidence"), range(&finding["span"]), fix);
        let path = paths::real(finding["path"].as_str().unwrap());
        found.entry(path).or_default().insert(format!("{known:?} {}", text("message")));
    }
    found
}

/// What the server publishes, by path.
fn served(path: &str, text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let script = Script::new(&json!({"general": {"positionEncodings": ["utf-32"]}}));
    let (messages, _) = script.then([super::open(uri::of(path).as_ref(), text)]).run();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (uri, diagnostics) in shown(&messages) {
        let path = paths::real(&paths::shown(&uri::path(&uri.as_str().into()).unwrap()));
        for diagnostic in diagnostics {
            let severity =
                ["error", "warning", "info"][diagnostic["severity"].as_u64().unwrap() as usize - 1];
            let edits = |fix: &Value| {
                let edits = fix["edits"].as_array().unwrap().iter();
                let edits = edits.map(|edit| json!([edit["range"], edit["newText"]]));
                json!([fix["applicability"], edits.collect::<Vec<_>>()])
            };
            let fix = &diagnostic["data"]["fix"];
            let fix = Some(fix).filter(|fix| !fix.is_null()).map_or(Value::Null, edits);
            let rule = diagnostic["code"].as_str().unwrap().to_owned();
            let confidence = diagnostic["data"]["confidence"].as_str().unwrap().to_owned();
            let known: Known = (rule, severity.to_owned(), confidence, diagnostic["range"].clone(), fix);
            let message = diagnostic["message"].as_str().unwrap().lines().next().unwrap();
            let message = message.split(" (if ").next().unwrap();
            found.entry(path.clone()).or_default().insert(format!("{known:?} {message}"));
        }
    }
    found
}

/// A copy of the folder of a fixture, as a project of its own.
fn project(fixture: &Path) -> TempDir {
    let copy = TempDir::new().unwrap();
    for entry in std::fs::read_dir(fixture.parent().unwrap()).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    copy
}

#[test]
fn the_server_shows_what_a_check_reports() {
    let fixtures = fixtures();
    let compared = parallel(fixtures.len(), |index| {
        let path = paths::shown(&fixtures[index]);
        let text = std::fs::read_to_string(&fixtures[index]).ok()?;
        let is_quiet = !may_be_template(text.as_bytes()) || configuration::is_one(&path);
        if is_quiet {
            return None;
        }
        if !open::imports(&text) {
            return Some((path.clone(), checked(&path, false), served(&path, &text)));
        }
        // What a template imports is in the rest of its project.
        let project = project(&fixtures[index]);
        let inside = paths::real(&paths::shown(&project.path().join(fixtures[index].file_name()?)));
        let (mut one, mut other) = (checked(&inside, true), served(&inside, &text));
        [&mut one, &mut other].into_iter().for_each(|found| found.retain(|path, _| *path == inside));
        Some((path, one, other))
    });
    let compared: Vec<_> = compared.into_iter().flatten().collect();
    assert!(compared.len() > 1_000, "{}", compared.len());
    assert!(compared.iter().filter(|(_, one, _)| !one.is_empty()).count() > 500);
    let different = compared.iter().filter(|(_, one, other)| one != other);
    let different: Vec<String> = different
        .map(|(path, one, other)| format!("{path}\n check: {one:#?}\n server: {other:#?}"))
        .collect();
    assert!(different.is_empty(), "{} of {}: {}", different.len(), compared.len(), different.join("\n"));
}

//! Check and trace agree: for each cause there is a fixture in which a request ends with it and, unless no rule is for it,
//! a rule reports it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;

use super::*;
use crate::args::{Cli, Command};
use crate::commands::survey::{Survey, Surveyed};
use crate::commands::trace::{Candidate, request, ways};
use crate::terminal::Terminal;

/// The file that declares the causes, so that none is forgotten.
const CAUSES: &str = include_str!("../../../../../edge/src/trace/cause.rs");

/// The causes by the names that `Debug` writes.
fn declared() -> BTreeSet<String> {
    let variants = |name: &str| {
        let (_, body) = CAUSES.split_once(&format!("pub enum {name} {{")).unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        let lines = body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        lines.map(|line| line.trim_end_matches(',').to_owned()).collect::<Vec<String>>()
    };
    let inner = variants("Undeployable").into_iter().map(|inner| format!("Undeployable({inner})"));
    let outer = variants("Cause").into_iter().filter(|cause| !cause.starts_with("Undeployable("));
    inner.chain(outer).collect()
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/_trace");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml" || end == "json"));
    paths.sort();
    paths
}

/// The requests that the first lines of a fixture of traces name.
fn of_head(path: &Path) -> Vec<Vec<String>> {
    let is_json = path.extension().is_some_and(|end| end == "json");
    let head = if is_json { path.with_extension("json.trace") } else { path.to_path_buf() };
    let head = fs::read_to_string(head).unwrap();
    let lines = head.lines().map_while(|line| line.strip_prefix('#'));
    let traces = lines.filter_map(|line| line.trim().strip_prefix("trace:"));
    let words = |line: &str| {
        let line = repeated(line.rsplit_once("=>").unwrap().0);
        let parts = line.split('\'').enumerate();
        let words = parts.flat_map(|(index, part)| match index % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(str::to_owned).collect(),
        });
        words.collect::<Vec<String>>()
    };
    traces.map(words).collect()
}

/// With as many letters as `(a*9000)` stands for.
fn repeated(text: &str) -> String {
    let Some((before, rest)) = text.split_once('(') else { return text.to_owned() };
    let Some((letter, count, after)) =
        rest.split_once(')').and_then(|(inner, after)| inner.split_once('*').map(|(a, n)| (a, n, after)))
    else {
        return text.to_owned();
    };
    format!("{before}{}{}", letter.repeat(count.parse().unwrap()), repeated(after))
}

/// How the ways of a request end: the cause, and whether a finding is about it.
fn ends(path: &Path, words: &[String]) -> Vec<(Cause, bool)> {
    let words =
        ["cflint", "trace", path.to_str().unwrap()].into_iter().chain(words.iter().map(String::as_str));
    let Command::Trace(arguments) = Cli::try_parse_from(words).unwrap().command else {
        unreachable!("it is `trace`")
    };
    let (named, asked) = arguments.path_and_request().unwrap();
    let (request, _) = request(asked, &arguments).unwrap();
    let survey = Survey::new(&[named], &arguments.config, &arguments.input).unwrap();
    let surveyed = survey.look(&Terminal::default(), |model, input| Candidate::new(model, &request, input));
    let Surveyed { seen, inputs, options, .. } = surveyed;
    let Ok(ways) = ways(seen, &arguments, &request) else { return Vec::new() };
    let findings = findings(&ways, inputs, &options);
    let ended = ways.iter().filter_map(|(way, place)| {
        let cause = place.cause?;
        Some((cause, finding(cause, way, place, &findings).is_some()))
    });
    ended.collect()
}

#[test]
fn each_cause_has_a_fixture_in_which_a_rule_reports_what_the_trace_says() {
    // Whether the pair is complete.
    let mut met: BTreeMap<String, (Cause, bool)> = BTreeMap::new();
    let mut alone = Vec::new();
    let mut note = |path: &Path, words: &[String]| {
        for (cause, is_found) in ends(path, words) {
            let is_paired = is_found || matches!(reported(cause), Reported::Never(_));
            let known = met.entry(format!("{cause:?}")).or_insert((cause, false));
            known.1 |= is_paired;
            if !is_found && matches!(reported(cause), Reported::By(_)) {
                alone.push(format!("{cause:?}: {} {}", path.file_name().unwrap().display(), words.join(" ")));
            }
        }
    };
    for path in fixtures() {
        of_head(&path).iter().for_each(|words| note(&path, words));
    }
    let missing: Vec<String> =
        declared().into_iter().filter(|name| met.get(name).is_none_or(|(_, paired)| !paired)).collect();
    assert!(
        missing.is_empty() && alone.is_empty(),
        "no fixture has both:\n{}\nno finding:\n{}",
        missing.join("\n"),
        alone.join("\n")
    );
    let unknown: Vec<&String> = met.keys().filter(|name| !declared().contains(*name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

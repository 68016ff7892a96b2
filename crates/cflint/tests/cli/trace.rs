//! `cflint trace` on the templates of `fixtures/_trace`: each says in its first lines which requests are followed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::project::Project;

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/_trace");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "json"));
    paths.sort();
    paths
}

/// The lines that say what to follow: at the top of a template, or in a file beside one that is JSON.
fn head(path: &Path) -> String {
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let beside = path.with_extension("json.trace");
    fs::read_to_string(if is_json { &beside } else { path }).unwrap()
}

/// The arguments in the comments `# trace: …`, and what they have to come to: the verdict, the status and who answers,
/// as far as there is one. `(a*9000)` stands for so many letters.
fn requests(text: &str) -> Vec<(Vec<String>, String)> {
    let lines = text.lines().map_while(|line| line.strip_prefix('#'));
    let traces = lines.filter_map(|line| line.trim().strip_prefix("trace:"));
    traces
        .map(|line| {
            let (arguments, expected) = line.rsplit_once("=>").unwrap();
            (words(arguments), expected.trim().to_owned())
        })
        .collect()
}

/// The words of a command line with single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        match index % 2 {
            1 => words.push(repeated(part)),
            _ => words.extend(part.split_whitespace().map(str::to_owned)),
        }
    }
    words
}

fn repeated(text: &str) -> String {
    let Some((before, rest)) = text.split_once('(') else { return text.to_owned() };
    let Some((inner, after)) = rest.split_once(')') else { return text.to_owned() };
    let (what, count) = inner.split_once('*').unwrap();
    format!("{before}{}{}", what.repeat(count.parse().unwrap()), repeated(after))
}

/// A text in which no letter is repeated without end, for a snapshot.
fn bounded(text: &str) -> String {
    let mut bounded = String::new();
    let mut run = 0;
    let mut previous = None;
    for c in text.chars() {
        run = if previous == Some(c) { run + 1 } else { 0 };
        previous = Some(c);
        if run < 60 || c == ' ' {
            bounded.push(c);
        }
    }
    bounded
}

#[test]
fn requests_end_as_the_fixtures_say() {
    for path in fixtures() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let requests = requests(&head(&path));
        assert!(!requests.is_empty(), "{name} says no request");
        let project = Project::new(&[(&name, &text)]);
        let mut output = String::new();
        for (arguments, expected) in requests {
            let arguments: Vec<&str> =
                ["trace", &name].into_iter().chain(arguments.iter().map(String::as_str)).collect();
            let full = project.run(&arguments);
            output.push_str(&bounded(&format!("$ cflint {}\n{full}\n", arguments.join(" "))));
            let json = project.run(&arguments.into_iter().chain(["--format", "json"]).collect::<Vec<_>>());
            let json: Value =
                serde_json::from_str(&json.stdout).unwrap_or_else(|error| panic!("{name}: {error}\n{full}"));
            let status = json["status"].as_u64().map_or(String::new(), |status| format!(" {status}"));
            let party = json["answered_by"].as_str().map_or(String::new(), |party| format!(" {party}"));
            let found = format!("{}{status}{party}", json["verdict"].as_str().unwrap());
            assert_eq!(found, expected, "{name}\n{full}");
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name.as_str(), output));
    }
}

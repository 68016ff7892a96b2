//! Functions run, and nothing of them runs if that is turned off.

use std::fs;
use std::path::Path;

use crate::project::Project;

/// A template with a function, whose code is the text.
fn template(code: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/function-fails/fail.yaml");
    let text = fs::read_to_string(path).unwrap();
    let (head, rest) = text.split_once("      FunctionCode: |\n").unwrap();
    let (_, tail) = rest.split_once("  Distribution:\n").unwrap();
    let lines: Vec<String> = code.lines().map(|line| format!("        {line}\n")).collect();
    format!("{head}      FunctionCode: |\n{}  Distribution:\n{tail}", lines.concat())
}

/// What rules find about functions, and how a request ends.
fn looked_at(project: &Project, more: &[&str]) -> (Vec<String>, String, String) {
    let checked = project
        .run(&[&["check", "edge.yaml", "--min-confidence", "possible", "--format", "json"], more].concat())
        .json();
    let findings = checked["findings"].as_array().unwrap();
    let rules = findings.iter().map(|it| it["rule"].as_str().unwrap().to_owned());
    let rules = rules.filter(|rule| rule.starts_with("function-") || rule.starts_with("rewritten-"));
    let traced = project.run(&[&["trace", "edge.yaml", "GET /users/1", "--format", "json"], more].concat());
    (rules.collect(), traced.json()["verdict"].as_str().unwrap().to_owned(), traced.stdout)
}

#[test]
fn nothing_runs_if_functions_are_turned_off() {
    for (code, rule, verdict) in [
        (
            "function handler(event) { event.request.headers.host = { value: 'x' }; return event.request; }",
            "function-fails",
            "rejected",
        ),
        ("function handler(event) { while (true) {} }", "function-fails", "rejected"),
        (
            "function handler(event) { event.request.uri = '/v2' + event.request.uri; return event.request; }",
            "rewritten-path-misses-route",
            "rejected",
        ),
        (
            "function handler(event) { console.log('printed'); var r = event.request; r.uri = '/users/2'; return r; }",
            "",
            "ok",
        ),
    ] {
        let project = Project::new(&[("edge.yaml", &template(code))]);
        let (rules, end, _) = looked_at(&project, &[]);
        let expected: Vec<&str> = Some(rule).filter(|rule| !rule.is_empty()).into_iter().collect();
        assert_eq!(
            (rules, end.as_str()),
            (expected.iter().map(|rule| (*rule).to_owned()).collect(), verdict),
            "{code}"
        );
        let (rules, end, text) = looked_at(&project, &["--no-functions"]);
        assert_eq!((rules.len(), end.as_str()), (0, "undetermined"), "{code}");
        assert!(!text.contains("printed"), "{text}");
        project.write("cflint.yaml", b"functions: false\n");
        let (rules, end, _) = looked_at(&project, &[]);
        assert_eq!((rules.len(), end.as_str()), (0, "undetermined"), "{code}");
    }
}

#[test]
fn what_a_function_prints_is_shown_if_it_is_asked_for() {
    let code = "function handler(event) { console.log('one'); console.log('two'); return event.request; }";
    let project = Project::new(&[("edge.yaml", &template(code))]);
    let plain = project.run(&["trace", "edge.yaml", "GET /users/1"]).stdout;
    assert!(
        plain.contains("the function prints 2 lines; -v shows them") && !plain.contains("`one`"),
        "{plain}"
    );
    let verbose = project.run(&["trace", "edge.yaml", "GET /users/1", "-v"]).stdout;
    assert!(verbose.contains("prints `one`") && verbose.contains("prints `two`"), "{verbose}");
    let json = project.run(&["trace", "edge.yaml", "GET /users/1", "--format", "json"]).stdout;
    assert!(json.contains("prints `two`"), "{json}");
}

//! The page of `--format html`: its maps and traces are those of `cflint map` and `cflint trace`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::Value;

use crate::project::Project;

fn fixtures(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name).to_str().unwrap().to_owned()
}

fn parsed(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).unwrap()
}

fn of_class<'a, 'd>(node: Node<'a, 'd>, class: &str) -> Vec<Node<'a, 'd>> {
    let is_it = |node: &Node<'_, '_>| {
        node.attribute("class").is_some_and(|own| own.split(' ').any(|own| own == class))
    };
    node.descendants().filter(is_it).collect()
}

fn text(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|node| node.text()).collect()
}

/// The arguments of a command as a shell splits it.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in command.chars() {
        match c {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words
}

/// Asserts that each trace of a page is what the command next to it prints, and returns how many there are.
fn traces_are_those_of_the_command(project: &Project, page: &Document<'_>) -> usize {
    let articles: Vec<_> = page
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/1999/xhtml", "article")))
        .collect();
    let mut count = 0;
    let mut asked = BTreeSet::new();
    for article in articles {
        let commands: Vec<String> =
            of_class(article, "commands").into_iter().flat_map(|list| list.children()).map(text).collect();
        let trace = commands.iter().find(|command| command.starts_with("cflint trace"));
        let shown = of_class(article, "trace");
        assert_eq!(trace.is_some(), shown.len() == 1, "{commands:?}");
        let Some(command) = trace.filter(|command| asked.insert((*command).clone())) else { continue };
        count += 1;
        let words = words(command);
        let mut args: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        args.extend(["--format", "json"]);
        let ran = project.run(&args);
        let value: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        assert!(value.is_object(), "{command}: {ran}");
        let views = value["views"].as_array().unwrap();
        let ways: Vec<&Value> = if views.is_empty() { vec![&value] } else { views.iter().collect() };
        let lists = of_class(shown[0], "steps");
        assert_eq!(lists.len(), ways.len().min(6), "{command}");
        let all = text(shown[0]);
        for (way, list) in ways.iter().zip(lists) {
            let summary = way["summary"].as_str().unwrap().replace('`', "");
            assert!(all.contains(&summary), "{command}: {summary} is not in {all}");
            let steps: Vec<String> = way["steps"]
                .as_array()
                .unwrap()
                .iter()
                .map(|step| step["detail"].as_str().unwrap().replace('`', ""))
                .collect();
            for detail in of_class(list, "detail") {
                let detail = text(detail);
                assert!(
                    steps.iter().any(|step| detail.starts_with(step)),
                    "{command}: {detail} is not in {steps:?}"
                );
            }
        }
    }
    count
}

#[test]
fn a_page_shows_the_traces_that_its_commands_print() {
    let project = Project::new(&[]);
    for (path, least) in [
        ("_demo/edge.yaml", 1),
        ("_cdk/project/cdk.out-2.276.0", 1),
        ("host-header-forwarded", 5),
        ("origin-path-misses-stage", 5),
        ("_golden", 0),
    ] {
        let ran = project.run(&["check", &fixtures(path), "--format", "html"]);
        let count = traces_are_those_of_the_command(&project, &parsed(&ran.stdout));
        assert!(count >= least, "{path}: {count}");
    }
}

#[test]
fn findings_of_templates_with_the_same_names_are_in_their_own_maps() {
    let edge = fs::read_to_string(fixtures("_demo/edge.yaml")).unwrap();
    let fixed = edge.replace("216adef6-5c7f-47e4-b989-5492eafa07d3", "b689b0a8-53d0-40ab-baf2-68738e2966ac");
    let project = Project::new(&[("a/edge.yaml", &edge), ("b/edge.yaml", &fixed)]);
    let ran = project.run(&["check", "--format", "html", "-o", "report.html"]);
    assert!(ran.code == Some(1) && ran.stdout.is_empty(), "{ran}");
    let page = project.read("report.html");
    let page = parsed(&page);
    let maps: Vec<String> = of_class(page.root(), "map").into_iter().map(text).collect();
    assert_eq!(maps.len(), 2);
    assert!(maps[0].contains("a/edge.yaml") && maps[0].contains("host-header-forwarded"), "{}", maps[0]);
    assert!(maps[1].contains("b/edge.yaml") && !maps[1].contains("host-header-forwarded"), "{}", maps[1]);
    traces_are_those_of_the_command(&project, &page);
    let cards = page.descendants().filter(|node| node.has_attribute("data-files"));
    let files: BTreeSet<_> = cards.filter_map(|node| node.attribute("data-files")).collect();
    assert_eq!(files, BTreeSet::from(["0", "1"]));
}

#[test]
fn a_page_says_what_could_not_be_read_and_what_was_not_seen() {
    let project = Project::new(&[("topic.yaml", "Resources: {A: {Type: 'AWS::SNS::Topic'}}")]);
    let ran = project.run(&["check", "topic.yaml", "gone.yaml", "--format", "html"]);
    let errors = section(&parsed(&ran.stdout), "errors");
    assert!(errors.unwrap().contains("gone.yaml: no such file or directory"), "{ran}");
    let ran = project.run(&["check", "topic.yaml", "--format", "html"]);
    let page = parsed(&ran.stdout);
    assert!(section(&page, "findings").unwrap().contains("No findings."), "{ran}");
    assert!(section(&page, "notes").unwrap().contains("no CloudFront distribution"), "{ran}");
    assert_eq!(section(&page, "maps"), None);
}

fn section(page: &Document<'_>, id: &str) -> Option<String> {
    page.descendants().find(|node| node.attribute("aria-labelledby") == Some(id)).map(text)
}

//! The formats that platforms read: as a snapshot, and with text that tries to be more than text.

use cflint_diagnostics::{FileId, Severity, SourceFile};
use cflint_linter::{InputError, Report};
use cflint_output::{Format, visible};
use insta::assert_snapshot;
use serde_json::Value;

use crate::page;
use crate::sample::{self, MARKUP};
use crate::snapshots::render;

const FORMATS: [Format; 11] = [
    Format::Full,
    Format::Concise,
    Format::Json,
    Format::Jsonl,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Rdjson,
    Format::Junit,
    Format::Markdown,
    Format::Html,
];

fn shown(format: Format, report: &Report) -> String {
    let text = render(format, report, false);
    if format == Format::Html {
        return page::without_assets(&text);
    }
    text.replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"VERSION\"")
}

fn json(format: Format, report: &Report) -> Value {
    serde_json::from_str(&render(format, report, false)).unwrap()
}

#[test]
fn sarif_format() {
    assert_snapshot!(shown(Format::Sarif, &sample::rich()));
}

#[test]
fn github_format() {
    assert_snapshot!(shown(Format::Github, &sample::rich()));
}

#[test]
fn gitlab_format() {
    assert_snapshot!(shown(Format::Gitlab, &sample::rich()));
}

#[test]
fn rdjson_format() {
    assert_snapshot!(shown(Format::Rdjson, &sample::rich()));
}

#[test]
fn junit_format() {
    assert_snapshot!(shown(Format::Junit, &sample::rich()));
}

#[test]
fn markdown_format() {
    assert_snapshot!(shown(Format::Markdown, &sample::rich()));
}

#[test]
fn every_format_shows_the_line_of_the_user() {
    let report = sample::app();
    for format in FORMATS {
        assert!(render(format, &report, false).contains("lib/shop.ts"));
    }
    let result = &json(Format::Sarif, &report)["runs"][0]["results"][0];
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "lib/shop.ts");
    let evidence = &result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(evidence, "cdk.out/Shop.template.json");
}

#[test]
fn a_line_outside_of_the_repository_is_no_place() {
    let mut report = sample::app();
    for (finding, path) in report.findings.iter_mut().zip(["/home/me/a.ts", "../a.ts", "C:/a.ts"]) {
        finding.source.as_mut().unwrap().path = path.to_owned();
    }
    report.findings.truncate(3);
    for format in [Format::Github, Format::Gitlab, Format::Rdjson, Format::Junit] {
        assert!(!render(format, &report, false).contains("a.ts"));
    }
    for result in json(Format::Sarif, &report)["runs"][0]["results"].as_array().unwrap() {
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "cdk.out/Shop.template.json");
    }
}

#[test]
fn nothing_found_is_a_report_too() {
    let report = Report { files: 1, templates: 1, ..Report::default() };
    let all: Vec<_> =
        FORMATS.iter().map(|format| format!("{format:?}:\n{}", shown(*format, &report))).collect();
    assert_snapshot!(all.join("\n"));
}

#[test]
fn the_most_severe_come_first_where_a_platform_cuts() {
    let mut report = sample::counted(1, [1, 1, 12], 0, 0);
    report.findings.reverse();
    for format in [Format::Github, Format::Markdown] {
        let text = render(format, &report, false);
        let place = |words: [&str; 2]| words.iter().find_map(|word| text.find(word)).unwrap();
        let error = place(["::error ", "| error |"]);
        let warning = place(["::warning ", "| warning |"]);
        assert!(error < warning && warning < place(["::notice ", "| info |"]), "{text}");
    }
    assert!(render(Format::Github, &report, false).contains("the first ten of each kind"));
}

#[test]
fn a_comment_fits_what_github_takes_and_says_what_is_left_out() {
    let report = sample::counted(1, [900, 0, 0], 0, 0);
    let text = render(Format::Markdown, &report, false);
    assert!(text.len() < 65_536, "{}", text.len());
    for words in
        [" more: `cflint check` shows them", " not shown with their lines: `cflint check` shows them"]
    {
        assert_eq!(text.matches(words).count(), 1, "{words}");
    }
    assert_eq!(report.count(Severity::Error), 900);
}

#[test]
fn one_long_text_hides_no_other_finding() {
    let mut report = sample::counted(1, [3, 0, 0], 0, 0);
    report.findings[0].message = "A".repeat(60_000);
    report.findings[1].notes = vec!["`B` ".repeat(60_000)];
    report.errors = (0..900)
        .map(|n| InputError {
            path: format!("gone-{n}-{}.yaml", "x".repeat(500)),
            message: "gone".to_owned(),
            span: None,
        })
        .collect();
    let text = render(Format::Markdown, &report, false);
    assert!(text.chars().count() < 65_536, "{}", text.len());
    assert_eq!(text.matches("\n| error |").count(), 3);
    assert_eq!(text.matches("\n**error**").count(), 3);
    assert_eq!(text.matches(" more that cannot be read: `cflint check` shows them").count(), 1);
}

#[test]
fn two_templates_that_are_made_at_one_line_are_told_apart() {
    let mut report = sample::app();
    report.findings.truncate(1);
    let text = report.sources.get(FileId(0)).unwrap().text().clone();
    let other = report.sources.add(SourceFile::new("cdk.out.prod/Shop.template.json", text));
    let mut again = report.findings[0].clone();
    again.primary.span.file = other;
    report.findings.push(again);
    let violations = json(Format::Gitlab, &report);
    assert_eq!(violations[0]["location"], violations[1]["location"]);
    assert_ne!(violations[0]["fingerprint"], violations[1]["fingerprint"]);
}

#[test]
fn suppressed_findings_are_marked_or_left_out() {
    let report = sample::rich();
    let results = json(Format::Sarif, &report)["runs"][0]["results"].take();
    let kinds: Vec<_> = results.as_array().unwrap().iter().map(|result| &result["suppressions"]).collect();
    assert_eq!(kinds.iter().filter(|kind| kind[0]["kind"] == "inSource").count(), 1);
    assert!(kinds.iter().all(|kind| kind.is_array()));
    for format in
        [Format::Github, Format::Gitlab, Format::Rdjson, Format::Markdown, Format::Concise, Format::Full]
    {
        assert!(!render(format, &report, false).contains("the team knows"), "{format:?}");
    }
    let context =
        cflint_output::Context { suppressed: false, ..cflint_output::Context::plain(sample::RULES) };
    for format in FORMATS {
        let mut out = Vec::new();
        format.write(&report, &context, &mut out).unwrap();
        assert!(!String::from_utf8(out).unwrap().contains("the team knows"), "{format:?}");
    }
}

#[test]
fn paths_are_called_from_the_root_of_the_repository() {
    let context = cflint_output::Context {
        from_root: &|path| format!("shop/{path}"),
        ..cflint_output::Context::plain(sample::RULES)
    };
    for format in
        [Format::Sarif, Format::Github, Format::Gitlab, Format::Rdjson, Format::Junit, Format::Markdown]
    {
        let mut out = Vec::new();
        format.write(&sample::rich(), &context, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        for path in ["infra/edge.yaml", "gone.yaml"] {
            let all = text.matches(path).count();
            assert_eq!(text.matches(&format!("shop/{path}")).count(), all, "{format:?}: {text}");
        }
    }
}

#[test]
fn nothing_acts_on_a_terminal_or_a_log() {
    for report in [sample::markup(), sample::hostile(), sample::astray(), sample::minified()] {
        for format in FORMATS {
            let text = render(format, &report, false);
            assert!(!text.contains("##["), "{format:?}: {text}");
            let acts =
                |c: char| c != '\n' && c != '\t' && visible(c.encode_utf8(&mut [0; 4])) != c.to_string();
            assert!(!text.contains(acts), "{format:?}: {text:?}");
            let commands = text.lines().filter(|line| line.trim_start().starts_with("::")).count();
            let ours = if format == Format::Github {
                report.active().count() + report.unshown_errors().count()
            } else {
                0
            };
            assert_eq!(commands, ours, "{format:?}: {text}");
        }
    }
}

#[test]
fn no_property_of_a_command_ends_early() {
    let text = render(Format::Github, &sample::markup(), false);
    for line in text.lines().filter(|line| line.starts_with("::")) {
        let (properties, _) = line.trim_start_matches("::").split_once("::").unwrap();
        let (name, properties) = properties.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&name), "{line}");
        for property in properties.split(',') {
            let (key, value) = property.split_once('=').unwrap();
            assert!(["title", "file", "line", "endLine", "col", "endColumn"].contains(&key), "{line}");
            assert!(!value.contains(':'), "{line}");
        }
    }
}

#[test]
fn xml_holds_text_only_as_text() {
    for report in [sample::markup(), sample::hostile(), sample::rich()] {
        let xml = render(Format::Junit, &report, false);
        let document = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
        let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
        assert_eq!(count("failure"), report.active().count());
        assert_eq!(count("skipped"), report.findings.len() - report.active().count());
        assert_eq!(count("error"), report.unshown_errors().count());
        let others = document.descendants().filter(|node| node.is_comment() || node.is_pi());
        assert_eq!(others.count(), 0);
        let messages: Vec<_> = document
            .descendants()
            .filter(|node| node.has_tag_name("failure"))
            .filter_map(|node| node.attribute("message"))
            .collect();
        for finding in report.active() {
            assert!(messages.contains(&&*visible(&finding.message)), "{}", finding.message);
        }
    }
}

#[test]
fn json_gives_texts_back_as_they_are() {
    let report = sample::markup();
    let lines = render(Format::Jsonl, &report, false);
    assert_eq!(lines.lines().count(), report.findings.len());
    for (line, finding) in lines.lines().zip(&report.findings) {
        let value: Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["message"], finding.message.as_str());
        assert_eq!(value["subject"]["logical_id"].as_str(), finding.subject.logical_id.as_deref());
    }
    let results = json(Format::Sarif, &report)["runs"][0]["results"].take();
    for (result, text) in results.as_array().unwrap().iter().step_by(2).zip(MARKUP) {
        assert_eq!(result["locations"][0]["logicalLocations"][0]["name"], *text);
        let message = result["message"]["text"].as_str().unwrap();
        // Links lead to places of the result only, whatever the reader takes for a link.
        let places = result["relatedLocations"].as_array().unwrap().len();
        for target in message.split("](").skip(1) {
            let id = target.split(')').next().and_then(|id| id.parse::<usize>().ok());
            assert!(id.is_some_and(|id| id < places), "{message}");
        }
    }
    let fingerprints = json(Format::Gitlab, &report);
    let mut fingerprints: Vec<_> =
        fingerprints.as_array().unwrap().iter().map(|item| item["fingerprint"].to_string()).collect();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), MARKUP.len(), "files tell equal findings apart");
}

#[test]
fn markdown_holds_text_only_as_text() {
    assert_snapshot!(shown(Format::Markdown, &sample::markup()));
}

use cflint_diagnostics::{Applicability, Encoding, FileId, Severity};
use cflint_linter::{Examined, InputError, Report};
use cflint_output::{Context, Format, catalog, full, summary};
use insta::assert_snapshot;

use crate::sample::{self, RULES};

pub(crate) fn render(format: Format, report: &Report, color: bool) -> String {
    let mut out = Vec::new();
    format.write(report, &Context { color, ..Context::plain(RULES) }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn escapes(text: &str) -> String {
    text.replace('\u{1b}', "␛")
}

#[test]
fn full_format() {
    assert_snapshot!(render(Format::Full, &sample::rich(), false));
}

#[test]
fn full_format_in_color() {
    assert_snapshot!(escapes(&render(Format::Full, &sample::rich(), true)));
}

#[test]
fn the_line_of_the_user_comes_first() {
    assert_snapshot!(render(Format::Full, &sample::app(), false));
}

#[test]
fn concise_format() {
    assert_snapshot!(render(Format::Concise, &sample::rich(), false));
}

#[test]
fn concise_format_in_color() {
    assert_snapshot!(escapes(&render(Format::Concise, &sample::rich(), true)));
}

#[test]
fn json_format() {
    assert_snapshot!(render(Format::Json, &sample::rich(), true));
}

#[test]
fn color_is_only_added() {
    for report in [sample::rich(), sample::hostile(), sample::minified()] {
        for format in [Format::Full, Format::Concise] {
            let mut plain = String::new();
            let mut escape = false;
            for c in render(format, &report, true).chars() {
                match c {
                    '\u{1b}' => escape = true,
                    'm' if escape => escape = false,
                    _ if escape => {}
                    _ => plain.push(c),
                }
            }
            assert_eq!(plain, render(format, &report, false));
        }
    }
}

#[test]
fn a_line_of_a_megabyte_is_shown_around_its_labels() {
    assert_snapshot!(render(Format::Full, &sample::minified(), false));
}

#[test]
fn text_of_a_template_does_not_reach_the_terminal() {
    let report = sample::hostile();
    assert_snapshot!(render(Format::Full, &report, false));
    assert_snapshot!(render(Format::Concise, &report, false));
    for format in [Format::Full, Format::Concise, Format::Json] {
        let text = render(format, &report, false);
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{8}', '\r']), "{text:?}");
    }
}

#[test]
fn places_that_do_not_exist_are_no_panic() {
    assert_snapshot!(render(Format::Full, &sample::astray(), false));
    assert_snapshot!(render(Format::Concise, &sample::astray(), false));
    assert!(render(Format::Json, &sample::astray(), false).ends_with("}\n"));
}

#[test]
fn every_place_of_every_text_is_shown_where_it_is() {
    let long = "日é\u{1b}\tx".repeat(60);
    for text in ["\u{feff}é\r\n\t日\u{1b}x\r\r\n\n", "", "\u{feff}", &long] {
        let end = u32::try_from(text.len()).unwrap() + 2;
        for start in 0..=end {
            for length in [0, 1, 3, 200, u32::MAX - end] {
                let report = sample::one(text, start, length);
                let source = report.sources.get(FileId(0)).unwrap();
                let place = source.position(start, Encoding::CodePoints);
                let shown = render(Format::Full, &report, false);
                assert!(shown.contains(&format!("t.yaml:{}:{}\n", place.line, place.column)), "{shown}");
                assert_eq!(shown.matches("here").count(), 1, "{shown}");
                assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
            }
        }
    }
}

#[test]
fn the_summary_can_be_left_out() {
    let report = sample::counted(1, [1, 0, 0], 0, 0);
    for (format, nothing) in [(Format::Full, ""), (Format::Concise, "")] {
        let mut out = Vec::new();
        let context = Context { summary: false, ..Context::plain(RULES) };
        format.write(&sample::counted(1, [0, 0, 0], 0, 0), &context, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), nothing);
        let mut out = Vec::new();
        format.write(&report, &context, &mut out).unwrap();
        assert!(!String::from_utf8(out).unwrap().contains("1 finding"));
    }
}

#[test]
fn suppressed_findings_are_counted_and_not_shown() {
    let text = render(Format::Full, &sample::rich(), false);
    assert!(!text.contains("the team knows") && text.contains("1 suppressed"), "{text}");
}

#[test]
fn a_rule_that_nobody_documents_is_not_pointed_at() {
    let report = sample::rich();
    let finding = report.findings.first().unwrap();
    let mut out = Vec::new();
    full::write_finding(&report, finding, &Context::plain(&[]), &mut out).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains("cflint explain"));
}

#[test]
fn summaries() {
    let mut lines = Vec::new();
    for (templates, counts, fixable, suppressed) in [
        (0, [0, 0, 0], 0, 0),
        (1, [0, 0, 0], 0, 0),
        (2, [0, 0, 0], 0, 0),
        (2, [0, 0, 0], 0, 1),
        (1, [1, 0, 0], 0, 0),
        (1, [0, 2, 0], 1, 0),
        (1, [1, 2, 0], 2, 0),
        (4, [0, 1, 1], 0, 2),
        (2, [2, 1, 2], 1, 1),
        (0, [1, 0, 0], 0, 0),
    ] {
        lines.push(summary(&sample::counted(templates, counts, fixable, suppressed)));
    }
    for unreadable in 1..=2 {
        let error = InputError { path: "a".to_owned(), message: "b".to_owned(), span: None };
        let mut report = sample::counted(1, [0, 0, 0], 0, 0);
        report.errors = vec![error; unreadable];
        lines.push(summary(&report));
    }
    assert_snapshot!(lines.join("\n"), @r"
    no templates found
    1 template: no findings
    2 templates: no findings
    2 templates: no findings · 1 suppressed
    1 template: 1 error
    1 template: 2 warnings · 1 fixable with --fix
    1 template: 1 error, 2 warnings · 2 fixable with --fix
    4 templates: 1 warning, 1 info · 2 suppressed
    2 templates: 2 errors, 1 warning, 2 info · 1 fixable with --fix · 1 suppressed
    1 error
    1 template: no findings · 1 unreadable input
    1 template: no findings · 2 unreadable inputs
    ");
}

#[test]
fn the_summary_says_what_was_looked_at() {
    let mut report = sample::counted(3, [2, 0, 0], 1, 0);
    report.examined = Examined { distributions: 2, behaviors: 5, apis: 1 };
    let fix = report.findings[0].fix.clone();
    report.findings[1].fix = fix;
    if let Some(fix) = &mut report.findings[1].fix {
        fix.applicability = Applicability::Unsafe;
    }
    assert_eq!(
        summary(&report),
        "2 distributions, 5 behaviors, 1 API: 2 errors · 1 fixable with --fix, 1 more with --unsafe-fixes"
    );
    report.examined = Examined { distributions: 1, behaviors: 1, apis: 0 };
    report.findings.clear();
    assert_eq!(summary(&report), "1 distribution, 1 behavior: no findings");
}

#[test]
fn one_cause_is_told_once() {
    let mut report = sample::counted(1, [20, 0, 0], 0, 0);
    let alone = render(Format::Full, &report, false).lines().count();
    for finding in &mut report.findings {
        finding.cause = "a policy".to_owned();
    }
    let full = render(Format::Full, &report, false);
    assert!(full.contains("(20 places)") && full.contains("and 16 more"), "{full}");
    assert!(full.lines().count() * 5 < alone, "{full}");
    assert!(full.ends_with("1 template: 20 errors\n"), "places are counted: {full}");
    for (format, count) in [(Format::Concise, 21), (Format::Github, 2)] {
        assert_eq!(render(format, &report, false).lines().count(), count, "{format:?}");
    }
}

#[test]
fn the_list_of_rules() {
    let write = |color| {
        let mut out = Vec::new();
        catalog::write_table(RULES, color, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_snapshot!(write(false));
    assert_snapshot!(escapes(&write(true)));
    let mut out = Vec::new();
    catalog::write_json(RULES, &mut out).unwrap();
    assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn an_empty_list_of_rules() {
    let mut out = Vec::new();
    catalog::write_table(&[], false, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "0 rules\n");
}

#[test]
fn severities_are_named_as_in_every_output() {
    let mut report = sample::rich();
    report.findings.truncate(1);
    report.findings[0].severity = Severity::Info;
    assert!(render(Format::Full, &report, false).starts_with("info[direct-access]: "));
}

//! JUnit XML, as CI servers read it: one suite for each file, one failed test for each finding.
//! <https://github.com/testmoapp/junitxml>

use std::collections::HashMap;
use std::io::{self, Write};

use cflint_diagnostics::Finding;
use cflint_linter::{InputError, Report};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::context::Context;
use crate::details::lines;
use crate::place;
use crate::text::{visible, visible_lines};

/// A test, and the file whose suite it is in.
struct Case {
    path: String,
    name: String,
    line: Option<u32>,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed { kind: &'static str, message: String, text: String },
    Unreadable { message: String },
    Skipped { message: String },
}

/// Writes the findings: failed tests where they count, skipped ones where they are suppressed. Where there is nothing,
/// there is one test that passed, because readers take a report without tests for a mistake.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings = context.reported(report).map(|finding| case(report, finding, context));
    let errors = report.unshown_errors().map(|error| unreadable(error, context));
    let mut cases: Vec<Case> = findings.chain(errors).collect();
    if cases.is_empty() {
        let (path, name) = ("cflint".to_owned(), "no findings".to_owned());
        cases.push(Case { path, name, line: None, outcome: Outcome::Passed });
    }
    cases.sort_by(|a, b| a.path.cmp(&b.path));
    number(&mut cases);
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let element = counted(xml.create_element("testsuites").with_attribute(("name", "cflint")), &cases);
    element.write_inner_content(|xml| {
        for suite in cases.chunk_by(|a, b| a.path == b.path) {
            let path = suite.first().map_or("", |case| case.path.as_str());
            counted(xml.create_element("testsuite").with_attribute(("name", path)), suite)
                .write_inner_content(|xml| suite.iter().try_for_each(|case| write_case(case, xml)))?;
        }
        Ok(())
    })?;
    writeln!(out)
}

type Element<'a, W> = quick_xml::writer::ElementWriter<'a, W>;

fn counted<'a, W: Write>(element: Element<'a, W>, cases: &[Case]) -> Element<'a, W> {
    let count = |is: fn(&Outcome) -> bool| cases.iter().filter(|case| is(&case.outcome)).count().to_string();
    element
        .with_attribute(("tests", cases.len().to_string().as_str()))
        .with_attribute(("failures", count(|outcome| matches!(outcome, Outcome::Failed { .. })).as_str()))
        .with_attribute(("errors", count(|outcome| matches!(outcome, Outcome::Unreadable { .. })).as_str()))
        .with_attribute(("skipped", count(|outcome| matches!(outcome, Outcome::Skipped { .. })).as_str()))
}

fn write_case<W: Write>(case: &Case, xml: &mut Writer<W>) -> io::Result<()> {
    let attributes = [("name", case.name.as_str()), ("classname", &case.path), ("file", &case.path)];
    let mut element = xml.create_element("testcase").with_attributes(attributes);
    if let Some(line) = case.line {
        element = element.with_attribute(("line", line.to_string().as_str()));
    }
    let outcome = match &case.outcome {
        Outcome::Passed => return element.write_empty().map(|_| ()),
        outcome => outcome,
    };
    element.write_inner_content(|xml| {
        match outcome {
            Outcome::Passed => {}
            Outcome::Failed { kind, message, text } => {
                let failure = xml.create_element("failure").with_attribute(("message", message.as_str()));
                failure.with_attribute(("type", *kind)).write_text_content(BytesText::new(text))?;
            }
            Outcome::Unreadable { message } => {
                let error = xml.create_element("error").with_attribute(("message", message.as_str()));
                error.with_attribute(("type", "unreadable")).write_empty()?;
            }
            Outcome::Skipped { message } => {
                xml.create_element("skipped").with_attribute(("message", message.as_str())).write_empty()?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Numbers the tests of a file that are called the same: GitLab shows one of those.
fn number(cases: &mut [Case]) {
    let mut seen: HashMap<(String, String), usize> = HashMap::new();
    for case in cases {
        let count = seen.entry((case.path.clone(), case.name.clone())).or_insert(0);
        *count += 1;
        if *count > 1 {
            case.name = format!("{} ({count})", case.name);
        }
    }
}

fn case(report: &Report, finding: &Finding, context: &Context<'_>) -> Case {
    let at = place::of(report, finding, context);
    let message = visible(&finding.message).into_owned();
    let outcome = match &finding.suppressed {
        Some(suppressed) => {
            let reason =
                suppressed.reason.as_deref().map_or_else(String::new, |reason| format!(": {reason}"));
            let message = visible(&format!("suppressed by {}{reason}", suppressed.channel)).into_owned();
            Outcome::Skipped { message }
        }
        None => {
            let place = format!("{}:{}:{}", at.path, at.start.line, at.start.column);
            let first = [place, finding.message.clone()].into_iter();
            let text = first.chain(lines(report, finding, context)).collect::<Vec<_>>();
            let text = visible_lines(&text.join("\n")).into_owned();
            Outcome::Failed { kind: finding.severity.as_str(), message: message.clone(), text }
        }
    };
    Case {
        path: visible(&at.path).into_owned(),
        name: format!("{}: {message}", finding.rule),
        line: Some(at.start.line),
        outcome,
    }
}

fn unreadable(error: &InputError, context: &Context<'_>) -> Case {
    Case {
        path: visible(&(context.from_root)(&error.path)).into_owned(),
        name: "readable".to_owned(),
        line: None,
        outcome: Outcome::Unreadable { message: visible(&error.message).into_owned() },
    }
}

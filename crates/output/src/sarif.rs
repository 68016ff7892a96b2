//! SARIF 2.1.0, for code scanning and for viewers.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeMap;
use std::io::{self, Write};

use cflint_diagnostics::{
    Applicability, Confidence, Encoding, Finding, Fix, Label, Position, Severity, Sources, Span, Suppressed,
};
use cflint_linter::{Group, Report, RuleMeta};
use percent_encoding::utf8_percent_encode;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::details::rest;
use crate::json::{Each, write_value};
use crate::place::{self, PATH};
use crate::text::visible_lines;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// Writes the findings, the rules that they are of, and what could not be read.
///
/// # Errors
/// Those of the writer.
pub fn write(report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_value(&Log { report, context }, out)
}

/// The whole log, written result by result.
struct Log<'l> {
    report: &'l Report,
    context: &'l Context<'l>,
}

impl Serialize for Log<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("$schema", SCHEMA)?;
        map.serialize_entry("version", "2.1.0")?;
        map.serialize_entry("runs", &[Run { report: self.report, context: self.context }])?;
        map.end()
    }
}

struct Run<'r> {
    report: &'r Report,
    context: &'r Context<'r>,
}

impl Serialize for Run<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { report, context } = *self;
        let mut used: BTreeMap<&str, Confidence> = BTreeMap::new();
        for finding in context.reported(report) {
            let surest = used.entry(finding.rule).or_insert(finding.confidence);
            *surest = finding.confidence.max(*surest);
        }
        let (rules, surest): (Vec<_>, Vec<_>) =
            used.into_iter().filter_map(|(id, surest)| Some((context.rule(id)?, surest))).unzip();
        let results = || context.reported(report).map(|finding| result(report, finding, &rules, context));
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(
            "tool",
            &json!({"driver": {
                "name": "cflint",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": HOME,
                "rules": rules.iter().zip(surest).map(|(rule, surest)| descriptor(rule, surest)).collect::<Vec<_>>(),
            }}),
        )?;
        map.serialize_entry("columnKind", "utf16CodeUnits")?;
        map.serialize_entry("newlineSequences", &["\r\n", "\n", "\r"])?;
        map.serialize_entry(
            "invocations",
            &json!([{
                "executionSuccessful": report.errors.is_empty(),
                "toolExecutionNotifications": notifications(report, context),
            }]),
        )?;
        map.serialize_entry("results", &Each(results))?;
        map.end()
    }
}

fn descriptor(rule: &RuleMeta, surest: Confidence) -> Value {
    let documentation = rule.documentation();
    let mut properties = json!({
        "tags": [rule.group.as_str()],
        "problem.severity": match rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "recommendation",
        },
        // GitHub sorts alerts by it, and knows it of rules only; so it is that of the surest finding here.
        "precision": match surest {
            Confidence::Certain => "very-high",
            Confidence::Likely => "high",
            Confidence::Possible => "medium",
        },
    });
    if rule.group == Group::Security {
        // The middle of what GitHub calls high, medium and low; only a number makes it a security alert.
        // https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support#reportingdescriptor-object
        let severity = match rule.severity {
            Severity::Error => "8.0",
            Severity::Warning => "5.5",
            Severity::Info => "2.0",
        };
        properties["security-severity"] = json!(severity);
    }
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": first_paragraph(&documentation).unwrap_or_else(|| rule.summary.to_owned())},
        "helpUri": rule.url(),
        "help": {"text": documentation.trim(), "markdown": documentation.trim()},
        "defaultConfiguration": {"enabled": !rule.pedantic, "level": level(rule.severity)},
        "properties": properties,
    })
}

/// The first paragraph of a documentation that is not a heading, on one line.
fn first_paragraph(documentation: &str) -> Option<String> {
    let lines = documentation.lines().map(str::trim);
    let lines = lines.skip_while(|line| line.is_empty() || line.starts_with('#'));
    let paragraph: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    (!paragraph.is_empty()).then(|| paragraph.join(" "))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(report: &Report, finding: &Finding, rules: &[&RuleMeta], context: &Context<'_>) -> Value {
    let sources = &report.sources;
    let user = place::user(finding, context);
    let mut location = json!({
        "physicalLocation": match &user {
            Some(at) => json!({
                "artifactLocation": artifact(&at.path),
                // Where it ends is not known, and GitHub requires an end.
                "region": {
                    "startLine": at.start.line,
                    "startColumn": at.start.column,
                    "endLine": at.start.line,
                    "endColumn": at.start.column + 1,
                },
            }),
            None => physical(sources, finding.primary.span, context),
        },
    });
    if !finding.primary.message.is_empty() && user.is_none() {
        location["message"] = message(&finding.primary.message);
    }
    if let Some(resource) = logical(finding) {
        location["logicalLocations"] = json!([resource]);
    }
    // What a tool generated from the user's line is the evidence, and comes before the rest of it.
    let evidence = user.is_some().then_some(&finding.primary).into_iter().chain(&finding.related);
    let related: Vec<_> =
        evidence.enumerate().map(|(id, label)| related(sources, label, id, context)).collect();
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": {"text": text(report, finding, usize::from(user.is_some()), context)},
        "locations": [location],
        "relatedLocations": related,
        "partialFingerprints": {"cflint/v1": finding.fingerprint},
        // All results of a run have it, or none.
        "suppressions": finding.suppressed.iter().map(suppression).collect::<Vec<_>>(),
        "properties": properties(finding),
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    let fix = finding.fix.as_ref().filter(|fix| fix.applicability >= Applicability::Unsafe);
    if let Some(fix) = fix {
        result["fixes"] = json!([changes(sources, fix, context)]);
    }
    result
}

/// The message and what there is to say besides it. GitHub shows a related location only if a link points to it.
fn text(report: &Report, finding: &Finding, first_id: usize, context: &Context<'_>) -> String {
    let mut lines = vec![plain(&finding.message)];
    lines.extend(finding.related.iter().enumerate().filter(|(_, label)| !label.message.is_empty()).map(
        |(index, label)| {
            let text = plain(&format!("{}: {}", place::line(report, label.span, context), label.message));
            // How brackets in the text of a link are written, readers do not agree about.
            if text.contains(['[', ']']) { text } else { format!("[{text}]({})", first_id + index) }
        },
    ));
    lines.extend(rest(report, finding, context).iter().map(|line| plain(line)));
    lines.join("\n")
}

/// The resource, by its construct where there is one.
fn logical(finding: &Finding) -> Option<Value> {
    let subject = &finding.subject;
    let id = subject.logical_id.as_ref()?;
    let qualified = subject.construct.clone().unwrap_or_else(|| match &subject.stack {
        Some(stack) => format!("{stack}/{id}"),
        None => id.clone(),
    });
    Some(json!({"name": id, "fullyQualifiedName": qualified, "kind": "resource"}))
}

fn related(sources: &Sources, label: &Label, id: usize, context: &Context<'_>) -> Value {
    let mut location = json!({"id": id, "physicalLocation": physical(sources, label.span, context)});
    if !label.message.is_empty() {
        location["message"] = message(&label.message);
    }
    location
}

fn properties(finding: &Finding) -> Value {
    let subject = &finding.subject;
    let mut properties = Map::new();
    properties.insert("confidence".to_owned(), json!(finding.confidence.as_str()));
    for (key, value) in [
        ("stack", &subject.stack),
        ("resourceType", &subject.resource_type),
        ("property", &subject.property),
        ("behavior", &subject.behavior),
        ("trace", &finding.witness.as_ref().map(cflint_diagnostics::Witness::command)),
        ("fix", &finding.fix.as_ref().map(|fix| fix.applicability.as_str().to_owned())),
    ] {
        if let Some(value) = value {
            properties.insert(key.to_owned(), json!(value));
        }
    }
    if !finding.conditions.is_empty() {
        let conditions: Map<_, _> =
            finding.conditions.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        properties.insert("conditions".to_owned(), Value::Object(conditions));
    }
    Value::Object(properties)
}

fn suppression(suppressed: &Suppressed) -> Value {
    let is_in_source = matches!(suppressed.channel.as_str(), "comment" | "metadata" | "acknowledgement");
    let mut value = json!({"kind": if is_in_source { "inSource" } else { "external" }, "status": "accepted"});
    if let Some(reason) = &suppressed.reason {
        value["justification"] = json!(reason);
    }
    value
}

fn changes(sources: &Sources, fix: &Fix, context: &Context<'_>) -> Value {
    let changes = fix.edits.chunk_by(|a, b| a.span.file == b.span.file).filter_map(|edits| {
        let file = edits.first()?.span.file;
        let replacements = edits.iter().map(|edit| {
            json!({"deletedRegion": region(sources, edit.span), "insertedContent": {"text": edit.text}})
        });
        Some(json!({
            "artifactLocation": artifact(&(context.from_root)(sources.name(file))),
            "replacements": replacements.collect::<Vec<_>>(),
        }))
    });
    json!({"description": message(&fix.title), "artifactChanges": changes.collect::<Vec<_>>()})
}

/// What could not be read, and what a user should know.
fn notifications(report: &Report, context: &Context<'_>) -> Vec<Value> {
    let errors = report.errors.iter().map(|error| {
        let mut location = json!({"artifactLocation": artifact(&(context.from_root)(&error.path))});
        if let Some(span) = error.span {
            location["region"] = region(&report.sources, span);
        }
        json!({
            "level": "error",
            "message": message(&error.message),
            "locations": [{"physicalLocation": location}],
        })
    });
    let notices = report.notices.iter().map(|notice| {
        let location = json!({"artifactLocation": artifact(&(context.from_root)(&notice.path))});
        json!({
            "level": "note",
            "message": message(&notice.message),
            "locations": [{"physicalLocation": location}],
        })
    });
    errors.chain(notices).collect()
}

fn message(text: &str) -> Value {
    json!({"text": plain(text)})
}

/// A text in which nothing is a link, as `[text](target)` would be: nothing takes the meaning from these signs but another
/// one between them.
fn plain(text: &str) -> String {
    visible_lines(text).replace("](", "] (")
}

fn physical(sources: &Sources, span: Span, context: &Context<'_>) -> Value {
    let path = (context.from_root)(sources.name(span.file));
    json!({"artifactLocation": artifact(&path), "region": region(sources, span)})
}

fn region(sources: &Sources, span: Span) -> Value {
    let (Position { line, column }, end) = place::ends(sources, span, Encoding::Utf16);
    json!({"startLine": line, "startColumn": column, "endLine": end.line, "endColumn": end.column})
}

/// A path as a reference: relative to the root of the repository, or with the scheme of files.
fn artifact(path: &str) -> Value {
    let encoded = utf8_percent_encode(path, PATH);
    json!({"uri": match path.strip_prefix('/') {
        Some(_) => format!("file://{encoded}"),
        None if path.get(1..).is_some_and(|rest| rest.starts_with(":/")) => format!("file:///{encoded}"),
        None => encoded.to_string(),
    }})
}

//! `cflint config`: every setting, and where it comes from.

use std::io::{self, Write};

use cflint_output::json;
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::args::{ConfigArgs, ShowFormat};
use crate::config::globs::PathGlob;
use crate::config::{Config, Content, Known, Named, RuleContent, Written, schema};
use crate::exit::Exit;
use crate::files::document::Place;
use crate::files::paths::{from_here, shown};
use crate::problem::Failure;
use crate::settings::{Effective, Origin, Settings};

/// The name of the JSON format.
const SCHEMA: &str = "cflint-config/v1";

/// One line: a key, its value, and where it comes from.
struct Row {
    key: String,
    value: Value,
    origin: Source,
}

/// Where a value comes from, as it is shown.
#[derive(Clone)]
enum Source {
    Of(Origin),
    /// The configuration file, where it is by default.
    Found,
    Environment,
}

/// `cflint config`.
pub(crate) fn run(args: &ConfigArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    if args.schema {
        out.write_all(schema::text().as_bytes())?;
        return Ok(Exit::Clean);
    }
    let settings = Settings::load(&args.paths, &args.input, &args.config, &args.settings)?;
    let rows = rows(args, &settings);
    match args.format {
        ShowFormat::Text => write_text(&rows, out)?,
        ShowFormat::Json => write_json(&rows, out)?,
    }
    Ok(Exit::Clean)
}

fn rows(args: &ConfigArgs, settings: &Settings) -> Vec<Row> {
    let mut rows = vec![file(args, settings.config.as_ref())];
    rows.push(row("select", json!(settings.select.value), settings.select.origin.clone()));
    rows.push(row(
        "extend-select",
        json!(settings.extend_select.value),
        settings.extend_select.origin.clone(),
    ));
    match settings.ignore.as_slice() {
        [] => rows.push(row("ignore", json!([]), Origin::Default)),
        lists => {
            rows.extend(lists.iter().map(|list| row("ignore", json!(list.value), list.origin.clone())));
        }
    }
    rows.push(row("pedantic", json!(settings.pedantic.value), settings.pedantic.origin.clone()));
    rows.push(choice("min-confidence", &settings.min_confidence));
    rows.push(choice("min-severity", &settings.min_severity));
    rows.push(choice("fail-on", &settings.fail_on));
    rows.push(row("functions", json!(settings.functions.value), settings.functions.origin.clone()));
    let nothing = Content::default();
    let content = settings.config.as_ref().map_or(&nothing, |config| &config.content);
    rows.push(match &content.exclude {
        Some(exclude) => row("exclude", json!(texts(&exclude.value)), file_at(&exclude.place)),
        None => row("exclude", json!([]), Origin::Default),
    });
    rows.extend(given(args, content));
    content.rules.iter().for_each(|rule| rows.extend(rule_rows("", rule)));
    for (index, over) in content.overrides.iter().enumerate() {
        let prefix = format!("overrides[{index}].");
        let at = || file_at(&over.place);
        rows.push(row(&format!("{prefix}paths"), json!(texts(&over.value.paths)), at()));
        if !over.value.ignore.is_empty() {
            rows.push(row(&format!("{prefix}ignore"), json!(over.value.ignore), at()));
        }
        over.value.rules.iter().for_each(|rule| rows.extend(rule_rows(&prefix, rule)));
    }
    if !settings.may_switch_off {
        rows.retain(|row| !(row.key.ends_with(".severity") && row.value == "off"));
    }
    rows
}

fn file(args: &ConfigArgs, config: Option<&Config>) -> Row {
    let (value, origin) = match config {
        Some(config) => {
            let origin = match config.named {
                Named::Found => Source::Found,
                Named::ByEnvironment => Source::Environment,
                Named::ByCommandLine => Source::Of(Origin::CommandLine),
            };
            (json!(config.name), origin)
        }
        None if args.config.no_config => (Value::Null, Source::Of(Origin::CommandLine)),
        None => (Value::Null, Source::Of(Origin::Default)),
    };
    Row { key: "config".to_owned(), value, origin }
}

/// Values of parameters, those that count most at the end.
fn given(args: &ConfigArgs, content: &Content) -> Vec<Row> {
    let mut rows = Vec::new();
    for file in &content.parameters_files {
        rows.push(row("parameters-file", json!(from_here(&file.value)), file_at(&file.place)));
    }
    for given in &content.parameters {
        rows.push(row(&given.value.key(), json!(given.value.value), file_at(&given.place)));
    }
    for file in &args.input.parameters_files {
        rows.push(row("parameters-file", json!(shown(file)), Origin::CommandLine));
    }
    for given in &args.input.parameters {
        rows.push(row(&given.key(), json!(given.value), Origin::CommandLine));
    }
    rows
}

fn rule_rows(prefix: &str, rule: &RuleContent) -> Vec<Row> {
    let mut rows = Vec::new();
    let key = |key: &str| format!("{prefix}rules.{}.{key}", rule.name);
    if let Some(severity) = &rule.severity {
        rows.push(row(&key("severity"), json!(name(&severity.value)), file_at(&severity.place)));
    }
    for (index, entry) in rule.ignore.iter().enumerate() {
        rows.push(row(&key(&format!("ignore[{index}]")), known(entry), file_at(&entry.place)));
    }
    rows
}

fn known(entry: &Written<Known>) -> Value {
    let Known { path, id, construct, reason } = &entry.value;
    let parts = [
        ("path", path.as_ref().map(|glob| &glob.text)),
        ("id", id.as_ref().map(|glob| &glob.text)),
        ("construct", construct.as_ref().map(|glob| &glob.text)),
        ("reason", reason.as_ref()),
    ];
    Value::Object(parts.into_iter().filter_map(|(key, text)| Some((key.to_owned(), json!(text?)))).collect())
}

fn texts(globs: &[PathGlob]) -> Vec<&str> {
    globs.iter().map(|glob| glob.text.as_str()).collect()
}

fn row(key: &str, value: Value, origin: Origin) -> Row {
    Row { key: key.to_owned(), value, origin: Source::Of(origin) }
}

fn choice<T: ValueEnum>(key: &str, effective: &Effective<T>) -> Row {
    row(key, json!(name(&effective.value)), effective.origin.clone())
}

fn name<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

fn file_at(place: &Place) -> Origin {
    Origin::File(place.clone())
}

fn write_text(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let lines: Vec<(String, String)> = rows
        .iter()
        .map(|row| {
            let value = match &row.value {
                Value::Null => "none".to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (format!("{}: {value}", cflint_output::visible(&row.key)), row.origin.text())
        })
        .collect();
    let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0).min(60);
    for (line, origin) in lines {
        writeln!(out, "{}", cflint_output::visible(&format!("{line:width$}  # {origin}")))?;
    }
    Ok(())
}

fn write_json(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let setting = |row: &Row| json!({"key": row.key, "value": row.value, "origin": row.origin.json()});
    let settings: Vec<Value> = rows.iter().map(setting).collect();
    json::write_value(&json!({"schema": SCHEMA, "settings": settings}), out)
}

impl Source {
    fn text(&self) -> String {
        match self {
            Self::Of(Origin::Default) => "default".to_owned(),
            Self::Of(Origin::File(place)) => place.to_string(),
            Self::Of(Origin::CommandLine) => "command line".to_owned(),
            Self::Found => "found".to_owned(),
            Self::Environment => "environment".to_owned(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Of(Origin::File(Place { path, line, column })) => {
                json!({"kind": "file", "path": path, "line": line, "column": column})
            }
            Self::Of(Origin::CommandLine) => json!({"kind": "command-line"}),
            other => json!({"kind": other.text()}),
        }
    }
}

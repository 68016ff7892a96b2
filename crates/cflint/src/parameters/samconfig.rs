//! `parameter_overrides` in the configuration of SAM.
//!
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html>

use toml::de::{DeTable, DeValue};

use super::given::Given;
use super::malformed::Malformed;
use super::overrides;

type Value<'t> = toml::Spanned<DeValue<'t>>;

const WHERE: &str = "values are read from `parameter_overrides` in `[default.deploy.parameters]`";
const CHOOSE: &str = "name one of them `default`, or give its values with `--parameter`";
const OVERRIDES: &str = "expected `\"NAME=VALUE OTHER='two words'\"`, or a list of such strings";

/// Whether a text is TOML, and not just a comment.
pub(super) fn is_toml(text: &str) -> bool {
    DeTable::parse(without_mark(text)).is_ok_and(|table| !table.get_ref().is_empty())
}

/// Reads the values of the environment `default`, or of the only one.
pub(super) fn read(text: &str) -> Result<Vec<Given>, Malformed> {
    let source = without_mark(text);
    let skipped = text.len() - source.len();
    let place = |malformed: Malformed| Malformed { at: malformed.at.map(|at| at + skipped), ..malformed };
    let document = DeTable::parse(source).map_err(|error| {
        let message = error.message().trim().replace('\n', "; ");
        place(Malformed { at: error.span().map(|span| span.start), message, help: None })
    })?;
    environment(document.get_ref()).and_then(values).map_err(place)
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn environment<'d, 't>(document: &'d DeTable<'t>) -> Result<&'d DeTable<'t>, Malformed> {
    let environments: Vec<_> =
        document.iter().filter_map(|(name, value)| Some((name, value.get_ref().as_table()?))).collect();
    let default = environments.iter().find(|(name, _)| name.get_ref() == "default");
    match (default, environments.as_slice()) {
        (Some((_, table)), _) | (None, [(_, table)]) => Ok(table),
        (None, []) => Err(Malformed::new(0, "there is no environment in this file", WHERE)),
        (None, [(first, _), ..]) => {
            let names: Vec<_> =
                environments.iter().map(|(name, _)| format!("`{}`", name.get_ref())).collect();
            Err(Malformed::new(
                first.span().start,
                format!("there is no environment `default`, only {}", names.join(", ")),
                CHOOSE,
            ))
        }
    }
}

fn values(environment: &DeTable<'_>) -> Result<Vec<Given>, Malformed> {
    // Settings of one command replace those for all.
    let of = |command: &str| {
        let command = environment.get(command)?.get_ref().as_table()?;
        command.get("parameters")?.get_ref().as_table()?.get("parameter_overrides")
    };
    match of("deploy").or_else(|| of("global")) {
        None => Ok(Vec::new()),
        Some(value) => match value.get_ref() {
            DeValue::Array(items) => {
                let items = items.iter().map(words).collect::<Result<Vec<_>, _>>()?;
                Ok(items.into_iter().flatten().collect())
            }
            _ => words(value),
        },
    }
}

fn words(value: &Value<'_>) -> Result<Vec<Given>, Malformed> {
    let malformed = |message: &str, help| {
        Err(Malformed::new(value.span().start, format!("`parameter_overrides`: {message}"), help))
    };
    match value.get_ref().as_str() {
        None => malformed(&format!("expected a string, found {}", kind(value.get_ref())), OVERRIDES),
        Some(text) if text.starts_with("file://") => malformed(
            &format!("the values are in another file, `{text}`"),
            "pass that file with `--parameters-file`",
        ),
        Some(text) => overrides::read(text).or_else(|message| malformed(&message, OVERRIDES)),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

//! From the nodes of the file to what it says.

use std::path::PathBuf;

use cflint_rules::RULES;
use cflint_template::syntax::Kind;
use clap::ValueEnum;

use super::content::{Content, OverrideContent, RuleContent, RuleLevel, Written};
use super::keys::{OVERRIDE, RULE, TOP, names};
use super::known;
use crate::config::globs::PathGlob;
use crate::files::document::{Document, Value};
use crate::files::paths::Folder;
use crate::names::refuse_unknown;
use crate::parameters::{Given, values};
use crate::problem::Problem;

/// Reads a configuration. An empty file says nothing.
pub(crate) fn read(document: &Document, folder: &Folder) -> Result<Content, Problem> {
    let mut content = Content::default();
    let Some(root) = document.root() else { return Ok(content) };
    if root.node.kind() != Kind::Mapping {
        return Err(root.expected("a mapping").with_help("`cflint init --dry-run` shows an example"));
    }
    for field in root.fields(&names(&TOP))? {
        let value = &field.value;
        match field.key {
            "select" => content.select = Some(written(value, rule_names(value)?)),
            "extend-select" => content.extend_select = Some(written(value, rule_names(value)?)),
            "ignore" => content.ignore = Some(written(value, rule_names(value)?)),
            "pedantic" => content.pedantic = Some(written(value, value.flag()?)),
            "min-confidence" => content.min_confidence = Some(written(value, value.choice()?)),
            "min-severity" => content.min_severity = Some(written(value, value.choice()?)),
            "fail-on" => content.fail_on = Some(written(value, value.choice()?)),
            "functions" => content.functions = Some(written(value, value.flag()?)),
            "exclude" => content.exclude = Some(written(value, path_globs(value)?)),
            "parameters" => content.parameters = parameters(value)?,
            "parameters-file" => content.parameters_files = files(value, folder)?,
            "rules" => content.rules = rules(value)?,
            _ => content.overrides = overrides(value)?,
        }
    }
    Ok(content)
}

fn written<T>(at: &Value<'_>, value: T) -> Written<T> {
    Written { value, place: at.place() }
}

/// A list of texts; a single text is as good.
fn texts<'d>(value: &Value<'d>) -> Result<Vec<Value<'d>>, Problem> {
    if value.node.text().is_some() {
        return Ok(vec![value.clone()]);
    }
    value.items("a list of strings")
}

fn rule_names(value: &Value<'_>) -> Result<Vec<String>, Problem> {
    texts(value)?.iter().map(|item| rule_name(item, item.text()?)).collect()
}

/// The name of a rule, a group or an alias.
fn rule_name(at: &Value<'_>, name: &str) -> Result<String, Problem> {
    refuse_unknown(name, RULES, |what| format!("{}: {what}", at.place()))?;
    Ok(name.to_owned())
}

fn path_globs(value: &Value<'_>) -> Result<Vec<PathGlob>, Problem> {
    texts(value)?.iter().map(PathGlob::read).collect()
}

fn parameters(value: &Value<'_>) -> Result<Vec<Written<Given>>, Problem> {
    if value.node.kind() != Kind::Mapping {
        return Err(value.expected("a mapping").with_help("write `NAME: VALUE`, or `STACK: {NAME: VALUE}`"));
    }
    let all = values::entries(value.node).map_err(|malformed| {
        let place = malformed.at.map_or_else(|| value.place(), |at| value.place_at(at));
        malformed.into_problem(place)
    })?;
    Ok(all.into_iter().map(|(at, given)| Written { value: given, place: value.place_at(at) }).collect())
}

fn files(value: &Value<'_>, folder: &Folder) -> Result<Vec<Written<PathBuf>>, Problem> {
    let file = |item: &Value<'_>| Ok(written(item, folder.path().join(item.text()?)));
    texts(value)?.iter().map(file).collect()
}

fn rules(value: &Value<'_>) -> Result<Vec<RuleContent>, Problem> {
    let mut rules = Vec::new();
    for field in value.entries("a mapping from rules to their settings")? {
        let name = rule_name(&field.at, field.key)?;
        if !field.value.node.is_null() {
            rules.push(rule(name, &field.value)?);
        }
    }
    Ok(rules)
}

fn rule(name: String, value: &Value<'_>) -> Result<RuleContent, Problem> {
    let mut content = RuleContent { name, severity: None, ignore: Vec::new() };
    if let Ok(level) = value.choice::<RuleLevel>() {
        let level = level.to_possible_value().map_or(String::new(), |level| level.get_name().to_owned());
        return Err(value.expected("a mapping").with_help(format!("write `{{severity: {level}}}`")));
    }
    for field in value.fields(&names(&RULE))? {
        match field.key {
            "severity" => content.severity = Some(written(&field.value, field.value.choice()?)),
            "ignore" => content.ignore = known::list(&field.value)?,
            _ => {
                if let Some(option) = field.value.entries("a mapping")?.first() {
                    return Err(option
                        .at
                        .refuse(format_args!("`{}` has no option `{}`", content.name, option.key)));
                }
            }
        }
    }
    Ok(content)
}

fn overrides(value: &Value<'_>) -> Result<Vec<Written<OverrideContent>>, Problem> {
    let items = value.items("a list of mappings")?;
    items.iter().map(|item| Ok(written(item, over(item)?))).collect()
}

fn over(value: &Value<'_>) -> Result<OverrideContent, Problem> {
    let mut content = OverrideContent { paths: Vec::new(), ignore: Vec::new(), rules: Vec::new() };
    for field in value.fields(&names(&OVERRIDE))? {
        match field.key {
            "paths" => content.paths = path_globs(&field.value)?,
            "ignore" => content.ignore = rule_names(&field.value)?,
            _ => content.rules = rules(&field.value)?,
        }
    }
    if content.paths.is_empty() {
        return Err(value.refuse("an override without `paths` has no effect").with_help(
            "list the paths it applies to; settings for every path belong in the top-level `rules` and `ignore`",
        ));
    }
    Ok(content)
}

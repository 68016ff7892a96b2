//! Findings that the user knows of: the entries of `rules.<id>.ignore`.

use super::content::{Known, Written};
use super::keys::{KNOWN, names};
use crate::config::globs::{NameGlob, PathGlob};
use crate::files::document::Value;
use crate::problem::Problem;

const FORMS: &str = "write a glob for paths, or a mapping with `path`, `id`, `construct` and `reason`";

/// Reads the list. An entry is a mapping, or the glob of a path.
pub(super) fn list(value: &Value<'_>) -> Result<Vec<Written<Known>>, Problem> {
    let items = value.items("a list").map_err(|problem| problem.with_help(FORMS))?;
    items.iter().map(|item| Ok(Written { value: entry(item)?, place: item.place() })).collect()
}

fn entry(item: &Value<'_>) -> Result<Known, Problem> {
    if item.node.text().is_some() && !item.node.is_null() {
        return Ok(Known { path: Some(PathGlob::read(item)?), ..Known::default() });
    }
    if item.node.kind() != cflint_template::syntax::Kind::Mapping {
        return Err(item.expected("a mapping or a string").with_help(FORMS));
    }
    let mut known = Known::default();
    for field in item.fields(&names(&KNOWN))? {
        let value = &field.value;
        match field.key {
            "path" => known.path = Some(PathGlob::read(value)?),
            "id" => known.id = Some(NameGlob::read(value)?),
            "construct" => known.construct = Some(NameGlob::read(value)?),
            _ => known.reason = Some(value.text()?.to_owned()),
        }
    }
    if known.path.is_none() && known.id.is_none() && known.construct.is_none() {
        return Err(item
            .refuse("an entry without `path`, `id` and `construct` would hide every finding of the rule")
            .with_help("add one of them, or write `severity: off` to turn the rule off"));
    }
    Ok(known)
}

//! Findings that the user knows of: the entries of `rules.<id>.ignore`.

use super::keys::{KNOWN, names};
use super::{Written, read};
use crate::document::Value;
use crate::globs::{NameGlob, PathGlob};
use crate::problem::Problem;

const FORMS: &str = "write a glob for paths, or a mapping with `path`, `id`, `construct` and `reason`";

/// Which findings are known, and why.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) path: Option<PathGlob>,
    pub(crate) id: Option<NameGlob>,
    pub(crate) construct: Option<NameGlob>,
    pub(crate) reason: Option<String>,
}

/// Reads the list. An entry is a mapping, or the glob of a path.
pub(super) fn list(value: &Value<'_>) -> Result<Vec<Written<Known>>, Problem> {
    let items = value.items("a list").map_err(|problem| problem.with_help(FORMS))?;
    items.iter().map(|item| Ok(Written { value: entry(item)?, place: item.place() })).collect()
}

fn entry(item: &Value<'_>) -> Result<Known, Problem> {
    if item.node.text().is_some() && !item.node.is_null() {
        return Ok(Known { path: Some(read::path_glob(item)?), ..Known::default() });
    }
    if item.node.kind() != cflint_template::syntax::Kind::Mapping {
        return Err(item.expected("a mapping or a text").with_help(FORMS));
    }
    let mut known = Known::default();
    for field in item.fields(&names(&KNOWN))? {
        let value = &field.value;
        match field.key {
            "path" => known.path = Some(read::path_glob(value)?),
            "id" => known.id = Some(name_glob(value)?),
            "construct" => known.construct = Some(name_glob(value)?),
            _ => known.reason = Some(value.text()?.to_owned()),
        }
    }
    if known.path.is_none() && known.id.is_none() && known.construct.is_none() {
        return Err(item
            .refuse("an entry without `path`, `id` and `construct` would hide every finding of the rule")
            .with_help("add one of them, or write `severity: off` to switch the rule off"));
    }
    Ok(known)
}

fn name_glob(value: &Value<'_>) -> Result<NameGlob, Problem> {
    let text = value.text()?;
    NameGlob::new(text).map_err(|why| value.refuse(format_args!("`{text}` is no glob: {why}")))
}

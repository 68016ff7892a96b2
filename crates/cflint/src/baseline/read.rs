//! From the file to its entries.

use std::collections::BTreeMap;
use std::path::Path;

use cflint_template::syntax::{Kind, Scalar};

use super::entry::{Entry, SCHEMA};
use crate::files::document::{Document, NamedBy, Value, unquoted};
use crate::problem::Problem;

const REMEDY: &str = "`--write-baseline` writes a new one";

pub(super) fn read(file: &Path, name: &str) -> Result<BTreeMap<Entry, usize>, Problem> {
    unquoted(file, name, NamedBy::User, entries(file, name))
}

fn entries(file: &Path, name: &str) -> Result<BTreeMap<Entry, usize>, Problem> {
    let document = Document::read(file, name, "the baseline", NamedBy::User)?;
    let Some(root) = document.root().filter(|root| root.node.kind() == Kind::Mapping) else {
        return Err(Problem::new(format!("{name}:1:1: this is not a baseline")).with_help(REMEDY));
    };
    let fields = root.fields(&["schema", "findings"])?;
    let field = |key: &str| fields.iter().find(|field| field.key == key).map(|field| &field.value);
    match field("schema") {
        Some(value) if value.node.text() == Some(SCHEMA) => {}
        Some(value) => return Err(value.expected(&format!("`{SCHEMA}`")).with_help(REMEDY)),
        None => {
            return Err(root
                .refuse(format_args!("`schema` is missing, expected `{SCHEMA}`"))
                .with_help(REMEDY));
        }
    }
    let Some(findings) = field("findings") else {
        return Err(root.refuse("`findings` is missing").with_help(REMEDY));
    };
    let mut entries = BTreeMap::new();
    for item in findings.items("a list")? {
        *entries.entry(entry(&item)?).or_insert(0) += 1;
    }
    Ok(entries)
}

fn entry(item: &Value<'_>) -> Result<Entry, Problem> {
    let fields = item.fields(&["rule", "path", "fingerprint"])?;
    let text = |key: &str| {
        let Some(field) = fields.iter().find(|field| field.key == key) else {
            return Err(item.refuse(format_args!("`{key}` is missing in `{}`", item.name)).with_help(REMEDY));
        };
        match field.value.node.scalar() {
            Some(Scalar::Str(text)) => Ok(text.to_owned()),
            _ => Err(field.value.expected("a text")),
        }
    };
    Ok(Entry { path: text("path")?, rule: text("rule")?, fingerprint: text("fingerprint")? })
}

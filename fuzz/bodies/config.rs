use cflint_template::syntax;

use super::inputs::split;
use crate::config::{Content, read};
use crate::files::document::Document;
use crate::files::paths::Folder;
use crate::problem::Problem;

/// A configuration to what it says, and what its globs make of some names.
pub fn config(bytes: &[u8]) {
    let files = split(bytes);
    let Some(Ok(text)) = files.first().map(|bytes| syntax::decode(bytes)) else { return };
    let once = format!("{:?}", said(&text));
    assert_eq!(once, format!("{:?}", said(&text)), "a configuration says two things");
    let Ok(content) = said(&text) else { return };
    let names =
        files.get(1).map_or_else(|| "infra/edge/a.yaml".into(), |names| String::from_utf8_lossy(names));
    for name in names.lines() {
        matched(&content, name);
    }
}

fn said(text: &str) -> Result<Content, Problem> {
    read(&Document::parse("cflint.yaml", text)?, &Folder::new("/".as_ref()))
}

/// Asks every glob about a name.
fn matched(content: &Content, name: &str) {
    let overrides = content.overrides.iter().flat_map(|over| &over.value.paths);
    for glob in content.exclude.iter().flat_map(|exclude| &exclude.value).chain(overrides) {
        let _ = glob.matches(name);
    }
    for known in content.rules.iter().flat_map(|rule| &rule.ignore).map(|known| &known.value) {
        let _ = known.path.as_ref().map(|glob| glob.matches(name));
        for glob in known.id.iter().chain(&known.construct) {
            let _ = glob.matches(name);
        }
    }
}

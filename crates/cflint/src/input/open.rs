//! A document that is open in an editor, with the templates that it is linked with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use cflint_linter::{Input, Role};
use cflint_template::syntax::Content;

use super::discover::{self, Exclude};
use super::found::Found;
use super::{hook, nested};
use crate::files::paths::target;
use crate::files::roots::Roots;

/// The open documents by their path without links. Their content comes before what is on disk.
pub(crate) type Unsaved = BTreeMap<PathBuf, Content>;

/// The document and the templates that it nests.
pub(crate) fn collect(name: &str, content: Content, exclude: &Exclude, unsaved: &Unsaved) -> Found {
    let mut found = Found::default();
    // What else has the signs of a template must not be called a broken one.
    let is_meant = std::str::from_utf8(&content)
        .is_ok_and(|text| text.contains("AWSTemplateFormatVersion") || text.contains("AWS::"));
    let role = if is_meant { Role::Named } else { Role::Found };
    found.add(Input { role, ..Input::new(name, content) });
    nested::add(&mut found, &Roots::of([Path::new(name)]), exclude, unsaved);
    found
}

/// Whether values of the document come from templates that it does not name.
pub(crate) fn imports(text: &str) -> bool {
    text.contains("ImportValue")
}

/// A template that a document may import values from.
pub(crate) struct Other {
    /// Its path without links.
    pub(crate) real: Option<PathBuf>,
    input: Input,
}

/// The project of a document.
pub(crate) fn project(name: &str) -> PathBuf {
    hook::project(&[PathBuf::from(name)])
}

/// The other templates of a project. Only their links say which of them are needed: a stage may be in one, and the stack
/// around the API in another. There are none if another thread sets `stop`.
pub(crate) fn others(project: PathBuf, exclude: &Exclude, stop: &AtomicBool) -> Option<Vec<Other>> {
    let mut found = discover::below(project, exclude, stop)?;
    let other = |input: Input| {
        // Decoded here, every check shares the text.
        let bytes = input.bytes.decode().map_or_else(|_| input.bytes.clone(), Content::Text);
        Other { real: target(&input.name), input: Input { role: Role::Context, bytes, ..input } }
    };
    Some(found.take().into_iter().map(other).collect())
}

/// Adds these templates, with what is unsaved in place of what was read.
pub(crate) fn link(found: &mut Found, others: &[Other], unsaved: &Unsaved) {
    let own: Vec<Option<PathBuf>> = found.inputs.iter().map(|input| target(&input.name)).collect();
    for Other { real, input } in others {
        // An assembly knows more of its files.
        let known = own.iter().position(|own| own == real).and_then(|index| found.inputs.get_mut(index));
        if let Some(known) = known {
            known.stack.clone_from(&input.stack);
            continue;
        }
        let content = real.as_ref().and_then(|real| unsaved.get(real)).unwrap_or(&input.bytes);
        found.add(Input { bytes: content.clone(), ..input.clone() });
    }
}

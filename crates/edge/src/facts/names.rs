//! Names for tests.

use cflint_template::value::{Alphabet, Hole, Reference, Text};

/// A text in which `{Name}` is a parameter.
pub(super) fn text(written: &str) -> Text {
    let mut text = Text::default();
    for piece in written.split_inclusive('}') {
        let (literal, name) = piece.split_once('{').unwrap_or((piece, ""));
        text.push_str(literal);
        if let Some(name) = name.strip_suffix('}') {
            text.push_hole(Hole::of(Reference::Parameter(name.to_owned()), Alphabet::ANY));
        }
    }
    text
}

//! Creates edits, merges them, and applies them to a text.

use cflint_diagnostics::{Edit, Span};

use crate::syntax::Tree;

/// The edit that replaces these bytes with `text`.
pub(super) fn edit(tree: &Tree, range: std::ops::Range<usize>, text: impl Into<String>) -> Option<Edit> {
    let (start, end) = (u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?);
    (start <= end).then(|| Edit { span: Span::new(tree.file(), start, end), text: text.into() })
}

/// The edits of several operations on one file as one ordered list; `None` if one overlaps another.
///
/// Insertions at the same place are written in the order given.
pub fn combine(parts: impl IntoIterator<Item = Vec<Edit>>) -> Option<Vec<Edit>> {
    let mut edits: Vec<Edit> = parts.into_iter().flatten().collect();
    edits.sort_by_key(|edit| edit.span);
    let apart = edits.windows(2).all(|pair| match pair {
        [one, next] => one.span.file == next.span.file && one.span.end <= next.span.start,
        _ => true,
    });
    apart.then_some(edits)
}

/// The text after the edits, which may come in any order. `None` if one overlaps another, lies outside of the
/// text, or would cut a character in two.
pub fn apply(source: &str, edits: &[Edit]) -> Option<String> {
    let edits = combine([edits.to_vec()])?;
    let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut text = String::with_capacity(source.len() + grown);
    let mut done = 0;
    for edit in &edits {
        let range = edit.span.range();
        // `get` rejects what lies outside, ends before it starts, or is not a boundary of a character.
        source.get(range.clone())?;
        text.push_str(source.get(done..range.start)?);
        text.push_str(&edit.text);
        done = range.end;
    }
    text.push_str(source.get(done..)?);
    Some(text)
}

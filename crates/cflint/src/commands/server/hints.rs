//! Inlay hints: the names of managed policies after their ids.

use std::ops::Range;

use cflint_diagnostics::{Encoding, SourceFile};
use gen_lsp_types::{InlayHint, Label, MarkupContent, MarkupKind, Tooltip};

use super::documents::Open;
use super::now::is_template;
use super::{managed, text};

/// How long an id is.
const LENGTH: usize = 36;

/// The hints in a part of a document.
pub(super) fn hints(document: &Open, part: Range<usize>, encoding: Encoding) -> Vec<InlayHint> {
    let Some(content) = document.text.as_deref().filter(|_| is_template(document)) else {
        return Vec::new();
    };
    let file = SourceFile::new("", content);
    let hint = |(end, id): (usize, &str)| {
        let about = MarkupContent { kind: MarkupKind::Markdown, value: managed::describe(id)? };
        let position = text::position(&file, u32::try_from(end).ok()?, encoding);
        let label = Label::String(managed::name(id)?.to_owned());
        let tooltip = Some(Tooltip::MarkupContent(about));
        Some(InlayHint::new(position, label, None, None, tooltip, Some(true), None, None))
    };
    ids(content, part).into_iter().filter_map(hint).collect()
}

/// What looks like an id, with its end, behind the quote if there is one.
fn ids(content: &str, part: Range<usize>) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut at = part.start;
    while let Some(rest) = content.get(at..part.end.min(content.len())) {
        let Some(start) = rest.find(is_part) else { break };
        let word = rest.get(start..).unwrap_or_default();
        let length = word.find(|c| !is_part(c)).unwrap_or(word.len());
        let end = at + start + length;
        if let Some(id) = word.get(..length).filter(|id| id.len() == LENGTH && id.contains('-')) {
            let is_quoted = content.get(end..).is_some_and(|rest| rest.starts_with(['"', '\'']));
            found.push((end + usize::from(is_quoted), id));
        }
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_with_their_ends() {
        let id = "658327ea-f89d-4fab-a63d-7e88639e58f6";
        let text = format!("é: {id} # 😀\n\"x\": \"{id}\", {id}0");
        let ends: Vec<&str> = ids(&text, 0..text.len()).iter().map(|(end, _)| &text[..*end]).collect();
        assert_eq!(ends.len(), 2);
        assert!(ends[0].ends_with(id) && ends[1].ends_with("f6\""));
        assert!(ids(&text, 0..5).is_empty());
    }
}

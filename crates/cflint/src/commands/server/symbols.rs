//! The outline of a document: distributions, their behaviors, and the origins of these.

use cflint_diagnostics::Span;
use gen_lsp_types::{DocumentSymbol, Range, SymbolKind};

use super::diagnostics::Places;
use super::documents::Open;
use super::look::Look;
use super::now::Now;
use super::picture::picture;

pub(super) fn symbols(document: &Open, places: Places<'_>) -> Vec<DocumentSymbol> {
    let Some(look) = document.look.as_deref().filter(|look| look.is_parsed) else { return Vec::new() };
    let mut symbols: Vec<DocumentSymbol> = Vec::new();
    let Some(now) = Now::of(document) else { return Vec::new() };
    for distribution in picture(&now.inputs, now.options) {
        let behaviors = distribution.behaviors.into_iter().map(|behavior| {
            let origins = behavior.origins.into_iter();
            let origins = origins
                .map(|origin| symbol(look, places, origin.name, SymbolKind::Interface, origin.span, vec![]));
            symbol(look, places, behavior.name, SymbolKind::Function, behavior.span, origins.collect())
        });
        let behaviors: Vec<DocumentSymbol> = behaviors.collect();
        let is_same = |known: &&mut DocumentSymbol| known.name == distribution.name;
        // Under other conditions it may have others.
        if let Some(known) = symbols.iter_mut().find(is_same) {
            let children = known.children.get_or_insert_default();
            for behavior in behaviors {
                if !children
                    .iter()
                    .any(|child| (&child.name, child.range) == (&behavior.name, behavior.range))
                {
                    children.push(behavior);
                }
            }
            continue;
        }
        symbols.push(symbol(
            look,
            places,
            distribution.name,
            SymbolKind::Class,
            distribution.span,
            behaviors,
        ));
    }
    symbols
}

fn symbol(
    look: &Look,
    places: Places<'_>,
    name: String,
    kind: SymbolKind,
    span: Span,
    children: Vec<DocumentSymbol>,
) -> DocumentSymbol {
    // What another template declares is shown where the document starts.
    let span = if span.file.0 == 0 { span } else { Span::new(cflint_diagnostics::FileId(0), 0, 0) };
    let selection_range = places.range(&look.report.sources, span);
    // The place of a distribution is its name; an outline wants all of it.
    let range = children.iter().fold(selection_range, |range, child| Range {
        start: range.start.min(child.range.start),
        end: range.end.max(child.range.end),
    });
    let range = if kind == SymbolKind::Class { range } else { selection_range };
    #[expect(deprecated, reason = "the type has the field")]
    DocumentSymbol {
        name,
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range,
        selection_range,
        children: (!children.is_empty()).then_some(children),
    }
}

use cflint_diagnostics::Span;
use cflint_template::syntax::{Kind, NodeRef, Parsed, Style, SyntaxError, limits};

/// What holds for every file that can be read.
pub(crate) fn check(parsed: &Parsed) {
    let source = parsed.tree.source();
    let Some(root) = parsed.tree.root() else { return };
    assert_eq!(root.subtree().count(), parsed.tree.len());
    for node in root.subtree() {
        check_span(source, node.span());
        check_text(source, node);
    }
    check_nesting(root);
    for span in parsed.tree.comments() {
        check_span(source, *span);
        assert!(source[span.range()].starts_with('#'), "a comment starts with #");
    }
    assert!(parsed.tree.comments().is_sorted());
    for span in &parsed.aliases {
        check_span(source, *span);
        assert!(source[span.range()].starts_with(['*', '<']));
    }
    for duplicate in &parsed.duplicates {
        check_span(source, duplicate.first);
        check_span(source, duplicate.again);
        assert!(duplicate.first < duplicate.again);
    }
}

/// What holds for every error.
pub(crate) fn check_error(source: &str, error: &SyntaxError) {
    check_span(source, error.span);
    assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{}", error.message);
    assert!(!error.message.starts_with(char::is_uppercase), "{}", error.message);
}

pub(crate) fn check_span(source: &str, span: Span) {
    assert!(source.get(span.range()).is_some(), "{span:?} is no range of {source:?}");
}

fn check_text(source: &str, node: NodeRef<'_>) {
    let slice = &source[node.span().range()];
    match node.style() {
        Style::Plain if slice.starts_with('!') => {
            let name = node.text().unwrap();
            assert!(name == "Ref" || name == "Condition" || name.starts_with("Fn::"));
        }
        Style::Plain if !slice.contains(['\n', '\r']) => assert_eq!(node.text(), Some(slice)),
        Style::SingleQuoted => assert!(slice.len() > 1 && slice.starts_with('\'') && slice.ends_with('\'')),
        Style::DoubleQuoted => assert!(slice.len() > 1 && slice.starts_with('"') && slice.ends_with('"')),
        Style::Implicit => assert!(slice.is_empty() && node.text() == Some("")),
        // The item of `[a: b]` is a mapping without braces.
        Style::Flow if node.kind() == Kind::Mapping && node.len() == 1 => {}
        Style::Flow => assert!(slice.starts_with(['{', '[']) && slice.ends_with(['}', ']'])),
        Style::ShortForm => assert!(slice.starts_with('!') && node.len() == 1),
        // A block whose only entry is a merge key may be empty.
        Style::Block | Style::Plain | Style::Literal | Style::Folded => {}
    }
}

/// Children lie inside of their parent and follow each other, except where an alias leads elsewhere.
fn check_nesting(root: NodeRef<'_>) {
    let mut open = vec![root];
    while let Some(parent) = open.pop() {
        let children: Vec<_> = match parent.kind() {
            Kind::Scalar => Vec::new(),
            Kind::Sequence => parent.items().collect(),
            Kind::Mapping => parent.entries().flat_map(|entry| [entry.key, entry.value]).collect(),
        };
        let mut end = parent.span().start;
        for child in &children {
            if !child.is_aliased() && !parent.is_aliased() {
                assert!(parent.span().contains(child.span()), "{child:?} outside of {parent:?}");
                assert!(end <= child.span().start, "{child:?} starts before {end}");
                end = child.span().end;
            }
        }
        open.extend(children);
    }
    assert!(depth(root) <= limits::MAX_DEPTH);
}

fn depth(root: NodeRef<'_>) -> usize {
    let mut open = vec![(root, 0)];
    let mut deepest = 0;
    while let Some((node, above)) = open.pop() {
        let here = above + usize::from(node.kind() != Kind::Scalar);
        deepest = deepest.max(here);
        open.extend(node.items().map(|item| (item, here)));
        open.extend(node.entries().flat_map(|entry| [(entry.key, here), (entry.value, here)]));
    }
    deepest
}

//! CloudFront Functions of the template.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-function.html>

use std::ops::Range;

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::{List, Prop, State};
use crate::syntax::{Kind, NodeRef, align};
use crate::template::Resource;
use crate::value::Text;

/// A CloudFront Function, and its code.
#[derive(Debug, Clone)]
pub struct FunctionCode {
    /// Its logical id.
    pub id: String,
    /// `cloudfront-js-1.0` or `cloudfront-js-2.0`
    pub runtime: Prop<Text>,
    pub code: Prop<Text>,
    /// Whether every change is published.
    pub auto_publish: Prop<bool>,
    /// The key-value stores that it reads.
    pub stores: List<Prop<Text>>,
    /// Whether the code may be run.
    pub may_run: bool,
    /// The code as it was written.
    pieces: Vec<Piece>,
}

/// A part of the code that is one scalar of the template.
#[derive(Debug, Clone)]
struct Piece {
    /// Which part, in bytes of the text.
    range: Range<usize>,
    /// As it was written, quotes or indicator included.
    written: String,
    span: Span,
}

impl FunctionCode {
    pub(super) fn read<'r, 't: 'r>(resource: &Resource<'t>, properties: &Reader<'r, 't>) -> Self {
        let config = properties.map_or_empty("FunctionConfig");
        let code = properties.text("FunctionCode");
        let node = properties.value("FunctionCode").map(|value| value.node);
        Self {
            id: resource.id.to_owned(),
            runtime: config.text("Runtime"),
            auto_publish: properties.bool("AutoPublish"),
            stores: config.maps("KeyValueStoreAssociations", |store, _| store.text("KeyValueStoreARN")),
            may_run: properties.evaluator().template().shows_functions,
            pieces: match (node, literal(&code)) {
                (Some(node), Some(text)) => pieces(node, text),
                _ => Vec::new(),
            },
            code,
        }
    }

    /// Whether a key-value store is associated; `None` if that is not known.
    pub fn has_store(&self) -> Option<bool> {
        match (self.stores.items.is_empty(), &self.stores.open) {
            (false, _) => Some(true),
            (true, None) => Some(false),
            (true, Some(_)) => None,
        }
    }

    /// The place of a part of the code, in bytes of its text; all of the code where that is not known.
    pub fn place(&self, range: Range<usize>) -> Span {
        let found = || {
            let piece = self.pieces.iter().find(|piece| piece.range.contains(&range.start))?;
            let text = self.text()?.get(piece.range.clone())?;
            // An end of a line may be the end of the scalar.
            let last = range.end.min(piece.range.end) - piece.range.start;
            let start = u32::try_from(align(&piece.written, text, range.start - piece.range.start)?).ok()?;
            let end = u32::try_from(align(&piece.written, text, last)?).ok()?;
            let from = u32::try_from(piece.span.range().start).ok()?;
            (start < end).then(|| Span::new(piece.span.file, from + start, from + end))
        };
        found().unwrap_or(self.code.span)
    }

    /// The code, if all of it is known.
    pub fn text(&self) -> Option<&str> {
        literal(&self.code)
    }
}

fn literal(code: &Prop<Text>) -> Option<&str> {
    match &code.state {
        State::Known(text) => text.as_literal(),
        _ => None,
    }
}

/// The scalars that a text was written as: one, or those of an `Fn::Join`.
fn pieces(node: NodeRef<'_>, text: &str) -> Vec<Piece> {
    let join = node.intrinsic().filter(|call| call.name() == "Fn::Join");
    let Some(join) = join else {
        return scalar(node).and_then(|scalar| piece(scalar, 0..text.len())).into_iter().collect();
    };
    let mut arguments = join.value.items();
    let delimiter = arguments.next().and_then(|delimiter| delimiter.text()).unwrap_or_default();
    let mut found = Vec::new();
    let mut from = 0;
    let mut is_sure = true;
    for item in arguments.next().into_iter().flat_map(NodeRef::items) {
        let Some(own) = item.text() else {
            // How long this is, is only known from where the next one is.
            is_sure = false;
            continue;
        };
        let rest = text.get(from..).unwrap_or_default();
        let at = if is_sure { rest.starts_with(own).then_some(0) } else { rest.find(own) };
        let Some(at) = at else { break };
        let range = from + at..from + at + own.len();
        from = range.end + delimiter.len();
        is_sure = true;
        found.extend(piece(item, range));
    }
    found
}

fn piece(scalar: NodeRef<'_>, range: Range<usize>) -> Option<Piece> {
    let written = scalar.tree().source().get(scalar.span().range())?;
    Some(Piece { range, written: written.to_owned(), span: scalar.span() })
}

/// The scalar that a text was written as, also within `Fn::Sub`.
fn scalar(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let node = match node.intrinsic() {
        Some(call) if call.name() == "Fn::Sub" => call.value,
        Some(_) => return None,
        None => node,
    };
    match node.kind() {
        Kind::Scalar => Some(node),
        Kind::Sequence => node.items().next().filter(|first| first.kind() == Kind::Scalar),
        Kind::Mapping => None,
    }
}

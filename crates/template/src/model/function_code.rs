//! CloudFront Functions of the template.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-function.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::{Prop, State};
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
    /// Whether a key-value store is associated; `None` if that is not known.
    pub has_store: Option<bool>,
    /// The code as it was written, with its place.
    written: Option<(String, Span)>,
}

impl FunctionCode {
    pub(super) fn read<'r, 't: 'r>(resource: &Resource<'t>, properties: &Reader<'r, 't>) -> Self {
        let config = properties.map_or_empty("FunctionConfig");
        let code = properties.text("FunctionCode");
        let stores = config.maps("KeyValueStoreAssociations", |store, _| store.text("KeyValueStoreARN"));
        let node = properties.value("FunctionCode").map(|value| value.node);
        Self {
            id: resource.id.to_owned(),
            runtime: config.text("Runtime"),
            has_store: match (stores.items.is_empty(), &stores.open) {
                (false, _) => Some(true),
                (true, None) => Some(false),
                (true, Some(_)) => None,
            },
            written: node.and_then(scalar).and_then(|scalar| {
                let written = scalar.tree().source().get(scalar.span().range())?;
                Some((written.to_owned(), scalar.span()))
            }),
            code,
        }
    }

    /// The place of a part of the code, in bytes of its text; all of the code where that is not known.
    pub fn place(&self, range: std::ops::Range<usize>) -> Span {
        let found = || {
            let (written, span) = self.written.as_ref()?;
            let text = self.text()?;
            let start = u32::try_from(align(written, text, range.start)?).ok()?;
            let end = u32::try_from(align(written, text, range.end)?).ok()?;
            let from = u32::try_from(span.range().start).ok()?;
            (start < end).then(|| Span::new(span.file, from + start, from + end))
        };
        found().unwrap_or(self.code.span)
    }

    /// The code, if all of it is known.
    pub fn text(&self) -> Option<&str> {
        match &self.code.state {
            State::Known(text) => text.as_literal(),
            _ => None,
        }
    }
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

//! What the user wrote about an API, wherever it is.

use cflint_diagnostics::Span;

use super::events::Events;
use super::settings::Settings;
use crate::model::Protocol;
use crate::model::slice::Slice;

/// What `AWS::Serverless::Api` and `AWS::Serverless::HttpApi` have in common.
pub(super) struct Source<'a, 'r, 't> {
    pub(super) slice: &'a Slice<'r, 't>,
    pub(super) id: &'a str,
    pub(super) span: Span,
    pub(super) protocol: Protocol,
    pub(super) settings: Settings<'r, 't>,
    pub(super) events: &'a Events<'r, 't>,
}

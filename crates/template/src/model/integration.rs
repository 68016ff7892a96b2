//! The backend of a route.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-integration-types.html>
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations.html>

use super::Prop;
use super::reader::Reader;
use super::slice::Slice;
use crate::value::{Part, Reference, Text};

/// The backend of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integration {
    /// Nothing: API Gateway responds itself.
    Mock,
    /// Another AWS service, which is called without the headers of the request.
    Service,
    /// A function, which receives the headers.
    Function,
    /// A server, which receives the headers.
    Http,
    /// The template does not say.
    Unknown,
}

impl Integration {
    /// Of a method: `Integration`, or `x-amazon-apigateway-integration` of an operation.
    pub(super) fn read(integration: &Reader<'_, '_>) -> Self {
        let either = |names: [&'static str; 2]| {
            let [first, second] = names.map(|name| integration.text(name));
            if first.is_absent() { second } else { first }
        };
        let kind = either(["Type", "type"]);
        let Some(kind) = kind.literal().map(str::to_ascii_uppercase) else { return Self::Unknown };
        let subtype = either(["IntegrationSubtype", "integrationSubtype"]);
        Self::of(&kind, &subtype, &either(["Uri", "uri"]))
    }

    /// Of a route of an HTTP API: `integrations/{id}`.
    pub(super) fn of_target(slice: &Slice<'_, '_>, target: &Prop<Text>) -> Self {
        let named = match target.known().map(Text::parts) {
            Some([Part::Lit(literal), Part::Hole(hole)]) if literal == "integrations/" => &hole.reference,
            _ => return Self::Unknown,
        };
        let Reference::Resource { id, .. } = named else { return Self::Unknown };
        let Some((index, _)) = slice.named(id) else { return Self::Unknown };
        let properties = slice.reader(index);
        match properties.text("IntegrationType").literal() {
            Some(kind) => {
                Self::of(kind, &properties.text("IntegrationSubtype"), &properties.text("IntegrationUri"))
            }
            None => Self::Unknown,
        }
    }

    fn of(kind: &str, subtype: &Prop<Text>, uri: &Prop<Text>) -> Self {
        match kind {
            "MOCK" => Self::Mock,
            "HTTP" | "HTTP_PROXY" => Self::Http,
            "AWS_PROXY" if !subtype.is_absent() => Self::Service,
            "AWS_PROXY" => Self::Function,
            "AWS" => match uri.known().and_then(|uri| uri.piece(":", 4)) {
                Some(service) if service.as_literal() == Some("lambda") => Self::Function,
                Some(service) if service.as_literal().is_some() => Self::Service,
                _ => Self::Unknown,
            },
            _ => Self::Unknown,
        }
    }
}

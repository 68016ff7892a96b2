//! What API Gateway responds to a request that it rejects.

use std::borrow::Cow;
use std::fmt;

use cflint_template::model::Protocol;

use super::Certainty;

/// Status and body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: &'static str,
}

/// For everything that API Gateway does not distinguish.
pub const FORBIDDEN: Answer = Answer { status: 403, body: "{\"message\":\"Forbidden\"}" };
/// A REST API has no such resource or method, or requires a signature.
pub const MISSING_TOKEN: Answer =
    Answer { status: 403, body: "{\"message\":\"Missing Authentication Token\"}" };
/// An HTTP API has no such stage or route.
pub const NOT_FOUND: Answer = Answer { status: 404, body: "{\"message\":\"Not Found\"}" };
/// The authorizer of a REST API denies the request.
pub const EXPLICIT_DENY: Answer = Answer {
    status: 403,
    body: "{\"Message\":\"User is not authorized to access this resource with an explicit deny\"}",
};
/// From a Lambda function URL, whose `Message` is capitalized.
pub const LAMBDA_FORBIDDEN: Answer = Answer { status: 403, body: "{\"Message\":\"Forbidden\"}" };

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.body)
    }
}

/// The response to a path that does not name a stage. For a REST API it is reported, not documented; for a WebSocket
/// API it is neither.
pub const fn no_stage(protocol: Protocol) -> Option<Answer> {
    match protocol {
        Protocol::Rest => Some(FORBIDDEN),
        Protocol::Http => Some(NOT_FOUND),
        Protocol::WebSocket => None,
    }
}

/// The response to a path in a stage that has no route.
pub const fn no_route(protocol: Protocol) -> Answer {
    match protocol {
        Protocol::Rest => MISSING_TOKEN,
        Protocol::Http => NOT_FOUND,
        Protocol::WebSocket => FORBIDDEN,
    }
}

/// The response of a default endpoint that is disabled; for a WebSocket API it is not documented.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html>,
/// <https://repost.aws/knowledge-center/api-gateway-disable-endpoint>
pub const fn disabled_endpoint(protocol: Protocol) -> Option<Answer> {
    match protocol {
        Protocol::Rest => Some(FORBIDDEN),
        Protocol::Http => Some(NOT_FOUND),
        Protocol::WebSocket => None,
    }
}

/// A response in a sentence, also one that is not documented.
pub fn returned(answer: Option<Answer>) -> String {
    match answer {
        Some(answer) => format!("returns `{answer}`"),
        None => "rejects the connection, with a status that is not documented".to_owned(),
    }
}

/// Why API Gateway rejects a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A REST API has no such resource or method.
    NoToken,
    /// An HTTP API has no such route.
    NotFound,
    /// A path below the stage of a WebSocket API.
    NotAStage,
    /// Credentials that are not a signature, where a signature is required.
    IncompleteSignature,
    /// A route with IAM authorization, but no signature.
    Unsigned,
    /// A signature for another host.
    WrongSignature,
    Unauthorized,
    /// No API key, or none that is valid here.
    Key,
    Firewall,
    Policy,
    /// A statement denies it.
    ExplicitPolicy,
    Parameters(String),
}

impl Refusal {
    /// Type of the gateway response (empty where there is none), status and message.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html>
    pub fn words(&self, is_rest: bool) -> (&'static str, u16, Cow<'static, str>, Certainty) {
        use Certainty::{Certain, Probable};
        let (kind, status, message, certainty) = match self {
            Self::NoToken => ("MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token", Certain),
            Self::Unsigned if is_rest => {
                ("MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token", Certain)
            }
            Self::Unsigned => ("", 403, "Forbidden", Probable),
            Self::NotFound => ("", 404, "Not Found", Certain),
            Self::NotAStage => ("", 403, "Forbidden", Probable),
            Self::IncompleteSignature => {
                ("", 403, "Authorization header requires 'Credential' parameter. …", Probable)
            }
            Self::WrongSignature if is_rest => (
                "INVALID_SIGNATURE",
                403,
                "The request signature we calculated does not match the signature you provided. …",
                Probable,
            ),
            Self::WrongSignature => ("", 403, "Forbidden", Probable),
            Self::Unauthorized => ("UNAUTHORIZED", 401, "Unauthorized", Certain),
            Self::Key => ("INVALID_API_KEY", 403, "Forbidden", Certain),
            Self::Firewall => ("WAF_FILTERED", 403, "Forbidden", Certain),
            Self::Policy => (
                "ACCESS_DENIED",
                403,
                "User: anonymous is not authorized to perform: execute-api:Invoke on resource: …",
                Certain,
            ),
            Self::ExplicitPolicy => (
                "ACCESS_DENIED",
                403,
                "User: anonymous is not authorized to perform: execute-api:Invoke on resource: … with an explicit deny",
                Certain,
            ),
            Self::Parameters(names) => {
                let message = format!("Missing required request parameters: [{names}]");
                return ("BAD_REQUEST_PARAMETERS", 400, Cow::Owned(message), Certain);
            }
        };
        (kind, status, Cow::Borrowed(message), certainty)
    }
}

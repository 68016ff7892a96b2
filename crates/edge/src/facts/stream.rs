//! Which integrations can stream their responses.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html>

use cflint_template::model::{Streaming, StreamingPlace};

use super::Certainty;

/// What is wrong with how an integration requests streaming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamFault {
    /// Only proxy integrations can stream.
    NoProxy,
    /// The function is invoked in a way that buffers its response.
    Buffered,
    /// It is not one of the values.
    Value,
    /// SAM knows another value, and ignores this one.
    Ignored,
}

impl StreamFault {
    /// How certain it is that it does not stream.
    pub const fn certainty(self) -> Certainty {
        match self {
            Self::NoProxy | Self::Value | Self::Ignored => Certainty::Certain,
            Self::Buffered => Certainty::Probable,
        }
    }
}

/// What is wrong with how an integration requests streaming, if anything.
pub fn stream_fault(streaming: &Streaming) -> Option<StreamFault> {
    let mode = streaming.mode.literal()?;
    if streaming.place == StreamingPlace::Event {
        let is_known = matches!(mode, "BUFFERED" | "RESPONSE_STREAM" | "");
        return (!is_known).then_some(StreamFault::Ignored);
    }
    match mode {
        "STREAM" => {}
        "BUFFERED" | "" => return None,
        _ => return Some(StreamFault::Value),
    }
    if streaming.kind.literal().is_some_and(|kind| !matches!(kind, "AWS_PROXY" | "HTTP_PROXY")) {
        return Some(StreamFault::NoProxy);
    }
    let uri = streaming.uri.known()?;
    let is_function = streaming.kind.literal() == Some("AWS_PROXY");
    (is_function && uri.suffix().ends_with("/invocations")).then_some(StreamFault::Buffered)
}

//! How a request ends.

use cflint_diagnostics::Span;

use super::{Party, Verdict};
use crate::facts::Certainty;
use crate::facts::refusals::Answer;

/// How a request ends, and who decides it.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) verdict: Verdict,
    pub(super) status: Option<u16>,
    pub(super) party: Option<Party>,
    pub(super) summary: String,
    /// Whether the response comes from the origin, so that it may be cached.
    pub(super) is_from_origin: bool,
    pub(super) span: Option<Span>,
    pub(super) certainty: Certainty,
    /// Whether there was no response at all.
    pub(super) is_unreachable: bool,
    /// What only a live request would show about the response; who responds is known.
    pub(super) open: Option<String>,
}

impl End {
    /// Rejected with a status and a body.
    pub(super) fn rejected(party: Party, status: u16, body: &str, certainty: Certainty) -> Self {
        Self {
            verdict: Verdict::Rejected,
            status: Some(status),
            party: Some(party),
            summary: if body.starts_with('"') {
                format!("{} returns `{status}` with the page {body}", party.name())
            } else {
                format!("{} returns `{status} {body}`", party.name())
            },
            is_from_origin: party != Party::CloudFront,
            span: None,
            certainty,
            is_unreachable: false,
            open: None,
        }
    }

    pub(super) fn refused_by_gateway(answer: Answer, certainty: Certainty) -> Self {
        Self::rejected(Party::ApiGateway, answer.status, answer.body, certainty)
    }

    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Undetermined,
            status: None,
            party: None,
            summary: why.into(),
            is_from_origin: false,
            span: None,
            certainty: Certainty::Uncertain,
            is_unreachable: false,
            open: Some("what happens to the request from there on".to_owned()),
        }
    }

    pub(super) fn reached(party: Party, summary: String) -> Self {
        Self {
            verdict: Verdict::Ok,
            status: None,
            party: Some(party),
            summary,
            is_from_origin: true,
            span: None,
            certainty: Certainty::Certain,
            is_unreachable: false,
            open: None,
        }
    }

    /// CloudFront gets no response, and returns a status that is not documented exactly.
    pub(super) fn unreachable(status: &str, why: &str) -> Self {
        Self {
            verdict: Verdict::Rejected,
            status: None,
            party: Some(Party::CloudFront),
            summary: format!("CloudFront returns {status}: {why}"),
            is_from_origin: false,
            span: None,
            certainty: Certainty::Certain,
            is_unreachable: true,
            open: None,
        }
    }

    /// There is no distribution to respond, so there is neither a status nor a party that responds.
    pub(super) fn refused() -> Self {
        let why =
            "CloudFront rejects the distribution when it is deployed, so nothing responds to the request";
        let verdict = Verdict::Rejected;
        Self { verdict, open: None, certainty: Certainty::Certain, ..Self::unknown(why) }
    }

    pub(super) fn at(self, span: Span) -> Self {
        Self { span: Some(span), ..self }
    }
}

/// A value to continue with, or the end.
pub(super) type Way<T> = Result<T, End>;

//! How the way of a request ends.

use cflint_diagnostics::Span;

use super::{Party, Verdict};
use crate::facts::Certainty;
use crate::facts::refusals::Answer;

/// The end of a way.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) verdict: Verdict,
    pub(super) status: Option<u16>,
    pub(super) party: Option<Party>,
    pub(super) summary: String,
    /// Whether the answer is one of the origin, so that caching is a question.
    pub(super) is_from_origin: bool,
    pub(super) span: Option<Span>,
    pub(super) certainty: Certainty,
    /// Whether there was no answer at all.
    pub(super) is_unreachable: bool,
    /// What only a live request would show of the answer itself; who answers is known.
    pub(super) open: Option<String>,
}

impl End {
    /// Refused with a status and a body.
    pub(super) fn rejected(party: Party, status: u16, body: &str, certainty: Certainty) -> Self {
        Self {
            verdict: Verdict::Rejected,
            status: Some(status),
            party: Some(party),
            summary: if body.starts_with('"') {
                format!("{} answers `{status}` with the page {body}", party.name())
            } else {
                format!("{} answers `{status} {body}`", party.name())
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
            open: Some("what becomes of the request from there on".to_owned()),
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

    /// CloudFront gets no answer, and says so with a status that is not documented exactly.
    pub(super) fn unreachable(status: &str, why: &str) -> Self {
        Self {
            verdict: Verdict::Rejected,
            status: None,
            party: Some(Party::CloudFront),
            summary: format!("CloudFront answers {status}: {why}"),
            is_from_origin: false,
            span: None,
            certainty: Certainty::Certain,
            is_unreachable: true,
            open: None,
        }
    }

    /// There is no distribution to answer, so that there is neither a status nor anybody who answers.
    pub(super) fn refused() -> Self {
        let why =
            "CloudFront refuses the distribution when it is deployed, so there is none to answer the request";
        let verdict = Verdict::Rejected;
        Self { verdict, open: None, certainty: Certainty::Certain, ..Self::unknown(why) }
    }

    pub(super) fn at(self, span: Span) -> Self {
        Self { span: Some(span), ..self }
    }
}

/// Goes on with a value, or ends.
pub(super) type Way<T> = Result<T, End>;

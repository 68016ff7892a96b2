//! How a request ends.

use cflint_diagnostics::Span;

use super::{Cause, Party, Undeployable, Verdict};
use crate::facts::Certainty;
use crate::facts::refusals::{Answer, returned};

/// How a request ends, and who decides it.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) verdict: Verdict,
    /// Why it is rejected.
    pub(super) cause: Option<Cause>,
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
    pub(super) fn rejected(
        cause: Cause,
        party: Party,
        status: u16,
        body: &str,
        certainty: Certainty,
    ) -> Self {
        Self {
            verdict: Verdict::Rejected,
            cause: Some(cause),
            status: Some(status),
            party: Some(party),
            summary: answered(party, status, body),
            is_from_origin: party != Party::CloudFront,
            span: None,
            certainty,
            is_unreachable: false,
            open: None,
        }
    }

    pub(super) fn refused_by_gateway(cause: Cause, answer: Answer, certainty: Certainty) -> Self {
        Self::rejected(cause, Party::ApiGateway, answer.status, answer.body, certainty)
    }

    /// The same with a response that is not documented in every case.
    pub(super) fn refused_perhaps(cause: Cause, answer: Option<Answer>, certainty: Certainty) -> Self {
        if let Some(answer) = answer {
            return Self::refused_by_gateway(cause, answer, certainty);
        }
        Self {
            verdict: Verdict::Rejected,
            cause: Some(cause),
            party: Some(Party::ApiGateway),
            certainty: certainty.min(Certainty::Probable),
            is_from_origin: true,
            open: None,
            ..Self::unknown(format!("API Gateway {}", returned(None)))
        }
    }

    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Undetermined,
            cause: None,
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
            cause: None,
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
    pub(super) fn unreachable(cause: Cause, status: &str, why: &str) -> Self {
        Self {
            verdict: Verdict::Rejected,
            cause: Some(cause),
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

    /// There is no distribution, so there is neither a status nor a party that responds.
    pub(super) fn refused(why_not: Undeployable) -> Self {
        let why = match why_not {
            Undeployable::StageName => {
                "API Gateway rejects the stage when it is deployed, so nothing responds to the request"
            }
            _ => {
                "CloudFront rejects the distribution when it is deployed, so nothing responds to the request"
            }
        };
        let (verdict, cause) = (Verdict::Rejected, Some(Cause::Undeployable(why_not)));
        Self { verdict, cause, open: None, certainty: Certainty::Certain, ..Self::unknown(why) }
    }

    pub(super) fn at(self, span: Span) -> Self {
        Self { span: Some(span), ..self }
    }
}

/// Who answers with what, in a sentence.
pub(super) fn answered(party: Party, status: u16, body: &str) -> String {
    if body.starts_with('"') {
        format!("{} returns `{status}` with the page {body}", party.name())
    } else {
        format!("{} returns `{status} {body}`", party.name())
    }
}

/// Continues with a value, or ends.
pub(super) type Way<T> = Result<T, End>;

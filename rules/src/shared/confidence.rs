//! How sure a finding is, and which of several places it is reported at.

use cflint_diagnostics::Confidence;
use cflint_edge::facts::Certainty;
use cflint_edge::routes::path::{RequestPath, paths_of};
use cflint_edge::routes::stage_reach::Sureness;
use cflint_linter::{OriginUse, ReportBuilder};

/// The confidence of a finding that rests on how sure a miss is, and on no function rewriting the request.
pub(crate) fn confidence(path: &RequestPath<'_>, sure: Sureness) -> Confidence {
    match sure {
        _ if path.may_be_rerouted() && !path.can_follow() => Confidence::Possible,
        Sureness::ByCoincidence => Confidence::Possible,
        Sureness::Inferred => Confidence::Likely,
        Sureness::Always => Confidence::Certain,
    }
}

/// The highest confidence for a finding that rests on a fact of this certainty.
pub(crate) fn confidence_of(certainty: Certainty) -> Confidence {
    match certainty {
        Certainty::Uncertain => Confidence::Possible,
        Certainty::Probable => Confidence::Likely,
        Certainty::Certain => Confidence::Certain,
    }
}

/// Whether no earlier member of an origin group has the same problem, which is then reported there.
pub(crate) fn is_first(path: &RequestPath<'_>, has: impl Fn(&RequestPath<'_>) -> bool) -> bool {
    let members = paths_of(path.model, path.behavior);
    !members.iter().take_while(|other| other.origin.index != path.origin.index).any(has)
}

/// The highest confidence for a finding about what is forwarded where: a function on `viewer-request` may respond itself,
/// and changes nothing about that otherwise.
pub(crate) fn confidence_of_forwarding(path: &RequestPath<'_>) -> Confidence {
    if path.may_be_redirected() {
        Confidence::Possible
    } else if path.may_be_rerouted() {
        Confidence::Likely
    } else {
        Confidence::Certain
    }
}

/// Lowers the confidence if an edge function runs before the request reaches the origin.
pub(crate) fn unless_rewritten<'r, 'c>(
    path: &RequestPath<'_>,
    finding: ReportBuilder<'r, 'c>,
) -> ReportBuilder<'r, 'c> {
    if !path.may_be_rerouted() {
        return finding;
    }
    let note = if path.may_be_redirected() {
        "an edge function runs before the request reaches the origin and may change this"
    } else {
        "a function on `viewer-request` runs first and may respond itself"
    };
    finding.note(note).at_most(confidence_of_forwarding(path))
}

/// The highest confidence for a finding about an origin: edge functions may choose another one.
pub(crate) fn confidence_of_origin(origin: &OriginUse<'_, '_>) -> Confidence {
    let is_sure = origin.paths.iter().any(|path| !path.may_be_rerouted());
    if is_sure { Confidence::Certain } else { Confidence::Possible }
}

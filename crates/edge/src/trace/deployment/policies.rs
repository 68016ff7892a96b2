//! Response headers policies that CloudFront does not accept.

use cflint_template::model::{Behavior, Model};

use super::Fault;
use crate::facts::response_headers::faults;
use crate::trace::Undeployable;

/// What CloudFront does not accept about the response headers policy of a behavior, if the template declares it.
pub(super) fn response_headers(model: &Model, behavior: &Behavior) -> Vec<Fault> {
    let named = behavior.response_headers_policy.known().and_then(|id| id.as_resource());
    let declared = model.response_headers_policies.iter().find(|policy| Some(policy.id.as_str()) == named);
    let of = |policy| faults(policy).into_iter();
    let fault = |id: &str, certainty, span| {
        let what = format!("CloudFront rejects response headers policy `{id}`");
        Fault::new(Undeployable::ResponseHeaders, what, certainty, span)
    };
    declared
        .into_iter()
        .flat_map(|policy| of(policy).map(|found| fault(&policy.id, found.certainty(), found.span())))
        .collect()
}

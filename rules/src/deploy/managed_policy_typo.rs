use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::facts::managed::{cache_policies, origin_request_policies, response_headers_policies};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Behavior, Model, Prop};
use cflint_template::value::Text;

/// How many characters may differ.
const MAX_DISTANCE: usize = 2;

declare_rule! {
    /// ## What it does
    /// Reports policy ids in a behavior that are one or two characters away from the id of a managed policy, ids and
    /// resources of another kind of policy, such as a cache policy as `OriginRequestPolicyId`, and names of managed
    /// policies in place of their ids.
    ///
    /// ## Why is this bad?
    /// Managed policies have the same ids in every account, and people copy them by hand. Only at deployment does
    /// CloudFront reject a distribution with an id that does not exist, or that belongs to another kind of policy.
    ///
    /// ## Remediation
    /// Write the id. For an API: `CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad` (`CachingDisabled`) and
    /// `OriginRequestPolicyId: b689b0a8-53d0-40ab-baf2-68738e2966ac` (`AllViewerExceptHostHeader`). In CDK, use
    /// constants such as `CachePolicy.CACHING_DISABLED` instead of `fromCachePolicyId`. A SAM template uses the same
    /// ids.
    ///
    /// ## Exceptions
    /// Ids that resemble none of the managed policies belong to policies of the account and are not reported. Policy
    /// names are compared as the documentation and the API write them, ignoring case.
    ///
    /// ## References
    /// - [Use managed cache policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html)
    /// - [Use managed origin request policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html)
    /// - [Use managed response headers policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html)
    pub(crate) ManagedPolicyTypo {
        id: "managed-policy-typo",
        group: Deploy,
        summary: "the id of a managed policy is misspelled, of another kind, or a name",
        severity: Error,
        fix: Safe,
        cdk: "constants such as `CachePolicy.CACHING_DISABLED` and `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

/// A kind of policy, and the property that references it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    property: &'static str,
    kind: &'static str,
    what: &'static str,
}

const SLOTS: [Slot; 3] = [
    Slot { property: "CachePolicyId", kind: "AWS::CloudFront::CachePolicy", what: "cache policy" },
    Slot {
        property: "OriginRequestPolicyId",
        kind: "AWS::CloudFront::OriginRequestPolicy",
        what: "origin request policy",
    },
    Slot {
        property: "ResponseHeadersPolicyId",
        kind: "AWS::CloudFront::ResponseHeadersPolicy",
        what: "response headers policy",
    },
];

/// A managed policy: where it belongs, its id, and its name with and without `Managed-`.
struct Managed {
    slot: Slot,
    id: &'static str,
    name: &'static str,
    short: &'static str,
}

fn managed() -> impl Iterator<Item = Managed> {
    let [cache, request, response] = SLOTS;
    let caches = cache_policies().iter().map(move |p| Managed {
        slot: cache,
        id: p.id,
        name: p.name,
        short: p.short_name(),
    });
    let requests = origin_request_policies().iter().map(move |p| Managed {
        slot: request,
        id: p.id,
        name: p.name,
        short: p.short_name(),
    });
    let responses = response_headers_policies().iter().map(move |p| Managed {
        slot: response,
        id: p.id,
        name: p.name,
        short: p.short_name(),
    });
    caches.chain(requests).chain(responses)
}

impl Rule for ManagedPolicyTypo {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let ids =
            [&behavior.cache_policy, &behavior.origin_request_policy, &behavior.response_headers_policy];
        for (slot, id) in SLOTS.into_iter().zip(ids) {
            if let Some(literal) = id.literal() {
                written(slot, id, literal, cx);
            } else if let Some(named) = id.known().and_then(Text::as_resource) {
                let kind = model.resources.get(named).map(String::as_str);
                let other = SLOTS.into_iter().find(|other| *other != slot && Some(other.kind) == kind);
                if let Some(other) = other {
                    let what = format!("`{named}` is of type `{}`", other.kind);
                    in_wrong_slot(slot, other, id, &what, cx);
                }
            }
        }
    }
}

fn written(slot: Slot, id: &Prop<Text>, literal: &str, cx: &mut Context<'_>) {
    if let Some(other) = managed().find(|policy| policy.id == literal) {
        if other.slot != slot {
            let what = format!("`{literal}` is the managed {} `{}`", other.slot.what, other.short);
            in_wrong_slot(slot, other.slot, id, &what, cx);
        }
        return;
    }
    let is_called = |policy: &Managed| {
        policy.slot == slot
            && [policy.name, policy.short].iter().any(|name| name.eq_ignore_ascii_case(literal))
    };
    let (message, label, meant) = if let Some(policy) = managed().find(is_called) {
        let message = format!(
            "`{}` is the name of a managed {}, but `{}` requires its id",
            literal, slot.what, slot.property
        );
        (message, "a name, not an id".to_owned(), policy)
    } else {
        let Some(policy) = nearest(literal, slot) else { return };
        let message = format!(
            "`{literal}` is nearly, but not quite, the id of the managed {} `{}`",
            slot.what, policy.short
        );
        (message, format!("differs from `{}`", policy.id), policy)
    };
    let edits = cx.replace(id, &NewValue::Text(meant.id));
    cx.report(id, message)
        .label(label)
        .note(format!("CloudFront rejects the distribution if no {} has this id", slot.what))
        .help(format!("write `{}` (`{}`)", meant.id, meant.short))
        .fix(Applicability::Safe, format!("use the id of `{}`", meant.short), edits)
        .at_most(Confidence::Likely);
}

fn in_wrong_slot(slot: Slot, other: Slot, id: &Prop<Text>, what: &str, cx: &mut Context<'_>) {
    cx.report(id, format!("{what}, but `{}` requires another kind of policy", slot.property))
        .label(format!("not a {}", slot.what).replace("not a o", "not an o"))
        .note(format!("CloudFront looks up this id only among {}", slot.what.replace("policy", "policies")))
        .help(format!(
            "move it to `{}`; here, write the id of the right kind of policy, or remove the property",
            other.property
        ))
        .at_most(Confidence::Likely);
}

/// The managed policy of this kind that the id was probably copied from.
fn nearest(id: &str, slot: Slot) -> Option<Managed> {
    let written = id.trim().to_lowercase();
    let is_long = written.len() >= 30 && written.len() <= 40;
    let near = managed().filter(|policy| is_long && policy.slot == slot);
    let near = near.map(|policy| (strsim::damerau_levenshtein(&written, policy.id), policy));
    near.filter(|(distance, _)| *distance <= MAX_DISTANCE)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, policy)| policy)
}

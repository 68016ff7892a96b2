use cflint_diagnostics::{Applicability, Confidence, Severity};
use cflint_edge::behavior::conflicts::{authorization_by_name, encoding_beside_compression};
use cflint_edge::facts::Certainty;
use cflint_edge::facts::headers::{refused, refused_custom, refused_for_bucket, refused_in};
use cflint_edge::facts::managed::ALL_VIEWER_EXCEPT_HOST;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{
    AnyPolicy, CachePolicy, List, Model, OriginRequestPolicy, Prop, SingleResource,
};
use cflint_template::value::Text;

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports headers that CloudFront does not allow: in the header list of `ForwardedValues`, of a cache policy or of
    /// an origin request policy, and as a custom header of an origin. `ForwardedValues` cannot name `Host` for a
    /// bucket.
    ///
    /// ## Why is this bad?
    /// Some headers belong to the connection or to CloudFront itself: `Connection`, `Cookie`, `Proxy-Authorization`,
    /// `X-Forwarded-Proto`, `X-Amz-Cf-Id` and others. CloudFront rejects a distribution or a policy that names one of
    /// them. For a policy, CloudFormation may say no more than `Invalid request provided`.
    ///
    /// ## Remediation
    /// Remove the header from the list. Cookies have lists of their own. Instead of `X-Forwarded-Proto`, use
    /// `CloudFront-Forwarded-Proto`. A custom header of an origin needs a different name, such as `x-origin-verify`.
    /// `Authorization` belongs in a cache policy, or is forwarded with all other headers by
    /// `b689b0a8-53d0-40ab-baf2-68738e2966ac` (`AllViewerExceptHostHeader`). In CDK these are `headerBehavior` of
    /// `CachePolicy` and `OriginRequestPolicy`, and `customHeaders` of the origin. A SAM template uses the same
    /// properties.
    ///
    /// ## Exceptions
    /// `Authorization` in an origin request policy was rejected until 2026, and is a warning. `Accept-Encoding` is
    /// reported in a cache policy that also enables compression, which reportedly fails. Lists of headers that are not
    /// forwarded (`allExcept`) are not checked. For some headers, only a table in the documentation says that they are
    /// not allowed; these findings are likely.
    ///
    /// ## References
    /// - [Cache content based on request headers](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html)
    /// - [HTTP request headers and CloudFront behavior](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-headers-behavior)
    /// - [Add custom headers to origin requests](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html)
    pub(crate) ForbiddenHeader {
        id: "forbidden-header",
        group: Deploy,
        summary: "CloudFront does not allow this header here",
        severity: Error,
        fix: Safe,
        cdk: "`headerBehavior` of `CachePolicy` and `OriginRequestPolicy`, and `customHeaders` of the origin",
    }
}

impl Rule for ForbiddenHeader {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        match &resource.policy {
            Some(AnyPolicy::Cache(policy)) => cache_policy(policy, cx),
            Some(AnyPolicy::OriginRequest(policy)) => origin_request_policy(policy, cx),
            Some(AnyPolicy::ResponseHeaders(_)) | None => {}
        }
    }

    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Some(values) = path.forwarding.legacy.filter(|_| path.leads_to_bucket()) else { return };
        for (name, certainty) in refused_for_bucket(&values.headers) {
            let header = name.literal().unwrap_or_default();
            let message = format!("the header `{header}` cannot be forwarded to a bucket");
            let edits = has_others(&values.headers).then(|| cx.remove_item(&values.headers, name)).flatten();
            cx.report(name, message)
                .label("CloudFront does not allow this for a bucket")
                .related(path.origin.domain_name.span, "the bucket")
                .note("S3 finds the bucket by the bucket's own name in `Host`; CloudFront rejects the distribution")
                .help(format!("remove `{header}`"))
                .fix(Applicability::Safe, format!("remove `{header}`"), edits)
                .rests_on(&path.origin.domain_name)
                .at_most(confidence_of(certainty));
        }
    }

    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let behaviors = model.distribution.all_behaviors();
        for values in behaviors.filter_map(|behavior| behavior.forwarded_values.known()) {
            named(&values.headers, refused(&values.headers), "be forwarded by name", cx);
        }
        for origin in model.distribution.origins.iter() {
            for (header, name) in refused_custom(origin) {
                cx.report(&header.name, format!("`{name}` cannot be a custom header of an origin"))
                    .property(origin.custom_headers.property.to_string())
                    .label("CloudFront sets or removes this header itself")
                    .note("CloudFront rejects a distribution with such a custom header")
                    .help("use a name of your own, such as `x-origin-verify`");
            }
        }
    }
}

fn cache_policy(policy: &CachePolicy, cx: &mut Context<'_>) {
    named(&policy.headers.names, refused_in(&policy.headers), "be in the cache key", cx);
    let Some((name, switch)) = encoding_beside_compression(policy) else { return };
    let edits =
        has_others(&policy.headers.names).then(|| cx.remove_item(&policy.headers.names, name)).flatten();
    cx.report(name, "`Accept-Encoding` cannot be in the cache key when compression is enabled")
        .label("compression already puts it there")
        .related(switch.span, "enables compression")
        .note("CloudFront reportedly rejects the policy")
        .help("remove `Accept-Encoding`: with compression, its normalized value is part of the cache key")
        .fix(Applicability::Safe, "remove `Accept-Encoding`", edits)
        .rests_on(switch)
        .at_most(Confidence::Likely);
}

fn origin_request_policy(policy: &OriginRequestPolicy, cx: &mut Context<'_>) {
    named(&policy.headers.names, refused_in(&policy.headers), "be forwarded by name", cx);
    let Some(name) = authorization_by_name(&policy.headers) else { return };
    cx.report(name, "CloudFront may reject an origin request policy that names `Authorization`")
        .severity(Severity::Warning)
        .label("forwarded, but not in the cache key")
        .note("until 2026, CloudFront responded: `The parameter Headers contains Authorization that is not allowed`; where it accepts the name, authorized and unauthorized users get the same cached responses")
        .help(format!(
            "name it in a cache policy that caches, or forward all headers with `{ALL_VIEWER_EXCEPT_HOST}` (`AllViewerExceptHostHeader`)"
        ))
        .at_most(Confidence::Likely);
}

fn has_others(names: &List<Prop<Text>>) -> bool {
    names.items.len() > 1
}

fn named<'m>(
    names: &List<Prop<Text>>,
    refused: impl Iterator<Item = (&'m Prop<Text>, Certainty)>,
    cannot: &str,
    cx: &mut Context<'_>,
) {
    for (name, certainty) in refused {
        let header = name.literal().unwrap_or_default();
        let help = match header.to_ascii_lowercase().as_str() {
            "cookie" => "remove it; cookies have settings of their own".to_owned(),
            "x-forwarded-proto" => {
                "remove it; `CloudFront-Forwarded-Proto` gives the same information".to_owned()
            }
            _ => format!("remove `{header}`; it does not reach the origin as the viewer sent it"),
        };
        let edits = has_others(names).then(|| cx.remove_item(names, name)).flatten();
        cx.report(name, format!("the header `{header}` cannot {cannot}"))
            .label("CloudFront does not allow this header")
            .note(
                "CloudFront rejects lists with headers that belong to the connection or to CloudFront itself",
            )
            .help(help)
            .fix(Applicability::Safe, format!("remove `{header}`"), edits)
            .at_most(confidence_of(certainty));
    }
}

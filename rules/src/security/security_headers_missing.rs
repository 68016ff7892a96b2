use cflint_edge::facts::managed::{SECURITY_HEADERS, response_headers_policy};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model};
use cflint_template::value::Text;

/// The headers that make browsers more careful.
const HEADERS: [&str; 5] = [
    "Content-Security-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
];

declare_rule! {
    /// ## What it does
    /// Reports behaviors whose responses get no security headers from CloudFront, such as `Strict-Transport-Security`
    /// or `X-Content-Type-Options`.
    ///
    /// ## Why is this bad?
    /// Without them, a browser may come back over plain HTTP, guess the type of a response, or show it in a frame of
    /// another site. The origin can set them, but they are missing from responses that CloudFront generates itself.
    ///
    /// ## Remediation
    /// Set `ResponseHeadersPolicyId`, to an `AWS::CloudFront::ResponseHeadersPolicy` with a `SecurityHeadersConfig`, or to
    /// the managed `SecurityHeadersPolicy`, 67f7725c-6f97-4210-82d7-5512b31e9d03; in CDK
    /// `responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS`. In a SAM template the distribution is written the
    /// same way.
    ///
    /// ## Exceptions
    /// Nothing is reported if an edge function handles the responses, or if the policy is not known.
    ///
    /// ## References
    /// - [Add or remove HTTP headers in CloudFront responses](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/modifying-response-headers.html)
    /// - [Use managed response headers policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html)
    pub(crate) SecurityHeadersMissing {
        id: "security-headers-missing",
        group: Security,
        summary: "the responses of a behavior get no security headers",
        severity: Info,
        fix: None,
        pedantic: true,
        cdk: "`responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS`",
    }
}

impl Rule for SecurityHeadersMissing {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let prop = &behavior.response_headers_policy;
        let Some(policy) = prop.or_default(Text::default()) else { return };
        if behavior.may_run_on(&["origin-response", "viewer-response"]) {
            return;
        }
        let label = match (policy.as_literal(), policy.owner()) {
            (Some(""), _) => "no `ResponseHeadersPolicyId`".to_owned(),
            (Some(id), _) => match response_headers_policy(id) {
                Some(managed) if managed.security.is_empty() => {
                    format!("`{}` sets none of them", managed.short_name())
                }
                _ => return,
            },
            (None, Some(id)) => {
                let declared = model.response_headers_policies.iter().find(|policy| policy.id == id);
                let is_one = |name: &String| HEADERS.iter().any(|header| header.eq_ignore_ascii_case(name));
                match declared {
                    Some(policy) if policy.headers.open.is_none() && !policy.headers.iter().any(is_one) => {
                        format!("`{id}` sets none of them")
                    }
                    _ => return,
                }
            }
            (None, None) => return,
        };
        cx.report(prop, format!("responses of behavior `{}` get no security headers", behavior.name()))
            .cause(label.clone())
            .label(label)
            .note("such as `Strict-Transport-Security` and `X-Content-Type-Options`; headers that the origin sets are missing from responses that CloudFront generates")
            .help(format!(
                "set `ResponseHeadersPolicyId` to a policy with `SecurityHeadersConfig`, or to the managed `SecurityHeadersPolicy` ({SECURITY_HEADERS})"
            ));
    }
}

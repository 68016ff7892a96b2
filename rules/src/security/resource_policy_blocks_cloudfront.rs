use cflint_diagnostics::Confidence;
use cflint_edge::access::resource_policy::{Ruling, by_address, by_vpc, ruling_on_cloudfront};
use cflint_edge::facts::Certainty;
use cflint_edge::facts::refusals::Refusal;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::model::{Api, PolicyCondition};
use cflint_template::value::Tri;

use crate::shared::arrival::arrival;
use crate::shared::confidence::confidence_of_origin;
use crate::shared::resources::resource_type;
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports resource policies of REST APIs that allow only the addresses of certain viewers, or only requests from a
    /// VPC, while the requests come through CloudFront.
    ///
    /// ## Why is this bad?
    /// `aws:SourceIp` is the address that connects to the API. Behind a distribution, that is a server of CloudFront,
    /// for every viewer: API Gateway returns 403, also to those who are meant to be allowed. `aws:SourceVpc` and
    /// `aws:SourceVpce` exist only in requests to a private API, which CloudFront cannot reach.
    ///
    /// ## Remediation
    /// Filter viewers where their address is known: with an `AWS::WAFv2::IPSet` in the web ACL of the distribution. To
    /// keep out requests that bypass CloudFront, have CloudFront add a header with a secret, and have the API check it:
    /// the resource policy can compare `aws:Referer` with the secret that the origin sends as `Referer`.
    ///
    /// In CDK, change `policy` of `RestApi`; in SAM `Auth` with `ResourcePolicy`; in the Serverless Framework
    /// `apiGateway.resourcePolicy`.
    ///
    /// ## Exceptions
    /// Ranges of more than eight public addresses may be those of CloudFront and are not reported. Neither are policies
    /// that are not completely known, those with a statement that allows requests for another reason, and edge-optimized
    /// APIs, of which it is not documented which address they see. Where routes require an AWS signature, only denials
    /// are reported.
    ///
    /// ## References
    /// - [Use API Gateway resource policies](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html)
    /// - [AWS condition keys for resource policies](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html)
    /// - [Locations and IP address ranges of CloudFront edge servers](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html)
    pub(crate) ResourcePolicyBlocksCloudfront {
        id: "resource-policy-blocks-cloudfront",
        group: Security,
        summary: "the resource policy of the API allows certain addresses or VPCs, but not CloudFront",
        severity: Error,
        fix: None,
        cdk: "`webAclId` of the distribution, and `policy` of `RestApi` without `aws:SourceIp`",
    }
}

impl Rule for ResourcePolicyBlocksCloudfront {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let mut seen: Vec<&str> = Vec::new();
        for path in &origin.paths {
            let entered = path.samples().iter().map(|sample| sample.entrance.api);
            for api in path.backend.api().into_iter().chain(entered) {
                if seen.contains(&api.id.as_str()) {
                    continue;
                }
                seen.push(&api.id);
                if let Some((condition, refusal, certainty)) = blocked(api) {
                    let blocked = (condition, &refusal, certainty);
                    report(path, api, blocked, confidence_of_origin(origin), cx);
                }
            }
        }
    }
}

/// The condition that keeps CloudFront out, what API Gateway returns, and how certain that is.
fn blocked(api: &Api) -> Option<(&PolicyCondition, Refusal, Certainty)> {
    // Nothing on the internet reaches a private API, whatever its policy.
    if api.has_endpoint_type("PRIVATE").is_true() {
        return None;
    }
    let (ruling, certainty) = ruling_on_cloudfront(api, &|_| Err(Tri::Unknown));
    let condition = |statement| by_vpc(statement).or_else(|| by_address(statement));
    match ruling {
        _ if certainty == Certainty::Uncertain => None,
        Ruling::Denies(statement) => Some((condition(statement)?, Refusal::ExplicitPolicy, certainty)),
        Ruling::AllowsOthers(_) => Some((api.policy.iter().find_map(condition)?, Refusal::Policy, certainty)),
        Ruling::Allows | Ruling::Unknown => None,
    }
}

fn report(
    path: &RequestPath<'_>,
    api: &Api,
    (condition, refusal, certainty): (&PolicyCondition, &Refusal, Certainty),
    most: Confidence,
    cx: &mut Context<'_>,
) {
    let (_, status, message, _) = refusal.words(true);
    let is_address = condition.key == "aws:sourceip";
    let (what, label, from, help) = if is_address {
        (
            "other addresses",
            "none of these is CloudFront's",
            "from an address of CloudFront, not the viewer's",
            "filter viewers with an `AWS::WAFv2::IPSet` in the web ACL of the distribution, and replace `aws:SourceIp` in the policy with `aws:Referer` and a secret that the origin sends as the custom header `Referer`",
        )
    } else {
        (
            "requests from a VPC",
            "CloudFront connects over the internet",
            "over the internet",
            "remove the condition, which only requests to a private API can meet; to keep out requests that bypass CloudFront, compare `aws:Referer` with a secret that the origin sends as the custom header `Referer`",
        )
    };
    let finding = cx
        .report(
            &condition.values,
            format!("the resource policy of `{}` blocks CloudFront: it allows only {what}", api.id),
        )
        .label(label)
        .related(path.origin.domain_name.span, "CloudFront connects to the API here")
        .note(format!(
            "{} {from}; API Gateway returns `{status} {{\"Message\":\"{message}\"}}`",
            arrival(path)
        ))
        .help(help)
        .resource(&api.id, resource_type(path.model, api))
        .rests_on_default(condition.values.iter().find_map(|value| value.rests_on_default()))
        .at_most(if certainty == Certainty::Certain { Confidence::Certain } else { Confidence::Likely })
        .at_most(most);
    show(finding, path);
}

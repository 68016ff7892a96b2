use cflint_diagnostics::Applicability;
use cflint_edge::facts::continuous_deployment::{
    HEADER, MAX_WEIGHT, PartnerFault, PolicyFault, TTL, partner_faults, policy_faults,
};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Model, SingleResource};
use cflint_template::value::Text;

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports what continuous deployment does not support: a staging distribution, or one with a
    /// `ContinuousDeploymentPolicyId`, that supports HTTP/3; a staging distribution with aliases; and policies with a weight
    /// over 0.15, a header that does not start with `aws-cf-cd-`, or sessions of less than 300 or more than 3600 seconds.
    ///
    /// ## Why is this bad?
    /// CloudFront rejects the distribution or the policy, and the stack is rolled back.
    ///
    /// ## Remediation
    /// - Set `HttpVersion: http2` of both distributions.
    /// - Leave the aliases to the primary distribution; viewers reach the staging distribution by its names.
    /// - Set a weight of at most 0.15, `Header: aws-cf-cd-…`, and TTLs from 300 to 3600.
    ///
    /// In CDK that is `httpVersion: HttpVersion.HTTP2`, and the properties of `CfnContinuousDeploymentPolicy`. The same
    /// applies to SAM templates.
    ///
    /// ## Exceptions
    /// Values that are known only at deployment are not reported. That a staging distribution cannot have aliases is not
    /// documented, so that finding is likely. Distributions for tenants cannot take part in continuous deployment, which
    /// `tenant-settings-invalid` reports.
    ///
    /// ## References
    /// - [Quotas and other considerations for continuous deployment](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/continuous-deployment-quotas-considerations.html)
    /// - [AWS::CloudFront::ContinuousDeploymentPolicy](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-continuousdeploymentpolicy.html)
    pub(crate) ContinuousDeploymentInvalid {
        id: "continuous-deployment-invalid",
        group: Deploy,
        summary: "a distribution or a policy is not valid for continuous deployment",
        severity: Error,
        fix: Safe,
        cdk: "`httpVersion: HttpVersion.HTTP2`, or the properties of the `CfnContinuousDeploymentPolicy`",
    }
}

impl Rule for ContinuousDeploymentInvalid {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        let id = &distribution.id;
        let is_staging = distribution.staging.known() == Some(&true);
        let why = match is_staging {
            true => (distribution.staging.span, "a staging distribution"),
            false => (distribution.deployment_policy.span, "the continuous deployment policy"),
        };
        for fault in partner_faults(distribution) {
            let (place, confidence) = (fault.place(), confidence_of(fault.certainty()));
            let value = place.known().map_or_else(String::new, Text::to_string);
            match fault {
                PartnerFault::Http3(_) => {
                    let edits = cx.replace(place, &NewValue::Text("http2"));
                    cx.report(place, format!("continuous deployment of `{id}` does not support `{value}`"))
                        .label("includes HTTP/3")
                        .note("CloudFront rejects HTTP/3 for a staging distribution and for the one that it belongs to")
                        .help("write `http2`")
                        .fix(Applicability::Safe, "write `http2`", edits)
                }
                PartnerFault::StagingAlias(_) => cx
                    .report(place, format!("staging distribution `{id}` cannot have alias `{value}`"))
                    .label("belongs to the primary distribution")
                    .note("viewers request the names of the primary distribution, and CloudFront selects one of both")
                    .help("remove the aliases from the staging distribution"),
            }
            .related(why.0, why.1)
            .at_most(confidence);
        }
    }

    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        let Some(policy) = &resource.deployment_policy else { return };
        for fault in policy_faults(policy) {
            let (least, most) = (TTL.start(), TTL.end());
            match fault {
                PolicyFault::Weight(weight) => {
                    let value = weight.literal().unwrap_or_default();
                    cx.report(weight, format!("the weight of a staging distribution cannot be {value}"))
                        .label("out of range")
                        .note(format!(
                            "CloudFront accepts weights from 0 to {MAX_WEIGHT}, which is 15% of the requests"
                        ))
                        .help(format!("write {MAX_WEIGHT} or less"))
                }
                PolicyFault::Header(header) => {
                    let value = header.known().map_or_else(String::new, Text::to_string);
                    cx.report(header, format!("the header `{value}` cannot select a staging distribution"))
                        .label(format!("does not start with `{HEADER}`"))
                        .note(format!("CloudFront accepts only headers whose names start with `{HEADER}`"))
                        .help(format!("write `{HEADER}{value}`"))
                }
                PolicyFault::Ttl(name, ttl) => {
                    let value = ttl.known().copied().unwrap_or_default();
                    cx.report(ttl, format!("`{name}` of sessions cannot be {value}"))
                        .label("out of range")
                        .note(format!("CloudFront accepts {least} to {most} seconds"))
                        .help(format!("write a number from {least} to {most}"))
                }
            };
        }
    }
}

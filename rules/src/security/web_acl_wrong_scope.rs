use cflint_diagnostics::Confidence;
use cflint_edge::facts::acl_scope::{Unguarded, WrongAcl, is_misplaced, unguarded, wrong_acls};
use cflint_edge::facts::certificate::HOME;
use cflint_linter::{Context, ReportBuilder, Rule, declare_rule};
use cflint_template::model::{Association, Firewalls, Model, Prop, SingleResource, WebAcl};
use cflint_template::value::Text;

const TENANT: &str = "AWS::CloudFront::DistributionTenant";
const ASSOCIATION: &str = "AWS::WAFv2::WebACLAssociation";

declare_rule! {
    /// ## What it does
    /// Reports web ACLs that cannot protect what they are meant for: a distribution with a REGIONAL one or with one
    /// that is not in us-east-1, and associations with a distribution, with an HTTP API, or of a web ACL for
    /// CloudFront. Also reports web ACLs, IP sets, rule groups and regex pattern sets with `Scope: CLOUDFRONT` in a stack
    /// that is deployed in another region, whether or not it has a distribution.
    ///
    /// ## Why is this bad?
    /// The deployment fails. A web ACL with `Scope: CLOUDFRONT` is in us-east-1, and a distribution names it in
    /// `WebACLId`; one with `Scope: REGIONAL` is associated with a REST API stage, a load balancer and the like. HTTP
    /// APIs cannot have one.
    ///
    /// ## Remediation
    /// - Distribution: `Scope: CLOUDFRONT`, deployed in us-east-1, with its ARN in `DistributionConfig.WebACLId`; in CDK
    ///   `webAclId`. No `AWS::WAFv2::WebACLAssociation`.
    /// - HTTP API: put the web ACL in front of the distribution, and have a Lambda authorizer reject requests that do
    ///   not come through it; or use a REST API, with `arn:aws:apigateway:{region}::/restapis/{id}/stages/{stage}`.
    ///
    /// In a SAM template these resources are written the same way.
    ///
    /// ## Exceptions
    /// Scopes and regions that are not known are not reported; the region of a stack is that of its CDK assembly, or
    /// `--parameter AWS::Region=…`. If the ARN is the default of a parameter, the finding is
    /// likely.
    ///
    /// ## References
    /// - [Resources that you can protect with AWS WAF](https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html)
    /// - [AWS::WAFv2::WebACLAssociation](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webaclassociation.html)
    /// - [AWS::WAFv2::WebACL: Scope](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webacl.html)
    pub(crate) WebAclWrongScope {
        id: "web-acl-wrong-scope",
        group: Security,
        summary: "a web ACL cannot protect what it is meant for",
        severity: Error,
        fix: None,
        cdk: "`webAclId` of the distribution, and a `CfnWebACL` with `scope: 'CLOUDFRONT'` in us-east-1",
    }
}

impl Rule for WebAclWrongScope {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        let what = match resource.kind.as_str() {
            "AWS::WAFv2::WebACL" => "web ACL",
            "AWS::WAFv2::IPSet" => "IP set",
            "AWS::WAFv2::RegexPatternSet" => "regex pattern set",
            "AWS::WAFv2::RuleGroup" => "rule group",
            _ => return,
        };
        let (Some(scope), Some(region)) = (resource.setting("Scope"), &resource.region) else { return };
        if !scope.value.literal().is_some_and(|scope| is_misplaced(scope, region)) {
            return;
        }
        let id = &resource.id;
        cx.report(&scope.value, format!("{what} `{id}` cannot be created in `{region}`: its scope is `CLOUDFRONT`"))
            .label(format!("accepted only in `{HOME}`"))
            .note("AWS WAF reportedly responds `The scope is not valid.`, and the stack is rolled back")
            .help(format!(
                "deploy the stack with this resource in `{HOME}`, or set `Scope: REGIONAL` if no distribution uses it"
            ))
            .cause(format!("scope in {region}"));
    }

    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for (web_acl, wrong) in wrong_acls(model) {
            let tenant =
                model.distribution.tenants.iter().find(|tenant| std::ptr::eq(&tenant.web_acl, web_acl));
            let finding = report_wrong(web_acl, &wrong, cx);
            if let (Some(tenant), Some(finding)) = (tenant, finding) {
                finding.resource(&tenant.id, TENANT);
            }
        }
    }

    fn firewalls(&self, firewalls: &Firewalls, cx: &mut Context<'_>) {
        for association in &firewalls.associations {
            let Some(arn) = association.resource.known() else { continue };
            let acl = association.web_acl.known().and_then(Text::owner);
            let acl = acl.and_then(|id| firewalls.web_acls.iter().find(|acl| acl.id == id));
            match unguarded(arn, &firewalls.resources) {
                Some(what) => report_resource(association, what, cx),
                None => report_acl(association, acl, cx),
            }
        }
    }
}

/// The distribution or one of its tenants cannot use the web ACL.
fn report_wrong<'r, 'c>(
    web_acl: &Prop<Text>,
    wrong: &WrongAcl<'_>,
    cx: &'r mut Context<'c>,
) -> Option<ReportBuilder<'r, 'c>> {
    let arn = web_acl.known().map_or_else(String::new, name);
    let (message, label) = match wrong {
        WrongAcl::Regional(_) => (
            format!("CloudFront cannot use web ACL `{arn}`: its scope is `REGIONAL`"),
            "this web ACL is for regional resources".to_owned(),
        ),
        // It cannot be created there, which is reported at its scope.
        WrongAcl::Region(_, Some(acl)) if acl.scope.literal() == Some("CLOUDFRONT") => return None,
        WrongAcl::Region(region, _) => (
            format!("CloudFront cannot use web ACL `{arn}`: it is in `{region}`"),
            format!("web ACLs for CloudFront must be in `{HOME}`"),
        ),
    };
    let scope = match wrong {
        WrongAcl::Regional(acl) => acl.map(|acl| (acl.scope.span, "the scope")),
        WrongAcl::Region(..) => None,
    };
    let finding = cx
        .report(web_acl, message)
        .label(label)
        .note(format!("a distribution requires a web ACL with `Scope: CLOUDFRONT`, created in `{HOME}`"))
        .help(format!("create a web ACL with `Scope: CLOUDFRONT` in a stack in `{HOME}`, and use its ARN"))
        .related_each(scope);
    Some(finding)
}

/// The resource cannot be protected by a web ACL association.
fn report_resource(association: &Association, what: Unguarded, cx: &mut Context<'_>) {
    let resource = &association.resource;
    let (message, note, help) = match what {
        Unguarded::Distribution => (
            "a web ACL cannot be associated with a distribution",
            "WAF supports associations only with regional resources",
            "remove the association, and set `WebACLId` of the distribution to the web ACL's ARN",
        ),
        Unguarded::HttpApi => (
            "a web ACL cannot be associated with an HTTP API",
            "in API Gateway, WAF protects only REST API stages",
            "remove the association; put a web ACL in front of the distribution, and have a Lambda authorizer reject requests that do not come through it",
        ),
    };
    cx.report(resource, message)
        .label("cannot be associated with a web ACL")
        .note(format!("{note}; it reportedly rejects other ARNs as not valid"))
        .help(help)
        .resource(&association.id, ASSOCIATION);
}

/// The web ACL is for distributions.
fn report_acl(association: &Association, acl: Option<&WebAcl>, cx: &mut Context<'_>) {
    let web_acl = &association.web_acl;
    let is_literal = |arn: &Text| arn.piece(":", 5).is_some_and(|name| name.prefix().starts_with("global/"));
    let is_global = acl.map_or_else(
        || web_acl.known().is_some_and(is_literal),
        |acl| acl.scope.literal() == Some("CLOUDFRONT"),
    );
    if !is_global {
        return;
    }
    let arn = web_acl.known().map_or_else(String::new, name);
    cx.report(web_acl, format!("web ACL `{arn}` cannot be associated: its scope is `CLOUDFRONT`"))
        .label("this web ACL is for distributions")
        .note("a web ACL with `Scope: CLOUDFRONT` is for distributions, which name it in `WebACLId`")
        .help("associate a web ACL with `Scope: REGIONAL`, in the region of the resource")
        .resource(&association.id, ASSOCIATION)
        .at_most(Confidence::Likely)
        .related_each(acl.map(|acl| (acl.scope.span, "the scope")));
}

/// The logical id of a web ACL of the template, or its ARN.
fn name(arn: &Text) -> String {
    arn.owner().map_or_else(|| arn.to_string(), str::to_owned)
}

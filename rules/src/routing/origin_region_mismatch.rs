use cflint_edge::origin::backend::Backend;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};
use cflint_template::value::Text;

use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports origins whose `….execute-api.{region}.…` host name has a different region than the stack of the API.
    ///
    /// ## Why is this bad?
    /// An API exists in one region, and its host name contains that region. There is no host with this name in another
    /// region, so CloudFront cannot connect and returns 502 for every request. This happens when the distribution is
    /// deployed in `us-east-1` because of its certificate, and puts its own region in the host name of an API that is
    /// elsewhere.
    ///
    /// ## Remediation
    /// Use the region of the API's stack in the host name, or pass on the host name itself as an output of the API's
    /// stack. In CDK, use `RestApiOrigin`, or build the host name from `apiStack.region` instead of `this.region`. In
    /// SAM, take the region from a parameter of the stack that has the distribution.
    ///
    /// ## Exceptions
    /// The regions have to be known: from the environments of a CDK app, or from `--parameter AWS::Region=…`.
    ///
    /// ## References
    /// - [Invoke REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html)
    /// - [Requirements for using certificates with CloudFront](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html)
    pub(crate) OriginRegionMismatch {
        id: "origin-region-mismatch",
        group: Routing,
        summary: "the host name of the API has a different region than the API",
        severity: Error,
        fix: None,
        cdk: "`apiStack.region` instead of `this.region`",
    }
}

impl Rule for OriginRegionMismatch {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let Backend::ExecuteApi { api: Some(api), region, .. } = origin.backend else { return };
        let Some(path) = origin.paths.first() else { return };
        let (Some(written), Some(region)) = (region.as_literal(), path.model.regions.get(&api.id)) else {
            return;
        };
        if written == region {
            return;
        }
        let domain = &origin.origin.domain_name;
        let host = domain.known().map_or_else(String::new, Text::to_string);
        let finding = cx
            .report(domain, format!("the host name is in `{written}`, but `{}` is in `{region}`", api.id))
            .label(format!("evaluates to `{host}`"))
            .related(api.span, format!("this API is in `{region}`"))
            .note(format!("there is no host `{host}`: CloudFront cannot connect and returns 502"))
            .help(format!("use the region of the API in the host name: `{region}`"));
        show(finding, path);
    }
}

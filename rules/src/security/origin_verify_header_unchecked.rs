use cflint_diagnostics::Confidence;
use cflint_edge::access::secret::is_secret;
use cflint_edge::access::verification::{Ineffective, Verification, verification};
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, OriginUse, ReportBuilder, Rule, declare_rule};
use cflint_template::model::{Api, CustomHeader, OriginKind, Protocol, Route};

declare_rule! {
    /// ## What it does
    /// Reports custom headers of an origin that could show an API that a request came through the distribution, but
    /// that nothing in the project checks.
    ///
    /// ## Why is this bad?
    /// The header has no effect: the API also responds to requests without it, so anyone can still call
    /// `https://{id}.execute-api.{region}.amazonaws.com` directly, bypassing the distribution and its web ACL. The
    /// template looks as if that were prevented.
    ///
    /// ## Remediation
    /// Have the API reject requests without the header.
    ///
    /// - A REST API: send it as `x-api-key`, set `ApiKeyRequired: true` on every method, and put an
    ///   `AWS::ApiGateway::ApiKey` with the same value into a usage plan of the stage. Or associate with the stage a
    ///   REGIONAL `AWS::WAFv2::WebACL` whose rules block requests without the header. Or send it as `Referer`, which the
    ///   resource policy can compare with `aws:Referer`.
    /// - An HTTP API has neither API keys nor web ACLs: on every route, use a Lambda authorizer that compares the
    ///   header.
    ///
    /// In CDK these are `apiKeyRequired: true` of the method options with `addUsagePlan` and `addApiKey`,
    /// `CfnWebACLAssociation`, and `HttpLambdaAuthorizer`. In SAM they are `Auth` of the API, with `ApiKeyRequired: true`
    /// or `Authorizers`.
    ///
    /// ## Exceptions
    /// The finding is only possible if something that the template does not show may check the header: a function or a
    /// server behind the route, an API or a web ACL that is elsewhere; or if some routes require it and others may be
    /// meant for anyone. So it is likely only for routes that API Gateway handles itself or passes to another service,
    /// and for checks that have no effect, such as an API key of an HTTP API. An API that requires other credentials on
    /// every route is not reported.
    ///
    /// ## References
    /// - [Add custom headers to origin requests](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html)
    /// - [Choose between REST APIs and HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html)
    /// - [Use AWS WAF to protect REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html)
    pub(crate) OriginVerifyHeaderUnchecked {
        id: "origin-verify-header-unchecked",
        group: Security,
        summary: "nothing checks the header that shows that a request came through CloudFront",
        severity: Warning,
        fix: None,
        cdk: "`apiKeyRequired: true` and a usage plan, a `CfnWebACLAssociation`, or a `HttpLambdaAuthorizer`",
    }
}

impl Rule for OriginVerifyHeaderUnchecked {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let OriginKind::Custom(config) = &origin.origin.kind else { return };
        let [path, ..] = origin.paths.as_slice() else { return };
        let headers = &origin.origin.custom_headers;
        if !origin.backend.is_api()
            || !config.client_certificate.is_absent()
            || headers.open.is_some()
            || headers.iter().any(|header| header.name.literal().is_none())
            || origin.paths.iter().any(|path| path.may_be_signed())
        {
            return;
        }
        let is_secret = |header: &&CustomHeader| is_secret(path.model, name_of(header)).is_some();
        let Some(header) = headers.iter().find(is_secret).or_else(|| headers.iter().next()) else { return };
        let most = if is_secret(&header) { Confidence::Likely } else { Confidence::Possible };
        let Some(api) = origin.backend.api() else {
            let finding = report(path, header, None, cx).at_most(Confidence::Possible);
            finding.note("it is not known which API responds, and it may check the header");
            return;
        };
        let is_checked = |header: &CustomHeader| {
            matches!(verification(path.model, api, name_of(header)), Verification::Checked)
        };
        if headers.iter().any(is_checked) {
            return;
        }
        let verification = verification(path.model, api, name_of(header));
        let partly = match &verification {
            Verification::Partly(route) => Some(*route),
            _ => None,
        };
        let finding = report(path, header, partly, cx).help(help(api, name_of(header))).at_most(most);
        explain(finding, path, api, &verification);
    }
}

fn name_of(header: &CustomHeader) -> &str {
    header.name.literal().unwrap_or_default()
}

fn report<'r, 'c>(
    path: &RequestPath<'_>,
    header: &CustomHeader,
    route: Option<&Route>,
    cx: &'r mut Context<'c>,
) -> ReportBuilder<'r, 'c> {
    let name = name_of(header);
    let message = match route {
        Some(route) => format!("`{}` does not require `{name}`, unlike other routes", route.name()),
        None => format!("nothing checks requests to {} for `{name}`", path.backend.name()),
    };
    cx.report(&header.name, message)
        .property(path.origin.custom_headers.property.to_string())
        .label("CloudFront adds this header")
        .at_most(Confidence::Likely)
}

/// What responds to requests without the header, and what may check it after all.
fn explain(
    finding: ReportBuilder<'_, '_>,
    path: &RequestPath<'_>,
    api: &Api,
    verification: &Verification<'_>,
) {
    let (route, note, most) = match verification {
        Verification::Checked => return,
        Verification::Hidden { route, by } => {
            let note = format!("unless {by} checks it, `{}` also responds to requests without it", api.id);
            (*route, note, Confidence::Possible)
        }
        Verification::Partly(route) => (
            Some(*route),
            "it responds to anyone who bypasses the distribution; this may be intended".to_owned(),
            Confidence::Possible,
        ),
        Verification::Unchecked { route, .. } => {
            let (name, host) = (route.name(), path.origin_host());
            let note = format!(
                "`{name}` of `https://{host}` responds to requests that bypass the distribution and lack the header"
            );
            (Some(*route), note, Confidence::Likely)
        }
    };
    let open = route.map(|route| (route.span, format!("anyone can call `{}`", route.name())));
    let finding = finding.note(note).at_most(most).related_each(open);
    let Verification::Unchecked { instead: Some(instead), .. } = verification else { return };
    match instead {
        Ineffective::KeyOfHttpApi => finding.note("`ApiKeyRequired` has no effect on a route of an HTTP API"),
        Ineffective::WebAclOfHttpApi(association) => {
            finding.related(association.span, "does not work for an HTTP API")
        }
        Ineffective::KeyNotAskedFor => {
            finding.note("a usage plan enables API keys for the API, but no route requires one")
        }
    };
}

fn help(api: &Api, name: &str) -> String {
    match (api.protocol, name.eq_ignore_ascii_case("x-api-key")) {
        (Protocol::Rest, true) => "set `ApiKeyRequired: true` on every method, with an API key of the same value in a usage plan of the stage".to_owned(),
        (Protocol::Rest, false) => {
            format!("associate with the stage a REGIONAL web ACL that blocks requests without `{name}`, or send it as `x-api-key` and set `ApiKeyRequired: true` on every method")
        }
        (Protocol::WebSocket, true) => {
            "set `ApiKeyRequired: true` on the route `$connect`, with an API key of the same value in a usage plan of the stage".to_owned()
        }
        (Protocol::WebSocket, false) => {
            format!("check `{name}` in a Lambda authorizer on the route `$connect`, or send it as `x-api-key` and set `ApiKeyRequired: true` there")
        }
        (Protocol::Http, _) => format!("check `{name}` in a Lambda authorizer on every route; HTTP APIs have neither API keys nor web ACLs"),
    }
}

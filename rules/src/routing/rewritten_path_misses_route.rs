use cflint_diagnostics::Confidence;
use cflint_edge::facts::refusals::no_route;
use cflint_edge::routes::path::RequestPath;
use cflint_functions::Sureness;
use cflint_linter::{Context, Rule, declare_rule};

use crate::shared::arrival::Arrival;
use crate::shared::witness::Example;
use crate::shared::wording::routes;

declare_rule! {
    /// ## What it does
    /// Reports a CloudFront Function that rewrites paths to ones that no route of the API matches. The code of the
    /// function is run, on paths that are likely for each route.
    ///
    /// ## Why is this bad?
    /// The behavior is selected by the path that the viewer requests, and the function then changes what the origin
    /// receives: with `OriginPath` in front of it, this has to be the path of a route. API Gateway returns
    /// `403 {"message":"Missing Authentication Token"}` or `404 {"message":"Not Found"}` for all others.
    ///
    /// ## Remediation
    /// Have the function write the path of a route, without the stage if `OriginPath` or a mapping adds it.
    /// `cflint trace` shows what a function makes of one request. In CDK the code is that of the `cloudfront.Function`;
    /// in a SAM template it is in the resource `AWS::CloudFront::Function`, as in any other.
    ///
    /// ## Exceptions
    /// Paths are tried that consist of what the pattern and the code have in front and of the path of a route. If one of
    /// them reaches a route, nothing is reported. Others could do so as well, so a finding is likely at most; if the code
    /// also reads headers, cookies or the query string, it is only possible. Functions whose code is not known, which
    /// read a key-value store, or which run as Lambda@Edge are not run.
    ///
    /// ## References
    /// - [CloudFront Functions event structure](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html)
    /// - [Gateway response types](https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html)
    pub(crate) RewrittenPathMissesRoute {
        id: "rewritten-path-misses-route",
        group: Routing,
        summary: "a CloudFront Function rewrites paths to ones that no route of the API matches",
        severity: Error,
        fix: None,
        cdk: "the code of the `cloudfront.Function`",
    }
}

impl Rule for RewrittenPathMissesRoute {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Some(stray) = path.stray() else { return };
        let arrival = Arrival::of(path, stray.method, &stray.viewer_path);
        let api = &stray.api.id;
        let mut codes = path.behavior.functions.iter().filter_map(|function| function.code.as_ref());
        let code = codes.find(|code| code.id == stray.function);
        let example = Example::new(path, stray.method, &stray.viewer_path);
        let finding = cx
            .report(
                stray.place,
                format!(
                    "`{}` rewrites `{}` to `{}`, which matches no route of `{api}`",
                    stray.function, stray.viewer_path, stray.rewritten
                ),
            )
            .label("writes the path")
            .related(
                path.behavior.target.span,
                format!("behavior `{}` routes to `{api}`", path.behavior.name()),
            )
            .note(format!(
                "{arrival}, which matches no route of `{api}` ({}); it returns `{}`",
                routes(stray.api),
                no_route(stray.api.protocol)
            ))
            .help(format!(
                "have the function write the path of a route, such as that of `{}`",
                stray.route.name()
            ))
            .cause(format!("{} {api}", stray.function))
            .resource(&stray.function, "AWS::CloudFront::Function")
            .property("FunctionCode")
            .rests_on_each(code.into_iter().flat_map(|code| [&code.code, &code.runtime]))
            .at_most(match stray.sureness {
                Sureness::Possible => Confidence::Possible,
                Sureness::Likely | Sureness::Certain => Confidence::Likely,
            });
        example.show(finding);
    }
}

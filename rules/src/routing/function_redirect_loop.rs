use cflint_diagnostics::Confidence;
use cflint_edge::behavior::functions::{Shown, on};
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};

use crate::shared::confidence::is_first;

declare_rule! {
    /// ## What it does
    /// Reports a CloudFront Function that redirects requests to a path for which it redirects again, without an end. The
    /// code of the function is run on the paths of its behavior.
    ///
    /// ## Why is this bad?
    /// The redirect leads back to CloudFront, and the function runs on the next request as well. The browser gives up
    /// with `ERR_TOO_MANY_REDIRECTS`.
    ///
    /// ## Remediation
    /// Return `event.request` unchanged for the target path of the redirect, for example by comparing
    /// `event.request.uri` first. In CDK the code is that of the `cloudfront.Function`; in a SAM template it is in the
    /// resource `AWS::CloudFront::Function`, as in any other.
    ///
    /// ## Exceptions
    /// A redirect that sets a cookie, one to another host, and one that depends on a header, a cookie or a parameter that
    /// the viewer may send is not reported. Functions whose code is not known, or which read a key-value store, are not
    /// run.
    ///
    /// ## References
    /// - [CloudFront Functions event structure](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html)
    pub(crate) FunctionRedirectLoop {
        id: "function-redirect-loop",
        group: Routing,
        summary: "a CloudFront Function redirects requests back to itself",
        severity: Error,
        fix: None,
        cdk: "the code of the `cloudfront.Function`",
    }
}

impl Rule for FunctionRedirectLoop {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        if !path.touches().response || !path.can_follow() || !is_first(path, |_| true) {
            return;
        }
        let shown = on(path.behavior, "viewer-request").find_map(|function| Shown::of(path.model, function));
        let Some(shown) = shown else { return };
        let mut tried =
            path.samples().iter().map(|sample| sample.viewer_path.clone()).take(MOST).collect::<Vec<_>>();
        let routes = path.model.apis.iter().flat_map(|api| api.routes.iter()).take(MOST);
        tried.extend(routes.filter_map(|route| path.tries(route).into_iter().next()));
        tried.extend(path.pattern().map(|pattern| pattern.example()));
        tried.extend(path.code_paths().into_iter().take(MOST));
        tried.push("/".to_owned());
        let found =
            tried.iter().filter(|tried| path.taken(tried).is_some()).find_map(|tried| path.loop_of(tried));
        let Some(steps) = found else { return };
        let first = steps.first().cloned().unwrap_or_default();
        let quoted: Vec<String> = steps.iter().map(|step| format!("`{step}`")).collect();
        cx.report(shown.code.code.span, format!("`{}` redirects `{first}` back to itself", shown.code.id))
            .label("redirects without an end")
            .related(shown.function.span, format!("runs on `{}`", path.behavior.name()))
            .note(format!(
                "viewers of `https://{}{first}` are redirected {}, until the browser gives up",
                path.viewer_host(),
                quoted.split_first().map_or_else(String::new, |(from, to)| {
                    format!("from {from} to {}", to.join(", then to "))
                }),
            ))
            .help("return `event.request` unchanged for the target path of the redirect")
            .cause(shown.code.id.clone())
            .resource(&shown.code.id, "AWS::CloudFront::Function")
            .property("FunctionCode")
            .rests_on_each([&shown.code.code, &shown.code.runtime])
            .at_most(Confidence::Likely)
            .witness("GET", &first);
    }
}

/// How many routes are tried.
const MOST: usize = 5;

use cflint_diagnostics::Confidence;
use cflint_edge::access::needs::{arrives, passing, unmet};
use cflint_edge::facts::Certainty;
use cflint_edge::facts::cors_headers::{Allowed, allowed};
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::path::{RequestPath, SampleRequest};
use cflint_edge::words::{all_of, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{IdentityPlace, Prop};
use cflint_template::value::{Text, Tri};

use crate::shared::confidence::{is_first, unless_rewritten};
use crate::shared::policy_gap::{Part, gap, remedy};
use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that drop a custom header that an API allows pages of other sites to send.
    ///
    /// ## Why is this bad?
    /// An API whose CORS settings list `X-Access-Key` has pages that send it, and code that reads it. With a
    /// cache policy, CloudFront forwards no such header unless a policy selects it: the preflight succeeds, the request
    /// reaches the API, and what it is about is missing. The API responds as if the page had sent nothing, often with 401.
    ///
    /// ## Remediation
    /// Forward everything except `Host` with `CachingDisabled` (`4135ea2d-6df8-44a3-9df3-4b5a84be39ad`) and the origin
    /// request policy `AllViewerExceptHostHeader` (`b689b0a8-53d0-40ab-baf2-68738e2966ac`; in CDK
    /// `OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`), or add the header to a custom policy. Where responses that
    /// depend on it are cached, it belongs in the cache policy. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// Headers that pages may send without a preflight, `*`, and those of the lists that are copied from template to
    /// template, such as `X-Api-Key` and `X-Amz-Date`, say nothing about what pages send and are not reported. What an
    /// authorizer requires is left to `identity-source-not-forwarded`, and the headers of CORS itself to
    /// `cors-headers-not-forwarded`. `ForwardedValues` forwards such headers by default. If an edge function runs first,
    /// the finding is only possible.
    ///
    /// ## References
    /// - [Control origin requests with a policy](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html)
    /// - [Configure CORS for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html)
    /// - [Enable CORS for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html)
    pub(crate) CustomHeaderNotForwarded {
        id: "custom-header-not-forwarded",
        group: Headers,
        summary: "a header that the API allows pages to send is dropped on the way",
        severity: Warning,
        fix: None,
        cdk: "`originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

impl Rule for CustomHeaderNotForwarded {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let Some((sample, lost)) = lost(path) else { return };
        let [(first, name), others @ ..] = lost.as_slice() else { return };
        if !is_first(path, |other| self::lost(other).is_some()) {
            return;
        }
        let api = &sample.entrance.api.id;
        let names: Vec<&str> = lost.iter().map(|(_, name)| *name).collect();
        let all = all_of(&quoted(&names));
        let (does_not, it) = if others.is_empty() { ("does not", "it") } else { ("do not", "them") };
        let example =
            names.iter().fold(Example::of(path, sample), |example, name| example.header(name, "example"));
        let part = Part::Header(name);
        let gap = gap(path, part);
        let message = format!("{all} {does_not} reach `{api}`, which allows pages to send {it}");
        let mut help = remedy(path, part);
        if !others.is_empty() {
            help.push_str(&format!("; the same for {}", all_of(&quoted(names.iter().skip(1)))));
        }
        let finding = gap
            .describe(path, cx.report(gap.span, message))
            .related(first.span, "pages may send it")
            .note(format!(
                "{} without {all}: the preflight allowed {it}, but the API does not get {it}",
                example.leaves()
            ))
            .cause(gap.cause(api, &help))
            .help(help)
            .rests_on(*first)
            .at_most(Confidence::Likely);
        unless_rewritten(path, example.show(finding));
    }
}

/// A header with the place that allows it.
type Lost<'m> = (&'m Prop<Text>, &'m str);

/// A request from a page, and the headers that it certainly loses.
fn lost<'p, 'm>(path: &'p RequestPath<'m>) -> Option<(&'p SampleRequest<'m>, Vec<Lost<'m>>)> {
    let required = unmet(path);
    let is_required = |name: &str| required.iter().any(|unmet| unmet.need.name.eq_ignore_ascii_case(name));
    let calls = || passing(path).filter(|sample| sample.method != Method::Options);
    calls().find_map(|sample| {
        let cors = sample.entrance.api.cors.known()?;
        let mut lost: Vec<Lost<'_>> = Vec::new();
        for header in cors.headers.iter() {
            let Some(name) = header.literal().filter(|name| allowed(name) == Allowed::Meant) else {
                continue;
            };
            let is_known = lost.iter().any(|(_, known)| known.eq_ignore_ascii_case(name));
            let fate = arrives(path, IdentityPlace::Header, name, sample.method);
            if !is_known && !is_required(name) && fate == (Tri::False, Certainty::Certain) {
                lost.push((header, name));
            }
        }
        (!lost.is_empty()).then_some((sample, lost))
    })
}

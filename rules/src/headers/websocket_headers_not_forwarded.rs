use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::behavior::forwarding::Policy;
use cflint_edge::routes::path::RequestPath;
use cflint_edge::routes::web_socket::dropped;
use cflint_edge::words::{all_of, quoted};
use cflint_linter::{Context, Rule, declare_rule};

use crate::shared::confidence::{is_first, unless_rewritten};
use crate::shared::policy_gap::{Part, gap, remedy, widen};
use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports behaviors in front of a WebSocket API that drop `Sec-WebSocket-Key` or `Sec-WebSocket-Version`.
    ///
    /// ## Why is this bad?
    /// A client opens a WebSocket connection with a request that has these headers. With a cache policy, CloudFront
    /// forwards them only if a policy selects them. Without them the API cannot complete the handshake, so no connection
    /// is opened. Which status the client gets is not documented.
    ///
    /// ## Remediation
    /// Set `OriginRequestPolicyId` to the managed policy `AllViewerExceptHostHeader`
    /// (`b689b0a8-53d0-40ab-baf2-68738e2966ac`), also in SAM templates; in CDK
    /// `originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`. Or list both headers in an origin
    /// request policy of your own, with `Sec-WebSocket-Protocol`, `Sec-WebSocket-Accept` and
    /// `Sec-WebSocket-Extensions` if clients use them.
    ///
    /// ## Exceptions
    /// `ForwardedValues` forwards these headers by default. A behavior with a function on `origin-request`, which could
    /// add them, is not reported, and neither is an API that is not in the template.
    ///
    /// ## References
    /// - [Use WebSockets with CloudFront distributions](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html)
    pub(crate) WebsocketHeadersNotForwarded {
        id: "websocket-headers-not-forwarded",
        group: Headers,
        summary: "the headers that open a WebSocket connection are dropped",
        severity: Error,
        fix: Safe,
        cdk: "`originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`",
    }
}

impl Rule for WebsocketHeadersNotForwarded {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let headers = dropped(path);
        let Some(first) = headers.first() else { return };
        if !is_first(path, |other| !dropped(other).is_empty()) {
            return;
        }
        let example = Example::any(path);
        let names = all_of(&quoted(&headers));
        let backend = path.backend.name();
        let verb = if headers.len() == 1 { "does" } else { "do" };
        let message = format!("{names} {verb} not reach {backend}, so no WebSocket connection is opened");
        let gap = gap(path, Part::Header(first));
        let help = help(path, first, &names);
        let edits = widen(path, cx);
        let finding = gap
            .describe(path, cx.report(gap.span, message))
            .note(format!("{} without {names}, needed to open the connection", example.leaves()))
            .cause(gap.cause(&backend, &help))
            .help(help)
            .at_most(Confidence::Likely)
            .fix(Applicability::Safe, "forward everything except `Host`", edits);
        unless_rewritten(path, example.show_if_taken("", finding));
    }
}

fn help(path: &RequestPath<'_>, first: &str, names: &str) -> String {
    match path.forwarding.origin_request_policy {
        Policy::Declared(own) => format!("list {names} in `HeadersConfig` of `{}`", own.id),
        _ => remedy(path, Part::Header(first)),
    }
}

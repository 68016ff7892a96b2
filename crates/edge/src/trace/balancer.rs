//! What a load balancer does with the request: whether CloudFront reaches it, which listener accepts the connection,
//! and what that does by default.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html>

use cflint_template::model::{Listener, ListenerRedirect, LoadBalancer, OriginKind, Prop};
use cflint_template::value::{Text, Tri};

use super::sent::Sent;
use super::viewer::page;
use super::{Cause, End, Party, Tracer, Verdict, Way, by_default};
use crate::facts::Certainty;
use crate::origin::load_balancer::{Connection, Door, Private, balancer_of, door, private};
use crate::routes::balancer::{Goal, Uncertified, listener_covers, redirection, uncertified};
use crate::routes::path::RequestPath;

const NO_CONNECTION: &str = "it cannot connect to the origin";

impl<'m> Tracer<'m, '_> {
    pub(super) fn balancer(&mut self, path: &RequestPath<'m>, sent: &Sent) -> Way<End> {
        self.reaches(path)?;
        let balancer = balancer_of(self.model, path.origin);
        let found = match balancer {
            Some(balancer) => self.listener(path, balancer, sent)?,
            None => None,
        };
        self.certificate_matches(path, sent)?;
        let is_vpc = matches!(path.origin.kind, OriginKind::Vpc);
        let name = match balancer {
            Some(balancer) => format!("`{}`", balancer.id),
            None if is_vpc => "the VPC origin".to_owned(),
            None => path.backend.name(),
        };
        let end = End::reached(Party::Origin, format!("{name} handles the request"));
        match (found, balancer) {
            (Some(listener), _) => self.default_action(path, listener, sent, end),
            (None, Some(_)) => Ok(end),
            (None, None) => {
                let what = if is_vpc { "what the VPC origin connects to" } else { "the load balancer" };
                let detail = format!("the template does not show {what}");
                self.step("connection", detail, Certainty::Uncertain, Some(path.origin.domain_name.span));
                self.doubt(
                    "whether the load balancer accepts the connection, and what it does with requests",
                );
                Ok(end)
            }
        }
    }

    /// Fails where the load balancer has only private addresses.
    fn reaches(&mut self, path: &RequestPath<'m>) -> Way<()> {
        let Some((private, certainty)) = private(self.model, path.origin) else {
            let scheme = balancer_of(self.model, path.origin).map(|balancer| &balancer.scheme);
            if scheme.is_some_and(Prop::is_unknown) && !matches!(path.origin.kind, OriginKind::Vpc) {
                self.doubt("whether the load balancer is reachable from the Internet");
            }
            return Ok(());
        };
        let (detail, span) = match private {
            Private::Scheme(balancer) => (
                format!(
                    "`{}` is `internal`{}, so CloudFront cannot reach it from the Internet",
                    balancer.id,
                    by_default(&balancer.scheme)
                ),
                path.origin.domain_name.span,
            ),
            Private::Name => (
                "the name is that of an internal load balancer, which CloudFront cannot reach".to_owned(),
                path.origin.domain_name.span,
            ),
        };
        self.step("connection", detail, certainty, Some(span));
        let end = End::unreachable(Cause::PrivateLoadBalancer, "`504`", NO_CONNECTION);
        Err(End { status: Some(504), certainty, ..end }.at(span))
    }

    /// The listener that accepts the connection; `None` if the template does not show it.
    fn listener(
        &mut self,
        path: &RequestPath<'m>,
        balancer: &'m LoadBalancer,
        sent: &Sent,
    ) -> Way<Option<&'m Listener>> {
        let Some(connection) = Connection::of(self.model, path.origin) else { return Ok(None) };
        let span =
            connection.own_port(sent.is_https).map_or(connection.protocol_policy.span, |port| port.span);
        let protocol = if sent.is_https { "HTTPS" } else { "plain HTTP" };
        let Some(port) = connection.port(sent.is_https) else {
            self.doubt("which port CloudFront connects to");
            return Ok(None);
        };
        let detail = match door(balancer, port, sent.is_https) {
            Door::Open(listener) => {
                let detail = format!("{} accepts {protocol} on port {port}", named(listener, balancer));
                self.sure("connection", detail, listener.span);
                return Ok(Some(listener));
            }
            Door::Unknown => {
                self.doubt(format!("whether `{}` accepts {protocol} on port {port}", balancer.id));
                return Ok(None);
            }
            Door::OtherProtocol(listener) => format!(
                "{protocol} to port {port} of `{}`, where {} expects {}",
                balancer.id,
                named(listener, balancer),
                listener.protocol.literal().unwrap_or_default()
            ),
            Door::Closed => {
                format!("{protocol} to port {port} of `{}`, which has no listener there", balancer.id)
            }
        };
        // Listeners can be added outside the template, but then nothing in it would show them.
        self.step("connection", detail, Certainty::Probable, Some(span));
        let end = End::unreachable(Cause::LoadBalancerPort, "`502` or `504`", NO_CONNECTION);
        Err(End { certainty: Certainty::Probable, ..end }.at(span))
    }

    /// Fails where no certificate can match.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html>
    fn certificate_matches(&mut self, path: &RequestPath<'m>, sent: &Sent) -> Way<()> {
        if !sent.is_https {
            return Ok(());
        }
        let host = sent.host.as_ref().filter(|_| sent.forwards_host.is_true());
        let covered = host.map_or(Tri::Unknown, |host| listener_covers(path, host));
        let is_given = host.is_some_and(|host| host.suffix().ends_with(".cloudfront.net"));
        let wrong = match (uncertified(path), host) {
            (Some(Uncertified::OwnName), _) => {
                let own = path.origin_host();
                let detail =
                    format!("no certificate matches `{own}`, a name that AWS gives to the load balancer");
                Some((detail, Certainty::Certain))
            }
            (_, Some(host)) if is_given => Some((
                format!("no certificate matches `{host}` or the name that AWS gives to the load balancer"),
                Certainty::Probable,
            )),
            (_, Some(host)) if covered.is_false() => Some((
                format!("the listener's certificate covers neither `{host}` nor the name of the origin"),
                Certainty::Probable,
            )),
            _ => None,
        };
        if let Some((detail, certainty)) = wrong {
            let span = Connection::of(self.model, path.origin)
                .map_or(path.origin.domain_name.span, |connection| connection.protocol_policy.span);
            self.step("certificate", detail, certainty, Some(span));
            let text = page("CloudFront wasn't able to connect to the origin.");
            let end = End::rejected(Cause::LoadBalancerCertificate, Party::CloudFront, 502, &text, certainty);
            return Err(End { is_unreachable: true, ..end }.at(span));
        }
        if covered.is_true() {
            return Ok(());
        }
        let names = host.map_or_else(|| "the name of the origin".to_owned(), |host| format!("`{host}`"));
        self.doubt(format!("whether the load balancer's certificate matches {names}"));
        Ok(())
    }

    /// What a listener does if no rule decides otherwise.
    fn default_action(
        &mut self,
        path: &RequestPath<'m>,
        listener: &'m Listener,
        sent: &Sent,
        end: End,
    ) -> Way<End> {
        if let Some(found) = redirection(path) {
            let to = location(&found.action.redirect, listener, sent);
            let status = status(&found.action.redirect.status).unwrap_or(301);
            let (detail, effect) = match found.goal {
                Goal::CloudFront => (
                    format!("`{}` redirects to `{to}`, which comes back over HTTP, without end", listener.id),
                    "the same request again",
                ),
                Goal::Balancer => (
                    format!("`{}` redirects viewers to `{to}`, past CloudFront", listener.id),
                    "where no certificate matches",
                ),
            };
            let span = Connection::of(self.model, path.origin)
                .map_or(found.action.span, |connection| connection.protocol_policy.span);
            self.step("redirect", detail, Certainty::Probable, Some(span));
            let summary = format!("the load balancer returns `{status}` to `{to}`, {effect}");
            let rejected =
                End::rejected(Cause::LoadBalancerRedirect, Party::Origin, status, "", Certainty::Probable);
            return Err(End { summary, ..rejected }.at(span));
        }
        if listener.may_have_rules {
            self.doubt(format!("which rule of `{}` matches the request", listener.id));
            return Ok(end);
        }
        let [action] = listener.actions.items.as_slice() else {
            if !listener.actions.items.is_empty() || listener.actions.open.is_some() {
                self.doubt(format!("what `{}` does with the request", listener.id));
            }
            return Ok(end);
        };
        match action.kind.literal() {
            Some("forward") if listener.actions.open.is_none() => Ok(end),
            Some("redirect") => {
                let to = location(&action.redirect, listener, sent);
                self.sure("redirect", format!("`{}` redirects to `{to}`", listener.id), action.span);
                let status = status(&action.redirect.status);
                let shown = status.map_or_else(|| "a redirect".to_owned(), |status| format!("`{status}`"));
                let summary = format!("the load balancer returns {shown} to `{to}`");
                Ok(End { verdict: Verdict::Redirected, status, summary, ..end }.at(action.span))
            }
            Some("fixed-response") => {
                let status = action.status.literal().and_then(|code| code.parse().ok());
                let code =
                    status.map_or_else(|| "a fixed response".to_owned(), |code: u16| format!("`{code}`"));
                Ok(End { status, summary: format!("the load balancer returns {code}"), ..end }
                    .at(action.span))
            }
            _ => {
                self.doubt(format!("what `{}` does with the request", listener.id));
                Ok(end)
            }
        }
    }
}

/// A listener of a Classic Load Balancer is not a resource of its own.
fn named(listener: &Listener, balancer: &LoadBalancer) -> String {
    if listener.id == balancer.id {
        format!("a listener of `{}`", balancer.id)
    } else {
        format!("`{}`", listener.id)
    }
}

fn status(code: &Prop<Text>) -> Option<u16> {
    code.literal()?.strip_prefix("HTTP_")?.parse().ok()
}

/// The URL of a redirect, with the parts of the request that it keeps.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html>
fn location(redirect: &ListenerRedirect, listener: &Listener, sent: &Sent) -> String {
    let own_scheme = if sent.is_https { "https" } else { "http" };
    let own_port = listener.port.known().map_or_else(String::new, i64::to_string);
    let host = sent.host.as_ref().map_or_else(|| "…".to_owned(), Text::to_string);
    let path = sent.path.to_string();
    let path = path.trim_start_matches('/');
    let part = |prop: &Prop<Text>, own: &str| {
        let text = prop
            .known()
            .map_or_else(|| if prop.is_absent() { own.to_owned() } else { "…".to_owned() }, Text::to_string);
        text.replace("#{host}", &host)
            .replace("#{path}", path)
            .replace("#{port}", &own_port)
            .replace("#{protocol}", own_scheme)
    };
    let scheme = part(&redirect.protocol, own_scheme).to_ascii_lowercase();
    let port = part(&redirect.port, &own_port);
    let is_default = matches!((scheme.as_str(), port.as_str()), ("https", "443") | ("http", "80"));
    let port = if is_default { String::new() } else { format!(":{port}") };
    format!("{scheme}://{}{port}{}", part(&redirect.host, &host), part(&redirect.path, &format!("/{path}")))
}

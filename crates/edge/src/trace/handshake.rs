//! The headers that open a WebSocket connection.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html>

use cflint_template::model::{Api, Protocol, Route};
use cflint_template::value::{Text, Tri};

use super::fate::Fate;
use super::sent::Sent;
use super::{Cause, End, Request, Tracer, Way};
use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::routes::path::RequestPath;
use crate::routes::web_socket::REQUIRED;
use crate::words::{all_of, quoted};

impl Request {
    /// Whether the client wants to open a WebSocket connection.
    pub(super) fn is_handshake(&self) -> bool {
        self.header("Upgrade").is_some_and(|protocol| protocol.trim().eq_ignore_ascii_case("websocket"))
    }

    /// Whether it leaves out what a WebSocket client adds, as one that is traced by its URL alone does.
    fn may_be_of_web_socket(&self) -> bool {
        let is_part = |(name, _): &(String, String)| {
            let name = name.to_ascii_lowercase();
            name == "upgrade" || name == "connection" || name.starts_with("sec-websocket-")
        };
        self.method == Method::Get && !self.headers.iter().any(is_part)
    }
}

impl<'m> Tracer<'m, '_> {
    /// What happens to the two headers that are otherwise for one connection only. The table of headers says that
    /// `Connection` is replaced, but connections are established although no policy can forward it.
    pub(super) fn upgrade(&self, name: &str, value: &str, fate: Fate) -> Fate {
        let certainty = if name.eq_ignore_ascii_case("Upgrade") {
            Certainty::Certain
        } else if name.eq_ignore_ascii_case("Connection") {
            Certainty::Probable
        } else {
            return fate;
        };
        if !self.request.is_handshake() {
            return fate;
        }
        let what = "is kept: CloudFront supports WebSocket connections".to_owned();
        Fate { what, value: Some(Text::literal(value)), arrives: Tri::True, certainty, ..fate }
    }

    /// A WebSocket API does nothing but open connections, for which it needs the whole handshake.
    pub(super) fn handshake(
        &mut self,
        api: &Api,
        route: &Route,
        path: &RequestPath<'m>,
        sent: &Sent,
    ) -> Way<()> {
        if api.protocol != Protocol::WebSocket {
            return Ok(());
        }
        let end = || {
            let end = End::refused_perhaps(Cause::Handshake, None, Certainty::Probable);
            let summary = "no WebSocket connection is opened; the status is not documented".to_owned();
            End { summary, party: None, ..end }
        };
        let is_assumed = !self.request.is_handshake() && self.request.may_be_of_web_socket();
        if is_assumed {
            let detail =
                "a WebSocket client also sends `Upgrade: websocket` and `Sec-WebSocket-…`; assuming it does";
            self.step("handshake", detail, Certainty::Probable, Some(route.span));
        } else if !self.request.is_handshake() {
            let detail = format!("`{}` accepts only requests with `Upgrade: websocket`", api.id);
            self.step("handshake", detail, Certainty::Probable, Some(route.span));
            return Err(end().at(route.span));
        }
        let arrives = |name: &&&str| match sent.header(name) {
            _ if is_assumed => path.forwarding.headers.selects(name).answer,
            Ok(_) => Tri::True,
            Err(arrives) => arrives,
        };
        let missing = quoted(REQUIRED.iter().filter(|name| arrives(name).is_false()));
        if !missing.is_empty() {
            let verb = if missing.len() == 1 { "does" } else { "do" };
            let detail = format!("{}, needed to open the connection, {verb} not arrive", all_of(&missing));
            self.step("handshake", detail, Certainty::Probable, Some(route.span));
            return Err(end().at(route.span));
        }
        if REQUIRED.iter().any(|name| arrives(&name) == Tri::Unknown) {
            self.doubt("whether the headers that open the connection arrive");
        }
        Ok(())
    }
}

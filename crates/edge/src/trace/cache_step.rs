//! Whether the response is cached, for how long, and who shares it.

use cflint_template::model::Behavior;
use cflint_template::value::Tri;

use super::Tracer;
use crate::behavior::caching::{Caching, cookie_in_key, header_in_key, query_in_key};
use crate::behavior::forwarding::Forwarding;
use crate::facts::Certainty;
use crate::words::{all_of, seconds};

/// What distinguishes users, and must be in the key if the response depends on it.
const CREDENTIALS: [&str; 3] = ["Authorization", "x-api-key", "X-Amz-Security-Token"];

impl<'m> Tracer<'m, '_> {
    /// Adds the steps about how the response is cached.
    pub(super) fn cache_key(&mut self, behavior: &'m Behavior) {
        if self.request.is_handshake() {
            return self.sure("cache", "WebSocket connections are not cached", behavior.span);
        }
        let method = self.request.method.as_str();
        let Some(caching) = self.caching(behavior) else {
            let detail = format!("responses to `{method}` are never cached");
            self.sure("cache", detail, behavior.span);
            return;
        };
        let forwarding = Forwarding::new(self.model, behavior);
        let certainty = Certainty::Certain;
        let span = Some(caching.span);
        let name = caching.name();
        match caching.may_cache() {
            Tri::False => {
                let why = if caching.is_off { "every header is forwarded" } else { name.as_str() };
                let detail =
                    format!("nothing is cached: {why}{}", if caching.is_off { "" } else { " has no TTL" });
                return self.step("cache", detail, certainty, span);
            }
            Tri::Unknown => {
                return self.step("cache", "it is not known whether responses are cached", certainty, span);
            }
            Tri::True => {}
        }
        let detail = match caching.unasked() {
            Some(0) => format!("cached only if the response allows it (`Cache-Control`): {name}"),
            Some(ttl) => {
                format!("cached for {} if the response says nothing about caching: {name}", seconds(ttl))
            }
            None => format!("cached, but it is not known for how long: {name}"),
        };
        let detail = match min(&caching) {
            Some(least) => format!("{detail}; for {} even with `no-store`", seconds(least)),
            None => detail,
        };
        self.step("cache", detail, certainty, span);
        let detail = format!("shared by all requests with the same {}", self.key(behavior, &forwarding));
        self.step("cache key", detail, certainty, span);
        for shared in self.seen_but_shared(behavior, &forwarding) {
            let detail = format!(
                "{shared} reaches the origin but is not in the cache key: others get the same response"
            );
            self.step("cache key", detail, certainty, span);
        }
    }

    /// What the response may depend on although it is not in the cache key.
    fn seen_but_shared(&self, behavior: &Behavior, forwarding: &Forwarding<'_>) -> Vec<String> {
        let mut shared = Vec::new();
        for name in CREDENTIALS {
            if self.request.header(name).is_some()
                && header_in_key(forwarding, name).is_false()
                && forwarding.header_arrives(name, Some(self.request.method)).0.is_true()
            {
                shared.push(format!("`{name}`"));
            }
        }
        for (name, _) in self.request.cookies() {
            if cookie_in_key(forwarding, name).is_false() && forwarding.cookies.selects(name).answer.is_true()
            {
                shared.push(format!("cookie `{name}`"));
            }
        }
        for parameter in self.request.parameters() {
            let name = parameter.split('=').next().unwrap_or_default();
            if query_in_key(forwarding, name).is_false()
                && !self.is_of_signature(behavior, name)
                && forwarding.query_strings.selects(name).answer.is_true()
            {
                shared.push(format!("query string `{name}`"));
            }
        }
        shared
    }

    /// What a cached response is found by.
    fn key(&self, behavior: &Behavior, forwarding: &Forwarding<'_>) -> String {
        let mut parts = vec!["path".to_owned()];
        for parameter in self.request.parameters() {
            let name = parameter.split('=').next().unwrap_or_default();
            if query_in_key(forwarding, name).is_true() && !self.is_of_signature(behavior, name) {
                parts.push(format!("query string `{name}`"));
            }
        }
        for (name, _) in &self.request.headers {
            if header_in_key(forwarding, name).is_true() && !name.eq_ignore_ascii_case("Cookie") {
                parts.push(format!("header `{name}`"));
            }
        }
        for (name, _) in self.request.cookies() {
            if cookie_in_key(forwarding, name).is_true() {
                parts.push(format!("cookie `{name}`"));
            }
        }
        if header_in_key(forwarding, "Host").is_true() && self.request.header("Host").is_none() {
            parts.push("header `Host`".to_owned());
        }
        all_of(&parts)
    }
}

fn min(caching: &Caching<'_>) -> Option<i64> {
    caching.min.seconds.filter(|seconds| *seconds > 0)
}

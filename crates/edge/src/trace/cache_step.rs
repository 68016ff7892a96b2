//! Whether the answer is cached, for how long, and who shares it.

use cflint_template::model::Behavior;
use cflint_template::value::Tri;

use super::Tracer;
use crate::behavior::caching::{Caching, cookie_in_key, header_in_key, query_in_key};
use crate::behavior::forwarding::Forwarding;
use crate::facts::Certainty;
use crate::words::{all_of, seconds};

/// What tells users apart, and must be in the key if the answer depends on it.
const CREDENTIALS: [&str; 3] = ["Authorization", "x-api-key", "X-Amz-Security-Token"];

impl<'m> Tracer<'m, '_> {
    /// Says how the answer is cached.
    pub(super) fn cache_key(&mut self, behavior: &'m Behavior) {
        let method = self.request.method.as_str();
        let Some(caching) = self.caching(behavior) else {
            let detail = format!("answers to `{method}` are never cached");
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
                return self.step("cache", "whether answers are cached is not known", certainty, span);
            }
            Tri::True => {}
        }
        let detail = match caching.unasked() {
            Some(0) => format!("kept only if the answer asks for it (`Cache-Control`): {name}"),
            Some(ttl) => {
                format!("kept for {} if the answer says nothing of caching: {name}", seconds(ttl))
            }
            None => format!("kept; for how long is not known: {name}"),
        };
        let detail = match min(&caching) {
            Some(least) => format!("{detail}; for {} even if it says `no-store`", seconds(least)),
            None => detail,
        };
        self.step("cache", detail, certainty, span);
        let detail = format!("shared by all who ask for the same {}", self.key(behavior, &forwarding));
        self.step("cache key", detail, certainty, span);
        for shared in self.seen_but_shared(behavior, &forwarding) {
            let detail =
                format!("{shared} reaches the origin and is not in the key: others get the same answer");
            self.step("cache key", detail, certainty, span);
        }
    }

    /// What the answer may depend on, and what does not tell answers apart.
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

    /// What an answer is found by.
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

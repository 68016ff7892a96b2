//! The managed policies in words.

use std::fmt::Write;

use cflint_edge::facts::managed::{
    ManagedHeaders, ManagedSelection, cache_policies, cache_policy, origin_request_policies,
    origin_request_policy, response_headers_policies, response_headers_policy,
};

/// The properties that the id of a managed policy can be written in.
pub(super) const KEYS: [&str; 3] = ["CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId"];

/// The names and ids of the policies for one of these properties.
pub(super) fn policies(key: &str) -> Vec<(&'static str, &'static str)> {
    match key {
        "CachePolicyId" => cache_policies().iter().map(|it| (it.short_name(), it.id)).collect(),
        "OriginRequestPolicyId" => {
            origin_request_policies().iter().map(|it| (it.short_name(), it.id)).collect()
        }
        "ResponseHeadersPolicyId" => {
            response_headers_policies().iter().map(|it| (it.short_name(), it.id)).collect()
        }
        _ => Vec::new(),
    }
}

/// The name of the policy with an id.
pub(super) fn name(id: &str) -> Option<&'static str> {
    KEYS.into_iter().flat_map(policies).find(|(_, own)| *own == id).map(|(name, _)| name)
}

/// What an id stands for, as Markdown.
pub(super) fn describe(id: &str) -> Option<String> {
    cache(id).or_else(|| origin_request(id)).or_else(|| response_headers(id))
}

fn cache(id: &str) -> Option<String> {
    let policy = cache_policy(id)?;
    let mut text = format!("**{}**, a managed cache policy\n\n", policy.short_name());
    if policy.never_caches() {
        text.push_str("- caches nothing\n");
    } else {
        let (min, default, max) = (policy.min_ttl, policy.default_ttl, policy.max_ttl);
        let _ = writeln!(text, "- TTLs: {min} s minimum, {default} s default, {max} s maximum");
        selections(&mut text, "in the cache key", &policy.headers, &policy.cookies, &policy.query_strings);
    }
    if policy.amplify_only {
        text.push_str("- meant for AWS Amplify only\n");
    }
    Some(text)
}

fn origin_request(id: &str) -> Option<String> {
    let policy = origin_request_policy(id)?;
    let mut text = format!("**{}**, a managed origin request policy\n\n", policy.short_name());
    selections(&mut text, "forwarded", &policy.headers, &policy.cookies, &policy.query_strings);
    Some(text)
}

fn response_headers(id: &str) -> Option<String> {
    let policy = response_headers_policy(id)?;
    let mut text = format!("**{}**, a managed response headers policy\n\n", policy.short_name());
    for header in policy.cors.iter().chain(&policy.security) {
        let how = if header.overrides_origin { ", replaces the origin's" } else { "" };
        let _ = writeln!(text, "- `{}: {}`{how}", header.name, header.value);
    }
    Some(text)
}

fn selections(
    text: &mut String,
    what: &str,
    headers: &ManagedHeaders,
    cookies: &ManagedSelection,
    query_strings: &ManagedSelection,
) {
    let _ = writeln!(text, "- headers {what}: {}", of_headers(headers));
    let _ = writeln!(text, "- cookies {what}: {}", selected(cookies));
    let _ = writeln!(text, "- query strings {what}: {}", selected(query_strings));
}

fn of_headers(headers: &ManagedHeaders) -> String {
    match headers {
        ManagedHeaders::None => "none".to_owned(),
        ManagedHeaders::Only(names) => names_of(names),
        ManagedHeaders::AllViewer => "all that the viewer sent, including `Host`".to_owned(),
        ManagedHeaders::AllExcept(names) => format!("all that the viewer sent except {}", names_of(names)),
        ManagedHeaders::AllViewerAndCloudFront(names) => {
            format!("all that the viewer sent, including `Host`, and {}", names_of(names))
        }
    }
}

fn selected(selection: &ManagedSelection) -> String {
    match selection {
        ManagedSelection::None => "none".to_owned(),
        ManagedSelection::All => "all".to_owned(),
        ManagedSelection::Only(names) => names_of(names),
        ManagedSelection::AllExcept(names) => format!("all except {}", names_of(names)),
    }
}

fn names_of(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_described_by_its_name() {
        for (name, id) in KEYS.into_iter().flat_map(policies) {
            assert!(
                describe(id).is_some_and(|text| text.contains(name) && text.lines().count() > 2),
                "{name}"
            );
        }
        assert_eq!(describe("4135ea2d"), None);
    }

    #[test]
    fn the_host_is_mentioned() {
        let id = cflint_edge::facts::managed::ALL_VIEWER;
        assert!(describe(id).is_some_and(|text| text.contains("including `Host`")));
    }
}

//! The table of managed policies holds what the documentation says.

use cflint_edge::facts::Certainty;
use cflint_edge::facts::managed::{
    self, ManagedHeaders, ManagedSelection, cache_policies, cache_policy, cache_policy_by_name,
    origin_request_policies, origin_request_policy, origin_request_policy_by_name, response_headers_policies,
    response_headers_policy, response_headers_policy_by_name,
};

fn is_uuid(id: &str) -> bool {
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && id.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f' | '-'))
}

#[test]
fn ids_are_sorted_unique_and_well_formed() {
    let tables: [Vec<&str>; 3] = [
        cache_policies().iter().map(|policy| policy.id).collect(),
        origin_request_policies().iter().map(|policy| policy.id).collect(),
        response_headers_policies().iter().map(|policy| policy.id).collect(),
    ];
    assert_eq!(tables.each_ref().map(Vec::len), [11, 8, 5]);
    for ids in &tables {
        assert!(ids.is_sorted_by(|a, b| a < b), "sorted and without repetition: {ids:?}");
    }
    for id in tables.iter().flatten() {
        assert!(is_uuid(id), "{id}");
        let holders = tables.iter().filter(|ids| ids.contains(id)).count();
        assert_eq!(holders, 1, "{id} is of one kind");
    }
}

#[test]
fn every_policy_is_found_by_id_and_name() {
    for policy in cache_policies() {
        assert_eq!(cache_policy(policy.id), Some(policy));
        assert_eq!(cache_policy_by_name(policy.name), Some(policy));
        assert_eq!(cache_policy_by_name(policy.short_name()), Some(policy));
        assert!(policy.min_ttl <= policy.default_ttl && policy.default_ttl <= policy.max_ttl);
    }
    for policy in origin_request_policies() {
        assert_eq!(origin_request_policy(policy.id), Some(policy));
        assert_eq!(origin_request_policy_by_name(policy.short_name()), Some(policy));
    }
    for policy in response_headers_policies() {
        assert_eq!(response_headers_policy(policy.id), Some(policy));
        assert_eq!(response_headers_policy_by_name(policy.short_name()), Some(policy));
    }
    assert_eq!(cache_policy(managed::ALL_VIEWER_EXCEPT_HOST), None, "an origin request policy");
    assert_eq!(cache_policy(""), None);
}

#[test]
fn each_constant_is_the_id_of_the_policy_of_its_name() {
    let cache = |id| cache_policy(id).unwrap().short_name();
    assert_eq!(cache(managed::CACHING_DISABLED), "CachingDisabled");
    assert_eq!(cache(managed::CACHING_OPTIMIZED), "CachingOptimized");
    let origin_request = |id| origin_request_policy(id).unwrap().short_name();
    assert_eq!(origin_request(managed::ALL_VIEWER), "AllViewer");
    assert_eq!(origin_request(managed::ALL_VIEWER_EXCEPT_HOST), "AllViewerExceptHostHeader");
    let security = response_headers_policy(managed::SECURITY_HEADERS).unwrap();
    assert_eq!(security.short_name(), "SecurityHeadersPolicy");
}

#[test]
fn who_forwards_the_viewers_host() {
    let forwarding: Vec<&str> = origin_request_policies()
        .iter()
        .filter(|policy| policy.headers.selects("host") == Some(true))
        .map(|policy| policy.short_name())
        .collect();
    assert_eq!(forwarding, ["AllViewer", "AllViewerAndCloudFrontHeaders-2022-06", "HostHeaderOnly"]);

    let forwarding: Vec<&str> = cache_policies()
        .iter()
        .filter(|policy| policy.headers.selects("HOST") == Some(true))
        .map(|policy| policy.short_name())
        .collect();
    assert_eq!(
        forwarding,
        [
            "Amplify-ImageOptimization",
            "Amplify",
            "UseOriginCacheControlHeaders-QueryStrings",
            "Amplify-Default",
            "Amplify-StaticContent",
            "UseOriginCacheControlHeaders",
            "Amplify-DefaultNoCookies",
        ]
    );
}

#[test]
fn selections() {
    let except_host = origin_request_policy_by_name("AllViewerExceptHostHeader").unwrap();
    assert_eq!(except_host.headers.selects("Host"), Some(false));
    assert_eq!(except_host.headers.selects("Authorization"), Some(true));
    assert_eq!(except_host.headers.selects("CloudFront-Viewer-Country"), None, "reports differ");

    let all = origin_request_policy_by_name("AllViewer").unwrap();
    assert_eq!(all.headers, ManagedHeaders::AllViewer);
    assert_eq!(all.headers.selects("CloudFront-Viewer-Country"), Some(false));

    let with_cloudfront = origin_request_policy_by_name("AllViewerAndCloudFrontHeaders-2022-06").unwrap();
    let ManagedHeaders::AllViewerAndCloudFront(added) = &with_cloudfront.headers else { panic!() };
    assert_eq!(added.len(), 21);
    assert_eq!(with_cloudfront.headers.selects("cloudfront-viewer-country"), Some(true));
    assert_eq!(with_cloudfront.headers.selects("CloudFront-Viewer-JA3-Fingerprint"), Some(false));

    let package = cache_policy_by_name("Elemental-MediaPackage").unwrap();
    assert!(package.query_strings.selects("start"));
    assert!(!package.query_strings.selects("Start"), "query strings are case-sensitive");
    assert!(package.gzip && !package.brotli);

    assert!(ManagedSelection::All.selects("any"));
    assert!(!ManagedSelection::None.selects("any"));
    assert!(ManagedSelection::AllExcept(vec!["a"]).selects("b"));
    assert!(!ManagedSelection::AllExcept(vec!["a"]).selects("a"));
}

#[test]
fn notable_policies() {
    let disabled = cache_policy(managed::CACHING_DISABLED).unwrap();
    assert!(disabled.never_caches() && !disabled.gzip && !disabled.brotli);

    let optimized = cache_policy(managed::CACHING_OPTIMIZED).unwrap();
    assert_eq!((optimized.min_ttl, optimized.default_ttl, optimized.max_ttl), (1, 86_400, 31_536_000));
    assert_eq!(optimized.certainty, Certainty::Certain);

    let host_only = origin_request_policy("bf0718e1-ba1e-49d1-88b1-f726733018ae").unwrap();
    assert_eq!(host_only.certainty, Certainty::Probable);

    let preflight = response_headers_policy_by_name("CORS-With-Preflight").unwrap();
    assert!(preflight.header("access-control-allow-headers").is_none());
    assert_eq!(preflight.header("access-control-allow-origin").unwrap().value, "*");
    assert!(preflight.security.is_empty());

    let security = response_headers_policy_by_name("SecurityHeadersPolicy").unwrap();
    assert_eq!(security.header("X-XSS-Protection").unwrap().value, "1; mode=block");
    let overriding: Vec<&str> =
        security.security.iter().filter(|header| header.overrides_origin).map(|header| header.name).collect();
    assert_eq!(overriding, ["X-Content-Type-Options"]);
}

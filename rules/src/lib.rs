//! The rules of cflint, one module each.
//!
//! A rule is one file in the folder of its group and one folder of fixtures; nothing else has to be edited.

mod shared;

use cflint_linter::Rule;

// Generated from the files in this folder by `cargo test -p cflint-rules`; do not edit below.

/// Every rule, ordered by group and id.
#[rustfmt::skip]
pub static RULES: &[&dyn Rule] = &[
    caching::api_cached_by_default::RULE,
    caching::authenticated_response_cached::RULE,
    caching::cache_key_misses_origin_header::RULE,
    caching::cache_key_misses_query_string::RULE,
    caching::compression_ineffective::RULE,
    caching::error_cached_by_default::RULE,
    caching::legacy_forwarded_values::RULE,
    deploy::alias_taken_by_api_domain::RULE,
    deploy::api_mapping_invalid::RULE,
    deploy::cache_settings_conflict::RULE,
    deploy::continuous_deployment_invalid::RULE,
    deploy::disabled_cache_with_keys::RULE,
    deploy::edge_function_invalid::RULE,
    deploy::error_response_invalid::RULE,
    deploy::forbidden_header::RULE,
    deploy::grpc_invalid::RULE,
    deploy::log_bucket_invalid::RULE,
    deploy::managed_policy_typo::RULE,
    deploy::method_set_invalid::RULE,
    deploy::origin_kind_invalid::RULE,
    deploy::property_value_invalid::RULE,
    deploy::response_headers_policy_invalid::RULE,
    deploy::security_policy_conflict::RULE,
    deploy::streaming_integration_invalid::RULE,
    deploy::tenant_settings_invalid::RULE,
    deploy::timeout_mismatch::RULE,
    deploy::ttl_order_invalid::RULE,
    deploy::unknown_property::RULE,
    dns::alias_hides_api_domain::RULE,
    dns::alias_record_bypasses_distribution::RULE,
    dns::alias_record_not_in_aliases::RULE,
    dns::alias_record_wrong_zone::RULE,
    dns::ipv6_record_missing::RULE,
    headers::api_key_not_forwarded::RULE,
    headers::api_key_unusable::RULE,
    headers::authorization_not_forwarded::RULE,
    headers::cors_headers_not_forwarded::RULE,
    headers::custom_header_not_forwarded::RULE,
    headers::iam_auth_behind_distribution::RULE,
    headers::identity_source_not_forwarded::RULE,
    headers::preflight_not_allowed::RULE,
    headers::query_string_not_forwarded::RULE,
    headers::websocket_headers_not_forwarded::RULE,
    input::duplicate_key::RULE,
    input::invalid_intrinsic::RULE,
    input::invalid_template::RULE,
    input::unknown_reference::RULE,
    input::unknown_rule_in_suppression::RULE,
    input::unused_suppression::RULE,
    routing::all_headers_forwarded::RULE,
    routing::behavior_unreachable::RULE,
    routing::custom_domain_host_mismatch::RULE,
    routing::default_root_object_hits_api::RULE,
    routing::duplicate_path_pattern::RULE,
    routing::edge_optimized_api_origin::RULE,
    routing::error_page_masks_api::RULE,
    routing::error_page_served_by_api::RULE,
    routing::execute_api_endpoint_disabled::RULE,
    routing::function_fails::RULE,
    routing::function_redirect_loop::RULE,
    routing::host_header_forwarded::RULE,
    routing::load_balancer_certificate_mismatch::RULE,
    routing::load_balancer_port_closed::RULE,
    routing::load_balancer_redirect_loop::RULE,
    routing::method_not_allowed::RULE,
    routing::mtls_domain_without_certificate::RULE,
    routing::origin_domain_malformed::RULE,
    routing::origin_is_own_alias::RULE,
    routing::origin_not_https::RULE,
    routing::origin_path_malformed::RULE,
    routing::origin_path_misses_stage::RULE,
    routing::origin_region_mismatch::RULE,
    routing::origin_tls_outdated::RULE,
    routing::path_pattern_misses_stage::RULE,
    routing::private_api_origin::RULE,
    routing::private_load_balancer_origin::RULE,
    routing::regional_domain_without_host::RULE,
    routing::rewritten_path_misses_route::RULE,
    routing::route_unreachable::RULE,
    routing::unknown_target_origin::RULE,
    routing::viewer_protocol_not_https::RULE,
    security::access_log_missing::RULE,
    security::alias_without_certificate::RULE,
    security::certificate_wrong_region::RULE,
    security::lambda_url_exposed::RULE,
    security::missing_origin_verify_header::RULE,
    security::oac_mismatch::RULE,
    security::origin_verify_header_unchecked::RULE,
    security::origin_verify_secret_in_clear::RULE,
    security::resource_policy_blocks_cloudfront::RULE,
    security::route_without_authorizer::RULE,
    security::s3_origin_public::RULE,
    security::security_headers_missing::RULE,
    security::viewer_tls_outdated::RULE,
    security::web_acl_missing::RULE,
    security::web_acl_wrong_scope::RULE,
];

mod caching {
    pub(crate) mod api_cached_by_default;
    pub(crate) mod authenticated_response_cached;
    pub(crate) mod cache_key_misses_origin_header;
    pub(crate) mod cache_key_misses_query_string;
    pub(crate) mod compression_ineffective;
    pub(crate) mod error_cached_by_default;
    pub(crate) mod legacy_forwarded_values;
}

mod deploy {
    pub(crate) mod alias_taken_by_api_domain;
    pub(crate) mod api_mapping_invalid;
    pub(crate) mod cache_settings_conflict;
    pub(crate) mod continuous_deployment_invalid;
    pub(crate) mod disabled_cache_with_keys;
    pub(crate) mod edge_function_invalid;
    pub(crate) mod error_response_invalid;
    pub(crate) mod forbidden_header;
    pub(crate) mod grpc_invalid;
    pub(crate) mod log_bucket_invalid;
    pub(crate) mod managed_policy_typo;
    pub(crate) mod method_set_invalid;
    pub(crate) mod origin_kind_invalid;
    pub(crate) mod property_value_invalid;
    pub(crate) mod response_headers_policy_invalid;
    pub(crate) mod security_policy_conflict;
    pub(crate) mod streaming_integration_invalid;
    pub(crate) mod tenant_settings_invalid;
    pub(crate) mod timeout_mismatch;
    pub(crate) mod ttl_order_invalid;
    pub(crate) mod unknown_property;
}

mod dns {
    pub(crate) mod alias_hides_api_domain;
    pub(crate) mod alias_record_bypasses_distribution;
    pub(crate) mod alias_record_not_in_aliases;
    pub(crate) mod alias_record_wrong_zone;
    pub(crate) mod ipv6_record_missing;
}

mod headers {
    pub(crate) mod api_key_not_forwarded;
    pub(crate) mod api_key_unusable;
    pub(crate) mod authorization_not_forwarded;
    pub(crate) mod cors_headers_not_forwarded;
    pub(crate) mod custom_header_not_forwarded;
    pub(crate) mod iam_auth_behind_distribution;
    pub(crate) mod identity_source_not_forwarded;
    pub(crate) mod preflight_not_allowed;
    pub(crate) mod query_string_not_forwarded;
    pub(crate) mod websocket_headers_not_forwarded;
}

mod input {
    pub(crate) mod duplicate_key;
    pub(crate) mod invalid_intrinsic;
    pub(crate) mod invalid_template;
    pub(crate) mod unknown_reference;
    pub(crate) mod unknown_rule_in_suppression;
    pub(crate) mod unused_suppression;
}

mod routing {
    pub(crate) mod all_headers_forwarded;
    pub(crate) mod behavior_unreachable;
    pub(crate) mod custom_domain_host_mismatch;
    pub(crate) mod default_root_object_hits_api;
    pub(crate) mod duplicate_path_pattern;
    pub(crate) mod edge_optimized_api_origin;
    pub(crate) mod error_page_masks_api;
    pub(crate) mod error_page_served_by_api;
    pub(crate) mod execute_api_endpoint_disabled;
    pub(crate) mod function_fails;
    pub(crate) mod function_redirect_loop;
    pub(crate) mod host_header_forwarded;
    pub(crate) mod load_balancer_certificate_mismatch;
    pub(crate) mod load_balancer_port_closed;
    pub(crate) mod load_balancer_redirect_loop;
    pub(crate) mod method_not_allowed;
    pub(crate) mod mtls_domain_without_certificate;
    pub(crate) mod origin_domain_malformed;
    pub(crate) mod origin_is_own_alias;
    pub(crate) mod origin_not_https;
    pub(crate) mod origin_path_malformed;
    pub(crate) mod origin_path_misses_stage;
    pub(crate) mod origin_region_mismatch;
    pub(crate) mod origin_tls_outdated;
    pub(crate) mod path_pattern_misses_stage;
    pub(crate) mod private_api_origin;
    pub(crate) mod private_load_balancer_origin;
    pub(crate) mod regional_domain_without_host;
    pub(crate) mod rewritten_path_misses_route;
    pub(crate) mod route_unreachable;
    pub(crate) mod unknown_target_origin;
    pub(crate) mod viewer_protocol_not_https;
}

mod security {
    pub(crate) mod access_log_missing;
    pub(crate) mod alias_without_certificate;
    pub(crate) mod certificate_wrong_region;
    pub(crate) mod lambda_url_exposed;
    pub(crate) mod missing_origin_verify_header;
    pub(crate) mod oac_mismatch;
    pub(crate) mod origin_verify_header_unchecked;
    pub(crate) mod origin_verify_secret_in_clear;
    pub(crate) mod resource_policy_blocks_cloudfront;
    pub(crate) mod route_without_authorizer;
    pub(crate) mod s3_origin_public;
    pub(crate) mod security_headers_missing;
    pub(crate) mod viewer_tls_outdated;
    pub(crate) mod web_acl_missing;
    pub(crate) mod web_acl_wrong_scope;
}

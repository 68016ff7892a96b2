use cflint_diagnostics::Confidence;
use cflint_edge::access::credential::Carrier;
use cflint_edge::behavior::caching::Caching;
use cflint_edge::behavior::selection::{Set, Via};
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::managed;
use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Cors, Prop, State};
use cflint_template::value::Text;

use crate::shared::cache_verdict::{
    cacheable, certainty_of_caching, is_about_key, kept, mixes_up, rests_on_settings,
};
use crate::shared::cors::site;
use crate::shared::witness::Example;

declare_rule! {
    /// ## What it does
    /// Reports behaviors that forward `Origin` to an API whose CORS headers depend on it, and cache the responses
    /// without `Origin` in the cache key.
    ///
    /// ## Why is this bad?
    /// The API responds to a page at `https://a.example.com` with `Access-Control-Allow-Origin: https://a.example.com`,
    /// and the response is cached. A page at `https://b.example.com` gets it from the cache, with the wrong origin in
    /// it, and the browser blocks it. The same happens if the first request came without `Origin`, for example from a
    /// health check, because then the response has no CORS header at all. Whether it works depends on who sends the
    /// first request. `Vary: Origin` does not help: CloudFront goes by the cache key.
    ///
    /// ## Remediation
    /// Put `Origin` in the key: `HeadersConfig` of the cache policy with `HeaderBehavior: whitelist` and `Headers:
    /// [Origin]` (in CDK `CacheHeaderBehavior.allowList('Origin')`), or `Headers` of `ForwardedValues`. Or have
    /// CloudFront set the CORS headers: a response headers policy with `OriginOverride: true` in its `CorsConfig`. If
    /// nothing should be cached, use the managed policy `CachingDisabled`. In a SAM template the distribution is
    /// written the same way.
    ///
    /// ## Exceptions
    /// An API that allows every origin, `*`, responds the same to all of them. The responses of a function behind a
    /// REST API are not in the template, so only HTTP APIs with `CorsConfiguration` are reported. A response headers
    /// policy with an override fixes it. Where caching is only a default, `api-cached-by-default` reports instead, and
    /// where the key also lacks the credential, `authenticated-response-cached` does.
    ///
    /// ## References
    /// - [Cache content based on request headers](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html#header-caching-web-cors)
    /// - [Configure CORS for HTTP APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html)
    pub(crate) CacheKeyMissesOriginHeader {
        id: "cache-key-misses-origin-header",
        group: Caching,
        summary: "CORS headers for one origin are cached and served to pages of another",
        severity: Warning,
        fix: None,
        cdk: "`headerBehavior: CacheHeaderBehavior.allowList('Origin')` of the `CachePolicy`",
    }
}

impl Rule for CacheKeyMissesOriginHeader {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let caching = Caching::with(&path.forwarding, path.behavior);
        let sources = &path.forwarding.headers.sources;
        let Some(key) = sources.iter().find(|source| source.via != Via::OriginRequestPolicy) else { return };
        let Some((example, cors, confidence)) = by_origin(path) else { return };
        let is_missed = mixes_up(path, &Carrier::Header("Origin"), Method::Get);
        if !is_missed || may_be_overridden(path) || !is_about_key(path, &caching) {
            return;
        }
        let url = example.url("https");
        let [one, other] = pages(cors);
        let (help, property) = match (key.via, key.policy) {
            (Via::ForwardedValues, _) => ("add `Origin` to `Headers`", "ForwardedValues.Headers"),
            (_, None) => ("use a custom cache policy with `Origin` in its key", "CachePolicyId"),
            _ if matches!(key.set, Set::Only(_)) => ("add `Origin` to `Headers`", ""),
            _ => ("set `HeaderBehavior: whitelist` with `Origin` in `Headers`", ""),
        };
        let mut finding = cx
            .report(key.place(), "CORS headers for one origin are served to pages of another: `Origin` reaches the API but is not in the cache key")
            .label(match key.via {
                Via::ForwardedValues => "`Origin` is not listed, but forwarded anyway",
                _ => "`Origin` is not in the cache key",
            })
            .related(cors.origins.span, "echoes the page's origin if it is one of these")
            .note(format!(
                "once {one} has sent `GET {url}`, {other} gets the same response from the cache {}, without its own origin in `Access-Control-Allow-Origin`, and the browser blocks it",
                kept(&caching)
            ))
            .help(help)
            .property(format!("{}.{property}", path.behavior.property()))
            .at_most(confidence.min(certainty_of_caching(path, &caching)));
        if let Some(id) = key.policy {
            let used = format!("behavior `{}` uses `{id}`", path.behavior.name());
            finding = finding
                .resource(id, "AWS::CloudFront::CachePolicy")
                .property("CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig")
                .related(key.span, used);
        }
        let forwards = path.forwarding.headers.selects("Origin").source;
        let finding =
            finding.related_each(forwards.map(|source| (source.place(), "forwards `Origin` to the API")));
        let finding = rests_on_settings(finding, path, &caching);
        example.header("Origin", &site(cors)).show(finding);
    }
}

/// The CORS settings of an API or a function URL whose responses depend on the origin of the page, and a request for one.
fn by_origin<'p, 'm>(path: &'p RequestPath<'m>) -> Option<(Example<'p, 'm>, &'m Cors, Confidence)> {
    if let Backend::LambdaUrl(Some(url)) = path.backend {
        let (cors, confidence) = depends_on_origin(&url.cors)?;
        // What a function URL responds to requests without `Origin` is not documented.
        return Some((Example::read(path), cors, confidence.min(Confidence::Likely)));
    }
    cacheable(path).find_map(|sample| {
        let (cors, confidence) = depends_on_origin(&sample.entrance.api.cors)?;
        Some((Example::of(path, sample), cors, confidence))
    })
}

fn depends_on_origin(cors: &Prop<Cors>) -> Option<(&Cors, Confidence)> {
    let cors = cors.known().filter(|cors| cors.is_built_in)?;
    let is_every = |origin: &Prop<Text>| origin.literal() == Some("*");
    let is_one = |origin: &Prop<Text>| origin.known().is_some_and(|text| text.prefix().starts_with("http"));
    let origins = &cors.origins;
    if origins.items.is_empty() || origins.iter().any(is_every) {
        return None;
    }
    let confidence = match origins.items.as_slice() {
        _ if origins.open.is_some() || !origins.iter().all(is_one) => Confidence::Possible,
        // It depends on requests without `Origin`, and there may be none.
        [only] if !is_pattern(only) => Confidence::Likely,
        _ => Confidence::Certain,
    };
    Some((cors, confidence))
}

/// `https://*` allows many origins.
fn is_pattern(origin: &Prop<Text>) -> bool {
    origin.literal().is_some_and(|origin| origin.contains('*'))
}

/// Whether CloudFront sets the CORS headers itself, or may.
fn may_be_overridden(path: &RequestPath<'_>) -> bool {
    let policy = &path.behavior.response_headers_policy;
    match &policy.state {
        State::Absent => false,
        State::Unknown(_) => true,
        State::Known(id) => match (id.as_literal(), id.as_resource()) {
            // None of the managed ones overrides the API's headers.
            (Some(id), _) => managed::response_headers_policy(id).is_none(),
            (None, Some(id)) => {
                let own = path.model.response_headers_policies.iter().find(|own| own.id == id);
                own.is_none_or(|own| own.cors.is_override.or_default(false) != Some(false))
            }
            (None, None) => true,
        },
    }
}

/// Two senders that need different responses, for a note.
fn pages(cors: &Cors) -> [String; 2] {
    let named = |index: usize| {
        let origin = cors.origins.items.get(index).and_then(Prop::known);
        origin.map(|origin| format!("a page of `{}`", origin.to_string().replace('*', "www.example.com")))
    };
    match (named(0), named(1)) {
        (Some(one), Some(other)) => [one, other],
        (Some(only), None) => ["a client that sends no `Origin`".to_owned(), only],
        _ => ["one page".to_owned(), "another one".to_owned()],
    }
}

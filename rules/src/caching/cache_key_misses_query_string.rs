use cflint_diagnostics::Confidence;
use cflint_edge::access::credential::Carrier;
use cflint_edge::behavior::caching::Caching;
use cflint_edge::behavior::selection::{Names, Set, Source, Via};
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::path::RequestPath;
use cflint_linter::{Context, Rule, declare_rule};

use crate::shared::cache_verdict::{
    cacheable, cacheable_example, certainty_of_caching, is_about_key, is_unseen, kept, mixes_up,
    rests_on_settings,
};
use crate::shared::witness::Example;

/// Query strings for an example where the template names none.
const EXAMPLES: [&str; 2] = ["page", "sort"];

declare_rule! {
    /// ## What it does
    /// Reports behaviors that forward query strings to an API and cache its responses without the query strings in the
    /// cache key.
    ///
    /// ## Why is this bad?
    /// Only the first request's query string reaches the API. The API responds to `GET /users?page=1`, and `GET
    /// /users?page=2` gets that response from the cache until it expires. An origin request policy decides what the API
    /// receives, but adds nothing to the key; only a cache policy does.
    ///
    /// ## Remediation
    /// Put in the key what the response depends on.
    ///
    /// - In a cache policy: `QueryStringsConfig` with `QueryStringBehavior: all`, or `whitelist` and the names (in CDK
    ///   `CacheQueryStringBehavior.all()` or `.allowList('page')`). What is in the key is also forwarded.
    /// - With `ForwardedValues`: add the names to `QueryStringCacheKeys`, or remove it, which puts all of them in the
    ///   key.
    /// - If nothing should be cached, use the managed policy `CachingDisabled`.
    ///
    /// In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// A key that names some query strings is assumed to be intended: others are reported only if a route requires
    /// them, and are possible otherwise. Where caching is only a default, `api-cached-by-default` reports instead, and
    /// where the key also lacks the credential, `authenticated-response-cached` does.
    ///
    /// ## References
    /// - [Understand the cache key](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html)
    /// - [Cache content based on query string parameters](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/QueryStringParameters.html)
    pub(crate) CacheKeyMissesQueryString {
        id: "cache-key-misses-query-string",
        group: Caching,
        summary: "query strings reach the API but are not in the cache key",
        severity: Warning,
        fix: None,
        cdk: "`queryStringBehavior: CacheQueryStringBehavior.all()` of the `CachePolicy`",
    }
}

impl Rule for CacheKeyMissesQueryString {
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let caching = Caching::with(&path.forwarding, path.behavior);
        let sources = &path.forwarding.query_strings.sources;
        let Some(key) = sources.iter().find(|source| source.via != Via::OriginRequestPolicy) else { return };
        let Some(missed) =
            missed(path, key).filter(|_| path.backend.is_api() && is_about_key(path, &caching))
        else {
            return;
        };
        let name = &missed.name;
        let requiring = cacheable(path).find(|call| call.route.required_query.contains(name));
        let example = requiring.map_or_else(|| cacheable_example(path), |call| Example::of(path, call));
        let (method, url) = (example.method(), example.url("https"));
        let legacy = path.forwarding.legacy.map(|legacy| &legacy.query_string_cache_keys);
        let place = legacy.map_or_else(|| key.place(), |keys| keys.span);
        let what = if missed.is_named {
            format!("query string `{name}` reaches the API but is not in the cache key")
        } else {
            "query strings reach the API but are not in the cache key".to_owned()
        };
        let mut finding = cx
            .report(place, what)
            .label(label(key, legacy.is_some()))
            .note(format!(
                "after a response to `{method} {url}?{name}=1`, `{method} {url}?{name}=2` gets that response from the cache {}",
                kept(&caching)
            ))
            .help(help(key, &missed, legacy.is_some()))
            .property(property(path, key))
            .at_most(missed.confidence.min(certainty_of_caching(path, &caching)));
        if let Some(id) = key.policy {
            let used = format!("behavior `{}` uses `{id}`", path.behavior.name());
            finding = finding.resource(id, "AWS::CloudFront::CachePolicy").related(key.span, used);
        }
        let forwards = path.forwarding.query_strings.selects(name).source;
        let forwards = forwards.map(|source| (source.place(), "forwards query strings to the API"));
        let finding = finding.related_each(forwards);
        let finding = rests_on_settings(finding, path, &caching);
        example.query(format!("{name}=2")).show(finding);
    }
}

/// A query string that reaches the API and is not in the key.
struct Missed {
    name: String,
    /// Whether the template names it.
    is_named: bool,
    confidence: Confidence,
}

/// The surest one.
fn missed(path: &RequestPath<'_>, key: &Source<'_>) -> Option<Missed> {
    let forwarding = &path.forwarding;
    let is_missed = |name: &&str| mixes_up(path, &Carrier::Query(name), Method::Get);
    let missed = |name: &str, is_named, confidence| Missed { name: name.to_owned(), is_named, confidence };
    let mut required = cacheable(path).flat_map(|call| &call.route.required_query).map(String::as_str);
    if let Some(name) = required.find(is_missed) {
        return Some(missed(name, true, Confidence::Certain));
    }
    // What the key excludes by name is excluded on purpose.
    let is_left_out = matches!(key.set, Set::AllExcept(_));
    if is_left_out || (cacheable(path).next().is_none() && !is_unseen(path)) {
        return None;
    }
    let is_meant = !is_nothing(key) || forwarding.legacy.is_some();
    let confidence = if is_meant { Confidence::Possible } else { Confidence::Likely };
    let listed = forwarding.query_strings.sources.iter().find_map(|source| match &source.set {
        Set::Only(Names::Written(list)) if source.via == Via::OriginRequestPolicy => {
            list.iter().filter_map(|name| name.literal()).find(is_missed)
        }
        _ => None,
    });
    let example = || EXAMPLES.into_iter().find(is_missed).map(|name| missed(name, false, confidence));
    listed.map(|name| missed(name, true, confidence)).or_else(example)
}

fn is_nothing(key: &Source<'_>) -> bool {
    matches!(key.set, Set::None)
}

fn label(key: &Source<'_>, is_legacy: bool) -> String {
    match key.managed {
        Some(name) => format!("managed policy `{name}` does not include them"),
        None if is_legacy => "only these are in the cache key".to_owned(),
        None if is_nothing(key) => "no query string is in the cache key".to_owned(),
        None => "only some query strings are in the key".to_owned(),
    }
}

fn help(key: &Source<'_>, missed: &Missed, is_legacy: bool) -> String {
    let name = if missed.is_named {
        format!("`{}`", missed.name)
    } else {
        "each one that the response depends on".to_owned()
    };
    match key.managed {
        _ if is_legacy => {
            format!("add {name} to `QueryStringCacheKeys`, or remove the list, which puts all of them in the key")
        }
        Some(_) => "use a custom cache policy with `QueryStringBehavior: all`".to_owned(),
        None if is_nothing(key) => {
            "set `QueryStringBehavior: all`, or `whitelist` with the query strings that the response depends on"
                .to_owned()
        }
        None => format!("add {name} to `QueryStrings`"),
    }
}

fn property(path: &RequestPath<'_>, key: &Source<'_>) -> String {
    match (key.via, key.policy) {
        (_, Some(_)) => {
            "CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig".to_owned()
        }
        (Via::ForwardedValues, _) => {
            format!("{}.ForwardedValues.QueryStringCacheKeys", path.behavior.property())
        }
        _ => format!("{}.CachePolicyId", path.behavior.property()),
    }
}

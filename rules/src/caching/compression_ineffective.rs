use cflint_edge::behavior::caching::Caching;
use cflint_edge::behavior::compression::{Obstacle, obstacle};
use cflint_edge::behavior::forwarding::{Forwarding, Policy};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model};

declare_rule! {
    /// ## What it does
    /// Reports `Compress: true` on behaviors whose cache policy prevents compression: one that caches nothing, or one
    /// without `EnableAcceptEncodingGzip` and `EnableAcceptEncodingBrotli`.
    ///
    /// ## Why is this bad?
    /// CloudFront compresses what it caches, in the encodings that the cache policy accepts. With `CachingDisabled`,
    /// every response is passed on as the origin sent it, although the template says otherwise. Large responses are
    /// slower and cost more than expected.
    ///
    /// ## Remediation
    /// If the responses may be cached, use a cache policy with `EnableAcceptEncodingGzip: true` and
    /// `EnableAcceptEncodingBrotli: true`, and TTLs above 0. If not, let the origin compress: a REST API does with
    /// `MinimumCompressionSize`, in SAM too (in CDK `minCompressionSize`), if it receives `Accept-Encoding`. Or remove
    /// `Compress`; in CDK, where it is the default, set `compress: false`.
    ///
    /// ## Exceptions
    /// Behaviors with `ForwardedValues` are not reported, nor are policies and TTLs that the template does not show.
    ///
    /// ## References
    /// - [Serve compressed files](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html)
    /// - [Understand cache policies: compression support](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html)
    /// - [Payload compression for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html)
    pub(crate) CompressionIneffective {
        id: "compression-ineffective",
        group: Caching,
        summary: "`Compress: true` has no effect with this cache policy",
        severity: Info,
        fix: None,
        pedantic: true,
        cdk: "`compress: false`, or another `cachePolicy`",
    }
}

impl Rule for CompressionIneffective {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        if behavior.compress.known() != Some(&true) {
            return;
        }
        let forwarding = Forwarding::new(model, behavior);
        let Some(obstacle) = obstacle(&forwarding, behavior) else { return };
        let caching = Caching::with(&forwarding, behavior);
        let policy = caching.name();
        let (why, label, help) = match obstacle {
            Obstacle::NoCache => (
                "caches nothing",
                "what is not cached is not compressed",
                "remove `Compress` and let the origin compress, or use a cache policy with TTLs above 0",
            ),
            Obstacle::NoEncoding => (
                "accepts neither gzip nor Brotli",
                "no encoding remains",
                "set `EnableAcceptEncodingGzip` and `EnableAcceptEncodingBrotli` in the cache policy, or remove `Compress`",
            ),
        };
        let finding = cx
            .report(
                &behavior.compress,
                format!("`Compress: true` has no effect on behavior `{}`: {policy} {why}", behavior.name()),
            )
            .label(label)
            .related(behavior.cache_policy.span, "because of this policy")
            .note("responses are passed on as the origin sent them")
            .help(help)
            .cause(format!("{policy} {why}"))
            .rests_on(&behavior.cache_policy);
        if let Policy::Declared(declared) = forwarding.cache_policy {
            finding
                .rests_on(&declared.max_ttl)
                .rests_on(&declared.min_ttl)
                .rests_on(&declared.gzip)
                .rests_on(&declared.brotli);
        }
    }
}

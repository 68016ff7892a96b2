use cflint_edge::behavior::caching::Caching;
use cflint_edge::behavior::compression::{Obstacle, obstacle};
use cflint_edge::behavior::forwarding::{Forwarding, Policy};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, Model};

declare_rule! {
    /// ## What it does
    /// Reports `Compress: true` on behaviors whose cache policy keeps it from working: one that caches nothing, or one
    /// without `EnableAcceptEncodingGzip` and `EnableAcceptEncodingBrotli`.
    ///
    /// ## Why is this bad?
    /// CloudFront compresses what it caches, in the encodings that the cache policy takes. With `CachingDisabled` every
    /// answer leaves as the origin sent it, and the template says something else. Large answers are slower and cost more
    /// than anybody believes.
    ///
    /// ## Remediation
    /// If the answers may be cached, use a cache policy with `EnableAcceptEncodingGzip: true` and
    /// `EnableAcceptEncodingBrotli: true`, and TTLs above 0. If not, let the origin compress: a REST API does with
    /// `MinimumCompressionSize`, in SAM too (in CDK `minCompressionSize`), if it gets `Accept-Encoding`. Or leave
    /// `Compress` out; in CDK, whose default it is, that is `compress: false`.
    ///
    /// ## Exceptions
    /// Behaviors with `ForwardedValues` are not reported, nor policies and TTLs that the template does not show.
    ///
    /// ## References
    /// - [Serve compressed files](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html)
    /// - [Understand cache policies: compression support](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html)
    /// - [Payload compression for REST APIs](https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html)
    pub(crate) CompressionIneffective {
        id: "compression-ineffective",
        group: Caching,
        summary: "`Compress: true` does nothing with this cache policy",
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
                "leave `Compress` out and let the origin compress, or use a cache policy with TTLs above 0",
            ),
            Obstacle::NoEncoding => (
                "takes neither gzip nor Brotli",
                "no encoding is left",
                "set `EnableAcceptEncodingGzip` and `EnableAcceptEncodingBrotli` in the cache policy, or leave `Compress` out",
            ),
        };
        let finding = cx
            .report(
                &behavior.compress,
                format!("behavior `{}` compresses nothing: {policy} {why}", behavior.name()),
            )
            .label(label)
            .related(behavior.cache_policy.span, "because of this policy")
            .note("answers leave as the origin sent them")
            .help(help)
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

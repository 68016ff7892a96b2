//! What to do about a request that is rejected: the rule that reports the cause, and its help.

use cflint_diagnostics::{Confidence, Finding, Span};
use cflint_edge::trace::{Cause, Request, Trace, Undeployable};
use cflint_linter::{Input, Options, Rule, check};
use cflint_output::trace::Traced;
use cflint_rules::RULES;

/// What reports a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reported {
    /// One of these rules, whichever request it is; the first of them most often.
    By(&'static [&'static str]),
    /// One of these rules if other requests fail as well; what to do if none of them reports it.
    PerhapsBy(&'static [&'static str], &'static str),
    /// None, because the template can be meant that way; what to do about the request.
    Never(&'static str),
}

const fn reported(cause: Cause) -> Reported {
    use Reported::{By, Never, PerhapsBy};
    match cause {
        // A rule knows of no host but those of DNS records.
        Cause::NoSuchHost => {
            Never("add the host name to `Aliases` of the distribution, with a certificate that covers it")
        }
        Cause::NoSuchTenant => Never("request a domain of a tenant"),
        Cause::Misdirected => Never("send the `Host` header of the URL, or omit it"),
        Cause::Undeployable(why) => By(match why {
            Undeployable::CertificateRegion => &["certificate-wrong-region"],
            Undeployable::WebAclScope => &["web-acl-wrong-scope"],
            Undeployable::AliasWithoutCertificate => &["alias-without-certificate"],
            Undeployable::AliasTaken => &["alias-taken-by-api-domain"],
            Undeployable::TenantSettings => &["tenant-settings-invalid"],
            Undeployable::ContinuousDeployment => &["continuous-deployment-invalid"],
            Undeployable::Alias | Undeployable::StageName => &["property-value-invalid"],
            Undeployable::OriginDomain => &["origin-domain-malformed"],
            Undeployable::OriginKind => &["origin-kind-invalid"],
            Undeployable::OriginPath => &["origin-path-malformed"],
            Undeployable::ForbiddenHeader => &["forbidden-header"],
            Undeployable::UnknownOrigin => &["unknown-target-origin"],
            Undeployable::CacheSettings => &["cache-settings-conflict"],
            Undeployable::EncodingInKey => &["forbidden-header"],
            Undeployable::KeysWithoutCache => &["disabled-cache-with-keys"],
            Undeployable::TtlOrder => &["ttl-order-invalid"],
            Undeployable::MethodSet => &["method-set-invalid"],
            Undeployable::VpcOrigin => &["private-load-balancer-origin"],
            Undeployable::Grpc => &["grpc-invalid"],
            Undeployable::EdgeFunction => &["edge-function-invalid"],
            Undeployable::ErrorResponse => &["error-response-invalid"],
            Undeployable::MutualTls => &["mtls-domain-without-certificate"],
            Undeployable::ResponseHeaders => &["response-headers-policy-invalid"],
            Undeployable::LogBucket => &["log-bucket-invalid"],
            Undeployable::UnknownProperty => &["unknown-property"],
        }),
        Cause::OwnAlias => By(&["origin-is-own-alias"]),
        Cause::PlainHttp => Never("send the request over HTTPS"),
        Cause::MethodNotAllowed => PerhapsBy(
            &["method-not-allowed", "preflight-not-allowed", "route-unreachable"],
            "add the method to `AllowedMethods` of the behavior, if its origin accepts that method",
        ),
        Cause::PreflightNotAllowed => PerhapsBy(
            &["preflight-not-allowed", "method-not-allowed"],
            "add `OPTIONS` to `AllowedMethods` of the behavior, if the API responds to preflight requests",
        ),
        Cause::BodyOfGet => Never("send the request without a body, or with a method that can have one"),
        Cause::TooLarge => Never("send a shorter URL, or fewer headers and cookies"),
        Cause::UnsignedUrl => Never("sign the URL, or send the signed cookies"),
        // What a web ACL is meant to block is up to its author.
        Cause::WebAcl => Never("send what the web ACL requires, or change its rules"),
        Cause::WebAclOfApi => {
            Never("make sure that what the web ACL requires reaches the API, or change its rules")
        }
        Cause::FunctionFails => PerhapsBy(
            &["function-fails"],
            "fix the code of the function for this request; `-v` shows what it prints",
        ),
        // What a function is meant to refuse is up to its author.
        Cause::FunctionResponds => Never("send what the function requires, or change its code"),
        Cause::OriginNotHttps => By(&["origin-not-https"]),
        Cause::OriginTls => By(&["origin-tls-outdated"]),
        Cause::OriginRegion => By(&["origin-region-mismatch"]),
        Cause::PrivateApi => By(&["private-api-origin"]),
        Cause::PrivateLoadBalancer => By(&["private-load-balancer-origin"]),
        Cause::LoadBalancerPort => By(&["load-balancer-port-closed"]),
        // It may cover other names that viewers use.
        Cause::LoadBalancerCertificate => PerhapsBy(
            &["load-balancer-certificate-mismatch"],
            "add the name to the certificate of the listener, or set `DomainName` to a name that it covers",
        ),
        Cause::LoadBalancerRedirect => By(&["load-balancer-redirect-loop"]),
        // It may be meant for requests without a header, a cookie or a parameter.
        Cause::FunctionRedirect => PerhapsBy(
            &["function-redirect-loop"],
            "return `event.request` unchanged for the target path of the redirect, or send what the function looks for",
        ),
        Cause::OnlyFromVpc => PerhapsBy(
            &["resource-policy-blocks-cloudfront"],
            "change the resource policy of the API: CloudFront does not connect through a VPC endpoint",
        ),
        Cause::ResourcePolicy => PerhapsBy(
            &["resource-policy-blocks-cloudfront"],
            "send what the resource policy of the API requires, or change it",
        ),
        Cause::EndpointDisabled => By(&["execute-api-endpoint-disabled"]),
        Cause::HostOfApi => By(&["host-header-forwarded", "all-headers-forwarded"]),
        Cause::HostOfFunction => By(&["host-header-forwarded", "all-headers-forwarded"]),
        Cause::HostOfDomain => {
            By(&["custom-domain-host-mismatch", "host-header-forwarded", "all-headers-forwarded"])
        }
        Cause::HostOfTarget => By(&["regional-domain-without-host"]),
        Cause::ClientCertificate => By(&["mtls-domain-without-certificate"]),
        Cause::SecurityPolicy => By(&["security-policy-conflict"]),
        Cause::TransferMode => By(&["streaming-integration-invalid", "property-value-invalid"]),
        Cause::NoMapping => PerhapsBy(
            &["origin-path-misses-stage", "path-pattern-misses-stage"],
            "start the path, or `OriginPath`, with the base path of a mapping",
        ),
        Cause::NoStage => PerhapsBy(
            &["origin-path-misses-stage", "path-pattern-misses-stage"],
            "start the path, or `OriginPath`, with the name of a stage",
        ),
        Cause::NoRoute => PerhapsBy(
            &[
                "path-pattern-misses-stage",
                "origin-path-misses-stage",
                "default-root-object-hits-api",
                "route-unreachable",
            ],
            "request a method and path that have a route; `cflint map` shows the routes",
        ),
        Cause::Handshake => PerhapsBy(
            &["websocket-headers-not-forwarded"],
            "connect with a WebSocket client, which sends `Upgrade: websocket` and the `Sec-WebSocket-…` headers",
        ),
        Cause::NotSent => Never("send the credentials or parameters that the route requires"),
        Cause::AuthorizationDropped => By(&[
            "authorization-not-forwarded",
            "iam-auth-behind-distribution",
            "identity-source-not-forwarded",
        ]),
        Cause::IdentityDropped => By(&["identity-source-not-forwarded", "query-string-not-forwarded"]),
        Cause::ApiKeyDropped => By(&["api-key-not-forwarded"]),
        // Those of viewers can be added outside the template.
        Cause::ApiKeyInvalid => {
            PerhapsBy(&["api-key-unusable"], "add the stage to a usage plan of the key, and enable the key")
        }
        Cause::QueryStringDropped => By(&["query-string-not-forwarded"]),
        // Which headers a signature covers is up to the client.
        Cause::SignatureMismatch => PerhapsBy(
            &["iam-auth-behind-distribution", "authorization-not-forwarded"],
            "forward all headers that the signature covers, or sign fewer",
        ),
        Cause::NotASignature => Never("sign the request for the API with Signature Version 4"),
        Cause::FunctionUrlUnsigned => PerhapsBy(
            &["authorization-not-forwarded", "iam-auth-behind-distribution", "oac-mismatch"],
            "have CloudFront sign, with an origin access control of type `lambda`",
        ),
        Cause::FunctionNotInvokable => By(&["oac-mismatch"]),
        Cause::SignedForAnotherService => By(&["oac-mismatch"]),
        Cause::BodyHash => Never("send the SHA-256 hash of the body as `x-amz-content-sha256`"),
        Cause::BucketDenies => By(&["s3-origin-public"]),
        Cause::PostToBucket => PerhapsBy(
            &["route-unreachable"],
            "send `PUT` to store an object, or route the path to something other than a bucket",
        ),
    }
}

/// What is known of a way that ends in a rejection, to find what is reported of it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) cause: Option<Cause>,
    /// The place of the step that fails.
    pub(super) span: Option<Span>,
    /// The places of all steps.
    pub(super) passed: Vec<Span>,
    /// The behavior that the request came to.
    pub(super) behavior: Option<String>,
    /// Method and path, as a witness of a finding has them.
    pub(super) request: String,
}

impl Place {
    pub(super) fn of(trace: &Trace, behavior: Option<String>, request: &Request) -> Self {
        let failed = trace.steps.iter().rev().find(|step| step.has_failed);
        Self {
            cause: trace.cause,
            span: failed.and_then(|step| step.span),
            passed: trace.steps.iter().filter_map(|step| step.span).collect(),
            behavior,
            request: format!("{} {}", request.method.as_str(), request.path),
        }
    }
}

/// Adds rules and help to ways, with what a check of the same inputs reports.
pub(super) fn add(ways: &mut [(Traced, Place)], inputs: Vec<Input>, options: &Options) {
    let findings = findings(ways, inputs, options);
    for (way, place) in ways {
        let Some(cause) = place.cause else { continue };
        let in_short = |rule: &str| {
            let meta = RULES.iter().map(|known| known.meta()).find(|meta| meta.id == rule);
            meta.and_then(|meta| in_short(&meta.documentation()))
        };
        match (finding(cause, way, place, &findings), reported(cause)) {
            (Some(finding), _) => {
                way.rule = Some(finding.rule);
                way.help = finding.help.clone().or_else(|| in_short(finding.rule));
            }
            (None, Reported::By(rules)) => {
                way.rule = rules.first().copied();
                way.help = way.rule.and_then(in_short);
            }
            (None, Reported::PerhapsBy(_, help) | Reported::Never(help)) => way.help = Some(help.to_owned()),
        }
    }
}

/// What the rules for the causes of these ways report.
fn findings(ways: &[(Traced, Place)], inputs: Vec<Input>, options: &Options) -> Vec<Finding> {
    let causes: Vec<Cause> = ways.iter().filter_map(|(_, place)| place.cause).collect();
    let asked: Vec<&'static dyn Rule> = RULES
        .iter()
        .copied()
        .filter(|rule| causes.iter().any(|cause| candidates(*cause).contains(&rule.meta().id)))
        .collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let options = Options {
        pedantic: true,
        min_confidence: Confidence::Possible,
        no_suppressions: true,
        ..options.clone()
    };
    check(inputs, &asked, &options).findings
}

/// The finding that is about this way; of equals, that of the rule that usually reports its cause.
fn finding<'f>(cause: Cause, way: &Traced, place: &Place, findings: &'f [Finding]) -> Option<&'f Finding> {
    let found = candidates(cause).iter().rev().filter_map(|rule| closest(rule, way, place, findings));
    found.max_by_key(|(score, _)| *score).map(|(_, finding)| finding)
}

const fn candidates(cause: Cause) -> &'static [&'static str] {
    match reported(cause) {
        Reported::By(rules) | Reported::PerhapsBy(rules, _) => rules,
        Reported::Never(_) => &[],
    }
}

/// The finding of a rule that is most likely about this way, and how likely that is.
fn closest<'f>(
    rule: &str,
    way: &Traced,
    place: &Place,
    findings: &'f [Finding],
) -> Option<(u8, &'f Finding)> {
    let of_rule = findings.iter().filter(|finding| finding.rule == rule);
    let scored = of_rule.filter_map(|finding| Some((score(finding, way, place)?, finding)));
    // Of equals, the first in the template.
    scored.rev().max_by_key(|(score, _)| *score)
}

fn score(finding: &Finding, way: &Traced, place: &Place) -> Option<u8> {
    let subject = &finding.subject;
    let differs = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    let is_excluded = finding
        .conditions
        .iter()
        .any(|(name, value)| way.conditions.iter().any(|(own, other)| own == name && other != value));
    // One that is shown only on request is about a request of its own.
    let is_other =
        finding.pedantic && finding.witness.as_ref().is_none_or(|witness| witness.request != place.request);
    let is_of_distribution = subject.resource_type.as_deref() == Some("AWS::CloudFront::Distribution");
    if is_excluded
        || is_other
        || differs(&subject.stack, &way.stack)
        || differs(&subject.behavior, &place.behavior)
        || (is_of_distribution && subject.logical_id.as_ref() != Some(&way.distribution))
    {
        return None;
    }
    let is_there = Some(finding.primary.span) == place.span;
    let points_there = finding.related.iter().any(|label| Some(label.span) == place.span);
    let touches = place.passed.contains(&finding.primary.span)
        || finding.related.iter().any(|label| place.passed.contains(&label.span));
    let is_of_behavior = subject.behavior.is_some() && subject.behavior == place.behavior;
    match (is_there, points_there, touches || is_of_behavior) {
        (true, ..) => Some(3),
        (false, true, _) => Some(2),
        (false, false, true) => Some(1),
        // What applies to the whole distribution applies to this request as well.
        (false, false, false) => (is_of_distribution && subject.behavior.is_none()).then_some(0),
    }
}

/// The first sentence of what a rule says to do; `None` if that only introduces a list.
fn in_short(documentation: &str) -> Option<String> {
    const SHORTEST: usize = 30;
    let (_, after) = documentation.split_once("## Remediation\n")?;
    let paragraph = after.trim_start().split("\n\n").next()?.replace('\n', " ");
    let sentence = paragraph.split(". ").next()?.trim_end_matches('.');
    let is_whole = sentence.len() >= SHORTEST && !sentence.starts_with('-') && !sentence.ends_with(':');
    let mut letters = sentence.chars();
    let first = letters.next().filter(|_| is_whole)?;
    Some(format!("{}{}", first.to_lowercase(), letters.as_str()))
}

#[cfg(test)]
mod pairs;

#[cfg(test)]
mod tests {
    use super::*;

    /// The strings of this file that are written like ids of rules.
    fn named() -> Vec<&'static str> {
        let (code, _) = include_str!("remedy.rs").split_once("#[cfg(test)]").unwrap_or_default();
        let is_id =
            |text: &str| text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let mut named: Vec<&str> = code.split('"').skip(1).step_by(2).filter(|text| is_id(text)).collect();
        named.sort_unstable();
        named.dedup();
        named
    }

    #[test]
    fn rules_that_are_named_exist() {
        let named = named();
        assert!(named.len() > 30, "{named:?}");
        for rule in named {
            assert!(RULES.iter().any(|known| known.meta().id == rule), "there is no rule `{rule}`");
        }
    }

    #[test]
    fn a_remediation_in_short_is_its_first_sentence() {
        let of = |text: &str| in_short(&format!("Bad.\n\n## Remediation\n{text}\n\n## References\n- none\n"));
        let sentence = "Set `OriginPath: /prod`, the name of\nthe stage. In CDK, use `RestApiOrigin`.";
        assert_eq!(of(sentence).as_deref(), Some("set `OriginPath: /prod`, the name of the stage"));
        for introduction in [
            "There are two ways out.",
            "Forward what the API needs with a policy:",
            "- With caching, put it into the key.",
        ] {
            assert_eq!(of(introduction), None, "{introduction}");
        }
    }
}

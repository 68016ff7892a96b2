//! One good template, and one bug at a time put into it: exactly that bug is reported.

use std::fs;

use cflint_linter::{Input, Options, check};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

use crate::fixtures::root;

/// What a bug is called, the text it replaces, what it puts there, and the rule that must report it.
const BUGS: &[(&str, &str, &str, &str)] = &[
    ("Host among the headers", "- Origin\n", "- Origin\n              - Host\n", "host-header-forwarded"),
    (
        "every header",
        "Headers:\n              - Access-Control-Request-Headers\n",
        "Headers:\n              - '*'\n",
        "all-headers-forwarded",
    ),
    (
        "viewers over HTTP",
        "ViewerProtocolPolicy: https-only",
        "ViewerProtocolPolicy: allow-all",
        "viewer-protocol-not-https",
    ),
    ("a pattern without routes", "PathPattern: /api/*", "PathPattern: /v1/*", "path-pattern-misses-stage"),
    ("a pattern in capitals", "PathPattern: /api/*", "PathPattern: /API/*", "path-pattern-misses-stage"),
    (
        "a pattern without its slash and the wrong word",
        "PathPattern: /api/*",
        "PathPattern: apis/*",
        "path-pattern-misses-stage",
    ),
    (
        "an origin path after the stage",
        "- /${StageName}\n",
        "- /${StageName}/v1\n",
        "path-pattern-misses-stage",
    ),
    ("a stage with something added", "- /${StageName}\n", "- /${StageName}x\n", "origin-path-misses-stage"),
    (
        "a literal origin path",
        "OriginPath: !Sub\n              - /${StageName}\n              - StageName: !Select [0, !Split ['--', !Ref 'AWS::StackName']]\n",
        "OriginPath: /v1\n",
        "origin-path-misses-stage",
    ),
    (
        "no origin path",
        "            OriginPath: !Sub\n              - /${StageName}\n              - StageName: !Select [0, !Split ['--', !Ref 'AWS::StackName']]\n",
        "",
        "origin-path-misses-stage",
    ),
    (
        "an empty origin path",
        "OriginPath: !Sub\n              - /${StageName}\n              - StageName: !Select [0, !Split ['--', !Ref 'AWS::StackName']]\n",
        "OriginPath: ''\n",
        "origin-path-misses-stage",
    ),
    (
        "no verify header",
        "            OriginCustomHeaders:\n              - HeaderName: Verify-From-Cf\n                HeaderValue: !Ref VerifySecret\n",
        "",
        "missing-origin-verify-header",
    ),
    (
        "the origin over HTTP",
        "OriginProtocolPolicy: https-only",
        "OriginProtocolPolicy: http-only",
        "origin-not-https",
    ),
    (
        "a port that API Gateway has not",
        "OriginProtocolPolicy: https-only",
        "OriginProtocolPolicy: https-only\n              HTTPSPort: '8443'",
        "origin-not-https",
    ),
    (
        "a URL for a host",
        "DomainName: !Sub '${Api}.",
        "DomainName: !Sub 'https://${Api}.",
        "origin-domain-malformed",
    ),
    (
        "a slash at the end of the origin path",
        "- /${StageName}\n",
        "- /${StageName}/\n",
        "origin-path-malformed",
    ),
    ("a target in capitals", "TargetOriginId: api", "TargetOriginId: API", "unknown-target-origin"),
    (
        "a disabled endpoint",
        "      Name: !Ref AWS::StackName\n",
        "      Name: !Ref AWS::StackName\n      DisableExecuteApiEndpoint: true\n",
        "execute-api-endpoint-disabled",
    ),
    ("a private API", "Types: [REGIONAL]", "Types: [PRIVATE]", "private-api-origin"),
    (
        "no endpoint type",
        "      EndpointConfiguration:\n        Types: [REGIONAL]\n",
        "",
        "edge-optimized-api-origin",
    ),
    (
        "a key twice",
        "        HttpVersion: http2\n",
        "        HttpVersion: http2\n        HttpVersion: http2\n",
        "duplicate-key",
    ),
    (
        "a resource that is not there",
        "DNSName: !GetAtt Distribution.DomainName",
        "DNSName: !GetAtt Cdn.DomainName",
        "unknown-reference",
    ),
    (
        "a parameter that is not there",
        "AcmCertificateArn: !Ref CertificateArn",
        "AcmCertificateArn: !Ref Certificate",
        "unknown-reference",
    ),
    (
        "a variable that is not there",
        "Value: !Sub https://${DomainName}/api/",
        "Value: !Sub https://${Domain}/api/",
        "unknown-reference",
    ),
    ("a dependency that is not there", "DependsOn: ProxyMethod", "DependsOn: Method", "unknown-reference"),
    (
        "a bracket that is not closed",
        "AllowedMethods: [GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE]",
        "AllowedMethods: [GET, HEAD",
        "invalid-template",
    ),
    (
        "a pattern that takes everything",
        "        CacheBehaviors:\n",
        "        CacheBehaviors:\n          - PathPattern: /*\n            TargetOriginId: api\n            ViewerProtocolPolicy: https-only\n            AllowedMethods: [GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE]\n            DefaultTTL: 0\n            ForwardedValues:\n              QueryString: true\n",
        "behavior-unreachable",
    ),
    (
        "a pattern twice",
        "        CacheBehaviors:\n",
        "        CacheBehaviors:\n          - PathPattern: api/*\n            TargetOriginId: api\n            ViewerProtocolPolicy: https-only\n            AllowedMethods: [GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE]\n            DefaultTTL: 0\n            ForwardedValues:\n              QueryString: true\n",
        "duplicate-path-pattern",
    ),
    (
        "no query strings",
        "            ForwardedValues:\n              QueryString: true\n",
        "            ForwardedValues:\n              QueryString: false\n",
        "query-string-not-forwarded",
    ),
    ("no TTL", "            DefaultTTL: 0\n            F", "            F", "api-cached-by-default"),
    (
        "a page for missing objects",
        "        Aliases:\n",
        "        CustomErrorResponses:\n          - ErrorCode: 403\n            ErrorCachingMinTTL: 0\n            ResponseCode: 200\n            ResponsePagePath: /api/error.html\n        Aliases:\n",
        "error-page-masks-api",
    ),
    (
        "a page that the API has not",
        "        Aliases:\n",
        "        CustomErrorResponses:\n          - ErrorCode: 502\n            ErrorCachingMinTTL: 0\n            ResponseCode: 502\n            ResponsePagePath: /error.html\n        Aliases:\n",
        "error-page-served-by-api",
    ),
    (
        "errors that are kept",
        "        Aliases:\n",
        "        CustomErrorResponses:\n          - ErrorCode: 504\n        Aliases:\n",
        "error-cached-by-default",
    ),
    (
        "an object for the root",
        "        HttpVersion: http2\n",
        "        HttpVersion: http2\n        DefaultRootObject: index.html\n",
        "default-root-object-hits-api",
    ),
    ("a signature", "AuthorizationType: NONE", "AuthorizationType: AWS_IAM", "iam-auth-behind-distribution"),
    ("a number for a list", "Aliases:\n          - !Ref DomainName", "Aliases: 3", "invalid-template"),
    (
        "no certificate",
        "        ViewerCertificate:\n          AcmCertificateArn: !Ref CertificateArn\n          SslSupportMethod: sni-only\n          MinimumProtocolVersion: TLSv1.2_2021\n",
        "",
        "alias-without-certificate",
    ),
    (
        "a certificate of another region",
        "AcmCertificateArn: !Ref CertificateArn",
        "AcmCertificateArn: arn:aws:acm:eu-west-1:111122223333:certificate/1",
        "certificate-wrong-region",
    ),
    ("old TLS of viewers", "TLSv1.2_2021", "TLSv1_2016", "viewer-tls-outdated"),
    ("old TLS to the origin", "[TLSv1.2]", "[TLSv1, TLSv1.2]", "origin-tls-outdated"),
    ("a secret in clear", "!Ref VerifySecret\n", "not-so-secret\n", "origin-verify-secret-in-clear"),
    ("a secret that everyone can see", "    NoEcho: true\n", "", "origin-verify-secret-in-clear"),
    (
        "a regional web ACL",
        "        HttpVersion: http2\n",
        "        HttpVersion: http2\n        WebACLId: arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/1\n",
        "web-acl-wrong-scope",
    ),
    (
        "both kinds of settings",
        "          DefaultTTL: 0\n          ForwardedValues:",
        "          DefaultTTL: 0\n          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad\n          ForwardedValues:",
        "cache-settings-conflict",
    ),
    (
        "methods that are no set",
        "AllowedMethods: [GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE]\n          DefaultTTL",
        "AllowedMethods: [GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE, TRACE]\n          DefaultTTL",
        "method-set-invalid",
    ),
    (
        "TTLs out of order",
        "          DefaultTTL: 0\n",
        "          DefaultTTL: 0\n          MaxTTL: 60\n          MinTTL: 100\n",
        "ttl-order-invalid",
    ),
    (
        "a header that must not be added",
        "HeaderName: Verify-From-Cf\n                HeaderValue: !Ref VerifySecret",
        "HeaderName: Verify-From-Cf\n                HeaderValue: !Ref VerifySecret\n              - HeaderName: Via\n                HeaderValue: a",
        "forbidden-header",
    ),
    (
        "no such price class",
        "        HttpVersion: http2\n",
        "        HttpVersion: http2\n        PriceClass: PriceClass_300\n",
        "property-value-invalid",
    ),
    (
        "a page for an error that has none",
        "        Aliases:\n",
        "        CustomErrorResponses:\n          - ErrorCode: 418\n            ErrorCachingMinTTL: 0\n        Aliases:\n",
        "error-response-invalid",
    ),
    (
        "a record to another zone",
        "        HostedZoneId: Z2FDTNDATAQYW2\n  RecordAAAA",
        "        HostedZoneId: Z35SXDOTRQ7X7K\n  RecordAAAA",
        "alias-record-wrong-zone",
    ),
    (
        "no record for IPv6",
        "  RecordAAAA:\n    Type: AWS::Route53::RecordSet\n    Properties:\n      HostedZoneId: !Ref HostedZoneId\n      Name: !Ref DomainName\n      Type: AAAA\n      AliasTarget:\n        DNSName: !GetAtt Distribution.DomainName\n        HostedZoneId: Z2FDTNDATAQYW2\n",
        "",
        "ipv6-record-missing",
    ),
    ("an attribute without a name", "!GetAtt Api.RootResourceId", "!GetAtt Api", "invalid-intrinsic"),
    (
        "a suppression of nothing",
        "HttpVersion: http2",
        "HttpVersion: http2 # cflint: ignore[origin-not-https]",
        "unused-suppression",
    ),
    (
        "a suppression by no name",
        "HttpVersion: http2",
        "HttpVersion: http2 # cflint: ignore[origin-http]",
        "unknown-rule-in-suppression",
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = vec![Trial::test("golden::nothing is reported", || expect(&[], |text| text.to_owned()))];
    for &(name, from, to, rule) in BUGS {
        trials.push(Trial::test(format!("golden::{name}"), move || {
            expect(&[rule], |text| text.replacen(from, to, 1))
        }));
    }
    trials
}

fn expect(rules: &[&str], change: impl Fn(&str) -> String) -> Result<(), Failed> {
    let text = fs::read_to_string(root().join("_golden/edge.yaml"))?;
    let changed = change(&text);
    if changed == text && !rules.is_empty() {
        return Err("the change must change the template".into());
    }
    let input = Input::new("edge.yaml", changed.into_bytes());
    let report = check(vec![input], RULES, &Options::default());
    let found: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
    if found == rules {
        return Ok(());
    }
    Err(format!(
        "the findings must be {rules:?}, and are {found:?}: fixtures/_golden/edge.yaml is a good template, with one bug at a \
         time put into it"
    )
    .into())
}

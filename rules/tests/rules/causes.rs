//! Findings with one reason have one cause, however many behaviors and routes they are about.

use std::collections::HashSet;
use std::fmt::Write as _;

use cflint_linter::{Input, Options, check};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

const COUNT: usize = 20;
const CACHING_DISABLED: &str = "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const CACHING_OPTIMIZED: &str = "CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6";
const ALL_VIEWER: &str = "OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3";
const EXCEPT_HOST: &str = "OriginRequestPolicyId: b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// Behaviors in front of one HTTP API, each with a route and an origin of its own; `{i}` is the number.
#[derive(Clone, Copy)]
struct Sketch {
    rule: &'static str,
    pattern: &'static str,
    settings: [&'static str; 2],
    origin: &'static str,
    target: &'static str,
    method: &'static str,
    has_authorizer: bool,
    stage: &'static str,
    findings: usize,
    causes: usize,
}

const PLAIN: Sketch = Sketch {
    rule: "",
    pattern: "/r{i}/*",
    settings: [CACHING_DISABLED, EXCEPT_HOST],
    origin: "${Api}.execute-api.${AWS::Region}.amazonaws.com",
    target: "o{i}",
    method: "GET",
    has_authorizer: false,
    stage: "$default",
    findings: COUNT,
    causes: 1,
};

const SKETCHES: [Sketch; 13] = [
    Sketch { rule: "host-header-forwarded", settings: [CACHING_DISABLED, ALL_VIEWER], ..PLAIN },
    Sketch {
        rule: "authenticated-response-cached",
        settings: [CACHING_OPTIMIZED, EXCEPT_HOST],
        has_authorizer: true,
        ..PLAIN
    },
    Sketch { rule: "api-cached-by-default", settings: [CACHING_OPTIMIZED, EXCEPT_HOST], ..PLAIN },
    Sketch {
        rule: "authorization-not-forwarded",
        settings: [CACHING_DISABLED, "Compress: false"],
        has_authorizer: true,
        ..PLAIN
    },
    Sketch { rule: "query-string-not-forwarded", settings: [CACHING_DISABLED, "Compress: false"], ..PLAIN },
    Sketch { rule: "compression-ineffective", settings: [CACHING_DISABLED, "Compress: true"], ..PLAIN },
    Sketch { rule: "cache-settings-conflict", settings: [EXCEPT_HOST, "Compress: false"], ..PLAIN },
    Sketch { rule: "method-not-allowed", method: "POST", ..PLAIN },
    Sketch { rule: "missing-origin-verify-header", ..PLAIN },
    Sketch { rule: "origin-path-misses-stage", stage: "prod", ..PLAIN },
    Sketch { rule: "path-pattern-misses-stage", pattern: "/api/r{i}/*", ..PLAIN },
    Sketch { rule: "unknown-target-origin", target: "nowhere", ..PLAIN },
    // A name that is missing is a reason of its own.
    Sketch { rule: "unknown-reference", origin: "${Missing{m}}.example.com", causes: 8, ..PLAIN },
];

pub(crate) fn trials() -> Vec<Trial> {
    let sketches = SKETCHES.iter().map(|sketch| {
        let (rule, causes) = (sketch.rule, sketch.causes);
        Trial::test(format!("{rule}::one cause"), move || expect(sketch, &sketch.template(), causes))
    });
    sketches.chain([Trial::test("path-pattern-misses-stage::two causes", two_prefixes)]).collect()
}

/// Two prefixes are two things to strip.
fn two_prefixes() -> Result<(), Failed> {
    let sketch = Sketch { rule: "path-pattern-misses-stage", pattern: "/api/r{i}/*", ..PLAIN };
    let template = sketch.template().replacen("/api/r", "/v1/r", COUNT / 2);
    expect(&sketch, &template, 2)
}

fn expect(sketch: &Sketch, template: &str, causes: usize) -> Result<(), Failed> {
    let inputs = vec![Input::new("template.yaml", template.as_bytes().to_vec())];
    let rules: Vec<_> = RULES.iter().copied().filter(|rule| rule.meta().id == sketch.rule).collect();
    let report = check(inputs, &rules, &Options { pedantic: true, ..Options::default() });
    let found: HashSet<&str> = report.findings.iter().map(|finding| finding.cause.as_str()).collect();
    if (report.findings.len(), found.len()) == (sketch.findings, causes) {
        return Ok(());
    }
    let messages: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
    Err(format!("{} findings have {} causes: {messages:#?}", report.findings.len(), found.len()).into())
}

impl Sketch {
    fn template(&self) -> String {
        let (mut routes, mut origins, mut behaviors) = (String::new(), String::new(), String::new());
        let guard = match self.has_authorizer {
            true => "\n      AuthorizationType: JWT\n      AuthorizerId: !Ref Authorizer",
            false => "",
        };
        for i in 0..COUNT {
            let numbered = |text: &str| {
                text.replace("{i}", &i.to_string()).replace("{m}", &(i % self.causes).to_string())
            };
            let _ = write!(
                routes,
                "  Route{i}:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Api
      RouteKey: {} /r{i}/items{guard}
",
                self.method
            );
            let _ = write!(
                origins,
                "          - Id: o{i}
            DomainName: !Sub '{}'
            CustomOriginConfig:
              OriginProtocolPolicy: https-only
",
                numbered(self.origin)
            );
            let _ = write!(
                behaviors,
                "          - PathPattern: {}
            TargetOriginId: {}
            ViewerProtocolPolicy: https-only
            {}
            {}
",
                numbered(self.pattern),
                numbered(self.target),
                self.settings[0],
                self.settings[1],
            );
        }
        format!(
            "AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: shop
      ProtocolType: HTTP
  Authorizer:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties:
      ApiId: !Ref Api
      AuthorizerType: JWT
      IdentitySource: ['$request.header.Authorization']
      Name: tokens
      JwtConfiguration: {{Audience: [shop], Issuer: https://issuer.example.com}}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties:
      ApiId: !Ref Api
      StageName: {}
{routes}  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: site
            DomainName: site.example.com
            CustomOriginConfig:
              OriginProtocolPolicy: https-only
{origins}        DefaultCacheBehavior:
          TargetOriginId: site
          ViewerProtocolPolicy: https-only
          {CACHING_OPTIMIZED}
        CacheBehaviors:
{behaviors}",
            self.stage
        )
    }
}

//! Who a route knows by what, and whether that reaches the API and the cache key.

#![expect(clippy::expect_used, reason = "a test that is written wrongly may panic")]

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::access::credential::{credentials, may_be_admitted};
use cflint_edge::facts::headers::Method;
use cflint_edge::routes::path::{RequestPath, request_paths};
use cflint_template::links::links;
use cflint_template::model::{self, Graph};
use cflint_template::syntax::parse;
use cflint_template::template::Template;

/// The policy that forwards all but `Host`.
const ALL: &str = "CachePolicyId: !Ref Policy, OriginRequestPolicyId: b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// An HTTP API with one route behind a behavior; `key` is what the cache policy has in its key.
fn template(route: &str, source: &str, origin: &str, behavior: &str, key: &str) -> String {
    format!(
        "
Resources:
  Api: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: shop, ProtocolType: HTTP}}}}
  Authorizer:
    Type: AWS::ApiGatewayV2::Authorizer
    Properties: {{ApiId: !Ref Api, AuthorizerType: JWT, Name: users, IdentitySource: {source}}}
  Route: {{Type: AWS::ApiGatewayV2::Route, Properties: {{ApiId: !Ref Api, RouteKey: GET /users, {route}}}}}
  Stage: {{Type: AWS::ApiGatewayV2::Stage, Properties: {{ApiId: !Ref Api, StageName: $default}}}}
  Policy:
    Type: AWS::CloudFront::CachePolicy
    Properties:
      CachePolicyConfig:
        MinTTL: 0
        DefaultTTL: 60
        MaxTTL: 60
        Name: short
        ParametersInCacheKeyAndForwardedToOrigin: {{{key}}}
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins:
          - Id: it
            DomainName: !Sub '${{Api}}.execute-api.${{AWS::Region}}.amazonaws.com'
            CustomOriginConfig: {{OriginProtocolPolicy: https-only}}
            OriginCustomHeaders: [{origin}]
        DefaultCacheBehavior: {{TargetOriginId: it, {behavior}}}
"
    )
}

fn with_path<T>(text: &str, look: impl FnOnce(&RequestPath<'_>) -> T) -> T {
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    let (_, model) = views.models.first().expect("a view");
    look(request_paths(model).first().expect("a path"))
}

/// Each credential with whether it arrives and whether it is in the key, and whether a request with all can succeed.
fn seen(route: &str, source: &str, origin: &str, behavior: &str, key: &str) -> String {
    with_path(&template(route, source, origin, behavior, key), |path| {
        let [sample] = path.samples() else { return "no call".to_owned() };
        let found = credentials(path.model, sample.entrance.api, sample.route);
        let mut seen: Vec<String> = found
            .iter()
            .map(|credential| {
                let carrier = &credential.carrier;
                format!(
                    "{} {:?}: arrives {:?}, in key {:?}",
                    carrier.name(),
                    credential.certainty,
                    carrier.arrives(path, Method::Get),
                    carrier.in_key(&path.forwarding),
                )
            })
            .collect();
        if !may_be_admitted(path, sample) {
            seen.push("refused".to_owned());
        }
        seen.join("; ")
    })
}

const GUARDED: &str = "AuthorizationType: JWT, AuthorizerId: !Ref Authorizer";
const NOTHING: &str = "CookiesConfig: {CookieBehavior: none}, HeadersConfig: {HeaderBehavior: none}, QueryStringsConfig: {QueryStringBehavior: none}";

#[test]
fn each_identity_source_is_followed() {
    let sources = "['$request.header.Authorization', '$request.querystring.token', '$request.header.cookie']";
    assert_eq!(
        seen(GUARDED, sources, "", ALL, NOTHING),
        "`Authorization` Certain: arrives True, in key False; \
         query string `token` Certain: arrives True, in key False; \
         `Cookie` Certain: arrives True, in key False"
    );
    let key = "CookiesConfig: {CookieBehavior: all}, HeadersConfig: {HeaderBehavior: whitelist, Headers: [authorization]}, QueryStringsConfig: {QueryStringBehavior: whitelist, QueryStrings: [token]}";
    assert_eq!(
        seen(GUARDED, sources, "", ALL, key),
        "`Authorization` Certain: arrives True, in key True; \
         query string `token` Certain: arrives True, in key True; \
         `Cookie` Certain: arrives True, in key True"
    );
}

#[test]
fn some_cookies_in_the_key_decide_nothing() {
    let key = "CookiesConfig: {CookieBehavior: whitelist, Cookies: [theme]}, HeadersConfig: {HeaderBehavior: none}, QueryStringsConfig: {QueryStringBehavior: none}";
    let source = "['$request.header.Cookie']";
    assert_eq!(seen(GUARDED, source, "", ALL, key), "`Cookie` Certain: arrives True, in key Unknown");
    // Nothing else is forwarded.
    assert_eq!(
        seen(GUARDED, source, "", "CachePolicyId: !Ref Policy", key),
        "`Cookie` Certain: arrives True, in key True"
    );
}

#[test]
fn what_does_not_arrive_lets_nobody_in() {
    let source = "['$request.header.Authorization']";
    let alone = "CachePolicyId: !Ref Policy";
    assert_eq!(
        seen(GUARDED, source, "", alone, NOTHING),
        "`Authorization` Certain: arrives False, in key False; refused"
    );
    // A header that the origin adds is nobody's own.
    let added = "{HeaderName: authorization, HeaderValue: secret}";
    assert_eq!(
        seen(GUARDED, source, added, ALL, NOTHING),
        "`Authorization` Certain: arrives False, in key False"
    );
    assert_eq!(
        seen("AuthorizationType: AWS_IAM", source, "", alone, NOTHING),
        "`Authorization` Probable: arrives False, in key False; refused"
    );
}

#[test]
fn settings_from_before_there_were_policies() {
    let legacy =
        "ForwardedValues: {QueryString: true, QueryStringCacheKeys: [page], Cookies: {Forward: all}}";
    let sources = "['$request.header.X-Token', '$request.querystring.token', '$request.querystring.page', '$request.header.Cookie']";
    assert_eq!(
        seen(GUARDED, sources, "", legacy, NOTHING),
        "`X-Token` Certain: arrives True, in key False; \
         query string `token` Certain: arrives True, in key False; \
         query string `page` Certain: arrives True, in key True; \
         `Cookie` Certain: arrives True, in key True"
    );
    assert_eq!(
        seen(GUARDED, "['$request.header.Authorization']", "", legacy, NOTHING),
        "`Authorization` Certain: arrives False, in key False; refused"
    );
}

#[test]
fn an_authorizer_that_is_elsewhere_is_guessed() {
    let route = "AuthorizationType: JWT, AuthorizerId: !ImportValue Users";
    assert_eq!(seen(route, "[]", "", ALL, NOTHING), "`Authorization` Uncertain: arrives True, in key False");
    assert_eq!(seen("AuthorizationType: NONE", "[]", "", ALL, NOTHING), "");
}

#[test]
fn what_only_the_key_sends_is_lost_without_it() {
    let needs_no_key = |behavior: &str, key: &str| {
        with_path(&template(GUARDED, "[]", "", behavior, key), |path| {
            let forwarding = &path.forwarding;
            [&forwarding.headers, &forwarding.cookies, &forwarding.query_strings]
                .map(cflint_edge::behavior::selection::Selection::needs_no_key)
        })
    };
    let key = "CookiesConfig: {CookieBehavior: all}, HeadersConfig: {HeaderBehavior: whitelist, Headers: [Accept]}, QueryStringsConfig: {QueryStringBehavior: allExcept, QueryStrings: [utm]}";
    assert_eq!(needs_no_key("CachePolicyId: !Ref Policy", key), [false, false, false]);
    assert_eq!(needs_no_key(ALL, key), [true, true, true]);
    assert_eq!(needs_no_key("CachePolicyId: !Ref Policy", NOTHING), [true, true, true]);
    let key = key.replace("Accept", "CloudFront-Viewer-Country");
    assert_eq!(needs_no_key(ALL, &key), [false, true, true]);
}

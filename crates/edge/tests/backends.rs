//! What the domain name of an origin points to, and what its behavior forwards, in whole templates.

#![expect(clippy::expect_used, reason = "a test that is written wrongly may panic")]

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::origin::backend::Backend;
use cflint_edge::routes::path::{RequestPath, request_paths};
use cflint_template::links::links;
use cflint_template::model::{self, Graph};
use cflint_template::syntax::parse;
use cflint_template::template::Template;

/// A template with one distribution, one origin and whatever the test adds to them.
fn template(domain_name: &str, config: &str, behavior: &str) -> String {
    format!(
        "
Parameters:
  Id: {{Type: String}}
  Names: {{Type: CommaDelimitedList, Default: 'Accept,Host'}}
Resources:
  Api: {{Type: AWS::ApiGateway::RestApi}}
  Http: {{Type: AWS::ApiGatewayV2::Api}}
  Url: {{Type: AWS::Lambda::Url}}
  Domain: {{Type: AWS::ApiGatewayV2::DomainName, Properties: {{DomainName: api.example.com}}}}
  Balancer: {{Type: AWS::ElasticLoadBalancingV2::LoadBalancer}}
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins: [{{Id: it, DomainName: {domain_name}, CustomOriginConfig: {{OriginProtocolPolicy: https-only}}}}]
        DefaultCacheBehavior: {{TargetOriginId: it{behavior}}}
{config}
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

fn backend(domain_name: &str) -> String {
    with_path(&template(domain_name, "", ""), |path| match &path.backend {
        Backend::ExecuteApi { api, id, region } => {
            format!("{id} in {region}, {}", api.map_or("elsewhere".to_owned(), |api| api.id.clone()))
        }
        Backend::ApiDomain(domain) => format!("domain {}", domain.id),
        Backend::ApiDomainTarget { domain, is_regional } => {
            let kind = if *is_regional { "regional" } else { "edge" };
            format!("{kind} target of {}", domain.map_or("elsewhere", |domain| domain.id.as_str()))
        }
        Backend::LambdaUrl(url) => format!("function URL {}", url.map_or("elsewhere", |url| url.id.as_str())),
        other => format!("{other:?}"),
    })
}

#[test]
fn domain_names() {
    let cases = [
        ("!Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com'", "{Api} in {region}, Api"),
        ("!Sub '${Api}.EXECUTE-API.eu-west-1.amazonaws.com'", "{Api} in eu-west-1, Api"),
        ("!Sub 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com'", "{Api} in {region}, Api"),
        ("!Select [2, !Split [/, !GetAtt Http.ApiEndpoint]]", "{Http} in {region}, Http"),
        ("a1b2c3.execute-api.eu-west-1.amazonaws.com", "a1b2c3 in eu-west-1, elsewhere"),
        // As far as the template says, the parameter may hold dots; what follows it tells that it does not.
        ("!Sub '${Id}.execute-api.${AWS::Region}.amazonaws.com'", "{Id} in {region}, elsewhere"),
        (
            "!Join ['', [!ImportValue id, .execute-api., us-east-1, .amazonaws.com]]",
            "{import id} in us-east-1, elsewhere",
        ),
        ("!Select [2, !Split [/, !GetAtt Url.FunctionUrl]]", "function URL Url"),
        ("!Sub '${Id}.lambda-url.${AWS::Region}.on.aws'", "function URL elsewhere"),
        ("!Ref Domain", "domain Domain"),
        ("API.example.com", "domain Domain"),
        ("!GetAtt Domain.RegionalDomainName", "regional target of Domain"),
        ("!GetAtt Domain.DistributionDomainName", "edge target of Domain"),
        ("d-abc.execute-api.eu-west-1.amazonaws.com", "regional target of elsewhere"),
        ("!Sub 'd-${Id}.execute-api.eu-west-1.amazonaws.com'", "regional target of elsewhere"),
        ("vpce-0a1-b2.execute-api.eu-west-1.vpce.amazonaws.com", "Other"),
        ("execute-api.example.com", "Other"),
        ("shop.execute-api-docs.example.com", "Other"),
        ("!GetAtt Balancer.DNSName", "LoadBalancer"),
        ("!Sub 'dualstack.${Balancer.DNSName}'", "LoadBalancer"),
        ("web-123.eu-west-1.elb.amazonaws.com", "LoadBalancer"),
        ("Web-0a1b.elb.eu-west-1.amazonaws.com", "LoadBalancer"),
        ("!Sub 'web-123.${AWS::Region}.elb.${AWS::URLSuffix}'", "LoadBalancer"),
        ("!Sub '${Id}.elb.${AWS::Region}.amazonaws.com'", "LoadBalancer"),
        ("web-123.cn-north-1.elb.amazonaws.com.cn", "LoadBalancer"),
        ("web.elb.example.com", "Other"),
        ("elb.example.com", "Other"),
        ("shop.s3-website-eu-west-1.amazonaws.com", "Website"),
        ("shop.s3-website.eu-central-1.amazonaws.com", "Website"),
        ("www.example.com", "Other"),
        ("!Ref Id", "Unknown"),
        ("!ImportValue host", "Unknown"),
    ];
    for (domain_name, expected) in cases {
        assert_eq!(backend(domain_name), expected, "{domain_name}");
    }
}

#[test]
fn a_wildcard_alias_makes_a_readable_host() {
    let text = template("www.example.com", "        Aliases: ['*.example.com']", "");
    assert_eq!(with_path(&text, |path| path.viewer_host()), "www.example.com");
}

#[test]
fn a_list_by_default_says_so() {
    let text = template("!Ref Id", "", ", ForwardedValues: {QueryString: true, Headers: !Ref Names}");
    let default = with_path(&text, |path| {
        let selected = path.forwarding.headers.selects("host");
        selected.item.and_then(|item| item.rests_on_default()).map(|(parameter, _)| parameter.to_owned())
    });
    assert_eq!(default.as_deref(), Some("Names"));
}

#[test]
fn a_policy_that_others_can_use_is_shared() {
    let policy = "  Policy: {Type: AWS::CloudFront::OriginRequestPolicy}";
    let with = |more: &str| {
        template("!Ref Id", &format!("{policy}\n{more}"), ", OriginRequestPolicyId: !Ref Policy")
    };
    let other = "  Other: {Type: AWS::CloudFront::Distribution, Properties: {X: !Ref Policy}}";
    for (more, expected) in [
        ("", false),
        (other, true),
        ("Outputs: {Policy: {Value: !Ref Policy}}", true),
        ("Outputs: {Policy: {Value: !GetAtt Policy.Id}}", true),
    ] {
        let shared =
            with_path(&with(more), |path| path.forwarding.headers.sources.iter().any(|source| source.shared));
        assert_eq!(shared, expected, "{more}");
    }
}

//! Whether the CORS configuration of an API names another site than the distribution.

#![expect(clippy::expect_used, reason = "a test that is written wrongly may panic")]

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::access::cross_site::names_other_site;
use cflint_template::links::links;
use cflint_template::model::{self, Graph};
use cflint_template::syntax::parse;
use cflint_template::template::Template;

fn names_other(aliases: &str, origins: &str) -> bool {
    let text = format!(
        "
Parameters: {{Site: {{Type: String}}}}
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {{ProtocolType: HTTP, CorsConfiguration: {{AllowOrigins: {origins}}}}}
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Aliases: {aliases}
        Origins: [{{Id: it, DomainName: !Sub '${{Api}}.execute-api.eu-west-1.amazonaws.com'}}]
        DefaultCacheBehavior: {{TargetOriginId: it}}
"
    );
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    let model = &views.models.first().expect("a view").1;
    let cors = model.apis.first().and_then(|api| api.cors.known()).expect("CORS");
    names_other_site(model, cors)
}

#[test]
fn a_name_that_is_no_alias_is_another_site() {
    assert!(names_other("[www.example.com]", "[https://app.example.com]"));
    assert!(names_other("[www.example.com]", "[https://www.example.com, 'https://APP.example.com:8443']"));
    assert!(names_other("[]", "[https://app.example.com]"));
}

#[test]
fn a_name_that_may_be_an_alias_is_none() {
    assert!(!names_other("[app.example.com]", "[https://app.example.com]"));
    assert!(!names_other("['*.example.com']", "['https://APP.example.com']"));
    assert!(!names_other("[!Ref Site]", "[https://app.example.com]"));
    assert!(!names_other("!Ref Site", "[https://app.example.com]"));
    assert!(!names_other("[www.example.com]", "[https://d111111abcdef8.cloudfront.net]"));
}

#[test]
fn what_names_no_site_is_none() {
    for origins in ["['*']", "['https://*']", "[!Ref Site]", "!Ref Site", "['http://localhost:3000', 'null']"]
    {
        assert!(!names_other("[www.example.com]", origins), "{origins}");
    }
}

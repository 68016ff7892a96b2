//! The name under which examples come to a distribution.

#![expect(clippy::expect_used, reason = "a test that is written wrongly may panic")]

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::routes::viewer_host::viewer_host;
use cflint_template::links::links;
use cflint_template::model::{self, Graph};
use cflint_template::syntax::parse;
use cflint_template::template::Template;

fn host(aliases: &str) -> String {
    let text = format!(
        "
Resources:
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig: {{Aliases: {aliases}, DefaultCacheBehavior: {{TargetOriginId: it}}}}
"
    );
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    viewer_host(&views.models.first().expect("a view").1.distribution)
}

#[test]
fn a_name_that_is_written_comes_before_one_that_is_made_up() {
    assert_eq!(host("['*.example.com', example.com]"), "example.com");
    assert_eq!(host("[example.com, www.example.com]"), "example.com");
    assert_eq!(host("['*.example.com', '*.example.net']"), "www.example.com");
    assert_eq!(host("[]"), "d111111abcdef8.cloudfront.net");
}

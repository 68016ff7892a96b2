use cflint_diagnostics::{Applicability, Severity};
use cflint_template::edit::NewValue;
use cflint_template::model::Model;

use super::*;
use crate::context::Context;
use crate::meta::{FixAvailability, Group, RuleMeta};
use crate::rule::Declared;

/// Wants `OriginPath` to be `/a` where it is `/b`, and the other way round.
struct Flip;

static META: RuleMeta = RuleMeta {
    id: "flip",
    group: Group::Deploy,
    summary: "",
    docs: "",
    severity: Severity::Error,
    pedantic: false,
    fix: FixAvailability::Unsafe,
    aliases: &[],
    cdk: "",
    file: "",
    line: 1,
};

impl Declared for Flip {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
}

impl Rule for Flip {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for origin in model.distribution.origins.iter() {
            let other = if origin.path.literal() == Some("/a") { "/b" } else { "/a" };
            let edits = cx.replace(&origin.path, &NewValue::Text(other));
            cx.report(&origin.path, "the other one").fix(Applicability::Unsafe, "flip", edits);
        }
    }
}

static RULES: [&dyn Rule; 1] = [&Flip];

const TEMPLATE: &str = "\
Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins: [{Id: api, DomainName: api.example.com, OriginPath: /a, CustomOriginConfig: {}}]
        DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
";

fn run(inputs: Vec<Input>) -> Fixed {
    fix(inputs, &RULES, &Options::default(), Applicability::Unsafe, &|_, _| true, &|_| true)
}

#[test]
fn fixes_that_undo_each_other_end_and_say_why() {
    let first = run(vec![Input::new("edge.yaml", TEMPLATE.as_bytes().to_vec())]);
    let second = run(first.inputs.clone());
    assert!(second.changed.is_empty() && second.mended.is_empty(), "{:?}", second.mended);
    let why: Vec<&str> = second.refused.iter().map(|refused| refused.why.as_str()).collect();
    assert_eq!(why, ["another fix would undo it"]);
}

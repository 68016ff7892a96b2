use cflint_edge::facts::edge_function::{Clash, FunctionFault, REGION, clashes, events, faults};
use cflint_edge::words::{any_of, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, EdgeFunction, Model, Prop};
use cflint_template::value::Text;

use crate::shared::confidence::confidence_of;
use crate::shared::written::is_filled_in;

declare_rule! {
    /// ## What it does
    /// Reports edge functions that CloudFront does not accept: a Lambda@Edge function without a version, by an alias,
    /// or outside us-east-1; an event that this kind of function does not have; a function of the other kind; and
    /// functions that cannot be combined in one behavior.
    ///
    /// ## Why is this bad?
    /// CloudFront copies one numbered version of a Lambda function to its locations. It rejects any other ARN, for
    /// example with `The function ARN must reference a specific function version. (The ARN must end with the version
    /// number.)` CloudFront Functions have only the two viewer events, each event accepts one function, and the two
    /// kinds cannot share the viewer events of a behavior.
    ///
    /// ## Remediation
    /// Reference an `AWS::Lambda::Version` with `!Ref`, in a stack in us-east-1. In a SAM template, set
    /// `AutoPublishAlias: live` and write `LambdaFunctionARN: !Ref EdgeFunction.Version`. In CDK use
    /// `experimental.EdgeFunction`, which is created in us-east-1 and provides its `currentVersion`.
    ///
    /// ## Exceptions
    /// ARNs that are known only at deployment, such as those of imports, parameters and custom resources, are not
    /// reported.
    ///
    /// ## References
    /// - [Restrictions on Lambda@Edge](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html)
    /// - [Restrictions on all edge functions](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html)
    /// - [AWS::CloudFront::Distribution LambdaFunctionAssociation](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-lambdafunctionassociation.html)
    pub(crate) EdgeFunctionInvalid {
        id: "edge-function-invalid",
        group: Deploy,
        summary: "CloudFront does not accept an edge function",
        severity: Error,
        fix: None,
        cdk: "`experimental.EdgeFunction` and its `currentVersion` in `edgeLambdas`",
    }
}

impl Rule for EdgeFunctionInvalid {
    fn behavior(&self, behavior: &Behavior, _model: &Model, cx: &mut Context<'_>) {
        for (function, prop, fault) in faults(behavior) {
            if !prop.known().is_some_and(is_filled_in) {
                report(behavior, function, prop, &fault, cx);
            }
        }
        for clash in clashes(behavior) {
            beside(behavior, &clash, cx);
        }
    }
}

fn kind(function: &EdgeFunction) -> &'static str {
    if function.is_lambda { "a Lambda@Edge function" } else { "a CloudFront Function" }
}

fn report(
    behavior: &Behavior,
    function: &EdgeFunction,
    prop: &Prop<Text>,
    fault: &FunctionFault,
    cx: &mut Context<'_>,
) {
    const VERSION: &str = "CloudFront reportedly responds: `The function ARN must reference a specific function version. (The ARN must end with the version number.)`";
    let (message, label, note, help) = match fault {
        FunctionFault::Event(event) => (
            format!("{} cannot run on the event `{event}`", kind(function)),
            "not one of its events",
            format!("`EventType` must be {} here", any_of(&quoted(events(function.is_lambda)))),
            if function.is_lambda {
                "use one of them"
            } else {
                "use one of them, or Lambda@Edge for an origin event"
            },
        ),
        FunctionFault::OtherKind if function.is_lambda => (
            "a CloudFront Function is in `LambdaFunctionAssociations`, which accepts only Lambda functions"
                .to_owned(),
            "not a Lambda function",
            "CloudFront rejects the ARN of a function of the other kind".to_owned(),
            "move it to `FunctionAssociations`, as `FunctionARN`",
        ),
        FunctionFault::OtherKind => (
            "a Lambda function is in `FunctionAssociations`, which accepts only CloudFront Functions"
                .to_owned(),
            "not a CloudFront Function",
            "CloudFront rejects the ARN of a function of the other kind".to_owned(),
            "move it to `LambdaFunctionAssociations`, as `LambdaFunctionARN`",
        ),
        FunctionFault::Unversioned => (
            "Lambda@Edge requires a numbered version of the function".to_owned(),
            "does not name a version",
            VERSION.to_owned(),
            "use `!Ref` of an `AWS::Lambda::Version`; in SAM `AutoPublishAlias` and `!Ref Function.Version`",
        ),
        FunctionFault::Alias => (
            "Lambda@Edge requires a numbered version of the function, not an alias".to_owned(),
            "an alias",
            VERSION.to_owned(),
            "use `!Ref` of an `AWS::Lambda::Version`; in SAM `AutoPublishAlias` and `!Ref Function.Version`",
        ),
        FunctionFault::Region(region) => (
            format!("Lambda@Edge accepts only functions in `{REGION}`, but this one is in `{region}`"),
            "in another region",
            format!("CloudFront copies the function from `{REGION}` to its locations"),
            "deploy the function in a stack in us-east-1, and pass the ARN of its version to this stack",
        ),
    };
    // Without the index in the list, so that a function can move within it.
    let list = if function.is_lambda { "LambdaFunctionAssociations" } else { "FunctionAssociations" };
    let path = prop.property.to_string();
    let name = path.rsplit('.').next().unwrap_or_default();
    cx.report(prop, message)
        .property(format!("{}.{list}.{name}", behavior.property()))
        .label(label)
        .note(note)
        .help(help);
}

fn beside(behavior: &Behavior, clash: &Clash<'_>, cx: &mut Context<'_>) {
    let (first, second) = (clash.first, clash.second);
    let event = second.event.literal().unwrap_or_default();
    let message = if clash.is_same_event {
        format!("behavior `{}` has two functions on `{event}`", behavior.name())
    } else {
        format!("behavior `{}` has both kinds of function on viewer events", behavior.name())
    };
    cx.report(second.event.span, message)
        .label(kind(second))
        .related(first.event.span, kind(first))
        .note("each event accepts one function, and CloudFront Functions and Lambda@Edge cannot share the viewer events of a behavior")
        .help("combine both in one function, or move the Lambda@Edge function to an origin event")
        .cause(if clash.is_same_event { event } else { "both kinds" })
        .property(behavior.property())
        .rests_on(&first.event)
        .rests_on(&second.event)
        .at_most(confidence_of(clash.certainty()));
}

use cflint_diagnostics::Span;
use cflint_edge::facts::edge_function::{Clash, FunctionFault, REGION, clashes, events, faults};
use cflint_edge::facts::edge_settings::{Setting, SettingFault, setting_faults};
use cflint_edge::words::{any_of, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, EdgeFunction, Model, Prop};
use cflint_template::value::Text;

use crate::shared::confidence::confidence_of;
use crate::shared::written::is_filled_in;

declare_rule! {
    /// ## What it does
    /// Reports edge functions that CloudFront does not accept: a Lambda@Edge function without a version, by an alias,
    /// or outside us-east-1; an event that this kind of function does not have; a function of the other kind;
    /// functions that cannot be combined in one behavior; settings of a Lambda function that Lambda@Edge does not allow;
    /// a role that Lambda@Edge cannot assume; and CloudFront Functions that are not published, or that have a key value store and a runtime without any.
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
    /// On viewer events, use either CloudFront Functions or Lambda@Edge, and one function for each event. A Lambda@Edge
    /// function has at most 5 seconds and 128 MB there, 30 seconds on origin events, and nowhere environment variables,
    /// a VPC, layers, container images or arm64. Its role has to trust `edgelambda.amazonaws.com` as well, which the
    /// role that SAM creates does not: give the function an `AssumeRolePolicyDocument`. A CloudFront Function needs
    /// `AutoPublish: true`, and `Runtime: cloudfront-js-2.0` for a key value store, of which it can have one.
    ///
    /// ## Exceptions
    /// ARNs that are known only at deployment, such as those of imports, parameters and custom resources, are not
    /// reported, nor are settings of functions that are not in the template, or that have no effect at the edge, such as
    /// X-Ray tracing. A function without `AutoPublish` may have been
    /// published by hand, so the finding is only likely.
    ///
    /// ## References
    /// - [Restrictions on Lambda@Edge](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html)
    /// - [Set up IAM permissions and roles for Lambda@Edge](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html)
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
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let mut seen: Vec<(Span, &str)> = Vec::new();
        for behavior in model.distribution.all_behaviors() {
            for fault in setting_faults(behavior) {
                let place = (fault.span, fault.property);
                if !seen.contains(&place) {
                    seen.push(place);
                    report_setting(behavior, &fault, cx);
                }
            }
        }
    }

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
    let finding = cx
        .report(prop, message)
        .property(format!("{}.{list}.{name}", behavior.property()))
        .label(label)
        .note(note)
        .help(help);
    match fault {
        FunctionFault::Event(_) if function.is_lambda => finding.cdk("`eventType` in `edgeLambdas`"),
        FunctionFault::Event(_) => finding.cdk("`eventType` in `functionAssociations`, or `edgeLambdas`"),
        FunctionFault::OtherKind => finding
            .cdk("`functionAssociations` for a `Function` of CloudFront, `edgeLambdas` for one of Lambda"),
        FunctionFault::Unversioned | FunctionFault::Alias | FunctionFault::Region(_) => finding,
    };
}

/// What is wrong with the function, at the line of the function.
fn report_setting(behavior: &Behavior, fault: &SettingFault<'_>, cx: &mut Context<'_>) {
    let (id, kind) = fault.resource;
    let event = fault.function.event.literal().unwrap_or("this event");
    let lambda = fault.function.lambda.as_ref().map_or(id, |lambda| lambda.id.as_str());
    let (message, label, help, cdk) = match &fault.setting {
        Setting::Timeout { seconds, most } => (
            format!("`{id}` may run for {seconds} seconds, but Lambda@Edge allows {most} on `{event}`"),
            format!("more than {most}"),
            format!("set `Timeout: {most}` or less"),
            "`timeout` of the function",
        ),
        Setting::Memory { megabytes, most } => (
            format!("`{id}` has {megabytes} MB of memory, but Lambda@Edge allows {most} on `{event}`"),
            format!("more than {most}"),
            format!("set `MemorySize: {most}` or less, or use an origin event"),
            "`memorySize` of the function",
        ),
        Setting::Feature(name) => (
            format!("Lambda@Edge does not support `{name}`, which `{id}` has"),
            "not supported at the edge".to_owned(),
            instead(name).to_owned(),
            instead_in_cdk(name),
        ),
        Setting::Runtime(runtime) => (
            format!("Lambda@Edge does not support the runtime `{runtime}` of `{id}`"),
            "neither Node.js nor Python".to_owned(),
            "use a runtime for Node.js or Python".to_owned(),
            "`runtime` of the function",
        ),
        Setting::Role(role) => (
            format!("the role of Lambda@Edge function `{lambda}` does not trust `edgelambda.amazonaws.com`"),
            "Lambda@Edge cannot assume this role".to_owned(),
            if *role == lambda {
                "write `AssumeRolePolicyDocument` with both principals: `Service: [lambda.amazonaws.com, edgelambda.amazonaws.com]`"
            } else {
                "write both principals: `Service: [lambda.amazonaws.com, edgelambda.amazonaws.com]`"
            }
            .to_owned(),
            "`assumedBy: new CompositePrincipal(…)` of the `Role`, or `experimental.EdgeFunction` without `role`",
        ),
        Setting::OldRuntime => (
            format!("`{id}` has a key value store, which its runtime does not support"),
            "has no key value stores".to_owned(),
            "use `Runtime: cloudfront-js-2.0`".to_owned(),
            "`runtime: FunctionRuntime.JS_2_0` of the `Function`",
        ),
        Setting::Stores(count) => (
            format!("`{id}` has {count} key value stores, but a function can have one"),
            "more than one".to_owned(),
            "keep one store, with prefixes in its keys for what was in the others".to_owned(),
            "`keyValueStore` of the `Function`",
        ),
        Setting::Unpublished { is_absent } => (
            format!("nothing publishes `{id}`, and a behavior can use only a published function"),
            if *is_absent { "no `AutoPublish`" } else { "stays in development" }.to_owned(),
            "set `AutoPublish: true`".to_owned(),
            "`autoPublish: true` of the `Function`",
        ),
    };
    let what = if fault.function.is_lambda { "Lambda@Edge" } else { "a CloudFront Function" };
    cx.report(fault.span, message)
        .property(fault.property)
        .resource(id, kind)
        .label(label)
        .related(fault.function.event.span, format!("behavior `{}` runs it as {what}", behavior.name()))
        .note(match &fault.setting {
            Setting::OldRuntime | Setting::Stores(_) => "CloudFront rejects the function when it is deployed",
            Setting::Unpublished { .. } => {
                "CloudFront rejects the distribution, unless someone publishes the function first"
            }
            Setting::Role(_) => "CloudFront rejects the distribution: `The function execution role must be assumable with edgelambda.amazonaws.com as well as lambda.amazonaws.com principals.`",
            _ => "CloudFront rejects the distribution when it is deployed",
        })
        .help(help)
        .cdk(cdk)
        .rests_on_default(fault.default)
        .at_most(confidence_of(fault.certainty));
}

/// What to do without a feature of Lambda.
fn instead(feature: &str) -> &'static str {
    match feature {
        "Environment" => {
            "remove `Environment`; put the values into the code, or into custom headers of the origin"
        }
        "VpcConfig" => "remove `VpcConfig`: the function runs outside of any VPC",
        "Layers" => "remove `Layers`, and put their content into the package of the function",
        "PackageType" => "use a .zip package instead of a container image",
        _ => "use `Architectures: [x86_64]`",
    }
}

fn instead_in_cdk(feature: &str) -> &'static str {
    match feature {
        "Environment" => "no `environment`",
        "VpcConfig" => "no `vpc`",
        "Layers" => "no `layers`",
        "PackageType" => "`Function` instead of `DockerImageFunction`",
        _ => "`architecture: Architecture.X86_64`",
    }
}

fn beside(behavior: &Behavior, clash: &Clash<'_>, cx: &mut Context<'_>) {
    let (first, second) = (clash.first, clash.second);
    let event = second.event.literal().unwrap_or_default();
    let message = if clash.is_same_event {
        format!("behavior `{}` has two functions on `{event}`", behavior.name())
    } else {
        format!("behavior `{}` has both kinds of function on viewer events", behavior.name())
    };
    let (help, cdk) = match (first.is_lambda, second.is_lambda) {
        (false, true) => (
            "use an origin event for the Lambda@Edge function, such as `EventType: origin-request`, or remove one of the two",
            "`eventType: LambdaEdgeEventType.ORIGIN_REQUEST` in `edgeLambdas`, or no `functionAssociations`",
        ),
        (_, false) => (
            "combine both in one function, or use the other event for one of them",
            "one entry of `functionAssociations` for each `eventType`",
        ),
        (true, true) => (
            "combine both in one function, or use another event for one of them",
            "one entry of `edgeLambdas` for each `eventType`",
        ),
    };
    cx.report(second.event.span, message)
        .label(kind(second))
        .related(first.event.span, kind(first))
        .note("each event accepts one function, and CloudFront Functions and Lambda@Edge cannot share the viewer events of a behavior")
        .help(help)
        .cdk(cdk)
        .cause(if clash.is_same_event { event } else { "both kinds" })
        .property(behavior.property())
        .rests_on(&first.event)
        .rests_on(&second.event);
}

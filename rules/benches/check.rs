//! How much a whole check costs compared with parsing alone: the ratio is printed, nothing is asserted.
//!
//! `cargo bench -p cflint-rules`

#![expect(clippy::disallowed_methods, reason = "it reads files of this repository")]
#![expect(clippy::print_stdout, reason = "the ratio is what this prints")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use cflint_diagnostics::FileId;
use cflint_linter::{Input, Options, StackOf, check};
use cflint_rules::RULES;
use cflint_template::assembly;
use cflint_template::syntax;
use criterion::Criterion;

fn main() {
    let inputs =
        [("10 KB YAML", yaml(10 << 10)), ("1 MB YAML", yaml(1 << 20)), ("1 MB CDK JSON", cdk_json(1 << 20))];
    let mut criterion = Criterion::default().without_plots().sample_size(20).configure_from_args();
    for (name, text) in &inputs {
        let is_json = name.ends_with("JSON");
        criterion.bench_function(&format!("{name}/parser"), |bencher| {
            bencher.iter(|| if is_json { bare_json(black_box(text)) } else { bare_yaml(black_box(text)) });
        });
        criterion.bench_function(&format!("{name}/tree"), |bencher| {
            bencher.iter(|| black_box(syntax::load(FileId(0), black_box(text.as_bytes())).is_ok()));
        });
        criterion.bench_function(&format!("{name}/check"), |bencher| {
            bencher.iter(|| {
                let input = Input::new("t", text.as_bytes().to_vec());
                black_box(check(vec![input], RULES, &Options::default()).findings.len())
            });
        });
    }
    for stacks in STACKS {
        let inputs = assembly(stacks);
        criterion.bench_function(&format!("{stacks} stacks/tree"), |bencher| {
            bencher
                .iter(|| inputs.iter().filter(|input| syntax::load(FileId(0), &input.bytes).is_ok()).count());
        });
        criterion.bench_function(&format!("{stacks} stacks/check"), |bencher| {
            bencher.iter(|| black_box(check(inputs.clone(), RULES, &Options::default()).findings.len()));
        });
    }
    criterion.final_summary();
    for stacks in STACKS {
        let name = format!("{stacks} stacks");
        if let (Some(check), Some(tree)) = (median(&name, "check"), median(&name, "tree")) {
            println!(
                "{name}: check ÷ tree on one thread = {:.2}, check for each stack = {:.0} µs",
                check / tree,
                check / stacks as f64 / 1000.0
            );
        }
    }
    for (name, text) in &inputs {
        let ratio = |to: &str| Some(median(name, "check")? / median(name, to)?);
        if let (Some(parser), Some(tree)) = (ratio("parser"), ratio("tree")) {
            println!(
                "{name} ({} bytes): check ÷ bare parser = {parser:.2}, check ÷ tree = {tree:.2}",
                text.len()
            );
        }
    }
}

/// The sizes of the assemblies: the cost of each stack should not grow.
const STACKS: [usize; 3] = [50, 100, 200];

/// An app of pairs of stacks, an API and a distribution that imports it; every distribution also imports from one
/// stack that all share.
fn assembly(stacks: usize) -> Vec<Input> {
    let pairs = stacks / 2;
    let mut artifacts = serde_json::Map::new();
    let mut files = BTreeMap::new();
    let mut add = |name: String, template: serde_json::Value| {
        let file = format!("{name}.template.json");
        let artifact = serde_json::json!({"type": "aws:cloudformation:stack", "environment": "aws://111122223333/us-east-1",
            "properties": {"templateFile": file}});
        artifacts.insert(name, artifact);
        files.insert(file, indented(&template).into_bytes());
    };
    let export =
        |name: &str, value: serde_json::Value| serde_json::json!({"Value": value, "Export": {"Name": name}});
    add(
        "Shared".to_owned(),
        serde_json::json!({"Resources": {"Secret": {"Type": "AWS::SecretsManager::Secret"}},
        "Outputs": {"Secret": export("Shared:Secret", serde_json::json!({"Ref": "Secret"}))}}),
    );
    for pair in 1..pairs {
        let mut api: serde_json::Value = serde_json::from_str(&cdk_json(20 << 10)).unwrap_or_default();
        if let Some(resources) = api["Resources"].as_object_mut() {
            resources.remove("Cdn");
        }
        api["Outputs"] =
            serde_json::json!({"Api": export(&format!("Api{pair}:Api"), serde_json::json!({"Ref": "Api"}))});
        add(format!("Api{pair}"), api);
        let import = |name: String| serde_json::json!({"Fn::ImportValue": name});
        add(
            format!("Edge{pair}"),
            serde_json::json!({"Resources": {"Cdn": {"Type": "AWS::CloudFront::Distribution",
            "Properties": {"DistributionConfig": {"Enabled": true,
                "Origins": [{"Id": "api", "DomainName": {"Fn::Join": ["", [import(format!("Api{pair}:Api")), ".execute-api.us-east-1.amazonaws.com"]]},
                    "OriginPath": "/prod", "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
                    "OriginCustomHeaders": [{"HeaderName": "x-verify", "HeaderValue": import("Shared:Secret".to_owned())}]}],
                "DefaultCacheBehavior": {"TargetOriginId": "api", "ViewerProtocolPolicy": "https-only",
                    "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"}}}}}}),
        );
    }
    let manifest = serde_json::json!({"version": "55.0.0", "artifacts": artifacts});
    files.insert("manifest.json".to_owned(), manifest.to_string().into_bytes());
    let read = assembly::read(&mut |path| files.get(path).cloned().ok_or_else(|| "no such file".to_owned()));
    let stack = |stack: assembly::Stack| Input {
        stack: Some(StackOf { facts: stack.facts, is_nested: stack.is_nested }),
        ..Input::new(stack.template, stack.bytes)
    };
    read.stacks.into_iter().map(stack).collect()
}

fn bare_yaml(text: &str) -> usize {
    granit_parser::Parser::new_from_str(text).filter_map(Result::ok).count()
}

fn bare_json(text: &str) -> usize {
    jsonc_parser::parse_to_ast(
        text,
        &jsonc_parser::CollectOptions::default(),
        &jsonc_parser::ParseOptions::default(),
    )
    .map_or(0, |ast| usize::from(ast.value.is_some()))
}

/// The median time in nanoseconds that criterion has just written down.
fn median(name: &str, what: &str) -> Option<f64> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        |target| Path::new(&target).to_owned(),
    );
    let path = target.join("criterion").join(format!("{name}_{what}")).join("new/estimates.json");
    let estimates: serde_json::Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}

/// A distribution in front of an API, and as many methods, functions and roles as fit.
fn yaml(size: usize) -> String {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/_golden/edge.yaml");
    let golden = std::fs::read_to_string(golden).unwrap_or_default();
    let (head, outputs) = golden.split_once("Outputs:").unwrap_or((&golden, ""));
    let mut text = head.to_owned();
    let mut index = 0;
    while text.len() < size {
        index += 1;
        let _ = write!(
            text,
            "  Resource{index}:\n    Type: AWS::ApiGateway::Resource\n    Properties:\n      RestApiId: !Ref Api\n      \
             ParentId: !Ref ApiResource\n      PathPart: items{index}\n  Method{index}:\n    \
             Type: AWS::ApiGateway::Method\n    Properties:\n      RestApiId: !Ref Api\n      \
             ResourceId: !Ref Resource{index}\n      HttpMethod: GET\n      AuthorizationType: NONE\n      \
             Integration:\n        Type: AWS_PROXY\n        IntegrationHttpMethod: POST\n        \
             Uri: !Sub arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{Function{index}.Arn}}/invocations\n  \
             Function{index}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Handler: index.handler\n      \
             Runtime: nodejs22.x\n      Role: !GetAtt Role{index}.Arn\n      Environment:\n        Variables:\n          \
             TABLE: !Ref AWS::StackName # the table of this stack\n      Code:\n        ZipFile: |\n          \
             exports.handler = async (event) => {{\n            return {{ statusCode: 200, body: 'ok' }};\n          }};\n  \
             Role{index}:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        \
             Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            \
             Principal: {{ Service: lambda.amazonaws.com }}\n            Action: sts:AssumeRole\n"
        );
    }
    text.push_str("Outputs:");
    text.push_str(outputs);
    text
}

/// The same as CDK writes it: JSON with one blank of indentation, metadata, and long forms.
fn cdk_json(size: usize) -> String {
    let mut resources = serde_json::Map::new();
    let api = serde_json::json!({"Ref": "Api"});
    let url = serde_json::json!({"Fn::Split": ["/", {"Fn::Join": ["", ["https://", api, ".execute-api.", {"Ref": "AWS::Region"}, ".", {"Ref": "AWS::URLSuffix"}, "/", {"Ref": "Stage"}, "/"]]}]});
    let path = |id: &str| serde_json::json!({"aws:cdk:path": format!("Stack/{id}/Resource")});
    resources.insert("Api".into(), serde_json::json!({"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api"}, "Metadata": path("Api")}));
    resources.insert("Stage".into(), serde_json::json!({"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": api, "StageName": "prod"}, "Metadata": path("Stage")}));
    resources.insert("Cdn".into(), serde_json::json!({"Type": "AWS::CloudFront::Distribution", "Metadata": path("Cdn"), "Properties": {"DistributionConfig": {
        "Enabled": true,
        "Origins": [{"Id": "api", "DomainName": {"Fn::Select": [2, url]}, "OriginPath": {"Fn::Join": ["", ["/", {"Fn::Select": [3, url]}]]},
            "CustomOriginConfig": {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]},
            "OriginCustomHeaders": [{"HeaderName": "x-verify", "HeaderValue": "{{resolve:secretsmanager:verify}}"}]}],
        "DefaultCacheBehavior": {"TargetOriginId": "api", "ViewerProtocolPolicy": "https-only",
            "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad", "OriginRequestPolicyId": "b689b0a8-53d0-40ab-baf2-68738e2966ac"}}}}));
    let mut written = 0;
    for index in 0.. {
        if written >= size {
            break;
        }
        let added = [
            (
                format!("Resource{index}"),
                serde_json::json!({"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": api, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": format!("items{index}")}, "Metadata": path("R")}),
            ),
            (
                format!("Method{index}"),
                serde_json::json!({"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": api, "ResourceId": {"Ref": format!("Resource{index}")}, "HttpMethod": "GET", "AuthorizationType": "NONE", "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":apigateway:", {"Ref": "AWS::Region"}, ":lambda:path/2015-03-31/functions/", {"Fn::GetAtt": [format!("Function{index}"), "Arn"]}, "/invocations"]]}}}, "Metadata": path("M")}),
            ),
            (
                format!("Function{index}"),
                serde_json::json!({"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Bucket": {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}, "S3Key": "2e9c0c7f0d3a4f5b.zip"}, "Handler": "index.handler", "Runtime": "nodejs22.x", "Role": {"Fn::GetAtt": [format!("Role{index}"), "Arn"]}}, "DependsOn": [format!("Role{index}")], "Metadata": path("F")}),
            ),
            (
                format!("Role{index}"),
                serde_json::json!({"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}], "Version": "2012-10-17"}, "ManagedPolicyArns": [{"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]]}]}, "Metadata": path("L")}),
            ),
        ];
        for (id, resource) in added {
            written += indented(&resource).len();
            resources.insert(id, resource);
        }
    }
    indented(&serde_json::json!({"Resources": resources}))
}

fn indented(value: &serde_json::Value) -> String {
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
    let written = serde::Serialize::serialize(value, &mut serializer);
    debug_assert!(written.is_ok());
    String::from_utf8(bytes).unwrap_or_default()
}

//! Inputs that are the same wherever they are measured: written from scratch, or fixtures.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde_json::{Map, Value, json};

/// What is measured: what cflint is given, and the files that it reads then.
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) argument: PathBuf,
    pub(crate) files: Vec<PathBuf>,
    /// More options for cflint.
    pub(crate) options: &'static [&'static str],
}

/// How a generated template is written.
#[derive(Clone, Copy)]
pub(crate) enum Layout {
    Yaml,
    Json,
    /// JSON on one line.
    Line,
}

/// The inputs whose instructions are counted.
pub(crate) fn fixed(folder: &Path) -> io::Result<Vec<Measured>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let golden = fixtures.join("_golden/edge.yaml");
    let app = fixtures.join("_cdk/project/cdk.out-2.276.0");
    let mut templates: Vec<PathBuf> = fs::read_dir(&app)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".template.json"))
        .collect();
    templates.sort();
    let sam = fixtures.join("route-unreachable/fail-sam.yaml");
    let one =
        |name: &str, kind: Kind, count, layout, options| one(folder, name, kind, count, layout, options);
    Ok(vec![
        Measured { name: "golden".to_owned(), argument: golden.clone(), files: vec![golden], options: &[] },
        Measured { name: "SAM".to_owned(), argument: sam.clone(), files: vec![sam], options: &[] },
        Measured { name: "CDK app".to_owned(), argument: app, files: templates, options: &[] },
        one("500 resources", Kind::Resources, 500, Layout::Yaml, &[])?,
        one("1 MB YAML", Kind::Resources, 4_400, Layout::Yaml, &[])?,
        one("1 MB JSON", Kind::Resources, 2_300, Layout::Json, &[])?,
        one("1 MB JSON on one line", Kind::Resources, 4_700, Layout::Line, &[])?,
        one("75 behaviors, 300 routes", Kind::Behaviors, 75, Layout::Yaml, &[])?,
        one("6 conditions", Kind::Conditions, 6, Layout::Yaml, &[])?,
        one("500 findings as JSON", Kind::Findings, 500, Layout::Line, &["--format", "json"])?,
    ])
}

/// What grows in a template.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Resources that have nothing to do with requests.
    Resources,
    /// Distributions of one API.
    Distributions,
    /// Behaviors in front of 300 routes.
    Behaviors,
    /// Routes behind 75 behaviors.
    Routes,
    /// Conditions that the distribution depends on, each in a setting of its own.
    Conditions,
    /// Distributions that forward `Host`, with a finding each.
    Findings,
    /// Outputs with exports, and imports of them.
    Exports,
    /// Suppressions of another tool, in the metadata of resources.
    Suppressions,
    /// `*` in one pattern.
    Stars,
}

pub(crate) fn one(
    folder: &Path,
    name: &str,
    kind: Kind,
    count: usize,
    layout: Layout,
    options: &'static [&'static str],
) -> io::Result<Measured> {
    let ending = if matches!(layout, Layout::Yaml) { "yaml" } else { "json" };
    let path = folder.join(format!("{}.{ending}", name.replace([' ', ','], "-")));
    fs::write(&path, text(&template(kind, count), layout))?;
    Ok(Measured { name: name.to_owned(), argument: path.clone(), files: vec![path], options })
}

fn text(template: &Value, layout: Layout) -> String {
    match layout {
        Layout::Line => template.to_string(),
        Layout::Json => format!("{template:#}"),
        Layout::Yaml => {
            let mut text = String::new();
            block(template, 0, &mut text);
            text
        }
    }
}

/// Block style, with every scalar as in JSON.
fn block(value: &Value, indent: usize, text: &mut String) {
    let margin = " ".repeat(indent);
    let mut child = |lead: String, value: &Value| {
        let is_block = match value {
            Value::Object(map) => !map.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => false,
        };
        // Writing to a text cannot fail.
        if is_block {
            let _ = writeln!(text, "{margin}{lead}");
            block(value, indent + 2, text);
        } else {
            let _ = writeln!(text, "{margin}{lead} {value}");
        }
    };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| child(format!("{key}:"), value)),
        Value::Array(items) => items.iter().for_each(|item| child("-".to_owned(), item)),
        _ => {}
    }
}

fn template(kind: Kind, count: usize) -> Value {
    let mut resources = Map::new();
    let mut sections = Map::new();
    let (behaviors, routes) = match kind {
        Kind::Behaviors => (count, 300),
        Kind::Routes => (75, count),
        _ => (2, 6),
    };
    api(&mut resources, behaviors, routes);
    let mut first = distribution(behaviors, "b689b0a8-53d0-40ab-baf2-68738e2966ac");
    match kind {
        Kind::Behaviors | Kind::Routes => {}
        Kind::Resources => (0..count).for_each(|number| filler(number, &mut resources)),
        Kind::Distributions => {
            resources.extend((0..count).map(|number| (format!("Copy{number}"), first.clone())));
        }
        Kind::Findings => {
            let host = distribution(2, "216adef6-5c7f-47e4-b989-5492eafa07d3");
            resources.extend((0..count).map(|number| (format!("Host{number}"), host.clone())));
        }
        Kind::Conditions => {
            let settings =
                ["Comment", "DefaultRootObject", "HttpVersion", "IPV6Enabled", "PriceClass", "Staging"];
            let (mut parameters, mut conditions) = (Map::new(), Map::new());
            for (number, setting) in settings.iter().enumerate().take(count) {
                parameters.insert(format!("P{number}"), json!({ "Type": "String" }));
                conditions.insert(
                    format!("C{number}"),
                    json!({ "Fn::Equals": [{ "Ref": format!("P{number}") }, "a"] }),
                );
                let value = json!({ "Fn::If": [format!("C{number}"), "true", { "Ref": "AWS::NoValue" }] });
                first["Properties"]["DistributionConfig"][*setting] = value;
            }
            sections.insert("Parameters".to_owned(), parameters.into());
            sections.insert("Conditions".to_owned(), conditions.into());
        }
        Kind::Exports => {
            let mut outputs = Map::new();
            for number in 0..count {
                let name = json!({ "Fn::Sub": format!("${{AWS::StackName}}-Name{number}") });
                outputs.insert(format!("O{number}"), json!({ "Value": "x", "Export": { "Name": name } }));
                let import = json!({ "Fn::ImportValue": { "Fn::Sub": format!("${{Stack}}-Name{number}") } });
                resources.insert(
                    format!("Topic{number}"),
                    json!({ "Type": "AWS::SNS::Topic", "Properties": { "TopicName": import } }),
                );
            }
            sections.insert("Parameters".to_owned(), json!({ "Stack": { "Type": "String" } }));
            sections.insert("Outputs".to_owned(), outputs.into());
        }
        Kind::Suppressions => {
            for number in 0..count {
                let rules =
                    json!([{ "id": "W35", "reason": "a sample" }, { "id": "W41", "reason": "a sample" }]);
                resources.insert(
                    format!("Topic{number}"),
                    json!({ "Type": "AWS::SNS::Topic", "Metadata": { "cfn_nag": { "rules_to_suppress": rules } } }),
                );
            }
        }
        Kind::Stars => {
            let pattern = format!("/{}", "*a".repeat(count));
            first["Properties"]["DistributionConfig"]["CacheBehaviors"][0]["PathPattern"] = pattern.into();
        }
    }
    resources.insert("Distribution".to_owned(), first);
    let mut template = Map::new();
    template.insert("AWSTemplateFormatVersion".to_owned(), "2010-09-09".into());
    template.extend(sections);
    template.insert("Resources".to_owned(), resources.into());
    template.into()
}

/// An HTTP API whose routes lie below the patterns of the behaviors.
fn api(resources: &mut Map<String, Value>, behaviors: usize, routes: usize) {
    let api = json!({ "Ref": "Api" });
    let mut add = |id: String, kind: &str, properties: Value| {
        resources
            .insert(id, json!({ "Type": format!("AWS::ApiGatewayV2::{kind}"), "Properties": properties }));
    };
    add("Api".to_owned(), "Api", json!({ "Name": "api", "ProtocolType": "HTTP" }));
    add("Stage".to_owned(), "Stage", json!({ "ApiId": api, "StageName": "$default", "AutoDeploy": true }));
    add(
        "Integration".to_owned(),
        "Integration",
        json!({
            "ApiId": api,
            "IntegrationType": "HTTP_PROXY",
            "IntegrationMethod": "ANY",
            "IntegrationUri": "https://backend.example.com",
            "PayloadFormatVersion": "1.0",
        }),
    );
    for number in 0..routes {
        let key = format!("GET /s{}/r{number}/{{id}}", number % behaviors.max(1));
        let target = json!({ "Fn::Sub": "integrations/${Integration}" });
        add(format!("Route{number}"), "Route", json!({ "ApiId": api, "RouteKey": key, "Target": target }));
    }
}

fn distribution(behaviors: usize, origin_request_policy: &str) -> Value {
    let behavior = json!({
        "TargetOriginId": "api",
        "ViewerProtocolPolicy": "https-only",
        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "OriginRequestPolicyId": origin_request_policy,
        "AllowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
    });
    let patterns = (0..behaviors).map(|number| {
        let mut one = behavior.clone();
        one["PathPattern"] = format!("/s{number}/*").into();
        one
    });
    json!({
        "Type": "AWS::CloudFront::Distribution",
        "Properties": { "DistributionConfig": {
            "Enabled": true,
            "Origins": [{
                "Id": "api",
                "DomainName": { "Fn::Sub": "${Api}.execute-api.${AWS::Region}.amazonaws.com" },
                "CustomOriginConfig": { "OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"] },
            }],
            "DefaultCacheBehavior": behavior,
            "CacheBehaviors": patterns.collect::<Vec<_>>(),
        } },
    })
}

/// What makes up most of a template: a table, a role or a function.
fn filler(number: usize, resources: &mut Map<String, Value>) {
    let (id, resource) = match number % 3 {
        0 => (
            format!("Table{number}"),
            json!({ "Type": "AWS::DynamoDB::Table", "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
                "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            } }),
        ),
        1 => (
            format!("Role{number}"),
            json!({ "Type": "AWS::IAM::Role", "Properties": { "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": { "Service": "lambda.amazonaws.com" },
                    "Action": "sts:AssumeRole",
                }],
            } } }),
        ),
        _ => (
            format!("Function{number}"),
            json!({ "Type": "AWS::Lambda::Function", "Properties": {
                "Runtime": "nodejs22.x",
                "Handler": "index.handler",
                "Role": { "Fn::GetAtt": [format!("Role{}", number - 1), "Arn"] },
                "Code": { "S3Bucket": { "Fn::Sub": "code-${AWS::Region}" }, "S3Key": format!("f{number}.zip") },
                "Environment": { "Variables": { "TABLE": { "Ref": format!("Table{}", number - 2) } } },
            } }),
        ),
    };
    resources.insert(id, resource);
}

//! `cflint trace` on the templates of `fixtures/_trace`: each says in its first lines which requests are followed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::project::Project;

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/_trace");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml" || extension == "json"));
    paths.sort();
    paths
}

/// The lines that say what to follow: at the top of a template, or in a file next to one that is JSON.
fn head(path: &Path) -> String {
    let is_json = path.extension().is_some_and(|extension| extension == "json");
    let beside = path.with_extension("json.trace");
    fs::read_to_string(if is_json { &beside } else { path }).unwrap()
}

/// The arguments in the comments `# trace: …`, and what they have to come to: the verdict, the status and who answers,
/// as far as there is one. `(a*9000)` stands for so many letters.
fn requests(text: &str) -> Vec<(Vec<String>, String)> {
    let lines = text.lines().map_while(|line| line.strip_prefix('#'));
    let traces = lines.filter_map(|line| line.trim().strip_prefix("trace:"));
    traces
        .map(|line| {
            let (arguments, expected) = line.rsplit_once("=>").unwrap();
            (words(arguments), expected.trim().to_owned())
        })
        .collect()
}

/// The words of a command line with single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        match index % 2 {
            1 => words.push(repeated(part)),
            _ => words.extend(part.split_whitespace().map(str::to_owned)),
        }
    }
    words
}

fn repeated(text: &str) -> String {
    let Some((before, rest)) = text.split_once('(') else { return text.to_owned() };
    let Some((inner, after)) = rest.split_once(')') else { return text.to_owned() };
    let (what, count) = inner.split_once('*').unwrap();
    format!("{before}{}{}", what.repeat(count.parse().unwrap()), repeated(after))
}

/// A text in which no letter is repeated without end, for a snapshot.
fn bounded(text: &str) -> String {
    let mut bounded = String::new();
    let mut run = 0;
    let mut previous = None;
    for c in text.chars() {
        run = if previous == Some(c) { run + 1 } else { 0 };
        previous = Some(c);
        if run < 60 || c == ' ' {
            bounded.push(c);
        }
    }
    bounded
}

#[test]
fn requests_end_as_the_fixtures_say() {
    for path in fixtures() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let requests = requests(&head(&path));
        assert!(!requests.is_empty(), "{name} says no request");
        let project = Project::new(&[(&name, &text)]);
        let mut output = String::new();
        for (arguments, expected) in requests {
            let arguments: Vec<&str> =
                ["trace", &name, "-v"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
            let full = project.run(&arguments);
            output.push_str(&bounded(&format!("$ cflint {}\n{full}\n", arguments.join(" "))));
            let json = project.run(&arguments.into_iter().chain(["--format", "json"]).collect::<Vec<_>>());
            let json: Value =
                serde_json::from_str(&json.stdout).unwrap_or_else(|error| panic!("{name}: {error}\n{full}"));
            let status = json["status"].as_u64().map_or(String::new(), |status| format!(" {status}"));
            let party = json["answered_by"].as_str().map_or(String::new(), |party| format!(" {party}"));
            let found = format!("{}{status}{party}", json["verdict"].as_str().unwrap());
            assert_eq!(found, expected, "{name}\n{full}");
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name.as_str(), output));
    }
}

const TEMPLATE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Aliases: [www.example.com]
        ViewerCertificate: {IamCertificateId: a, SslSupportMethod: sni-only}
        Origins:
          - Id: backend
            DomainName: backend.example.com
            CustomOriginConfig: { OriginProtocolPolicy: https-only }
        DefaultCacheBehavior:
          TargetOriginId: backend
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
";

const BROKEN: &str = "AWSTemplateFormatVersion: '2010-09-09'\nResources: [\n";
const TOPIC: &str =
    "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Topic: { Type: AWS::SNS::Topic }\n";

/// Two distributions, neither of which has a known alias.
fn two() -> String {
    let plain = TEMPLATE.replace("        Aliases: [www.example.com]\n", "");
    let (_, distribution) = plain.split_once("Resources:\n").unwrap();
    format!("{plain}{}", distribution.replace("Pages", "Shop"))
}

#[test]
fn bad_requests_are_one_message_with_the_remedy() {
    let project = Project::new(&[
        ("app.yaml", TEMPLATE),
        ("topic.yaml", TOPIC),
        ("two.yaml", &two()),
        ("twins/a.yaml", TEMPLATE),
        ("twins/b.yaml", TEMPLATE),
    ]);
    let mut output = String::new();
    for arguments in [
        &["app.yaml"][..],
        &["app.yaml", ""],
        &["app.yaml", "GET"],
        &["app.yaml", "FETCH /users"],
        &["app.yaml", "FETCH", "/users"],
        &["app.yaml", "GET www.example.com/users"],
        &["app.yaml", "GET ftp://www.example.com/users"],
        &["app.yaml", "GET https://www.example.com:8443/users"],
        &["app.yaml", "GET https://www.example.com/a b"],
        &["app.yaml", "GET /caf\u{e9}"],
        &["app.yaml", "GET /%zz"],
        &["app.yaml", "GET /\u{1b}[31m"],
        &["app.yaml", "GET /users", "-H", "Authorization"],
        &["app.yaml", "GET /users", "-H", "A b: c"],
        &["app.yaml", "GET /users", "-H", "A: b\r\nHost: c"],
        &["app.yaml", "GET /users", "more", "words"],
        &["app.yaml", "GET /users", "--distribution", "Shop"],
        &["missing.yaml", "GET /users"],
        &["topic.yaml", "GET /users"],
        &["two.yaml", "GET /users"],
        &["two.yaml", "GET https://d111111abcdef8.cloudfront.net/users"],
        &["twins", "GET https://www.example.com/users"],
        &["twins", "GET /users"],
        &["twins", "GET /users", "--distribution", "Pages"],
    ] {
        let ran = project.run(&[&["trace"], arguments].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{arguments:?}\n{ran}");
        assert!(!ran.stderr.contains('\u{1b}') && !ran.stderr.contains("panicked"), "{ran}");
        output.push_str(&format!("$ cflint trace {}\n{}\n", arguments.join(" ").escape_debug(), ran.stderr));
    }
    insta::assert_snapshot!(output);
}

#[test]
fn a_broken_template_does_not_hide_a_good_one() {
    let project = Project::new(&[("app.yaml", TEMPLATE), ("broken.yaml", BROKEN)]);
    let ran = project.run(&["trace", ".", "GET https://www.example.com/users"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stdout.contains("ok: the origin handles the request"), "{ran}");
    assert_eq!(ran.stderr.matches("error").count(), 1, "{ran}");
    assert!(ran.stderr.contains("broken.yaml"), "{ran}");
    let alone = project.run(&["trace", "broken.yaml", "GET /users"]);
    assert_eq!((alone.code, alone.stdout.as_str()), (Some(2), ""), "{alone}");
}

#[test]
fn the_command_of_a_finding_names_one_distribution_of_many() {
    let api = "\
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: shop, ProtocolType: HTTP}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: $default, AutoDeploy: true}
  Users:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: GET /users}
Outputs:
  Domain: {Value: !Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com', Export: {Name: it-domain}}
";
    let edge = "\
Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{Id: o, DomainName: !ImportValue it-domain, CustomOriginConfig: {OriginProtocolPolicy: https-only}}]
        DefaultCacheBehavior:
          TargetOriginId: o
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3
";
    let of = |text: &str, name: &str| text.replace("it-domain", name);
    let project = Project::new(&[
        ("a/api.yaml", &of(api, "a")),
        ("a/edge.yaml", &of(edge, "a")),
        ("b/api/api.yaml", &of(api, "b")),
        ("b/edge/edge.yaml", &of(edge, "b")),
    ]);
    let found = project.run(&["check", "--select", "host-header-forwarded", "--format", "json"]);
    let commands: Vec<&str> = found
        .stdout
        .lines()
        .filter_map(|line| line.split('`').find(|part| part.starts_with("cflint trace")))
        .collect();
    assert_eq!(commands.len(), 2, "{found}");
    for command in commands {
        let words = words(command.strip_prefix("cflint ").unwrap());
        let ran = project.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(ran.code == Some(1) && ran.stdout.starts_with("403 from API Gateway: "), "{command}: {ran}");
    }
}

#[test]
fn a_template_comes_from_standard_input() {
    let ran = Project::new(&[]).run_with(&["trace", "-", "GET /users", "--format", "json"], TEMPLATE);
    assert_eq!((ran.code, &ran.json()["verdict"]), (Some(0), &Value::from("ok")), "{ran}");
    let empty = Project::new(&[]).run_with(&["trace", "-", "GET /users"], "");
    assert_eq!((empty.code, empty.stdout.as_str()), (Some(2), ""), "{empty}");
    assert!(empty.stderr.contains("there is no CloudFront distribution"), "{empty}");
}

#[test]
fn what_a_template_holds_does_nothing_to_a_terminal() {
    let hostile = "\\e[2J\\e]0;x\\a\\r\\n\u{202e}\\x9b31m\u{e0041}";
    let text = TEMPLATE
        .replace("Pages", &format!("\"Pages{hostile}\""))
        .replace("backend\n", &format!("\"backend{hostile}\"\n"))
        .replace("backend.example.com", &format!("\"backend{hostile}.example.com\""));
    let project = Project::new(&[
        ("app.yaml", &text),
        ("two.yaml", &two().replace("Shop:", &format!("\"{hostile}\":"))),
    ]);
    for arguments in [
        &["app.yaml", "GET /users"][..],
        &["app.yaml", "GET /users", "--format", "json"],
        &["app.yaml", "GET https://shop.example.com/users"],
        &["app.yaml", "GET /users", "--distribution", "No"],
        &["app.yaml", "GET /users", "-H", "X-Note: \u{202e}"],
        &["two.yaml", "GET /users"],
    ] {
        let ran = project.run(&[&["trace"], arguments].concat());
        let acts = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{e0041}".contains(c));
        assert!(!ran.stdout.contains(acts) && !ran.stderr.contains(acts), "{arguments:?}\n{ran}");
        assert!(!ran.stderr.contains("panicked"), "{ran}");
    }
    let ran = project.run(&["trace", "app.yaml", "GET /users", "--format", "json"]);
    let id = "Pages\u{1b}[2J\u{1b}]0;x\u{7}\r\n\u{202e}\u{9b}31m\u{e0041}";
    assert_eq!(ran.json()["distribution"], id, "escaping loses nothing");
}

#[test]
fn several_ways_have_in_common_what_stands_at_the_top() {
    let text = TEMPLATE
        .replace("Resources:", "Parameters:\n  Env: { Type: String }\nConditions:\n  IsOpen: !Equals [!Ref Env, open]\nResources:")
        .replace("ViewerProtocolPolicy: https-only", "ViewerProtocolPolicy: !If [IsOpen, allow-all, https-only]");
    let project = Project::new(&[("app.yaml", &text)]);
    let found =
        project.run(&["trace", "app.yaml", "GET http://www.example.com/users", "--format", "json"]).json();
    assert_eq!(found["schema"], "cflint-trace/v1");
    assert_eq!(found["verdict"], "undetermined");
    assert_eq!((&found["status"], &found["answered_by"]), (&Value::Null, &Value::Null));
    assert_eq!(found["steps"], Value::Array(Vec::new()));
    let views: Vec<_> = found["views"]
        .as_array()
        .unwrap()
        .iter()
        .map(|view| {
            (view["conditions"]["IsOpen"].as_bool(), view["verdict"].as_str(), view["status"].as_u64())
        })
        .collect();
    assert_eq!(views, [(Some(true), Some("ok"), None), (Some(false), Some("rejected"), Some(403))]);
    let given = ["trace", "app.yaml", "GET /users", "--format", "json", "--parameter", "Env=open"];
    let one = project.run(&given).json();
    assert_eq!((&one["verdict"], &one["views"]), (&Value::from("ok"), &Value::Array(Vec::new())));
    let step = &one["steps"][0];
    assert_eq!((&step["title"], &step["certainty"]), (&Value::from("distribution"), &Value::from("certain")));
    assert_eq!(step["path"], "app.yaml");
    assert!(step["span"].is_object(), "{step}");
}

/// An assembly with the distribution of a stack, of a stage, and of a nested stack.
#[test]
fn a_request_is_followed_through_the_stacks_of_an_assembly() {
    let assembly = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/_cdk/project/cdk.out-2.276.0");
    let assembly = assembly.to_str().unwrap();
    let project = Project::new(&[]);
    let follow = |arguments: &[&str]| project.run(&[&["trace", assembly], arguments].concat());
    let all = follow(&["GET /users"]);
    assert_eq!((all.code, all.stdout.as_str()), (Some(2), ""), "{all}");
    assert!(all.stderr.contains("there are several distributions"), "{all}");
    let mut output = format!("$ cflint trace cdk.out 'GET /users'\n{}\n", all.stderr);
    for arguments in [
        &["GET /users", "--distribution", "Pages127DFD1A"][..],
        &["GET /users", "--distribution", "EdgeStack.Pages127DFD1A"],
        &["GET /http/users", "--distribution", "edge-near.Pages127DFD1A"],
        &["GET /inner/users", "--distribution", "Prod-Edge.Pages127DFD1A"],
        &["GET /http/users", "--distribution", "EdgeFar.Pages127DFD1A"],
    ] {
        let ran = follow(arguments);
        output.push_str(&format!("$ cflint trace cdk.out {}\n{ran}\n", arguments.join(" ")));
    }
    // How much fits behind a place depends on where the repository is.
    let lines = output.lines().map(|line| line.split(" │ ").next().unwrap());
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n").replace(assembly, "cdk.out"));
    // An assembly with one distribution needs no name.
    let one = assembly.replace("project", "edge");
    let ran = project.run(&["trace", &one, "GET /users", "--format", "json"]);
    let found = ran.json();
    assert_eq!(
        (&found["stack"], found["steps"].as_array().map(Vec::is_empty)),
        (&Value::from("EdgeStack"), Some(false))
    );
}

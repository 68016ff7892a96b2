//! Input that is broken, huge or made to hurt: a word and an exit code, never a crash.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::project::Project;

/// Far above what any of them needs, far below what a hang takes.
const PATIENCE: Duration = Duration::from_secs(90);

const HEAD: &str = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n";
const DISTRIBUTION: &str = "  Pages:\n    Type: AWS::CloudFront::Distribution\n    Properties:\n";

/// Checks one file, named and then in a walk; both must end in time with the same exit code.
fn check(name: &str, bytes: &[u8]) -> (Option<i32>, String) {
    let project = Project::new(&[]);
    project.write(name, bytes);
    let start = Instant::now();
    let named = project.run(&["check", "--format", "concise", name]);
    let walked = project.run(&["check", "--format", "concise"]);
    assert!(start.elapsed() < PATIENCE, "it took {:?}", start.elapsed());
    for ran in [&named, &walked] {
        assert!(!ran.stderr.contains("panicked"), "{ran}");
    }
    assert_eq!((named.code, &named.stdout), (walked.code, &walked.stdout));
    (named.code, named.stdout)
}

fn has(output: &(Option<i32>, String), code: i32, words: &str) {
    assert_eq!(output.0, Some(code), "{}", output.1);
    assert!(output.1.contains(words), "{}", output.1);
}

#[test]
fn an_empty_file_is_no_template() {
    for text in ["", "\n", "# nothing\n", "---\n", "\u{feff}", "null\n", "{}", "[]"] {
        has(&check("empty.yaml", text.as_bytes()), 0, "");
    }
}

#[test]
fn files_that_are_no_text_are_named() {
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain("AWS::".bytes().flat_map(|byte| [byte, 0])).collect();
    let project = Project::new(&[]);
    project.write("utf-16.yaml", &utf16);
    let ran = project.run(&["check", "utf-16.yaml", "--format", "concise"]);
    has(&(ran.code, ran.stdout), 2, "the file is UTF-16");
    has(&check("binary.yaml", b"AWS::\0\x01\x02\xFF"), 2, "NUL byte");
    has(&check("latin-1.yaml", b"AWSTemplateFormatVersion: caf\xE9\n"), 2, "not valid UTF-8");
}

#[test]
fn deep_nesting_is_refused() {
    let deep = 100_000;
    let brackets = format!("{HEAD}  Topic: {}", "[".repeat(deep));
    has(&check("flow.yaml", brackets.as_bytes()), 2, "");
    let closed = format!("{HEAD}  Topic: {}{}", "[".repeat(deep), "]".repeat(deep));
    has(&check("closed.yaml", closed.as_bytes()), 2, "nested more than");
    let tags = format!("{HEAD}  Topic: {}x", "!Sub ".repeat(deep));
    has(&check("tags.yaml", tags.as_bytes()), 2, "");
    let json = format!(r#"{{"Resources": {{"AWS::": {}"#, r#"{"a":"#.repeat(deep));
    has(&check("deep.json", json.as_bytes()), 2, "");
    let dashes = format!("{HEAD}  Topic:\n    {}x\n", "- ".repeat(deep));
    has(&check("dashes.yaml", dashes.as_bytes()), 2, "nested more than");
}

#[test]
fn aliases_cannot_multiply_without_end() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = format!("*a{}", level - 1);
        let _ = writeln!(bomb, "a{level}: &a{level} [{}]", [before.as_str(); 10].join(", "));
    }
    has(&check("bomb.yaml", format!("{bomb}{HEAD}  A: *a11\n").as_bytes()), 2, "");
    has(&check("self.yaml", format!("{HEAD}  A: &a [*a]\n").as_bytes()), 2, "");
}

#[test]
fn loops_cannot_multiply_without_end() {
    let values = (0..100).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let mut body = "{}".to_owned();
    for level in 0..12 {
        body = format!("{{'Fn::ForEach::L{level}': [V{level}, [{values}], {body}]}}");
    }
    let text = format!("{HEAD}  Topic: {{Type: 'AWS::SNS::Topic', Properties: {body}}}\n  {}", &body[1..]);
    let text = text.trim_end_matches('}').to_owned() + "}";
    let _ = check("loops.yaml", text.as_bytes());
    let distribution = format!("{HEAD}{DISTRIBUTION}      DistributionConfig: {body}\n");
    let _ = check("properties.yaml", distribution.as_bytes());
    let resources = format!("AWSTemplateFormatVersion: '2010-09-09'\nResources: {body}\nOutputs: {body}\n");
    let _ = check("resources.yaml", resources.as_bytes());
}

#[test]
fn many_findings_take_no_quadratic_time() {
    let mut text = HEAD.to_owned();
    for index in 0..5_000 {
        let _ =
            writeln!(text, "  R{index}: {{Type: 'AWS::SNS::Topic', Properties: {{A: !Ref X{index}, A: 1}}}}");
    }
    has(&check("many.yaml", text.as_bytes()), 1, "the template has no parameter or resource `X0`");
    let variables: String = (0..20_000).map(|index| format!("      ${{V{index}}}\n")).collect();
    let sub = format!("{HEAD}  Topic:\n    Type: AWS::SNS::Topic\n    Metadata: !Sub |\n{variables}");
    has(&check("sub.yaml", sub.as_bytes()), 1, "no parameter or resource `V9`");
}

#[test]
fn many_resources_take_no_quadratic_time() {
    let mut text = HEAD.to_owned();
    for index in 0..40_000 {
        let _ = writeln!(text, "  R{index}: {{Type: 'AWS::S3::Bucket', Properties: {{}}}}");
    }
    has(&check("resources.yaml", text.as_bytes()), 0, "");
}

#[test]
fn conditions_are_not_decided_for_each_resource_that_has_none() {
    let mut text = "Parameters: {P: {Type: String}}\nConditions:\n".to_owned();
    for index in 0..2_000 {
        let _ = writeln!(text, "  C{index}: !Equals [!Ref P, {index}]");
    }
    text.push_str(HEAD);
    for index in 0..4_000 {
        let _ = writeln!(text, "  R{index}: {{Type: 'AWS::S3::Bucket', Properties: {{}}}}");
    }
    has(&check("conditions.yaml", text.as_bytes()), 0, "");
}

#[test]
fn values_of_the_wrong_type_are_findings() {
    for (value, words) in [
        ("      DistributionConfig: { Origins: 3 }", "`Origins` must be a list, found `3`"),
        ("      DistributionConfig: [a]", "`DistributionConfig` must be a mapping"),
        ("      - DistributionConfig", "`Properties` of `Pages` must be a mapping"),
        ("      DistributionConfig: { CacheBehaviors: { a: b } }", "`CacheBehaviors` must be a list"),
        ("      DistributionConfig: { Origins: [[[]]] }", "each item of `Origins` must be a mapping"),
    ] {
        let output = check("edge.yaml", format!("{HEAD}{DISTRIBUTION}{value}\n").as_bytes());
        has(&output, 1, words);
    }
}

#[test]
fn functions_without_sense_are_no_crash() {
    for value in [
        "!Sub",
        "!Sub []",
        "!Sub [[], {}]",
        "!Sub '${'",
        "!Sub '${}'",
        "!GetAtt",
        "!GetAtt []",
        "!GetAtt .",
        "!Ref []",
        "!Ref {}",
        "!If",
        "!If []",
        "!If [[], a]",
        "!Select [99999999999999999999, []]",
        "!Select [-1, [a]]",
        "!Split ['', a]",
        "!Join",
        "!Join [[], []]",
        "!FindInMap [a]",
        "!FindInMap [[], [], []]",
        "!Fn::Unknown x",
        "!Base64",
        "{'Fn::': x}",
    ] {
        let config = format!("DistributionConfig: {{ Origins: [{{ Id: {value}, DomainName: {value} }}] }}");
        let aliases = format!("Aliases: {value}");
        for text in [&config, &aliases] {
            let ran = check("edge.yaml", format!("{HEAD}{DISTRIBUTION}      {text}\n").as_bytes());
            assert!(ran.0.is_some_and(|code| code <= 2), "{value}: {ran:?}");
        }
    }
}

#[test]
fn a_template_without_a_distribution_is_fine() {
    has(&check("topic.yaml", format!("{HEAD}  Topic: {{ Type: 'AWS::SNS::Topic' }}\n").as_bytes()), 0, "");
}

#[test]
fn a_truncated_template_is_no_crash_wherever_it_ends() {
    let yaml = format!(
        "{HEAD}{DISTRIBUTION}      DistributionConfig:\n        Origins:\n          - {{ Id: \"a\", DomainName: !Sub '${{A}}.é' }}\n"
    );
    let json = r#"{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"A": {"Type": "AWS::S3::Bucket", "é": [1, true]}}}"#;
    let project = Project::new(&[]);
    for (text, extension) in [(yaml.as_str(), "yaml"), (json, "json")] {
        for end in (0..=text.len()).step_by(3) {
            project.write(&format!("{end}.{extension}"), &text.as_bytes()[..end]);
        }
    }
    let ran = project.run(&["check", "--format", "concise"]);
    assert!(ran.code == Some(2) && !ran.stderr.contains("panicked"), "{ran}");
}

/// A template of one distribution with these patterns, whose behaviors all do what a rule reports.
fn patterns(patterns: &[String]) -> String {
    let policies = "CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad, \
                    OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3";
    let behavior = format!("TargetOriginId: api, ViewerProtocolPolicy: https-only, {policies}");
    let mut text = format!(
        "{HEAD}{DISTRIBUTION}      DistributionConfig:\n        Enabled: true\n        Origins: \
         [{{Id: api, DomainName: example.com}}]\n        DefaultCacheBehavior: {{{behavior}}}\n        \
         CacheBehaviors:\n"
    );
    for pattern in patterns {
        let _ = writeln!(text, "          - {{PathPattern: '{pattern}', {behavior}}}");
    }
    text
}

#[test]
fn patterns_of_many_wildcards_take_no_table_of_all_pairs() {
    let long = |letter: &str| format!("/{}", format!("{letter}*").repeat(100_000));
    let _ = check("two.yaml", patterns(&[long("a"), long("b")]).as_bytes());
    let every: String = ('\u{4e00}'..'\u{9fff}').flat_map(|c| [c, '*']).collect();
    let _ = check("every.yaml", patterns(&[format!("/{every}"), long("a")]).as_bytes());
}

#[test]
fn resources_of_an_api_in_each_other_are_no_crash_beside_another_file() {
    let mut text = HEAD.to_owned();
    text.push_str("  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: x}}\n");
    for number in 0..20_000 {
        let parent = if number == 0 {
            "!GetAtt Api.RootResourceId".to_owned()
        } else {
            format!("!Ref R{}", number - 1)
        };
        let _ = writeln!(
            text,
            "  R{number}: {{Type: AWS::ApiGateway::Resource, Properties: {{RestApiId: !Ref Api, ParentId: \
             {parent}, PathPart: a}}}}"
        );
    }
    let of_api = "DomainName: !Sub '${Api}.execute-api.us-east-1.amazonaws.com'";
    text.push_str(patterns(&[]).trim_start_matches(HEAD).replace("DomainName: example.com", of_api).as_str());
    let project = Project::new(&[("a.yaml", &text), ("b.yaml", "Resources: {T: {Type: AWS::SNS::Topic}}\n")]);
    let ran = project.run(&["check", "--format", "concise"]);
    assert!(matches!(ran.code, Some(0 | 1)), "{ran}");
}

#[test]
fn suppressions_without_end_take_no_quadratic_time() {
    let comments = "# cflint: ignore[host-header-forwarded] why\n# cflint: ignore\n".repeat(4_000);
    let _ = check("comments.yaml", format!("{comments}{}", patterns(&[])).as_bytes());
    let items = "{id: W35, reason: why}, ".repeat(4_000);
    let metadata =
        format!("Metadata: {{cfn_nag: {{rules_to_suppress: [{items}]}}, cflint: {{ignore: [{items}]}}}}\n");
    let _ = check("metadata.yaml", format!("{metadata}{}", patterns(&[])).as_bytes());
}

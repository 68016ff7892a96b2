use super::*;

/// The values as `STACK:NAME=VALUE`.
fn shown_values(given: &[Given]) -> Vec<String> {
    let stack = |given: &Given| given.stack.as_ref().map_or_else(String::new, |stack| format!("{stack}:"));
    given.iter().map(|given| format!("{}{}={}", stack(given), given.name, given.value)).collect()
}

fn values(text: &str) -> Vec<String> {
    shown_values(&parse(text, false).unwrap())
}

/// The text from the place of the error on, and the message.
fn refused(text: &str, is_toml: bool) -> (String, String) {
    let malformed = parse(text, is_toml).unwrap_err();
    (text[malformed.at.unwrap()..].to_owned(), malformed.message)
}

fn refuses(text: &str, at: &str, message: &str) {
    let (found, said) = refused(text, false);
    assert!(found.starts_with(at) && said == message, "{text}: {said}\nat {found}");
}

#[test]
fn a_colon_tells_the_stack_and_two_a_pseudo_parameter() {
    let shown = |text: &str| Given::pair(text).map(|given| shown_values(&[given]).concat());
    let given = Given::pair("Api:Stage=a:b=c").unwrap();
    assert_eq!(
        (given.stack.as_deref(), given.name.as_str(), given.value.as_str()),
        (Some("Api"), "Stage", "a:b=c")
    );
    assert_eq!(Given::pair("AWS::Region=eu-west-1").unwrap().stack, None);
    assert_eq!(Given::pair("Api:AWS::Region=eu-west-1").unwrap().name, "AWS::Region");
    assert_eq!(shown(" Stage =").as_deref(), Some("Stage="));
    for text in ["", "Stage", "=x", ":Stage=x", "Api:=x", " : =x"] {
        assert_eq!(shown(text), None, "{text}");
    }
}

#[test]
fn the_list_of_cloudformation() {
    let text = r#"[
        {"ParameterKey": "Stage", "ParameterValue": "prod"},
        {"ParameterKey": "Kept", "UsePreviousValue": true},
        {"ParameterKey": "Count", "ParameterValue": 2, "UsePreviousValue": false},
        "Short=a=b"
    ]"#;
    assert_eq!(values(text), ["Stage=prod", "Count=2", "Short=a=b"]);
    assert_eq!(values("- ParameterKey: Stage\n  ParameterValue: ''\n"), ["Stage="]);
    assert!(values("[]").is_empty());
}

#[test]
fn the_map_of_codepipeline_and_its_relatives() {
    let text =
        r#"{"Parameters": {"Stage": "prod"}, "Tags": {"team": "x"}, "StackPolicy": {"Statement": []}}"#;
    assert_eq!(values(text), ["Stage=prod"]);
    assert_eq!(values("template-file-path: a.yaml\nparameters:\n  Stage: prod\ntags: {}\n"), ["Stage=prod"]);
    let text = r#"{"StackName": "Api", "Parameters": [{"ParameterKey": "Stage", "ParameterValue": "prod"}]}"#;
    assert_eq!(values(text), ["Stage=prod"]);
}

#[test]
fn plain_maps() {
    assert_eq!(values(r#"{"Stage": "prod", "Count": 2, "On": true}"#), ["Stage=prod", "Count=2", "On=true"]);
    assert_eq!(
        values("Stage: prod\nAccount: 012345678901\nIds: [a, b]\n"),
        ["Stage=prod", "Account=012345678901", "Ids=a,b"]
    );
    assert_eq!(values("AWS::Region: eu-west-1\nParameters: x\n"), ["AWS::Region=eu-west-1", "Parameters=x"]);
    assert!(values("").is_empty() && values("{}").is_empty() && values("# none\n").is_empty());
}

#[test]
fn maps_of_stacks() {
    let text = "Stage: dev\nApi:\n  Stage: prod\n  AWS::Region: eu-west-1\nEdge:Stage: test\n";
    assert_eq!(values(text), ["Stage=dev", "Api:Stage=prod", "Api:AWS::Region=eu-west-1", "Edge:Stage=test"]);
}

#[test]
fn what_is_malformed_is_refused_with_its_place() {
    refuses("[{\"ParameterName\": \"a\"}]", "{\"P", "this item has no `ParameterKey`");
    refuses("[{\"ParameterKey\": \"A\"}]", "{\"P", "`A` has no `ParameterValue`");
    refuses("[1]", "1", "expected `NAME=VALUE`, found `1`");
    refuses("{\"A\": null}", "null", "`A` has no value");
    refuses("A: !Ref B\n", "", "`A` has a function as its value");
    refuses("{\"A\": {\"Fn::Sub\": \"x\"}}", "{\"F", "`A` has a function as its value");
    refuses("A:\n  B:\n    C: d\n", "C: d", "`B` has a map as its value, expected a string");
    refuses("A: [{}]\n", "{}", "`A` has an item that is not a string");
    refuses("'': x\n", "''", "`` is not a valid parameter name");
    refuses("hello\n", "hello", "not parameter values, but a single string");
    refuses(
        "Resources: {A: {Type: 'AWS::SNS::Topic'}}\n",
        "Resources",
        "this is a template, not a file with values of its parameters",
    );
    let (at, message) = refused("{\"A\": \"x\" \"B\"}", false);
    assert!(at.starts_with("\"B\"") && !message.is_empty(), "{message} at {at}");
}

#[test]
fn the_configuration_of_sam() {
    let toml = |text: &str| shown_values(&parse(text, true).unwrap());
    let text = "version = 0.1\n[default.global.parameters]\nparameter_overrides = 'Stage=all'\n\
                [default.deploy.parameters]\nparameter_overrides = \"Stage=prod Name=\\\"a b\\\"\"\n\
                [test.deploy.parameters]\nparameter_overrides = 'Stage=test'\n";
    assert_eq!(toml(text), ["Stage=prod", "Name=a b"]);
    assert_eq!(values(text), ["Stage=prod", "Name=a b"]);
    assert_eq!(
        toml("[prod.global.parameters]\nparameter_overrides = ['A=1', 'B=2 C=3']\n"),
        ["A=1", "B=2", "C=3"]
    );
    assert!(toml("[default.deploy.parameters]\nregion = 'eu-west-1'\n").is_empty());
}

#[test]
fn malformed_configurations_of_sam_are_refused_with_their_place() {
    let refuses = |text: &str, at: &str, message: &str| {
        let (found, said) = refused(text, true);
        assert!(found.starts_with(at) && said == message, "{text}: {said}\nat {found}");
    };
    let of = |value: &str| format!("[default.deploy.parameters]\nparameter_overrides = {value}\n");
    refuses(&of("1"), "1", "`parameter_overrides`: expected a string, found a number");
    refuses(&of("['A=1', ['B']]"), "['B']", "`parameter_overrides`: expected a string, found a list");
    refuses(&of("'A'"), "'A'", "`parameter_overrides`: expected `NAME=VALUE`, found `A`");
    refuses(&of("'file://a'"), "'file", "`parameter_overrides`: the values are in another file, `file://a`");
    refuses("Stage = 'prod'\n", "Stage", "there is no environment in this file");
    refuses("\u{feff}[a.b]\n[c.d]\n", "a.b", "there is no environment `default`, only `a`, `c`");
    let (at, message) = refused("[default\n", true);
    assert!(at.starts_with('\n') && !message.contains('\n'), "{message} at {at:?}");
}

#[test]
fn a_stack_has_a_name() {
    refuses("'': {Stage: prod}\n", "''", "`` is not a valid stack name");
}

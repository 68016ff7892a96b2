//! Values that come from other templates.

use cflint_template::definitions::Definitions;
use cflint_template::eval::{Evaluator, View};
use cflint_template::project::{Project, Unit};
use cflint_template::syntax::Parsed;

use super::{parsed, show};

struct File {
    name: &'static str,
    environment: &'static str,
    text: &'static str,
    nested: &'static [(&'static str, usize)],
}

const fn file(name: &'static str, text: &'static str) -> File {
    File { name, environment: "", text, nested: &[] }
}

/// The property `V` of the resource `It` of the first file, which is linked with the others.
fn linked(files: &[File]) -> String {
    let trees: Vec<Parsed> = files.iter().map(|file| parsed(file.text)).collect();
    let units = files.iter().zip(&trees).map(|(file, parsed)| Unit {
        root: parsed.tree.root().expect("not empty"),
        name: file.name.to_owned(),
        given: Vec::new(),
        environment: file.environment.to_owned(),
        nested: file.nested.iter().map(|(id, unit)| ((*id).to_owned(), *unit)).collect(),
        definitions: Definitions::new(),
    });
    let project = Project::new(units.collect());
    let template = project.template(0).expect("the first unit");
    let view = View::default();
    let evaluator = Evaluator::new(&template, &view);
    let it = template.resource("It").and_then(|it| it.properties).expect("a resource called It");
    let value = evaluator.map(it).get("V").expect("a property called V").at;
    show(&evaluator.eval(value).value)
}

const API: &str = r#"
Parameters: { Env: { Type: String } }
Resources: { Api: { Type: "AWS::ApiGateway::RestApi" } }
Outputs:
  Id: { Value: !Ref Api, Export: { Name: !Sub "${AWS::StackName}-Id" } }
  Url: { Value: !Sub "https://${Api}.execute-api.${AWS::Region}.amazonaws.com/${Env}/", Export: { Name: api-url } }
"#;

#[test]
fn an_import_is_evaluated_where_it_is_exported() {
    let it = r#"Resources: { It: { Type: A::B::C, Properties: { V: !ImportValue api-url } } }"#;
    assert_eq!(
        linked(&[file("edge", it), file("api", API)]),
        "https://{api.Api}.execute-api.{region}.amazonaws.com/{api.Env}/"
    );
}

#[test]
fn a_name_with_the_name_of_the_stack_is_found_if_only_one_fits() {
    let it = r#"
Parameters: { Stack: { Type: String } }
Resources: { It: { Type: A::B::C, Properties: { V: !ImportValue { "Fn::Sub": "${Stack}-Id" } } } }"#;
    assert_eq!(linked(&[file("edge", it), file("api", API)]), "{api.Api}");
    assert_eq!(linked(&[file("edge", it), file("api", API), file("other", API)]), "{import {Stack}-Id}");
}

#[test]
fn stacks_of_different_environments_do_not_import_from_each_other() {
    let it = r#"Resources: { It: { Type: A::B::C, Properties: { V: !ImportValue api-url } } }"#;
    let at = |environment, file: File| File { environment, ..file };
    let (edge, api) = (at("1/us-east-1", file("edge", it)), at("1/eu-west-1", file("api", API)));
    assert_eq!(linked(&[edge, api]), "{import api-url}");
}

#[test]
fn a_stack_inside_another_gets_parameters_and_gives_outputs() {
    let outer = r#"
Parameters: { Name: { Type: String } }
Resources:
  Inner: { Type: "AWS::CloudFormation::Stack", Properties: { Parameters: { Env: !Ref Name } } }
  It: { Type: A::B::C, Properties: { V: !GetAtt Inner.Outputs.Url } }"#;
    let outer = File { nested: &[("Inner", 1)], ..file("outer", outer) };
    assert_eq!(
        linked(&[outer, file("inner", API)]),
        "https://{Inner.Api}.execute-api.{region}.amazonaws.com/{Name}/"
    );
}

#[test]
fn an_export_of_a_stack_inside_another_has_the_parameters_that_it_gets_there() {
    let it = r#"Resources: { It: { Type: A::B::C, Properties: { V: !ImportValue live-url } } }"#;
    let inner = r#"
Parameters: { Env: { Type: String, Default: dev } }
Outputs: { Url: { Value: !Sub "https://${Env}.example.com", Export: { Name: !Sub "${Env}-url" } } }"#;
    let outer = r#"
Resources: { Inner: { Type: "AWS::CloudFormation::Stack", Properties: { Parameters: { Env: live } } } }"#;
    let around = |name| File { nested: &[("Inner", 1)], ..file(name, outer) };
    let (edge, inner) = (|| file("edge", it), || file("inner", inner));
    assert_eq!(linked(&[edge(), inner(), around("outer")]), "https://live.example.com");
    assert_eq!(linked(&[edge(), inner(), around("one"), around("other")]), "{import live-url}");
}

#[test]
fn files_with_one_name_are_told_apart() {
    let it = r#"Resources: { It: { Type: A::B::C, Properties: { V: !Sub ["${A} ${B}", { A: !ImportValue a, B: !ImportValue b }] } } }"#;
    let a = r#"{ Resources: { Api: { Type: "AWS::ApiGateway::RestApi" } }, Outputs: { Id: { Value: !Ref Api, Export: { Name: a } } } }"#;
    let b = r#"{ Resources: { Api: { Type: "AWS::ApiGateway::RestApi" } }, Outputs: { Id: { Value: !Ref Api, Export: { Name: b } } } }"#;
    let files = [file("edge", it), file("template", a), file("template", b)];
    assert_eq!(linked(&files), "{template.Api} {template-2.Api}");
}

#[test]
fn an_output_of_a_stack_two_levels_down_comes_up() {
    let outer = r#"
Resources:
  Middle: { Type: "AWS::CloudFormation::Stack" }
  It: { Type: A::B::C, Properties: { V: !GetAtt Middle.Outputs.Id } }"#;
    let middle = r#"
Resources: { Inner: { Type: "AWS::CloudFormation::Stack" } }
Outputs: { Id: { Value: !GetAtt Inner.Outputs.Id } }"#;
    let outer = File { nested: &[("Middle", 1)], ..file("outer", outer) };
    let middle = File { nested: &[("Inner", 2)], ..file("middle", middle) };
    assert_eq!(linked(&[outer, middle, file("inner", API)]), "{Middle.Inner.Api}");
}

#[test]
fn what_cdk_writes_across_regions_is_followed() {
    let edge = r#"
Resources:
  Reader:
    Type: Custom::CrossRegionExportReader
    Properties: { ReaderProps: { region: us-east-1, imports: { /cdk/exports/Edge/Id: "{{resolve:ssm:/cdk/exports/Edge/Id}}" } } }
  It: { Type: A::B::C, Properties: { V: { "Fn::GetAtt": [Reader, /cdk/exports/Edge/Id] } } }"#;
    let api = r#"
Resources:
  Api: { Type: "AWS::ApiGateway::RestApi" }
  Writer:
    Type: Custom::CrossRegionExportWriter
    Properties: { WriterProps: { region: us-east-1, exports: { /cdk/exports/Edge/Id: !Ref Api } } }"#;
    let at = |environment, file: File| File { environment, ..file };
    let files = [at("1/us-east-1", file("Edge", edge)), at("1/eu-west-1", file("Api", api))];
    assert_eq!(linked(&files), "{Api.Api}");
}

#[test]
fn an_output_of_another_stack_is_followed() {
    let it = r#"
Resources: { It: { Type: A::B::C, Properties: { V: { "Fn::GetStackOutput": { StackName: api, OutputName: Id } } } } }"#;
    assert_eq!(linked(&[file("edge", it), file("api", API)]), "{api.Api}");
}

#[test]
fn what_goes_round_in_circles_ends() {
    let a = r#"
Resources: { It: { Type: A::B::C, Properties: { V: !ImportValue b } } }
Outputs: { A: { Value: !ImportValue b, Export: { Name: a } } }"#;
    let b = r#"
Resources: { X: { Type: A::B::C } }
Outputs: { B: { Value: !ImportValue a, Export: { Name: b } } }"#;
    assert!(linked(&[file("a", a), file("b", b)]).contains("{…}"));

    let own = r#"
Resources:
  Inner: { Type: "AWS::CloudFormation::Stack", Properties: { Parameters: { P: !GetAtt Inner.Outputs.Id } } }
  It: { Type: A::B::C, Properties: { V: !GetAtt Inner.Outputs.Id } }
Parameters: { P: { Type: String } }
Outputs: { Id: { Value: !Ref P } }"#;
    let value = linked(&[File { nested: &[("Inner", 0)], ..file("own", own) }]);
    assert!(value.contains("unknown") || value.contains("Inner"), "{value}");
}

#[test]
fn an_output_with_a_condition_is_there_only_if_it_holds() {
    let it = r#"Resources: { It: { Type: A::B::C, Properties: { V: !ImportValue host } } }"#;
    let api = |condition: &str| {
        format!(
            "Conditions: {{ C: !Equals [{condition}, a] }}\nResources: {{ X: {{ Type: A::B::C }} }}\n\
             Outputs: {{ H: {{ Condition: C, Value: known, Export: {{ Name: host }} }} }}"
        )
    };
    let holds = api("a").leak();
    let fails = api("b").leak();
    assert_eq!(linked(&[file("edge", it), file("api", holds)]), "known");
    assert_eq!(linked(&[file("edge", it), file("api", fails)]), "{import host}");
}

#[test]
fn a_name_that_is_written_out_is_not_taken_for_one_that_is_partly_known() {
    let literal = r#"Resources: { It: { Type: A::B::C, Properties: { V: !ImportValue other-Id } } }"#;
    assert_eq!(linked(&[file("edge", literal), file("api", API)]), "{import other-Id}");
    let default = r#"
Parameters: { Stack: { Type: String, Default: shop } }
Resources: { It: { Type: A::B::C, Properties: { V: !ImportValue { "Fn::Sub": "${Stack}-Id" } } } }"#;
    assert_eq!(linked(&[file("edge", default), file("api", API)]), "{api.Api}");
}

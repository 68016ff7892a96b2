//! Values that are made to hurt. Tests run on threads with 2 MiB of stack, as checks of several files do.

use std::cell::RefCell;
use std::fmt::Write as _;

use cflint_template::definitions::Definitions;
use cflint_template::links::links;
use cflint_template::model;
use cflint_template::project::{Project, Unit};
use cflint_template::syntax::Parsed;
use cflint_template::value::{Hole, Reference, Text, Tri};

use super::{evaluated, parsed, with_template};

#[test]
fn resources_of_an_api_may_lie_in_each_other_without_end() {
    let mut text = "Resources:
  Api: { Type: AWS::ApiGateway::RestApi }
  Get:
    Type: AWS::ApiGateway::Method
    Properties: { RestApiId: !Ref Api, ResourceId: !Ref R19999, HttpMethod: GET }
  R0:
    Type: AWS::ApiGateway::Resource
    Properties: { RestApiId: !Ref Api, PathPart: a, ParentId: !GetAtt Api.RootResourceId }
"
    .to_owned();
    for number in 1..20_000 {
        let _ = writeln!(
            text,
            "  R{number}: {{ Type: AWS::ApiGateway::Resource, Properties: {{ RestApiId: !Ref Api, PathPart: a, \
             ParentId: !Ref R{} }} }}",
            number - 1
        );
    }
    with_template(&text, |template, graph| {
        let apis = model::apis(template, graph, &RefCell::new(Vec::new()));
        let routes = &apis[0].1[0].routes;
        assert!(routes.items.is_empty());
        assert!(routes.open.as_ref().is_some_and(|reason| reason.0.contains("`Get` is not known")));
    });
}

#[test]
fn names_that_hold_each_other_twice_are_given_up() {
    let mut text = "Resources:\n  It: { Type: A::B::C, Properties: { V: !Ref S60 } }\n".to_owned();
    for number in 0..=60 {
        let name = match number {
            0 => "x".to_owned(),
            _ => format!("!Sub '${{S{0}}}${{S{0}}}'", number - 1),
        };
        let _ = writeln!(
            text,
            "  S{number}: {{ Type: AWS::ApiGateway::Stage, Properties: {{ StageName: {name} }} }}"
        );
    }
    assert_eq!(evaluated(&text, "V", &[]), "unknown: it consists of too many values");
}

#[test]
fn loops_that_make_texts_of_texts_end() {
    let mut text = r#"{ "B${X0}": { Type: A::B::C, Properties: { V: a } } }"#.to_owned();
    for number in (0..60).rev() {
        let mut value = match number {
            0 => "{ Ref: P }".to_owned(),
            _ => format!("{{ Ref: X{} }}", number - 1),
        };
        for _ in 0..100 {
            value = format!(r#"{{ "Fn::Base64": {value} }}"#);
        }
        text = format!(r#"{{ "Fn::ForEach::L{number}": [X{number}, [{value}], {text}] }}"#);
    }
    let template = format!("Parameters: {{ P: {{ Type: String }} }}\nResources: {text}");
    with_template(&template, |template, _| assert!(template.is_open()));
}

#[test]
fn long_texts_are_compared_without_a_table_of_their_characters() {
    let text = |name: &str| {
        let mut text = Text::literal("x".repeat(1_000_000));
        text.push_hole(Hole::new(Reference::Parameter(name.to_owned())));
        text.push_str(&"y".repeat(1_000_000));
        text
    };
    let (left, right) = (text("A"), text("B"));
    let mut other = Text::literal("x".repeat(999_999));
    other.push_hole(Hole::new(Reference::Parameter("A".to_owned())));
    assert_eq!(left.equals(&right), Tri::Unknown);
    assert_eq!(left.equals(&other), Tri::Unknown);
}

#[test]
fn values_that_come_through_many_templates_end() {
    let name = |number: usize| format!("e{number}");
    let mut texts =
        vec!["Resources: { It: { Type: A::B::C, Properties: { V: !ImportValue e0 } } }".to_owned()];
    for number in 0..20 {
        let mut value = format!(r#"{{ "Fn::ImportValue": {} }}"#, name(number + 1));
        for _ in 0..240 {
            value = format!(r#"{{ "Fn::Base64": {value} }}"#);
        }
        let value = format!("[{0}, {0}, {0}, {0}]", value);
        texts.push(format!(
            "Resources: {{ T: {{ Type: A::B::C }} }}\nOutputs: {{ O: {{ Value: {value}, Export: {{ Name: {} }} }} }}",
            name(number)
        ));
    }
    let trees: Vec<Parsed> = texts.iter().map(|text| parsed(text)).collect();
    let units = trees.iter().enumerate().map(|(number, tree)| Unit {
        root: tree.tree.root().expect("not empty"),
        name: format!("stack{number}"),
        given: Vec::new(),
        environment: String::new(),
        nested: Vec::new(),
        definitions: Definitions::new(),
    });
    let project = Project::new(units.collect());
    let template = project.template(0).expect("the first unit");
    assert!(links(&template).len() < 1_000_000);
}

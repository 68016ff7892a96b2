//! Views against brute force: for every choice of parameters exactly one view gives the model of that choice.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use cflint_template::links::links;
use cflint_template::model::{self, Graph, Model, Views};
use cflint_template::template::Template;
use proptest::prelude::*;

use super::parsed;

fn views_of(text: &str, given: &[(String, String)]) -> Views {
    let parsed = parsed(text);
    let template = Template::new(parsed.tree.root().expect("not empty"), given);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    model::views(&template, &graph, distribution, &RefCell::new(Vec::new()))
}

/// What the tests look at: aliases and the values of three properties.
fn summary(model: &Model) -> String {
    let distribution = &model.distribution;
    let aliases: Vec<String> =
        distribution.aliases.iter().map(|a| a.known().map_or("?".to_owned(), ToString::to_string)).collect();
    let behavior = &distribution.default_behavior;
    let props = [&behavior.viewer_protocol_policy, &behavior.target, &distribution.default_root_object];
    let props = props.map(|prop| prop.known().map_or("-".to_owned(), ToString::to_string));
    format!("{aliases:?} {props:?}")
}

/// A boolean expression over `Equals` of parameters, as YAML flow.
fn condition() -> impl Strategy<Value = String> {
    let atom = (0..3usize, prop_oneof![Just("a"), Just("b"), Just("c")])
        .prop_map(|(parameter, value)| format!("{{'Fn::Equals': [{{Ref: P{parameter}}}, {value}]}}"));
    let compared = (0..3usize, 0..3usize)
        .prop_map(|(one, other)| format!("{{'Fn::Equals': [{{Ref: P{one}}}, {{Ref: P{other}}}]}}"));
    prop_oneof![4 => atom, 1 => compared].prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("{{'Fn::Not': [{a}]}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{'Fn::And': [{a}, {b}]}}")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("{{'Fn::Or': [{a}, {b}]}}")),
        ]
    })
}

/// A value with nested `Fn::If`s over the conditions `C0` to `C3`.
fn branches() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("x".to_owned()),
        Just("y".to_owned()),
        Just("{Ref: P0}".to_owned()),
        Just("{Ref: 'AWS::NoValue'}".to_owned())
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        (0..4usize, inner.clone(), inner).prop_map(|(c, a, b)| format!("{{'Fn::If': [C{c}, {a}, {b}]}}"))
    })
}

fn template() -> impl Strategy<Value = String> {
    let conditions = proptest::collection::vec(condition(), 4);
    let values = proptest::collection::vec(branches(), 5);
    (conditions, values, any::<bool>()).prop_map(|(conditions, values, listed)| {
        let mut text = String::from("Parameters:\n");
        for parameter in 0..3 {
            let allowed = if listed && parameter == 0 { ", AllowedValues: [a, b, c]" } else { "" };
            let _ = writeln!(text, "  P{parameter}: {{Type: String{allowed}}}");
        }
        text.push_str("Conditions:\n");
        for (index, condition) in conditions.iter().enumerate() {
            let _ = writeln!(text, "  C{index}: {condition}");
        }
        let [a, b, c, d, e] = values.as_slice() else { unreachable!("five values") };
        let _ = write!(
            text,
            "Resources:\n  D:\n    Type: AWS::CloudFront::Distribution\n    Properties:\n      DistributionConfig:\n        \
             Aliases: [{a}, {b}]\n        DefaultRootObject: {c}\n        DefaultCacheBehavior:\n          \
             ViewerProtocolPolicy: {d}\n          TargetOriginId: {e}\n"
        );
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_choice_of_parameters_has_its_view(text in template()) {
        let views = views_of(&text, &[]);
        if views.cut {
            return Ok(());
        }
        // `z` stands for every value that no condition names; two of them tell `P1 == P2` apart from `P1 != P2`.
        for p0 in ["a", "b", "c"] {
            for p1 in ["a", "b", "c", "z1"] {
                for p2 in ["a", "b", "c", "z1", "z2"] {
                    let given = [("P0", p0), ("P1", p1), ("P2", p2)].map(|(n, v)| (n.to_owned(), v.to_owned()));
                    let concrete = views_of(&text, &given);
                    prop_assert_eq!(concrete.models.len(), 1, "{:?}", given);
                    let (decided, model) = &concrete.models[0];
                    let expected = summary(model);
                    let agreeing: Vec<String> = views
                        .models
                        .iter()
                        .filter(|(conditions, _)| conditions.iter().all(|c| decided.contains(c)))
                        .map(|(_, model)| summary(model).replace("{P0}", p0))
                        .collect();
                    prop_assert!(agreeing.contains(&expected), "{given:?}: {expected} is not among {agreeing:?}");
                    // Views that decide the same conditions alike can differ only in a parameter's value.
                    let others = agreeing.iter().filter(|summary| **summary != expected);
                    for other in others {
                        prop_assert!(text.contains("Ref: P0"), "{other} beside {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn views_are_the_same_every_time(text in template()) {
        let once: Vec<String> = views_of(&text, &[]).models.iter().map(|(c, m)| format!("{c:?} {}", summary(m))).collect();
        let twice: Vec<String> = views_of(&text, &[]).models.iter().map(|(c, m)| format!("{c:?} {}", summary(m))).collect();
        prop_assert_eq!(once, twice);
    }
}

fn distribution(head: &str, aliases: &str) -> String {
    format!(
        "{head}\nResources:\n  D:\n    Type: AWS::CloudFront::Distribution\n    Properties:\n      \
         DistributionConfig:\n        Aliases: {aliases}\n"
    )
}

#[test]
fn nested_branches_do_not_multiply() {
    let mut head = String::from("Parameters:\n");
    for i in 0..12 {
        let _ = writeln!(head, "  P{i}: {{Type: String}}");
    }
    head.push_str("Conditions:\n");
    for i in 0..12 {
        let _ = writeln!(head, "  C{i}: !Equals [!Ref P{i}, x]");
    }
    let nested = (0..12).fold("z".to_owned(), |inner, i| format!("!If [C{i}, v{i}, {inner}]"));
    let views = views_of(&distribution(&head, &format!("[{nested}]")), &[]);
    assert_eq!(views.models.len(), 13);
    assert!(!views.cut);
}

#[test]
fn independent_branches_are_cut_at_the_limit_and_the_rest_is_unknown() {
    let mut head = String::from("Parameters:\n");
    for i in 0..10 {
        let _ = writeln!(head, "  P{i}: {{Type: String}}");
    }
    head.push_str("Conditions:\n");
    for i in 0..10 {
        let _ = writeln!(head, "  C{i}: !Equals [!Ref P{i}, x]");
    }
    let list: Vec<String> = (0..10).map(|i| format!("!If [C{i}, a{i}, b{i}]")).collect();
    let views = views_of(&distribution(&head, &format!("[{}]", list.join(", "))), &[]);
    assert_eq!(views.models.len(), model::MAX_VIEWS);
    assert!(views.cut);
}

#[test]
fn conditions_over_one_parameter_bind_each_other() {
    let head = "Parameters:\n  Env: {Type: String, AllowedValues: [dev, test, prod], Default: dev}\nConditions:\n  \
                Dev: !Equals [!Ref Env, dev]\n  Test: !Equals [!Ref Env, test]\n  Prod: !Equals [!Ref Env, prod]\n";
    let aliases = "[!If [Dev, d, x], !If [Test, t, x], !If [Prod, p, x], !Ref Env]";
    let mut seen: Vec<String> =
        views_of(&distribution(head, aliases), &[]).models.iter().map(|(_, model)| summary(model)).collect();
    seen.sort();
    let aliases: Vec<&str> = seen.iter().map(|summary| summary.split(']').next().unwrap()).collect();
    assert_eq!(
        aliases,
        [r#"["d", "x", "x", "dev""#, r#"["x", "t", "x", "test""#, r#"["x", "x", "p", "prod""#]
    );
}

#[test]
fn a_rule_of_the_template_rules_out_what_it_refuses() {
    let head = "Parameters:\n  Env: {Type: String}\nRules:\n  R:\n    Assertions:\n      - Assert: !Not [!Equals [!Ref Env, dev]]\n\
                Conditions:\n  Dev: !Equals [!Ref Env, dev]\n";
    let views = views_of(&distribution(head, "[!If [Dev, d, x]]"), &[]);
    assert_eq!(views.models.len(), 1);
    assert!(summary(&views.models[0].1).starts_with(r#"["x"]"#));
}

#[test]
fn a_default_yields_to_what_the_view_says() {
    let head = "Parameters:\n  Host: {Type: String, Default: ''}\nConditions:\n  HasHost: !Not [!Equals [!Ref Host, '']]\n";
    let views = views_of(&distribution(head, "!If [HasHost, [!Ref Host], !Ref AWS::NoValue]"), &[]);
    let seen: Vec<String> = views.models.iter().map(|(_, model)| summary(model)).collect();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().any(|summary| summary.starts_with(r#"["{Host}"]"#)));
    assert!(seen.iter().any(|summary| summary.starts_with("[]")));
}

#[test]
fn a_key_of_a_mapping_is_tried_value_by_value() {
    let head = "Parameters:\n  Env: {Type: String}\nMappings:\n  M:\n    dev: {Live: 'no'}\n    prod: {Live: 'yes'}\n\
                Conditions:\n  Live: !Equals [!FindInMap [M, !Ref Env, Live], 'yes']\n";
    let views = views_of(&distribution(head, "[!If [Live, l, d]]"), &[]);
    let mut seen: Vec<String> = views.models.iter().map(|(_, model)| summary(model)).collect();
    seen.sort();
    seen.dedup();
    assert!(seen.iter().any(|summary| summary.starts_with(r#"["l"]"#)));
    assert!(seen.iter().any(|summary| summary.starts_with(r#"["d"]"#)));
}

#[test]
fn views_share_what_they_answer_alike() {
    let mut head = String::from("Parameters:\n");
    for i in 0..5 {
        let _ = writeln!(head, "  P{i}: {{Type: String}}");
    }
    head.push_str("Conditions:\n");
    for i in 0..5 {
        let _ = writeln!(head, "  C{i}: !Equals [!Ref P{i}, x]");
    }
    let aliases: Vec<String> = (0..4).map(|i| format!("!If [C{i}, a{i}, b{i}]")).collect();
    let text = distribution(&head, &format!("[{}]", aliases.join(", ")))
        + "        Origins:\n          - {Id: !If [C0, a, b], DomainName: a.example.com}\n        \
           CacheBehaviors:\n          - {PathPattern: '/x/*', TargetOriginId: !If [C4, a, b]}\n        \
           DefaultCacheBehavior: {TargetOriginId: a}\n";
    let views = views_of(&text, &[]);
    assert_eq!(views.models.len(), 32);
    let count = |part: fn(&Model) -> *const ()| {
        views.models.iter().map(|(_, model)| part(model)).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(count(|model| Arc::as_ptr(&model.distribution.default_behavior).cast()), 1);
    assert_eq!(count(|model| Arc::as_ptr(&model.distribution.origins).cast()), 2);
    assert_eq!(count(|model| Arc::as_ptr(&model.distribution.behaviors).cast()), 2);
    for (conditions, model) in &views.models {
        let chosen = |name: &str| conditions.iter().any(|(c, answer)| c == name && *answer);
        let target = &model.distribution.behaviors.items[0].target;
        assert_eq!(target.literal(), Some(if chosen("C4") { "a" } else { "b" }));
        let id = &model.distribution.origins.items[0].id;
        assert_eq!(id.literal(), Some(if chosen("C0") { "a" } else { "b" }));
    }
}

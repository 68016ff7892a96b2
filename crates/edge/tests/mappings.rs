//! Custom domains: which names they respond to, which mapping handles a path, and how far paths get.

#![expect(clippy::expect_used, reason = "a test that is written wrongly may panic")]

use std::cell::RefCell;
use std::fmt::Write as _;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::routes::base_path::{Choice, choose};
use cflint_edge::routes::domain_reach::{DomainReach, reach_domain};
use cflint_edge::routes::path::request_paths;
use cflint_edge::routes::pattern::PathPattern;
use cflint_template::links::links;
use cflint_template::model::{self, Graph, Model};
use cflint_template::syntax::parse;
use cflint_template::template::Template;
use cflint_template::value::Text;
use proptest::prelude::*;

fn with_model<T>(text: &str, look: impl FnOnce(&Model) -> T) -> T {
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    look(&views.models.first().expect("a view").1)
}

/// A template with a custom domain; each mapping has an API with one route.
fn template(name: &str, mappings: &[(&str, &str)], prefix: &str, pattern: &str) -> String {
    let mut text = format!(
        "
Parameters:
  Zone: {{Type: String}}
  Key: {{Type: String}}
Resources:
  Domain: {{Type: AWS::ApiGatewayV2::DomainName, Properties: {{DomainName: {name}}}}}
  It:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Origins: [{{Id: it, DomainName: !Ref Domain, OriginPath: '{prefix}'}}]
        DefaultCacheBehavior: {{TargetOriginId: it}}
        CacheBehaviors: [{{TargetOriginId: it, PathPattern: '{pattern}'}}]
"
    );
    for (index, (key, route)) in mappings.iter().enumerate() {
        write!(
            text,
            "
  Api{index}: {{Type: AWS::ApiGatewayV2::Api, Properties: {{ProtocolType: HTTP}}}}
  Route{index}: {{Type: AWS::ApiGatewayV2::Route, Properties: {{ApiId: !Ref Api{index}, RouteKey: 'GET {route}'}}}}
  Mapping{index}:
    Type: AWS::ApiGatewayV2::ApiMapping
    Properties: {{DomainName: !Ref Domain, ApiId: !Ref Api{index}, Stage: $default, ApiMappingKey: {key}}}
"
        )
        .expect("a string takes everything");
    }
    text
}

#[test]
fn names_that_a_domain_answers_to() {
    let cases = [
        ("api.example.com", "api.example.com", "True"),
        ("api.example.com", "API.Example.com", "True"),
        ("api.example.com", "www.example.com", "False"),
        ("api.example.com", "*.example.com", "Unknown"),
        ("api.example.com", "*.example.org", "False"),
        ("'*.example.com'", "www.example.com", "True"),
        ("'*.example.com'", "*.example.com", "True"),
        ("'*.example.com'", "example.com", "False"),
        ("'*.example.com'", "a.b.example.com", "Unknown"),
        ("'*.example.com'", "www.notexample.com", "False"),
        ("!Sub 'api.${Zone}'", "api.example.com", "Unknown"),
        ("!Sub 'api.${Zone}'", "www.example.com", "False"),
        ("!Sub '*.${Zone}'", "www.example.com", "Unknown"),
        ("!ImportValue name", "www.example.com", "Unknown"),
    ];
    for (name, host, expected) in cases {
        let answer = with_model(&template(name, &[], "", "/*"), |model| {
            format!("{:?}", model.custom_domains[0].answers_to(&Text::literal(host)))
        });
        assert_eq!(answer, expected, "{name} and {host}");
    }
}

#[test]
fn the_mapping_that_takes_a_path() {
    let one_level = &[("orders", "/a"), ("shop", "/a")][..];
    let with_none = &[("orders", "/a"), ("''", "/a")][..];
    let levels = &[("orders", "/a"), ("orders/shop", "/a"), ("orders/shop/5", "/a"), ("''", "/a")][..];
    let cases = [
        (one_level, "/orders", "Mapping0"),
        (one_level, "/orders/", "Mapping0"),
        (one_level, "/shop/1", "Mapping1"),
        (one_level, "/ordersandmore", "nothing"),
        (one_level, "/Orders", "nothing"),
        (one_level, "/", "nothing"),
        (with_none, "/", "Mapping1"),
        (with_none, "/orders/1", "Mapping0"),
        (with_none, "/ordersandmore", "Mapping1"),
        (levels, "/orders/shop/5/hats", "Mapping2"),
        (levels, "/orders/shop/4", "Mapping1"),
        // The documentation says so itself: with several levels the text is compared, not the segments.
        (levels, "/ordersandmore", "Mapping0"),
        (levels, "/order", "Mapping3"),
        (&[("!Ref Key", "/a")][..], "/orders", "unknown"),
    ];
    for (mappings, path, expected) in cases {
        let chosen = with_model(&template("api.example.com", mappings, "", "/*"), |model| {
            match choose(&model.custom_domains[0], path) {
                Choice::Mapping(mapping) => mapping.id.clone(),
                Choice::Nothing => "nothing".to_owned(),
                Choice::Unknown => "unknown".to_owned(),
            }
        });
        assert_eq!(chosen, expected, "{path} in {mappings:?}");
    }
}

fn reached(mappings: &[(&str, &str)], prefix: &str, pattern: &str) -> String {
    with_model(&template("api.example.com", mappings, prefix, pattern), |model| {
        let paths = request_paths(model);
        let path = paths.iter().find(|path| path.behavior.index.is_some()).expect("a behavior");
        match reach_domain(path) {
            Some(DomainReach::Route) => "route".to_owned(),
            Some(DomainReach::Unknown) => "unknown".to_owned(),
            Some(DomainReach::NoMapping(miss)) => format!("no mapping, {:?}", miss.origin_paths.len()),
            Some(DomainReach::NoStage(_)) => "no stage".to_owned(),
            Some(DomainReach::NoRoute(miss)) => format!("no route, {:?}", miss.origin_paths.len()),
            None => "nothing".to_owned(),
        }
    })
}

#[test]
fn how_far_paths_get() {
    let shop = &[("shop", "/users")][..];
    let both = &[("shop", "/users"), ("''", "/carts")][..];
    let levels = &[("shop", "/users"), ("shop/v1", "/carts")][..];
    let cases = [
        (shop, "/shop", "/users", "route"),
        (shop, "/shop", "/users/", "route"),
        (shop, "", "/shop/*", "route"),
        (&[("shop", "/")][..], "", "/shop", "route"),
        (shop, "", "/users", "no mapping, 1"),
        (shop, "/shopping", "/users", "no mapping, 1"),
        (shop, "/shop", "/orders", "no route, 0"),
        (shop, "/shop/shop", "/users", "no route, 1"),
        (both, "", "/carts", "route"),
        (both, "", "/users", "no route, 1"),
        // The other mapping has the route, but never gets the path.
        (both, "/shop", "/carts", "no route, 1"),
        (levels, "/shop/v1", "/carts", "route"),
        (levels, "/shop/v1", "/users", "no route, 1"),
        (levels, "", "/shopping", "unknown"),
        (&[("!Ref Key", "/users")][..], "/shop", "/users", "route"),
        (&[][..], "/shop", "/users", "unknown"),
    ];
    for (mappings, prefix, pattern, expected) in cases {
        assert_eq!(reached(mappings, prefix, pattern), expected, "{prefix} and {pattern} in {mappings:?}");
    }
}

/// Whether the API with one route matches what is left of a path, by the letter.
fn has_route(route: &str, rest: &str) -> bool {
    let (route, rest) = (route.split('/').skip(1), rest.split('/').skip(1));
    let (route, rest): (Vec<&str>, Vec<&str>) = (route.collect(), rest.collect());
    let fits = |(route, rest): (&&str, &&str)| (route.starts_with('{') && !rest.is_empty()) || route == rest;
    match route.split_last() {
        Some((&"{proxy+}", above)) => {
            rest.len() > above.len() && !rest[above.len()].is_empty() && above.iter().zip(&rest).all(fits)
        }
        _ => route.len() == rest.len() && route.iter().zip(&rest).all(fits),
    }
}

/// Whether some short path of the pattern reaches a route.
fn some_path_leads(model: &Model, mappings: &[(&str, &str)], prefix: &str, pattern: &str) -> bool {
    let pattern = PathPattern::new(pattern);
    let mut paths = vec![String::new()];
    for _ in 0..6 {
        let longer: Vec<String> =
            paths.iter().flat_map(|path| ["/", "a", "b"].map(|next| format!("{path}{next}"))).collect();
        paths.extend(longer);
        paths.sort();
        paths.dedup();
    }
    let mut viewer_paths = paths.iter().filter(|path| path.starts_with('/') && pattern.matches(path));
    viewer_paths.any(|path| {
        let arriving = format!("{prefix}{path}");
        let Choice::Mapping(mapping) = choose(&model.custom_domains[0], &arriving) else { return false };
        let index: usize = mapping.id.trim_start_matches("Mapping").parse().expect("a number");
        let key = mapping.key.literal().map_or(String::new(), |key| format!("/{key}"));
        // The bare base path leads to the root.
        let rest = arriving.strip_prefix(&key).filter(|rest| !rest.is_empty());
        has_route(mappings[index].1, rest.unwrap_or("/"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_miss_is_a_miss_for_every_path(
        keys in proptest::sample::subsequence(vec!["''", "a", "b", "ab", "a/b", "a/bb"], 1..4),
        routes in proptest::collection::vec(
            proptest::sample::select(vec!["/", "/a", "/b", "/a/b", "/{x}", "/b/{x}", "/{proxy+}", "/a/{proxy+}"]), 4),
        prefix in proptest::sample::select(vec!["", "/a", "/b", "/a/b", "/aa"]),
        pattern in "/[ab]{1,2}(/[ab*]{1,2})?\\*?",
    ) {
        let mappings: Vec<(&str, &str)> = keys.into_iter().zip(routes).collect();
        let text = template("api.example.com", &mappings, prefix, &pattern);
        let leads = with_model(&text, |model| some_path_leads(model, &mappings, prefix, &pattern));
        let reached = reached(&mappings, prefix, &pattern);
        if leads {
            prop_assert!(!reached.starts_with("no "), "{reached} for {prefix}{pattern} in {mappings:?}");
        } else if !pattern.contains('*') && !mappings.iter().any(|(key, route)| key.contains('/') || route.ends_with("{proxy+}")) {
            prop_assert!(reached.starts_with("no "), "{reached} for {prefix}{pattern} in {mappings:?}");
        }
    }
}

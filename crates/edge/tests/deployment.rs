//! What CloudFront refuses when a distribution is deployed.

#![expect(clippy::expect_used, reason = "a test that is written wrongly may panic")]

use std::cell::RefCell;
use std::sync::Arc;

use cflint_diagnostics::FileId;
use cflint_edge::behavior::conflicts::{
    Conflict, conflict, disorder_of, disorder_of_policy, encoding_beside_compression, keys_without_cache,
};
use cflint_edge::facts::Certainty;
use cflint_edge::facts::edge_function::{FunctionFault, arn_fault, clashes, event_fault};
use cflint_edge::facts::headers::{refused, refused_in};
use cflint_edge::facts::methods::{MethodFault, faults};
use cflint_edge::facts::timeouts::read_timeout;
use cflint_edge::origin::faults::{KindFault, kind_fault};
use cflint_template::links::links;
use cflint_template::model::{self, Behavior, CachePolicy, Graph, Model, Prop};
use cflint_template::syntax::parse;
use cflint_template::template::Template;

/// Looks at the only distribution of a template, in its only view.
fn with_model<T>(text: &str, look: impl FnOnce(&Model) -> T) -> T {
    let parsed = parse(FileId(0), Arc::from(text)).expect("the template parses");
    let template = Template::new(parsed.tree.root().expect("not empty"), &[]);
    let graph = Graph::new(&template, &links(&template));
    let distribution = model::distributions(&template).next().expect("a distribution");
    let views = model::views(&template, &graph, distribution, &RefCell::default());
    look(&views.models.first().expect("a view").1)
}

/// Looks at the default behavior of a distribution, given in the flow style.
fn with_behavior<T>(behavior: &str, look: impl FnOnce(&Behavior) -> T) -> T {
    with_default(behavior, |model| look(&model.distribution.default_behavior))
}

fn with_default<T>(behavior: &str, look: impl FnOnce(&Model) -> T) -> T {
    let text = format!(
        "
Resources:
  Fn: {{Type: AWS::Lambda::Function}}
  Version: {{Type: AWS::Lambda::Version, Properties: {{FunctionName: !Ref Fn}}}}
  Alias: {{Type: AWS::Lambda::Alias}}
  It:
    Type: AWS::CloudFront::Distribution
    Properties: {{DistributionConfig: {{DefaultCacheBehavior: {behavior}}}}}
"
    );
    with_model(&text, look)
}

/// Looks at a cache policy with these TTLs and this key.
fn with_policy<T>(ttls: [i64; 3], key: &str, look: impl FnOnce(&CachePolicy) -> T) -> T {
    let [min, default, max] = ttls;
    let text = format!(
        "
Resources:
  Policy:
    Type: AWS::CloudFront::CachePolicy
    Properties:
      CachePolicyConfig:
        {{MinTTL: {min}, DefaultTTL: {default}, MaxTTL: {max}, ParametersInCacheKeyAndForwardedToOrigin: {key}}}
  It:
    Type: AWS::CloudFront::Distribution
    Properties: {{DistributionConfig: {{DefaultCacheBehavior: {{CachePolicyId: !Ref Policy}}}}}}
"
    );
    with_model(&text, |model| look(model.cache_policies.first().expect("a policy")))
}

#[test]
fn a_behavior_says_in_one_way_what_is_cached() {
    let of = |behavior: &str| {
        with_default(behavior, |model| {
            conflict(model, &model.distribution.default_behavior).map(|conflict| match &conflict {
                Conflict::BesidePolicy(settings) => {
                    (settings.iter().map(|(name, _)| *name).collect(), conflict.certainty())
                }
                Conflict::NoCachePolicy(_) => (vec!["no cache policy"], conflict.certainty()),
                Conflict::Nothing => (vec!["nothing"], conflict.certainty()),
            })
        })
    };
    assert_eq!(of("{CachePolicyId: a}"), None);
    assert_eq!(of("{ForwardedValues: {QueryString: true}, MinTTL: 0}"), None);
    assert_eq!(
        of("{CachePolicyId: a, MinTTL: 0, MaxTTL: 1}"),
        Some((vec!["MaxTTL", "MinTTL"], Certainty::Probable))
    );
    assert_eq!(of("{CachePolicyId: a, MinTTL: 0, DefaultTTL: 0}"), None);
    let both = "{CachePolicyId: !ImportValue a, ForwardedValues: {QueryString: true}}";
    assert_eq!(of(both), Some((vec!["ForwardedValues"], Certainty::Probable)));
    assert_eq!(of("{OriginRequestPolicyId: a}"), Some((vec!["no cache policy"], Certainty::Certain)));
    assert_eq!(of("{TargetOriginId: a}"), Some((vec!["nothing"], Certainty::Certain)));
    assert_eq!(of("{CachePolicyID: a, OriginRequestPolicyId: b}"), None);
    assert_eq!(of("{CachePolicyId: !Transform {Name: a}}"), None);
}

#[test]
fn ttls_rise() {
    let of = |ttls: &str| {
        let text = format!("{{ForwardedValues: {{QueryString: true}}, {ttls}}}");
        with_behavior(&text, |behavior| {
            disorder_of(behavior).map(|it| (it.more.0.0, it.less.0.0, it.certainty()))
        })
    };
    assert_eq!(of("MinTTL: 0, DefaultTTL: 0, MaxTTL: 0"), None);
    assert_eq!(of("MinTTL: 5, MaxTTL: 4"), Some(("MinTTL", "MaxTTL", Certainty::Certain)));
    assert_eq!(of("DefaultTTL: 5, MaxTTL: 4"), Some(("DefaultTTL", "MaxTTL", Certainty::Certain)));
    assert_eq!(of("MaxTTL: 4"), Some(("DefaultTTL", "MaxTTL", Certainty::Uncertain)));
    assert_eq!(of("MinTTL: 100000"), Some(("MinTTL", "DefaultTTL", Certainty::Uncertain)));
    assert!(with_policy([2, 1, 3], "{}", |policy| disorder_of_policy(policy).is_some()));
    assert!(with_policy([1, 1, 1], "{}", |policy| disorder_of_policy(policy).is_none()));
}

#[test]
fn what_caches_nothing_has_no_key() {
    let key = "{EnableAcceptEncodingGzip: true, HeadersConfig: {HeaderBehavior: whitelist, Headers: [accept-encoding, Cookie]}, CookiesConfig: {CookieBehavior: none}}";
    let what = |ttls| {
        with_policy(ttls, key, |policy| {
            keys_without_cache(policy).iter().map(|key| key.what).collect::<Vec<_>>()
        })
    };
    assert_eq!(what([0, 0, 0]), ["headers", "compression"]);
    assert_eq!(what([0, 0, 1]), Vec::<&str>::new());
    with_policy([0, 0, 1], key, |policy| {
        assert!(encoding_beside_compression(policy).is_some());
        assert_eq!(refused_in(&policy.headers).count(), 1);
        assert_eq!(refused(&policy.headers.names).count(), 1);
    });
    let unlisted = "{HeadersConfig: {HeaderBehavior: none, Headers: [Cookie]}}";
    assert!(with_policy([0, 0, 1], unlisted, |policy| refused_in(&policy.headers).next().is_none()));
}

#[test]
fn methods_come_in_sets() {
    let of = |methods: &str, is_cached: bool| {
        let property = if is_cached { "CachedMethods" } else { "AllowedMethods" };
        with_behavior(&format!("{{{property}: {methods}}}"), |behavior| {
            faults(behavior).next().map(|(_, _, fault)| match fault {
                MethodFault::Unknown(name) => name.literal().unwrap_or_default().to_owned(),
                MethodFault::NoSet => "set".to_owned(),
            })
        })
    };
    for set in ["[HEAD, GET]", "[OPTIONS, GET, HEAD]"] {
        assert_eq!(of(set, false), None);
        assert_eq!(of(set, true), None);
    }
    let all = "[GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE]";
    assert_eq!((of(all, false), of(all, true)), (None, Some("set".to_owned())));
    assert_eq!(of("[GET]", false).as_deref(), Some("set"));
    assert_eq!(of("[GET, !ImportValue more]", false), None);
    assert_eq!(of("[get, !ImportValue more]", false).as_deref(), Some("get"));
    assert_eq!(of("[]", false).as_deref(), Some("set"));
    assert_eq!(of("!Ref AWS::NoValue", false), None);
}

#[test]
fn functions_at_the_edge_have_numbers_and_lie_in_one_region() {
    let of = |arn: &str| {
        let text = format!(
            "{{LambdaFunctionAssociations: [{{EventType: origin-request, LambdaFunctionARN: {arn}}}]}}"
        );
        with_behavior(&text, |behavior| arn_fault(behavior.functions.iter().next().expect("a function")))
    };
    let arn = "arn:aws:lambda:us-east-1:111122223333:function:it";
    assert_eq!(of(&format!("'{arn}:7'")), None);
    assert_eq!(of(&format!("'{arn}'")), Some(FunctionFault::Unversioned));
    assert_eq!(of(&format!("'{arn}:$LATEST'")), Some(FunctionFault::Unversioned));
    assert_eq!(of(&format!("'{arn}:live'")), Some(FunctionFault::Alias));
    let elsewhere = "'arn:aws:lambda:eu-west-1:111122223333:function:it:7'";
    assert_eq!(of(elsewhere), Some(FunctionFault::Region("eu-west-1".to_owned())));
    assert_eq!(of("'arn:aws:cloudfront::111122223333:function/it'"), Some(FunctionFault::OtherKind));
    assert_eq!(of("!GetAtt Fn.Arn"), Some(FunctionFault::Unversioned));
    assert_eq!(of("!Ref Fn"), Some(FunctionFault::Unversioned));
    assert_eq!(of("!Ref Alias"), Some(FunctionFault::Alias));
    // A stack name holds no colon, a parameter may.
    let named = "!Sub 'arn:aws:lambda:us-east-1:1:function:${AWS::StackName}'";
    assert_eq!(of(named), Some(FunctionFault::Unversioned));
    for fine in ["!Ref Version", "!ImportValue a", "!Sub '${Fn.Arn}:7'"] {
        assert_eq!(of(fine), None, "{fine}");
    }
}

#[test]
fn events_take_one_function() {
    let of = |lambda: &str, function: &str| {
        let text = format!(
            "{{LambdaFunctionAssociations: [{{EventType: {lambda}}}], FunctionAssociations: [{{EventType: {function}}}]}}"
        );
        with_behavior(&text, |behavior| {
            let faults = behavior.functions.iter().filter_map(event_fault).count();
            (faults, clashes(behavior).first().map(|clash| clash.is_same_event))
        })
    };
    assert_eq!(of("viewer-request", "viewer-request"), (0, Some(true)));
    assert_eq!(of("viewer-response", "viewer-request"), (0, Some(false)));
    assert_eq!(of("origin-request", "viewer-request"), (0, None));
    assert_eq!(of("origin-request", "origin-request"), (1, None));
}

#[test]
fn an_origin_has_the_configuration_of_its_kind() {
    let of = |origin: &str| {
        let text = format!(
            "
Resources:
  It:
    Type: AWS::CloudFront::Distribution
    Properties: {{DistributionConfig: {{Origins: [{{Id: a, {origin}}}]}}}}
"
        );
        with_model(&text, |model| {
            let origin = model.distribution.origins.iter().next().expect("an origin");
            (kind_fault(model, origin), read_timeout(origin))
        })
    };
    let custom = "CustomOriginConfig: {OriginProtocolPolicy: https-only}";
    assert_eq!(of(&format!("DomainName: a.example.com, {custom}")), (None, Some(30)));
    assert_eq!(of("DomainName: a.s3.eu-west-1.amazonaws.com, S3OriginConfig: {}"), (None, None));
    assert_eq!(of("DomainName: !ImportValue a, S3OriginConfig: {}").0, None);
    assert_eq!(
        of(&format!("DomainName: a.example.com, S3OriginConfig: {{}}, {custom}")).0,
        Some((KindFault::Several, Certainty::Certain))
    );
    assert_eq!(of("DomainName: a.example.com").0, Some((KindFault::None, Certainty::Certain)));
    assert_eq!(
        of("DomainName: a.s3.eu-west-1.amazonaws.com").0,
        Some((KindFault::None, Certainty::Probable))
    );
    assert_eq!(
        of("DomainName: a.example.com, S3OriginConfig: {}").0,
        Some((KindFault::NoBucket, Certainty::Certain))
    );
}

#[test]
fn what_is_not_known_is_no_fault() {
    let text = "{ForwardedValues: {Headers: [!ImportValue a]}, AllowedMethods: !ImportValue b}";
    with_behavior(text, |behavior| {
        let headers = &behavior.forwarded_values.known().expect("values").headers;
        assert_eq!(refused(headers).count(), 0);
        assert!(headers.iter().all(|header: &Prop<_>| header.literal().is_none()));
        assert!(faults(behavior).next().is_none());
    });
}

//! The APIs of SAM templates, as the transform would make them.

use std::cell::RefCell;

use cflint_template::model::{self, Api};

use super::{evaluated, with_template};

/// The APIs of every view: endpoint types, stages and routes with who may call them.
fn apis(text: &str) -> Vec<String> {
    let problems = RefCell::default();
    let views = with_template(text, |template, graph| model::apis(template, graph, &problems));
    assert_eq!(problems.into_inner(), []);
    views.iter().map(|(_, apis)| apis.iter().map(show).collect::<Vec<_>>().join("\n")).collect()
}

fn show(api: &Api) -> String {
    let open = |open: &Option<cflint_template::eval::Reason>| {
        open.as_ref().map_or(String::new(), |reason| format!(" and more: {}", reason.0))
    };
    let texts = |texts: Vec<String>| texts.join(", ");
    let text = |prop: &model::Prop<cflint_template::value::Text>| {
        prop.known().map_or("?".to_owned(), ToString::to_string)
    };
    let mut lines = vec![format!(
        "{} [{}] stages {}{}{}",
        api.id,
        texts(api.endpoint_types.iter().map(text).collect()),
        texts(api.stages.iter().map(|stage| text(&stage.name)).collect()),
        open(&api.stages.open),
        open(&api.routes.open),
    )];
    lines.extend(api.routes.iter().map(|route| {
        let key = if route.api_key.is_true() { " key" } else { "" };
        format!("  {} {} {:?}{key}", route.method, route.path, route.guard)
    }));
    lines.join("\n")
}

fn one(text: &str) -> String {
    let mut views = apis(text);
    assert_eq!(views.len(), 1, "{views:?}");
    views.remove(0)
}

/// A function with these events, in a template that starts with `head`.
fn with_events(head: &str, events: &str) -> String {
    format!(
        "Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]\n{head}\n  \
         F: {{Type: 'AWS::Serverless::Function', Properties: {{Events: {{{events}}}}}}}\n"
    )
}

const IT: &str = "
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Globals: {Function: {FunctionUrlConfig: {AuthType: NONE}}}
Parameters:
  Name: {Type: String}
Resources:
  Plain: {Type: 'AWS::Serverless::Api', Properties: {StageName: live}}
  Dashed: {Type: 'AWS::Serverless::Api', Properties: {StageName: v1-beta}}
  Given: {Type: 'AWS::Serverless::Api', Properties: {StageName: !Ref Name}}
  Http: {Type: 'AWS::Serverless::HttpApi'}
  F: {Type: 'AWS::Serverless::Function', Properties: {Handler: a.b}}
  It:
    Type: Custom::It
    Properties:
";

fn value(expression: &str) -> String {
    evaluated(&format!("{IT}      V: {expression}\n"), "V", &[])
}

#[test]
fn names_that_sam_makes_have_values() {
    assert_eq!(value("!Ref PlainliveStage"), "live");
    assert_eq!(value("!Ref DashedStage0123456789"), "v1-beta");
    assert_eq!(value("!Ref GivenStage"), "{Name}");
    assert_eq!(value("!Ref Plain.Stage"), "live");
    assert_eq!(value("!Sub '/${Plain.Stage}/${PlainliveStage}'"), "/live/live");
    assert_eq!(value("!Ref HttpApiGatewayDefaultStage"), "$default");
    assert_eq!(value("!Ref ServerlessRestApi"), "{ServerlessRestApi}");
    assert_eq!(value("!Ref ServerlessRestApiProdStage"), "Prod");
    assert_eq!(value("!Sub '${ServerlessRestApi.Stage}'"), "Prod");
    assert_eq!(value("!Ref ServerlessHttpApiApiGatewayDefaultStage"), "$default");
    assert_eq!(
        value("!GetAtt ServerlessHttpApi.ApiEndpoint"),
        "https://{ServerlessHttpApi}.execute-api.{region}.{url-suffix}"
    );
    assert_eq!(value("!GetAtt FUrl.FunctionUrl"), "https://{FUrl.UrlId}.lambda-url.{region}.on.aws/");
}

#[test]
fn names_that_sam_does_not_make_stay_open() {
    assert_eq!(value("!Ref PlainotherStage"), "{PlainotherStage}");
    assert_eq!(value("!Ref PlainStage"), "{PlainStage}");
}

#[test]
fn events_without_an_api_make_the_implicit_ones() {
    let text = with_events(
        "Globals: {Api: {EndpointConfiguration: {Type: REGIONAL}}}\nResources:",
        "A: {Type: Api, Properties: {Path: '/a/{id}', Method: GET}}, \
         B: {Type: Api, Properties: {Path: /b/, Method: any, RestApiId: !Ref ServerlessRestApi}}, \
         C: {Type: HttpApi}, D: {Type: HttpApi, Properties: {Path: /d, Method: post}}, E: {Type: SQS}",
    );
    assert_eq!(
        one(&text),
        "ServerlessRestApi [REGIONAL] stages Prod, Stage\n  GET /a/{id} None\n  ANY /b None\n\
         ServerlessHttpApi [] stages $default\n  ANY $default None\n  POST /d None"
    );
}

#[test]
fn there_is_no_implicit_api_without_events() {
    assert_eq!(one(&with_events("Resources:", "E: {Type: SQS}")), "");
}

#[test]
fn globals_are_merged_and_can_be_refused() {
    let head = "Globals: {Api: {OpenApiVersion: 3.0.1, EndpointConfiguration: {Type: REGIONAL}, Auth: {ApiKeyRequired: true}}}
Resources:
  A: {Type: 'AWS::Serverless::Api', Properties: {StageName: v1, Auth: {DefaultAuthorizer: AWS_IAM}}}
  B: {Type: 'AWS::Serverless::Api', IgnoreGlobals: [Auth, OpenApiVersion], Properties: {StageName: v1, EndpointConfiguration: EDGE}}
  C: {Type: 'AWS::Serverless::Api', IgnoreGlobals: '*', Properties: {StageName: v1}}";
    let event = |api: &str| {
        format!("{api}: {{Type: Api, Properties: {{Path: /, Method: get, RestApiId: !Ref {api}}}}}")
    };
    assert_eq!(
        one(&with_events(head, &["A", "B", "C"].map(event).join(", "))),
        "A [REGIONAL] stages v1\n  GET / Iam key\nB [EDGE] stages v1, Stage\n  GET / None\n\
         C [] stages v1, Stage\n  GET / None"
    );
}

#[test]
fn authorizers_and_keys_of_a_rest_api() {
    let head = "Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Cors: \"'*'\"
      Auth:
        DefaultAuthorizer: Users
        AddDefaultAuthorizerToCorsPreflight: false
        AddApiKeyRequiredToCorsPreflight: false
        ApiKeyRequired: true
        Authorizers: {Users: {UserPoolArn: arn}}";
    let event = |name: &str, auth: &str| {
        format!(
            "{name}: {{Type: Api, Properties: {{Path: /{name}, Method: get, RestApiId: Api, Auth: {{{auth}}}}}}}"
        )
    };
    let events = [
        event("a", ""),
        event("b", "Authorizer: NONE"),
        event("c", "Authorizer: AWS_IAM"),
        event("d", "ApiKeyRequired: false"),
    ];
    assert_eq!(
        one(&with_events(head, &events.join(", "))),
        "Api [] stages v1, Stage\n  GET /a Authorizer key\n  GET /b None key\n  GET /c Iam key\n  GET /d Authorizer\n  \
         OPTIONS /a None\n  OPTIONS /b None\n  OPTIONS /c None\n  OPTIONS /d None"
    );
}

#[test]
fn authorizers_of_an_http_api() {
    let head = "Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      StageName: v1
      Auth: {DefaultAuthorizer: Jwt, EnableIamAuthorizer: true, Authorizers: {Jwt: {IdentitySource: $request.header.Authorization}}}";
    let event = |name: &str, auth: &str| {
        format!(
            "{name}: {{Type: HttpApi, Properties: {{Path: /{name}, Method: get, ApiId: !Ref Api, Auth: {{{auth}}}}}}}"
        )
    };
    let events = [event("a", ""), event("b", "Authorizer: NONE"), event("c", "Authorizer: AWS_IAM")];
    assert_eq!(
        one(&with_events(head, &events.join(", "))),
        "Api [] stages v1\n  GET /a Authorizer\n  GET /b None\n  GET /c Iam"
    );
}

#[test]
fn a_definition_of_a_rest_api_counts_alone_unless_it_is_merged() {
    let definition = "DefinitionBody: {openapi: 3.0.1, paths: {/a: {get: {x-amazon-apigateway-integration: {}}}, \
                      /gone: !If [Never, {get: {}}, !Ref 'AWS::NoValue']}}";
    let head = format!(
        "Conditions: {{Never: !Equals [a, b]}}\nResources:\n  \
         A: {{Type: 'AWS::Serverless::Api', Properties: {{StageName: v1, {definition}, Auth: {{DefaultAuthorizer: AWS_IAM}}}}}}\n  \
         B: {{Type: 'AWS::Serverless::Api', Properties: {{StageName: v1, {definition}, MergeDefinitions: true}}}}\n  \
         C: {{Type: 'AWS::Serverless::HttpApi', Properties: {{{definition}}}}}"
    );
    let event = |kind: &str, id: &str, api: &str| {
        format!("{api}: {{Type: {kind}, Properties: {{Path: /b, Method: get, {id}: !Ref {api}}}}}")
    };
    let events =
        [event("Api", "RestApiId", "A"), event("Api", "RestApiId", "B"), event("HttpApi", "ApiId", "C")];
    assert_eq!(
        one(&with_events(&head, &events.join(", "))),
        "A [] stages v1, Stage\n  GET /a Iam\nB [] stages v1, Stage\n  GET /a None\n  GET /b None\n\
         C [] stages $default\n  GET /a None\n  GET /b None"
    );
}

#[test]
fn what_the_template_does_not_say_leaves_the_routes_open() {
    let head = "Resources:
  Api: {Type: 'AWS::Serverless::Api', Properties: {StageName: v1, DefinitionUri: openapi.yaml}}
  Http: {Type: 'AWS::Serverless::HttpApi', Properties: {DefinitionBody: {'Fn::Transform': {Name: 'AWS::Include'}}}}";
    assert_eq!(
        one(&with_events(head, "E: {Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Api}}")),
        "Api [] stages v1, Stage and more: its definition is in another file\n\
         Http [] stages $default and more: its definition is not a mapping"
    );
    let unknown = with_events(
        "Parameters: {P: {Type: String}}\nResources:",
        "A: {Type: Api, Properties: {Path: /a, Method: get}}, B: {Type: Api, Properties: {Path: !Ref P, Method: get}}",
    );
    assert_eq!(
        one(&unknown),
        "ServerlessRestApi [] stages Prod, Stage and more: the path of an event is not known\n  GET /a None"
    );
}

#[test]
fn conditions_decide_about_functions_and_values() {
    let head = "Parameters: {P: {Type: String}}
Conditions: {C: !Equals [!Ref P, x]}
Resources:
  G:
    Type: AWS::Serverless::Function
    Condition: C
    Properties: {Events: {A: {Type: HttpApi, Properties: {Path: /g, Method: !If [C, get, post]}}}}";
    let mut views = apis(&with_events(head, "A: {Type: Api, Properties: {Path: /f, Method: get}}"));
    views.sort();
    let rest = "ServerlessRestApi [] stages Prod, Stage\n  GET /f None";
    assert_eq!(
        views,
        [rest.to_owned(), format!("{rest}\nServerlessHttpApi [] stages $default\n  GET /g None")]
    );
}

#[test]
fn routes_and_stages_stand_where_the_user_wrote_them() {
    let text = "Transform: AWS::Serverless-2016-10-31
Resources:
  Api: {Type: 'AWS::Serverless::Api', Properties: {StageName: live}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        A: {Type: Api, Properties: {Path: /here, Method: get, RestApiId: !Ref Api}}
        Everything: {Type: HttpApi}
";
    let views = with_template(text, |template, graph| model::apis(template, graph, &RefCell::default()));
    let (_, apis) = views.first().expect("a view");
    let places: Vec<&str> = apis
        .iter()
        .flat_map(|api| {
            let stages = api.stages.iter().map(|stage| stage.name.span);
            stages.chain(api.routes.iter().map(|route| route.span))
        })
        .map(|span| text.get(span.range()).expect("in the text"))
        .collect();
    assert_eq!(places, ["Everything", "Everything", "live", "live", "/here"]);
}

#[test]
fn a_distribution_has_only_the_apis_that_it_leads_to() {
    let text = "Transform: AWS::Serverless-2016-10-31
Parameters: {P: {Type: String}}
Conditions: {C: !Equals [!Ref P, x]}
Resources:
  Other: {Type: 'AWS::Serverless::Api', Properties: {StageName: !If [C, a, b]}}
  F: {Type: 'AWS::Serverless::Function', Properties: {Events: {A: {Type: Api, Properties: {Path: /f, Method: get}}}}}
  G:
    Type: AWS::Serverless::Function
    Condition: C
    Properties: {Events: {A: {Type: Api, Properties: {Path: /g, Method: get, RestApiId: !Ref Other}}}}
  D:
    Type: AWS::CloudFront::Distribution
    Properties: {DistributionConfig: {Origins: [{Id: api, DomainName: !Sub '${ServerlessRestApi}.execute-api.eu-west-1.amazonaws.com'}]}}
";
    let views = with_template(text, |template, graph| {
        let distribution = model::distributions(template).next().expect("a distribution");
        model::views(template, graph, distribution, &RefCell::default())
    });
    let apis: Vec<Vec<String>> =
        views.models.iter().map(|(_, model)| model.apis.iter().map(show).collect()).collect();
    assert_eq!(apis, [["ServerlessRestApi [] stages Prod, Stage\n  GET /f None"]]);
}

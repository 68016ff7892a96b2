//! The APIs of a template that the SAM transform turns into resources, and its implicit APIs.

use cflint_diagnostics::Span;

use super::auth::ApiAuth;
use super::events::{Event, Events};
use super::routes::routes;
use super::settings::Settings;
use super::source::Source;
use crate::at::Env;
use crate::eval::{Reason, Value};
use crate::generated::{Implicit, stage_id};
use crate::model::api::{Cors, MORE, cors_of_routes};
use crate::model::reader::Reader;
use crate::model::slice::Slice;
use crate::model::{Api, GatewayResponse, List, PolicyStatement, Prop, Protocol, Stage, State};
use crate::model::{api_policy, gateway_response, openapi, tls_settings};
use crate::template::Resource;
use crate::value::{Text, Tri};

/// Reads the API that is declared with this type.
pub(in crate::model) fn read<'r, 't>(
    slice: &Slice<'r, 't>,
    index: usize,
    resource: &Resource<'t>,
    implicit: Implicit,
    events: &Events<'r, 't>,
) -> Api {
    let settings = Settings::of_resource(slice, index, kind(implicit));
    let name = stage_name(resource, implicit, settings.own());
    let source = Source {
        slice,
        id: &resource.id,
        span: resource.id_span,
        protocol: protocol(implicit),
        settings,
        events,
    };
    source.api(stage_id(resource), name)
}

/// The API that SAM generates for events that do not name one; `None` if no event of the view uses it.
pub(in crate::model) fn implicit<'r, 't>(
    slice: &Slice<'r, 't>,
    env: Env,
    implicit: Implicit,
    events: &Events<'r, 't>,
) -> Option<Api> {
    let scope = slice.template().scope(env);
    let id = scope.qualify(implicit.id());
    // Its place in the file: the first event that uses it.
    let span = events.of(&id).next()?.span;
    let settings = Settings::of_globals(slice.empty(span), env, kind(implicit));
    let source = Source { slice, id: &id, span, protocol: protocol(implicit), settings, events };
    Some(source.api(Some(scope.qualify(implicit.stage_id())), given(span, implicit.stage_name())))
}

/// The kind as `Globals` names it.
fn kind(implicit: Implicit) -> &'static str {
    match implicit {
        Implicit::Rest => "Api",
        Implicit::Http => "HttpApi",
    }
}

fn protocol(implicit: Implicit) -> Protocol {
    match implicit {
        Implicit::Rest => Protocol::Rest,
        Implicit::Http => Protocol::Http,
    }
}

/// A text that SAM uses where the user wrote none.
fn given(span: Span, text: &str) -> Prop<Text> {
    Prop::of(span, Text::literal(text))
}

fn unknown<T>(span: Span, why: &str) -> Prop<T> {
    Prop { state: State::Unknown(Reason(why.to_owned())), ..Prop::absent(span) }
}

fn stage_name(resource: &Resource<'_>, implicit: Implicit, properties: &Reader<'_, '_>) -> Prop<Text> {
    let written = properties.text("StageName");
    match implicit {
        Implicit::Http if written.is_absent() => given(resource.id_span, implicit.stage_name()),
        _ => written,
    }
}

impl Source<'_, '_, '_> {
    fn api(&self, stage_id: Option<String>, stage_name: Prop<Text>) -> Api {
        let disabled = self.settings.bool("DisableExecuteApiEndpoint");
        let auth = ApiAuth::read(&self.settings, self.protocol);
        let routes = routes(self, &auth);
        let policy = self.policy();
        let mut authorizers = auth.declared;
        openapi::read_authorizers(self.settings.own(), "DefinitionBody", &mut authorizers);
        Api {
            id: self.id.to_owned(),
            span: self.span,
            protocol: self.protocol,
            endpoint_types: self.endpoint_types(),
            disable_execute_api_endpoint: if disabled.is_absent() {
                self.disabled_in_body().unwrap_or(disabled)
            } else {
                disabled
            },
            resource_policy: self.resource_policy(),
            policy,
            authorizers,
            api_key_source: self.settings.text("ApiKeySourceType"),
            cors: if self.protocol == Protocol::Rest { cors_of_routes(&routes) } else { self.cors() },
            gateway_responses: self.gateway_responses(),
            stages: self.stages(stage_id, stage_name),
            routes,
            tls: tls_settings::of_sam(&self.settings, true)
                .into_iter()
                .next()
                .filter(|_| self.protocol == Protocol::Rest)
                .map(Box::new),
            node: self.settings.own().node(),
        }
    }

    /// What the definition says about the default endpoint: at the top in Swagger, below `servers` in OpenAPI 3.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-endpoint-configuration.html>
    fn disabled_in_body(&self) -> Option<Prop<bool>> {
        const EXTENSION: &str = "x-amazon-apigateway-endpoint-configuration";
        let Value::Map(at) = self.settings.value("DefinitionBody")?.value else { return None };
        let body = self.settings.own().below(at, at.node.span());
        let mut holders = vec![body.clone()];
        if body.entry("servers").is_some() {
            holders.extend(body.maps("servers", |server, _| server).items);
        }
        let configuration = holders.iter().find(|holder| holder.entry(EXTENSION).is_some())?;
        let written = configuration.map_or_empty(EXTENSION);
        written.entry("disableExecuteApiEndpoint").map(|_| written.bool("disableExecuteApiEndpoint"))
    }

    fn stages(&self, id: Option<String>, name: Prop<Text>) -> List<Stage> {
        let mut stages = List::of(self.span, Vec::new());
        if name.known().is_some() {
            let stray = self.stray_stage(&name);
            stages.items.push(Stage { id, name, is_stray: false });
            stages.items.extend(stray);
            stages.present = true;
        } else {
            stages.open = Some(Reason(format!("the name of the stage of `{}` is not known", self.id)));
        }
        if self.slice.has_more_resources() {
            stages.open = Some(Reason(MORE.to_owned()));
        }
        stages
    }

    /// The deployment of a REST API creates a stage named `Stage`, unless the API has an `OpenApiVersion`.
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html#sam-api-openapiversion>
    fn stray_stage(&self, name: &Prop<Text>) -> Option<Stage> {
        let version = self.settings.value("OpenApiVersion").map(|version| version.value);
        let has_version = version.is_some_and(|version| match version {
            Value::NoValue => false,
            Value::Text(text) => !matches!(text.as_literal(), Some("" | "false" | "0")),
            _ => true,
        });
        let exists = self.protocol == Protocol::Rest && !has_version && name.literal() != Some("Stage");
        exists.then(|| Stage { id: None, name: given(name.span, "Stage"), is_stray: true })
    }

    /// `EndpointConfiguration: REGIONAL`, or a mapping with a `Type`.
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-endpointconfiguration.html>
    fn endpoint_types(&self) -> List<Prop<Text>> {
        const NAME: &str = "EndpointConfiguration";
        let value = self.settings.value(NAME).filter(|_| self.protocol == Protocol::Rest);
        let kind = match value.map(|value| value.value) {
            None | Some(Value::NoValue) => return List::of(self.span, Vec::new()),
            Some(Value::Text(_)) => self.settings.text(NAME),
            Some(Value::Map(_)) => self.settings.map_or_empty(NAME).text("Type"),
            Some(Value::List(_) | Value::Unknown(_)) => {
                return List::open(self.span, "its endpoint configuration is not known");
            }
        };
        match kind.state {
            State::Known(_) => List { node: kind.node, ..List::of(kind.span, vec![kind]) },
            _ => List::open(kind.span, "its endpoint type is not known"),
        }
    }

    /// `CorsConfiguration` of an HTTP API: `true` allows every origin.
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapicorsconfiguration.html>
    fn cors(&self) -> Prop<Cors> {
        const NAME: &str = "CorsConfiguration";
        let known = |origins: List<Prop<Text>>, headers: List<Prop<Text>>| {
            let cors = Cors { span: self.span, origins, headers, is_built_in: true };
            Prop::of(self.span, cors)
        };
        match self.settings.value(NAME).map(|value| value.value) {
            Some(Value::Map(_)) => {
                let cors = self.settings.map_or_empty(NAME);
                let list = |name: &'static str| cors.holder(name).texts(name);
                known(list("AllowOrigins"), list("AllowHeaders"))
            }
            Some(Value::Text(text)) => match text.as_literal() {
                Some("true") => {
                    known(List::of(self.span, vec![given(self.span, "*")]), List::of(self.span, Vec::new()))
                }
                Some(_) => Prop::absent(self.span),
                None => unknown(self.span, "it is not known whether it allows cross-origin requests"),
            },
            Some(Value::NoValue) => Prop::absent(self.span),
            // A definition may have its own CORS settings.
            None if !self.settings.is_written("DefinitionBody")
                && !self.settings.is_written("DefinitionUri") =>
            {
                Prop::absent(self.span)
            }
            _ => unknown(self.span, "it is not known whether it allows cross-origin requests"),
        }
    }

    fn gateway_responses(&self) -> List<GatewayResponse> {
        let mut responses = List::of(self.span, Vec::new());
        if self.protocol == Protocol::Rest {
            gateway_response::of_definition(self.settings.own(), "DefinitionBody", &mut responses);
            let written = self.settings.holder("GatewayResponses").map_or_empty("GatewayResponses");
            gateway_response::of_sam(&written, &mut responses);
        }
        responses
    }

    fn policy(&self) -> List<PolicyStatement> {
        let has_policy = |event: &Event<'_, '_>| event.auth.entry("ResourcePolicy").is_some();
        let has_others = self.events.of(self.id).any(has_policy)
            || self.settings.is_written("Policy")
            || self.settings.is_written("DefinitionUri")
            || !openapi::has_policy(self.settings.own(), "DefinitionBody").is_false();
        api_policy::of_sam(&self.settings, has_others, self.span)
    }

    fn resource_policy(&self) -> Tri {
        if self.protocol != Protocol::Rest {
            return Tri::False;
        }
        let auth = self.settings.map_or_empty("Auth");
        let written = self.settings.is_written("Policy")
            || auth.is_written("ResourcePolicy")
            || self.events.of(self.id).any(|event| event.auth.entry("ResourcePolicy").is_some());
        let body = if self.settings.is_written("DefinitionUri") {
            Tri::Unknown
        } else {
            openapi::has_policy(self.settings.own(), "DefinitionBody")
        };
        Tri::from(written).or(body)
    }
}

//! The logical ids that the SAM transform generates and that templates refer to.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>

use crate::at::Env;
use crate::syntax::{Kind, NodeRef};
use crate::template::{Resource, Template};

/// The API that SAM generates for the events that do not name one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Implicit {
    /// `ServerlessRestApi`, for events of type `Api`.
    Rest,
    /// `ServerlessHttpApi`, for events of type `HttpApi`.
    Http,
}

/// What a logical id that is not in the file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generated {
    Api(Implicit),
    /// The stage of an implicit API.
    StageOf(Implicit),
    /// The stage of the API with this index among the resources.
    Stage(usize),
    /// The URL of the function with this index among the resources.
    FunctionUrl(usize),
}

impl Implicit {
    pub(crate) const ALL: [Self; 2] = [Self::Rest, Self::Http];

    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Rest => "ServerlessRestApi",
            Self::Http => "ServerlessHttpApi",
        }
    }

    /// The type of the resource that SAM generates it from.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Rest => "AWS::Serverless::Api",
            Self::Http => "AWS::Serverless::HttpApi",
        }
    }

    pub(crate) fn stage_name(self) -> &'static str {
        match self {
            Self::Rest => "Prod",
            Self::Http => "$default",
        }
    }

    pub(crate) fn stage_id(self) -> &'static str {
        match self {
            Self::Rest => "ServerlessRestApiProdStage",
            Self::Http => "ServerlessHttpApiApiGatewayDefaultStage",
        }
    }
}

/// Whether SAM generates an API with a stage from resources of this type.
pub(crate) fn is_serverless_api(kind: &str) -> bool {
    Implicit::ALL.iter().any(|implicit| implicit.kind() == kind)
}

impl<'t> Template<'t> {
    /// What a name stands for if no resource of its template has it.
    pub(crate) fn generated(&self, env: Env, name: &str) -> Option<Generated> {
        let scope = self.scope(env);
        if !scope.is_sam() {
            return None;
        }
        for implicit in Implicit::ALL {
            if name == implicit.id() {
                return Some(Generated::Api(implicit));
            }
            let is_free = self.resource(&scope.qualify(implicit.id())).is_none();
            let is_stage =
                || name == implicit.stage_id() || name.strip_suffix(".Stage") == Some(implicit.id());
            if is_free && is_stage() {
                return Some(Generated::StageOf(implicit));
            }
        }
        let id = &*scope.qualify(name);
        let stage_of = id.strip_suffix(".Stage");
        // `!Ref Api.Stage`, which SAM replaces.
        if let Some(&index) = stage_of.and_then(|api| self.by_id.get(api)) {
            return is_serverless_api(self.resources.get(index)?.kind).then_some(Generated::Stage(index));
        }
        if let Some(&index) = id.strip_suffix("Url").and_then(|function| self.by_id.get(function)) {
            return self.has_url(self.resources.get(index)?).then_some(Generated::FunctionUrl(index));
        }
        let owns = |resource: &Resource<'t>| {
            is_serverless_api(resource.kind)
                && id.strip_prefix(resource.id.as_str()).is_some_and(|rest| is_stage(resource, rest))
        };
        self.resources.iter().position(owns).map(Generated::Stage)
    }

    /// Whether SAM generates an `AWS::Lambda::Url` for the resource.
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-functionurlconfig.html>
    pub(crate) fn has_url(&self, resource: &Resource<'t>) -> bool {
        let configured = |properties: Option<NodeRef<'t>>| {
            properties.is_some_and(|properties| properties.get("FunctionUrlConfig").is_some())
        };
        resource.kind == "AWS::Serverless::Function"
            && (configured(resource.properties.map(|at| at.node))
                || configured(self.globals(resource.at.env, "Function")))
    }

    /// The part of `Globals` for resources of one kind.
    /// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html>
    pub(crate) fn globals(&self, env: Env, kind: &str) -> Option<NodeRef<'t>> {
        let globals = self.scope(env).root.get("Globals")?.value;
        globals.get(kind).map(|entry| entry.value).filter(|node| node.kind() == Kind::Mapping)
    }
}

/// The logical id of the stage of an API, if it does not contain a hash.
pub(crate) fn stage_id(resource: &Resource<'_>) -> Option<String> {
    let name = match stage_name(resource) {
        StageName::Text(name) if is_alphanumeric(name) => name,
        StageName::Text("$default") if resource.kind == Implicit::Http.kind() => "ApiGatewayDefault",
        StageName::Text(_) => return None,
        StageName::Function => "",
        StageName::Absent if resource.kind == Implicit::Http.kind() => "ApiGatewayDefault",
        StageName::Absent => return None,
    };
    Some(format!("{}{name}Stage", resource.id))
}

/// Whether the logical id of the API, followed by `rest`, is that of its stage.
fn is_stage(resource: &Resource<'_>, rest: &str) -> bool {
    match stage_id(resource) {
        Some(id) => id.strip_prefix(resource.id.as_str()) == Some(rest),
        None => rest
            .strip_prefix("Stage")
            .is_some_and(|hash| hash.len() == 10 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())),
    }
}

enum StageName<'t> {
    Text(&'t str),
    Function,
    Absent,
}

fn stage_name<'t>(resource: &Resource<'t>) -> StageName<'t> {
    let entry = resource.properties.and_then(|at| at.node.get("StageName"));
    match entry.map(|entry| entry.value) {
        None => StageName::Absent,
        Some(node) => match node.text() {
            Some("") => StageName::Absent,
            Some(text) => StageName::Text(text),
            None if node.kind() == Kind::Scalar => StageName::Absent,
            None => StageName::Function,
        },
    }
}

fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphanumeric)
}

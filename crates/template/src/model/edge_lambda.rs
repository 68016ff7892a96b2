//! What Lambda@Edge functions are, as far as CloudFront cares when it is told to run them.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::sam::Settings;
use super::statements::statements;
use super::{List, PolicyStatement, Prop, State};
use crate::template::Resource;
use crate::value::{Reference, Text};

/// A Lambda@Edge function: `AWS::Lambda::Function` or `AWS::Serverless::Function`.
#[derive(Debug, Clone)]
pub struct EdgeLambda {
    /// Logical id.
    pub id: String,
    /// Type of the resource.
    pub kind: String,
    /// Where the logical id is written.
    pub span: Span,
    /// Seconds.
    pub timeout: Prop<i64>,
    /// Megabytes.
    pub memory: Prop<i64>,
    /// Such as `nodejs22.x`.
    pub runtime: Prop<Text>,
    /// Properties that are certainly there and certainly mean something, with their places.
    pub features: Vec<(&'static str, Span)>,
    /// Its role, if that certainly does not let Lambda@Edge assume it.
    pub closed_role: Option<ClosedRole>,
}

/// A role that does not trust the service principal of Lambda@Edge.
#[derive(Debug, Clone)]
pub struct ClosedRole {
    /// Logical id: of the function, if SAM creates the role.
    pub id: String,
    pub kind: String,
    /// The policy that says who may assume the role, or what stands for it.
    pub span: Span,
}

/// The service principal of Lambda@Edge.
const EDGE: &str = "edgelambda.amazonaws.com";

impl EdgeLambda {
    /// The function that an ARN, or what is in its place, comes from; a version is that of its function.
    pub(super) fn of_arn<'r, 't>(arn: &Prop<Text>, reader: &Reader<'r, 't>) -> Option<Self> {
        let resource = named(arn.known()?, reader)?;
        if resource.kind != "AWS::Lambda::Version" {
            return Self::read(resource, reader);
        }
        let function = reader.of(resource).text("FunctionName");
        Self::read(named(function.known()?, reader)?, reader)
    }
}

/// The resource; SAM lets templates write `Function.Version`.
fn named<'r, 't>(text: &Text, reader: &Reader<'r, 't>) -> Option<&'r Resource<'t>> {
    let Reference::Resource { id, .. } = &text.as_hole()?.reference else { return None };
    let template = reader.evaluator().template();
    template.resource(id).or_else(|| {
        let function = template.resource(id.strip_suffix(".Version")?)?;
        (function.kind == "AWS::Serverless::Function").then_some(function)
    })
}

impl EdgeLambda {
    fn read<'r, 't>(resource: &Resource<'t>, reader: &Reader<'r, 't>) -> Option<Self> {
        let own = reader.of(resource);
        let merged = match resource.kind {
            "AWS::Lambda::Function" => None,
            "AWS::Serverless::Function" => Some(Settings::of(own.clone(), resource, "Function")),
            _ => return None,
        };
        let holder = |name: &str| merged.as_ref().map_or(&own, |merged| merged.holder(name));
        let inner = |name: &'static str| holder(name).map_quietly(name).known().cloned();
        let mut features = Vec::new();
        let has_items = |reader: &Reader<'_, '_>, name: &'static str| !reader.texts(name).items.is_empty();
        let variables = inner("Environment").map(|environment| environment.map_or_empty("Variables"));
        if let Some(variables) = variables.filter(|variables| !variables.entries().is_empty()) {
            features.push(("Environment", variables.span()));
        }
        if let Some(vpc) = inner("VpcConfig").filter(|vpc| has_items(vpc, "SubnetIds")) {
            features.push(("VpcConfig", vpc.span()));
        }
        let mut add = |name: &'static str, prop: &Prop<Text>, is_it: &dyn Fn(&str) -> bool| {
            if prop.literal().is_some_and(is_it) {
                features.push((name, prop.span));
            }
        };
        add("PackageType", &holder("PackageType").text("PackageType"), &|kind| kind == "Image");
        for architecture in holder("Architectures").texts("Architectures").iter() {
            add("Architectures", architecture, &|architecture| architecture == "arm64");
        }
        if has_items(holder("Layers"), "Layers") {
            features.push(("Layers", holder("Layers").texts("Layers").span));
        }
        let closed_role = closed_role(&holder, resource, reader);
        let is_image = features.iter().any(|(name, _)| *name == "PackageType");
        let mut runtime = holder("Runtime").text("Runtime");
        if is_image {
            runtime.state = State::Absent;
        }
        Some(Self {
            id: resource.id.clone(),
            kind: resource.kind.to_owned(),
            span: resource.id_span,
            timeout: holder("Timeout").int("Timeout"),
            memory: holder("MemorySize").int("MemorySize"),
            runtime,
            features,
            closed_role,
        })
    }
}

/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html>
fn closed_role<'h, 'r: 'h, 't: 'h>(
    holder: &impl Fn(&str) -> &'h Reader<'r, 't>,
    function: &Resource<'t>,
    reader: &Reader<'r, 't>,
) -> Option<ClosedRole> {
    const POLICY: &str = "AssumeRolePolicyDocument";
    let role = holder("Role").text("Role");
    let (owner, resource) = match role.state {
        // SAM creates one, for Lambda only.
        State::Absent if function.kind == "AWS::Serverless::Function" => (holder(POLICY).clone(), function),
        State::Known(role) => {
            let resource = named(&role, reader).filter(|resource| resource.kind == "AWS::IAM::Role")?;
            (reader.of(resource), resource)
        }
        _ => return None,
    };
    let policy = owner.map_quietly(POLICY);
    let is_open = match &policy.state {
        State::Absent => false,
        State::Known(document) => may_assume(&statements(document)),
        State::Unknown(_) => true,
    };
    (!is_open).then(|| ClosedRole {
        id: resource.id.clone(),
        kind: resource.kind.to_owned(),
        span: policy.span,
    })
}

fn may_assume(statements: &List<PolicyStatement>) -> bool {
    let is_edge = |principal: &Prop<Text>| principal.literal().is_none_or(|name| name == EDGE || name == "*");
    let allows = |statement: &PolicyStatement| {
        let principals = &statement.principals;
        statement.effect.literal() != Some("Deny")
            && (statement.is_inverted || principals.open.is_some() || principals.iter().any(is_edge))
    };
    statements.open.is_some() || statements.iter().any(allows)
}

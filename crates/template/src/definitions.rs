//! OpenAPI definitions in files next to the template. `aws cloudformation package`, `sam` and CDK upload them.
//! <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html>

use crate::at::At;
use crate::syntax::{Kind, NodeId, NodeRef};
use crate::template::Template;

/// The properties that name a file, and the one that holds a definition instead.
const PROPERTIES: [(&str, &str); 2] = [("BodyS3Location", "Body"), ("DefinitionUri", "DefinitionBody")];

const APIS: [&str; 4] = [
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
];

/// A place of a template where a definition belongs that is in a file.
#[derive(Debug, Clone, Copy)]
pub struct LocalDefinition<'t> {
    pub node: NodeRef<'t>,
    /// The path from the folder of the template.
    pub path: &'t str,
}

/// Whether a text may be a template that names a definition, without parsing it.
pub fn may_name_definitions(text: &str) -> bool {
    ["AWS::Include", "BodyS3Location", "DefinitionUri"].iter().any(|sign| text.contains(sign))
}

/// The definitions of a template that are in files.
pub fn local_definitions<'t>(root: NodeRef<'t>) -> impl Iterator<Item = LocalDefinition<'t>> {
    let resources = root.get("Resources").into_iter().flat_map(|entry| entry.value.entries());
    let apis = resources.map(|entry| entry.value).filter(|resource| {
        resource.get("Type").and_then(|kind| kind.value.text()).is_some_and(|kind| APIS.contains(&kind))
    });
    let found = apis.flat_map(|resource| {
        let properties = resource.get("Properties").map(|entry| entry.value);
        let named = properties.into_iter().flat_map(move |properties| {
            let of = move |(name, _): (&str, &str)| of_property(resource, properties.get(name)?.value, name);
            PROPERTIES.into_iter().filter_map(of)
        });
        let nodes = properties.into_iter().flat_map(NodeRef::subtree);
        let included = nodes.filter_map(|node| {
            let call = node.intrinsic().filter(|call| call.name() == "Fn::Transform")?;
            let node = location(call.value)?;
            Some(LocalDefinition { node, path: node.text()? })
        });
        named.chain(included)
    });
    found.filter(|definition| !definition.path.is_empty() && !definition.path.contains("://"))
}

fn of_property<'t>(resource: NodeRef<'t>, value: NodeRef<'t>, name: &str) -> Option<LocalDefinition<'t>> {
    if let Some(path) = value.text() {
        return Some(LocalDefinition { node: value, path });
    }
    // CDK writes the place after the upload, and in the metadata where the file is now.
    let metadata = resource.get("Metadata")?.value;
    let text = |key: &str| metadata.get(key)?.value.text();
    let path = text("aws:asset:path").filter(|_| text("aws:asset:property") == Some(name))?;
    Some(LocalDefinition { node: value, path })
}

/// What an include names, given the argument of `Fn::Transform`.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html>
fn location(argument: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let is_include = argument.get("Name")?.value.text() == Some("AWS::Include");
    let location = argument.get("Parameters").filter(|_| is_include)?.value.get("Location")?.value;
    (location.kind() == Kind::Scalar).then_some(location)
}

impl<'t> Template<'t> {
    /// The root of the definition that belongs where this node is.
    fn definition(&self, at: At<'t>) -> Option<At<'t>> {
        self.scope(at.env).definitions.get(&at.node.id()).map(|root| at.to(*root))
    }

    /// The definition in place of an `AWS::Include`, given the argument of `Fn::Transform`.
    pub(crate) fn included(&self, argument: At<'t>) -> Option<At<'t>> {
        self.definition(argument.to(location(argument.node)?))
    }

    /// The definition that a property names, and the name of the property that would hold it.
    pub(crate) fn named_definition(&self, name: &str, value: At<'t>) -> Option<(&'static str, At<'t>)> {
        let (_, holder) = PROPERTIES.into_iter().find(|(property, _)| *property == name)?;
        Some((holder, self.definition(value)?))
    }
}

/// The definitions of a template, by the node that they belong to.
pub type Definitions<'t> = std::collections::HashMap<NodeId, NodeRef<'t>>;

//! What `Ref` and `Fn::GetAtt` return.

use super::evaluated::{Evaluated, Origin, Reason, Value};
use super::evaluator::Evaluator;
use super::functions::stack_output_name;
use super::shape;
use super::view::allowed;
use crate::at::{At, Env};
use crate::scope::Parameter;
use crate::syntax::Kind;
use crate::template::Resource;
use crate::value::{Alphabet, Hole, Reference, Text};

impl<'t> Evaluator<'_, 't> {
    pub(super) fn reference(&self, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        match argument.node.text() {
            Some(name) => {
                let name = self.template().fill(at.env, name);
                self.by_name(at, name.as_literal().unwrap_or_default())
            }
            None => at.is(Value::Unknown(Reason::new("`Ref` requires a name"))),
        }
    }

    pub(super) fn by_name(&self, at: At<'t>, name: &str) -> Evaluated<'t> {
        if let Some(value) = self.template().bound(at.env, name) {
            return at.is(Value::Text(value));
        }
        if name == "AWS::NoValue" {
            return at.is(Value::NoValue);
        }
        if name.starts_with("AWS::") {
            return at.is(self.pseudo(at.env, name));
        }
        let scope = self.template().scope(at.env);
        if let Some(value) = self.elsewhere(at.env, name, "").filter(|value| self.is_handed_over(*value)) {
            return Evaluated { node: at.node, ..self.eval(value) };
        }
        if let Some(parameter) = scope.parameter(name) {
            return self.parameter(at, parameter);
        }
        self.attribute(at, name, "")
    }

    /// Where a name stands for a value of another template: a parameter that an outer stack sets, an output of an
    /// inner one, or what CDK reads across regions.
    pub fn elsewhere(&self, env: Env, name: &str, attribute: &str) -> Option<At<'t>> {
        let template = self.template();
        if template.scopes.len() < 2 {
            return None;
        }
        let scope = template.scope(env);
        if attribute.is_empty() {
            return scope.bound.get(name).copied();
        }
        let id = scope.qualify(name);
        if let Some(output) = attribute.strip_prefix("Outputs.") {
            return template.nested_output(&id, output);
        }
        let is_reader = template.resource(&id).is_some_and(|r| r.kind == "Custom::CrossRegionExportReader");
        is_reader.then(|| template.import(&Text::literal(attribute)))?
    }

    /// Whether the other template has the output at all; if its condition is open, that is a question.
    pub(super) fn is_handed_over(&self, value: At<'t>) -> bool {
        let condition = self.template().scope(value.env).condition_of(value.node);
        condition.is_none_or(|name| self.require(value.env, name).is_true())
    }

    /// The value that `Fn::ImportValue` or `Fn::GetStackOutput` stands for.
    pub fn handed_over(&self, at: At<'t>) -> Option<At<'t>> {
        if self.template().imports.is_empty() {
            return None;
        }
        let call = at.node.intrinsic()?;
        let name = match call.name() {
            "Fn::ImportValue" => self.text(at.to(call.value)).0,
            _ => {
                let text = |name: &str| {
                    let entry = call.value.get(name)?;
                    self.text(at.to(entry.value)).0.as_literal().map(str::to_owned)
                };
                Text::literal(stack_output_name(&text("StackName")?, &text("OutputName")?))
            }
        };
        self.template().import(&name)
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
    fn pseudo(&self, env: Env, name: &str) -> Value<'t> {
        let scope = self.template().scope(env);
        // Stacks that pass values to each other are in one region, unless the assembly says otherwise.
        let is_of_stack = matches!(name, "AWS::StackName" | "AWS::StackId");
        let qualified = if is_of_stack { scope.qualify(name) } else { name.to_owned() };
        if let Some(value) = scope.given(name).or_else(|| self.in_view(&qualified)) {
            return Value::Text(Text::literal(value));
        }
        if let Some(value) = self.of_region(env, name) {
            return Value::Text(Text::literal(value));
        }
        let reference = Reference::Pseudo(qualified);
        let alphabet = match name {
            "AWS::Region" | "AWS::StackName" | "AWS::Partition" => Alphabet::LABEL,
            "AWS::AccountId" => Alphabet::DIGITS,
            "AWS::URLSuffix" => Alphabet::HOST,
            _ => Alphabet::ANY,
        };
        Value::Text(Text::hole(Hole::of(reference, alphabet)))
    }

    /// What follows from the region, where it is known.
    /// <https://docs.aws.amazon.com/general/latest/gr/aws-arns-and-namespaces.html>
    fn of_region(&self, env: Env, name: &str) -> Option<&'static str> {
        let region =
            self.template().scope(env).given("AWS::Region").or_else(|| self.in_view("AWS::Region"))?;
        let is_china = region.starts_with("cn-");
        match name {
            "AWS::Partition" if is_china => Some("aws-cn"),
            "AWS::Partition" if region.starts_with("us-gov-") => Some("aws-us-gov"),
            "AWS::URLSuffix" if is_china => Some("amazonaws.com.cn"),
            // The isolated Regions have their own suffixes and partitions.
            "AWS::Partition" if !region.contains("iso") && !region.starts_with("eusc-") => Some("aws"),
            "AWS::URLSuffix" if !region.contains("iso") && !region.starts_with("eusc-") => {
                Some("amazonaws.com")
            }
            _ => None,
        }
    }

    fn parameter(&self, at: At<'t>, parameter: &Parameter<'t>) -> Evaluated<'t> {
        let scope = self.template().scope(at.env);
        let name = scope.qualify(parameter.name);
        let name = name.as_str();
        let listed = |text: &str| -> Value<'t> {
            if !parameter.is_list() {
                return Value::Text(Text::literal(text));
            }
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::List(items.map(|item| at.is(Value::Text(Text::literal(item)))).collect())
        };
        // What is given for an indirect parameter is where its value is stored.
        let given = scope.given(parameter.name).filter(|_| !parameter.is_indirect());
        if let Some(value) = given.or_else(|| self.in_view(name)) {
            return at.is(listed(value));
        }
        let default =
            parameter.default.filter(|node| node.kind() == Kind::Scalar && !parameter.is_indirect());
        if let Some(node) = default
            && !self.in_condition.get()
            && let text = node.text().unwrap_or_default()
            && !self.is_excluded(name, text)
        {
            let origin = Origin::Default { parameter: name.to_owned(), span: node.span() };
            return Evaluated { value: listed(text), node: at.node, origins: vec![origin] };
        }
        let reference = Reference::Parameter(name.to_owned());
        let values: Vec<String> = allowed(self.template(), name)
            .into_iter()
            .filter(|value| !self.is_excluded(name, value))
            .map(str::to_owned)
            .collect();
        let restricted = !self.in_condition.get() && !parameter.is_list() && !parameter.is_indirect();
        let whole = Text::hole(Hole::new(reference.clone()));
        if restricted && let Some(host) = shape::endpoint(&whole, parameter.pattern, &values) {
            return at.is(Value::Text(host));
        }
        let mut hole = match values.as_slice() {
            [] => Hole::new(reference),
            [only] => return at.is(listed(only)),
            _ => Hole::one_of(reference, values),
        };
        hole.may_be_empty &= !self.is_excluded(name, "");
        at.is(Value::Text(Text::hole(hole)))
    }

    pub(super) fn get_att(&self, at: At<'t>, argument: At<'t>) -> Evaluated<'t> {
        if let Some(text) = argument.node.text() {
            let text = self.template().fill(at.env, text);
            let path = text.as_literal().unwrap_or_default();
            let (id, attribute) = path.split_once('.').unwrap_or((path, ""));
            return self.attribute(at, id, attribute);
        }
        let mut items = argument.node.items();
        let (Some(id), Some(attribute)) = (items.next(), items.next()) else {
            return at.is(Value::Unknown(Reason::new("`Fn::GetAtt` requires a resource and an attribute")));
        };
        let (id, attribute) = (self.text(at.to(id)).0, self.text(at.to(attribute)).0);
        match (id.as_literal(), attribute.as_literal()) {
            (Some(id), Some(attribute)) => self.attribute(at, id, attribute),
            _ => at.is(Value::Unknown(Reason::new("the attribute of `Fn::GetAtt` is not known"))),
        }
    }

    /// The attribute of a resource; the empty attribute is what `Ref` returns.
    pub(super) fn attribute(&self, at: At<'t>, id: &str, attribute: &str) -> Evaluated<'t> {
        if let Some(value) = self.elsewhere(at.env, id, attribute).filter(|value| self.is_handed_over(*value))
        {
            return Evaluated { node: at.node, ..self.eval(value) };
        }
        let scope = self.template().scope(at.env);
        let name = id;
        let id = scope.qualify(name);
        let id = id.as_str();
        let Some(resource) = self.template().resource(id) else {
            if let Some(generated) = self.template().generated(at.env, name) {
                return self.generated(at, generated, id, attribute);
            }
            // A resource that SAM or a macro generates.
            let known = self.template().is_sam() || scope.is_sam() || scope.open;
            return at.is(if known {
                Value::Text(Text::hole(Hole::of(resource_reference(id, attribute), Alphabet::ANY)))
            } else {
                Value::Unknown(Reason::new(format!("nothing is named `{id}`")))
            });
        };
        if let Some(stage) = self.serverless_stage(at, resource, attribute) {
            return stage;
        }
        if let Some(property) = named_by_property(resource.kind, attribute)
            && let Some(value) = self.property_of(resource, property)
        {
            return Evaluated { node: at.node, ..value };
        }
        at.is(Value::Text(self.attribute_text(resource.at.env, &resource.id, resource.kind, attribute)))
    }

    /// A top-level property of a resource, if it is there.
    pub(super) fn property_of(&self, resource: &Resource<'t>, property: &str) -> Option<Evaluated<'t>> {
        let entry = self.map(resource.properties?).get(property)?.clone();
        let mut value = self.eval(entry.at);
        match &value.value {
            Value::Text(_) => {
                value.origins.push(Origin::Property(value.node.span()));
                Some(value)
            }
            _ => None,
        }
    }

    /// What the documentation of each resource type says under "Return values".
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>
    pub(super) fn attribute_text(&self, env: Env, id: &str, kind: &str, attribute: &str) -> Text {
        let own =
            |attribute: &str, alphabet| Text::hole(Hole::of(resource_reference(id, attribute), alphabet));
        let pseudo = |name| match self.pseudo(env, name) {
            Value::Text(text) => text,
            _ => Text::default(),
        };
        let host = |pieces: &[&Text]| Text::join(&Text::default(), pieces.iter().copied());
        let lit = |text: &str| Text::literal(text);
        match (kind, attribute) {
            ("AWS::ApiGateway::RestApi" | "AWS::Serverless::Api", "" | "RestApiId")
            | ("AWS::ApiGatewayV2::Api" | "AWS::Serverless::HttpApi", "" | "ApiId") => own("", Alphabet::ID),
            ("AWS::ApiGatewayV2::Api" | "AWS::Serverless::HttpApi", "ApiEndpoint") => host(&[
                &lit("https://"),
                &own("", Alphabet::ID),
                &lit(".execute-api."),
                &pseudo("AWS::Region"),
                &lit("."),
                &pseudo("AWS::URLSuffix"),
            ]),
            ("AWS::ApiGateway::Stage" | "AWS::ApiGatewayV2::Stage", "") => own("", Alphabet::STAGE),
            (
                "AWS::ApiGateway::DomainName" | "AWS::ApiGatewayV2::DomainName",
                "" | "RegionalDomainName" | "DistributionDomainName",
            )
            | (
                "AWS::ElasticLoadBalancingV2::LoadBalancer" | "AWS::ElasticLoadBalancing::LoadBalancer",
                "DNSName",
            ) => own(attribute, Alphabet::HOST),
            ("AWS::Lambda::Url", "FunctionUrl") => host(&[
                &lit("https://"),
                &own("UrlId", Alphabet::ID),
                &lit(".lambda-url."),
                &pseudo("AWS::Region"),
                &lit(".on.aws/"),
            ]),
            ("AWS::CloudFront::Distribution", "DomainName") => {
                host(&[&own("Subdomain", Alphabet::ID), &lit(".cloudfront.net")])
            }
            ("AWS::S3::Bucket", "") => own("", Alphabet::HOST),
            ("AWS::S3::Bucket", "DomainName") => host(&[&own("", Alphabet::HOST), &lit(".s3.amazonaws.com")]),
            ("AWS::S3::Bucket", "RegionalDomainName" | "DualStackDomainName") => host(&[
                &own("", Alphabet::HOST),
                &lit(if attribute == "RegionalDomainName" { ".s3." } else { ".s3.dualstack." }),
                &pseudo("AWS::Region"),
                &lit("."),
                &pseudo("AWS::URLSuffix"),
            ]),
            ("AWS::S3::Bucket", "WebsiteURL") => host(&[
                &lit("http://"),
                &own("", Alphabet::HOST),
                &lit(".s3-website-"),
                &pseudo("AWS::Region"),
                &lit("."),
                &pseudo("AWS::URLSuffix"),
            ]),
            (kind, "Id") if kind.starts_with("AWS::CloudFront::") => own("", Alphabet::ANY),
            ("AWS::CloudFront::Function", "FunctionARN" | "FunctionMetadata.FunctionARN")
            | ("AWS::ApiGateway::Resource", "ResourceId")
            | ("AWS::ApiGateway::Deployment", "DeploymentId")
            | ("AWS::ApiGateway::Authorizer" | "AWS::ApiGatewayV2::Authorizer", "AuthorizerId") => {
                own("", Alphabet::ANY)
            }
            _ => own(attribute, Alphabet::ANY),
        }
    }
}

/// The property that `Ref` repeats, so that `Ref` of a stage equals the text in its `StageName`.
fn named_by_property(kind: &str, attribute: &str) -> Option<&'static str> {
    match (kind, attribute) {
        ("AWS::ApiGateway::Stage" | "AWS::ApiGatewayV2::Stage", "") => Some("StageName"),
        ("AWS::ApiGateway::DomainName" | "AWS::ApiGatewayV2::DomainName", "") => Some("DomainName"),
        _ => None,
    }
}

fn resource_reference(id: &str, attribute: &str) -> Reference {
    Reference::Resource { id: id.to_owned(), attribute: attribute.to_owned() }
}

//! Reads custom domains and their mappings from resources and from the `Domain` of SAM APIs.

use std::collections::{BTreeSet, HashMap};

use super::{CustomDomain, DomainReference, Mapping, globals, lowered};
use crate::eval::{Reason, Value};
use crate::model::reader::Reader;
use crate::model::sam::Settings;
use crate::model::slice::Slice;
use crate::model::{List, Prop, State, tls_settings};
use crate::template::Resource;
use crate::value::{Alphabet, Hole, Reference, Text, Tri};

/// Reads every custom domain of the slice.
pub(in crate::model) fn read(slice: &Slice<'_, '_>) -> Vec<CustomDomain> {
    let is_part = |kind: &str| kind.starts_with("AWS::ApiGateway") || kind.starts_with("AWS::Serverless::");
    let mut domains: Vec<CustomDomain> = Vec::new();
    // Those that SAM generates.
    let mut by_name: HashMap<Text, usize> = HashMap::new();
    for (index, resource) in slice.matching(|resource| is_part(resource.kind)) {
        let properties = slice.reader(index);
        match resource.kind {
            "AWS::ApiGateway::DomainName"
            | "AWS::ApiGateway::DomainNameV2"
            | "AWS::ApiGatewayV2::DomainName" => {
                let mut domain = declared(&resource.id, resource.kind, &properties);
                if slice.is_open_domain(&resource.id) {
                    open(&mut domain, "other stacks can add mappings to it");
                }
                domains.push(domain);
            }
            "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" => {
                let Some(mut domain) = serverless(resource, &properties) else { continue };
                let is_rest = resource.kind == "AWS::Serverless::Api";
                let settings = Settings::of_resource(slice, index, if is_rest { "Api" } else { "HttpApi" });
                let tls = tls_settings::of_sam(&settings, is_rest);
                domain.tls = tls.into_iter().find(|tls| tls.is_domain).map(Box::new);
                // Several APIs that configure one name share the domain.
                let next = domains.len();
                let name = domain.name.known().cloned();
                let same = name.map(|name| *by_name.entry(name).or_insert(next));
                match same.and_then(|same| domains.get_mut(same)) {
                    Some(other) => {
                        other.owners.extend(domain.owners);
                        other.mappings.items.extend(domain.mappings.items);
                        other.mappings.open = other.mappings.open.take().or(domain.mappings.open);
                    }
                    None => domains.push(domain),
                }
            }
            _ => {}
        }
    }
    let hosts: Vec<Option<Text>> = domains.iter().map(|domain| domain.name.known().map(lowered)).collect();
    let index = Index::of(&domains, &hosts);
    for (at, resource) in slice.matching(|resource| is_part(resource.kind)) {
        let properties = slice.reader(at);
        let (domain, key) = match resource.kind {
            "AWS::ApiGateway::BasePathMapping" => ("DomainName", "BasePath"),
            "AWS::ApiGateway::BasePathMappingV2" => ("DomainNameArn", "BasePath"),
            "AWS::ApiGatewayV2::ApiMapping" => ("DomainName", "ApiMappingKey"),
            "AWS::ApiGatewayV2::RoutingRule" => ("DomainNameArn", ""),
            _ => continue,
        };
        let named = properties.text(domain).known().map(DomainReference::new);
        let mut is_certain = false;
        let likely = named.as_ref().map(|name| index.like(name)).unwrap_or_default();
        for at in likely {
            let (Some(domain), Some(host), Some(name)) = (domains.get_mut(at), hosts.get(at), &named) else {
                continue;
            };
            if !domain.is_named_by(name, host.as_ref()).is_true() {
                continue;
            }
            is_certain = true;
            if key.is_empty() {
                open(domain, "routing rules come before its mappings");
            } else {
                domain.mappings.items.push(mapping(&resource.id, key, &properties));
            }
        }
        if is_certain {
            continue;
        }
        for (domain, host) in domains.iter_mut().zip(&hosts) {
            let answer = named.as_ref().map_or(Tri::Unknown, |name| domain.is_named_by(name, host.as_ref()));
            if answer == Tri::Unknown {
                open(domain, "a mapping may belong to this domain or to another one");
            }
        }
    }
    for domain in &mut domains {
        domain.mappings.present = !domain.mappings.items.is_empty();
        let by_mappings = |mode: &str| matches!(mode, "BASE_PATH_MAPPING_ONLY" | "API_MAPPING_ONLY");
        if !domain.routing_mode.is_absent() && !domain.routing_mode.literal().is_some_and(by_mappings) {
            open(domain, "routing rules come before its mappings");
        } else if domain.mappings.items.is_empty() {
            open(domain, "the template has no mapping for it");
        }
    }
    domains
}

/// Where the domains stand, by what a mapping can call them with certainty.
#[derive(Default)]
struct Index {
    ids: HashMap<String, Vec<usize>>,
    names: HashMap<Text, Vec<usize>>,
}

impl Index {
    fn of(domains: &[CustomDomain], hosts: &[Option<Text>]) -> Self {
        let mut index = Self::default();
        for (at, (domain, host)) in domains.iter().zip(hosts).enumerate() {
            for id in std::iter::once(&domain.id).chain(&domain.owners) {
                index.ids.entry(id.clone()).or_default().push(at);
            }
            for name in domain.name.known().into_iter().chain(host) {
                index.names.entry(name.clone()).or_default().push(at);
            }
        }
        index
    }

    /// Every domain that is certainly named, and perhaps others.
    fn like(&self, name: &DomainReference) -> BTreeSet<usize> {
        let id = match name.text.as_hole().map(|hole| &hole.reference) {
            Some(Reference::Resource { id, .. }) => id.as_str(),
            _ => "",
        };
        let ids = [id, id.strip_suffix(".DomainName").unwrap_or(id)];
        let ids = ids.iter().filter_map(|id| self.ids.get(*id));
        let names = [&name.text, &name.host].into_iter().filter_map(|name| self.names.get(name));
        ids.chain(names).flatten().copied().collect()
    }
}

fn open(domain: &mut CustomDomain, reason: &str) {
    domain.mappings.open.get_or_insert_with(|| Reason(reason.to_owned()));
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-domainname.html>
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-domainname.html>
pub(in crate::model) fn declared(id: &str, kind: &str, properties: &Reader<'_, '_>) -> CustomDomain {
    let is_v2 = kind == "AWS::ApiGatewayV2::DomainName";
    let mut is_private = kind == "AWS::ApiGateway::DomainNameV2";
    let (is_edge, security_policy) = if is_v2 {
        let configurations = properties.maps("DomainNameConfigurations", |configuration, _| {
            (configuration.text("EndpointType"), configuration.text("SecurityPolicy"))
        });
        match (configurations.items.into_iter().next(), configurations.open) {
            (Some((endpoint, policy)), None) => (is_edge(&endpoint, false), policy),
            _ => (Tri::Unknown, properties.text("SecurityPolicy")),
        }
    } else {
        let types = properties.map_or_empty("EndpointConfiguration").texts("Types");
        let is_edge = match (types.items.first(), &types.open) {
            (_, Some(_)) => Tri::Unknown,
            (Some(kind), None) => is_edge(kind, true),
            // With only a certificate for a regional domain, it is not documented which of both it is.
            (None, None) if is_private => Tri::False,
            (None, None) => match properties.text("RegionalCertificateArn").is_absent() {
                true => Tri::True,
                false => Tri::Unknown,
            },
        };
        is_private |= types.iter().any(|kind| kind.literal() == Some("PRIVATE"));
        (is_edge, properties.text("SecurityPolicy"))
    };
    CustomDomain {
        id: id.to_owned(),
        kind: kind.to_owned(),
        span: properties.span(),
        name: properties.text("DomainName"),
        is_v2,
        owners: Vec::new(),
        is_edge,
        is_private,
        security_policy,
        mutual_tls: mutual_tls(properties),
        tls: Some(Box::new(tls_settings::of_domain(properties, kind))),
        routing_mode: properties.text("RoutingMode"),
        mappings: List::of(properties.span(), Vec::new()),
    }
}

fn is_edge(endpoint: &Prop<Text>, default: bool) -> Tri {
    match (&endpoint.state, endpoint.literal()) {
        (State::Absent, _) => Tri::from(default),
        (_, Some(kind)) => Tri::from(kind == "EDGE"),
        _ => Tri::Unknown,
    }
}

fn mutual_tls(properties: &Reader<'_, '_>) -> Prop<()> {
    properties.map("MutualTlsAuthentication").map(|_| State::Known(()))
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-basepathmapping.html>
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-apimapping.html>
fn mapping(id: &str, key: &'static str, properties: &Reader<'_, '_>) -> Mapping {
    let none = |prop: Prop<Text>| match prop.literal() {
        Some("" | "(none)") => Prop { state: State::Absent, ..prop },
        _ => prop,
    };
    let api = if key == "ApiMappingKey" { "ApiId" } else { "RestApiId" };
    Mapping {
        id: id.to_owned(),
        span: properties.span(),
        key: none(properties.text(key)),
        api: properties.text(api),
        stage: none(properties.text("Stage")),
    }
}

/// The domain that a SAM API configures.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-domainconfiguration.html>
fn serverless(resource: &Resource<'_>, api: &Reader<'_, '_>) -> Option<CustomDomain> {
    let (id, kind) = (resource.id.as_str(), resource.kind);
    let is_v2 = kind == "AWS::Serverless::HttpApi";
    let own = api.entry("Domain").is_some().then(|| api.map_or_empty("Domain"));
    let global = globals(api.evaluator().template().root(), is_v2)
        .filter(|_| resource.at.node.get("IgnoreGlobals").is_none())
        .map(|node| api.below(node.into(), api.span()));
    let readers: Vec<Reader<'_, '_>> = own.into_iter().chain(global).collect();
    // The API's own settings override the globals.
    let of = |name: &str| readers.iter().find(|reader| reader.entry(name).is_some()).or(readers.first());
    let name = of("DomainName")?.text("DomainName");
    let endpoint = of("EndpointConfiguration")?.text("EndpointConfiguration");
    let mut mappings = List::of(api.span(), Vec::new());
    let stage = sam_stage(api, is_v2);
    let api_id = Text::hole(Hole::of(
        Reference::Resource { id: id.to_owned(), attribute: String::new() },
        Alphabet::ID,
    ));
    let api_prop = Prop::of(api.span(), api_id);
    let mut add = |key: Prop<Text>| {
        let (id, span) = (id.to_owned(), api.span());
        mappings.items.push(Mapping { id, span, key, api: api_prop.clone(), stage: stage.clone() });
    };
    let holder = of("BasePath")?;
    let normalized = of("NormalizeBasePath")?.bool("NormalizeBasePath").or_default(true);
    match holder.value("BasePath").map(|value| value.value) {
        Some(Value::Text(text)) if text.is_empty() => add(Prop::absent(name.span)),
        Some(Value::Text(_)) => add(sam_key(&holder.text("BasePath"), is_v2, normalized)),
        Some(Value::List(_)) => {
            let keys = holder.texts("BasePath");
            keys.iter().for_each(|key| add(sam_key(key, is_v2, normalized)));
            mappings.open = keys.open;
        }
        Some(Value::NoValue) | None if holder.open().is_none() => add(Prop::absent(name.span)),
        _ => mappings.open = Some(Reason("its base paths are not known".to_owned())),
    }
    Some(CustomDomain {
        id: id.to_owned(),
        kind: kind.to_owned(),
        span: api.span(),
        is_v2,
        owners: vec![id.to_owned()],
        is_edge: is_edge(&endpoint, false),
        security_policy: of("SecurityPolicy")?.text("SecurityPolicy"),
        mutual_tls: mutual_tls(of("MutualTlsAuthentication")?),
        is_private: false,
        tls: None,
        routing_mode: Prop::absent(name.span),
        name,
        mappings,
    })
}

/// The stage is never chosen by the caller; its name may come from the globals.
fn sam_stage(api: &Reader<'_, '_>, is_v2: bool) -> Prop<Text> {
    let stage = api.text("StageName");
    let state = match &stage.state {
        State::Absent if is_v2 => State::Known(Text::literal("$default")),
        State::Absent => State::Unknown(Reason("the SAM transform generates it".to_owned())),
        state => state.clone(),
    };
    Prop { state, ..stage }
}

/// A base path in SAM: characters other than letters and digits are dropped, unless that is switched off.
fn sam_key(key: &Prop<Text>, is_v2: bool, normalized: Option<bool>) -> Prop<Text> {
    key.map(|text| {
        let unknown = || State::Unknown(Reason(format!("the SAM transform changes `{text}`")));
        let Some(literal) = text.as_literal() else { return unknown() };
        let plain = literal.trim_matches('/');
        let kept: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
        match (kept.is_empty(), normalized) {
            (true, _) if plain.is_empty() => State::Absent,
            _ if kept == plain => State::Known(Text::literal(kept)),
            (false, Some(true)) if !is_v2 => State::Known(Text::literal(kept)),
            (false, Some(false)) if !is_v2 => State::Known(Text::literal(plain)),
            _ => unknown(),
        }
    })
}

//! What responds behind the domain name of an origin.

use cflint_template::model::{
    Api, CustomDomain, GENERATED_DOMAIN, LambdaUrl, Model, Origin, OriginKind, State,
};
use cflint_template::value::{Part, Reference, Text};

use crate::origin::names::{attribute_of, is_balancer_name, is_website_name};

/// Prefixes of regions that have no edge-optimized endpoints.
const WITHOUT_EDGE: [&str; 5] = ["cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-"];

/// What an origin's domain name points to.
#[derive(Debug, Clone)]
pub enum Backend<'m> {
    /// The default endpoint of a REST or HTTP API, `{id}.execute-api.{region}.{suffix}`.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html>
    ExecuteApi {
        /// The API, if it is in the template.
        api: Option<&'m Api>,
        id: Text,
        /// The region in the host name.
        region: Text,
    },
    /// A custom domain of API Gateway, by its own name.
    ApiDomain(&'m CustomDomain),
    /// The DNS target of a custom domain, which responds only to the custom domain's name.
    ApiDomainTarget {
        /// The custom domain, if the template says which one it is.
        domain: Option<&'m CustomDomain>,
        /// Whether it is the target of a regional domain, `d-….execute-api.…`, and not AWS's own distribution.
        is_regional: bool,
    },
    /// A Lambda function URL; the URL, if it is in the template.
    LambdaUrl(Option<&'m LambdaUrl>),
    /// A bucket, through its REST endpoint.
    Bucket,
    /// A bucket, through its website endpoint, which accepts only plain HTTP.
    Website,
    LoadBalancer,
    Other,
    /// The template does not say.
    Unknown,
}

impl<'m> Backend<'m> {
    pub fn of(model: &'m Model, origin: &Origin) -> Self {
        let State::Known(domain) = &origin.domain_name.state else { return Self::Unknown };
        if matches!(origin.kind, OriginKind::S3) {
            return Self::Bucket;
        }
        if matches!(origin.kind, OriginKind::Vpc) {
            return Self::Other;
        }
        Self::of_host(model, domain)
    }

    /// Classifies a host name, whatever refers to it.
    pub fn of_host(model: &'m Model, domain: &Text) -> Self {
        if let Some(domain) = model.custom_domains.iter().find(|known| known.has_name(domain)) {
            return Self::ApiDomain(domain);
        }
        let by_resource = || by_resource(model, domain).or_else(|| load_balancer(model, domain));
        by_labels(model, domain).or_else(by_resource).unwrap_or_else(|| {
            match domain.as_literal() {
                // Which host it is depends on the tenant.
                Some(host) if host.contains("{{") && model.distribution.is_for_tenants() => Self::Unknown,
                Some(host) if host.contains('.') && !host.contains(['/', ':']) => Self::Other,
                _ => Self::Unknown,
            }
        })
    }

    /// Whether the backend responds only to requests whose `Host` is its own name.
    pub fn is_host_bound(&self) -> bool {
        matches!(self, Self::ExecuteApi { .. } | Self::LambdaUrl(_))
    }

    /// Whether only the text around an id outside the template shows that it is the id of an API.
    pub fn is_inferred(&self) -> bool {
        matches!(self, Self::ExecuteApi { api: None, id, .. } if id.as_literal().is_none())
    }

    /// Whether the backend is an API, through whichever domain.
    pub fn is_api(&self) -> bool {
        matches!(self, Self::ExecuteApi { .. } | Self::ApiDomain(_) | Self::ApiDomainTarget { .. })
    }

    /// Whether code of the user responds, with errors that mean something to its clients.
    pub fn runs_code(&self) -> bool {
        self.is_api() || matches!(self, Self::LambdaUrl(_))
    }

    /// The custom domain that the origin points to, if it is in the template.
    pub fn domain(&self) -> Option<&'m CustomDomain> {
        match self {
            Self::ApiDomain(domain) => Some(domain),
            Self::ApiDomainTarget { domain, .. } => *domain,
            _ => None,
        }
    }

    /// The API, if it is in the template.
    pub fn api(&self) -> Option<&'m Api> {
        match self {
            Self::ExecuteApi { api, .. } => *api,
            _ => None,
        }
    }

    /// What to call it in a message.
    pub fn name(&self) -> String {
        match self {
            Self::ExecuteApi { api: Some(api), .. } => format!("`{}`", api.id),
            Self::ExecuteApi { id, .. } if !has_name(id) => "the API".to_owned(),
            Self::ExecuteApi { id, .. } => format!("API `{id}`"),
            Self::ApiDomain(domain) => format!("`{}`", domain.id),
            Self::ApiDomainTarget { domain: Some(domain), .. } => format!("`{}`", domain.id),
            Self::ApiDomainTarget { domain: None, .. } => "the API's custom domain".to_owned(),
            Self::LambdaUrl(_) => "the Lambda function URL".to_owned(),
            Self::Bucket | Self::Website => "the bucket".to_owned(),
            Self::LoadBalancer => "the load balancer".to_owned(),
            Self::Other | Self::Unknown => "the origin".to_owned(),
        }
    }
}

/// Whether the template has a name for each part of an id.
fn has_name(id: &Text) -> bool {
    !id.holes().any(|hole| match &hole.reference {
        Reference::Opaque(_) | Reference::Piece { .. } => true,
        Reference::Call { function, .. } => !function.starts_with("Fn::Sub "),
        _ => false,
    })
}

/// Whether an API in the region, which may be known only from the domain name, can have no edge-optimized endpoint.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html>
pub fn lacks_edge_endpoints(region: &Text, domain: Option<&Text>) -> bool {
    WITHOUT_EDGE.iter().any(|start| region.prefix().starts_with(start))
        || domain.is_some_and(|domain| domain.suffix().ends_with(".amazonaws.com.cn"))
}

/// By the labels of the host name, of which some may be known only at deployment.
fn by_labels<'m>(model: &'m Model, domain: &Text) -> Option<Backend<'m>> {
    if let Some((id, rest)) = around(domain, ".execute-api.") {
        if id.prefix().starts_with("d-") {
            return Some(Backend::ApiDomainTarget { domain: None, is_regional: true });
        }
        // The name of a VPC endpoint: a header says which API is meant.
        if id.prefix().starts_with("vpce-") {
            return Some(Backend::Other);
        }
        let api = id.as_resource().and_then(|id| model.api(id));
        let region = rest.split(".").pieces.into_iter().next().unwrap_or_default();
        return Some(Backend::ExecuteApi { api, id, region });
    }
    if let Some((id, _)) = around(domain, ".lambda-url.") {
        let url = match id.as_hole().map(|hole| &hole.reference) {
            Some(Reference::Resource { id, .. }) => model.lambda_urls.iter().find(|url| url.id == *id),
            _ => None,
        };
        return Some(Backend::LambdaUrl(url));
    }
    let host = domain.to_string().to_ascii_lowercase();
    // What follows the first hole is still literal in the names that AWS gives: read it from the end.
    let has = |part: &str| host.contains(part);
    if is_website_name(domain) {
        return Some(Backend::Website);
    }
    if has(".s3.") || has(".s3-") {
        return Some(Backend::Bucket);
    }
    if is_balancer_name(domain) {
        return Some(Backend::LoadBalancer);
    }
    None
}

/// The first label and what follows the second one, which is given with its dots. An id that comes from a parameter or
/// another stack may hold any character as far as the template says; what follows it shows that it is one label.
fn around(domain: &Text, second: &str) -> Option<(Text, Text)> {
    let mut first = Text::default();
    let mut parts = domain.parts().iter();
    while let Some(part) = parts.next() {
        let Part::Lit(text) = part else {
            first.push_part(part);
            continue;
        };
        let text = text.strip_prefix("https://").unwrap_or(text);
        let Some(at) = text.to_ascii_lowercase().find(second) else {
            first.push_str(text);
            continue;
        };
        first.push_str(&text[..at]);
        let mut rest = Text::literal(&text[at + second.len()..]);
        parts.for_each(|part| rest.push_part(part));
        let dotted = |part: &Part| matches!(part, Part::Lit(text) if text.contains(['.', '/', ':']));
        return (!first.is_empty() && !first.parts().iter().any(dotted)).then_some((first, rest));
    }
    None
}

/// By the resource whose attribute the domain is.
fn by_resource<'m>(model: &'m Model, domain: &Text) -> Option<Backend<'m>> {
    let Reference::Resource { id, attribute } = &domain.as_hole()?.reference else { return None };
    let (domain, attribute) = domain_attribute(model, id, attribute)?;
    let is_regional = attribute == "RegionalDomainName";
    match (attribute, domain) {
        ("", Some(domain)) => Some(Backend::ApiDomain(domain)),
        ("RegionalDomainName" | "DistributionDomainName", domain) => {
            Some(Backend::ApiDomainTarget { domain, is_regional })
        }
        _ => None,
    }
}

fn load_balancer<'m>(model: &'m Model, domain: &Text) -> Option<Backend<'m>> {
    let (id, attribute) = attribute_of(domain)?;
    let kind = model.resources.get(id)?.as_str();
    let is_balancer = matches!(
        kind,
        "AWS::ElasticLoadBalancingV2::LoadBalancer" | "AWS::ElasticLoadBalancing::LoadBalancer"
    );
    (is_balancer && attribute == "DNSName").then_some(Backend::LoadBalancer)
}

/// The custom domain and its attribute that a reference means; `None` if it means something else. The SAM transform
/// gives its domains ids with a hash, and lets templates write `Api.DomainName` for them.
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>
fn domain_attribute<'m, 'a>(
    model: &'m Model,
    id: &'a str,
    attribute: &'a str,
) -> Option<(Option<&'m CustomDomain>, &'a str)> {
    let (owner, of_owner) = match (id.strip_suffix(".DomainName"), attribute.strip_prefix("DomainName")) {
        (Some(owner), _) => (owner, attribute),
        (None, Some("")) => (id, ""),
        (None, Some(rest)) => (id, rest.strip_prefix('.').unwrap_or(attribute)),
        (None, None) => ("", attribute),
    };
    for domain in model.custom_domains.iter() {
        if domain.is_called(id) {
            return Some((Some(domain), attribute));
        }
        if domain.owners.iter().any(|own| own == owner) {
            return Some((Some(domain), of_owner));
        }
    }
    let hash = id.strip_prefix(GENERATED_DOMAIN)?;
    let mut made = model
        .custom_domains
        .iter()
        .filter(|domain| !domain.owners.is_empty() && domain.is_v2 == hash.starts_with("V2"));
    let only = made.next().filter(|_| made.next().is_none());
    Some((only, attribute))
}

//! API Gateway custom domains and how they map to APIs.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html>
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html>

mod read;

use cflint_diagnostics::Span;

use super::{List, Prop, TlsSettings};
use crate::syntax::NodeRef;
use crate::value::{Part, Reference, Text, Tri};

pub(super) use read::{declared, read};

/// An API Gateway custom domain.
#[derive(Debug, Clone)]
pub struct CustomDomain {
    /// Logical id; for a domain that the SAM transform generates, the id of the API that configures it.
    pub id: String,
    /// The type of the resource with that id.
    pub kind: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The host name; may start with `*.`.
    pub name: Prop<Text>,
    /// Whether it is of version 2 of the service's API, as far as generated ids are concerned.
    pub is_v2: bool,
    /// The logical ids of the SAM APIs that it is generated for; none if it is a resource of its own.
    pub owners: Vec<String>,
    /// Whether it is edge-optimized, behind a distribution that AWS owns.
    pub is_edge: Tri,
    /// Whether it is private: reachable only from a VPC, through an access association.
    pub is_private: bool,
    /// The oldest TLS version and the ciphers that it accepts, such as `TLS_1_2`.
    pub security_policy: Prop<Text>,
    /// Whether clients have to present a certificate.
    pub mutual_tls: Prop<()>,
    /// The TLS policy with what has to go with it.
    pub tls: Option<Box<TlsSettings>>,
    /// Whether routing rules come before the mappings, or instead of them.
    pub routing_mode: Prop<Text>,
    /// Which paths map to which API.
    pub mappings: List<Mapping>,
}

/// What one base path of a custom domain maps to.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Logical id; for a mapping that the SAM transform generates, the id of the API.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The base path without a leading slash; absent for the one that matches every path that no other one matches.
    pub key: Prop<Text>,
    /// The id of the API.
    pub api: Prop<Text>,
    /// The stage; absent if the caller names it after the base path.
    pub stage: Prop<Text>,
}

impl Mapping {
    /// Whether the base path starts or ends with a slash, which API Gateway may reject.
    pub fn has_slash_at_end(&self) -> bool {
        self.key.known().is_some_and(|key| key.prefix().starts_with('/') || key.suffix().ends_with('/'))
    }

    /// What the paths that it matches start with: empty, or a slash and the base path. `None` if that is not known.
    pub fn prefix(&self) -> Option<Text> {
        let key = self.key.or_default(Text::default()).filter(|_| !self.has_slash_at_end())?;
        let mut prefix = Text::literal(if key.is_empty() { "" } else { "/" });
        prefix.push(&key);
        Some(prefix)
    }
}

impl CustomDomain {
    /// Whether requests with this `Host` reach the domain. A wildcard stands for one label; whether it matches more is
    /// not documented. A `host` with a wildcard stands for all of its names.
    pub fn answers_to(&self, host: &Text) -> Tri {
        let Some(name) = self.name.known().map(lowered) else { return Tri::Unknown };
        let host = lowered(host);
        let equal = name.equals(&host);
        if equal.is_true() {
            return equal;
        }
        match (wildcard(&name), wildcard(&host)) {
            (Some(zone), _) => below(&host, &zone),
            (None, Some(zone)) => below(&name, &zone).and(Tri::Unknown),
            (None, None) => equal,
        }
    }

    /// Whether a text is certainly the name of the domain.
    pub fn has_name(&self, host: &Text) -> bool {
        self.name.known().is_some_and(|name| lowered(name).equals(&lowered(host)).is_true())
    }

    /// Whether `Ref` of this name means the domain.
    pub fn is_called(&self, id: &str) -> bool {
        self.owners.is_empty() && self.id == id
    }

    /// Whether a text names the domain: by reference, by its name or by its ARN. `host` is the name in lower case.
    fn is_named_by(&self, name: &DomainReference, host: Option<&Text>) -> Tri {
        let text = &name.text;
        if let Some(Reference::Resource { id, attribute }) = text.as_hole().map(|hole| &hole.reference)
            && matches!(attribute.as_str(), "" | "DomainName" | "DomainNameArn")
        {
            let owner = id.strip_suffix(".DomainName").unwrap_or(id);
            return if self.is_called(id) || self.owners.iter().any(|own| own == owner) {
                Tri::True
            } else if id.starts_with(GENERATED) && !self.owners.is_empty() {
                Tri::Unknown
            } else {
                self.name.known().map_or(Tri::False, |name| name.equals(text))
            };
        }
        host.map_or(Tri::Unknown, |host| host.equals(&name.host))
    }
}

/// What a mapping says about its domain.
struct DomainReference {
    text: Text,
    /// The host name in it, to be compared with many.
    host: Text,
}

impl DomainReference {
    fn new(text: &Text) -> Self {
        let host = text.piece("/domainnames/", 1).unwrap_or_else(|| text.clone());
        Self { text: text.clone(), host: lowered(&host) }
    }
}

/// The prefix of the logical ids of domains that the SAM transform generates.
pub const GENERATED: &str = "ApiGatewayDomainName";

/// Host names are compared without regard to case.
fn lowered(text: &Text) -> Text {
    text.map_literals(str::to_ascii_lowercase)
}

/// What follows `*.`.
fn wildcard(name: &Text) -> Option<Text> {
    name.prefix().starts_with("*.").then(|| split_label(name).1)
}

/// The first label if it is literal, and what follows it; everything if there is none.
fn split_label(name: &Text) -> (&str, Text) {
    let Some((label, rest)) = name.prefix().split_once('.') else { return ("", name.clone()) };
    let mut zone = Text::literal(rest);
    for part in &name.parts()[1..] {
        match part {
            Part::Lit(literal) => zone.push_str(literal),
            Part::Hole(hole) => zone.push_hole((**hole).clone()),
        }
    }
    (label, zone)
}

/// Whether a name is a label and the zone.
fn below(name: &Text, zone: &Text) -> Tri {
    let (label, rest) = split_label(name);
    if label.is_empty() {
        // Some text in front of the zone, or another zone: only two literals are certainly different.
        let ends = |name: &str, zone: &str| name.len() > zone.len() && name.ends_with(zone);
        return match (name.as_literal(), zone.as_literal()) {
            (Some(name), Some(zone)) if !ends(name, zone) => Tri::False,
            _ => Tri::Unknown,
        };
    }
    match (rest.equals(zone), rest.as_literal(), zone.as_literal()) {
        (Tri::False, Some(rest), Some(zone)) => {
            let is_below = rest.strip_suffix(zone).is_some_and(|r| r.ends_with('.'));
            if is_below { Tri::Unknown } else { Tri::False }
        }
        // `shop.{Sub}.example.com` may be anything below `example.com`.
        (Tri::False, ..) => Tri::Unknown,
        (equal, ..) => equal,
    }
}

/// The domain that the globals of SAM give to every API of a kind.
pub(super) fn globals(root: NodeRef<'_>, is_v2: bool) -> Option<NodeRef<'_>> {
    let section = root.get("Globals")?.value.get(if is_v2 { "HttpApi" } else { "Api" })?;
    Some(section.value.get("Domain")?.value)
}

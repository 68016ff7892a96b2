//! What a mapping of a custom domain can say.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html>

use cflint_template::model::MappedKey;
use cflint_template::value::{Reference, Text};

use super::Certainty;

/// What is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingFault {
    /// Its domain name is what the custom domain points to, not the custom domain: the attribute, if it is one.
    Target(Option<String>),
    /// Its key is a slash and nothing else.
    OnlySlash,
    /// Its key starts or ends with a slash.
    SlashAtEnd,
    /// Its key has several levels, but its custom domain does not support that.
    Levels,
}

impl MappingFault {
    /// How certain it is that API Gateway rejects it.
    pub const fn certainty(&self) -> Certainty {
        match self {
            Self::Target(_) | Self::Levels => Certainty::Certain,
            Self::OnlySlash => Certainty::Probable,
            Self::SlashAtEnd => Certainty::Uncertain,
        }
    }
}

/// What is wrong with the domain name and with the key of a mapping.
pub fn mapping_faults(mapping: &MappedKey) -> Vec<MappingFault> {
    let target = mapping.domain_name.known().and_then(target).map(MappingFault::Target);
    target.into_iter().chain(key_fault(mapping)).collect()
}

/// The attribute of a custom domain that names its target, or such a name.
fn target(name: &Text) -> Option<Option<String>> {
    if let Some(Reference::Resource { attribute, .. }) = name.as_hole().map(|hole| &hole.reference) {
        let is_target = matches!(attribute.as_str(), "RegionalDomainName" | "DistributionDomainName");
        return is_target.then(|| Some(attribute.clone()));
    }
    let host = name.as_literal()?.to_ascii_lowercase();
    let is_regional = host.starts_with("d-") && host.contains(".execute-api.");
    (is_regional || host.ends_with(".cloudfront.net")).then_some(None)
}

fn key_fault(mapping: &MappedKey) -> Option<MappingFault> {
    let key = mapping.key.known()?;
    if key.as_literal() == Some("/") {
        return Some(MappingFault::OnlySlash);
    }
    if key.prefix().starts_with('/') || key.suffix().ends_with('/') {
        return Some(MappingFault::SlashAtEnd);
    }
    let domain = mapping.domain.as_ref()?;
    let lacks_levels = domain.is_private || domain.is_edge.is_true();
    (lacks_levels && key.literals().any(|text| text.contains('/'))).then_some(MappingFault::Levels)
}

//! What distributions for several tenants, and the tenants, may look like.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-config-options.html#unsupported-saas> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/tenant-customization.html>.

use std::fmt;

use cflint_diagnostics::Span;
use cflint_template::model::{
    Distribution, Model, Origin, ParameterDefinition, Prop, Tenant, UnsupportedSetting, placeholders,
};
use cflint_template::value::Text;

use crate::facts::Certainty;

/// How many placeholders a property can have.
pub const MAX_PLACEHOLDERS: usize = 2;
/// How many parameters a distribution can define.
pub const MAX_PARAMETERS: usize = 5;

/// What CloudFront does not accept.
#[derive(Debug, Clone)]
pub enum TenantFault<'m> {
    /// A setting that a distribution for tenants cannot have.
    Unsupported(&'m UnsupportedSetting),
    /// `TenantConfig` without `ConnectionMode: tenant-only`.
    NotForTenants(&'m Prop<()>),
    /// A placeholder of this name, which the distribution does not define.
    NoSuchPlaceholder {
        place: &'m Prop<Text>,
        name: String,
    },
    /// A placeholder of this name in a property that cannot have one.
    Misplaced {
        place: &'m Prop<Text>,
        name: String,
    },
    TooManyPlaceholders(&'m Prop<Text>),
    /// The first parameter that is one too many.
    TooManyParameters(&'m Prop<Text>),
    /// A tenant sets a parameter that the distribution does not define.
    NoSuchParameter {
        tenant: &'m Tenant,
        name: &'m Prop<Text>,
    },
    /// A tenant lacks a required parameter.
    Lacks {
        tenant: &'m Tenant,
        parameter: &'m ParameterDefinition,
    },
}

impl TenantFault<'_> {
    /// How certain it is that CloudFront rejects it.
    pub fn certainty(&self) -> Certainty {
        match self {
            Self::Unsupported(setting) if setting.is_default => Certainty::Probable,
            Self::Misplaced { .. } => Certainty::Probable,
            _ => Certainty::Certain,
        }
    }

    /// What has to change.
    pub fn span(&self) -> Span {
        match self {
            Self::Unsupported(setting) => setting.value.span,
            Self::NotForTenants(config) => config.span,
            Self::NoSuchPlaceholder { place, .. } | Self::Misplaced { place, .. } => place.span,
            Self::TooManyPlaceholders(place) | Self::TooManyParameters(place) => place.span,
            Self::NoSuchParameter { name, .. } => name.span,
            Self::Lacks { tenant, .. } if tenant.parameters.present => tenant.parameters.span,
            Self::Lacks { tenant, .. } => tenant.span,
        }
    }
}

impl fmt::Display for TenantFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(setting) => {
                let name = setting.name();
                match setting.value.literal() {
                    _ if name == "WebACLId" => {
                        f.write_str("a distribution for tenants cannot have an AWS WAF Classic web ACL")
                    }
                    Some(value) if matches!(name, "SslSupportMethod" | "MinimumProtocolVersion") => {
                        write!(f, "a distribution for tenants cannot have `{name}: {value}`")
                    }
                    _ => write!(f, "a distribution for tenants cannot have `{name}`"),
                }
            }
            Self::NotForTenants(_) => f.write_str("a standard distribution cannot have `TenantConfig`"),
            Self::NoSuchPlaceholder { name, .. } => {
                write!(f, "`{{{{{name}}}}}` is not a parameter that the distribution defines")
            }
            Self::Misplaced { name, .. } => write!(f, "tenants cannot fill in `{{{{{name}}}}}` here"),
            Self::TooManyPlaceholders(_) => {
                write!(f, "the property has more than {MAX_PLACEHOLDERS} placeholders")
            }
            Self::TooManyParameters(_) => {
                write!(f, "the distribution defines more than {MAX_PARAMETERS} parameters")
            }
            Self::NoSuchParameter { tenant, name } => {
                let name = name.known().map_or_else(String::new, Text::to_string);
                write!(
                    f,
                    "tenant `{}` sets parameter `{name}`, which the distribution does not define",
                    tenant.id
                )
            }
            Self::Lacks { tenant, parameter } => {
                let name = parameter.name.known().map_or_else(String::new, Text::to_string);
                write!(f, "tenant `{}` lacks the required parameter `{name}`", tenant.id)
            }
        }
    }
}

/// Everything that CloudFront does not accept about the distribution as one for tenants, and about its tenants.
pub fn tenant_faults(model: &Model) -> Vec<TenantFault<'_>> {
    let distribution = &model.distribution;
    let config = &distribution.tenant_config;
    if !distribution.is_for_tenants() {
        let mode = &distribution.connection_mode;
        let is_standard = mode.is_absent() || mode.literal() == Some("direct");
        let is_wrong = is_standard && config.is_present.known().is_some();
        return is_wrong.then_some(TenantFault::NotForTenants(&config.is_present)).into_iter().collect();
    }
    let mut faults: Vec<TenantFault<'_>> = config.unsupported.iter().map(TenantFault::Unsupported).collect();
    let extra = config.definitions.iter().nth(MAX_PARAMETERS);
    faults.extend(extra.map(|definition| TenantFault::TooManyParameters(&definition.name)));
    for origin in distribution.origins.iter() {
        faults.extend(of_origin(distribution, origin));
    }
    for tenant in &distribution.tenants {
        faults.extend(of_tenant(distribution, tenant));
    }
    faults
}

fn of_origin<'m>(distribution: &'m Distribution, origin: &'m Origin) -> Vec<TenantFault<'m>> {
    let mut faults = Vec::new();
    for place in [&origin.domain_name, &origin.written_path] {
        let Some(text) = place.known() else { continue };
        let unknown = placeholders(text).find(|name| defines(distribution, name) == Some(false));
        faults.extend(unknown.map(|name| TenantFault::NoSuchPlaceholder { place, name: name.to_owned() }));
        if placeholders(text).count() > MAX_PLACEHOLDERS {
            faults.push(TenantFault::TooManyPlaceholders(place));
        }
    }
    for header in origin.custom_headers.iter() {
        let names = header.value.known().into_iter().flat_map(placeholders);
        let defined = names.filter(|name| defines(distribution, name) == Some(true)).take(1);
        faults.extend(
            defined.map(|name| TenantFault::Misplaced { place: &header.value, name: name.to_owned() }),
        );
    }
    faults
}

fn of_tenant<'m>(distribution: &'m Distribution, tenant: &'m Tenant) -> Vec<TenantFault<'m>> {
    let set = || tenant.parameters.iter().map(|parameter| &parameter.name);
    let is_undefined =
        |name: &&Prop<Text>| name.literal().is_some_and(|name| defines(distribution, name) == Some(false));
    let undefined: Vec<TenantFault<'m>> =
        set().filter(is_undefined).map(|name| TenantFault::NoSuchParameter { tenant, name }).collect();
    // One that is misspelt is not also missing.
    if !undefined.is_empty() || tenant.parameters.open.is_some() || set().any(|name| name.literal().is_none())
    {
        return undefined;
    }
    let required = distribution.tenant_config.definitions.iter().filter(|definition| {
        definition.is_required.known() == Some(&true)
            && definition.name.literal().is_some_and(|name| set().all(|own| own.literal() != Some(name)))
    });
    required.map(|parameter| TenantFault::Lacks { tenant, parameter }).collect()
}

/// Whether a distribution defines a parameter; `None` if that is not known.
fn defines(distribution: &Distribution, name: &str) -> Option<bool> {
    let definitions = &distribution.tenant_config.definitions;
    if definitions.iter().any(|definition| definition.name.literal() == Some(name)) {
        return Some(true);
    }
    let is_open = definitions.open.is_some()
        || definitions.iter().any(|definition| definition.name.literal().is_none());
    (!is_open).then_some(false)
}

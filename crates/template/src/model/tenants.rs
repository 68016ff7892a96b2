//! Distributions for several tenants, and the tenants.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-config-options.html>

use std::sync::LazyLock;

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::slice::Slice;
use super::{Distribution, List, Memo, Model, Prop, State};
use crate::eval::Reason;
use crate::value::{Part, Text};

const DATA: &str = include_str!("../../data/tenant-settings.txt");

/// `AWS::CloudFront::DistributionTenant`
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    pub domains: List<Prop<Text>>,
    pub parameters: List<TenantParameter>,
    /// ARN of its own certificate, instead of that of the distribution.
    pub certificate: Prop<Text>,
    /// Whether CloudFront may request a certificate for it.
    pub may_have_managed_certificate: bool,
    /// ARN of its own web ACL, instead of that of the distribution.
    pub web_acl: Prop<Text>,
}

/// The value that a tenant gives a parameter.
#[derive(Debug, Clone)]
pub struct TenantParameter {
    pub name: Prop<Text>,
    pub value: Prop<Text>,
}

/// A parameter that tenants can set.
#[derive(Debug, Clone)]
pub struct ParameterDefinition {
    pub name: Prop<Text>,
    pub is_required: Prop<bool>,
    pub default: Prop<Text>,
}

/// What a distribution says about its tenants.
#[derive(Debug, Clone)]
pub struct TenantConfig {
    /// Whether it is there at all.
    pub is_present: Prop<()>,
    pub definitions: List<ParameterDefinition>,
    /// The settings that it cannot have because of its tenants.
    pub unsupported: Vec<UnsupportedSetting>,
}

/// A setting that a distribution for tenants does not support.
#[derive(Debug, Clone)]
pub struct UnsupportedSetting {
    /// Path below `Properties`.
    pub property: String,
    pub value: Prop<Text>,
    /// Whether it is only the default of the property.
    pub is_default: bool,
    /// What to do instead, as an imperative.
    pub instead: &'static str,
}

impl UnsupportedSetting {
    /// The name that users know it by.
    pub fn name(&self) -> &str {
        let whole = |part: &str| self.property.contains(part);
        if whole(".ForwardedValues.") {
            return "ForwardedValues";
        }
        if whole(".Logging.") {
            return "Logging";
        }
        let last = self.property.rsplit('.').next().unwrap_or_default();
        last.split('[').next().unwrap_or(last)
    }
}

/// A line of the table.
#[derive(Debug, Clone, Copy)]
struct Row {
    property: &'static str,
    rejected: &'static str,
    default: &'static str,
    instead: &'static str,
}

static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| DATA.lines().filter_map(row).collect());

fn row(line: &'static str) -> Option<Row> {
    let mut fields = line.split(" | ").filter(|_| !line.starts_with('#'));
    let (property, rejected, default) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Row { property, rejected, default, instead: fields.next()? })
}

impl Row {
    fn rejects(&self, value: &Prop<Text>) -> bool {
        let Some(text) = value.known().filter(|text| !text.is_empty()) else { return false };
        match (self.rejected, text.as_literal()) {
            ("any", _) => true,
            ("id", Some(literal)) => !literal.starts_with("arn:") && !literal.contains("{{"),
            (rejected, Some(literal)) => match rejected.strip_prefix("other than ") {
                Some(only) => literal != only,
                None => literal == rejected,
            },
            (_, None) => false,
        }
    }
}

impl TenantConfig {
    pub(super) fn read(properties: &Reader<'_, '_>) -> Self {
        let config = properties.map_or_empty("DistributionConfig");
        let tenants = config.map("TenantConfig");
        let definitions =
            config.map_or_empty("TenantConfig").maps("ParameterDefinitions", |definition, _| {
                let schema = definition.map_or_empty("Definition").map_or_empty("StringSchema");
                ParameterDefinition {
                    name: definition.text("Name"),
                    is_required: schema.bool("Required"),
                    default: schema.text("DefaultValue"),
                }
            });
        let mut unsupported = Vec::new();
        if config.text("ConnectionMode").literal() == Some("tenant-only") {
            for row in TABLE.iter() {
                collect(properties, row.property, "", *row, &mut unsupported);
            }
        }
        Self { is_present: tenants.map(|_| State::Known(())), definitions, unsupported }
    }
}

fn collect(
    reader: &Reader<'_, '_>,
    path: &'static str,
    above: &str,
    row: Row,
    found: &mut Vec<UnsupportedSetting>,
) {
    let (first, below) = path.split_once('.').unwrap_or((path, ""));
    let dot = if above.is_empty() { "" } else { "." };
    let (name, is_list) = first.strip_suffix("[]").map_or((first, false), |name| (name, true));
    let property = format!("{above}{dot}{name}");
    let mut add = |property: String, value: Prop<Text>| {
        if row.rejects(&value) {
            let is_default = value.literal() == Some(row.default);
            found.push(UnsupportedSetting { property, value, is_default, instead: row.instead });
        }
    };
    match (is_list, below.is_empty()) {
        (false, true) => add(property, reader.text(name)),
        (true, true) => {
            for (index, item) in reader.texts(name).items.into_iter().enumerate() {
                add(format!("{property}[{index}]"), item);
            }
        }
        (false, false) => {
            if let Some(inner) = reader.map(name).known() {
                collect(inner, below, &property, row, found);
            }
        }
        (true, false) => {
            reader.maps(name, |item, index| {
                collect(&item, below, &format!("{property}[{index}]"), row, found);
            });
        }
    }
}

/// The tenants of a distribution.
pub(super) fn read(slice: &Slice<'_, '_>, distribution: &str) -> Vec<Tenant> {
    let all = slice.of_kind("AWS::CloudFront::DistributionTenant");
    let is_own = |properties: &Reader<'_, '_>| {
        properties.text("DistributionId").known().and_then(Text::owner) == Some(distribution)
    };
    all.filter(|(_, properties)| is_own(properties))
        .map(|(resource, properties)| {
            let customizations = properties.map_or_empty("Customizations");
            Tenant {
                id: resource.id.clone(),
                span: resource.id_span,
                domains: properties.texts("Domains"),
                parameters: properties.maps("Parameters", |parameter, _| TenantParameter {
                    name: parameter.text("Name"),
                    value: parameter.text("Value"),
                }),
                certificate: customizations.map_or_empty("Certificate").text("Arn"),
                may_have_managed_certificate: !properties.map("ManagedCertificateRequest").is_absent(),
                web_acl: customizations.map_or_empty("WebAcl").text("Arn"),
            }
        })
        .collect()
}

/// The names of parameters in a text, written as `{{name}}`. Dynamic references look alike, and are not part of the text.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/tenant-customization.html>
pub fn placeholders(text: &Text) -> impl Iterator<Item = &str> {
    let is_name = |name: &&str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.literals().flat_map(move |literal| {
        let starts = literal.match_indices("{{").filter_map(|(at, _)| literal.get(at + 2..));
        starts.filter_map(|rest| Some(rest.split_once("}}")?.0)).filter(is_name)
    })
}

impl Distribution {
    /// Whether viewers come through the domains of tenants, and not through names of its own.
    pub fn is_for_tenants(&self) -> bool {
        self.connection_mode.literal() == Some("tenant-only")
    }

    /// The names that viewers certainly use: its aliases, or the domains of its tenants.
    pub fn viewer_names(&self) -> impl Iterator<Item = &Prop<Text>> {
        let tenants = self.tenants.iter().filter(|_| self.is_for_tenants());
        let aliases = self.aliases.iter().filter(|_| !self.is_for_tenants());
        aliases.chain(tenants.flat_map(|tenant| tenant.domains.iter()))
    }
}

impl Model {
    /// The same with what a tenant fills in for the placeholders of the origins.
    #[must_use]
    pub fn of_tenant(&self, tenant: &Tenant) -> Self {
        let mut model = self.clone();
        model.memo = Memo::default();
        let mut origins = (*self.distribution.origins).clone();
        for origin in &mut origins.items {
            origin.domain_name = self.filled_in(&origin.domain_name, tenant);
            let path = self.filled_in(&origin.written_path, tenant);
            // What follows a `?` is a query string.
            let has_query = path.known().is_some_and(|path| path.literals().any(|text| text.contains('?')));
            if !has_query {
                origin.path = path;
            }
        }
        model.distribution.origins = std::sync::Arc::new(origins);
        model
    }

    fn filled_in(&self, prop: &Prop<Text>, tenant: &Tenant) -> Prop<Text> {
        prop.map(|text| {
            let mut filled = Text::default();
            for part in text.parts() {
                let Part::Lit(literal) = part else {
                    filled.push_part(part);
                    continue;
                };
                let mut pieces = literal.split("{{");
                filled.push_str(pieces.next().unwrap_or_default());
                for piece in pieces {
                    let Some((name, rest)) = piece.split_once("}}") else { return unknown("{{") };
                    match self.value_of(name, tenant) {
                        Some(value) => filled.push(value),
                        None => return unknown(name),
                    }
                    filled.push_str(rest);
                }
            }
            State::Known(filled)
        })
    }

    /// What a tenant gives a parameter, or its default.
    fn value_of<'m>(&'m self, name: &str, tenant: &'m Tenant) -> Option<&'m Text> {
        let is_it = |own: &Prop<Text>| own.literal() == Some(name);
        let given = tenant.parameters.iter().find(|parameter| is_it(&parameter.name));
        let defined = &self.distribution.tenant_config.definitions;
        let default = || defined.iter().find(|definition| is_it(&definition.name))?.default.known();
        match given {
            Some(parameter) => parameter.value.known(),
            None if tenant.parameters.open.is_some() => None,
            None => default(),
        }
    }
}

fn unknown(name: &str) -> State<Text> {
    State::Unknown(Reason(format!("the tenant's value of `{name}` is not known")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood() {
        let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!(TABLE.len(), lines);
    }

    #[test]
    fn placeholders_have_plain_names() {
        let of =
            |text: &str| placeholders(&Text::literal(text)).map(str::to_owned).collect::<Vec<_>>().join(" ");
        assert_eq!(of("{{tenant}}.{{b-1}}.example.com/{{c"), "tenant b-1");
        assert_eq!(of("{{ tenant }}{{}}{{resolve:ssm:x}}"), "");
    }
}

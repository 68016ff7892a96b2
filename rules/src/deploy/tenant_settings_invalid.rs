use cflint_edge::facts::tenants::{MAX_PARAMETERS, MAX_PLACEHOLDERS, TenantFault, tenant_faults};
use cflint_edge::words::{any_of, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Distribution, Model, Prop};
use cflint_template::value::Text;

use crate::shared::confidence::confidence_of;
use cflint_edge::words::similar;

const TENANT: &str = "AWS::CloudFront::DistributionTenant";

declare_rule! {
    /// ## What it does
    /// Reports what a distribution with `ConnectionMode: tenant-only`, and the tenants of it, cannot have: settings that are
    /// for standard distributions, such as `Aliases`, `PriceClass` and `ForwardedValues`; placeholders and parameters that
    /// the distribution does not define; tenants without a required parameter. Also reports `TenantConfig` of a standard
    /// distribution.
    ///
    /// ## Why is this bad?
    /// CloudFront rejects the distribution or the tenant, and the stack is rolled back.
    ///
    /// ## Remediation
    /// - Remove what the distribution cannot have. The names of viewers are `Domains` of each tenant, IPv6 is a setting of
    ///   the `AWS::CloudFront::ConnectionGroup`, and caching and forwarding are settings of policies.
    /// - Define each parameter in `TenantConfig.ParameterDefinitions`, and use it as `{{name}}` in `DomainName` or
    ///   `OriginPath` of an origin: at most two in a property, and five in all.
    /// - Give each required parameter a value in `Parameters` of every tenant.
    ///
    /// The same applies to SAM templates. In CDK these are `CfnDistribution` and `CfnDistributionTenant`: `Distribution` sets
    /// properties that a distribution for tenants cannot have.
    ///
    /// ## Exceptions
    /// A dynamic reference, `{{resolve:…}}`, is not a placeholder. If a definition is not known, neither placeholders nor
    /// parameters of tenants are reported. A default that is written out, such as `PriceClass_All`, is only likely to be
    /// rejected.
    ///
    /// ## References
    /// - [Unsupported features for multi-tenant distributions](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-config-options.html)
    /// - [Customize distribution tenants](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/tenant-customization.html)
    pub(crate) TenantSettingsInvalid {
        id: "tenant-settings-invalid",
        group: Deploy,
        summary: "a distribution for tenants, or a tenant, has a setting that CloudFront does not accept",
        severity: Error,
        fix: None,
        cdk: "`distributionConfig` of the `CfnDistribution`, or the properties of the `CfnDistributionTenant`",
    }
}

impl Rule for TenantSettingsInvalid {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for fault in tenant_faults(model) {
            report(&model.distribution, &fault, cx);
        }
    }
}

fn report(distribution: &Distribution, fault: &TenantFault<'_>, cx: &mut Context<'_>) {
    let id = &distribution.id;
    let (label, note, help) = match fault {
        TenantFault::Unsupported(setting) => (
            "not supported with `tenant-only`".to_owned(),
            rejected("distribution"),
            setting.instead.to_owned(),
        ),
        TenantFault::NotForTenants(_) => (
            "for distributions with `tenant-only`".to_owned(),
            rejected("distribution"),
            "set `ConnectionMode: tenant-only`, or remove `TenantConfig`".to_owned(),
        ),
        TenantFault::NoSuchPlaceholder { name, .. } => (
            defined(distribution),
            rejected("distribution"),
            match (similar(name, names(distribution)), names(distribution).as_slice()) {
                (Some(meant), _) => format!("write `{{{{{meant}}}}}`"),
                (None, [only]) => format!(
                    "define `{name}` in `TenantConfig.ParameterDefinitions`, or write `{{{{{only}}}}}`"
                ),
                (None, _) => format!("define `{name}` in `TenantConfig.ParameterDefinitions`"),
            },
        ),
        TenantFault::Misplaced { .. } => (
            "not a place for a parameter".to_owned(),
            "placeholders are filled in only in `DomainName` and `OriginPath` of an origin".to_owned(),
            "write a value that is the same for all tenants".to_owned(),
        ),
        TenantFault::TooManyPlaceholders(_) => (
            "too many placeholders".to_owned(),
            format!("CloudFront accepts at most {MAX_PLACEHOLDERS} placeholders in a property"),
            "put several parts into one parameter".to_owned(),
        ),
        TenantFault::TooManyParameters(_) => (
            "one too many".to_owned(),
            format!("CloudFront accepts at most {MAX_PARAMETERS} parameters for a distribution"),
            "put several parts into one parameter".to_owned(),
        ),
        TenantFault::NoSuchParameter { name, .. } => (
            defined(distribution),
            rejected("tenant"),
            match (
                name.literal().and_then(|name| similar(name, names(distribution))),
                names(distribution).as_slice(),
            ) {
                (Some(meant), _) => format!("write `{meant}`"),
                (None, [only]) => format!(
                    "write `{only}`, or define the parameter in `TenantConfig.ParameterDefinitions` of `{id}`"
                ),
                (None, _) => {
                    format!("define it in `TenantConfig.ParameterDefinitions` of `{id}`, or remove it")
                }
            },
        ),
        TenantFault::Lacks { parameter, .. } => {
            let name = parameter.name.known().map_or_else(String::new, Text::to_string);
            (
                "a required parameter is missing".to_owned(),
                rejected("tenant"),
                format!("add `{{Name: {name}, Value: …}}` to `Parameters`"),
            )
        }
    };
    let place = place(fault);
    let mut finding = match place {
        Some(place) => cx.report(place, fault.to_string()),
        None => cx.report(fault.span(), fault.to_string()),
    };
    finding = finding.label(label).note(note).help(help).at_most(confidence_of(fault.certainty()));
    match fault {
        TenantFault::Unsupported(setting) => {
            finding
                .property(&setting.property)
                .related(distribution.connection_mode.span, format!("`{id}` is for tenants"))
                .rests_on(&distribution.connection_mode);
        }
        TenantFault::NotForTenants(config) => {
            finding.property(config.property.to_string());
        }
        TenantFault::NoSuchParameter { tenant, .. } => {
            finding
                .resource(&tenant.id, TENANT)
                .related(distribution.tenant_config.definitions.span, format!("the parameters of `{id}`"));
        }
        TenantFault::Lacks { tenant, parameter } => {
            finding
                .resource(&tenant.id, TENANT)
                .property("Parameters")
                .related(parameter.name.span, "required here");
        }
        _ => {}
    }
}

fn rejected(what: &str) -> String {
    format!("CloudFront rejects the {what} when it is deployed")
}

fn place<'m>(fault: &TenantFault<'m>) -> Option<&'m Prop<Text>> {
    match fault {
        TenantFault::Unsupported(setting) => Some(&setting.value),
        TenantFault::NoSuchPlaceholder { place, .. } | TenantFault::Misplaced { place, .. } => Some(place),
        TenantFault::TooManyPlaceholders(place) | TenantFault::TooManyParameters(place) => Some(place),
        TenantFault::NoSuchParameter { name, .. } => Some(name),
        TenantFault::NotForTenants(_) | TenantFault::Lacks { .. } => None,
    }
}

fn names(distribution: &Distribution) -> Vec<&str> {
    let definitions = distribution.tenant_config.definitions.iter();
    definitions.filter_map(|definition| definition.name.literal()).collect()
}

/// What the distribution defines, in a few words.
fn defined(distribution: &Distribution) -> String {
    let names = quoted(names(distribution));
    match names.len() {
        0 => "the distribution defines no parameters".to_owned(),
        1..=3 => format!("only {} can be used", any_of(&names)),
        count => format!("not one of the {count} parameters"),
    }
}

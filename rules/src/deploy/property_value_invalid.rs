use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::words::{quoted, similar};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Allowed, Setting, SingleResource, ValueFault};

use crate::shared::written::is_filled_in;

/// Names up to this length, such as `Type`, are shared by many properties.
const MAX_VAGUE: usize = 7;

declare_rule! {
    /// ## What it does
    /// Reports values that a CloudFront, API Gateway or function URL property cannot have: names that are not in the
    /// list, numbers out of range, strings that are too long, path patterns and REST API stages with characters that are
    /// not allowed (`$default` is a stage of HTTP APIs only), aliases that are not lower-case host names with at most an
    /// asterisk in front, and a default root object with a slash in front. The same for `Scope` of WAF resources.
    ///
    /// ## Why is this bad?
    /// The CloudFormation schemas leave many of these properties open, so nothing notices before the service rejects
    /// the value in the middle of a deployment and the stack rolls back. `ViewerProtocolPolicy` of `CacheBehaviors`,
    /// `OriginProtocolPolicy`, `OriginSSLProtocols` and `AuthorizationType` are such properties. Values are
    /// case-sensitive.
    ///
    /// ## Remediation
    /// Write one of the values that the message lists. In a SAM template the same properties have the same values. In
    /// CDK, use the enums, such as `ViewerProtocolPolicy.REDIRECT_TO_HTTPS`; look for an `addPropertyOverride` or a
    /// `Cfn…` construct that writes a string.
    ///
    /// ## Exceptions
    /// Values that are known only at deployment are not reported, and the default of a parameter is only likely.
    /// Numbers above a limit that AWS raises on request are only possible. Methods, statuses of error responses and
    /// events of functions have rules of their own.
    ///
    /// ## References
    /// - [AWS::CloudFront::Distribution](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html)
    /// - [Path pattern](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern)
    /// - [Requirements for alternate domain names](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements)
    /// - [Quotas of CloudFront](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html)
    /// - [AWS::ApiGateway::RestApi](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html)
    pub(crate) PropertyValueInvalid {
        id: "property-value-invalid",
        group: Deploy,
        summary: "a property has a value that the service does not accept",
        severity: Error,
        fix: Safe,
        cdk: "the enums, such as `ViewerProtocolPolicy.REDIRECT_TO_HTTPS`",
    }
}

impl Rule for PropertyValueInvalid {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        for setting in &resource.settings {
            let is_filled_in = || setting.value.known().is_some_and(is_filled_in);
            if let Some(fault) = setting.fault().filter(|_| !is_filled_in()) {
                report(setting, fault, cx);
            }
        }
    }
}

fn report(setting: &Setting, fault: ValueFault, cx: &mut Context<'_>) {
    let (value, allowed) = (&setting.value, setting.allowed);
    let written = value.known().map(ToString::to_string).unwrap_or_default();
    let name = name(&setting.property);
    let meant = meant(&written, allowed);
    let (message, label) = match fault {
        ValueFault::NotListed => {
            (format!("`{name}` cannot be `{written}`"), "not an accepted value".to_owned())
        }
        ValueFault::OutOfRange | ValueFault::TooMuch => {
            (format!("`{name}` cannot be {written}"), "out of range".to_owned())
        }
        ValueFault::TooLong(length) => (format!("`{name}` is too long"), format!("{length} characters")),
        ValueFault::Character(c) => {
            let at = |c: char| if c == ' ' { "a space".to_owned() } else { format!("`{c}`") };
            let what = match allowed {
                Allowed::Stage(_) => "the name of a REST API's stage",
                Allowed::Alias => "an alias",
                _ => "a path pattern",
            };
            (format!("{what} cannot contain {}", at(c)), format!("contains {}", at(c)))
        }
        ValueFault::SlashInFront => {
            (format!("`{name}` cannot start with a slash"), "starts with a slash".to_owned())
        }
        ValueFault::Asterisk => {
            (format!("alias `{written}` cannot have `*` there"), "not the whole first label".to_owned())
        }
        ValueFault::UpperCase => {
            (format!("alias `{written}` cannot have capital letters"), "has capital letters".to_owned())
        }
    };
    let repaired = match fault {
        ValueFault::UpperCase => value.literal().map(str::to_ascii_lowercase),
        ValueFault::SlashInFront => value.literal().map(|text| text.trim_start_matches('/').to_owned()),
        _ => None,
    };
    let repaired = repaired.filter(|repaired| !repaired.is_empty());
    let meant = repaired.as_deref().or(meant);
    let same = meant.filter(|meant| repaired.is_some() || meant.eq_ignore_ascii_case(&written));
    let edits = same.and_then(|meant| cx.replace(value, &NewValue::Text(meant)));
    let most = match (fault, allowed) {
        (ValueFault::TooMuch, Allowed::Number { is_quota: true, .. }) => Confidence::Possible,
        // CloudFront may accept it and return 403.
        (ValueFault::SlashInFront, _) => setting.certainty.min(Confidence::Likely),
        _ => setting.certainty,
    };
    cx.report(value, message)
        .property(setting.property.to_string())
        .label(label)
        .note(accepts(&name, allowed))
        .help(help(meant, fault, allowed))
        .fix(Applicability::Safe, format!("write `{}`", same.unwrap_or_default()), edits)
        .at_most(most);
}

/// The name of a property, with that of its parent if the name alone says little.
fn name(property: &str) -> String {
    let mut names = property.rsplit('.').map(|name| name.split('[').next().unwrap_or(name));
    let last = names.next().unwrap_or(property);
    match names.next() {
        Some(above) if last.len() <= MAX_VAGUE => format!("{above}.{last}"),
        _ => last.to_owned(),
    }
}

/// The value that was probably meant, if there is only one candidate.
fn meant<'a>(written: &str, allowed: &'a Allowed) -> Option<&'a str> {
    let Allowed::OneOf { values, .. } = allowed else { return None };
    let same = values.iter().copied().find(|value| value.eq_ignore_ascii_case(written));
    same.or_else(|| {
        let best = similar(written, values.iter().copied())?;
        let distance =
            |value: &str| strsim::damerau_levenshtein(&written.to_lowercase(), &value.to_lowercase());
        let is_as_near = |value: &&str| *value != best && distance(value) == distance(best);
        (!values.iter().any(is_as_near)).then_some(best)
    })
}

fn accepts(name: &str, allowed: &Allowed) -> String {
    match allowed {
        Allowed::OneOf { values, .. } => {
            format!("`{name}` accepts {}", quoted(values).join(", "))
        }
        Allowed::Number { ranges, is_quota } => {
            let range = |(least, most): &(i64, Option<i64>)| match most {
                Some(most) if most == least => least.to_string(),
                Some(most) => format!("{least} to {most}"),
                None => format!("{least} or more"),
            };
            let ranges: Vec<String> = ranges.iter().map(range).collect();
            let more = if *is_quota { "; AWS raises this limit on request" } else { "" };
            format!("`{name}` accepts {}{more}", ranges.join(", "))
        }
        Allowed::Stage(most) => format!(
            "API Gateway accepts letters, digits, `-` and `_`, at most {most} characters; only HTTP APIs have a stage `$default`"
        ),
        Allowed::RootObject(most) => format!(
            "the name of an object without a slash in front, at most {most} characters; CloudFront rejects another, or returns 403 for `/`"
        ),
        Allowed::Alias => {
            "CloudFront accepts lower-case names, in which `*` can only be the first label".to_owned()
        }
        Allowed::Length(most) => format!("`{name}` can have at most {most} characters"),
        Allowed::Pattern(most) => {
            format!(
                "a path pattern can have at most {most} characters: letters, digits, and `_ - . * ? $ / ~ \" ' @ : + &`"
            )
        }
    }
}

fn help(meant: Option<&str>, fault: ValueFault, allowed: &Allowed) -> String {
    match (meant, fault, allowed) {
        (Some(meant), ..) => format!("write `{meant}`"),
        (None, ValueFault::Character('$'), Allowed::Stage(_)) => {
            "write a name such as `prod`, and put it in front of the paths with `OriginPath: /prod`"
                .to_owned()
        }
        (None, ValueFault::Character(_), Allowed::Stage(_)) => {
            "use only letters, digits, `-` and `_`".to_owned()
        }
        (None, ValueFault::Character(_), Allowed::Alias) => "write the host name alone".to_owned(),
        (None, ValueFault::Asterisk, _) => {
            "write `*.` and the rest of the name, or each name without `*`".to_owned()
        }
        (None, ValueFault::UpperCase, _) => "write it in lower case".to_owned(),
        (None, ValueFault::SlashInFront, _) => "remove the slash".to_owned(),
        (None, ValueFault::Character(_), _) => {
            "use `?` in place of one character that is not allowed, or `*` for several".to_owned()
        }
        (None, ValueFault::TooLong(_), _) => "shorten it".to_owned(),
        (None, _, Allowed::OneOf { .. }) => "use one of them".to_owned(),
        _ => "use a number in that range".to_owned(),
    }
}

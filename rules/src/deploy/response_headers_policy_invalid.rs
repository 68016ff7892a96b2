use cflint_diagnostics::Applicability;
use cflint_edge::facts::response_headers::{METHODS, PolicyFault, faults};
use cflint_edge::words::quoted;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{AnyPolicy, Prop, ResponseHeadersPolicy, SingleResource};
use cflint_template::value::Text;

use crate::shared::confidence::confidence_of;

declare_rule! {
    /// ## What it does
    /// Reports response headers policies that CloudFront does not accept: `*` in a header name of a policy that allows
    /// credentials, methods that are not in the list, `ALL` as an origin, CORS without a header, a policy that sets
    /// nothing, and `X-XSS-Protection` with both `ModeBlock` and `ReportUri`.
    ///
    /// ## Why is this bad?
    /// The CloudFormation schemas allow all of this, so nothing notices before CloudFront rejects the policy in the
    /// middle of a deployment and the stack rolls back. Browsers do not accept `*` in a response to a request with
    /// credentials, which is why CloudFront rejects it there. The word for all methods is `ALL`, the word for all
    /// origins is `*`; each is invalid in the other place.
    ///
    /// ## Remediation
    /// With `AccessControlAllowCredentials: true`, list the headers by name, such as `Authorization` and
    /// `Content-Type`. Otherwise set it to `false`. In CDK these are `accessControlAllowHeaders` and
    /// `accessControlAllowCredentials` of `corsBehavior`. In a SAM template the policy is written the same way.
    ///
    /// ## Exceptions
    /// Values that are known only at deployment are not reported. What is only known from reports of users is likely:
    /// other methods than `*`, `ALL` as an origin, an empty list of headers, and a policy without a section. `*` as an
    /// origin together with credentials is only possible.
    ///
    /// ## References
    /// - [Understand response headers policies](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html)
    /// - [AWS::CloudFront::ResponseHeadersPolicy CorsConfig](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-responseheaderspolicy-corsconfig.html)
    /// - [ResponseHeadersPolicyXSSProtection in the API reference of CloudFront](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyXSSProtection.html)
    pub(crate) ResponseHeadersPolicyInvalid {
        id: "response-headers-policy-invalid",
        group: Deploy,
        summary: "CloudFront does not accept a response headers policy",
        severity: Error,
        fix: Safe,
        cdk: "`corsBehavior` or `securityHeadersBehavior` of the `ResponseHeadersPolicy`",
    }
}

/// What a finding says about a fault.
struct Told {
    message: String,
    label: &'static str,
    note: String,
    help: String,
}

impl Rule for ResponseHeadersPolicyInvalid {
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        let Some(AnyPolicy::ResponseHeaders(policy)) = &resource.policy else { return };
        for fault in faults(policy) {
            report(policy, fault, cx);
        }
    }
}

fn report(policy: &ResponseHeadersPolicy, fault: PolicyFault<'_>, cx: &mut Context<'_>) {
    let told = told(policy, fault);
    let written = prop(fault);
    let meant = meant(policy, fault);
    let edits =
        written.zip(meant.as_deref()).and_then(|(prop, meant)| cx.replace(prop, &NewValue::Text(meant)));
    let finding = match (written, fault) {
        (Some(prop), _) => cx.report(prop, told.message),
        (None, PolicyFault::NoHeaders(list)) => cx.report(list, told.message),
        (None, _) => cx.report(fault.span(), told.message).property("ResponseHeadersPolicyConfig"),
    };
    let finding = finding
        .label(told.label)
        .note(told.note)
        .help(told.help)
        .fix(Applicability::Safe, format!("write `{}`", meant.unwrap_or_default()), edits)
        .at_most(confidence_of(fault.certainty()));
    match fault {
        PolicyFault::WildcardHeader(_) | PolicyFault::AnyOrigin(_) => {
            let credentials = &policy.cors.credentials;
            finding.related(credentials.span, "credentials are allowed here").rests_on(credentials);
        }
        PolicyFault::BlockAndReport(_) => {
            finding.related(policy.xss_block.span, "blocks the page").rests_on(&policy.xss_block);
        }
        _ => {}
    }
}

fn prop(fault: PolicyFault<'_>) -> Option<&Prop<Text>> {
    match fault {
        PolicyFault::WildcardHeader(prop)
        | PolicyFault::AnyOrigin(prop)
        | PolicyFault::Method(prop)
        | PolicyFault::AllOrigins(prop)
        | PolicyFault::BlockAndReport(prop) => Some(prop),
        PolicyFault::NoHeaders(_) | PolicyFault::Empty(_) => None,
    }
}

/// The value that was certainly meant.
fn meant(policy: &ResponseHeadersPolicy, fault: PolicyFault<'_>) -> Option<String> {
    match fault {
        PolicyFault::Method(method) => {
            let written = method.literal()?.trim().to_ascii_uppercase();
            let meant = if written == "*" { "ALL" } else { written.as_str() };
            METHODS.contains(&meant).then(|| meant.to_owned())
        }
        PolicyFault::AllOrigins(_) if policy.cors.credentials.known() == Some(&false) => Some("*".to_owned()),
        _ => None,
    }
}

fn told(policy: &ResponseHeadersPolicy, fault: PolicyFault<'_>) -> Told {
    let id = policy.id.as_str();
    let written = prop(fault).and_then(Prop::known).map(ToString::to_string).unwrap_or_default();
    match fault {
        PolicyFault::WildcardHeader(_) => Told {
            message: format!("`{id}` allows credentials together with the header `{written}`"),
            label: "no `*` where credentials are allowed",
            note: "CloudFront responds: `The parameter Access-Control-Allow-Headers cannot contain * when allowCredentials is true`".to_owned(),
            help: "list the headers by name, such as `Authorization` and `Content-Type`; or set `AccessControlAllowCredentials: false`".to_owned(),
        },
        PolicyFault::AnyOrigin(_) => Told {
            message: format!("`{id}` allows credentials from any origin"),
            label: "no `*` where credentials are allowed",
            note: "browsers reject `Access-Control-Allow-Origin: *` in a response to a request with credentials, and CloudFront may reject the policy".to_owned(),
            help: "list the origins, such as `https://app.example.com`; or set `AccessControlAllowCredentials: false`".to_owned(),
        },
        PolicyFault::Method(_) => Told {
            message: format!("`AccessControlAllowMethods` cannot contain `{written}`"),
            label: "not a method",
            note: format!("`AccessControlAllowMethods` accepts {}", quoted(METHODS).join(", ")),
            help: meant(policy, fault).map_or_else(|| "use one of them".to_owned(), |meant| format!("write `{meant}`")),
        },
        PolicyFault::AllOrigins(_) => Told {
            message: "`AccessControlAllowOrigins` cannot contain `ALL`".to_owned(),
            label: "not an origin",
            note: "`ALL` is accepted only in `AccessControlAllowMethods`; an origin is a host with or without a scheme, or `*`".to_owned(),
            help: match meant(policy, fault) {
                Some(_) => "write `*` for any origin, or list the origins".to_owned(),
                None => "list the origins, such as `https://app.example.com`".to_owned(),
            },
        },
        PolicyFault::NoHeaders(_) => Told {
            message: format!("`{id}` has an empty list of allowed headers"),
            label: "the list is empty",
            note: "CloudFront reportedly rejects `CorsConfig` without an item in `AccessControlAllowHeaders`".to_owned(),
            help: match policy.cors.credentials.known() {
                Some(true) => "list the headers that pages may send, such as `Authorization`".to_owned(),
                _ => "list the headers that pages may send, or write `*`".to_owned(),
            },
        },
        PolicyFault::Empty(_) => Told {
            message: format!("response headers policy `{id}` sets no headers"),
            label: "has none of the five sections",
            note: "CloudFormation reportedly responds only: `Invalid request provided: AWS::CloudFront::ResponseHeadersPolicy`".to_owned(),
            help: "add `CorsConfig`, `SecurityHeadersConfig`, `CustomHeadersConfig`, `RemoveHeadersConfig` or `ServerTimingHeadersConfig`; or remove the policy".to_owned(),
        },
        PolicyFault::BlockAndReport(_) => Told {
            message: "`XSSProtection` cannot have both `ModeBlock` and `ReportUri`".to_owned(),
            label: "not allowed with `ModeBlock: true`",
            note: "`X-XSS-Protection` either blocks the page or reports to a URL".to_owned(),
            help: "remove `ReportUri`, or set `ModeBlock: false`".to_owned(),
        },
    }
}

use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::facts::certificate::{AliasFault, alias_faults};
use cflint_edge::words::all_of;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Certificate, Model, Prop};
use cflint_template::value::Text;

use crate::shared::confidence::confidence_of;
use crate::shared::written::Written;

/// How many names of a certificate a finding lists.
const MAX_NAMES: usize = 4;

declare_rule! {
    /// ## What it does
    /// Reports distributions with `Aliases` and without a certificate for them, or with a certificate of the template
    /// that does not cover them all.
    ///
    /// ## Why is this bad?
    /// CloudFront accepts an alternate domain name only with a certificate that covers it, which shows that the name is
    /// yours. The deployment fails and is rolled back. Each alias must be among the names of the certificate, or one
    /// label in front of a wildcard: `*.example.com` covers `www.example.com` and the alias `*.example.com`, but neither
    /// `example.com` nor `a.b.example.com`.
    ///
    /// ## Remediation
    /// Set `ViewerCertificate` with `AcmCertificateArn`, a certificate in us-east-1 that covers every alias, and
    /// `SslSupportMethod: sni-only`. List the names that are missing in `SubjectAlternativeNames` of the certificate. In
    /// CDK that is `certificate` alongside `domainNames`, and `subjectAlternativeNames` of the certificate. In a SAM
    /// template the distribution is written the same way. Write aliases without a dot at the end.
    ///
    /// ## Exceptions
    /// If the alias is a parameter and the template has conditions, which may set the certificate along with it, the finding
    /// is only possible. The names of a certificate outside the template are not known, nor are those of a custom resource
    /// that requests one. Tenants of a distribution with `ConnectionMode: tenant-only` have names and certificates of their own.
    ///
    /// ## References
    /// - [Requirements for using alternate domain names](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements)
    /// - [AWS::CloudFront::Distribution ViewerCertificate](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-viewercertificate.html)
    pub(crate) AliasWithoutCertificate {
        id: "alias-without-certificate",
        group: Security,
        summary: "an alias has no certificate that covers it, so CloudFront rejects it",
        severity: Error,
        fix: Safe,
        cdk: "`certificate` alongside `domainNames`, with `subjectAlternativeNames` for the other names",
    }
}

impl Rule for AliasWithoutCertificate {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let faults = alias_faults(model);
        let uncovered = faults.iter().filter(|(_, fault)| matches!(fault, AliasFault::OtherNames(_)));
        let missing: Vec<String> = uncovered.filter_map(|(alias, _)| written(alias.known()?)).collect();
        for (alias, fault) in &faults {
            let name = alias.known().map_or_else(String::new, Text::to_string);
            match fault {
                AliasFault::NoCertificate => report_missing(model, alias, &name, cx),
                AliasFault::OtherNames(certificate) => {
                    report_other(certificate, alias, &name, &listed(&missing), cx);
                }
                AliasFault::DotAtEnd => report_dot(alias, &name, confidence_of(fault.certainty()), cx),
            }
        }
    }
}

fn written(name: &Text) -> Option<String> {
    Written::new(name).map(|name| format!("`{name}`"))
}

/// The first of several names.
fn listed(names: &[String]) -> String {
    match names.split_at_checked(MAX_NAMES) {
        Some((first, [_, ..])) => format!("{} and {} more", first.join(", "), names.len() - MAX_NAMES),
        _ => all_of(names),
    }
}

fn report_dot(alias: &Prop<Text>, name: &str, confidence: Confidence, cx: &mut Context<'_>) {
    let plain = name.trim_end_matches('.');
    let edits = alias.literal().and_then(|_| cx.replace(alias, &NewValue::Text(plain)));
    cx.report(alias, format!("CloudFront rejects alias `{name}`: it ends with a dot"))
        .label("ends with a dot")
        .note("CloudFront reportedly responds that the certificate does not cover the name")
        .help(format!("write `{plain}`"))
        .fix(Applicability::Safe, "remove the dot", edits)
        .at_most(confidence);
}

fn report_missing(model: &Model, alias: &Prop<Text>, name: &str, cx: &mut Context<'_>) {
    let own = &model.distribution.viewer_certificate.is_default;
    let is_default = own.known() == Some(&true);
    // Who sets the name may set the certificate with it.
    let may_have_one = cx.is_conditional() && alias.literal().is_none();
    cx.report(alias, format!("CloudFront rejects alias `{name}` without a certificate that covers it"))
        .property("DistributionConfig.ViewerCertificate")
        .label("an alternate domain name")
        .at_most_if(may_have_one, Confidence::Possible)
        .note("CloudFront reportedly responds that a trusted certificate must be attached to add the name")
        .help("set `ViewerCertificate` with `AcmCertificateArn`, a certificate in us-east-1 for every alias, and `SslSupportMethod: sni-only`")
        .related_each(is_default.then_some((own.span, "this one covers only `*.cloudfront.net`")));
}

fn report_other(
    certificate: &Certificate,
    alias: &Prop<Text>,
    name: &str,
    missing: &str,
    cx: &mut Context<'_>,
) {
    let id = &certificate.id;
    let names = || [&certificate.domain_name].into_iter().chain(certificate.alternative_names.iter());
    let covered: Vec<String> = names().filter_map(|name| written(name.known()?)).collect();
    let defaults = names().filter(|name| name.rests_on_default() != alias.rests_on_default());
    cx.report(alias, format!("CloudFront rejects alias `{name}`: certificate `{id}` does not cover it"))
        .label("not covered by the certificate")
        .related(certificate.domain_name.span, format!("`{id}` covers {}", listed(&covered)))
        .note("a certificate covers the names that it lists; `*` in one stands for exactly one label")
        .help(format!("add {missing} to `SubjectAlternativeNames` of `{id}`"))
        .rests_on_each(defaults)
        .cause(format!("names of {id}"));
}

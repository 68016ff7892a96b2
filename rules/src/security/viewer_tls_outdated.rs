use cflint_diagnostics::{Applicability, Confidence};
use cflint_edge::facts::viewer_tls::{DEFAULT, SOUND, ViewerTls, policy};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{Model, Prop};
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports distributions with a certificate of their own whose security policy is older than `TLSv1.2_2021` or not
    /// specified.
    ///
    /// ## Why is this bad?
    /// The policy sets the oldest protocol and the ciphers that viewers may use. `TLSv1`, which reportedly applies if
    /// none is specified, and the policies of 2016 allow TLS 1.0 and 1.1, which browsers have dropped and auditors do
    /// not accept. The ones of 2018 and 2019 allow ciphers without authenticated encryption.
    ///
    /// ## Remediation
    /// Set `ViewerCertificate.MinimumProtocolVersion: TLSv1.2_2021`; in CDK
    /// `minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021`. In a SAM template the distribution is written the
    /// same way.
    ///
    /// ## Fix safety
    /// Viewers that support no newer protocol or cipher can no longer connect: browsers from before 2014, old versions
    /// of Java and OpenSSL, some devices.
    ///
    /// ## Exceptions
    /// The certificate for `*.cloudfront.net` always comes with `TLSv1`, so it is not reported. If no policy is
    /// specified, the finding is likely.
    ///
    /// ## References
    /// - [Supported protocols and ciphers between viewers and CloudFront](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html)
    /// - [AWS::CloudFront::Distribution ViewerCertificate](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudfront-distribution-viewercertificate.html)
    pub(crate) ViewerTlsOutdated {
        id: "viewer-tls-outdated",
        group: Security,
        summary: "viewers may connect with an outdated version of TLS or outdated ciphers",
        severity: Warning,
        fix: Unsafe,
        cdk: "`minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021`",
    }
}

impl Rule for ViewerTlsOutdated {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let distribution = &model.distribution;
        let viewer = &distribution.viewer_certificate;
        let is_named = |id: &Prop<Text>| id.known().is_some_and(|id| !id.is_empty());
        let has_own = is_named(&distribution.certificate) || is_named(&viewer.iam);
        let minimum = &viewer.minimum_protocol;
        let named = if minimum.is_absent() { Some(DEFAULT) } else { minimum.literal() };
        let Some(policy) = named.and_then(policy).filter(|policy| has_own && policy.weakness.is_some())
        else {
            return;
        };
        let value = NewValue::Text(SOUND);
        let (edits, label) = if minimum.is_absent() {
            (
                cx.insert(viewer.node, "MinimumProtocolVersion", &value),
                format!("no `MinimumProtocolVersion`: it is reportedly `{DEFAULT}`"),
            )
        } else {
            (cx.replace(minimum, &value), "the oldest protocol and the ciphers accepted".to_owned())
        };
        let most = if minimum.is_absent() { Confidence::Likely } else { Confidence::Certain };
        let span = if minimum.is_absent() { viewer.span } else { minimum.span };
        cx.report(span, message(&policy))
            .label(label)
            .note(note(&policy))
            .help(format!("set `MinimumProtocolVersion: {SOUND}`"))
            .fix(Applicability::Unsafe, format!("use `{SOUND}`"), edits)
            .property("DistributionConfig.ViewerCertificate.MinimumProtocolVersion")
            .at_most(most)
            .rests_on(minimum);
    }
}

fn is_old(policy: &ViewerTls) -> bool {
    !matches!(policy.oldest, "TLSv1.2" | "TLSv1.3")
}

fn message(policy: &ViewerTls) -> String {
    match (is_old(policy), policy.weakness) {
        (true, _) => format!("viewers may connect with {}", spoken(policy.oldest)),
        (false, Some("RSA")) => "viewers may connect with ciphers without forward secrecy".to_owned(),
        _ => "viewers may connect with ciphers without authenticated encryption".to_owned(),
    }
}

fn note(policy: &ViewerTls) -> String {
    let name = policy.name;
    if is_old(policy) {
        format!("`{name}` allows every version since {}, and old ciphers", spoken(policy.oldest))
    } else {
        format!("`{name}` allows TLS 1.2 with ciphers that `{SOUND}` dropped")
    }
}

fn spoken(protocol: &str) -> &'static str {
    match protocol {
        "SSLv3" => "SSL 3.0",
        "TLSv1.1" => "TLS 1.1",
        _ => "TLS 1.0",
    }
}

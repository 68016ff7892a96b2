use cflint_diagnostics::{Applicability, Confidence, Edit};
use cflint_edge::origin::faults::{Url, is_address, url};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::{NewValue, combine};
use cflint_template::model::{Model, Origin};
use cflint_template::value::{Part, Text};

use crate::shared::written::{Written, is_filled_in};

declare_rule! {
    /// ## What it does
    /// Reports origins whose `DomainName` is an IP address, or more than a host name: a URL, a host with a port, or a host
    /// with a path. That includes attributes that are URLs: `ApiEndpoint` of an HTTP API, `FunctionUrl` of a Lambda
    /// function URL, `WebsiteURL` of a bucket.
    ///
    /// ## Why is this bad?
    /// CloudFront looks up the whole text as a host name. If it contains a colon, CloudFront rejects the distribution:
    /// `The parameter origin name cannot contain a colon.` A host name with a slash does not exist.
    ///
    /// ## Remediation
    /// Write only the host name, and put its path in `OriginPath` and its port in `HTTPPort` or `HTTPSPort` of
    /// `CustomOriginConfig`. For an API that is `!Sub '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}'`. For an
    /// attribute that is a URL, it is the third of the parts between slashes:
    /// `!Select [2, !Split ['/', !GetAtt Url.FunctionUrl]]`. SAM templates write the same.
    ///
    /// In CDK use `new RestApiOrigin(api)`, `new FunctionUrlOrigin(url)`, or for an HTTP API
    /// `new HttpOrigin(Fn.select(2, Fn.split('/', api.apiEndpoint)))`.
    ///
    /// ## Exceptions
    /// A name that is known only at deployment, such as a parameter without a default or an import, may be a host name,
    /// and is not reported. There is no fix for a port: the template does not say whether it is for HTTP or for HTTPS.
    ///
    /// ## References
    /// - [Origin domain](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesDomainName)
    /// - [AWS::ApiGatewayV2::Api, return values](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-api.html)
    /// - [AWS::Lambda::Url, return values](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html)
    pub(crate) OriginDomainMalformed {
        id: "origin-domain-malformed",
        group: Routing,
        summary: "the domain name of an origin is a URL or an address, or contains a port or a path",
        severity: Error,
        fix: Safe,
        cdk: "`Fn.select(2, Fn.split('/', url))`, or `RestApiOrigin` and `FunctionUrlOrigin`",
    }
}

impl Rule for OriginDomainMalformed {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for origin in model.distribution.origins.iter() {
            let Some(text) = origin.domain_name.known().filter(|text| !is_filled_in(text)) else { continue };
            if is_address(text) {
                report_address(origin, cx);
            } else if let Some(url) = url(text) {
                report(origin, text, &url, cx);
            }
        }
    }
}

fn report_address(origin: &Origin, cx: &mut Context<'_>) {
    cx.report(&origin.domain_name, "`DomainName` is an IP address, not a host name")
        .label("this is an IP address")
        .note("CloudFront reportedly responds: `The parameter origin name must be a domain name.`")
        .help("use a DNS name that resolves to it, such as `!GetAtt Instance.PublicDnsName`")
        .at_most(Confidence::Likely);
}

fn report(origin: &Origin, text: &Text, url: &Url, cx: &mut Context<'_>) {
    let domain = &origin.domain_name;
    let (message, label) = match url {
        Url { scheme: true, .. } => (
            "is a URL, not a host name",
            match text.parts() {
                [Part::Lit(_)] => "a host name has no scheme".to_owned(),
                [Part::Hole(_)] => "this is a URL".to_owned(),
                _ => format!("this is `{text}`"),
            },
        ),
        Url { port, .. } if !port.is_empty() => {
            ("contains a colon, not only a host name", format!("`{port}` is not part of a host name"))
        }
        Url { path, .. } => {
            ("contains a path, not only a host name", format!("`{path}` is not part of a host name"))
        }
    };
    let (most, note) = if url.scheme || !url.port.is_empty() {
        (
            Confidence::Certain,
            "CloudFront rejects the distribution: `The parameter origin name cannot contain a colon.`",
        )
    } else {
        (Confidence::Likely, "CloudFront looks up all of it as a host name, which does not exist")
    };
    let (help, edits) = remedy(origin, url, cx);
    cx.report(domain, format!("`DomainName` {message}"))
        .label(label)
        .note(note)
        .help(help)
        .fix(Applicability::Safe, "write only the host name", edits)
        .at_most(most);
}

/// What to write instead, and the edit that does it if nothing that is written is lost.
fn remedy(origin: &Origin, url: &Url, cx: &Context<'_>) -> (String, Option<Vec<Edit>>) {
    let domain = &origin.domain_name;
    let path = without_last_slash(&url.path);
    let only = || ("write only the host name, and put its path in `OriginPath`".to_owned(), None);
    if url.host.is_empty() || url.port.as_literal() == Some(":") {
        return only();
    }
    if !url.port.is_empty() {
        let help =
            "write only the host name, and put its port in `HTTPPort` or `HTTPSPort` of `CustomOriginConfig`";
        return (help.to_owned(), None);
    }
    if let Some((id, attribute)) = url.attribute.as_ref().filter(|_| path.is_empty()) {
        let help = format!("write `DomainName: !Select [2, !Split ['/', !GetAtt {id}.{attribute}]]`");
        return (help, cx.replace(domain, &NewValue::Host(id, attribute)));
    }
    if let Some((parameter, _)) = domain.rests_on_default() {
        return (format!("give parameter `{parameter}` only the host name: `{}`", url.host), None);
    }
    let (Some(host), Some(path)) = (Written::new(&url.host), Written::new(&path)) else {
        return only();
    };
    let host_only = cx.replace(domain, &host.value());
    match path {
        Written::Text(path) if path.is_empty() => (format!("write `DomainName: {host}`"), host_only),
        path => {
            // A path that is already there belongs before or after this one, or is the same.
            let to_path = cx.insert(origin.node, "OriginPath", &path.value());
            let edits = host_only.zip(to_path).and_then(|(host, path)| combine([host, path]));
            (format!("write `DomainName: {host}` and `OriginPath: {path}`"), edits)
        }
    }
}

fn without_last_slash(path: &Text) -> Text {
    let split = path.split("/");
    match split.pieces.split_last() {
        Some((last, before)) if split.complete && last.is_empty() => Text::join(&"/".into(), before),
        _ => path.clone(),
    }
}

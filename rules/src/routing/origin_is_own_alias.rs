use cflint_edge::origin::own_name::own_name;
use cflint_linter::{Context, OriginUse, Rule, declare_rule};

use crate::shared::arrival::arrival;
use crate::shared::confidence::{confidence_of, confidence_of_origin};
use crate::shared::witness::show;

declare_rule! {
    /// ## What it does
    /// Reports origins whose `DomainName` is an alias of the same distribution.
    ///
    /// ## Why is this bad?
    /// CloudFront looks the name up in DNS, as viewers do, and gets to itself. Every request goes round in a loop until
    /// CloudFront ends it with an error.
    ///
    /// ## Remediation
    /// Use a name that points to the server itself: for an API its default endpoint,
    /// `!Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com'`, or a custom domain with a name of its own, such as
    /// `origin.example.com`. In CDK that is `RestApiOrigin`, or `HttpOrigin` with that name. The same applies to SAM
    /// templates.
    ///
    /// ## Exceptions
    /// If a record in the template points the name to something else, the origin is not reported. If the template has no
    /// record of the name, the finding is likely. If an edge function may choose another origin, it is only possible.
    ///
    /// ## References
    /// - [Origin domain](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesDomainName)
    /// - [Using custom URLs](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html)
    pub(crate) OriginIsOwnAlias {
        id: "origin-is-own-alias",
        group: Routing,
        summary: "the origin is an alias of the distribution itself, so requests go round in a loop",
        severity: Error,
        fix: None,
        cdk: "`RestApiOrigin`, or `HttpOrigin` with a name that does not point to the distribution",
    }
}

impl Rule for OriginIsOwnAlias {
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let Some(path) = origin.paths.first() else { return };
        let Some(own) = own_name(path.model, origin.origin) else { return };
        let id = &path.distribution.id;
        let domain = &origin.origin.domain_name;
        let host = path.origin_host();
        let finding = cx
            .report(domain, format!("the origin `{host}` is distribution `{id}` itself"))
            .label("points back to the distribution")
            .related(own.alias.span, format!("an alias of `{id}`"))
            .related_each(own.record.map(|record| (record.span, format!("points `{host}` at `{id}`"))))
            .note(format!(
                "{}; that is CloudFront again, and the request goes round in a loop",
                arrival(path).sent()
            ))
            .help("use a host name that points to the server itself, such as the default endpoint of the API")
            .rests_on(own.alias)
            .at_most(confidence_of(own.certainty()))
            .at_most(confidence_of_origin(origin));
        show(finding, path);
    }
}

use cflint_edge::routes::path::{paths_of, taker};
use cflint_edge::routes::pattern::normalize_path;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{ErrorResponse, Model};

use crate::shared::missing_page::missing_page;

declare_rule! {
    /// ## What it does
    /// Reports error pages, `ResponsePagePath` of `CustomErrorResponses`, that CloudFront requests from an API that has
    /// no route for them.
    ///
    /// ## Why is this bad?
    /// CloudFront fetches an error page like any other object: the first behavior whose pattern matches its path
    /// determines the origin. If that is an API without such a route, there is no page, and instead of the configured
    /// status viewers get the one that the API returns for it: 403 or 404, even if the error was 500.
    ///
    /// ## Remediation
    /// Put the page in a bucket, add that as an origin, and add a behavior whose `PathPattern` matches
    /// `ResponsePagePath`, such as `/errors/*`, before the one that routes to the API. In CDK that is a key of
    /// `additionalBehaviors` with `S3BucketOrigin.withOriginAccessControl(bucket)`. Or remove `ResponsePagePath`, so
    /// that viewers get the API's response. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// An API with a route that matches the page, such as `/{proxy+}`, is not reported, nor is a behavior in front of
    /// an origin group. If the template does not show the API, or if an edge function may rewrite the path, the finding
    /// is only possible.
    ///
    /// ## References
    /// - [Generate custom error responses](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html)
    /// - [Response page path](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesErrorPages.html#DownloadDistValuesResponsePagePath)
    pub(crate) ErrorPageServedByApi {
        id: "error-page-served-by-api",
        group: Routing,
        summary: "an error page is requested from an API that has no route for it",
        severity: Warning,
        fix: None,
        cdk: "`responsePagePath` of `errorResponses`",
    }
}

impl Rule for ErrorPageServedByApi {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let mut seen: Vec<&str> = Vec::new();
        for response in model.distribution.error_responses.iter() {
            let Some(page) = response.page_path.literal().filter(|page| page.starts_with('/')) else {
                continue;
            };
            // Entries with the same page share one cause.
            if !seen.contains(&page) {
                seen.push(page);
                check(model, response, page, cx);
            }
        }
    }
}

fn check(model: &Model, response: &ErrorResponse, page: &str, cx: &mut Context<'_>) {
    let Some(behavior) = taker(&model.distribution, &normalize_path(page)) else { return };
    // Another member of an origin group may have the page.
    let paths = paths_of(model, behavior);
    let [path] = paths.as_slice() else { return };
    let Some((confidence, becomes)) = missing_page(path, page) else { return };
    let (name, api) = (behavior.name(), path.backend.name());
    let order = if behavior.index.is_some() { format!(" before `{name}`") } else { String::new() };
    let others = model.distribution.error_responses.iter().filter(|other| other.index != response.index);
    let same = others.filter(|other| other.page_path.literal() == Some(page));
    cx.report(&response.page_path, format!("error page `{page}` is requested from {api}"))
        .label(format!("`{name}` matches this path"))
        .related(behavior.target.span, format!("routes to {api}"))
        .note(format!("CloudFront fetches the page with {becomes}"))
        .note("viewers get the status of that response and no page")
        .help(format!("add a behavior for `{page}`{order} that routes to a bucket with the page"))
        .behavior(behavior)
        .rests_on(&path.origin.path)
        .witness("GET", page)
        .at_most(confidence)
        .related_each(same.map(|other| (other.page_path.span, "the same page")));
}

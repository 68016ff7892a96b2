use cflint_edge::routes::path::{paths_of, taker};
use cflint_edge::routes::pattern::normalize_path;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{ErrorResponse, Model};

use crate::shared::missing_page::missing_page;

declare_rule! {
    /// ## What it does
    /// Reports error pages, `ResponsePagePath` of `CustomErrorResponses`, that CloudFront asks an API for which has no
    /// route for them.
    ///
    /// ## Why is this bad?
    /// CloudFront gets an error page like any other object: the first behavior whose pattern matches its path decides
    /// which origin is asked. If that is an API without such a route, the page does not come, and viewers get the status
    /// with which the API refuses it in place of the one that is configured: 403 or 404, also where the error was 500.
    ///
    /// ## Remediation
    /// Put the page into a bucket, add that as an origin, and write a behavior whose `PathPattern` takes
    /// `ResponsePagePath`, such as `/errors/*`, in front of the one that leads to the API. In CDK that is a key of
    /// `additionalBehaviors` with `S3BucketOrigin.withOriginAccessControl(bucket)`. Or leave `ResponsePagePath` out, so that
    /// viewers get the answer of the API. In a SAM template the distribution is written the same way.
    ///
    /// ## Exceptions
    /// An API with a route that takes the page, such as `/{proxy+}`, is not reported, nor is a behavior in front of an
    /// origin group. If the template does not show the API, or if a function at the edge may rewrite the path, the finding
    /// is only possible.
    ///
    /// ## References
    /// - [Generate custom error responses](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html)
    /// - [Response page path](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesErrorPages.html#DownloadDistValuesResponsePagePath)
    pub(crate) ErrorPageServedByApi {
        id: "error-page-served-by-api",
        group: Routing,
        summary: "an error page is asked for from an API that has no route for it",
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
            // Entries with one page have one thing wrong.
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
    let order = if behavior.index.is_some() { format!(" in front of `{name}`") } else { String::new() };
    let others = model.distribution.error_responses.iter().filter(|other| other.index != response.index);
    let same = others.filter(|other| other.page_path.literal() == Some(page));
    cx.report(&response.page_path, format!("the error page `{page}` is asked for from {api}"))
        .label(format!("`{name}` takes this path"))
        .related(behavior.target.span, format!("leads to {api}"))
        .note(format!("CloudFront asks for the page by {becomes}"))
        .note("viewers get the status of that answer, without the page")
        .help(format!("add a behavior for `{page}`{order}, which leads to a bucket with the page"))
        .behavior(behavior)
        .rests_on(&path.origin.path)
        .witness("GET", page)
        .at_most(confidence)
        .related_each(same.map(|other| (other.page_path.span, "the same page")));
}

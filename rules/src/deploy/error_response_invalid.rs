use cflint_diagnostics::{Applicability, Span};
use cflint_edge::facts::error_pages::{ResponseFault, error_codes, faults, response_codes};
use cflint_edge::words::any_of;
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::edit::NewValue;
use cflint_template::model::{ErrorResponse, Model};

use crate::shared::confidence::confidence_of;
use crate::shared::written::Written;

declare_rule! {
    /// ## What it does
    /// Reports custom error responses for errors that cannot be customized, with a status that CloudFront cannot return
    /// to viewers, with a status but no page or a page but no status, and with a page path that does not start with a
    /// slash.
    ///
    /// ## Why is this bad?
    /// CloudFront can customize the responses to eleven errors; `401`, `412` and `429` are not among them.
    /// `ResponseCode` and `ResponsePagePath` belong together. CloudFront rejects the distribution at deployment.
    ///
    /// ## Remediation
    /// Remove the response, or use one of the errors that can be customized. Write both `ResponseCode` and
    /// `ResponsePagePath`, or neither to set only `ErrorCachingMinTTL`. Start the path with `/`. In CDK these are
    /// `httpStatus`, `responseHttpStatus` and `responsePagePath` in `errorResponses`. In a SAM template the
    /// distribution is written the same way.
    ///
    /// ## Exceptions
    /// Statuses and paths that are known only at deployment are not reported. That CloudFront rejects a path without a
    /// slash is reported by users but not documented, so the finding is likely.
    ///
    /// ## References
    /// - [CustomErrorResponse in the API reference of CloudFront](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html)
    /// - [How CloudFront caches HTTP 4xx and 5xx status codes](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html)
    /// - [Change response codes](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-response-code.html)
    pub(crate) ErrorResponseInvalid {
        id: "error-response-invalid",
        group: Deploy,
        summary: "CloudFront does not accept a custom error response",
        severity: Error,
        fix: Safe,
        cdk: "`httpStatus`, `responseHttpStatus` and `responsePagePath` in `errorResponses`",
    }
}

impl Rule for ErrorResponseInvalid {
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        for response in model.distribution.error_responses.iter() {
            for (fault, span) in faults(response) {
                report(response, fault, span, cx);
            }
        }
    }
}

fn report(response: &ErrorResponse, fault: ResponseFault, span: Span, cx: &mut Context<'_>) {
    let code = response.error_code.known().map_or_else(String::new, |code| format!(" for {code}"));
    let (message, label, note, help, property) = match fault {
        ResponseFault::ErrorCode(code) => (
            format!("error {code} cannot be customized"),
            "not an error that CloudFront can customize",
            format!("`ErrorCode` must be {}", listed(error_codes())),
            "remove the response, or use one of them",
            "ErrorCode",
        ),
        ResponseFault::ResponseCode(code) => (
            format!("a custom error response cannot return the status {code}"),
            "not a status that CloudFront can return here",
            format!("`ResponseCode` must be {}", listed(response_codes())),
            "use one of them, or remove it together with `ResponsePagePath`",
            "ResponseCode",
        ),
        ResponseFault::NoPage => (
            format!("the custom error response{code} has a status but no page"),
            "needs a `ResponsePagePath`",
            "CloudFront requires both or neither".to_owned(),
            "add `ResponsePagePath`, or remove `ResponseCode`",
            "ResponsePagePath",
        ),
        ResponseFault::NoCode => (
            format!("the custom error response{code} has a page but no status"),
            "needs a `ResponseCode`",
            "CloudFront requires both or neither".to_owned(),
            "add `ResponseCode`: the status of the error, or `200` for a page that handles it",
            "ResponseCode",
        ),
        ResponseFault::NoSlash => (
            format!("the page path{code} does not start with a slash"),
            "no leading slash",
            "CloudFront reportedly rejects such a path".to_owned(),
            "start it with `/`",
            "ResponsePagePath",
        ),
    };
    let edits = (fault == ResponseFault::NoSlash).then(|| with_slash(response, cx)).flatten();
    cx.report(span, message)
        .label(label)
        .note(note)
        .help(help)
        .fix(Applicability::Safe, "add a leading slash", edits)
        .property(format!("{}.{property}", response.property()))
        .rests_on(&response.error_code)
        .rests_on(&response.response_code)
        .rests_on(&response.page_path)
        .at_most(confidence_of(fault.certainty()));
}

fn with_slash(response: &ErrorResponse, cx: &Context<'_>) -> Option<Vec<cflint_diagnostics::Edit>> {
    let text = match Written::new(response.page_path.known()?)? {
        Written::Text(text) => Written::Text(format!("/{text}")),
        Written::Sub(text) => Written::Sub(format!("/{text}")),
    };
    let value: NewValue<'_> = text.value();
    cx.replace(&response.page_path, &value)
}

fn listed(codes: impl Iterator<Item = i64>) -> String {
    any_of(&codes.map(|code| code.to_string()).collect::<Vec<_>>())
}

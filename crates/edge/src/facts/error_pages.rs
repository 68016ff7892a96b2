//! What CloudFront accepts in `CustomErrorResponses`.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-response-code.html>

use std::sync::LazyLock;

use cflint_diagnostics::Span;
use cflint_template::model::ErrorResponse;

use crate::facts::Certainty;

const DATA: &str = include_str!("../../data/error-pages.txt");

/// What is wrong with a custom error response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseFault {
    /// Errors with this status cannot be customized.
    ErrorCode(i64),
    /// Viewers cannot be given this status.
    ResponseCode(i64),
    /// There is a status without a page.
    NoPage,
    /// There is a page without a status.
    NoCode,
    /// The path of the page does not start with a slash.
    NoSlash,
}

impl ResponseFault {
    /// How certain it is that CloudFront rejects it.
    pub const fn certainty(self) -> Certainty {
        match self {
            Self::NoSlash => Certainty::Probable,
            _ => Certainty::Certain,
        }
    }
}

/// What is wrong with a custom error response, with the places.
pub fn faults(response: &ErrorResponse) -> Vec<(ResponseFault, Span)> {
    let (error, answer, page) = (&response.error_code, &response.response_code, &response.page_path);
    let mut faults = Vec::new();
    if let Some(code) = error.known().filter(|code| !error_codes().any(|known| known == **code)) {
        faults.push((ResponseFault::ErrorCode(*code), error.span));
    }
    match answer.known() {
        Some(code) if !response_codes().any(|known| known == *code) => {
            faults.push((ResponseFault::ResponseCode(*code), answer.span));
        }
        Some(_) if page.is_absent() => faults.push((ResponseFault::NoPage, answer.span)),
        _ => {}
    }
    if let Some(text) = page.known().filter(|text| !text.is_empty()) {
        if answer.is_absent() {
            faults.push((ResponseFault::NoCode, page.span));
        }
        if text.prefix().chars().next().is_some_and(|first| first != '/') {
            faults.push((ResponseFault::NoSlash, page.span));
        }
    }
    faults
}

/// The statuses that errors can have.
pub fn error_codes() -> impl Iterator<Item = i64> {
    STATUSES.iter().filter(|status| status.of_errors).map(|status| status.code)
}

/// The statuses that viewers can be given instead.
pub fn response_codes() -> impl Iterator<Item = i64> {
    STATUSES.iter().filter(|status| status.of_responses).map(|status| status.code)
}

struct Status {
    code: i64,
    of_errors: bool,
    of_responses: bool,
}

static STATUSES: LazyLock<Vec<Status>> =
    LazyLock::new(|| DATA.lines().filter(|line| !line.starts_with('#')).filter_map(Status::parse).collect());

impl Status {
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split(" | ");
        let code = fields.next()?.parse().ok()?;
        let (of_errors, of_responses) = (fields.next()? == "yes", fields.next()? == "yes");
        Some(Self { code, of_errors, of_responses })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood() {
        assert_eq!(error_codes().count(), 11);
        assert_eq!(response_codes().count(), 12);
        let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        assert_eq!(lines.count(), 12);
        assert!(error_codes().any(|code| code == 404) && !error_codes().any(|code| code == 401));
        assert!(response_codes().any(|code| code == 200) && !error_codes().any(|code| code == 200));
    }
}

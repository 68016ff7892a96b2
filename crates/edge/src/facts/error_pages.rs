//! What CloudFront takes in `CustomErrorResponses`.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-response-code.html>

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
    /// How sure it is that CloudFront refuses it.
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
    if let Some(code) = error.known().filter(|code| !codes(1).any(|known| known == **code)) {
        faults.push((ResponseFault::ErrorCode(*code), error.span));
    }
    match answer.known() {
        Some(code) if !codes(2).any(|known| known == *code) => {
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
    codes(1)
}

/// The statuses that viewers can be given instead.
pub fn response_codes() -> impl Iterator<Item = i64> {
    codes(2)
}

fn codes(column: usize) -> impl Iterator<Item = i64> {
    let rows = DATA.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(move |line| {
        let mut fields = line.split(" | ");
        let status = fields.next()?.parse().ok()?;
        (fields.nth(column - 1)? == "yes").then_some(status)
    })
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

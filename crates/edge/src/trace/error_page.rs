//! The page that viewers see in place of an error, and whether CloudFront gets it.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html>

use cflint_template::model::{Behavior, ErrorResponse};

use super::{End, Request, Tracer, Verdict};
use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::routes::path::paths_of;
use crate::routes::pattern::{PathPattern, normalize_path};
use crate::routes::unrouted::unrouted;

/// The functions that run before the origin is asked.
const BEFORE: [&str; 2] = ["viewer-request", "origin-request"];

impl<'m> Tracer<'m, '_> {
    /// Puts the page of a custom error response in the place of an error.
    pub(super) fn replace(&mut self, end: End, status: u16, custom: &'m ErrorResponse) -> End {
        if custom.page_path.is_absent() {
            return end;
        }
        let page = custom.page_path.known().map_or_else(|| "a page".to_owned(), |page| format!("`{page}`"));
        let shown = match custom.response_code.or_default(i64::from(status)) {
            Some(code) => u16::try_from(code).ok(),
            None => None,
        };
        let code = shown.map_or_else(|| "another status".to_owned(), |code| format!("`{code}`"));
        let path = custom.page_path.literal();
        let through = match path {
            Some(path) => format!(", asked for through behavior `{}`", self.behavior_of(path).name()),
            None => String::new(),
        };
        let detail = format!("every `{status}` of the distribution becomes {code} with {page}{through}");
        // That errors which CloudFront makes itself are replaced as well is reported, not documented.
        let certainty = if end.is_from_origin { Certainty::Certain } else { Certainty::Probable };
        self.step("error page", detail, certainty, Some(custom.span));
        if let Some((failure, is_sure)) = path.and_then(|path| self.failure_of(path)) {
            return self.without_page(end, &page, &failure, is_sure, custom);
        }
        if shown.is_none() {
            self.doubt("with which status the error page is sent");
        }
        End { status: shown, summary: format!("{}; the viewer sees {code} with {page}", end.summary), ..end }
    }

    /// The end for a page that does not come: viewers get the status that CloudFront got for it.
    fn without_page(
        &mut self,
        end: End,
        page: &str,
        failure: &End,
        is_sure: bool,
        custom: &ErrorResponse,
    ) -> End {
        let (may, certainty) =
            if is_sure { ("does", Certainty::Probable) } else { ("may", Certainty::Uncertain) };
        self.step(
            "error page",
            format!("{page} {may} not come: {}", failure.summary),
            certainty,
            failure.span,
        );
        match (is_sure, failure.status) {
            (true, Some(status)) => {
                let summary = format!(
                    "{}; the viewer sees `{status}` without {page}, which does not come",
                    end.summary
                );
                End { status: Some(status), summary, ..end }
            }
            _ => {
                let summary = format!("{}; whether the viewer sees {page} is not known", end.summary);
                let open =
                    Some(format!("whether CloudFront gets {page}, and so the status that the viewer sees"));
                End { status: None, summary, open, span: Some(custom.span), ..end }
            }
        }
    }

    /// How the request for an error page fails, and whether that is sure; `None` if it does not. It is sure where nothing
    /// takes the path: which headers CloudFront asks with is not documented, so that an authorizer may let it in.
    fn failure_of(&self, page: &str) -> Option<(End, bool)> {
        let behavior = self.behavior_of(page);
        let request =
            Request { method: Method::Get, path: page.to_owned(), query: None, ..self.request.clone() };
        let mut other = Tracer::new(self.model, &request);
        let host = other.alias().ok()?;
        let paths = other.root_object();
        let end = other.origins(behavior, &host, &paths).unwrap_or_else(|end| end);
        if end.verdict != Verdict::Rejected {
            return None;
        }
        let ways = paths_of(self.model, behavior);
        let has_nothing =
            ways.first().is_some_and(|way| unrouted(way, &normalize_path(page), Method::Get).is_some());
        let is_sure = has_nothing && other.doubts.is_empty() && !behavior.may_run_on(&BEFORE);
        Some((end, is_sure))
    }

    /// The behavior through which CloudFront asks for a page.
    fn behavior_of(&self, path: &str) -> &'m Behavior {
        let path = normalize_path(path);
        let distribution = &self.model.distribution;
        let takes = |pattern: &str| PathPattern::new(pattern).matches(&path);
        let found =
            distribution.behaviors.iter().find(|behavior| behavior.path_pattern.literal().is_none_or(takes));
        found.unwrap_or(&distribution.default_behavior)
    }
}

//! What S3 does with the request. The template does not show which objects exist.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>

use cflint_template::model::{ErrorResponse, OriginKind};

use super::sent::Sent;
use super::{Cause, End, Party, Tracer, Verdict, Way};
use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::origin::bucket::{Grant, bucket_of, grant};
use crate::routes::path::RequestPath;

impl<'m> Tracer<'m, '_> {
    /// A bucket, through its REST endpoint.
    pub(super) fn bucket(&mut self, path: &RequestPath<'m>, sent: &Sent) -> Way<End> {
        let span = path.origin.domain_name.span;
        let method = self.request.method;
        let is_signed = !path.origin.access_control.is_absent();
        match method {
            Method::Get | Method::Head => {
                self.may_read(path)?;
                Ok(self.object(&sent.path.to_string(), path).at(span))
            }
            Method::Post if is_signed || matches!(path.origin.kind, OriginKind::S3) => {
                self.sure("object", "a bucket does not accept `POST`", span);
                let body = "<Error><Code>MethodNotAllowed</Code>…</Error>";
                Ok(End::rejected(Cause::PostToBucket, Party::S3, 405, body, Certainty::Probable).at(span))
            }
            _ => {
                self.doubt(format!("whether the bucket allows CloudFront to `{}`", method.as_str()));
                Ok(End::reached(
                    Party::S3,
                    "S3 handles the request if the bucket policy allows it".to_owned(),
                ))
            }
        }
    }

    /// Fails where the policy of the bucket certainly does not let CloudFront read.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>
    fn may_read(&mut self, path: &RequestPath<'m>) -> Way<()> {
        let Some(bucket) = bucket_of(self.model, path.origin) else { return Ok(()) };
        let Grant::Nobody(policy) = grant(self.model, bucket) else { return Ok(()) };
        let detail = format!("the policy of `{bucket}` does not let CloudFront read it");
        self.step("access", detail, Certainty::Probable, Some(policy.span));
        let body = "<Error><Code>AccessDenied</Code>…</Error>";
        Err(End::rejected(Cause::BucketDenies, Party::S3, 403, body, Certainty::Probable).at(policy.span))
    }

    /// A bucket, through its website. It has its own pages for `/` and for missing objects, about which the template
    /// may say nothing.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html>
    pub(super) fn website(&mut self, path: &RequestPath<'m>, sent: &Sent) -> End {
        let span = path.origin.domain_name.span;
        let end = End::reached(Party::S3, format!("S3 returns the page for `{}`", sent.path)).at(span);
        let is_read = matches!(self.request.method, Method::Get | Method::Head);
        if is_read && self.is_page(&self.request.path) {
            self.sure("object", "a page that the distribution itself names", span);
            return end;
        }
        let (summary, open) = if is_read {
            let detail = format!(
                "the page for `{}`; if the bucket has no such object, `404` or the website's error document",
                sent.path
            );
            self.sure("object", format!("{detail}{}", self.page_for_missing()), span);
            let open = format!("whether the bucket has an object for `{}`", sent.path);
            (format!("the page for `{}` is requested from S3", sent.path), open)
        } else {
            let method = self.request.method.as_str();
            let open = format!("how the website responds to `{method}`");
            (format!("S3 receives a `{method}` for the bucket's website"), open)
        };
        End { verdict: Verdict::Undetermined, summary, open: Some(open), ..end }
    }

    fn object(&mut self, arriving: &str, path: &RequestPath<'m>) -> End {
        let span = path.origin.domain_name.span;
        let key = arriving.trim_start_matches('/');
        let end = End::reached(Party::S3, format!("S3 returns the object `{key}`"));
        if self.is_page(&self.request.path) {
            self.sure("object", format!("`{key}`, which the distribution itself names"), span);
            return end;
        }
        let what = if key.is_empty() {
            "no object is requested: S3 returns `403 AccessDenied`, or a list of the objects if CloudFront may list the bucket"
                .to_owned()
        } else {
            format!(
                "`{key}`; if the bucket has no such object, `403 AccessDenied`, or `404 NoSuchKey` if CloudFront may list the bucket"
            )
        };
        self.sure("object", format!("{what}{}", self.page_for_missing()), span);
        let (summary, open) = if key.is_empty() {
            ("no object is requested from S3".to_owned(), "whether CloudFront may list the bucket".to_owned())
        } else {
            (
                format!("the object `{key}` is requested from S3"),
                format!("whether the bucket has the object `{key}`"),
            )
        };
        End {
            verdict: Verdict::Undetermined,
            summary,
            open: Some(open),
            certainty: Certainty::Certain,
            ..end
        }
    }

    /// Whether the distribution names a path as its page for `/` or for errors, so that the object is expected to
    /// exist.
    fn is_page(&self, path: &str) -> bool {
        let distribution = &self.model.distribution;
        let mut pages =
            distribution.error_responses.iter().filter_map(|response| response.page_path.literal());
        let root = distribution.default_root_object.literal().filter(|name| !name.is_empty());
        root.is_some_and(|name| path == "/" || path == format!("/{name}")) || pages.any(|page| page == path)
    }

    /// What viewers see instead of the response that there is no object.
    fn page_for_missing(&self) -> String {
        let about = |response: &&ErrorResponse| matches!(response.error_code.known(), Some(403 | 404));
        let mut responses = self.model.distribution.error_responses.iter().filter(about);
        match responses
            .find_map(|response| Some((response.page_path.literal()?, response.response_code.known())))
        {
            Some((page, Some(code))) => format!("; viewers then see `{page}` with `{code}`"),
            Some((page, None)) => format!("; viewers then see `{page}`"),
            None => String::new(),
        }
    }
}

//! From the behavior to what answers behind the origin.

use cflint_template::model::{Behavior, OriginGroup, OriginKind};
use cflint_template::value::{Text, Tri};

use super::behavior::Paths;
use super::sent::Sent;
use super::{End, Party, Tracer, Verdict, Way};
use crate::Certainty;
use crate::backend::Backend;
use crate::headers::Method;
use crate::origin::{path_fault, url};
use crate::path::{RequestPath, paths_of};

impl<'m> Tracer<'m, '_> {
    /// Asks the origin, or one after the other those of a group.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html>
    pub(super) fn origins(&mut self, behavior: &'m Behavior, host: &str, paths: &Paths) -> Way<End> {
        let ways = paths_of(self.model, behavior);
        let Some((first, others)) = ways.split_first() else {
            let target = &behavior.target;
            let why = match target.known() {
                Some(id) => format!("no origin has the id `{id}`"),
                None => "which origin is meant is not known".to_owned(),
            };
            return Err(End::unknown(why).at(target.span));
        };
        let end = self.ask(first, host, paths).unwrap_or_else(|end| end);
        let (Some(second), Some(group)) = (others.first(), self.group(behavior)) else { return Ok(end) };
        let repeats = matches!(self.request.method, Method::Get | Method::Head | Method::Options);
        let Some(status) = end.status.filter(|_| end.verdict == Verdict::Rejected && repeats) else {
            return Ok(end);
        };
        let is_it = |code: &str| code.parse() == Ok(status);
        if group.failover.iter().any(|code| code.literal().is_some_and(is_it)) {
            let detail = format!("{}; after `{status}` the second origin of the group is asked", end.summary);
            self.step("failover", detail, Certainty::Certain, Some(group.failover.span));
            return self.ask(second, host, paths);
        }
        Ok(end)
    }

    fn group(&self, behavior: &Behavior) -> Option<&'m OriginGroup> {
        let target = behavior.target.known()?;
        let is_it = |group: &&OriginGroup| group.id.known().is_some_and(|id| id.equals(target).is_true());
        self.model.distribution.origin_groups.iter().find(is_it)
    }

    /// Asks one origin.
    fn ask(&mut self, path: &RequestPath<'m>, host: &str, paths: &Paths) -> Way<End> {
        self.deployable(path)?;
        let id = path.origin.id.known().map_or_else(|| "?".to_owned(), Text::to_string);
        let what = match &path.backend {
            Backend::ExecuteApi { api: Some(api), .. } => format!("the default endpoint of `{}`", api.id),
            Backend::ExecuteApi { api: None, id, .. } => {
                format!("the default endpoint of API `{id}`, which is not in the template")
            }
            Backend::ApiDomain(domain) => format!("the custom domain `{}`", domain.id),
            Backend::ApiDomainTarget { .. } => format!("the target of {}", path.backend.name()),
            Backend::Unknown => "a host that the template does not tell".to_owned(),
            Backend::Other => format!("`{}`", path.origin_host()),
            backend => backend.name(),
        };
        self.sure("origin", format!("`{id}`, {what}"), path.origin.domain_name.span);
        let sent = self.leave(path, host, paths)?;
        self.connect(path, &sent)?;
        match &path.backend {
            Backend::ExecuteApi { api, .. } => self.execute_api(path, *api, &sent),
            Backend::ApiDomain(_) | Backend::ApiDomainTarget { .. } => self.custom_domain(path, &sent),
            Backend::LambdaUrl(_) => self.lambda(path, &sent),
            Backend::Bucket => self.bucket(path, &sent),
            Backend::Website | Backend::LoadBalancer | Backend::Other => {
                let party = if matches!(path.backend, Backend::Website) { Party::S3 } else { Party::Origin };
                Ok(reached(party, format!("{} takes the request", path.backend.name())))
            }
            Backend::Unknown => {
                Err(End::unknown("what answers behind the origin is not known")
                    .at(path.origin.domain_name.span))
            }
        }
    }

    /// Ends where CloudFront refuses the settings of the origin, so that there is no distribution to ask.
    fn deployable(&mut self, path: &RequestPath<'m>) -> Way<()> {
        let domain = &path.origin.domain_name;
        let refused = "the deployment is refused, so no request gets anywhere";
        if domain.known().and_then(url).is_some() {
            self.sure(
                "deployment",
                "`DomainName` is a URL, and CloudFront takes the name of a host only",
                domain.span,
            );
            return Err(End::unknown(refused).at(domain.span));
        }
        if path.origin.path.known().and_then(path_fault).is_some() {
            let detail = "CloudFront does not take this `OriginPath`";
            self.step("deployment", detail, Certainty::Probable, Some(path.origin.path.span));
            return Err(End::unknown(refused).at(path.origin.path.span));
        }
        let behavior = path.behavior;
        if !behavior.cache_policy.is_absent() && !behavior.forwarded_values.is_absent() {
            let detail = "a behavior has a cache policy or `ForwardedValues`, not both";
            self.step("deployment", detail, Certainty::Probable, Some(behavior.forwarded_values.span));
            return Err(End::unknown(refused).at(behavior.forwarded_values.span));
        }
        Ok(())
    }

    /// A function URL.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html>
    fn lambda(&mut self, path: &RequestPath<'m>, sent: &Sent) -> Way<End> {
        let forbidden = "{\"Message\":\"Forbidden\"}";
        match self.is_own_host(path, sent) {
            Tri::True => {}
            Tri::False => {
                let span = path.origin.domain_name.span;
                self.step(
                    "endpoint",
                    "Lambda knows a function by its own host name only",
                    Certainty::Probable,
                    Some(span),
                );
                return Err(End::rejected(Party::Lambda, 403, forbidden, Certainty::Probable).at(span));
            }
            Tri::Unknown => return Err(End::unknown("which `Host` arrives is not known")),
        }
        let Backend::LambdaUrl(Some(url)) = path.backend else {
            return Ok(reached(
                Party::Lambda,
                "the function URL takes the request, if anyone may call it".to_owned(),
            ));
        };
        match url.auth_type.literal() {
            Some("NONE") => {
                self.sure("access", format!("anyone may call `{}`", url.id), url.auth_type.span);
            }
            Some("AWS_IAM") => {
                let control = &path.origin.access_control;
                let named = control.known().and_then(Text::as_resource);
                let found = self.model.access_controls.iter().find(|known| Some(known.id.as_str()) == named);
                let never = found.is_some_and(|control| control.signing.literal() == Some("never"));
                if control.is_absent() || never {
                    let detail = format!("`{}` asks for a signature, and CloudFront does not sign", url.id);
                    self.sure("access", detail, url.auth_type.span);
                    return Err(End::rejected(Party::Lambda, 403, forbidden, Certainty::Certain)
                        .at(url.auth_type.span));
                }
                self.sure("access", "CloudFront signs the request", control.span);
                let has_body = matches!(self.request.method, Method::Put | Method::Post | Method::Patch);
                if has_body && self.request.header("x-amz-content-sha256").is_none() {
                    self.doubt("whether the client sends the hash of the body in `x-amz-content-sha256`, without which Lambda answers 403");
                }
            }
            _ => self.doubt(format!("who may call `{}`", url.id)),
        }
        Ok(reached(Party::Lambda, format!("the function behind `{}` takes the request", url.id)))
    }

    /// A bucket. Which objects there are is not in the template.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>
    fn bucket(&mut self, path: &RequestPath<'m>, sent: &Sent) -> Way<End> {
        let span = path.origin.domain_name.span;
        let method = self.request.method;
        let is_signed = !path.origin.access_control.is_absent();
        let key = sent.path.to_string().trim_start_matches('/').to_owned();
        match method {
            Method::Get | Method::Head if key.is_empty() => {
                let detail =
                    "asked for no object: S3 answers `403 AccessDenied`, or lists the bucket to whom it lets";
                self.sure("object", detail, span);
                self.doubt("whether CloudFront may list the bucket");
                let body = "<Error><Code>AccessDenied</Code>…</Error>";
                Ok(End::rejected(Party::S3, 403, body, Certainty::Probable).at(span))
            }
            Method::Get | Method::Head => {
                let missing = "if there is none, `403 AccessDenied`, or `404 NoSuchKey` if CloudFront may list the bucket";
                self.sure("object", format!("`{key}`; {missing}"), span);
                Ok(reached(Party::S3, format!("S3 answers with the object `{key}`, if the bucket has it")))
            }
            Method::Post if is_signed || matches!(path.origin.kind, OriginKind::S3) => {
                let body = "<Error><Code>MethodNotAllowed</Code>…</Error>";
                Ok(End::rejected(Party::S3, 405, body, Certainty::Probable).at(span))
            }
            _ => {
                self.doubt(format!("whether the bucket lets CloudFront `{}`", method.as_str()));
                Ok(reached(Party::S3, "S3 takes the request if its policy lets CloudFront".to_owned()))
            }
        }
    }

    /// Whether the `Host` that arrives is the name of the origin.
    pub(super) fn is_own_host(&self, path: &RequestPath<'m>, sent: &Sent) -> Tri {
        if sent.forwards_host.is_false() {
            return Tri::True;
        }
        let (Some(host), Some(own)) = (&sent.host, path.origin.domain_name.known()) else {
            return Tri::Unknown;
        };
        match (host.as_literal(), own.as_literal()) {
            (Some(host), Some(own)) => Tri::from(host.eq_ignore_ascii_case(own)),
            // A viewer does not come by a name that is made at deployment.
            _ => host.equals(own).and(Tri::False),
        }
    }
}

/// Something takes the request.
pub(super) fn reached(party: Party, summary: String) -> End {
    End {
        verdict: Verdict::Ok,
        status: None,
        party: Some(party),
        summary,
        is_from_origin: true,
        span: None,
        certainty: Certainty::Certain,
    }
}

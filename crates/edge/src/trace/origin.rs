//! From the behavior to what responds behind the origin.

use cflint_template::model::{Behavior, OriginGroup, OriginKind};
use cflint_template::value::{Text, Tri};

use super::behavior::Paths;
use super::sent::Sent;
use super::{Cause, End, Party, Tracer, Verdict, Way};
use crate::facts::Certainty;
use crate::facts::headers::Method;
use crate::facts::targets::group_of;
use crate::origin::backend::Backend;
use crate::origin::own_name::own_name;
use crate::routes::path::{RequestPath, paths_of};
use crate::words::{any_of, quoted};

impl<'m> Tracer<'m, '_> {
    /// Sends the request to the origin, or to those of a group in turn.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html>
    pub(super) fn origins(&mut self, behavior: &'m Behavior, host: &str, paths: &Paths) -> Way<End> {
        if let Some(way) = self.way_chosen(behavior) {
            return self.ask(&way?, host, paths);
        }
        let ways = paths_of(self.model, behavior);
        let Some((first, others)) = ways.split_first() else {
            let target = &behavior.target;
            let origins = &self.model.distribution.origins;
            let why = match (target.known(), &origins.open) {
                (Some(id), Some(open)) => {
                    format!("it is not known which origin has the id `{id}`: {}", open.0)
                }
                (Some(id), None) => format!("no origin has the id `{id}`"),
                (None, _) => "it is not known which origin is meant".to_owned(),
            };
            return Err(End::unknown(why).at(target.span));
        };
        let end = self.ask(first, host, paths).unwrap_or_else(|end| end);
        let (Some(second), Some(group)) = (others.first(), group_of(&self.model.distribution, behavior))
        else {
            return Ok(end);
        };
        match self.fails_over(group, &end) {
            Tri::True => {
                let detail = format!("{}; this makes CloudFront try the group's second origin", end.summary);
                self.step("failover", detail, Certainty::Certain, Some(group.failover.span));
                self.reason = None;
                self.ask(second, host, paths)
            }
            Tri::False => {
                let second = self.quietly(|tracer| tracer.ask(second, host, paths));
                self.may_fail_over(group, &end, &second);
                Ok(end)
            }
            Tri::Unknown => {
                self.doubt("whether CloudFront tries the group's second origin");
                Ok(end)
            }
        }
    }

    /// How the request would end on a path that it does not follow.
    fn quietly(&self, way: impl FnOnce(&mut Self) -> Way<End>) -> End {
        let chosen = self.chosen.clone();
        let mut other = Self { behavior: self.behavior, chosen, ..Self::new(self.model, self.request) };
        way(&mut other).unwrap_or_else(|end| end)
    }

    /// Says which responses would make CloudFront try the second origin, and how that ends.
    fn may_fail_over(&mut self, group: &OriginGroup, end: &End, second: &End) {
        let codes = group.failover.iter().filter_map(|code| code.literal());
        let codes = quoted(codes);
        if end.verdict == Verdict::Ok && self.repeats() && !codes.is_empty() {
            let detail = format!(
                "if it responds with {}, CloudFront tries the group's second origin: {}",
                any_of(&codes),
                second.summary
            );
            self.step("failover", detail, Certainty::Certain, Some(group.failover.span));
        }
    }

    /// Whether CloudFront fails over requests with this method.
    fn repeats(&self) -> bool {
        matches!(self.request.method, Method::Get | Method::Head | Method::Options)
    }

    /// Whether an error makes CloudFront try the second origin. A failed connection counts as a `503`, and
    /// a timeout as a `504`.
    fn fails_over(&self, group: &OriginGroup, end: &End) -> Tri {
        if end.verdict != Verdict::Rejected || !self.repeats() {
            return Tri::False;
        }
        let names = |status: u16| {
            let is_it = |code: &str| Tri::from(code.parse() == Ok(status));
            let known = group.failover.iter().map(|code| code.literal().map_or(Tri::Unknown, is_it));
            let open = if group.failover.open.is_some() { Tri::Unknown } else { Tri::False };
            known.fold(open, Tri::or)
        };
        match end.status {
            Some(status) if !end.is_unreachable => names(status),
            None if !end.is_unreachable => Tri::Unknown,
            _ if names(503).is_true() => Tri::True,
            _ => [502, 503, 504].into_iter().map(names).fold(Tri::False, Tri::or).and(Tri::Unknown),
        }
    }

    fn ask(&mut self, path: &RequestPath<'m>, host: &str, paths: &Paths) -> Way<End> {
        let id = path.origin.id.known().map_or_else(|| "?".to_owned(), Text::to_string);
        let what = match &path.backend {
            Backend::ExecuteApi { api: Some(api), .. } => format!("the default endpoint of `{}`", api.id),
            Backend::ExecuteApi { api: None, id, .. } => {
                format!("the default endpoint of API `{id}`, which is not in the template")
            }
            Backend::ApiDomain(domain) => format!("the custom domain `{}`", domain.id),
            Backend::ApiDomainTarget { .. } => format!("the target of {}", path.backend.name()),
            Backend::Unknown => "a host that the template does not show".to_owned(),
            Backend::Other => format!("`{}`", path.origin_host()),
            backend => backend.name(),
        };
        self.sure("origin", format!("`{id}`, {what}"), path.origin.domain_name.span);
        let sent = self.leave(path, host, paths)?;
        self.loops(path)?;
        self.connect(path, &sent)?;
        self.origin_access(path)?;
        match &path.backend {
            Backend::ExecuteApi { api, .. } => self.execute_api(path, *api, &sent),
            Backend::ApiDomain(_) | Backend::ApiDomainTarget { .. } => self.custom_domain(path, &sent),
            Backend::LambdaUrl(_) => self.lambda(path, &sent),
            Backend::Bucket => self.bucket(path, &sent),
            Backend::Website => Ok(self.website(path, &sent)),
            Backend::Other if matches!(path.origin.kind, OriginKind::Vpc) => self.balancer(path, &sent),
            Backend::LoadBalancer => self.balancer(path, &sent),
            Backend::Other => {
                Ok(End::reached(Party::Origin, format!("{} handles the request", path.backend.name())))
            }
            Backend::Unknown => Err(End::unknown("it is not known what responds behind the origin")
                .at(path.origin.domain_name.span)),
        }
    }

    /// Ends where the origin is the distribution itself.
    fn loops(&mut self, path: &RequestPath<'m>) -> Way<()> {
        let Some(own) = own_name(self.model, path.origin) else { return Ok(()) };
        let certainty = own.certainty();
        let span = path.origin.domain_name.span;
        let id = &self.model.distribution.id;
        let detail = match own.record {
            Some(record) => format!(
                "`{}` points to `{id}` (record `{}`), so CloudFront connects to itself",
                path.origin_host(),
                record.id
            ),
            None => {
                format!("`{}` is an alias of `{id}`, so CloudFront connects to itself", path.origin_host())
            }
        };
        self.step("connection", detail, certainty, Some(span));
        let why = "the request goes round in a loop and never reaches another host";
        let end = End::unreachable(Cause::OwnAlias, "an error", why);
        Err(End { certainty, ..end }.at(span))
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
            // Viewers do not use a name that is generated at deployment.
            _ => host.equals(own).and(Tri::False),
        }
    }
}

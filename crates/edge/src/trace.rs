//! What happens to one request: every step from the viewer to the backend and back.
//!
//! The steps use the same forwarding, entrances and routes as the rules do, so the two cannot disagree.

mod answer;
mod balancer;
mod behavior;
mod bucket;
mod cache_step;
mod cause;
mod changed;
mod connection;
mod cors;
mod credentials;
mod deployment;
mod end;
mod error_page;
mod fate;
mod firewall;
mod function_url;
mod functions;
mod functions_after;
mod gateway;
mod handshake;
mod host;
mod mtls;
mod nearly;
mod origin;
mod origin_access;
mod request;
mod resource_policy;
mod routed;
mod sent;
mod unsettled;
mod unsupported;
mod viewer;

use cflint_diagnostics::Span;
use cflint_functions::RequestOrigin;
use cflint_template::model::{Behavior, Model, Prop};
use cflint_template::value::Tri;

use crate::behavior::caching::Caching;
use crate::facts::Certainty;

use behavior::Paths;
use end::{End, Way};

pub use cause::{Cause, Undeployable};
pub use host::nobody;
pub use request::Request;

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The steps in order.
    pub steps: Vec<Step>,
    pub verdict: Verdict,
    /// The status that the viewer sees, if that is known.
    pub status: Option<u16>,
    pub answered_by: Option<Party>,
    /// The end, assuming that what only a live request would show changes nothing.
    pub supposed: Verdict,
    /// That end in one sentence; see [`Trace::conclusion`].
    pub summary: String,
    /// Why the request is rejected: the text of the step that decides it.
    pub reason: Option<String>,
    /// The same for programs.
    pub cause: Option<Cause>,
    /// The status with which it is refused, before a custom error response makes another one of it.
    pub refused_with: Option<u16>,
    /// What the viewer sends and the origin does not get as it was sent.
    pub lost: Vec<Lost>,
    /// What a live request would show and the template does not.
    pub doubts: Vec<String>,
    /// The behavior that handled the request, by its position; `None` for the default one.
    pub behavior: Option<Option<usize>>,
}

/// What a live request would show where CloudFront may reject the distribution.
const DEPLOYABLE: &str = "whether the distribution can be deployed";

impl Trace {
    /// The end in one sentence, with what it rests on.
    pub fn conclusion(&self) -> String {
        if self.supposed == self.verdict {
            self.summary.clone()
        } else if self.doubts.iter().any(|doubt| doubt == DEPLOYABLE) {
            format!("if the distribution can be deployed, {}", self.summary)
        } else {
            format!("as far as the template shows, {}", self.summary)
        }
    }
}

/// A header or cookie that certainly does not reach the origin as the viewer sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    pub name: String,
    pub is_cookie: bool,
    /// Whether another value takes its place.
    pub is_replaced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The topic of the step, in a word or two.
    pub title: &'static str,
    pub detail: String,
    /// How well the facts that it rests on are established.
    pub certainty: Certainty,
    /// The place that decides it.
    pub span: Option<Span>,
    /// Whether the request fails here.
    pub has_failed: bool,
}

impl Step {
    /// Whether the request certainly or probably goes on from here.
    pub fn has_passed(&self) -> bool {
        !self.has_failed && !self.is_open()
    }

    /// Whether it is not known that the request goes on from here. A distribution that is probably rejected when it is
    /// deployed may be there all the same.
    pub fn is_open(&self) -> bool {
        match self.certainty {
            Certainty::Certain => false,
            Certainty::Probable => self.title == "deployment",
            Certainty::Uncertain => true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It reaches something that handles it.
    Ok,
    /// The viewer is redirected.
    Redirected,
    /// It fails on the way.
    Rejected,
    /// Neither the template nor the documentation determines it.
    Undetermined,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The distribution, or API Gateway's own one.
    CloudFront,
    ApiGateway,
    /// S3.
    S3,
    /// Lambda, through a function URL.
    Lambda,
    Origin,
}

impl Verdict {
    /// The name used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Redirected => "redirected",
            Self::Rejected => "rejected",
            Self::Undetermined => "undetermined",
        }
    }
}

impl Party {
    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudFront => "cloudfront",
            Self::ApiGateway => "api-gateway",
            Self::S3 => "s3",
            Self::Lambda => "lambda",
            Self::Origin => "origin",
        }
    }

    /// The name in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudFront => "CloudFront",
            Self::ApiGateway => "API Gateway",
            Self::S3 => "S3",
            Self::Lambda => "Lambda",
            Self::Origin => "the origin",
        }
    }
}

/// Follows a request through a distribution; see [`crate::routes::viewer_host::comes_here`].
pub fn trace(model: &Model, request: &Request) -> Trace {
    let written = model;
    let of_tenant = host::tenant(model, request).map(|tenant| model.of_tenant(tenant));
    let model = of_tenant.as_ref().unwrap_or(model);
    let mut tracer = Tracer { written, ..Tracer::new(model, request) };
    let end = tracer.run().unwrap_or_else(|end| end);
    tracer.give_reason(&end);
    let cause = end.cause.or(tracer.perhaps);
    let refused_with = end.status.filter(|_| end.verdict == Verdict::Rejected);
    let end = tracer.answer(end);
    let (verdict, status, answered_by) = match (end.verdict, tracer.doubts.is_empty()) {
        (verdict, true) => (verdict, end.status, end.party),
        (_, false) => (Verdict::Undetermined, None, None),
    };
    let mut doubts = tracer.doubts;
    doubts.extend(end.open);
    Trace {
        steps: tracer.steps,
        verdict,
        status,
        answered_by,
        supposed: end.verdict,
        summary: end.summary,
        reason: tracer.reason,
        cause,
        refused_with,
        lost: tracer.lost,
        doubts,
        behavior: tracer.behavior,
    }
}

struct Tracer<'m, 'r> {
    model: &'m Model,
    /// The same without what a tenant fills in.
    written: &'m Model,
    request: &'r Request,
    steps: Vec<Step>,
    doubts: Vec<String>,
    behavior: Option<Option<usize>>,
    reason: Option<String>,
    lost: Vec<Lost>,
    /// The origin that a function chose.
    chosen: Option<RequestOrigin>,
    /// Why the distribution is perhaps never deployed.
    perhaps: Option<Cause>,
}

impl<'m, 'r> Tracer<'m, 'r> {
    fn new(model: &'m Model, request: &'r Request) -> Self {
        Self {
            model,
            written: model,
            request,
            steps: Vec::new(),
            doubts: Vec::new(),
            behavior: None,
            reason: None,
            lost: Vec::new(),
            chosen: None,
            perhaps: None,
        }
    }
}

impl<'m> Tracer<'m, '_> {
    fn step(
        &mut self,
        title: &'static str,
        detail: impl Into<String>,
        certainty: Certainty,
        span: Option<Span>,
    ) {
        self.steps.push(Step { title, detail: detail.into(), certainty, span, has_failed: false });
    }

    fn sure(&mut self, title: &'static str, detail: impl Into<String>, span: Span) {
        self.step(title, detail, Certainty::Certain, Some(span));
    }

    /// Records what only a live request would show, which leaves the verdict open.
    fn doubt(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.doubts.contains(&what) {
            self.doubts.push(what);
        }
    }

    fn run(&mut self) -> Way<End> {
        let host = self.alias()?;
        self.deployable()?;
        let path = self.root_object();
        let behavior = self.choose(&path)?;
        self.behavior = Some(behavior.index);
        self.protocol(behavior)?;
        self.method(behavior)?;
        self.signed(behavior)?;
        self.firewall()?;
        let Some(changed) = self.viewer_functions(behavior, &host, &path)? else {
            return Ok(self.beyond_functions(behavior, &host, &path));
        };
        // The rest of the way is that of the request as the functions changed it.
        let mut rest = Tracer {
            request: &changed.request,
            steps: std::mem::take(&mut self.steps),
            doubts: std::mem::take(&mut self.doubts),
            chosen: self.chosen.take(),
            behavior: self.behavior,
            ..Tracer::new(self.model, &changed.request)
        };
        let end = rest.beyond_functions(behavior, &host, &changed.paths);
        (self.steps, self.doubts, self.reason, self.lost) = (rest.steps, rest.doubts, rest.reason, rest.lost);
        Ok(end)
    }

    /// From the functions on viewer-request to the response.
    fn beyond_functions(&mut self, behavior: &'m Behavior, host: &str, paths: &Paths) -> End {
        self.cache_key(behavior);
        self.functions(behavior, "origin-request");
        let (Ok(end) | Err(end)) = self.origins(behavior, host, paths);
        self.give_reason(&end);
        self.functions_after(behavior, end)
    }

    /// Records why the request is rejected: the last step says so.
    fn give_reason(&mut self, end: &End) {
        match end.verdict {
            Verdict::Rejected => self.last_step_is_reason(),
            _ => self.reason = None,
        }
    }

    fn last_step_is_reason(&mut self) {
        if self.reason.is_none() {
            self.step_is_reason(|_| true);
        }
    }

    /// Remembers the last of these steps as the one that fails.
    fn step_is_reason(&mut self, is_it: impl Fn(&Step) -> bool) {
        let failed = self.steps.iter_mut().rev().find(|step| is_it(step));
        self.reason = failed.map(|step| {
            step.has_failed = true;
            step.detail.clone()
        });
    }

    /// How the response is cached: not at all for the methods that change something.
    fn caching(&self, behavior: &'m Behavior) -> Option<Caching<'m>> {
        let caches = crate::facts::methods::caches(behavior, self.request.method);
        (caches != Tri::False).then(|| Caching::of(self.model, behavior))
    }
}

/// Says that a value is the default of a parameter, which can differ in another deployment.
fn by_default<T>(prop: &Prop<T>) -> String {
    match prop.rests_on_default() {
        Some((parameter, _)) => format!(" (the default of parameter `{parameter}`)"),
        None => String::new(),
    }
}

/// A value for a person, shortened where it is long.
fn short(value: &str) -> String {
    const LONGEST: usize = 120;
    if value.chars().count() <= LONGEST {
        return value.to_owned();
    }
    let start: String = value.chars().take(60).collect();
    format!("{start}… ({} bytes)", value.len())
}

//! Rules and traces say the same: no request that shows a failure gets through when it is followed, each is for a route
//! that exists, and gets through when everything is fixed.

use cflint_diagnostics::{Applicability, Confidence, Finding, Severity, Witness};
use cflint_edge::facts::headers::Method;
use cflint_edge::language::Domain;
use cflint_edge::routes::path::request_paths;
use cflint_edge::routes::route_paths::route_path;
use cflint_edge::trace::{Request, Trace, Verdict, trace};
use cflint_linter::{FixAvailability, Input, Options, Rule, Seen, check, distributions, fix, survey};
use cflint_rules::RULES;
use cflint_template::model::{Model, Route};
use libtest_mimic::{Failed, Trial};

use crate::fixtures::{self, file_name};

/// The groups whose errors are about requests that fail.
const GROUPS: [&str; 2] = ["routing", "headers"];

/// Rules about paths that no route is for.
const NO_ROUTE: [&str; 6] = [
    "alias-record-not-in-aliases",
    "default-root-object-hits-api",
    "error-page-masks-api",
    "error-page-served-by-api",
    "function-fails",
    "function-redirect-loop",
];

/// What has to hold for the requests of a rule on a fixture.
type Check = fn(&'static dyn Rule, &[Input]) -> Result<(), Failed>;

pub(crate) fn trials() -> Vec<Trial> {
    let fixtures =
        RULES.iter().flat_map(|rule| fixtures::of(rule.meta().id).into_iter().map(move |path| (*rule, path)));
    fixtures
        .filter(|(_, path)| file_name(path).starts_with("fail"))
        .flat_map(|(rule, path)| {
            let meta = rule.meta();
            let mut checks: Vec<(&str, Check)> = vec![("request exists", all_exist)];
            if meta.fix != FixAvailability::None {
                checks.push(("request passes when fixed", all_pass));
            }
            if GROUPS.contains(&meta.group.as_str()) {
                checks.push(("trace agrees", all_agree));
            }
            checks.into_iter().map(move |(what, holds)| {
                let name = format!("{}::{}::{what}", meta.id, file_name(&path));
                let path = path.clone();
                Trial::test(name, move || holds(rule, &fixtures::inputs(&path)?))
            })
        })
        .collect()
}

/// Each request is for a route of the API that its behavior routes to, wherever the behavior handles such requests.
fn all_exist(rule: &'static dyn Rule, inputs: &[Input]) -> Result<(), Failed> {
    let report = check(inputs.to_vec(), &[rule], &Options::default());
    for finding in report.findings.iter().filter(|finding| !NO_ROUTE.contains(&finding.rule)) {
        let Some(witness) = &finding.witness else { continue };
        let request = request(witness);
        let found = survey(inputs, &Options::default(), |template, _| {
            distributions(template, |model| is_for_no_route(model, &request))
        });
        let seen = found.found.into_iter().flatten();
        let is_meant = |seen: &Seen<Option<String>>| {
            witness.distribution.as_ref().is_none_or(|id| *id == seen.distribution)
        };
        let mut invented = seen.filter(is_meant).filter_map(|seen| seen.value);
        if let Some(api) = invented.next() {
            return Err(
                format!("no route of `{api}` is for `{}`: {}", witness.request, finding.message).into()
            );
        }
    }
    Ok(())
}

/// The API that gets a request for none of its routes, although the behavior handles requests for some.
fn is_for_no_route(model: &Model, request: &Request) -> Option<String> {
    let path = request_paths(model).into_iter().find(|path| path.takes(&request.path))?;
    let api = path.backend.api().filter(|api| api.routes.open.is_none())?;
    // What comes before the route is a stage, or the mistake.
    let starts = request.path.match_indices('/').map(|(at, _)| &request.path[at..]);
    let is_for = |route: &Route| {
        let mut starts = starts.clone();
        route.takes_method(request.method.as_str()) && starts.any(|path| route_path(route).matches(path))
    };
    let pattern = path.pattern()?;
    let is_handled = |route: &Route| {
        let shared = pattern.language().shared_example(&route_path(route), Domain::NormalizedPath);
        shared.is_some_and(|shared| path.takes(&shared))
    };
    let is_preflight = request.header("Access-Control-Request-Method").is_some();
    let is_wrong = api.routes.iter().any(is_handled) && !api.routes.iter().any(is_for) && !is_preflight;
    is_wrong.then(|| api.id.clone())
}

/// When nothing is left that makes requests fail, those that showed the findings get through.
fn all_pass(rule: &'static dyn Rule, inputs: &[Input]) -> Result<(), Failed> {
    let options = Options::default();
    let before = check(inputs.to_vec(), &[rule], &options);
    let fixed = fix(inputs.to_vec(), RULES, &options, Applicability::Unsafe, &|_, _| true, &|_| true);
    let is_left = |finding: &Finding| finding.rule == rule.meta().id || finding.severity == Severity::Error;
    if fixed.changed.is_empty() || fixed.report.active().any(is_left) {
        return Ok(());
    }
    let shown = before.findings.iter().filter(|finding| !NO_ROUTE.contains(&finding.rule));
    for witness in shown.filter_map(|finding| finding.witness.as_ref()) {
        let is_http = witness.request.contains(" http://");
        for seen in traces(fixed.inputs.clone(), witness) {
            if !is_http && seen.value.verdict == Verdict::Rejected {
                return Err(format!("still rejected: {}\n{}", witness.command(), told(&seen.value)).into());
            }
        }
    }
    Ok(())
}

fn all_agree(rule: &'static dyn Rule, inputs: &[Input]) -> Result<(), Failed> {
    let report = check(inputs.to_vec(), &[rule], &Options::default());
    report.findings.iter().try_for_each(|finding| agree(finding, inputs.to_vec()))
}

/// Follows the request that shows a finding, in each view in which it holds.
pub(crate) fn agree(finding: &Finding, inputs: Vec<Input>) -> Result<(), Failed> {
    let Some(witness) = &finding.witness else { return Ok(()) };
    for seen in traces(inputs, witness) {
        let holds = |(name, value): &(String, bool)| {
            seen.conditions.iter().all(|(other, here)| other != name || here == value)
        };
        if finding.conditions.iter().all(holds) {
            contradicts(finding, witness, &seen.value)?;
        }
    }
    Ok(())
}

/// Rules that say that no request comes to a behavior.
const DEAD: [&str; 2] = ["behavior-unreachable", "duplicate-path-pattern"];

fn contradicts(finding: &Finding, witness: &Witness, trace: &Trace) -> Result<(), Failed> {
    let is_sure = finding.confidence == Confidence::Certain;
    let wrong = match DEAD.contains(&finding.rule) {
        true => is_sure && behavior(finding).is_some() && trace.behavior == behavior(finding),
        false => {
            let fails = GROUPS.contains(&finding.group) && finding.severity == Severity::Error;
            // A finding about the second origin of a group shows in what is said of it.
            let has_second = trace.steps.iter().any(|step| step.title == "failover");
            is_sure && fails && trace.verdict == Verdict::Ok && !has_second
        }
    };
    if wrong {
        let message = format!(
            "`{}` says that the request fails, and its trace that it does not:\n{}\n{}\n{}",
            finding.rule,
            finding.message,
            witness.command(),
            told(trace),
        );
        return Err(message.into());
    }
    Ok(())
}

/// The behavior that a finding is about, as traces name it: its position, or that it is the default one.
pub(crate) fn behavior(finding: &Finding) -> Option<Option<usize>> {
    if finding.subject.behavior.as_deref() == Some("Default (*)") {
        return Some(None);
    }
    let property = finding.subject.property.as_deref()?;
    let position = property.strip_prefix("DistributionConfig.CacheBehaviors[")?.split(']').next()?;
    position.parse().ok().map(Some)
}

/// What becomes of the request in each view of the distribution that it is for.
fn traces(inputs: Vec<Input>, witness: &Witness) -> Vec<Seen<Trace>> {
    let request = request(witness);
    let found = survey(&inputs, &Options::default(), |template, _| {
        distributions(template, |model| trace(model, &request))
    });
    let is_meant =
        |seen: &Seen<Trace>| witness.distribution.as_ref().is_none_or(|id| *id == seen.distribution);
    found.found.into_iter().flatten().filter(is_meant).collect()
}

fn request(witness: &Witness) -> Request {
    let (method, target) = witness.request.split_once(' ').unwrap_or(("GET", &witness.request));
    let (scheme, rest) = target.split_once("://").unwrap_or(("https", target));
    let (host, target) = match rest.find('/') {
        Some(0) | None => (None, rest),
        Some(slash) => (Some(rest[..slash].to_owned()), &rest[slash..]),
    };
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    Request {
        method: Method::from_name(method).unwrap_or(Method::Get),
        is_https: scheme == "https",
        host,
        path: path.to_owned(),
        query: query.map(str::to_owned),
        headers: witness.headers.clone(),
        has_body: false,
    }
}

/// The steps in few lines.
pub(crate) fn told(trace: &Trace) -> String {
    trace.steps.iter().map(|step| format!("{}: {}\n", step.title, step.detail)).collect()
}

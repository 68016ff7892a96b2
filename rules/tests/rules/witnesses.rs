//! Rules and traces say the same: no request that shows a failure gets through when it is followed.

use cflint_diagnostics::{Confidence, Finding, Severity, Witness};
use cflint_edge::facts::headers::Method;
use cflint_edge::trace::{Request, Trace, Verdict, trace};
use cflint_linter::{Input, Options, Rule, Seen, check, distributions, survey};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

use crate::fixtures::{self, file_name};

/// The groups whose errors are about requests that fail.
const GROUPS: [&str; 2] = ["routing", "headers"];

pub(crate) fn trials() -> Vec<Trial> {
    let rules = RULES.iter().filter(|rule| GROUPS.contains(&rule.meta().group.as_str()));
    let fixtures =
        rules.flat_map(|rule| fixtures::of(rule.meta().id).into_iter().map(move |path| (*rule, path)));
    fixtures
        .filter(|(_, path)| file_name(path).starts_with("fail"))
        .map(|(rule, path)| {
            let name = format!("{}::{}::trace agrees", rule.meta().id, file_name(&path));
            Trial::test(name, move || all_agree(rule, &fixtures::inputs(&path)?))
        })
        .collect()
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

//! Rules that speak of all requests are not contradicted by the trace of one, on generated templates.

use cflint_diagnostics::{Confidence, Finding, Severity};
use cflint_edge::trace::{Request, Trace, Verdict, trace};
use cflint_linter::{Input, Options, check, distributions, survey};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::generated::{request, sketch};
use crate::witnesses::{self, behavior, told};

/// How many templates are made up, each with some requests.
const CASES: u32 = 400;

/// Rules that say that no request of a behavior gets through.
const ALL_FAIL: [&str; 4] = [
    "host-header-forwarded",
    "path-pattern-misses-stage",
    "origin-path-misses-stage",
    "regional-domain-without-host",
];
/// Rules that say that no request comes to a behavior.
const DEAD: [&str; 2] = ["behavior-unreachable", "duplicate-path-pattern"];

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("rules and traces agree on generated templates", agree)]
}

fn agree() -> Result<(), Failed> {
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let input = (sketch(), prop::collection::vec(request(), 1..12));
    TestRunner::new(config)
        .run(&input, |(sketch, requests)| {
            let text = sketch.template();
            let inputs = || vec![Input::new("edge.yaml", text.clone().into_bytes())];
            let findings = check(inputs(), RULES, &Options::default()).findings;
            let traces = survey(&inputs(), &Options::default(), |template, _| {
                distributions(template, |model| {
                    requests.iter().map(|request| trace(model, request)).collect::<Vec<_>>()
                })
            });
            let traces = traces.found.into_iter().flatten().flat_map(|seen| seen.value);
            for (request, trace) in requests.iter().zip(traces) {
                for finding in &findings {
                    let wrong = contradicts(finding, request, &trace);
                    prop_assert!(!wrong, "`{}` and {request:?}: {}\n{text}", finding.message, told(&trace));
                }
            }
            for finding in &findings {
                let agreed = witnesses::agree(finding, inputs());
                prop_assert!(agreed.is_ok(), "{agreed:?}\n{text}");
            }
            Ok(())
        })
        .map_err(|error| Failed::from(error.to_string()))
}

fn contradicts(finding: &Finding, request: &Request, trace: &Trace) -> bool {
    let is_here = behavior(finding).is_some() && trace.behavior == behavior(finding);
    if finding.confidence != Confidence::Certain || !is_here {
        return false;
    }
    let gets_through = trace.verdict == Verdict::Ok;
    let is_preflight = trace.steps.iter().any(|step| step.title == "CORS");
    match finding.rule {
        rule if DEAD.contains(&rule) => true,
        rule if ALL_FAIL.contains(&rule) => {
            gets_through && finding.severity == Severity::Error && !is_preflight
        }
        "preflight-not-allowed" => gets_through && request.method.as_str() == "OPTIONS",
        _ => false,
    }
}

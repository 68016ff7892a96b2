use std::sync::atomic::AtomicUsize;

use super::*;
use crate::context::Context;
use crate::document::Document;
use crate::meta::{FixAvailability, Group, RuleMeta};
use crate::rule::Declared;

static META: RuleMeta = RuleMeta {
    id: "counted",
    group: Group::Deploy,
    summary: "",
    docs: "",
    severity: cflint_diagnostics::Severity::Error,
    pedantic: false,
    fix: FixAvailability::None,
    aliases: &[],
    cdk: "",
    file: "",
    line: 1,
};

/// Counts how often it runs, and stops the run the third time.
struct Third;
static RUNS: AtomicUsize = AtomicUsize::new(0);
static STOP: AtomicBool = AtomicBool::new(false);

impl Declared for Third {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }
}

impl Rule for Third {
    fn document(&self, _: &Document<'_, '_>, _: &mut Context<'_>) {
        if RUNS.fetch_add(1, Ordering::Relaxed) == 2 {
            STOP.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_run_that_is_stopped_runs_no_further_rule_and_has_no_report() {
    const TEMPLATE: &str = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n";
    let rules: [&dyn Rule; 5] = [&Third; 5];
    let check = || {
        let input = Input::new("a.yaml", TEMPLATE.as_bytes());
        check_until(vec![input], &rules, &Options::default(), &STOP)
    };
    assert!(check().is_none());
    assert_eq!(RUNS.load(Ordering::Relaxed), 3);
    // Not even the first one.
    assert!(check().is_none());
    assert_eq!(RUNS.load(Ordering::Relaxed), 3);
    STOP.store(false, Ordering::Relaxed);
    assert_eq!(check().map(|report| report.templates), Some(1));
    assert_eq!(RUNS.load(Ordering::Relaxed), 8);
}

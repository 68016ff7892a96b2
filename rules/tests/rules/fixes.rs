//! Fixes on every fixture that must report: what is left can be read, has no new finding, and a second run changes nothing.

use std::fs;

use cflint_diagnostics::Applicability;
use cflint_linter::{FixAvailability, Input, Options, Rule, check, fix};
use cflint_rules::RULES;
use libtest_mimic::{Failed, Trial};

use crate::fixtures::{self, file_name};

pub(crate) fn trials() -> Vec<Trial> {
    let rules = RULES.iter().filter(|rule| rule.meta().fix != FixAvailability::None);
    let all = rules.flat_map(|rule| fixtures::of(rule.meta().id).into_iter().map(move |path| (*rule, path)));
    let several = Trial::test("fixes of several files that are refused", several);
    let each = all.filter(|(_, path)| file_name(path).starts_with("fail")).map(|(rule, path)| {
        let name = format!("{}::{}::fixes", rule.meta().id, file_name(&path));
        Trial::test(name, move || settle(rule, fixtures::inputs(&path)?))
    });
    each.chain([several]).collect()
}

fn settle(rule: &'static dyn Rule, inputs: Vec<Input>) -> Result<(), Failed> {
    let options = Options { pedantic: true, ..Options::default() };
    let may_edit = |input: &Input| input.stack.is_none();
    let before = check(inputs.clone(), RULES, &options);
    let wanted = before.active().filter(|finding| finding.rule == rule.meta().id).count();
    let fixed = fix(inputs.clone(), RULES, &options, Applicability::Unsafe, &|_, _| true, &may_edit);
    if fixed.report.errors.len() > before.errors.len() {
        return Err(format!("the fixed file cannot be read: {:?}", fixed.report.errors).into());
    }
    for rule in RULES.iter().map(|rule| rule.meta().id) {
        let count = |report: &cflint_linter::Report| report.active().filter(|f| f.rule == rule).count();
        if count(&fixed.report) > count(&before) {
            return Err(format!("the fixes must not add findings of `{rule}`").into());
        }
    }
    let left = fixed.report.active().filter(|finding| finding.rule == rule.meta().id).count();
    let mended = fixed.mended.iter().filter(|(mended, _)| *mended == rule.meta().id).count();
    if left + mended > wanted || (mended > 0 && left == wanted) {
        return Err(format!("{mended} of {wanted} findings were fixed, and {left} are left").into());
    }
    for (index, (old, new)) in inputs.iter().zip(&fixed.inputs).enumerate() {
        if fixed.changed.contains(&index) != (old.bytes != new.bytes) {
            return Err(format!("{} must change if and only if the result says so", old.name).into());
        }
    }
    let again = fix(fixed.inputs.clone(), RULES, &options, Applicability::Unsafe, &|_, _| true, &may_edit);
    match again.changed.is_empty() {
        true => Ok(()),
        false => Err("a second run must not change anything".into()),
    }
}

/// The same finding in two files has one fingerprint, and a fix that is refused in both.
fn several() -> Result<(), Failed> {
    let bytes = fs::read(fixtures::root().join("_trace/13-iam-unsigned.yaml"))?;
    let inputs = vec![Input::new("a.yaml", bytes.clone()), Input::new("b.yaml", bytes)];
    let options = Options { pedantic: true, ..Options::default() };
    let fixed = fix(inputs, RULES, &options, Applicability::Unsafe, &|_, _| true, &|_| true);
    let refused = |path: &str| fixed.refused.iter().filter(|refused| refused.path == path).count();
    if refused("a.yaml") == 0 || refused("a.yaml") != refused("b.yaml") {
        return Err(format!("{:?}", fixed.refused).into());
    }
    match fixed.inputs.as_slice() {
        [a, b] if a.bytes == b.bytes => Ok(()),
        _ => Err("equal files must be fixed in the same way".into()),
    }
}

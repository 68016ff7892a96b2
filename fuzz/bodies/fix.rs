use cflint_diagnostics::Applicability;
use cflint_linter::{Fixed, Input, Options};
use cflint_rules::RULES;

use super::inputs::{everything, templates};
use super::reports::sound;

/// Templates to templates without what can be fixed.
pub fn fix(bytes: &[u8]) {
    let inputs = templates(bytes);
    let options = everything();
    for least in [Applicability::Safe, Applicability::Unsafe] {
        let once = fixed(inputs.clone(), &options, least);
        sound(&once.report);
        for (index, (before, after)) in inputs.iter().zip(&once.inputs).enumerate() {
            let is_same = before.bytes == after.bytes;
            assert!(is_same || once.changed.contains(&index), "{} changed and nobody says so", before.name);
        }
        if once.changed.is_empty() {
            continue;
        }
        let mended = |path: &str| once.changed.iter().any(|index| inputs[*index].name == path);
        let broken = once.report.errors.iter().find(|error| mended(&error.path));
        assert_eq!(broken, None, "what was mended cannot be read");
        let twice = fixed(once.inputs, &options, least);
        assert!(twice.changed.is_empty(), "the second run mends {:?}", twice.mended);
    }
}

fn fixed(inputs: Vec<Input>, options: &Options, least: Applicability) -> Fixed {
    cflint_linter::fix(inputs, RULES, options, least, &|_, _| true, &|_| true)
}

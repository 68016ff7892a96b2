//! Every test of the rules: the registry, the conventions and one test for each fixture.
//!
//! A fixture belongs to the rule that its folder is named after, and only that rule runs on it. `fail*` must report,
//! `pass*` must be silent, and `possible*` must report only when findings of low confidence are requested. The
//! snapshot of the output is next to the fixture.

#![expect(clippy::disallowed_methods, reason = "a test knows what it reads")]
#![expect(clippy::print_stderr, reason = "the harness has a `main` of its own")]

mod causes;
mod consistency;
mod conventions;
mod fixes;
mod fixtures;
#[path = "../../../crates/edge/tests/generated/mod.rs"]
mod generated;
mod golden;
mod helps;
mod pages;
mod pairs;
mod registry;
mod suppressions;
mod witnesses;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR"));
    let ci = std::env::var_os("CI").is_some();
    // Before any filter is looked at: a rule that is not registered has no tests to run.
    match registry::refresh(rules, !ci) {
        Ok(registry::Registry::Fresh) => {}
        Ok(registry::Registry::Stale) if ci => {
            eprintln!(
                "the registry in rules/src/lib.rs is stale: run `cargo test -p cflint-rules` and commit it"
            );
            return ExitCode::FAILURE;
        }
        Ok(registry::Registry::Stale) => {
            eprintln!("rules/src/lib.rs was rewritten: run the same command again");
            return ExitCode::FAILURE;
        }
        Err(error) => {
            eprintln!("the registry cannot be written: {error}");
            return ExitCode::FAILURE;
        }
    }
    let mut trials: Vec<Trial> = conventions::trials();
    trials.extend(fixtures::trials());
    trials.extend(fixes::trials());
    trials.extend(golden::trials());
    trials.extend(helps::trials());
    trials.extend(pages::trials());
    trials.extend(pairs::trials());
    trials.extend(causes::trials());
    trials.extend(consistency::trials());
    trials.extend(suppressions::trials());
    trials.extend(witnesses::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

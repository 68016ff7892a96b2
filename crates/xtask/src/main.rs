//! Tasks for developers. `cargo xtask` lists them.

#![expect(clippy::disallowed_types, reason = "a task runs cargo")]
#![expect(clippy::disallowed_methods, reason = "it reads files of this repository")]
#![expect(clippy::print_stderr, reason = "a program for the terminal of a developer")]

mod facts;
mod new_rule;
#[path = "../../../rules/tests/rules/registry.rs"]
mod registry;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const USAGE: &str = "\
Usage: cargo xtask TASK

  new-rule GROUP ID    write a new rule and its fixtures from a template
  register [--check]   rewrite the registry of the rules, or only say whether it is stale
  facts                check the tables of facts: order, duplicates, source and date
  corpus PATH [--bless] [--show RULE]
                       check every template of a corpus and compare with crates/xtask/corpus.txt
  instructions [--bless]
                       count the instructions of checks (needs valgrind) and compare with
                       crates/xtask/instructions.txt
  bench [--tree FILES] measure times and growth (needs valgrind), and write docs/performance.md
";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["new-rule", group, id] => new_rule::run(&root(), group, id).map(|()| ExitCode::SUCCESS),
        ["register"] => register(true),
        ["register", "--check"] => register(false),
        ["facts"] => facts(),
        ["corpus", rest @ ..] => example("corpus", rest),
        ["instructions" | "bench", ..] => example("measure", &args),
        _ => Err(USAGE.to_owned()),
    };
    done.unwrap_or_else(|message| {
        eprintln!("{}", message.trim_end());
        ExitCode::from(2)
    })
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_path_buf()
}

fn register(write: bool) -> Result<ExitCode, String> {
    let outcome = registry::refresh(&root().join("rules"), write);
    match outcome.map_err(|error| format!("the registry cannot be written: {error}"))? {
        registry::Registry::Fresh => Ok(ExitCode::SUCCESS),
        registry::Registry::Stale if write => {
            eprintln!("rules/src/lib.rs was rewritten");
            Ok(ExitCode::SUCCESS)
        }
        registry::Registry::Stale => {
            eprintln!("the registry in rules/src/lib.rs is stale: run `cargo xtask register` and commit it");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn facts() -> Result<ExitCode, String> {
    let problems = facts::check(&root())?;
    problems.iter().for_each(|problem| eprintln!("{problem}"));
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs an example, which needs the rules to compile; this program does not.
fn example(name: &str, args: &[&str]) -> Result<ExitCode, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask", "--example", name, "--"])
        .args(args)
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

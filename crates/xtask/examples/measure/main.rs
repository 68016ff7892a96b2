//! `cargo xtask instructions [--bless]`: how many instructions a check takes, as a multiple of the least that it could.
//!
//! Times depend on the machine and on what else it does; instructions hardly do, and their ratio to those of a bare parse in
//! the same run less still. So a regression fails here where a time would not.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal of a developer")]
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "runs what it measures, and reads what it wrote"
)]

mod bench;
mod curves;
mod inputs;
mod programs;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::{env, fs};

/// Input and ratio, one a line.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.txt");
/// How much more than the kept ratio is still the same, on another processor and with another toolchain.
const TOLERANCE: f64 = 1.10;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["instructions"] => instructions(false),
        ["instructions", "--bless"] => instructions(true),
        ["bench"] => bench::run(None).map(|()| true),
        ["bench", "--tree", files] => match files.parse() {
            Ok(files) => bench::run(Some(files)).map(|()| true),
            Err(_) => Err(format!("`{files}` is not a number of files")),
        },
        _ => Err("Usage: cargo xtask instructions [--bless], or cargo xtask bench [--tree FILES]".to_owned()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// Counts, and compares with what is kept or keeps it; whether nothing takes more than before.
fn instructions(bless: bool) -> Result<bool, String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let inputs = inputs::fixed(scratch.path()).map_err(|error| error.to_string())?;
    let programs = programs::build()?;
    let kept = fs::read_to_string(KEPT).unwrap_or_default();
    let kept: BTreeMap<&str, f64> = kept
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(name, ratio)| Some((name.trim(), ratio.parse().ok()?)))
        .collect();
    let mut text = String::from(
        "# Instructions of a check ÷ those of starting and parsing. `cargo xtask instructions --bless`\n",
    );
    let mut is_fine = true;
    for input in &inputs {
        let check = programs::instructions(&programs.check(input), scratch.path())?;
        let bare = programs::instructions(&programs.parse(input), scratch.path())?;
        #[expect(clippy::cast_precision_loss, reason = "a ratio of two digits")]
        let ratio = check as f64 / bare as f64;
        let before = kept.get(input.name.as_str()).copied();
        let is_worse = before.is_none_or(|before| ratio > before * TOLERANCE);
        is_fine &= bless || !is_worse;
        let verdict = match before {
            Some(before) if is_worse => format!("more than {TOLERANCE} × {before}"),
            Some(before) => format!("was {before}"),
            None => "not kept yet".to_owned(),
        };
        println!("{:<26} {ratio:>6.2} = {check:>12} ÷ {bare:>11}   {verdict}", input.name);
        let _ = writeln!(text, "{:<26} {ratio:.2}", input.name);
    }
    if bless {
        fs::write(KEPT, text).map_err(|error| format!("cannot write {KEPT}: {error}"))?;
    } else if !is_fine {
        eprintln!(
            "a check takes more instructions than before: find out why, or keep it with --bless and say why"
        );
    }
    Ok(is_fine)
}

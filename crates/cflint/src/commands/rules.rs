use std::io::Write;

use cflint_linter::Rule;
use cflint_output::catalog;

use crate::args::{ListFormat, RulesArgs};
use crate::exit::Exit;
use crate::problem::Failure;
use crate::terminal::Terminal;

/// `cflint rules`.
pub(crate) fn run(
    args: &RulesArgs,
    rules: &[&'static dyn Rule],
    terminal: &Terminal,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    match args.format {
        ListFormat::Table => catalog::write_table(rules, terminal.color, out)?,
        ListFormat::Json => catalog::write_json(rules, out)?,
    }
    Ok(Exit::Clean)
}

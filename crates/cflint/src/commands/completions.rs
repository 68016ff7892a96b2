use std::io::Write;

use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs};
use crate::exit::Exit;
use crate::problem::Failure;

/// `cflint completions`.
pub(crate) fn run(args: &CompletionsArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    // It ends the program if it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "cflint", &mut script);
    out.write_all(&script)?;
    Ok(Exit::Clean)
}

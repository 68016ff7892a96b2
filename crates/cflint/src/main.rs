//! `cflint` on the command line: the only crate that prints, reads files or looks at the environment.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "a test knows what it reads"))]

mod args;
mod baseline;
// What is fuzzed; `fuzz/` builds this file as a library.
#[cfg(any(test, fuzzing))]
#[path = "../../../fuzz/bodies/mod.rs"]
pub mod bodies;
mod commands;
mod config;
mod exit;
mod files;
mod input;
mod names;
mod parameters;
mod problem;
mod settings;
mod terminal;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use cflint_output::visible_lines;
use clap::Parser;

use crate::args::{Cli, Command, usage};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::terminal::{Color, Terminal};

fn main() -> ExitCode {
    run(std::env::args_os().collect()).into()
}

fn run(args: Vec<OsString>) -> Exit {
    if let Err(problem) = commands::check::refuse_names_like_options(&args) {
        problem.print(&Terminal::new(Color::Auto));
        return Exit::Failed;
    }
    let args = args::with_curl(args);
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return refuse(&error, &args),
    };
    let terminal = Terminal::new(cli.color);
    let mut out = UntilClosed { out: BufWriter::new(io::stdout().lock()), is_closed: false };
    let done = match &cli.command {
        Command::Check(args) => commands::check::run(args, &terminal, &mut out),
        Command::Trace(args) => commands::trace::run(args, &terminal, &mut out),
        Command::Map(args) => commands::map::run(args, &terminal, &mut out),
        Command::Explain(args) => commands::explain::run(args, cflint_rules::RULES, &terminal, &mut out),
        Command::Rules(args) => commands::rules::run(args, cflint_rules::RULES, &terminal, &mut out),
        // It ends when its client has closed the output.
        Command::Server(args) => commands::server::run(args, &mut out.out),
        Command::Config(args) => commands::config::run(args, &mut out),
        Command::Init(args) => commands::init::run(args, &mut out),
        Command::Completions(args) => commands::completions::run(args, &mut out),
        Command::Man(args) => commands::man::run(args, &mut out),
    };
    let done = done.and_then(|exit| {
        out.flush()?;
        Ok(exit)
    });
    match done {
        Ok(exit) => exit,
        Err(failure) => {
            Problem::from(failure).print(&terminal);
            Exit::Failed
        }
    }
}

/// An output whose reader may have seen enough, as `head` has: how the run ends does not depend on that.
struct UntilClosed<W: Write> {
    out: W,
    is_closed: bool,
}

impl<W: Write> UntilClosed<W> {
    fn unless_closed<T>(&mut self, closed: T, act: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.is_closed {
            return Ok(closed);
        }
        act(&mut self.out).or_else(|error| {
            self.is_closed = error.kind() == io::ErrorKind::BrokenPipe;
            if self.is_closed { Ok(closed) } else { Err(error) }
        })
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), Write::flush)
    }
}

/// Says what is wrong with the arguments, or prints the help or the version if that was requested.
fn refuse(error: &clap::Error, args: &[OsString]) -> Exit {
    if let Some(problem) = usage::problem(error, args) {
        problem.print(&Terminal::new(usage::color(args)));
        return Exit::Failed;
    }
    let text = error.render().to_string();
    let safe = visible_lines(&text);
    // A closed standard output or error is no reason for another message.
    let _ = match safe == text {
        true => error.print(),
        // An argument contains what a terminal or a log would act on.
        false => io::stderr().lock().write_all(safe.as_bytes()),
    };
    if error.use_stderr() { Exit::Failed } else { Exit::Clean }
}

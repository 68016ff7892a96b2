use std::io::Write;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::args::{Cli, ManArgs};
use crate::exit::Exit;
use crate::names::suggestion;
use crate::problem::{Failure, Problem};

/// `cflint man`.
pub(crate) fn run(args: &ManArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut root = Cli::command();
    root.build();
    let about = match &args.command {
        None => &root,
        Some(name) => root.find_subcommand(name).ok_or_else(|| unknown(name, &root))?,
    };
    let source = format!("cflint {}", env!("CARGO_PKG_VERSION"));
    let mut page = Vec::new();
    // Without a date, the other fields would move up into its place.
    let man = Man::new(about.clone()).date(" ").source(source).manual("Manual of cflint");
    man.render(&mut page)?;
    // As other pages call it.
    let page = String::from_utf8_lossy(&page).replacen("\n.SH EXTRA\n", "\n.SH NOTES\n", 1);
    out.write_all(page.as_bytes())?;
    Ok(Exit::Clean)
}

fn unknown(name: &str, root: &Command) -> Problem {
    let commands = || root.get_subcommands().map(Command::get_name);
    let help = suggestion(name, commands())
        .unwrap_or_else(|| format!("there is {}", commands().collect::<Vec<_>>().join(", ")));
    Problem::new(format!("`{name}` is not a command")).with_help(help)
}

//! Errors about arguments that cannot be understood.

use std::ffi::OsString;
use std::path::Path;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Cli;
use crate::names::nearest;
use crate::problem::Problem;
use crate::terminal::Color;

/// What other linters call their commands.
const SYNONYMS: [(&str, &str); 14] = [
    ("analyze", "check"),
    ("diagram", "map"),
    ("diff", "check --diff"),
    ("draw", "map"),
    ("fix", "check --fix"),
    ("graph", "map"),
    ("lint", "check"),
    ("list", "rules"),
    ("rule", "explain"),
    ("run", "check"),
    ("scan", "check"),
    ("test", "check"),
    ("validate", "check"),
    ("version", "--version"),
];

/// The problem with the arguments; `None` if help or the version was requested.
pub(crate) fn problem(error: &clap::Error, args: &[OsString]) -> Option<Problem> {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return None;
    }
    Some(match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) => unknown_command(word, args),
        _ => described(error, args),
    })
}

/// The color that the arguments ask for, as far as they could be understood.
pub(crate) fn color(args: &[OsString]) -> Color {
    let texts: Vec<&str> =
        args.iter().filter_map(|arg| arg.to_str()).take_while(|arg| *arg != "--").collect();
    let apart = texts.windows(2).filter_map(|pair| match pair {
        ["--color", value] => Some(*value),
        _ => None,
    });
    let value = texts.iter().filter_map(|arg| arg.strip_prefix("--color=")).chain(apart).next_back();
    match value {
        Some("always") => Color::Always,
        Some("never") => Color::Never,
        _ => Color::Auto,
    }
}

/// A word where a command should be: a path, what another program calls it, or a slip.
fn unknown_command(word: &str, args: &[OsString]) -> Problem {
    let commands: Vec<String> =
        Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let is_path = word.contains(['.', '/', '\\']) || Path::new(word).exists();
    let synonym = SYNONYMS.iter().find(|(name, _)| *name == word).map(|(_, command)| (*command).to_owned());
    let meant = synonym.or_else(|| {
        let path = is_path.then(|| format!("check {word}"));
        path.or_else(|| nearest(word, commands.iter().map(String::as_str)).map(str::to_owned))
    });
    let help = match meant {
        Some(command) => format!("did you mean `{}`?", with_rest(word, &command, args)),
        None => "`cflint help` lists the commands".to_owned(),
    };
    Problem::new(format!("`{word}` is not a command")).with_help(help)
}

/// The command line with another command, and what stood behind the wrong one if that can be shown as it is.
fn with_rest(word: &str, command: &str, args: &[OsString]) -> String {
    let rest = args.iter().skip(1).skip_while(|arg| *arg != word).skip(1);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,".contains(c);
    let rest: Option<Vec<&str>> =
        rest.map(|arg| arg.to_str().filter(|arg| !arg.is_empty() && arg.chars().all(is_plain))).collect();
    let words: Vec<&str> = ["cflint", command].into_iter().chain(rest.unwrap_or_default()).collect();
    words.join(" ")
}

/// What clap says, in the form of every other problem.
fn described(error: &clap::Error, args: &[OsString]) -> Problem {
    let mut text = error.render().to_string();
    // As in every other message, unless an argument has such a quote itself.
    if !args.iter().any(|arg| arg.to_string_lossy().contains('\'')) {
        text = text.replace('\'', "`");
    }
    let mut paragraphs = text.split("\n\n");
    let first: Vec<&str> = paragraphs.next().unwrap_or_default().lines().map(str::trim).collect();
    let first = first.join(" ");
    let tips = paragraphs.flat_map(str::lines).filter_map(|line| line.trim().strip_prefix("tip: "));
    let is_command = |arg: &&str| Cli::command().find_subcommand(arg).is_some();
    let command = args.iter().skip(1).filter_map(|arg| arg.to_str()).find(is_command);
    let command = command.map_or_else(|| "cflint".to_owned(), |command| format!("cflint {command}"));
    let see = format!("see `{command} --help`");
    let helps: Vec<&str> = tips.chain([see.as_str()]).collect();
    Problem::new(first.strip_prefix("error: ").unwrap_or(&first)).with_help(helps.join("; "))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn said(line: &str) -> String {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = Cli::try_parse_from(&args).unwrap_err();
        problem(&error, &args).map_or_else(|| "none".to_owned(), |problem| problem.plain())
    }

    #[test]
    fn what_other_linters_call_their_commands_is_understood() {
        assert!(said("cflint lint infra --fix").contains("did you mean `cflint check infra --fix`?"));
        assert!(said("cflint --color=never rule x").contains("did you mean `cflint explain x`?"));
        assert!(said("cflint fix a.yaml").contains("did you mean `cflint check --fix a.yaml`?"));
        assert!(said("cflint chekc a;b").ends_with("did you mean `cflint check`?\n"));
        assert!(said("cflint something").ends_with("`cflint help` lists the commands\n"));
    }

    #[test]
    fn every_synonym_leads_to_a_command() {
        for (name, command) in SYNONYMS {
            let word = command.split(' ').next().unwrap_or_default();
            let is_command = Cli::command().find_subcommand(word).is_some() || word == "--version";
            assert!(is_command && Cli::command().find_subcommand(name).is_none(), "{name}");
        }
    }

    #[test]
    fn what_is_wrong_stands_in_one_line_with_what_helps() {
        insta::assert_snapshot!(
            [
                "cflint check --nope",
                "cflint check --format xml",
                "cflint explain",
                "cflint check --fix --diff",
                "cflint --nope",
            ]
            .map(said)
            .join("\n"),
            @r"
        error: unexpected argument `--nope` found
        help: a similar argument exists: `--no-pedantic`; see `cflint check --help`

        error: invalid value `xml` for `--format <FORMAT>` [possible values: full, concise, json, jsonl, sarif, github, gitlab, rdjson, junit, markdown, html]
        help: a similar value exists: `html`; see `cflint check --help`

        error: the following required arguments were not provided: <RULE>
        help: see `cflint explain --help`

        error: the argument `--fix` cannot be used with `--diff`
        help: see `cflint check --help`

        error: unexpected argument `--nope` found
        help: see `cflint --help`
        "
        );
    }

    #[test]
    fn the_color_is_known_before_the_arguments_are() {
        let color = |line: &str| color(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(color("cflint check --color always --nope"), Color::Always);
        assert_eq!(color("cflint --color=always check --color=never"), Color::Never);
        assert_eq!(color("cflint check -- --color always"), Color::Auto);
    }
}

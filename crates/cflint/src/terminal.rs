use std::ffi::OsString;
use std::io::{IsTerminal, stderr, stdout};

use clap::ValueEnum;
use supports_hyperlinks::Stream;

/// Variables of which one is set in a CI run.
const LOGS: [&str; 4] = ["CI", "GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// What the run may do with its standard streams.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Terminal {
    /// Whether standard output shows colors.
    pub(crate) color: bool,
    /// Whether standard output is a terminal.
    pub(crate) is_terminal: bool,
    /// Whether standard output is the log of a CI run, which is searched for commands or shown.
    pub(crate) is_log: bool,
    /// Whether standard error shows colors.
    pub(crate) error_color: bool,
    /// Whether colors were requested, so that a file gets them too.
    pub(crate) forced: bool,
    /// Whether standard output opens links.
    pub(crate) links: bool,
    /// How many columns standard output has.
    pub(crate) width: Width,
}

/// A number of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Width(pub(crate) usize);

impl Default for Width {
    fn default() -> Self {
        Self(WIDTH)
    }
}

/// The width without a terminal, and the least and the most that is used of one: longer lines are hard to read.
const WIDTH: usize = 80;
const LEAST: usize = 40;
const MOST: usize = 120;

/// What `COLUMNS` says, or else what the terminal has.
fn width(is_terminal: bool, columns: Option<OsString>) -> Width {
    let said = columns.and_then(|columns| columns.to_str()?.trim().parse().ok()).filter(|count| *count > 0);
    let has =
        || terminal_size::terminal_size().filter(|_| is_terminal).map(|(width, _)| usize::from(width.0));
    Width(said.or_else(has).unwrap_or(WIDTH).clamp(LEAST, MOST))
}

impl Terminal {
    /// Looks at the environment and the standard streams.
    pub(crate) fn new(color: Color) -> Self {
        let var = |name: &str| std::env::var_os(name);
        let is_terminal = stdout().is_terminal();
        Self {
            color: takes_color(color, is_terminal, var),
            is_terminal,
            is_log: LOGS.iter().any(|name| var(name).is_some_and(|value| !value.is_empty())),
            error_color: takes_color(color, stderr().is_terminal(), var),
            forced: color == Color::Always,
            links: is_terminal && color != Color::Never && supports_hyperlinks::on(Stream::Stdout),
            width: width(is_terminal, var("COLUMNS")),
        }
    }
}

fn takes_color(color: Color, is_terminal: bool, var: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name| var(name).is_some_and(|value| !value.is_empty());
    let on = |name| var(name).is_some_and(|value| !value.is_empty() && value != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if on("FORCE_COLOR") || on("CLICOLOR_FORCE") => true,
        Color::Auto if var("TERM").is_some_and(|term| term == "dumb") => false,
        Color::Auto if var("CLICOLOR").is_some_and(|value| value == "0") => false,
        Color::Auto => is_terminal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(color: Color, is_terminal: bool, env: &[(&str, &str)]) -> bool {
        takes_color(color, is_terminal, |name| {
            env.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn without_a_word_the_terminal_decides() {
        assert!(takes(Color::Auto, true, &[]));
        assert!(!takes(Color::Auto, false, &[]));
        assert!(!takes(Color::Auto, true, &[("TERM", "dumb")]));
        assert!(takes(Color::Auto, true, &[("TERM", "xterm")]));
        assert!(!takes(Color::Auto, true, &[("CLICOLOR", "0")]));
    }

    #[test]
    fn the_environment_is_heard() {
        assert!(!takes(Color::Auto, true, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")]));
        // An empty variable is treated as absent: https://no-color.org.
        assert!(takes(Color::Auto, true, &[("NO_COLOR", "")]));
        assert!(takes(Color::Auto, false, &[("FORCE_COLOR", "1"), ("TERM", "dumb")]));
        assert!(takes(Color::Auto, false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!takes(Color::Auto, false, &[("CLICOLOR_FORCE", "0")]));
    }

    #[test]
    fn the_option_wins() {
        assert!(takes(Color::Always, false, &[("NO_COLOR", "1")]));
        assert!(!takes(Color::Never, true, &[("FORCE_COLOR", "1")]));
    }
}

//! What is wrong with a configuration, at its place.

use std::path::{Path, PathBuf};

use gen_lsp_types::{Diagnostic, DiagnosticSeverity, Message, Position, Range, Uri};

use super::documents::Open;
use super::uri;
use crate::args::ConfigFileArgs;
use crate::config;
use crate::files::document::Document;
use crate::files::paths::{Folder, absolute, from_here, shown};
use crate::files::roots::CONFIGURATIONS;
use crate::problem::Problem;

/// Whether a file has the name of a configuration.
pub(super) fn is_one(name: &str) -> bool {
    CONFIGURATIONS.iter().any(|known| Path::new(name).ends_with(known))
}

/// What is wrong with the configuration that is open.
pub(super) fn check(document: &Open) -> Option<Diagnostic> {
    let path = PathBuf::from(&document.name);
    let text = document.text.as_deref()?;
    let folder = Folder::new(path.parent()?);
    let name = from_here(&path);
    let read = Document::parse(&name, text).and_then(|document| config::read(&document, &folder));
    read.err().map(|problem| diagnostic(&problem, &name, text))
}

/// The file that is at fault if no template of a document can be checked, and what is wrong.
pub(super) fn blame(name: &str, config: &ConfigFileArgs, problem: &Problem) -> Option<(Uri, Diagnostic)> {
    let (path, _) = config::find(config, &[PathBuf::from(name)]).ok()??;
    let name = from_here(&path);
    Some((uri::of(&shown(&absolute(&path))), diagnostic(problem, &name, "")))
}

/// A problem names its place as `NAME:LINE:COLUMN`. In the text, if there is one, it is a whole word.
fn diagnostic(problem: &Problem, name: &str, config: &str) -> Diagnostic {
    let text = problem.text();
    let (at, message) = placed(&text, name).unwrap_or((Position::default(), &text));
    let line = config.lines().nth(at.line as usize).unwrap_or_default().chars().skip(at.character as usize);
    let word = line.take_while(|c| c.is_alphanumeric() || "-_".contains(*c)).count().max(1);
    let end = at.character.saturating_add(u32::try_from(word).unwrap_or(u32::MAX));
    let end = Position { line: at.line, character: end };
    Diagnostic {
        range: Range { start: at, end },
        severity: Some(DiagnosticSeverity::Error),
        source: Some("cflint".to_owned()),
        message: Message::String(message.to_owned()),
        ..Diagnostic::default()
    }
}

fn placed<'t>(text: &'t str, name: &str) -> Option<(Position, &'t str)> {
    let rest = text.strip_prefix(name)?.strip_prefix(':')?;
    let mut parts = rest.splitn(3, ':');
    let mut number = || parts.next()?.parse::<u32>().ok()?.checked_sub(1);
    let at = Position { line: number()?, character: number()? };
    Some((at, parts.next()?.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_shown_at_its_place() {
        let at = |text: &str| {
            placed(text, "a:b/cflint.yaml").map(|(at, text)| (at.line, at.character, text.to_owned()))
        };
        assert_eq!(
            at("a:b/cflint.yaml:3:7: unknown key `x: y`"),
            Some((2, 6, "unknown key `x: y`".to_owned()))
        );
        assert_eq!(at("a:b/cflint.yaml: unknown"), None);
        assert_eq!(at("other.yaml:1:1: unknown"), None);
    }

    #[test]
    fn only_whole_names_are_those_of_a_configuration() {
        assert!(is_one("/a/cflint.yaml") && is_one("/a/.github/cflint.yaml") && is_one("/a/.cflint.yaml"));
        assert!(!is_one("/a/mycflint.yaml") && !is_one("/a/cflint.yml"));
    }
}

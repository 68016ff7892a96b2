//! `# cflint: ignore[rule, other] reason`, after what it is about or alone on the line above.

use std::cell::LazyCell;
use std::ops::Range;

use cflint_diagnostics::{Edit, SourceFile, Span};
use cflint_template::edit::apply;
use cflint_template::syntax;
use cflint_template::syntax::Tree;

use crate::suppression::{Channel, State, Suppression, Target};

const MARK: &str = "cflint:";
const VERB: &str = "ignore";

/// Reads the comments of a file.
pub(super) fn read(tree: &Tree, file: &SourceFile, all: &mut Vec<Suppression>) {
    let source: &str = tree.source();
    let contents = LazyCell::new(|| contents(file, source));
    for comment in tree.comments() {
        let Some(text) = source.get(comment.range()) else { continue };
        let body = text.trim_start_matches('#').trim_start();
        let Some(rest) = body.strip_prefix(MARK) else { continue };
        let at = comment.start as usize + (text.len() - rest.len());
        let line = Line::of(file, source, comment.start);
        let next = || contents.get(line.number).map_or(line, |number| Line::at(file, source, *number));
        let about = if line.is_alone(source, *comment) { next() } else { line };
        read_one(source, (line, about), *comment, rest, at, all);
    }
}

/// For each line the number of the next one that is more than a comment; its own where there is none.
fn contents(file: &SourceFile, source: &str) -> Vec<usize> {
    let count = file.line_starts().len();
    let mut next = None;
    let mut numbers: Vec<usize> = (0..count)
        .rev()
        .map(|number| {
            let found = next.unwrap_or(number);
            let text = Line::at(file, source, number).text(source).trim();
            if !text.is_empty() && !text.starts_with('#') {
                next = Some(number);
            }
            found
        })
        .collect();
    numbers.reverse();
    numbers
}

/// Reads what follows the mark on a line, which is about that or another line; `at` is where it starts.
fn read_one(
    source: &str,
    (line, about): (Line, Line),
    comment: Span,
    rest: &str,
    at: usize,
    all: &mut Vec<Suppression>,
) {
    let target = Target::Line(about.span(comment));
    let span = |start: usize, end: usize| {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(comment.file, offset(start), offset(end))
    };
    let list =
        rest.trim_start().strip_prefix(VERB).map(str::trim_start).and_then(|rest| rest.strip_prefix('['));
    let closed = list.and_then(|list| list.split_once(']'));
    let Some((names, reason)) = closed else {
        let shown = rest.trim_end();
        all.push(Suppression {
            name: String::new(),
            span: span(at + (rest.len() - rest.trim_start().len()), at + shown.len()),
            reason: None,
            channel: Channel::Comment,
            state: State::Unknown,
            removal: None,
            item: None,
            target,
            made: None,
        });
        return;
    };
    let reason = reason.trim_start_matches([' ', '\t', ':', '-', '–', '—']).trim_end();
    let start = at + rest.len() - names.len() - 1 - closed.map_or(0, |(_, reason)| reason.len());
    let parts: Vec<&str> = names.split(',').collect();
    let mut offset = start;
    for (index, part) in parts.iter().enumerate() {
        let own = offset + (part.len() - part.trim_start().len());
        let removal = match parts.len() {
            1 => vec![Edit { span: line.removal(source, comment), text: String::new() }],
            // The comma before the name goes too, or the one after it if the name is the first.
            _ if index == 0 => {
                let blanks = parts.get(1).map_or(0, |next| next.len() - next.trim_start().len());
                vec![Edit { span: span(own, offset + part.len() + 1 + blanks), text: String::new() }]
            }
            _ => vec![Edit { span: span(offset - 1, offset + part.len()), text: String::new() }],
        };
        all.push(Suppression {
            name: part.trim().to_owned(),
            span: span(own, own + part.trim().len()),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            channel: Channel::Comment,
            state: State::Unused,
            removal: Some(removal),
            item: None,
            target,
            made: None,
        });
        offset += part.len() + 1;
    }
}

/// The edit that writes a suppression of these rules for what is at an offset.
pub(super) fn write(
    tree: &Tree,
    file: &SourceFile,
    at: u32,
    rules: &[&str],
    reason: Option<&str>,
) -> Option<Written> {
    let source: &str = tree.source();
    let line = Line::of(file, source, at);
    let reason = reason.map_or(String::new(), |reason| format!(" {reason}"));
    let text = format!("# {MARK} {VERB}[{}]{reason}", rules.join(", "));
    let insert = |at: usize, text: String| {
        let at = u32::try_from(at).ok()?;
        Some(Edit { span: Span::new(tree.file(), at, at), text })
    };
    let first = tree.comments().partition_point(|comment| (comment.start as usize) < line.start);
    let here = tree.comments().get(first).filter(|comment| (comment.start as usize) < line.end);
    let (edit, comments) = match here {
        None => (insert(line.end, format!(" {text}"))?, 1),
        Some(comment) => {
            let old = source.get(comment.range())?;
            let is_ours = |old: &str| {
                old.trim_start_matches('#')
                    .trim_start()
                    .strip_prefix(MARK)?
                    .trim_start()
                    .strip_prefix(VERB)
                    .filter(|rest| rest.trim_start().starts_with('['))
                    .and(old.find(']'))
            };
            match is_ours(old) {
                Some(end) => (insert(comment.start as usize + end, format!(", {}", rules.join(", ")))?, 0),
                None => {
                    let content = line.text(source);
                    let margin = content.get(..content.len() - content.trim_start().len())?;
                    let end = source.get(line.end..)?;
                    let end = if end.starts_with("\r\n") { "\r\n" } else { "\n" };
                    (insert(line.start, format!("{margin}{text}{end}"))?, 1)
                }
            }
        }
    };
    Some(Written { edit, comments })
}

/// A comment that is to be written.
pub(super) struct Written {
    pub(super) edit: Edit,
    /// How many additional comments there are with it.
    comments: usize,
}

/// Which of the comments are comments where they are written, and not part of a text. All are tried at once, and halved
/// where one is not.
pub(super) fn real(tree: &Tree, written: &[Written]) -> Vec<bool> {
    let mut real = vec![false; written.len()];
    let mut open: Vec<Range<usize>> = std::iter::once(0..written.len()).collect();
    while let Some(range) = open.pop() {
        let part = written.get(range.clone()).unwrap_or_default();
        if part.is_empty() {
            continue;
        }
        if are_comments(tree, part) == Some(true) {
            real.get_mut(range).into_iter().flatten().for_each(|real| *real = true);
        } else if part.len() > 1 {
            let middle = range.start + part.len() / 2;
            open.extend([range.start..middle, middle..range.end]);
        }
    }
    real
}

fn are_comments(tree: &Tree, written: &[Written]) -> Option<bool> {
    let edits: Vec<Edit> = written.iter().map(|one| one.edit.clone()).collect();
    let after = syntax::parse(tree.file(), apply(tree.source(), &edits)?.into()).ok()?;
    let comments: usize = written.iter().map(|one| one.comments).sum();
    let is_so = after.tree.comments().len() == tree.comments().len() + comments;
    Some(is_so && after.tree.len() == tree.len())
}

/// A line of a file, without its line break.
#[derive(Clone, Copy)]
struct Line {
    number: usize,
    start: usize,
    end: usize,
}

impl Line {
    fn of(file: &SourceFile, source: &str, offset: u32) -> Self {
        let number = file.line_starts().partition_point(|start| *start <= offset).max(1) - 1;
        Self::at(file, source, number)
    }

    fn at(file: &SourceFile, source: &str, number: usize) -> Self {
        let starts = file.line_starts();
        let start = starts.get(number).map_or(source.len(), |start| *start as usize);
        let next = starts.get(number + 1).map_or(source.len(), |start| *start as usize);
        let text = source.get(start..next).unwrap_or_default();
        Self { number, start, end: start + text.trim_end_matches(['\n', '\r']).len() }
    }

    fn text(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }

    fn is_alone(self, source: &str, comment: Span) -> bool {
        source.get(self.start..comment.start as usize).is_some_and(|before| before.trim().is_empty())
    }

    fn span(self, of: Span) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(of.file, offset(self.start), offset(self.end))
    }

    /// What is removed with a comment: the line if there is nothing else on it, or the spaces before it.
    fn removal(self, source: &str, comment: Span) -> Span {
        if self.is_alone(source, comment) {
            let rest = source.get(self.end..).unwrap_or_default();
            let line_end = if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
            return Self { end: self.end + line_end, ..self }.span(comment);
        }
        let before = source.get(self.start..comment.start as usize).unwrap_or_default();
        Self { start: self.start + before.trim_end().len(), ..self }.span(comment)
    }
}

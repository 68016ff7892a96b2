use std::fmt::Write as _;
use std::io::{self, Write};

use cflint_diagnostics::{Encoding, Sources, Span};
use cflint_edge::trace::{Lost, Request, Trace, Verdict};

use super::Traced;
use super::steps::{Row, Shown, certainty, rows};
use crate::text::visible;
use crate::wrap::{clipped, wrapped};

/// How a trace is shown.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub color: bool,
    /// How many columns there are.
    pub width: usize,
    /// Whether steps that the request passes are shown in full.
    pub verbose: bool,
}

/// Text is not made narrower than this, whatever comes before it.
const NARROWEST: usize = 20;

/// Writes the verdicts, the request, and every way with its steps and what to do about its end, for people.
///
/// # Errors
/// Those of the writer.
pub fn write_full(
    request: &Request,
    traced: &[Traced],
    sources: &Sources,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page { out, look, paint: Paint::new(look.color) };
    for way in traced {
        page.label(way, traced)?;
        page.verdict(&way.trace)?;
        writeln!(page.out)?;
    }
    page.request(request)?;
    for way in traced {
        writeln!(page.out)?;
        page.label(way, traced)?;
        page.steps(&way.trace, sources)?;
        page.remedy(way)?;
    }
    Ok(())
}

/// Which distribution it is and under which conditions, where that is not plain.
pub(crate) fn label(way: &Traced, all: &[Traced]) -> Option<String> {
    let others =
        all.iter().any(|other| (&other.stack, &other.distribution) != (&way.stack, &way.distribution));
    let name = match &way.stack {
        Some(stack) => format!("`{}` of stack `{stack}`", way.distribution),
        None => format!("`{}`", way.distribution),
    };
    let conditions: Vec<String> =
        way.conditions.iter().map(|(name, value)| format!("`{name}` is {value}")).collect();
    let when = match (conditions.is_empty(), way.is_exact) {
        (true, true) => None,
        (true, false) => Some("for some combinations of conditions".to_owned()),
        (false, true) => Some(format!("when {}", conditions.join(" and "))),
        (false, false) => Some(format!("when {}, and for some combinations only", conditions.join(" and "))),
    };
    match (others, when) {
        (true, Some(when)) => Some(format!("{name}, {when}")),
        (true, None) => Some(name),
        (false, when) => when,
    }
}

/// The verdict in a word, or who refuses the request and how.
pub(crate) fn in_short(trace: &Trace) -> String {
    match (trace.verdict, trace.refused_with, trace.answered_by) {
        (Verdict::Rejected, Some(status), Some(party)) => format!("{status} from {}", party.name()),
        (verdict, ..) => verdict.as_str().to_owned(),
    }
}

struct Page<'o> {
    out: &'o mut dyn Write,
    look: Look,
    paint: Paint,
}

impl Page<'_> {
    /// Writes a text behind a head, below which its other lines are indented.
    fn block(&mut self, tone: &str, head: &str, text: &str) -> io::Result<()> {
        let indent = head.len();
        let width = self.look.width.saturating_sub(indent).max(NARROWEST);
        for (index, line) in wrapped(&visible(text), width, 0).iter().enumerate() {
            match index {
                0 => write!(self.out, "{tone}{head}{}", self.paint.end(tone))?,
                _ => write!(self.out, "{:indent$}", "")?,
            }
            writeln!(self.out, "{}", visible(line))?;
        }
        Ok(())
    }

    fn label(&mut self, way: &Traced, all: &[Traced]) -> io::Result<()> {
        let (bold, reset) = (self.paint.bold, self.paint.reset);
        for line in label(way, all).iter().flat_map(|label| wrapped(&visible(label), self.look.width, 0)) {
            writeln!(self.out, "{bold}{}{reset}", visible(&line))?;
        }
        Ok(())
    }

    fn verdict(&mut self, trace: &Trace) -> io::Result<()> {
        let tone = match trace.verdict {
            Verdict::Ok => self.paint.green,
            Verdict::Redirected | Verdict::Undetermined => self.paint.yellow,
            Verdict::Rejected => self.paint.red,
        };
        let head = format!("{}:", in_short(trace));
        let conclusion = trace.conclusion();
        match trace.reason.as_ref().filter(|_| trace.verdict == Verdict::Rejected) {
            Some(reason) => {
                self.sentence((tone, &head), reason)?;
                self.line(&conclusion)?;
            }
            None => {
                self.sentence((tone, &head), &conclusion)?;
                if let Some(reason) = &trace.reason {
                    self.line(&format!("because {reason}"))?;
                }
            }
        }
        for line in lost(trace) {
            self.line(&line)?;
        }
        for doubt in &trace.doubts {
            self.line(&format!("a live request would show {doubt}"))?;
        }
        Ok(())
    }

    /// Writes a head and what follows it as one sentence.
    fn sentence(&mut self, (tone, head): (&str, &str), text: &str) -> io::Result<()> {
        let reset = self.paint.end(tone);
        let width = self.look.width.saturating_sub(2).max(NARROWEST);
        for (index, line) in wrapped(&visible(&format!("{head} {text}")), width, 0).iter().enumerate() {
            match (index, line.strip_prefix(head)) {
                (0, Some(rest)) => writeln!(self.out, "{tone}{head}{reset}{}", visible(rest))?,
                (0, None) => writeln!(self.out, "{}", visible(line))?,
                _ => writeln!(self.out, "  {}", visible(line))?,
            }
        }
        Ok(())
    }

    /// Writes a further line of a verdict.
    fn line(&mut self, text: &str) -> io::Result<()> {
        self.block("", "  ", text)
    }

    fn request(&mut self, request: &Request) -> io::Result<()> {
        const LONGEST: usize = 1_000;
        self.block(self.paint.bold, "request: ", &clipped(&request.to_string(), LONGEST))?;
        // As wide as "request: ".
        let head = " ".repeat(9);
        let width = self.look.width.saturating_sub(head.len());
        for (name, value) in &request.headers {
            let header = clipped(&visible(&format!("{name}: {value}")), width);
            writeln!(self.out, "{head}{}", visible(&header))?;
        }
        if request.has_body {
            writeln!(self.out, "{head}with a body")?;
        }
        Ok(())
    }

    fn steps(&mut self, trace: &Trace, sources: &Sources) -> io::Result<()> {
        let rows = rows(trace, self.look.verbose);
        let column = rows.iter().map(Row::title).map(str::len).max().unwrap_or(0);
        for row in rows {
            match row {
                Row::Step(shown) => self.step(&shown, column, sources)?,
                Row::More(count) => {
                    let (dim, reset) = (self.paint.dim, self.paint.reset);
                    writeln!(self.out, "    {:column$}  {dim}and {count} more; -v shows them{reset}", "")?;
                }
                Row::Printed(count) => {
                    let (dim, reset) = (self.paint.dim, self.paint.reset);
                    let (lines, them) = if count == 1 { ("line", "it") } else { ("lines", "them") };
                    writeln!(
                        self.out,
                        "    {:column$}  {dim}the function prints {count} {lines}; -v shows {them}{reset}",
                        ""
                    )?;
                }
            }
        }
        Ok(())
    }

    fn step(&mut self, shown: &Shown<'_>, column: usize, sources: &Sources) -> io::Result<()> {
        let Shown { step, title, is_after_failure, .. } = *shown;
        let certainty = certainty(step);
        let passed = step.has_passed();
        let (mark, tone) = if step.has_failed {
            ('✗', self.paint.red)
        } else if step.is_open() {
            ('?', self.paint.yellow)
        } else if is_after_failure {
            ('→', self.paint.dim)
        } else {
            ('✓', self.paint.green)
        };
        let indent = column + 6;
        let text = format!("{}{certainty}", step.detail);
        let width = self.look.width.saturating_sub(indent).max(20);
        // People look for what the origin gets.
        let is_whole = self.look.verbose || !passed || is_after_failure || step.title == "origin request";
        let text = if is_whole {
            text
        } else {
            format!("{}{certainty}", clipped(&visible(&step.detail), width.saturating_sub(certainty.len())))
        };
        let end = self.paint.end(tone);
        let head = format!("{title:column$}");
        write!(self.out, "  {tone}{mark}{end} ")?;
        let quiet = if passed { self.paint.dim } else { "" };
        let lines = wrapped(&visible(&text), width, 0);
        for (index, line) in lines.iter().enumerate() {
            let before = if index == 0 { format!("{head}  ") } else { " ".repeat(indent) };
            writeln!(self.out, "{before}{quiet}{}{}", visible(line), self.paint.end(quiet))?;
        }
        let span = shown.span.filter(|_| self.look.verbose || !passed);
        let Some((place, line)) = span.and_then(|span| excerpt(sources, span)) else {
            return Ok(());
        };
        let mut shown = visible(&place).into_owned();
        let left = width.saturating_sub(shown.chars().count() + 3);
        if left > 10 {
            let _ = write!(shown, " │ {}", clipped(&visible(&line), left));
        }
        writeln!(self.out, "{:indent$}{}{}{}", "", self.paint.dim, visible(&shown), self.paint.reset)
    }

    fn remedy(&mut self, way: &Traced) -> io::Result<()> {
        if way.help.is_some() || way.rule.is_some() {
            writeln!(self.out)?;
        }
        if let Some(help) = &way.help {
            self.block(self.paint.bold, "help: ", help)?;
        }
        if let Some(rule) = way.rule {
            let (bold, reset) = (self.paint.bold, self.paint.reset);
            writeln!(self.out, "{bold}see:{reset}  cflint explain {rule}")?;
        }
        Ok(())
    }
}

/// What does not reach the origin as it was sent. What the reason names comes first, and what browsers send by themselves last.
pub(crate) fn lost(trace: &Trace) -> Vec<String> {
    const MOST: usize = 3;
    let reason = trace.reason.as_deref().unwrap_or_default().to_ascii_lowercase();
    let of = |is_replaced: bool| {
        let mut lost: Vec<&Lost> = trace.lost.iter().filter(|lost| lost.is_replaced == is_replaced).collect();
        let is_named = |lost: &Lost| reason.contains(&format!("`{}`", lost.name.to_ascii_lowercase()));
        lost.sort_by_key(|lost| (!is_named(lost), is_of_browsers(&lost.name)));
        let count = lost.len();
        let mut names: Vec<String> =
            lost.iter()
                .take(MOST)
                .map(|lost| {
                    if lost.is_cookie {
                        format!("cookie `{}`", lost.name)
                    } else {
                        format!("`{}`", lost.name)
                    }
                })
                .collect();
        if count > MOST {
            names.push(format!("{} more", count - MOST));
        }
        let names = cflint_edge::words::all_of(&names);
        match (count, is_replaced) {
            (0, _) => None,
            (1, false) => Some(format!("{names} does not reach the origin")),
            (_, false) => Some(format!("{names} do not reach the origin")),
            (1, true) => Some(format!("{names} reaches the origin with another value")),
            (_, true) => Some(format!("{names} reach the origin with other values")),
        }
    };
    [of(false), of(true)].into_iter().flatten().collect()
}

/// Headers that browsers send with every request.
fn is_of_browsers(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "cache-control",
        "connection",
        "dnt",
        "pragma",
        "priority",
        "referer",
        "te",
        "upgrade-insecure-requests",
        "user-agent",
    ];
    let name = name.to_ascii_lowercase();
    name.starts_with("sec-") || name.starts_with("accept") || NAMES.contains(&name.as_str())
}

/// Where a span starts, and its line.
fn excerpt(sources: &Sources, span: Span) -> Option<(String, String)> {
    const LONGEST: usize = 100;
    let file = sources.get(span.file)?;
    let position = file.position(span.start, Encoding::CodePoints);
    let index = usize::try_from(position.line).ok()?.checked_sub(1)?;
    let start = *file.line_starts().get(index)? as usize;
    let line = file.text().get(start..)?.lines().next().unwrap_or_default().trim();
    let place = format!("{}:{}:{}", file.name(), position.line, position.column);
    Some((place, clipped(line, LONGEST)))
}

struct Paint {
    bold: &'static str,
    dim: &'static str,
    green: &'static str,
    yellow: &'static str,
    red: &'static str,
    reset: &'static str,
}

impl Paint {
    const fn new(color: bool) -> Self {
        if color {
            Self {
                bold: "\u{1b}[1m",
                dim: "\u{1b}[2m",
                green: "\u{1b}[1;32m",
                yellow: "\u{1b}[1;33m",
                red: "\u{1b}[1;31m",
                reset: "\u{1b}[0m",
            }
        } else {
            Self { bold: "", dim: "", green: "", yellow: "", red: "", reset: "" }
        }
    }

    /// What ends a tone; nothing where there is none.
    const fn end(&self, tone: &str) -> &'static str {
        if tone.is_empty() { "" } else { self.reset }
    }
}

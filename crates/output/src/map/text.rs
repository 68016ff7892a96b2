use std::collections::BTreeSet;
use std::io::{self, Write};

use cflint_diagnostics::{Encoding, Severity, Sources};
use cflint_edge::map::{Kind, Node};

use super::mapped::{Mapped, Mark};
use crate::text::visible;

/// Writes each distribution as a tree. What several behaviors share is shown once.
///
/// # Errors
/// Those of the writer.
pub fn write(maps: &[Mapped], sources: &Sources, color: bool, out: &mut dyn Write) -> io::Result<()> {
    for (index, mapped) in maps.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let mut tree = Tree { mapped, color, seen: BTreeSet::new(), out };
        tree.root(sources)?;
    }
    Ok(())
}

struct Tree<'m, 'o> {
    mapped: &'m Mapped,
    color: bool,
    seen: BTreeSet<usize>,
    out: &'o mut dyn Write,
}

impl Tree<'_, '_> {
    fn style(&self, code: &'static str) -> &'static str {
        if self.color { code } else { "" }
    }

    fn root(&mut self, sources: &Sources) -> io::Result<()> {
        let Some(node) = self.mapped.map.nodes.first() else { return Ok(()) };
        let (bold, dim, reset) = (self.style("\u{1b}[1m"), self.style("\u{1b}[2m"), self.style("\u{1b}[0m"));
        let place = sources.get(node.span.file).map_or_else(String::new, |file| {
            let position = file.position(node.span.start, Encoding::CodePoints);
            format!("{}:{}:{}", file.name(), position.line, position.column)
        });
        let title = self.mapped.title().map_or_else(String::new, |title| format!(", {title}"));
        writeln!(
            self.out,
            "{bold}{}{reset}{}  {dim}{}{reset}",
            visible(&node.label),
            visible(&title),
            visible(&place)
        )?;
        let children: Vec<usize> = self.mapped.children(0).collect();
        self.lines(0, node, "", !children.is_empty())?;
        self.children(&children, "")
    }

    fn children(&mut self, children: &[usize], indent: &str) -> io::Result<()> {
        for (position, child) in children.iter().enumerate() {
            let is_last = position + 1 == children.len();
            self.node(*child, indent, is_last)?;
        }
        Ok(())
    }

    fn node(&mut self, index: usize, indent: &str, is_last: bool) -> io::Result<()> {
        let Some(node) = self.mapped.map.nodes.get(index) else { return Ok(()) };
        let (bold, dim, reset) = (self.style("\u{1b}[1m"), self.style("\u{1b}[2m"), self.style("\u{1b}[0m"));
        let branch = if is_last { "└─" } else { "├─" };
        let dead = if self.mapped.is_dead(index) { " (receives no request)" } else { "" };
        let is_known = !self.seen.insert(index);
        let label = visible(&node.label).into_owned();
        let label = match node.kind {
            Kind::Behavior | Kind::Distribution => format!("{bold}{label}{reset}"),
            Kind::Origin | Kind::Stage | Kind::Route => label,
        };
        let detail = match node.kind {
            Kind::Route if !is_known => {
                node.details.first().map(|detail| format!("  {dim}{}{reset}", visible(detail)))
            }
            _ => None,
        };
        let children: Vec<usize> = self.mapped.children(index).collect();
        let above = if is_known && !children.is_empty() { " (see above)" } else { "" };
        writeln!(
            self.out,
            "{dim}{indent}{branch}{reset} {label}{}{dim}{dead}{above}{reset}",
            detail.unwrap_or_default()
        )?;
        if is_known {
            return Ok(());
        }
        let below = format!("{indent}{}", if is_last { "   " } else { "│  " });
        self.lines(index, node, &below, !children.is_empty())?;
        self.children(&children, &below)
    }

    /// The details and findings of a node, below its name.
    fn lines(&mut self, index: usize, node: &Node, indent: &str, has_children: bool) -> io::Result<()> {
        let (dim, reset) = (self.style("\u{1b}[2m"), self.style("\u{1b}[0m"));
        let rail = if has_children { "│ " } else { "  " };
        if node.kind != Kind::Route {
            for detail in &node.details {
                writeln!(self.out, "{dim}{indent}{rail}{}{reset}", visible(detail))?;
            }
        }
        for Mark { severity, rule, .. } in self.mapped.marks(index) {
            let tone = match severity {
                Severity::Error => self.style("\u{1b}[31m"),
                Severity::Warning => self.style("\u{1b}[33m"),
                Severity::Info => self.style("\u{1b}[34m"),
            };
            writeln!(self.out, "{dim}{indent}{rail}{reset}{tone}{severity}[{rule}]{reset}")?;
        }
        Ok(())
    }
}

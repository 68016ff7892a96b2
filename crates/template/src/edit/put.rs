//! Replaces a value with another one.

use cflint_diagnostics::Edit;

use crate::syntax::{Format, Kind, NodeRef, Style};

use super::apply::edit;
use super::lead::{Indicator, Lead, end_of, header, is_block_scalar, lead};
use super::lines;
use super::look::look;
use super::new_value::NewValue;
use super::render::{Rendered, Site};
use super::shared::{Role, role};

/// Replaces a value as a whole.
pub(super) fn put(node: NodeRef<'_>, value: &NewValue<'_>) -> Option<Vec<Edit>> {
    let role = role(node)?;
    let lead = lead(node)?;
    // A value has one tag only, and what has a tag is read as a text.
    let tagged = lead.indicator == Indicator::Tag && node.tree().format() == Format::Yaml;
    let fits = matches!(value, NewValue::Text(_) | NewValue::Texts(_));
    (fits || !tagged).then_some(())?;
    let place = Place { node, role, lead, end: end_of(node)? };
    match place.site().value(value) {
        Rendered::Lines(block) if matches!(lead.indicator, Indicator::Colon | Indicator::Dash) => {
            place.put_lines(&block, value)
        }
        _ => place.put_inline(&place.site().inline(value)),
    }
}

struct Place<'t> {
    node: NodeRef<'t>,
    role: Role<'t>,
    lead: Lead,
    end: usize,
}

impl<'t> Place<'t> {
    fn site(&self) -> Site<'t> {
        let own = self.role.key.map_or(self.lead.start, |key| key.span().start as usize);
        let margin = lines::is_first(self.node.tree(), own).then(|| lines::margin(self.node.tree(), own));
        let quoted = |style| matches!(style, Style::SingleQuoted | Style::DoubleQuoted);
        let key_style = self.role.key.map(NodeRef::style).filter(|_| self.role.in_flow);
        let style = match (self.node.kind(), self.node.style()) {
            (Kind::Scalar, style) if quoted(style) => style,
            // Where keys are in double quotes, as in JSON, so are the texts.
            _ if key_style == Some(Style::DoubleQuoted) => Style::DoubleQuoted,
            _ => Style::Plain,
        };
        Site { tree: self.node.tree(), in_flow: self.role.in_flow, style, margin }
    }

    /// Whether the value starts on a line after its indicator.
    fn is_below(&self) -> bool {
        lines::line_end(self.node.tree(), self.lead.head) < self.lead.start
    }

    fn put_inline(&self, text: &str) -> Option<Vec<Edit>> {
        let (tree, Lead { head, start, .. }) = (self.node.tree(), self.lead);
        let is_block = self.node.style() == Style::Block;
        if is_block && self.is_below() {
            return self.put_on_line(head, head..self.end, &format!(" {text}"));
        }
        let glued = start == head && tree.format() == Format::Yaml && self.lead.indicator != Indicator::Flow;
        let text = if glued { format!(" {text}") } else { text.to_owned() };
        let first_end = if is_block_scalar(self.node) { header(self.node)?.end } else { start };
        self.put_on_line(first_end, start..self.end, &text)
    }

    /// Replaces the range with the text. A comment on the first line, after `first_end`, stays; any other
    /// comment in the range would be lost.
    fn put_on_line(&self, first_end: usize, range: std::ops::Range<usize>, text: &str) -> Option<Vec<Edit>> {
        let tree = self.node.tree();
        if !lines::has_comment(tree, range.clone()) {
            return Some(vec![edit(tree, range, text)?]);
        }
        let line = lines::rest(tree, first_end)?;
        (!lines::has_comment(tree, line.end..range.end)).then_some(())?;
        Some(vec![edit(tree, range.start..first_end, text)?, edit(tree, line.end..range.end, "")?])
    }

    fn put_lines(&self, block: &[String], value: &NewValue<'_>) -> Option<Vec<Edit>> {
        let (tree, Lead { head, start, .. }) = (self.node.tree(), self.lead);
        (!lines::has_comment(tree, head..self.end)).then_some(())?;
        let line_break = lines::line_break(tree, start);
        let join = |column: usize| block.join(&format!("{line_break}{:column$}", ""));
        if self.lead.indicator == Indicator::Dash {
            let gap = usize::from(start == head);
            let column = if self.is_below() {
                lines::column(tree, start)?
            } else {
                lines::column(tree, head - 1)? + 1 + gap + start - head
            };
            return Some(vec![edit(tree, start..self.end, format!("{:gap$}{}", "", join(column)))?]);
        }
        let look = look(tree);
        let offset = if matches!(value, NewValue::Texts(_)) { look.dash_offset } else { look.step };
        let column = lines::column(tree, self.role.key?.span().start as usize)? + offset;
        let text = format!("{line_break}{:column$}{}", "", join(column));
        match lines::rest(tree, self.end).and_then(|rest| rest.comment) {
            // The comment stays with the key.
            Some(comment) if !self.is_below() => {
                Some(vec![edit(tree, head..self.end, "")?, edit(tree, comment.end..comment.end, text)?])
            }
            _ => Some(vec![edit(tree, head..self.end, text)?]),
        }
    }
}

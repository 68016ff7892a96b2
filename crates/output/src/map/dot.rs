use std::io::{self, Write};

use cflint_diagnostics::Severity;
use cflint_edge::map::Kind;

use super::mapped::Mapped;
use crate::text::visible;

/// Writes one graph with a part for each distribution.
/// <https://graphviz.org/doc/info/lang.html>
///
/// # Errors
/// Those of the writer.
pub fn write(maps: &[Mapped], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph cflint {{")?;
    writeln!(out, "  rankdir=LR;")?;
    // The order of behaviors decides. Graphviz keeps it only outside of clusters, so there are none.
    writeln!(out, "  ordering=out;")?;
    writeln!(out, "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];")?;
    for (number, mapped) in maps.iter().enumerate() {
        for (index, node) in mapped.map.nodes.iter().enumerate() {
            let mut lines = vec![node.label.clone()];
            lines.extend(mapped.title().filter(|_| index == 0));
            lines.extend(node.details.iter().cloned());
            lines.extend(mapped.marks(index).iter().map(|mark| format!("{}: {}", mark.severity, mark.rule)));
            let label = quoted(&lines.join("\n"));
            writeln!(out, "  n{number}_{index} [label={label}{}];", look(mapped, index, node.kind))?;
        }
        for (from, to) in &mapped.map.edges {
            let style = if mapped.is_dead(*to) || mapped.is_dead(*from) { " [style=dashed]" } else { "" };
            writeln!(out, "  n{number}_{from} -> n{number}_{to}{style};")?;
        }
    }
    writeln!(out, "}}")
}

fn look(mapped: &Mapped, node: usize, kind: Kind) -> String {
    let color = match mapped.severity(node) {
        Some(Severity::Error) => ", color=\"#cf222e\", penwidth=2",
        Some(Severity::Warning) => ", color=\"#bf8700\", penwidth=2",
        Some(Severity::Info) => ", color=\"#0969da\", penwidth=2",
        None => "",
    };
    let style = match (mapped.is_dead(node), kind) {
        (true, _) => ", style=\"rounded,dashed\", fontcolor=gray",
        (false, Kind::Distribution) => ", style=\"rounded,bold\"",
        (false, _) => "",
    };
    format!("{color}{style}")
}

/// A string in double quotes. Line ends become left-aligned ones of Graphviz.
fn quoted(text: &str) -> String {
    let mut lines = String::from("\"");
    for line in text.lines() {
        lines.push_str(&visible(line).replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\""));
        lines.push_str("\\l");
    }
    lines.push('"');
    lines
}

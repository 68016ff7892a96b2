use std::io::{self, Write};

use cflint_diagnostics::Severity;
use cflint_edge::map::Kind;

use super::mapped::Mapped;
use crate::text::visible;

/// Writes one flowchart with a part for each distribution.
/// <https://mermaid.js.org/syntax/flowchart.html>
///
/// # Errors
/// Those of the writer.
pub fn write(maps: &[Mapped], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (number, mapped) in maps.iter().enumerate() {
        let title = mapped.title();
        if let Some(title) = &title {
            writeln!(out, "  subgraph m{number}[\"{}\"]", escaped(title))?;
        }
        for (index, node) in mapped.map.nodes.iter().enumerate() {
            let mut lines = vec![format!("<b>{}</b>", escaped(&node.label))];
            lines.extend(node.details.iter().map(|detail| escaped(detail)));
            lines.extend(mapped.marks(index).iter().map(|mark| format!("{}: {}", mark.severity, mark.rule)));
            let (open, close) = match node.kind {
                Kind::Distribution => ("([", "])"),
                Kind::Stage => ("[[", "]]"),
                Kind::Behavior | Kind::Origin | Kind::Route => ("[", "]"),
            };
            writeln!(
                out,
                "  n{number}_{index}{open}\"{}\"{close}{}",
                lines.join("<br>"),
                class(mapped, index)
            )?;
        }
        for (from, to) in &mapped.map.edges {
            let arrow = if mapped.is_dead(*to) || mapped.is_dead(*from) { "-.->" } else { "-->" };
            writeln!(out, "  n{number}_{from} {arrow} n{number}_{to}")?;
        }
        if title.is_some() {
            writeln!(out, "  end")?;
        }
    }
    writeln!(out, "  classDef error stroke:#cf222e,stroke-width:2px")?;
    writeln!(out, "  classDef warning stroke:#bf8700,stroke-width:2px")?;
    writeln!(out, "  classDef info stroke:#0969da,stroke-width:2px")?;
    writeln!(out, "  classDef dead stroke-dasharray:4,opacity:0.6")
}

fn class(mapped: &Mapped, node: usize) -> &'static str {
    match (mapped.is_dead(node), mapped.severity(node)) {
        (true, _) => ":::dead",
        (false, Some(Severity::Error)) => ":::error",
        (false, Some(Severity::Warning)) => ":::warning",
        (false, Some(Severity::Info)) => ":::info",
        (false, None) => "",
    }
}

/// A text between double quotes. Everything that Mermaid or HTML could read is written by its number.
fn escaped(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || " -_.,:/→".contains(c);
    visible(text)
        .chars()
        .map(|c| if plain(c) { c.to_string() } else { format!("#{};", u32::from(c)) })
        .collect()
}

use std::collections::BTreeMap;
use std::io::{self, Write};

use cflint_diagnostics::Severity;
use cflint_edge::map::{Kind, Node};

use super::mapped::{Mapped, Mark};
use crate::text::visible;

/// What a character of the font takes, in pixels. The font is one in which all take the same.
const CHARACTER: f64 = 7.4;
const LINE: f64 = 16.0;
const PADDING: f64 = 10.0;
/// Between two nodes of a column, and between two columns.
const GAP: f64 = 14.0;
const COLUMN_GAP: f64 = 60.0;
const MARGIN: f64 = 20.0;
const LONGEST: usize = 60;
/// The lines of one text.
const MOST_LINES: usize = 6;

const KINDS: [Kind; 5] = [Kind::Distribution, Kind::Behavior, Kind::Origin, Kind::Stage, Kind::Route];

const STYLE: &str = "\
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#1f2328}\
.t{font-weight:bold}.d{fill:#59636e}.h{font-weight:bold;font-size:14px}\
rect{fill:#ffffff;stroke:#afb8c1;stroke-width:1}.bg{fill:#f6f8fa;stroke:none}\
path{fill:none;stroke:#8c959f;stroke-width:1.2}\
.error rect{stroke:#cf222e;stroke-width:2}.warning rect{stroke:#bf8700;stroke-width:2}\
.info rect{stroke:#0969da;stroke-width:2}\
.dead{opacity:.55}.dead rect,path.dead{stroke-dasharray:5 4}\
.me{fill:#cf222e}.mw{fill:#9a6700}.mi{fill:#0969da}";

/// Writes one picture that needs nothing else: columns from the distribution to the routes, the distributions below
/// each other.
///
/// # Errors
/// Those of the writer.
pub fn write(maps: &[Mapped], out: &mut dyn Write) -> io::Result<()> {
    let mut top = MARGIN;
    let mut width: f64 = 0.0;
    let mut placed = Vec::new();
    for mapped in maps {
        let heading = mapped.title();
        if heading.is_some() {
            top += LINE * 1.5;
        }
        let layout = Layout::new(mapped, top);
        width = width.max(layout.width);
        let above = top;
        top = layout.bottom + MARGIN * 2.0;
        placed.push((mapped, heading, above, layout));
    }
    let (width, height) = (width + MARGIN, top.max(MARGIN * 2.0));
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">"
    )?;
    writeln!(out, "<title>Requests through CloudFront</title>")?;
    writeln!(out, "<style>{STYLE}</style>")?;
    writeln!(out, "<rect class=\"bg\" width=\"100%\" height=\"100%\"/>")?;
    for (mapped, heading, above, layout) in &placed {
        if let Some(heading) = heading {
            writeln!(
                out,
                "<text class=\"h\" x=\"{MARGIN}\" y=\"{:.1}\">{}</text>",
                above - LINE * 0.5,
                escaped(&visible(heading))
            )?;
        }
        layout.write(mapped, &|_| None, out)?;
    }
    writeln!(out, "</svg>")
}

/// Writes the picture of one distribution as a part of a page, whose style decides about colors and
/// how small it gets. `link` has the address of
/// what is said about a finding: the one at this position.
pub(crate) fn write_figure(
    mapped: &Mapped,
    label: &str,
    link: &dyn Fn(usize) -> Option<String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let layout = Layout::new(mapped, MARGIN);
    let (width, height) = (layout.width + MARGIN, layout.bottom + MARGIN);
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" style=\"--natural:{width:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"group\" aria-label=\"{}\">",
        escaped(&visible(label))
    )?;
    layout.write(mapped, link, out)?;
    writeln!(out, "</svg>")
}

/// A line of a node: its class, its text, and the finding that it names.
type Row = (&'static str, String, Option<usize>);

struct Placed {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    rows: Vec<Row>,
}

struct Layout {
    nodes: Vec<Placed>,
    width: f64,
    bottom: f64,
}

impl Layout {
    fn new(mapped: &Mapped, top: f64) -> Self {
        let rows: Vec<Vec<Row>> =
            mapped.map.nodes.iter().enumerate().map(|(index, node)| rows(mapped, index, node)).collect();
        let mut columns: BTreeMap<Kind, f64> = BTreeMap::new();
        for (node, rows) in mapped.map.nodes.iter().zip(&rows) {
            let width = columns.entry(node.kind).or_insert(0.0);
            *width = width.max(width_of(rows));
        }
        let mut x = MARGIN;
        let mut starts: BTreeMap<Kind, (f64, f64)> = BTreeMap::new();
        for kind in KINDS {
            if let Some(width) = columns.get(&kind) {
                starts.insert(kind, (x, *width));
                x += width + COLUMN_GAP;
            }
        }
        let mut next: BTreeMap<Kind, f64> = BTreeMap::new();
        let mut bottom = top;
        let mut nodes = Vec::new();
        for (node, rows) in mapped.map.nodes.iter().zip(rows) {
            let (x, width) = starts.get(&node.kind).copied().unwrap_or((MARGIN, 0.0));
            let y = next.entry(node.kind).or_insert(top);
            let height = LINE * as_f64(rows.len()) + PADDING;
            nodes.push(Placed { x, y: *y, width, height, rows });
            *y += height + if node.kind == Kind::Route { GAP / 2.0 } else { GAP };
            bottom = bottom.max(*y - GAP / 2.0);
        }
        Self { nodes, width: x - COLUMN_GAP, bottom }
    }

    fn write(
        &self,
        mapped: &Mapped,
        link: &dyn Fn(usize) -> Option<String>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for (from, to) in &mapped.map.edges {
            let (Some(a), Some(b)) = (self.nodes.get(*from), self.nodes.get(*to)) else { continue };
            let dead = if mapped.is_dead(*from) || mapped.is_dead(*to) { " class=\"dead\"" } else { "" };
            let (x1, y1) = (a.x + a.width, a.y + a.height.min(LINE + PADDING) / 2.0);
            let (x2, y2) = (b.x, b.y + b.height.min(LINE + PADDING) / 2.0);
            let middle = (x1 + x2) / 2.0;
            writeln!(
                out,
                "<path{dead} d=\"M{x1:.1} {y1:.1}C{middle:.1} {y1:.1} {middle:.1} {y2:.1} {x2:.1} {y2:.1}\"/>"
            )?;
        }
        for (index, node) in self.nodes.iter().enumerate() {
            let severity = match mapped.severity(index) {
                Some(Severity::Error) => "error",
                Some(Severity::Warning) => "warning",
                Some(Severity::Info) => "info",
                None => "none",
            };
            let dead = if mapped.is_dead(index) { " dead" } else { "" };
            writeln!(out, "<g class=\"{severity}{dead}\">")?;
            // The whole box links to its first finding, and the names of the others to theirs.
            let mut target = mapped.marks(index).first().and_then(|mark| link(mark.finding));
            open(target.as_deref(), out)?;
            writeln!(
                out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"5\"/>",
                node.x, node.y, node.width, node.height
            )?;
            for (number, (class, text, finding)) in node.rows.iter().enumerate() {
                let own = finding.and_then(link);
                if own.is_some() && own != target {
                    close(target.as_deref(), out)?;
                    target = own;
                    open(target.as_deref(), out)?;
                }
                writeln!(
                    out,
                    "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                    node.x + PADDING,
                    node.y + PADDING / 2.0 + LINE * (as_f64(number) + 0.75),
                    escaped(text)
                )?;
            }
            close(target.as_deref(), out)?;
            writeln!(out, "</g>")?;
        }
        Ok(())
    }
}

fn open(target: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    target.map_or(Ok(()), |target| writeln!(out, "<a href=\"{}\">", escaped(target)))
}

fn close(target: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    target.map_or(Ok(()), |_| writeln!(out, "</a>"))
}

fn rows(mapped: &Mapped, index: usize, node: &Node) -> Vec<Row> {
    let mut rows: Vec<Row> = wrapped(&node.label).into_iter().map(|line| ("t", line, None)).collect();
    rows.extend(node.details.iter().flat_map(|detail| wrapped(detail)).map(|line| ("d", line, None)));
    for Mark { severity, rule, finding } in mapped.marks(index) {
        let class = match severity {
            Severity::Error => "me",
            Severity::Warning => "mw",
            Severity::Info => "mi",
        };
        rows.push((class, format!("{severity}: {rule}"), Some(*finding)));
    }
    rows
}

/// Lines that are too long are broken at commas, or after the last mark of a URL. Of a text of many lines the end is
/// kept: in the path of an origin it names the stage.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for part in visible(text).split_inclusive(", ") {
        if !line.is_empty() && line.chars().count() + part.chars().count() > LONGEST {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
        }
        let mut rest = part;
        while let Some((start, end)) = overlong(rest) {
            lines.push(start.to_owned());
            rest = end;
        }
        line.push_str(rest);
    }
    lines.push(line);
    if lines.len() > MOST_LINES {
        lines.splice(MOST_LINES - 2..lines.len() - 1, ["…".to_owned()]);
    }
    lines
}

/// The parts of a line that has no comma and is too long.
fn overlong(line: &str) -> Option<(&str, &str)> {
    let (end, _) = line.char_indices().nth(LONGEST)?;
    let mark = line.get(..end)?.rfind(['/', '.', ' ', '-']).map(|at| at + 1).filter(|at| *at > end / 2);
    line.split_at_checked(mark.unwrap_or(end))
}

fn width_of(rows: &[Row]) -> f64 {
    let longest = rows.iter().map(|(_, text, _)| text.chars().count()).max().unwrap_or(0);
    as_f64(longest).mul_add(CHARACTER, PADDING * 2.0)
}

#[expect(clippy::cast_precision_loss, reason = "numbers of lines and characters are small")]
fn as_f64(count: usize) -> f64 {
    count as f64
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

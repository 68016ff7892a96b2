//! A picture of what a terminal shows, for the README.

use std::fmt::Write as _;

/// Pixels of a character and of a line. The font is one in which all characters are equally wide; each run of text has its
/// own place, so that a font that is a little wider breaks no column.
const COLUMN: f64 = 7.83;
const LINE: f64 = 18.0;
const MARGIN: f64 = 16.0;

/// Light and dark, with the colors of GitHub's diffs and terminals, which are legible on these backgrounds.
const STYLE: &str = "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1f2328;\
white-space:pre}.bg{fill:#f6f8fa;stroke:#d1d9e0}.b{font-weight:600}.d{fill:#59636e}.red{fill:#cf222e}.green{fill:#1a7f37}\
.yellow{fill:#9a6700}.blue{fill:#0969da}.cyan{fill:#1b7c83}@media(prefers-color-scheme:dark){text{fill:#e6edf3}\
.bg{fill:#0d1117;stroke:#3d444d}.d{fill:#9198a1}.red{fill:#ff7b72}.green{fill:#3fb950}.yellow{fill:#d29922}\
.blue{fill:#58a6ff}.cyan{fill:#39c5cf}}";

/// The last digit of the codes of a color, and its class.
const COLORS: [(u8, &str); 5] =
    [(b'1', "red"), (b'2', "green"), (b'3', "yellow"), (b'4', "blue"), (b'6', "cyan")];

/// How characters look until the next escape sequence.
#[derive(Clone, Default, PartialEq)]
struct Look {
    bold: bool,
    dim: bool,
    color: Option<&'static str>,
}

impl Look {
    /// Follows the parameters of one sequence, such as `1;31`.
    fn follow(&mut self, parameters: &str) {
        // Bright colors have two ways to be written.
        for parameter in
            parameters.replace("38;5;9", "91").replace("38;5;11", "93").replace("38;5;12", "94").split(';')
        {
            match parameter {
                "" | "0" => *self = Self::default(),
                "1" => self.bold = true,
                "2" => self.dim = true,
                other => {
                    let color = COLORS
                        .iter()
                        .find(|(last, _)| matches!(other.as_bytes(), [b'3' | b'9', digit] if digit == last));
                    assert!(color.is_some(), "a picture has no color for `{other}`");
                    self.color = color.map(|(_, name)| *name);
                }
            }
        }
    }

    fn classes(&self) -> String {
        let classes = [self.bold.then_some("b"), self.dim.then_some("d"), self.color];
        classes.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// A command and its output with the escape sequences of `--color always`.
pub(crate) fn svg(command: &str, output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let plain: String =
        output.split("\u{1b}[").map(|run| run.split_once('m').map_or(run, |(_, text)| text)).collect();
    let columns = plain.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    let width = (columns as f64).mul_add(COLUMN, MARGIN * 2.0);
    let rows = (lines.len() + 2) as f64;
    let height = rows.mul_add(LINE, MARGIN * 2.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" role=\"img\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"bg\" x=\".5\" y=\".5\" width=\"{:.0}\" height=\"{:.0}\" rx=\"6\"/>\n",
        escaped(command),
        width - 1.0,
        height - 1.0
    );
    let prompt = format!("\u{1b}[2m$\u{1b}[0m \u{1b}[1m{command}");
    let mut look = Look::default();
    for (row, line) in [prompt.as_str(), "\u{1b}[0m"].into_iter().chain(lines).enumerate() {
        let spans = spans(line, &mut look);
        if !spans.is_empty() {
            let _ =
                writeln!(svg, "<text y=\"{:.1}\">{spans}</text>", (row as f64 + 0.7).mul_add(LINE, MARGIN));
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The runs of a line that look the same, each at its column. A color may go on in the next line.
fn spans(line: &str, look: &mut Look) -> String {
    let mut spans = String::new();
    let mut column = 0;
    let mut parts = line.split("\u{1b}[");
    let mut run = parts.next().unwrap_or_default();
    loop {
        let text = run.trim_start_matches(' ');
        let start = column + run.len() - text.len();
        if !text.is_empty() {
            let classes = look.classes();
            let class = if classes.is_empty() { classes } else { format!(" class=\"{classes}\"") };
            let x = (start as f64).mul_add(COLUMN, MARGIN);
            let _ =
                write!(spans, "<tspan x=\"{x:.1}\"{class}>{}</tspan>", escaped(text.trim_end_matches(' ')));
        }
        column = start + text.chars().count();
        let Some(part) = parts.next() else { return spans };
        let (parameters, rest) = part.split_once('m').unwrap();
        look.follow(parameters);
        run = rest;
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => {
                // XML has no way to write these.
                assert!(!c.is_control(), "a picture cannot show {c:?}");
                escaped.push(c);
            }
        }
    }
    escaped
}

#[test]
fn every_character_is_text_and_colors_go_on_in_the_next_line() {
    let svg = svg("a '<b>'", "\u{1b}[1m\u{1b}[31m<x>&\"\n  y\u{1b}[0m z\n");
    assert!(svg.contains("<title>a &#39;&lt;b&gt;&#39;</title>"), "{svg}");
    assert!(svg.contains("class=\"b red\">&lt;x&gt;&amp;&quot;</tspan>"), "{svg}");
    let last = svg.lines().rev().nth(1).unwrap();
    assert!(
        last.contains("<tspan x=\"31.7\" class=\"b red\">y</tspan><tspan x=\"47.3\">z</tspan>"),
        "{last}"
    );
    let document = roxmltree::Document::parse(&svg).unwrap();
    assert_eq!(document.descendants().filter(|node| node.has_tag_name("script")).count(), 0);
}

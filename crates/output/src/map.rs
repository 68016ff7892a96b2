//! Distributions as pictures: text for a terminal, Mermaid, Graphviz and SVG.

mod dot;
mod mapped;
mod mermaid;
mod svg;
mod text;

use std::io::{self, Write};

use cflint_diagnostics::Sources;

pub use dot::write as write_dot;
pub use mapped::{Mapped, Mark};
pub use mermaid::write as write_mermaid;
pub use svg::write as write_svg;
pub(crate) use svg::write_figure;
pub use text::write as write_text;

/// The formats of `cflint map`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapFormat {
    /// A tree for a terminal.
    Text,
    Mermaid,
    Dot,
    Svg,
}

impl MapFormat {
    /// Writes the maps in this format.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(
        self,
        maps: &[Mapped],
        sources: &Sources,
        color: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Text => write_text(maps, sources, color, out),
            Self::Mermaid => write_mermaid(maps, out),
            Self::Dot => write_dot(maps, out),
            Self::Svg => write_svg(maps, out),
        }
    }
}

use std::io::Write;

use cflint_edge::map::map;
use cflint_linter::check;
use cflint_output::map::{MapFormat as Format, Mapped};
use cflint_rules::RULES;

use super::output;
use super::survey::{Survey, Surveyed, nothing};
use crate::args::{MapArgs, MapFormat};
use crate::exit::Exit;
use crate::problem::Failure;
use crate::terminal::Terminal;

/// `cflint map`.
pub(crate) fn run(args: &MapArgs, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
    let survey = Survey::new(&args.paths, &args.config, &args.input)?;
    let findings = check(survey.inputs.clone(), RULES, &survey.options).findings;
    let Surveyed { seen, sources, has_failed, .. } = survey.look(terminal, |model, _| map(model));
    if seen.is_empty() {
        return nothing(has_failed, "to draw");
    }
    let maps: Vec<Mapped> = seen
        .into_iter()
        .map(|seen| Mapped::new(seen.stack, seen.conditions, seen.value, &findings))
        .collect();
    let format = Format::from(args.format);
    match &args.output_file {
        Some(file) => {
            let mut text = Vec::new();
            format.write(&maps, &sources, terminal.forced, &mut text)?;
            output::to_file(file, &text, &sources)?;
        }
        None => format.write(&maps, &sources, terminal.color, out)?,
    }
    Ok(if has_failed { Exit::Failed } else { Exit::Clean })
}

impl From<MapFormat> for Format {
    fn from(format: MapFormat) -> Self {
        match format {
            MapFormat::Text => Self::Text,
            MapFormat::Mermaid => Self::Mermaid,
            MapFormat::Dot => Self::Dot,
            MapFormat::Svg => Self::Svg,
        }
    }
}

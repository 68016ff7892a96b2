use std::collections::BTreeSet;
use std::io::Write;

use cflint_edge::map::{Map, map};
use cflint_linter::{Seen, check};
use cflint_output::map::{MapFormat as Format, Mapped};
use cflint_rules::RULES;

use super::survey::{Survey, Surveyed, nothing};
use super::{named, output};
use crate::args::{MapArgs, MapFormat};
use crate::exit::Exit;
use crate::problem::{Failure, Problem};
use crate::terminal::Terminal;

/// `cflint map`.
pub(crate) fn run(args: &MapArgs, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
    let survey = Survey::new(&args.paths, &args.config, &args.input)?;
    let findings = check(survey.inputs.clone(), RULES, &survey.options).findings;
    let Surveyed { seen, sources, has_failed, .. } =
        survey.look(terminal, |model, input| Drawn { map: map(model), file: input.name.clone() });
    if seen.is_empty() {
        return nothing(has_failed, "to draw");
    }
    let seen = match &args.distribution {
        Some(name) => select(seen, name)?,
        None => seen,
    };
    let maps: Vec<Mapped> = seen
        .into_iter()
        .map(|seen| Mapped::new(seen.stack, seen.conditions, seen.value.map, &findings))
        .collect();
    let maps = Mapped::joined(maps);
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

/// What is drawn of a distribution, and the template that it is in.
#[derive(PartialEq)]
struct Drawn {
    map: Map,
    file: String,
}

/// The one distribution that is called so, in each of its views.
fn select(seen: Vec<Seen<Drawn>>, name: &str) -> Result<Vec<Seen<Drawn>>, Problem> {
    let (chosen, others) = named::split(seen, name, |seen| seen.value.file.as_str());
    let names = |seen: &[Seen<Drawn>]| {
        let name = |seen: &Seen<Drawn>| {
            let stack = seen.stack.as_ref().map_or_else(String::new, |stack| format!("{stack}."));
            format!("{}:{stack}{}", seen.value.file, seen.distribution)
        };
        seen.iter().map(name).collect::<BTreeSet<String>>()
    };
    let list = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
    let chosen_names = names(&chosen);
    match chosen_names.len() {
        0 => Err(Problem::new(format!("there is no distribution `{name}`"))
            .with_help(format!("there is {}", list(names(&others))))),
        1 => Ok(chosen),
        _ => Err(Problem::new(format!("several distributions match `{name}`"))
            .with_help(format!("name one of {}", list(chosen_names)))),
    }
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

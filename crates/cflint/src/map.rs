use std::io::{self, Write};

use cflint_edge::map::map;
use cflint_linter::{Options, check, distributions, survey};
use cflint_output::map::{MapFormat as Format, Mapped};
use cflint_rules::RULES;

use crate::Exit;
use crate::args::{MapArgs, MapFormat};
use crate::discover::{self, Exclude, Found};
use crate::parameters;
use crate::problem::{Failure, Problem};
use crate::settings::Settings;
use crate::terminal::Terminal;

/// `cflint map`.
pub(crate) fn run(args: &MapArgs, terminal: &Terminal, out: &mut dyn Write) -> Result<Exit, Failure> {
    let settings = Settings::of_config(&args.paths, &args.config)?;
    let parameters = parameters::collect(settings.config.as_ref(), &args.input)?;
    let exclude = Exclude { paths: settings.exclude(), is_forced: false };
    let options = Options {
        parameters: parameters.of_all(),
        stack_parameters: parameters.of_one(),
        ..Options::default()
    };
    let stdin_name = args.input.stdin_name();
    let Found { inputs, errors, notices, .. } =
        discover::collect(&args.paths, stdin_name, &mut io::stdin().lock(), &exclude);
    let findings = check(inputs.clone(), RULES, &options).findings;
    let surveyed = survey(inputs, &options, |template, input| {
        let seen = distributions(template, map).into_iter();
        let stack = input.stack.as_ref().map(|stack| &stack.facts.name);
        seen.map(|seen| {
            let stack = seen.stack.or_else(|| stack.cloned());
            Mapped::new(stack, seen.conditions, seen.value, &findings)
        })
        .collect::<Vec<_>>()
    });
    let mut report = surveyed.report;
    report.errors.extend(errors);
    report.notices.extend(notices);
    report.notices.extend(parameters.notices(&report));
    crate::check::print_notices(&report);
    for error in &report.errors {
        Problem::unreadable(error, &report.sources).print(terminal);
    }
    let failed = !report.errors.is_empty();
    let maps: Vec<Mapped> = surveyed.found.into_iter().flatten().collect();
    if maps.is_empty() {
        return match failed {
            true => Ok(Exit::Failed),
            false => Err(Problem::new("there is no CloudFront distribution to draw")
                .with_help("name a template, or a folder with templates, that declares `AWS::CloudFront::Distribution`")
                .into()),
        };
    }
    let format = Format::from(args.format);
    match &args.output_file {
        Some(file) => {
            let mut text = Vec::new();
            format.write(&maps, &report.sources, terminal.forced, &mut text)?;
            std::fs::write(file, text).map_err(|error| Problem::unwritable(file, &error))?;
        }
        None => format.write(&maps, &report.sources, terminal.color, out)?,
    }
    Ok(if failed { Exit::Failed } else { Exit::Clean })
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

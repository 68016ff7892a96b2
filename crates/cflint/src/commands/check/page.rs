//! What a page shows besides the findings: the maps of the distributions, and the traces of the requests that show findings.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use cflint_diagnostics::Witness;
use cflint_edge::map::map;
use cflint_edge::trace::Request;
use cflint_linter::{Input, Options, Report, Seen, distributions, distributions_for, survey};
use cflint_output::html::{Followed, Page, witnesses};
use cflint_output::map::Mapped;
use cflint_output::{Context, Format};
use cflint_rules::RULES;
use cflint_template::template::Template;

use super::present::root;
use crate::commands::survey::name_by_stack;
use crate::commands::trace::request::parse;
use crate::commands::trace::{Candidate, host_of, select, way};
use crate::files::paths::{absolute, shown};

/// How many requests are followed at once: until equal traces are merged, each view has its own.
const AT_ONCE: usize = 32;

/// A request, and which distributions it may be for.
struct Question<'w> {
    command: String,
    witness: &'w Witness,
    request: Request,
}

/// Looks at the inputs of a check as `cflint map` and `cflint trace` do.
pub(super) fn of(report: &Report, inputs: &[Input], options: &Options) -> Page {
    let questions = questions(report);
    let looked = survey(inputs, options, |template, input| {
        let mut maps = distributions(template, map);
        maps.iter_mut().for_each(|seen| name_by_stack(seen, input));
        let maps: Vec<(String, Mapped)> = maps
            .into_iter()
            .map(|seen| {
                let mapped = Mapped::new(seen.stack, seen.conditions, seen.value, &report.findings);
                (input.name.clone(), mapped)
            })
            .collect();
        (maps, candidates(template, input, &questions))
    });
    let mut page = Page::default();
    let mut all: BTreeMap<usize, Vec<Seen<Candidate>>> = BTreeMap::new();
    for (maps, candidates) in looked.found {
        page.maps.extend(maps);
        for (question, seen) in candidates {
            all.entry(question).or_default().extend(seen);
        }
    }
    for (index, Question { command, witness, request }) in questions.into_iter().enumerate() {
        let seen = all.remove(&index).unwrap_or_default();
        // What the command would refuse to follow has no trace here either.
        let Ok(ways) = select(seen, witness.distribution.as_deref(), host_of(&request)) else { continue };
        let ways: Vec<_> = ways.into_iter().map(way).collect();
        if !ways.is_empty() {
            page.traces.insert(command, Followed { request, ways });
        }
    }
    page
}

/// Writes the page of a template.
///
/// # Errors
/// Those of the writer.
pub(crate) fn write(
    path: &Path,
    report: &Report,
    inputs: &[Input],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let root = root(path);
    let context = Context {
        rules: RULES,
        color: false,
        links: false,
        width: 80,
        absolute: &|path| shown(&absolute(Path::new(path))),
        summary: true,
        suppressed: true,
        page: &of(report, inputs, options),
        from_root: &|path| root.inner(path).unwrap_or_else(|| shown(&absolute(Path::new(path)))),
    };
    Format::Html.write(report, &context, out)
}

fn questions(report: &Report) -> Vec<Question<'_>> {
    let witnesses: BTreeMap<String, &Witness> =
        witnesses(report).into_iter().map(|witness| (witness.command(), witness)).collect();
    witnesses.into_iter().filter_map(|(command, witness)| question(command, witness)).collect()
}

fn question(command: String, witness: &Witness) -> Option<Question<'_>> {
    let headers: Vec<String> =
        witness.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let request = parse(&witness.request, &headers).ok()?;
    Some(Question { command, witness, request })
}

/// What the distributions of a template make of those requests that may be for them.
fn candidates(
    template: &Template<'_>,
    input: &Input,
    questions: &[Question<'_>],
) -> Vec<(usize, Vec<Seen<Candidate>>)> {
    let own: Vec<(usize, &Question<'_>)> = questions
        .iter()
        .enumerate()
        .filter(|(_, question)| covers(&question.witness.path, &input.name))
        .collect();
    let mut found = Vec::new();
    for some in own.chunks(AT_ONCE) {
        let answers = distributions_for(template, some, |model, (_, question)| {
            let name = question.witness.distribution.as_deref();
            let id = model.distribution.id.rsplit('.').next().unwrap_or_default();
            let is_meant = name.is_none_or(|name| name.ends_with(id));
            is_meant.then(|| Candidate::new(model, &question.request, input))
        });
        for ((index, _), answer) in some.iter().zip(answers) {
            let meant = answer.into_iter().filter_map(|seen| {
                let Seen { distribution, stack, construct, conditions, is_exact, is_cut, value } = seen;
                let mut seen =
                    Seen { distribution, stack, construct, conditions, is_exact, is_cut, value: value? };
                name_by_stack(&mut seen, input);
                Some(seen)
            });
            found.push((*index, meant.collect()));
        }
    }
    found
}

/// Whether a command with this path reads the file.
fn covers(path: &str, file: &str) -> bool {
    let plain = |path: &'_ str| path.trim_start_matches("./").to_owned();
    path == "." || Path::new(&plain(file)).starts_with(plain(path))
}

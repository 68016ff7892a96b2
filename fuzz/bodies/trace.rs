use cflint_diagnostics::Sources;
use cflint_edge::map::{Map, map};
use cflint_edge::routes::viewer_host::{closeness, comes_here};
use cflint_edge::trace::{Request, Trace, Verdict};
use cflint_linter::{Input, distributions, survey};
use cflint_output::map::{MapFormat, Mapped};
use cflint_output::trace::{Look, Traced, write_full, write_json};

use super::formats::{is_harmless, is_json, is_xml, written};
use super::inputs::{everything, templates};
use super::reports::{checked, is_there};
use crate::commands::trace::request::parse;

/// How the first lines of a template say which request is followed, as in `fixtures/_trace`.
const MARK: &str = "# trace:";
const MAX_REQUESTS: usize = 4;
const DEFAULT: &str = "GET https://www.example.com/api/users?page=1";

/// Requests and templates to the way of each request through each distribution, and to pictures of these.
pub fn trace(bytes: &[u8]) {
    let inputs = templates(bytes);
    let requests = requests(bytes);
    let (looked, sources) = look(&inputs, &requests);
    assert_eq!(looked, look(&inputs, &requests).0, "two traces of one input differ");
    for (index, (text, request)) in requests.iter().enumerate() {
        let traced: Vec<Traced> = looked.iter().map(|looked| looked.traced(index)).collect();
        for way in &traced {
            ends(&way.trace, text, &sources);
        }
        let plain = Look { color: false, width: 80, verbose: false };
        is_harmless(&written(|out| write_full(request, &traced, &sources, plain, out)));
        let colored = Look { color: true, width: 40, verbose: true };
        written(|out| write_full(request, &traced, &sources, colored, out));
        is_json(&written(|out| write_json(text, &traced, &sources, out)));
    }
    draw(&inputs, looked, &sources);
}

/// A distribution, and what it does with the requests.
#[derive(Debug, PartialEq)]
struct Looked {
    stack: Option<String>,
    distribution: String,
    conditions: Vec<(String, bool)>,
    is_exact: bool,
    map: Map,
    traces: Vec<Trace>,
}

impl Looked {
    fn traced(&self, request: usize) -> Traced {
        Traced {
            distribution: self.distribution.clone(),
            stack: self.stack.clone(),
            conditions: self.conditions.clone(),
            is_exact: self.is_exact,
            trace: self.traces[request].clone(),
            rule: None,
            help: None,
        }
    }
}

fn look(inputs: &[Input], requests: &[(String, Request)]) -> (Vec<Looked>, Sources) {
    let surveyed = survey(inputs, &everything(), |template, _| {
        let seen = distributions(template, |model| {
            let follow = |(_, request): &(String, Request)| {
                let host = request.host.as_deref().unwrap_or_default();
                let _ = (comes_here(model, host), closeness(model, host));
                cflint_edge::trace::trace(model, request)
            };
            (map(model), requests.iter().map(follow).collect())
        });
        let looked = seen.into_iter().map(|seen| Looked {
            stack: seen.stack,
            distribution: seen.distribution,
            conditions: seen.conditions,
            is_exact: seen.is_exact,
            map: seen.value.0,
            traces: seen.value.1,
        });
        looked.collect::<Vec<_>>()
    });
    (surveyed.found.into_iter().flatten().collect(), surveyed.report.sources)
}

/// The requests that the first lines name. What is not a request says why.
fn requests(bytes: &[u8]) -> Vec<(String, Request)> {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().take(MAX_REQUESTS).filter_map(|line| line.strip_prefix(MARK));
    let mut requests: Vec<_> = lines
        .filter_map(|line| {
            // Quotes stand around each word of a command line: the request, and headers behind it.
            let mut words = line.split('\'').skip(1).step_by(2).map(str::to_owned);
            let text = words.next()?;
            let request = parse(&text, &words.collect::<Vec<_>>()).ok()?;
            Some((text, request))
        })
        .collect();
    if requests.is_empty() {
        requests.extend(parse(DEFAULT, &[]).ok().map(|request| (DEFAULT.to_owned(), request)));
    }
    requests
}

/// Asserts that a trace comes to one end, and that its steps are at places that there are.
fn ends(trace: &Trace, request: &str, sources: &Sources) {
    for step in &trace.steps {
        if let Some(span) = step.span {
            is_there(sources, span, step.title);
        }
        assert!(!step.detail.is_empty(), "`{request}`: the step `{}` says nothing", step.title);
    }
    assert!(!trace.steps.is_empty() && !trace.summary.is_empty(), "`{request}` comes to no end");
    assert!(
        trace.status.is_none_or(|status| (100..600).contains(&status)),
        "`{request}`: {:?}",
        trace.status
    );
    // Only doubts make another verdict of the end, and then there is none.
    let is_one = trace.verdict == trace.supposed || trace.verdict == Verdict::Undetermined;
    assert!(is_one, "`{request}` is {:?} and {:?}", trace.verdict, trace.supposed);
}

/// Draws the distributions in every format, with what is found about them.
fn draw(inputs: &[Input], looked: Vec<Looked>, sources: &Sources) {
    let findings = checked(inputs, &everything()).findings;
    let maps: Vec<Mapped> = looked
        .into_iter()
        .map(|looked| Mapped::new(looked.stack, looked.conditions, looked.map, &findings))
        .collect();
    for format in [MapFormat::Text, MapFormat::Mermaid, MapFormat::Dot, MapFormat::Svg] {
        let text = written(|out| format.write(&maps, sources, false, out));
        match format {
            MapFormat::Svg => is_xml(&text),
            MapFormat::Text | MapFormat::Mermaid | MapFormat::Dot => is_harmless(&text),
        }
    }
}

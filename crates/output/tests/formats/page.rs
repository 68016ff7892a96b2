//! The page: what it holds, and that text of a template stays text in it.

use std::collections::BTreeSet;

use cflint_diagnostics::{FileId, Finding, Span, Witness};
use cflint_edge::facts::Certainty;
use cflint_edge::facts::headers::Method;
use cflint_edge::map::{Kind, Map, Node, Subject};
use cflint_edge::trace::{Party, Request, Step, Trace, Verdict};
use cflint_linter::{Notice, Report};
use cflint_output::html::{Followed, Page, witnesses};
use cflint_output::map::Mapped;
use cflint_output::trace::Traced;
use cflint_output::{Context, Format, visible};
use insta::assert_snapshot;
use roxmltree::{Document, ParsingOptions};
use sha2::{Digest, Sha256};

use crate::sample::{self, MARKUP, RULES};

const ELEMENTS: &[&str] = &[
    "a",
    "article",
    "body",
    "code",
    "dd",
    "del",
    "details",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "header",
    "html",
    "input",
    "ins",
    "label",
    "legend",
    "li",
    "main",
    "mark",
    "meta",
    "ol",
    "option",
    "output",
    "p",
    "path",
    "pre",
    "rect",
    "script",
    "section",
    "select",
    "span",
    "strong",
    "style",
    "summary",
    "svg",
    "text",
    "title",
    "ul",
    "div",
];

/// What of an element says what it is or how it looks, and loads or runs nothing.
const ATTRIBUTES: &[&str] = &[
    "aria-label",
    "aria-labelledby",
    "charset",
    "checked",
    "class",
    "content",
    "d",
    "data-files",
    "data-rule",
    "data-severity",
    "height",
    "hidden",
    "href",
    "http-equiv",
    "id",
    "lang",
    "name",
    "open",
    "role",
    "rx",
    "style",
    "tabindex",
    "type",
    "value",
    "viewBox",
    "width",
    "x",
    "y",
];

fn render(report: &Report, page: &Page) -> String {
    let context = Context { page, ..Context::plain(RULES) };
    let mut out = Vec::new();
    Format::Html.write(report, &context, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn parsed(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).unwrap_or_else(|error| panic!("{error}: {page}"))
}

/// The page with a sign in place of its style, its script and the version.
pub(crate) fn without_assets(page: &str) -> String {
    let cut = |page: &str, name: &str| {
        let (before, rest) = page.split_once(&format!("<{name}>")).unwrap();
        let (_, after) = rest.split_once(&format!("</{name}>")).unwrap();
        format!("{before}<{name}>…</{name}>{after}")
    };
    let (before, rest) = page.split_once("sha256-").unwrap();
    let (_, after) = rest.split_once('\'').unwrap();
    let page = cut(&cut(&format!("{before}sha256-…'{after}"), "style"), "script");
    page.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// A picture and a trace for each finding, with one text in every place that can hold one.
fn page(report: &Report, text: &str) -> Page {
    let span = |finding: &Finding| finding.primary.span;
    let node = |kind, subject, span| Node {
        kind,
        label: text.to_owned(),
        details: vec![text.to_owned()],
        span,
        subject,
    };
    let first = report.findings.first().map_or(Span::new(FileId(0), 0, 0), span);
    let mut nodes = vec![node(Kind::Distribution, Subject::Distribution, first)];
    for finding in &report.findings {
        let name = finding.subject.behavior.clone().unwrap_or_default();
        nodes.push(node(Kind::Behavior, Subject::Behavior(name), span(finding)));
    }
    let edges = (1..nodes.len()).map(|index| (0, index)).collect();
    let conditions = vec![(text.to_owned(), true)];
    let mapped = Mapped::new(None, conditions.clone(), Map { nodes, edges }, &report.findings);
    let step = |title, has_failed, certainty| Step {
        title,
        detail: text.to_owned(),
        certainty,
        span: Some(first),
        has_failed,
    };
    let trace = Trace {
        steps: vec![
            step("behavior", false, Certainty::Certain),
            step("cache", false, Certainty::Uncertain),
            step("host", true, Certainty::Probable),
            step("response", false, Certainty::Certain),
        ],
        verdict: Verdict::Rejected,
        status: Some(403),
        answered_by: Some(Party::ApiGateway),
        supposed: Verdict::Rejected,
        summary: text.to_owned(),
        reason: Some(text.to_owned()),
        cause: None,
        refused_with: Some(403),
        lost: Vec::new(),
        doubts: vec![text.to_owned()],
        behavior: None,
    };
    let request = Request {
        method: Method::Get,
        is_https: true,
        host: Some(text.to_owned()),
        path: text.to_owned(),
        query: Some(text.to_owned()),
        headers: Vec::new(),
        has_body: false,
    };
    let way = Traced {
        distribution: text.to_owned(),
        stack: Some(text.to_owned()),
        conditions,
        is_exact: false,
        trace,
        rule: None,
        help: None,
    };
    let followed = Followed { request, ways: vec![way] };
    let traces = witnesses(report).into_iter().map(|witness| (witness.command(), followed.clone()));
    Page { maps: vec![(text.to_owned(), mapped)], traces: traces.collect() }
}

/// Gives every finding a request, made of a text.
fn with_witnesses(mut report: Report, text: &str) -> Report {
    for finding in &mut report.findings {
        finding.witness = Some(Witness {
            request: format!("GET /{text}"),
            headers: vec![(text.to_owned(), text.to_owned())],
            path: text.to_owned(),
            distribution: Some(text.to_owned()),
            options: vec![text.to_owned()],
        });
    }
    report.notices = vec![Notice { path: text.to_owned(), message: text.to_owned() }];
    report
}

/// Asserts that a page is made of what it may be made of, loads nothing, and has a target for each of its links.
fn is_sound(text: &str) {
    let page = parsed(text);
    let ids: Vec<&str> = page.descendants().filter_map(|node| node.attribute("id")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice");
    for node in page.descendants() {
        assert!(!node.is_comment() && !node.is_pi());
        assert!(!node.is_element() || ELEMENTS.contains(&node.tag_name().name()), "{node:?}");
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            assert!(ATTRIBUTES.contains(&name), "{node:?}");
            match name {
                "href" => {
                    let rules = RULES.iter().any(|rule| rule.meta().url() == value);
                    let is_here = value.strip_prefix('#').is_some_and(|id| ids.contains(&id));
                    assert!(
                        is_here || (rules && node.has_tag_name(("http://www.w3.org/1999/xhtml", "a"))),
                        "{value}"
                    );
                }
                "style" => {
                    let number = value.strip_prefix("--at:").or(value.strip_prefix("--natural:"));
                    assert!(number.unwrap().parse::<usize>().is_ok(), "{value}");
                }
                _ => {}
            }
        }
    }
    let assets = ["style", "script"].map(|name| {
        let mut all = page.descendants().filter(|node| node.tag_name().name() == name);
        let text = all.next().unwrap().text().unwrap();
        assert!(all.next().is_none(), "`{name}` stands twice");
        text
    });
    for asset in assets {
        assert!(!["url(", "@import", "http", "import(", "fetch"].iter().any(|word| asset.contains(word)));
    }
}

#[test]
fn page_format() {
    let mut report = sample::rich();
    for finding in &mut report.findings {
        finding.witness = Some(Witness {
            request: "GET /api/users".to_owned(),
            headers: vec![("Origin".to_owned(), "https://www.example.com".to_owned())],
            path: "infra/edge.yaml".to_owned(),
            distribution: None,
            options: Vec::new(),
        });
    }
    report.findings[0].cause = "a".to_owned();
    let mut other = report.findings[0].clone();
    other.primary.span.start += 2;
    report.findings.insert(1, other);
    let text = render(&report, &page(&report, "Edge"));
    is_sound(&text);
    assert_snapshot!(without_assets(&text));
}

#[test]
fn text_of_a_template_stays_text_in_a_page() {
    for text in MARKUP.iter().copied().chain(["</style>\"'&<b>", "</script>\u{1b}[2J\u{202e}", "`", "a`b"]) {
        for report in
            [sample::markup(), sample::hostile(), sample::astray(), sample::minified(), sample::app()]
        {
            let report = with_witnesses(report, text);
            let page = render(&report, &page(&report, text));
            is_sound(&page);
            let acts = |c: char| c != '\n' && visible(c.encode_utf8(&mut [0; 4])) != c.to_string();
            assert!(!page.contains(acts), "{page:?}");
            let document = parsed(&page);
            let cards = document.descendants().filter(|node| node.has_attribute("data-rule"));
            assert_eq!(cards.count(), report.active().count());
            assert!(page.contains("<details class=\"trace\">") && page.contains("<svg "));
        }
    }
}

#[test]
fn only_the_script_of_the_page_runs() {
    let text = render(&Report::default(), &Page::default());
    let page = parsed(&text);
    let script = page.descendants().find(|node| node.tag_name().name() == "script").unwrap();
    let hash = base64(&Sha256::digest(script.text().unwrap()));
    let policy = format!("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}';");
    let policies = page.descendants().filter(|node| node.has_attribute("http-equiv"));
    let contents: Vec<_> = policies.filter_map(|node| node.attribute("content")).collect();
    assert!(contents.len() == 1 && contents[0].starts_with(&policy), "{contents:?} is not {policy}");
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain(&[0; 2]).take(3).fold(0, |bits, byte| (bits << 8) | usize::from(*byte));
        let digits = (0..4)
            .map(|at| if at > chunk.len() { '=' } else { char::from(DIGITS[(bits >> (18 - 6 * at)) & 63]) });
        text.extend(digits);
    }
    text
}

#[test]
fn a_finding_of_a_map_leads_to_the_card_of_its_cause() {
    let report = sample::rich();
    let text = render(&report, &page(&report, "Edge"));
    let page = parsed(&text);
    let card = |rule: &str| {
        page.descendants()
            .find(|node| node.attribute("data-rule") == Some(rule))
            .unwrap()
            .attribute("id")
            .unwrap()
    };
    let is_link = |node: &roxmltree::Node<'_, '_>| node.has_tag_name(("http://www.w3.org/2000/svg", "a"));
    let link = page.descendants().filter(is_link).find(|node| {
        node.descendants().any(|node| node.text().is_some_and(|text| text.contains("host-header-forwarded")))
    });
    let target = link.unwrap().attribute("href").unwrap();
    assert_eq!(target, format!("#{}", card("host-header-forwarded")));
}

#[test]
fn a_page_shows_so_much_and_says_what_is_left_out() {
    let mut report = sample::counted(1, [520, 200, 0], 0, 0);
    report.findings[0].message = "A".repeat(100_000);
    report.findings[1].notes = vec!["`B` ".repeat(100_000)];
    let text = render(&report, &Page::default());
    is_sound(&text);
    assert_eq!(text.matches("<article ").count(), 500);
    assert!(text.contains("… and 220 more causes: <code>cflint check --format concise</code> lists all"));
    assert!(!text.contains("data-severity=\"warning\""), "the most severe come first");
    assert!(text.len() < 1_000_000, "{}", text.len());
}

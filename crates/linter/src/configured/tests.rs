use cflint_diagnostics::{Confidence, Severity, Sources};

use super::*;
use crate::context::Context;
use crate::document::Document;
use crate::engine::check;
use crate::input::Input;
use crate::meta::{FixAvailability, Group};
use crate::options::Override;
use crate::rule::Declared;

/// Reports every resource of a template.
struct Resources;
struct Silent;

const META: RuleMeta = RuleMeta {
    id: "resource",
    group: Group::Deploy,
    summary: "",
    docs: "",
    severity: Severity::Error,
    pedantic: false,
    fix: FixAvailability::None,
    aliases: &["E1"],
    cdk: "",
    file: "",
    line: 1,
};
static RESOURCE: RuleMeta = META;
static SILENT: RuleMeta = RuleMeta { id: "silent", pedantic: true, aliases: &[], ..META };

impl Declared for Resources {
    fn meta(&self) -> &'static RuleMeta {
        &RESOURCE
    }
}

impl Declared for Silent {
    fn meta(&self) -> &'static RuleMeta {
        &SILENT
    }
}

impl Rule for Silent {}

impl Rule for Resources {
    fn document(&self, document: &Document<'_, '_>, cx: &mut Context<'_>) {
        for resource in document.template.iter().flat_map(|template| template.resources()) {
            let _ = cx.report(resource.at.node.span(), "there is a resource").resource(&resource.id, "");
        }
    }
}

static RULES: [&dyn Rule; 2] = [&Resources, &Silent];

const TEMPLATE: &str = "Resources:
  Api: {Type: 'AWS::SNS::Topic', Metadata: {'aws:cdk:path': Stack/Backend/Api}}
  Web: {Type: 'AWS::SNS::Topic'}
";

fn path_of<'s>(finding: &Finding, sources: &'s Sources) -> &'s str {
    sources.name(finding.primary.span.file)
}

fn run(options: &Options) -> Report {
    let inputs = ["a.yaml", "b.yaml"].map(|name| Input::new(name, TEMPLATE));
    check(inputs.into(), &RULES, options)
}

/// Path, id, severity and channel of every finding.
fn told(report: &Report) -> Vec<String> {
    let line = |finding: &Finding| {
        let channel = finding.suppressed.as_ref().map_or("", |suppressed| suppressed.channel.as_str());
        let id = finding.subject.logical_id.as_deref().unwrap_or_default();
        format!("{} {id} {} {channel}", path_of(finding, &report.sources), finding.severity).trim().to_owned()
    };
    report.findings.iter().map(line).collect()
}

fn is(text: &'static str) -> Option<Matcher> {
    Some(Matcher::new(move |other| other == text))
}

fn suppression(rule: &str) -> ConfiguredSuppression {
    let rule = rule.to_owned();
    ConfiguredSuppression { rule, path: None, logical_id: None, construct: None, reason: None }
}

fn severities(levels: &[(&str, Level)]) -> Vec<(String, Level)> {
    levels.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect()
}

const INFO: Level = Level::At(Severity::Info);
const WARNING: Level = Level::At(Severity::Warning);

#[test]
fn the_name_of_a_rule_counts_before_its_group() {
    for names in [["E1", "deploy"], ["deploy", "resource"]] {
        let level = |name| if name == "deploy" { INFO } else { WARNING };
        let severities = severities(&names.map(|name| (name, level(name))));
        let report = run(&Options { severities, ..Options::default() });
        assert_eq!(report.count(Severity::Warning), 4, "{names:?}");
    }
}

#[test]
fn a_rule_that_is_off_does_not_run_but_where_a_path_says_otherwise() {
    let off = severities(&[("deploy", Level::Off)]);
    let options = Options { severities: off, ..Options::default() };
    assert!(!options.runs(&RESOURCE));
    let overrides = vec![Override {
        paths: is("b.yaml").unwrap(),
        ignore: Vec::new(),
        severities: severities(&[("resource", INFO)]),
    }];
    let report = run(&Options { overrides, ..options });
    assert_eq!(told(&report), ["b.yaml Api info", "b.yaml Web info"]);
}

#[test]
fn a_later_setting_for_a_path_counts() {
    let over = |ignore: &[&str], level: &[(&str, Level)]| Override {
        paths: is("a.yaml").unwrap(),
        ignore: ignore.iter().map(|name| (*name).to_owned()).collect(),
        severities: severities(level),
    };
    let overrides = vec![over(&["deploy"], &[]), over(&[], &[("deploy", INFO)])];
    let report = run(&Options { overrides: overrides.clone(), ..Options::default() });
    assert_eq!(told(&report)[..2], ["a.yaml Api info", "a.yaml Web info"]);
    let overrides = overrides.into_iter().rev().collect();
    let report = run(&Options { overrides, ..Options::default() });
    assert_eq!(told(&report), ["b.yaml Api error", "b.yaml Web error"]);
}

#[test]
fn every_condition_of_a_suppression_has_to_hold() {
    let suppressions = vec![
        ConfiguredSuppression { path: is("a.yaml"), logical_id: is("Web"), ..suppression("E1") },
        ConfiguredSuppression {
            construct: is("Stack/Backend/Api"),
            reason: Some("known".to_owned()),
            ..suppression("deploy")
        },
    ];
    let report = run(&Options { suppressions, ..Options::default() });
    let expected =
        ["a.yaml Api error config", "a.yaml Web error config", "b.yaml Api error config", "b.yaml Web error"];
    assert_eq!(told(&report), expected);
    assert_eq!(report.active().count(), 1);
    let reasons = report.findings.iter().filter_map(|finding| finding.suppressed.as_ref()?.reason.as_deref());
    assert_eq!(reasons.collect::<Vec<_>>(), ["known", "known"]);
    assert!(report.unused_suppressions.is_empty());
}

#[test]
fn what_is_not_needed_is_known_if_its_rule_ran() {
    let suppressions = vec![
        ConfiguredSuppression { path: is("c.yaml"), ..suppression("resource") },
        suppression("resource"),
        suppression("silent"),
    ];
    let options = Options { suppressions, ..Options::default() };
    assert_eq!(run(&options).unused_suppressions, [0]);
    assert_eq!(run(&Options { pedantic: true, ..options.clone() }).unused_suppressions, [0, 2]);
    // A level that hides findings does not make their configuration unused.
    let certain = Options { min_confidence: Confidence::Certain, ..options };
    assert_eq!(run(&certain).unused_suppressions, [0]);
}

#[test]
fn a_rule_is_added_to_those_that_are_on_by_default() {
    let options = Options { extend_select: vec!["silent".to_owned()], ..Options::default() };
    assert!(options.runs(&SILENT) && options.runs(&RESOURCE));
    let options = Options { select: vec!["silent".to_owned()], ..Options::default() };
    assert!(options.runs(&SILENT) && !options.runs(&RESOURCE));
}

#[test]
fn a_fingerprint_does_not_depend_on_the_other_files() {
    let alone = check(vec![Input::new("b.yaml", TEMPLATE)], &RULES, &Options::default());
    let of = |report: &Report| {
        let findings = report.findings.iter().filter(|finding| path_of(finding, &report.sources) == "b.yaml");
        findings.map(|finding| finding.fingerprint.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(&alone), of(&run(&Options::default())));
}

use std::fs;
use std::path::{Path, PathBuf};

use cflint_diagnostics::{Confidence, Finding};
use cflint_linter::{Input, Options};
use cflint_rules::RULES;
use clap::Parser;

use super::*;
use crate::args::{Asked, Cli, Command, TraceArgs};
use crate::commands::trace::request;
use crate::parameters::Given;

/// Everything that the rules say about a template.
fn findings(name: &str, text: &str) -> Report {
    let options = Options { pedantic: true, min_confidence: Confidence::Possible, ..Options::default() };
    cflint_linter::check(vec![Input::new(name, text)], RULES, &options)
}

/// The words of a command as a shell makes them.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => is_quoted = !is_quoted,
            '\\' if !is_quoted => word.extend(chars.next()),
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words
}

/// The arguments of the command of a finding, if they can be read and followed.
fn pasted(finding: &Finding) -> Result<Option<TraceArgs>, String> {
    let Some(witness) = &finding.witness else { return Ok(None) };
    let command = witness.command();
    let cli = Cli::try_parse_from(words(&command)).map_err(|error| format!("{command}: {error}"))?;
    let Command::Trace(args) = cli.command else { return Err(command) };
    let (path, asked) = args.path_and_request().map_err(|problem| format!("{command}: {problem:?}"))?;
    let Asked::Text(text) = asked else { return Err(command) };
    request::parse(&text, &args.headers).map_err(|problem| format!("{command}: {problem:?}"))?;
    if path != Path::new(&witness.path) || text != witness.request {
        return Err(format!("{command}: reads as `{}` and `{text}`", path.display()));
    }
    Ok(Some(*args))
}

fn fixtures(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => fixtures(&path, found),
            Some("yaml" | "json") => found.push(path),
            _ => {}
        }
    }
}

#[test]
fn every_command_that_is_printed_for_the_fixtures_can_be_pasted() {
    let mut paths = Vec::new();
    fixtures(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures"), &mut paths);
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for finding in &findings("its own file.yaml", &text).findings {
            match pasted(finding) {
                Ok(args) => count += usize::from(args.is_some()),
                Err(error) => wrong.push(format!("{}: {error}", path.display())),
            }
        }
    }
    assert!(count > 500 && wrong.is_empty(), "{count} commands: {wrong:#?}");
}

const EDGE: &str = "Parameters: { Base: { Type: String } }
Resources:
  Edge:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: a
            DomainName: a.example.com
            CustomOriginConfig: { OriginProtocolPolicy: https-only }
        DefaultCacheBehavior:
          TargetOriginId: a
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
        CacheBehaviors:
          - PathPattern: PATTERN
            TargetOriginId: a
            ViewerProtocolPolicy: allow-all
            CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
          - PathPattern: PATTERN
            TargetOriginId: a
            ViewerProtocolPolicy: allow-all
            CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
";

#[test]
fn patterns_that_no_url_holds_are_encoded() {
    for pattern in ["/\u{65e5}\u{672c}/*", "/q \"z1/*", "/p%/*", "/p%20/*", "/a#b/*", "/it's/*", "/<x>/*"] {
        let text = EDGE.replace("PATTERN", &format!("'{}'", pattern.replace('\'', "''")));
        let report = findings("edge.yaml", &text);
        let shown = report.findings.iter().filter(|finding| finding.witness.is_some());
        assert!(shown.clone().count() > 0, "{pattern}");
        for finding in shown {
            pasted(finding).unwrap();
        }
    }
}

fn completed(options: &[&str], name: &str) -> Report {
    let arguments = ["cflint", "check"].iter().chain(options);
    let Command::Check(args) = Cli::try_parse_from(arguments).unwrap().command else { panic!("{options:?}") };
    let mut report = findings(name, &EDGE.replace("PATTERN", "/api/*"));
    complete(&mut report, &args);
    report
}

#[test]
fn parameters_are_handed_on() {
    let given = ["--parameter", "Base=a b", "--parameter", "Prod:Base=it's", "--config", "c d.yaml"];
    let report = completed(&[&["edge.yaml"][..], &given[..]].concat(), "edge.yaml");
    let finding = report.findings.iter().find(|finding| finding.witness.is_some()).unwrap();
    let args = pasted(finding).unwrap().unwrap();
    let written: Vec<String> = args.input.parameters.iter().map(Given::written).collect();
    assert_eq!(written, ["Base=a b", "Prod:Base=it's"]);
    assert_eq!(args.config.config.as_deref(), Some(Path::new("c d.yaml")));

    let report = completed(&["edge.yaml", "--parameters-file", "prod.json", "--no-config"], "edge.yaml");
    let finding = report.findings.iter().find(|finding| finding.witness.is_some()).unwrap();
    let args = pasted(finding).unwrap().unwrap();
    assert_eq!(args.input.parameters_files, [Path::new("prod.json")]);
    assert!(args.config.no_config);
}

#[test]
fn what_came_from_standard_input_cannot_be_followed_again() {
    let shown = |report: &Report| report.findings.iter().filter(|finding| finding.witness.is_some()).count();
    assert_eq!(shown(&completed(&["-"], "<stdin>")), 0);
    assert_eq!(shown(&completed(&["-", "--stdin-filename", "edge.yaml"], "edge.yaml")), 0);
    assert!(shown(&completed(&["-", "edge.yaml"], "edge.yaml")) > 0);
}

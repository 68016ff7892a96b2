use cflint_diagnostics::{Confidence, Finding, Label, Severity, SourceFile, Span, Subject, Suppressed};
use cflint_linter::InputError;
use cflint_output::html::Page;
use clap::Parser;

use super::present::exit;
use super::run::drop_below;
use super::*;
use crate::args::{Cli, Command, FailOn};

fn args(options: &[&str]) -> CheckArgs {
    let words = ["cflint", "check"].iter().chain(options);
    match Cli::try_parse_from(words).unwrap().command {
        Command::Check(args) => *args,
        other => panic!("{other:?}"),
    }
}

fn fail_on(options: &[&str]) -> FailOn {
    args(options).settings.fail_on.unwrap_or(FailOn::Warning)
}

/// A report about one file, with a finding of each of these severities.
fn report(severities: &[Severity]) -> Report {
    let mut report = Report { files: 1, templates: 1, ..Report::default() };
    let file = report.sources.add(SourceFile::new("edge.yaml", "Resources: {}\n"));
    let finding = |severity| Finding {
        rule: "some-rule",
        group: "routing",
        severity,
        confidence: Confidence::Certain,
        pedantic: false,
        message: "some message".to_owned(),
        primary: Label { span: Span::new(file, 0, 9), message: String::new() },
        related: Vec::new(),
        notes: Vec::new(),
        help: None,
        fix: None,
        subject: Subject::default(),
        conditions: Vec::new(),
        fingerprint: String::new(),
        source: None,
        cdk: None,
        witness: None,
        suppressed: None,
        cause: String::new(),
    };
    report.findings = severities.iter().map(|severity| finding(*severity)).collect();
    report
}

fn error(path: &str, span: Option<Span>) -> InputError {
    InputError { path: path.to_owned(), message: "not readable".to_owned(), span }
}

fn exit_with(options: &[&str], severities: &[Severity]) -> Exit {
    exit(fail_on(options), &report(severities))
}

#[test]
fn the_exit_code_follows_the_severities() {
    use Severity::{Error, Info, Warning};

    assert_eq!(exit_with(&[], &[]), Exit::Clean);
    assert_eq!(exit_with(&[], &[Info]), Exit::Clean);
    assert_eq!(exit_with(&[], &[Info, Warning]), Exit::Findings);
    assert_eq!(exit_with(&["--fail-on", "info"], &[Info]), Exit::Findings);
    assert_eq!(exit_with(&["--fail-on", "error"], &[Warning]), Exit::Clean);
    assert_eq!(exit_with(&["--fail-on", "error"], &[Warning, Error]), Exit::Findings);
    assert_eq!(exit_with(&["--fail-on", "never"], &[Error]), Exit::Clean);
}

#[test]
fn a_page_is_not_written_to_a_terminal() {
    let html = &["--format", "html"][..];
    let refused = |options: &[&str], is_terminal| {
        refuse_page(&args(options), &Terminal { is_terminal, ..Terminal::default() })
    };
    let problem = refused(html, true).unwrap_err().plain();
    assert!(problem.contains("not for a terminal") && problem.contains("`-o report.html`"), "{problem}");
    assert!(refused(html, false).is_ok());
    assert!(refused(&["--format", "html", "-o", "report.html"], true).is_ok());
    assert!(refused(&[], true).is_ok());
}

#[test]
fn suppressed_findings_do_not_fail_a_run() {
    let mut report = report(&[Severity::Error]);
    report.findings[0].suppressed = Some(Suppressed { channel: "comment".to_owned(), reason: None });
    assert_eq!(exit(fail_on(&[]), &report), Exit::Clean);
}

#[test]
fn unreadable_input_wins_over_findings() {
    let mut report = report(&[Severity::Error]);
    report.errors.push(error("gone.yaml", None));
    assert_eq!(exit(fail_on(&[]), &report), Exit::Failed);
    assert_eq!(exit(fail_on(&["--fail-on", "never"]), &report), Exit::Failed);
}

#[test]
fn dropped_findings_neither_show_nor_fail() {
    let mut report = report(&[Severity::Error, Severity::Info, Severity::Warning]);
    drop_below((Confidence::Possible, Severity::Warning), &mut report);
    assert_eq!(report.findings.len(), 2);
    drop_below((Confidence::Possible, Severity::Error), &mut report);
    assert_eq!(exit(fail_on(&["--fail-on", "warning"]), &report), Exit::Findings);
}

#[test]
fn an_error_that_a_finding_shows_is_not_said_again() {
    let mut report = report(&[Severity::Error]);
    let shown = report.findings[0].primary.span;
    report.errors = vec![
        error("gone.yaml", None),
        error("edge.yaml", Some(shown)),
        error("elsewhere", Some(Span::new(shown.file, 1, 2))),
    ];
    let said = |report: &Report| report.unshown_errors().map(|error| error.path.clone()).collect::<Vec<_>>();
    assert_eq!(said(&report), ["gone.yaml", "elsewhere"]);
    report.findings.clear();
    assert_eq!(said(&report), ["gone.yaml", "edge.yaml", "elsewhere"]);
}

/// What is written to standard output, and to the file of `-o`.
fn present_to(options: &[&str], color: bool, forced: bool) -> (String, Option<String>) {
    let dir = tempfile::TempDir::new().unwrap();
    let mut args = args(options);
    args.output_file = args.output_file.map(|file| dir.path().join(file));
    let terminal = Terminal { color, forced, ..Terminal::default() };
    let mut out = Vec::new();
    let exit =
        present(&args, FailOn::Warning, &report(&[Severity::Warning]), &Page::default(), &terminal, &mut out)
            .unwrap();
    assert_eq!(exit, Exit::Findings);
    let file = args.output_file.map(|file| std::fs::read_to_string(file).unwrap());
    (String::from_utf8(out).unwrap(), file)
}

#[test]
fn a_file_has_colors_only_if_they_were_asked_for() {
    let (out, none) = present_to(&[], true, false);
    assert!(out.contains('\u{1b}') && none.is_none());
    let (out, file) = present_to(&["-o", "out"], true, false);
    assert!(out.is_empty() && !file.unwrap().contains('\u{1b}'));
    let (_, file) = present_to(&["-o", "out"], true, true);
    assert!(file.unwrap().contains('\u{1b}'));
}

#[test]
fn quiet_shows_the_findings_and_nothing_else() {
    let options = ["--format", "concise", "--quiet"];
    assert_eq!(present_to(&options, false, false).0, "edge.yaml:1:1: warning[some-rule] some message\n");
}

#[test]
fn json_is_never_colored() {
    let (out, _) = present_to(&["--format", "json"], true, true);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&out).unwrap()["schema"], "cflint/v1");
}

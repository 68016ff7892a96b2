//! Reports made by hand, with everything that a format can meet.

use cflint_diagnostics::{
    Applicability, Confidence, Edit, FileId, Finding, Fix, Label, Severity, SourceFile, SourceLocation, Span,
    Subject, Suppressed,
};
use cflint_linter::{FixAvailability, Group, InputError, Report, Rule, RuleMeta};

struct Fake(&'static RuleMeta);

impl Rule for Fake {}

impl cflint_linter::Declared for Fake {
    fn meta(&self) -> &'static RuleMeta {
        self.0
    }
}

const fn meta(
    id: &'static str,
    group: Group,
    severity: Severity,
    fix: FixAvailability,
    summary: &'static str,
) -> RuleMeta {
    RuleMeta {
        id,
        group,
        summary,
        docs: "",
        severity,
        pedantic: false,
        fix,
        aliases: &["XYZ001"],
        cdk: "",
        file: "rules/src/lib.rs",
        line: 1,
    }
}

static HOST: RuleMeta = meta(
    "host-header-forwarded",
    Group::Routing,
    Severity::Error,
    FixAvailability::Safe,
    "the viewer's `Host` reaches a host that does not know it",
);
static STAGE: RuleMeta = RuleMeta {
    pedantic: true,
    ..meta(
        "stage-missing",
        Group::Routing,
        Severity::Error,
        FixAvailability::Unsafe,
        "the stage is not in the path",
    )
};
static OPEN: RuleMeta = meta(
    "direct-access",
    Group::Security,
    Severity::Warning,
    FixAvailability::None,
    "the API answers without the distribution",
);

/// The rules of the samples, not in the order in which they are listed.
pub(crate) static RULES: &[&dyn Rule] = &[&Fake(&OPEN), &Fake(&STAGE), &Fake(&HOST)];

/// A template with a byte order mark and text before the places that are shown.
const EDGE: &str = "\u{feff}Resources:
  Api: {Type: 'AWS::ApiGateway::RestApi'}
  Edge:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Comment: 'Grüße 日本 😀'
        Origins:
          - Id: Api
            DomainName: !Sub '${Api}.execute-api.${AWS::Region}.amazonaws.com'
\t\tDefaultCacheBehavior: # not valid, but a tab is shown
          {Comment: 'é😀', OriginRequestPolicyId: 216adef6-5c7f-47e4-b989-5492eafa07d3}
";

const POLICIES: &str = "Resources:\r\n  Policy:\r\n    Type: AWS::CloudFront::CachePolicy\r\n    Properties:\r\n      Name: p\r\n";

/// The place of the `nth` occurrence of `needle` in the file.
fn place(report: &Report, file: FileId, needle: &str, nth: usize) -> Span {
    let text = report.sources.get(file).unwrap().text();
    let (start, found) = text.match_indices(needle).nth(nth).unwrap();
    let start = u32::try_from(start).unwrap();
    Span::new(file, start, start + u32::try_from(found.len()).unwrap())
}

fn label(span: Span, message: &str) -> Label {
    Label { span, message: message.to_owned() }
}

fn finding(rule: &'static RuleMeta, primary: Label, message: &str) -> Finding {
    Finding {
        rule: rule.id,
        group: rule.group.as_str(),
        severity: rule.severity,
        confidence: Confidence::Certain,
        pedantic: false,
        message: message.to_owned(),
        primary,
        related: Vec::new(),
        notes: Vec::new(),
        help: None,
        fix: None,
        subject: Subject::default(),
        conditions: Vec::new(),
        fingerprint: "00ff".to_owned(),
        source: None,
        cdk: None,
        witness: None,
        suppressed: None,
        cause: String::new(),
    }
}

fn fix(span: Span, applicability: Applicability) -> Option<Fix> {
    let text = "b689b0a8-53d0-40ab-baf2-68738e2966ac".to_owned();
    Some(Fix {
        title: "use `AllViewerExceptHostHeader`".to_owned(),
        applicability,
        edits: vec![Edit { span, text }],
    })
}

/// Two files, related places, a fix, conditions, a suppressed finding, inputs that could not be read.
pub(crate) fn rich() -> Report {
    let mut report = Report { files: 4, templates: 3, ..Report::default() };
    let edge = report.sources.add(SourceFile::new("infra/edge.yaml", EDGE));
    let policies = report.sources.add(SourceFile::new("infra/policies.yaml", POLICIES));

    let id = place(&report, edge, "216adef6-5c7f-47e4-b989-5492eafa07d3", 0);
    let domain = place(&report, edge, "'${Api}.execute-api.${AWS::Region}.amazonaws.com'", 0);
    let policy = place(&report, policies, "AWS::CloudFront::CachePolicy", 0);
    let comment = place(&report, edge, "Comment: 'é😀'", 0);
    let mut host = finding(
        &HOST,
        label(id, "managed policy `AllViewer` forwards every header, `Host` included"),
        "the viewer's `Host` is forwarded to `Api`, which only answers to its own host name",
    );
    host.related = vec![
        label(policy, "forwards nothing more"),
        label(domain, "API Gateway expects this name as `Host`"),
        label(comment, ""),
    ];
    host.notes =
        vec!["`GET /api/users` arrives with `Host: shop.example.com`;\nAPI Gateway answers 403".to_owned()];
    host.help = Some("use `AllViewerExceptHostHeader`".to_owned());
    host.fix = fix(id, Applicability::Safe);
    host.subject = Subject {
        stack: Some("Shop".to_owned()),
        logical_id: Some("Edge".to_owned()),
        resource_type: Some("AWS::CloudFront::Distribution".to_owned()),
        property: Some("DistributionConfig.DefaultCacheBehavior.OriginRequestPolicyId".to_owned()),
        behavior: Some("/api/*".to_owned()),
        construct: Some("Shop/Edge".to_owned()),
        distribution: Some("Edge".to_owned()),
        distributions: Vec::new(),
        behaviors: Vec::new(),
    };
    host.conditions = vec![("UseApi".to_owned(), true), ("UseMock".to_owned(), false)];
    host.source = Some(SourceLocation { path: "lib/shop.ts".to_owned(), line: 12, column: 5 });

    let api = place(&report, edge, "Type: 'AWS::ApiGateway::RestApi'", 0);
    let mut open = finding(
        &OPEN,
        label(api, "responds to anyone"),
        "`Api` answers requests that pass by the distribution",
    );
    open.confidence = Confidence::Likely;
    open.help = Some("require a secret header".to_owned());

    let mut ignored = open.clone();
    ignored.message = "ignored, because the team knows".to_owned();
    ignored.suppressed =
        Some(Suppressed { channel: "comment".to_owned(), reason: Some("internal API".to_owned()) });

    // From the key of a map to the end of the map.
    let map = Span::new(policies, place(&report, policies, "Properties", 0).start, 9999);
    let mut stage = finding(&STAGE, label(map, "no stage in here"), "the stage `prod` is in no path");
    stage.fix = fix(policy, Applicability::Unsafe);

    report.findings = vec![open, ignored, host, stage];
    report.errors = vec![
        InputError {
            path: "gone.yaml".to_owned(),
            message: "no such file or directory".to_owned(),
            span: None,
        },
        InputError {
            path: "infra/edge.yaml".to_owned(),
            message: "tab in the indentation".to_owned(),
            span: Some(place(&report, edge, "\t\t", 0)),
        },
    ];
    report
}

/// A megabyte of JSON on one line, with labels far apart.
pub(crate) fn minified() -> Report {
    let mut report = Report { files: 1, templates: 1, ..Report::default() };
    let filler = "{\"Comment\":\"é\"},".repeat(40_000);
    let text = format!(
        "{{\"a\":[{filler}{{\"DomainName\":\"api.example.com\"}},{filler}{{\"Stage\":\"prod\"}},{filler}0]}}"
    );
    let file = report.sources.add(SourceFile::new("cdk.out/Shop.template.json", text));
    let stage = place(&report, file, "\"prod\"", 0);
    let domain = place(&report, file, "\"api.example.com\"", 0);
    let rest = Span::new(file, domain.start, stage.end);
    let mut first = finding(&STAGE, label(stage, "this stage"), "the stage `prod` is in no path");
    first.related = vec![label(domain, "of this API")];
    let second = finding(&OPEN, label(rest, "all of this"), "a label longer than any window");
    report.findings = vec![first, second];
    report
}

/// Text of a template that tries to reach the terminal.
pub(crate) fn hostile() -> Report {
    let mut report = Report { files: 1, templates: 1, ..Report::default() };
    let text = "A: \u{1b}]0;owned\u{7} \u{9b}2J \u{202e}evil\u{2066} x\rB: end";
    let file = report.sources.add(SourceFile::new("a\u{1b}[2J\nb.yaml", text));
    let mut bad = finding(
        &OPEN,
        label(place(&report, file, "evil", 0), "is \u{1b}[1mbold\u{1b}[0m\nreally"),
        "\u{1b}[31mred\r\nerror[fake]: line",
    );
    bad.related = vec![label(place(&report, file, "end", 0), "")];
    bad.notes = vec!["note \u{1b}[5m\nwith a second line".to_owned()];
    bad.help = Some("say \u{8}\u{8}".to_owned());
    bad.subject.behavior = Some("/\u{1b}c*".to_owned());
    bad.conditions = vec![("C\u{7}".to_owned(), true)];
    report.findings = vec![bad];
    report
}

/// What would be markup, a link, a mention or a command if it were not written as text.
pub(crate) const MARKUP: &[&str] = &[
    "</failure><failure/>]]><!--",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "` [click](https://evil.example) `",
    "``` **bold** ~~gone~~ _it_ | cell | <b>",
    "`\\` | `\\|` [a]: https://evil.example",
    "@everyone #1 !2 user/repo#3 https://evil.example www.evil.example",
    "\n::error file=x::fake",
    "\r\n  ::stop-commands::x",
    "%0A::error::fake",
    "##[error]fake",
    "[1](0) {0} $(touch x) ${{ github.token }} &lt;b&gt; \u{fffe}",
    "\n\n# heading\n- item\n~~~\n```\n/close",
];

/// Text of a template that tries to be markup or a command.
pub(crate) fn markup() -> Report {
    let mut report = Report { files: 1, templates: 1, ..Report::default() };
    for text in MARKUP {
        let source = format!("# {text}\nName: x{text}\n");
        let file = report.sources.add(SourceFile::new(format!("a {text}.yaml"), source));
        let at = Span::new(file, 2, 2 + u32::try_from(text.len()).unwrap());
        let mut bad = finding(&OPEN, label(at, text), &format!("`{text}` is not valid"));
        bad.related = vec![label(Span::new(file, 0, 1), &format!("{text} is"))];
        bad.notes = vec![format!("`GET /{text}` {text}")];
        bad.help = Some(format!("say `{text}`"));
        bad.subject.logical_id = Some((*text).to_owned());
        bad.subject.behavior = Some((*text).to_owned());
        bad.conditions = vec![((*text).to_owned(), true)];
        let mut suppressed = bad.clone();
        suppressed.suppressed =
            Some(Suppressed { channel: "comment".to_owned(), reason: Some((*text).to_owned()) });
        report.findings.extend([bad, suppressed]);
        report.errors.push(InputError {
            path: format!("{text}/gone.yaml"),
            message: (*text).to_owned(),
            span: None,
        });
    }
    report
}

/// Places that no rule should report: outside of the text, inside a character, in a file of another run.
pub(crate) fn astray() -> Report {
    let mut report = Report { files: 1, templates: 1, ..Report::default() };
    let file = report.sources.add(SourceFile::new("t.yaml", "é: 1\n"));
    let mut outside = finding(&OPEN, label(Span::new(file, 99, 120), "past the end"), "outside");
    outside.related = vec![label(Span::new(FileId(7), 0, 3), "of another run")];
    let inside = finding(&OPEN, label(Span::new(file, 1, 1), "half a character"), "inside");
    let nowhere = finding(&OPEN, label(Span::new(FileId(7), 0, 3), "nowhere"), "nowhere");
    report.findings = vec![outside, inside, nowhere];
    report
}

/// Findings that were made at places of an app: at a call, in a line with characters of all sizes, and at two that the
/// file does not have.
pub(crate) fn app() -> Report {
    let mut report = Report { files: 1, templates: 1, ..Report::default() };
    let file =
        report.sources.add(SourceFile::new("cdk.out/Shop.template.json", "{\n \"Resources\": {}\n}\n"));
    let text = "import * as cdk from 'aws-cdk-lib';\n\tconst é😀 = new Distribution (this, 'Edge', {\u{1b}[2J\n    edge.\n";
    report.user_sources.insert("lib/shop.ts".to_owned(), SourceFile::new("lib/shop.ts", text));
    for (path, line, column) in [
        ("lib/shop.ts", 2, 14),
        ("lib/shop.ts", 3, 1),
        ("lib/shop.ts", 3, 99),
        ("lib/shop.ts", 99, 1),
        ("lib/gone.ts", 1, 1),
    ] {
        let mut finding = finding(&OPEN, label(Span::new(file, 3, 14), "evidence"), "m");
        finding.subject.construct = Some("Shop/Edge/Resource".to_owned());
        finding.source = Some(SourceLocation { path: path.to_owned(), line, column });
        report.findings.push(finding);
    }
    report
}

/// A finding at one place of a text.
pub(crate) fn one(text: &str, start: u32, length: u32) -> Report {
    let mut report = Report { files: 1, templates: 1, ..Report::default() };
    let file = report.sources.add(SourceFile::new("t.yaml", text));
    report.findings = vec![finding(&OPEN, label(Span::new(file, start, start + length), "here"), "m")];
    report
}

/// `errors`, `warnings` and `infos` findings; the first `fixable` can be fixed, then `suppressed` more.
pub(crate) fn counted(
    templates: usize,
    [errors, warnings, infos]: [usize; 3],
    fixable: usize,
    suppressed: usize,
) -> Report {
    let mut report = Report { files: templates, templates, ..Report::default() };
    let span = Span::new(FileId(0), 0, 0);
    let of = |severity| Finding { severity, ..finding(&OPEN, label(span, ""), "m") };
    let severities = [(errors, Severity::Error), (warnings, Severity::Warning), (infos, Severity::Info)];
    report.findings =
        severities.iter().flat_map(|(count, severity)| std::iter::repeat_n(of(*severity), *count)).collect();
    for finding in report.findings.iter_mut().take(fixable) {
        finding.fix = fix(span, Applicability::Safe);
    }
    let hidden = Suppressed { channel: "config".to_owned(), reason: None };
    let hidden =
        Finding { suppressed: Some(hidden), fix: fix(span, Applicability::Safe), ..of(Severity::Error) };
    report.findings.extend(std::iter::repeat_n(hidden, suppressed));
    report
}

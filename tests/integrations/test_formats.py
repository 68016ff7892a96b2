"""The formats for platforms, read by programs that others wrote, from templates that try to be more than text."""

import html.parser
import json
import shutil
import subprocess
import sys

import jsonschema
import junitparser
import pytest
from markdown_it import MarkdownIt

PAGE = "https://github.com/cflint/cflint/blob/main/docs/rules/"

# What would be markup, a link, a mention or a command if it were not written as text.
HOSTILE = [
    "</failure><failure/>]]><!--",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "` [click](https://evil.example) `",
    "``` **bold** | cell | <b>",
    "`\\` | `\\|` [a]: https://evil.example",
    "`@everyone` #1 GH-1 ` https://evil.example www.evil.example a@evil.example",
    "\n::error file=x::fake",
    "\r\n  ::stop-commands::x",
    "##[error]fake \x1b[2J \u202e \x9b2J",
    "[1](0) {0} \ufffe \uffff",
    "\n\n# heading\n- item\n~~~\n```\n/close",
]


def hostile(text):
    """A template with the text in a logical id, in values, in a comment and in a reason, and findings about all of them."""
    quoted = json.dumps(text)
    comment = "".join(c if c.isprintable() else " " for c in text)
    return f"""\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  {quoted}: # {comment}
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: {quoted}
            DomainName: {json.dumps("https://" + text)}
            CustomOriginConfig: {{OriginProtocolPolicy: http-only}}
        DefaultCacheBehavior:
          TargetOriginId: {json.dumps(text + "x")}
          # cflint: ignore[viewer-protocol-not-https] {comment}
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
        CacheBehaviors:
          - PathPattern: {json.dumps("/" + text)}
            TargetOriginId: {json.dumps(text + "y")}
            ViewerProtocolPolicy: allow-all
            CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
"""


@pytest.fixture(scope="module", params=range(len(HOSTILE)))
def trap(request, tmp_path_factory):
    """A folder with such a template."""
    folder = tmp_path_factory.mktemp("trap")
    (folder / "edge.yaml").write_text(hostile(HOSTILE[request.param]), encoding="utf-8")
    return folder


@pytest.fixture
def findings(cflint):
    """What cflint finds in a folder, as `cflint/v1` has it."""

    def read(folder, *args):
        ran = cflint("check", "--format", "json", *args, cwd=folder)
        assert ran.returncode == 1, ran.stderr
        return json.loads(ran.stdout)["findings"]

    return read


def counting(findings):
    return [finding for finding in findings if not finding["suppressed"]]


@pytest.fixture(scope="session")
def schema(root):
    text = (root / "tests/integrations/schemas/sarif-2.1.0.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text), format_checker=jsonschema.FormatChecker())


def valid(schema, log):
    errors = [f"{error.json_path}: {error.message}" for error in schema.iter_errors(log)]
    assert not errors, errors
    return log["runs"][0]


def check_results(run, expected):
    assert len(run["results"]) == len(expected)
    for result, finding in zip(run["results"], expected):
        assert result["ruleId"] == finding["rule"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
        assert result["partialFingerprints"]["cflint/v1"] == finding["fingerprint"]
        assert bool(result["suppressions"]) == bool(finding["suppressed"])
        logical = result["locations"][0].get("logicalLocations", [{}])[0].get("name")
        assert logical == finding["subject"]["logical_id"]


def test_sarif_is_what_the_schema_asks_for_and_sarif_tools_reads(cflint, findings, schema, root, tmp_path):
    path = tmp_path / "cflint.sarif"
    names = ["fixtures/_demo", "fixtures/host-header-forwarded", "fixtures/origin-not-https", "fixtures/_cdk/project"]
    ran = cflint("check", "--format", "sarif", "-o", path, *names)
    assert ran.returncode == 1
    run = valid(schema, json.loads(path.read_text(encoding="utf-8")))
    expected = findings(root, *names)
    check_results(run, expected)
    # Rules have help, fixes have text, and the user's own lines come first.
    assert all(rule["help"]["markdown"].startswith("## What it does") for rule in run["tool"]["driver"]["rules"])
    assert any(result.get("fixes") for result in run["results"])
    for result, finding in zip(run["results"], expected):
        if finding["source"] and not finding["source"]["path"].startswith(("/", "..")):
            first = result["locations"][0]["physicalLocation"]
            assert first["artifactLocation"]["uri"].endswith(finding["source"]["path"])
    summary = subprocess.run(
        [sys.executable, "-m", "sarif", "summary", path], capture_output=True, encoding="utf-8", check=True
    ).stdout
    for level, severity in [("error", "error"), ("warning", "warning"), ("note", "info")]:
        count = sum(finding["severity"] == severity for finding in expected)
        assert f"\n{level}: {count}\n" in "\n" + summary, summary


@pytest.fixture
def app(root, tmp_path):
    """A CDK app in a folder of a repository, synthesized there."""
    folder = tmp_path / "shop"
    shutil.copytree(root / "fixtures/_cdk/edge/cdk.out-2.276.0", folder / "cdk.out")
    shutil.copy(root / "fixtures/_cdk/edge/app.js", folder)
    (tmp_path / ".git").mkdir()
    for file in (folder / "cdk.out").rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("/app/app.js", f"{folder}/app.js"), encoding="utf-8")
    return folder


def test_the_line_of_the_app_comes_first(cflint, schema, app):
    def shown(format):
        return cflint("check", "--select", "host-header-forwarded", "--format", format, cwd=app).stdout

    [result] = valid(schema, json.loads(shown("sarif")))["results"]
    first = result["locations"][0]
    assert first["physicalLocation"]["artifactLocation"]["uri"] == "shop/app.js"
    assert first["physicalLocation"]["region"]["startLine"] == 17
    assert first["logicalLocations"][0]["fullyQualifiedName"] == "EdgeStack/Pages/Resource"
    evidence = result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert evidence == "shop/cdk.out/EdgeStack.template.json"
    assert "fixes" not in result, "what cdk synth wrote is not mended"
    assert shown("github").startswith("::error title=cflint (host-header-forwarded),file=shop/app.js,line=17,col=5::")
    [violation] = json.loads(shown("gitlab"))
    assert violation["location"] == {"path": "shop/app.js", "lines": {"begin": 17, "end": 17}}
    assert " `shop/app.js:17:5`: the viewer's `Host`" in shown("markdown")
    assert "construct `EdgeStack/Pages/Resource` is made here" in shown("markdown")


def test_a_fix_in_sarif_mends_the_template(cflint, schema, root, tmp_path):
    """Whoever applies the regions of SARIF, which count UTF-16 units, gets what `--fix` writes."""
    text = (root / "fixtures/_demo/edge.yaml").read_text(encoding="utf-8").replace("- Id: api", "- Id: é😀")
    behavior = text[text.index("          - PathPattern") : text.index("# AllViewer\n")]
    lines = [line.strip(" -").split(" #")[0] for line in behavior.splitlines()]
    lines = [line.replace("TargetOriginId: api", "TargetOriginId: é😀") for line in lines]
    text = text.replace(behavior, f"          - {{{', '.join(lines)}}} ")
    (tmp_path / "edge.yaml").write_text(text, encoding="utf-8")
    run = valid(schema, json.loads(cflint("check", "--format", "sarif", cwd=tmp_path).stdout))
    lines = text.split("\n")
    assert any("é😀" in lines[result["locations"][0]["physicalLocation"]["region"]["startLine"] - 1] for result in run["results"])
    for result in run["results"]:
        for fix in result.get("fixes", []):
            for replacement in fix["artifactChanges"][0]["replacements"]:
                region = replacement["deletedRegion"]
                assert region["startLine"] == region["endLine"]
                line = lines[region["startLine"] - 1].encode("utf-16-le")
                start, end = 2 * (region["startColumn"] - 1), 2 * (region["endColumn"] - 1)
                new = replacement["insertedContent"]["text"].encode("utf-16-le")
                lines[region["startLine"] - 1] = (line[:start] + new + line[end:]).decode("utf-16-le")
    assert lines != text.split("\n")
    cflint("check", "--fix", cwd=tmp_path)
    assert "\n".join(lines) == (tmp_path / "edge.yaml").read_text(encoding="utf-8")


def test_sarif_holds_text_only_as_text(cflint, findings, schema, trap):
    ran = cflint("check", "--format", "sarif", cwd=trap)
    run = valid(schema, json.loads(ran.stdout))
    check_results(run, findings(trap))
    for result in run["results"]:
        for message in [result["message"], *(place["message"] for place in result["relatedLocations"] if "message" in place)]:
            assert not any(before != "\\" for before in links(message["text"])), message
    active = json.loads(cflint("check", "--format", "sarif", "--hide-suppressed", cwd=trap).stdout)["runs"][0]
    assert len(active["results"]) == len(counting(findings(trap)))


def links(text):
    """What stands before each bracket that would open a link in SARIF."""
    return [(" " + text)[at] for at in range(len(text)) if text[at] == "[" and "](" in text[at:]]


def test_junit_is_read_back(cflint, findings, trap):
    ran = cflint("check", "--format", "junit", cwd=trap)
    report = junitparser.JUnitXml.fromstring(ran.stdout.encode())
    expected = findings(trap)
    cases = [case for suite in report for case in suite]
    failed = [case for case in cases if case.is_failure]
    assert (report.tests, report.failures, report.skipped) == (
        len(expected),
        len(counting(expected)),
        len(expected) - len(counting(expected)),
    )
    assert len(failed) == report.failures and len(cases) == report.tests
    assert sorted(case.name.split(":")[0] for case in failed) == sorted(finding["rule"] for finding in counting(expected))
    assert all(len(case.result) == 1 for case in failed)


def test_junit_of_nothing_is_a_test_that_passed(cflint, tmp_path):
    (tmp_path / "topic.yaml").write_text("AWSTemplateFormatVersion: '2010-09-09'\nResources: {A: {Type: 'AWS::SNS::Topic'}}\n")
    report = junitparser.JUnitXml.fromstring(cflint("check", "--format", "junit", cwd=tmp_path).stdout.encode())
    assert [case.is_passed for suite in report for case in suite] == [True]


def test_gitlab_has_what_gitlab_asks_for(cflint, findings, trap):
    """https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format"""
    report = json.loads(cflint("check", "--format", "gitlab", cwd=trap).stdout)
    expected = counting(findings(trap))
    assert [item["check_name"] for item in report] == [finding["rule"] for finding in expected]
    assert len({item["fingerprint"] for item in report}) == len(report)
    for item, finding in zip(report, expected):
        assert item["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert item["location"] == {
            "path": "edge.yaml",
            "lines": {"begin": finding["span"]["start"]["line"], "end": finding["span"]["end"]["line"]},
        }
        assert item["description"].isprintable()


@pytest.fixture(scope="session")
def rdjson(root):
    """Reads a document as reviewdog does: what it does not know is an error."""
    text = (root / "tests/integrations/schemas/rdjson.json").read_text(encoding="utf-8")
    validator = jsonschema.Draft7Validator(json.loads(text), format_checker=jsonschema.FormatChecker())

    def read(text):
        document = json.loads(text)
        errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        assert not errors, errors
        return document["diagnostics"]

    return read


def test_rdjson_has_what_reviewdog_reads(cflint, findings, rdjson, root):
    names = ["fixtures/_demo", "fixtures/host-header-forwarded", "fixtures/origin-not-https", "fixtures/_cdk/project"]
    found = rdjson(cflint("check", "--format", "rdjson", *names).stdout)
    expected = counting(findings(root, *names))
    assert [item["code"]["value"] for item in found] == [finding["rule"] for finding in expected]
    for item, finding in zip(found, expected):
        assert item["severity"] == finding["severity"].upper() and item["code"]["url"] == finding["url"]
        assert item["message"].startswith(finding["message"].split("`")[0].replace("_", "\\_")[:10])
        is_safe = finding["fix"] and finding["fix"]["applicability"] == "safe"
        assert bool(item.get("suggestions")) <= bool(is_safe)
    assert any(item.get("suggestions") for item in found)


def test_a_suggestion_is_the_fix(cflint, rdjson, root, tmp_path):
    """The columns of reviewdog are bytes. Each suggestion alone is all of a fix."""
    text = (root / "fixtures/_demo/edge.yaml").read_text(encoding="utf-8").replace("- Id: api", "- Id: é😀")
    text = text.replace("TargetOriginId: api", "TargetOriginId: é😀")
    (tmp_path / "edge.yaml").write_text(text, encoding="utf-8")
    found = rdjson(cflint("check", "--format", "rdjson", cwd=tmp_path).stdout)
    lines = text.encode().split(b"\n")

    def offset(position):
        return sum(len(line) + 1 for line in lines[: position["line"] - 1]) + position["column"] - 1

    edits = [suggestion for item in found for suggestion in item.get("suggestions", [])]
    mended = text.encode()
    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        start, end = (offset(edit["range"][end]) for end in ("start", "end"))
        mended = mended[:start] + edit["text"].encode() + mended[end:]
    assert mended != text.encode()
    cflint("check", "--fix", cwd=tmp_path)
    assert mended == (tmp_path / "edge.yaml").read_bytes()


def test_rdjson_holds_text_only_as_text(cflint, findings, rdjson, trap):
    found = rdjson(cflint("check", "--format", "rdjson", cwd=trap).stdout)
    assert len(found) == len(counting(findings(trap)))
    for item in found:
        page = Elements(MarkdownIt("gfm-like").render(item["message"]))
        assert page.found <= {"p", "ul", "li", "code", "span"} and not page.links, item["message"]
        for sign in ("@everyone", "#1", "GH-1", "://", "www."):
            assert sign not in page.text


class Elements(html.parser.HTMLParser):
    """The elements of a page, and the text outside of code."""

    def __init__(self, page):
        super().__init__()
        self.found, self.links, self.text, self.depth = set(), [], "", 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        # Platforms look for mentions, references and links in what stands together.
        self.text += "\0"
        self.depth += tag in ("code", "pre")
        self.links += [value for name, value in attrs if name == "href"]
        assert all(name in ("href", "class", "id") for name, _ in attrs), attrs

    def handle_endtag(self, tag):
        self.depth -= tag in ("code", "pre")
        self.text += "\0"

    def handle_data(self, data):
        if self.depth == 0:
            self.text += data

    def handle_comment(self, data):
        assert data.strip() == "cflint"


def test_markdown_holds_text_only_as_text(cflint, findings, trap):
    text = cflint("check", "--format", "markdown", cwd=trap).stdout
    page = Elements(MarkdownIt("gfm-like").render(text))
    assert page.found <= {"h3", "table", "thead", "tbody", "tr", "th", "td", "p", "a", "strong", "code", "pre", "ul", "li", "span"}
    expected = counting(findings(trap))
    assert sorted(page.links) == sorted(f"{PAGE}{finding['rule']}.md" for finding in expected for _ in range(2))
    for sign in ("@everyone", "#1", "GH-1", "://", "www."):
        assert sign not in page.text
    # A line that starts so is a command to GitLab.
    assert not any(line.startswith("/") for line in text.splitlines())
    table = MarkdownIt("gfm-like").render(text)
    assert table.count("<tr>") == 1 + len(expected) and table.count("<td>") == 4 * len(expected)


@pytest.mark.parametrize("format", ["full", "concise", "json", "jsonl", "sarif", "github", "gitlab", "rdjson", "junit", "markdown", "html"])
def test_nothing_acts_on_a_terminal_or_a_runner(cflint, findings, trap, format):
    ran = cflint("check", "--format", format, cwd=trap)
    assert ran.returncode == 1
    for text in (ran.stdout, ran.stderr):
        assert all(c.isprintable() or c in "\n\t" for c in text), ascii(text)
        assert "##[" not in text
    commands = [line for line in ran.stdout.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) == (len(counting(findings(trap))) if format == "github" else 0)


def test_lines_of_json_are_the_findings_of_the_document(cflint, findings, trap):
    lines = cflint("check", "--format", "jsonl", cwd=trap).stdout.splitlines()
    assert [json.loads(line) for line in lines] == findings(trap)

"""`@cflint/cdk`, in apps that are synthesized by the real CDK."""

import json
import shutil
from types import SimpleNamespace

import pytest
from lsp import Client

BROKEN = {"OriginRequestPolicy.ALL_VIEWER,": "OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,"}
RISKY = {"ViewerProtocolPolicy.ALLOW_ALL,": "ViewerProtocolPolicy.HTTPS_ONLY,"}


@pytest.fixture
def app(shop, tmp_path):
    """The project, in which a test may change the app."""
    folder = tmp_path / "app"
    folder.mkdir()
    for path in shop.iterdir():
        if path.is_file():
            shutil.copy2(path, folder)
    (folder / "node_modules").symlink_to(shop / "node_modules")

    def change(name, edits):
        text = (folder / name).read_text(encoding="utf-8")
        for before, after in edits.items():
            assert text.count(before) == 1
            text = text.replace(before, after)
        (folder / name).write_text(text, encoding="utf-8")

    return SimpleNamespace(folder=folder, change=change)


@pytest.fixture
def cdk(app, run):
    def cdk(*args, env=None):
        ran = run(app.folder / "node_modules/.bin/cdk", *args, "--no-notices", cwd=app.folder, env=env)
        return ran.returncode, ran.stdout + ran.stderr

    return cdk


def line_of(app, name, text):
    lines = (app.folder / name).read_text(encoding="utf-8").splitlines()
    [number] = [number for number, line in enumerate(lines, 1) if text in line]
    return number


def violations(app):
    report = json.loads((app.folder / "cdk.out/validation-report.json").read_text(encoding="utf-8"))
    [ours] = [report for report in report["pluginReports"] if report["pluginName"] == "cflint"]
    return ours["violations"]


def test_the_types_fit_the_library(shop, run):
    ran = run(shop / "node_modules/.bin/tsc", cwd=shop)
    assert ran.returncode == 0, ran.stdout


def test_the_synth_of_a_broken_app_fails_and_editors_show_it_at_its_line(app, cdk, run, variables):
    code, said = cdk("synth", "--quiet", "**")
    assert code == 1, said
    line = line_of(app, "app.ts", "new Distribution(")
    assert f"app.ts:{line}:5\nERROR the viewer's `Host` is forwarded to " in said
    assert "(behavior `Default (*)`) (cflint)" in said
    assert "in CDK: `originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER`" in said
    # A nested stack, in a stack, in a stage.
    assert "Prod/Edge/Site/Pages/Resource (Pages127DFD1A) aws-cdk-lib.aws_cloudfront.CfnDistribution" in said
    assert "INFO" not in said
    error, _ = violations(app)
    [construct] = error["violatingConstructs"]
    property = "Properties.DistributionConfig.DefaultCacheBehavior.OriginRequestPolicyId"
    assert construct["cloudFormationResource"]["propertyPaths"] == [property]
    explained = run(*error["ruleMetadata"]["explain"].split(), cwd=app.folder)
    assert explained.returncode == 0 and "host-header-forwarded" in explained.stdout, explained.stderr
    assert error["ruleMetadata"]["url"].endswith("/docs/rules/host-header-forwarded.md")
    # What the language server of the CDK makes of it.
    with Client([app.folder / "node_modules/.bin/cdk", "lsp"], app.folder, variables) as client:
        client.initialize(app.folder)
        published = client.diagnostics()
    assert published["uri"] == (app.folder / "app.ts").as_uri()
    shown = [(found["source"], found["code"], found["severity"]) for found in published["diagnostics"]]
    assert shown == [("cflint", "host-header-forwarded", 1), ("cflint", "viewer-protocol-not-https", 2)]
    assert {found["range"]["start"]["line"] for found in published["diagnostics"]} == {line - 1}


def test_the_synth_of_a_corrected_app_succeeds(app, cdk):
    app.change("app.ts", BROKEN | RISKY)
    code, said = cdk("synth", "--quiet", "**")
    assert code == 0 and "cflint" not in said, said


def test_a_synth_that_leaves_stages_out_says_so(app, cdk):
    code, said = cdk("synth", "--quiet")
    assert code == 0
    assert "cflint: 1 error in the stacks of stages, which `cdk synth '**'` reports and `cdk synth` does not\n" in said


def test_validate_fails(app, cdk):
    code, said = cdk("validate", "--unstable=validate", "**")
    assert code == 1 and "ERROR the viewer's `Host`" in said, said


def test_an_app_in_javascript(app, cdk):
    command = "synth", "--quiet", "--app", "node app.js"
    code, said = cdk(*command)
    line = line_of(app, "app.js", "new Distribution(")
    assert code == 1 and f"app.js:{line}:1\nERROR the viewer's `Host` is forwarded to `Api" in said, said
    # A warning is shown, and fails nothing.
    app.change("app.js", BROKEN)
    code, said = cdk(*command)
    assert (code, "ERROR" in said, "WARNING viewers may call" in said) == (0, False, True), said


def test_without_the_program_the_synth_fails(app, cdk):
    code, said = cdk("synth", "--quiet", "--app", "node app.js", env={"CFLINT_BINARY": "/no/such/cflint"})
    assert code == 1 and "ERROR cflint has checked nothing: cannot run `/no/such/cflint`" in said, said

"""What the plugin makes of the program's output, on an assembly that was synthesized before."""

import hashlib
import json
import shutil

import pytest

SCRIPT = """
const { CflintValidator } = require('@cflint/cdk');
const [props, ...templatePaths] = JSON.parse(process.argv[1]);
console.log(JSON.stringify(new CflintValidator(props).validate({ templatePaths })));
"""


ERROR = {
    **{"rule": "failed", "severity": "error", "confidence": "certain", "message": "bad", "help": None, "notes": []},
    **{"subject": {}, "path": "@/a.template.json", "cause": "1", "url": "u"},
}
WARNING = {**ERROR, "rule": "warned", "severity": "warning", "cause": "2"}
INFO = {**ERROR, "rule": "noted", "severity": "info", "cause": "3"}


def says(*findings):
    """A script that writes findings of the assembly, which is the last argument."""
    report = json.dumps({"schema": "cflint/v1", "findings": findings})
    return f"""for last; do :; done
sed "s#@/#$last/#g" <<'END'
{report}
END
exit 1"""


@pytest.fixture(scope="module")
def project_with_plugin(once, project):
    # The library is not loaded, and is most of what npm would install.
    return once("npm-plugin", lambda folder: project(folder, "@cflint/cdk", "--legacy-peer-deps"))


@pytest.fixture
def assembly(root, tmp_path):
    return shutil.copytree(root / "fixtures/_cdk/project/cdk.out-2.276.0", tmp_path / "cdk.out")


@pytest.fixture
def validate(project_with_plugin, assembly, run):
    def validate(props=None, below="", env=None):
        templates = sorted(map(str, (assembly / below).rglob("*.template.json")))
        request = json.dumps([props or {}, *templates])
        ran = run("node", "-e", SCRIPT, request, cwd=project_with_plugin, env=env)
        assert (ran.returncode, ran.stderr) == (0, "")
        return json.loads(ran.stdout)

    return validate


@pytest.fixture
def stand_in(tmp_path):
    """A program in place of cflint."""

    def stand_in(script):
        file = tmp_path / "stand-in"
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return {"CFLINT_BINARY": str(file)}

    return stand_in


def rules(report):
    return {violation["ruleName"] for violation in report["violations"]}


def constructs(report):
    return {at["constructPath"] for violation in report["violations"] for at in violation["violatingResources"]}


def failed(report):
    [violation] = report["violations"]
    assert violation["ruleName"] == "not-checked"
    assert violation["violatingResources"] == [{"constructPath": "", "locations": []}]
    assert report["success"] == (violation["severity"] != "error")
    assert "\n" not in violation["description"]
    return violation["description"]


def test_errors_fail_and_warnings_do_not(validate, stand_in):
    report = validate(env=stand_in(says(ERROR, WARNING, INFO)))
    assert not report["success"]
    assert [violation["severity"] for violation in report["violations"]] == ["error", "warning"]
    report = validate(env=stand_in(says(WARNING, INFO)))
    assert report["success"] and rules(report) == {"warned"}


def test_options_select_what_is_reported(validate, tmp_path):
    everything = rules(validate({"minSeverity": "info", "minConfidence": "possible", "pedantic": True}))
    noted, usual = rules(validate({"minSeverity": "info"})), rules(validate())
    assert usual < noted < everything
    assert rules(validate({"ignore": ["host-header-forwarded"]})) == usual - {"host-header-forwarded"}
    assert rules(validate({"select": ["host-header-forwarded"]})) == {"host-header-forwarded"}
    config = tmp_path / "cflint.yaml"
    config.write_text("rules: {host-header-forwarded: {severity: off}}\n")
    # It is also the nearest one.
    for props in {"config": str(config)}, {}:
        assert rules(validate(props)) == usual - {"host-header-forwarded"}
    assert rules(validate({"config": False})) == usual


def test_on_a_stage_only_what_is_in_it_is_reported(validate):
    everything, stage = constructs(validate()), constructs(validate(below="assembly-Prod"))
    assert stage == {path for path in everything if path.startswith("Prod/")}
    assert stage < everything


def test_findings_of_one_cause_in_a_construct_are_one_violation(validate, stand_in):
    def at(behavior, property, **more):
        return {**ERROR, "subject": {"construct": "A/B", "logical_id": "B", "behavior": behavior, "property": property}, **more}

    findings = [at("a/*", "X.0.Y"), at("b/*", "X.1.Y"), at("c/*", "X.2.Y", cause="other"), *[at(f"{n}", f"X.{n}") for n in range(3, 5)]]
    four, one = validate(env=stand_in(says(*findings)))["violations"]
    assert four["description"] == "bad (behaviors `a/*`, `b/*`, `3` and 1 more)"
    assert four["violatingResources"][0]["locations"] == [f"Properties.X.{rest}" for rest in ("0.Y", "1.Y", "3", "4")]
    assert one["description"] == "bad (behavior `c/*`)"


def test_the_assembly_is_not_changed(validate, assembly):
    def state():
        return {path: hashlib.sha256(path.read_bytes()).digest() for path in assembly.rglob("*") if path.is_file()}

    before = state()
    assert validate()["violations"]
    assert state() == before


def test_large_output_is_read(validate, stand_in):
    findings = [{**ERROR, "message": "x" * 1000, "cause": str(n)} for n in range(10000)]
    assert len(validate(env=stand_in(says(*findings)))["violations"]) == len(findings)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 0", "ended with exit code 0 and wrote no report"),
        ("echo hello; exit 1", "ended with exit code 1 and wrote no report"),
        ("echo '{}'", "ended with exit code 0 and wrote no report"),
        ("""echo '{"schema": "cflint/v1"}'""", "ended with exit code 0 and wrote no report"),
        ("kill -SEGV $$", "was ended by SIGSEGV"),
        ("echo 'thread main panicked' >&2; exit 101", "ended with exit code 101: thread main panicked"),
        ("""echo '{"schema": "cflint/v1", "findings": []}'; exit 101""", "ended with exit code 101"),
        ("""echo '{"schema": "cflint/v1", "findings": []}'; kill -ABRT $$""", "was ended by SIGABRT"),
        ("""echo '{"schema": "cflint/v2", "version": "9.0.0"}'""", "is cflint 9.0.0, whose output (cflint/v2) @cflint/cdk "),
        ("""echo '{"schema": "cflint/v1", "findings": []}'; echo 'error: no' >&2; exit 2""", "ended with exit code 2: no"),
    ],
)
def test_a_program_that_does_not_do_its_work_is_one_line(validate, stand_in, script, reason):
    environment = stand_in(script)
    said = failed(validate(env=environment))
    assert said.startswith(f"cflint has checked nothing: `{environment['CFLINT_BINARY']}` {reason}")
    assert validate({"onFailure": "warning"}, env=environment)["success"]


def test_a_report_with_findings_of_another_shape_is_one_line(validate, stand_in):
    """What is thrown would be ignored by the CDK, and the app would seem to be fine."""
    environment = stand_in("""echo '{"schema": "cflint/v1", "findings": [{}]}'""")
    assert failed(validate(env=environment)).startswith("cflint has checked nothing: ")


@pytest.mark.parametrize(
    ("props", "reason"),
    [
        ({"select": ["nonsense"]}, "unknown rule or group `nonsense` in `--select`"),
        ({"select": ["--help"]}, "unknown rule or group `--help` in `--select`"),
        ({"select": "routing"}, 'the option `select` must be a list of rules or groups, found `"routing"`'),
        ({"ignore": [None]}, "the option `ignore` must be a list of rules or groups, found `[null]`"),
        ({"minSeverity": "warn"}, "the option `minSeverity` must be 'error' or 'warning' or 'info', found `\"warn\"`"),
        ({"minConfidence": "sure"}, "the option `minConfidence` must be 'possible' or 'likely' or 'certain', found `\"sure\"`"),
        ({"onFailure": "ignore"}, "the option `onFailure` must be 'error' or 'warning', found `\"ignore\"`"),
        ({"pedantic": "no"}, "the option `pedantic` must be `true` or `false`, found `\"no\"`"),
        ({"config": ""}, 'the option `config` must be a path or `false`, found `""`'),
        ({"minimumSeverity": "info"}, "the plugin has no option `minimumSeverity`; its options are select, ignore, "),
    ],
)
def test_an_invalid_option_is_one_line(validate, props, reason):
    assert reason in failed(validate(props))


def test_an_empty_list_changes_nothing(validate):
    assert validate({"select": [], "ignore": []}) == validate()


def test_an_app_without_stacks_has_no_violations(validate, assembly):
    for template in assembly.rglob("*.template.json"):
        template.unlink()
    assert validate() == {"success": True, "violations": []}


def test_a_manifest_of_something_else_around_the_assembly_is_not_read(validate, assembly, stand_in):
    for text in "[]", '{"name": "a web app"}', "no JSON":
        (assembly.parent / "manifest.json").write_text(text)
        assert rules(validate(env=stand_in(says(ERROR)))) == {"failed"}


def test_a_missing_program_is_one_line(validate):
    said = failed(validate(env={"CFLINT_BINARY": "/no/such/cflint"}))
    assert said.startswith("cflint has checked nothing: cannot run `/no/such/cflint`, the value of CFLINT_BINARY")

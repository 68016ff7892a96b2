"""The action for GitHub, run step by step: with the real wheel, and with a stand-in that writes down what it is given."""

import json
import os
import zipfile

import pytest
from composite import Action

BROKEN = "Resources:\n  Distribution: [\n"
UPLOAD = "github/codeql-action/upload-sarif@"
# Modules of Python, as a repository could bring them along.
TRAP = "import pathlib; pathlib.Path('/dev/stderr').write_text('taken for a module'); raise SystemExit(9)"

STAND_IN = '''#!python
import json, os, sys
if sys.argv[1:] == ["--version"]:
    sys.exit(print("cflint {version}"))
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps([os.getcwd(), *sys.argv[1:]]) + "\\n")
kind = sys.argv[sys.argv.index("--format") + 1]
code, text, error = json.loads(os.environ["REPLIES"]).get(kind, [0, "", ""])
if "--output-file" in sys.argv:
    with open(sys.argv[sys.argv.index("--output-file") + 1], "w") as file:
        file.write(text)
else:
    sys.stdout.write(text)
sys.stderr.write(error)
sys.exit(code)
'''


@pytest.fixture
def workspace(tmp_path):
    folder = tmp_path / "workspace"
    (folder / ".git").mkdir(parents=True)
    return folder


@pytest.fixture
def bad(root):
    return (root / "fixtures/_demo/edge.yaml").read_text(encoding="utf-8")


@pytest.fixture
def good(root):
    return (root / "fixtures/_golden/edge.yaml").read_text(encoding="utf-8")


@pytest.fixture
def runner(root, workspace, tmp_path):
    """Runs the action with the wheels of a folder and nothing else."""

    def run(links, environment=None, **inputs):
        keep = {name: os.environ[name] for name in ("PATH", "HOME")}
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(links)}
        inputs = {name.replace("_", "-"): value for name, value in inputs.items()}
        return Action(root).run(inputs, workspace, tmp_path / "temp", {**keep, **pip, **(environment or {})})

    return run


@pytest.fixture
def action(runner, wheels):
    """Runs the action with the real wheel."""
    return lambda **inputs: runner(wheels, **inputs)


@pytest.fixture
def stand_in(runner, tmp_path):
    """Runs the action with a program that replies as it is told; also gives what it was called with."""
    links = tmp_path / "links"
    links.mkdir()
    for version in ("0.0.8", "0.0.9"):
        write_wheel(links, version)

    def run(replies=None, **inputs):
        calls = tmp_path / "calls"
        calls.touch()
        environment = {"CALLS": str(calls), "REPLIES": json.dumps(replies or {})}
        result = runner(links, environment, **{"version": "0.0.9", **inputs})
        return result, [json.loads(line) for line in calls.read_text(encoding="utf-8").splitlines()]

    return run


def write_wheel(folder, version):
    info = f"cflint-{version}.dist-info"
    with zipfile.ZipFile(folder / f"cflint-{version}-py3-none-any.whl", "w") as wheel:
        script = zipfile.ZipInfo(f"cflint-{version}.data/scripts/cflint")
        script.external_attr = 0o100755 << 16
        wheel.writestr(script, STAND_IN.replace("{version}", version))
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: cflint\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


# With the real program.


def test_a_clean_project_passes(action, workspace, good, cflint):
    (workspace / "edge.yaml").write_text(good, encoding="utf-8")
    result = action()
    assert (result.exit_code, result.annotations, result.uses) == (0, [], [])
    version = cflint("--version").stdout.split()[1]
    assert result.outputs == {"exit-code": "0", "sarif-file": "", "version": version}
    assert "no findings" in result.summary


def test_findings_are_annotated_summarised_and_uploaded(action, workspace, bad):
    (workspace / "edge.yaml").write_text(bad, encoding="utf-8")
    result = action(sarif="true", category="edge")
    assert (result.exit_code, result.outputs["exit-code"]) == (1, "1")
    assert [(at.name, at.properties["file"], at.properties["line"]) for at in result.annotations] == [
        ("error", "edge.yaml", "81"),
        ("error", "edge.yaml", "85"),
    ]
    assert "host-header-forwarded" in result.summary
    [(uses, given)] = result.uses
    assert uses.startswith(UPLOAD)
    upload = {"sarif_file": result.outputs["sarif-file"], "checkout_path": str(workspace), "category": "edge"}
    assert given == upload
    with open(given["sarif_file"], encoding="utf-8") as file:
        [run] = json.load(file)["runs"]
    assert [found["ruleId"] for found in run["results"]] == ["path-pattern-misses-stage", "host-header-forwarded"]


def test_a_broken_template_is_exit_code_2_and_uploaded(action, workspace):
    (workspace / "edge.yaml").write_text(BROKEN, encoding="utf-8")
    result = action(paths="edge.yaml", sarif="true")
    assert (result.exit_code, result.outputs["exit-code"]) == (2, "2")
    assert [at.properties["file"] for at in result.annotations] == ["edge.yaml"]
    assert len(result.uses) == 1
    assert "invalid-template" in result.summary


def test_arguments_are_passed_on(action, workspace, bad):
    (workspace / "edge.yaml").write_text(bad, encoding="utf-8")
    result = action(args="--fail-on=never\n--select=host-header-forwarded\n")
    assert (result.exit_code, len(result.annotations)) == (0, 1)


def test_wrong_arguments_are_exit_code_2(action, workspace, good):
    (workspace / "edge.yaml").write_text(good, encoding="utf-8")
    result = action(args="--no-such-option", sarif="true")
    assert (result.exit_code, result.uses, result.summary) == (2, [], "")
    assert result.log.count("unexpected argument `--no-such-option`") == 1


def test_annotations_of_a_working_directory_name_files_from_the_root(action, workspace, bad):
    (workspace / "infra dir/stacks").mkdir(parents=True)
    (workspace / "infra dir/stacks/edge.yaml").write_text(bad, encoding="utf-8")
    (workspace / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    result = action(working_directory="infra dir", paths="stacks")
    assert result.exit_code == 1
    assert {at.properties["file"] for at in result.annotations} == {"infra dir/stacks/edge.yaml"}


def test_names_of_files_are_no_options_and_no_commands(action, workspace, bad):
    names = ["--fix", "::error::x", "$(touch x)", "; rm -rf y", "a  b*", "${{ inputs.version }}", "~", "-"]
    for name in names:
        (workspace / name).write_text(bad, encoding="utf-8")
    result = action(paths="\n".join(name for name in names if name != "-"))
    assert result.exit_code == 1
    # What would be a command at the start of a line is shown with a sign in it.
    shown = {name.replace("::", ":\ufffd", 1) if name.startswith("::") else name for name in names if name != "-"}
    assert {at.properties["file"] for at in result.annotations} == shown
    assert {path.name for path in workspace.iterdir()} == {".git", *names}
    assert all((workspace / name).read_text(encoding="utf-8") == bad for name in names)


# With the stand-in.


def test_lines_are_arguments_as_they_are(stand_in, workspace):
    (workspace / "infra").mkdir()
    args = '--ignore=a b\n  \n--config=$(touch x)\r\n"--quiet" \'x\'\n*\n\\n'
    inputs = {"args": args, "paths": "one two\n\n--fix\n*\n$HOME\n", "working_directory": "infra", "sarif": "true"}
    result, calls = stand_in({"sarif": [0, "{}", ""]}, **inputs)
    assert result.exit_code == 0
    given = ["--ignore=a b", "--config=$(touch x)", "\"--quiet\" 'x'", "*", "\\n"]
    given += ["--", "one two", "--fix", "*", "$HOME"]
    sarif = ["--hide-suppressed", "--output-file", result.outputs["sarif-file"]]
    ours = [["github"], ["sarif", *sarif], ["markdown"]]
    assert calls == [[str(workspace / "infra"), "check", "--format", *own, *given] for own in ours]
    assert list(workspace.rglob("*")) == [workspace / ".git", workspace / "infra"]


def test_what_is_not_wanted_is_not_run(stand_in):
    result, calls = stand_in(annotations="false", summary="false")
    assert (result.exit_code, [call[3] for call in calls]) == (0, ["full"])


@pytest.mark.parametrize("kind", ["github", "sarif", "markdown"])
def test_a_crash_does_not_hide_behind_other_runs(stand_in, kind):
    replies = {"github": [1, "", ""], "sarif": [1, "{}", ""], "markdown": [1, "said", ""]}
    result, calls = stand_in({**replies, kind: [101, "{", "thread panicked"]}, sarif="true")
    assert (result.exit_code, result.outputs["exit-code"], len(calls)) == (101, "101", 3)
    assert [at.text for at in result.annotations] == [f"`cflint check --format {kind}` crashed with exit code 101"]
    assert "thread panicked" in result.log
    # What is not whole goes nowhere.
    assert len(result.uses) == (kind != "sarif")
    assert result.summary == ("" if kind == "markdown" else "said")


def test_errors_are_said_once_and_are_no_commands(stand_in):
    error = "error: ##[error]x: no such file\n"
    replies = {"github": [2, "", error], "sarif": [2, "", error], "markdown": [2, "", error]}
    result, _ = stand_in(replies, sarif="true")
    assert (result.exit_code, result.uses) == (2, [])
    assert [(at.name, at.text) for at in result.annotations] == [("error", "##[error]x: no such file")]
    assert result.log.count("no such file") == 1


def test_what_is_found_is_no_command_where_it_is_no_annotation(stand_in):
    found = "1 | ##[set-output name=exit-code;]0\n::add-mask::e\n::error::x"
    result, _ = stand_in({"full": [1, found, ""]}, annotations="false")
    assert found in result.log
    assert (result.exit_code, result.commands) == (1, [])


def test_latest_is_the_latest_version(stand_in):
    result, _ = stand_in(version="latest")
    assert (result.exit_code, result.outputs["version"]) == (0, "0.0.9")


def test_a_version_that_is_not_there(stand_in):
    result, calls = stand_in(version="12.0.0-rc.1")
    assert (result.exit_code, calls) == (2, [])
    [annotation] = result.annotations
    assert annotation.text.startswith("pip could not install `cflint==12.0.0-rc.1` for this system")


@pytest.mark.parametrize(
    "version",
    [
        "stable",
        "1",
        "v0.0.9",
        "../0.0.9",
        "--help",
        "0.0.9 pytest",
        "0.0.9\n::error::x",
        "0.0.9; touch x",
        "$(touch x)",
        "0.0.9%0A",
    ],
)
def test_what_is_no_version_is_refused(stand_in, workspace, version):
    result, calls = stand_in(version=version)
    assert (result.exit_code, calls) == (2, [])
    message = f"`version` is `{version}`, which is neither a version such as `0.1.0` nor `latest`"
    assert [at.text for at in result.annotations] == [message]
    assert not (workspace / "x").exists()


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"annotations": "yes"}, "`annotations` is `yes`, which is neither `true` nor `false`"),
        ({"sarif": ""}, "`sarif` is ``, which is neither `true` nor `false`"),
        ({"paths": " \n"}, "`paths` is empty; omit it to check the whole repository"),
        (
            {"working_directory": "gone\n"},
            "`working-directory` is `gone\n`, which is no folder; is the repository checked out?",
        ),
    ],
)
def test_wrong_inputs_are_said(stand_in, inputs, message):
    result, calls = stand_in(**inputs)
    assert (result.exit_code, calls) == (2, [])
    assert [at.text for at in result.annotations] == [message]


def test_no_module_of_the_repository_is_run(stand_in, workspace):
    for module in ("venv", "ensurepip", "pip", "json", "os", "cflint"):
        (workspace / f"{module}.py").write_text(TRAP, encoding="utf-8")
    result, calls = stand_in()
    assert (result.exit_code, len(calls)) == (0, 2), result.log


def test_scripts_are_for_bash_3(root):
    """macOS has Bash 3.2, which lacks these."""
    for script in (root / "action").iterdir():
        text = script.read_text(encoding="utf-8")
        for newer in ("mapfile", "readarray", "declare -A", "local -n", ",,}", "^^}", "${EPOCH"):
            assert newer not in text, script

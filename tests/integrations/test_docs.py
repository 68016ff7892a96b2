"""Every snippet of docs/integrations.md, executed as it stands. The test of a snippet has its name."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import junitparser
import pytest
import yaml
from composite import Action
from page import snippets

PROGRAMS = Path(sys.executable).parent

# In place of the CDK: the assembly of an app.
NPX = """#!/bin/sh
[ "$1 $2" = "cdk synth" ] && cp -r "$ASSEMBLY" cdk.out
"""
NOTHING = "#!/bin/sh\n"
# Writes down what it is called with.
GH = """#!/bin/sh
printf '%s\\n' "$@" >gh.txt
"""


def test_every_snippet_has_a_test(root):
    names = [name for name, _, _ in snippets(root)]
    assert all(names), "a snippet without a name"
    assert len(names) == len(set(names))
    # Those that need Node.js have a file of their own.
    files = [root / "tests/integrations" / file for file in ("test_docs.py", "npm/test_npm_docs.py")]
    tests = [test for file in files for test in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)]
    assert {f"test_{name.replace('-', '_')}" for name in names} <= set(tests) - {"test_every_snippet_has_a_test"}


@pytest.fixture(scope="session")
def bad(root):
    return (root / "fixtures/_demo/edge.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def good(root):
    return (root / "fixtures/_golden/edge.yaml").read_text(encoding="utf-8")


@pytest.fixture
def shell(tmp_path, environment, wheels, root):
    """Runs a script in the scratch folder: with the installed program, the wheels as the only packages, and stand-ins."""
    stand_ins = tmp_path / "stand-ins"
    stand_ins.mkdir()
    folder = tmp_path / "shop"
    folder.mkdir()

    def run(script, env=None, programs=environment, cwd=folder, **others):
        for name, text in others.items():
            (stand_ins / name).write_text(text)
            (stand_ins / name).chmod(0o755)
        variables = {
            "PATH": os.pathsep.join(map(str, [stand_ins, programs, PROGRAMS, os.environ["PATH"]])),
            "HOME": os.environ["HOME"],
            "PIP_FIND_LINKS": str(wheels),
            # pipx asks uv where that is installed.
            "UV_FIND_LINKS": str(wheels),
            "UV_OFFLINE": "1",
            "UV_CACHE_DIR": str(tmp_path / "uv"),
            "ASSEMBLY": str(root / "fixtures/_cdk/edge/cdk.out-2.276.0"),
            **(env or {}),
        }
        return subprocess.run(["sh", "-c", script], cwd=cwd, env=variables, capture_output=True, encoding="utf-8")

    run.folder = folder
    return run


def accepted(*command):
    ran = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr


# Install.


def test_install(snippet, shell, tmp_path, version):
    venv.create(tmp_path / "environment", with_pip=True)
    programs = tmp_path / "environment" / "bin"
    ran = shell(f"{snippet}\ncflint --version", {"PIP_NO_INDEX": "1"}, programs)
    assert ran.stdout.splitlines()[-1] == f"cflint {version}", ran.stderr


def test_pipx(snippet, shell, tmp_path, bad):
    (shell.folder / "edge.yaml").write_text(bad, encoding="utf-8")
    ran = shell(snippet, {"PIPX_HOME": str(tmp_path / "pipx")})
    assert (ran.returncode, ": 2 errors" in ran.stdout) == (1, True), ran.stderr


def test_uvx(snippet, shell, bad):
    (shell.folder / "edge.yaml").write_text(bad, encoding="utf-8")
    ran = shell(snippet)
    assert (ran.returncode, ": 2 errors" in ran.stdout) == (1, True), ran.stderr


def test_cargo(snippet, root, target, tmp_path):
    assert snippet.strip() in (root / "README.md").read_text(encoding="utf-8")
    # Without optimizing, and to another place.
    install = [*snippet.split(), "--debug", "--root", tmp_path]
    subprocess.run(install, cwd=root, env={**os.environ, "CARGO_TARGET_DIR": str(target)}, check=True)
    check = [tmp_path / "bin" / "cflint", "check", "--format", "concise", "fixtures/_demo/edge.yaml"]
    ran = subprocess.run(check, cwd=root, capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.splitlines()[-1] == "1 distribution, 2 behaviors, 1 API: 2 errors · 1 fixable with --fix"


# Hooks.


@pytest.fixture
def hooked(published, snippet, environment, root):
    """A repository with the snippet as its configuration."""
    programs = {
        "PATH": os.pathsep.join([str(environment), os.environ["PATH"]]),
        "ASSEMBLY": str(root / "fixtures/_cdk/edge/cdk.out-2.276.0"),
    }
    published.variables = {**published.variables, **programs}
    published.commit({".pre-commit-config.yaml": snippet})
    return published


def fails_and_passes(hooked, good, bad):
    hooked.add({"edge.yaml": bad, "values.yaml": "{{ broken }}: [\n"})
    code, said = hooked.pre_commit("run")
    assert code == 1 and "error[host-header-forwarded]: " in said, said
    hooked.add({"edge.yaml": good})
    code, said = hooked.pre_commit("run")
    assert code == 0, said


def test_pre_commit(hooked, good, bad):
    fails_and_passes(hooked, good, bad)


def test_pre_commit_wheel(hooked, wheels, good, bad):
    # The wheel in place of the one on PyPI, and nothing that would be built.
    hooked.variables |= {"PIP_FIND_LINKS": str(wheels), "PIP_ONLY_BINARY": "cflint"}
    fails_and_passes(hooked, good, bad)


def test_pre_commit_system(hooked, good, bad):
    fails_and_passes(hooked, good, bad)


def test_pre_commit_fix(hooked, bad):
    hooked.add({"edge.yaml": bad})
    code, said = hooked.pre_commit("run")
    assert code == 1 and "files were modified by this hook" in said, said
    assert hooked.text("edge.yaml") != bad


def test_pre_commit_cdk(hooked, tmp_path_factory):
    stand_ins = tmp_path_factory.mktemp("stand-ins")
    (stand_ins / "npx").write_text(NPX)
    (stand_ins / "npx").chmod(0o755)
    hooked.variables["PATH"] = f"{stand_ins}{os.pathsep}{hooked.variables['PATH']}"
    hooked.add({"app.ts": "// the app\n", ".gitignore": "cdk.out\n"})
    code, said = hooked.pre_commit("run")
    assert code == 1 and "made at /app/app.js:17:5" in said, said


def test_git_hook(snippet, project, environment, good, bad):
    project.variables = {**project.variables, "PATH": os.pathsep.join([str(environment), os.environ["PATH"]])}
    hook = project.folder / ".git/hooks/pre-commit"
    hook.write_text(snippet)
    hook.chmod(0o755)

    def commit(**files):
        project.add({f"{name}.yaml": text for name, text in files.items()})
        command = ["git", "commit", "--quiet", "--message", "change", "--allow-empty"]
        return subprocess.run(command, cwd=project.folder, env=project.variables, capture_output=True, encoding="utf-8")

    refused = commit(edge=bad)
    assert refused.returncode != 0 and "error[host-header-forwarded]: " in refused.stdout + refused.stderr
    assert commit(edge=good).returncode == 0
    # Nothing to look at.
    assert commit().returncode == 0


# GitHub.


@pytest.fixture
def workflow(snippet, root, wheels, version, tmp_path):
    """Runs the job of a workflow on some files."""

    def run(files):
        folder = tmp_path / "workspace"
        (folder / ".git").mkdir(parents=True)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        file = folder / ".github/workflows/cflint.yml"
        file.parent.mkdir(parents=True)
        file.write_text(snippet, encoding="utf-8")
        accepted(PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)
        [job] = yaml.safe_load(snippet)["jobs"].values()
        checkout, ours = job["steps"]
        assert checkout["uses"].startswith("actions/checkout@")
        assert ours["uses"] == f"cflint/cflint@v{version}"
        inputs = {name: str(value).lower() if isinstance(value, bool) else value for name, value in ours.get("with", {}).items()}
        keep = {name: os.environ[name] for name in ("PATH", "HOME")}
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
        return job, Action(root).run(inputs, folder, tmp_path / "temp", {**keep, **pip})

    return run


def test_github(workflow, bad):
    job, result = workflow({"infra/edge.yaml": bad})
    assert job["permissions"] == {"contents": "read"}
    assert result.exit_code == 1 and result.uses == []
    assert [at.properties["file"] for at in result.annotations] == ["infra/edge.yaml"] * 2
    assert "host-header-forwarded" in result.summary


def test_github_sarif(workflow, bad):
    files = {"infra/edge.yaml": bad, "infra/prod.json": "{}", "services/shop/template.yaml": bad, "other.yaml": bad}
    job, result = workflow(files)
    assert job["permissions"]["security-events"] == "write"
    [(upload, inputs)] = result.uses
    assert result.exit_code == 1 and upload.startswith("github/codeql-action/upload-sarif@")
    [run] = json.loads(Path(inputs["sarif_file"]).read_text(encoding="utf-8"))["runs"]
    places = {found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for found in run["results"]}
    assert places == {"infra/edge.yaml", "services/shop/template.yaml"}


def test_github_run(snippet, shell, tmp_path, bad):
    (shell.folder / "edge.yaml").write_text(bad, encoding="utf-8")
    ran = shell(snippet, {"PIPX_HOME": str(tmp_path / "pipx")})
    assert ran.returncode == 1, ran.stderr
    assert sum(line.startswith("::error title=cflint (") for line in ran.stdout.splitlines()) == 2


def test_github_comment(snippet, shell, bad):
    (shell.folder / "edge.yaml").write_text(bad, encoding="utf-8")
    ran = shell(f"set -e\n{snippet}", {"PULL_REQUEST": "7"}, gh=GH)
    assert ran.returncode == 0, ran.stderr
    called = (shell.folder / "gh.txt").read_text().split()
    assert called == ["pr", "comment", "7", "--edit-last", "--create-if-none", "--body-file", "comment.md"]
    assert "host-header-forwarded" in (shell.folder / "comment.md").read_text(encoding="utf-8")


def test_reviewdog(snippet, shell, bad, root):
    (shell.folder / "edge.yaml").write_text(bad, encoding="utf-8")
    ran = shell(snippet, reviewdog='#!/bin/sh\necho "$@" >args.txt\ncat >posted.json\n')
    assert ran.returncode == 0, ran.stderr
    assert (shell.folder / "args.txt").read_text().split() == ["-f=rdjson", "-reporter=github-pr-review"]
    accepted(PROGRAMS / "check-jsonschema", "--schemafile", root / "tests/integrations/schemas/rdjson.json", shell.folder / "posted.json")


# Other pipelines.


@pytest.fixture
def steps(shell, tmp_path):
    """Runs commands one after the other, in an environment of Python without packages, until one fails."""
    venv.create(tmp_path / "environment", with_pip=True)

    def run(commands):
        script = "\n".join(["set -e", *commands])
        return shell(script, {"PIP_NO_INDEX": "1"}, tmp_path / "environment" / "bin", npm=NOTHING, npx=NPX)

    return run


def test_gitlab(snippet, shell, steps, bad, tmp_path):
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text(snippet, encoding="utf-8")
    accepted(PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", file)
    job = yaml.safe_load(snippet)["cflint"]
    (shell.folder / "edge.yaml").write_text(bad, encoding="utf-8")
    assert steps(job["script"]).returncode == 1
    reports = job["artifacts"]["reports"]
    assert len(json.loads((shell.folder / reports["codequality"]).read_text(encoding="utf-8"))) == 2
    assert junitparser.JUnitXml.fromfile(str(shell.folder / reports["junit"])).failures == 2


def test_cdk_pipeline(snippet, steps):
    commands = re.search(r"commands: \[(.*?)\]", snippet, re.DOTALL)[1]
    ran = steps(re.findall("'([^']+)'", commands))
    assert ran.returncode == 1 and "construct `EdgeStack/Pages/Resource`" in ran.stdout, ran.stderr


def test_buildspec(snippet, shell, steps):
    spec = yaml.safe_load(snippet)
    ran = steps([command for phase in spec["phases"].values() for command in phase["commands"]])
    assert ran.returncode == 1, ran.stderr
    [report] = spec["reports"].values()
    assert junitparser.JUnitXml.fromfile(str(shell.folder / report["files"][0])).failures > 0


# Plain shell.


def test_exit_codes(snippet, shell, good, bad):
    (shell.folder / "infra").mkdir()
    for text, code, said in [(good, 0, "nothing found\n"), (bad, 0, "findings\n"), ("AWS::X: [\n", 2, "")]:
        (shell.folder / "infra/edge.yaml").write_text(text, encoding="utf-8")
        ran = shell(snippet)
        assert ran.returncode == code and ran.stdout.endswith(said), (ran.stdout, ran.stderr)
    assert "cflint could not do its work" in ran.stderr


def test_changed(snippet, shell, project, good, bad):
    project.commit({"edge.yaml": bad, "other.yaml": good})
    project.git(project.folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert shell(snippet, cwd=project.folder).returncode == 0
    project.commit({"other.yaml": good + "# changed\n", "package.json": "{}"})
    assert shell(snippet, cwd=project.folder).returncode == 0
    project.commit({"edge.yaml": bad + "# changed\n"})
    assert shell(snippet, cwd=project.folder).returncode != 0


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_jq(snippet, shell, bad):
    for name in ("a.yaml", "b.yaml"):
        (shell.folder / name).write_text(bad, encoding="utf-8")
    assert [line.split() for line in shell(snippet).stdout.splitlines()] == [
        ["2", "path-pattern-misses-stage"],
        ["2", "host-header-forwarded"],
    ]


def test_baseline(snippet, shell, bad):
    (shell.folder / "edge.yaml").write_text(bad, encoding="utf-8")
    ran = shell(f"set -e\n{snippet}")
    assert ran.returncode == 0 and "2 suppressed" in ran.stdout, ran.stderr
    (shell.folder / "new.yaml").write_text(bad, encoding="utf-8")
    assert shell(snippet.splitlines()[-1]).returncode == 1

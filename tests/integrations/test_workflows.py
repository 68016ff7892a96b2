"""The workflows and the action: what zizmor, the schemas and shellcheck say, and how actions are named."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / ".github/workflows").iterdir())
SOURCES = [*WORKFLOWS, ROOT / "action.yml"]
PINNED = re.compile(r"\s*(?:- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OWN = re.compile(r"\s*(?:- )?uses: \./ #.*")


def says(*command):
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
    return ran.returncode, ran.stdout


def of_kind(node, key):
    """The values of a key, wherever it is."""
    if isinstance(node, dict):
        yield from (value for name, value in node.items() if name == key)
        yield from (found for value in node.values() for found in of_kind(value, key))
    elif isinstance(node, list):
        yield from (found for value in node for found in of_kind(value, key))


def test_zizmor_finds_nothing():
    options = ["--offline", "--pedantic", "--strict-collection", "--collect=all"]
    code, text = says(PROGRAMS / "zizmor", *options, "action.yml", ".github")
    assert code == 0, text
    assert "No findings to report" in text


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", WORKFLOWS),
        ("github-actions", [ROOT / "action.yml"]),
        ("dependabot", [ROOT / ".github/dependabot.yml"]),
    ],
)
def test_schemas_accept_the_files(schema, files):
    code, text = says(PROGRAMS / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    assert code == 0, text


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_with_their_version(source):
    lines = [line for line in source.read_text(encoding="utf-8").splitlines() if re.match(r"\s*(- )?uses:", line)]
    assert len(lines) == len(list(of_kind(yaml.safe_load(source.read_text(encoding="utf-8")), "uses"))) > 0
    for line in lines:
        assert PINNED.fullmatch(line) or OWN.fullmatch(line), line


def test_an_action_has_the_same_commit_everywhere():
    text = "\n".join(source.read_text(encoding="utf-8") for source in SOURCES)
    pins = set(re.findall(r"uses: ([^@\s]+)@(\S+ # \S+)", text))
    assert len({action for action, _ in pins}) == len(pins), sorted(pins)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_nothing_is_filled_into_scripts(source):
    scripts = list(of_kind(yaml.safe_load(source.read_text(encoding="utf-8")), "run"))
    assert scripts
    assert not [script for script in scripts if "${{" in script]


def test_shellcheck_has_no_complaint_about_scripts():
    scripts = [*(ROOT / "action").iterdir(), *(ROOT / ".github").glob("*.sh")]
    code, text = says(PROGRAMS / "shellcheck", "--external-sources", "--source-path=SCRIPTDIR", *scripts)
    assert code == 0, text
    for script in scripts:
        assert os.access(script, os.X_OK) == script.read_text(encoding="utf-8").startswith("#!"), script


def test_every_input_and_output_of_the_action_is_documented_and_used():
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    steps = str(action["runs"]["steps"])
    for name, declared in action["inputs"].items():
        assert declared["description"].strip() and "default" in declared, name
        assert f"inputs.{name} " in steps, name
    assert all(declared["description"].strip() for declared in action["outputs"].values())


def test_a_release_needs_the_tag_of_its_version(root):
    tag = root / ".github/check-tag.sh"
    version = re.search(r'^version = "(.+)"$', (root / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert says(tag, f"v{version}") == (0, "")
    for wrong in (version, f"v{version}0", "v", "v9", ""):
        code, text = says(tag, wrong)
        assert (code, f"tag `v{version}`" in text) == (1, True), wrong


def test_a_release_is_built_with_what_is_tested(root):
    release = yaml.safe_load((root / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    requirements = (root / "tests/integrations/requirements.txt").read_text(encoding="utf-8")
    tested = re.search("^maturin==(.+)$", requirements, re.MULTILINE)[1]
    assert set(of_kind(release, "maturin-version")) == {f"v{tested}"}


def test_only_what_publishes_may_write():
    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))["jobs"]
    writers = {name for name, job in jobs.items() if "write" in job["permissions"].values()}
    assert writers == {"attest", "pypi", "npm", "marketplaces", "crates", "container", "github"}
    for name in writers:
        assert jobs[name]["if"] == "github.event_name == 'push'"
        assert jobs[name]["needs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert "cache" not in str(steps).replace("'package-manager-cache': False", "")

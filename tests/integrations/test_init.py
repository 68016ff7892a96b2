"""What `cflint init` writes, judged by those who read it."""

import subprocess
import sys
from pathlib import Path

import yaml

PROGRAMS = Path(sys.executable).parent


def accepted(*command):
    ran = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_hook_that_is_added_is_accepted_and_offered(cflint, root, tmp_path):
    config = tmp_path / ".pre-commit-config.yaml"
    config.write_text("repos:\n- repo: meta\n  hooks:\n  - id: identity\n", encoding="utf-8")
    assert cflint("init", "--pre-commit", cwd=tmp_path).returncode == 0
    accepted(sys.executable, "-m", "pre_commit", "validate-config", config)
    added = yaml.safe_load(config.read_text(encoding="utf-8"))["repos"][-1]
    offered = {hook["id"] for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert {hook["id"] for hook in added["hooks"]} <= offered


def test_the_hooks_that_are_printed_are_accepted(cflint, tmp_path):
    for name in ["plain", "cdk"]:
        folder = tmp_path / name
        folder.mkdir()
    (tmp_path / "cdk" / "cdk.json").write_text("{}", encoding="utf-8")
    for name, hooks in [("plain", ["cflint"]), ("cdk", ["cflint", "cflint-cdk"])]:
        printed = cflint("init", "--pre-commit", cwd=tmp_path / name)
        assert printed.returncode == 0
        config = tmp_path / name / ".pre-commit-config.yaml"
        config.write_text(printed.stdout, encoding="utf-8")
        accepted(sys.executable, "-m", "pre_commit", "validate-config", config)
        assert [hook["id"] for hook in yaml.safe_load(printed.stdout)["repos"][0]["hooks"]] == hooks


def test_the_workflow_has_no_mistakes(cflint, tmp_path):
    assert cflint("init", "--github", cwd=tmp_path).returncode == 0
    workflow = tmp_path / ".github" / "workflows" / "cflint.yml"
    accepted(PROGRAMS / "zizmor", "--offline", "--no-progress", "--persona", "auditor", workflow)
    accepted(PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)

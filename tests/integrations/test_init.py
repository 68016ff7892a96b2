"""What `cflint init` writes, judged by those who read it."""

import subprocess
import sys
from pathlib import Path

import yaml

PROGRAMS = Path(sys.executable).parent


def accepted(*command):
    ran = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_hooks_that_are_written_are_accepted_and_offered(cflint, root, tmp_path):
    for name in ["plain", "cdk"]:
        folder = tmp_path / name
        folder.mkdir()
    (tmp_path / "cdk" / "cdk.json").write_text("{}", encoding="utf-8")
    offered = {hook["id"] for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    for name, hooks in [("plain", ["cflint"]), ("cdk", ["cflint", "cflint-cdk"])]:
        assert cflint("init", "--pre-commit", cwd=tmp_path / name).returncode == 0
        config = tmp_path / name / ".pre-commit-config.yaml"
        accepted(sys.executable, "-m", "pre_commit", "validate-config", config)
        written = yaml.safe_load(config.read_text(encoding="utf-8"))["repos"][0]["hooks"]
        assert [hook["id"] for hook in written] == hooks
        assert set(hooks) <= offered


def test_the_workflow_has_no_mistakes(cflint, tmp_path):
    assert cflint("init", "--github", cwd=tmp_path).returncode == 0
    workflow = tmp_path / ".github" / "workflows" / "cflint.yml"
    accepted(PROGRAMS / "zizmor", "--offline", "--no-progress", "--persona", "auditor", workflow)
    accepted(PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)

"""The program, installed by cargo as the README says."""

import os
import subprocess


def test_cargo_installs_the_program(root, target, tmp_path):
    command = "cargo install --path crates/cflint --locked"
    assert command in (root / "README.md").read_text(encoding="utf-8")
    variables = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    subprocess.run([*command.split(), "--debug", "--root", tmp_path], cwd=root, env=variables, check=True)
    check = [tmp_path / "bin" / "cflint", "check", "--format", "concise", "fixtures/_demo/edge.yaml"]
    ran = subprocess.run(check, cwd=root, capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.splitlines()[-1] == "2 findings: 2 errors (1 fixable) in 1 template"

"""The packages, installed by package managers that link no more than what a project asks for."""

import json
import os
import shutil

import pytest

SCRIPT = """
const { CflintValidator } = require('@cflint/cdk');
const { violations } = new CflintValidator().validate({ templatePaths: process.argv.slice(1) });
console.log(JSON.stringify(violations));
"""


@pytest.fixture
def new(registry, root, tmp_path, installed, run):
    """A project with an assembly. Caches and the programs of package managers are its own."""
    (tmp_path / "package.json").write_text('{"name": "app", "private": true}\n')
    shutil.copytree(root / "fixtures/_cdk/edge/cdk.out-2.276.0", tmp_path / "cdk.out")
    folders = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("DATA", "CACHE", "STATE", "CONFIG")}
    path = f"{installed / '.bin'}{os.pathsep}{os.environ['PATH']}"
    env = {**folders, "PATH": path, "YARN_GLOBAL_FOLDER": str(tmp_path / "yarn"), "YARN_ENABLE_TELEMETRY": "0"}

    def new(*command):
        ran = run(installed / ".bin" / command[0], *command[1:], cwd=tmp_path, env=env)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    return new


def explained(new, violations):
    found = {violation["ruleName"]: violation["ruleMetadata"]["explain"] for violation in json.loads(violations)}
    command = found["host-header-forwarded"]
    assert "# host-header-forwarded\n" in new(*command.split()), command
    return command


def test_pnpm(new, registry, tmp_path, version):
    # The library is not loaded, and is most of what would be installed.
    (tmp_path / ".npmrc").write_text(f"@cflint:registry={registry.url}\nauto-install-peers=false\n")
    new("pnpm", "add", "--save-dev", "@cflint/cdk")
    assert [path.name for path in (tmp_path / "node_modules/@cflint").iterdir()] == ["cdk"]
    violations = new("pnpm", "exec", "node", "-e", SCRIPT, "cdk.out/EdgeStack.template.json")
    assert explained(new, violations).startswith("pnpm dlx ")
    new("pnpm", "add", "--save-dev", "@cflint/cli")
    assert new("pnpm", "exec", "cflint", "--version") == f"cflint {version}\n"


def test_yarn_without_node_modules(new, registry, tmp_path, version):
    rc = {
        "enableGlobalCache": False,
        "npmPreapprovedPackages": ["@cflint/*"],
        "npmScopes": {"cflint": {"npmRegistryServer": registry.url}},
        "unsafeHttpWhitelist": ["127.0.0.1"],
    }
    (tmp_path / ".yarnrc.yml").write_text(json.dumps(rc))
    (tmp_path / "yarn.lock").write_text("")
    new("yarn", "add", "--dev", "@cflint/cdk")
    assert not (tmp_path / "node_modules").exists()
    violations = new("yarn", "node", "-e", SCRIPT, "cdk.out/EdgeStack.template.json")
    assert explained(new, violations).startswith("yarn dlx ")
    new("yarn", "add", "--dev", "@cflint/cli")
    assert new("yarn", "cflint", "--version") == f"cflint {version}\n"

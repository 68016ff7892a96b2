"""What the tests of the npm packages share: the packages, packed as for a release, and projects that install them.

`.ci/run` installs Node.js where there is none, and the packages of package-lock.json, and says where they are.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from registry import Registry

HERE = Path(__file__).parent
# The program of the others does not run here, and is never started.
OTHER = b"#!/bin/sh\nexit 99\n"


@pytest.fixture(scope="session")
def installed():
    """The folder `node_modules` with what the lock file lists."""
    folder = os.environ.get("NODE_MODULES")
    if folder is None:
        pytest.skip("NODE_MODULES does not say where the packages of package-lock.json are")
    return Path(folder)


@pytest.fixture(scope="session")
def program(target):
    """A cflint."""
    return Path(os.environ.get("CFLINT", target / "debug/cflint")).resolve()


@pytest.fixture(scope="session")
def variables():
    """The environment: nothing of npm or the CDK leaves this machine or is shown again."""
    dropped = ("npm_", "CDK_", "CFLINT", "NODE_", "AWS_", "CI")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(dropped)},
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
        "npm_config_ignore_scripts": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        # The checks of the CDK itself take seconds.
        "CDK_VALIDATION": "false",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture(scope="session")
def run(variables):
    def run(*command, cwd, env=None, **more):
        environment = {**variables, **(env or {})}
        command = [shutil.which(command[0]) or command[0], *map(str, command[1:])]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", **more)

    return run


@pytest.fixture(scope="session")
def platforms(root):
    return json.loads((root / "npm/targets.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def here(installed):
    """The target of this machine."""
    script = "console.log([process.platform, process.arch, process.report.getReport().header.glibcVersionRuntime].join())"
    said = subprocess.run(["node", "-e", script], capture_output=True, encoding="utf-8", check=True).stdout
    system, processor, glibc = said.strip().split(",")
    names = {"x64": "x86_64", "arm64": "aarch64"}, {"linux": f"unknown-linux-{'gnu' if glibc else 'musl'}"}
    return f"{names[0][processor]}-{({'darwin': 'apple-darwin'} | names[1])[system]}"


@pytest.fixture(scope="session")
def packages(once, root, program, here, platforms):
    """A folder with all packages of a release."""

    def fill(folder):
        other, ours = folder / "other", folder / "ours"
        other.write_bytes(OTHER)
        # What is only for debuggers is most of the program.
        if shutil.which("strip") is None or subprocess.run(["strip", "-o", ours, program]).returncode != 0:
            shutil.copy2(program, ours)
        pack = ["node", root / "npm/pack.mjs", folder]
        subprocess.run(pack, check=True)
        programs = [f"{target}={ours if target == here else other}" for target in platforms]
        subprocess.run([*pack, *programs], check=True)

    return once("npm-packages", fill)


@pytest.fixture(scope="session")
def registry(packages):
    with Registry(packages) as registry:
        yield registry


@pytest.fixture(scope="session")
def project(registry, run):
    """Makes a project that gets the packages of the release from the registry."""

    def project(folder, *wanted):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".npmrc").write_text(f"@cflint:registry={registry.url}\n")
        if not (folder / "package.json").exists():
            (folder / "package.json").write_text(json.dumps({"private": True}))
        ran = run("npm", "install", "--save-dev", "--prefer-offline", *wanted, cwd=folder)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return folder

    return project


@pytest.fixture(scope="session")
def shop(once, project, installed):
    """A CDK app with the plugin."""

    def link(source, destination):
        try:
            os.link(source, destination)
        except OSError:
            shutil.copy2(source, destination)

    def fill(folder):
        hidden = shutil.ignore_patterns(".package-lock.json")
        shutil.copytree(installed, folder / "node_modules", symlinks=True, copy_function=link, ignore=hidden)
        for source in [HERE / "package.json", HERE / "package-lock.json", *(HERE / "app").iterdir()]:
            shutil.copy2(source, folder)
        project(folder, "@cflint/cdk")

    return once("npm-shop", fill)

"""What the release does with the npm packages, with a stand-in for what publishes."""

import os
import shutil

import pytest
import yaml

# Knows one package, and writes down what is published.
NPM = """#!/bin/sh
[ "$1 $2" != "view $KNOWN" ] || exit 0
[ "$1" = publish ] || exit 1
echo "$@" >>published.txt
"""


@pytest.fixture
def publish(root, packages, tmp_path, run):
    """Runs the step that publishes; gives what it called npm with."""
    jobs = yaml.safe_load((root / ".github/workflows/release.yml").read_text(encoding="utf-8"))["jobs"]
    [script] = [step["run"] for step in jobs["npm"]["steps"] if "run" in step]
    (tmp_path / "dist").mkdir()
    for archive in packages.glob("*.tgz"):
        (tmp_path / "dist" / archive.name).symlink_to(archive)
    (tmp_path / "stand-ins").mkdir()
    (tmp_path / "stand-ins/npm").write_text(NPM)
    (tmp_path / "stand-ins/npm").chmod(0o755)
    path = f"{tmp_path / 'stand-ins'}{os.pathsep}{os.environ['PATH']}"

    def publish(tag, known="nothing"):
        ran = run("bash", "-e", "-c", script, cwd=tmp_path, env={"PATH": path, "TAG": tag, "KNOWN": known})
        assert ran.returncode == 0, ran.stderr
        return [line.split() for line in (tmp_path / "published.txt").read_text(encoding="utf-8").splitlines()]

    return publish


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
@pytest.mark.parametrize(("suffix", "tag"), [("", "latest"), ("-rc.1", "next")])
def test_programs_are_published_first(publish, version, platforms, suffix, tag):
    called = publish(f"v{version}{suffix}")
    names = [words[1].removeprefix("./dist/cflint-").removesuffix(f"-{version}.tgz") for words in called]
    assert len(names) == len(set(names)) == len(platforms) + 2
    assert names[-2:] == ["cli", "cdk"]
    assert {tuple(words[2:]) for words in called} == {("--access", "public", "--tag", tag)}


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_what_is_published_already_is_left_out(publish, version, platforms):
    assert len(publish(f"v{version}", known=f"@cflint/cli-linux-x64-gnu@{version}")) == len(platforms) + 1


def test_the_packages_are_tried_before_they_are_published(root, packages, here, platforms, registry, tmp_path, run):
    platform = platforms[here]
    [archive] = packages.glob(f"cflint-cli-{platform['os']}-{platform['cpu']}{'-gnu' if here.endswith('gnu') else ''}-*.tgz")
    (tmp_path / "npm-packages").mkdir()
    shutil.copy2(archive, tmp_path / "npm-packages")
    (tmp_path / "npmrc").write_text(f"@cflint:registry={registry.url}\n")
    env = {"NPM_CONFIG_USERCONFIG": str(tmp_path / "npmrc")}
    ran = run(root / ".github/try-npm.sh", "npm-packages", cwd=tmp_path, env=env)
    assert ran.returncode == 0 and "no findings" in ran.stdout, ran.stdout + ran.stderr

"""`@cflint/cli`, installed by npm from packages as they are published."""

import json
import os
import shutil
import signal
import subprocess
import tarfile

import pytest
import yaml

BAD = "fixtures/_cdk/edge/cdk.out-2.276.0"


@pytest.fixture(scope="module")
def installation(once, project):
    return once("npm-cli", lambda folder: project(folder, "@cflint/cli"))


@pytest.fixture
def copy(installation, tmp_path):
    """An installation that a test may change."""
    return shutil.copytree(installation, tmp_path / "copy", symlinks=True)


def programs(folder):
    return sorted(path.name for path in (folder / "node_modules/@cflint").iterdir() if path.name.startswith("cli-"))


def shim(folder):
    return "node", folder / "node_modules/@cflint/cli/cflint.js"


def test_each_target_of_a_release_has_a_package(root, platforms):
    release = yaml.safe_load((root / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    targets = [build["target"] for build in release["jobs"]["build"]["strategy"]["matrix"]["include"]]
    assert targets == list(platforms)


def test_the_packages_have_one_version_and_the_licences(packages, version, platforms):
    manifests = {}
    for path in packages.glob("*.tgz"):
        with tarfile.open(path) as archive:
            names = set(archive.getnames())
            manifest = json.load(archive.extractfile("package/package.json"))
        manifests[manifest["name"]] = manifest
        assert manifest["version"] == version
        assert {"package/LICENSE-MIT", "package/LICENSE-APACHE", "package/README.md"} <= names
        assert "scripts" not in manifest
        needed = {**manifest.get("dependencies", {}), **manifest.get("optionalDependencies", {})}
        assert set(needed.values()) <= {version}, path.name
    programs = manifests["@cflint/cli"]["optionalDependencies"]
    assert len(programs) == len(platforms)
    assert manifests.keys() == {"@cflint/cli", "@cflint/cdk", *programs}


def test_only_the_program_for_this_platform_is_installed(installation):
    [name] = programs(installation)
    assert list((installation / "node_modules/@cflint" / name).glob("cflint*"))


def test_npx_runs_the_program(installation, run, root, program):
    args = ["check", root / BAD, "--format", "concise"]
    ran = run("npx", "--no-install", "cflint", *args, cwd=installation)
    itself = run(program, *args, cwd=installation)
    assert (ran.returncode, ran.stdout) == (itself.returncode, itself.stdout)
    assert ran.returncode == 1 and "error[host-header-forwarded]" in ran.stdout


def test_exit_codes_and_streams_are_those_of_the_program(installation, run, root):
    def cflint(*args, **more):
        return run(*shim(installation), *args, cwd=installation, **more)

    good = (root / "fixtures/_golden/edge.yaml").read_text(encoding="utf-8")
    assert cflint("check", "-", "--quiet", input=good).returncode == 0
    wrong = cflint("check", "--no-such-option")
    assert (wrong.returncode, wrong.stdout) == (2, "") and "--no-such-option" in wrong.stderr


def test_the_end_by_a_signal_is_an_exit_code(installation, run, tmp_path):
    crash = tmp_path / "crash"
    crash.write_text("#!/bin/sh\nkill -TERM $$\n")
    crash.chmod(0o755)
    assert run(*shim(installation), cwd=tmp_path, env={"CFLINT_BINARY": str(crash)}).returncode == 128 + 15


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_too(installation, run, variables, tmp_path, number):
    endless = tmp_path / "endless"
    endless.write_text("#!/bin/sh\necho $$\nexec sleep 600\n")
    endless.chmod(0o755)
    # The `node` of a Python package starts the real one, and does not pass signals on.
    node = run("node", "--print", "process.execPath", cwd=tmp_path).stdout.strip()
    command = [node, *map(str, shim(installation)[1:])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**variables, "CFLINT_BINARY": str(endless)}) as process:
        program = int(process.stdout.readline())
        process.send_signal(number)
        assert process.wait() == 128 + number
    with pytest.raises(ProcessLookupError):
        os.kill(program, 0)


def test_without_optional_dependencies_the_message_says_what_to_do(installation, copy, run, program, version):
    [wanted] = programs(installation)
    ci = run("npm", "ci", "--omit=optional", "--prefer-offline", cwd=copy)
    assert ci.returncode == 0, ci.stderr
    assert programs(copy) == []
    ran = run("npx", "--no-install", "cflint", "check", cwd=copy)
    assert (ran.returncode, ran.stdout) == (2, "")
    # Some versions of npm add a warning of their own.
    [line] = [line for line in ran.stderr.splitlines() if not line.startswith("npm ")]
    for part in [f"error: the package `@cflint/{wanted}`", "--omit=optional", "lock file", f"@cflint/{wanted}@{version}", "CFLINT_BINARY"]:
        assert part in line, line
    found = run("npx", "--no-install", "cflint", "--version", cwd=copy, env={"CFLINT_BINARY": str(program)})
    assert found.stdout == f"cflint {version}\n"
    # What the message says works.
    assert run("npm", "install", "--no-save", "--prefer-offline", f"@cflint/{wanted}@{version}", cwd=copy).returncode == 0
    assert run(*shim(copy), "--version", cwd=copy).stdout == f"cflint {version}\n"


def test_a_variable_that_names_the_shim_runs_the_program(installation, run, version):
    ran = run(*shim(installation), "--version", cwd=installation, env={"CFLINT_BINARY": "node_modules/.bin/cflint"}, timeout=60)
    assert ran.stdout == f"cflint {version}\n", ran.stderr


def test_a_platform_without_a_build_is_named(installation, run, tmp_path):
    (tmp_path / "platform.js").write_text("Object.defineProperty(process, 'platform', { value: 'freebsd' });\n")
    ran = run("node", "--require", tmp_path / "platform.js", shim(installation)[1], cwd=tmp_path)
    assert ran.returncode == 2
    assert "there is no build of cflint" in ran.stderr and "for freebsd-" in ran.stderr and "CFLINT_BINARY" in ran.stderr


def test_a_program_for_another_libc_is_explained(copy, run):
    [name] = programs(copy)
    file = copy / "node_modules/@cflint" / name / "cflint"
    # What the system says if there is no loader, as on the other libc.
    file.write_text("#!/no/such/loader\n")
    ran = run(*shim(copy), "check", cwd=copy)
    assert ran.returncode == 2
    assert f"error: cannot run `{file.resolve()}` (ENOENT): delete `node_modules`" in ran.stderr


def test_the_program_for_musl_is_used_if_there_is_no_other(copy, run, version):
    [name] = programs(copy)
    if not name.endswith("-gnu"):
        pytest.skip("for Linux with glibc")
    scope = copy / "node_modules/@cflint"
    (scope / name).rename(scope / name.replace("-gnu", "-musl"))
    assert run(*shim(copy), "--version", cwd=copy).stdout == f"cflint {version}\n"


def test_of_two_programs_the_one_for_glibc_is_used(copy, run, version):
    [name] = programs(copy)
    if not name.endswith("-gnu"):
        pytest.skip("for Linux with glibc")
    other = copy / "node_modules/@cflint" / name.replace("-gnu", "-musl")
    other.mkdir()
    (other / "cflint").write_text("#!/bin/sh\nexit 99\n")
    os.chmod(other / "cflint", 0o755)
    assert run(*shim(copy), "--version", cwd=copy).stdout == f"cflint {version}\n"


def test_the_lock_file_names_no_registry(root):
    lock = json.loads((root / "tests/integrations/npm/package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]

"""The extension for Visual Studio Code: its types, its tests in Node.js, and its packages as a release makes them.

`.ci/run` installs Node.js where there is none, and the packages of package-lock.json, and says where they are.
"""

import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

EXTENSION = "editors/vscode"
#: What is packed, without a program.
FILES = {"package.json", "readme.md", "LICENSE.txt", "THIRD-PARTY.txt", "dist/extension.js"}


@pytest.fixture(scope="session")
def program(target):
    """A cflint."""
    return Path(os.environ.get("CFLINT", target / "debug/cflint")).resolve()


@pytest.fixture(scope="session")
def copy(once, root):
    """A copy of what the extension is made of, with the packages of its lock file."""
    packages = os.environ.get("NODE_MODULES")
    if packages is None:
        pytest.skip("NODE_MODULES does not say where the packages of package-lock.json are")

    def fill(folder):
        built = shutil.ignore_patterns("node_modules", "dist", "out")
        shutil.copytree(root / EXTENSION, folder / EXTENSION, ignore=built)
        (folder / EXTENSION / "node_modules").symlink_to(packages)
        for name in ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "CHANGELOG.md", "npm/targets.json"]:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy2(root / name, folder / name)
        shutil.copytree(root / ".github", folder / ".github")

    return once("vscode", fill)


def run(*command, cwd, **env):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("npm_", "NODE_", "CFLINT"))}
    ran = subprocess.run(command, cwd=cwd, env={**kept, **env}, capture_output=True, encoding="utf-8")
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture(scope="session")
def packages(once, copy, program, platforms):
    """The packages of a release; those for most targets have a text for a program."""

    def fill(folder):
        stripped, script, archives = folder / "stripped", folder / "script", folder / "archives"
        # What is only for debuggers is most of the program.
        if shutil.which("strip") is None or subprocess.run(["strip", "-o", stripped, program]).returncode != 0:
            shutil.copy2(program, stripped)
        # It writes its manual like the program, and is faster to compress.
        script.write_text(f'#!/bin/sh\nexec {stripped} "$@"\n')
        script.chmod(0o755)
        packed = {"x86_64-unknown-linux-gnu": stripped, "x86_64-pc-windows-msvc": script}
        for target, binary in packed.items():
            subprocess.run([copy / ".github/package.sh", target, binary, archives], check=True)
        for target in platforms.keys() - packed.keys():
            content = folder / f"cflint-{target}"
            content.mkdir()
            (content / "cflint").write_text(target)
            shutil.make_archive(archives / content.name, "gztar", folder, content.name)
        code, said = run(copy / ".github/package-vscode.sh", archives, folder / "vsix", cwd=copy)
        assert code == 0, said
        (folder / "said.txt").write_text(said, encoding="utf-8")

    return once("vscode-packages", fill)


@pytest.fixture(scope="session")
def platforms(root):
    return json.loads((root / "npm/targets.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def manifest(root):
    return json.loads((root / EXTENSION / "package.json").read_text(encoding="utf-8"))


def test_its_types_are_right(copy):
    assert run("node", "node_modules/typescript/bin/tsc", cwd=copy / EXTENSION) == (0, "")


def test_it_works_with_the_program(copy, program, root):
    code, said = run("node", "build.mjs", "test", cwd=copy / EXTENSION)
    assert code == 0, said
    # What `--test` makes of a folder depends on the version of Node.js.
    tests = sorted((copy / EXTENSION / "out").glob("*.test.js"))
    assert tests
    code, said = run("node", "--test", "--test-reporter=tap", *tests, cwd=copy / EXTENSION, CFLINT=str(program), FIXTURES=str(root / "fixtures"))
    assert code == 0 and "\n# fail 0\n" in said and "\n# skipped 0\n" in said, said


def test_each_target_has_a_package_and_other_platforms_one_without_a_program(packages, version):
    targets = ["alpine-arm64", "alpine-x64", "darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"]
    names = sorted(path.name for path in (packages / "vsix").iterdir())
    assert names == sorted([f"cflint-{version}.vsix", *(f"cflint-{target}-{version}.vsix" for target in targets)])


def test_packages_are_made_without_a_warning(packages):
    said = (packages / "said.txt").read_text(encoding="utf-8")
    assert "DONE" in said and not re.search("warning|error", said, re.IGNORECASE), said


def test_a_package_has_what_it_needs_and_nothing_else(packages, version):
    for path in (packages / "vsix").iterdir():
        with zipfile.ZipFile(path) as archive:
            infos = {info.filename.removeprefix("extension/"): info for info in archive.infolist()}
            about = archive.read("extension.vsixmanifest").decode()
            manifest = json.loads(archive.read("extension/package.json"))
        target = path.name.removeprefix("cflint-").removesuffix(f"{version}.vsix").rstrip("-")
        programs = {f"bin/cflint{'.exe' if target.startswith('win32') else ''}"} if target else set()
        assert infos.keys() - {"extension.vsixmanifest", "[Content_Types].xml"} == FILES | programs, path.name
        for program in programs:
            assert infos[program].external_attr >> 16 & 0o777 == 0o755
        assert infos["dist/extension.js"].file_size < 600_000
        assert manifest["version"] == version and not {"scripts", "devDependencies"} & manifest.keys()
        assert (f'TargetPlatform="{target}"' in about) == bool(target)
        assert "PreRelease" not in about


def test_a_package_has_the_program_of_its_target(packages, version):
    def program(target, name="cflint"):
        with zipfile.ZipFile(packages / f"vsix/cflint-{target}-{version}.vsix") as archive:
            return archive.read(f"extension/bin/{name}")

    assert program("alpine-arm64") == b"aarch64-unknown-linux-musl"
    assert program("darwin-x64") == b"x86_64-apple-darwin"
    assert program("linux-x64") == (packages / "stripped").read_bytes()
    assert program("win32-x64", "cflint.exe") == (packages / "script").read_bytes()


def test_licences_of_all_packages_are_in_it(packages, version):
    with zipfile.ZipFile(packages / f"vsix/cflint-{version}.vsix") as archive:
        third, own = archive.read("extension/THIRD-PARTY.txt").decode(), archive.read("extension/LICENSE.txt").decode()
        code = archive.read("extension/dist/extension.js").decode()
    assert re.search(r"^vscode-languageclient \d", third, re.MULTILINE) and "Microsoft" in third
    assert "MIT" in own and "Apache License" in own
    assert 'require("vscode")' in code


def test_a_release_candidate_is_a_pre_release(copy, tmp_path, version):
    shutil.copytree(copy, tmp_path / "copy", symlinks=True)
    cargo = tmp_path / "copy/Cargo.toml"
    cargo.write_text(cargo.read_text().replace(f'version = "{version}"', 'version = "7.8.9-rc.1"', 1))
    code, said = run("node", "pack.mjs", tmp_path / "out", cwd=tmp_path / "copy" / EXTENSION)
    assert code == 0, said
    with zipfile.ZipFile(tmp_path / "out/cflint-7.8.9.vsix") as archive:
        about = archive.read("extension.vsixmanifest").decode()
    assert 'Version="7.8.9"' in about and 'Id="Microsoft.VisualStudio.Code.PreRelease" Value="true"' in about


def test_its_version_is_that_of_the_workspace(root, manifest, version):
    lock = json.loads((root / EXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    numbers = version.split("-")[0]
    assert [manifest["version"], lock["version"], lock["packages"][""]["version"]] == [numbers] * 3


def test_its_page_lists_settings_and_commands(root, manifest):
    page = (root / EXTENSION / "README.md").read_text(encoding="utf-8")
    for name, setting in manifest["contributes"]["configuration"]["properties"].items():
        default = json.dumps(setting["default"]) if setting["default"] != "" else ""
        row = re.search(rf"^\| `{re.escape(name)}` \| ?(.*?) ?\|", page, re.MULTILINE)
        assert row and row[1].strip("`") == default.strip('"'), name
    for command in manifest["contributes"]["commands"]:
        assert f"*{command['category']}: {command['title']}*" in page, command["title"]


def test_untrusted_workspaces_name_no_files(manifest):
    restricted = manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    properties = manifest["contributes"]["configuration"]["properties"]
    assert restricted == [name for name, setting in properties.items() if setting["scope"] == "machine-overridable"]


def test_its_oldest_editor_is_the_one_whose_types_it_has(manifest):
    assert manifest["engines"]["vscode"] == f"^{manifest['devDependencies']['@types/vscode']}"

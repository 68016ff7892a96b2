"""What package managers get, made from archives that are packed here, and compared with what the release calls things."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml

MUSL = ["aarch64-unknown-linux-musl", "x86_64-unknown-linux-musl"]
TARGETS = [*MUSL, "aarch64-apple-darwin", "x86_64-apple-darwin"]


@pytest.fixture
def archives(root, environment, tmp_path):
    """The archives of a release, all with the program that is installed here."""
    for target in TARGETS:
        subprocess.run([root / ".github/package.sh", target, environment / "cflint", tmp_path / "archives"], check=True)
    return tmp_path / "archives"


def generate(root, archives, version="v1.2.3"):
    out = archives.parent / "out"
    command = [sys.executable, root / "packaging/generate.py", version, archives, out]
    return subprocess.run(command, capture_output=True, encoding="utf-8"), out


def released(root):
    workflow = yaml.safe_load((root / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    return {entry["target"] for entry in workflow["jobs"]["build"]["strategy"]["matrix"]["include"]}


def test_the_formula_has_the_archives_of_the_release(root, archives):
    ran, out = generate(root, archives)
    assert ran.returncode == 0, ran.stderr
    formula = (out / "cflint.rb").read_text(encoding="utf-8")
    assert 'version "1.2.3"' in formula and "{{" not in formula
    urls = re.findall(r'url "https://github.com/cflint/cflint/releases/download/v1\.2\.3/(\S+)"\n\s*sha256 "(\w{64})"', formula)
    assert sorted(name for name, _ in urls) == sorted(f"cflint-{target}.tar.gz" for target in TARGETS)
    assert set(TARGETS) <= released(root)
    for name, checksum in urls:
        assert hashlib.sha256((archives / name).read_bytes()).hexdigest() == checksum
    if shutil.which("ruby"):
        subprocess.run(["ruby", "-c", out / "cflint.rb"], check=True)


def test_a_wrong_checksum_or_a_missing_archive_ends_the_release(root, archives):
    (archives / f"cflint-{TARGETS[0]}.tar.gz").write_bytes(b"other")
    assert generate(root, archives)[0].returncode != 0
    (archives / f"cflint-{TARGETS[0]}.tar.gz").unlink()
    assert generate(root, archives)[0].returncode != 0


def test_aqua_names_the_archives_of_the_release(root):
    [package] = yaml.safe_load((root / "packaging/aqua/registry.yaml").read_text(encoding="utf-8"))["packages"]
    called = package["replacements"]
    names = {
        f"cflint-{called[arch]}-{called[system]}"
        for system in ("linux", "darwin", "windows")
        for arch in ("amd64", "arm64")
        if (system, arch) != ("windows", "arm64")
    }
    assert names <= {f"cflint-{target}" for target in released(root)}
    assert package["files"] == [{"name": "cflint", "src": "{{.AssetWithoutExt}}/cflint"}]


def test_binstall_names_the_archives_of_the_release(root, archives, version):
    manifest = tomllib.loads((root / "crates/cflint/Cargo.toml").read_text(encoding="utf-8"))
    binstall = manifest["package"]["metadata"]["binstall"]
    url = binstall["pkg-url"]
    for old, new in [("{ repo }", ""), ("{ version }", version), ("{ target }", MUSL[1]), ("{ archive-suffix }", ".tar.gz")]:
        url = url.replace(old, new)
    assert (archives / url.rsplit("/", 1)[1]).is_file() and f"/v{version}/" in url
    inside = binstall["bin-dir"].replace("{ target }", MUSL[1]).replace("{ bin }", "cflint").replace("{ binary-ext }", "")
    listed = subprocess.run(["tar", "-tzf", archives / f"cflint-{MUSL[1]}.tar.gz"], capture_output=True, encoding="utf-8").stdout
    assert inside in listed.splitlines()


def test_crates_depend_on_each_other_by_the_version_of_the_workspace(root, version):
    workspace = tomllib.loads((root / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]
    own = {name: entry for name, entry in workspace["dependencies"].items() if name.startswith("cflint-")}
    assert own and all(entry["version"] == version for entry in own.values())


@pytest.mark.skipif(not shutil.which("buildah"), reason="needs buildah")
def test_the_image_has_the_program_and_nothing_else(root, archives, tmp_path):
    store = {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(tmp_path)}
    paths = ["--root", str(tmp_path / "storage"), "--runroot", str(tmp_path / "run")]
    # The script calls plain `buildah`; the storage of the machine is left alone.
    stand_in = tmp_path / "bin/buildah"
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\nexec {shutil.which("buildah")} {" ".join(paths)} "$@"\n')
    stand_in.chmod(0o755)
    store["PATH"] = f"{stand_in.parent}:{store['PATH']}"
    subprocess.run([root / "packaging/container/build.sh", "cflint:test", archives], env=store, check=True)
    ran = subprocess.run([stand_in, "manifest", "inspect", "cflint:test"], env=store, capture_output=True, encoding="utf-8")
    assert {entry["platform"]["architecture"] for entry in json.loads(ran.stdout)["manifests"]} == {"amd64", "arm64"}


def test_the_entry_of_schemastore_names_the_files_that_are_read(root):
    entry = json.loads((root / "packaging/schemastore/catalog-entry.json").read_text(encoding="utf-8"))
    schema = json.loads((root / "docs/cflint.schema.json").read_text(encoding="utf-8"))
    for name in entry["fileMatch"]:
        assert name.removeprefix("**/") in schema["description"]
    assert entry["url"].endswith("/main/docs/cflint.schema.json")


def test_megalinter_calls_the_program_as_it_can_be_called(root, cflint, tmp_path):
    text = (root / "packaging/megalinter/cflint.megalinter-descriptor.yml").read_text(encoding="utf-8")
    [linter] = yaml.safe_load(text)["linters"]
    (tmp_path / "cflint.yaml").write_text("fail-on: error\n")
    shutil.copy(root / "fixtures/_demo/edge.yaml", tmp_path)
    sarif = [arg.replace("{{SARIF_OUTPUT_FILE}}", "out.sarif") for arg in linter["cli_sarif_args"]]
    call = [*linter["cli_lint_extra_args"], *sarif, linter["cli_config_arg_name"], linter["config_file_name"], "edge.yaml"]
    assert cflint(*call, cwd=tmp_path).returncode == 1
    assert json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    for argument in ("cli_version_arg_name", "cli_help_arg_name"):
        assert cflint(linter[argument]).returncode == 0


def test_the_skill_names_commands_that_work(root, cflint):
    text = (root / "skills/cflint/SKILL.md").read_text(encoding="utf-8")
    front = yaml.safe_load(text.split("---")[1])
    assert front["name"] == "cflint" and len(front["description"]) < 1024
    for command in re.findall(r"^cflint (.+)$", text, re.MULTILINE):
        command = command.replace("PATH…", "fixtures/_demo").replace("PATH", "fixtures/_demo").replace("RULE", "origin-not-https")
        args = [part.strip("'") for part in re.findall(r"'[^']*'|\S+", command)]
        assert cflint(*args, cwd=root).returncode in (0, 1), command

"""The archives of a release, packed from the program as it is installed."""

import os
import re
import subprocess
import tarfile
import zipfile

import pytest

SHELLS = {"bash": "cflint.bash", "zsh": "_cflint", "fish": "cflint.fish", "powershell": "_cflint.ps1", "elvish": "cflint.elv"}
DOCUMENTS = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "CHANGELOG.md"]


@pytest.fixture
def package(root, environment, tmp_path):
    """Packs for a target; gives the folder with the archive, and the one with what is in it."""

    def package(target, suffix):
        folder = tmp_path / "archives"
        # Called from elsewhere, and with paths from there.
        arguments = [target, os.path.relpath(environment / "cflint", tmp_path), "archives"]
        subprocess.run([root / ".github/package.sh", *arguments], cwd=tmp_path, check=True)
        name = f"cflint-{target}"
        assert sorted(path.name for path in folder.iterdir()) == [f"{name}{suffix}", f"{name}{suffix}.sha256"]
        return folder, tmp_path / "unpacked" / name

    return package


def is_whole(content, program, root, cflint):
    for name in DOCUMENTS:
        assert (content / name).read_bytes() == (root / name).read_bytes()
    for shell, name in SHELLS.items():
        assert (content / "completions" / name).read_text(encoding="utf-8") == cflint("completions", shell).stdout
    listed = cflint("--help").stdout.split("Commands:")[1].split("\n\n")[0]
    commands = re.findall(r"^  (\w[\w-]*)", listed, re.MULTILINE)
    pages = {f"cflint-{command}.1": [command] for command in commands} | {"cflint.1": []}
    assert {page.name for page in (content / "man/man1").iterdir()} == pages.keys()
    for page, command in pages.items():
        assert (content / "man/man1" / page).read_text(encoding="utf-8") == cflint("man", *command).stdout
    assert {path.name for path in content.iterdir()} == {program, "completions", "man", *DOCUMENTS}


def test_an_archive_has_all_that_it_promises(package, root, cflint):
    folder, content = package("x86_64-unknown-linux-gnu", ".tar.gz")
    with tarfile.open(folder / f"{content.name}.tar.gz") as archive:
        archive.extractall(content.parent, filter="data")
    is_whole(content, "cflint", root, cflint)
    ran = subprocess.run([content / "cflint", "--version"], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout == cflint("--version").stdout


def test_an_archive_for_windows_is_a_zip(package, root, cflint):
    folder, content = package("x86_64-pc-windows-msvc", ".zip")
    with zipfile.ZipFile(folder / f"{content.name}.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(content.parent)
    is_whole(content, "cflint.exe", root, cflint)


def test_the_checksum_is_that_of_the_archive(package):
    folder, content = package("x86_64-unknown-linux-gnu", ".tar.gz")
    check = ["sha256sum", "--strict", "-c", f"{content.name}.tar.gz.sha256"]
    assert subprocess.run(check, cwd=folder).returncode == 0
    with (folder / f"{content.name}.tar.gz").open("ab") as archive:
        archive.write(b"more")
    assert subprocess.run(check, cwd=folder).returncode == 1


def test_a_binary_that_does_not_run_is_not_packed(root, tmp_path):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    ran = subprocess.run([root / ".github/package.sh", "x86_64-unknown-linux-gnu", broken, "archives"], cwd=tmp_path)
    assert ran.returncode != 0
    assert not list((tmp_path / "archives").iterdir())

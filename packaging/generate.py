#!/usr/bin/env python3
"""Writes what package managers need of a release, from its archives.

    packaging/generate.py VERSION ARCHIVES FOLDER

ARCHIVES is the folder with the archives and their checksums, as .github/package.sh writes them. A target whose archive is
missing, or whose checksum is not the one next to it, is an error.
"""

import hashlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent

# What a formula is made for: Windows has no Homebrew, and a binary for musl runs on every Linux.
FORMULA = {
    "macos-arm": "aarch64-apple-darwin",
    "macos-intel": "x86_64-apple-darwin",
    "linux-arm": "aarch64-unknown-linux-musl",
    "linux-intel": "x86_64-unknown-linux-musl",
}


def checksum(folder, target):
    """The checksum of the archive of a target, computed here and compared with what the release says."""
    archive = folder / f"cflint-{target}.tar.gz"
    actual = hashlib.sha256(archive.read_bytes()).hexdigest()
    stated = archive.with_name(f"{archive.name}.sha256").read_text(encoding="utf-8").split()[0]
    if actual != stated:
        sys.exit(f"{archive.name}: the checksum is {actual}, and {stated} is written next to it")
    return actual


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: packaging/generate.py VERSION ARCHIVES FOLDER")
    version, archives, out = sys.argv[1].removeprefix("v"), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    formula = (HERE / "homebrew/cflint.rb").read_text(encoding="utf-8").replace("{{version}}", version)
    for name, target in FORMULA.items():
        formula = formula.replace(f"{{{{{name}}}}}", checksum(archives, target))
    registry = (HERE / "aqua/registry.yaml").read_text(encoding="utf-8")
    for name, text in [("cflint.rb", formula), ("registry.yaml", registry)]:
        if "{{version}}" in text or "{{macos" in text or "{{linux" in text:
            sys.exit(f"{name}: something was not filled in")
        (out / name).write_text(text, encoding="utf-8", newline="\n")
        print(out / name)


if __name__ == "__main__":
    main()

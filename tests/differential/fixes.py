"""Says whether fixed templates are templates that CloudFormation would take as well as before.

    python fixes.py --cflint <binary> <folder of templates>…

A copy of each folder is fixed, unsafe fixes too. Of every file that changed: it has no error in cfn-lint that it did
not have before, its line ends are those that it had, and what was said to be fixed is. A second run changes nothing.
Ends with 1 if something of that is not so, or if nothing changed.
"""

import argparse
import collections
import json
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile

# A property without a schema; what gets the right name has its value judged for the first time.
UNKNOWN = "E3002"

# cfn-lint cannot read these: an error about them says nothing about a fix.
UNREADABLE = {"E0000", "E0001", "E0002"}


def errors(paths):
    """How often each error occurs, by file."""
    counts = collections.defaultdict(collections.Counter)
    if not paths:
        return counts
    program = pathlib.Path(sys.executable).parent / "cfn-lint"
    command = [str(program), "--format", "json", "--ignore-checks", "W", "I", "--regions", "us-east-1"]
    done = subprocess.run(
        [*command, "--non-zero-exit-code", "none", "--template", *map(str, paths)], capture_output=True, text=True, check=False
    )
    if done.returncode or not done.stdout.strip():
        sys.exit(f"cfn-lint failed: {done.stderr.strip()[-2000:]}")
    for error in json.loads(done.stdout):
        counts[error["Filename"]][error["Rule"]["Id"]] += 1
    return counts


def contents(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def fix(binary, root):
    command = [binary, "check", "--fix", "--unsafe-fixes", "--pedantic", "--format", "json", root]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 2):
        sys.exit(f"cflint ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stderr


def line_ends(data):
    windows = data.count(b"\r\n")
    return windows > 0, data.count(b"\n") > windows, data.endswith(b"\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cflint", required=True)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    args = parser.parse_args()
    wrong = []
    changed = 0
    for folder in args.folders:
        with tempfile.TemporaryDirectory() as scratch:
            old, new = pathlib.Path(scratch, "old"), pathlib.Path(scratch, "new")
            shutil.copytree(folder, old)
            shutil.copytree(folder, new)
            for path in new.rglob("*"):
                path.chmod(path.stat().st_mode | stat.S_IWUSR)
            fix(args.cflint, new)
            before, after = contents(old), contents(new)
            wrong.extend(f"{name} came or went" for name in before.keys() ^ after.keys())
            names = [name for name in before if before[name] != after.get(name)]
            changed += len(names)
            wrong.extend(f"{name}: other line ends" for name in names if line_ends(before[name]) != line_ends(after[name]))
            if names:
                now = errors([new / name for name in names])
                # What has no error has none that is new.
                names = [name for name in names if str(new / name) in now]
                was = errors([old / name for name in names])
                for name in names:
                    more = now[str(new / name)] - was[str(old / name)]
                    unread = UNREADABLE & set(was[str(old / name)]) or was[str(old / name)][UNKNOWN] > now[str(new / name)][UNKNOWN]
                    wrong.extend(f"{name}: {count} more {rule}" for rule, count in more.items() if not unread)
            said = fix(args.cflint, new)
            wrong.extend(f"{name}: changed again" for name, data in contents(new).items() if data != after.get(name))
            if said.startswith("fixed"):
                wrong.append(f"{folder}: a second run says: {said.splitlines()[0]}")
    print("\n".join(wrong))
    print(f"{changed} files changed, {len(wrong)} wrong")
    return 1 if wrong or not changed else 0


if __name__ == "__main__":
    sys.exit(main())

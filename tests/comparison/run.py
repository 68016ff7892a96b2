"""Compares what cflint reports with what other checkers of templates say about the same files.

    python run.py --cflint target/debug/cflint [--cfn-lint …] [--checkov …] [--cfn-guard … --guard-rules …] [--nag …]

Takes one fixture of each rule, in which cflint reports something, gives it to every tool, and keeps the findings that are
about the same cause: mapping.toml says which rule of which tool that is, with a reason. The rest does not count, whether
it is good advice or not. Prints a table; `--update` puts it between the marks in docs/comparison.md, `--raw` prints
everything that the tools say, for updating the mapping. docs/comparison.md explains how to install the tools.

A tool that is not given is left out. `cloudformation-validate` is taken from the interpreter that runs this, if it has it.
Ends with 1 if cflint is silent about a fixture, or if nothing needs an entry of the mapping.
"""

import argparse
import collections
import datetime
import importlib.metadata
import json
import pathlib
import re
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "comparison.md"
MARKS = ("<!-- begin: written by tests/comparison/run.py -->", "<!-- end: written by tests/comparison/run.py -->")
GROUPS = ("routing", "headers", "caching", "security", "deploy", "dns", "input")
SUFFIXES = (".yaml", ".yml", ".json")
UNREAD = "unread"

# A finding: the id of the rule, and everything that a pattern of the mapping may look at.
Finding = collections.namedtuple("Finding", "rule text")


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def rules(cflint):
    """The rules of the groups, with the first fixture in which each reports; `fail.yaml` comes first."""
    listed = json.loads(run(cflint, "rules", "--format", "json").stdout)["rules"]
    for rule in sorted(listed, key=lambda rule: (GROUPS + (rule["group"],)).index(rule["group"])):
        folder = ROOT / "fixtures" / rule["id"]
        found = [path for path in folder.glob("fail*") if path.suffix in SUFFIXES and path.is_file()]
        if rule["group"] in GROUPS and found:
            yield rule, min(found, key=lambda path: (path.stem != "fail", path.name))


def reports(cflint, rule, path):
    done = run(cflint, "check", "--pedantic", "--format", "json", path)
    return any(finding["rule"] == rule for finding in json.loads(done.stdout)["findings"])


def cfn_lint(args, paths):
    found = {path: [] for path in paths}
    matches = json.loads(run(args.cfn_lint, "--format", "json", "--include-checks", "I", "--", *paths).stdout or "[]")
    for match in matches:
        place = "/".join(map(str, match["Location"].get("Path") or []))
        found[pathlib.Path(match["Filename"])].append(Finding(match["Rule"]["Id"], f"{match['Message']} at {place}"))
    return found


def checkov(args, paths):
    found = {path: [] for path in paths}
    # Local checks only: nothing is asked of a server.
    files = [part for path in paths for part in ("-f", path)]
    done = run(args.checkov, "--framework", "cloudformation", "--skip-download", "--compact", "-o", "json", *files)
    parsed = json.loads(done.stdout)
    for part in parsed if isinstance(parsed, list) else [parsed]:
        for check in part.get("results", {}).get("failed_checks", []):
            path = pathlib.Path(check["file_abs_path"])
            found[path].append(Finding(check["check_id"], f"{check['check_name']} at {check['resource']}"))
        for path in part.get("results", {}).get("parsing_errors", []):
            found[pathlib.Path(path)] = UNREAD
    return found


def cfn_guard(args, paths):
    found = {}
    for path in paths:
        done = run(args.cfn_guard, "validate", "--structured", "-o", "json", "-S", "none", "-r", args.guard_rules, "-d", path)
        try:
            broken = [rule for report in json.loads(done.stdout) for rule in report["not_compliant"]]
        except json.JSONDecodeError:
            found[path] = UNREAD
            continue
        # Only the message has the identifier of the control.
        texts = [json.dumps(rule) for rule in broken]
        controls = [(control, text) for text in texts for control in set(re.findall(r"\[(CT\.[A-Z0-9.]+)\]", text))]
        found[path] = [Finding(control, text) for control, text in sorted(controls)]
    return found


def cdk_nag(args, paths):
    done = run("node", HERE / "nag.js", args.nag, *paths)
    result = json.loads(done.stdout.strip().splitlines()[-1])
    return {path: findings_of_nag(result[str(path)]) for path in paths}


def findings_of_nag(entry):
    if "error" in entry:
        return UNREAD
    return [Finding(found["rule"], f"{found['message']} at {found['resource']}") for found in entry["findings"]]


def validate(_args, paths):
    import cloudformation_validate as cv

    engine = cv.CompositeEngine()
    found = {}
    for path in paths:
        try:
            report = engine.validate_template(cv.TemplateContent(path.read_text(), path.name))
        except Exception:  # noqa: BLE001: whatever it throws, it does not take the template
            found[path] = UNREAD
            continue
        found[path] = [Finding(d.rule_id, f"{d.message} at {d.property_path}") for d in report.diagnostics]
    return found


def version_of_package(name):
    def version(_args):
        return importlib.metadata.version(name)

    return version


def version_of_node(name):
    def version(args):
        return json.loads((pathlib.Path(args.nag) / "node_modules" / name / "package.json").read_text())["version"]

    return version


def printed(option):
    def version(args):
        return re.search(r"\d+\.\d+\.\d+", run(getattr(args, option), "--version").stdout)[0]

    return version


# The tools: how they are called in the mapping and in the table, the option that must be given, and what runs them.
TOOLS = {
    "cfn-lint": ("cfn_lint", cfn_lint, printed("cfn_lint")),
    "cloudformation-validate": (None, validate, version_of_package("cloudformation-validate")),
    "checkov": ("checkov", checkov, printed("checkov")),
    "cdk-nag": ("nag", cdk_nag, version_of_node("cdk-nag")),
    "cfn-guard": ("cfn_guard", cfn_guard, printed("cfn_guard")),
}


def is_given(option):
    def given(args):
        if option is None:
            return any(d.metadata["Name"] == "cloudformation-validate" for d in importlib.metadata.distributions())
        return bool(getattr(args, option))

    return given


def same(mapping, tool, rule, found):
    """The ids of the tool's findings that are about the cause of the rule."""
    if found == UNREAD:
        return None, []
    used = [
        entry
        for entry in mapping
        if (entry["tool"], entry["same_as"]) == (tool, rule)
        and any(finding.rule == entry["rule"] and re.search(entry.get("if", ""), finding.text) for finding in found)
    ]
    return sorted({entry["rule"] for entry in used}), used


def table(rows, tools):
    yield "| rule | fixture | cflint | " + " | ".join(tools) + " |"
    yield "|---" * (3 + len(tools)) + "|"
    for rule, path, own, cells in rows:
        name = f"[`{rule['id']}`](rules/{rule['id']}.md)"
        link = f"[{path.name}](../{path.relative_to(ROOT).as_posix()})"
        shown = [UNREAD if ids is None else ", ".join(f"`{id}`" for id in ids) or "–" for ids in cells]
        yield f"| {name} | {link} | {'yes' if own else '**no**'} | " + " | ".join(shown) + " |"


def page(args, rows, tools):
    """The part of the page that is written here."""
    versions = [f"{tool} {TOOLS[tool][2](args)}" for tool in tools]
    if args.nag:
        versions.append(f"aws-cdk-lib {version_of_node('aws-cdk-lib')(args)}")
        rules_of_guard = pathlib.Path(args.nag) / "node_modules" / "@cdklabs" / "cdk-validator-cfnguard"
        if args.cfn_guard and rules_of_guard.exists():
            versions.append(
                f"the rules of @cdklabs/cdk-validator-cfnguard {version_of_node('@cdklabs/cdk-validator-cfnguard')(args)}"
            )
    yield f"Measured on {datetime.date.today():%d %B %Y} with {', '.join(versions)}."
    yield ""
    yield from table(rows, tools)
    yield ""
    yield f"{len(rows)} rules. Of their fixtures, the same cause is reported by:"
    yield ""
    for index, tool in enumerate(tools):
        hits = sum(bool(cells[index]) for *_, cells in rows)
        unread = sum(cells[index] is None for *_, cells in rows)
        suffix = f"; {unread} it could not read" if unread else ""
        yield f"- {tool}: {hits}{suffix}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cflint", required=True)
    parser.add_argument("--cfn-lint", dest="cfn_lint")
    parser.add_argument("--checkov")
    parser.add_argument("--cfn-guard", dest="cfn_guard")
    parser.add_argument("--guard-rules", help="a folder with rules for cfn-guard, which ships none")
    parser.add_argument("--nag", help="a folder with cdk-nag, aws-cdk-lib and constructs in node_modules")
    parser.add_argument("--update", action="store_true", help="write docs/comparison.md")
    parser.add_argument("--raw", action="store_true", help="print everything that the tools say")
    args = parser.parse_args()

    mapping = tomllib.loads((HERE / "mapping.toml").read_text())["same"]
    chosen = list(rules(args.cflint))
    paths = [path for _, path in chosen]
    tools = [tool for tool, (option, *_) in TOOLS.items() if is_given(option)(args)]
    results = {tool: TOOLS[tool][1](args, paths) for tool in tools}
    if args.raw:
        for rule, path in chosen:
            for tool in tools:
                found = results[tool][path]
                for finding in [Finding(UNREAD, "")] if found == UNREAD else sorted(set(found)):
                    print(f"{rule['id']}\t{tool}\t{finding.rule}\t{finding.text[:300]}")
        return 0

    rows, needed = [], []
    for rule, path in chosen:
        cells = []
        for tool in tools:
            ids, used = same(mapping, tool, rule["id"], results[tool][path])
            cells.append(ids)
            needed += used
        rows.append((rule, path, reports(args.cflint, rule["id"], path), cells))
    written = "\n".join(page(args, rows, tools))
    if args.update:
        before, rest = PAGE.read_text().split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        PAGE.write_text(f"{before}{MARKS[0]}\n\n{written}\n\n{MARKS[1]}{after}")
    else:
        print(written)
    known = {rule["id"] for rule, _ in chosen}
    idle = [m for m in mapping if m["tool"] in tools and m["same_as"] in known and m not in needed]
    for entry in idle:
        print(f"nothing needs {entry['tool']} {entry['rule']} for {entry['same_as']}", file=sys.stderr)
    silent = [rule["id"] for rule, _, own, _ in rows if not own]
    for rule in silent:
        print(f"cflint does not report {rule}", file=sys.stderr)
    return 1 if idle or silent else 0


if __name__ == "__main__":
    sys.exit(main())

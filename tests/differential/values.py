"""Compares what cflint takes properties of resources for with what the model of AWS CloudFormation Validate says.

    python values.py --dump <the example `dump_values`> <file or folder>...

Both know the same pseudo parameters and take parameters for their defaults. Both branches of `Fn::If` are compared. Where
both know a value, they must agree. Ends with 1 if a difference has no explanation in EXPLAINED, or if nothing was compared.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

from cloudformation_validate import TemplateModel

# Differences that are meant: a pattern over `<file>: <path>: <what>`, and why cflint says otherwise.
EXPLAINED: list[tuple[str, str]] = [
    (
        r"(?i): \"(yes|no|on|off)\", model (true|false|\"(true|false)\"|one of \['true', 'false'\])$",
        "cflint keeps truth values of YAML 1.1 as they are written",
    ),
    (r', model ".*\$\{ ', "the model does not replace variables of `Fn::Sub` that have blanks around them"),
    (r'0 items, model 1: \[\], model \[""\]$', "for cflint, a list that is given as the empty text has no items"),
    (r': "(.*)", model "\1\\n"$', "a block text that ends with the file, without a line end, has none"),
    (r"examples/templates/basic\.yaml: .* model one of", "the default of the parameter is not among its allowed values"),
    (r"fixtures/_load/.*: not read: it is no template", "no resource has a type that is one"),
    (r": Fn::Transform: only the model has the resource", "`Fn::Transform` is no resource"),
]

SUFFIXES = {".yaml", ".yml", ".json", ".template"}
PSEUDO = ("AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix")
UNKNOWN = {"unknown": ""}
COUNTS = collections.Counter()


def files(paths):
    for path in map(pathlib.Path, paths):
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.suffix in SUFFIXES and file.is_file())


def plain(value):
    """A value of the model in the form that `dump_values` prints; numbers and truth values keep their type."""
    kind = type(value).__name__.rpartition(".")[2]
    match kind:
        case "NULL":
            return None
        case "BOOL" | "INT" | "FLOAT" | "STRING":
            return value.value
        case "CONCRETE":
            return plain(value.value)
        case "ARRAY" | "LIST_VALUE":
            return [plain(item) for item in value.items]
        case "OBJECT":
            return mapping((key, plain(item)) for key, item in value.entries.items())
        case "MAP":
            return mapping((entry.key, plain(entry.value)) for entry in value.entries)
        case "CONDITIONAL":
            return {"if": [value.condition, plain(value.if_true), plain(value.if_false)]}
        case "ENUM_VALUE":
            return {"one of": [plain(variant) for variant in value.variants]}
        case "REFERENCE" | "DYNAMIC" | "TYPED_DYNAMIC":
            return UNKNOWN
    raise TypeError(kind)


def mapping(entries):
    entries = dict(entries)
    if "__intrinsic" in entries:
        return UNKNOWN
    # The model takes functions in the place of all properties for properties.
    return entries["Fn::If"] if entries.keys() == {"Fn::If"} else {"map": entries}


def read_properties(read, id, model):
    """What cflint reads, with what the model takes from `Globals`: whole properties, nothing inside of them."""
    resource = read["resources"][id]
    own = resource["properties"] or {"map": {}}
    kind = resource["type"].removeprefix("AWS::Serverless::")
    if kind == resource["type"] or not read["globals"] or {form(own), form(model)} != {"map"}:
        return own
    common = read["globals"]["map"].get(kind, {}).get("map", {})
    return {"map": {**{name: common[name] for name in common.keys() & model["map"].keys()}, **own["map"]}}


def form(value):
    return next(iter(value)) if isinstance(value, dict) else "list" if isinstance(value, list) else "text"


def same_text(ours, theirs):
    if isinstance(theirs, bool):
        return ours.lower() == str(theirs).lower()
    if isinstance(theirs, (int, float)):
        try:
            return float(ours) == float(theirs)
        except ValueError:
            return False
    return ours == theirs


def differences(path, ours, theirs):
    """Where two values differ; counts those that agree."""
    forms = (form(ours), form(theirs))
    if "unknown" in forms:
        who = "neither" if forms[0] == forms[1] else "only the model" if forms[0] == "unknown" else "only cflint"
        COUNTS[f"values that {who} knows"] += 1
    elif ours is None or theirs is None:
        if ours is not theirs:
            yield path, f"{shown(ours)}, model {shown(theirs)}"
    elif forms == ("if", "if"):
        for i in (1, 2):
            yield from differences(f"{path}/{'then' if i == 1 else 'else'}", ours["if"][i], theirs["if"][i])
    elif forms[1] == "one of":
        variants = theirs["one of"]
        if forms[0] == "text" and not any(same_text(ours, v) for v in variants if form(v) == "text" and v is not None):
            yield path, f"{shown(ours)}, model one of {variants}"
        COUNTS["values that are one of several"] += 1
    elif forms == ("list", "list"):
        if len(ours) != len(theirs):
            yield path, f"{len(ours)} items, model {len(theirs)}: {shown(ours)}, model {shown(theirs)}"
        else:
            for i, (our, their) in enumerate(zip(ours, theirs, strict=True)):
                yield from differences(f"{path}/{i}", our, their)
    elif forms[0] in ("map", "open") and forms[1] == "map":
        our, their = ours[forms[0]], theirs["map"]
        for key in sorted(our.keys() | their.keys()):
            if key in our and key in their:
                yield from differences(f"{path}/{key}", our[key], their[key])
            elif key in our:
                yield f"{path}/{key}", f"only cflint has it: {shown(our[key])}"
            elif forms[0] == "map":
                yield f"{path}/{key}", f"only the model has it: {shown(their[key])}"
    elif forms == ("text", "text"):
        COUNTS["values"] += 1
        if not same_text(ours, theirs):
            yield path, f"{shown(ours)}, model {shown(theirs)}"
    else:
        yield path, f"{forms[0]} {shown(ours)}, model {forms[1]} {shown(theirs)}"


def template_differences(read, theirs):
    if "resources" not in read:
        COUNTS["files that cflint rejects"] += 1
        if theirs:
            yield "template", f"not read: {read['error']}"
        return
    COUNTS["templates"] += 1
    ours = read["resources"]
    for id in sorted(ours.keys() | theirs.keys()):
        if id in ours and id in theirs:
            COUNTS["resources"] += 1
            model = mapping((name, plain(value)) for name, value in theirs[id].properties.items())
            yield from differences(id, read_properties(read, id, model), model)
        else:
            yield id, f"only {'cflint' if id in ours else 'the model'} has the resource"


def shown(value):
    return f"{json.dumps(value):.200}"


def pseudo_parameters():
    """The pseudo parameters that the model takes for known."""
    properties = {name: {"Ref": name} for name in PSEUDO}
    probe = {"Resources": {"It": {"Type": "AWS::SSM::Parameter", "Properties": properties}}}
    resolved = TemplateModel(json.dumps(probe).encode()).resources()["It"].properties
    return {name: value for name in PSEUDO if isinstance(value := plain(resolved[name]), str)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", required=True, help="the program that prints what cflint reads")
    parser.add_argument("--verbose", action="store_true", help="say why templates are left out")
    parser.add_argument("paths", nargs="+")
    arguments = parser.parse_args()
    given = [word for name, value in pseudo_parameters().items() for word in ("--given", f"{name}={value}")]
    found = list(files(arguments.paths))
    explained, unexplained = collections.Counter(), []
    for start in range(0, len(found), 200):
        batch = found[start:start + 200]
        command = [arguments.dump, *given, *map(str, batch)]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
        for file, line in zip(batch, lines, strict=True):
            try:
                theirs = TemplateModel(file.read_bytes()).resources()
            except Exception as error:  # noqa: BLE001: whatever it throws, it does not take the template
                COUNTS["templates that the model rejects"] += 1
                if arguments.verbose:
                    print(f"{file}: rejected: {error!s:.200}")
                continue
            for path, what in template_differences(json.loads(line), theirs):
                difference = f"{file}: {path}: {what}"
                reason = next((why for pattern, why in EXPLAINED if re.search(pattern, difference)), None)
                if reason is None:
                    unexplained.append(difference)
                else:
                    explained[reason] += 1
    print(", ".join(f"{count} {name}" for name, count in COUNTS.items()))
    for reason, count in explained.items():
        print(f"explained: {count} × {reason}")
    for difference in unexplained:
        print(f"difference: {difference}")
    if not COUNTS["values"]:
        print("no value was compared")
    return 1 if unexplained or not COUNTS["values"] else 0


if __name__ == "__main__":
    sys.exit(main())

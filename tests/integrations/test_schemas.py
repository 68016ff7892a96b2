"""What programs read, against the schemas that promise it: of every fixture, and with each key missing in turn."""

import json
import re
import shlex
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import pytest

TRACE = re.compile(r"^(?:#|//) trace: (.*?) =>", re.MULTILINE)


@pytest.fixture(scope="module", params=["cflint-v1", "cflint-trace-v1"])
def name(request):
    return request.param


def schema_of(root, name):
    return json.loads((root / f"docs/{name}.schema.json").read_text(encoding="utf-8"))


def validator(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="session")
def checked(cflint, root):
    """The documents of all fixtures, also of the broken ones."""
    folders = sorted(path for path in (root / "fixtures").iterdir() if path.is_dir())

    def check(folder):
        return json.loads(cflint("check", "--format", "json", "--min-confidence", "possible", folder).stdout)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(check, folders))


@pytest.fixture(scope="session")
def traced(cflint, root):
    """The documents of the requests that the fixtures of traces name."""
    asked = [
        (path, line)
        for path in sorted((root / "fixtures/_trace").iterdir())
        if path.is_file() and path.suffix in (".yaml", ".json")
        for line in TRACE.findall(path.read_text(encoding="utf-8"))
    ]

    def trace(case):
        path, line = case
        ran = cflint("trace", path, "--format", "json", *shlex.split(line))
        return json.loads(ran.stdout) if ran.stdout else None

    with ThreadPoolExecutor(2) as pool:
        documents = [document for document in pool.map(trace, asked) if document]
    assert len(documents) > len(asked) * 0.9
    return documents


@pytest.fixture(scope="session")
def documents(checked, traced):
    return {"cflint-v1": checked, "cflint-trace-v1": traced}


def errors(validator, documents):
    return [f"{error.json_path}: {error.message[:300]}" for document in documents for error in validator.iter_errors(document)]


def test_every_document_is_what_its_schema_says(root, documents, name):
    assert errors(validator(schema_of(root, name)), documents[name]) == []


def test_lines_are_findings(root, cflint):
    schema = schema_of(root, "cflint-v1")
    finding = validator({**schema["$defs"]["finding"], "$defs": schema["$defs"]})
    lines = cflint("check", "--format", "jsonl", "fixtures/_demo", "fixtures/_cdk").stdout.splitlines()
    assert len(lines) > 10 and errors(finding, map(json.loads, lines)) == []


def objects(value):
    """Every object of a document."""
    if isinstance(value, list):
        for item in value:
            yield from objects(item)
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from objects(item)


def shapes(schema):
    """The keys of every object that the schema describes, with those that it requires."""
    described = [shape for shape in objects(schema) if isinstance(shape.get("properties"), dict) and "required" in shape]
    return {frozenset(shape["properties"]): shape["required"] for shape in described}


def test_no_key_can_be_removed_or_renamed(root, documents, name):
    """A document without one of the keys, or with another name for it, is refused, and so is one that is not described."""
    schema = schema_of(root, name)
    check, open_shapes = validator(schema), shapes(schema)
    for document in sorted(documents[name], key=lambda document: len(json.dumps(document))):
        for value in list(objects(document)):
            required = open_shapes.pop(frozenset(value), None)
            for key in required or []:
                kept = dict(value)
                value[f"{key}_"] = value.pop(key)
                assert not check.is_valid(document), key
                value.clear()
                value.update(kept)
    assert not open_shapes, "no fixture has these"


def test_other_keys_may_be_added(root, documents, name):
    document = json.loads(json.dumps(next(document for document in documents[name] if document.get("findings") or document.get("steps"))))
    for value in list(objects(document)):
        if not all(isinstance(item, bool) for item in value.values()):
            value["later"] = [1]
    assert errors(validator(schema_of(root, name)), [document]) == []

"""The language server among files and names that no one means well with: links, pipes, odd URIs, a configuration in motion."""

import os
import threading

import pytest
from test_server import EDGE, INNER, OUTER, raw

__all__ = ["raw"]

IMPORTING = OUTER.replace("!GetAtt Inner.Outputs.Domain", "!ImportValue domain").replace("inner.yaml", "none.yaml")


def shown(client, uri, is_empty):
    """Waits until a document has no findings, or some."""

    def holds(message):
        is_about = message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri
        return is_about and (not message["params"]["diagnostics"]) == is_empty

    return client.until(holds)["params"]["diagnostics"]


def touch(client, path):
    changes = [{"uri": path.as_uri(), "type": 2}]
    client.send({"method": "workspace/didChangeWatchedFiles", "params": {"changes": changes}})


def empty(_):
    pass


BAD = {
    "missing": empty,
    "a-folder": lambda path: path.mkdir(),
    "a-link-to-itself": lambda path: path.symlink_to(path.name),
    "a-link-to-the-outer-template": lambda path: path.symlink_to("outer.yaml"),
    "a-link-to-a-device": lambda path: path.symlink_to("/dev/zero"),
    "a-pipe-without-a-writer": os.mkfifo,
    "not-text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "deep": lambda path: path.write_text("Resources: " + "{a: " * 100_000, encoding="utf-8"),
}


@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
def test_a_nested_template_may_become_anything(raw, tmp_path, make):
    it, outer, inner = raw(), tmp_path / "outer.yaml", tmp_path / "inner.yaml"
    inner.write_text(INNER, encoding="utf-8")
    it.open(outer.as_uri(), OUTER)
    before = shown(it, outer.as_uri(), is_empty=False)
    inner.unlink()
    make(inner)
    touch(it, inner)
    shown(it, outer.as_uri(), is_empty=True)
    if inner.is_dir():
        inner.rmdir()
    inner.unlink(missing_ok=True)
    inner.write_text(INNER, encoding="utf-8")
    touch(it, inner)
    assert shown(it, outer.as_uri(), is_empty=False) == before


def test_links_that_go_in_circles_end(raw, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "here").symlink_to(".")
    (tmp_path / "above").symlink_to("..")
    (tmp_path / "api.yaml").write_text(INNER.replace("StageName: live", "StageName: beta"), encoding="utf-8")
    it = raw()
    for folder in (tmp_path, tmp_path / "here" / "here" / "here"):
        uri = (folder / "outer.yaml").as_uri()
        it.open(uri, IMPORTING)
        found = [diagnostic["code"] for diagnostic in shown(it, uri, is_empty=False)]
        assert "origin-path-misses-stage" in found


NO_FILE = [
    "untitled:Untitled-1",
    "untitled:/edge.yaml",
    "git:/edge.yaml?%7B%22ref%22%3A%22~%22%7D",
    "vscode-notebook-cell:/edge.ipynb#W0sZmlsZQ",
    "zipfile:/a.zip::edge.yaml",
    "file:///%ff.yaml",
    "file:///edge%00.yaml",
    "",
]


def test_a_document_in_no_file_is_left_alone(raw):
    it = raw()
    for uri in NO_FILE:
        it.open(uri, EDGE)
        assert shown(it, uri, is_empty=True) == []


@pytest.mark.parametrize("name", ["%C3%BC%20%23%3F%25.yaml", "c%3A/edge.yaml", "a%0Ab.yaml", "%1b%5B31m.yaml", "%.yaml", "x" * 5_000])
def test_a_file_may_have_any_name(raw, tmp_path, name):
    it, uri = raw(), f"{tmp_path.as_uri()}/{name}"
    it.open(uri, EDGE)
    assert [diagnostic["code"] for diagnostic in shown(it, uri, is_empty=False)] == ["host-header-forwarded"]


def test_a_configuration_in_motion_settles(raw, tmp_path):
    it, uri, configuration = raw(), (tmp_path / "edge.yaml").as_uri(), tmp_path / "cflint.yaml"
    contents = ["ignore: [no-such-rule]", "{{{", "\0", "a: &a [*a]", "exclude: ['**']", "ignore: " + "[" * 5_000, None]

    def rewrite():
        for content in contents * 40:
            if content is None:
                configuration.unlink(missing_ok=True)
            else:
                configuration.write_text(content, encoding="utf-8")

    it.open(uri, EDGE)
    writer = threading.Thread(target=rewrite)
    writer.start()
    for number in range(1, 200):
        touch(it, configuration)
        it.send({"id": number, "method": "textDocument/documentSymbol", "params": {"textDocument": {"uri": uri}}})
        it.answer(number)
    writer.join()
    configuration.write_text("ignore: [host-header-forwarded]", encoding="utf-8")
    touch(it, configuration)
    it.send(it.change(uri, 2, "# another version\n"))
    it.until(lambda message: message.get("params", {}).get("version") == 2 and message["params"]["diagnostics"] == [])
    configuration.unlink()
    touch(it, configuration)
    shown(it, uri, is_empty=False)

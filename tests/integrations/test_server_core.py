"""What the language server does besides its requests: commands, states, cancellation, and clients that do not behave."""

import asyncio
import json
import shutil
import subprocess
import sys
import threading
import time
from html.parser import HTMLParser

import pytest
from editor import ALL_VIEWER, EDGE, EXCEPT_HOST, INNER, OUTER, PULLED
from lsprotocol import types
from test_server import raw

__all__ = ["raw"]

BROKEN = OUTER.replace("OriginPath: /live", "OriginPath: /beta")
REFRESHED = {"textDocument": {"diagnostic": {}}, "workspace": {"diagnostics": {"refreshSupport": True}}}


def large(size=1_000_000):
    """A template whose check takes a while."""
    topic = "  Topic{}:\n    Type: AWS::SNS::Topic\n    Properties: {{DisplayName: !Sub 'topic of ${{AWS::StackName}}'}}\n"
    return EDGE + "".join(topic.format(number) for number in range(size // len(topic)))


def execute(number, command, *arguments):
    return {"id": number, "method": "workspace/executeCommand", "params": {"command": command, "arguments": arguments}}


def about(method, number, uri, **params):
    return {"id": number, "method": f"textDocument/{method}", "params": {"textDocument": {"uri": uri}, **params}}


def hover(number, uri, line=0):
    return about("hover", number, uri, position={"line": line, "character": 0})


def is_about(uri, method="textDocument/publishDiagnostics"):
    return lambda message: message.get("method") == method and message["params"].get("uri") == uri


def codes(diagnostics):
    return [diagnostic["code"] for diagnostic in diagnostics]


REQUESTS = [
    ("GET https://www.example.com/users", ["GET https://www.example.com/users"]),
    ("GET /users -H 'Origin: https://a.example'", ["GET", "/users", "-H", "Origin: https://a.example"]),
    ("/users -X DELETE -v", ["/users", "-X", "DELETE", "-v"]),
    ("curl 'https://www.example.com/users' \\\n  -H 'Accept: text/html' \\\n  --data-raw 'a=1'", None),
    ("'GET /users' --format json", ["GET /users", "--format", "json"]),
]


@pytest.mark.parametrize(("request_", "words"), REQUESTS)
def test_a_request_is_followed_as_by_the_command(raw, cflint, tmp_path, request_, words):
    path = tmp_path.resolve() / "edge.yaml"
    path.write_text(EDGE, encoding="utf-8")
    expected = cflint("trace", path, *(words or [request_]), cwd=tmp_path)
    assert expected.stdout and expected.returncode in (0, 1), expected.stderr
    path.write_text("Resources: {}\n", encoding="utf-8")
    it = raw()
    assert {"cflint.trace", "cflint.map"} <= set(it.capabilities["executeCommandProvider"]["commands"])
    it.open(path.as_uri(), EDGE)
    it.send(execute(1, "cflint.trace", path.as_uri(), request_))
    assert it.answer(1)["result"] == expected.stdout


WRONG = {
    "": "the request is empty",
    "GET ftp://example.com": "CloudFront does not support `ftp`",
    "GET /a --no-such": "--no-such",
    "GET /a 'b": "the command ends inside",
    "curl": "the curl command has no URL",
    "fetch('https://a.example')": "a call of `fetch`",
    "--curl -": "there is no standard input here",
    "--help": "not a request",
}


def test_a_wrong_command_says_what_is_wrong(raw, tmp_path):
    it, uri = raw(), (tmp_path / "edge.yaml").as_uri()
    it.open(uri, EDGE)

    def error(*arguments, command="cflint.trace"):
        it.send(execute(1, command, *arguments))
        return it.answer(1)["error"]["message"]

    for request, message in WRONG.items():
        assert message in error(uri, request), request
    assert "longer than 100 KB" in error(uri, "GET /" + "a" * 200_000)
    assert "is not open" in error("file:///no.yaml", "GET /a")
    assert "needs the URI of a document and a request" in error(uri)
    assert "needs the URI of a document" in error(command="cflint.map")
    it.send(it.change(uri, 2, "{"))
    assert "edge.yaml:" in error(uri, "GET /a") and "edge.yaml:" in error(uri, command="cflint.map")
    it.open(uri, "Resources: {Topic: {Type: AWS::SNS::Topic}}\n")
    assert "no CloudFront distribution" in error(uri, "GET /a")


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.loaded, self.figures, self.text = [], 0, ""

    def handle_starttag(self, tag, attributes):
        self.figures += tag == "svg"
        self.loaded += [value for name, value in attributes if name == "src" or (name == "href" and tag == "link")]

    def handle_data(self, data):
        self.text += data


def test_the_page_is_of_what_is_unsaved(raw, tmp_path):
    it, uri = raw(), (tmp_path / "edge.yaml").as_uri()
    it.open(uri, EDGE)
    pages = []
    for number, text in enumerate([EDGE, EDGE.replace(ALL_VIEWER, EXCEPT_HOST)], 1):
        it.open(uri, text)
        it.send(execute(number, "cflint.map", uri))
        page = Page()
        page.feed(it.answer(number)["result"])
        assert page.loaded == [] and page.figures > 0
        pages.append(page.text)
    assert "host-header-forwarded" in pages[0] and "host-header-forwarded" not in pages[1]


def notes(text):
    return [line for line in text.splitlines() if line.startswith("note: ")]


def test_the_state_of_a_document_is_told(raw, cflint, tmp_path):
    path = tmp_path.resolve() / "edge.yaml"
    it, uri = raw(capabilities={"experimental": {"cflintStatus": True}}), path.as_uri()

    def state(kind):
        status = it.until(is_about(uri, "cflint/status"))["params"]
        assert status["kind"] == kind, status
        return status["text"]

    foreign = OUTER.replace("!GetAtt Inner.Outputs.Domain", "!ImportValue domain")
    for text in (EDGE, OUTER, foreign, "Resources: {Topic: {Type: AWS::SNS::Topic}}\n"):
        path.write_text(text, encoding="utf-8")
        it.open(uri, text)
        checked, said = cflint("check", path, cwd=tmp_path), state("checked")
        assert notes(said) == notes(checked.stderr) and said.splitlines()[0] == checked.stdout.splitlines()[-1]
    assert notes(said), "what could not be looked at"
    it.open(uri, "a: 1\n")
    assert "not a CloudFormation template" in state("silent")
    it.open(uri, "AWS::" + "x" * (33 * 1024 * 1024))
    assert "larger than 32 MiB" in state("silent")
    (tmp_path / "cflint.yaml").write_text("exclude: [edge.yaml]\n", encoding="utf-8")
    it.open(uri, EDGE)
    assert "excluded" in state("silent")
    (tmp_path / "cflint.yaml").write_text("ignore: [no-such-rule]\n", encoding="utf-8")
    it.send({"method": "workspace/didChangeWatchedFiles", "params": {"changes": []}})
    assert "no-such-rule" in state("error")


def test_notes_are_logged_once(raw, tmp_path):
    it, uri = raw(), (tmp_path / "edge.yaml").as_uri()
    it.open(uri, OUTER)
    for version in range(2, 5):
        it.until(is_about(uri))
        it.send(it.change(uri, version, "#\n"))
    it.send(about("documentSymbol", 1, uri), {"id": 2, "method": "shutdown"})
    logged = []
    it.until(lambda message: logged.append(message) or message.get("id") == 2)
    assert not [message for message in logged if message.get("method") == "window/logMessage"]


def test_a_hover_does_not_wait_for_a_check(session):
    text = large()

    async def scenario(it):
        it.open("edge.yaml", text)
        assert "host-header-forwarded" in await it.rules("edge.yaml")
        line = text[: text.index(ALL_VIEWER)].count("\n") + 1
        order = []

        async def noted(name, request):
            await request
            order.append(name)

        start = types.Range(types.Position(0, 0), types.Position(0, 0))
        it.change("edge.yaml", types.TextDocumentContentChangePartial(start, "# changed\n"))
        diagnostics = types.DocumentDiagnosticParams(it.document("edge.yaml"))
        at = types.HoverParams(it.document("edge.yaml"), types.Position(line, 36))
        await asyncio.gather(
            noted("diagnostics", it.client.text_document_diagnostic_async(diagnostics)),
            noted("hover", it.client.text_document_hover_async(at)),
        )
        assert order == ["hover", "diagnostics"]

    session(PULLED, scenario)


def test_a_waiting_request_can_be_cancelled(raw, tmp_path):
    it, uri, small = raw(), (tmp_path / "edge.yaml").as_uri(), (tmp_path / "small.yaml").as_uri()
    it.open(small, EDGE)
    it.until(is_about(small))
    # Its check is far from its end when the response to a hover in the small one is there.
    it.open(uri, large(8_000_000))
    it.until(is_about(uri))
    seen = []

    def answer(number):
        return it.until(lambda message: seen.append(message) or message.get("id") == number)

    it.send(it.change(uri, 2, "#\n"), about("documentSymbol", 5, uri), hover(6, small))
    answer(6)
    it.send({"method": "$/cancelRequest", "params": {"id": 5}})
    assert answer(5)["error"]["code"] == -32800
    it.send(execute(7, "cflint.map", uri), hover(8, small))
    answer(8)
    it.send({"method": "$/cancelRequest", "params": {"id": 7}}, {"method": "$/cancelRequest", "params": {"id": 99}})
    assert answer(7)["error"]["code"] == -32800
    # Whatever was stopped, the last version is checked.
    published = next(filter(is_about(uri), seen), None) or it.until(is_about(uri))
    assert published["params"]["version"] == 2


def test_who_never_pauses_sees_findings(raw, tmp_path):
    it, uri = raw(), (tmp_path / "edge.yaml").as_uri()
    it.open(uri, large(300_000))
    it.until(is_about(uri))
    shown = []
    reader = threading.Thread(target=lambda: shown.append(it.until(is_about(uri))), daemon=True)
    reader.start()
    deadline, version = time.monotonic() + 60, 1
    while reader.is_alive() and time.monotonic() < deadline:
        version += 1
        it.send(it.change(uri, version, "#\n"))
        reader.join(0.005)
    [found] = shown
    # It was checked a while ago, and what was found is where it is now.
    [diagnostic] = [it for it in found["params"]["diagnostics"] if it["code"] == "host-header-forwarded"]
    line = EDGE[: EDGE.index(ALL_VIEWER)].count("\n")
    assert diagnostic["range"]["start"]["line"] == line + found["params"]["version"] - 1


def test_who_never_pauses_is_answered(raw, tmp_path):
    it, uri = raw(capabilities=REFRESHED), (tmp_path / "edge.yaml").as_uri()
    it.open(uri, large(300_000))
    it.send(about("diagnostic", 1, uri))
    assert "host-header-forwarded" in codes(it.answer(1)["result"]["items"])
    answers = []
    reader = threading.Thread(target=lambda: answers.append(it.until(lambda message: "result" in message)), daemon=True)
    reader.start()
    deadline, version = time.monotonic() + 60, 1
    while reader.is_alive() and time.monotonic() < deadline:
        version += 1
        cancel = {"method": "$/cancelRequest", "params": {"id": version - 1}}
        it.send(it.change(uri, version, "#\n"), cancel, about("diagnostic", version, uri))
        reader.join(0.02)
    [answer] = answers
    assert "host-header-forwarded" in codes(answer["result"]["items"])


def workspace(it, number, known=()):
    known = [{"uri": uri, "value": value} for uri, value in known]
    it.send({"id": number, "method": "workspace/diagnostic", "params": {"previousResultIds": known}})
    return {report["uri"]: report for report in it.answer(number)["result"]["items"]}


def test_all_diagnostics_can_be_requested(raw, tmp_path):
    (tmp_path / "inner.yaml").write_text(INNER + "Outputs: {}\n", encoding="utf-8")
    (tmp_path / "other.yaml").write_text(EDGE, encoding="utf-8")
    outer, inner, other = [(tmp_path.resolve() / name).as_uri() for name in ("outer.yaml", "inner.yaml", "other.yaml")]
    it = raw(capabilities=REFRESHED, rootUri=tmp_path.as_uri())
    it.open(outer, OUTER)
    # What is wrong in a linked template is published until the client requests it.
    assert codes(it.until(is_about(inner))["params"]["diagnostics"])
    reports = workspace(it, 1)
    assert set(reports) == {outer, inner}
    assert codes(reports[inner]["items"]) == ["duplicate-key"] and reports[inner]["version"] is None
    assert reports[outer]["version"] == 1
    again = workspace(it, 2, [(uri, report["resultId"]) for uri, report in reports.items()])
    assert {report["kind"] for report in again.values()} == {"unchanged"}
    it.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": outer}}})
    gone = workspace(it, 3, [(uri, report["resultId"]) for uri, report in reports.items()])
    assert {report["kind"] for report in gone.values()} <= {"full", "unchanged"}
    assert not any(report.get("items") for report in gone.values())


def test_folders_are_searched_on_request_only(raw, tmp_path):
    for name, configuration in {"one": "", "two": "ignore: [host-header-forwarded]\n"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "cflint.yaml").write_text(configuration, encoding="utf-8")
        (tmp_path / name / "edge.yaml").write_text(EDGE, encoding="utf-8")
    folders = [{"uri": (tmp_path.resolve() / name).as_uri(), "name": name} for name in ("one", "two")]
    one, two = [f"{folder['uri']}/edge.yaml" for folder in folders]
    options = {"workspaceFolders": folders, "initializationOptions": {"workspaceDiagnostics": True}}
    assert workspace(raw(capabilities=REFRESHED, workspaceFolders=folders), 1) == {}
    it = raw(capabilities=REFRESHED, **options)
    first = workspace(it, 1)
    assert "host-header-forwarded" in codes(first[one]["items"])
    assert "host-header-forwarded" not in codes(first.get(two, {"items": []})["items"])
    # What is unsaved counts.
    it.open(one, EDGE.replace(ALL_VIEWER, EXCEPT_HOST))
    assert "host-header-forwarded" not in codes(workspace(it, 2)[one]["items"])
    it.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": one}}})
    assert "host-header-forwarded" in codes(workspace(it, 3)[one]["items"])
    event = {"added": [], "removed": folders[:1]}
    it.send({"method": "workspace/didChangeWorkspaceFolders", "params": {"event": event}})
    assert one not in workspace(it, 4)


def test_a_client_that_pulls_is_told_when_a_linked_template_changes(raw, tmp_path):
    it = raw(capabilities=REFRESHED)
    outer, inner = (tmp_path / "outer.yaml").as_uri(), (tmp_path / "inner.yaml").as_uri()
    (tmp_path / "inner.yaml").write_text(INNER, encoding="utf-8")
    it.open(outer, OUTER)
    it.open(inner, INNER)
    it.send(about("diagnostic", 1, outer))
    first = it.answer(1)["result"]
    assert "origin-path-misses-stage" not in codes(first["items"])
    item = {"textDocument": {"uri": inner, "version": 2}, "contentChanges": [{"text": INNER.replace("live", "beta")}]}
    it.send({"method": "textDocument/didChange", "params": item})
    refresh = it.until(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    it.send({"id": refresh["id"], "result": None}, about("diagnostic", 2, outer, previousResultId=first["resultId"]))
    second = it.answer(2)["result"]
    assert second["kind"] == "full" and "origin-path-misses-stage" in codes(second["items"])


@pytest.mark.parametrize("message", ["didChangeWatchedFiles", "didDeleteFiles", "didRenameFiles"])
def test_nothing_is_shown_of_what_is_gone(raw, tmp_path, message):
    it = raw()
    outer, inner = (tmp_path.resolve() / "outer.yaml").as_uri(), (tmp_path.resolve() / "inner.yaml").as_uri()
    (tmp_path / "inner.yaml").write_text(INNER + "Outputs: {}\n", encoding="utf-8")
    it.open(outer, OUTER)
    assert it.until(is_about(inner))["params"]["diagnostics"]
    (tmp_path / "inner.yaml").rename(tmp_path / "new.yaml")
    files = [{"uri": inner, "oldUri": inner, "newUri": f"{inner}.new", "type": 3}]
    it.send({"method": f"workspace/{message}", "params": {"files": files, "changes": files}})
    assert it.until(is_about(inner))["params"]["diagnostics"] == []
    (tmp_path / "new.yaml").rename(tmp_path / "inner.yaml")
    it.send({"method": "textDocument/didSave", "params": {"textDocument": {"uri": outer}}})
    assert it.until(is_about(inner))["params"]["diagnostics"]
    # A check that ends after its document was closed shows nothing either.
    it.send(it.change(outer, 2, "#\n"), {"method": "textDocument/didClose", "params": {"textDocument": {"uri": outer}}})
    assert it.until(is_about(inner))["params"]["diagnostics"] == []
    it.send({"id": 9, "method": "shutdown"})
    late = []
    it.until(lambda message: late.append(message) or message.get("id") == 9)
    assert not any(message.get("params", {}).get("diagnostics") for message in late)


@pytest.mark.skipif(sys.platform == "win32", reason="there, the end of the input has to do")
def test_a_server_ends_with_the_process_of_its_client(raw):
    client = subprocess.Popen([shutil.which("sleep"), "600"])
    it = raw(processId=client.pid)
    it.send(hover(1, "file:///no.yaml"))
    assert it.answer(1)["result"] is None
    client.kill()
    client.wait()
    # Its input is still open.
    assert it.process.wait(20) == 1


def test_no_check_outlives_its_client(raw, tmp_path):
    it = raw()
    it.open((tmp_path / "edge.yaml").as_uri(), large(8_000_000))
    it.process.stdin.close()
    assert it.process.wait(10) == 1


def test_a_client_that_does_not_behave_gets_errors(raw, tmp_path):
    it, uri = raw(), (tmp_path / "edge.yaml").as_uri()
    item = {"uri": uri, "languageId": "yaml", "version": 7, "text": EDGE}
    place = {"line": 4_000_000_000, "character": 4_000_000_000}
    back = {"start": place, "end": {"line": 0, "character": 0}}
    it.send(
        {"method": "textDocument/didChange", "params": {"textDocument": {"uri": uri, "version": 1}, "contentChanges": []}},
        {"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}},
        {"method": "textDocument/didOpen", "params": {"textDocument": item}},
        {"method": "textDocument/didOpen", "params": {"textDocument": item}},
        # Backwards, and beyond the end: where that would be.
        {
            "method": "textDocument/didChange",
            "params": {
                "textDocument": {"uri": uri, "version": -3},
                "contentChanges": [{"range": back, "text": "# end\n"}, {"range": {"start": place, "end": place}, "text": "#"}],
            },
        },
        {"id": 1, "result": "to no request"},
        {"id": "cflint-77", "error": {"code": 1, "message": "no such request"}},
        about("documentSymbol", 2, uri),
    )
    assert [symbol["name"] for symbol in it.answer(2)["result"]] == ["Distribution"]
    batch = json.dumps([hover(3, uri), hover(4, uri)]).encode()
    it.bytes(b"Content-Length: %d\r\n\r\n%s" % (len(batch), batch))
    assert it.receive()["error"]["code"] == -32600
    for wrong in ({"id": {}, "method": "shutdown"}, {"id": [1], "method": "shutdown"}, {"id": 1.5, "method": "shutdown"}):
        it.send(wrong)
        assert it.receive()["error"]["code"] == -32600
    for wrong in ("workspace/diagnostic", "workspace/executeCommand", "textDocument/diagnostic", "codeAction/resolve"):
        it.send({"id": 5, "method": wrong, "params": 1})
        assert it.answer(5)["error"]["code"] == -32602, wrong
    it.bytes(b"Content-Length: 70000000\r\n\r\n" + b" " * 70_000_000)
    assert "larger than 64 MiB" in it.until(lambda message: "error" in message)["error"]["message"]
    it.bytes(b"x" * 1_000_000)
    it.bytes(b"\r\n")
    it.send({"id": 6, "method": "shutdown"}, hover(7, uri), {"method": "textDocument/didOpen", "params": 1})
    assert it.answer(6)["result"] is None and it.answer(7)["error"]["code"] == -32600
    it.send({"method": "exit"})
    assert it.process.wait(10) == 0


def test_requests_that_wait_have_a_limit(raw, tmp_path):
    it, uri = raw(), (tmp_path / "edge.yaml").as_uri()
    it.open(uri, large())
    it.send(*(about("documentSymbol", number, uri) for number in range(1, 1_201)))
    answers = {number: it.answer(number) for number in range(1_001, 1_201)}
    assert {answer["error"]["code"] for answer in answers.values()} == {-32802}
    assert it.answer(1)["result"]

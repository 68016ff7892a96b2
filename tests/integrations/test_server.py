"""The language server, driven by a client that checks what it gets, with the capabilities of several editors."""

import contextlib
import json
import os
import subprocess
import threading
import time

import pytest
from editor import ALL_VIEWER, EDGE, EDITORS, EXCEPT_HOST, INNER, OUTER, PULLED, PUSHED, apply
from lsprotocol import types
from pygls.exceptions import JsonRpcException


@pytest.mark.parametrize("editor", EDITORS)
def test_a_finding_is_shown_and_fixed(session, editor):
    async def scenario(it):
        it.open("edge.yaml", EDGE)
        shown = await it.shown("edge.yaml")
        [found] = [diagnostic for diagnostic in shown if diagnostic.code == "host-header-forwarded"]
        assert (found.severity, found.source) == (types.DiagnosticSeverity.Error, "cflint")
        assert found.code_description.href.endswith("/docs/rules/host-header-forwarded.md")
        assert "403" in found.message and "\nhelp: " in found.message
        assert EDGE.splitlines()[found.range.start.line][found.range.start.character :].startswith(ALL_VIEWER)
        actions = await it.actions("edge.yaml", found)
        [fix] = [action for title, action in actions.items() if title.startswith("Fix: ")]
        assert fix.kind == types.CodeActionKind.QuickFix and fix.is_preferred
        fixed = apply(EDGE, await it.edit(fix), it.client.encoding)
        assert EXCEPT_HOST in fixed and fixed.count("😀") >= 1
        everything = await it.actions("edge.yaml", found, ["source.fixAll.cflint"])
        [fix_all] = everything.values()
        assert apply(EDGE, await it.edit(fix_all), it.client.encoding) == fixed
        it.replace("edge.yaml", fixed)
        assert "host-header-forwarded" not in await it.rules("edge.yaml")

    session(editor, scenario)


@pytest.mark.parametrize("editor", [PUSHED, PULLED])
def test_a_finding_is_ignored_with_a_reason(session, editor):
    async def scenario(it):
        it.open("edge.yaml", EDGE)
        [found] = [it for it in await it.shown("edge.yaml") if it.code == "host-header-forwarded"]
        ignore = (await it.actions("edge.yaml", found))["Ignore `host-header-forwarded` here, with a reason"]
        text = apply(EDGE, await it.edit(ignore), it.client.encoding)
        assert "cflint: ignore[host-header-forwarded] TODO: say why" in text
        it.replace("edge.yaml", text)
        assert "host-header-forwarded" not in await it.rules("edge.yaml")

    session(editor, scenario)


def test_an_old_action_does_not_change_a_new_version(session):
    async def scenario(it):
        it.open("edge.yaml", EDGE)
        [found] = [it for it in await it.shown("edge.yaml") if it.code == "host-header-forwarded"]
        ignore = (await it.actions("edge.yaml", found))["Ignore `host-header-forwarded` here, with a reason"]
        it.replace("edge.yaml", "\n" + EDGE)
        with pytest.raises(JsonRpcException, match="has changed"):
            await it.client.code_action_resolve_async(ignore)

    session(PULLED, scenario)


@pytest.mark.parametrize("editor", [PUSHED, PULLED])
def test_typing_keeps_the_findings(session, editor):
    async def scenario(it):
        it.open("edge.yaml", EDGE)
        before = await it.rules("edge.yaml")
        at = types.Range(types.Position(6, 10), types.Position(6, 10))
        it.change("edge.yaml", types.TextDocumentContentChangePartial(at, "\n\n  x: {"))
        broken = await it.shown("edge.yaml")
        rules = [diagnostic.code for diagnostic in broken]
        assert rules.count("invalid-template") == 1 and set(before) <= set(rules)
        [moved] = [diagnostic for diagnostic in broken if diagnostic.code == "host-header-forwarded"]
        assert moved.range.start.line == EDGE[: EDGE.index(ALL_VIEWER)].count("\n") + 2
        # What was found before has no fix in a text that is not understood.
        assert await it.actions("edge.yaml", moved) == {}
        # As clients do that send all of the text.
        text = "# 😀\n" + EDGE[: EDGE.index("Resources:") + 10] + "\n\n  x: {" + EDGE[EDGE.index("Resources:") + 10 :]
        it.replace("edge.yaml", text)
        [again] = [diagnostic for diagnostic in await it.shown("edge.yaml") if diagnostic.code == "host-header-forwarded"]
        assert again.range.start.line == moved.range.start.line + 1
        it.replace("edge.yaml", text.removeprefix("# 😀\n"))
        back = types.Range(types.Position(6, 10), types.Position(8, 6))
        it.change("edge.yaml", types.TextDocumentContentChangePartial(back, ""))
        assert await it.rules("edge.yaml") == before

    session(editor, scenario)


@pytest.mark.parametrize("editor", [PUSHED, PULLED])
def test_what_is_unsaved_counts_in_linked_templates(session, editor, tmp_path):
    (tmp_path / "inner.yaml").write_text(INNER, encoding="utf-8")

    async def scenario(it):
        it.open("outer.yaml", OUTER)
        assert "origin-path-misses-stage" not in await it.rules("outer.yaml")
        it.open("inner.yaml", INNER)
        it.replace("inner.yaml", INNER.replace("StageName: live", "StageName: beta"))
        assert "origin-path-misses-stage" in await it.rules("outer.yaml")
        it.close("inner.yaml")
        assert "origin-path-misses-stage" not in await it.rules("outer.yaml")

    session(editor, scenario)


def test_imported_values_are_those_of_the_project(session, tmp_path):
    importing = OUTER.replace("!GetAtt Inner.Outputs.Domain", "!ImportValue domain")
    importing = importing.replace("TemplateURL: inner.yaml", "TemplateURL: none.yaml")
    (tmp_path / "api.yaml").write_text(INNER, encoding="utf-8")

    async def scenario(it):
        it.open("outer.yaml", importing)
        assert "origin-path-misses-stage" not in await it.rules("outer.yaml")
        (tmp_path / "api.yaml").write_text(INNER.replace("StageName: live", "StageName: beta"), encoding="utf-8")
        it.touch("api.yaml")
        assert "origin-path-misses-stage" in await it.rules("outer.yaml")

    session(PUSHED, scenario)


def test_a_client_that_pulls_is_told_to_pull_again(session, tmp_path):
    (tmp_path / "inner.yaml").write_text(INNER, encoding="utf-8")

    async def scenario(it):
        it.client.capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(True)
        it.open("outer.yaml", OUTER)
        it.open("inner.yaml", INNER)
        first = await it.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(it.document("outer.yaml")))
        again = types.DocumentDiagnosticParams(it.document("outer.yaml"), previous_result_id=first.result_id)
        assert (await it.client.text_document_diagnostic_async(again)).kind == "unchanged"
        it.replace("inner.yaml", INNER.replace("StageName: live", "StageName: beta"))
        await it.rules("inner.yaml")
        second = await it.client.text_document_diagnostic_async(again)
        assert second.kind == "full" and second.result_id != first.result_id

    session(PULLED, scenario)


def test_the_configuration_is_that_of_each_project(session, tmp_path):
    for name, text in {"one": "ignore: [host-header-forwarded]\n", "two": "exclude: [edge.yaml]\n", "three": ""}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "cflint.yaml").write_text(text, encoding="utf-8")
        (tmp_path / name / ".git").mkdir()

    async def scenario(it):
        for name in ("one", "two", "three"):
            it.open(f"{name}/edge.yaml", EDGE)
        assert "host-header-forwarded" not in await it.rules("one/edge.yaml")
        assert await it.rules("two/edge.yaml") == []
        assert "host-header-forwarded" in await it.rules("three/edge.yaml")
        said = [message.message for message in it.client.log_messages]
        assert any("two/edge.yaml: not checked: excluded by the configuration" in text for text in said)
        config = tmp_path / "three" / "cflint.yaml"
        config.write_text("pedantic: false\nignore: [no-such-rule]\n", encoding="utf-8")
        it.touch("three/cflint.yaml")
        # What was found before stays.
        assert "host-header-forwarded" in await it.rules("three/edge.yaml")
        [wrong] = it.client.diagnostics[config.as_uri()]
        assert "no-such-rule" in wrong.message and wrong.range.start.line == 1
        assert any("no-such-rule" in message.message for message in it.client.log_messages)
        it.open("three/cflint.yaml", "ignroe: []\n")
        [wrong] = await it.shown("three/cflint.yaml")
        assert "unknown key `ignroe`" in wrong.message and (wrong.range.start.character, wrong.range.end.character) == (0, 6)
        it.close("three/cflint.yaml")
        config.write_text("ignore: [host-header-forwarded]\n", encoding="utf-8")
        it.touch("three/cflint.yaml")
        assert "host-header-forwarded" not in await it.rules("three/edge.yaml")
        assert not it.client.diagnostics[config.as_uri()]

    session(PUSHED, scenario)


def test_it_says_why_it_is_silent(session):
    async def scenario(it):
        it.open("values.yaml", "a: 1\n")
        it.open("large.yaml", "AWS::" + "x" * (33 * 1024 * 1024))
        assert await it.rules("values.yaml") == [] and await it.rules("large.yaml") == []
        said = " ".join(message.message for message in it.client.log_messages)
        assert "values.yaml: not checked: not a CloudFormation template" in said
        assert "large.yaml: not checked: larger than 32 MiB" in said

    session(PUSHED, scenario)


def test_what_there_is_to_know_about_a_place(session):
    async def scenario(it):
        it.open("edge.yaml", EDGE)

        def at(word, skip=0):
            before = EDGE[: EDGE.index(word)]
            return types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1 + skip)

        async def hover(word, skip=0):
            params = types.HoverParams(it.document("edge.yaml"), at(word, skip))
            found = await it.client.text_document_hover_async(params)
            return found and found.contents.value

        assert "**AllViewer**" in await hover(ALL_VIEWER, 4)
        assert "host-header-forwarded" in await hover(ALL_VIEWER, 4)
        assert "caches nothing" in await hover("4135ea2d")
        assert "forwards every header" in await hover("DefaultCacheBehavior")
        assert await hover("Description") is None

        async def definition(word, skip=0):
            params = types.DefinitionParams(it.document("edge.yaml"), at(word, skip))
            found = await it.client.text_document_definition_async(params)
            return found and EDGE.splitlines()[found.range.start.line].strip()

        assert await definition("TargetOriginId: api", 17) == "- Id: api"
        assert await definition("${Api}", 3) == "Api:"
        assert await definition("${Stage}", 3) == "Stage:"
        assert await definition("Enabled") is None

        async def completion(word, skip=0):
            params = types.CompletionParams(it.document("edge.yaml"), at(word, skip))
            return {item.label: item for item in await it.client.text_document_completion_async(params)}

        policies = await completion("4135ea2d", 2)
        assert policies["CachingOptimized"].text_edit.new_text == "658327ea-f89d-4fab-a63d-7e88639e58f6"
        assert list(await completion("TargetOriginId: api", 16)) == ["api"]
        assert await completion("Enabled: true", 9) == {}

        params = types.DocumentSymbolParams(it.document("edge.yaml"))
        [distribution] = await it.client.text_document_document_symbol_async(params)
        [behavior] = distribution.children
        [origin] = behavior.children
        assert (distribution.name, behavior.name, origin.name) == ("Distribution", "Default (*)", "api")

    session(PUSHED, scenario)


def test_a_page_is_opened(session):
    async def scenario(it):
        params = types.ExecuteCommandParams("cflint.explain", ["host-header-forwarded"])
        await it.client.workspace_execute_command_async(params)
        await it.rules("edge.yaml")
        shown = [document.uri for document in it.client.shown_documents]
        assert [uri.rsplit("/", 1)[1] for uri in shown] == ["host-header-forwarded.md"]
        with pytest.raises(JsonRpcException, match="needs the id of a rule"):
            await it.client.workspace_execute_command_async(types.ExecuteCommandParams("cflint.explain", ["none"]))

    session(PUSHED, scenario)


class Raw:
    """A client that sends whatever it likes."""

    def __init__(self, program, cwd, **params):
        command = [program, "server"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=cwd)
        # A message that never comes is a failure, not a test without end.
        self.watch = threading.Timer(120, self.process.kill)
        self.watch.daemon = True
        self.watch.start()
        self.send({"id": 0, "method": "initialize", "params": {"capabilities": {}, **params}})
        self.capabilities = self.receive()["result"]["capabilities"]

    def bytes(self, content):
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def send(self, *messages):
        bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
        self.bytes(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies))

    def receive(self):
        length = int(self.process.stdout.readline().split(b":")[1])
        self.process.stdout.readline()
        return json.loads(self.process.stdout.read(length))

    def until(self, holds):
        while not holds(message := self.receive()):
            pass
        return message

    def answer(self, number):
        return self.until(lambda message: message.get("id") == number)

    def change(self, uri, version, text):
        where = {"line": 0, "character": 0}
        change = {"range": {"start": where, "end": where}, "text": text}
        params = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]}
        return {"method": "textDocument/didChange", "params": params}

    def open(self, uri, text):
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})

    def resident(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))


@pytest.fixture
def raw(environment, tmp_path):
    clients = []

    def start(**params):
        clients.append(Raw(environment / "cflint", tmp_path, **params))
        return clients[-1]

    yield start
    for client in clients:
        with contextlib.suppress(OSError):
            client.process.stdin.close()
        client.process.stdout.close()
        client.process.wait(10)
        client.watch.cancel()


def test_garbage_does_not_end_the_server(raw):
    it = raw()
    it.bytes(b"GET / HTTP/1.1\r\n\r\nContent-Length: 3\r\n\r\n{x}")
    assert it.receive()["error"]["code"] == -32700
    it.send({"id": None, "method": "shutdown"})
    assert it.receive()["error"]["code"] == -32600
    it.send({"id": 99, "result": "to no request"}, {"id": 1, "method": "no/such", "params": [1]})
    assert it.answer(1)["error"]["code"] == -32601
    it.send({"method": "textDocument/didChange", "params": {"contentChanges": 1}})
    it.send(it.change("file:///not/open.yaml", 7, "x"), {"id": 2, "method": "textDocument/hover", "params": {}})
    assert it.answer(2)["error"]["code"] == -32602
    it.send({"id": "three", "method": "shutdown"}, {"method": "exit"})
    assert it.answer("three")["result"] is None
    assert it.process.wait(10) == 0


def test_a_request_can_be_cancelled(raw):
    it = raw()
    hover = {"id": 5, "method": "textDocument/hover", "params": {}}
    # The server reads what is there before it answers; which part of it, no one promises.
    for _ in range(20):
        it.send(hover, {"method": "$/cancelRequest", "params": {"id": 5}})
        if it.answer(5)["error"]["code"] == -32800:
            return
    pytest.fail("no request was cancelled")


@pytest.mark.parametrize("is_polite", [True, False])
def test_no_server_stays_when_its_client_is_gone(raw, is_polite):
    it = raw()
    if is_polite:
        it.send({"method": "exit"})
    else:
        it.bytes(b"Content-Length: 100\r\n\r\n{")
        it.process.stdin.close()
    assert it.process.wait(10) == 1


@pytest.mark.skipif("CFLINT_MEMORY" not in os.environ, reason="takes minutes; CFLINT_MEMORY=1 runs it")
def test_memory_does_not_grow_with_edits(raw, tmp_path):
    it, uri = raw(), (tmp_path / "edge.yaml").as_uri()
    it.open(uri, EDGE)
    resident = {}
    for version in range(2, 10_002):
        it.send(it.change(uri, version, f"# {version:05}\n" if version % 2 else ""))
        it.send({"id": version, "method": "textDocument/hover", "params": {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}})
        it.answer(version)
        resident[version - 1] = it.resident()
    print({count: resident[count] for count in (1, 100, 1_000, 10_000)})
    assert resident[10_000] <= 1.1 * resident[1_000]


def test_who_types_fast_waits_for_one_check(raw, tmp_path):
    it, uri = raw(), (tmp_path / "edge.yaml").as_uri()
    it.open(uri, EDGE)
    it.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
    start = time.monotonic()
    it.send(*(it.change(uri, version, "#\n") for version in range(2, 1_002)))
    published = 0
    while True:
        message = it.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")
        published += 1
        if message["params"]["version"] == 1_001:
            break
    assert published < 500, f"{published} in {time.monotonic() - start:.1f} s"

// The program as an editor runs it, with the capabilities of the client of the extension.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as lsp from "vscode-languageserver-protocol/node";
import { locate } from "../src/binary";
import { contain } from "../src/page";
import { oneLine } from "../src/request";
import { initializationOptions, serverArguments } from "../src/settings";
import type { StatusParams } from "../src/status";

const settings = { enable: true, path: "", config: "", inlayHints: true, workspaceDiagnostics: false };
const program = resolve(process.env["CFLINT"] ?? "../../target/debug/cflint");
const demo = resolve(process.env["FIXTURES"] ?? "../../fixtures", "_demo/edge.yaml");
const folder = mkdtempSync(join(tmpdir(), "cflint-server-"));
const uri = pathToFileURL(join(folder, "edge.yaml")).href;
const textDocument = { uri };

let child: ChildProcess;
let connection: lsp.ProtocolConnection;
const statuses = new Map<string, StatusParams>();
const news = new EventEmitter();

const open = (uri: string, text: string) =>
  connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: "yaml", version: 1, text } });

const execute = (command: string, ...args: string[]) =>
  connection.sendRequest(lsp.ExecuteCommandRequest.type, { command, arguments: args });

async function statusOf(uri: string): Promise<StatusParams> {
  for (;;) {
    const status = statuses.get(uri);
    if (status !== undefined) return status;
    await once(news, "status");
  }
}

async function diagnostics(): Promise<lsp.Diagnostic[]> {
  const report = await connection.sendRequest(lsp.DocumentDiagnosticRequest.type, { textDocument });
  return report.kind === "full" ? report.items : assert.fail("nothing was reported before");
}

before(async () => {
  const { file } = await locate({ setting: program, path: "", bundled: "", platform: process.platform });
  child = spawn(file, serverArguments(settings, folder), { stdio: ["pipe", "pipe", "inherit"] });
  assert.ok(child.stdout && child.stdin);
  connection = lsp.createProtocolConnection(new lsp.StreamMessageReader(child.stdout), new lsp.StreamMessageWriter(child.stdin));
  connection.onNotification("cflint/status", (params: StatusParams) => {
    statuses.set(params.uri, params);
    news.emit("status");
  });
  connection.onRequest(lsp.RegistrationRequest.type, () => {});
  connection.onUnhandledNotification(() => {});
  connection.listen();
  await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: null,
    initializationOptions: initializationOptions(settings),
    capabilities: {
      textDocument: {
        diagnostic: {},
        publishDiagnostics: { relatedInformation: true },
        codeAction: { dataSupport: true, resolveSupport: { properties: ["edit"] }, codeActionLiteralSupport: { codeActionKind: { valueSet: [""] } } },
        hover: { contentFormat: ["markdown"] },
      },
      workspace: { workspaceEdit: { documentChanges: true } },
      window: { showDocument: { support: true } },
      experimental: { cflintStatus: true },
    },
  });
  await connection.sendNotification(lsp.InitializedNotification.type, {});
  const text = readFileSync(demo, "utf8");
  writeFileSync(join(folder, "edge.yaml"), text);
  await open(uri, text);
});

after(async () => {
  await connection.sendRequest(lsp.ShutdownRequest.type);
  await connection.sendNotification(lsp.ExitNotification.type);
  connection.dispose();
  child.kill();
});

test("a template has diagnostics, with the pages of their rules", async () => {
  const found = await diagnostics();
  assert.deepEqual(found.map((one) => one.code).sort(), ["host-header-forwarded", "path-pattern-misses-stage"]);
  for (const one of found) assert.match(one.codeDescription?.href ?? "", /^https:\/\/github\.com\/cflint\/cflint\//);
});

test("a diagnostic has a fix that changes the template", async () => {
  const [range] = (await diagnostics()).filter((one) => one.code === "host-header-forwarded").map((one) => one.range);
  assert.ok(range);
  const context = { diagnostics: await diagnostics() };
  const actions = await connection.sendRequest(lsp.CodeActionRequest.type, { textDocument, range, context });
  const fix = actions?.filter(lsp.CodeAction.is).find((action) => action.isPreferred === true);
  assert.ok(fix, JSON.stringify(actions));
  const { edit } = fix.edit === undefined ? await connection.sendRequest(lsp.CodeActionResolveRequest.type, fix) : fix;
  const [change] = edit?.documentChanges ?? [];
  assert.ok(lsp.TextDocumentEdit.is(change) && change.edits.length > 0);
  assert.equal(change.textDocument.uri, uri);
});

test("a policy has a hover", async () => {
  const [at] = (await diagnostics()).filter((one) => one.code === "host-header-forwarded").map((one) => one.range.start);
  assert.ok(at);
  const hover = await connection.sendRequest(lsp.HoverRequest.type, { textDocument, position: at });
  assert.match(JSON.stringify(hover), /AllViewer/);
});

test("an unknown rule has no page, and the error is one sentence", async () => {
  const ask = connection.sendRequest(lsp.ExecuteCommandRequest.type, { command: "cflint.explain", arguments: ["no-such-rule"] });
  await assert.rejects(ask, (error) => error instanceof lsp.ResponseError && !error.message.includes("\n"));
});

test("a request is traced, also one that was pasted as a curl command", async () => {
  const trace = (request: string): Promise<string> => execute("cflint.trace", uri, request);
  assert.match(await trace("GET /api/orders"), /403/);
  const pasted = oneLine("curl 'https://d111111abcdef8.cloudfront.net/api/orders' \\  -H 'accept: */*' \\  --compressed");
  assert.match(await trace(pasted), /403/);
  assert.match(await trace("GET /api/orders -H 'x-one: 1'"), /x-one: 1/);
  await assert.rejects(trace("GET orders"), lsp.ResponseError);
});

test("a map is a page without anything from elsewhere", async () => {
  const page: string = await execute("cflint.map", uri);
  const { html, runsScripts } = contain(page, true);
  assert.equal(runsScripts, true);
  assert.match(html, /<head><meta http-equiv="Content-Security-Policy"/);
  assert.match(html, /<svg/);
  assert.doesNotMatch(html, /(?:src|@import|url\()\s*=?\s*["']?https?:/);
});

test("the status says what was checked, and why a document is not", async () => {
  const other = pathToFileURL(join(folder, "values.yaml")).href;
  await open(other, "replicas: 2\n");
  const [checked, silent] = [await statusOf(uri), await statusOf(other)];
  assert.deepEqual([checked.kind, silent.kind], ["checked", "silent"]);
  assert.match(checked.text, /1 distribution/);
  assert.match(silent.text, /not a CloudFormation template/);
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { contain } from "../src/page";
import { expand } from "../src/paths";
import { faultOf, oneLine } from "../src/request";
import { serverArguments } from "../src/settings";

test("paths of settings are in the workspace unless they say otherwise", () => {
  assert.equal(expand("tools/cflint", "/app", "/home/me"), join("/app", "tools/cflint"));
  assert.equal(expand("${workspaceFolder}/cflint", "/app", "/home/me"), join("/app", "cflint"));
  assert.equal(expand("~/bin/cflint", "/app", "/home/me"), join("/home/me", "bin/cflint"));
  assert.equal(expand("/opt/cflint", "/app", "/home/me"), "/opt/cflint");
  assert.equal(expand("~other/cflint", "/app", "/home/me"), join("/app", "~other/cflint"));
  assert.equal(expand("cflint", undefined, "/home/me"), join("/home/me", "cflint"));
  assert.equal(expand(" ", "/app", "/home/me"), undefined);
  assert.equal(expand("${workspaceFolder}/x", "/a$&b", "/home/me"), join("/a$&b", "x"));
});

test("the configuration of the settings is passed to the server", () => {
  const settings = { enable: true, path: "", config: "", inlayHints: false, workspaceDiagnostics: false };
  assert.deepEqual(serverArguments(settings, "/app"), ["server"]);
  assert.deepEqual(serverArguments({ ...settings, config: "c.yaml" }, "/app"), ["server", "--config", join("/app", "c.yaml")]);
});

test("what is certainly not a request is refused while it is written", () => {
  const good = [
    "/",
    "GET /api/orders",
    "get https://example.com/a",
    "HTTPS://example.com",
    "GET /a -H 'x: y z' --distribution D",
    "-X POST /a",
    "'GET /a'",
    "curl https://example.com",
    "curl.exe -X POST /a",
  ];
  for (const text of good) assert.equal(faultOf(text), undefined, text);
  for (const bad of ["", " ", "GET", "api/orders", "GET api", "G-T /api", "GET /a b", "curl", "ftp://example.com"]) {
    assert.notEqual(faultOf(bad), undefined, bad);
  }
});

test("a curl command that a browser breaks into lines is one command", () => {
  const one = "curl 'https://example.com/a' -H 'x: y' --data '1'";
  assert.equal(oneLine("curl 'https://example.com/a' \\\n  -H 'x: y' \\\n  --data '1'\n"), one);
  // As the input box pastes it.
  assert.equal(oneLine("curl 'https://example.com/a' \\   -H 'x: y' \\   --data '1'"), one);
  assert.equal(oneLine('curl ^"https://example.com/a^" ^\r\n  -H ^"x: y^"'), 'curl ^"https://example.com/a^" -H ^"x: y^"');
  assert.equal(oneLine("GET /a\\b"), "GET /a\\b");
});

const HASH = "'sha256-Snl+AgivyMqzkh8rsmCQSf+bpPNgGMWpfL2Ux5gV1eQ='";

function page(policy: string, body = ""): string {
  const style = "<style>@media (prefers-color-scheme: dark) { a { color: red } }</style>";
  return `<!DOCTYPE html>\n<html>\n<head>\n${policy}<title>t</title>${style}</head><body>${body}</body></html>`;
}

const meta = (scripts: string) => `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${scripts}"/>`;
/** The first policy of a page, which is ours. */
const ours = (html: string) => /content="([^"]*)"/.exec(html)?.[1] ?? "";

test("a page runs only the scripts whose hashes its policy has", () => {
  const { html, runsScripts } = contain(page(meta(HASH)), true);
  assert.equal(runsScripts, true);
  assert.match(html, /^<!DOCTYPE html>\n<html>\n<head><meta/);
  assert.ok(ours(html).startsWith("default-src 'none'; ") && ours(html).includes(`script-src ${HASH};`), ours(html));
});

test("a page without hashes runs no scripts", () => {
  for (const policy of ["", meta("'none'"), meta("'unsafe-inline' https://example.com 'sha256-x'")]) {
    const { html, runsScripts } = contain(page(policy), true);
    assert.equal(runsScripts, false);
    assert.ok(ours(html).includes("script-src 'none';"), ours(html));
  }
});

test("what a page contains adds no script to its policy", () => {
  for (const other of [page("", meta(HASH)), `<title>${meta(HASH)}</title><body>`, meta(HASH)]) {
    const { html, runsScripts } = contain(other, true);
    assert.equal(runsScripts, false);
    assert.ok(ours(html).includes("script-src 'none';"), ours(html));
  }
});

test("a page has the theme of the editor", () => {
  const text = "@media (prefers-color-scheme: dark)";
  assert.match(contain(page("", text), true).html, /<style>@media all .*<body>@media \(prefers/);
  assert.match(contain(page("", text), false).html, /<style>@media not all .*<body>@media \(prefers/);
});

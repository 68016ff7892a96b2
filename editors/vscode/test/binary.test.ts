import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { locate, NoProgram, type Search } from "../src/binary";

/** A program for each kind that a user may have. */
const KINDS = {
  good: '[ "$1" = server ] || exit 2',
  old: '[ "$1" = --version ] || exit 2; echo "cflint 0.0.9"',
  other: "exit 1",
};

const folder = mkdtempSync(join(tmpdir(), "cflint-binary-"));
for (const [kind, script] of Object.entries(KINDS)) {
  mkdirSync(join(folder, kind));
  writeFileSync(program(kind), `#!/bin/sh\n${script}\n`);
  chmodSync(program(kind), 0o755);
}
mkdirSync(join(folder, "text"));
writeFileSync(program("text"), "not executable");

function program(kind: string): string {
  return join(folder, kind, "cflint");
}

function search(over: Partial<Search>, ...path: string[]): Search {
  const bundled = join(folder, "nowhere/cflint");
  return { setting: undefined, path: path.join(delimiter), bundled, platform: "linux", ...over };
}

const onPath = (...kinds: string[]) => kinds.map((kind) => join(folder, kind));

async function refused(wanted: Search): Promise<NoProgram> {
  try {
    await locate(wanted);
  } catch (error) {
    if (error instanceof NoProgram) return error;
    throw error;
  }
  return assert.fail("a program was found");
}

test("the setting comes before PATH, and PATH before what comes with the extension", async () => {
  const all = { setting: program("good"), bundled: program("good") };
  assert.equal((await locate(search(all, ...onPath("good")))).source, "cflint.path");
  assert.equal((await locate(search({ bundled: all.bundled }, ...onPath("good")))).source, "PATH");
  assert.equal((await locate(search({ bundled: all.bundled }, ...onPath("nowhere")))).source, "the extension");
});

test("a program without a server on PATH does not hide the one of the extension", async () => {
  assert.equal((await locate(search({ bundled: program("good") }, ...onPath("old")))).source, "the extension");
});

test("a setting that names no server is not replaced by another", async () => {
  const good = { bundled: program("good") };
  for (const kind of ["old", "other", "text", "nowhere"]) {
    const problem = await refused(search({ ...good, setting: program(kind) }, ...onPath("good")));
    assert.equal(problem.remedy, "settings");
    assert.ok(problem.message.includes(program(kind)), problem.message);
  }
});

test("a message says what is wrong with the program", async () => {
  assert.match((await refused(search({}, ...onPath("old")))).message, /cflint 0\.0\.9 and has no language server/);
  assert.match((await refused(search({}, ...onPath("other")))).message, /is not cflint/);
  assert.match((await refused(search({}, ...onPath("text", "nowhere")))).message, /was not found/);
});

test("entries of PATH that are relative are skipped", async () => {
  const here = process.cwd();
  process.chdir(folder);
  try {
    await refused(search({}, "good", ".", ""));
  } finally {
    process.chdir(here);
  }
});

// Packs the extension, with the version of the workspace.
//
//   node pack.mjs FOLDER                       without a program, for any platform
//   node pack.mjs FOLDER TARGET=BINARY...      with the programs for some targets

import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createVSIX } from "@vscode/vsce";
import { bundle } from "./build.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = resolve(here, "../..");
const read = (...path) => readFileSync(join(...path), "utf8");
const targets = JSON.parse(read(root, "npm/targets.json"));
const tag = /^\[workspace\.package\]\r?\n(?:[^[].*\r?\n)*?version = "(.+)"/m.exec(read(root, "Cargo.toml"))[1];
// The Marketplace knows versions of three numbers only.
const [version, suffix] = tag.split("-");

/** The name that the Marketplace has for a platform. */
function nameOf({ os, cpu, libc }) {
  return `${libc === "musl" ? "alpine" : os}-${cpu}`;
}

/** What others wrote of the bundle, with their licences. */
function notices(inputs) {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  return [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(read(here, folder, "package.json"));
    const licence = readdirSync(join(here, folder)).find((file) => /^licen[cs]e/i.test(file));
    if (!licence) throw new Error(`${folder} has no licence`);
    return `${name} ${version}\n\n${read(here, folder, licence).trim()}\n`;
  });
}

/** What all packages have in common. */
async function stage(content) {
  const { scripts, devDependencies, ...manifest } = JSON.parse(read(here, "package.json"));
  const staged = { ...manifest, version, files: ["**"] };
  writeFileSync(join(content, "package.json"), `${JSON.stringify(staged, null, 2)}\n`);
  copyFileSync(join(here, "README.md"), join(content, "README.md"));
  const either = "cflint is under either of these two licences, at your option.";
  const licences = ["LICENSE-MIT", "LICENSE-APACHE"].map((name) => read(root, name).trimEnd());
  writeFileSync(join(content, "LICENSE.txt"), [either, ...licences].join("\n\n---\n\n") + "\n");
  const inputs = await bundle(join(content, "dist/extension.js"));
  writeFileSync(join(content, "THIRD-PARTY.txt"), notices(inputs).join("\n---\n\n"));
}

async function pack(content, folder, target) {
  const name = ["cflint", target, version].filter(Boolean).join("-");
  await createVSIX({
    cwd: content,
    packagePath: join(folder, `${name}.vsix`),
    dependencies: false,
    preRelease: suffix !== undefined,
    ...(target && { target }),
  });
}

function platformOf(pair) {
  const [, target, binary] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
  const platform = targets[target];
  if (!platform) throw new Error(`\`${pair}\` is not TARGET=BINARY with a target of npm/targets.json`);
  return { platform, binary };
}

const [out, ...pairs] = process.argv.slice(2);
if (!out) {
  console.error("usage: node pack.mjs FOLDER [TARGET=BINARY]...");
  process.exit(2);
}
const programs = pairs.map(platformOf);
const folder = resolve(out);
const content = mkdtempSync(join(tmpdir(), "cflint-vscode-"));
try {
  mkdirSync(folder, { recursive: true });
  await stage(content);
  if (programs.length === 0) await pack(content, folder);
  for (const { platform, binary } of programs) {
    rmSync(join(content, "bin"), { recursive: true, force: true });
    mkdirSync(join(content, "bin"));
    const program = join(content, "bin", platform.os === "win32" ? "cflint.exe" : "cflint");
    copyFileSync(binary, program);
    chmodSync(program, 0o755);
    await pack(content, folder, nameOf(platform));
  }
} finally {
  rmSync(content, { recursive: true, force: true });
}

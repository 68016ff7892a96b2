// Packs the npm packages of a release, with the version of the workspace.
//
//   node npm/pack.mjs FOLDER                  @cflint/cli and @cflint/cdk
//   node npm/pack.mjs FOLDER TARGET BINARY    the package with the program for one target

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(root, "npm", name), "utf8"));
const targets = read("targets.json");
const version = /^\[workspace\.package\]\r?\n(?:[^[].*\r?\n)*?version = "(.+)"/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))[1];

const COMMON = {
  version,
  license: "MIT OR Apache-2.0",
  homepage: "https://github.com/cflint/cflint",
  // npm compares it with the repository that publishes.
  repository: { type: "git", url: "git+https://github.com/cflint/cflint.git" },
  publishConfig: { access: "public" },
};

function nameOf({ os, cpu, libc }) {
  const suffix = { glibc: "-gnu", musl: "-musl" }[libc] ?? "";
  return `@cflint/cli-${os}-${cpu}${suffix}`;
}

function pack(folder, manifest, fill) {
  const content = mkdtempSync(join(tmpdir(), "cflint-npm-"));
  try {
    fill(content);
    writeFileSync(join(content, "package.json"), `${JSON.stringify({ ...manifest, ...COMMON }, null, 2)}\n`);
    for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(root, licence), join(content, licence));
    // On Windows, npm is a script of the shell.
    const options = { cwd: content, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" };
    execFileSync("npm", ["pack", "--silent", "--pack-destination", `"${folder}"`.slice(...(options.shell ? [0] : [1, -1]))], options);
  } finally {
    rmSync(content, { recursive: true, force: true });
  }
}

function packMain(folder, name, dependencies) {
  const manifest = { ...read(`${name}/package.json`), ...dependencies };
  pack(folder, manifest, (content) => cpSync(join(root, "npm", name), content, { recursive: true }));
}

function packProgram(folder, target, binary) {
  const platform = targets[target];
  if (!platform) throw new Error(`npm/targets.json does not have \`${target}\``);
  const program = platform.os === "win32" ? "cflint.exe" : "cflint";
  const manifest = {
    name: nameOf(platform),
    description: `The program of @cflint/cli for ${target}`,
    os: [platform.os],
    cpu: [platform.cpu],
    ...(platform.libc && { libc: [platform.libc] }),
    // Other package managers would leave it in an archive.
    preferUnplugged: true,
  };
  pack(folder, manifest, (content) => {
    copyFileSync(binary, join(content, program));
    chmodSync(join(content, program), 0o755);
    writeFileSync(join(content, "README.md"), `The program of [@cflint/cli](https://www.npmjs.com/package/@cflint/cli) for \`${target}\`. Install that.\n`);
  });
}

const [folder, target, binary, ...rest] = process.argv.slice(2);
if (!folder || (target && !binary) || rest.length > 0) {
  console.error(`usage: node npm/${basename(import.meta.url)} FOLDER [TARGET BINARY]`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
if (target) {
  packProgram(resolve(folder), target, resolve(binary));
} else {
  const programs = Object.values(targets).map((platform) => [nameOf(platform), version]);
  packMain(resolve(folder), "cli", { optionalDependencies: Object.fromEntries(programs) });
  packMain(resolve(folder), "cdk", { dependencies: { "@cflint/cli": version } });
}

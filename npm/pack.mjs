// Packs the npm packages of a release, with the version of the workspace.
//
//   node npm/pack.mjs FOLDER                       @cflint/cli and @cflint/cdk
//   node npm/pack.mjs FOLDER TARGET=BINARY...      the packages with the programs for some targets

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(root, "npm", name), "utf8"));
const targets = read("targets.json");
const cargo = readFileSync(join(root, "Cargo.toml"), "utf8");
const version = /^\[workspace\.package\]\r?\n(?:[^[].*\r?\n)*?version = "(.+)"/m.exec(cargo)[1];

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

/** The content of a package, in a folder of its own. */
function stage(manifest) {
  const content = mkdtempSync(join(scratch, "package-"));
  writeFileSync(join(content, "package.json"), `${JSON.stringify({ ...manifest, ...COMMON }, null, 2)}\n`);
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(root, licence), join(content, licence));
  return content;
}

function stageMain(name, dependencies) {
  const content = stage({ ...read(`${name}/package.json`), ...dependencies });
  const isSource = (path) => basename(path) !== "package.json";
  cpSync(join(root, "npm", name), content, { recursive: true, filter: isSource });
  return content;
}

function stageProgram(target, binary) {
  const platform = targets[target];
  if (!platform) throw new Error(`npm/targets.json does not have \`${target}\``);
  const content = stage({
    name: nameOf(platform),
    description: `The program of @cflint/cli for ${target}`,
    os: [platform.os],
    cpu: [platform.cpu],
    ...(platform.libc && { libc: [platform.libc] }),
    // Yarn would leave it in an archive, where it cannot be run.
    preferUnplugged: true,
  });
  const program = join(content, platform.os === "win32" ? "cflint.exe" : "cflint");
  copyFileSync(binary, program);
  chmodSync(program, 0o755);
  const parent = "[@cflint/cli](https://www.npmjs.com/package/@cflint/cli)";
  writeFileSync(join(content, "README.md"), `The program of ${parent} for \`${target}\`. Install that.\n`);
  return content;
}

function pack(folder, contents) {
  mkdirSync(folder, { recursive: true });
  // On Windows, npm is a script of the shell, which is given no more than names without blanks.
  const shell = process.platform === "win32";
  const names = contents.map((content) => `./${basename(content)}`);
  execFileSync("npm", ["pack", "--silent", ...names], { cwd: scratch, shell, stdio: ["ignore", "ignore", "inherit"] });
  for (const file of readdirSync(scratch).filter((file) => file.endsWith(".tgz"))) {
    copyFileSync(join(scratch, file), join(folder, file));
  }
}

const [folder, ...programs] = process.argv.slice(2);
const pairs = programs.map((program) => /^([^=]+)=(.+)$/.exec(program));
if (!folder || pairs.includes(null)) {
  console.error("usage: node npm/pack.mjs FOLDER [TARGET=BINARY]...");
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), "cflint-npm-"));
try {
  const versions = Object.values(targets).map((platform) => [nameOf(platform), version]);
  const main = () => [
    stageMain("cli", { optionalDependencies: Object.fromEntries(versions) }),
    stageMain("cdk", { dependencies: { "@cflint/cli": version } }),
  ];
  const contents = pairs.length > 0 ? pairs.map(([, target, binary]) => stageProgram(target, binary)) : main();
  pack(folder, contents);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

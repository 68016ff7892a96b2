"use strict";

const { name, version, optionalDependencies = {} } = require("./package.json");

const PLATFORM = `${name}-${process.platform}-${process.arch}`;
const DOCS = "https://github.com/cflint/cflint#install";
const REINSTALL = "delete `node_modules` and `package-lock.json`, and run `npm install` on this platform";

function hasGlibc() {
  // Without this, a report may look up the names of open connections.
  process.report.excludeNetwork = true;
  return Boolean(process.report.getReport().header.glibcVersionRuntime);
}

function pathIn(suffix) {
  const file = process.platform === "win32" ? "cflint.exe" : "cflint";
  try {
    return require.resolve(`${PLATFORM}${suffix}/${file}`);
  } catch {
    return undefined;
  }
}

function binary() {
  if (process.env.CFLINT_BINARY) return process.env.CFLINT_BINARY;
  const gnu = pathIn("-gnu");
  const musl = pathIn("-musl");
  // A package manager that does not know about C libraries installs both. A report takes longer than a check.
  const path = (gnu && musl ? (hasGlibc() ? gnu : musl) : (gnu ?? musl)) ?? pathIn("");
  if (!path) throw new Error(missing());
  return path;
}

function missing() {
  const libc = process.platform !== "linux" ? "" : hasGlibc() ? "-gnu" : "-musl";
  const wanted = `${PLATFORM}${libc}`;
  if (!(wanted in optionalDependencies)) {
    return (
      `there is no build of cflint ${version} for ${process.platform}-${process.arch}. ` +
      `Build it with Rust (${DOCS}), and set CFLINT_BINARY to the path of the program.`
    );
  }
  return (
    `the package \`${wanted}\`, which contains cflint ${version} for this platform, is not installed. ` +
    "Either optional dependencies were omitted (`--omit=optional`, `--no-optional`): install without that option. " +
    "Or `node_modules` or the lock file is from another platform or C library: " +
    `${REINSTALL}. ` +
    `Or run \`npm install --no-save ${wanted}@${version}\`, or set CFLINT_BINARY to the path of a cflint.`
  );
}

function explain(program, error) {
  if (process.env.CFLINT_BINARY) {
    return `cannot run \`${program}\`, the value of CFLINT_BINARY: ${error.message}`;
  }
  // The program is there: its loader, which belongs to another C library, or the right to run it is not.
  return `cannot run \`${program}\` (${error.code ?? error.message}): ${REINSTALL}, or set CFLINT_BINARY to the path of a cflint`;
}

module.exports = { binary, explain };

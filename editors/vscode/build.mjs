// Bundles the extension into dist/, or the tests into out/.
//
//   node build.mjs [test]

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

const COMMON = {
  absWorkingDir: here,
  bundle: true,
  platform: "node",
  // That of the oldest Visual Studio Code in `engines`.
  target: "node20",
  format: "cjs",
  logLevel: "warning",
};

/** Bundles the extension, and gives what it consists of. */
export async function bundle(outfile) {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: ["src/extension.ts"],
    outfile,
    external: ["vscode"],
    minify: true,
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === "test") {
    rmSync(join(here, "out"), { recursive: true, force: true });
    const tests = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts"));
    await build({ ...COMMON, entryPoints: tests.map((name) => `test/${name}`), outdir: "out" });
  } else {
    await bundle(join(here, "dist/extension.js"));
  }
}

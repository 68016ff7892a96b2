// Which cflint runs, and what to tell the user if there is none.

import { execFile } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/** It has to start, not to check anything. */
const TIMEOUT = 10_000;

export interface Search {
  /** The path from the setting. */
  readonly setting: string | undefined;
  /** The environment variable `PATH`. */
  readonly path: string;
  /** Where the program is that comes with the extension, if it does. */
  readonly bundled: string;
  readonly platform: NodeJS.Platform;
}

export interface Program {
  readonly file: string;
  readonly source: "cflint.path" | "PATH" | "the extension";
}

/** Why no program can be run. */
export class NoProgram extends Error {
  constructor(
    message: string,
    readonly remedy: "settings" | "installation",
  ) {
    super(message);
  }
}

/** The name of the program on a platform. */
export function programName(platform: NodeJS.Platform): string {
  return platform === "win32" ? "cflint.exe" : "cflint";
}

/** What the setting names, or else what is on `PATH`, or else what comes with the extension. */
export async function locate(search: Search): Promise<Program> {
  if (search.setting !== undefined) {
    const fault = await faultOf(search.setting);
    if (fault !== undefined) throw new NoProgram(`The setting cflint.path names ${search.setting}, ${fault}`, "settings");
    return { file: search.setting, source: "cflint.path" };
  }
  const onPath = await first(search.path, programName(search.platform));
  const fault = onPath === undefined ? undefined : await faultOf(onPath);
  if (onPath !== undefined && fault === undefined) return { file: onPath, source: "PATH" };
  if ((await isProgram(search.bundled)) && (await faultOf(search.bundled)) === undefined) {
    return { file: search.bundled, source: "the extension" };
  }
  if (onPath !== undefined) throw new NoProgram(`cflint on PATH is ${onPath}, ${fault}`, "installation");
  const message = "The cflint program was not found. Install it, or name it in the setting cflint.path.";
  throw new NoProgram(message, "installation");
}

/** The end of a sentence that begins with a program which cannot be run; nothing if it can. */
async function faultOf(file: string): Promise<string | undefined> {
  if (!(await isProgram(file))) return "which is not a program.";
  const help = await run(file, "server", "--help");
  if (help.ok) return undefined;
  const version = /^cflint (\d\S*)/.exec((await run(file, "--version")).output)?.[1];
  if (version !== undefined) return `which is cflint ${version} and has no language server. Update it.`;
  return help.timedOut ? "which does not respond." : "which is not cflint, or cannot be run here.";
}

async function first(path: string, name: string): Promise<string | undefined> {
  // An entry that is relative would run a program from the folder of the workspace.
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const file = join(folder, name);
    if (await isProgram(file)) return file;
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

interface Ran {
  readonly ok: boolean;
  readonly timedOut: boolean;
  readonly output: string;
}

function run(file: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    try {
      execFile(file, args, { timeout: TIMEOUT, windowsHide: true }, (error, output) => {
        resolve({ ok: error === null, timedOut: error?.killed === true, output });
      });
    } catch {
      // Some files are refused before they are started.
      resolve({ ok: false, timedOut: false, output: "" });
    }
  });
}

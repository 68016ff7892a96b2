import { homedir } from "node:os";
import { resolve } from "node:path";

/** The path that a setting means; nothing if it is empty. */
export function expand(setting: string, folder: string | undefined, home = homedir()): string | undefined {
  const text = setting.trim();
  if (text === "") return undefined;
  const base = folder ?? home;
  return resolve(base, text.replace(/^~(?=$|[/\\])/, () => home).replaceAll("${workspaceFolder}", () => base));
}

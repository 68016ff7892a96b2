import { expand } from "./paths";

export interface Settings {
  readonly enable: boolean;
  readonly path: string;
  readonly config: string;
  readonly inlayHints: boolean;
  readonly workspaceDiagnostics: boolean;
}

/** The arguments of the program. */
export function serverArguments(settings: Settings, folder: string | undefined): string[] {
  const config = expand(settings.config, folder);
  return config === undefined ? ["server"] : ["server", "--config", config];
}

/** What the server is told when it starts. */
export function initializationOptions(settings: Settings): Pick<Settings, "inlayHints" | "workspaceDiagnostics"> {
  const { inlayHints, workspaceDiagnostics } = settings;
  return { inlayHints, workspaceDiagnostics };
}

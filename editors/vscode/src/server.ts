import { env, Uri, window, workspace, commands, type Disposable, type ExtensionContext, type LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type Middleware,
} from "vscode-languageclient/node";
import { locate, NoProgram, programName } from "./binary";
import { expand } from "./paths";
import { SELECTOR } from "./selector";
import { initializationOptions, serverArguments, type Settings } from "./settings";
import type { Status, StatusParams } from "./status";

const INSTALLATION = "https://github.com/cflint/cflint#install";

/** The commands that ask for the arguments of those of the server, for who binds a key to the latter. */
const ASKING = new Map([
  ["cflint.trace", "cflint.traceRequest"],
  ["cflint.map", "cflint.showMap"],
]);

/** What a command of the server results in is shown with its template. */
export type Show = (command: string, template: Uri, result: string) => unknown;

/** The server of this window. */
export class Server implements Disposable {
  private client: LanguageClient | undefined;
  /** Starts and stops happen one after the other. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
    private readonly status: Status,
    private readonly show: Show,
  ) {}

  /** Starts the server with the settings as they are now, or leaves it stopped. */
  restart(): Promise<void> {
    return this.then(async () => {
      await this.halt();
      await this.start();
    });
  }

  stop(): Promise<void> {
    return this.then(() => this.halt());
  }

  /** Whether the server that runs has a command. */
  offers(command: string): boolean {
    return this.client?.initializeResult?.capabilities.executeCommandProvider?.commands.includes(command) === true;
  }

  get isRunning(): boolean {
    return this.client?.state === State.Running;
  }

  dispose(): void {
    void this.stop();
  }

  private then(act: () => Promise<void>): Promise<void> {
    this.last = this.last.then(act).catch((error: unknown) => this.fail(error));
    return this.last;
  }

  private async halt(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    this.status.server("stopped");
    // One that has failed to start cannot be stopped.
    await client?.dispose().catch((error: unknown) => this.log.debug(text(error)));
  }

  private async start(): Promise<void> {
    const settings = read();
    if (!settings.enable) {
      this.status.server("off: the setting cflint.enable");
      return;
    }
    this.status.server("starting", "busy");
    const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
    const { file, source } = await locate({
      setting: expand(settings.path, folder),
      path: process.env["PATH"] ?? "",
      bundled: Uri.joinPath(this.context.extensionUri, "bin", programName(process.platform)).fsPath,
      platform: process.platform,
    });
    const args = serverArguments(settings, folder);
    this.log.info(`${file} ${args.join(" ")} (from ${source})`);
    let hasRun = false;
    const client: LanguageClient = new LanguageClient(
      "cflint",
      "cflint",
      { command: file, args },
      {
        documentSelector: SELECTOR,
        initializationOptions: initializationOptions(settings),
        outputChannel: this.log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        middleware: this.middleware(),
        // A program that ends at once would do so again and again, with several messages each time; one is enough.
        initializationFailedHandler: () => false,
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }),
          closed: () => (hasRun ? restarts.closed() : { action: CloseAction.DoNotRestart, handled: true }),
        },
      },
    );
    const restarts = client.createDefaultErrorHandler();
    client.registerFeature({
      fillClientCapabilities: (capabilities) => {
        capabilities.experimental = { ...capabilities.experimental, cflintStatus: true };
      },
      initialize: () => {},
      getState: () => ({ kind: "static" }),
      clear: () => {},
    });
    client.onNotification("cflint/status", (params: StatusParams) => this.status.document(params));
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client) return;
      if (newState === State.Running) {
        hasRun = true;
        this.status.server(`running ${client.initializeResult?.serverInfo?.version ?? ""}`.trim());
      } else if (newState === State.Stopped) {
        this.status.server("stopped unexpectedly", "error");
      }
    });
    this.client = client;
    await client.start();
  }

  /** Shows what commands result in, and what is wrong with them once. */
  private middleware(): Middleware {
    return {
      executeCommand: async (command, args: unknown[]) => {
        const asking = ASKING.get(command);
        if (asking !== undefined && args.length === 0) return commands.executeCommand(asking);
        try {
          const result: unknown = await this.client?.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
          const [uri] = args;
          if (typeof result === "string" && typeof uri === "string") await this.show(command, Uri.parse(uri), result);
          return result;
        } catch (error) {
          this.log.error(`${command}: ${text(error)}`);
          void window.showErrorMessage(`cflint: ${text(error)}`);
          return undefined;
        }
      },
    };
  }

  private fail(error: unknown): void {
    this.log.error(text(error));
    this.status.server(text(error), "error");
    // Whatever else goes wrong, the client has shown.
    if (!(error instanceof NoProgram)) return;
    const [label, act] = {
      settings: ["Open Settings", () => commands.executeCommand("workbench.action.openSettings", "cflint.path")] as const,
      installation: ["How to Install", () => env.openExternal(Uri.parse(INSTALLATION))] as const,
    }[error.remedy];
    void window.showErrorMessage(error.message, label).then((chosen) => chosen && act());
  }
}

function read(): Settings {
  const settings = workspace.getConfiguration("cflint");
  return {
    enable: settings.get("enable", true),
    path: settings.get("path", ""),
    config: settings.get("config", ""),
    inlayHints: settings.get("inlayHints", false),
    workspaceDiagnostics: settings.get("workspaceDiagnostics", false),
  };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

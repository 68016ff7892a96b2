import { commands, languages, window, workspace, type ExtensionContext, type TextDocument } from "vscode";
import { RequestMap } from "./map";
import { faultOf, oneLine } from "./request";
import { SELECTOR } from "./selector";
import { Server } from "./server";
import { Status } from "./status";
import { Traces } from "./trace";

const TRACE = "cflint.trace";
const MAP = "cflint.map";
/** Where the last request is remembered. */
const REQUEST = "request";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("cflint", { log: true });
  const status = new Status(SELECTOR);
  const traces = new Traces();
  const map = new RequestMap();
  const running = new Server(context, log, status, (command, template, result) => {
    if (command === TRACE) return traces.show(template, result);
    if (command === MAP) return map.show(template, result);
    return undefined;
  });
  server = running;

  const onTemplate = async (command: string, ask: () => Thenable<string[] | undefined>) => {
    const document = template();
    const fault = document === undefined ? "Open a template first." : missing(running, command);
    if (document === undefined || fault !== undefined) return void window.showErrorMessage(`cflint: ${fault}`);
    const more = await ask();
    if (more !== undefined) await commands.executeCommand(command, document.uri.toString(), ...more);
  };
  context.subscriptions.push(
    log,
    status,
    traces,
    map,
    running,
    commands.registerCommand("cflint.restart", () => running.restart()),
    commands.registerCommand("cflint.showOutput", () => log.show()),
    commands.registerCommand("cflint.traceRequest", () => onTemplate(TRACE, () => askRequest(context))),
    commands.registerCommand("cflint.showMap", () => onTemplate(MAP, async () => [])),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("cflint")) void running.restart();
    }),
  );
  await running.restart();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

/** The template in the active editor, or the only one that is visible, as when its trace has the focus. */
function template(): TextDocument | undefined {
  const isTemplate = (document: TextDocument) => languages.match(SELECTOR, document) > 0;
  const active = window.activeTextEditor?.document;
  if (active !== undefined && isTemplate(active)) return active;
  const [first, ...others] = new Set(window.visibleTextEditors.map((editor) => editor.document).filter(isTemplate));
  return others.length === 0 ? first : undefined;
}

/** Why a command cannot be run. */
function missing(server: Server, command: string): string | undefined {
  if (!server.isRunning) return "The server is not running. The output says why.";
  return server.offers(command) ? undefined : "The cflint that runs is too old for this command. Update it.";
}

async function askRequest(context: ExtensionContext): Promise<string[] | undefined> {
  const given = await window.showInputBox({
    title: "Trace a Request",
    prompt: "METHOD and URL or path, or a curl command",
    placeHolder: "GET /api/orders",
    value: context.workspaceState.get(REQUEST, ""),
    ignoreFocusOut: true,
    validateInput: faultOf,
  });
  if (given === undefined) return undefined;
  const request = oneLine(given);
  await context.workspaceState.update(REQUEST, request);
  return [request];
}

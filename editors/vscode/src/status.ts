import { languages, LanguageStatusSeverity, window, workspace, type Disposable, type DocumentSelector } from "vscode";

/** What the server says about a document. */
export interface StatusParams {
  readonly uri: string;
  readonly kind: "checked" | "silent" | "error";
  readonly text: string;
}

/** Next to the language of the active document: what was checked, or why nothing was. */
export class Status implements Disposable {
  private readonly item;
  private readonly said = new Map<string, StatusParams>();
  private readonly listeners: Disposable[];
  private ofServer = { text: "not running", isError: false, isBusy: false };

  constructor(selector: DocumentSelector) {
    this.item = languages.createLanguageStatusItem("cflint", selector);
    this.item.name = "cflint";
    this.item.command = { title: "Output", command: "cflint.showOutput" };
    this.listeners = [
      window.onDidChangeActiveTextEditor(() => this.show()),
      workspace.onDidCloseTextDocument((document) => this.said.delete(document.uri.toString())),
    ];
    this.show();
  }

  /** Says something about the server, for documents about which it says nothing. */
  server(text: string, is?: "error" | "busy"): void {
    this.said.clear();
    this.ofServer = { text, isError: is === "error", isBusy: is === "busy" };
    this.show();
  }

  document(params: StatusParams): void {
    this.said.set(params.uri, params);
    this.show();
  }

  dispose(): void {
    this.item.dispose();
    for (const listener of this.listeners) listener.dispose();
  }

  private show(): void {
    const said = this.said.get(window.activeTextEditor?.document.uri.toString() ?? "");
    const isError = said === undefined ? this.ofServer.isError : said.kind === "error";
    // What could not be looked at follows, each on a line of its own.
    const [text, ...notes] = (said?.text ?? this.ofServer.text).split("\n");
    this.item.text = `cflint: ${text}`;
    this.item.detail = notes.join("; ");
    this.item.busy = said === undefined && this.ofServer.isBusy;
    this.item.severity = isError ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
  }
}

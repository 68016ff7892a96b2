import { EventEmitter, Uri, ViewColumn, window, workspace, type Disposable, type TextDocumentContentProvider } from "vscode";

const SCHEME = "cflint-trace";

/** Traces, as documents that cannot be edited: one for each template. */
export class Traces implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();
  private readonly registered: Disposable[];

  readonly onDidChange = this.changed.event;

  constructor() {
    this.registered = [
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      workspace.onDidCloseTextDocument((document) => this.texts.delete(document.uri.toString())),
      this.changed,
    ];
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? "This trace is no longer there. Run the command again.\n";
  }

  async show(template: Uri, text: string): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `${template.path} trace`, query: template.toString() });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    if (window.visibleTextEditors.some((editor) => editor.document.uri.toString() === uri.toString())) return;
    await window.showTextDocument(uri, { viewColumn: ViewColumn.Beside, preserveFocus: true });
  }

  dispose(): void {
    for (const one of this.registered) one.dispose();
  }
}

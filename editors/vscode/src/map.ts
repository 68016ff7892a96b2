import { posix } from "node:path";
import { ColorThemeKind, ViewColumn, window, type Disposable, type Uri, type WebviewPanel } from "vscode";
import { contain } from "./page";

/** The panel with the map that was asked for last. */
export class RequestMap implements Disposable {
  private panel: WebviewPanel | undefined;
  private page = "";
  private readonly listener = window.onDidChangeActiveColorTheme(() => this.fill());

  show(template: Uri, page: string): void {
    this.page = page;
    if (this.panel === undefined) {
      const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
      this.panel = window.createWebviewPanel("cflint.map", "", column, { localResourceRoots: [], enableFindWidget: true });
      this.panel.onDidDispose(() => (this.panel = undefined));
    } else {
      this.panel.reveal(undefined, true);
    }
    this.panel.title = `Map of ${posix.basename(template.path)}`;
    this.fill();
  }

  dispose(): void {
    this.panel?.dispose();
    this.listener.dispose();
  }

  private fill(): void {
    if (this.panel === undefined) return;
    const { kind } = window.activeColorTheme;
    const { html, runsScripts } = contain(this.page, kind === ColorThemeKind.Dark || kind === ColorThemeKind.HighContrast);
    this.panel.webview.options = { localResourceRoots: [], enableScripts: runsScripts };
    this.panel.webview.html = html;
  }
}

// Pages of the server, as a webview may show them.

const POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"\s*\/?>/;
const HASH = /'sha256-[A-Za-z0-9+/]{43}='/g;
const DARK = /@media \(prefers-color-scheme: dark\)/g;

export interface Page {
  readonly html: string;
  readonly runsScripts: boolean;
}

/**
 * The page with a policy of ours: it loads nothing, and runs only the scripts whose hashes its own policy has. That comes
 * before anything from a template, so that no template can add one.
 */
export function contain(page: string, isDark: boolean): Page {
  const fixed = page.slice(0, Math.max(0, page.search(/<(?:title|style|script|body)\b/)));
  const hashes = POLICY.exec(fixed)?.[1]?.match(HASH) ?? [];
  const scripts = hashes.length > 0 ? hashes.join(" ") : "'none'";
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${scripts}; base-uri 'none'; form-action 'none'`;
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}"/>`;
  const body = page.search(/<body\b/);
  const head = body < 0 ? "" : page.slice(0, body);
  // The editor has a theme of its own, whatever the system prefers.
  const themed = head.replace(DARK, isDark ? "@media all" : "@media not all");
  const contained = themed.includes("<head>") ? themed.replace("<head>", `<head>${meta}`) : `${meta}${themed}`;
  return { html: contained + page.slice(head.length), runsScripts: hashes.length > 0 };
}

// Requests as they are written into a box of one line.

const METHOD = /^[A-Za-z]+$/;
const URL_OR_PATH = /^(?:\/|https?:\/\/)/i;

/** The request without what only breaks lines. */
export function oneLine(text: string): string {
  // A browser breaks the line before each option, with `\` for bash and `^` for cmd.exe. The box only replaces the line feeds.
  return text.trim().replace(/\s[\\^]\s+(?=-)/g, " ");
}

/** Why the text is certainly not a request. What remains, the server judges, as what follows `cflint trace FILE`. */
export function faultOf(text: string): string | undefined {
  const [first = "", ...rest] = text.trim().split(/\s+/);
  if (first === "") return "Enter a request, for example GET /api/orders, or paste a curl command.";
  if (/^curl(?:\.exe)?$/i.test(first)) return rest.length === 0 ? "There is no URL after curl." : undefined;
  if (/^["'-]/.test(first)) return undefined;
  const [url, next] = METHOD.test(first) ? rest : [first, ...rest];
  if (url === undefined) return `There is no URL after ${first}.`;
  if (!/^["'-]/.test(url) && !URL_OR_PATH.test(url)) return `${url} starts with neither https:// nor /.`;
  return next === undefined || /^["'-]/.test(next) ? undefined : "A URL has no spaces.";
}

// Requests as they are written into a box of one line.

const METHOD = /^[A-Za-z]+$/;
const URL_OR_PATH = /^(?:\/|https?:\/\/)/i;

/** The request without what only breaks lines. */
export function oneLine(text: string): string {
  // A browser breaks the line before each option, with `\` for bash and `^` for cmd.exe. The box drops the line feeds alone.
  return text.trim().replace(/\s[\\^]\s+(?=-)/g, " ");
}

/** Why the text is certainly not a request. What remains, the server judges. */
export function faultOf(text: string): string | undefined {
  const request = text.trim();
  if (request === "") return "Enter a request, for example GET /api/orders, or paste a curl command.";
  const [first = "", second, ...more] = request.split(/\s+/);
  if (/^curl(?:\.exe)?$/i.test(first)) {
    return second === undefined ? "There is no URL after curl." : undefined;
  }
  const url = second ?? first;
  if (second !== undefined && !METHOD.test(first)) return `${first} is not a method.`;
  if (more.length > 0) return "A URL has no spaces.";
  if (second === undefined && METHOD.test(first)) return `There is no URL after ${first}.`;
  return URL_OR_PATH.test(url) ? undefined : `${url} starts with neither https:// nor /.`;
}

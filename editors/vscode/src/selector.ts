/** The last three are languages of other extensions for templates. */
const LANGUAGES = ["yaml", "json", "jsonc", "cloudformation", "cloudformation-yaml", "cloudformation-json"];

/** What can be a template. The server says of a document that is not in a file that it has to be saved first. */
export const SELECTOR = [
  ...LANGUAGES.map((language) => ({ scheme: "file", language })),
  ...LANGUAGES.map((language) => ({ scheme: "untitled", language })),
  { scheme: "file", pattern: "**/*.template" },
];

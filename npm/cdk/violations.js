"use strict";

/**
 * What runs the program from the folder of the app. `npx cflint` would get another program where package managers do not
 * link what plugins depend on, and there `npx @cflint/cli` fails too.
 */
const RUN = process.versions.pnp ? "yarn dlx" : /[\\/]\.pnpm[\\/]/.test(__dirname) ? "pnpm dlx" : "npx";

const RANKS = { info: 0, warning: 1, error: 2 };

/** The findings as the CDK reports them; those of one cause in one construct are one violation. */
function violationsOf(findings, minSeverity = "warning") {
  const groups = new Map();
  for (const finding of findings) {
    if (RANKS[finding.severity] < RANKS[minSeverity]) continue;
    const { construct, logical_id: id, stack } = finding.subject;
    const key = JSON.stringify([finding.cause, construct ?? [stack, id], finding.path]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].map(violationOf);
}

function violationOf(findings) {
  const [{ rule, severity, confidence, message, help, notes, subject, path, url }] = findings;
  const locations = findings.map((finding) => finding.subject.property).filter(Boolean);
  const explain = `${RUN} @cflint/cli explain ${rule}`;
  const resource = {
    resourceLogicalId: subject.logical_id ?? undefined,
    constructPath: subject.construct ?? undefined,
    templatePath: path,
    // A property of the template itself, such as a parameter, is not part of a resource.
    locations: [...new Set(locations)].map((property) => (subject.logical_id ? `Properties.${property}` : property)),
  };
  return {
    ruleName: rule,
    description: `${message}${where(findings)}`,
    severity,
    fix: fixOf(help, notes, explain),
    violatingResources: [resource],
    ruleMetadata: { url, explain, confidence },
  };
}

/** Behaviors are what makes findings of one cause differ. */
function where(findings) {
  const names = [...new Set(findings.map(({ subject }) => subject.behavior).filter(Boolean))];
  if (names.length === 0) return findings.length > 1 ? ` (${findings.length} places)` : "";
  const [first, ...others] = names.slice(0, 3).map((name) => `\`${name}\``);
  const more = names.length > 3 ? [`${names.length - 3} more`] : [];
  const rest = [...others, ...more];
  if (rest.length === 0) return ` (behavior ${first})`;
  return ` (behaviors ${[first, ...rest.slice(0, -1)].join(", ")} and ${rest.at(-1)})`;
}

/** What to write in the app is on a line of its own; then why, and where to read more. */
function fixOf(help, notes, explain) {
  const lines = help ? [help.replace("; in CDK: ", "\nin CDK: ")] : [];
  const [why] = notes;
  if (why) lines.push(`why: ${why}`);
  return [...lines, `see: \`${explain}\``].join("\n");
}

module.exports = { violationsOf };

"use strict";

const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const path = require("node:path");
const cli = require("@cflint/cli");
const { version } = require("./package.json");
const { violationsOf } = require("./violations.js");

/** The format of the output that this version of the plugin reads. */
const SCHEMA = "cflint/v1";
/** Long before this, a build would be stopped for other reasons. */
const TIMEOUT_MS = 120_000;

class CflintValidator {
  constructor(props = {}) {
    // The prefix of the ids that acknowledge a rule.
    this.name = "cflint";
    this.version = version;
    this.props = props;
  }

  validate({ templatePaths, appConstruct }) {
    const assembly = assemblyOf(templatePaths[0]);
    let report;
    try {
      report = check(assembly, this.props);
    } catch (error) {
      return notChecked(error, this.props.onFailure ?? "error");
    }
    // All of the assembly is checked, because stacks refer to each other. On a stage, only what is in it counts.
    const folders = new Set(templatePaths.map(folderOf));
    const findings = report.findings.filter((finding) => folders.has(folderOf(finding.path)));
    const violations = violationsOf(findings, this.props.minSeverity);
    const errors = violations.filter(({ severity }) => severity === "error");
    if (reportsSelected(appConstruct)) mentionStages(errors, assembly);
    return { success: errors.length === 0, violations };
  }
}

const folderOf = (file) => path.dirname(path.resolve(file));

/** Whether the command line tool of the CDK reports the violations: those of the stacks that are selected. */
function reportsSelected(app) {
  return app?.node.tryGetContext("@aws-cdk/core:failSynthOnValidationErrors") === false;
}

/** Without a pattern, the tool selects no stack of a stage, and says nothing about the errors in them. */
function mentionStages(errors, assembly) {
  const inStages = errors.filter(({ violatingResources: [at] }) => folderOf(at.templatePath) !== assembly);
  if (inStages.length === 0) return;
  const count = inStages.length === 1 ? "1 error" : `${inStages.length} errors`;
  console.error(`cflint: ${count} in the stacks of stages, which \`cdk synth '**'\` reports and \`cdk synth\` does not`);
}

/** The outermost assembly that contains a template. That of a stage is inside that of the app. */
function assemblyOf(template) {
  let assembly = path.dirname(path.resolve(template));
  for (;;) {
    const parent = path.dirname(assembly);
    if (!["cdk.out", "manifest.json"].every((file) => existsSync(path.join(parent, file)))) return assembly;
    assembly = parent;
  }
}

function argumentsOf({ select, ignore, pedantic, minConfidence, config }) {
  return [
    ...["check", "--format", "json", "--hide-suppressed", "--quiet"],
    ...(select ? ["--select", select.join(",")] : []),
    ...(ignore ? ["--ignore", ignore.join(",")] : []),
    ...(pedantic ? ["--pedantic"] : []),
    ...(minConfidence ? ["--min-confidence", minConfidence] : []),
    ...(config === false ? ["--no-config"] : config ? ["--config", config] : []),
  ];
}

/** The report of the program about an assembly. */
function check(assembly, props) {
  const program = cli.binary();
  // Short, because findings repeat it in the commands that they suggest.
  const args = [...argumentsOf(props), "--", path.relative("", assembly)];
  const options = { encoding: "utf8", maxBuffer: Infinity, stdio: ["ignore", "pipe", "pipe"], timeout: TIMEOUT_MS };
  const ran = spawnSync(program, args, options);
  if (ran.error?.code === "ETIMEDOUT") throw new Error(`\`${program}\` did not finish within ${TIMEOUT_MS / 1000} seconds`);
  if (ran.error) throw new Error(cli.explain(program, ran.error));
  // 0 and 1: without and with findings. 2: the reason is on standard error, or the input could not be read, which is
  // also among the findings.
  const report = parse(ran.stdout);
  if (!report) throw new Error(`\`${program}\` ${reason(ran)}`);
  if (report.schema !== SCHEMA) {
    throw new Error(
      `\`${program}\` is cflint ${report.version}, whose output (${report.schema}) @cflint/cdk ${version} does not read; ` +
        "use the same version of both",
    );
  }
  const isReported = report.findings.some(({ severity }) => severity === "error");
  if (ran.status === 2 && !isReported) throw new Error(`\`${program}\` ${reason(ran)}`);
  return report;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason({ status, signal, stderr }) {
  const [first = ""] = stderr.split("\n").filter((line) => line.startsWith("error")).concat(stderr.trim().split("\n"));
  const ended = signal ? `was ended by ${signal}` : `ended with exit code ${status}`;
  return first ? `${ended}: ${first.replace(/^error: /, "")}` : ended;
}

/** Not thrown: the command line tool of the CDK ignores plugins that fail and report no violation. */
function notChecked(error, severity) {
  const violation = {
    ruleName: "not-checked",
    description: `cflint has checked nothing: ${error.message}`,
    severity,
    // Without a resource, it would not be shown; with a construct, only if its stack is selected.
    violatingResources: [{ constructPath: "", locations: [] }],
  };
  return { success: severity !== "error", violations: [violation] };
}

module.exports = { CflintValidator };

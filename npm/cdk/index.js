"use strict";

const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");
const cli = require("@cflint/cli");
const { version } = require("./package.json");
const { argumentsOf, checkOptions } = require("./options.js");
const { violationsOf } = require("./violations.js");

/** The format of the output that this version of the plugin reads. */
const SCHEMA = "cflint/v1";
/** Long before this, a build would be stopped for other reasons. */
const TIMEOUT_MS = 120_000;

class CflintValidator {
  constructor(props) {
    // The prefix of the ids that acknowledge a rule.
    this.name = "cflint";
    this.version = version;
    this.props = props ?? {};
  }

  validate(context) {
    // Anything that is thrown would be ignored by the command line tool of the CDK.
    try {
      return checked(context, this.props);
    } catch (error) {
      return notChecked(error, this.props.onFailure === "warning" ? "warning" : "error");
    }
  }
}

function checked({ templatePaths, appConstruct }, props) {
  checkOptions(props);
  if (templatePaths.length === 0) return { success: true, violations: [] };
  const assembly = assemblyOf(templatePaths[0]);
  const report = check(assembly, props);
  // All of the assembly is checked, because stacks refer to each other. On a stage, only what is in it counts.
  const folders = new Set(templatePaths.map(folderOf));
  const findings = report.findings.filter((finding) => folders.has(folderOf(finding.path)));
  const violations = violationsOf(findings, props.minSeverity);
  const errors = violations.filter(({ severity }) => severity === "error");
  if (reportsSelected(appConstruct)) mentionStages(errors, assembly);
  return { success: errors.length === 0, violations };
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
  let assembly = folderOf(template);
  while (isPartOf(path.dirname(assembly), path.basename(assembly))) assembly = path.dirname(assembly);
  return assembly;
}

/** Whether the manifest of an assembly lists the one in a folder below it. Other things have a `manifest.json` too. */
function isPartOf(assembly, folder) {
  const file = path.join(assembly, "manifest.json");
  const manifest = existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined;
  return Object.values(manifest?.artifacts ?? {}).some((artifact) => artifact?.properties?.directoryName === folder);
}

/** The report of the program about an assembly. */
function check(assembly, props) {
  const program = cli.binary();
  // Short, because findings repeat it in the commands that they suggest.
  const args = [...argumentsOf(props), "--", path.relative("", assembly) || "."];
  const ran = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: Infinity,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
    // A program that hangs may ignore others.
    killSignal: "SIGKILL",
  });
  if (ran.error?.code === "ETIMEDOUT") throw new Error(`\`${program}\` did not finish within ${TIMEOUT_MS / 1000} seconds`);
  if (ran.error) throw new Error(cli.explain(program, ran.error));
  // 0 and 1: without and with findings. 2: the reason is on standard error, or the input could not be read, which is
  // also among the findings.
  const report = [0, 1, 2].includes(ran.status) ? parse(ran.stdout) : undefined;
  if (report?.schema !== SCHEMA && report?.version) {
    throw new Error(
      `\`${program}\` is cflint ${report.version}, whose output (${report.schema}) @cflint/cdk ${version} does not read; ` +
        "use the same version of both",
    );
  }
  const isReport = report?.schema === SCHEMA && Array.isArray(report.findings);
  if (!isReport) throw new Error(`\`${program}\` ${reason(ran)}`);
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
  if (status === 0 || status === 1) return `ended with exit code ${status} and wrote no report: it may be another program`;
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

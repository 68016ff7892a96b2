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

  validate({ templatePaths }) {
    let report;
    try {
      report = check(assemblyOf(templatePaths[0]), this.props);
    } catch (error) {
      // The CDK reports what is thrown, in one line, and fails the synth.
      if (this.props.onFailure !== "warning") throw error;
      return { success: true, violations: [notDone(error, templatePaths[0])] };
    }
    // All of the assembly was checked, because stacks refer to each other. On a stage, only what is in it counts.
    const folders = templatePaths.map((template) => path.dirname(template));
    const isOurs = ({ path: at }) => folders.some((folder) => !path.relative(folder, path.resolve(at)).startsWith(".."));
    const violations = violationsOf(report.findings.filter(isOurs), this.props.minSeverity);
    return { success: !violations.some(({ severity }) => severity === "error"), violations };
  }
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

function notDone(error, templatePath) {
  return {
    ruleName: "not-checked",
    description: `cflint has checked nothing: ${error.message}`,
    severity: "warning",
    // The report leaves out a violation without any.
    violatingResources: [{ constructPath: "", templatePath, locations: [] }],
  };
}

module.exports = { CflintValidator };

#!/usr/bin/env node
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");
const { binary, explain } = require("./index.js");

function run() {
  const program = binary();
  const ran = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
  if (ran.error) throw new Error(explain(program, ran.error));
  // What a shell would make of it. To end by the same signal would write a second core dump.
  return ran.signal ? 128 + constants.signals[ran.signal] : ran.status;
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}

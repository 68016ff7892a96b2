#!/usr/bin/env node
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { binary, explain } = require("./index.js");

function fail(message) {
  console.error(`error: ${message}`);
  process.exitCode = 2;
}

function run() {
  const program = binary();
  let child;
  // Otherwise they would end this process only, and leave the program running. Set before there is one.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // Without the variable: it may name this script, as `which cflint` does.
  const { CFLINT_BINARY, ...env } = process.env;
  child = spawn(program, process.argv.slice(2), { env, stdio: "inherit" });
  child.on("error", (error) => fail(explain(program, error)));
  child.on("exit", (code, signal) => {
    // What a shell would make of it. To end by the same signal would write a second core dump.
    process.exitCode = signal ? 128 + constants.signals[signal] : code;
  });
}

try {
  run();
} catch (error) {
  fail(error.message);
}

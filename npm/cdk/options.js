"use strict";

const isList = (value) => Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
const oneOf = (...values) => ({ accepts: (value) => values.includes(value), kind: values.map((value) => `'${value}'`).join(" or ") });
const RULES = { accepts: isList, kind: "a list of rules or groups" };
const OPTIONS = {
  select: RULES,
  ignore: RULES,
  pedantic: { accepts: (value) => typeof value === "boolean", kind: "`true` or `false`" },
  minConfidence: oneOf("possible", "likely", "certain"),
  minSeverity: oneOf("error", "warning", "info"),
  config: { accepts: (value) => value === false || (typeof value === "string" && value !== ""), kind: "a path or `false`" },
  onFailure: oneOf("error", "warning"),
};

/** An app in JavaScript has no types that would reject these, and a filter that is misspelled would hide findings. */
function checkOptions(props) {
  for (const [name, value] of Object.entries(props)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new Error(`the plugin has no option \`${name}\`; its options are ${Object.keys(OPTIONS).join(", ")}`);
    }
    const { accepts, kind } = OPTIONS[name];
    if (value !== undefined && !accepts(value)) {
      throw new Error(`the option \`${name}\` must be ${kind}, found \`${JSON.stringify(value)}\``);
    }
  }
}

/** Values are part of an argument, so that none is read as another option. An empty list is the same as none. */
function argumentsOf({ select, ignore, pedantic, minConfidence, config }) {
  return [
    ...["check", "--format=json", "--hide-suppressed", "--quiet"],
    ...(select?.length ? [`--select=${select.join(",")}`] : []),
    ...(ignore?.length ? [`--ignore=${ignore.join(",")}`] : []),
    ...(pedantic ? ["--pedantic"] : []),
    ...(minConfidence ? [`--min-confidence=${minConfidence}`] : []),
    ...(config === false ? ["--no-config"] : config ? [`--config=${config}`] : []),
  ];
}

module.exports = { argumentsOf, checkOptions };

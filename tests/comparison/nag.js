// Runs every pack of cdk-nag 3 over templates, each included in a stack of its own, and prints what it finds as JSON.
//
//     node nag.js <folder with cdk-nag, aws-cdk-lib and constructs> <template>...

const path = require('path');
const { createRequire } = require('module');

const [folder, ...templates] = process.argv.slice(2);
const load = createRequire(path.resolve(folder, 'package.json'));
const { App, Stack } = load('aws-cdk-lib');
const { CfnInclude } = load('aws-cdk-lib/cloudformation-include');
const nag = load('cdk-nag');

const PACKS = [
  nag.AwsSolutionsChecks,
  nag.HIPAASecurityChecks,
  nag.NIST80053R4Checks,
  nag.NIST80053R5Checks,
  nag.PCIDSS321Checks,
  nag.ServerlessChecks,
];

// What a pack says in place of a finding where one of its rules throws.
const THREW = 'Rule threw an error during validation.';

function findings(template) {
  const app = new App({ analyticsReporting: false, outdir: path.join(folder, 'cdk.out') });
  const stack = new Stack(app, 'Stack');
  new CfnInclude(stack, 'Template', { templateFile: template });
  const found = [];
  for (const Pack of PACKS) {
    for (const violation of new Pack(app).validateScope(app).violations) {
      if (violation.description.startsWith(THREW)) continue;
      for (const { constructPath } of violation.violatingResources) {
        found.push({
          rule: violation.ruleName,
          resource: constructPath.split('/').at(-1),
          message: violation.description,
        });
      }
    }
  }
  return found;
}

const result = {};
for (const template of templates) {
  try {
    result[template] = { findings: findings(template) };
  } catch (error) {
    result[template] = { error: String(error.message).split('\n')[0] };
  }
}
console.log(JSON.stringify(result));

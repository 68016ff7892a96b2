// Runs every pack of cdk-nag over templates, each included in a stack of its own, and prints what it finds as JSON.
//
//     node nag.js <folder with cdk-nag, aws-cdk-lib and constructs> <template>...

const path = require('path');
const { createRequire } = require('module');

const [folder, ...templates] = process.argv.slice(2);
const load = createRequire(path.resolve(folder, 'package.json'));
const { App, Aspects, Stack } = load('aws-cdk-lib');
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

const ignore = () => {};

function findings(template) {
  const found = [];
  const logger = {
    onCompliance: ignore,
    onNonCompliance: ({ ruleId, resource, ruleInfo }) => {
      found.push({ rule: ruleId, resource: resource.node.id, message: ruleInfo });
    },
    onSuppressed: ignore,
    onError: ignore,
    onSuppressedError: ignore,
    onNotApplicable: ignore,
  };
  const app = new App({ analyticsReporting: false, outdir: path.join(folder, 'cdk.out') });
  const stack = new Stack(app, 'Stack');
  new CfnInclude(stack, 'Template', { templateFile: template });
  for (const Pack of PACKS) {
    Aspects.of(app).add(new Pack({ reports: false, logIgnores: false, additionalLoggers: [logger] }));
  }
  app.synth();
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

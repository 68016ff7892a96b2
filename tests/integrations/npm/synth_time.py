#!/usr/bin/env python3
"""How long a synth takes with the plugin and without it: processor time and, on an idle machine, time.

    tests/integrations/npm/synth_time.py FOLDER [RUNS]

FOLDER has node_modules with aws-cdk-lib and @cflint/cdk. The runs with and without the plugin take turns.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

APP = """
const { App, Stack, Validations } = require('aws-cdk-lib');
const { EndpointType, HttpIntegration, RestApi } = require('aws-cdk-lib/aws-apigateway');
const { CachePolicy, Distribution, OriginRequestPolicy, ViewerProtocolPolicy } = require('aws-cdk-lib/aws-cloudfront');
const { RestApiOrigin } = require('aws-cdk-lib/aws-cloudfront-origins');

const [stacks, plugin] = process.argv.slice(1);
const app = new App();
for (let n = 0; n < Number(stacks); n++) {
  const stack = new Stack(app, `Edge${n}`);
  const api = new RestApi(stack, 'Api', { cloudWatchRole: false, endpointTypes: [EndpointType.REGIONAL] });
  for (const name of ['users', 'orders', 'items']) {
    api.root.addResource(name).addMethod('GET', new HttpIntegration('https://backend.example.com'));
  }
  new Distribution(stack, 'Pages', {
    defaultBehavior: {
      origin: new RestApiOrigin(api),
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    },
  });
}
if (plugin) Validations.of(app).addPlugins(new (require(plugin).CflintValidator)());
"""


def synth(folder, stacks, plugin):
    """Milliseconds of the clock and of the processor."""
    with tempfile.TemporaryDirectory() as out:
        env = {**os.environ, "CDK_OUTDIR": out, "CDK_VALIDATION": "false"}
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(["node", "-e", APP, str(stacks), plugin], cwd=folder, env=env, check=True)
        passed, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed * 1000, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main():
    folder, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 15
    print("load:", *os.getloadavg())
    for stacks in (1, 20):
        pairs = [(synth(folder, stacks, ""), synth(folder, stacks, "@cflint/cdk")) for _ in range(runs)]
        for name, index in ("time", 0), ("processor", 1):
            without, having = (statistics.median(pair[which][index] for pair in pairs) for which in (0, 1))
            added = statistics.median(pair[1][index] - pair[0][index] for pair in pairs)
            print(f"{stacks} stacks, {name}: {without:.0f} ms without, {having:.0f} ms with the plugin; added {added:.0f} ms")


if __name__ == "__main__":
    main()

"""The snippets of docs/integrations.md that need Node.js. The test of a snippet has its name."""

import json
import os
import shutil
from pathlib import Path

import pytest

HERE = Path(__file__).parent

CDK = """#!/bin/sh
[ "$1" = synth ] && cp -r "$ASSEMBLY" cdk.out
"""


@pytest.fixture
def app(shop, tmp_path):
    """A folder of an app with the plugin, without sources."""
    (tmp_path / "node_modules").symlink_to(shop / "node_modules")
    return tmp_path


@pytest.fixture
def new(registry, tmp_path):
    """A project that has nothing installed."""
    (tmp_path / ".npmrc").write_text(f"@cflint:registry={registry.url}\n")
    (tmp_path / "package.json").write_text('{"private": true}\n')
    return tmp_path


def test_npm(snippet, new, run, root):
    shutil.copy2(root / "fixtures/_golden/edge.yaml", new)
    ran = run("sh", "-ec", snippet, cwd=new)
    assert ran.returncode == 0 and "no findings" in ran.stdout, ran.stderr
    assert list(json.loads((new / "package.json").read_text())["devDependencies"]) == ["@cflint/cli"]


def test_cdk_install(snippet, new, run, root):
    assert f"`{snippet.strip()}`" in (root / "README.md").read_text(encoding="utf-8")
    # The library is there in every app.
    ran = run("sh", "-ec", snippet, cwd=new, env={"npm_config_legacy_peer_deps": "true"})
    assert ran.returncode == 0, ran.stderr
    assert (new / "node_modules/@cflint/cdk/index.js").exists() and (new / "node_modules/.bin/cflint").exists()


def compiles(app, run, text):
    (app / "app.ts").write_text(text, encoding="utf-8")
    shutil.copy2(HERE / "app/tsconfig.json", app)
    ran = run(app / "node_modules/.bin/tsc", cwd=app)
    assert ran.returncode == 0, ran.stdout


def synthesize(app, run, *command):
    """Without the command line tool: the library does the same, and fails by itself."""
    ran = run("node", *command, cwd=app, env={"CDK_OUTDIR": str(app / "cdk.out")})
    return ran.returncode, ran.stderr


def test_cdk_plugin(snippet, app, run):
    source = (HERE / "app/app.ts").read_text(encoding="utf-8")
    imports = [line for line in source.splitlines() if line.startswith("import") and "cflint" not in line]
    classes = source[source.index("class Site") : source.index("const props")]
    rest = "\n".join([*imports, classes]).replace("import { App, ", "import { ").replace(", Validations }", " }")
    compiles(app, run, f"{snippet}\n{rest}\nnew Edge(app, 'Edge');\n")
    code, said = synthesize(app, run, "--import", "tsx", "app.ts")
    assert code != 0 and "ERROR the viewer's `Host` is forwarded" in said, said


def test_the_lines_of_the_readme_fit_into_a_new_app(app, run, root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    [lines] = [block for block in readme.split("```ts\n")[1:] if "Cflint" in block]
    # What `cdk init` writes.
    new = "import * as cdk from 'aws-cdk-lib/core';\n\nconst app = new cdk.App();\nnew cdk.Stack(app, 'ShopStack');\n"
    compiles(app, run, new + lines.split("```")[0])
    code, said = synthesize(app, run, "--import", "tsx", "app.ts")
    assert code == 0, said


def test_cdk_acknowledge(snippet, app, run):
    source = (HERE / "app/app.js").read_text(encoding="utf-8")
    (app / "app.js").write_text(source, encoding="utf-8")
    code, said = synthesize(app, run, "app.js")
    assert code != 0 and "ERROR the viewer's `Host` is forwarded" in said, said
    (app / "app.js").write_text(f"{source}\n{snippet}", encoding="utf-8")
    code, said = synthesize(app, run, "app.js")
    assert code == 0 and "ERROR" not in said and "WARNING viewers may call" in said, said


def test_cdk_options(snippet, app, run, root):
    compiles(app, run, f"import {{ CflintValidator }} from '@cflint/cdk';\n{snippet}")
    assembly = shutil.copytree(root / "fixtures/_cdk/edge/cdk.out-2.276.0", app / "cdk.out")
    script = f"const {{ CflintValidator }} = require('@cflint/cdk');\nconst validator = {snippet}"
    script += "console.log(JSON.stringify(validator.validate({ templatePaths: process.argv.slice(1) })));"

    def found():
        ran = run("node", "-e", script, assembly / "EdgeStack.template.json", cwd=app)
        assert ran.returncode == 0, ran.stderr
        return {violation["ruleName"]: violation["severity"] for violation in json.loads(ran.stdout)["violations"]}

    assert found() == {"not-checked": "warning"}
    (app / "infra").mkdir()
    (app / "infra/cflint.yaml").write_text("rules: {host-header-forwarded: {severity: info}}\n")
    assert found()["host-header-forwarded"] == "info"
    assert "missing-origin-verify-header" not in found()


def test_cdk_check(snippet, program, root, tmp_path, run):
    (tmp_path / "cdk").write_text(CDK)
    (tmp_path / "cdk").chmod(0o755)
    (tmp_path / "cflint").symlink_to(program)
    assembly = root / "fixtures/_cdk/edge/cdk.out-2.276.0"
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    ran = run("sh", "-ec", snippet, cwd=tmp_path, env={"PATH": path, "ASSEMBLY": str(assembly)})
    assert ran.returncode == 1 and "made at /app/app.js:17:5" in ran.stdout, ran.stderr

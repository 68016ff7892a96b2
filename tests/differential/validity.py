"""Says whether the fixtures that rules must be silent about are templates that CloudFormation would take.

    python validity.py <folder of fixtures>

Every `pass…` fixture goes through cfn-lint, errors only. An error that is meant has an explanation in EXPLAINED. Ends
with 1 if there is another one, if an explanation is not needed any more, or if nothing was looked at.
"""

import json
import pathlib
import re
import subprocess
import sys

# Rules whose fixtures are about templates that other tools make or complete: no schema holds for them.
INCOMPLETE = {"unknown-reference", "invalid-template", "duplicate-key", "unknown-property"}

# Errors that are meant: a pattern over `<rule>/<fixture>: <id>`, and why.
EXPLAINED: list[tuple[str, str]] = [
    (r"custom-domain-host-mismatch/pass-sam\.yaml: E1010", "SAM makes `Api.DomainName` a reference to the domain"),
    (
        r"invalid-intrinsic/pass-(macro|placeholders|rain|transform)\.yaml: E(10|3024)",
        "a macro or another tool completes it",
    ),
    (r"unknown-target-origin/pass-open\.yaml: E3057", "the origin comes with an include"),
    (r"alias-without-certificate/pass-((sam|names)\.yaml|serverless\.json): E3013", "certificates cover names in any case"),
    (r"cache-settings-conflict/pass-misspelled\.yaml: E3002", "unknown-property reports it"),
    (r"continuous-deployment-invalid/pass-unknown\.yaml: E3003", "a part is known only at deployment"),
    (
        r"load-balancer-[a-z-]+/pass-(serverless\.json|listener-unknown\.yaml): E3676",
        "which certificate a listener has does not matter there",
    ),
    (r"load-balancer-port-closed/pass-exported-attribute\.yaml: E1154", "which subnets does not matter there"),
    (r"property-value-invalid/pass-filled-in\.yaml: E3013", "another tool fills it in"),
    (r"security-policy-conflict/pass-sam-globals\.yaml: E3724", "SAM accepts it, cfn-lint does not know it yet"),
]

SUFFIXES = {".yaml", ".yml", ".json", ".template"}


def templates(root):
    for folder in sorted(root.iterdir()):
        if folder.name.startswith("_") or folder.name in INCOMPLETE or not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            if not path.name.startswith("pass"):
                continue
            if path.is_file() and path.suffix in SUFFIXES:
                yield path
            elif path.is_dir():
                inner = sorted(path.rglob("*"))
                is_template = (lambda file: file.name.endswith(".template.json")) if (path / "manifest.json").exists() else (
                    lambda file: file.suffix in SUFFIXES
                )
                # OpenAPI definitions lie next to the templates that name them.
                yield from (
                    file for file in inner if file.is_file() and is_template(file) and not file.name.startswith("openapi")
                )


def errors(paths):
    program = pathlib.Path(sys.executable).parent / "cfn-lint"
    command = [str(program), "--format", "json", "--ignore-checks", "W", "I", "--regions", "us-east-1"]
    done = subprocess.run(
        [*command, "--non-zero-exit-code", "none", "--template", *map(str, paths)], capture_output=True, text=True, check=False
    )
    if done.returncode or not done.stdout.strip():
        sys.exit(f"cfn-lint failed: {done.stderr.strip()[-2000:]}")
    return json.loads(done.stdout)


def main():
    root = pathlib.Path(sys.argv[1])
    paths = list(templates(root))
    used = set()
    unexplained = 0
    for error in errors(paths):
        path = pathlib.Path(error["Filename"])
        name = path.resolve().relative_to(root.resolve())
        key = f"{name}: {error['Rule']['Id']}"
        reasons = [index for index, (pattern, _) in enumerate(EXPLAINED) if re.search(pattern, key)]
        used.update(reasons)
        if not reasons:
            unexplained += 1
            start = error["Location"]["Start"]
            print(f"{name}:{start['LineNumber']}:{start['ColumnNumber']}: {error['Rule']['Id']} {error['Message']}")
    for index, (pattern, _) in enumerate(EXPLAINED):
        if index not in used:
            unexplained += 1
            print(f"nothing needs the explanation `{pattern}`")
    print(f"{len(paths)} fixtures, {unexplained} errors without explanation")
    return 1 if unexplained or not paths else 0


if __name__ == "__main__":
    sys.exit(main())

"""Compares the APIs that cflint reads from SAM templates with those that the SAM translator makes of them.

    python sam.py --dump <the example `dump_apis`> <file or folder>...

For each template that the translator accepts: APIs, stages, routes, who may call them, endpoint types, whether the default
endpoint is off, and resource policies. Both sides are taken over all branches of conditions. Ends with 1 if a difference
has no explanation in EXPLAINED, or if nothing was compared.
"""

import argparse
import json
import logging
import os
import pathlib
import re
import subprocess
import sys
import warnings

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.translator.translator import Translator  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

# Differences that are meant: a pattern over `<file>: <API>: <what>`, and why cflint says otherwise.
EXPLAINED: list[tuple[str, str]] = []

SUFFIXES = {".yaml", ".yml", ".json", ".template"}
VERBS = {"get", "put", "post", "delete", "options", "head", "patch"}
ANY = "x-amazon-apigateway-any-method"
IMPLICIT = {"ServerlessRestApi", "ServerlessHttpApi"}
SERVERLESS = {"AWS::Serverless::Api": "AWS::ApiGateway::RestApi", "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api"}
# Stands for a text that only CloudFormation knows.
UNKNOWN = "*"


def files(paths):
    for path in map(pathlib.Path, paths):
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (file for file in found if file.suffix in SUFFIXES and file.is_file())


def is_intrinsic(value):
    if not isinstance(value, dict) or len(value) != 1:
        return False
    key = next(iter(value))
    return isinstance(key, str) and (key in ("Ref", "Condition") or key.startswith("Fn::"))


def package(template):
    """Puts a place in S3 for what `sam package` would upload."""
    properties = {
        "Function": ("CodeUri",),
        "LayerVersion": ("ContentUri",),
        "Api": ("DefinitionUri",),
        "HttpApi": ("DefinitionUri",),
        "StateMachine": ("DefinitionUri",),
    }
    def upload(kind, holder):
        if not isinstance(holder, dict):
            return
        for name in properties.get(kind, ()):
            value = holder.get(name)
            if isinstance(value, str) and not value.startswith("s3://"):
                holder[name] = "s3://bucket/key"
    for kind, holder in (template.get("Globals") or {}).items():
        upload(kind, holder)
    for resource in template["Resources"].values():
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            continue
        holder = resource.get("Properties")
        kind = resource["Type"].removeprefix("AWS::Serverless::")
        upload(kind, holder)
        if kind == "Function" and isinstance(holder, dict):
            if holder.get("PackageType") == "Image":
                holder.setdefault("ImageUri", "123456789012.dkr.ecr.us-east-1.amazonaws.com/repository:tag")
            elif not {"CodeUri", "InlineCode"} & holder.keys():
                holder["CodeUri"] = "s3://bucket/key"
        if kind == "LayerVersion" and isinstance(holder, dict):
            holder.setdefault("ContentUri", "s3://bucket/key")


class Text:
    """What texts of the translated template are, in the notation of cflint."""

    PSEUDO = {
        "AWS::Region": "{region}", "AWS::AccountId": "{account}", "AWS::StackName": "{stack-name}",
        "AWS::URLSuffix": "{url-suffix}", "AWS::Partition": "{partition}",
    }

    def __init__(self, template):
        self.parameters = template.get("Parameters") or {}
        self.mappings = template.get("Mappings") or {}

    def ref(self, name):
        if name in self.PSEUDO:
            return self.PSEUDO[name]
        parameter = self.parameters.get(name)
        if not isinstance(parameter, dict):
            return UNKNOWN
        if "Default" in parameter and not str(parameter.get("Type")).startswith("AWS::SSM"):
            return self.scalar(parameter["Default"])
        return "{" + name + "}"

    @staticmethod
    def scalar(value):
        return str(value).lower() if isinstance(value, bool) else str(value)

    def all(self, value):
        """Every text that the value can be."""
        if isinstance(value, dict):
            if "Ref" in value:
                return set() if value["Ref"] == "AWS::NoValue" else {self.ref(value["Ref"])}
            if "Fn::If" in value:
                return self.all(value["Fn::If"][1]) | self.all(value["Fn::If"][2])
            if isinstance(value.get("Fn::Sub"), str):
                return {re.sub(r"\$\{([^!}]+)\}", lambda found: self.ref(found[1].strip()), value["Fn::Sub"])}
            if isinstance(value.get("Fn::FindInMap"), list) and all(isinstance(k, str) for k in value["Fn::FindInMap"]):
                name, first, second = value["Fn::FindInMap"][:3]
                return {self.scalar(self.mappings.get(name, {}).get(first, {}).get(second, UNKNOWN))}
            return {UNKNOWN}
        return set() if value is None else {self.scalar(value)}


def branches(value):
    """A value without its conditions: every branch that is there."""
    if isinstance(value, dict) and set(value) == {"Fn::If"}:
        return [leaf for branch in value["Fn::If"][1:] for leaf in branches(branch)]
    return [] if value == {"Ref": "AWS::NoValue"} or value is None else [value]


def normal(path):
    """cflint reads `/a/` as `/a` and `/$default` as `$default`."""
    if path in ("$default", "/$default"):
        return "$default"
    return "/" + "/".join(part for part in path.split("/") if part)


def schemes(body):
    found = dict(body.get("securityDefinitions") or {})
    for components in branches(body.get("components")):
        found.update(components.get("securitySchemes") or {})
    return found


def access(body, operation):
    """Who may call an operation, and whether it asks for a key."""
    known = schemes(body)
    guard, key = "none", False
    security = operation.get("security", body.get("security"))
    auth = (operation.get("x-amazon-apigateway-auth") or {}).get("type", "")
    if isinstance(auth, str) and auth.upper() in ("AWS_IAM", "NONE"):
        return {"AWS_IAM": "iam", "NONE": "none"}[auth.upper()], False
    for requirement in security or []:
        for name in requirement:
            scheme = known.get(name)
            if name in ("NONE", "api_key_false"):
                continue
            if not isinstance(scheme, dict):
                guard = UNKNOWN
            elif scheme.get("x-amazon-apigateway-authtype") == "awsSigv4":
                guard = "iam"
            elif "x-amazon-apigateway-authorizer" in scheme or scheme.get("type") in ("oauth2", "openIdConnect"):
                guard = "authorizer"
            elif scheme.get("type") == "apiKey":
                key = True
            else:
                guard = UNKNOWN
    return guard, key


def routes(bodies):
    """Each route with everything that may be said of it; None if the definition is elsewhere."""
    found = {}
    for body in bodies:
        if not isinstance(body, dict) or is_intrinsic(body):
            return None
        for paths in branches(body.get("paths") or {}):
            if "Fn::Transform" in paths:
                return None
            for path, item in paths.items():
                for methods in branches(item):
                    for verb, operation in methods.items():
                        if verb.lower() not in VERBS | {ANY}:
                            continue
                        for definition in branches(operation):
                            method = "ANY" if verb.lower() == ANY else verb.upper()
                            found.setdefault((method, normal(path)), set()).add(access(body, definition))
    return found


def translated_apis(source, output):
    text = Text(source)
    resources = output["Resources"]
    own = {id for id, resource in source["Resources"].items() if resource.get("Type") in SERVERLESS}
    apis = {}
    for id, resource in resources.items():
        if resource["Type"] not in SERVERLESS.values() or id not in own | IMPLICIT:
            continue
        properties = resource.get("Properties", {})
        bodies = branches(properties.get("Body"))
        extension = [(body.get("x-amazon-apigateway-endpoint-configuration") or {}) for body in bodies if isinstance(body, dict)]
        stages = {}
        for stage_id, stage in resources.items():
            if stage["Type"] in ("AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage", "AWS::ApiGateway::Deployment"):
                of = stage["Properties"].get("RestApiId") or stage["Properties"].get("ApiId")
                if of == {"Ref": id} and "StageName" in stage["Properties"]:
                    for name in text.all(stage["Properties"]["StageName"]):
                        stages.setdefault(name, set()).add(stage_id)
        endpoint = (properties.get("EndpointConfiguration") or {}).get("Types")
        kinds = set()
        for kind in endpoint or []:
            kinds |= text.all(kind)
        disabled = {str(value).lower() for part in extension for value in text.all(part.get("disableExecuteApiEndpoint"))}
        apis[id] = {
            "stages": stages,
            "routes": None if "BodyS3Location" in properties else routes(bodies),
            "endpoint_types": kinds,
            "disabled": disabled or {"false"},
            "policy": "Policy" in properties or any("x-amazon-apigateway-policy" in b for b in bodies if isinstance(b, dict)),
        }
    return apis


def read_apis(views):
    """What cflint reads, over all views."""
    apis = {}
    for api in (api for view in views for api in view):
        entry = apis.setdefault(api["id"], {
            "stages": {}, "routes": {}, "open": set(), "endpoint_types": set(), "disabled": set(), "policy": set(),
        })
        for stage in api["stages"]["items"]:
            entry["stages"].setdefault(stage["name"], set()).update([stage["id"]] if stage["id"] else [])
        for route in api["routes"]["items"]:
            entry["routes"].setdefault((route["method"], route["path"]), set()).add((route["guard"], route["api_key"]))
        for name in ("stages", "routes", "endpoint_types"):
            if api[name]["open"]:
                entry["open"].add(name)
        entry["endpoint_types"].update(api["endpoint_types"]["items"])
        entry["disabled"].add({None: UNKNOWN, True: "true", False: "false"}[api["disabled"]])
        entry["policy"].add(api["resource_policy"])
    return apis


def is_unknown(text):
    return text is None or UNKNOWN in text or "{Fn::" in text


def same_texts(ours, theirs):
    if ours == theirs:
        return True
    blurred = any(map(is_unknown, ours | theirs))
    return blurred and {t for t in ours if not is_unknown(t)} <= theirs | {t for t in ours if any(map(is_unknown, theirs))}


def differences(ours, theirs, output):
    for id in sorted(ours.keys() | theirs.keys()):
        if id not in ours or id not in theirs:
            yield id, "only " + ("cflint" if id in ours else "the translator") + " has it"
            continue
        our, their = ours[id], theirs[id]
        if not same_texts(set(our["stages"]), set(their["stages"])):
            yield id, f"stages {sorted(map(str, our['stages']))}, translator {sorted(their['stages'])}"
        for stage_id in sorted(id for ids in our["stages"].values() for id in ids):
            if stage_id not in output["Resources"]:
                yield id, f"no stage {stage_id} in the translation"
        if "endpoint_types" not in our["open"] and not same_texts(our["endpoint_types"], their["endpoint_types"]):
            yield id, f"endpoint types {sorted(our['endpoint_types'])}, translator {sorted(their['endpoint_types'])}"
        if not same_texts(our["disabled"], their["disabled"]):
            yield id, f"disabled {sorted(our['disabled'])}, translator {sorted(their['disabled'])}"
        if None not in our["policy"] and (True in our["policy"]) != their["policy"]:
            yield id, f"resource policy {our['policy']}, translator {their['policy']}"
        if their["routes"] is None:
            if "routes" not in our["open"]:
                yield id, "cflint takes routes for known that are elsewhere"
            continue
        if "routes" in our["open"] and their["routes"]:
            yield id, "routes are open"
        for route in sorted(our["routes"].keys() | their["routes"].keys()):
            name = " ".join(route)
            if route not in our["routes"]:
                if "routes" not in our["open"]:
                    yield id, f"{name}: missing"
            elif route not in their["routes"]:
                yield id, f"{name}: not in the translation"
            else:
                mine, right = our["routes"][route], their["routes"][route]
                blurred = any(g == "unknown" or k is None for g, k in mine) or any(g == UNKNOWN for g, _ in right)
                if mine != right and not blurred:
                    yield id, f"{name}: access {sorted(mine)}, translator {sorted(right)}"
                elif mine != right:
                    COUNTS["routes with unknown access"] += 1
        COUNTS["routes"] += len(their["routes"])
        COUNTS["stages"] += len(their["stages"])
        COUNTS["APIs"] += 1


COUNTS = {name: 0 for name in (
    "templates", "rejected by the translator", "not read", "APIs", "stages", "routes", "routes with unknown access",
)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dump", required=True, help="the program that prints what cflint reads")
    parser.add_argument("--verbose", action="store_true", help="say why templates are left out")
    parser.add_argument("paths", nargs="+")
    arguments = parser.parse_args()
    sam = [file for file in files(arguments.paths) if b"AWS::Serverless" in file.read_bytes()]
    lines = []
    for start in range(0, len(sam), 200):
        command = [arguments.dump, *map(str, sam[start:start + 200])]
        lines += subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    explained, unexplained = {}, []
    for file, line in zip(sam, lines, strict=True):
        read = json.loads(line)
        try:
            source = yaml_parse(file.read_text(encoding="utf-8"))
            output = yaml_parse(file.read_text(encoding="utf-8"))
            package(output)
            package(source)
            output = Translator({}, Parser()).translate(output, {})
            theirs = translated_apis(source, output)
        except Exception as error:  # noqa: BLE001: whatever the translator throws, it does not take the template
            COUNTS["rejected by the translator"] += 1
            if arguments.verbose:
                print(f"{file}: rejected: {getattr(error, 'message', error)!r:.300}")
            continue
        if "views" not in read:
            COUNTS["not read"] += 1
            unexplained.append(f"{file}: not read: {read['error']}")
            continue
        COUNTS["templates"] += 1
        ours = read_apis(read["views"])
        sources = {id for id, r in source["Resources"].items() if r.get("Type") in SERVERLESS} | IMPLICIT
        ours = {id: api for id, api in ours.items() if id in sources}
        for id, what in differences(ours, theirs, output):
            difference = f"{file}: {id}: {what}"
            reason = next((why for pattern, why in EXPLAINED if re.search(pattern, difference)), None)
            if reason is None:
                unexplained.append(difference)
            else:
                explained[reason] = explained.get(reason, 0) + 1
    print(", ".join(f"{count} {name}" for name, count in COUNTS.items()))
    for reason, count in explained.items():
        print(f"explained: {count} × {reason}")
    for difference in unexplained:
        print(f"difference: {difference}")
    if not COUNTS["APIs"]:
        print("no API was compared")
    return 1 if unexplained or not COUNTS["APIs"] else 0


if __name__ == "__main__":
    sys.exit(main())

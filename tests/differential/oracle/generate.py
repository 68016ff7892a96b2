"""Makes REST APIs with a distribution in front of them, and requests for them. The same seed makes the same."""

import dataclasses
import fnmatch
import random
import re

WORDS = ["users", "orders", "me", "v1", "items"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
# Each set of methods that CloudFront accepts; the last is the default.
ALLOWED = [
    ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
    ["GET", "HEAD", "OPTIONS"],
    None,
]
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
STAGES = ["prod", "dev"]
KINDS = ["MISSING_AUTHENTICATION_TOKEN", "INVALID_API_KEY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "DEFAULT_5XX"]
KEYS = ["valid", "disabled", "elsewhere", "loose"]


@dataclasses.dataclass
class Request:
    method: str
    path: str
    query: str
    headers: dict


@dataclasses.dataclass
class Case:
    """A template and requests. A key is written into it as what is said of it here, with the name of the case."""

    name: str
    template: dict
    requests: list

    @property
    def config(self):
        return self.template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]

    def behavior(self, request):
        """The first behavior whose pattern matches; for that alone, repeated slashes are one."""
        path = re.sub("/+", "/", request.path)
        for behavior in self.config.get("CacheBehaviors", []):
            if fnmatch.fnmatchcase(path, behavior["PathPattern"]):
                return behavior
        return self.config["DefaultCacheBehavior"]

    def arriving(self, request):
        """The request as the origin gets it: `OriginPath` comes first, and only what a policy names is kept."""
        behavior = self.behavior(request)
        origin = next(o for o in self.config["Origins"] if o["Id"] == behavior["TargetOriginId"])
        is_kept = "OriginRequestPolicyId" in behavior
        headers = dict(request.headers) if is_kept else {}
        for header in origin.get("OriginCustomHeaders", []):
            headers[header["HeaderName"]] = header["HeaderValue"]
        path = origin.get("OriginPath", "") + request.path
        return Request(request.method, path, request.query if is_kept else "", headers)


def key_value(name, kind):
    return f"{name}-{kind}-00000000000000000000"


def paths(rng):
    """The resources of an API, as their paths. Only one of siblings can be variable, and nothing is below `{proxy+}`."""
    found = [()]
    for above in found:
        if len(above) == 3 or above and above[-1] == "{proxy+}":
            continue
        parts = rng.sample(WORDS, rng.choice([0, 1, 1, 2] if above else [1, 2, 3]))
        if rng.random() < 0.45:
            parts.append(rng.choice(["{id%d}" % len(above)] * 2 + ["{proxy+}"]))
        found.extend((*above, part) for part in parts)
    return found


def api(rng, name):
    """The resources of a template that are about the API."""
    resources = {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {
        "Name": name, "EndpointConfiguration": {"Types": ["REGIONAL"]},
    }}}
    has_keys, has_validator = rng.random() < 0.5, rng.random() < 0.2
    if has_validator:
        resources["Validator"] = {"Type": "AWS::ApiGateway::RequestValidator", "Properties": {
            "RestApiId": {"Ref": "Api"}, "ValidateRequestParameters": True,
        }}
    ids, methods = {(): {"Fn::GetAtt": ["Api", "RootResourceId"]}}, []
    resources_of_api = paths(rng)
    for number, path in enumerate(resources_of_api):
        if path:
            ids[path] = {"Ref": f"Resource{number}"}
            resources[f"Resource{number}"] = {"Type": "AWS::ApiGateway::Resource", "Properties": {
                "RestApiId": {"Ref": "Api"}, "ParentId": ids[path[:-1]], "PathPart": path[-1],
            }}
        # The last one has a method in any case: an API without one cannot be deployed.
        least = 0 if path != resources_of_api[-1] else 1
        for verb in rng.sample([*METHODS, "ANY"], rng.choice([least, 1, 1, 2, 3])):
            properties = {
                "RestApiId": {"Ref": "Api"}, "ResourceId": ids[path], "HttpMethod": verb,
                "AuthorizationType": "NONE", "Integration": {"Type": "MOCK"},
            }
            if has_keys and rng.random() < 0.7:
                properties["ApiKeyRequired"] = True
            if has_validator and rng.random() < 0.5:
                properties["RequestParameters"] = {"method.request.querystring.page": True}
                properties["RequestValidatorId"] = {"Ref": "Validator"}
            methods.append(f"Method{number}{verb.title()}")
            resources[methods[-1]] = {"Type": "AWS::ApiGateway::Method", "Properties": properties}
    resources["Deployment"] = {
        "Type": "AWS::ApiGateway::Deployment", "DependsOn": methods, "Properties": {"RestApiId": {"Ref": "Api"}},
    }
    for stage in STAGES:
        resources[f"Stage{stage.title()}"] = {"Type": "AWS::ApiGateway::Stage", "Properties": {
            "RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment"}, "StageName": stage,
        }}
    if has_keys:
        resources.update(keys(rng, name))
    for kind in rng.sample(KINDS, rng.choice([0, 0, 1, 2, 3])):
        properties = {"RestApiId": {"Ref": "Api"}, "ResponseType": kind}
        if rng.random() < 0.7:
            properties["StatusCode"] = str(400 + 10 * KINDS.index(kind))
        if rng.random() < 0.3:
            properties["ResponseTemplates"] = {"application/json": '{"error":$context.error.messageString}'}
        resources[f"Response{KINDS.index(kind)}"] = {"Type": "AWS::ApiGateway::GatewayResponse", "Properties": properties}
    return resources


def keys(rng, name):
    """A key in the usage plan of a stage, one there that is disabled, one in the plan of the other stage, one in none."""
    resources = {}
    for kind in KEYS:
        resources[f"Key{kind.title()}"] = {"Type": "AWS::ApiGateway::ApiKey", "Properties": {
            "Value": key_value(name, kind), "Enabled": kind != "disabled",
        }}
    members = dict(zip(rng.sample(STAGES, 2), [["valid", "disabled"], ["elsewhere"]]))
    for stage in rng.choice([[], STAGES[:1], STAGES, STAGES]):
        plan = f"Plan{stage.title()}"
        resources[plan] = {"Type": "AWS::ApiGateway::UsagePlan", "DependsOn": f"Stage{stage.title()}", "Properties": {
            "ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": stage}],
        }}
        for kind in members[stage]:
            resources[f"{plan}{kind.title()}"] = {"Type": "AWS::ApiGateway::UsagePlanKey", "Properties": {
                "KeyId": {"Ref": f"Key{kind.title()}"}, "KeyType": "API_KEY", "UsagePlanId": {"Ref": plan},
            }}
    return resources


def distribution(rng, name, has_keys):
    """A default behavior, and in half of the cases one with a pattern, each with an origin of its own."""
    behaviors, origins = [], []
    for number in range(rng.choice([1, 2])):
        origin = {
            "Id": f"origin{number}",
            "DomainName": {"Fn::Sub": "${Api}.execute-api.${AWS::Region}.amazonaws.com"},
            "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
        }
        path = rng.choice(["/prod", "/prod", "/prod", "/dev", ""])
        if path:
            origin["OriginPath"] = path
        if has_keys and rng.random() < 0.3:
            value = key_value(name, rng.choice(KEYS))
            origin["OriginCustomHeaders"] = [{"HeaderName": "x-api-key", "HeaderValue": value}]
        origins.append(origin)
        behavior = {
            "TargetOriginId": origin["Id"], "ViewerProtocolPolicy": "https-only", "CachePolicyId": CACHING_DISABLED,
        }
        allowed = rng.choice([ALLOWED[0], *ALLOWED])
        if allowed:
            behavior["AllowedMethods"] = allowed
        if rng.random() < 0.8:
            behavior["OriginRequestPolicyId"] = ALL_VIEWER_EXCEPT_HOST
        behaviors.append(behavior)
    config = {"Enabled": True, "Origins": origins, "DefaultCacheBehavior": behaviors[0]}
    if behaviors[1:]:
        config["CacheBehaviors"] = [{"PathPattern": f"/{rng.choice(WORDS)}/*", **behaviors[1]}]
    return {"Distribution": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}}}


def segment(rng):
    return rng.choice([*WORDS, "7", "a%20b"])


def request(rng, case):
    """A request for a resource of the API, or for something close to one."""
    resources = case.template["Resources"]
    ids = {"RootResourceId": ()}
    for id, resource in resources.items():
        if resource["Type"] == "AWS::ApiGateway::Resource":
            parent = resource["Properties"]["ParentId"]
            above = ids[parent.get("Ref", "RootResourceId")]
            ids[id] = (*above, resource["Properties"]["PathPart"])
    parts = []
    for part in rng.choice(list(ids.values())):
        count = rng.choice([1, 1, 2, 3]) if part == "{proxy+}" else 1
        parts.extend(segment(rng) if part.startswith("{") else part for _ in range(count))
    change = rng.random()
    if change < 0.15:
        parts.append(segment(rng))
    elif change < 0.25:
        parts = parts[:-1]
    elif change < 0.3:
        parts = [part.title() for part in parts]
    elif change < 0.33 and parts:
        parts.insert(rng.randrange(len(parts)), "")
    path = "/" + "/".join(parts)
    if parts and rng.random() < 0.1:
        path += "/"
    verbs = [r["Properties"]["HttpMethod"] for r in resources.values() if r["Type"] == "AWS::ApiGateway::Method"]
    verbs = [verb for verb in verbs if verb != "ANY"] or METHODS
    method = rng.choice(verbs if rng.random() < 0.7 else METHODS)
    headers = {}
    if "KeyValid" in resources and rng.random() < 0.75:
        headers["x-api-key"] = key_value(case.name, rng.choice(["valid", *KEYS, "unknown"]))
    if rng.random() < 0.02:
        headers["X-HTTP-Method-Override"] = rng.choice(METHODS)
    made = Request(method, path, rng.choice(["", "page=1"]), headers)
    behavior = case.behavior(made)
    origin = next(o for o in case.config["Origins"] if o["Id"] == behavior["TargetOriginId"])
    if "OriginPath" not in origin and behavior is case.config["DefaultCacheBehavior"]:
        made.path = "/" + rng.choice(["prod", "prod", "dev", "test"]) + path
    # Most requests are for what comes after CloudFront.
    if rng.random() < 0.9 and method not in case.behavior(made).get("AllowedMethods", ["GET", "HEAD"]):
        made.method = rng.choice(["GET", "GET", "HEAD"])
    return made


def cases(seed, count, requests):
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        name = f"api{number:03}"
        resources = api(rng, name)
        resources.update(distribution(rng, name, "KeyValid" in resources))
        case = Case(name, {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, [])
        case.requests.extend(request(rng, case) for _ in range(requests))
        yield case


def refused(seed, count):
    """Distributions with one mistake each, about an origin."""
    for number in range(count):
        rng = random.Random(f"{seed}/refused/{number}")
        name = f"refused{number:02}"
        resources = api(rng, name)
        resources.update(distribution(rng, name, False))
        case = Case(name, {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, [])
        mistake = number % 3
        if mistake == 0:
            case.config["DefaultCacheBehavior"]["TargetOriginId"] = "nowhere"
        elif mistake == 1:
            for origin in case.config["Origins"]:
                del origin["CustomOriginConfig"]
                origin.update(DomainName="api.example.com", S3OriginConfig={"OriginAccessIdentity": ""})
        else:
            behavior = {**case.config["DefaultCacheBehavior"], "PathPattern": "/static/*", "TargetOriginId": "nowhere"}
            case.config.setdefault("CacheBehaviors", []).append(behavior)
        case.requests.append(Request("GET", "/users", "", {}))
        yield case

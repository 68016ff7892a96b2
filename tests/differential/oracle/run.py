"""Compares what `cflint trace` says about generated requests with what others than its authors make of them.

    python run.py --cflint <binary>

README.md says what is compared with whom. Ends with 1 if there is a difference that is not explained here, or if a
difference that is explained here does not occur.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import sys
import tempfile

import distributions
import gateway
import generate
import trace

FORBIDDEN = {"type": None, "status": 403, "body": {"message": "Forbidden"}}


@dataclasses.dataclass
class Asked:
    """A request, what each side makes of it, and how to ask LocalStack about a variation."""

    case: generate.Case
    arriving: generate.Request
    ours: dict
    theirs: dict
    api: gateway.Deployed


def no_stage(asked):
    return asked.ours == FORBIDDEN and asked.theirs["type"] is None and asked.theirs["status"] == 404


def body_of_template(asked):
    ours, theirs = dict(asked.ours), dict(asked.theirs)
    return "body" in ours and "body" in theirs and ours.pop("body") == {"error": theirs.pop("body")["message"]} and ours == theirs


def overridden(asked):
    """LocalStack agrees once it gets the method that the header names."""
    method = asked.arriving.headers.get("X-HTTP-Method-Override")
    return bool(method) and agrees(asked, dataclasses.replace(asked.arriving, method=method))


def key_from_elsewhere(asked):
    """LocalStack agrees once it does not check the key, which is in no usage plan of the template."""
    return is_from_elsewhere(asked) and agrees(asked, asked.arriving)


def is_from_elsewhere(asked):
    held = {
        resource["Properties"]["KeyId"]["Ref"] for resource in asked.case.template["Resources"].values()
        if resource["Type"] == "AWS::ApiGateway::UsagePlanKey"
    }
    key = asked.arriving.headers.get("x-api-key", "").split("-")
    return len(key) > 1 and f"Key{key[1].title()}" not in held


def empty_segment(asked):
    return "unknown" in asked.ours and "//" in asked.arriving.path


def agrees(asked, request):
    """Whether LocalStack says the same about another request, also if there are two reasons at once."""
    checks_keys = not is_from_elsewhere(asked)
    changed = dataclasses.replace(asked, theirs=asked.api.outcome(request, checks_keys))
    return changed.theirs == changed.ours or body_of_template(changed)


def target_of_pattern(asked):
    targets = [behavior["TargetOriginId"] for behavior in asked.case.config.get("CacheBehaviors", [])]
    return asked.ours == {"refused": True} and asked.theirs == {"stored": True} and "nowhere" in targets


# The names are those of README.md, which has the reasons.
EXPLAINED = {
    "no such stage": no_stage,
    "body of a gateway response": body_of_template,
    "method override": overridden,
    "key from elsewhere": key_from_elsewhere,
    "empty segment": empty_segment,
    "target of a pattern": target_of_pattern,
}


class Comparison:
    def __init__(self):
        self.counts = collections.Counter()
        self.agreements = collections.Counter()
        self.explained = collections.Counter()
        self.differences = []

    def note(self, what, asked):
        self.counts[what] += 1
        if asked.ours == asked.theirs:
            self.agreements[what] += 1
            return
        why = next((name for name, applies in EXPLAINED.items() if applies(asked)), None)
        if why:
            self.explained[why] += 1
        else:
            request = asked.arriving
            self.differences.append(
                f"{asked.case.name}: {request.method} {request.path}?{request.query} {request.headers}\n"
                f"  cflint: {asked.ours}\n  others: {asked.theirs}"
            )

    def request(self, case, request, report, api, stored):
        """CloudFront comes first, then the API."""
        arriving = case.arriving(request)
        pattern = case.behavior(request).get("PathPattern")
        ours = trace.outcome(report)
        is_allowed = request.method in distributions.methods(stored, pattern)
        self.note("methods", Asked(case, arriving, {"allowed": "cloudfront" not in ours}, {"allowed": is_allowed}, api))
        if is_allowed and "cloudfront" not in ours:
            self.note("requests to an API", Asked(case, arriving, ours, api.outcome(arriving), api))

    def refusal(self, case, report):
        """Whether CloudFront accepts the distribution at all."""
        ours, stored = trace.outcome(report), distributions.stored(case.config)
        ours = {"refused": True} if trace.is_undeployable(report) else {"stored": True, "as": ours}
        theirs = {"refused": True} if isinstance(stored, str) else {"stored": True}
        self.note("distributions with a mistake", Asked(case, case.requests[0], ours, theirs, None))

    def end(self):
        for what, count in self.counts.items():
            print(f"{count} {what}: the same about {self.agreements[what]}")
        for name, count in self.explained.items():
            print(f"explained: {count} × {name}")
        for difference in self.differences:
            print(f"difference: {difference}")
        gone = [name for name in EXPLAINED if name not in self.explained]
        for name in gone:
            print(f"explained, but does not occur: {name}")
        return 1 if self.differences or gone else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cflint", required=True)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--apis", type=int, default=240)
    args = parser.parse_args()
    cases = list(generate.cases(args.seed, args.apis, 6))
    refused = list(generate.refused(args.seed, 30))
    comparison = Comparison()
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        reports = {}
        for case in [*cases, *refused]:
            template = pathlib.Path(scratch, f"{case.name}.json")
            template.write_text(json.dumps(case.template), encoding="utf-8")
            reports[case.name] = [pool.submit(trace.trace, args.cflint, str(template), each) for each in case.requests]
        for case in cases:
            api = gateway.Deployed(case.template)
            stored = distributions.stored(case.config)
            for request, report in zip(case.requests, reports[case.name], strict=True):
                comparison.request(case, request, report.result(), api, stored)
        for case in refused:
            comparison.refusal(case, reports[case.name][0].result())
    print(f"{len(cases)} APIs")
    return comparison.end()


if __name__ == "__main__":
    sys.exit(main())

"""What `cflint trace` says about a request, in the words of the comparison."""

import json
import re
import subprocess

HANDLED = re.compile(r"`(\S+ \S+)` of `Api` handles the request")
REFUSED = re.compile(r"API Gateway returns `(\d+)(?:` with `| )(\{.*\})`$")
# How a REST API without gateway responses of its own words each type.
TYPES = {
    "Missing Authentication Token": "MISSING_AUTHENTICATION_TOKEN",
    "Forbidden": "INVALID_API_KEY",
}


def trace(binary, template, request):
    url = request.path + ("?" + request.query if request.query else "")
    headers = [part for name, value in request.headers.items() for part in ("-H", f"{name}: {value}")]
    command = [binary, "trace", "--no-config", "--format", "json", template, f"{request.method} {url}", *headers]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"cflint ended with {done.returncode}: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def outcome(report):
    """The same shape as `gateway.Deployed.outcome`; what CloudFront rejects and what is unknown are shapes of their own."""
    summary = report["summary"].removeprefix("as far as the template shows, ")
    handled, refused = HANDLED.match(summary), REFUSED.match(summary)
    if handled:
        return {"route": handled[1]}
    if refused:
        body = json.loads(refused[2])
        return {"type": kind(report, body), "status": int(refused[1]), "body": body}
    if report["answered_by"] == "cloudfront":
        return {"cloudfront": report["status"], "because": report["reason"]}
    return {"unknown": summary}


def kind(report, body):
    """The type of the gateway response: named if the template defines one, otherwise known by its message."""
    titles = [step["title"] for step in report["steps"]]
    if "route" not in titles:
        return None
    for step in report["steps"]:
        named = re.search(r"gateway response for `(\w+)`", step["detail"])
        if step["title"] == "gateway response" and named:
            return named[1]
    message = body.get("message", "")
    return TYPES.get(message, "BAD_REQUEST_PARAMETERS" if message.startswith("Missing required") else message)


def is_undeployable(report):
    return any(step["title"] == "deployment" and step["certainty"] != "uncertain" for step in report["steps"])

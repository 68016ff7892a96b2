"""Measures the language server: how long an editor waits for diagnostics and hovers, and how much memory it holds.

    python measure_server.py PROGRAM [--edits 10000]

prints the section of docs/performance.md. It needs PyYAML, and Linux for the memory.
"""

import argparse
import json
import queue
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import yaml

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
KEYS = 100


class Server:
    def __init__(self, program, folder):
        command = [program, "server"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self.folder, self.messages, self.number, self.version = folder, queue.Queue(), 0, {}
        threading.Thread(target=self.read, daemon=True).start()
        self.request("initialize", {"capabilities": {}})
        self.send("initialized", {})

    def read(self):
        out = self.process.stdout
        while header := out.readline():
            out.readline()
            message = json.loads(out.read(int(header.split(b":")[1])))
            self.messages.put((time.perf_counter(), message))

    def send(self, method, params, **more):
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def until(self, holds):
        while True:
            at, message = self.messages.get(timeout=300)
            if holds(message):
                return at

    def request(self, method, params):
        self.number += 1
        self.send(method, params, id=self.number)
        return self.until(lambda message: message.get("id") == self.number)

    def uri(self, name):
        return (self.folder / name).as_uri()

    def open(self, name):
        """How long it takes until there are diagnostics."""
        text = (self.folder / name).read_text(encoding="utf-8")
        start, self.version[name] = time.perf_counter(), 1
        item = {"uri": self.uri(name), "languageId": name.rsplit(".")[1], "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": item})
        return self.published(name) - start

    def published(self, name, also=None):
        uri, version = self.uri(name), self.version[name]

        def is_it(message):
            if also and also(message):
                return False
            params = message.get("params") or {}
            is_diagnostics = message.get("method") == "textDocument/publishDiagnostics"
            return is_diagnostics and params["uri"] == uri and params.get("version") == version

        return self.until(is_it)

    def insert(self, name, at, text):
        self.version[name] += 1
        document = {"uri": self.uri(name), "version": self.version[name]}
        change = {"range": {"start": at, "end": at}, "text": text}
        self.send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def type(self, name, word):
        """For each key, how long until there are diagnostics, and until a hover is answered meanwhile."""
        place, target = place_of(self.folder / name, word), place_of(self.folder / name, ALL_VIEWER)
        checks, hovers = [], []
        for key in range(KEYS):
            start, answered = time.perf_counter(), []
            self.insert(name, {**place, "character": place["character"] + key}, "x")
            self.number += 1
            here = {"textDocument": {"uri": self.uri(name)}, "position": target}
            self.send("textDocument/hover", here, id=self.number)

            def note(message):
                if message.get("id") == self.number:
                    answered.append(time.perf_counter())
                return bool(answered) and message.get("id") == self.number

            checks.append(self.published(name, note) - start)
            if not answered:
                answered.append(self.until(lambda message: message.get("id") == self.number))
            hovers.append(answered[0] - start)
        return checks, hovers

    def resident(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


def place_of(path, word):
    text = path.read_text(encoding="utf-8")
    before = text[: text.index(word) + 1]
    return {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}


def edge(origin):
    """A template with a distribution in front of an API."""
    behavior = {"TargetOriginId": "api", "ViewerProtocolPolicy": "https-only", "CachePolicyId": CACHING_DISABLED}
    distribution = {
        "Enabled": True,
        "Origins": [{"Id": "api", "DomainName": origin, "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}}],
        "DefaultCacheBehavior": {**behavior, "OriginRequestPolicyId": ALL_VIEWER},
    }
    return {
        "Description": "typed here",
        "Resources": {
            "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "api", "ProtocolType": "HTTP"}},
            "Edge": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": distribution}},
        },
    }


def sized(size, write):
    """A template of so many bytes, with topics as its bulk."""
    template = edge({"Fn::Sub": "${Api}.execute-api.${AWS::Region}.amazonaws.com"})
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::Sub": "topic of ${AWS::StackName}"}}}
    each = len(write({"Topic1000": topic, "Topic1001": topic})) - len(write({"Topic1000": topic}))
    missing = size - len(write(template))
    template["Resources"].update({f"Topic{number}": topic for number in range(max(0, missing // (each + 2)))})
    return write(template)


class Plain(yaml.SafeDumper):
    """Writes what occurs twice twice, as people do."""

    def ignore_aliases(self, data):
        return True


def as_yaml(value):
    return yaml.dump(value, Dumper=Plain, sort_keys=False)


def as_json(value):
    return json.dumps(value, indent=2)


def linked(folder, count):
    """Stacks inside of one, and others that import from each other."""
    (folder / ".git").mkdir()
    inner = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Arn": {"Value": {"Ref": "Topic"}}}}
    outer = edge({"Fn::GetAtt": ["Inner0", "Outputs.Arn"]})
    for number in range(count):
        (folder / f"inner{number}.yaml").write_text(as_yaml(inner), encoding="utf-8")
        nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"inner{number}.yaml"}}
        outer["Resources"][f"Inner{number}"] = nested
        importing = edge({"Fn::ImportValue": f"name{number + 1}"})
        importing["Outputs"] = {"Name": {"Value": {"Fn::GetAtt": ["Edge", "DomainName"]}, "Export": {"Name": f"name{number}"}}}
        (folder / f"importing{number}.yaml").write_text(as_yaml(importing), encoding="utf-8")
    (folder / "outer.yaml").write_text(as_yaml(outer), encoding="utf-8")


def times(seconds):
    return f"{1000 * statistics.median(seconds):.1f} ms | {1000 * max(seconds):.1f} ms"


def row(name, server, opened, typed):
    checks, hovers = typed
    resident = server.resident() / 1024
    print(f"| {name} | {1000 * opened:.1f} ms | {times(checks)} | {times(hovers)} | {resident:.0f} MB |", flush=True)


def measured(program, name, file, fill):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder).resolve()
        fill(folder)
        server = Server(program, folder)
        opened = server.open(file)
        row(name, server, opened, server.type(file, "typed here"))
        server.close()


def memory(program, edits):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder).resolve()
        (folder / "edge.yaml").write_text(sized(10_000, as_yaml), encoding="utf-8")
        server, resident = Server(program, folder), {}
        server.open("edge.yaml")
        place = place_of(folder / "edge.yaml", "typed here")
        for edit in range(1, edits + 1):
            if edit % 2:
                server.insert("edge.yaml", place, "x")
            else:
                server.version["edge.yaml"] += 1
                document = {"uri": server.uri("edge.yaml"), "version": server.version["edge.yaml"]}
                after = {**place, "character": place["character"] + 1}
                change = {"range": {"start": place, "end": after}, "text": ""}
                server.send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
            server.published("edge.yaml")
            resident[edit] = server.resident() / 1024
        server.close()
    first = min(1_000, edits)
    growth = resident[edits] / resident[first]
    print(f"\nMemory after {first:,} edits: {resident[first]:.1f} MB, after {edits:,}: {resident[edits]:.1f} MB, {growth:.2f} times.")
    return growth


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda path: str(Path(path).resolve()))
    parser.add_argument("--edits", type=int, default=10_000)
    args = parser.parse_args()
    print("| document | opened | key to diagnostics, median | max | hover meanwhile, median | max | memory |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for size, label in ((10_000, "10 KB"), (1_000_000, "1 MB")):
        for ending, write in (("yaml", as_yaml), ("json", as_json)):
            text = sized(size, write)
            fill = lambda folder: (folder / f"edge.{ending}").write_text(text, encoding="utf-8")
            measured(args.program, f"{label} {ending.upper()}", f"edge.{ending}", fill)
    measured(args.program, "200 nested stacks", "outer.yaml", lambda folder: linked(folder, 200))
    measured(args.program, "one of 200 stacks that import", "importing0.yaml", lambda folder: linked(folder, 200))
    if memory(args.program, args.edits) > 1.1:
        raise SystemExit("the memory grows")


if __name__ == "__main__":
    main()

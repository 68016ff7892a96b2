"""Runs a composite action the way the runner of GitHub does, as far as our action needs it. What it does not know fails.

https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax
https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
"""

import re
import subprocess
from dataclasses import dataclass, field

import yaml

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
COMPARISON = re.compile(r"(.+?)\s*(==|!=)\s*(.+)")
ANNOTATIONS = ("error", "warning", "notice")
COMMANDS = (*ANNOTATIONS, "add-mask", "set-output", "stop-commands", "debug", "group", "endgroup")
FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
# Commands of the old syntax are found anywhere in a line.
NEW_COMMAND = re.compile(r"\s*::([\w-]+)( [^:]*)?::(.*)")
OLD_COMMAND = re.compile(r"##\[([a-z-]+)( [^\]]*)?\](.*)")
ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


@dataclass
class Command:
    """A command that a program gave the runner, such as an annotation."""

    name: str
    properties: dict
    text: str


@dataclass
class Result:
    """What came of a run of the action."""

    log: str = ""
    exit_code: int = 0
    outputs: dict = field(default_factory=dict)
    summary: str = ""
    uses: list = field(default_factory=list)
    commands: list = field(default_factory=list)

    @property
    def annotations(self):
        return [command for command in self.commands if command.name in ANNOTATIONS]


def commands(log):
    """The commands in a log."""
    token = None
    for line in log.splitlines():
        new = NEW_COMMAND.fullmatch(line)
        if token is not None:
            if new and new[1] == token:
                token = None
            continue
        is_new = new and new[1] in COMMANDS
        found = new if is_new else OLD_COMMAND.search(line)
        if not found or found[1] not in COMMANDS:
            continue
        if found[1] == "stop-commands":
            token = found[3]
            continue
        pairs = (pair.partition("=") for pair in (found[2] or "").strip().split("," if is_new else ";") if pair)
        yield Command(found[1], {name: unescaped(value) for name, _, value in pairs}, unescaped(found[3]))
    assert token is None, "the commands stay stopped"


def unescaped(text):
    return re.sub("|".join(ESCAPES), lambda escape: ESCAPES[escape[0]], text)


def pairs(file):
    """The variables in a file such as the one for outputs; not those of several lines, which our action does not set."""
    lines = file.read_text(encoding="utf-8").splitlines()
    assert all("=" in line and "<<" not in line for line in lines), lines
    return dict(line.split("=", 1) for line in lines)


class Action:
    """A composite action in a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.metadata = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
        assert self.metadata["runs"]["using"] == "composite"

    def run(self, inputs, workspace, temp, environment):
        """Runs all steps, in a workspace and with a folder for what is temporary."""
        assert inputs.keys() <= self.metadata["inputs"].keys(), inputs
        given = {name: declared.get("default", "") for name, declared in self.metadata["inputs"].items()}
        steps = self.metadata["runs"]["steps"]
        contexts = {"inputs": {**given, **inputs}, "steps": {step["id"]: {} for step in steps if "id" in step}}
        result = Result()
        for number, step in enumerate(steps):
            # Without a function in it, a condition holds only as long as nothing failed.
            if result.exit_code != 0 or not truth(step.get("if", "true"), contexts):
                continue
            if "uses" in step:
                result.uses.append((step["uses"], filled(step.get("with", {}), contexts)))
                continue
            outputs = self.run_step(step, contexts, result, workspace, temp, temp / f"commands-{number}", environment)
            if "id" in step:
                contexts["steps"][step["id"]] = outputs
        declared = self.metadata["outputs"].items()
        result.outputs = {name: fill(output["value"], contexts) for name, output in declared}
        return result

    def run_step(self, step, contexts, result, workspace, temp, own, environment):
        assert step["shell"] == "bash", "a shell that this runner does not know"
        own.mkdir(parents=True)
        files = {name: own / name.lower() for name in FILES}
        for file in files.values():
            file.touch()
        script = own / "script.sh"
        script.write_text(fill(step["run"], contexts), encoding="utf-8")
        env = {
            **environment,
            **{name: str(file) for name, file in files.items()},
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.folder),
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_TEMP": str(temp),
            "RUNNER_OS": "Linux",
            **filled(step.get("env", {}), contexts),
        }
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8"}
        ran = subprocess.run(bash, cwd=workspace, env=env, **streams)
        result.log += ran.stdout
        result.exit_code = ran.returncode
        result.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        said = list(commands(ran.stdout))
        result.commands += said
        assert not pairs(files["GITHUB_ENV"]) and not files["GITHUB_PATH"].read_text(), "later steps of the job are changed"
        # A file overrides what the log says.
        spoken = {command.properties["name"]: command.text for command in said if command.name == "set-output"}
        return {**spoken, **pairs(files["GITHUB_OUTPUT"])}


def value(expression, contexts):
    first, _, other = expression.partition("||")
    if other:
        return value(first, contexts) or value(other, contexts)
    expression = expression.strip()
    if literal := re.fullmatch("'([^']*)'", expression):
        return literal[1]
    if name := re.fullmatch(r"inputs\.([\w-]+)", expression):
        return contexts["inputs"][name[1]]
    output = re.fullmatch(r"steps\.([\w-]+)\.outputs\.([\w-]+)", expression)
    assert output, f"`{expression}` is an expression that this runner does not know"
    # What a step has not said is empty; a step that is not there is a mistake.
    return contexts["steps"][output[1]].get(output[2], "")


def fill(template, contexts):
    """A text with the values of its expressions. What comes out is not looked at again."""
    return EXPRESSION.sub(lambda expression: value(expression[1], contexts), str(template))


def filled(mapping, contexts):
    return {name: fill(template, contexts) for name, template in mapping.items()}


def truth(condition, contexts):
    whole = EXPRESSION.fullmatch(condition.strip())
    condition = (whole[1] if whole else condition).strip()
    if condition == "true":
        return True
    comparison = COMPARISON.fullmatch(condition)
    assert comparison, f"`{condition}` is a condition that this runner does not know"
    # Texts are compared without regard to case.
    left, right = (value(side, contexts).lower() for side in (comparison[1], comparison[3]))
    return (left == right) == (comparison[2] == "==")

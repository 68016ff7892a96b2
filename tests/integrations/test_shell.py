"""The completions and the pages of the manual, used by shells and by groff."""

import shutil
import subprocess

import pytest

COMPLETE = """
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_cflint "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""

COMMANDS = ["check", "trace", "map", "explain", "rules", "config", "init", "completions", "man"]


def program(name):
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return name


def run(*command, **more):
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", **more)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    return ran.stdout


def script(cflint, shell, folder):
    written = cflint("completions", shell)
    assert (written.returncode, written.stderr) == (0, "")
    path = folder / f"cflint.{shell}"
    path.write_text(written.stdout, encoding="utf-8")
    return path


@pytest.fixture
def complete(cflint, tmp_path):
    """What bash offers for the last of some words."""
    path = script(cflint, "bash", tmp_path)

    def complete(*words):
        bash = [program("bash"), "--noprofile", "--norc", "-c", COMPLETE, "bash", str(path), *words]
        return run(*bash).split()

    return complete


def test_bash_completes_commands(complete):
    assert complete("cflint", "ch") == ["check"]
    assert set(COMMANDS) < set(complete("cflint", ""))


def test_bash_completes_options_of_a_command(complete):
    assert complete("cflint", "check", "--no-c") == ["--no-config"]
    assert complete("cflint", "trace", "--dist") == ["--distribution"]


def test_bash_completes_values(complete):
    assert complete("cflint", "check", "--min-confidence", "") == ["possible", "likely", "certain"]
    assert complete("cflint", "check", "--select", "host-h") == ["host-header-forwarded"]
    assert complete("cflint", "explain", "host-h") == ["host-header-forwarded"]
    assert complete("cflint", "completions", "f") == ["fish"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_read_without_complaint(cflint, tmp_path, shell):
    path = script(cflint, shell, tmp_path)
    run(program(shell), "-n", str(path))


def test_fish_completes(cflint, tmp_path):
    path = script(cflint, "fish", tmp_path)
    words = "cflint check --select host-h"
    offered = run(program("fish"), "--no-config", "-c", f"source {path}; complete -C '{words}'")
    assert offered.split() == ["host-header-forwarded"]


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_groff_has_no_complaint_about_a_page(cflint, command):
    page = cflint("man", *([command] if command else []))
    assert (page.returncode, page.stderr) == (0, "")
    groff = [program("groff"), "-man", "-Tutf8", "-ww"]
    assert run(*groff, "-z", input=page.stdout) == ""
    title = f"cflint-{command}(1)" if command else "cflint(1)"
    assert title in run(*groff, "-P-cbou", input=page.stdout)

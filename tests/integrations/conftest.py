"""What the tests of the integrations share: the wheel, and the program that it installs.

What takes long is made once, by whichever process of a run comes to it first.
"""

import os
import shutil
import subprocess
import sys
import time
import tomllib
import venv
from pathlib import Path

import pytest
from editor import session  # noqa: F401
from filelock import FileLock
from page import snippets

ROOT = Path(__file__).resolve().parents[2]

AUTHOR = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "cflint"), ("EMAIL", "cflint@example.com"))
}


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return ROOT


@pytest.fixture
def snippet(root, request):
    """The snippet of docs/integrations.md that the test is named after."""
    name = request.function.__name__.removeprefix("test_").replace("_", "-")
    [text] = [text for found, _, text in snippets(root) if found == name]
    return text


@pytest.fixture(scope="session")
def version():
    """The version of the workspace."""
    return tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]["version"]


@pytest.fixture(scope="session")
def target():
    """Where cargo builds: what is compiled already is not compiled again."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()


@pytest.fixture(scope="session")
def once(tmp_path_factory, worker_id):
    """Gives a folder that all processes share, and that the first of them fills."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def once(name, fill):
        folder, unfinished = shared / name, shared / f"{name}.unfinished"
        with FileLock(shared / f"{name}.lock"):
            if not folder.exists():
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                fill(unfinished)
                unfinished.rename(folder)
        return folder

    return once


@pytest.fixture(scope="session")
def wheels(once, target):
    """A folder with the wheel, built from the source distribution as an installer without a wheel would."""

    def build(folder):
        maturin = [sys.executable, "-m", "maturin", "build", "--sdist", "--profile", "dev", "--out", str(folder)]
        # Files of the archive are otherwise from 2006, and cargo takes what it has built before to be newer than any change.
        fresh = {"CARGO_TARGET_DIR": str(target), "SOURCE_DATE_EPOCH": str(int(time.time()))}
        subprocess.run(maturin, cwd=ROOT, env={**os.environ, **fresh}, check=True)

    return once("wheels", build)


@pytest.fixture(scope="session")
def environment(tmp_path_factory, wheels):
    """The folder with the programs of a fresh virtual environment that has the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [programs / "python", "-m", "pip", "install", "--quiet", "--no-index", "--find-links", wheels, "cflint"]
    subprocess.run(pip, check=True)
    return programs


@pytest.fixture(scope="session")
def cflint(environment):
    """Runs the installed program, and nothing in the environment of the tests changes what it does."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT") if name in os.environ}

    def run(*args, cwd=ROOT, env=None):
        command = [environment / "cflint", *map(str, args)]
        return subprocess.run(command, cwd=cwd, env={**keep, **(env or {})}, capture_output=True, encoding="utf-8")

    return run


@pytest.fixture(scope="session")
def variables(once, target):
    """The environment: an empty cache, and what is compiled already is not compiled again."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "SKIP"))},
        **AUTHOR,
        "PRE_COMMIT_HOME": str(once("cache", lambda folder: None)),
        "PRE_COMMIT_COLOR": "never",
        "CARGO_TARGET_DIR": str(target),
        "CARGO_INCREMENTAL": "0",
        "MATURIN_PEP517_ARGS": "--profile dev",
    }


@pytest.fixture(scope="session")
def git(variables):
    def git(folder, *args):
        command = ["git", "-c", "commit.gpgsign=false", *args]
        ran = subprocess.run(command, cwd=folder, env=variables, check=True, capture_output=True, encoding="utf-8")
        return ran.stdout

    return git


@pytest.fixture(scope="session")
def release(once, root, git, version):
    """A repository with one commit, tagged as a release: the files as they are now."""

    def commit(folder):
        for name in git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
            if name and (root / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, folder / name)
        git(folder, "init", "--quiet")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--no-verify", "--message", "release")
        git(folder, "tag", f"v{version}")

    return once("release", commit)


@pytest.fixture(scope="session")
def address():
    """Where users get cflint from."""
    return "https://github.com/cflint/cflint"


@pytest.fixture
def published(project, release, address):
    """A scratch repository in which the address of the project points to the release."""
    redirected = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{release.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": address,
    }
    project.variables = {**project.variables, **redirected}
    return project


class Project:
    """A scratch repository."""

    def __init__(self, folder, git, variables):
        self.folder, self.git, self.variables = folder, git, variables
        git(folder, "init", "--quiet")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def text(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def add(self, files):
        for name, text in files.items():
            self.write(name, text)
        self.git(self.folder, "add", "--all")

    def commit(self, files):
        self.add(files)
        self.git(self.folder, "commit", "--quiet", "--no-verify", "--message", "before")

    def pre_commit(self, *args):
        command = [sys.executable, "-m", "pre_commit", *args]
        ran = subprocess.run(command, cwd=self.folder, env=self.variables, capture_output=True, encoding="utf-8")
        # What is said while the environment is made.
        lines = [line for line in ran.stdout.splitlines() if not line.startswith("[INFO]")]
        return ran.returncode, "\n".join(lines)


@pytest.fixture
def project(tmp_path, git, variables):
    return Project(tmp_path, git, variables)

"""What the tests of the integrations share: the wheel, and the program that it installs."""

import os
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def target():
    """Where cargo builds: what is compiled already is not compiled again."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()


@pytest.fixture(scope="session")
def wheels(tmp_path_factory, target):
    """A folder with the wheel, built from the source distribution as an installer without a wheel would."""
    folder = tmp_path_factory.mktemp("wheels")
    maturin = [sys.executable, "-m", "maturin", "build", "--sdist", "--profile", "dev", "--out", str(folder)]
    # Files of the archive are otherwise from 2006, and cargo takes what it has built before to be newer than any change.
    fresh = {"CARGO_TARGET_DIR": str(target), "SOURCE_DATE_EPOCH": str(int(time.time()))}
    subprocess.run(maturin, cwd=ROOT, env={**os.environ, **fresh}, check=True)
    return folder


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

"""Help, version and what importing costs."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer

import standstill
from standstill.cli import app

HEAVY = ("altair", "h5py", "numba", "scipy", "vl_convert")
COMMANDS = typer.main.get_command(app).commands
VERBS = [
    "run", "assess", "check", "claims", "scenarios", "new", "compare", "report", "talks", "terms", "backtest", "decide",
    "convert",
    "credit",
]  # fmt: skip


def heavy_after(program: str) -> list[str]:
    """Return the heavy libraries that a program imports."""
    show = f"import sys; print(*({set(HEAVY)!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", f"{program}\n{show}"], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1].split()


def test_every_verb_is_a_command():
    assert list(COMMANDS) == VERBS


@pytest.mark.parametrize("name", VERBS)
def test_every_command_and_option_is_explained(name):
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        assert parameter.help, parameter.name


@pytest.mark.parametrize("name", VERBS)
def test_help_shows_each_option(call, name):
    done = call(name, "--help")
    assert done.code == 0
    assert done.err == ""
    for parameter in COMMANDS[name].params:
        assert max(parameter.opts, key=len).lstrip("-").lower() in done.out.lower() or parameter.metavar in done.out


@pytest.mark.parametrize("name", VERBS)
def test_command_help_imports_nothing_heavy(name):
    program = f"""
from standstill.cli import main
import sys
sys.argv = ["standstill", {name!r}, "--help"]
try:
    main()
except SystemExit:
    pass
"""
    assert heavy_after(program) == []


def test_importing_the_package_imports_nothing_heavy():
    used = "import standstill; dir(standstill); standstill.Estimate; standstill.StandstillError"
    assert heavy_after(f"{used}; assert 'pydantic' not in sys.modules".replace("import ", "import sys, ", 1)) == []


def test_version(call):
    assert call("--version").out == f"standstill {standstill.__version__}\n"


def test_no_command_shows_the_help(call):
    assert "Commands:" in (done := call()).out + done.err


def test_module_runs_as_a_program():
    done = subprocess.run([sys.executable, "-m", "standstill", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("standstill ")

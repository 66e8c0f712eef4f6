"""A small scenario, and ways to call the command line: in this process, or as a user would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from standstill.cli import main
from tests.cases.small import copy_small

HARBOUR = Path(__file__).parents[1] / "talks" / "harbour"
OUTCOMES = """\
[[outcome]]
side = "North"
measure = "eue"
value = "20 GWh"
date = 2025-01-10
speaker = "operator"
via = ["paper"]

[[outcome]]
side = "North"
measure = "eue"
month = "2024-11"
value = "10 to 15 GWh"
date = 2025-01-10
note = "a test"

[[outcome]]
side = "South"
arm = "standstill"
measure = "getting_through"
value = "100 %"
date = 2025-01-10
note = "a test"
"""


@dataclass(frozen=True, slots=True)
class Called:
    """What a call of the command line left."""

    code: int
    out: str
    err: str


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a small scenario of two sides, in a folder of its own."""
    return copy_small(tmp_path / "scenarios")


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """Return the invented scenario of three parties in a folder of its own."""
    return shutil.copytree(HARBOUR, tmp_path / "harbour") / "harbour.toml"


@pytest.fixture
def outcomes(tmp_path: Path) -> Path:
    """Return a file of what was observed later, of the small scenario."""
    path = tmp_path / "outcomes.toml"
    path.write_text(OUTCOMES, encoding="utf-8")
    return path


@pytest.fixture
def quiet(small: Path) -> Path:
    """Return the small scenario without waves."""
    text = re.sub(r'rate = \{ value = "[^"]*"', 'rate = { value = "0 per month"', small.read_text(encoding="utf-8"))
    small.write_text(text, encoding="utf-8")
    return small


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Called]:
    """Return a function that calls the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Called:
        monkeypatch.setattr(sys, "argv", ["standstill", *(str(argument) for argument in arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main()
        shown = capsys.readouterr()
        return Called(stopped.value.code or 0, shown.out, shown.err)

    return call


@pytest.fixture
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out charts and pages, which take seconds, where a test is not about them."""

    def write_report(_: object, folder: Path) -> Path:
        (folder / "report.html").write_text("a page")
        return folder / "report.html"

    monkeypatch.setattr(import_module("standstill.report"), "write_report", write_report)


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Return a function that starts the command line in a process of its own, perhaps in a group of its own."""

    def start(*arguments: object, group: bool = False, **env: str) -> subprocess.Popen[str]:
        # a shell that starts a job in the background may have told it to ignore interrupts
        program = (
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
            "from standstill.cli import main; main()"
        )
        return subprocess.Popen(
            [sys.executable, "-c", program, *(str(argument) for argument in arguments)],
            cwd=tmp_path,
            env=os.environ | env,
            start_new_session=group,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start

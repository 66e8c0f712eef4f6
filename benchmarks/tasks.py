"""Whole tasks as a user has them, from record to answer: exact indices, a precision, a capacity credit, a first run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import standstill
from tests.cases.rts79 import rts79, rts79_with_battery

PRECISION = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task."""

    name: str
    seconds: float
    """Median over the runs."""
    cpu_s: float | None
    """Processor time of the median run, all threads together; none for another process."""
    runs: int
    gives: str
    """The answer, in words."""
    limit_s: float | None = None
    """Most time asked for."""
    beside: str = ""
    """What else there is to say."""


def tasks(runs: int = 5, samples: int = 10_000) -> tuple[Task, ...]:
    """Time every task of this process, on one thread."""
    return (
        _timed("RTS-79 exactly, by convolution: LOLE, EUE, NEUE, events", _exactly, runs, limit_s=0.2),
        _timed(
            f"RTS-79 with a battery of 200 MW and 800 MWh: EUE to a standard error of {PRECISION:.1%}", _precisely,
            runs, limit_s=3.0,
        ),
        _timed(f"RTS-79: {samples:,} samples, with every index", lambda: _sampled(samples, False), runs),
        _timed("the same, and LOLE and EUE of every hour", lambda: _sampled(samples, True), runs),
        _timed(f"EFC of that battery in the RTS-79, {samples:,} samples", lambda: _credit(samples), runs),
        _timed("EFC of a unit of 400 MW in the RTS-79, by convolution", _exact_credit, runs),
    )  # fmt: skip


def _exactly() -> tuple[str, str]:
    found = standstill.assess(rts79(), method="convolution")
    return f"LOLE {found.lole.value:.7f} h, EUE {found.eue.value:.5f} MWh", ""


def _precisely() -> tuple[str, str]:
    found = standstill.assess(rts79_with_battery(), precision=PRECISION, at_most=10_000_000, workers=1)
    record, eue = found.precision, found.eue
    gives = f"EUE {eue.value:.2f} ± {eue.se:.2f} {eue.unit}"
    if record is None or record.factor is None:
        return gives, ""
    plain = record.seconds * record.factor
    return gives, f"whole winters would take about {plain:.0f} s, {record.factor:.0f} times as long"


def _sampled(samples: int, by_period: bool) -> tuple[str, str]:
    found = standstill.assess(rts79(), samples=samples, by_period=by_period, workers=1)
    return f"EUE {found.eue.value:.0f} ± {found.eue.se:.0f} {found.eue.unit}", ""


def _credit(samples: int) -> tuple[str, str]:
    found = standstill.credit(rts79_with_battery(), ["battery"], samples=samples, workers=1)
    return _credit_words(found), ""


def _exact_credit() -> tuple[str, str]:
    name = next(name for name in rts79().generators.names if " 400 MW " in name)
    return _credit_words(standstill.credit(rts79(), [name], method="convolution")), ""


def _credit_words(found: Any) -> str:
    error = f" ± {found.credit.se:.1f}" if found.credit.se > 0.0 else ""
    return f"EFC {found.credit.value:.1f}{error} {found.credit.unit}"


def _timed(name: str, work: Callable[[], tuple[str, str]], runs: int, limit_s: float | None = None) -> Task:
    """Time some runs of a task after one that is not counted, which reads compiled code."""
    work()
    took = []
    for _ in range(runs):
        began, cpu = time.perf_counter(), time.process_time()
        gives, beside = work()
        took.append((time.perf_counter() - began, time.process_time() - cpu))
    seconds = median(wall for wall, _ in took)
    cpu_s = min(took, key=lambda times: abs(times[0] - seconds))[1]
    return Task(name=name, seconds=seconds, cpu_s=cpu_s, runs=runs, gives=gives, limit_s=limit_s, beside=beside)


def first_runs() -> tuple[Task, ...]:
    """Time ``standstill run`` with its defaults: first with nothing compiled, then again."""
    with tempfile.TemporaryDirectory() as folder:
        cache = os.environ | {"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder}

        def took(out: str) -> tuple[float, str]:
            command = [sys.executable, "-m", "standstill", "run", "winter-2024", "--out", str(Path(folder) / out)]
            began = time.perf_counter()
            done = subprocess.run(command, env=cache, capture_output=True, text=True, check=True)
            seconds = time.perf_counter() - began
            return seconds, next((line for line in done.stderr.splitlines() if " winters " in line), "")

        return tuple(
            Task(name=name, seconds=seconds, cpu_s=None, runs=1, gives=gives, limit_s=limit_s)
            for name, limit_s, (seconds, gives) in (
                ("the first `standstill run winter-2024`, nothing compiled yet", 45.0, took("first")),
                ("the second", None, took("second")),
            )
        )

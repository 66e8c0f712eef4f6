"""``python -m benchmarks``: runs every benchmark and writes docs/benchmarks.md, beside what others measured."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks import growth, peers, scaling, systems, tasks, timing
from benchmarks.busy import busy
from benchmarks.found import Found
from benchmarks.machine import this_machine
from benchmarks.page import page, write
from benchmarks.registry import SPECS
from benchmarks.timing import Timing

DOCS = Path(__file__).parents[1] / "docs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is run."""

    most_samples: int | None = None
    """Most samples of one benchmark."""
    samples: int = 4096
    """Samples of the RTS-79 at each size."""
    factors: tuple[int, ...] = growth.FACTORS
    repeats: int = 3
    task_samples: int = 10_000
    task_runs: int = 5
    first_runs: bool = True
    thread_samples: int = 65_536
    memory_samples: tuple[int, ...] = (10_000, 30_000, 100_000)
    cluster_samples: int = 16_384


FULL = Effort()
QUICK = Effort(
    most_samples=512, samples=256, factors=(1, 2), repeats=1, task_samples=512, task_runs=1, first_runs=False,
    thread_samples=2048, memory_samples=(256, 1024), cluster_samples=1024,
)  # fmt: skip


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help=f"some of: {', '.join(spec.name for spec in SPECS)}")
    parser.add_argument("--data", metavar="DIR", help="folder of rts.pras and toymodel.pras")
    parser.add_argument("--assetra", metavar="PYTHON", help="a Python that has assetra")
    parser.add_argument("--quick", action="store_true", help="few samples of everything: tries it, measures nothing")
    parser.add_argument(
        "--out", metavar="DIR", help="write the page here; docs by default if all is measured, - prints it instead"
    )
    parser.add_argument("--json", metavar="FILE", help="also write what was measured")
    chosen = parser.parse_args(given)
    unknown = sorted(set(chosen.only) - {spec.name for spec in SPECS})
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    return chosen


def main() -> None:
    """Measure, then write or print the page."""
    asked = arguments()
    if asked.data:
        os.environ[systems.DATA] = asked.data
    found = measure(asked)
    if asked.json:
        Path(asked.json).write_text(json.dumps(asdict(found), indent=2) + "\n", encoding="utf-8")
    folder = folder_for(asked)
    if folder is None:
        print(page(found), end="")
    else:
        print(write(found, folder))


def folder_for(asked: argparse.Namespace) -> Path | None:
    """Return the folder for the page, or none if it is to be printed: docs takes only what is whole and measured."""
    if asked.out is not None:
        return None if asked.out == "-" else Path(asked.out)
    return None if asked.quick or asked.only else DOCS


def measure(asked: argparse.Namespace) -> Found:
    """Run what was asked for."""
    began, effort = time.perf_counter(), QUICK if asked.quick else FULL
    machine = this_machine()
    say("calibration")
    calibration = timing.calibration()
    timings, missing = speeds(asked.only, effort)
    more = {} if asked.only else everything_else(asked.assetra, effort)
    return Found(
        machine=machine, date=dt.datetime.now(dt.UTC).date().isoformat(), is_quick=asked.quick,
        calibration=calibration, timings=timings, missing=missing, seconds=time.perf_counter() - began, **more,
    )  # fmt: skip


def speeds(only: Sequence[str], effort: Effort) -> tuple[tuple[Timing, ...], tuple[str, ...]]:
    """Return the times of benchmarks, and the names of those whose data file is not there."""
    timings, missing = [], []
    for spec in SPECS:
        if only and spec.name not in only:
            continue
        say(spec.name)
        try:
            timings.append(timing.run(spec, min(spec.samples, effort.most_samples or spec.samples)))
        except systems.Missing as note:
            say(f"  left out: {note}")
            missing.append(spec.name)
    return tuple(timings), tuple(missing)


def everything_else(assetra: str | None, effort: Effort) -> dict[str, object]:
    """Return what is measured beside the benchmarks, by its name in ``Found``."""
    say("how busy the synthetic network is")
    found: dict[str, object] = {"network": busy(systems.synthetic().side.system)}
    say("others on the RTS-79")
    found["peers"] = (peers.numpy_rts79(), peers.assetra_rts79(assetra))
    say("whole tasks")
    timed = tasks.tasks(effort.task_runs, effort.task_samples)
    found["tasks"] = timed + (tasks.first_runs() if effort.first_runs else ())
    slopes = []
    for item in growth.slopes(effort.samples, effort.repeats, effort.factors):
        say(f"time against {item.against}: slope {item.slope:.2f}")
        slopes.append(item)
    found["slopes"] = tuple(slopes)
    say("threads")
    found["threads"] = growth.threads(effort.thread_samples, effort.repeats)
    say("memory")
    found["memory"] = scaling.memory(effort.memory_samples)
    if find_spec("distributed") is not None:
        say("cluster")
        found["cluster"] = scaling.speedup(effort.cluster_samples, repeats=effort.repeats)
    return found


def say(text: str) -> None:
    """Say what is going on."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

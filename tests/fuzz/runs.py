"""Many cases: in processes with a limit of memory, and through the command line as a user would."""

from __future__ import annotations

import faulthandler
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.fuzz.cases import LIMIT_S, Case, judge, spoilt_case
from tests.fuzz.sources import Source, good_sources

__all__ = ["BY_COMMAND_LINE", "by_command_line", "in_processes", "work"]

MEMORY_BYTES = 2 * 2**30
"""Most memory a check may take."""
BY_COMMAND_LINE = 50
"""Cases of a long run that the command line is given as well."""
_AT_A_TIME = 1000  # cases in one process
_DEAD_S = 4 * LIMIT_S  # what no alarm ends, as it is not in Python, ends its process

Row = dict[str, Any]


def in_processes(first: int, count: int, seed: int) -> Iterator[Row]:
    """Yield what came of each case; one that ends its process is a defect, and the next goes on in another."""
    number, end = first, first + count
    while number < end:
        many = min(_AT_A_TIME, end - number)
        words = [str(many), "--first", str(number), "--seed", str(seed), "--worker"]
        done = subprocess.run([sys.executable, "-m", "tests.fuzz", *words], capture_output=True, text=True, check=False)
        rows = [json.loads(line) for line in done.stdout.splitlines() if line.endswith("}")]
        finished = {row["number"] for row in rows if "seconds" in row}
        yield from (row for row in rows if "seconds" in row)
        begun = next((row for row in rows if row["number"] not in finished), None)
        if begun is None and len(finished) < many:
            raise RuntimeError(f"the process from case {number} on ended: {done.stderr[-3000:]}")
        if begun is not None:
            why = f"ended its process with {done.returncode}: {done.stderr[-1500:]}"
            yield begun | {"refused": False, "seconds": 0.0, "memory_mb": 0.0, "defect": why}
        number = number + many if begun is None else begun["number"] + 1
        print(f"{number - first} of {count}", file=sys.stderr, flush=True)


def work(first: int, count: int, seed: int) -> None:
    """Judge cases in this process, with a limit of memory, and print a line before and after each."""
    warnings.simplefilter("error")
    faulthandler.enable()
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "good").mkdir()
        sources = good_sources(Path(scratch) / "good")
        _take_all(sources, Path(scratch))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        for number in range(first, first + count):
            case = spoilt_case(sources, number, seed)
            row: Row = {"number": number, "format": case.format, "spoilt": case.spoilt}
            print(json.dumps(row), flush=True)
            faulthandler.dump_traceback_later(_DEAD_S, exit=True)
            with tempfile.TemporaryDirectory(dir=scratch) as folder:
                found = judge(case, Path(folder))
            faulthandler.cancel_dump_traceback_later()
            memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            row |= {"refused": found.is_refused, "seconds": found.seconds, "memory_mb": memory_mb}
            print(json.dumps(row | {"defect": found.defect}), flush=True)


def _take_all(sources: Iterable[Source], scratch: Path) -> None:
    """Check every good input: what is imported or compiled once is no part of a case, and none may be refused."""
    for number, source in enumerate(sources):
        folder = scratch / f"good-{number}"
        folder.mkdir()
        whole = Case(number=number, format=source.format, files=source.files, main=source.main, spoilt=())
        found = judge(whole, folder)
        if found.is_refused or found.defect:
            raise RuntimeError(f"a good input of {source.format} is not taken: {found.defect}")


def by_command_line(sources: Sequence[Source], numbers: Iterable[int], seed: int = 1) -> Iterator[Row]:
    """Check cases as a user would: the exit code must be 0 or 2, with no word of a traceback or a defect."""
    for number in numbers:
        case = spoilt_case(sources, number, seed)
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "standstill", "check", str(case.write(Path(folder)))]
            began = time.perf_counter()
            try:
                done = subprocess.run(command, capture_output=True, timeout=60, check=False)
                code, said = done.returncode, done.stderr.decode("utf-8", errors="replace")
            except subprocess.TimeoutExpired:
                code, said = -1, "it did not end within a minute"
        is_fine = code in (0, 2) and "Traceback" not in said and "defect" not in said
        yield {
            "number": number, "format": case.format, "spoilt": case.spoilt, "refused": code == 2,
            "seconds": time.perf_counter() - began,
            "defect": "" if is_fine else f"by the command line: exit code {code}: {said[-1500:]}",
        }  # fmt: skip

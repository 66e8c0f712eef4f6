"""How memory grows with samples, and how much faster more workers of a cluster are."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import systems
from benchmarks.timing import pack, timed
from standstill.engine.block import BLOCK
from standstill.engine.drivers.blocks import Backend, run_blocks

MOST_MEMORY = 1.3
LEAST_SPEEDUP = 1.8
"""Of two workers against one, on two free processors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speedup:
    """Time against worker processes of a cluster on this machine."""

    workers: tuple[int, ...]
    seconds: tuple[float, ...]
    threads_s: float
    """What one thread of this process takes, s."""
    load: float
    """How many processes wanted a processor in the minute before."""
    samples: int = 0
    runs: int = 0

    @property
    def speedups(self) -> tuple[float, ...]:
        """How many times faster than with the first number of workers."""
        return tuple(self.seconds[0] / took for took in self.seconds)


def speedup(samples: int = 16_384, workers: tuple[int, ...] = (1, 2), repeats: int = 3) -> Speedup:
    """Return how long the first side of the built-in winter takes, by workers; rounds by turns, the median of each."""
    from standstill.engine.drivers import backend

    packed = pack(systems.first_side())
    load = os.getloadavg()[0]

    def took(where: Backend, count: int) -> float:
        return timed(lambda: run_blocks([packed], 1, count, backend=where))[0]

    with ExitStack() as stack:
        places = [stack.enter_context(backend(1)), *(stack.enter_context(backend(1, f"local:{n}")) for n in workers)]
        for where in places:
            took(where, BLOCK * 2 * max(workers))  # reading compiled code
        rounds = [[took(where, samples) for where in places] for _ in range(repeats)]
    threads_s, *seconds = (median(times) for times in zip(*rounds, strict=True))
    return Speedup(
        workers=workers, seconds=tuple(seconds), threads_s=threads_s, load=load, samples=samples, runs=repeats
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Peak memory of ``standstill assess`` in a process of its own, against samples."""

    system: str
    samples: tuple[int, ...]
    mib: tuple[float, ...]

    @property
    def growth(self) -> float:
        """The last over the first."""
        return self.mib[-1] / self.mib[0]


def memory(samples: Sequence[int] = (10_000, 30_000, 100_000)) -> tuple[Memory, ...]:
    """Return the peak memory on the built-in RTS-79, and on rts.pras if it is there."""
    files = ["rts-79"]
    with suppress(systems.Missing):
        files.append(str(systems.data_file("rts.pras")))
    return tuple(_memory(file, tuple(samples)) for file in files)


def _memory(file: str, samples: tuple[int, ...]) -> Memory:
    peak_mib(file, 1)  # compiling, if it must, takes more than simulating
    mib = tuple(peak_mib(file, count) for count in samples)
    return Memory(system=Path(file).name, samples=samples, mib=mib)


_PROGRAM = """
import resource, sys
from pathlib import Path
from standstill.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would count what the parent had, too
        kib = int(status.read_text().split("VmHWM:")[1].split()[0])
    else:
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("peak:", kib, file=sys.stderr)
"""


def peak_mib(system: str, samples: int) -> float:
    """Return the peak memory of ``standstill assess`` in a process of its own, MiB."""
    arguments = ["assess", system, "--workers", "1", "--samples", str(samples)]
    command = [sys.executable, "-c", _PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stderr.rpartition("peak:")[2]) / 1024.0

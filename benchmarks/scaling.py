"""How time grows with samples, steps and units, memory with samples, and speed with the workers of a cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import systems
from benchmarks.systems import Case
from benchmarks.timing import blocks_of, pack, timed
from standstill.engine.block import BLOCK
from standstill.engine.drivers.blocks import Backend, run_blocks

MOST_SLOPE = 1.1
MOST_MEMORY = 1.3
LEAST_SPEEDUP = 1.8
"""Of two workers against one, on two free processors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Time against size, in logarithms."""

    against: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def slope(self) -> float:
        """Slope of log time against log size."""
        return float(np.polyfit(np.log(self.sizes), np.log(self.seconds), 1)[0])


def _seconds(case: Case, samples: int, repeats: int) -> float:
    packed = pack(case)
    blocks_of(packed, 1)
    return min(timed(lambda: blocks_of(packed, samples))[0] for _ in range(repeats))


def slopes(samples: int = 4096, repeats: int = 3) -> tuple[Slope, ...]:
    """Return the slopes on the RTS-79: more samples, more years in one horizon, every unit split into more."""
    counts = tuple(samples * factor for factor in (1, 2, 4, 8))
    years, parts = (1, 2, 4, 8), (1, 2, 4, 8)
    base, system = systems.rts79_case(), systems.rts79_case().side.system
    return (
        Slope(against="samples", sizes=counts, seconds=tuple(_seconds(base, count, repeats) for count in counts)),
        Slope(
            against="steps",
            sizes=tuple(system.n_steps * count for count in years),
            seconds=tuple(_seconds(systems.repeated(count), samples, repeats) for count in years),
        ),
        Slope(
            against="units",
            sizes=tuple(len(system.generators) * count for count in parts),
            seconds=tuple(_seconds(systems.split(count), samples, repeats) for count in parts),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Speedup:
    """Time against worker processes of a cluster on this machine."""

    workers: tuple[int, ...]
    seconds: tuple[float, ...]
    threads_s: float
    """What one thread of this process takes, s."""
    load: float
    """How many processes wanted a processor in the minute before."""

    @property
    def speedups(self) -> tuple[float, ...]:
        """How many times faster than with the first number of workers."""
        return tuple(self.seconds[0] / took for took in self.seconds)


def speedup(samples: int = 16_384, workers: tuple[int, ...] = (1, 2), repeats: int = 3) -> Speedup:
    """Return how long the first side of the built-in winter takes, by workers; rounds by turns, the least of each."""
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
    threads_s, *seconds = (min(times) for times in zip(*rounds, strict=True))
    return Speedup(workers=workers, seconds=tuple(seconds), threads_s=threads_s, load=load)


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


def peak_mib(path: Path, samples: int) -> float:
    """Return the peak memory of ``standstill assess`` in a process of its own, MiB."""
    arguments = ["assess", str(path), "--workers", "1", "--samples", str(samples)]
    command = [sys.executable, "-c", _PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stderr.rpartition("peak:")[2]) / 1024.0

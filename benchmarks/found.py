"""What one run of the benchmarks found; what was not measured is absent. Knows nothing of pages."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.busy import Busy
from benchmarks.growth import Slope
from benchmarks.machine import Machine
from benchmarks.peers import Peer
from benchmarks.scaling import Memory, Speedup
from benchmarks.tasks import Task
from benchmarks.timing import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All measurements of one run."""

    machine: Machine
    date: str
    """The day, as YYYY-MM-DD."""
    is_quick: bool
    """Whether so little was run that the program was tried, not timed."""
    calibration: dict[str, float]
    """Name -> s."""
    timings: tuple[Timing, ...]
    missing: tuple[str, ...] = ()
    """Benchmarks whose data file is not there."""
    network: Busy | None = None
    peers: tuple[Peer, ...] = ()
    tasks: tuple[Task, ...] = ()
    slopes: tuple[Slope, ...] = ()
    threads: Slope | None = None
    memory: tuple[Memory, ...] = ()
    cluster: Speedup | None = None
    seconds: float = 0.0
    """How long all of it took, s."""

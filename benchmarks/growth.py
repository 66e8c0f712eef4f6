"""How time grows with everything there can be more of: samples, steps, regions, assets, threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from benchmarks.networks import Size, ring
from benchmarks.systems import Case, of, repeated, rts79_case, split
from benchmarks.timing import blocks_of, pack, timed
from standstill.engine.block import BLOCK
from standstill.engine.drivers.blocks import run_blocks
from standstill.engine.drivers.threads import Threads

MOST_SLOPE = 1.1
FACTORS = (1, 2, 4, 8)
"""How many times as much there is of what is made more numerous."""
_ON_RING = 4
"""How many times fewer samples a ring gets than the RTS-79."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Time against size, in logarithms."""

    against: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]
    """Median over the runs of each size."""
    what: str = ""
    """What is simulated, in words."""
    runs: int = 1
    """Runs of each size."""

    @property
    def slope(self) -> float | None:
        """Slope of log time against log size; none for one size."""
        if len(self.sizes) < 2:
            return None
        return float(np.polyfit(np.log(self.sizes), np.log(self.seconds), 1)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What is made more numerous."""

    against: str
    what: str
    size: Callable[[int], int]
    """How many there are at a factor."""
    case: Callable[[int], Case]
    """The system at a factor."""
    by_period: bool = False
    more_samples: bool = False
    """Whether it is samples that grow."""
    share: int = 1
    """How many times fewer samples than other series it gets."""


def _rts79(against: str, what: str, size: int, case: Callable[[int], Case], **more: bool) -> Series:
    return Series(against=against, what=f"RTS-79{what}", size=lambda factor: size * factor, case=case, **more)


def _ring(against: str, what: str, size: int, grow: Callable[[int], Size]) -> Series:
    return Series(
        against=against, what=f"ring of {what}", size=lambda factor: size * factor,
        case=lambda factor: of(ring(grow(factor))), share=_ON_RING,
    )  # fmt: skip


SERIES = (
    _rts79("samples", "", 1, lambda _: rts79_case(), more_samples=True),
    _rts79("steps", ", years on end", 8736, repeated),
    _rts79("units", ", every unit split", 32, split),
    _rts79("steps by period", ", years on end, with LOLE and EUE of every step", 8736, repeated, by_period=True),
    _ring("regions", "regions, each with 10 units, a store and 2 lines", 4, lambda n: Size(regions=4 * n)),
    _ring("units of a ring", "8 regions, every unit split", 80, lambda n: Size(units=10 * n)),
    _ring("stores", "8 regions, every store split, of 1 to 8 hours", 8, lambda n: Size(stores=n)),
    _ring("lines", "8 regions, every line split, each with outages", 16, lambda n: Size(lines=2 * n)),
    _ring("demand responses", "8 regions, each response split, of 2 to 8 hours", 8, lambda n: Size(responses=n)),
)


def slopes(samples: int = 4096, repeats: int = 3, factors: Sequence[int] = FACTORS) -> Iterator[Slope]:
    """Yield the slopes, one by one as each takes seconds."""
    for series in SERIES:
        yield slope_of(series, samples, repeats, factors)


def slope_of(series: Series, samples: int, repeats: int, factors: Sequence[int]) -> Slope:
    """Return the slope of one series, from ``samples`` samples at the smallest size."""
    counts = [max(1, samples // series.share) * (factor if series.more_samples else 1) for factor in factors]
    return Slope(
        against=series.against,
        what=series.what,
        sizes=tuple(counts if series.more_samples else (series.size(factor) for factor in factors)),
        seconds=tuple(
            _seconds(series.case(factor), count, repeats, series.by_period)
            for factor, count in zip(factors, counts, strict=True)
        ),
        runs=repeats,
    )


def _seconds(case: Case, samples: int, repeats: int, by_period: bool) -> float:
    """Return how long so many samples take on this thread, s; the median of some runs after one uncounted."""
    packed = replace(pack(case), by_period=by_period)
    blocks_of(packed, 1)
    return median(timed(lambda: blocks_of(packed, samples))[0] for _ in range(repeats))


def threads(samples: int = 65_536, repeats: int = 3, most: int | None = None) -> Slope:
    """Return how long the RTS-79 takes on 1, 2, 4, ... threads, up to the processors there are."""
    packed = pack(rts79_case())
    most = most or os.cpu_count() or 1
    counts = tuple(count for count in (1, 2, 4, 8, 16, 32, 64) if count <= most)

    def took(count: int) -> float:
        run_blocks([packed], 1, BLOCK, backend=Threads(count))
        runs = [timed(lambda: run_blocks([packed], 1, samples, backend=Threads(count)))[0] for _ in range(repeats)]
        return median(runs)

    seconds = tuple(took(count) for count in counts)
    return Slope(against="threads", what="RTS-79", sizes=counts, seconds=seconds, runs=repeats)

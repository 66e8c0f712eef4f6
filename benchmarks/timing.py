"""Clocks: the phases of one benchmark, and what this machine does with plain NumPy."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

import numpy as np

from benchmarks.registry import Spec
from benchmarks.systems import Case
from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.outcome import SideOutcome, side_outcome
from standstill.engine.pack import pack_side
from standstill.engine.packed import PackedSide
from standstill.measures.adequacy import adequacy

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Times of one benchmark."""

    name: str
    samples: int
    arms: int
    load_s: float
    pack_s: float
    compile_s: float
    """First block less a later one: reading compiled code, or compiling."""
    best_ms: float
    """Least over blocks of the time for one sample and arm, ms."""
    median_ms: float
    blocks: int
    """How many blocks both are of."""
    measure_s: float
    eue: float
    neue_ppm: float


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return how long it takes, s, and what it gives."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def pack(case: Case) -> PackedSide:
    """Pack a case."""
    return pack_side(
        case.side, arms=case.arms, measure_from=case.measure_from, measure_to=case.measure_to, detail=case.detail
    )


def blocks_of(packed: PackedSide, samples: int, seed: int = 1) -> tuple[list[float], np.ndarray]:
    """Simulate on this thread; return the time of each block for one sample and arm, ms, and the totals."""
    scratch, times, totals = Scratch(packed), [], []
    arms = len(packed.model.arms.table)
    for first in range(0, samples, BLOCK):
        count = min(BLOCK, samples - first)
        took, block = timed(lambda first=first, count=count: run_block(packed, seed, first, count, scratch))
        times.append(1000.0 * took / count / arms)
        totals.append(block.totals)
    return times, np.concatenate(totals, axis=1)


def outcome_of(case: Case, packed: PackedSide, totals: np.ndarray) -> SideOutcome:
    """Return the outcome of totals, without histograms."""
    from standstill.engine.tally import make_histograms

    arms = tuple(arm.name for arm in case.arms)
    empty = make_histograms(len(arms), packed.n_days, packed.n_weeks)
    return side_outcome(case.side, packed, arms, totals, empty, 1)


def run(spec: Spec, samples: int | None = None) -> Timing:
    """Run one benchmark, phase by phase."""
    samples = spec.samples if samples is None else samples
    load_s, case = timed(spec.factory)
    pack_s, packed = timed(lambda: pack(case))
    first_s, _ = timed(lambda: blocks_of(packed, 1))
    times, totals = blocks_of(packed, samples)
    outcome = outcome_of(case, packed, totals)
    arm = case.arms[0].name
    measure_s, found = timed(lambda: adequacy(outcome, arm))
    return Timing(
        name=spec.name,
        samples=samples,
        arms=len(case.arms),
        load_s=load_s,
        pack_s=pack_s,
        compile_s=max(0.0, first_s - median(times) / 1000.0 * len(case.arms)),
        best_ms=min(times),
        median_ms=median(times),
        blocks=len(times),
        measure_s=measure_s,
        eue=found["eue"].value,
        neue_ppm=found["neue"].value,
    )


def calibration() -> dict[str, float]:
    """Return how long NumPy takes to sum and cumulate 1e8 numbers, s; the median of five after one uncounted."""
    values = np.ones(100_000_000)
    out = np.empty_like(values)

    def took(work: Callable[[], object]) -> float:
        work()
        return median(timed(work)[0] for _ in range(5))

    return {"sum": took(values.sum), "cumsum": took(lambda: np.cumsum(values, out=out))}

"""How many samples a precision takes: the stopping rule, and the record of what it cost beside plain sampling.

Knows nothing of how samples are drawn: a sampler hands it independent values and controls whose mean is known. See
``docs/concepts/precision.md`` for the formulas.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from standstill.estimate import Estimate
from standstill.measures.rare import LEAST_SHORT
from standstill.units import count_text

__all__ = ["Draws", "Found", "Pilot", "Precision", "Sampler", "Wanted", "pilot_of", "sample_until"]

Floats = NDArray[np.float64]
Wanted = Literal["eue", "lole"]

_MARGIN = 1.1  # of the number of samples that the pilot asks for: its variance is an estimate too
_FEWEST = 30  # values: of fewer, the standard error is itself too uncertain to stop on
_MOST_AT_ONCE = 4  # times as many samples as so far, so that a pilot that was lucky is soon corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Independent values: one a sample, or one a block of samples that are stratified together."""

    values: dict[str, Floats]
    """Measure -> values whose mean it is, (n,)."""
    controls: Floats
    """What has mean 0 exactly, (n, n_controls)."""
    short: int
    """Samples with a shortfall."""

    def joined(self, other: Draws) -> Draws:
        """Return both."""
        return Draws(
            values={name: np.concatenate([mine, other.values[name]]) for name, mine in self.values.items()},
            controls=np.concatenate([self.controls, other.controls]),
            short=self.short + other.short,
        )


class Sampler(Protocol):
    """Draws samples; every call goes on where the last ended."""

    per_value: int
    """Samples behind one value."""
    batch: int
    """Values that a call should ask for a multiple of."""

    def draw(self, count: int) -> Draws:
        """Return the next so many values."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """What a first run says: how much one value scatters, and what it costs. Its samples are in no result."""

    draws: Draws
    weights: dict[str, Floats]
    """Measure -> coefficients of the controls."""
    seconds: float
    """Time of one value, s."""
    compiling: float
    """Time that went into compiling, s: nothing in the next run."""

    def adjusted(self, draws: Draws) -> dict[str, Floats]:
        """Return values less what the controls explain; same mean, as weights come from other samples."""
        return {name: values - draws.controls @ self.weights[name] for name, values in draws.values.items()}

    def spread(self, wanted: str) -> float:
        """Return the variance of one value relative to the square of the mean; infinite where that is 0.

        That of other samples: weights fit these, so that their own residuals are too small.
        """
        values = self.adjusted(self.draws)[wanted]
        count, fitted = len(values), len(self.weights[wanted])
        mean = float(values.mean())
        if mean == 0.0 or count <= fitted + 1:
            return math.inf
        return float(values.var(ddof=0)) * count / (count - fitted - 1) * (1.0 + fitted / count) / mean**2

    @property
    def is_believed(self) -> bool:
        """Whether enough samples had a shortfall."""
        return self.draws.short >= LEAST_SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What sampling until a precision gave."""

    values: dict[str, Floats]
    """Measure -> adjusted values."""
    samples: int
    """Samples behind them."""
    short: int
    """Those with a shortfall."""
    reached: bool
    """Whether the standard error asked for is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """What was asked for, what it cost, and what plain sampling would have given for the same time.

    Printing it gives it in words.
    """

    of: Wanted
    """Which index it is of."""
    asked: float
    """Standard error asked for, relative to the index."""
    reached: bool
    """Whether it is there."""
    found: Estimate
    """The index."""
    how: str
    """The method, in words."""
    samples: int
    """Samples behind the result."""
    short: int
    """Those with a shortfall."""
    pilot: int
    """Samples that only said how many were needed."""
    seconds: float
    """Time it took in all but for compiling, s."""
    plain: Estimate | None
    """The same from a short run of plain sampling, on other draws; none if plain sampling is the method."""
    plain_se: float | None
    """Standard error that plain sampling would have had after the same time; none if none of its samples was short."""
    note: str = ""
    """What must be said besides: why the precision is not there, or a bound."""

    @property
    def factor(self) -> float | None:
        """Variance of plain sampling after the same time, over the variance here; none if either is unknown."""
        if self.plain_se is None or not 0.0 < self.found.se < math.inf:
            return None
        return (self.plain_se / self.found.se) ** 2

    @property
    def _relative_error(self) -> float:
        if self.found.exists and self.found.se == 0.0:
            return 0.0
        return self.found.se / abs(self.found.value) if self.found.exists and self.found.value else math.nan

    def __str__(self) -> str:
        """Return what was asked for and what it cost, a few lines."""
        name = self.of.upper()
        share = self._relative_error
        got = f"{100 * share:.2g} %" if math.isfinite(share) else "unknown"
        end = "" if self.reached else "; NOT reached"
        if self.samples == 0:
            return "\n".join([f"{name} by {self.how}, without samples: {self.note}", *self._beside()])
        lines = [
            f"standard error of {name}: {got}, asked for {100 * self.asked:g} %{end}",
            f"by {self.how}: {count_text(self.samples, 'sample')}, {self.short:,} with a shortfall, after "
            f"{self.pilot:,} to find how many, in {self.seconds:.2g} s",
        ]
        return "\n".join([*lines, *self._beside(), *([self.note] if self.note else [])])

    def _beside(self) -> list[str]:
        """Return what plain sampling gives, a line if it is known."""
        if self.plain is None:
            return []
        line = f"plain sampling: {self.plain!r} from {count_text(self.plain.samples, 'sample')}"
        if self.plain_se is not None:
            times = f"; the variance is {self.factor:.3g} times smaller" if self.factor is not None else ""
            se = f"{self.plain_se:.2g} {self.plain.unit}"
            line += f"; in the same time its standard error would be {se}{times}"
        return [line]

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "of": self.of,
            "asked": self.asked,
            "reached": self.reached,
            "method": self.how,
            "samples": self.samples,
            "samples_with_shortfall": self.short,
            "pilot_samples": self.pilot,
            "seconds": self.seconds,
            "plain": None if self.plain is None else self.plain.as_dict() | {"samples": self.plain.samples},
            "plain_se_in_the_same_time": self.plain_se,
            "variance_factor": self.factor,
            "note": self.note,
        }


def pilot_of(sampler: Sampler, first: int, at_most: int) -> Pilot:
    """Return a pilot: ``first`` values, then twice as many, until enough samples had a shortfall or there are too many.

    Parameters
    ----------
    sampler: Sampler
        What draws.
    first: int
        Values to begin with.
    at_most: int
        Samples not to exceed, but by one batch.

    Notes
    -----
    Weights of the controls are those of a least-squares fit on the pilot. They are used on other samples only: weights
    from the same samples would bias the mean by a term of order 1/n (Lavenberg and Welch, 1981).
    """
    start = time.perf_counter()
    draws = sampler.draw(sampler.batch)  # timed apart: it may have to compile first
    began, timed = time.perf_counter(), 0
    while True:
        count = first if not timed else len(draws.controls)
        count = max(1, min(count, (at_most - len(draws.controls) * sampler.per_value) // sampler.per_value))
        more = sampler.draw(count)
        draws = draws.joined(more)
        timed += len(more.controls)  # a sampler may round up
        if draws.short >= LEAST_SHORT or len(draws.controls) * sampler.per_value >= at_most:
            break
    seconds = (time.perf_counter() - began) / timed
    compiling = max(0.0, began - start - sampler.batch * seconds)
    return Pilot(draws=draws, weights=_weights(draws), seconds=seconds, compiling=compiling)


def _weights(draws: Draws) -> dict[str, Floats]:
    """Return the least-squares coefficients of the controls; 0 if there are too few values to tell."""
    count, controls = draws.controls.shape
    if controls == 0 or count < 10 * (controls + 1):
        return {name: np.zeros(controls) for name in draws.values}
    table = np.column_stack([np.ones(count), draws.controls])
    found = {name: np.linalg.lstsq(table, values, rcond=1e-10)[0] for name, values in draws.values.items()}
    return {name: np.asarray(weights[1:], dtype=np.float64) for name, weights in found.items()}


def sample_until(
    sampler: Sampler,
    pilot: Pilot,
    wanted: Wanted,
    precision: float,
    at_most: int,
    progress: Callable[[int], None] | None = None,
) -> Found:
    """Sample until the relative standard error of a measure is there; the pilot says how many values that takes.

    Parameters
    ----------
    sampler: Sampler
        What draws, on from the pilot.
    pilot: Pilot
        Says how many values are needed, and the weights of the controls.
    wanted: str
        The measure.
    precision: float
        Its relative standard error.
    at_most: int
        Samples not to exceed; a part of a batch at its end is left out.
    progress: callable, optional
        Called with a number of samples whenever some are done.

    Notes
    -----
    Stein's two stages (1945): the number of samples comes from the pilot and does not depend on the samples that are
    averaged, so that their mean is unbiased. If their own standard error then turns out larger than the pilot's, or too
    few of them had a shortfall, more are added; that happens seldom, and then the bias is of order 1/n.
    """
    most = max(1, at_most // sampler.per_value // sampler.batch) * sampler.batch
    spread = pilot.spread(wanted)
    needed = _MARGIN * spread / precision**2 if math.isfinite(spread) else float(len(pilot.draws.controls))
    needed = max(needed, float(_FEWEST))
    draws: Draws | None = None
    while True:
        done = 0 if draws is None else len(draws.controls)
        count = min(max(needed - done, 1.0), most - done, _MOST_AT_ONCE * max(done, len(pilot.draws.controls)))
        count = max(1, min(most - done, math.ceil(count / sampler.batch) * sampler.batch))
        more = sampler.draw(int(count))
        draws = more if draws is None else draws.joined(more)
        done += len(more.controls)
        if progress is not None:
            progress(len(more.controls) * sampler.per_value)
        values = pilot.adjusted(draws)[wanted]
        share = _relative_error(values)
        is_there = share <= precision and draws.short >= LEAST_SHORT and done >= _FEWEST and done >= min(needed, most)
        if is_there or done >= most:
            break
        if done >= needed:
            scarce = LEAST_SHORT / max(draws.short, 0.5)
            needed = done * max(_MARGIN * (share / precision) ** 2 if math.isfinite(share) else 2.0, scarce, 1.02)
    return Found(
        values=pilot.adjusted(draws),
        samples=done * sampler.per_value,
        short=draws.short,
        reached=is_there,
    )


def _relative_error(values: Floats) -> float:
    mean = abs(float(values.mean()))
    if len(values) < 2 or mean == 0.0:
        return math.inf
    return float(values.std(ddof=1)) / math.sqrt(len(values)) / mean

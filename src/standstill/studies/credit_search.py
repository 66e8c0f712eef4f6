"""The search for a capacity credit: the metric with amounts added, on shared draws, and where it meets its aim.

Knows no names of assets and prints nothing; ``credit`` asks it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from standstill.estimate import Estimate
from standstill.measures.exact import exact_indices
from standstill.measures.rare import doubted, few_seen
from standstill.measures.sampled import from_samples
from standstill.model.scenario import Side
from standstill.studies.assess import quiet_outcome, without_reserves
from standstill.studies.assessment import AS_IS
from standstill.studies.assets import Assets, with_firm, with_load, without
from standstill.studies.drawn import load_is_most, nothing_drawn
from standstill.studies.sampling import Sampling
from standstill.studies.search import Crossing, Reading, crossing, edge, paired, polished
from standstill.units import count_text

__all__ = ["Answer", "Kind", "Method", "Metric", "Task", "Trial", "answer"]

Floats = NDArray[np.float64]
Kind = Literal["efc", "elcc"]
Metric = Literal["eue", "lole"]
Method = Literal["plain", "convolution"]
FEW = 1_024
"""Samples of a first, rough search, where there are at least four times as many."""
FEWEST = 10
"""Samples with a shortfall below which errors would mean nothing."""
SURE = 2.0
"""Standard errors by which the metric is off its aim at the ends of the bracket."""
CLOSE = 0.1
"""Standard errors of its aim within which the search ends."""
LEAST = 1e-4
"""An amount below this share of what the assets can give is none."""
ROUNDING = 1e-9
"""A difference below this share of the metric is none: it comes of adding in another order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is asked."""

    side: Side
    """The side, with the assets."""
    assets: Assets
    """The assets."""
    shares: dict[str, float]
    """Share of each region in what is added."""
    kind: Kind
    """Whether firm capacity or load is added."""
    metric: Metric
    """What is to be the same."""
    method: Method
    """How it is computed."""
    most: float
    """The largest amount looked at, power_unit."""
    sampling: Sampling
    """How each simulation is done; of no samples by convolution."""
    window: dict[str, Any]
    """The measured window."""

    @property
    def samples(self) -> int:
        """Number of samples; 0 by convolution."""
        return self.sampling.samples

    @property
    def is_exact(self) -> bool:
        """Whether the metric has no sampling error."""
        return self.method == "convolution" or nothing_drawn(self.side)

    @property
    def scale(self) -> float:
        """The first amount looked at: what the assets can give at most, as the credit of those that never fail."""
        return min(self.assets.power or 1.0, self.most)


class Trial:
    """The metric of the system again and again, with amounts added, on some number of samples."""

    def __init__(self, task: Task, samples: int) -> None:
        self.task, self.samples = task, samples
        self.base = without(task.side, task.assets)
        self.having, self._with = self._measured(task.side)
        self.lacking, self._without = self._measured(self.base)
        self._known: dict[float, Reading] = {}
        aim = self.having if task.kind == "efc" else self.lacking
        self.rounding = ROUNDING * aim.value + 1e-3 * ROUNDING * self.lacking.value

    @property
    def is_same(self) -> bool:
        """Whether the assets change nothing in any sample."""
        return bool(np.all(np.abs(self._with - self._without) <= self.rounding))

    @property
    def never_seen_out(self) -> bool:
        """Whether assets that may fail are worth in every sample what they can give."""
        of_chance = self.task.method == "plain" and self.task.assets.may_fail
        return of_chance and self.read(self.task.scale).se <= self.rounding

    @property
    def short_samples(self) -> dict[str, int]:
        """Samples with a shortfall, without the assets and, where that is the aim, with them."""
        found = {"without": int(np.count_nonzero(self._without))}
        return found | ({"with": int(np.count_nonzero(self._with))} if self.task.kind == "efc" else {})

    @property
    def few(self) -> str:
        """On how many samples the metric rests, in words, if they are few."""
        if self.task.is_exact:
            return ""
        return few_seen(min(self.short_samples.values()), self.samples)

    @property
    def is_full(self) -> bool:
        """Whether every hour of every sample is short without the assets."""
        full = self.lacking.horizon_h * (1.0 - ROUNDING)
        return self.task.metric == "lole" and bool(np.all(self._without >= full))

    def read(self, amount: float) -> Reading:
        """Return how far the metric is from its aim with an amount added; it falls with the amount.

        A difference that is none counts as reached by firm capacity, and as not yet exceeded by load.
        """
        if amount not in self._known:
            found = self._read(amount)
            if abs(found.value) <= self.rounding:
                value = -self.rounding if self.task.kind == "efc" else self.rounding
                found = Reading(at=amount, value=value, se=found.se)
            self._known[amount] = found
        return self._known[amount]

    def is_level(self, amount: float) -> bool:
        """Return whether an amount brings the metric to its aim to the last digit."""
        return abs(self.read(amount).value) <= self.rounding

    def _read(self, amount: float) -> Reading:
        task = self.task
        if amount == 0.0:
            difference = self._without - self._with
        elif task.kind == "efc":
            difference = self._measured(with_firm(self.base, task.shares, amount))[1] - self._with
        else:
            difference = self._without - self._measured(with_load(task.side, task.shares, amount))[1]
        if task.method == "convolution":
            return Reading(at=amount, value=float(difference[0]), se=self.rounding)
        return paired(amount, difference, least_se=self.rounding)

    def _measured(self, side: Side) -> tuple[Estimate, Floats]:
        """Return the metric, and its value in each sample; by convolution there is one value, the exact one."""
        task = self.task
        if task.method == "convolution":
            exact: Estimate = getattr(exact_indices(side.system, with_events=False), task.metric)
            return exact, np.array([exact.value])
        found = quiet_outcome(without_reserves(side), replace(task.sampling, samples=self.samples), **task.window)
        column, factor, unit = ("unserved", 1.0, found.energy_unit)
        if task.metric == "lole":
            column, factor, unit = ("short_steps", found.step_h, "h")
        values = found.column(AS_IS, column) * factor
        estimate = from_samples(values, unit, found.horizon_h)
        if nothing_drawn(side):
            return estimate, values
        most: float | None = found.horizon_h
        if task.metric == "eue":
            most = float(found.column(AS_IS, "load").max()) if load_is_most(side) else None
        return doubted(estimate, int(np.count_nonzero(values)), most), values


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Where the metric meets its aim, or why nowhere."""

    at: float = math.nan
    """The amount."""
    se: float = math.nan
    """Its standard error."""
    bracket: tuple[float, float] | None = None
    """The amounts between which the metric may meet its aim."""
    reason: str = ""
    """Why there is no amount."""


def answer(task: Task, trial: Trial) -> Answer:
    """Return where the metric meets its aim; ``trial`` is of the task, on all its samples."""
    reason = _beforehand(task, trial)
    if reason:
        return Answer(reason=reason)
    if trial.is_same:
        return _nothing(task, trial)
    none = trial.read(0.0)
    if none.value < -SURE * none.se - trial.rounding:
        return Answer(reason="with them more is missing than without them, so that no amount from 0 on gives the same")
    if none.value <= 0.0:
        return _around(task, trial, 0.0, math.inf)
    if trial.is_level(task.scale):
        if trial.never_seen_out:
            return Answer(reason="they were out in no sample that is short, which tells nothing of when they are")
        return _around(task, trial, task.scale, math.inf)
    found = _found(task, trial)
    if not found.found:
        return Answer(reason=f"no amount does, up to {task.most:.6g} {task.side.system.power_unit}")
    return _around(task, trial, _chord(found), found.se)


def _nothing(task: Task, trial: Trial) -> Answer:
    """Return the answer of assets that change nothing in any sample: 0, or where the metric stays level, that level."""
    if task.assets.power > 0.0 and trial.is_level(task.scale):
        return _around(task, trial, task.scale, math.inf)
    found = _around(task, trial, 0.0, math.inf)
    is_sharp = found.bracket is not None and found.bracket[1] <= LEAST * task.scale
    return Answer(at=0.0, se=0.0, bracket=(0.0, 0.0)) if task.assets.power == 0.0 or is_sharp else found


def _beforehand(task: Task, trial: Trial) -> str:
    """Return why there is no credit, where that is seen without a search."""
    where = f"in any of {count_text(task.samples, 'sample')}" if task.samples else "at any time"
    if trial.lacking.value == 0.0:
        return f"without them there is no shortfall {where} either"
    few = next((item for item in trial.short_samples.items() if task.samples and 0 < item[1] < FEWEST), None)
    if few is not None:
        of = f"{few[1]} of {count_text(task.samples, 'sample')}"
        return f"{few[0]} them {of} {'has' if few[1] == 1 else 'have'} a shortfall, which is too few"
    if task.kind == "efc" and trial.having.value == 0.0:
        return f"with them there is no shortfall {where}, so that no one amount gives the same"
    if task.kind == "elcc" and trial.is_full:
        return "without them every hour is short, so that no one amount gives the same"
    return ""


def _found(task: Task, trial: Trial) -> Crossing:
    """Return where the metric meets its aim: near the place that few samples give, where there are many."""
    if task.samples >= 4 * FEW:
        rough = crossing(Trial(task, FEW).read, scale=task.scale, most=task.most)
        if rough.found and rough.high.at > rough.low.at and rough.high.value < rough.low.value:
            return polished(trial.read, rough, most=task.most, close=CLOSE)
    narrow = {"narrow": ROUNDING} if task.is_exact else {}
    return crossing(trial.read, scale=task.scale, most=task.most, close=CLOSE, **narrow)


def _chord(found: Crossing) -> float:
    """Return where the chord of the two nearest readings crosses 0, which is nearer than either."""
    low, high = found.low, found.high
    return low.at + (high.at - low.at) * low.value / (low.value - high.value) if low.value > high.value else found.at


def _around(task: Task, trial: Trial, at: float, se: float) -> Answer:
    """Return the answer at a place, with the bracket around it in which the metric may meet its aim."""
    narrow = ROUNDING if task.is_exact else LEAST
    step = max(narrow * (at or task.scale), SURE * se if se < math.inf else 0.0)
    low, high = (edge(trial.read, at, way=way, step=step, most=task.most, sure=SURE, narrow=narrow) for way in (-1, 1))
    if high is None and trial.is_level(task.most):
        up_to = f"{task.most:.6g} {task.side.system.power_unit}"
        return Answer(reason=f"every amount up to {up_to} gives the same, so that no one does")
    if high is None:
        return Answer(reason="the metric with them is too near 0 to tell one amount from another")
    if task.is_exact:
        return Answer(at=at, se=0.0, bracket=(low or 0.0, high))
    # no amount is below 0: where even that is not ruled out, the near half of the bracket is no measure of the error
    half = (high - at) if low is None else 0.5 * (high - low)
    return Answer(at=at, se=half / SURE, bracket=(low or 0.0, high))

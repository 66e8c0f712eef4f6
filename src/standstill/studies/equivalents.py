"""Instead of what: how much of each measure would do as much as the standstill, on shared draws.

For unserved energy, and for the share of winters without grave cuts. "No amount does" is an answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from standstill.engine.block import BLOCK
from standstill.engine.outcome import SideOutcome
from standstill.errors import Fault, InputError
from standstill.estimate import Estimate
from standstill.measures.consumers import got_through
from standstill.measures.sampled import from_samples
from standstill.model.scenario import Scenario, Side
from standstill.studies.levers import LEVERS, Lever, levers
from standstill.studies.run import simulated
from standstill.studies.sampling import Sampling
from standstill.studies.search import Crossing, Reading, crossing, paired, polished
from standstill.studies.variants import assumed_arm

__all__ = ["Equivalent", "Equivalents", "amount_words", "equivalents"]

Floats = NDArray[np.float64]
Target = Literal["unserved", "getting_through"]
TARGETS: dict[Target, str] = {"unserved": "unserved energy", "getting_through": "winters without grave cuts"}
FEW = 1_024
"""Samples of the first, rough search."""
PRECISE = 0.009
"""Standard error of the unserved energy that is compared, as a share of it."""
MOST_SAMPLES = 400_000
COUNTED = 4_096
"""Samples for a share of winters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """How much of one measure does as much as the standstill, for one side and target."""

    side: str
    """Side."""
    lever: str
    """Measure, one of ``LEVERS``."""
    target: Target
    """What is to be the same."""
    amount: Estimate
    """How much; none with a reason if no amount does."""
    reached: Estimate
    """The target with that amount and no standstill, or with the largest amount looked at."""
    aim: Estimate
    """The target under the standstill."""
    samples: int
    """Number of samples behind it."""
    available: bool
    """Whether the side has such a measure at all."""

    @property
    def in_words(self) -> str:
        """One sentence."""
        what = LEVERS[self.lever]
        if not self.amount.exists:
            return f"{self.side}, {what}: {self.amount.reason}, for the same {TARGETS[self.target]}."
        amount = amount_words(self.amount.value, self.amount.unit)
        return f"{self.side}, {what}: {amount} for the same {TARGETS[self.target]}."

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "side": self.side,
            "measure": self.lever,
            "what": LEVERS[self.lever],
            "available": self.available,
            "target": self.target,
            "amount": self.amount.as_dict(),
            "reached": self.reached.as_dict(),
            "aim": self.aim.as_dict(),
            "samples": self.samples,
            "in_words": self.in_words,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalents:
    """What would do as much as the standstill."""

    scenario: str
    """Name of the scenario."""
    version: str
    """Version of Standstill."""
    arm: str
    """The standstill."""
    seed: int
    """Seed of all draws."""
    rows: tuple[Equivalent, ...]
    """Side by side, measure by measure."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "schema": 1,
            "version": self.version,
            "scenario": self.scenario,
            "arm": self.arm,
            "seed": self.seed,
            "equivalents": [row.as_dict() for row in self.rows],
        }


def equivalents(
    scenario: Scenario,
    names: Sequence[str] = (),
    *,
    sampling: Sampling,
) -> Equivalents:
    """Return how much of each measure does as much as the standstill.

    Parameters
    ----------
    scenario: Scenario
        A scenario with an arm whose terms have a fixed window.
    names: sequence of str
        Some of ``LEVERS``; all by default.
    sampling: Sampling
        How it is simulated, but for the number of samples, which is as large as need be. ``progress`` is told that
        number whenever a measure of a side is done.

    Raises
    ------
    InputError
        If a measure is not known, or there is no standstill to compare with.

    Notes
    -----
    A first search on few samples finds the place; as many samples as the paired standard error asks for (below 1 % of
    the unserved energy) then find it again from there. The standard error of an amount is the paired standard error of
    the difference over its slope. Where the target moves in steps, as with whole crews, the amount is the least that
    does at least as much.
    """
    unknown = [name for name in names if name not in LEVERS]
    if unknown:
        must = f"be among {', '.join(LEVERS)}"
        raise InputError("measures", tuple(Fault(place=name, must=must) for name in unknown))
    arm = assumed_arm(scenario)
    rows: list[Equivalent] = []
    for side in scenario.sides:
        trial = _Trial(replace(scenario, sides=(side,)), arm.name, sampling)
        for name, lever in levers(side).items():
            if names and name not in names:
                continue
            rows += [_row(trial, side, name, lever, target) for target in TARGETS]
            if sampling.progress is not None:
                sampling.progress(sampling.samples)
    return Equivalents(
        scenario=scenario.name, version=sampling.version, arm=arm.name, seed=sampling.seed, rows=tuple(rows)
    )


class _Trial:
    """One side simulated again and again: without a standstill and with an amount, and with the standstill."""

    def __init__(self, scenario: Scenario, arm: str, sampling: Sampling) -> None:
        self.scenario, self.arm = scenario, arm
        self.sampling = replace(sampling, progress=None)
        self._aims: dict[int, SideOutcome] = {}
        self._last: tuple[tuple[int, float, str], SideOutcome] | None = None

    def aim(self, samples: int) -> SideOutcome:
        """Return the outcome with both arms as they are."""
        if samples not in self._aims:
            arms = (self.scenario.arms[0], assumed_arm(self.scenario))
            self._aims[samples] = self._run(replace(self.scenario, arms=arms), samples)
        return self._aims[samples]

    def reached(self, lever: Lever, amount: float, samples: int) -> SideOutcome:
        """Return the outcome of the first arm with an amount of a lever."""
        key = (samples, amount, lever.name)
        if self._last is None or self._last[0] != key:
            changed = replace(self.scenario, sides=(lever.apply(amount),), arms=self.scenario.arms[:1])
            self._last = (key, self._run(changed, samples) if amount > 0.0 else self.aim(samples))
        return self._last[1]

    def _run(self, scenario: Scenario, samples: int) -> SideOutcome:
        return simulated(scenario, sampling=replace(self.sampling, samples=samples)).sides[0]


def _value(side: SideOutcome, arm: str, target: Target) -> Floats:
    """Return the target sample by sample, so that less is better."""
    return side.column(arm, "unserved") if target == "unserved" else 1.0 - got_through(side, arm)


def _row(trial: _Trial, side: Side, name: str, lever: Lever | str, target: Target) -> Equivalent:
    if isinstance(lever, str):
        return _answer(trial, side, name, target, none=lever)
    rough = crossing(_reader(trial, lever, target, FEW), scale=lever.scale, most=lever.most)
    if not rough.found:
        return _none(trial, side, lever, target, FEW)
    if rough.at == 0.0:
        return _answer(trial, side, name, target, found=rough, unit=lever.unit, reached=trial.aim(FEW))
    samples = _samples(rough, float(_value(trial.aim(FEW), trial.arm, target).mean()), target)
    fine = polished(_reader(trial, lever, target, samples), rough, most=lever.most)
    if not fine.found:
        return _none(trial, side, lever, target, samples)
    reached = trial.reached(lever, fine.at, samples)
    return _answer(trial, side, name, target, found=fine, unit=lever.unit, reached=reached, samples=samples)


def _none(trial: _Trial, side: Side, lever: Lever, target: Target, samples: int) -> Equivalent:
    reason = f"no amount does, up to {amount_words(lever.most, lever.unit)}"
    reached = trial.reached(lever, lever.most, samples)
    return _answer(trial, side, lever.name, target, none=reason, reached=reached, samples=samples)


def _reader(trial: _Trial, lever: Lever, target: Target, samples: int) -> Callable[[float], Reading]:
    """Return the function of an amount whose zero is sought: target with it minus target under the standstill."""
    aim = _value(trial.aim(samples), trial.arm, target)
    first = trial.scenario.arms[0].name

    def read(amount: float) -> Reading:
        return paired(amount, _value(trial.reached(lever, amount, samples), first, target) - aim)

    return read


def _samples(rough: Crossing, aim: float, target: Target) -> int:
    """Return how many samples bring the paired standard error below the share asked for, in whole blocks."""
    if target == "getting_through":
        return COUNTED
    se = max(rough.low.se, rough.high.se)
    needed = FEW * (se / (PRECISE * aim)) ** 2 if aim > 0.0 else COUNTED
    return int(min(MOST_SAMPLES, max(FEW, math.ceil(needed / BLOCK) * BLOCK)))


def _answer(
    trial: _Trial, side: Side, name: str, target: Target, *, found: Crossing | None = None, none: str = "",
    unit: str = "", reached: SideOutcome | None = None, samples: int = FEW,
) -> Equivalent:  # fmt: skip
    aim = trial.aim(samples)
    first = trial.scenario.arms[0].name
    amount = Estimate(
        value=found.at if found else math.nan,
        se=found.se if found else math.nan,
        unit=unit,
        samples=samples,
        horizon_h=aim.horizon_h,
        reason=none,
    )
    return Equivalent(
        side=side.name,
        lever=name,
        target=target,
        amount=amount,
        reached=_estimate(reached or aim, first, target),
        aim=_estimate(aim, trial.arm, target),
        samples=samples,
        available=reached is not None,
    )


def _estimate(side: SideOutcome, arm: str, target: Target) -> Estimate:
    if target == "unserved":
        return from_samples(side.column(arm, "unserved"), side.energy_unit, side.horizon_h)
    return from_samples(got_through(side, arm), "probability", side.horizon_h)


def amount_words(value: float, unit: str) -> str:
    """Return an amount in two significant digits with its unit."""
    if unit == "share":
        return f"{float(f'{100 * value:.2g}'):g} %"
    if unit == "times":
        return f"{float(f'{value:.2g}'):g} times as many"
    return f"{float(f'{value:.2g}'):g} {unit}"

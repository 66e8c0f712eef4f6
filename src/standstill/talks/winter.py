"""The winter given the talks: how likely a standstill is to begin, what it is then worth, and what a month costs.

Reads a finished run whose arms wait for the process clock. Knows nothing of payoffs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.measures.adequacy import from_samples
from standstill.measures.rare import doubted
from standstill.model.chain import chain
from standstill.model.process import Clock
from standstill.model.scenario import Scenario
from standstill.studies.run import Run
from standstill.worth import saving

__all__ = ["MonthOfStart", "Postponement", "TalksArm", "WinterGivenTalks", "winter_given_talks"]

Mask = NDArray[np.bool_]
BEGUN = "standstill by talks"
FEWEST = 50
"""Winters below which no number is given for a month of start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalksArm:
    """One arm whose standstill the talks decide."""

    arm: str
    """Name."""
    begins: Estimate
    """Share of winters in which it comes into force before the end of the horizon; with a bound if none does."""
    begins_by: Estimate
    """The same by the deadline."""
    deadline: dt.date
    """That deadline."""
    ends_early: Estimate
    """Share of the winters in which it begins in which it ends before its term."""
    worth: dict[str, Estimate]
    """Side -> unserved energy saved, over all winters."""
    worth_if_begun: dict[str, Estimate]
    """Side -> the same over the winters in which it begins."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "begins": self.begins.as_dict(),
            "begins_by": self.begins_by.as_dict() | {"deadline": self.deadline.isoformat()},
            "ends_early": self.ends_early.as_dict(),
            "worth": {side: item.as_dict() for side, item in self.worth.items()},
            "worth_if_begun": {side: item.as_dict() for side, item in self.worth_if_begun.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponement:
    """What the postponement is worth, whatever its cause."""

    months: float
    """Mean time until the postponed stage is left, months."""
    total: dict[str, Estimate]
    """Side -> worth on schedule minus worth as reported."""
    per_month: dict[str, Estimate]
    """Side -> the same for each month of it."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "months": self.months,
            "total": {side: item.as_dict() for side, item in self.total.items()},
            "per_month": {side: item.as_dict() for side, item in self.per_month.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfStart:
    """What a standstill is worth that the talks bring about in one month."""

    month: str
    """Month of its start, "2024-10"."""
    winters: int
    """Winters behind the numbers, over the arms that the talks decide."""
    worth: dict[str, Estimate]
    """Side -> unserved energy saved; empty where too few winters begin in this month."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        reason = {} if self.worth else {"reason": f"fewer than {FEWEST} winters"}
        return {
            "month": self.month,
            "winters": self.winters,
            "worth": {side: item.as_dict() for side, item in self.worth.items()} or None,
        } | reason


@dataclass(frozen=True, slots=True, kw_only=True)
class WinterGivenTalks:
    """The winter given the talks."""

    arms: tuple[TalksArm, ...]
    """Arms that the talks decide."""
    postponement: Postponement | None
    """What the postponement costs; None where nothing is postponed, an arm is missing or no standstill begins."""
    by_month: tuple[MonthOfStart, ...]
    """Worth by month of start."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        reason = "no arm without the postponement, nothing postponed, or no standstill in any winter simulated"
        return {
            "arms": {item.arm: item.as_dict() for item in self.arms},
            "postponement": self.postponement.as_dict() if self.postponement else {"value": None, "reason": reason},
            "by_month_of_start": [item.as_dict() for item in self.by_month],
        }


def winter_given_talks(run: Run) -> WinterGivenTalks | None:
    """Return what a run says of the winter given the talks; None if no arm waits for them."""
    clocks = {
        arm.name: arm.terms.window for arm in run.scenario.arms if arm.terms and isinstance(arm.terms.window, Clock)
    }
    if not clocks or run.scenario.talks is None:
        return None
    return WinterGivenTalks(
        arms=tuple(_arm(run, name, run.scenario.talks.deadline) for name in clocks),
        postponement=_postponement(run, clocks),
        by_month=_by_month(run, tuple(clocks)),
    )


def _hours(scenario: Scenario, day: dt.date) -> float:
    moment = dt.datetime.combine(day, dt.time(), scenario.simulate_from.tzinfo)
    return (moment - scenario.simulate_from).total_seconds() / 3600.0


def _saved(side: SideOutcome, baseline: str, arm: str, among: Mask | None = None) -> Estimate:
    values = saving(side, baseline, arm, "unserved")
    return from_samples(values if among is None else values[among], side.energy_unit, side.horizon_h)


def _share(which: Mask, side: SideOutcome) -> Estimate:
    share = from_samples(which.astype(float), "probability", side.horizon_h)
    return doubted(share, int(which.sum()), 1.0, BEGUN)


def _worth(run: Run, arm: str, side: SideOutcome, begun: int) -> Estimate:
    """Return what is saved over all winters; of one standstill in a winter not simulated there is no telling."""
    return doubted(_saved(side, run.outcome.arms[0], arm), begun, what=BEGUN)


def _arm(run: Run, arm: str, deadline: dt.date) -> TalksArm:
    first, baseline = run.outcome.sides[0], run.outcome.arms[0]
    start, end = first.column(arm, "start"), first.column(arm, "end")
    begun = start >= 0
    last = end[begun].max(initial=0.0)
    early = _share(end[begun] < last, first) if begun.any() else _none("no standstill begins", "probability", first)
    return TalksArm(
        arm=arm,
        begins=_share(begun, first),
        begins_by=_share(begun & (start < _hours(run.scenario, deadline)), first),
        deadline=deadline,
        ends_early=early,
        worth={side.name: _worth(run, arm, side, int(begun.sum())) for side in run.outcome.sides},
        worth_if_begun={
            side.name: _saved(side, baseline, arm, begun)
            if begun.any()
            else _none("no standstill begins", side.energy_unit, side)
            for side in run.outcome.sides
        },
    )


def _none(reason: str, unit: str, side: SideOutcome) -> Estimate:
    none = float("nan")
    return Estimate(value=none, se=none, unit=unit, samples=0, horizon_h=side.horizon_h, reason=reason)


def _postponement(run: Run, clocks: dict[str, Clock]) -> Postponement | None:
    """Compare the arm in which the postponed stage stands with the one in which it does not."""
    postponed = {name: clock for name, clock in clocks.items() if _is_postponed(clock)}
    others = [name for name in clocks if name not in postponed]
    if len(postponed) != 1 or len(others) != 1:
        return None
    [(late, clock)] = postponed.items()
    if not any((run.outcome.sides[0].column(arm, "start") >= 0).any() for arm in (late, *others)):
        return None
    months = _months_postponed(clock)
    total, each = {}, {}
    for side in run.outcome.sides:
        values = saving(side, late, others[0], "unserved")
        total[side.name] = from_samples(values, side.energy_unit, side.horizon_h)
        each[side.name] = from_samples(values / months, f"{side.energy_unit} per month", side.horizon_h)
    return Postponement(months=months, total=total, per_month=each)


def _is_postponed(clock: Clock) -> bool:
    stage = clock.process.postponed
    return stage is not None and clock.belief.weights.get(stage, 0.0) > 0


def _months_postponed(clock: Clock) -> float:
    """Return the mean time until the postponed stage is left, months, over the clock's cases."""
    means = []
    for process, belief in clock.cases:
        found = chain(process, belief)
        inside = np.array([state.stage == process.postponed for state in found.labels])
        law = found.initial[inside] / found.initial[inside].sum()
        means.append(float(np.linalg.solve(-found.generator[np.ix_(inside, inside)].T, law).sum()))
    return float(np.mean(means))


def _by_month(run: Run, arms: tuple[str, ...]) -> tuple[MonthOfStart, ...]:
    """Return the worth by month of start, over all arms that the talks decide."""
    first, baseline = run.outcome.sides[0], run.outcome.arms[0]
    starts = np.concatenate([first.column(arm, "start") for arm in arms])
    rows = []
    day = run.scenario.simulate_from.date().replace(day=1)
    while day < run.scenario.measure_to.date():
        after = (day + dt.timedelta(days=32)).replace(day=1)
        # what never begins starts at -1
        inside = (starts >= max(0.0, _hours(run.scenario, day))) & (starts < _hours(run.scenario, after))
        worth = {}
        if inside.sum() >= FEWEST:
            for side in run.outcome.sides:
                values = np.concatenate([saving(side, baseline, arm, "unserved") for arm in arms])
                worth[side.name] = from_samples(values[inside], side.energy_unit, side.horizon_h)
        rows.append(MonthOfStart(month=f"{day:%Y-%m}", winters=int(inside.sum()), worth=worth))
        day = after
    return tuple(rows)

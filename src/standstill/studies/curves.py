"""Decision curves: what the standstill saves, and how many winters pass without grave cuts, against each of its terms.

Reruns variants of the assumed terms in one pass; how severe the winter is comes from the samples at hand. Every error
is that of samples on shared draws.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import Outcome, SideOutcome
from standstill.errors import Fault, InputError
from standstill.estimate import Estimate
from standstill.measures.consumers import got_through
from standstill.measures.rare import share_bounds
from standstill.measures.sampled import from_samples
from standstill.model.scenario import Scenario
from standstill.studies.sampling import Sampling
from standstill.studies.variants import (
    KEPT,
    Variant,
    assumed_arm,
    assumed_terms,
    collapses,
    compliances,
    covers,
    delays,
    displacements,
    lengths,
    rerun,
)
from standstill.units import count_text
from standstill.worth import saving

__all__ = ["CURVES", "Curve", "Curves", "LastStart", "Point", "curves", "for_severity", "planned"]

WEEK = dt.timedelta(days=7)
EVERY = 2 * WEEK
"""Between two dates of a curve."""
MORE_WINTERS = 8
"""How many times as many winters are simulated for severity: what a fifth of them says is to be as sure as the rest."""
FIFTH = 0.2
"""Share of winters that a conditional answer is about."""
WINTERS = {"all winters": "", "the fifth with the most load": "load", "the fifth with the most hits": "hits"}
"""Winters that the severity curve tells apart, and the column that picks them."""
NAMED = {"load": "load is", "hits": "hits are"}
"""The same columns in a sentence."""
GETS_THROUGH = 0.5
"""A start meets the criterion if at least this share of winters does."""

CURVES = {
    "delay": "What does each week of delay cost, and until when is a start in time?",
    "collapse": "What is left if it ends early?",
    "compliance": "What if it is kept only in part?",
    "scope": "What if it covers less?",
    "length": "What is it worth by how long it lasts?",
    "displacement": "What if what is withheld falls on what is not covered?",
    "severity": "What is it worth in a cold winter, and under a severe campaign?",
}
"""Every curve and the question it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a curve; every table is by side."""

    line: str
    """The line it belongs to; empty if there is only one."""
    at: str
    """Where on the axis, in words."""
    value: float | None
    """Where on the axis: weeks after the assumed start, or a share; None where points have no order."""
    saving: dict[str, Estimate]
    """Unserved energy saved, energy unit of the side."""
    getting_through: dict[str, Estimate]
    """Share of winters that meet the side's criterion."""
    without: dict[str, Estimate]
    """The same share without a standstill."""
    per_week: dict[str, Estimate]
    """Saving lost per week since the point before; only of delay."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""

        def table(values: dict[str, Estimate]) -> dict[str, Any]:
            return {side: item.as_dict() for side, item in values.items()}

        return {
            "line": self.line,
            "at": self.at,
            "value": self.value,
            "saving": table(self.saving),
            "getting_through": table(self.getting_through),
            "getting_through_without": table(self.without),
            "lost_per_week": table(self.per_week),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LastStart:
    """Until when a start is in time for a side: at least half of winters meet its criterion."""

    day: dt.date | None
    """The last start looked at that is; None if none is."""
    reason: str
    """Why there is none, or why every one is; empty if the day says it all."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"value": self.day.isoformat() if self.day else None, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One curve."""

    name: str
    """Name, one of ``CURVES``."""
    question: str
    """What it answers."""
    axis: str
    """What its points differ in, with the unit."""
    points: tuple[Point, ...]
    """Its points, line by line."""
    last_start: dict[str, LastStart]
    """Side -> until when a start is in time; only of delay."""
    in_words: tuple[str, ...]
    """What it leaves out or assumes, and what follows."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        found: dict[str, Any] = {
            "question": self.question,
            "axis": self.axis,
            "points": [point.as_dict() for point in self.points],
            "in_words": list(self.in_words),
        }
        if self.last_start:
            found["last_start"] = {side: item.as_dict() for side, item in self.last_start.items()}
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Decision curves of a scenario."""

    scenario: str
    """Name of the scenario."""
    version: str
    """Version of Standstill."""
    arm: str
    """The arm whose terms are varied."""
    samples: int
    """Number of samples."""
    seed: int
    """Seed of all draws."""
    assumed: dict[str, Estimate]
    """Side -> unserved energy that the assumed terms save."""
    curves: dict[str, Curve]
    """Name -> curve."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "schema": 1,
            "version": self.version,
            "scenario": self.scenario,
            "arm": self.arm,
            "samples": self.samples,
            "seed": self.seed,
            "assumed": {side: item.as_dict() for side, item in self.assumed.items()},
            "curves": {name: item.as_dict() for name, item in self.curves.items()},
        }


def planned(scenario: Scenario, names: Sequence[str] = ()) -> dict[str, list[Variant]]:
    """Return the variants that each curve needs; none for one that is read from samples or has nothing to vary.

    Raises
    ------
    InputError
        If a curve is not known, or no arm has terms with a fixed window.
    """
    unknown = [name for name in names if name not in CURVES]
    if unknown:
        must = f"be among {', '.join(CURVES)}"
        raise InputError("curves", tuple(Fault(place=name, must=must) for name in unknown))
    terms, window = assumed_terms(scenario)
    makers: dict[str, Callable[[], list[Variant]]] = {
        "delay": lambda: delays(scenario, terms, window, EVERY),
        "collapse": lambda: collapses(scenario, terms, window, EVERY),
        "compliance": lambda: compliances(scenario, terms),
        "scope": lambda: covers(scenario, terms),
        "length": lambda: lengths(scenario, terms, window, EVERY),
        "displacement": lambda: displacements(scenario, terms),
        "severity": list,
    }
    return {name: makers[name]() for name in (names or CURVES)}


def curves(
    scenario: Scenario,
    names: Sequence[str] = (),
    *,
    sampling: Sampling,
) -> Curves:
    """Return decision curves.

    Parameters
    ----------
    scenario: Scenario
        A scenario with an arm whose terms have a fixed window.
    names: sequence of str
        Some of ``CURVES``; all by default.
    sampling: Sampling
        How it is simulated.

    Raises
    ------
    InputError
        If a curve is not known, or there is nothing to vary.
    """
    plans = planned(scenario, names)
    variants = [item for plan in plans.values() for item in plan]
    arm = assumed_arm(scenario).name
    outcome, arms = rerun(scenario, variants, sampling=sampling)
    severe = rerun(scenario, (), sampling=for_severity(sampling))[0] if "severity" in plans else outcome
    place, found = 0, {}
    for name, plan in plans.items():
        taken = [arms[place + item] for item in range(len(plan))]
        place += len(plan)
        found[name] = _curve(name, severe if name == "severity" else outcome, arm, plan, taken)
    return Curves(
        scenario=scenario.name,
        version=sampling.version,
        arm=arm,
        samples=sampling.samples,
        seed=sampling.seed,
        assumed={side.name: _saved(side, outcome.arms[0], arm) for side in outcome.sides},
        curves=found,
    )


def for_severity(sampling: Sampling) -> Sampling:
    """Return how severity is simulated: on more winters, of which it looks at a fifth at a time."""
    return replace(sampling, samples=MORE_WINTERS * sampling.samples)


AXES = {
    "delay": "start, and weeks after the assumed one",
    "collapse": "end, and weeks after the start",
    "compliance": "share of covered attacks withheld",
    "scope": "what is covered",
    "length": "end, and weeks after the start",
    "displacement": "share of withheld hits that fall on what is not covered",
    "severity": "which winters",
}


def _curve(name: str, outcome: Outcome, arm: str, plan: Sequence[Variant], arms: Sequence[str]) -> Curve:
    if name == "severity":
        points, words = _severities(outcome, arm)
    else:
        points = [_point(outcome, item, own) for item, own in zip(plan, arms, strict=True)]
        words = [] if plan else [NOTHING[name]]
    last: dict[str, LastStart] = {}
    if name == "delay" and points:
        points = _with_costs(outcome, points, arms)
        last = {side.name: _last_start(points, side.name) for side in outcome.sides}
    words += [NOTES[name]] if name in NOTES and points and _applies(name, points) else []
    return Curve(
        name=name, question=CURVES[name], axis=AXES[name], points=tuple(points), last_start=last, in_words=tuple(words)
    )


NOTHING = {
    "displacement": "The terms cover all that is struck, and no part of it can be left out: nothing to displace."
}
NOTES = {
    "collapse": "Weapons that were withheld and kept come back after the end, as far as the stock holds them.",
    "compliance": "Where one class is kept in part, all others are kept in full.",
    "scope": "What is covered of one side's system changes what that side is spared, and nothing else.",
    "displacement": "The terms cover plants and stores only here, unless they leave something else uncovered already.",
}


def _applies(name: str, points: Sequence[Point]) -> bool:
    """Return whether a note is about something that the points show: weapons are kept only where stocks are."""
    return name != "collapse" or any(point.line == KEPT for point in points)


def _saved(side: SideOutcome, first: str, arm: str) -> Estimate:
    return from_samples(saving(side, first, arm, "unserved"), side.energy_unit, side.horizon_h)


def _through(side: SideOutcome, arm: str, chosen: NDArray[np.bool_] | slice = slice(None)) -> Estimate:
    return from_samples(got_through(side, arm)[chosen], "probability", side.horizon_h)


def _point(outcome: Outcome, item: Variant, arm: str) -> Point:
    first = outcome.arms[0]
    return Point(
        line=item.line,
        at=item.at,
        value=item.value,
        saving={side.name: _saved(side, first, arm) for side in outcome.sides},
        getting_through={side.name: _through(side, arm) for side in outcome.sides},
        without={side.name: _through(side, first) for side in outcome.sides},
        per_week={},
    )


def _with_costs(outcome: Outcome, points: Sequence[Point], arms: Sequence[str]) -> list[Point]:
    """Return the points of a delay with what each week since the one before cost, on the same draws."""
    found = [points[0]]
    for place in range(1, len(points)):
        weeks = (points[place].value or 0.0) - (points[place - 1].value or 0.0)
        lost = {
            side.name: from_samples(
                saving(side, arms[place], arms[place - 1], "unserved") / weeks, side.energy_unit, side.horizon_h
            )
            for side in outcome.sides
        }
        found.append(replace(points[place], per_week=lost))
    return found


def _last_start(points: Sequence[Point], side: str) -> LastStart:
    """Return the last start up to which, from the earliest on, enough winters meet the criterion."""
    without = points[0].without[side]
    if without.value >= GETS_THROUGH:
        return LastStart(day=dt.date.fromisoformat(points[-1].at), reason=_without_words(without))
    in_time = list(takewhile(lambda point: point.getting_through[side].value >= GETS_THROUGH, points))
    if not in_time:
        return LastStart(day=None, reason="with no start looked at do half of winters meet the criterion")
    reason = (
        "with every start looked at, at least half of winters meet the criterion" if in_time[-1] is points[-1] else ""
    )
    return LastStart(day=dt.date.fromisoformat(in_time[-1].at), reason=reason)


def _without_words(share: Estimate) -> str:
    """Return that no standstill is needed for half of winters, and whether the winters simulated can tell."""
    low, _ = share_bounds(share.value, share.samples)
    reason = "at least half of winters meet the criterion without a standstill too"
    few = f", as far as {count_text(share.samples, 'winter')} can tell: another seed may say fewer"
    return reason if low >= GETS_THROUGH else reason + few


def _severities(outcome: Outcome, arm: str) -> tuple[list[Point], list[str]]:
    """Return the answer in all winters, in the fifth with most load, and in the fifth with most hits without terms."""
    first, points, words = outcome.arms[0], [], []
    for at, column in WINTERS.items():
        chosen: dict[str, NDArray[np.bool_]] = {}
        for side in outcome.sides:
            values = side.column(first, column) if column else None
            if values is None:
                chosen[side.name] = np.ones(outcome.samples, dtype=bool)
            elif np.ptp(values) == 0.0:
                words.append(f"{side.name}: {NAMED[column]} the same in every winter, so that none stands out.")
            elif (bound := float(np.quantile(values, 1.0 - FIFTH))) == values.min():
                words.append(
                    f"{side.name}: {NAMED[column]} at the least in four fifths of winters: no fifth stands out."
                )
            else:
                chosen[side.name] = values >= bound
        sides = [side for side in outcome.sides if side.name in chosen]
        if sides:
            points.append(
                Point(
                    line="",
                    at=at,
                    value=None,
                    saving={
                        side.name: from_samples(
                            saving(side, first, arm, "unserved")[chosen[side.name]], side.energy_unit, side.horizon_h
                        )
                        for side in sides
                    },
                    getting_through={side.name: _through(side, arm, chosen[side.name]) for side in sides},
                    without={side.name: _through(side, first, chosen[side.name]) for side in sides},
                    per_week={},
                )
            )
    words.append("Hits are counted without a standstill, load as it would be without outages.")
    return points, words

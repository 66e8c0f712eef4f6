"""What the draft leaves open: worth and P(holds) under each reading of each open point, ranked by how much they move.

Builds one scenario with an arm for each reading and reruns it on shared draws. Nothing computed here returns to the
scenario it came from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from standstill.errors import Fault, InputError
from standstill.estimate import Estimate
from standstill.evidence.figure import Figure
from standstill.measures.adequacy import from_samples
from standstill.model.clock import DAYS_PER_MONTH, Belief, Process, chain, holding
from standstill.model.scenario import Scenario
from standstill.model.talks import Point, Reading
from standstill.model.terms import Arm, Fixed, Terms
from standstill.studies.run import Run, run_scenario
from standstill.studies.sampling import Sampling
from standstill.worth import saving

__all__ = ["Gap", "ReadingWorth", "TermsGaps", "gap_arms", "hold_probability", "terms_gaps"]

ASSUMED = "as assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingWorth:
    """What the standstill is worth, and whether it would hold, under one reading."""

    reading: Reading
    """The reading."""
    is_assumed: bool
    """Whether the assumed terms read so."""
    holds: float
    """P(still in force at the end of its window | begun)."""
    worth: dict[str, Estimate]
    """Side -> unserved energy saved, its collapses included, energy unit of the side."""
    change: dict[str, Estimate]
    """Side -> the same minus the worth of the assumed terms, paired."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "reading": self.reading.name,
            "says": self.reading.says,
            "holders": list(self.reading.holders),
            "because": self.reading.because,
            "claims": list(self.reading.claims),
            "assumed": self.is_assumed,
            "holds": self.holds,
            "worth": {side: item.as_dict() for side, item in self.worth.items()},
            "change": {side: item.as_dict() for side, item in self.change.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One open point: its readings and how far apart they are."""

    point: str
    """Name."""
    question: str
    """What is open."""
    readings: tuple[ReadingWorth, ...]
    """Each reading."""
    moves: dict[str, float]
    """Side -> difference between the most and the least worth over readings, as a share of the assumed worth."""
    moves_holds: float
    """Difference between the largest and the smallest P(holds)."""

    @property
    def size(self) -> float:
        """What the ranking goes by: the larger of the moves of the sides' worth and of P(holds)."""
        return max(*self.moves.values(), self.moves_holds)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "point": self.point,
            "question": self.question,
            "moves": self.moves,
            "moves_holds": self.moves_holds,
            "readings": [item.as_dict() for item in self.readings],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsGaps:
    """The open points of a draft, those that move most first."""

    scenario: str
    """Name of the scenario."""
    version: str
    """Version of Standstill."""
    samples: int
    """Number of samples."""
    seed: int
    """Seed of all draws."""
    holds: float
    """P(holds) of the assumed terms."""
    worth: dict[str, Estimate]
    """Side -> worth of the assumed terms, its collapses included."""
    gaps: tuple[Gap, ...]
    """Open points in order of ``size``."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "schema": 1,
            "version": self.version,
            "scenario": self.scenario,
            "samples": self.samples,
            "seed": self.seed,
            "assumed": {
                "holds": self.holds,
                "worth": {side: item.as_dict() for side, item in self.worth.items()},
            },
            "points": [gap.as_dict() for gap in self.gaps],
        }


def terms_gaps(
    scenario: Scenario,
    *,
    sampling: Sampling,
) -> TermsGaps:
    """Return worth and P(holds) under each reading of each open point.

    Parameters
    ----------
    scenario: Scenario
        A scenario whose talks have open points.
    sampling: Sampling
        How it is simulated.

    Raises
    ------
    InputError
        If the scenario has no talks, no open point, or no arm with a fixed window.

    Notes
    -----
    A standstill that has begun holds to the end of its window with the probability that the process clock gives, the
    rates at which it is left multiplied by the reading's factor; the engine draws collapses at the constant rate that
    gives the same probability.
    """
    arms = gap_arms(scenario)
    run = run_scenario(replace(scenario, arms=tuple(arms.values())), sampling=sampling)
    talks = scenario.talks
    points = talks.points if talks is not None else ()
    gaps = [_gap(point, scenario, run, arms) for point in points]
    return TermsGaps(
        scenario=scenario.name,
        version=sampling.version,
        samples=sampling.samples,
        seed=sampling.seed,
        holds=_held(arms[ASSUMED]),
        worth=_worth(run, ASSUMED),
        gaps=tuple(sorted(gaps, key=lambda gap: -gap.size)),
    )


def gap_arms(scenario: Scenario) -> dict[str, Arm]:
    """Return the arms of the rerun by name: no standstill, the assumed terms, and each reading that differs.

    Raises
    ------
    InputError
        If there is nothing to read.
    """
    talks = scenario.talks
    fixed = [arm.terms for arm in scenario.arms if arm.terms and isinstance(arm.terms.window, Fixed)]
    if talks is None or not talks.points or not fixed:
        must = "have talks with open points, and an arm whose terms have a fixed window"
        raise InputError(scenario.name, (Fault(place="process", must=must),))
    first = scenario.arms[0]
    assumed = _with_collapse(fixed[0], 1.0, talks.process)
    arms = {first.name: replace(first, terms=None), ASSUMED: Arm(name=ASSUMED, terms=assumed)}
    for point in talks.points:
        for reading in point.readings:
            terms = _with_collapse(reading.terms, reading.holds, talks.process)
            if terms != assumed:
                name = _arm_name(point, reading)
                arms[name] = Arm(name=name, terms=terms)
    return arms


def _arm_name(point: Point, reading: Reading) -> str:
    return f"{point.name}: {reading.name}"


def _with_collapse(terms: Terms, factor: float, process: Process) -> Terms:
    """Return the terms with the constant hazard of collapse that gives the clock's probability of holding."""
    if terms.collapse_per_day != 0.0 or not isinstance(terms.window, Fixed):
        return terms
    days = _days(terms.window)
    held = hold_probability(process, factor, days / DAYS_PER_MONTH)
    return replace(terms, collapse_per_day=-math.log(max(held, 1e-12)) / days)


def hold_probability(process: Process, factor: float, months: float) -> float:
    """Return P(still in force after some months | begun), every rate at which it is left multiplied by ``factor``."""
    force = {stage.name for stage in process.stages if stage.in_force}
    steps = tuple(
        replace(step, per_month=step.per_month * factor) if step.source in force and step.target not in force else step
        for step in process.transitions
    )
    first = next(stage.name for stage in process.stages if stage.in_force)
    begun = chain(replace(process, transitions=steps), Belief(weights={first: 1.0}))
    return float(holding(begun, [months])[0])


def _held(arm: Arm) -> float:
    """Return P(in force to the end of the window | begun) of an arm with a fixed one."""
    terms = arm.terms
    if terms is None or not isinstance(terms.window, Fixed):
        return 0.0
    rate, shape = (
        value.median if isinstance(value, Figure) else value for value in (terms.collapse_per_day, terms.collapse_shape)
    )
    return math.exp(-((rate * _days(terms.window)) ** shape))


def _days(window: Fixed) -> float:
    return (window.end - window.start).total_seconds() / 86400.0


def _gap(point: Point, scenario: Scenario, run: Run, arms: dict[str, Arm]) -> Gap:
    rows = tuple(_reading(point, reading, run, arms) for reading in point.readings)
    moves = {}
    for side in scenario.sides:
        values = [row.worth[side.name].value for row in rows]
        whole = abs(_worth(run, ASSUMED)[side.name].value)
        moves[side.name] = (max(values) - min(values)) / whole if whole > 0 else 0.0
    held = [row.holds for row in rows]
    return Gap(point=point.name, question=point.question, readings=rows, moves=moves, moves_holds=max(held) - min(held))


def _reading(point: Point, reading: Reading, run: Run, arms: dict[str, Arm]) -> ReadingWorth:
    name = _arm_name(point, reading)
    arm = name if name in arms else ASSUMED
    baseline = run.outcome.arms[0]
    change = {
        side.name: from_samples(
            saving(side, baseline, arm, "unserved") - saving(side, baseline, ASSUMED, "unserved"),
            side.energy_unit,
            side.horizon_h,
        )
        for side in run.outcome.sides
    }
    return ReadingWorth(
        reading=reading, is_assumed=arm == ASSUMED, holds=_held(arms[arm]), worth=_worth(run, arm), change=change
    )


def _worth(run: Run, arm: str) -> dict[str, Estimate]:
    return {side: found["eue"] for side, found in run.worth[arm].items()}

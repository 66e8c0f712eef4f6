"""Back-test: what was observed later, held against the forecast made with what was known on ``as_of``.

Refuses what would let a forecast see the future. Knows nothing of files; the mathematics is in ``scores``.
"""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from standstill.errors import Faults, InputError
from standstill.estimate import Estimate
from standstill.evidence.observation import Observation
from standstill.measures.sampled import Sampled
from standstill.measures.samples import measured_samples
from standstill.model.scenario import Scenario, Side
from standstill.studies.run import Run, run_scenario
from standstill.studies.sampling import Sampling
from standstill.studies.scores import (
    LEVELS,
    Evenness,
    central_range,
    crps,
    evenness,
    randomised_pit,
    share_inside,
)
from standstill.units import convert

__all__ = ["MEASURES", "Backtest", "OutcomeScore", "backtest_scenario", "check_observations", "score_outcomes"]

MEASURES = {
    "eue": "energy", "lole": "h", "lolev": "events", "longest_spell": "h", "event_depth": "power",
    "event_energy": "energy", "generation_limited": "energy", "delivery_limited": "energy", "hours_off": "h/d",
    "critical_hours": "h", "critical_cut": "probability", "critical_unserved": "energy", "waves": "waves",
    "hits": "hits", "worst_window": "h/d", "getting_through": "probability",
}  # fmt: skip
"""Measures that one winter has, and so can be observed, each with its unit, or "energy" or "power" of its system."""
MONTHLY = ("eue",)
"""Measures kept by month."""
_WRITTEN = {"h/d": "h", "probability": "", "events": "count", "waves": "count", "hits": "count"}
"""Unit of a measure -> the unit that an observation of it is written in, where it is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeScore:
    """One observation beside its forecast."""

    observation: Observation
    """What was observed."""
    arm: str
    """The arm that it is held against."""
    low: float
    """Least value observed, in the forecast's unit."""
    high: float
    """Greatest."""
    forecast: Estimate
    """The forecast: mean, and the 10th, 50th and 90th percentile."""
    pit: float
    """Where the observation lies in the forecast, from 0 (below all winters) to 1, ties broken by a fixed draw."""
    ranges: dict[float, tuple[float, float]]
    """Level -> the central range of the forecast."""
    inside: dict[float, float]
    """Level -> whether the observation lies in it: 1 or 0, or the share of an uncertain one that does."""
    crps: float
    """Continuous ranked probability score, in the forecast's unit: 0 is best."""

    @property
    def name(self) -> str:
        """Name of the measure, with its month."""
        return _named(self.observation)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        seen = self.observation
        claim = seen.claim
        return {
            "side": seen.side,
            "arm": self.arm,
            "measure": self.name,
            "date": seen.known_from.isoformat(),
            "who": claim.who if claim else None,
            "via": list(claim.via) if claim else [],
            "stance": claim.stance if claim else None,
            "grade": claim.grade if claim else None,
            "note": seen.note,
            "observed": {"low": self.low, "high": self.high, "unit": self.forecast.unit},
            "forecast": self.forecast.as_dict(),
            "pit": self.pit,
            "crps": self.crps,
            "ranges": [
                {"level": level, "low": ends[0], "high": ends[1], "inside": self.inside[level]}
                for level, ends in self.ranges.items()
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """A forecast held against what was observed."""

    scenario: str
    """Name of the scenario."""
    as_of: dt.date
    """The forecast uses nothing known after this day; every outcome became known later."""
    samples: int
    """Number of samples."""
    seed: int
    """Seed of all draws."""
    version: str
    """Version of Standstill."""
    scores: tuple[OutcomeScore, ...]
    """Outcomes, in the order given."""
    evenness: Evenness
    """Whether the PITs are spread as those of good forecasts."""
    seconds: float
    """Time it took, s."""

    @property
    def coverage(self) -> dict[float, float]:
        """Level -> share of the outcomes that lie in the central range of that level."""
        return {level: float(np.mean([score.inside[level] for score in self.scores])) for level in LEVELS}

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "schema": 1,
            "version": self.version,
            "scenario": self.scenario,
            "as_of": self.as_of.isoformat(),
            "samples": self.samples,
            "seed": self.seed,
            "outcomes": [score.as_dict() for score in self.scores],
            "coverage": [{"level": level, "share": share} for level, share in self.coverage.items()],
            "evenness": self.evenness.as_dict(),
        }


def backtest_scenario(
    scenario: Scenario,
    observations: Sequence[Observation],
    *,
    sampling: Sampling,
) -> Backtest:
    """Simulate the arms that outcomes are of, and hold each outcome against its forecast.

    Parameters
    ----------
    scenario: Scenario
        With ``as_of``.
    observations: sequence of Observation
        What was observed, each known only after ``as_of``.
    sampling: Sampling
        How it is simulated.

    Raises
    ------
    InputError
        As ``check_observations``, before anything is simulated.
    """
    as_of = check_observations(scenario, observations)
    began = time.perf_counter()
    first = scenario.arms[0].name
    wanted = {seen.arm or first for seen in observations}
    only = replace(scenario, arms=tuple(arm for arm in scenario.arms if arm.name in wanted))
    run = run_scenario(only, sampling=sampling)
    scores = score_outcomes(run, observations, first)
    return Backtest(
        scenario=scenario.name,
        as_of=as_of,
        samples=sampling.samples,
        seed=sampling.seed,
        version=sampling.version,
        scores=scores,
        evenness=evenness([score.pit for score in scores]),
        seconds=time.perf_counter() - began,
    )


def score_outcomes(run: Run, observations: Sequence[Observation], first: str) -> tuple[OutcomeScore, ...]:
    """Return each observation beside its forecast; ``first`` is the arm of those that name none.

    The observations are as ``check_observations`` wants them.
    """
    return tuple(_score(seen, seen.arm or first, run) for seen in observations)


def check_observations(scenario: Scenario, observations: Sequence[Observation], *, source: str = "backtest") -> dt.date:
    """Refuse a forecast that has seen the future, and outcomes that it says nothing of.

    Returns
    -------
    date
        The scenario's ``as_of``.

    Raises
    ------
    InputError
        If the scenario has no ``as_of`` or uses what became known after it; or an outcome became known on or before
        it, or before what it measures was over, names an unknown side, arm, measure or month, has another unit, or is
        given twice. Every fault is listed.
    """
    faults = Faults(source=source)
    if not observations:
        faults.add("outcome", "be given at least once")
    if scenario.as_of is None:
        faults.add("as_of", "be given: a forecast is of a day", hint="write as_of = 2024-08-17 in the scenario")
    else:
        _check_inputs(scenario, scenario.as_of, faults)
    as_of = scenario.as_of or dt.date.min
    seen_before: set[tuple[str, str, str]] = set()
    for place, seen in enumerate(observations):
        where = f"outcome[{place}]"
        if seen.known_from <= as_of:
            faults.add(f"{where}.date", f"be after as_of {as_of}", str(seen.known_from))
        side = next((side for side in scenario.sides if side.name == seen.side), None)
        _check_name(f"{where}.side", seen.side, [side.name for side in scenario.sides], faults)
        _check_name(f"{where}.arm", seen.arm or scenario.arms[0].name, [arm.name for arm in scenario.arms], faults)
        _check_name(f"{where}.measure", seen.measure, list(MEASURES), faults)
        if seen.measure in MEASURES:
            _check_month(where, seen, scenario, faults)
            if side is not None:
                _check_unit(where, seen, side, faults)
        key = (seen.side, seen.arm or scenario.arms[0].name, _named(seen))
        if key in seen_before:
            faults.add(where, "be given once", ", ".join(key), "where reports differ, give one range: 10 to 15 GWh")
        seen_before.add(key)
    faults.raise_if_any()
    return as_of


def _check_inputs(scenario: Scenario, as_of: dt.date, faults: Faults) -> None:
    """Note every input that became known after ``as_of``."""
    if scenario.register is not None:
        faults.items += scenario.register.faults(as_of)
    if scenario.talks is not None:
        try:
            scenario.talks.log.check(scenario.talks.process, as_of, strict=True)
        except InputError as error:
            faults.items += error.faults


def _check_name(place: str, name: str, known: list[str], faults: Faults) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, n=2)
        faults.add(place, f"be one of {', '.join(known)}", name, f"did you mean {' or '.join(close)}?" if close else "")


def _check_month(where: str, seen: Observation, scenario: Scenario, faults: Faults) -> None:
    """Note a month that nothing is kept of, and a date before what it measures was over."""
    end = scenario.measure_to
    if seen.month:
        if seen.measure not in MONTHLY:
            faults.add(f"{where}.month", f"be left out: only {', '.join(MONTHLY)} is kept by month", seen.month)
            return
        months = _months(scenario)
        if seen.month not in months:
            faults.add(f"{where}.month", f"be one of {', '.join(months)}", seen.month)
            return
        end = min(end, months[seen.month])
    last = (end - dt.timedelta(microseconds=1)).date()
    if (scenario.as_of or dt.date.min) < seen.known_from < last:
        faults.add(f"{where}.date", f"not be before {last}, the last day of what it measures", str(seen.known_from))


def _months(scenario: Scenario) -> dict[str, dt.datetime]:
    """Return each measured month and its end."""
    out = {}
    day = scenario.measure_from.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while day < scenario.measure_to:
        following = (day + dt.timedelta(days=32)).replace(day=1)
        out[f"{day:%Y-%m}"] = following
        day = following
    return out


def _check_unit(where: str, seen: Observation, side: Side, faults: Faults) -> None:
    try:
        _converted(seen, side)
    except ValueError as error:
        must, _, _ = str(error).removeprefix("must ").partition(", got ")
        faults.add(f"{where}.value", f"{must}, as {seen.measure} of {seen.side}", seen.value_text)


def _converted(seen: Observation, side: Side) -> tuple[float, float]:
    """Return what was observed in the unit of the forecast."""
    unit = _unit(seen.measure, side)
    to = _WRITTEN.get(unit, unit)
    return convert(seen.low, seen.unit, to), convert(seen.high, seen.unit, to)


def _unit(measure: str, side: Side) -> str:
    own = {"energy": side.system.energy_unit, "power": side.system.power_unit}
    return own.get(MEASURES[measure], MEASURES[measure])


def _named(seen: Observation) -> str:
    return f"{seen.measure}:{seen.month}" if seen.month else seen.measure


def _score(seen: Observation, arm: str, run: Run) -> OutcomeScore:
    """Return one observation beside its forecast."""
    side = next(side for side in run.scenario.sides if side.name == seen.side)
    low, high = _converted(seen, side)
    forecast = _forecast(seen, arm, run)
    tie, within = _draws(run.seed, arm, seen)
    ranges = {level: central_range(forecast.values, level) for level in LEVELS}
    return OutcomeScore(
        observation=seen,
        arm=arm,
        low=low,
        high=high,
        forecast=forecast.estimate(),
        pit=randomised_pit(forecast.values, low + (high - low) * within, tie),
        ranges=ranges,
        inside={level: share_inside(low, high, ends) for level, ends in ranges.items()},
        crps=crps(forecast.values, low, high),
    )


def _forecast(seen: Observation, arm: str, run: Run) -> Sampled:
    outcome = run.outcome.side(seen.side)
    return measured_samples(outcome, arm)[_named(seen)]


def _draws(seed: int, arm: str, seen: Observation) -> tuple[float, float]:
    """Return two uniform draws for an observation: a pure function of the seed and of what it is of."""
    key = "\0".join((str(seed), seen.side, arm, _named(seen)))
    number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=16).digest(), "little")
    first, second = number >> 75, (number >> 11) & (2**53 - 1)
    return first / 2.0**53, second / 2.0**53

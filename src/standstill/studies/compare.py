"""Two results side by side: differences with paired standard errors where samples are at hand on the same draws.

Knows nothing of how the results came about.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standstill.engine.outcome import Outcome
from standstill.errors import Fault, Faults, FormatError, InputError
from standstill.estimate import Estimate
from standstill.measures.adequacy import EVENT_MEASURES
from standstill.measures.reserve import RESERVE_MEASURES
from standstill.measures.sampled import Sampled
from standstill.measures.samples import measured_samples
from standstill.model.scenario import Scenario
from standstill.scenario.reading import read_text
from standstill.studies.run import Run
from standstill.worth import savings

__all__ = ["Comparison", "Difference", "Result", "check_common", "compare_results", "read_result", "result_of"]

Table = dict[str, dict[str, dict[str, Estimate]]]
SAVING = "saving:"
"""Before the name of a measure: what is compared is the saving of the arm, not the arm's own value."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """One of the two things compared."""

    name: str
    """What it is called."""
    table: Table
    """arm -> side -> measure -> Estimate; of a run the first arm is the baseline."""
    worth: Table = field(default_factory=dict)
    """arm -> side -> measure -> saving against the first arm; empty where nothing was compared."""
    samples: int
    """Number of samples behind it."""
    seed: int
    """Seed of its draws."""
    outcome: Outcome | None = None
    """Its samples, if at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure in both results."""

    arm: str
    """Arm."""
    side: str
    """Side; of two systems that were assessed under two names, both."""
    measure: str
    """Measure; with "saving:" before it, its saving against the first arm."""
    a: Estimate
    """In the first."""
    b: Estimate
    """In the second."""
    difference: Estimate
    """Second minus first."""
    paired: bool
    """Whether the standard error is that of paired samples (same draws); otherwise that of two unrelated estimates."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "arm": self.arm,
            "side": self.side,
            "measure": self.measure,
            "a": self.a.as_dict(),
            "b": self.b.as_dict(),
            "difference": self.difference.as_dict(),
            "paired": self.paired,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two results side by side."""

    a: str
    """Name of the first."""
    b: str
    """Name of the second."""
    version: str
    """Version of Standstill."""
    differences: tuple[Difference, ...]
    """Arm by arm, side by side."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "schema": 1,
            "version": self.version,
            "a": self.a,
            "b": self.b,
            "differences": [row.as_dict() for row in self.differences],
        }


def result_of(run: Run, name: str) -> Result:
    """Return a run as one of two results."""
    return Result(
        name=name, table=run.measures, worth=run.worth, samples=run.samples, seed=run.seed, outcome=run.outcome
    )


def read_result(path: Path) -> Result:
    """Read the JSON that ``run`` or ``assess`` wrote.

    Raises
    ------
    FormatError
        If it is not such a file.
    """

    def refuse(came: str) -> FormatError:
        must = "be JSON that standstill run or standstill assess wrote"
        return FormatError(str(path), (Fault(place="file", must=must, got=came),))

    faults = Faults(source=str(path), error=FormatError)
    text = read_text(path, "file", faults)
    faults.raise_if_any()
    try:
        data = json.loads(text or "")
    except ValueError as error:
        raise refuse(str(error)) from error
    length = math.nan
    try:
        if "arms" in data:
            entries, saved = _entries(data["arms"]), _entries(data["worth"])
        else:
            systems = data.get("sides", [data])
            entries = [("as is", item["system"], _indices(item)) for item in systems]
            length = float(systems[0]["horizon_h"])
            saved = []
        samples = int(data["samples"] or 0)  # null where a result is exact
        return Result(
            name=str(path), table=_table(entries, samples, length), worth=_table(saved, samples, length),
            samples=samples, seed=int(data["seed"] or 0),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise refuse(f"{type(error).__name__}: {error}") from error


def _indices(item: dict[str, Any]) -> dict[str, Any]:
    """Return the indices of an assessment: six that every one has, and those of the others that it has."""
    names = ("lole", "eue", "neue", "lolev", "lold", "cvar95")
    more = [name for name in ("var95", "daily_lole", *EVENT_MEASURES, *RESERVE_MEASURES) if name in item]
    return {name: item[name] for name in (*names, *more)}


def _entries(arms: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(arm, side, found) for arm, sides in arms.items() for side, found in sides.items()]


def _table(entries: list[tuple[str, str, dict[str, Any]]], samples: int, horizon_h: float) -> Table:
    table: Table = {}
    for arm, side, found in entries:
        table.setdefault(arm, {})[side] = {name: _estimate(item, samples, horizon_h) for name, item in found.items()}
    return table


def _estimate(item: dict[str, Any], samples: int, horizon_h: float) -> Estimate:
    def number(name: str, otherwise: float) -> float:
        return otherwise if item.get(name) is None else float(item[name])

    return Estimate(
        value=number("value", math.nan),
        se=number("se", math.inf),
        unit=str(item["unit"]),
        samples=samples,
        horizon_h=horizon_h,
        bound=None if item.get("upper95") is None else float(item["upper95"]),
        reason=str(item.get("reason", "")),
    )


def check_common(first: Scenario | Result, second: Scenario | Result) -> None:
    """Refuse two things that have no arm and side in common, before one of them is simulated.

    Raises
    ------
    InputError
        If they have none.
    """
    found = [_parties(item) for item in (first, second)]
    if not found[0] & found[1] and not (_is_lone(first) and _is_lone(second)):
        _refuse(first.name, second.name, [", ".join(sorted(parties)) for parties in found])


def _parties(item: Scenario | Result) -> set[str]:
    if isinstance(item, Result):
        return {f"{arm}/{side}" for arm, sides in item.table.items() for side in sides}
    return {f"{arm.name}/{side.name}" for arm in item.arms for side in item.sides}


def _is_lone(item: Scenario | Result) -> bool:
    """Return whether there is one arm and one side, as of a system that was assessed."""
    return len(_parties(item)) == 1


def _refuse(first: str, second: str, found: list[str]) -> None:
    must = "have an arm, a side and a measure in common"
    raise InputError(f"{first} and {second}", (Fault(place="results", must=must, got=" and ".join(found)),))


def compare_results(first: Result, second: Result, version: str) -> Comparison:
    """Compare two results over the arms, sides and measures that both have, and the savings where both have them.

    Notes
    -----
    Where the samples of both are at hand, on the same draws, the standard error is that of the differences sample by
    sample, for ratios and tail means to first order (``Sampled``). Otherwise it is the square root of the sum of both
    squared, which is too large if the draws are in truth shared.

    Raises
    ------
    InputError
        If they have no arm, side or measure in common.
    """
    rows = tuple(_differences(first, second))
    if not rows:
        _refuse(first.name, second.name, [", ".join(sorted(_parties(result))) for result in (first, second)])
    return Comparison(a=first.name, b=second.name, version=version, differences=rows)


def _differences(first: Result, second: Result) -> Iterator[Difference]:
    kinds = [("", first.table, second.table, _measures)]
    if next(iter(first.table), None) == next(iter(second.table), None):
        # savings against different first arms would be different things
        kinds.append((SAVING, first.worth, second.worth, _savings))
    # two systems that were assessed are compared whatever they are called
    lone = _is_lone(first) and _is_lone(second)
    for prefix, ours, theirs, sampled in kinds:
        for arm, sides in ours.items():
            others = theirs.get(arm, {})
            for side, measures in sides.items():
                named = next(iter(others), side) if lone else side
                other = others.get(named, {})
                both = side if named == side else f"{side} and {named}"
                paired = _paired(first.outcome, second.outcome, arm, side, sampled)
                for name in (name for name in measures if name in other):
                    yield _difference(arm, both, f"{prefix}{name}", measures[name], other[name], paired.get(name))


def _difference(arm: str, side: str, measure: str, a: Estimate, b: Estimate, paired: Sampled | None) -> Difference:
    shared = paired if paired is not None and not paired.reason else None
    return Difference(
        arm=arm,
        side=side,
        measure=measure,
        a=a,
        b=b,
        difference=shared.estimate() if shared is not None else _combined(a, b),
        paired=shared is not None,
    )


def _combined(a: Estimate, b: Estimate) -> Estimate:
    reason = a.reason or b.reason
    if a.unit != b.unit:
        reason = f"one is in {a.unit}, the other in {b.unit}"
    # what is read of a run does not say how long it measured
    lengths = [item.horizon_h for item in (a, b) if math.isfinite(item.horizon_h)]
    if len(set(lengths)) > 1:
        reason = f"one is over {lengths[0]:g} h, the other over {lengths[1]:g} h"
    exists = a.exists and b.exists and a.unit == b.unit and len(set(lengths)) < 2
    return Estimate(
        value=b.value - a.value if exists else math.nan,
        se=math.hypot(a.se, b.se) if exists else math.nan,
        unit=b.unit,
        samples=min(a.samples, b.samples),
        horizon_h=b.horizon_h,
        reason=reason,
    )


def _measures(outcome: Outcome, side: str, arm: str) -> dict[str, Sampled]:
    return measured_samples(outcome.side(side), arm)


def _savings(outcome: Outcome, side: str, arm: str) -> dict[str, Sampled]:
    return savings(outcome.side(side), outcome.arms[0], arm)


def _paired(
    first: Outcome | None, second: Outcome | None, arm: str, side: str,
    sampled: Callable[[Outcome, str, str], dict[str, Sampled]],
) -> dict[str, Sampled]:  # fmt: skip
    """Return second minus first sample by sample; nothing if samples are not at hand or not on the same draws."""
    if first is None or second is None or (first.seed, first.samples) != (second.seed, second.samples):
        return {}
    if any(arm not in item.arms or side not in {found.name for found in item.sides} for item in (first, second)):
        return {}
    forms = [(found.power_unit, found.energy_unit, found.horizon_h) for found in (first.side(side), second.side(side))]
    if forms[0] != forms[1]:
        return {}
    a, b = sampled(first, side, arm), sampled(second, side, arm)
    # amounts of money may be in two currencies
    return {name: b[name].minus(a[name]) for name in b if name in a and a[name].unit == b[name].unit}

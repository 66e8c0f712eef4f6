"""Two results side by side: differences with paired standard errors where the draws are shared, else combined ones.

Knows nothing of how the results came about.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import Outcome, SideOutcome
from standstill.errors import Fault, FormatError, InputError
from standstill.estimate import Estimate
from standstill.measures.adequacy import from_samples
from standstill.measures.consumers import got_through
from standstill.studies.run import Run

__all__ = ["Comparison", "Difference", "Result", "compare_results", "read_result", "result_of"]

Table = dict[str, dict[str, dict[str, Estimate]]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Result:
    """One of the two things compared."""

    name: str
    """What it is called."""
    table: Table
    """arm -> side -> measure -> Estimate."""
    outcome: Outcome | None = None
    """Its samples, if at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure in both results."""

    arm: str
    """Arm."""
    side: str
    """Side."""
    measure: str
    """Measure."""
    a: Estimate
    """In the first."""
    b: Estimate
    """In the second."""
    difference: Estimate
    """Second minus first."""
    paired: bool
    """Whether the standard error is that of paired samples (same seed), not of independent ones."""

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
    return Result(name=name, table=run.measures, outcome=run.outcome)


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

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise refuse(str(error.strerror or error)) from error
    except ValueError as error:
        raise refuse(str(error)) from error
    try:
        if "arms" in data:
            entries = [(arm, side, found) for arm, sides in data["arms"].items() for side, found in sides.items()]
        else:
            names = ("lole", "eue", "neue", "lolev", "lold", "cvar95")
            systems = data.get("sides", [data])
            entries = [("as is", item["system"], {name: item[name] for name in names}) for item in systems]
        table: Table = {}
        for arm, side, found in entries:
            measures = {name: _estimate(item, data["samples"]) for name, item in found.items()}
            table.setdefault(arm, {})[side] = measures
        return Result(name=str(path), table=table)
    except (KeyError, TypeError, AttributeError) as error:
        raise refuse(f"{type(error).__name__}: {error}") from error


def _estimate(item: dict[str, Any], samples: int) -> Estimate:
    def number(name: str) -> float:
        return math.nan if item.get(name) is None else float(item[name])

    return Estimate(
        value=number("value"),
        se=number("se"),
        unit=str(item["unit"]),
        samples=samples,
        horizon_h=math.nan,
        reason=str(item.get("reason", "")),
    )


def compare_results(first: Result, second: Result, version: str) -> Comparison:
    """Compare two results over the arms, sides and measures that both have.

    A measure whose samples are at hand in both, on the same draws, gets a paired standard error; any other the
    square root of the sum of both squared.

    Raises
    ------
    InputError
        If they have no arm, side or measure in common.
    """
    rows = tuple(_differences(first, second))
    if not rows:
        kinds = [", ".join(sorted(_sides(result))) for result in (first, second)]
        fault = Fault(
            place="results", must="have an arm, a side and a measure in common", got=f"{kinds[0]} and {kinds[1]}"
        )
        raise InputError(f"{first.name} and {second.name}", (fault,))
    return Comparison(a=first.name, b=second.name, version=version, differences=rows)


def _sides(result: Result) -> set[str]:
    return {f"{arm}/{side}" for arm, sides in result.table.items() for side in sides}


def _differences(first: Result, second: Result) -> Iterator[Difference]:
    lone = all(len(result.table) == 1 and len(next(iter(result.table.values()))) == 1 for result in (first, second))
    for arm, sides in first.table.items():
        for side, measures in sides.items():
            # two systems that were assessed are compared whatever they are called
            other = (
                next(iter(second.table.get(arm, {}).values()), {}) if lone else second.table.get(arm, {}).get(side, {})
            )
            paired = _paired(first.outcome, second.outcome, arm, side)
            for name, a in measures.items():
                if name in other:
                    b = other[name]
                    difference = paired.get(name) or _combined(a, b)
                    yield Difference(
                        arm=arm, side=side, measure=name, a=a, b=b, difference=difference, paired=name in paired
                    )


def _combined(a: Estimate, b: Estimate) -> Estimate:
    reason = a.reason or b.reason
    if a.unit != b.unit:
        reason = f"one is in {a.unit}, the other in {b.unit}"
    exists = a.exists and b.exists and a.unit == b.unit
    return Estimate(
        value=b.value - a.value if exists else math.nan,
        se=math.hypot(a.se, b.se) if exists else math.nan,
        unit=b.unit,
        samples=min(a.samples, b.samples),
        horizon_h=b.horizon_h,
        reason=reason,
    )


Floats = NDArray[np.float64]
_BY_SAMPLE: dict[str, tuple[str, Callable[[SideOutcome, str], Floats]]] = {
    "eue": ("", lambda side, arm: side.column(arm, "unserved")),
    "lole": ("h", lambda side, arm: side.column(arm, "short_steps") * side.step_h),
    "lolev": ("events", lambda side, arm: side.column(arm, "events")),
    "hours_off": ("h/d", lambda side, arm: side.column(arm, "hours_off") * 24.0 / side.horizon_h),
    "critical_hours": ("h", lambda side, arm: side.column(arm, "critical_steps") * side.step_h),
    "generation_limited": ("", lambda side, arm: side.column(arm, "unserved") - side.column(arm, "delivery_unserved")),
    "delivery_limited": ("", lambda side, arm: side.column(arm, "delivery_unserved")),
    "getting_through": ("probability", got_through),
}
"""Measure -> unit (the energy unit if empty) and its value in each sample."""


def _paired(first: Outcome | None, second: Outcome | None, arm: str, side: str) -> dict[str, Estimate]:
    """Return the measures that can be compared sample by sample, as second minus first."""
    if first is None or second is None or (first.seed, first.samples) != (second.seed, second.samples):
        return {}
    if any(arm not in item.arms or side not in {found.name for found in item.sides} for item in (first, second)):
        return {}
    a, b = first.side(side), second.side(side)
    if (a.energy_unit, a.horizon_h) != (b.energy_unit, b.horizon_h):
        return {}
    return {
        name: from_samples(values(b, arm) - values(a, arm), unit or a.energy_unit, a.horizon_h)
        for name, (unit, values) in _BY_SAMPLE.items()
    }

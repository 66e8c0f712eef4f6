"""Decisions: all curves and equivalents of a scenario, or those asked for. What ``standstill decide`` returns."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standstill.errors import Fault, InputError
from standstill.estimate import Estimate
from standstill.model.scenario import Scenario
from standstill.studies.curves import CURVES, Curve, Curves, LastStart, Point, curves, for_severity
from standstill.studies.equivalents import Equivalent, Equivalents, equivalents
from standstill.studies.levers import LEVERS
from standstill.studies.sampling import Sampling

__all__ = ["FILE", "Decisions", "asked", "decisions", "n_units", "read_decisions"]

FILE = "decisions.json"
"""Name of the file beside a run that holds what was decided on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """Curves and equivalents."""

    scenario_id: str
    """Identity of the scenario's content."""
    curves: Curves | None
    """Decision curves; None if none was asked for."""
    equivalents: Equivalents | None
    """What would do as much; None if nothing was asked for."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form; null with a reason for what was not asked for."""
        missing = {"value": None, "reason": "was not asked for"}
        return {
            "schema": 1,
            "scenario_id": self.scenario_id,
            "curves": self.curves.as_dict() if self.curves else missing,
            "equivalents": self.equivalents.as_dict() if self.equivalents else missing,
        }


def asked(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which curves and which measures are asked for; all of both by default.

    Raises
    ------
    InputError
        With every name that is neither.
    """
    faults = [
        Fault(place=name, must=f"be a curve ({', '.join(CURVES)}) or a measure ({', '.join(LEVERS)})")
        for name in names
        if name not in CURVES and name not in LEVERS
    ]
    if faults:
        raise InputError("only", tuple(faults))
    if not names:
        return tuple(CURVES), tuple(LEVERS)
    return tuple(name for name in CURVES if name in names), tuple(name for name in LEVERS if name in names)


def n_units(scenario: Scenario, names: Sequence[str], samples: int) -> int:
    """Return how much ``progress`` of ``decisions`` adds up to."""
    wanted, measures = asked(names)
    more = for_severity(Sampling(samples=samples, seed=0, version="")).samples if "severity" in wanted else 0
    return len(scenario.sides) * (samples * (bool(wanted) + len(measures)) + more)


def decisions(
    scenario: Scenario,
    only: Sequence[str] = (),
    *,
    sampling: Sampling,
) -> Decisions:
    """Return the curves and equivalents asked for.

    Parameters
    ----------
    scenario: Scenario
        A scenario with an arm whose terms have a fixed window.
    only: sequence of str
        Names of curves and measures; all by default.
    sampling: Sampling
        How it is simulated; equivalents take as many samples as they need. What ``progress`` is told adds up to
        ``n_units``.

    Raises
    ------
    InputError
        If a name is not known, or there is no standstill to vary.
    """
    wanted, measures = asked(only)
    found = curves(scenario, wanted, sampling=sampling) if wanted else None
    same = equivalents(scenario, measures, sampling=sampling) if measures else None
    return Decisions(scenario_id=scenario.id, curves=found, equivalents=same)


def read_decisions(folder: Path, scenario: Scenario) -> Decisions | None:
    """Return what was decided on beside a run; None if there is nothing, or it is of another scenario or damaged."""
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if data["scenario_id"] != scenario.id:
            return None
        curve, same = data["curves"], data["equivalents"]
        return Decisions(
            scenario_id=data["scenario_id"],
            curves=_curves(curve) if "curves" in curve else None,
            equivalents=_equivalents(same) if "equivalents" in same else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _estimate(item: dict[str, Any], samples: int) -> Estimate:
    def number(name: str) -> float:
        return math.nan if item[name] is None else float(item[name])

    return Estimate(
        value=number("value"), se=number("se"), unit=item["unit"], samples=samples, horizon_h=math.nan,
        p10=item.get("p10"), p50=item.get("p50"), p90=item.get("p90"), reason=item.get("reason", ""),
    )  # fmt: skip


def _last_start(item: dict[str, Any]) -> LastStart:
    day = item["value"]
    return LastStart(day=dt.date.fromisoformat(day) if day else None, reason=item["reason"])


def _curves(data: dict[str, Any]) -> Curves:
    count = data["samples"]

    def table(values: dict[str, Any]) -> dict[str, Estimate]:
        return {side: _estimate(item, count) for side, item in values.items()}

    def point(item: dict[str, Any]) -> Point:
        return Point(
            line=item["line"],
            at=item["at"],
            value=item["value"],
            saving=table(item["saving"]),
            getting_through=table(item["getting_through"]),
            without=table(item["getting_through_without"]),
            per_week=table(item["lost_per_week"]),
        )

    found = {
        name: Curve(
            name=name,
            question=item["question"],
            axis=item["axis"],
            points=tuple(point(part) for part in item["points"]),
            last_start={side: _last_start(part) for side, part in item.get("last_start", {}).items()},
            in_words=tuple(item["in_words"]),
        )
        for name, item in data["curves"].items()
    }
    return Curves(
        scenario=data["scenario"], version=data["version"], arm=data["arm"], samples=count, seed=data["seed"],
        assumed=table(data["assumed"]), curves=found,
    )  # fmt: skip


def _equivalents(data: dict[str, Any]) -> Equivalents:
    rows = tuple(
        Equivalent(
            side=item["side"],
            lever=item["measure"],
            target=item["target"],
            amount=_estimate(item["amount"], item["samples"]),
            reached=_estimate(item["reached"], item["samples"]),
            aim=_estimate(item["aim"], item["samples"]),
            samples=item["samples"],
            available=item["available"],
        )
        for item in data["equivalents"]
    )
    return Equivalents(
        scenario=data["scenario"], version=data["version"], arm=data["arm"], seed=data["seed"], rows=rows
    )

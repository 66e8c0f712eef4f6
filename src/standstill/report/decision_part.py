"""What the page shows of curves and equivalents: until when, instead of what, tables, and two charts a side.

Knows nothing of how they were computed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standstill.estimate import Estimate
from standstill.report import decision_words as words
from standstill.report.charts import STYLES, Band, fan_svg
from standstill.report.grid import Grid
from standstill.report.pictures import Picture
from standstill.report.rounding import scale_for
from standstill.report.words import counted_words, named
from standstill.studies.curves import Curve, Curves, Point
from standstill.studies.decisions import Decisions
from standstill.studies.equivalents import Equivalents
from standstill.units import count_text

__all__ = ["DecisionsPart", "decision_pictures", "decisions_part"]

DATED = {"delay": "Saved, by when it begins", "collapse": "Saved, by when it ends"}
"""Curves that are drawn over dates, and their titles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsPart:
    """What the page shows of decisions."""

    until: tuple[str, ...]
    """Until when a start is in time, and what a week costs."""
    instead: Grid | None
    """What would do as much; None if it was not asked."""
    tables: tuple[Grid, ...]
    """One for each curve, and the equivalents."""
    samples: int | None
    """Samples of the curves."""
    counted: str
    """Over how many winters they are counted, and how far chance may move shares where these are few."""


def decisions_part(found: Decisions) -> DecisionsPart:
    """Return what a page shows of decisions."""
    tables = []
    if found.curves is not None:
        sides = tuple(found.curves.assumed)
        tables = [
            Grid(
                title=curve.question,
                header=words.curve_header(curve, sides),
                rows=words.curve_rows(curve, sides),
                note=" ".join((*words.start_words(curve), *curve.in_words)),
            )
            for curve in found.curves.curves.values()
        ]
    if found.equivalents is not None:
        tables.append(
            Grid(
                title=f"What would do as much as {named(found.equivalents.arm)}, without it?",
                header=words.EQUIVALENT_HEADER,
                rows=words.equivalent_rows(found.equivalents),
                note="Each measure alone, in every winter. What is added is never struck; what there is already is.",
            )
        )
    return DecisionsPart(
        until=tuple(words.until_words(found.curves)) if found.curves else (),
        instead=_instead(found.equivalents) if found.equivalents else None,
        tables=tuple(tables),
        samples=found.curves.samples if found.curves else None,
        counted=_counted(found.curves.samples) if found.curves else "",
    )


def _counted(samples: int) -> str:
    return counted_words(samples) or f"Counted over {count_text(samples, 'simulated winter')}."


def _instead(found: Equivalents) -> Grid:
    header, rows = words.instead_rows(found)
    return Grid(
        title="",
        header=header,
        rows=rows,
        note=f"For as much unserved energy as with {named(found.arm)}, in every winter.",
    )


def decision_pictures(found: Decisions) -> list[Picture]:
    """Return the charts: for each side, what is saved by start and by end."""
    if found.curves is None:
        return []
    return [
        _picture(found.curves, curve, side)
        for name in DATED
        if (curve := found.curves.curves.get(name)) is not None and len(curve.points) > 1
        for side in found.curves.assumed
    ]


def _picture(curves: Curves, curve: Curve, side: str) -> Picture:
    estimates = [point.saving[side] for point in curve.points]
    scale = scale_for(estimates[0].unit, [end for item in estimates for end in (item.p10 or 0.0, item.p90 or 0.0)])
    lines = dict.fromkeys(point.line for point in curve.points)
    bands = [
        _band([point for point in curve.points if point.line == line], side, scale.factor, line or curves.arm, place)
        for place, line in enumerate(lines)
    ]
    return Picture(
        name=f"{curve.name}-{list(curves.assumed).index(side)}",
        kind=f"decision-{curve.name}",
        side=side,
        title=DATED[curve.name],
        caption="Line: the median. Band: 80 of 100 winters.",
        svg=fan_svg(bands, f"saved, {scale.unit}"),
    )


def _band(points: list[Point], side: str, factor: float, label: str, place: int) -> Band:
    def ends(pick: str) -> NDArray[np.float64]:
        return np.array([factor * float(_end(point.saving[side], pick)) for point in points])

    return Band(
        label=label,
        style=STYLES[(place + 1) % len(STYLES)],
        days=tuple(dt.date.fromisoformat(point.at) for point in points),
        low=ends("p10"),
        mid=ends("p50"),
        high=ends("p90"),
    )


def _end(item: Estimate, pick: str) -> float:
    value = getattr(item, pick)
    return item.value if value is None else float(value)

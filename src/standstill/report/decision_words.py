"""Curves and equivalents in sentences and rows: the same for the command line and the report.

Every sentence about a side is one template, so that exchanging the sides exchanges the sentences.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from standstill.estimate import Estimate
from standstill.measures.rare import share_bounds
from standstill.report.rounding import FEW, Scale, amount_text, chance_text, mean_text, range_text, scale_for
from standstill.report.words import day_words
from standstill.studies.curves import GETS_THROUGH, Curve, Curves, LastStart, Point
from standstill.studies.equivalents import Equivalents, amount_words
from standstill.studies.levers import LEVERS
from standstill.units import count_text

__all__ = [
    "EQUIVALENT_HEADER",
    "curve_header",
    "curve_rows",
    "equivalent_rows",
    "instead_rows",
    "last_start_words",
    "start_words",
    "until_words",
]

EQUIVALENT_HEADER = ("side", "instead", "for the same unserved energy", "for as many winters without grave cuts")
WITHOUT = "without a standstill too"
"""How a last start begins that no start is needed for; it has looked at the error already."""
SURE_ERRORS = 2.0
"""Standard errors allowed for before a share is taken to be surely half or more, or surely less."""
WEEKS = (0.0, 4.5)
"""Delays whose cost is told in one number: those of the first weeks after the assumed start."""


def curve_header(curve: Curve, sides: Sequence[str]) -> tuple[str, ...]:
    """Return the header of a curve's table; a column for the line only where there are several."""
    cells = ("saved on average", "80 % range", "winters in 100 without grave cuts")
    return (*(("line",) if _has_lines(curve) else ()), "at", *(f"{side}: {cell}" for side in sides for cell in cells))


def _has_lines(curve: Curve) -> bool:
    return any(point.line for point in curve.points)


def curve_rows(curve: Curve, sides: Sequence[str]) -> list[tuple[str, ...]]:
    """Return a curve's table, point by point; each side's amounts in one unit."""
    scales = {side: _scale(curve, side) for side in sides}
    rows = []
    for point in curve.points:
        cells = []
        for side in sides:
            saved, through = point.saving.get(side), point.getting_through.get(side)
            if saved is None or through is None:
                cells += ["", "", ""]
                continue
            before = point.without[side].value
            cells += [
                mean_text(saved, scales[side]),
                amount_text(saved, scales[side]) if saved.samples >= FEW else "too few winters",
                f"{chance_text(through.value)} instead of {chance_text(before)}",
            ]
        rows.append((*((point.line,) if _has_lines(curve) else ()), point.at, *cells))
    return rows


def _scale(curve: Curve, side: str) -> Scale:
    """Return the size of a side's amounts over all points of a curve."""
    found = [point.saving[side] for point in curve.points if side in point.saving]
    ends = [end for item in found for end in (item.value, item.p90) if end is not None]
    return scale_for(found[0].unit if found else "", ends)


def last_start_words(item: LastStart) -> str:
    """Return until when a start is in time, as the end of a sentence."""
    if item.reason or item.day is None:
        return item.reason
    return f"{day_words(item.day)} is the last start looked at with which at least half of winters meet the criterion"


def start_words(curve: Curve) -> list[str]:
    """Return until when a start is in time, a sentence a side; nothing but for the curve of delay.

    Where the winters simulated leave open which of several starts is the last, that is what it says.
    """
    return [f"{side}: {_start_words(curve, side, item)}." for side, item in curve.last_start.items()]


def _start_words(curve: Curve, side: str, item: LastStart) -> str:
    """Return the sentence of one side: any start whose share is within two standard errors of half may be the last."""
    if WITHOUT in item.reason:
        return last_start_words(item)
    sure, possible = _in_time(curve, side, is_sure=True), _in_time(curve, side, is_sure=False)
    if len(sure) == len(possible):
        return last_start_words(item)
    if len(possible) == len(curve.points):
        when = f"is {sure[-1]} or later" if sure else "may be any of those looked at, or none"
    else:
        when = f"is between {sure[-1]} and {possible[-1]}" if sure else f"is {possible[-1]} at the latest, if any is"
    return (
        f"the last start with which at least half of winters meet the criterion {when}: "
        f"{count_text(curve.points[0].getting_through[side].samples, 'winter')} cannot tell more closely"
    )


def _in_time(curve: Curve, side: str, *, is_sure: bool) -> list[str]:
    """Return the starts, from the earliest on, with which half of winters surely, or possibly, meet the criterion."""

    def enough(point: Point) -> bool:
        share = point.getting_through[side]
        low, high = share_bounds(share.value, share.samples, SURE_ERRORS)
        return (low if is_sure else high) >= GETS_THROUGH

    return [day_words(dt.date.fromisoformat(point.at)) for point in takewhile(enough, curve.points)]


def until_words(found: Curves) -> list[str]:
    """Return until when a start is in time, and what a week of delay costs, for each side."""
    curve = found.curves.get("delay")
    if curve is None or not curve.points:
        return []
    words = start_words(curve)
    for side in curve.last_start:
        costs = [
            point.per_week[side]
            for point in curve.points
            if point.per_week and WEEKS[0] < (point.value or 0.0) < WEEKS[1]
        ]
        if costs:
            cost = mean_text(_mean(costs), _scale(curve, side))
            words.append(f"{side}: each week of delay in the first month costs {cost} on average.")
    return words


def _mean(items: Sequence[Estimate]) -> Estimate:
    """Return the mean of estimates from the same winters; its error is at most the mean of theirs."""
    value, se = (sum(getattr(item, name) for item in items) / len(items) for name in ("value", "se"))
    return replace(items[0], value=value, se=se, p10=None, p50=None, p90=None)


def _amount(item: Estimate) -> str:
    if not item.exists:
        return item.reason
    scale = scale_for(item.unit, [item.value])
    if scale.unit == item.unit:
        return amount_words(item.value, item.unit)
    return range_text(item.value, item.value, scale)


def equivalent_rows(found: Equivalents) -> list[tuple[str, ...]]:
    """Return the table of equivalents: side by side, measure by measure, both targets."""
    rows: dict[tuple[str, str], list[str]] = {}
    for row in found.rows:
        rows.setdefault((row.side, row.lever), []).append(_amount(row.amount))
    return [(side, LEVERS[lever], *cells) for (side, lever), cells in rows.items()]


def instead_rows(found: Equivalents) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the table for the first screen, header and rows: measure by measure, the amount for each side."""
    sides = tuple(dict.fromkeys(row.side for row in found.rows))
    cells = {(row.lever, row.side): row for row in found.rows if row.target == "unserved"}

    def cell(lever: str, side: str) -> str:
        row = cells.get((lever, side))
        if row is None or not row.available:
            return "has none"
        return _amount(row.amount) if row.amount.exists else "no amount does"

    rows = [
        (what, *(cell(lever, side) for side in sides))
        for lever, what in LEVERS.items()
        if any((lever, side) in cells for side in sides)
    ]
    return ("each alone", *sides), rows

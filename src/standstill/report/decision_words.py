"""Curves and equivalents in sentences and rows: the same for the command line and the report.

Every sentence about a side is one template, so that exchanging the sides exchanges the sentences.
"""

from __future__ import annotations

from collections.abc import Sequence

from standstill.estimate import Estimate
from standstill.report.rounding import amount_text, chance_text, mean_text, range_text, scale_for
from standstill.report.words import day_words
from standstill.studies.curves import Curve, Curves, LastStart
from standstill.studies.equivalents import Equivalents, amount_words
from standstill.studies.levers import LEVERS

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

EQUIVALENT_HEADER = ("side", "instead", "for the same unserved energy", "for as many winters got through")
WEEKS = (0.0, 4.5)
"""Delays whose cost is told in one number: those of the first weeks after the assumed start."""


def curve_header(sides: Sequence[str]) -> tuple[str, ...]:
    """Return the header of a curve's table."""
    cells = ("saved on average", "80 % range", "winters in 100 got through")
    return ("line", "at", *(f"{side}: {cell}" for side in sides for cell in cells))


def curve_rows(curve: Curve, sides: Sequence[str]) -> list[tuple[str, ...]]:
    """Return a curve's table, point by point."""
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
                mean_text(saved),
                amount_text(saved),
                f"{chance_text(through.value)} instead of {chance_text(before)}",
            ]
        rows.append((point.line, point.at, *cells))
    return rows


def last_start_words(item: LastStart) -> str:
    """Return until when a start is in time, as the end of a sentence."""
    if item.reason or item.day is None:
        return item.reason
    return f"{day_words(item.day)} is the last start looked at with which at least half of winters meet the criterion"


def start_words(curve: Curve) -> list[str]:
    """Return until when a start is in time, a sentence a side; nothing but for the curve of delay."""
    return [f"{side}: {last_start_words(item)}." for side, item in curve.last_start.items()]


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
            cost = sum(item.value for item in costs) / len(costs)
            amount = range_text(cost, cost, scale_for(costs[0].unit, [cost]))
            words.append(f"{side}: each week of delay in the first month costs {amount} on average.")
    return words


def _amount(item: Estimate) -> str:
    return amount_words(item.value, item.unit) if item.exists else item.reason


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

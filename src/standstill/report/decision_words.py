"""Curves and equivalents in sentences and rows: the same for the command line and the report.

Every sentence about a side is one template, so that exchanging the sides exchanges the sentences.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from standstill.estimate import Estimate
from standstill.report.rounding import chance_text, range_text, scale_for
from standstill.report.words import day_words
from standstill.studies.curves import Curve, Curves
from standstill.studies.equivalents import Equivalents, amount_words
from standstill.studies.levers import LEVERS

__all__ = ["EQUIVALENT_HEADER", "curve_header", "curve_rows", "equivalent_rows", "instead_rows", "until_words"]

EQUIVALENT_HEADER = ("side", "instead", "for the same unserved energy", "for as many winters got through")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
NO_AMOUNT = "no amount does"
WEEKS = (0.0, 4.5)
"""Delays whose cost is told in one number: those of the first weeks after the assumed start."""


def _mean(item: Estimate) -> str:
    return range_text(item.value, item.value, scale_for(item.unit, [item.value]))


def _range(item: Estimate) -> str:
    if item.p10 is None or item.p90 is None:
        return _mean(item)
    return range_text(item.p10, item.p90, scale_for(item.unit, (item.p10, item.p90)))


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
            cells += [_mean(saved), _range(saved), f"{chance_text(through.value)} instead of {chance_text(before)}"]
        rows.append((point.line, point.at, *cells))
    return rows


def until_words(found: Curves) -> list[str]:
    """Return until when a start is in time, and what a week of delay costs, for each side."""
    curve = found.curves.get("delay")
    if curve is None or not curve.points:
        return []
    words = [
        _DATE.sub(lambda day: day_words(dt.date.fromisoformat(day[0])), text)
        for text in curve.in_words[: len(curve.last_start)]
    ]
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
        if row is None or not (row.amount.exists or row.amount.reason.startswith(NO_AMOUNT)):
            return "has none"
        return amount_words(row.amount.value, row.amount.unit) if row.amount.exists else NO_AMOUNT

    rows = [
        (what, *(cell(lever, side) for side in sides))
        for lever, what in LEVERS.items()
        if any((lever, side) in cells for side in sides)
    ]
    return ("each alone", *sides), rows

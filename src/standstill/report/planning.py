"""The weekly planning table: mild, median and severe weeks by side and arm; for the page and as CSV.

Knows nothing of HTML.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from standstill.engine.outcome import SideOutcome
from standstill.evidence.figure import Figure
from standstill.measures.daily import WeekPart, WeekRow, planning_table
from standstill.model.scenario import Side
from standstill.report.rounding import Scale, number_text
from standstill.report.words import Vocabulary, day_words, vocabulary_of
from standstill.studies.run import Run
from standstill.units import convert

__all__ = ["CASES", "COLUMNS", "Cell", "PlanningTable", "people_of", "planning_csv", "planning_tables"]

CASES = ("mild", "median", "severe")
COLUMNS = (
    "side", "arm", "week_start", "case", "hours_off_per_day", "share_off", "people_without_supply",
    "critical_cut_hours",
)  # fmt: skip
"""Columns of the CSV."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a planning table."""

    text: str
    """Rounded number."""
    depth: int
    """0 (nothing) to 5 (most), for shading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningTable:
    """The weeks of one side in one arm."""

    side: str
    """Name of the side."""
    arm: str
    """Name of the arm."""
    heads: tuple[str, ...]
    """Headings of the groups of three columns."""
    weeks: tuple[tuple[str, tuple[Cell, ...]], ...]
    """First day of each week, and its cells: each group mild, median, severe."""


def people_of(side: Side) -> float:
    """Return the number of people that sheddable load serves: the median of the figure; 0 if not stated."""
    if isinstance(side.people, Figure):
        return convert(side.people.median, side.people.unit, "people")
    return float(side.people)


def planning_tables(run: Run, side: SideOutcome, people: float) -> tuple[PlanningTable, ...]:
    """Return one table for each arm; none if the run kept no days."""
    if side.histograms is None:
        return ()
    words = vocabulary_of(side.power_unit)
    weeks = [planning_table(side, place, people) for place in range(len(run.outcome.arms))]
    largest = max(part.people for rows in weeks for row in rows for part in _parts(row))
    crowd = _crowd(largest)
    heads = [
        words.off_short,
        *([f"{words.people}, {crowd.unit}".rstrip(", ")] if people else []),
        words.cut_for,
    ]
    return tuple(
        PlanningTable(
            side=side.name,
            arm=arm,
            heads=tuple(heads),
            weeks=tuple((day_words(row.start), _cells(row, words, crowd, bool(people))) for row in rows),
        )
        for arm, rows in zip(run.outcome.arms, weeks, strict=True)
    )


def _parts(row: WeekRow) -> tuple[WeekPart, ...]:
    return row.mild, row.median, row.severe


def _crowd(largest: float) -> Scale:
    sizes = ((1e6, "million"), (1e3, "thousand"), (1.0, ""))
    size, unit = next(((size, unit) for size, unit in sizes if largest >= size), sizes[-1])
    return Scale(factor=1.0 / size, unit=unit)


def _cells(row: WeekRow, words: Vocabulary, crowd: Scale, counted: bool) -> tuple[Cell, ...]:
    parts = _parts(row)
    groups = [[(part.hours_off * words.off_scale.factor, part.hours_off / 24.0) for part in parts]]
    if counted:
        groups.append([(part.people * crowd.factor, part.hours_off / 24.0) for part in parts])
    groups.append([(part.critical_hours * words.critical_scale.factor, part.critical_hours / 168.0) for part in parts])
    return tuple(Cell(text=_compact(value), depth=_depth(share)) for group in groups for value, share in group)


def _compact(value: float) -> str:
    return number_text(value, finest=-1).replace("under ", "<")


def _depth(share: float) -> int:
    """Return how deep a cell is shaded, from the share of time off."""
    return 0 if share <= 0.0 else 1 + sum(share * 24.0 >= limit for limit in (2.0, 4.0, 8.0, 12.0))


def planning_csv(run: Run) -> str:
    """Return the weekly planning table of all sides and arms as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for given, side in zip(run.scenario.sides, run.outcome.sides, strict=True):
        if side.histograms is None:
            continue
        people = people_of(given)
        for place, arm in enumerate(run.outcome.arms):
            for row in planning_table(side, place, people):
                for case, part in zip(CASES, _parts(row), strict=True):
                    writer.writerow((side.name, arm, row.start.isoformat(), case, *_numbers(part, counted=people > 0)))
    return out.getvalue()


def _numbers(part: WeekPart, *, counted: bool) -> tuple[str, str, str, str]:
    crowd = f"{float(f'{part.people:.2g}'):.0f}" if counted else ""
    return f"{part.hours_off:.4g}", f"{part.hours_off / 24.0:.4g}", crowd, f"{part.critical_hours:g}"

"""The user's own series: CSV files of loads, factors and temperatures, put on the steps and days of a simulation.

Knows files and columns; what a series is for is said by the table that names it. Every fault gives file, row, column.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Iterator, Mapping
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Fault, Faults
from standstill.evidence.rows import read_rows
from standstill.scenario.reading import near
from standstill.scenario.timeline import Timeline
from standstill.units import LARGEST

__all__ = ["FindFile", "read_columns", "read_moment", "step_values", "weather_years"]

Floats = NDArray[np.float64]
When = TypeVar("When", bound=dt.date)
FindFile = Callable[[str, str], Path | Traversable | None]
"""From a file's name and the place that names it to the file, or none after noting that there is none."""

MOST_FAULTS = 5
"""Faults of one file that are listed one by one."""
_TIME_HINT = "write local times as 2024-10-01T18:00, without an offset"
_DAY_HINT = "write dates as 2024-10-01"


def read_columns(
    source: Path | Traversable, needed: tuple[str, ...], faults: Faults
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells of each row of a file that may have further columns, noting faults of form.

    Parameters
    ----------
    source: Path or Traversable
        A UTF-8 CSV file with a header; lines that begin with "#" are notes.
    needed: tuple of str
        Columns it must have.
    faults: Faults
        Where faults are noted.
    """
    header = _header(source)
    missing = [name for name in needed if header and name not in header]
    for name in missing:
        faults.add("header", f"have the column {name}", hint=near(name, header))
    if not missing:
        yield from read_rows(source, header or needed, faults)


def _header(source: Path | Traversable) -> tuple[str, ...]:
    """Return the names of a file's columns; none where it cannot be read, which ``read_rows`` notes."""
    try:
        text = source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ()
    for line in text.splitlines():
        if line.strip(" ,\t") and not line.lstrip().startswith("#"):
            names = (name.strip() for name in next(csv.reader(io.StringIO(line))))
            return tuple(dict.fromkeys(names))
    return ()


def read_moment(text: str) -> dt.datetime:
    """Return the local time that a cell states.

    Raises
    ------
    ValueError
        If it is not a date or a local time.

    Examples
    --------
    >>> read_moment("2024-10-01T18:00"), read_moment("2024-10-01")
    (datetime.datetime(2024, 10, 1, 18, 0), datetime.datetime(2024, 10, 1, 0, 0))
    """
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError("must be a local time")
    return moment


def step_values(
    source: Path | Traversable, column: str, time: Timeline, faults: Faults, *, low: float = 0.0
) -> Floats | None:
    """Return one value for each step of a simulation; none after noting every fault.

    Parameters
    ----------
    source: Path or Traversable
        CSV with the columns ``time``, a local time, and ``column``, a number. Rows are equally far apart, by a step
        or by a whole part of one; those outside the simulation are not used.
    column: str
        Column to read.
    time: Timeline
        Steps of the simulation. A step takes the mean of the rows within it.
    faults: Faults
        Where faults are noted.
    low: float
        Least value allowed.
    """
    own = Faults(source=faults.source)
    rows = _numbers(source, "time", column, read_moment, _TIME_HINT, low, own)
    values = _by_step(rows, time, own) if rows and not own.items else None
    faults.items += _shortened(own)
    return values


def _by_step(rows: Mapping[dt.datetime, float], time: Timeline, faults: Faults) -> Floats | None:
    times = sorted(rows)
    spacing_h = min([time.step_h, *((b - a).total_seconds() / 3600.0 for a, b in pairwise(times))])
    per_step = round(time.step_h / spacing_h)
    if abs(per_step * spacing_h - time.step_h) > 1e-6:
        faults.add("time", f"have rows a step of {time.step_h:g} h, or a whole part of one, apart", f"{spacing_h:g} h")
        return None
    spacing = dt.timedelta(hours=time.step_h / per_step)
    count = time.n_steps * per_step
    # two rows a moment apart would ask for billions: no more are looked for than there are, and one
    wanted = [time.start + number * spacing for number in range(min(count, len(rows) + 1))]
    absent = next((moment for moment in wanted if moment not in rows), None)
    if absent is not None:
        end = time.start + dt.timedelta(hours=time.step_h * time.n_steps)
        there = sum(time.start <= moment < end and not (moment - time.start) % spacing for moment in rows)
        must = f"have a row every {spacing_h:g} h from {time.start} until {end}"
        faults.add("time", must, f"none at {absent}; {count - there} of {count} missing")
        return None
    values = np.array([rows[moment] for moment in wanted], dtype=np.float64)
    return np.asarray(values.reshape(time.n_steps, per_step).mean(axis=1), dtype=np.float64)


def weather_years(
    source: Path | Traversable, column: str, start: dt.date, n_days: int, faults: Faults
) -> tuple[tuple[int, ...], Floats] | None:
    """Return the years of a record of daily temperatures, each from the simulation's first day on; none after faults.

    Parameters
    ----------
    source: Path or Traversable
        CSV with the columns ``date`` and ``column``, a daily mean temperature in °C, one row a day.
    column: str
        Column to read.
    start: date
        First simulated day. Each year of the record gives the days from this day of the year on.
    n_days: int
        Number of simulated days. Years that the record does not cover to the last of them are left out.
    faults: Faults
        Where faults are noted.

    Returns
    -------
    (years, temperatures)
        The calendar years in which they begin, and temperatures of shape (n_years, n_days).
    """
    own = Faults(source=faults.source)
    rows = _numbers(source, "date", column, dt.date.fromisoformat, _DAY_HINT, -math.inf, own)
    found: dict[int, list[float]] = {}
    if rows and not own.items:
        first, last = min(rows), max(rows)
        for year in range(first.year, last.year + 1):
            begin = _on(start, year)
            if begin < first or begin.toordinal() + n_days - 1 > last.toordinal():
                continue
            days = [begin + dt.timedelta(days=day) for day in range(n_days)]
            absent = [day for day in days if day not in rows]
            if absent:
                own.add("date", f"have a row for each day from {days[0]} to {days[-1]}", f"none on {absent[0]}")
            else:
                found[year] = [rows[day] for day in days]
        if not found and not own.items:
            must = f"cover at least one year's {n_days} days from {start:%m-%d} on"
            own.add("date", must, f"{first} to {last}")
    faults.items += _shortened(own)
    return (tuple(found), np.array(list(found.values()))) if found and not own.items else None


def _on(day: dt.date, year: int) -> dt.date:
    """Return a day of the year in another year; the last of February stands for one that year does not have."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _numbers(
    source: Path | Traversable, when: str, column: str, read: Callable[[str], When], hint: str, low: float,
    faults: Faults,
) -> dict[When, float]:  # fmt: skip
    """Return a column's numbers by time, noting every fault."""
    found: dict[When, float] = {}
    for line, cells in read_columns(source, (when, column), faults):
        try:
            moment = read(cells[when])
        except ValueError:
            faults.add(f"row {line}: {when}", f"be a {'date' if when == 'date' else 'local time'}", cells[when], hint)
            continue
        try:
            value = float(cells[column])
        except ValueError:
            value = math.nan
        if not abs(value) <= LARGEST:
            faults.add(f"row {line}: {column}", "be a number", cells[column], "write 1234.5, without a unit")
        elif value < low:
            faults.add(f"row {line}: {column}", f"be >= {low:g}", value)
        elif moment in found:
            faults.add(f"row {line}: {when}", "come once", cells[when])
        else:
            found[moment] = value
    if not found and not faults.items:
        faults.add("file", "have at least one row")
    return found


def _shortened(faults: Faults) -> list[Fault]:
    """Return the first faults of a file, and how many more there are."""
    rest = len(faults.items) - MOST_FAULTS
    more = [Fault(place="file", must=f"have no faults; {rest} more rows have some")] if rest > 0 else []
    return [*faults.items[:MOST_FAULTS], *more]

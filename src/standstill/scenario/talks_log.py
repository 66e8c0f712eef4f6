"""Reads the log of the talks: a CSV file of what happened, and of when it became known to whom.

Knows nothing of the process that the events move.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from importlib.resources.abc import Traversable
from pathlib import Path

from standstill.errors import Faults, InputError
from standstill.evidence.rows import entries, read_rows
from standstill.model.log import Event, Log

__all__ = ["COLUMNS", "read_log"]

COLUMNS = (
    "id", "happened", "known_from", "known_to", "kind", "subject", "value", "weights", "likelihood", "root", "by",
    "claims", "statement", "because",
)  # fmt: skip
"""Columns of a log."""
_HINT = "a log keeps the order in which things became known; write dates as 2024-08-17"


def read_log(source: Path | Traversable, faults: Faults, place: str) -> Log | None:
    """Read a dated log; none after noting its faults.

    Parameters
    ----------
    source: Path or Traversable
        CSV with the columns of ``COLUMNS``; ``known_to`` and ``claims`` separate entries by ";", ``weights`` holds
        stage:weight pairs.
    faults: Faults
        Where faults are noted.
    place: str
        How the file is called in them.
    """
    own = Faults(source=place)
    events = [
        event
        for number, cells in read_rows(source, COLUMNS, own)
        if (event := _event(cells, f"row {number}: {cells['id']}", own)) is not None
    ]
    log = None
    if not own.items:
        try:
            log = Log(events=tuple(events))
        except InputError as error:
            own.items += error.faults
    faults.take(own.items, f"{place}: ")
    return log


def _event(cells: dict[str, str], place: str, faults: Faults) -> Event | None:
    before = len(faults.items)
    days = {name: _day(cells[name], f"{place}.{name}", faults) for name in ("happened", "known_from")}
    weights = _weights(cells["weights"], f"{place}.weights", faults)
    likelihood = _number(cells["likelihood"] or "1", f"{place}.likelihood", faults)
    if len(faults.items) > before:
        return None
    try:
        return Event(
            id=cells["id"],
            happened=days["happened"],
            known_from=days["known_from"],
            known_to=entries(cells["known_to"]),
            kind=cells["kind"],
            subject=cells["subject"],
            value=cells["value"],
            weights=weights,
            likelihood=likelihood,
            root=cells["root"],
            by=cells["by"],
            claims=entries(cells["claims"]),
            statement=cells["statement"],
        )
    except InputError as error:
        faults.take(error.faults, f"{place}: ")
        return None


def _day(text: str, place: str, faults: Faults) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        faults.add(place, "be a full date", text, _HINT)
        return dt.date.min


def _number(text: str, place: str, faults: Faults) -> float:
    try:
        return float(text)
    except ValueError:
        faults.add(place, "be a number", text)
        return 1.0


def _weights(text: str, place: str, faults: Faults) -> dict[str, float]:
    pairs = [entry.partition(":") for entry in entries(text)]
    for name, count in Counter(name.strip() for name, _, _ in pairs).items():
        if count > 1:
            faults.add(f"{place}.{name}", "be given once", f"{count} times")
    return {name.strip(): _number(weight, f"{place}.{name.strip()}", faults) for name, _, weight in pairs}

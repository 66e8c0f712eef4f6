"""Forced outages by asset class, for files that say nothing of outages: a table of rates, and a system with them.

Knows no format; brings no figures of its own, as each needs a source that the user names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from standstill.errors import Fault, Faults, InputError
from standstill.evidence.rows import read_rows
from standstill.model.outage import OutageRate, split_outage
from standstill.model.system import System
from standstill.units import count_text

__all__ = ["NO_RATE", "read_outage_rates", "with_outages"]

NO_RATE = "forced outages: no rate is given for"
"""How the words begin that say which assets never fail for want of a rate."""
_COLUMNS = ("class", "forced_outage_rate", "mttr_h")
_TABLES = {
    "generators": "generator",
    "storages": "storage",
    "generator_storages": "generator-storage",
    "lines": "line",
}


def read_outage_rates(path: str | os.PathLike[str]) -> dict[str, OutageRate]:
    """Read a table of outage rates by asset class.

    Parameters
    ----------
    path: str or path-like
        A CSV file with the columns ``class``, ``forced_outage_rate`` (a share) and ``mttr_h``; lines that begin with
        "#" are notes, the place to say who says so.

    Returns
    -------
    dict
        Asset class -> rate.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    faults = Faults(source=str(path))
    rates: dict[str, OutageRate] = {}
    for line, cells in read_rows(Path(path), _COLUMNS, faults):
        name, place = cells["class"], f"row {line}"
        try:
            rate = OutageRate(
                forced_outage_rate=float(cells["forced_outage_rate"]),
                mttr_h=float(cells["mttr_h"]),
            )
        except InputError as error:
            faults.items += [
                Fault(place=f"{place}: {item.place}", must=item.must, got=item.got) for item in error.faults
            ]
            continue
        except ValueError:
            faults.add(place, "hold two numbers, as 0.05 and 50", f"{cells['forced_outage_rate']}, {cells['mttr_h']}")
            continue
        if name in rates:
            faults.add(place, "be the only row of its class", name)
        rates[name] = rate
    faults.raise_if_any()
    return rates


def with_outages(system: System, rates: Mapping[str, OutageRate]) -> tuple[System, tuple[str, ...]]:
    """Return a system whose assets fail by the rates of their classes, and in words what the rates leave open.

    Parameters
    ----------
    system: System
        Any system; an asset whose class has no rate stays as it is.
    rates: mapping
        Asset class -> rate.
    """
    tables = {name: _with_rates(getattr(system, name), rates, system.step_h) for name in _TABLES}
    words = [text for name, table in tables.items() if (text := _never(table, rates, _TABLES[name]))]
    if words:
        words = [f"{NO_RATE} {', '.join(words)}, so that they never fail"]
    unused = [asset_class for asset_class in rates if asset_class not in system.asset_classes]
    if unused:
        words.append(f"outage rates of {', '.join(unused)}: no asset is of that class")
    return replace(system, **tables), tuple(words)


def _with_rates(table: Any, rates: Mapping[str, OutageRate], step_h: float) -> Any:
    if not any(name in rates for name in table.classes):
        return table
    p_fail, p_repair = (np.array(values) for values in (table.p_fail, table.p_repair))
    for row, name in enumerate(table.classes):
        if name in rates:
            rate = rates[name]
            p_fail[row], p_repair[row] = split_outage(rate.forced_outage_rate, rate.mttr_h, step_h)
    return replace(table, p_fail=p_fail, p_repair=p_repair)


def _never(table: Any, rates: Mapping[str, OutageRate], noun: str) -> str:
    """Return how many assets never fail for want of a rate, with their classes, or nothing."""
    bare = [name for name, row in zip(table.classes, table.p_fail, strict=True) if name not in rates and not row.any()]
    return f"{count_text(len(bare), noun)} ({', '.join(sorted(set(bare)))})" if bare else ""

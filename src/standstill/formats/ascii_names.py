"""Names in ASCII, for a format that holds no others; which names that changed is said in words.

Knows which names a ``.pras`` file holds, and nothing of files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from standstill.formats.pras_schema import FIELDS
from standstill.model.system import System

__all__ = ["in_ascii"]

_MOST_SHOWN = 10  # names, before the rest are only counted


def in_ascii(system: System) -> tuple[System, tuple[str, ...]]:
    """Return a system whose names and asset classes are in ASCII, and in words which of them that changed.

    Notes
    -----
    Letters lose their accents and what has no counterpart becomes "?". Where two names of a table, or two asset
    classes, would then be the same, the later one gains a number; names that are in ASCII already stay as they are.

    Examples
    --------
    >>> import datetime as dt, numpy as np
    >>> from standstill.model.system import Regions
    >>> system = System(name="a", step_h=1.0, start=dt.datetime(2024, 1, 1), n_steps=1, power_unit="MW",
    ...     energy_unit="MWh", regions=Regions(names=("Höhe", "Hohe"), load=np.array([[2.0], [2.0]])))
    >>> found, words = in_ascii(system)
    >>> found.regions.names
    ('Hohe (2)', 'Hohe')
    >>> words
    ('names in ASCII: Höhe -> Hohe (2)',)
    """
    tables = {name: getattr(system, name) for name in FIELDS.values()}
    classes = _renamed([cls for table in tables.values() for cls in getattr(table, "classes", ())])
    changed: dict[str, Any] = {}
    shown: dict[str, str] = {}
    for name, table in tables.items():
        names = _renamed(table.names)
        used = classes if any(cls in classes for cls in getattr(table, "classes", ())) else {}
        if not names and not used:
            continue
        fields: dict[str, tuple[str, ...]] = {"names": tuple(names.get(each, each) for each in table.names)}
        if used:
            fields["classes"] = tuple(used.get(each, each) for each in table.classes)
        changed[name] = replace(table, **fields)
        shown |= names if name != "interfaces" else {}  # made of the names of regions, and not in the file
    if not changed:
        return system, ()
    pairs = [f"{old} -> {new}" for old, new in (shown | classes).items()]
    more = f" and {len(pairs) - _MOST_SHOWN} more" if len(pairs) > _MOST_SHOWN else ""
    return replace(system, **changed), (f"names in ASCII: {', '.join(pairs[:_MOST_SHOWN])}{more}",)


def _renamed(names: Sequence[str]) -> dict[str, str]:
    """Return what the names outside ASCII become, each unlike all others."""
    taken = {name for name in names if name.isascii()}
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        if not name.isascii():
            plain = unique = _plain(name)
            number = 1
            while unique in taken:
                number += 1
                unique = f"{plain} ({number})"
            taken.add(unique)
            found[name] = unique
    return found


def _plain(name: str) -> str:
    letters = (each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return "".join(each if each.isascii() else "?" for each in letters)

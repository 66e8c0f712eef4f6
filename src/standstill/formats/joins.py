"""Lines between regions, one record each, turned into the interfaces and lines of a System.

Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from standstill.formats.outages import NEVER
from standstill.model.system import Interfaces, Lines

__all__ = ["Join", "beyond_need", "network"]

_BEYOND_NEED = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One line that joins two regions."""

    name: str
    """Unique name."""
    cls: str
    """Asset class."""
    start: int
    """Index of one region."""
    end: int
    """Index of the other, not the same."""
    forward: float | None
    """Capability from ``start`` to ``end``, power_unit; none is no limit."""
    backward: float | None
    """Capability from ``end`` to ``start``, power_unit; none is no limit."""
    chain: tuple[float, float] = NEVER
    """Probabilities of failure and repair."""


def beyond_need(*amounts: float) -> float:
    """Return a limit that cannot bind: ten times all loads, capacities and ratings together, whole and at least 1."""
    return float(np.ceil(max(1.0, _BEYOND_NEED * float(sum(amounts)))))


def network(joins: Sequence[Join], regions: Sequence[str], no_limit: float) -> dict[str, Any]:
    """Return ``interfaces`` and ``lines`` of a System, or nothing if no line joins two regions.

    Parameters
    ----------
    joins: sequence of Join
        The lines.
    regions: sequence of str
        Names of the regions.
    no_limit: float
        What stands for a missing limit; the interfaces have no limit of their own but that.

    Notes
    -----
    Interfaces run from the earlier region to the later, in the order of the regions; a line that runs the other way is
    turned round.
    """
    if not joins:
        return {}
    pairs = sorted({(min(join.start, join.end), max(join.start, join.end)) for join in joins})
    limit = np.full((len(pairs), 1), no_limit)
    ways = [(join.forward, join.backward) if join.start < join.end else (join.backward, join.forward) for join in joins]
    rated = np.array([[no_limit if way is None else way for way in both] for both in ways], dtype=np.float64)
    chains = np.array([join.chain for join in joins], dtype=np.float64)
    return {
        "interfaces": Interfaces(
            names=tuple(f"{regions[start]} - {regions[end]}" for start, end in pairs),
            region_from=tuple(start for start, _ in pairs),
            region_to=tuple(end for _, end in pairs),
            forward=limit,
            backward=limit,
        ),
        "lines": Lines(
            names=tuple(join.name for join in joins),
            classes=tuple(join.cls for join in joins),
            interface=tuple(pairs.index((min(join.start, join.end), max(join.start, join.end))) for join in joins),
            forward=rated[:, :1],
            backward=rated[:, 1:],
            p_fail=chains[:, :1],
            p_repair=chains[:, 1:],
        ),
    }

"""Packs the chains of units with more states than in and out of service. Knows nothing of where the units are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from standstill.arrays import locked
from standstill.engine import tables
from standstill.engine.layout import hazard, table_of
from standstill.engine.packed import Floats, UnitChains
from standstill.model.states import UnitStates

__all__ = ["ChainRows"]


@dataclass(slots=True)
class ChainRows:
    """Chains under construction; units with the same record share its rows."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    moves: list[Floats] = field(default_factory=list)
    known: dict[int, tuple[int, UnitStates]] = field(default_factory=dict)
    """First row by identity of the record, which is kept so that no other takes its place."""

    def add(self, states: UnitStates | None) -> int:
        """Return the first row of a unit's chain, or -1 if it is in or out of service."""
        if states is None:
            return -1
        if id(states) not in self.known:
            self.known[id(states)] = len(self.rows), states
            self._add(states)
        return self.known[id(states)][0]

    def _add(self, states: UnitStates) -> None:
        leaving = states.moves.copy()
        np.fill_diagonal(leaving, 0.0)
        # summed from what leaves, so that a small probability keeps its digits
        rates = hazard(np.minimum(leaving.sum(axis=1), 1.0))
        initial = _cumulated(states.law)
        for state, share in enumerate(states.shares):
            self.rows.append({"share": share, "initial": initial[state], "hazard": rates[state]})
            self.moves.append(_cumulated(leaving[state]))

    def packed(self) -> UnitChains | None:
        """Return the chains, or None if there are none."""
        if not self.rows:
            return None
        width = max(len(row) for row in self.moves)
        moves = [np.pad(row, (0, width - len(row)), constant_values=1.0) for row in self.moves]
        return UnitChains(table=table_of(tables.UNIT_STATE, self.rows), moves=locked(moves))


def _cumulated(weights: Floats) -> Floats:
    """Return sums of weights up to each, over their total; exactly 1 from the last that is not 0 on."""
    if not weights.any():
        return np.ones(len(weights))
    sums = np.cumsum(weights)
    sums /= sums[-1]
    sums[np.flatnonzero(weights)[-1] :] = 1.0
    return np.asarray(sums)

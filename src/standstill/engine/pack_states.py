"""Packs chains of units with more states than in and out of service, and those that follow the weather.

Knows nothing of where the units are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from standstill.arrays import locked
from standstill.engine import tables
from standstill.engine.layout import hazard, table_of
from standstill.engine.packed import DayChances, Floats, UnitChains
from standstill.errors import Faults
from standstill.model.outage_weather import OutageWeather, Points
from standstill.model.scenario import Side
from standstill.model.states import UnitStates

__all__ = ["ChainRows", "DayRows"]


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


@dataclass(slots=True)
class DayRows:
    """Probabilities that follow the weather, under construction; equal ones of a class share a row."""

    rules: dict[str, OutageWeather]
    """By asset class."""
    rows: dict[tuple[Points, float], int] = field(default_factory=dict)

    @classmethod
    def of(cls, side: Side, classes: tuple[str, ...], faults: Faults) -> DayRows:
        """Return the start for a side, after noting what its rules do not fit."""
        rules: dict[str, OutageWeather] = {}
        for rule in side.outage_weather:
            place = f"outage_weather.{rule.asset_class}"
            if rule.asset_class not in classes:
                faults.add(place, f"be an asset class of the side ({', '.join(classes)})", rule.asset_class)
            if rule.asset_class in rules:
                faults.add(place, "be given once for a class", rule.asset_class)
            if side.weather is None:
                faults.add(place, "be left out where the side has no weather")
            rules[rule.asset_class] = rule
        return cls(rules)

    def add(self, asset_class: str, table: Any, row: int, name: str, faults: Faults) -> dict[str, int]:
        """Return an asset's rows, -1 where its outages do not follow the weather."""
        rule = self.rules.get(asset_class)
        if rule is not None and getattr(table, "states", None) and table.states[row] is not None:
            faults.add(f"outage_weather.{asset_class}", "be of units in or out of service, without other states", name)
            return {"day_fail": -1, "day_repair": -1}
        if rule is None or not table.p_fail[row].any():
            return {"day_fail": -1, "day_repair": -1}
        for end in ("p_fail", "p_repair"):
            if np.ptp(getattr(table, end)[row]) > 0.0:
                faults.add(f"outage_weather.{asset_class}", f"be of assets whose {end} is constant", name)
        return {
            "day_fail": self._row(rule.failure, float(table.p_fail[row, 0])),
            "day_repair": self._row(rule.repair, float(table.p_repair[row, 0])),
        }

    def _row(self, points: Points, chance: float) -> int:
        return self.rows.setdefault((points, chance), len(self.rows))

    def packed(self) -> DayChances | None:
        """Return the probabilities, or None if there are none."""
        if not self.rows:
            return None
        points: list[tuple[float, float]] = []
        rows = []
        for own, chance in self.rows:
            rows.append({"first": len(points), "last": len(points) + len(own), "chance": chance})
            points += own
        return DayChances(table=table_of(tables.DAY_CHANCE, rows), points=locked(points))


def _cumulated(weights: Floats) -> Floats:
    """Return sums of weights up to each, over their total; exactly 1 from the last that is not 0 on."""
    if not weights.any():
        return np.ones(len(weights))
    sums = np.cumsum(weights)
    sums /= sums[-1]
    sums[np.flatnonzero(weights)[-1] :] = 1.0
    return np.asarray(sums)

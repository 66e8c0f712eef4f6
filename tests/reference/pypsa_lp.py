"""The least energy that a PyPSA network leaves unserved, as a linear programme from PyPSA's own equations.

Written from the documentation of the components, not from the reader: what is checked is that the System, simulated by
the engine, leaves the same unserved.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linprog


def least_unserved(
    tables: dict[str, dict[str, Any]], series: dict[tuple[str, str], dict[str, Any]], steps: int
) -> float:
    """Return the least unserved energy, MWh, of a network with hourly steps, with foresight."""

    def value(table: str, column: str, row: int, default: float) -> np.ndarray:
        moving = series.get((table, column), {}).get(tables[table]["i"][row])
        still = tables[table].get(column, [default] * 99)[row]
        return np.broadcast_to(np.asarray(still if moving is None else moving, dtype=float), steps)

    columns: list[tuple[float, float, float]] = []  # cost, least, most

    def variables(low: Any, high: Any, cost: float = 0.0) -> int:
        first = len(columns)
        low, high = np.broadcast_to(low, steps), np.broadcast_to(high, steps)
        columns.extend(zip([cost] * steps, low.tolist(), high.tolist(), strict=True))
        return first

    balance: dict[str, list[tuple[int, np.ndarray]]] = {bus: [] for bus in tables["buses"]["i"]}
    rows, right = [], []

    def charge(bus_terms: list[tuple[int, np.ndarray]], first: int, start: float, keep: float, inflow: Any) -> None:
        """Add e(t) - keep e(t-1) = sum of terms + inflow - spill."""
        spill = variables(0.0, 1e9)
        inflow = np.broadcast_to(inflow, steps)
        for step in range(steps):
            row = {first + step: 1.0, spill + step: 1.0}
            if step:
                row[first + step - 1] = -keep
            for variable, factor in bus_terms:
                row[variable + step] = row.get(variable + step, 0.0) - factor[step]
            rows.append(row)
            right.append(inflow[step] + (0.0 if step else keep * start))

    one = np.ones(steps)
    for row, bus in enumerate(tables["generators"]["bus"]):
        most = value("generators", "p_nom", row, 0.0) * value("generators", "p_max_pu", row, 1.0)
        balance[bus].append((variables(0.0, most), one))
    for row in range(len(tables.get("lines", {"i": []})["i"])):
        most = value("lines", "s_nom", row, 0.0) * value("lines", "s_max_pu", row, 1.0)
        flow = variables(-most, most)
        balance[tables["lines"]["bus0"][row]].append((flow, -one))
        balance[tables["lines"]["bus1"][row]].append((flow, one))
    for row in range(len(tables.get("links", {"i": []})["i"])):
        nominal = value("links", "p_nom", row, 0.0)
        low, high = value("links", "p_min_pu", row, 0.0), value("links", "p_max_pu", row, 1.0)
        flow = variables(nominal * low, nominal * high)
        balance[tables["links"]["bus0"][row]].append((flow, -one))
        balance[tables["links"]["bus1"][row]].append((flow, value("links", "efficiency", row, 1.0)))
    for row in range(len(tables.get("storage_units", {"i": []})["i"])):

        def unit(column: str, default: float, row: int = row) -> np.ndarray:
            return value("storage_units", column, row, default)

        nominal = unit("p_nom", 0.0)
        give = variables(0.0, nominal * unit("p_max_pu", 1.0))
        take = variables(0.0, -nominal * unit("p_min_pu", -1.0))
        energy = variables(0.0, nominal * unit("max_hours", 1.0))
        terms = [(take, unit("efficiency_store", 1.0)), (give, -1.0 / unit("efficiency_dispatch", 1.0))]
        keep = 1.0 - float(unit("standing_loss", 0.0)[0])
        charge(terms, energy, float(unit("state_of_charge_initial", 0.0)[0]), keep, unit("inflow", 0.0))
        balance[tables["storage_units"]["bus"][row]] += [(give, one), (take, -one)]
    for row, bus in enumerate(tables.get("stores", {"bus": []})["bus"]):
        give = variables(-1e9, 1e9)
        energy = variables(0.0, value("stores", "e_nom", row, 0.0))
        keep = 1.0 - float(value("stores", "standing_loss", row, 0.0)[0])
        charge([(give, -one)], energy, float(value("stores", "e_initial", row, 0.0)[0]), keep, 0.0)
        balance[bus].append((give, one))
    for bus, terms in balance.items():
        load = np.zeros(steps)
        for row, at in enumerate(tables["loads"]["bus"]):
            load = load + (value("loads", "p_set", row, 0.0) if at == bus else 0.0)
        unserved, unused = variables(0.0, load, 1.0), variables(0.0, 1e9)
        for step in range(steps):
            row_of = {unserved + step: 1.0, unused + step: -1.0}
            for variable, factor in terms:
                row_of[variable + step] = row_of.get(variable + step, 0.0) + factor[step]
            rows.append(row_of)
            right.append(load[step])
    matrix = np.zeros((len(rows), len(columns)))
    for index, row_of in enumerate(rows):
        for column, factor in row_of.items():
            matrix[index, column] = factor
    cost, low, high = (np.array(part) for part in zip(*columns, strict=True))
    found = linprog(cost, A_eq=matrix, b_eq=np.array(right), bounds=np.stack([low, high], axis=1), method="highs")
    assert found.success, found.message
    return float(found.fun)

"""A PyPSA network on its way to a System: its tables, the buses that become regions, and what is left out.

Knows which rows carry over; what they become is for the modules on assets, stores and branches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.formats.pypsa_schema import COLUMNS
from standstill.formats.pypsa_tables import Snapshots, Table
from standstill.units import count_text

__all__ = ["NOUNS", "UNCLASSIFIED", "Settings", "Work", "stacked"]

Floats = NDArray[np.float64]

NOUNS = {
    "loads": "load",
    "generators": "generator",
    "storage_units": "storage unit",
    "stores": "store",
    "links": "link",
    "lines": "line",
    "transformers": "transformer",
}
"""What the components are called, in the order in which they are read."""
UNCLASSIFIED = "unclassified"
"""Asset class of what has no carrier."""
_NOISE = -1e-3  # MW or MWh below zero that an optimiser may leave where it means zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user decides where the network does not say it, see ``read_pypsa``."""

    optimised: bool
    bus_carriers: tuple[str, ...]
    shedding: tuple[str, ...]
    cyclic_charge: float


@dataclass(slots=True, kw_only=True)
class Work:
    """Tables as read, and what comes of them."""

    tables: dict[str, Table]
    snapshots: Snapshots
    settings: Settings
    faults: Faults
    regions: dict[str, int] = field(default_factory=dict)
    """Bus -> index of its region."""
    left_out: list[str] = field(default_factory=list)
    kept: dict[str, list[int]] = field(default_factory=dict)
    """Component -> rows that carry over."""

    def active(self, kind: str) -> list[int]:
        """Return the rows that are in use and whose buses exist; the others are left out, or faults."""
        table, buses = self.tables[kind], set(self.tables["buses"].names)
        ends = [column for column in ("bus", "bus0", "bus1") if column in table.texts]
        rows, idle = [], 0
        # without any bus there is one fault to name, not one for each row
        for row in range(len(table.names) if buses else 0):
            unknown = [column for column in ends if table.texts[column][row] not in buses]
            for column in unknown:
                place = f"{kind}_{column}[{table.names[row]}]"
                self.faults.add(place, "be the name of a bus", table.texts[column][row])
            if not unknown and table.number("active", row) == 0.0:
                idle += 1
            elif not unknown:
                rows.append(row)
        if idle:
            self.left_out.append(f"{count_text(idle, NOUNS[kind])} not in use (active is false)")
        return rows

    def at_regions(self, kind: str, rows: Sequence[int], base: str = "") -> list[int]:
        """Return the rows at buses that are regions, and note the others with their nominal power."""
        table = self.tables[kind]
        inside = [row for row in rows if table.texts["bus"][row] in self.regions]
        outside = [row for row in rows if table.texts["bus"][row] not in self.regions]
        if outside:
            self.leave_out(kind, outside, f"at buses of {self.carriers(kind, outside)}", base)
        return inside

    def links_on(self, row: int) -> bool:
        """Return whether a link goes on to further buses: bus2, bus3, ..."""
        texts = self.tables["links"].texts
        return any(texts[column][row] for column in texts if column not in ("bus0", "bus1", "carrier"))

    def leave_out(self, kind: str, rows: Sequence[int], why: str, base: str = "") -> None:
        """Note rows that do not carry over, with their amount if ``base`` names its column."""
        amount = ""
        if kind == "loads":
            with np.errstate(all="ignore"):  # what is left out may hold anything
                means = [float(np.mean(self.consumption(row))) for row in rows]
            amount = f", {sum(value for value in means if np.isfinite(value)):,.6g} MW on average"
        elif base:
            values = [self.tables[kind].number(self._nominal_column(kind, row, base), row) for row in rows]
            finite = sum(value for value in values if np.isfinite(value))
            amount = f", {finite:,.6g} {'MWh' if base == 'e' else 'MW'} in all"
        self.left_out.append(f"{count_text(len(rows), NOUNS[kind])} {why}{amount}")

    def carriers(self, kind: str, rows: Sequence[int]) -> str:
        """Return in words the carriers of the buses, not of regions, that some rows are at."""
        buses, table = self.tables["buses"], self.tables[kind]
        carrier_of = dict(zip(buses.names, buses.texts["carrier"], strict=True))
        at = {table.texts[column][row] for column in ("bus", "bus0", "bus1") if column in table.texts for row in rows}
        names = sorted({carrier_of[bus] or "no carrier" for bus in at if bus not in self.regions})
        return f"carrier {', '.join(names)}"

    def nominal(self, kind: str, row: int, base: str) -> float:
        """Return the nominal amount of a row: as it stands, or as the optimiser chose it if that is asked."""
        value = self.tables[kind].number(self._nominal_column(kind, row, base), row)
        return max(0.0, value) if value >= _NOISE else value

    def consumption(self, row: int) -> Floats:
        """Return what a load takes, MW."""
        table = self.tables["loads"]
        return -table.number("sign", row) * table.value("p_set", row)

    def times(self, kind: str, row: int, base: str, share: Floats) -> Floats:
        """Return the nominal amount of a row times a share of it, infinite where there is no limit; 0 of it is 0."""
        nominal = self.nominal(kind, row, base)
        return nominal * share if np.isfinite(nominal) else np.where(share > 0.0, np.inf, 0.0)

    def keep(self, kind: str, rows: Sequence[int], base: str) -> None:
        """Let rows carry over, and note every value of them that is not what it must be."""
        self.kept[kind] = list(rows)
        self.check(kind, rows, base)

    def check(self, kind: str, rows: Sequence[int], base: str) -> None:
        """Note every value of some rows that is not what it must be."""
        table = self.tables[kind]
        nominal = {f"{base}_nom", f"{base}_nom_opt"}
        table.check(rows, [column for column in COLUMNS[kind] if column not in nominal], self.faults)
        for column in sorted(nominal & set(COLUMNS[kind])):
            chosen = [row for row in rows if self._nominal_column(kind, row, base) == column]
            table.check(chosen, [column], self.faults)
            for row in chosen:
                value = table.number(column, row)
                if column.endswith("_opt") and value < _NOISE:
                    self.faults.add(f"{kind}_{column}[{table.names[row]}]", "be >= 0", value)

    def initial(self, kind: str, row: int, column: str, energy: float) -> float | None:
        """Return the initial charge as a share of energy, or None if the network leaves it to its optimiser."""
        table = self.tables[kind]
        cyclic = "cyclic_state_of_charge" if kind == "storage_units" else "e_cyclic"
        if table.number(cyclic, row):
            return None
        charge = table.number(column, row)
        if charge > energy * (1.0 + 1e-9):
            place = f"{kind}_{column}[{table.names[row]}]"
            self.faults.add(place, f"be at most {energy:g} MWh, what the {NOUNS[kind]} holds", charge)
        return min(1.0, charge / energy) if energy > 0.0 else 0.0

    def _nominal_column(self, kind: str, row: int, base: str) -> str:
        is_built = self.settings.optimised and self.tables[kind].number(f"{base}_nom_extendable", row) != 0.0
        return f"{base}_nom_opt" if is_built else f"{base}_nom"


def stacked(rows: Sequence[dict[str, Any]], column: str) -> Floats:
    """Return one row for each, with one column if none ever changes."""
    values = [np.asarray(row[column], dtype=np.float64) for row in rows]
    values = [value[:1] if np.all(value == value[0]) else value for value in values]
    width = max((len(value) for value in values), default=1)
    return np.array([np.broadcast_to(value, width) for value in values]).reshape(len(values), width)

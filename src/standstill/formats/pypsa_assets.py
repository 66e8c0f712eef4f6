"""Loads, generators and storage units of a PyPSA network, as rows of regions, generators and storages.

Knows nothing of branches, nor of stores behind links.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Fault
from standstill.formats.pypsa_tables import NOISE
from standstill.formats.pypsa_work import UNCLASSIFIED, Work, stacked
from standstill.model.system import Generators, Regions
from standstill.units import count_text

__all__ = ["choose_assets", "generators", "regions", "storage_units"]

Floats = NDArray[np.float64]
Row = dict[str, Any]


def choose_assets(work: Work) -> None:
    """Keep the loads, generators and storage units that carry over, and check their values."""
    work.keep("loads", work.at_regions("loads", work.active("loads")), "")
    work.keep("generators", _supply(work), "p")
    work.keep("storage_units", work.at_regions("storage_units", work.active("storage_units"), "p"), "p")


def _supply(work: Work) -> list[int]:
    """Return the generators at regions that give power."""
    table = work.tables["generators"]
    rows = work.at_regions("generators", work.active("generators"), "p")
    shedding = {carrier.casefold() for carrier in work.settings.shedding}
    unserved = [row for row in rows if table.texts["carrier"][row].casefold() in shedding]
    if unserved:
        carriers = ", ".join(sorted({table.texts["carrier"][row] for row in unserved}))
        work.leave_out("generators", unserved, f"of carrier {carriers}, which stand for load that is not served")
    taking = [row for row in rows if table.number("sign", row) < 0.0 and row not in unserved]
    if taking:
        work.leave_out("generators", taking, "that take power (sign < 0)", "p")
    gone = {*unserved, *taking}
    return [row for row in rows if row not in gone]


def regions(work: Work) -> Regions:
    """Return a region for each bus kept, with the sum of its loads."""
    table = work.tables["loads"]
    loads: list[Floats] = [np.zeros(1) for _ in work.regions]
    infeed, feeding = np.zeros(1), 0
    for row in work.kept["loads"]:
        at, taken = work.regions[table.texts["bus"][row]], work.consumption(row)
        loads[at] = loads[at] + taken
        if taken.min() < -NOISE:
            infeed, feeding = infeed - taken.clip(max=0.0), feeding + 1
    if feeding:
        words = f"infeed of {count_text(feeding, 'load')} below 0, {infeed.max():,.6g} MW at most"
        work.left_out.append(f"{words}, which is taken as so much less load")
    for bus, load in zip(work.regions, loads, strict=True):
        if load.min() < -NOISE:
            step = int(np.argmin(load))
            hint = "PyPSA counts consumption as positive; supply belongs in a generator"
            must, came = "sum to a load >= 0 MW in every step", f"{load[step]:g} in step {step + 1}"
            work.faults.items.append(Fault(place=f"loads of bus {bus}", must=must, got=came, hint=hint))
    return Regions(names=tuple(work.regions), load=stacked([{"load": load.clip(0.0)} for load in loads], "load"))


def generators(work: Work) -> Generators:
    """Return the generators kept, none of which fails."""
    table, rows = work.tables["generators"], work.kept["generators"]
    capacities = [
        {"capacity": table.number("sign", row) * work.nominal("generators", row, "p") * table.value("p_max_pu", row)}
        for row in rows
    ]
    return Generators(
        names=tuple(table.names[row] for row in rows),
        classes=tuple(table.texts["carrier"][row] or UNCLASSIFIED for row in rows),
        region=tuple(work.regions[table.texts["bus"][row]] for row in rows),
        capacity=stacked(capacities, "capacity"),
        p_fail=np.zeros((len(rows), 1)),
        p_repair=np.ones((len(rows), 1)),
    )


def storage_units(work: Work) -> list[Row]:
    """Return a row for each storage unit at a region; one with inflow has the columns of a generator-storage too.

    Notes
    -----
    As PyPSA has it, the charge of a unit follows ``e(t) = (1 - standing_loss)^h e(t-1) + h (efficiency_store * store -
    dispatch / efficiency_dispatch + inflow - spill)``, which is the storage of a System. Inflow reaches the charge
    without loss there, and the grid directly in a generator-storage; so the charge of a unit with inflow is counted
    in what it delivers: energy and inflow times ``efficiency_dispatch``, and discharge without loss.
    """
    table, rows = work.tables["storage_units"], work.kept["storage_units"]
    found = [_storage_unit(work, row) for row in rows]
    forced = sum(bool(table.value("p_min_pu", row).max() > 0.0) for row in rows)
    if forced:
        work.left_out.append(f"least output (p_min_pu > 0) of {count_text(forced, 'storage unit')}")
    reservoirs = [(row, unit) for row, unit in zip(rows, found, strict=True) if "inflow" in unit]
    pumped = sum(bool(unit["withdrawal"].any()) for _, unit in reservoirs)
    if pumped:
        work.left_out.append(
            f"storage without loss of the inflow of {count_text(pumped, 'storage unit')}, charged from the "
            "grid as well: what is stored of it loses as much as what is charged"
        )
    changing = sum(bool(np.ptp(table.value("efficiency_dispatch", row)) > 0.0) for row, _ in reservoirs)
    if changing:
        units = count_text(changing, "storage unit")
        work.left_out.append(f"changes of efficiency_dispatch of {units} with inflow: the least holds at all times")
    return found


def _storage_unit(work: Work, row: int) -> Row:
    table = work.tables["storage_units"]

    def value(column: str) -> Floats:
        return table.value(column, row)

    power = work.nominal("storage_units", row, "p")
    energy = power * table.number("max_hours", row)
    charge, discharge = power * (-value("p_min_pu")).clip(0.0), power * value("p_max_pu")
    into, out = value("efficiency_store"), value("efficiency_dispatch")
    if not charge.any():
        into = np.ones(1)  # nothing is charged, and 0 is a usual way to say so
    elif not into.min() > 0.0:
        work.faults.add(f"storage_units_efficiency_store[{table.names[row]}]", "be > 0, as the unit charges", 0.0)
    found: Row = {
        "kind": "storage_units",
        "name": table.names[row],
        "class": table.texts["carrier"][row] or UNCLASSIFIED,
        "region": work.regions[table.texts["bus"][row]],
        "charge": charge,
        "discharge": discharge,
        "energy": np.array([energy]),
        "charge_efficiency": into,
        "discharge_efficiency": out,
        "carryover_efficiency": (1.0 - value("standing_loss")) ** work.snapshots.step_h,
        "initial": work.initial("storage_units", row, "state_of_charge_initial", energy),
    }
    if not value("inflow").any():
        return found
    out = np.array([out.min()])
    inflow = value("inflow") * out
    return found | {
        "charge": charge + inflow,
        "energy": energy * out,
        "charge_efficiency": into * out if charge.any() else np.ones(1),
        "discharge_efficiency": np.ones(1),
        "inflow": inflow,
        "injection": discharge,
        "withdrawal": charge,
    }

"""Reads PyPSA networks, from netCDF files or as objects: what a simulation of adequacy can use, and what it leaves out.

Needs no PyPSA for a file. Knows the System record and nothing of sides, strikes or samples.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from standstill.errors import Fault, Faults, FormatError, InputError
from standstill.formats.checks import attempt, open_hdf5
from standstill.formats.converted import Converted
from standstill.formats.joins import beyond_need
from standstill.formats.outage_rates import read_outage_rates, with_outages
from standstill.formats.pypsa_assets import choose_assets, generators, regions, storage_units
from standstill.formats.pypsa_branches import choose_branches, network
from standstill.formats.pypsa_mentioned import mention
from standstill.formats.pypsa_stores import Chain, choose_stores, stores
from standstill.formats.pypsa_tables import read_snapshots, read_table
from standstill.formats.pypsa_variables import DatasetVariables, FileVariables, Network, Variables
from standstill.formats.pypsa_work import NOUNS, Settings, Work, stacked
from standstill.formats.words import distinct
from standstill.model.outage import OutageRate
from standstill.model.system import GeneratorStorages, Storages, System
from standstill.units import count_text

__all__ = ["read_pypsa"]

_STORE = ("charge", "discharge", "energy", "charge_efficiency", "discharge_efficiency", "carryover_efficiency")
_RESERVOIR = (*_STORE, "inflow", "injection", "withdrawal")
_NAME_CARRIERS = 'name those of electric buses, in Python: read_pypsa(..., bus_carriers=("...",))'
_FLOWS = ("charge", "discharge", "inflow", "injection", "withdrawal")


def read_pypsa(
    source: str | os.PathLike[str] | Network,
    *,
    optimised: bool = False,
    outages: Mapping[str, OutageRate] | str | os.PathLike[str] | None = None,
    bus_carriers: Sequence[str] = ("AC", "DC"),
    shedding: Sequence[str] = ("load", "load shedding"),
    cyclic_charge: float = 0.5,
) -> Converted:
    """Read a PyPSA network.

    Parameters
    ----------
    source: str, path-like or pypsa.Network
        A netCDF file that PyPSA wrote, or a network; the latter needs the extra ``pypsa``.
    optimised: bool
        Whether what may be extended is as the optimiser built it (``p_nom_opt``), not as it stands (``p_nom``).
    outages: mapping, str or path-like, optional
        Forced outage rates by carrier, or a CSV file of them, see ``read_outage_rates``. PyPSA knows none, and none is
        built in: without them nothing fails by itself.
    bus_carriers: sequence of str
        Carriers of the buses that become regions, one each. What is at other buses is left out, save stores behind
        links of their own. To have fewer regions, merge buses first: ``n.cluster`` does.
    shedding: sequence of str
        Carriers of generators that stand for load not served, which are left out; in any case of letters.
    cyclic_charge: float
        Initial charge, as a share of energy, of storage whose charge at the start is that at the end, which only an
        optimiser can tell.

    Returns
    -------
    Converted
        The system, in MW and MWh, and in words what did not carry over. A carrier becomes an asset class.

    Raises
    ------
    FormatError
        If the file is not a PyPSA network, or holds what cannot be simulated: periods of investment, scenarios,
        snapshots that are no times, not evenly spaced or not weighted by the time between them; every fault is listed
        with its place.
    InputError
        The same for a network, and for the other arguments.

    Notes
    -----
    Signs and units are PyPSA's: loads consume if positive; ``p_nom`` of a link counts at ``bus0``; charge follows
    ``storage_units``. Lines and transformers carry ``s_nom * s_max_pu`` either way, and power goes where limits let it
    go, not by impedances; a rating that is infinite is no limit. A value that is not in the file has PyPSA's default; a
    series takes the place of the static value. What must be at least 0 and is below it by up to 1e-6 is taken as 0.

    Examples
    --------
    >>> read_pypsa("north.nc")
    Traceback (most recent call last):
        ...
    standstill.errors.FormatError: 1 fault in north.nc
      file: must exist
    """
    rates = read_outage_rates(outages) if isinstance(outages, (str, os.PathLike)) else dict(outages or {})
    _check_arguments(bus_carriers, shedding, cyclic_charge)
    settings = Settings(
        optimised=optimised,
        bus_carriers=tuple(bus_carriers),
        shedding=tuple(shedding),
        cyclic_charge=cyclic_charge,
    )
    with _opened(source) as (variables, name, faults):
        work, chains = _chosen(variables, settings, faults)
        mention(variables, work)
    faults.raise_if_any()
    try:
        system = _system(work, chains, name)
    except InputError as error:
        raise faults.error(faults.source, error.faults) from error
    system, open_ends = with_outages(system, rates)
    return Converted(system=system, left_out=(*work.left_out, *open_ends))


def _check_arguments(bus_carriers: Sequence[str], shedding: Sequence[str], cyclic_charge: float) -> None:
    faults = Faults(source="read_pypsa")
    for name, value in (("bus_carriers", bus_carriers), ("shedding", shedding)):
        if isinstance(value, str):
            faults.add(name, "be a sequence of carriers", value, f'write ("{value}",)')
    if not 0.0 <= cyclic_charge <= 1.0:
        faults.add("cyclic_charge", "be a share within [0, 1]", cyclic_charge)
    faults.raise_if_any()


@contextmanager
def _opened(source: str | os.PathLike[str] | Network) -> Iterator[tuple[Variables, str, Faults]]:
    """Open a file, or take the variables of a network; yield them, the name, and where faults are noted."""
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        faults = Faults(source=str(path), error=FormatError)
        what = "a netCDF-4 file, which is an HDF5 file, as PyPSA writes with netCDF4 installed"
        with open_hdf5(path, what, faults) as file:
            variables = attempt(lambda: FileVariables(file), "file", faults)
            if variables is None:
                faults.raise_if_any()
            else:
                yield variables, path.stem, faults
        return
    if not hasattr(source, "export_to_netcdf"):
        must = "be a netCDF file or a pypsa.Network"
        raise InputError("read_pypsa", (Fault(place="source", must=must, got=type(source).__name__),))
    name = str(getattr(source, "name", "") or "network")
    # without a path PyPSA gives the contents of the file that it would write
    yield DatasetVariables(source.export_to_netcdf(None)), name, Faults(source=f"network {name!r}")


def _chosen(variables: Variables, settings: Settings, faults: Faults) -> tuple[Work, tuple[Chain, ...]]:
    """Read all tables and choose what carries over, noting every fault."""
    snapshots = read_snapshots(variables, faults)
    if faults.items and snapshots.count is None:
        faults.raise_if_any()
    tables = {kind: read_table(variables, kind, snapshots.count, faults) for kind in ("buses", *NOUNS)}
    work = Work(tables=tables, snapshots=snapshots, settings=settings, faults=faults)
    _choose_regions(work)
    choose_assets(work)
    chains = choose_stores(work)
    choose_branches(work, frozenset(row for chain in chains for row in (*chain.chargers, *chain.dischargers)))
    _check_optimised(work)
    return work, chains


def _choose_regions(work: Work) -> None:
    buses, wanted = work.tables["buses"], work.settings.bus_carriers
    names = [
        name for name, carrier in zip(buses.names, buses.texts.get("carrier", ()), strict=True) if carrier in wanted
    ]
    work.regions = {name: index for index, name in enumerate(names)}
    if not buses.names and not any(fault.place == "buses_i" for fault in work.faults.items):
        work.faults.add("buses_i", "be given, with at least one bus", hint="is it a network that PyPSA wrote?")
    elif buses.names and not names:
        carriers = ", ".join(sorted(set(buses.texts["carrier"])))
        must = f"have a bus of carrier {' or '.join(wanted)}"
        work.faults.add("buses_carrier", must, carriers, _NAME_CARRIERS)


def _check_optimised(work: Work) -> None:
    """Refuse to take what the optimiser built where it built nothing; note what may be built where that is left."""
    may = {
        kind: rows
        for kind, base in (("generators", "p"), ("storage_units", "p"), ("stores", "e"), ("links", "p"), ("lines", "s"),
                           ("transformers", "s"))
        if (rows := [row for row in work.kept[kind] if work.tables[kind].number(f"{base}_nom_extendable", row)])
    }  # fmt: skip
    if not may:
        return
    has_result = any(column.endswith("_nom_opt") for table in work.tables.values() for column in table.given)
    if work.settings.optimised and not has_result:
        hint = "optimise the network first, or leave optimised away"
        work.faults.add("generators_p_nom_opt", "be given, or another result of an optimiser", hint=hint)
    elif not work.settings.optimised:
        words = ", ".join(count_text(len(rows), NOUNS[kind]) for kind, rows in may.items())
        hint = "in Python read_pypsa(..., optimised=True) takes what was built"
        work.left_out.append(f"what may be built ({words}): what stands is taken; {hint}")


def _system(work: Work, chains: tuple[Chain, ...], name: str) -> System:
    areas, supply = regions(work), generators(work)
    units = [*storage_units(work), *stores(work, chains)]
    work.faults.raise_if_any()
    _charge(work, units)
    flows = [areas.load, supply.capacity, *(unit[key] for unit in units for key in _FLOWS if key in unit)]
    interfaces, lines = network(work, beyond_need(*(values.max(axis=-1).sum() for values in flows)))
    plain = [unit for unit in units if "inflow" not in unit]
    reservoirs = [unit for unit in units if "inflow" in unit]
    snapshots = work.snapshots
    return System(
        name=name,
        step_h=snapshots.step_h,
        start=snapshots.start,
        n_steps=snapshots.count or 1,
        power_unit="MW",
        energy_unit="MWh",
        regions=areas,
        interfaces=interfaces,
        lines=lines,
        generators=supply,
        storages=Storages(**_columns(plain, _STORE)),
        generator_storages=GeneratorStorages(**_columns(reservoirs, _RESERVOIR)),
    )


def _charge(work: Work, units: list[dict[str, Any]]) -> None:
    """Fill in the initial charge of what the network leaves to its optimiser."""
    cyclic = [unit for unit in units if unit["initial"] is None]
    for unit in cyclic:
        unit["initial"] = work.settings.cyclic_charge
    if cyclic:
        share = f"{100.0 * work.settings.cyclic_charge:g} % of energy"
        stored = count_text(len(cyclic), "storage")
        work.left_out.append(f"charge at the start that equals that at the end, of {stored}: taken as {share}")


def _columns(units: list[dict[str, Any]], columns: tuple[str, ...]) -> dict[str, Any]:
    kinds = ("storage_units", "stores")
    return {
        "names": tuple(
            distinct([(NOUNS[kind], [unit["name"] for unit in units if unit["kind"] == kind]) for kind in kinds])
        ),
        "classes": tuple(unit["class"] for unit in units),
        "region": tuple(unit["region"] for unit in units),
        "initial": tuple(unit["initial"] for unit in units),
        "p_fail": np.zeros((len(units), 1)),
        "p_repair": np.ones((len(units), 1)),
        **{column: stacked(units, column) for column in columns},
    }

"""Small systems of each kind of asset, a million samples each, against all their paths enumerated by the slow twin."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.model.scenario import Side
from standstill.model.system import (
    DemandResponses,
    Generators,
    GeneratorStorages,
    Interfaces,
    Lines,
    Regions,
    Storages,
    System,
)
from tests.reference.enumerated import enumerated
from tests.statistical.table import SEED, Table, mean

pytestmark = pytest.mark.statistical
SAMPLES = 1_000_000
STEPS = 4
LOSSLESS = {"charge_efficiency": [[1.0]], "discharge_efficiency": [[1.0]], "carryover_efficiency": [[1.0]]}
NEVER = {"p_fail": [[0.0]], "p_repair": [[1.0]]}


def units(*rows: tuple[int, float, float, float]) -> Generators:
    """Return generators from (region, capacity, p_fail, p_repair)."""
    regions, capacity, p_fail, p_repair = zip(*rows, strict=True)
    return Generators(
        names=tuple(f"unit {row}" for row in range(len(rows))), classes=("thermal",) * len(rows), region=regions,
        capacity=np.array(capacity)[:, None], p_fail=np.array(p_fail)[:, None], p_repair=np.array(p_repair)[:, None],
    )  # fmt: skip


def joins(*rows: tuple[int, int, float, float]) -> Interfaces:
    """Return interfaces from (first region, second region, limit there, limit back)."""
    first, second, there, back = zip(*rows, strict=True)
    return Interfaces(
        names=tuple(f"{a}-{b}" for a, b in zip(first, second, strict=True)), region_from=first, region_to=second,
        forward=np.array(there)[:, None], backward=np.array(back)[:, None],
    )  # fmt: skip


def case(name: str, load: list[list[float]], **tables: Any) -> Side:
    """Return a side of four hours; its name keys its draws, so that cases are independent."""
    system = System(
        name=name, step_h=1.0, start=dt.datetime(2024, 1, 1), n_steps=STEPS, power_unit="MW", energy_unit="MWh",
        regions=Regions(names=tuple("ABC"[: len(load)]), load=np.array(load)), **tables,
    )  # fmt: skip
    return Side(name=name, system=system)


LOADS = [[14.0, 19.0, 16.0, 21.0], [12.0, 9.0, 15.0, 11.0], [8.0, 13.0, 10.0, 9.0]]
CASES = [
    case(
        "two regions, a limit that binds", LOADS[:2],
        generators=units((0, 10, 0.2, 0.5), (0, 8, 0.1, 0.7), (1, 20, 0.15, 0.4), (1, 3, 0, 1)),
        interfaces=joins((0, 1, 3.0, 5.0)),
    ),
    case(
        "three regions in a ring", LOADS,
        generators=units((0, 17, 0.2, 0.5), (1, 14, 0.1, 0.7), (2, 15, 0.15, 0.4), (2, 3, 0, 1)),
        interfaces=joins((0, 1, 3.0, 4.0), (1, 2, 2.0, 3.5), (0, 2, 2.5, 1.5)),
    ),
    case(
        "a storage in the other region", LOADS[:2],
        generators=units((0, 22, 0.2, 0.5), (1, 16, 0.1, 0.7)),
        interfaces=joins((0, 1, 3.0, 5.0)),
        storages=Storages(
            names=("storage",), classes=("storage",), region=(1,), charge=[[4.0]], discharge=[[6.0]], energy=[[9.0]],
            charge_efficiency=[[0.9]], discharge_efficiency=[[0.8]], carryover_efficiency=[[0.95]],
            p_fail=[[0.1]], p_repair=[[0.6]], initial=(0.5,),
        ),
    ),
    case(
        "a reservoir that charges from its inflow", LOADS[:1],
        generators=units((0, 12, 0.2, 0.5), (0, 4, 0.1, 0.7)),
        generator_storages=GeneratorStorages(
            names=("reservoir",), classes=("hydro",), region=(0,), charge=[[8.0]], discharge=[[9.0]], energy=[[12.0]],
            inflow=[[6.0, 2.0, 9.0, 1.0]], injection=[[7.0]], withdrawal=[[0.0]], p_fail=[[0.1]], p_repair=[[0.6]],
            initial=(0.2,), **LOSSLESS,
        ),
    ),
    case(
        "a demand response with a window", LOADS[:1],
        generators=units((0, 12, 0.2, 0.5), (0, 10, 0.1, 0.7)),
        demand_responses=DemandResponses(
            names=("later",), classes=("demand",), region=(0,), borrow=[[5.0]], payback=[[4.0]], energy=[[8.0]],
            interest=[[0.1]], window=[[2.0]], p_fail=[[0.1]], p_repair=[[0.6]],
        ),
    ),
    case(
        "lines that fail", LOADS[:2],
        generators=units((0, 26, 0.1, 0.5), (1, 7, 0, 1)),
        interfaces=joins((0, 1, 6.0, 6.0)),
        lines=Lines(
            names=("line 1", "line 2"), classes=("line",) * 2, interface=(0, 0), forward=[[4.0], [3.0]],
            backward=[[2.0], [3.0]], p_fail=[[0.2], [0.1]], p_repair=[[0.5], [0.3]],
        ),
    ),
    case(
        "storage, demand response and a failing line at once", LOADS[:2],
        generators=units((0, 25, 0.15, 0.4), (1, 9, 0, 1)),
        interfaces=joins((0, 1, 9.0, 9.0)),
        lines=Lines(
            names=("line",), classes=("line",), interface=(0,), forward=[[5.0]], backward=[[5.0]], p_fail=[[0.2]],
            p_repair=[[0.5]],
        ),
        storages=Storages(
            names=("storage",), classes=("storage",), region=(0,), charge=[[5.0]], discharge=[[3.0]], energy=[[6.0]],
            initial=(1.0,), **LOSSLESS, **NEVER,
        ),
        demand_responses=DemandResponses(
            names=("later",), classes=("demand",), region=(1,), borrow=[[2.0]], payback=[[2.0]], energy=[[3.0]],
            interest=[[0.0]], window=[[3.0]], **NEVER,
        ),
    ),
]  # fmt: skip


def columns(side: Side) -> np.ndarray:
    """Return short steps, unserved energy and events, then the first two by region, of all samples."""
    packed = pack_side(side)
    scratch = Scratch(packed)
    n_regions = len(side.system.regions)
    chosen = [COLUMNS.index(name) for name in ("short_steps", "unserved", "events")]
    chosen += [len(COLUMNS) + place for place in range(2 * n_regions)]
    out = np.empty((SAMPLES, len(chosen)))
    for first in range(0, SAMPLES, BLOCK):
        block = run_block(packed, SEED, first, min(BLOCK, SAMPLES - first), scratch)
        out[first : first + BLOCK] = block.totals[0][:, chosen]
    return out


@pytest.mark.parametrize("side", CASES, ids=lambda side: side.name)
def test_every_path_enumerated(side: Side, table: Table) -> None:
    exact = enumerated(side)
    found = columns(side)
    values = (exact.lole, exact.eue, exact.lolev, *exact.region_lole, *exact.region_eue)
    regions = side.system.regions.names
    names = ("LOLE", "EUE", "events", *(f"LOLE_{name}" for name in regions), *(f"EUE_{name}" for name in regions))
    measures = {
        name: (mean(column), value)
        for name, column, value in zip(names, found.T, values, strict=True)
        if len(regions) > 1 or "_" not in name
    }
    table.add(side.name, "EUE", **measures)


def test_chi_square(table: Table) -> None:
    table.close()

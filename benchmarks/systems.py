"""Systems to time: factories without arguments, each of which returns a Case. Knows nothing of clocks."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.networks import alike, lines, load_shape, names, places, stores
from standstill.formats.pras import read_pras
from standstill.model.campaign import Campaign
from standstill.model.scenario import Side
from standstill.model.system import Generators, Interfaces, Regions, System
from standstill.model.terms import Arm
from standstill.scenario import load_scenario
from tests.cases.rts79 import rts79
from tests.cases.toy import toy

DATA = "STANDSTILL_DATA"
"""Environment variable with the folder of rts.pras and toymodel.pras."""
_BESIDE = Path(__file__).parents[2] / "shared" / "data"


class Missing(Exception):
    """A file that a benchmark needs is not there."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One side to simulate, as the engine takes it."""

    side: Side
    arms: tuple[Arm, ...] = (Arm(name="as is"),)
    measure_from: dt.datetime | None = None
    measure_to: dt.datetime | None = None
    detail: bool = False


def of(system: System) -> Case:
    """Return the case of a system as it is."""
    return Case(side=Side(name=system.name, system=system, campaign=Campaign()))


def data_file(name: str) -> Path:
    """Return a data file, or say where it was looked for."""
    path = Path(os.environ.get(DATA, _BESIDE)) / name
    if not path.is_file():
        raise Missing(f"{path} is not there; name its folder with --data or {DATA}")
    return path


def rts79_case() -> Case:
    """Return the IEEE RTS of 1979."""
    return of(rts79())


def toy_case() -> Case:
    """Return the four-hour toy system."""
    return of(toy())


def toymodel() -> Case:
    """Return PRAS's toymodel.pras."""
    return of(read_pras(data_file("toymodel.pras")))


def rts_gmlc(more_mw: float = 0.0) -> Case:
    """Return PRAS's rts.pras, with some load added to every region in every hour."""
    system = read_pras(data_file("rts.pras"))
    regions = replace(system.regions, load=system.regions.load + more_mw)
    return of(replace(system, regions=regions))


def rts_gmlc_700() -> Case:
    """Return rts.pras with 700 MW added to every region."""
    return rts_gmlc(700.0)


def winter(side: int) -> Case:
    """Return one side of the built-in winter, both arms, with everything that a run keeps."""
    scenario = load_scenario("winter-2024")
    return Case(
        side=scenario.sides[side],
        arms=scenario.arms,
        measure_from=scenario.measure_from,
        measure_to=scenario.measure_to,
        detail=True,
    )


def first_side() -> Case:
    """Return the first side of the built-in winter."""
    return winter(0)


def second_side() -> Case:
    """Return the second side of the built-in winter."""
    return winter(1)


def synthetic(years: float = 1.0, load: float = 0.973, room: float = 0.08) -> Case:
    """Return 10 regions, 500 units, 20 storages on a ring with chords; ``busy`` says how busy its network is.

    Parameters
    ----------
    years: float
        Length of the horizon.
    load: float
        Peak load of a region over its installed capacity.
    room: float
        What a line carries over a region's installed capacity.
    """
    generator = np.random.default_rng(79)
    regions, units, stores_each, steps = 10, 50, 2, round(8760 * years)
    unit_mw = generator.choice([20.0, 50.0, 100.0, 150.0, 300.0], (regions, units), p=[0.3, 0.25, 0.25, 0.15, 0.05])
    installed = unit_mw.sum(axis=1)
    pairs = [(at, at + 1) for at in range(regions - 1)] + [(0, 9), (0, 5), (2, 7), (3, 8)]
    line_mw = room * float(installed.mean()) / 2
    store_mw = 0.02 * installed.repeat(stores_each)[:, None]
    return of(
        System(
            name="synthetic",
            step_h=1.0,
            start=dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
            n_steps=steps,
            power_unit="MW",
            energy_unit="MWh",
            regions=Regions(
                names=names("region", regions),
                load=load * installed[:, None] * load_shape(regions, steps, generator),
            ),
            interfaces=_interfaces(pairs, 2 * line_mw),
            lines=lines(len(pairs), 2, line_mw),
            generators=Generators(
                **alike("unit", "thermal", regions * units, up_h=900, down_h=60),
                region=places(regions, units),
                capacity=unit_mw.reshape(-1, 1),
            ),
            storages=stores(places(regions, stores_each), store_mw, 4 * store_mw),
        )
    )


def _interfaces(pairs: list[tuple[int, int]], room: float) -> Interfaces:
    rooms = np.full((len(pairs), 1), room)
    return Interfaces(
        names=tuple(f"{a} - {b}" for a, b in pairs),
        region_from=tuple(a for a, _ in pairs),
        region_to=tuple(b for _, b in pairs),
        forward=rooms,
        backward=rooms,
    )


def split(parts: int) -> Case:
    """Return the RTS-79 with every unit split into equal parts, each with the same outages."""
    case = rts79_case()
    old = case.side.system.generators
    generators = Generators(
        names=tuple(f"{name} part {part}" for name in old.names for part in range(parts)),
        classes=tuple(np.repeat(old.classes, parts).tolist()),
        region=(0,) * (len(old) * parts),
        capacity=np.repeat(old.capacity, parts, axis=0) / parts,
        p_fail=np.repeat(old.p_fail, parts, axis=0),
        p_repair=np.repeat(old.p_repair, parts, axis=0),
    )
    return of(replace(case.side.system, generators=generators))


def repeated(years: int) -> Case:
    """Return the RTS-79 for several years on end."""
    system = rts79()
    load = np.tile(system.regions.load, (1, years))
    return of(replace(system, n_steps=load.shape[1], regions=replace(system.regions, load=load)))

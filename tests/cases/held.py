"""Small systems with an operating reserve, hours of which are independent, so that all is known by enumeration."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np

from standstill.model.system import Generators, Interfaces, Lines, Regions, Reserves, Storages, System
from tests.cases.toy import toy

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def rows(*values: object) -> np.ndarray:
    """Return a table: a number is a constant row, a tuple one value per step."""
    width = max((len(value) if isinstance(value, tuple) else 1 for value in values), default=1)
    return np.array([np.broadcast_to(np.array(value, dtype=float), width) for value in values]).reshape(-1, width)


def outages(*chances: float) -> dict[str, np.ndarray]:
    """Return probabilities by which each row is out in a share of steps, each step by itself."""
    return {"p_fail": rows(*chances), "p_repair": rows(*(1.0 - chance for chance in chances))}


def generators(*units: tuple[int, object, float], classes: tuple[str, ...] = ()) -> Generators:
    """Return generators from (region, capacity, share of steps in which it is out)."""
    return Generators(
        names=tuple(f"generator {row}" for row in range(len(units))),
        classes=classes or ("thermal",) * len(units),
        region=tuple(region for region, _, _ in units),
        capacity=rows(*(capacity for _, capacity, _ in units)),
        **outages(*(chance for _, _, chance in units)),
    )


def interfaces(*joins: tuple[int, int, object]) -> Interfaces:
    """Return interfaces from (region, region, limit both ways)."""
    limits = rows(*(limit for _, _, limit in joins))
    return Interfaces(
        names=tuple(f"{a} to {b}" for a, b, _ in joins), region_from=tuple(a for a, _, _ in joins),
        region_to=tuple(b for _, b, _ in joins), forward=limits, backward=limits,
    )  # fmt: skip


def lines(*each: tuple[int, float, float]) -> Lines:
    """Return lines from (interface, capability both ways, share of steps in which it is out)."""
    power = rows(*(capability for _, capability, _ in each))
    return Lines(
        names=tuple(f"line {row}" for row in range(len(each))), classes=("line",) * len(each),
        interface=tuple(interface for interface, _, _ in each), forward=power, backward=power,
        **outages(*(chance for _, _, chance in each)),
    )  # fmt: skip


def storages(*each: dict[str, float]) -> Storages:
    """Return storages that never fail; each gives region, power, energy, initial and what else differs from 1."""
    efficiencies = ("charge_efficiency", "discharge_efficiency", "carryover_efficiency")
    return Storages(
        names=tuple(f"storage {row}" for row in range(len(each))), classes=("storage",) * len(each),
        region=tuple(int(store.get("region", 0)) for store in each), charge=rows(*(store["power"] for store in each)),
        discharge=rows(*(store["power"] for store in each)), energy=rows(*(store["energy"] for store in each)),
        initial=tuple(store.get("initial", 0.0) for store in each), **outages(*(0.0 for _ in each)),
        **{name: rows(*(store.get(name, 1.0) for store in each)) for name in efficiencies},
    )  # fmt: skip


def system(load: np.ndarray, n_steps: int, **tables: Any) -> System:
    """Return a system in steps of an hour, from the load of each region."""
    return System(
        name="held", step_h=1.0, start=START, n_steps=n_steps, power_unit="MW", energy_unit="MWh",
        regions=Regions(names=tuple("ABCDE"[: len(load)]), load=load), **tables,
    )  # fmt: skip


def held(*powers: object, **more: Any) -> Reserves:
    """Return reserves of so much power each."""
    return Reserves(names=tuple(f"reserve {row}" for row in range(len(powers))), power=rows(*powers), **more)


def constant() -> System:
    """Return the toy system with a reserve of 6 MW."""
    return replace(toy(), reserves=held(6.0))


def largest() -> System:
    """Return the toy system with units of 8, 12 and 10 MW, and a reserve of half the largest in service and a power."""
    system = toy()
    units = replace(system.generators, capacity=np.vstack([[[power] * 4] for power in (8.0, 12.0, 10.0)] + [
        system.generators.capacity[3:]
    ]))  # fmt: skip
    reserves = held((0.0, 1.0, 0.0, 2.0), largest_unit=(0.5,), unit_classes=(("thermal",),))
    return replace(system, generators=units, reserves=reserves)


def two_regions() -> System:
    """Return two regions with units of their own and lines that bind and fail, and reserves of each and of both."""
    return system(
        rows((16.0, 12.0, 14.0), (11.0, 15.0, 9.0)), 3,
        generators=generators((0, 12.0, 0.2), (0, 8.0, 0.1), (1, 9.0, 0.15), (1, (7.0, 9.0, 5.0), 0.3)),
        interfaces=interfaces((0, 1, 6.0)),
        lines=lines((0, 3.0, 0.2), (0, 4.0, 0.1)),
        reserves=held(2.0, (1.0, 2.0, 3.0), 0.0, largest_unit=(0.0, 0.0, 0.25), regions=((1,), (0,), ())),
    )  # fmt: skip


def leaves() -> System:
    """Return a hub that supplies two regions with load only behind lines that fail, and a reserve for all."""
    return system(
        rows(2.0, (11.0, 9.0), (6.0, 8.0)), 2,
        generators=generators((0, 10.0, 0.2), (0, 8.0, 0.1), (0, 6.0, 0.1)),
        interfaces=interfaces((0, 1, 99.0), (2, 0, 99.0)),
        lines=lines((0, 8.0, 0.1), (0, 8.0, 0.2), (1, 9.0, 0.1)),
        reserves=held(4.0),
    )  # fmt: skip


def stored() -> System:
    """Return one region with two units and a storage, the headroom of which counts, and a reserve."""
    return system(
        rows((9.0, 14.0, 12.0, 16.0)), 4,
        generators=generators((0, 10.0, 0.2), (0, 7.0, 0.25)),
        storages=storages({
            "power": 4.0, "energy": 6.0, "initial": 0.5, "charge_efficiency": 0.9, "discharge_efficiency": 0.8,
            "carryover_efficiency": 0.95,
        }),
        reserves=held(5.0),
    )  # fmt: skip

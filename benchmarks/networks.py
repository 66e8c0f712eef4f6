"""A network of any size: a ring of regions, each with its share of everything; and parts for other invented networks.

What is made more numerous keeps its total, so that sizes differ in how much there is to simulate, not in how scarce
power is: twice as many stores have half the power each. Knows nothing of clocks.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from standstill.model.system import (
    DemandResponses,
    Generators,
    Interfaces,
    Lines,
    Regions,
    Storages,
    System,
)

Floats = np.ndarray[Any, np.dtype[np.float64]]

UNIT_MW, PEAK = 1000.0, 0.8
"""Capacity of a region, MW, and its peak load as a share of that: short by itself in one or two hours of a hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is of everything; but for ``regions`` and ``steps``, by region."""

    regions: int = 8
    units: int = 10
    stores: int = 1
    lines: int = 2
    """On each interface; a ring has as many interfaces as regions."""
    responses: int = 0
    steps: int = 2190


def ring(size: Size) -> System:
    """Return a ring of regions, short every now and then, each at hours of its own."""
    generator = np.random.default_rng(79)
    return System(
        name="ring",
        step_h=1.0,
        start=dt.datetime(2023, 1, 1, tzinfo=dt.UTC),
        n_steps=size.steps,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=names("region", size.regions), load=_load(size, generator)),
        interfaces=_interfaces(size),
        lines=_lines(size),
        generators=_generators(size),
        storages=_storages(size, generator),
        demand_responses=_responses(size, generator),
    )


def _load(size: Size, generator: np.random.Generator) -> Floats:
    """Return load with peaks at different hours and seasons, (n_regions, n_steps), MW."""
    return PEAK * UNIT_MW * load_shape(size.regions, size.steps, generator)


def load_shape(regions: int, steps: int, generator: np.random.Generator) -> Floats:
    """Return load over peak load, (n_regions, n_steps), such that regions are short at different times."""
    hours = np.arange(steps)
    days = -(-steps // 24)
    day = np.cos(2 * np.pi * (hours - generator.uniform(14, 21, (regions, 1))) / 24)
    year = np.cos(2 * np.pi * (hours / 24 - generator.uniform(-40, 40, (regions, 1))) / 365)
    weather = np.repeat(generator.normal(0.0, 0.03, (regions, days)), 24, axis=1)[:, :steps]
    return np.clip(0.80 + 0.10 * day + 0.10 * year + weather, 0.4, 1.05)


def _generators(size: Size) -> Generators:
    region = places(size.regions, size.units)
    return Generators(
        **alike("unit", "thermal", len(region), up_h=900, down_h=60),
        region=region,
        capacity=np.full((len(region), 1), UNIT_MW / size.units),
    )


def _interfaces(size: Size) -> Interfaces:
    pairs = [(at, (at + 1) % size.regions) for at in range(size.regions)]
    room = np.full((size.regions, 1), 0.1 * UNIT_MW)
    return Interfaces(
        names=names("interface", size.regions),
        region_from=tuple(min(pair) for pair in pairs),
        region_to=tuple(max(pair) for pair in pairs),
        forward=room,
        backward=room,
    )


def _lines(size: Size) -> Lines:
    return lines(size.regions, size.lines, 0.1 * UNIT_MW / size.lines)


def lines(interfaces: int, each: int, room: float) -> Lines:
    """Return lines that fail, so many on each interface, each with room for so many MW both ways."""
    interface = places(interfaces, each)
    rooms = np.full((len(interface), 1), room)
    return Lines(
        **alike("line", "line", len(interface), up_h=4000, down_h=40),
        interface=interface,
        forward=rooms,
        backward=rooms,
    )


def _storages(size: Size, generator: np.random.Generator) -> Storages:
    """Return stores of one to eight hours, so that hardly two have the same time-to-go."""
    region = places(size.regions, size.stores)
    power = np.full((len(region), 1), 0.06 * UNIT_MW / max(1, size.stores))
    return stores(region, power, power * generator.uniform(1.0, 8.0, (len(region), 1)))


def stores(region: tuple[int, ...], power: Floats, energy: Floats) -> Storages:
    """Return batteries that fail, one in each of ``region``."""
    ones = np.ones((len(region), 1))
    return Storages(
        **alike("store", "battery", len(region), up_h=2000, down_h=50),
        region=region,
        charge=power,
        discharge=power,
        energy=energy,
        charge_efficiency=0.92 * ones,
        discharge_efficiency=0.92 * ones,
        carryover_efficiency=ones,
    )


def _responses(size: Size, generator: np.random.Generator) -> DemandResponses:
    """Return load that can be put off for two to eight hours."""
    region = places(size.regions, size.responses)
    power = np.full((len(region), 1), 0.04 * UNIT_MW / max(1, size.responses))
    return DemandResponses(
        **alike("response", "demand-response", len(region), up_h=2000, down_h=50),
        region=region,
        borrow=power,
        payback=power,
        energy=4.0 * power,
        interest=np.zeros_like(power),
        window=generator.integers(2, 9, (len(region), 1)).astype(float),
    )


def alike(kind: str, cls: str, count: int, *, up_h: float, down_h: float) -> dict[str, Any]:
    """Return what all assets of a kind have: numbered names, a class, and outages of so many hours on average."""
    return {
        "names": names(kind, count),
        "classes": (cls,) * count,
        "p_fail": np.full((count, 1), 1 / up_h),
        "p_repair": np.full((count, 1), 1 / down_h),
    }


def names(kind: str, count: int) -> tuple[str, ...]:
    """Return numbered names."""
    return tuple(f"{kind} {number}" for number in range(count))


def places(where: int, each: int) -> tuple[int, ...]:
    """Return where assets are if there are so many in each region, or on each interface."""
    return tuple(np.repeat(np.arange(where), each).tolist())

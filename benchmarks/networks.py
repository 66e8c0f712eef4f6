"""A network of any size: a ring of regions, each with its share of everything. Knows nothing of clocks.

What is made more numerous keeps its total, so that sizes differ in how much there is to simulate, not in how scarce
power is: twice as many stores have half the power each.
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
        regions=Regions(names=_names("region", size.regions), load=_load(size, generator)),
        interfaces=_interfaces(size),
        lines=_lines(size),
        generators=_generators(size),
        storages=_storages(size, generator),
        demand_responses=_responses(size, generator),
    )


def _load(size: Size, generator: np.random.Generator) -> Floats:
    """Return load with peaks at different hours and seasons, (n_regions, n_steps), MW."""
    hours = np.arange(size.steps)
    days = -(-size.steps // 24)
    day = np.cos(2 * np.pi * (hours - generator.uniform(14, 21, (size.regions, 1))) / 24)
    year = np.cos(2 * np.pi * (hours / 24 - generator.uniform(-40, 40, (size.regions, 1))) / 365)
    weather = np.repeat(generator.normal(0.0, 0.03, (size.regions, days)), 24, axis=1)[:, : size.steps]
    return PEAK * UNIT_MW * np.clip(0.80 + 0.10 * day + 0.10 * year + weather, 0.4, 1.05)


def _generators(size: Size) -> Generators:
    count = size.regions * size.units
    return Generators(
        names=_names("unit", count),
        classes=("thermal",) * count,
        region=_places(size.regions, size.units),
        capacity=np.full((count, 1), UNIT_MW / size.units),
        p_fail=np.full((count, 1), 1 / 900),
        p_repair=np.full((count, 1), 1 / 60),
    )


def _interfaces(size: Size) -> Interfaces:
    pairs = [(at, (at + 1) % size.regions) for at in range(size.regions)]
    room = np.full((size.regions, 1), 0.1 * UNIT_MW)
    return Interfaces(
        names=_names("interface", size.regions),
        region_from=tuple(min(pair) for pair in pairs),
        region_to=tuple(max(pair) for pair in pairs),
        forward=room,
        backward=room,
    )


def _lines(size: Size) -> Lines:
    count = size.regions * size.lines
    room = np.full((count, 1), 0.1 * UNIT_MW / size.lines)
    return Lines(
        names=_names("line", count),
        classes=("line",) * count,
        interface=_places(size.regions, size.lines),
        forward=room,
        backward=room,
        p_fail=np.full((count, 1), 1 / 4000),
        p_repair=np.full((count, 1), 1 / 40),
    )


def _storages(size: Size, generator: np.random.Generator) -> Storages:
    """Return stores of one to eight hours, so that hardly two have the same time-to-go."""
    count = size.regions * size.stores
    power = np.full((count, 1), 0.06 * UNIT_MW / max(1, size.stores))
    ones = np.ones((count, 1))
    return Storages(
        names=_names("store", count),
        classes=("battery",) * count,
        region=_places(size.regions, size.stores),
        charge=power,
        discharge=power,
        energy=power * generator.uniform(1.0, 8.0, (count, 1)),
        charge_efficiency=0.92 * ones,
        discharge_efficiency=0.92 * ones,
        carryover_efficiency=ones,
        p_fail=ones / 2000,
        p_repair=ones / 50,
    )


def _responses(size: Size, generator: np.random.Generator) -> DemandResponses:
    """Return load that can be put off for two to eight hours."""
    count = size.regions * size.responses
    power = np.full((count, 1), 0.04 * UNIT_MW / max(1, size.responses))
    ones = np.ones((count, 1))
    return DemandResponses(
        names=_names("response", count),
        classes=("demand-response",) * count,
        region=_places(size.regions, size.responses),
        borrow=power,
        payback=power,
        energy=4.0 * power,
        interest=0.0 * ones,
        window=generator.integers(2, 9, (count, 1)).astype(float),
        p_fail=ones / 2000,
        p_repair=ones / 50,
    )


def _names(kind: str, count: int) -> tuple[str, ...]:
    return tuple(f"{kind} {number}" for number in range(count))


def _places(regions: int, each: int) -> tuple[int, ...]:
    return tuple(np.repeat(np.arange(regions), each).tolist())

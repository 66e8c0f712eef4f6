"""What the kernels read of a side: nested NamedTuples of read-only arrays, and what their codes mean.

Indices called ``*_slot`` point into a row of the block's ``values`` (see ``slots``). Knows nothing of records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine.recorded import RecordPlan
from standstill.engine.roster import PackedRoster
from standstill.engine.slots import Slots
from standstill.model.scenario import Criterion

__all__ = [
    "BORROW",
    "BORROW_EFFICIENCY",
    "BUDGET",
    "CARRYOVER",
    "CHARGE",
    "CHARGE_EFFICIENCY",
    "CHUNK",
    "DISCHARGE",
    "DISCHARGE_EFFICIENCY",
    "ENERGY",
    "EXPONENTIAL",
    "FIXED",
    "GENERATOR",
    "GEOMETRIC",
    "GREEDY",
    "INFLOW",
    "INJECTION",
    "INTEREST",
    "LINE",
    "LOGNORMAL",
    "MAX_WEAPONS",
    "OWED_MOST",
    "PART",
    "PAYBACK",
    "PAYBACK_EFFICIENCY",
    "PROFILE",
    "RELEASE",
    "RESPONSE",
    "STORE",
    "WINDOW",
    "WITHDRAWAL",
    "ArmArrays",
    "AssetArrays",
    "CampaignArrays",
    "DayChances",
    "Floats",
    "Horizon",
    "Ints",
    "Model",
    "NetworkArrays",
    "PackedSide",
    "RegionArrays",
    "RepairArrays",
    "ReserveArrays",
    "ResponseArrays",
    "StoreArrays",
    "SupplyArrays",
    "Table",
    "UnitChains",
    "WeatherArrays",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Table = NDArray[np.void]
GENERATOR, STORE, LINE, RESPONSE = 0, 1, 2, 3
CHARGE, DISCHARGE, ENERGY, CHARGE_EFFICIENCY, DISCHARGE_EFFICIENCY, CARRYOVER = range(6)
INFLOW, INJECTION, WITHDRAWAL, RELEASE = range(6, 10)
"""Fields of ``StoreArrays.series``."""
BORROW, PAYBACK, OWED_MOST, INTEREST, WINDOW, BORROW_EFFICIENCY, PAYBACK_EFFICIENCY = range(7)
"""Fields of ``ResponseArrays.series``."""
CHUNK = 64
"""Steps per word of the event bitmap, and per unit of skipping."""
PART = CHUNK // 8
"""Steps of an eighth of a chunk."""
MAX_WEAPONS = 1000
"""Most weapons of one class in a wave, twice the largest mean; a number, as the kernels' cache sees only the engine."""
FIXED, EXPONENTIAL, LOGNORMAL, GEOMETRIC = range(4)
GREEDY, BUDGET, PROFILE = range(3)


class Horizon(NamedTuple):
    """Steps, and what of them is measured."""

    steps: int
    step_h: float
    energy_per_step: float
    tolerance: float
    measure_from: int
    measure_to: int
    steps_per_day: int
    peak_step: int
    window_steps: int
    window_limit: float
    """Most hours off a day in a rolling window that the criterion allows."""
    month: Ints
    week: Ints
    detail: bool
    reference_power: float


class RegionArrays(NamedTuple):
    """Regions: load of region r at step t is ``weight · scale · load[series, t]``."""

    table: Table
    fixed_load: Floats
    picks_up: bool
    """Whether any of what is unserved may be asked for again."""


class WeatherArrays(NamedTuple):
    """Temperature by day and the load it drives (series 0, if ``active``)."""

    active: bool
    key: int
    days: Table
    shape: Floats
    years: Floats
    ar1: float
    ar2: float
    slope: float
    offset: float
    residual_sd: float
    mean_sd: float
    shift_slot: int
    warming_slot: int
    base_slot: int
    slope_slot: int
    threshold_slot: int


class UnitChains(NamedTuple):
    """Chains of units with more states than in and out of service, one after another, a row per state."""

    table: Table
    """Share of capacity left, cumulative probability of being the first state, hazard of leaving."""
    moves: Floats
    """Cumulative probability of the next state, once it is left, (n_rows, most states of a unit)."""


class DayChances(NamedTuple):
    """Probabilities of changing state that follow the temperature of the day; equal ones share a row."""

    table: Table
    """Probability at a factor of 1, and the points of its factor."""
    points: Floats
    """Temperature, °C, and factor, (n_points, 2)."""


class AssetArrays(NamedTuple):
    """All assets in one table: generators, storages, generator-storages, lines."""

    table: Table
    cumulative: Floats
    """Cumulated hazard of chains whose probabilities vary, (n_rows, n_steps)."""
    profiles: Floats
    """Capacity of generators whose capacity varies and that can fail or be hit, (n_rows, n_steps)."""
    class_first: Ints
    class_assets: Ints
    chains: UnitChains | None
    """None where every unit is in or out of service, for which kernels are compiled without them."""
    days: DayChances | None
    """None where no outage follows the weather, the same way."""


class SupplyArrays(NamedTuple):
    """Capacity that varies with time, summed by region, scale and common cause."""

    table: Table
    profile: Floats
    causes: Table
    """Common causes that follow the temperature."""
    regions: Ints
    """Regions with supply that varies with time."""


class StoreArrays(NamedTuple):
    """Storages then generator-storages; ``series[field, store, 0 or step]`` with the fields below."""

    table: Table
    series: Floats
    steady: bool
    """Whether nothing in ``series`` but inflow and its limits varies, so that a full store stays full."""
    constant: bool
    """Whether nothing in ``series`` varies, so that an empty store stays empty without a surplus."""
    planned: bool
    """Whether any store has a weekly budget or a daily profile."""
    week_steps: int
    """Steps of a week."""


class ResponseArrays(NamedTuple):
    """Demand responses; ``series[field, response, 0 or step]``."""

    table: Table
    series: Floats


class NetworkArrays(NamedTuple):
    """Interfaces, the lines in them, and for a star the hub and its leaves (regions with load only)."""

    edges: Table
    limits: Floats
    """Limits of interfaces, (2: forward and backward, n_interfaces, 1 or n_steps)."""
    lines: Table
    capability: Floats
    """Capability of lines, the same way."""
    adjacent_first: Ints
    adjacent: Ints
    leaves: Table
    hub: int
    one_series: int
    varying: bool


class CampaignArrays(NamedTuple):
    """Streams, weapons, aims, deratings, classes and the states of their curves."""

    streams: Table
    weapons: Table
    aims: Table
    deratings: Table
    classes: Table
    curve_first: Ints
    states: Table
    dates: Floats
    clock: Floats
    """Seasonal clock of each stream, (2: hour and value, n_streams, n_edges)."""
    ignore_while_down: bool


class RepairArrays(NamedTuple):
    """Repair times, crew pools and spare pools."""

    times: Table
    pools: Table
    spares: Table
    spare_time: Floats
    max_crews: int


class ArmArrays(NamedTuple):
    """Terms of every arm, as they bind this side; ``active`` is 0 for an arm without terms.

    The chains of arms that wait for a process clock stand one after another: their states, with the cumulative
    probability of being the first one, and of each state its steps, with their cumulative probability.
    """

    table: Table
    classes: Ints
    """(2: covered and compliance slot, n_arms, n_classes)."""
    exempt: Ints
    chain_first: Ints
    """First state of each chain, and the end, (n_chains + 1,)."""
    states: Table
    steps: Table
    key: int


class ReserveArrays(NamedTuple):
    """Reserves that are asked for."""

    table: Table
    """Reserves; a last row ends ``units``."""
    power: Floats
    """Power asked for, (n_reserves, 1 or n_steps)."""
    members: Floats
    """1 for each region that a reserve is held for, else 0, (n_reserves, n_regions)."""
    units: Ints
    """Generators that may be the largest unit, reserve after reserve: (asset, row of ``profiles`` or -1)."""
    profiles: Floats
    """Capacity of those whose capacity varies, (n_rows, n_steps)."""
    has_units: bool
    """Whether any reserve asks for the largest unit."""
    column: int
    """First of the reserves' columns among the totals of a sample."""


class Model(NamedTuple):
    """One side, packed."""

    horizon: Horizon
    regions: RegionArrays
    weather: WeatherArrays
    assets: AssetArrays
    supply: SupplyArrays
    stores: StoreArrays
    responses: ResponseArrays
    network: NetworkArrays
    campaign: CampaignArrays
    repair: RepairArrays
    arms: ArmArrays
    roster: PackedRoster | None
    """None where there is none, for which kernels are compiled without it."""
    reserve: ReserveArrays | None
    """The same."""


@dataclass(frozen=True, slots=True)
class PackedSide:
    """A side ready for the kernels, with the names needed to read the results."""

    model: Model
    slots: Slots
    region_names: tuple[str, ...]
    months: tuple[str, ...]
    n_weeks: int
    n_days: int
    criterion: Criterion
    by_period: bool = False
    """Whether shortfall is also summed by step and region, over samples; of one arm."""
    record: RecordPlan | None = None
    """What each step did that is to be recorded, if anything; of one arm."""

    def __post_init__(self) -> None:
        """Refuse what is by step of several arms."""
        for name, is_asked in (("by_period", self.by_period), ("record", self.record is not None)):
            if is_asked and len(self.model.arms.table) > 1:
                raise ValueError(f"{name} takes one arm, got {len(self.model.arms.table)}")

"""The only place where records become nested NamedTuples of read-only arrays, for the kernels.

A ``Parameter`` (a number or a Figure) becomes a *slot*: a column of the block's ``values`` array, which has one row if
nothing is uncertain and one row per sample of the block otherwise. Indices called ``*_slot`` point into that row.
Knows nothing of samples, arms' results or files.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import locked
from standstill.engine import draws, tables
from standstill.engine.roster import PackedRoster, pack_roster
from standstill.errors import Faults
from standstill.evidence.figure import Figure
from standstill.model.campaign import Campaign, Stream, Weapon
from standstill.model.chain import Chain, chain
from standstill.model.process import DAYS_PER_MONTH, Clock
from standstill.model.repair import Repair, RepairTime
from standstill.model.scenario import Criterion, Side
from standstill.model.system import Parameter, System
from standstill.model.terms import Arm, Terms
from standstill.model.weather import Weather

__all__ = ["CHUNK", "GENERATOR", "LINE", "STORE", "Model", "PackedSide", "Slots", "pack_side"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Table = NDArray[np.void]

GENERATOR, STORE, LINE = 0, 1, 2
CHARGE, DISCHARGE, ENERGY, CHARGE_EFFICIENCY, DISCHARGE_EFFICIENCY, CARRYOVER = range(6)
INFLOW, INJECTION, WITHDRAWAL, RELEASE = range(6, 10)
"""Fields of ``StoreArrays.series``."""
CHUNK = 64
"""Steps per word of the event bitmap, and per unit of skipping."""
PART = CHUNK // 8
"""Steps of an eighth of a chunk."""
MAX_HAZARD = 64.0
"""Stands for a probability of 1: exceeds -log of the smallest uniform, 2**-54."""
MAX_WEAPONS = 1000
MAX_WAVES = 20_000
"""Most waves of one stream that are simulated on average; more is a slip of the pen."""
MAX_SHARED = 4
"""Most arms that may go like the first in a sample; each doubles the histograms of a block."""
FIXED, EXPONENTIAL, LOGNORMAL, GEOMETRIC = range(4)
_TIME_KINDS = {"fixed": FIXED, "exponential": EXPONENTIAL, "lognormal": LOGNORMAL, "geometric": GEOMETRIC}
GREEDY, BUDGET, PROFILE = range(3)
_PLANS = {"greedy": GREEDY, "weekly-budget": BUDGET, "daily-profile": PROFILE}
MAX_BRANCHING = 0.95
"""Most waves that a wave brings about on average; from 1 on there would be no end of them."""
_COUNT_KINDS = {"fixed": 0, "poisson": 1, "negative-binomial": 2}
_ORDERS = {"first-come": 0, "largest-first": 1, "shortest-first": 2}
_WITHHELD = {"lost": 0, "kept": 1, "redirected": 2}


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
    month: Ints
    week: Ints
    detail: bool
    reference_power: float


class RegionArrays(NamedTuple):
    """Regions: load of region r at step t is ``weight · scale · load[series, t]``."""

    table: Table
    fixed_load: Floats


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


class AssetArrays(NamedTuple):
    """All assets in one table: generators, storages, generator-storages, lines."""

    table: Table
    cumulative: Floats
    """Cumulated hazard of chains whose probabilities vary, (n_rows, n_steps)."""
    profiles: Floats
    """Capacity of generators whose capacity varies and that can fail or be hit, (n_rows, n_steps)."""
    class_first: Ints
    class_assets: Ints


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


class Model(NamedTuple):
    """One side, packed."""

    horizon: Horizon
    regions: RegionArrays
    weather: WeatherArrays
    assets: AssetArrays
    supply: SupplyArrays
    stores: StoreArrays
    network: NetworkArrays
    campaign: CampaignArrays
    repair: RepairArrays
    arms: ArmArrays
    roster: PackedRoster


@dataclass(slots=True)
class Slots:
    """Columns of the values array: constants, and figures drawn per sample by their dotted path."""

    constants: list[float] = field(default_factory=list)
    figures: dict[int, Figure] = field(default_factory=dict)
    products: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Slots that are the product of two others, of which one is drawn."""
    _known: dict[object, int] = field(default_factory=dict)

    def add(self, parameter: Parameter) -> int:
        """Return the slot of a number or figure."""
        # one figure may be moved in one place and not in another; it is drawn by its path in both
        key: object = (parameter.path, parameter.distribution) if isinstance(parameter, Figure) else float(parameter)
        if key not in self._known:
            slot = self._known[key] = len(self.constants)
            if isinstance(parameter, Figure):
                self.constants.append(float(parameter.distribution.median))
                if not parameter.is_fixed:
                    self.figures[slot] = parameter
            else:
                self.constants.append(float(parameter))
        return self._known[key]

    def product(self, first: int, second: int) -> int:
        """Return the slot of the product of two slots."""
        key = ("product", first, second)
        if key not in self._known:
            self._known[key] = len(self.constants)
            self.constants.append(self.constants[first] * self.constants[second])
            if {first, second} & (self.figures.keys() | self.products.keys()):
                self.products[self._known[key]] = (first, second)
        return self._known[key]

    def values(self, seed: int, first_sample: int, count: int) -> Floats:
        """Return the values array of a block: one row if nothing is uncertain, else a row per sample."""
        if not self.figures:
            return locked([self.constants])
        values = np.tile(np.array(self.constants), (count, 1))
        uniform = np.empty(count)
        for slot, figure in self.figures.items():
            draws.uniforms(seed, first_sample, draws.entity_key(figure.path), uniform)
            values[:, slot] = figure.distribution.quantile(uniform)
        for slot, (first, second) in self.products.items():
            values[:, slot] = values[:, first] * values[:, second]
        return locked(values)

    def highest(self, slot: int) -> float:
        """Return an upper bound of a slot's values; factors of a product are >= 0."""
        if slot in self.products:
            return math.prod(self.highest(factor) for factor in self.products[slot])
        figure = self.figures.get(slot)
        return self.constants[slot] if figure is None else float(figure.distribution.quantile(np.array([1 - 1e-12]))[0])


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


def _ints(values: Any) -> Ints:
    return locked(values, np.int64)


def _table(layout: np.dtype[np.void], rows: list[dict[str, Any]]) -> Table:
    """Return a read-only table; every row gives every field."""
    names = layout.names or ()
    table = np.zeros(len(rows), layout)
    for place, row in enumerate(rows):
        table[place] = tuple(row[name] for name in names)
    table.flags.writeable = False
    return table


def _hazard(probability: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.minimum(-np.log1p(-probability), MAX_HAZARD)


def _columns(rows: Floats, steps: int) -> Floats:
    """Return rows with a column per step, or with one column if every row is constant."""
    if rows.shape[1] == 1 or not rows.size or bool(np.all(rows == rows[:, :1])):
        return locked(rows[:, :1])
    return locked(np.broadcast_to(rows, (rows.shape[0], steps)))


def _stack(tables: list[Floats], steps: int) -> Floats:
    wide = any(table.shape[1] > 1 for table in tables)
    width = steps if wide else 1
    rows = [np.broadcast_to(table, (table.shape[0], width)) for table in tables]
    return _columns(np.concatenate(rows) if rows else np.zeros((0, 1)), steps)


def _hours(moment: dt.datetime, start: dt.datetime) -> float:
    return (moment - start).total_seconds() / 3600.0


def pack_side(
    side: Side,
    *,
    arms: tuple[Arm, ...] = (Arm(name="as is"),),
    measure_from: dt.datetime | None = None,
    measure_to: dt.datetime | None = None,
    detail: bool = False,
) -> PackedSide:
    """Pack one side with the arms that bind it.

    Parameters
    ----------
    side: Side
        The side; its system's start is the start of the simulation.
    arms: tuple of Arm
        Arms, simulated with shared draws.
    measure_from, measure_to: datetime
        The measured window; the whole simulation by default.
    detail: bool
        Whether to keep daily histograms and the rolling-window criterion.

    Returns
    -------
    PackedSide

    Raises
    ------
    InputError
        With every fault that the records cannot see by themselves, such as a weight on a class without assets.
    """
    faults = Faults(source=f"side {side.name!r}")
    slots = Slots()
    system = side.system
    classes = system.asset_classes
    horizon, months, n_weeks = _horizon(side, measure_from, measure_to, detail, faults)
    regions, weather = _load(side, slots)
    stores = _stores(system, slots)
    # where any store's capability varies, so does the inflow that reaches the grid
    inflow_regions = system.generator_storages.region if stores.series.shape[2] > 1 else ()
    assets, supply = _assets(side, slots, classes, inflow_regions, faults)
    campaign, times = _campaign(side, slots, classes, faults)
    model = Model(
        horizon=horizon,
        regions=regions,
        weather=weather,
        assets=assets,
        supply=supply,
        stores=stores,
        network=_network(side, slots, regions),
        campaign=campaign,
        repair=_repair(side.repair, side, slots, classes, times, faults),
        arms=_arms(side, arms, slots, classes),
        roster=pack_roster(side.roster if detail else None, system.step_h),
    )
    _check_ranges(side, slots, faults)
    faults.raise_if_any()
    days = -(-system.n_steps // horizon.steps_per_day)
    return PackedSide(model, slots, system.regions.names, months, n_weeks, days, side.criterion)


def _check_ranges(side: Side, slots: Slots, faults: Faults) -> None:
    for figure in slots.figures.values():
        edges = figure.distribution.quantile(np.array([1e-12, 1 - 1e-12]))
        if not np.all(np.isfinite(edges)):
            faults.add(figure.path, "have a finite range", figure.distribution.describe())


def _horizon(
    side: Side, measure_from: dt.datetime | None, measure_to: dt.datetime | None, detail: bool, faults: Faults
) -> tuple[Horizon, tuple[str, ...], int]:
    system = side.system
    steps, step_h = system.n_steps, system.step_h
    first = 0 if measure_from is None else round(_hours(measure_from, system.start) / step_h)
    last = steps if measure_to is None else round(_hours(measure_to, system.start) / step_h)
    if not 0 <= first < last <= steps:
        faults.add("measured window", f"lie within the {steps} simulated steps", (first, last))
        first, last = 0, steps
    per_day = max(1, round(24.0 / step_h))
    if detail and (abs(per_day * step_h - 24.0) > 1e-9):
        faults.add("step_h", "divide a day, so that results can be given by day", step_h)
    times = [system.start + dt.timedelta(hours=step_h * (first + step)) for step in range(0, last - first, per_day)]
    labels = tuple(dict.fromkeys(f"{time:%Y-%m}" for time in times))
    month = np.full(steps, -1)
    week = np.full(steps, -1)
    for day, time in enumerate(times):
        span = slice(first + day * per_day, min(last, first + (day + 1) * per_day))
        month[span], week[span] = labels.index(f"{time:%Y-%m}"), day // 7
    shape = np.array(side.weather.load.shape) if side.weather else _day_shape(system, per_day)
    supply = system.generators.capacity.max(axis=1, initial=0.0).sum()
    supply += system.storages.discharge.max(axis=1, initial=0.0).sum()
    supply += system.generator_storages.injection.max(axis=1, initial=0.0).sum()
    scale = max(float(supply), float(system.regions.load.max(initial=0.0)))
    horizon = Horizon(
        steps=steps,
        step_h=step_h,
        energy_per_step=system.energy_per_step,
        tolerance=1e-9 * max(scale, 1e-6),
        measure_from=first,
        measure_to=last,
        steps_per_day=per_day,
        peak_step=int(np.argmax(shape)) if per_day > 1 else 0,
        window_steps=max(1, round(side.criterion.window_h / step_h)),
        month=_ints(month),
        week=_ints(week),
        detail=detail,
        reference_power=2.0 * scale if scale > 0 else 1.0,
    )
    return horizon, labels, (last - first) // (7 * per_day) + bool((last - first) % (7 * per_day))


def _day_shape(system: System, per_day: int) -> Floats:
    """Return the mean load by step of the day, over the whole days of the simulation."""
    load = np.broadcast_to(system.regions.load, (len(system.regions), system.n_steps)).sum(axis=0)
    days = system.n_steps // per_day
    return np.asarray(load[: days * per_day].reshape(days, per_day).mean(axis=0)) if days else np.ones(1)


def _load(side: Side, slots: Slots) -> tuple[RegionArrays, WeatherArrays]:
    regions, steps = side.system.regions, side.system.n_steps
    load = np.broadcast_to(regions.load, (len(regions), steps))
    weather = side.weather
    if weather is None:
        weight, series = np.ones(len(regions)), np.arange(len(regions), dtype=np.float64)
        fixed = load
    else:
        share = np.array(weather.load.region_share)
        if share.shape != (len(regions),):
            raise ValueError(f"region_share must have {len(regions)} entries, got {share.shape}")
        own = np.flatnonzero(share == 0)
        weight, series = np.where(share > 0, share, 1.0), np.zeros(len(regions))
        series[own] = 1 + np.arange(len(own))
        fixed = np.concatenate([np.zeros((1, steps)), load[own]])
    rows = [
        {
            "critical_slot": slots.add(regions.critical_share[row]),
            "scale_slot": slots.add(regions.load_scale[row]),
            "series": series[row],
            "weight": weight[row],
        }
        for row in range(len(regions))
    ]
    packed = RegionArrays(table=_table(tables.REGION, rows), fixed_load=locked(fixed))
    return packed, _weather(side, weather, slots)


def _skew_parameter(skewness: float) -> float:
    """Return s of ``g(z)`` (see ``Temperature``) for a skewness, by bisection; |skewness| < 2.8."""
    low, high = -2.0, 2.0
    for _ in range(80):
        s = 0.5 * (low + high)
        if (6 * s + 8 * s**3) / (1 + 2 * s * s) ** 1.5 < skewness:
            low = s
        else:
            high = s
    return 0.5 * (low + high)


def _weather(side: Side, weather: Weather | None, slots: Slots) -> WeatherArrays:
    per_day = max(1, round(24.0 / side.system.step_h))
    days = -(-side.system.n_steps // per_day) if weather else 0
    dates = [side.system.start.date() + dt.timedelta(days=day) for day in range(days)]
    model = weather.temperature if weather else None
    angle = [2 * math.pi * date.timetuple().tm_yday / 365.25 for date in dates]
    rows = []
    load = weather.load if weather else None
    skews = [_skew_parameter(value) for value in model.skew_by_month] if model else []
    for day, date in enumerate(dates):
        row = {"normal": 0.0, "sd": 0.0, "skew": 0.0, "weekday": load.weekday_factor[date.weekday()] if load else 1.0}
        if model is not None:
            waves = enumerate(model.harmonics, start=1)
            row["normal"] = model.constant_c + sum(
                a * math.cos(k * angle[day]) + b * math.sin(k * angle[day]) for k, (a, b) in waves
            )
            row["sd"], row["skew"] = model.sd_by_month[date.month - 1], skews[date.month - 1]
        rows.append(row)
    return WeatherArrays(
        active=weather is not None,
        key=draws.entity_key(f"{side.name}/weather"),
        days=_table(tables.DAY, rows),
        shape=locked(load.shape if load else []),
        years=locked(weather.years if weather and weather.years is not None else np.zeros((0, 0))),
        ar1=float(model.ar[0]) if model else 0.0,
        ar2=float(model.ar[1]) if model else 0.0,
        slope=float(model.national_slope) if model else 1.0,
        offset=float(model.national_offset_c) if model else 0.0,
        residual_sd=float(model.national_sd_c) if model else 0.0,
        mean_sd=float(np.mean([row["sd"] for row in rows])) if rows and model else 1.0,
        shift_slot=slots.add(model.shift_sd_c if model else 0.0),
        warming_slot=slots.add(model.warming_c if model else 0.0),
        base_slot=slots.add(load.base if load else 0.0),
        slope_slot=slots.add(load.slope if load else 0.0),
        threshold_slot=slots.add(load.threshold_c if load else 0.0),
    )


def _assets(
    side: Side, slots: Slots, classes: tuple[str, ...], inflow_regions: tuple[int, ...], faults: Faults
) -> tuple[AssetArrays, SupplyArrays]:
    system, steps = side.system, side.system.n_steps
    tables_of: list[tuple[int, Any, int]] = [
        (GENERATOR, system.generators, 0),
        (STORE, system.storages, 0),
        (STORE, system.generator_storages, len(system.storages)),
        (LINE, system.lines, 0),
    ]
    struck = {name for stream in side.campaign.streams for name in stream.aim}
    struck |= {derating.asset_class for stream in side.campaign.streams for derating in stream.deratings}
    holders = Counter(name for _, table, _ in tables_of for name in table.names)
    names: list[str] = []
    rows: list[dict[str, Any]] = []
    cumulative: list[Floats] = []
    profiles: list[Floats] = []
    grouped: dict[tuple[int, int, int], Floats] = {}
    causes, cold = _causes(side, slots, faults)
    for kind, table, before in tables_of:
        for row, name in enumerate(table.names):
            # a name used by two kinds of asset is told apart by its kind
            kind_name = "" if holders[name] == 1 else f"{type(table).__name__}/"
            names.append(f"{side.name}/{kind_name}{name}")
            p_fail, p_repair = table.p_fail[row], table.p_repair[row]
            total = p_fail[0] + p_repair[0]
            scale, capacity = _supply_of(kind, table, row, slots)
            share, cause = causes.get(table.classes[row], (-1, -1)) if kind == GENERATOR else (-1, -1)
            scale = slots.product(scale, share) if share >= 0 else scale
            varies = kind == GENERATOR and (cause >= 0 or bool(np.ptp(capacity) > 0))
            entry: dict[str, Any] = {
                "kind": kind,
                "index": row + before,
                "region": table.region[row] if kind != LINE else -1,
                "cls": classes.index(table.classes[row]),
                "scale_slot": scale,
                "profile": -1,
                "cause": cause,
                "fails": bool(p_fail.max() > 0),
                "capability": float(capacity.max()),
                "constant": float(capacity[0]) if kind == GENERATOR and not varies else 0.0,
                "up0": p_repair[0] / total if total > 0 else 1.0,
                "key": draws.entity_key(names[-1]),
            }
            for end, probability in (("fail", p_fail), ("repair", p_repair)):
                hazard = _hazard(probability)
                chain_varies = bool(np.ptp(hazard) > 0)
                entry[f"hazard_{end}"] = hazard[0]
                entry[f"row_{end}"] = len(cumulative) if chain_varies else -1
                if chain_varies:
                    cumulative.append(np.concatenate([[0.0], np.cumsum(hazard[1:])]))
            falls = entry["fails"] or table.classes[row] in struck
            if varies:
                key = (table.region[row], scale, cause)
                grouped[key] = grouped.get(key, np.zeros(steps)) + capacity
                if falls:
                    entry["profile"] = len(profiles)
                    profiles.append(np.broadcast_to(capacity, steps))
            rows.append(entry)
    _check_keys(side, names, faults)
    cls = np.array([row["cls"] for row in rows], dtype=np.int64)
    order = np.argsort(cls, kind="stable")
    assets = AssetArrays(
        table=_table(tables.ASSET, rows),
        cumulative=locked(np.array(cumulative).reshape(len(cumulative), steps)),
        profiles=locked(np.array(profiles).reshape(len(profiles), steps)),
        class_first=_ints(np.searchsorted(cls[order], np.arange(len(classes) + 1))),
        class_assets=_ints(order),
    )
    supply = SupplyArrays(
        table=_table(
            tables.SUPPLY, [{"region": region, "scale_slot": slot, "cause": cause} for region, slot, cause in grouped]
        ),
        profile=locked(np.array(list(grouped.values())).reshape(len(grouped), steps)),
        causes=_table(tables.CAUSE, cold),
        regions=_ints(sorted({region for region, _, _ in grouped} | set(inflow_regions))),
    )
    return assets, supply


def _causes(side: Side, slots: Slots, faults: Faults) -> tuple[dict[str, tuple[int, int]], list[dict[str, Any]]]:
    """Return by class (slot of its share, row of the cold or -1), and those rows."""
    found: dict[str, tuple[int, int]] = {}
    cold: list[dict[str, Any]] = []
    classes = tuple(dict.fromkeys(side.system.generators.classes))
    for cause in side.common_causes:
        place = f"common_causes.{cause.asset_class}"
        if cause.asset_class not in classes:
            faults.add(place, f"be a class of generators of the side ({', '.join(classes)})", cause.asset_class)
        if cause.asset_class in found:
            faults.add(place, "be given once for a class", cause.asset_class)
        if cause.is_cold and side.weather is None:
            faults.add(f"{place}.slope_per_c", "be 0 where the side has no weather")
        found[cause.asset_class] = slots.add(cause.share), len(cold) if cause.is_cold else -1
        if cause.is_cold:
            cold.append({
                "slope_slot": slots.add(cause.slope_per_c),
                "threshold_slot": slots.add(cause.threshold_c),
                "least_slot": slots.add(cause.least),
            })  # fmt: skip
    return found, cold


def _supply_of(kind: int, table: Any, row: int, slots: Slots) -> tuple[int, Floats]:
    if kind == GENERATOR:
        return slots.add(table.capacity_scale[row]), table.capacity[row]
    if kind == STORE:
        return slots.add(table.power_scale[row]), table.discharge[row]
    return slots.add(table.capacity_scale[row]), np.maximum(table.forward[row], table.backward[row])


def _check_keys(side: Side, names: list[str], faults: Faults) -> None:
    seen: dict[int, str] = {}
    for name in names:
        key = draws.entity_key(name)
        if key in seen:
            what = "have unique asset names" if seen[key] == name else f"not share a key with {seen[key]!r}; rename one"
            faults.add(f"asset {name!r}", what, name)
        seen[key] = name


def _stores(system: System, slots: Slots) -> StoreArrays:
    storages, reservoirs = system.storages, system.generator_storages
    n, m, steps = len(storages), len(reservoirs), system.n_steps
    none = np.zeros((n, 1))
    both = (storages, reservoirs)
    names = ("charge", "discharge", "energy", "charge_efficiency", "discharge_efficiency", "carryover_efficiency")
    fields = [_stack([getattr(table, name) for table in both], steps) for name in names]
    own = ("inflow", "injection", "withdrawal", "release")
    fields += [_stack([none, getattr(reservoirs, name)], steps) for name in own]
    width = max(field.shape[1] for field in fields)
    rows = [
        {
            "region": table.region[row],
            "asset": len(system.generators) + row + (n if table is reservoirs else 0),
            "has_inflow": table is reservoirs,
            "plan": _PLANS[reservoirs.dispatch[row]] if table is reservoirs else GREEDY,
            "share_slot": slots.add(reservoirs.weekly_share[row] if table is reservoirs else 1.0),
            "initial_slot": slots.add(table.initial[row]),
            "power_slot": slots.add(table.power_scale[row]),
            "energy_slot": slots.add(table.energy_scale[row]),
            "inflow_slot": slots.add(reservoirs.inflow_scale[row] if table is reservoirs else 1.0),
        }
        for table in both
        for row in range(len(table))
    ]
    series = locked([np.broadcast_to(field, (n + m, width)) for field in fields])
    steady = all(fields[field].shape[1] == 1 for field in (CHARGE, ENERGY, CARRYOVER))
    plans = {row["plan"] for row in rows}
    return StoreArrays(
        table=_table(tables.STORE_ROW, rows),
        series=series,
        # what a profile releases, and what a new week's budget lets go, changes with time
        steady=steady and PROFILE not in plans,
        constant=width == 1 and plans <= {GREEDY},
        planned=bool(plans - {GREEDY}),
        week_steps=max(1, round(168.0 / system.step_h)),
    )


def _network(side: Side, slots: Slots, regions: RegionArrays) -> NetworkArrays:
    system = side.system
    joins, lines, n_regions, steps = system.interfaces, system.lines, len(system.regions), system.n_steps
    adjacent: list[list[int]] = [[] for _ in range(n_regions)]
    for row, (a, b) in enumerate(zip(joins.region_from, joins.region_to, strict=True)):
        adjacent[a].append(row)
        adjacent[b].append(row)
    limits = _two_ways(joins.forward, joins.backward, steps)
    capability = _two_ways(lines.forward, lines.backward, steps)
    hub, leaves = _star(system, adjacent)
    series = {int(regions.table[leaf]["series"]) for leaf in leaves}
    edges = [
        {"start": a, "end": b, "has_lines": row in set(lines.interface)}
        for row, (a, b) in enumerate(zip(joins.region_from, joins.region_to, strict=True))
    ]
    leaf_rows = [
        {"region": leaf, "edge": adjacent[leaf][0], "sign": 1 if joins.region_to[adjacent[leaf][0]] == leaf else -1}
        for leaf in leaves
    ]
    line_rows = [
        {"edge": edge, "slot": slots.add(scale)}
        for edge, scale in zip(lines.interface, lines.capacity_scale, strict=True)
    ]
    return NetworkArrays(
        edges=_table(tables.EDGE, edges),
        limits=limits,
        lines=_table(tables.LINE_ROW, line_rows),
        capability=capability,
        adjacent_first=_ints(np.concatenate([[0], np.cumsum([len(rows) for rows in adjacent])])),
        adjacent=_ints([row for rows in adjacent for row in rows]),
        leaves=_table(tables.LEAF, leaf_rows),
        hub=hub,
        one_series=series.pop() if len(series) == 1 else -1,
        varying=limits.shape[2] > 1 or capability.shape[2] > 1,
    )


def _two_ways(forward: Floats, backward: Floats, steps: int) -> Floats:
    both = _stack([forward, backward], steps)
    return locked(both.reshape(2, forward.shape[0], both.shape[1]))


def _star(system: System, adjacent: list[list[int]]) -> tuple[int, list[int]]:
    """Return the hub and its leaves if the system is one: every other region has load only and joins the hub alone."""
    n_regions = len(system.regions)
    if n_regions == 1:
        return 0, []
    supplied = {*system.generators.region, *system.storages.region, *system.generator_storages.region}
    hubs = [region for region in range(n_regions) if len(adjacent[region]) == n_regions - 1]
    for hub in hubs:
        leaves = [region for region in range(n_regions) if region != hub]
        if len(system.interfaces) == len(leaves) and not supplied & set(leaves):
            return hub, leaves
    return -1, []


def _season(side: Side, factor: tuple[float, ...]) -> tuple[list[float], list[float]]:
    """Return the cumulated monthly factor, days, at month boundaries (h from start), for the wave clock."""
    start, horizon = side.system.start, side.system.horizon_h
    times, values, now, total = [0.0], [0.0], start, 0.0
    while times[-1] < horizon:
        year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
        end = min(_hours(dt.datetime(year, month, 1, tzinfo=now.tzinfo), start), horizon)
        total += factor[now.month - 1] * (end - times[-1]) / 24.0
        times.append(end)
        values.append(total)
        now = dt.datetime(year, month, 1, tzinfo=now.tzinfo)
    return times, values


class _Times:
    """Repair times as rows of (kind, days slot, sigma slot)."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.rows: list[tuple[int, int, int]] = []

    def add(self, time: RepairTime) -> int:
        self.rows.append((_TIME_KINDS[time.kind], self.slots.add(time.days), self.slots.add(time.sigma)))
        return len(self.rows) - 1


def _campaign(side: Side, slots: Slots, classes: tuple[str, ...], faults: Faults) -> tuple[CampaignArrays, _Times]:
    campaign: Campaign = side.campaign
    times = _Times(slots)
    spares = [pool.name for pool in side.repair.spares]
    start, horizon = side.system.start, side.system.horizon_h
    streams: list[dict[str, Any]] = []
    weapons: list[dict[str, Any]] = []
    aims: list[dict[str, Any]] = []
    deratings: list[dict[str, Any]] = []
    dates: list[float] = []
    clocks = [_season(side, stream.month_factor) for stream in campaign.streams]
    for stream, (_, seasons) in zip(campaign.streams, clocks, strict=True):
        expected = slots.highest(slots.add(stream.rate_per_day)) * seasons[-1] if stream.times != "dated" else 0.0
        branching = slots.highest(slots.add(stream.branching)) if stream.times == "hawkes" else 0.0
        if not 0.0 <= branching <= MAX_BRANCHING:
            faults.add(f"streams.{stream.name}.branching", f"be within [0, {MAX_BRANCHING}]", branching)
            branching = 0.0
        if stream.times == "hawkes" and slots.constants[slots.add(stream.decay_per_day)] <= 0.0:
            faults.add(f"streams.{stream.name}.decay_per_day", "be > 0", 0.0)
        expected /= 1.0 - branching
        if expected > MAX_WAVES:
            must = f"give at most {MAX_WAVES} waves in the simulation on average"
            faults.add(
                f"streams.{stream.name}.rate", must, round(expected), "is the unit of the rate the one you meant?"
            )
        row = {
            "dated": stream.times == "dated",
            "rate_slot": slots.add(stream.rate_per_day),
            "shape_slot": slots.add(stream.shape if stream.times == "gamma" else 1.0),
            "thinning_slot": slots.add(stream.thinning),
            "excites": stream.times == "hawkes",
            "branching_slot": slots.add(stream.branching),
            "decay_slot": slots.add(stream.decay_per_day),
            "active_from": _hours(stream.active_from, start) if stream.active_from else 0.0,
            "active_to": min(horizon, _hours(stream.active_to, start)) if stream.active_to else horizon,
            "key": draws.entity_key(f"{side.name}/{stream.name}"),
        }
        streams.append(row | _firsts(dates, weapons, aims, deratings))
        dates += sorted(_hours(date, start) for date in stream.dates)
        place = f"campaign.{stream.name}"
        weapons += [_weapon(side, stream, weapon, slots, f"{place}.{weapon.name}", faults) for weapon in stream.weapons]
        for name, weight in stream.aim.items():
            if name not in classes:
                faults.add(f"{place}.aim.{name}", f"be an asset class of the side ({', '.join(classes)})", name)
            elif name not in campaign.mapping:
                faults.add(f"{place}.aim.{name}", "be mapped to a curve", name)
            else:
                aims.append({"cls": classes.index(name), "slot": slots.add(weight)})
        for derating in stream.deratings:
            unknown = [name for name in (derating.asset_class, derating.after) if name not in classes]
            for name in unknown:
                faults.add(f"{place}.deratings", f"name asset classes of the side ({', '.join(classes)})", name)
            if not unknown:
                deratings.append({
                    "cls": classes.index(derating.asset_class),
                    "after": classes.index(derating.after),
                    "condition_slot": slots.add(derating.condition),
                    "time": times.add(derating.duration),
                })  # fmt: skip
    streams.append(dict.fromkeys(tables.STREAM.names or (), 0) | _firsts(dates, weapons, aims, deratings))
    states, curve_first = _curves(campaign, slots, times, spares, faults)
    curves = [curve.name for curve in campaign.curves]
    for name, curve_name in campaign.mapping.items():
        if curve_name not in curves:
            faults.add(f"mapping.{name}", f"be one of {curves}", curve_name)
    pool_of = {name: index for index, pool in enumerate(side.repair.crews) for name in pool.classes}
    class_rows = [
        {
            "curve": curves.index(campaign.mapping[name]) if campaign.mapping.get(name) in curves else -1,
            "pool": pool_of.get(name, -1),
            "key": draws.entity_key(f"class/{name}"),
        }
        for name in classes
    ]
    width = max((len(clock[0]) for clock in clocks), default=1)
    padded = [[row + [row[-1]] * (width - len(row)) for row in part] for part in zip(*clocks, strict=True)]
    packed = CampaignArrays(
        streams=_table(tables.STREAM, streams),
        weapons=_table(tables.WEAPON, weapons),
        aims=_table(tables.AIM, aims),
        deratings=_table(tables.DERATING, deratings),
        classes=_table(tables.CLASS, class_rows),
        curve_first=_ints(curve_first),
        states=_table(tables.STATE, states),
        dates=locked(dates),
        clock=locked(np.array(padded).reshape(2, len(clocks), width)),
        ignore_while_down=campaign.hits_while_down == "ignore",
    )
    return packed, times


def _firsts(dates: list[Any], weapons: list[Any], aims: list[Any], deratings: list[Any]) -> dict[str, int]:
    return {
        "date_first": len(dates), "weapon_first": len(weapons), "aim_first": len(aims),
        "derating_first": len(deratings),
    }  # fmt: skip


def _weapon(side: Side, stream: Stream, weapon: Weapon, slots: Slots, place: str, faults: Faults) -> dict[str, Any]:
    mean = slots.add(weapon.mean)
    if slots.highest(mean) > MAX_WEAPONS / 2:
        faults.add(f"{place}.mean", f"be <= {MAX_WEAPONS // 2} weapons", slots.highest(mean))
    stock = weapon.stock
    return {
        "count": _COUNT_KINDS[weapon.count],
        "mean_slot": mean,
        "dispersion_slot": slots.add(weapon.dispersion),
        "interception_slot": slots.add(weapon.interception),
        "hit_slot": slots.add(weapon.hit),
        "has_stock": stock is not None,
        "initial_slot": slots.add(stock.initial if stock else 0.0),
        "per_day_slot": slots.add(stock.per_day if stock else 0.0),
        "maximum_slot": slots.add(stock.maximum if stock else 0.0),
        "key": draws.entity_key(f"{side.name}/{stream.name}/{weapon.name}"),
    }


def _curves(
    campaign: Campaign, slots: Slots, times: _Times, spares: list[str], faults: Faults
) -> tuple[list[dict[str, Any]], list[int]]:
    states: list[dict[str, Any]] = []
    first = [0]
    for curve in campaign.curves:
        for state in curve.states:
            if state.spare is not None and state.spare not in spares:
                faults.add(f"curve {curve.name}.{state.name}.spare", f"be one of {spares}", state.spare)
            states.append({
                "probability_slot": slots.add(state.probability),
                "condition_slot": slots.add(state.condition),
                "time": times.add(state.time),
                "spare": spares.index(state.spare) if state.spare in spares else -1,
            })  # fmt: skip
        first.append(len(states))
    return states, first


def _repair(
    repair: Repair, side: Side, slots: Slots, classes: tuple[str, ...], times: _Times, faults: Faults
) -> RepairArrays:
    for pool in repair.crews:
        for name in pool.classes:
            if name not in classes:
                faults.add(f"repair.crews.{pool.name}", f"list asset classes of the side ({', '.join(classes)})", name)
    pools = [{"crews_slot": slots.add(pool.crews), "order": _ORDERS[pool.order]} for pool in repair.crews]
    spare_time: list[float] = []
    spares: list[dict[str, Any]] = []
    for spare in repair.spares:
        spares.append({
            "slot": slots.add(spare.initial),
            "first": len(spare_time),
            "lead": times.add(spare.lead) if spare.lead else -1,
            "key": draws.entity_key(f"{side.name}/spare/{spare.name}"),
        })  # fmt: skip
        spare_time += [_hours(when, side.system.start) for when, count in spare.arrivals for _ in range(count)]
    spares.append({"slot": 0, "first": len(spare_time), "lead": -1, "key": 0})
    return RepairArrays(
        times=_table(tables.TIME, [dict(zip(tables.TIME.names or (), row, strict=True)) for row in times.rows]),
        pools=_table(tables.POOL, pools),
        spares=_table(tables.SPARE, spares),
        spare_time=locked(spare_time),
        max_crews=max([1, *(int(slots.highest(row["crews_slot"])) + 1 for row in pools)]),
    )


def _arms(side: Side, arms: tuple[Arm, ...], slots: Slots, classes: tuple[str, ...]) -> ArmArrays:
    start = side.system.start
    chains: list[Chain] = []
    n_shared = 0
    rows, covered, compliance, exempt = [], [], [], []
    for arm in arms:
        terms = arm.terms
        binds = terms is not None and (terms.sides is None or side.name in terms.sides)
        window = _window(terms, start)
        own = [chain(*case) for case in terms.window.cases] if terms and isinstance(terms.window, Clock) else []
        shares = own and arms[0].terms is None and n_shared < MAX_SHARED
        share = n_shared if shares else -1
        n_shared += bool(shares)
        rows.append({
            "active": binds,
            "withheld": _WITHHELD[terms.withheld] if terms else 0,
            "displacement_slot": slots.add(terms.displacement if terms else 0.0),
            "collapse_slot": slots.add(terms.collapse_per_day if terms else 0.0),
            "shape_slot": slots.add(terms.collapse_shape if terms else 1.0),
            "first_chain": len(chains),
            "n_chains": len(own),
            "share": share,
            "start": window[0],
            "end": window[1],
            "clock_start": window[2],
        })  # fmt: skip
        chains += own
        covered.append([terms is not None and binds and _covers(terms, name) for name in classes])
        compliance.append(
            [slots.add(terms.class_compliance.get(name, terms.compliance) if terms else 0.0) for name in classes]
        )
        exempt.append([terms is not None and stream.name in terms.exempt_streams for stream in side.campaign.streams])
    shape = (2, len(arms), len(classes))
    chain_first, states, steps = _chains(chains)
    return ArmArrays(
        table=_table(tables.ARM, rows),
        classes=_ints(np.array([covered, compliance]).reshape(shape)),
        exempt=_ints(np.array(exempt).reshape(len(arms), len(side.campaign.streams))),
        chain_first=_ints(np.array(chain_first)),
        states=_table(tables.CLOCK_STATE, states),
        steps=_table(tables.CLOCK_STEP, steps),
        key=draws.entity_key("standstill"),
    )


def _window(terms: Terms | None, start: dt.datetime) -> tuple[float, float, float]:
    """Return the first and last hour of a window, and the hour at which its clock starts."""
    if terms is None:
        return 0.0, 0.0, 0.0
    window = terms.window
    if not isinstance(window, Clock):
        return _hours(window.start, start), _hours(window.end, start), 0.0
    first = 0.0 if window.earliest is None else _hours(window.earliest, start)
    last = math.inf if window.end is None else _hours(window.end, start)
    day = dt.datetime.combine(window.day, dt.time(), start.tzinfo)
    return max(0.0, first), last, _hours(day, start)


def _chains(chains: list[Chain]) -> tuple[list[int], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the first state of each chain, the states and their steps; the last state is a sentinel."""
    first = [0]
    states: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    for found in chains:
        base = len(states)
        shares = np.cumsum(found.initial)
        for place in range(len(found.initial)):
            rates = np.where(np.arange(len(found.initial)) == place, 0.0, found.generator[place])
            total = float(rates.sum())
            states.append({
                "in_force": bool(found.in_force[place]), "step_first": len(steps), "initial": shares[place],
                "per_h": total / (24.0 * DAYS_PER_MONTH),
            })  # fmt: skip
            targets = np.flatnonzero(rates)
            cumulative = np.cumsum(rates[targets]) / total if total > 0.0 else ()
            steps += [
                {"target": base + int(target), "cumulative": float(share)}
                for target, share in zip(targets, cumulative, strict=True)
            ]
        first.append(len(states))
    states.append({"in_force": 0, "step_first": len(steps), "initial": 1.0, "per_h": 0.0})
    return first, states, steps


def _covers(terms: Terms, name: str) -> bool:
    return terms.classes is None or name in terms.classes

"""The only place where records become what the kernels read: one side with the arms that bind it.

Knows nothing of samples, arms' results or files.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from standstill.engine.layout import hours, ints
from standstill.engine.pack_arms import pack_arms
from standstill.engine.pack_campaign import pack_campaign, pack_repair
from standstill.engine.pack_load import pack_load
from standstill.engine.pack_reserve import pack_reserve
from standstill.engine.pack_system import pack_assets, pack_network, pack_responses, pack_stores
from standstill.engine.packed import Floats, Horizon, Model, PackedSide
from standstill.engine.roster import pack_roster
from standstill.engine.slots import Slots
from standstill.engine.tally import COLUMNS
from standstill.errors import Faults
from standstill.model.scenario import Side
from standstill.model.system import Parameter, System
from standstill.model.terms import Arm

__all__ = ["pack_side"]


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
    regions, weather = pack_load(side, slots)
    horizon, months, n_weeks = _horizon(side, measure_from, measure_to, detail, faults)
    stores = pack_stores(system, slots)
    # where any store's capability varies, so does the inflow that reaches the grid
    inflow_regions = system.generator_storages.region if stores.series.shape[2] > 1 else ()
    assets, supply = pack_assets(side, slots, classes, inflow_regions, faults)
    campaign, times = pack_campaign(side, slots, classes, faults)
    model = Model(
        horizon=horizon,
        regions=regions,
        weather=weather,
        assets=assets,
        supply=supply,
        stores=stores,
        responses=pack_responses(system, slots),
        network=pack_network(side, slots, regions),
        campaign=campaign,
        repair=pack_repair(side.repair, side, slots, classes, times, faults),
        arms=pack_arms(side, arms, slots, classes),
        roster=pack_roster(side.roster, system.step_h) if detail and side.roster is not None else None,
        reserve=pack_reserve(system, slots, len(COLUMNS) + 2 * len(system.regions) + len(months), faults),
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
    first = 0 if measure_from is None else round(hours(measure_from, system.start) / step_h)
    last = steps if measure_to is None else round(hours(measure_to, system.start) / step_h)
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
    # histograms end at twice the power without its factors, or at the power with them where that is more
    scale = max(_power(system), 0.5 * _power(system, scaled=True))
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
        window_limit=float(side.criterion.hours_off_per_day),
        month=ints(month),
        week=ints(week),
        detail=detail,
        reference_power=2.0 * scale if scale > 0 else 1.0,
    )
    return horizon, labels, (last - first) // (7 * per_day) + bool((last - first) % (7 * per_day))


def _power(system: System, *, scaled: bool = False) -> float:
    """Return all that can be supplied, or the highest load if that is more; figures count with their medians."""

    def factors(values: tuple[Parameter, ...]) -> Floats:
        slots = Slots()
        return np.array([slots.constants[slots.add(value)] if scaled else 1.0 for value in values])

    generators, storages, reservoirs = system.generators, system.storages, system.generator_storages
    supply = (generators.capacity.max(axis=1, initial=0.0) * factors(generators.capacity_scale)).sum()
    supply += (storages.discharge.max(axis=1, initial=0.0) * factors(storages.power_scale)).sum()
    supply += (reservoirs.injection.max(axis=1, initial=0.0) * factors(reservoirs.power_scale)).sum()
    load = system.regions.load.max(axis=1, initial=0.0) * factors(system.regions.load_scale)
    return max(float(supply), float(load.max(initial=0.0)))


def _day_shape(system: System, per_day: int) -> Floats:
    """Return the mean load by step of the day, over the whole days of the simulation."""
    load = np.broadcast_to(system.regions.load, (len(system.regions), system.n_steps)).sum(axis=0)
    days = system.n_steps // per_day
    return np.asarray(load[: days * per_day].reshape(days, per_day).mean(axis=0)) if days else np.ones(1)

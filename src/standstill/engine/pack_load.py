"""Packs the load of a side and the weather that drives it. Knows nothing of assets, strikes or arms."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np

from standstill.arrays import locked
from standstill.engine import draws, tables
from standstill.engine.layout import table_of
from standstill.engine.packed import RegionArrays, WeatherArrays
from standstill.engine.slots import Slots
from standstill.errors import Faults
from standstill.model.scenario import Side
from standstill.model.weather import Weather

__all__ = ["pack_load"]


def pack_load(side: Side, slots: Slots) -> tuple[RegionArrays, WeatherArrays]:
    """Pack the load of a side, and the weather that drives it.

    Raises
    ------
    InputError
        If what the weather drives has another number of steps a day, of days a week or of regions than the side.
    """
    _check_load(side)
    regions, steps = side.system.regions, side.system.n_steps
    load = np.broadcast_to(regions.load, (len(regions), steps))
    weather = side.weather
    if weather is None:
        weight, series = np.ones(len(regions)), np.arange(len(regions), dtype=np.float64)
        fixed = load
    else:
        share = np.array(weather.load.region_share)
        own = np.flatnonzero(share == 0)
        weight, series = np.where(share > 0, share, 1.0), np.zeros(len(regions))
        series[own] = 1 + np.arange(len(own))
        fixed = np.concatenate([np.zeros((1, steps)), load[own]])
    rows = [
        {
            "critical_slot": slots.add(regions.critical_share[row]),
            "scale_slot": slots.add(regions.load_scale[row]),
            "pickup_slot": slots.add(regions.pickup_share[row]),
            "pickup_h_slot": slots.add(regions.pickup_h[row]),
            "series": series[row],
            "weight": weight[row],
        }
        for row in range(len(regions))
    ]
    packed = RegionArrays(table=table_of(tables.REGION, rows), fixed_load=locked(fixed), picks_up=regions.picks_up)
    return packed, _weather(side, weather, slots)


def _check_load(side: Side) -> None:
    """Refuse at once what kernels would read past its end."""
    if side.weather is None:
        return
    load, system, faults = side.weather.load, side.system, Faults(source=f"side {side.name!r}")
    counts = {"shape": max(1, round(24.0 / system.step_h)), "weekday_factor": 7, "region_share": len(system.regions)}
    for name, count in counts.items():
        values = getattr(load, name)
        if len(values) != count:
            of_what = f", one for each step of {system.step_h:g} h in a day" if name == "shape" else ""
            faults.add(f"weather.load.{name}", f"have {count} entries{of_what}", len(values))
    faults.raise_if_any()


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
        days=table_of(tables.DAY, rows),
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

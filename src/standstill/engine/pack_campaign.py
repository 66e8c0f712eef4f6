"""Packs a campaign and repair: streams, weapons, where hits fall, what they do, crews and spares.

Knows nothing of arms.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from standstill.arrays import locked
from standstill.engine import draws, tables
from standstill.engine.layout import hours, ints, table_of
from standstill.engine.packed import EXPONENTIAL, FIXED, GEOMETRIC, LOGNORMAL, MAX_WEAPONS, CampaignArrays, RepairArrays
from standstill.engine.slots import Slots
from standstill.errors import Faults
from standstill.model.campaign import Campaign, Stream, Weapon
from standstill.model.repair import Repair, RepairTime
from standstill.model.scenario import Side

__all__ = ["MAX_BRANCHING", "MAX_WAVES", "Times", "pack_campaign", "pack_repair"]

MAX_WAVES = 20_000
"""Most waves of one stream that are simulated on average; more is a slip of the pen."""

MAX_BRANCHING = 0.95
"""Most waves that a wave brings about on average; from 1 on there would be no end of them."""

_TIME_KINDS = {"fixed": FIXED, "exponential": EXPONENTIAL, "lognormal": LOGNORMAL, "geometric": GEOMETRIC}
_COUNT_KINDS = {"fixed": 0, "poisson": 1, "negative-binomial": 2}
_ORDERS = {"first-come": 0, "largest-first": 1, "shortest-first": 2}


def _season(side: Side, factor: tuple[float, ...]) -> tuple[list[float], list[float]]:
    """Return the cumulated monthly factor, days, at month boundaries (h from start), for the wave clock."""
    start, horizon = side.system.start, side.system.horizon_h
    times, values, now, total = [0.0], [0.0], start, 0.0
    while times[-1] < horizon:
        year, month = (now.year + 1, 1) if now.month == 12 else (now.year, now.month + 1)
        end = min(hours(dt.datetime(year, month, 1, tzinfo=now.tzinfo), start), horizon)
        total += factor[now.month - 1] * (end - times[-1]) / 24.0
        times.append(end)
        values.append(total)
        now = dt.datetime(year, month, 1, tzinfo=now.tzinfo)
    return times, values


class Times:
    """Repair times as rows of (kind, days slot, sigma slot)."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.rows: list[tuple[int, int, int]] = []

    def add(self, time: RepairTime) -> int:
        """Return the row of a repair time."""
        self.rows.append((_TIME_KINDS[time.kind], self.slots.add(time.days), self.slots.add(time.sigma)))
        return len(self.rows) - 1


def pack_campaign(side: Side, slots: Slots, classes: tuple[str, ...], faults: Faults) -> tuple[CampaignArrays, Times]:
    """Pack the campaign against a side; return it with the repair times that it names."""
    campaign: Campaign = side.campaign
    times = Times(slots)
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
            "active_from": hours(stream.active_from, start) if stream.active_from else 0.0,
            "active_to": min(horizon, hours(stream.active_to, start)) if stream.active_to else horizon,
            "key": draws.entity_key(f"{side.name}/{stream.name}"),
        }
        streams.append(row | _firsts(dates, weapons, aims, deratings))
        dates += sorted(hours(date, start) for date in stream.dates)
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
        streams=table_of(tables.STREAM, streams),
        weapons=table_of(tables.WEAPON, weapons),
        aims=table_of(tables.AIM, aims),
        deratings=table_of(tables.DERATING, deratings),
        classes=table_of(tables.CLASS, class_rows),
        curve_first=ints(curve_first),
        states=table_of(tables.STATE, states),
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
    campaign: Campaign, slots: Slots, times: Times, spares: list[str], faults: Faults
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


def pack_repair(
    repair: Repair, side: Side, slots: Slots, classes: tuple[str, ...], times: Times, faults: Faults
) -> RepairArrays:
    """Pack crews and spares of a side."""
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
        spare_time += [hours(when, side.system.start) for when, count in spare.arrivals for _ in range(count)]
    spares.append({"slot": 0, "first": len(spare_time), "lead": -1, "key": 0})
    return RepairArrays(
        times=table_of(tables.TIME, [dict(zip(tables.TIME.names or (), row, strict=True)) for row in times.rows]),
        pools=table_of(tables.POOL, pools),
        spares=table_of(tables.SPARE, spares),
        spare_time=locked(spare_time),
        max_crews=max([1, *(int(slots.highest(row["crews_slot"])) + 1 for row in pools)]),
    )

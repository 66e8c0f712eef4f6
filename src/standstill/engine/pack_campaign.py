"""Packs a campaign and repair: streams, weapons, where hits fall, what they do, crews and spares.

Knows nothing of arms.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import locked
from standstill.engine import draws, tables
from standstill.engine.layout import hours, ints, table_of
from standstill.engine.packed import EXPONENTIAL, FIXED, GEOMETRIC, LOGNORMAL, CampaignArrays, RepairArrays
from standstill.engine.slots import Slots
from standstill.errors import Faults
from standstill.model.campaign import MAX_BRANCHING, MAX_MEAN_WEAPONS, Stream
from standstill.model.repair import Repair, RepairTime
from standstill.model.scenario import Side

__all__ = ["MAX_WAVES", "Times", "pack_campaign", "pack_repair"]

MAX_WAVES = 20_000
"""Most waves of one stream that are simulated on average; more is a slip of the pen."""

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
    campaign = side.campaign
    rows = _Rows(side=side, slots=slots, classes=classes, faults=faults, times=Times(slots))
    clocks = [_season(side, stream.month_factor) for stream in campaign.streams]
    for stream, (_, seasons) in zip(campaign.streams, clocks, strict=True):
        rows.check(stream, seasons[-1])
        rows.add_stream(stream)
        rows.add_weapons(stream)
        rows.add_aims(stream)
        rows.add_deratings(stream)
    rows.end_streams()
    states, curve_first = rows.curves()
    packed = CampaignArrays(
        streams=table_of(tables.STREAM, rows.streams),
        weapons=table_of(tables.WEAPON, rows.weapons),
        aims=table_of(tables.AIM, rows.aims),
        deratings=table_of(tables.DERATING, rows.deratings),
        classes=table_of(tables.CLASS, rows.class_rows()),
        curve_first=ints(curve_first),
        states=table_of(tables.STATE, states),
        dates=locked(rows.dates),
        clock=_clock_table(clocks),
        ignore_while_down=campaign.hits_while_down == "ignore",
    )
    return packed, rows.times


def _clock_table(clocks: list[tuple[list[float], list[float]]]) -> NDArray[np.float64]:
    """Return the wave clocks of all streams as one table, the shorter ones repeating their end."""
    width = max((len(times) for times, _ in clocks), default=1)
    padded = [[row + [row[-1]] * (width - len(row)) for row in part] for part in zip(*clocks, strict=True)]
    return locked(np.array(padded).reshape(2, len(clocks), width))


@dataclass(slots=True, kw_only=True)
class _Rows:
    """Rows of the tables of a campaign, under construction; every fault is noted.

    A stream's row says where its dates, weapons, aims and deratings begin; they end where the next stream's begin.
    """

    side: Side
    slots: Slots
    classes: tuple[str, ...]
    faults: Faults
    times: Times
    streams: list[dict[str, Any]] = field(default_factory=list)
    weapons: list[dict[str, Any]] = field(default_factory=list)
    aims: list[dict[str, Any]] = field(default_factory=list)
    deratings: list[dict[str, Any]] = field(default_factory=list)
    dates: list[float] = field(default_factory=list)

    def check(self, stream: Stream, days: float) -> None:
        """Note a stream of far too many waves, or of waves without end, over its days at the full rate."""
        slots, place = self.slots, f"streams.{stream.name}"
        expected = slots.highest(slots.add(stream.rate_per_day)) * days if stream.times != "dated" else 0.0
        branching = slots.highest(slots.add(stream.branching)) if stream.times == "hawkes" else 0.0
        if not 0.0 <= branching <= MAX_BRANCHING:
            self.faults.add(f"{place}.branching", f"be within [0, {MAX_BRANCHING}]", branching)
            branching = 0.0
        if stream.times == "hawkes" and slots.constants[slots.add(stream.decay_per_day)] <= 0.0:
            self.faults.add(f"{place}.decay_per_day", "be > 0", 0.0)
        expected /= 1.0 - branching
        if expected > MAX_WAVES:
            must = f"give at most {MAX_WAVES} waves in the simulation on average"
            self.faults.add(f"{place}.rate", must, round(expected), "is the unit of the rate the one you meant?")

    def add_stream(self, stream: Stream) -> None:
        """Add a stream and its dates."""
        slots, start, horizon = self.slots, self.side.system.start, self.side.system.horizon_h
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
            "key": draws.entity_key(f"{self.side.name}/{stream.name}"),
        }
        self.streams.append(row | self._firsts())
        self.dates += sorted(hours(date, start) for date in stream.dates)

    def end_streams(self) -> None:
        """Add the row that says where the last stream ends."""
        self.streams.append(dict.fromkeys(tables.STREAM.names or (), 0) | self._firsts())

    def _firsts(self) -> dict[str, int]:
        return {
            "date_first": len(self.dates), "weapon_first": len(self.weapons), "aim_first": len(self.aims),
            "derating_first": len(self.deratings),
        }  # fmt: skip

    def add_weapons(self, stream: Stream) -> None:
        """Add the weapons of a stream."""
        slots = self.slots
        for weapon in stream.weapons:
            mean, stock = slots.add(weapon.mean), weapon.stock
            if slots.highest(mean) > MAX_MEAN_WEAPONS:
                place = f"campaign.{stream.name}.{weapon.name}.mean"
                self.faults.add(place, f"be <= {MAX_MEAN_WEAPONS} weapons", slots.highest(mean))
            self.weapons.append({
                "count": _COUNT_KINDS[weapon.count],
                "mean_slot": mean,
                "dispersion_slot": slots.add(weapon.dispersion),
                "interception_slot": slots.add(weapon.interception),
                "hit_slot": slots.add(weapon.hit),
                "has_stock": stock is not None,
                "initial_slot": slots.add(stock.initial if stock else 0.0),
                "per_day_slot": slots.add(stock.per_day if stock else 0.0),
                "maximum_slot": slots.add(stock.maximum if stock else 0.0),
                "key": draws.entity_key(f"{self.side.name}/{stream.name}/{weapon.name}"),
            })  # fmt: skip

    def add_aims(self, stream: Stream) -> None:
        """Add the classes on which hits of a stream fall, with their weights."""
        for name, weight in stream.aim.items():
            place = f"campaign.{stream.name}.aim.{name}"
            if name not in self.classes:
                self.faults.add(place, f"be an asset class of the side ({', '.join(self.classes)})", name)
            elif name not in self.side.campaign.mapping:
                self.faults.add(place, "be mapped to a curve", name)
            else:
                self.aims.append({"cls": self.classes.index(name), "slot": self.slots.add(weight)})

    def add_deratings(self, stream: Stream) -> None:
        """Add the classes that run lower for a while after a wave of a stream."""
        for derating in stream.deratings:
            unknown = [name for name in (derating.asset_class, derating.after) if name not in self.classes]
            for name in unknown:
                must = f"name asset classes of the side ({', '.join(self.classes)})"
                self.faults.add(f"campaign.{stream.name}.deratings", must, name)
            if not unknown:
                self.deratings.append({
                    "cls": self.classes.index(derating.asset_class),
                    "after": self.classes.index(derating.after),
                    "condition_slot": self.slots.add(derating.condition),
                    "time": self.times.add(derating.duration),
                })  # fmt: skip

    def curves(self) -> tuple[list[dict[str, Any]], list[int]]:
        """Return the damage states of all curves, and where each curve's begin."""
        states: list[dict[str, Any]] = []
        first = [0]
        spares = [pool.name for pool in self.side.repair.spares]
        for curve in self.side.campaign.curves:
            for state in curve.states:
                if state.spare is not None and state.spare not in spares:
                    place = f"curve {curve.name}.{state.name}.spare"
                    self.faults.add(place, f"be one of {spares}", state.spare)
                states.append({
                    "probability_slot": self.slots.add(state.probability),
                    "condition_slot": self.slots.add(state.condition),
                    "time": self.times.add(state.time),
                    "spare": spares.index(state.spare) if state.spare in spares else -1,
                })  # fmt: skip
            first.append(len(states))
        return states, first

    def class_rows(self) -> list[dict[str, Any]]:
        """Return the curve and the crews of each class."""
        mapping = self.side.campaign.mapping
        curves = [curve.name for curve in self.side.campaign.curves]
        for name, curve in mapping.items():
            if curve not in curves:
                self.faults.add(f"mapping.{name}", f"be one of {curves}", curve)
        pool_of = {name: index for index, pool in enumerate(self.side.repair.crews) for name in pool.classes}
        return [
            {
                "curve": curves.index(mapping[name]) if mapping.get(name) in curves else -1,
                "pool": pool_of.get(name, -1),
                "key": draws.entity_key(f"class/{name}"),
            }
            for name in self.classes
        ]


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

"""Dispatch of one step by the stated rule, as a chain of linear programs.

Lexicographically: least critical unserved; least total unserved; generation before storage; discharge by longest
time-to-go; least flow × interfaces crossed; shortages pro rata to deficit (to load, where that would cut critical
load), stores of equal time-to-go pro rata to power. Demand responses put load off where nothing else serves it, and pay
back before stores charge, from stores too. Then surplus charges by shortest time-to-go, near before far.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.reference.programs import Program

SAME = 1e-9


@dataclass(kw_only=True)
class Store:
    """One storage or generator-storage as it stands at a step."""

    region: int
    discharge: float
    """Power it can give at most, in service and undamaged part, before its charge limits it."""
    charge: float
    """The same for taking."""
    deliverable: float
    """Power that its charge can hold for one step."""
    room: float
    """Power that would fill it in one step."""
    inflow: float = 0.0
    injection: float = math.inf
    withdrawal: float = math.inf
    gives: float = 0.0
    takes: float = 0.0

    @property
    def exported(self) -> float:
        """Inflow that can reach the grid."""
        return min(self.inflow, self.injection)

    @property
    def kept(self) -> float:
        """Inflow that cannot reach the grid and charges, as far as there is room."""
        return min(self.inflow - self.exported, self.charge, self.room)

    @property
    def most(self) -> float:
        """Most that it can give."""
        return max(0.0, min(self.discharge, self.deliverable, self.injection - self.exported))

    @property
    def time_to_go(self) -> float:
        """Steps it could discharge at full power."""
        return self.deliverable / self.discharge if self.discharge > 0 else math.inf


@dataclass(kw_only=True)
class Response:
    """One demand response as it stands at a step."""

    region: int
    borrow: float
    """Power of which it can put off at most, in service and undamaged part."""
    payback: float
    """The same for paying back."""
    lendable: float
    """Power that would use up what it may still owe in one step; 0 where it would fall due at once."""
    owed: float
    """Power that would pay back all in one step."""
    window: float
    """Steps left."""
    puts_off: float = 0.0
    pays: float = 0.0

    @property
    def most(self) -> float:
        """Most that it can put off."""
        return min(self.borrow, self.lendable)

    @property
    def time_to_go(self) -> float:
        """What it is ordered by."""
        return self.window


@dataclass(kw_only=True)
class Step:
    """What there is to balance in one step; ``short`` and what stores move are filled in."""

    load: list[float]
    critical: list[float]
    generation: list[float]
    joins: list[tuple[int, int, float, float]]
    """(first region, second region, most forward, most backward)."""
    stores: list[Store]
    responses: list[Response] = field(default_factory=list)
    short: list[float] = field(default_factory=list)
    due: list[float] = field(default_factory=list)
    """Power that fell due and is cut, by region; filled in by who calls."""
    tolerance: float = 1e-9

    @property
    def supply(self) -> list[float]:
        """Generation and inflow that can reach the grid, by region."""
        total = list(self.generation)
        for store in self.stores:
            total[store.region] += store.exported
        return total

    @property
    def copper(self) -> float:
        """Least shortfall if nothing limited delivery."""
        most = sum(item.most for item in (*self.stores, *self.responses))
        return max(0.0, sum(self.load) - sum(self.supply) - most)


class Balance:
    """Variables and node balances of one step."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self.program = program = Program()
        self.sheddable = [program.variable(load - cut) for load, cut in zip(step.load, step.critical, strict=True)]
        self.critical = [program.variable(cut) for cut in step.critical]
        self.generated = [program.variable(most) for most in step.generation]
        self.flows = [(program.variable(there), program.variable(back)) for _, _, there, back in step.joins]
        self.given = [program.variable(min(store.discharge, store.deliverable)) for store in step.stores]
        self.put_off = [program.variable(response.most) for response in step.responses]
        self.paid = [program.variable(0.0) for response in step.responses]
        self.inflow = [program.variable(store.inflow) for store in step.stores]
        self.own = [program.variable(store.inflow) for store in step.stores]
        self.drawn = [program.variable(0.0) for store in step.stores]
        for place, store in enumerate(step.stores):
            program.at_most({self.inflow[place]: 1.0, self.own[place]: 1.0}, store.inflow)
            if math.isfinite(store.injection):
                program.at_most({self.inflow[place]: 1.0, self.given[place]: 1.0}, store.injection)
        for region, load in enumerate(step.load):
            row = {self.sheddable[region]: 1.0, self.critical[region]: 1.0, self.generated[region]: 1.0}
            for (a, b, _, _), (there, back) in zip(step.joins, self.flows, strict=True):
                if region in (a, b):
                    row |= {there: -1.0 if region == a else 1.0, back: 1.0 if region == a else -1.0}
            for place, store in enumerate(step.stores):
                if store.region == region:
                    row |= {self.given[place]: 1.0, self.inflow[place]: 1.0, self.drawn[place]: -1.0}
            for place, response in enumerate(step.responses):
                if response.region == region:
                    row |= {self.put_off[place]: 1.0, self.paid[place]: -1.0}
            program.equal(row, load)

    def least_flow(self) -> np.ndarray:
        return self.program.minimise({column: 1.0 for pair in self.flows for column in pair})


def _groups(stores: Sequence[Store | Response]) -> list[list[int]]:
    """Return stores in groups of equal time-to-go, longest first; equal is within 1e-9, as a share or in steps."""
    groups: list[list[int]] = []
    for place in sorted(range(len(stores)), key=lambda place: -stores[place].time_to_go):
        here = stores[place].time_to_go
        top = stores[groups[-1][0]].time_to_go if groups else math.nan
        if groups and (here == top or here >= top * (1 - SAME) - SAME):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _serve(step: Step, *, by_class: bool) -> None:
    """Fill ``short`` and ``gives``."""
    balance = Balance(step)
    program = balance.program
    shorts = [*balance.sheddable, *balance.critical]
    if by_class:
        program.minimise(dict.fromkeys(balance.critical, 1.0))
    point = program.minimise(dict.fromkeys(shorts, 1.0))
    is_short = sum(point[shorts]) > step.tolerance
    if step.responses:
        program.minimise(dict.fromkeys(balance.put_off, 1.0))
        for group in _groups(step.responses)[:-1]:
            program.minimise({balance.put_off[place]: -1.0 for place in group})
    groups = [group for group in _groups(step.stores) if sum(step.stores[place].most for place in group) > 0]
    if groups:
        point = program.minimise(dict.fromkeys(balance.given, 1.0))
    if sum(point[balance.given]) > step.tolerance:
        for group in groups[:-1]:
            program.minimise({balance.given[place]: -1.0 for place in group})
    else:
        groups = []
    point = balance.least_flow()
    weights = step.load if by_class else [max(0.0, a - b) for a, b in zip(step.load, step.supply, strict=True)]
    pairs = list(zip(balance.sheddable, balance.critical, strict=True))
    step.short = [float(point[a] + point[b]) for a, b in pairs]
    if is_short and sum(weight > 0 for weight in weights) > 1:
        deficient = [region for region, weight in enumerate(weights) if weight > 0]
        even = program.even_out([pairs[region] for region in deficient], [weights[region] for region in deficient])
        step.short = [0.0] * len(pairs)
        for region, value in zip(deficient, even, strict=True):
            step.short[region] = value
    for group in _groups(step.responses):
        _share_borrowing(step, balance, group)
    if any(response.owed > 0 for response in step.responses):
        balance, groups = _pay_back(step)
    for group in groups:
        _share(step, balance, group)


def _share_borrowing(step: Step, balance: Balance, group: list[int]) -> None:
    """Settle what a group of responses puts off, pro rata to power."""
    able = [place for place in group if step.responses[place].most > 0]
    if able:
        columns, powers = [[balance.put_off[place]] for place in able], [step.responses[place].borrow for place in able]
        for place, value in zip(able, balance.program.even_out(columns, powers), strict=True):
            step.responses[place].puts_off = value if value > step.tolerance else 0.0


def _pay_back(step: Step) -> tuple[Balance, list[list[int]]]:
    """Fill ``pays``, with load served as it is; return what is left to settle of the stores, and their groups."""
    balance = Balance(step)
    program = balance.program
    for region, short in enumerate(step.short):
        program.equal({balance.sheddable[region]: 1.0, balance.critical[region]: 1.0}, short)
    for place, response in enumerate(step.responses):
        program.equal({balance.put_off[place]: 1.0}, response.puts_off)
        program.high[balance.paid[place]] = min(response.payback, response.owed)
    settled = list(reversed(_groups(step.responses)))
    for group in settled:
        program.minimise({balance.paid[place]: -1.0 for place in group})
    if balance.given:
        program.minimise(dict.fromkeys(balance.given, 1.0))
    groups = [group for group in _groups(step.stores) if sum(step.stores[place].most for place in group) > 0]
    for group in groups[:-1]:
        program.minimise({balance.given[place]: -1.0 for place in group})
    balance.least_flow()
    for group in settled:
        able = [place for place in group if program.high[balance.paid[place]] > 0]
        if able:
            columns = [[balance.paid[place]] for place in able]
            powers = [step.responses[place].payback for place in able]
            for place, value in zip(able, program.even_out(columns, powers), strict=True):
                step.responses[place].pays = value
    return balance, groups


def _share(step: Step, balance: Balance, group: list[int]) -> None:
    """Settle what a group discharges, pro rata to power."""
    able = [place for place in group if step.stores[place].most > 0]
    if len(able) == 1:
        gives = [float(balance.program.minimise({balance.given[able[0]]: 1.0})[balance.given[able[0]]])]
    else:
        gives = balance.program.even_out(
            [[balance.given[place]] for place in able], [step.stores[place].discharge for place in able]
        )
    for place, value in zip(able, gives, strict=True):
        step.stores[place].gives = value if value > step.tolerance else 0.0


def _charge(step: Step) -> None:
    """Fill ``takes``: inflow kept from the grid first, then surplus by shortest time-to-go, near before far."""
    stores = step.stores
    limits = [
        min(min(store.charge, store.room) - store.kept, store.exported + store.withdrawal) if store.charge > 0 else 0.0
        for store in stores
    ]
    for store in stores:
        store.takes = store.kept
    surplus = [supply - load + short for supply, load, short in zip(step.supply, step.load, step.short, strict=True)]
    for place, store in enumerate(stores):
        surplus[store.region] += store.gives - limits[place]
    for response in step.responses:
        surplus[response.region] += response.puts_off - response.pays
    if min(surplus) >= 0 or max(limits) == 0:
        for place, store in enumerate(stores):
            store.takes += limits[place]
        return
    for group in reversed(_groups(stores)):
        able = [place for place in group if limits[place] > 0]
        if able:
            _charge_group(step, able, limits)


def _charge_group(step: Step, able: list[int], limits: list[float]) -> None:
    """Charge one group as much as what was charged before allows; flows are free each time."""
    stores, balance = step.stores, Balance(step)
    program = balance.program
    for region, short in enumerate(step.short):
        program.equal({balance.sheddable[region]: 1.0, balance.critical[region]: 1.0}, short)
    for place, response in enumerate(step.responses):
        program.equal({balance.put_off[place]: 1.0}, response.puts_off)
        program.high[balance.paid[place]] = response.pays
        program.equal({balance.paid[place]: 1.0}, response.pays)
    for place, store in enumerate(stores):
        program.equal({balance.given[place]: 1.0}, store.gives)
        # charging = own inflow + what is drawn from the region
        most = store.takes + (limits[place] if place in able else 0.0)
        program.high[balance.drawn[place]] = min(store.withdrawal, most)
        charged = {balance.own[place]: 1.0, balance.drawn[place]: 1.0}
        if place in able:
            program.at_most(charged, most)
            program.at_most({balance.own[place]: -1.0, balance.drawn[place]: -1.0}, -store.kept)
        else:
            program.equal(charged, store.takes)
    taken = {column: -1.0 for place in able for column in (balance.own[place], balance.drawn[place])}
    point = program.minimise(taken)
    if sum(point[column] for column in taken) - sum(stores[place].kept for place in able) <= step.tolerance:
        return
    point = balance.least_flow()
    if len(able) == 1:
        parts = [float(point[balance.own[able[0]]] + point[balance.drawn[able[0]]])]
    else:
        parts = _even_charge(step, balance, able)
    for place, value in zip(able, parts, strict=True):
        stores[place].takes = value


def _even_charge(step: Step, balance: Balance, able: list[int]) -> list[float]:
    """Share a group's charging pro rata to power; what the grid could not take does not count."""
    program, parts = balance.program, []
    for place in able:
        beyond = program.variable(math.inf)
        program.equal({balance.own[place]: 1.0, balance.drawn[place]: 1.0, beyond: -1.0}, step.stores[place].kept)
        parts.append([beyond])
    beyond = program.even_out(parts, [step.stores[place].charge for place in able])
    return [value + step.stores[place].kept for place, value in zip(able, beyond, strict=True)]


def dispatch(step: Step) -> None:
    """Balance a step: fill ``short``, and what every store gives and takes."""
    margins = [supply - load for supply, load in zip(step.supply, step.load, strict=True)]
    step.short = [0.0] * len(step.load)
    if min(margins) < -step.tolerance or any(response.owed > 0 for response in step.responses):
        _serve(step, by_class=False)
        sheddable = [load - cut for load, cut in zip(step.load, step.critical, strict=True)]
        if any(short > most + step.tolerance for short, most in zip(step.short, sheddable, strict=True)):
            _serve(step, by_class=True)
    if step.stores:
        _charge(step)

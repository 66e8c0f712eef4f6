"""How busy a network is: the share of hours that need a network or storage solve, and that have a binding line.

Independent of the engine: outages hour by hour, and a linear program (HiGHS) for each of some hours. Stores are taken
as full before each hour, so that both shares are on the low side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog

from standstill.model.system import System

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """Shares of hours."""

    solve: float
    """Some region cannot serve its load from its own generators."""
    binding: float
    """Some line or interface carries all it can."""


def chains(p_fail: Floats, p_repair: Floats, steps: int, generator: np.random.Generator) -> Floats:
    """Return 0 or 1 for each two-state chain and step, (n, steps)."""
    up = generator.random(len(p_fail)) < p_repair[:, 0] / (p_fail[:, 0] + p_repair[:, 0])
    out = np.empty((len(p_fail), steps))
    for step in range(steps):
        if step:
            draw = generator.random(len(p_fail))
            up = np.where(up, draw >= p_fail[:, 0], draw < p_repair[:, 0])
        out[:, step] = up
    return out


def busy(system: System, hours: int = 400, seed: int = 1) -> Busy:
    """Return how busy a system's network is, from one year of outages and the solution of some of its hours."""
    generator = np.random.default_rng(seed)
    steps, regions = system.n_steps, len(system.regions)
    up = chains(system.generators.p_fail, system.generators.p_repair, steps, generator)
    available = np.zeros((regions, steps))
    np.add.at(available, np.array(system.generators.region), system.generators.capacity * up)
    lines = chains(system.lines.p_fail, system.lines.p_repair, steps, generator) * system.lines.forward
    room = np.zeros((len(system.interfaces), steps))
    np.add.at(room, np.array(system.lines.interface), lines)
    room = np.minimum(room, system.interfaces.forward)
    net = available - system.regions.load
    short = np.flatnonzero((net < 0).any(axis=0))
    if not len(short):
        return Busy(solve=0.0, binding=0.0)
    chosen = generator.choice(short, min(hours, len(short)), replace=False)
    bound = np.mean([_binds(system, net[:, step], room[:, step]) for step in chosen])
    share = len(short) / steps
    return Busy(solve=share, binding=share * float(bound))


def _binds(system: System, net: Floats, room: Floats) -> bool:
    """Return whether an interface is full where load is served at least cost: unserved, then stores, then crossings."""
    regions, joins = len(net), len(room)
    stores = np.zeros(regions)
    np.add.at(stores, np.array(system.storages.region), system.storages.discharge[:, 0])
    # variables: flow there, flow back, unserved, discharge, surplus
    cost = np.concatenate([np.ones(2 * joins), np.full(regions, 1000.0), np.full(regions, 30.0), np.zeros(regions)])
    balance = np.zeros((regions, len(cost)))
    for place, (a, b) in enumerate(zip(system.interfaces.region_from, system.interfaces.region_to, strict=True)):
        balance[a, place], balance[b, place] = -1.0, 1.0
        balance[a, joins + place], balance[b, joins + place] = 1.0, -1.0
    at = np.arange(regions)
    balance[at, 2 * joins + at] = 1.0
    balance[at, 2 * joins + regions + at] = 1.0
    balance[at, 2 * joins + 2 * regions + at] = -1.0
    tops = np.concatenate([room, room, np.full(regions, np.inf), stores, np.full(regions, np.inf)])
    found = linprog(cost, A_eq=balance, b_eq=-net, bounds=np.column_stack([np.zeros(len(cost)), tops]), method="highs")
    flow = np.abs(found.x[:joins] - found.x[joins : 2 * joins])
    return bool(np.any((room > 0) & (flow >= room - 1e-6)))

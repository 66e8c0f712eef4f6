"""Scarce days against every path of small systems: chains, stores and probabilities that vary, windows, outages."""

from __future__ import annotations

import datetime as dt
import math
from itertools import product

import numpy as np
import pytest

from standstill.model.system import Generators, Regions, Storages, System
from standstill.studies.scarce import ScarceDays

STEP_H = 8.0
BLOCKS = 1600


def system(load, capacity, p_fail, p_repair, store=None) -> System:
    capacity, p_fail, p_repair = (np.array(item, dtype=float) for item in (capacity, p_fail, p_repair))
    count = len(capacity)
    more = {} if store is None else {"storages": store}
    return System(
        name="small", step_h=STEP_H, start=dt.datetime(2024, 1, 1), n_steps=len(load), power_unit="MW",
        energy_unit="MWh", regions=Regions(names=("A",), load=[load]),
        generators=Generators(
            names=tuple(f"unit {row}" for row in range(count)), classes=("thermal",) * count, region=(0,) * count,
            capacity=capacity, p_fail=p_fail, p_repair=p_repair,
        ),
        **more,
    )  # fmt: skip


def battery(power, hours, *, p_fail=0.0, carryover=1.0, initial=0.0) -> Storages:
    def one(value: float) -> np.ndarray:
        return np.array([[value]])

    return Storages(
        names=("battery",), classes=("battery",), region=(0,), charge=one(power), discharge=one(power),
        energy=one(power * hours), charge_efficiency=one(0.9), discharge_efficiency=one(0.95),
        carryover_efficiency=one(carryover), p_fail=one(p_fail), p_repair=one(0.4), initial=(initial,),
    )  # fmt: skip


def chain_laws(p_fail, p_repair, steps):
    """Return the start law and the transition matrices of one chain, out of service first."""
    fail, repair = np.broadcast_to(p_fail, steps), np.broadcast_to(p_repair, steps)
    total = fail[0] + repair[0]
    up = repair[0] / total if total > 0 else 1.0
    moves = [np.array([[1 - r, r], [f, 1 - f]]) for f, r in zip(fail, repair, strict=True)]
    return np.array([1 - up, up]), moves


def every_path(whole: System) -> dict[str, float]:
    """Return EUE, LOLE and LOLEv from all paths of all chains, each lived through with at most one store."""
    steps = whole.n_steps
    generators, stores = whole.generators, whole.storages
    chains = [chain_laws(generators.p_fail[row], generators.p_repair[row], steps) for row in range(len(generators))]
    has_store_chain = len(stores) > 0 and bool(stores.p_fail.any())
    if has_store_chain:
        chains.append(chain_laws(stores.p_fail[0], stores.p_repair[0], steps))
    paths = np.array(list(product((0, 1), repeat=steps)))
    weights = []
    for start, moves in chains:
        weight = start[paths[:, 0]]
        for step in range(1, steps):
            weight = weight * moves[step][paths[:, step - 1], paths[:, step]]
        weights.append(weight)
    kept = [np.flatnonzero(weight > 0) for weight in weights]
    grid = [axis.ravel() for axis in np.meshgrid(*kept, indexing="ij")]
    probability = np.prod([weight[axis] for weight, axis in zip(weights, grid, strict=True)], axis=0)
    capacity = np.broadcast_to(generators.capacity, (len(generators), steps))
    power = sum(paths[grid[row]] * capacity[row] for row in range(len(generators)))
    store_up = paths[grid[-1]] if has_store_chain else np.ones((len(probability), steps))
    unserved, short, events = live(whole, power, store_up)
    return {
        name: float(probability @ values) for name, values in (("eue", unserved), ("lole", short), ("lolev", events))
    }


def live(whole: System, power: np.ndarray, store_up: np.ndarray):
    """Return unserved energy, hours short and events of each row of ``power``: PRAS's rules for one store."""
    load = np.broadcast_to(whole.regions.load[0], (whole.n_steps,))
    stores, count = whole.storages, len(power)
    rate = float(stores.charge[0, 0]) if len(stores) else 0.0
    energy = float(stores.energy[0, 0]) if len(stores) else 0.0
    into, out, keep = (
        (float(stores.charge_efficiency[0, 0]), float(stores.discharge_efficiency[0, 0]),
         float(stores.carryover_efficiency[0, 0])) if len(stores) else (1.0, 1.0, 1.0)
    )  # fmt: skip
    held = np.full(count, energy * stores.initial[0] if len(stores) else 0.0)
    unserved, short, events, before = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count, dtype=bool)
    for step in range(whole.n_steps):
        held = held * keep if step else held
        surplus = power[:, step] - load[step]
        able = rate * store_up[:, step]
        take = np.minimum(np.minimum(able, (energy - held) / (into * STEP_H)), np.maximum(surplus, 0.0))
        give = np.minimum(np.minimum(able, held * out / STEP_H), np.maximum(-surplus, 0.0))
        held = held + take * into * STEP_H - give / out * STEP_H
        missing = np.maximum(-surplus, 0.0) - give
        is_short = missing > 1e-9
        unserved += missing * STEP_H
        short += is_short * STEP_H
        events += is_short & ~before
        before = is_short
    return unserved, short, events


TWO = {"capacity": [[60.0], [50.0]], "p_fail": [[0.15], [0.1]], "p_repair": [[0.5], [0.4]]}
NINE = [60.0, 90.0, 40.0, 70.0, 100.0, 30.0, 50.0, 95.0, 45.0]
WAVY = np.array([0.05, 0.3, 0.1, 0.2, 0.15, 0.02, 0.3, 0.1, 0.25])
CASES = {
    "generators alone": system(NINE, **TWO),
    "a battery that begins empty": system(NINE, **TWO, store=battery(20.0, 8.0)),
    "a battery of days": system(NINE, **TWO, store=battery(20.0, 40.0, initial=0.5)),
    "a battery that fails": system(NINE[:6], **TWO, store=battery(20.0, 8.0, p_fail=0.2)),
    "a battery that fades": system(NINE, **TWO, store=battery(30.0, 8.0, carryover=0.9)),
    "probabilities that vary": system(
        NINE, [[60.0], [50.0]], [WAVY, WAVY[::-1]], [1.0 - 2.0 * WAVY, np.full(9, 0.4)], store=battery(20.0, 8.0)
    ),
    "capacities that vary": system(
        NINE, [[60.0, 60, 60, 0, 0, 0, 70, 70, 70], [50.0, 40, 50, 60, 50, 50, 30, 20, 50]], [[0.15] * 9, [0.1] * 9],
        [[0.5] * 9, [0.4] * 9], store=battery(20.0, 8.0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("wanted", ["eue", "lole"])
@pytest.mark.parametrize("name", CASES)
def test_scarce_days_have_the_means_of_all_paths(name, wanted):
    whole = CASES[name]
    days = ScarceDays(whole, whole.name, (0, whole.n_steps), wanted, seed=1)
    draws, exact = days.draw(BLOCKS), every_path(whole)
    for control in draws.controls.T:
        assert abs(control.mean()) < 4.0 * control.std(ddof=1) / math.sqrt(BLOCKS) + 1e-12
    for index, values in draws.values.items():
        se = values.std(ddof=1) / math.sqrt(BLOCKS)
        assert abs(values.mean() - exact[index]) < 4.0 * se + 1e-9 * exact[index], (index, values.mean(), exact[index])

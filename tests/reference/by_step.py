"""What a step of the slow twin did, by region, interface, store and asset; and the same by enumerating outages.

Flows are a linear program of their own: with load served, stores and responses as the twin settled them, least flow x
interfaces crossed. Where several flows cost the least, none is the right one, and it says so.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from standstill.evidence.figure import Figure
from standstill.model.scenario import Side
from tests.reference.dispatch import Step
from tests.reference.programs import Program
from tests.reference.strikes import Damage
from tests.reference.twin import Play, Sample


@dataclass(frozen=True)
class Flows:
    """Least flow over the interfaces of a step."""

    margins: list[float]
    """What each region has over, or lacks, before anything flows, power_unit."""
    flow: list[float]
    """Over each interface, forward positive, power_unit."""
    least: float
    """Their sum, without signs."""
    is_unique: bool
    """Whether no other flows have that sum."""


def flows_of(step: Step) -> Flows:
    """Return the flows of a step whose outcome is settled."""
    margins = [supply - load for supply, load in zip(step.supply, step.load, strict=True)]
    for region, (short, due) in enumerate(zip(step.short, step.due, strict=True)):
        margins[region] += short - due
    for store in step.stores:
        margins[store.region] += store.gives - (store.takes - store.kept)
    for response in step.responses:
        margins[response.region] += response.puts_off - response.pays
    program = Program()
    pairs = [(program.variable(there), program.variable(back)) for _, _, there, back in step.joins]
    left = [program.variable(supply) for supply in step.supply]
    for region, margin in enumerate(margins):
        row = {left[region]: 1.0}
        for (a, b, _, _), (there, back) in zip(step.joins, pairs, strict=True):
            if region in (a, b):
                row |= {there: 1.0 if region == a else -1.0, back: -1.0 if region == a else 1.0}
        program.equal(row, margin)
    point = program.minimise({column: 1.0 for pair in pairs for column in pair})
    flow = [float(point[there] - point[back]) for there, back in pairs]
    is_unique = all(np.allclose(other, flow, rtol=0, atol=1e-7) for other in _others(program, pairs))
    return Flows(margins, flow, sum(map(abs, flow)), is_unique)


def _others(program: Program, pairs: list[tuple[int, int]]) -> Iterator[list[float]]:
    """Yield flows of the same least sum that lie far apart if there is more than one."""
    weights = np.random.default_rng(1).uniform(0.5, 1.5, len(pairs))
    for sign in (1.0, -1.0):
        goal = {there: sign * weight for (there, _), weight in zip(pairs, weights, strict=True)}
        goal |= {back: -sign * weight for (_, back), weight in zip(pairs, weights, strict=True)}
        point = copy.deepcopy(program).minimise(goal) if pairs else []
        yield [float(point[there] - point[back]) for there, back in pairs]


def surplus_of(step: Step, margins: list[float], flow: list[float]) -> list[float]:
    """Return what each region could still have given: supply left after flows, and what its stores did not give."""
    surplus = list(margins)
    for (a, b, _, _), amount in zip(step.joins, flow, strict=True):
        surplus[a] -= amount
        surplus[b] += amount
    for store in step.stores:
        surplus[store.region] += store.most - store.gives
    return surplus


def utilization_of(step: Step, flow: list[float]) -> list[float]:
    """Return each flow as a share of the limit that way; 1 where nothing can flow."""
    found = []
    for (_, _, there, back), amount in zip(step.joins, flow, strict=True):
        limit = there if amount > 0 else back
        idle = 1.0 if there == back == 0 else 0.0
        found.append(abs(amount) / limit if abs(amount) > step.tolerance else idle)
    return found


def energy_of(play: Play) -> list[float]:
    """Return what each store holds and each demand response owes."""
    return [*play.charge, *play.borrowed]


def availability_of(play: Play, step: int) -> list[float]:
    """Return what is available of every asset."""
    return [play.available(name, step) for table, _ in play.sample.tables for name in table.names]


def class_availability_of(play: Play, step: int) -> list[float]:
    """Return what is available of every asset class, by the most that its assets can do; if nothing, all alike."""
    system, parts = play.system, {}
    for table, _ in play.sample.tables:
        for row, name in enumerate(table.names):
            power = {system.generators: "capacity", system.demand_responses: "borrow"}.get(table, "discharge")
            both = (table.forward, table.backward) if table is system.lines else (getattr(table, power),)
            most = max(float(part[row].max()) for part in both) * _factor(table, row)
            parts.setdefault(table.classes[row], []).append((most, play.available(name, step)))
    found = []
    for of in parts.values():
        weights = [most for most, _ in of]
        found.append(float(np.average([there for _, there in of], weights=weights if sum(weights) else None)))
    return found


def _factor(table: Any, row: int) -> float:
    """Return the factor on what an asset can do; a figure counts with its median."""

    def number(name: str) -> float:
        value = getattr(table, name)[row]
        return value.distribution.median if isinstance(value, Figure) else float(value)

    factor = number("capacity_scale" if hasattr(table, "capacity_scale") else "power_scale")
    return factor * number("price_ratio") ** number("price_elasticity") if hasattr(table, "price_ratio") else factor


def enumerate_steps(side: Side) -> Iterator[tuple[float, list[dict[str, list[float]]]]]:
    """Yield every course of outages of a small side without strikes: its probability, and what each step did.

    Probabilities of failure and repair are constant, and an asset that never fails is up throughout.
    """
    sample = Sample(side, 1, 0)
    chains = {}
    for table, _ in sample.tables:
        for row, name in enumerate(table.names):
            if table.p_fail[row, 0] > 0:
                chains[name] = (float(table.p_fail[row, 0]), float(table.p_repair[row, 0]))
    courses = list(itertools.product((True, False), repeat=side.system.n_steps))
    for states in itertools.product(courses, repeat=len(chains)):
        probability = 1.0
        for (fail, repair), course in zip(chains.values(), states, strict=True):
            up = repair / (fail + repair)
            probability *= up if course[0] else 1 - up
            for before, now in itertools.pairwise(course):
                change = fail if before else repair
                probability *= change if before != now else 1 - change
        sample.service |= {name: list(map(float, course)) for name, course in zip(chains, states, strict=True)}
        play = Play(sample, Damage(jobs=[], waves=0, hits=0))
        yield probability, [values_of(play, step) for step in range(side.system.n_steps)]


def values_of(play: Play, step: int) -> dict[str, list[float]]:
    """Balance a step; return everything that may be recorded of it."""
    found = play.step(step)
    flows = flows_of(found)
    return {
        "shortfall": list(found.short),
        "surplus": surplus_of(found, flows.margins, flows.flow),
        "flow": flows.flow,
        "utilization": utilization_of(found, flows.flow),
        "energy": energy_of(play),
        "availability": availability_of(play, step),
        "class_availability": class_availability_of(play, step),
    }

"""Indices of a few units of any number of states, from the joint chain over all states of the fleet, step by step.

Written from the definitions: nothing is convolved, and no law of a sum is built. Nothing is imported from the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np


@dataclass(frozen=True)
class Unit:
    """A unit: capacity by state and step, the law of its first state, and the chain by which it enters each step."""

    capacity: np.ndarray
    """(n_states, n_steps)."""
    first: np.ndarray
    """(n_states,)."""
    moves: list[np.ndarray]
    """(n_states, n_states) for each step."""


@dataclass(frozen=True)
class Indices:
    """Expected steps short, unserved energy (power times steps) and entries into shortfall."""

    lole: float
    eue: float
    lolev: float


def lasting(moves: np.ndarray) -> np.ndarray:
    """Return the stationary law of a chain by solving its balance equations."""
    count = len(moves)
    equations = np.vstack([np.asarray(moves).T - np.eye(count), np.ones((1, count))])
    return np.linalg.lstsq(equations, np.append(np.zeros(count), 1.0), rcond=None)[0]


def chained(shares: list[float], moves: object, capacity: object, n_steps: int) -> Unit:
    """Return a unit of several states whose chain is the same in every step, in its stationary law."""
    matrix = np.array(moves, dtype=float)
    size = np.broadcast_to(np.array(capacity, dtype=float), (n_steps,))
    return Unit(np.outer(shares, size), lasting(matrix), [matrix] * n_steps)


def in_or_out(p_fail: object, p_repair: object, capacity: object, n_steps: int) -> Unit:
    """Return a unit that is in or out of service, with probabilities that may vary by step."""
    size, fail, repair = (
        np.broadcast_to(np.array(part, dtype=float), (n_steps,)) for part in (capacity, p_fail, p_repair)
    )
    moves = [np.array([[1 - f, f], [r, 1 - r]]) for f, r in zip(fail, repair, strict=True)]
    up = repair[0] / (fail[0] + repair[0]) if fail[0] + repair[0] > 0 else 1.0
    return Unit(np.outer([1.0, 0.0], size), np.array([up, 1 - up]), moves)


def enumerated(load: object, units: list[Unit]) -> Indices:
    """Return the indices from the law over all combinations of the units' states."""
    wanted = np.array(load, dtype=float)
    states = list(product(*(range(len(unit.first)) for unit in units)))
    law = np.array([np.prod([unit.first[at] for unit, at in zip(units, state, strict=True)]) for state in states])
    was_short = np.zeros(len(states), dtype=bool)
    lole = eue = lolev = 0.0
    for step, needed in enumerate(wanted):
        fresh = law.copy()
        if step > 0:
            move = np.array(
                [
                    [
                        np.prod([unit.moves[step][a, b] for unit, a, b in zip(units, old, new, strict=True)])
                        for new in states
                    ]
                    for old in states
                ]
            )
            fresh = np.where(was_short, 0.0, law) @ move
            law = law @ move
        given = [sum(unit.capacity[at, step] for unit, at in zip(units, state, strict=True)) for state in states]
        missing = needed - np.array(given)
        was_short = missing > 1e-9 * wanted.max()
        lole += float(law[was_short].sum())
        eue += float((law * missing)[was_short].sum())
        lolev += float(fresh[was_short].sum())
    return Indices(lole, eue, lolev)

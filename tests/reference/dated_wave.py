"""Exact unserved energy of a small system after one dated wave, by convolution; independent of the engine.

A Poisson number of weapons, each of which hits any unit of a class alike, is an independent Poisson number of hits on
each unit, and of each damage state on each unit. So units are independent, and their capacities add by convolution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class State:
    """One damage state: its share of hits, what it leaves, and its mean time in whole days, geometric."""

    share: float
    condition: float
    days: float

    def open_share(self, hours: float) -> float:
        """Return P(a job is still open so long after the hit): it takes G days, P(G > k) = (1 - 1/days)^k."""
        return (1.0 - 1.0 / self.days) ** math.floor(hours / 24.0)


@dataclass(frozen=True, kw_only=True)
class Units:
    """Units that are alike: number, capacity of each, share of time in service, hits expected on each, what hits do."""

    count: int
    capacity: int
    in_service: float
    hits: float
    states: tuple[State, ...]

    def one(self, hours: float | None) -> np.ndarray:
        """Return the distribution of a unit's capacity so long after the wave, None before it; index: power.

        The condition is the least over open jobs, so states are gone through from the worst on: what is left is c if a
        job of c is open and none of anything worse.
        """
        law = np.zeros(self.capacity + 1)
        law[0] = 1.0 - self.in_service
        none_worse = self.in_service
        for state in sorted(self.states, key=lambda state: state.condition) if hours is not None else ():
            none = math.exp(-self.hits * state.share * state.open_share(hours))
            law[round(self.capacity * state.condition)] += none_worse * (1.0 - none)
            none_worse *= none
        law[self.capacity] += none_worse
        return law


def supply(units: tuple[Units, ...], hours: float | None) -> np.ndarray:
    """Return the distribution of all units' capacity; index: power."""
    law = np.ones(1)
    for group in units:
        for _ in range(group.count):
            law = np.convolve(law, group.one(hours))
    return law


def unserved(units: tuple[Units, ...], load: np.ndarray, wave_h: float) -> tuple[float, float]:
    """Return expected unserved energy and expected hours short over hours of load, with a wave at an hour.

    An hour is as its start has it.
    """
    energy = hours = 0.0
    for hour, power in enumerate(load):
        law = supply(units, hour - wave_h if hour >= wave_h else None)
        short = np.maximum(power - np.arange(law.size), 0.0)
        energy += float(law @ short)
        hours += float(law[short > 0.0].sum())
    return energy, hours

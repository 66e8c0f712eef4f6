"""Toy systems with units that may be partly out of service, each with its fleet as the enumerator wants it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from standstill.model.system import Generators, Regions, System, UnitStates
from tests.reference import state_chain


@dataclass(frozen=True)
class Case:
    """A system and the same, as the enumerator wants it."""

    system: System
    load: np.ndarray
    units: list[state_chain.Unit]

    @property
    def indices(self) -> state_chain.Indices:
        """Indices by enumeration."""
        return state_chain.enumerated(self.load, self.units)


def case(name: str, load: list[float], units: list[dict[str, object]]) -> Case:
    """Return a case: each unit has a ``capacity``, and ``fail`` and ``repair`` or ``shares`` and ``moves``."""
    steps = len(load)

    def rows(key: str, default: float) -> np.ndarray:
        values = [np.array(unit.get(key, default), dtype=float) for unit in units]
        return np.stack([np.broadcast_to(value, (steps,)) for value in values])

    states = tuple(
        UnitStates(shares=unit["shares"], moves=unit["moves"]) if "shares" in unit else None for unit in units
    )
    system = System(
        name=name, step_h=1.0, start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), n_steps=steps, power_unit="MW",
        energy_unit="MWh", regions=Regions(names=("region",), load=np.array([load])),
        generators=Generators(
            names=tuple(f"unit {row}" for row in range(len(units))), classes=("thermal",) * len(units),
            region=(0,) * len(units), capacity=rows("capacity", 0.0), p_fail=rows("fail", 0.0),
            p_repair=rows("repair", 1.0), states=states,
        ),
    )  # fmt: skip
    known = [
        state_chain.chained(unit["shares"], unit["moves"], unit["capacity"], steps)
        if "shares" in unit
        else state_chain.in_or_out(unit.get("fail", 0.0), unit.get("repair", 1.0), unit["capacity"], steps)
        for unit in units
    ]
    return Case(system, np.array(load), known)


SHARES = [1.0, 0.4, 0.0]
FRESH = [[0.8, 0.15, 0.05]] * 3
"""Every hour is drawn anew."""
KEEPS = [[0.9, 0.06, 0.04], [0.3, 0.6, 0.1], [0.2, 0.0, 0.8]]
"""States last, and one leads to another."""
LOAD = [25.0, 28.0, 27.0, 24.0]
FIRM = [5.0, 6.0, 7.0, 8.0]


def independent_hours() -> Case:
    """Return four hours, two units that fail and one of three states: every hour is independent."""
    simple = {"capacity": 10.0, "fail": 0.1, "repair": 0.9}
    three = {"capacity": 10.0, "shares": SHARES, "moves": FRESH}
    return case("derated toy", LOAD, [simple, simple, three, {"capacity": FIRM}])


def lasting_states() -> Case:
    """Return eight hours in which states last: one unit of three states, one of four, and one that fails."""
    four = [[0.94, 0.03, 0.02, 0.01], [0.5, 0.5, 0.0, 0.0], [0.1, 0.2, 0.7, 0.0], [0.25, 0.0, 0.0, 0.75]]
    return case(
        "derated and lasting",
        [*LOAD, 26.0, 30.0, 29.0, 22.0],
        [
            {"capacity": 12.0, "shares": SHARES, "moves": KEEPS},
            {"capacity": 10.0, "shares": [1.0, 0.85, 0.5, 0.0], "moves": four},
            {"capacity": 10.0, "fail": 0.05, "repair": 0.3},
        ],
    )


def varying_capacity() -> Case:
    """Return six hours in which the capacity of a unit of three states varies too."""
    return case(
        "derated and varying",
        [20.0, 22.0, 25.0, 19.0, 21.0, 24.0],
        [
            {"capacity": [12.0, 10.0, 14.0, 9.0, 12.0, 11.0], "shares": SHARES, "moves": KEEPS},
            {"capacity": 8.0, "shares": [1.0, 0.5], "moves": [[0.9, 0.1], [0.4, 0.6]]},
            {"capacity": 8.0, "fail": 0.1, "repair": 0.5},
        ],
    )


CASES = {"independent hours": independent_hours, "lasting states": lasting_states, "varying capacity": varying_capacity}

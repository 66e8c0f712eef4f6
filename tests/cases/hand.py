"""A side of five winters written down by hand, in two arms: every measure of it can be worked out on paper.

Steps are of two hours; the simulation starts two days before the ten measured days, which are a week and three days.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from standstill.engine.outcome import Outcome, SideOutcome
from standstill.engine.tally import COLUMNS, Histograms, make_histograms
from standstill.model.scenario import Criterion, Scenario, Side
from standstill.model.system import Regions, System
from standstill.model.terms import Arm

STEP_H, HORIZON_H, WHOLE_H = 2.0, 240.0, 288.0
START, MEASURE, END = dt.datetime(2024, 11, 25), dt.datetime(2024, 11, 27), dt.datetime(2024, 12, 7)
DAYS, WEEKS = 12, 2
ARMS = ("strikes", "standstill")
PEOPLE = 1000.0
REGION_LOAD = [[600, 600, 1500, 1500, 2000], [400, 400, 500, 500, 2000]]
"""Of the two regions, by winter."""

WINTERS: dict[str, dict[str, list[float]]] = {
    "strikes": {
        "unserved": [0, 10, 20, 30, 90],
        "critical_unserved": [0, 0, 0, 2, 13],
        "delivery_unserved": [0, 4, -6, 10, 12],
        "short_steps": [0, 2, 3, 5, 10],
        "events": [0, 1, 1, 2, 1],
        "longest_event": [0, 2, 3, 3, 10],
        "deepest": [0, 3, 4, 5, 8],
        "largest_event": [0, 10, 20, 18, 90],
        "hours_off": [0, 5, 10, 15, 70],
        "critical_steps": [0, 0, 0, 1, 4],
        "worst_window": [0, 4, 8, 6, 20],
        "load": [1000, 1000, 2000, 2000, 4000],
        "waves": [1, 2, 3, 4, 5],
        "hits": [0, 1, 2, 3, 9],
        "start": [0, 0, 0, 0, 0],
        "end": [0, 0, 0, 0, 0],
        "first_critical": [0, 0, 0, 200, 60],
        "first_over": [0, 0, 0, 0, 160],
        "short_steps:a": [0, 2, 2, 5, 10],
        "short_steps:b": [0, 0, 1, 0, 4],
        "unserved:a": [0, 10, 15, 30, 60],
        "unserved:b": [0, 0, 5, 0, 30],
        "unserved:2024-11": [0, 10, 0, 10, 40],
        "unserved:2024-12": [0, 0, 20, 20, 50],
    },
    "standstill": {
        "unserved": [0, 0, 5, 10, 10],
        "critical_unserved": [0, 0, 0, 0, 1],
        "delivery_unserved": [0, 0, 1, 2, 2],
        "short_steps": [0, 0, 1, 2, 2],
        "events": [0, 0, 1, 1, 1],
        "longest_event": [0, 0, 1, 2, 2],
        "deepest": [0, 0, 5, 6, 9],
        "largest_event": [0, 0, 5, 10, 10],
        "hours_off": [0, 0, 2, 4, 4],
        "critical_steps": [0, 0, 0, 0, 1],
        "worst_window": [0, 0, 2, 3, 9],
        "load": [1000, 1000, 2000, 2000, 4000],
        "waves": [1, 1, 1, 1, 1],
        "hits": [0, 1, 1, 1, 2],
        "start": [48, 48, 48, 48, 48],
        "end": [288, 288, 288, 288, 288],
        "first_critical": [0, 0, 0, 0, 256],
        "first_over": [0, 0, 0, 0, 250],
        "short_steps:a": [0, 0, 1, 2, 2],
        "short_steps:b": [0, 0, 0, 0, 0],
        "unserved:a": [0, 0, 5, 10, 10],
        "unserved:b": [0, 0, 0, 0, 0],
        "unserved:2024-11": [0, 0, 0, 4, 4],
        "unserved:2024-12": [0, 0, 5, 6, 6],
    },
}


def totals(winters: dict[str, list[float]]) -> np.ndarray:
    """Return totals of one arm, (n_samples, n_columns)."""
    assert tuple(winters)[: len(COLUMNS)] == COLUMNS
    return np.array(list(winters.values()), dtype=np.float64).T


def histograms() -> Histograms:
    """Return counts of five winters: what stands in a day or week not set here lies in the lowest bin."""
    counts = make_histograms(len(ARMS), DAYS, WEEKS)
    for part in counts:
        part[..., 0] = 5

    def place(part: np.ndarray, arm: int, row: int, bins: dict[int, int]) -> None:
        part[arm, row] = 0
        for bin_, count in bins.items():
            part[arm, row, bin_] = count

    place(counts.off, 0, 2, {0: 3, 5: 1, 96: 1})
    place(counts.off, 0, 3, {1: 1, 5: 2, 9: 2})
    place(counts.capability, 0, 2, {10: 1, 20: 3, 30: 1})
    place(counts.load, 0, 2, {25: 5})
    place(counts.damaged, 0, 2, {0: 1, 25: 3, 50: 1})
    place(counts.delivery_damaged, 0, 2, {100: 5})
    place(counts.week_off, 0, 0, {0: 1, 29: 3, 99: 1})
    place(counts.week_off, 0, 1, {13: 5})
    place(counts.week_off, 1, 0, {0: 4, 15: 1})
    place(counts.week_critical, 0, 0, {0: 4, 6: 1})
    return counts


def hand_side(
    arms: dict[str, dict[str, list[float]]] | None = None,
    *,
    name: str = "North",
    criterion: Criterion | None = None,
    counts: Histograms | None = None,
    inputs: dict[str, np.ndarray] | None = None,
    price: np.ndarray | None = None,
) -> SideOutcome:
    """Return the outcome of the side; without ``arms`` both of it, with histograms unless others are given."""
    winters = arms or WINTERS
    return SideOutcome(
        name=name, power_unit="MW", energy_unit="MWh", step_h=STEP_H, horizon_h=HORIZON_H, simulate_from=START,
        measure_from=MEASURE, measure_to=END, regions=("a", "b"), months=("2024-11", "2024-12"), reference_power=512.0,
        criterion=criterion or Criterion(hours_off_per_day=8.0, window_h=168.0),
        columns=tuple(next(iter(winters.values()))), totals={arm: totals(rows) for arm, rows in winters.items()},
        region_load=np.array(REGION_LOAD, dtype=np.float64).T, histograms=counts or histograms(), inputs=inputs or {},
        price=price, currency="" if price is None else "EUR",
    )  # fmt: skip


def hand_outcome(*sides: SideOutcome, seed: int = 1) -> Outcome:
    """Return the outcome of a run of such sides."""
    found = sides or (hand_side(),)
    samples = len(next(iter(found[0].totals.values())))
    return Outcome(
        scenario_id="by hand", seed=seed, samples=samples, version="0.0.0", arms=tuple(found[0].totals), sides=found
    )


def hand_scenario(*names: str, people: float = PEOPLE) -> Scenario:
    """Return a scenario that such an outcome may be of; nothing of it is simulated."""
    system = System(
        name="a system", step_h=STEP_H, start=START, n_steps=round(WHOLE_H / STEP_H), power_unit="MW",
        energy_unit="MWh", regions=Regions(names=("a", "b"), load=np.ones((2, 1))),
    )  # fmt: skip
    return Scenario(
        name="by hand", title="What is it worth?",
        sides=tuple(Side(name=name, system=system, people=people) for name in names or ("North",)),
        arms=tuple(Arm(name=name) for name in ARMS), simulate_from=START, measure_from=MEASURE, measure_to=END,
    )  # fmt: skip

"""A run: a scenario simulated, measured and valued. What the report and the JSON are made from."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standstill.engine.checkpoint import BlockStore
from standstill.engine.drivers.threads import run_blocks
from standstill.engine.outcome import Outcome, side_outcome
from standstill.engine.pack import pack_side
from standstill.estimate import Estimate
from standstill.measures.adequacy import adequacy
from standstill.measures.consumers import consumers
from standstill.model.scenario import Scenario
from standstill.studies.sensitivity import Driver, drivers
from standstill.worth import saving, worth

__all__ = ["Run", "measured", "run_scenario"]

Table = dict[str, dict[str, dict[str, Estimate]]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """A finished run."""

    scenario: Scenario
    """What was simulated."""
    outcome: Outcome
    """Per-sample totals and histograms."""
    measures: Table
    """arm -> side -> measure -> Estimate."""
    worth: Table
    """arm -> side -> measure -> paired saving against the first arm."""
    drivers: dict[str, tuple[Driver, ...]]
    """Side -> uncertain figures ranked by how strongly the saving (of the second arm) moves with them."""
    samples: int
    """Number of samples."""
    seed: int
    """Seed of all draws."""
    version: str
    """Version of Standstill."""
    seconds: float
    """Time it took, s."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form of design §13."""

        def table(values: Table) -> dict[str, Any]:
            return {
                arm: {side: {name: item.as_dict() for name, item in found.items()} for side, found in sides.items()}
                for arm, sides in values.items()
            }

        as_of = self.scenario.as_of
        return {
            "schema": 1,
            "version": self.version,
            "scenario": self.scenario.name,
            "as_of": as_of.isoformat() if as_of else None,
            "samples": self.samples,
            "seed": self.seed,
            "arms": table(self.measures),
            "worth": table(self.worth),
            "talks": None,
        }


def run_scenario(
    scenario: Scenario,
    *,
    samples: int,
    seed: int,
    workers: int,
    version: str,
    store: Path | None = None,
    resume: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Simulate every side and arm of a scenario, measure, and value.

    Parameters
    ----------
    scenario: Scenario
        What to simulate.
    samples, seed, workers: int
        Number of samples, seed of all draws, threads.
    version: str
        Version of Standstill, part of the identity of saved blocks.
    store: Path, optional
        Folder for finished blocks.
    resume: bool
        Whether saved blocks are taken.
    progress: callable, optional
        Called with a number of samples whenever a block of one side is done.

    Raises
    ------
    InputError
        If the records do not fit together; every fault is listed.
    OutputError
        If a block cannot be saved.
    """
    began = time.perf_counter()
    arms = tuple(arm.name for arm in scenario.arms)
    packed = [
        pack_side(
            side, arms=scenario.arms, measure_from=scenario.measure_from, measure_to=scenario.measure_to, detail=True
        )
        for side in scenario.sides
    ]
    blocks = BlockStore(store / f"{scenario.id}-{seed}-{version}") if store is not None else None
    joined = run_blocks(packed, seed, samples, workers=workers, store=blocks, resume=resume, progress=progress)
    outcome = Outcome(
        scenario_id=scenario.id,
        seed=seed,
        samples=samples,
        version=version,
        arms=arms,
        sides=tuple(
            side_outcome(side, part, arms, *result, seed)
            for side, part, result in zip(scenario.sides, packed, joined, strict=True)
        ),
    )
    return measured(scenario, outcome, time.perf_counter() - began)


def measured(scenario: Scenario, outcome: Outcome, seconds: float) -> Run:
    """Return the run of an outcome: its measures, what the arms are worth, and what the saving moves with."""
    arms = outcome.arms
    return Run(
        scenario=scenario,
        outcome=outcome,
        measures={
            arm: {side.name: adequacy(side, arm) | consumers(side, arm) for side in outcome.sides} for arm in arms
        },
        worth=worth(outcome),
        drivers={
            side.name: drivers(side, saving(side, arms[0], arms[1], "unserved")) if len(arms) > 1 else ()
            for side in outcome.sides
        },
        samples=outcome.samples,
        seed=outcome.seed,
        version=outcome.version,
        seconds=seconds,
    )

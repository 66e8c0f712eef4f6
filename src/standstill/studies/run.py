"""A run: a scenario simulated, measured and valued. What the report and the JSON are made from."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standstill.engine.checkpoint import BlockStore, block_folder
from standstill.engine.drivers.blocks import run_blocks
from standstill.engine.outcome import Outcome, SideOutcome, side_outcome
from standstill.engine.pack import pack_side
from standstill.engine.tally import Histograms
from standstill.estimate import Estimate
from standstill.measures.adequacy import regions_of
from standstill.measures.sampled import estimates
from standstill.measures.samples import measured_samples
from standstill.model.scenario import Scenario
from standstill.model.terms import Fixed
from standstill.studies.keys import check_keys
from standstill.studies.sampling import Sampling
from standstill.studies.sensitivity import Drivers, drivers
from standstill.worth import saving, worth

if TYPE_CHECKING:
    from standstill.studies.long_table import Entry, LongTable

__all__ = ["Run", "measured", "run_scenario", "simulated"]

NO_TALKS = "the scenario has no process of talks"
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
    drivers: dict[str, Drivers]
    """Side -> what explains the saving of the second arm: uncertain figures one by one, and chance with the rest."""
    samples: int
    """Number of samples."""
    seed: int
    """Seed of all draws."""
    version: str
    """Version of Standstill."""
    seconds: float
    """Time it took to simulate and measure, s."""
    talks: dict[str, Any] | None = None
    """JSON form of where the talks stand and of the winter given them, if the scenario has talks."""
    is_read: bool = False
    """Whether it was read from disk, so that nothing was simulated."""

    def of_arms(self, names: tuple[str, ...]) -> Run:
        """Return the same run with some of its arms only, in their order; the first arm must be one of them."""
        places = [self.outcome.arms.index(name) for name in names]

        def only(side: SideOutcome) -> SideOutcome:
            counts = side.histograms
            kept = counts and Histograms(*(part[places] for part in counts))
            return replace(side, totals={name: side.totals[name] for name in names}, histograms=kept)

        outcome = replace(self.outcome, arms=names, sides=tuple(only(side) for side in self.outcome.sides))
        return replace(
            self,
            scenario=replace(self.scenario, arms=tuple(self.scenario.arms[place] for place in places)),
            outcome=outcome,
            measures={name: self.measures[name] for name in names},
            worth={name: self.worth[name] for name in names[1:]},
            drivers=self.drivers if names[1:2] == self.outcome.arms[1:2] else _drivers(outcome),
        )

    @property
    def dated(self) -> Run:
        """The same run without the arms whose standstill the talks decide."""
        names = tuple(
            arm.name for arm in self.scenario.arms if arm.terms is None or isinstance(arm.terms.window, Fixed)
        )
        return self if len(names) == len(self.scenario.arms) else self.of_arms(names)

    def as_dict(self) -> dict[str, Any]:
        """Return the form of ``run.json``."""

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
            "settings": list(self.scenario.settings),
            "arms": table(self.measures),
            "worth": table(self.worth),
            "drivers": self._drivers_table(),
            "talks": self.talks or {"value": None, "reason": NO_TALKS},
        }

    def to_pandas(self) -> Any:
        """Return all measures as a long table, a pandas DataFrame (extra ``table``).

        Returns
        -------
        pandas.DataFrame
            One row for each number; see ``long_table.COLUMNS``. A saving against the first arm is the measure
            ``saving:NAME`` of the other. Its ``attrs`` say where it comes from.

        Raises
        ------
        InputError
            If pandas is not installed.
        """
        return self._table().pandas()

    def to_xarray(self) -> Any:
        """Return all measures as an xarray Dataset (extra ``table``).

        Returns
        -------
        xarray.Dataset
            Variables value, se, p10, p50, p90 and max over (arm, side, region, measure), where the whole side is the
            region without a name.

        Raises
        ------
        InputError
            If xarray is not installed.
        """
        return self._table().xarray()

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write the table of ``to_pandas`` as a Parquet file, whole or not at all (extra ``table``); return where.

        Raises
        ------
        InputError
            If pyarrow is not installed.
        OutputError
            If the file cannot be written.
        """
        return self._table().parquet(path)

    def _table(self) -> LongTable:
        from standstill.studies.long_table import LongTable

        about = {"scenario": self.scenario.name, "samples": self.samples, "seed": self.seed, "version": self.version}
        return LongTable(entries=list(self._entries()), about=about)

    def _entries(self) -> Iterator[Entry]:
        from standstill.studies.long_table import Entry

        for prefix, table in (("", self.measures), ("saving:", self.worth)):
            for arm, sides in table.items():
                for side, found in sides.items():
                    for name, value in found.items():
                        yield Entry(arm=arm, side=side, measure=f"{prefix}{name}", estimate=value)
        for arm in self.measures:
            for outcome in self.outcome.sides:
                for region, found in regions_of(outcome, arm).items():
                    for name, value in found.items():
                        yield Entry(arm=arm, side=outcome.name, region=region, measure=name, estimate=value)

    def _drivers_table(self) -> dict[str, Any]:
        """Return what explains the saving of energy by the second arm, side by side."""
        others = self.outcome.arms[1:]
        about = {"arm": others[0], "measure": "eue"} if others else {}
        units = {side.name: side.energy_unit for side in self.outcome.sides}
        return {side: {**about, "unit": units[side], **found.as_dict()} for side, found in self.drivers.items()}


def _no_drivers() -> Drivers:
    return Drivers(reason="there is one arm, so no saving to explain")


def run_scenario(
    scenario: Scenario,
    *,
    sampling: Sampling,
    store: Path | None = None,
    resume: bool = False,
) -> Run:
    """Simulate every side and arm of a scenario, measure, and value.

    Parameters
    ----------
    scenario: Scenario
        What to simulate.
    sampling: Sampling
        How it is simulated.
    store: Path, optional
        Folder for finished blocks.
    resume: bool
        Whether saved blocks are taken.

    Raises
    ------
    InputError
        If the records do not fit together; every fault is listed.
    OutputError
        If a block cannot be saved.
    """
    began = time.perf_counter()
    outcome = simulated(scenario, sampling=sampling, store=store, resume=resume)
    return measured(scenario, outcome, time.perf_counter() - began)


def simulated(scenario: Scenario, *, sampling: Sampling, store: Path | None = None, resume: bool = False) -> Outcome:
    """Simulate every side and arm of a scenario; the parameters are those of ``run_scenario``."""
    arms = tuple(arm.name for arm in scenario.arms)
    packed = tuple(
        pack_side(
            side, arms=scenario.arms, measure_from=scenario.measure_from, measure_to=scenario.measure_to, detail=True
        )
        for side in scenario.sides
    )
    check_keys(scenario.sides, packed)
    identity, samples, seed = scenario.id, sampling.samples, sampling.seed
    folder = block_folder(store, identity, seed, sampling.version) if store is not None else None
    blocks = BlockStore(folder, packed) if folder is not None else None
    joined = run_blocks(
        packed, seed, samples, backend=sampling.backend, store=blocks, resume=resume, progress=sampling.progress
    )
    return Outcome(
        scenario_id=identity,
        seed=seed,
        samples=samples,
        version=sampling.version,
        arms=arms,
        sides=tuple(
            side_outcome(side, part, arms, *result, seed)
            for side, part, result in zip(scenario.sides, packed, joined, strict=True)
        ),
    )


def measured(scenario: Scenario, outcome: Outcome, seconds: float) -> Run:
    """Return the run of an outcome: its measures, what the arms are worth, and what the saving moves with."""
    arms = outcome.arms
    return Run(
        scenario=scenario,
        outcome=outcome,
        measures={arm: {side.name: estimates(measured_samples(side, arm)) for side in outcome.sides} for arm in arms},
        worth=worth(outcome),
        drivers=_drivers(outcome),
        samples=outcome.samples,
        seed=outcome.seed,
        version=outcome.version,
        seconds=seconds,
    )


def _drivers(outcome: Outcome) -> dict[str, Drivers]:
    """Return, for each side, what explains the saving of the second arm."""
    first, *others = outcome.arms
    return {
        side.name: drivers(side, saving(side, first, others[0], "unserved")) if others else _no_drivers()
        for side in outcome.sides
    }

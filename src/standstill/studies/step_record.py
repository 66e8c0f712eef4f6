"""Records results by step of one side: what may be asked for, how much of it, and how blocks become results.

Knows nothing of tables or files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from standstill.engine.drivers.blocks import RecordSums
from standstill.engine.outcome import SideOutcome
from standstill.engine.pack_record import pack_record
from standstill.engine.packed import PackedSide
from standstill.engine.recorded import RESULTS, RecordPlan
from standstill.errors import Fault, Faults, InputError
from standstill.model.scenario import Side
from standstill.studies.step_results import StepResult

__all__ = ["StepRecord", "check_results"]

_MOST_NUMBERS = 5_000_000  # 40 MB each for mean and spread, of every worker and every block under way
_MOST_VALUES = 25_000_000  # 200 MB


def check_results(results: Sequence[str], by_sample: bool) -> None:
    """Refuse results that there are not, and values by sample of none.

    Raises
    ------
    InputError
        With every fault.
    """
    faults = Faults(source="assess")
    for name in results:
        if name not in RESULTS:
            faults.add("results", f"be some of {', '.join(RESULTS)}", name)
    if by_sample and not results:
        faults.add("by_sample", "come with results", by_sample, 'add results=["flow"]')
    faults.raise_if_any()


class StepRecord:
    """What is recorded of one side: what was asked for, laid out for the side, and joined over its blocks."""

    def __init__(self, results: Sequence[str], *, by_sample: bool = False) -> None:
        self.sums = RecordSums()
        """What takes the blocks."""
        self._wanted = tuple(results)
        self._by_sample = by_sample
        self._plan: RecordPlan | None = None

    def asked_of(self, side: Side, packed: PackedSide, samples: int) -> PackedSide:
        """Return a packed side of which so many samples are to be recorded.

        Raises
        ------
        InputError
            If what they would record does not fit into memory.
        """
        self._plan = pack_record(side, self._wanted, by_sample=self._by_sample)
        horizon = packed.model.horizon
        _check_size(self._plan, horizon.measure_to - horizon.measure_from, samples)
        return replace(packed, record=self._plan)

    def results(self, outcome: SideOutcome, about: dict[str, Any]) -> dict[str, StepResult]:
        """Return each result by name; ``outcome`` is what the same blocks left, ``about`` where that comes from."""
        if self._plan is None:
            raise ValueError("no side was asked to be recorded")
        plan, recorded, samples = self._plan, self.sums.whole, self.sums.samples
        units = {"energy": outcome.energy_unit, **dict.fromkeys(("shortfall", "surplus", "flow"), outcome.power_unit)}
        sd = np.sqrt(recorded.squares / (samples - 1)) if samples > 1 else None
        found = {}
        for result, names in plan.labels.items():
            rows = slice(plan.first(result), plan.first(result) + len(names))
            found[result] = StepResult(
                result=result,
                unit=units.get(result, "share"),
                names=names,
                start=outcome.measure_from,
                step_h=outcome.step_h,
                samples=samples,
                mean=recorded.mean[:, rows].T,
                sd=None if sd is None else sd[:, rows].T,
                values=recorded.values[..., rows].swapaxes(1, 2) if plan.by_sample else None,
                about=about,
            )
        return found


def _check_size(plan: RecordPlan, n_steps: int, samples: int) -> None:
    """Refuse results that would not fit into memory.

    Raises
    ------
    InputError
        With how many numbers they are, and what would be fewer.
    """
    count = plan.n_rows * n_steps
    if count > _MOST_NUMBERS:
        parts = ", ".join(f"{len(names):,} of {result}" for result, names in plan.labels.items())
        must, got = f"have at most {_MOST_NUMBERS:,} numbers", f"{count:,}: {n_steps:,} steps of {parts}"
        hint = "ask for fewer results at once, or for class_availability instead of availability"
        raise InputError("assess", (Fault(place="results", must=must, got=got, hint=hint),))
    if plan.by_sample and count * samples > _MOST_VALUES:
        fits = _MOST_VALUES // count
        must, got = f"keep at most {_MOST_VALUES:,} numbers", f"{count * samples:,}: {samples:,} samples of {count:,}"
        hint = f"{fits:,} samples fit" if fits else "ask for fewer results at once"
        raise InputError("assess", (Fault(place="by_sample", must=must, got=got, hint=hint),))

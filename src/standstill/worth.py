"""What an arm is worth: paired differences against the first arm, on the same draws. A pure function of an Outcome.

A saving is baseline minus arm, so that more is better; for ``getting_through`` it is arm minus baseline. Knows nothing
of scenarios or reruns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import Outcome, SideOutcome
from standstill.estimate import Estimate
from standstill.measures.sampled import Sampled, estimates
from standstill.measures.samples import measured_samples

__all__ = ["saving", "savings", "worth"]

SAVED = (
    "eue", "unserved_cost", "hours_off", "lole", "critical_hours", "critical_cut", "generation_limited",
    "delivery_limited", "reserve_shed", "reserve_hours", "reserve_shortage", "roster_hours_off", "roster_p90",
    "roster_spell", "schedule_hours",
)  # fmt: skip
"""Measures of which less is better."""
GAINED = ("getting_through",)
"""Measures of which more is better."""


def saving(side: SideOutcome, baseline: str, arm: str, name: str) -> NDArray[np.float64]:
    """Return the paired saving of one column of totals, (n_samples,)."""
    return side.column(baseline, name) - side.column(arm, name)


def savings(side: SideOutcome, baseline: str, arm: str) -> dict[str, Sampled]:
    """Return the paired saving of each measure, sample by sample.

    Returns
    -------
    dict
        eue, unserved_cost (if a price is stated), hours_off, lole, critical_hours, critical_cut, generation_limited,
        delivery_limited, what a reserve or a roster measures (if there is one), getting_through (only of a run with
        detail), "eue:YYYY-MM", and "getting_through:YYYY-MM", the share to the end of a month.
    """
    without, within = (measured_samples(side, name) for name in (baseline, arm))
    out = {name: without[name].minus(within[name]) for name in SAVED if name in without}
    out |= {name: without[name].minus(within[name]) for name in without if name.startswith("eue:")}
    return out | {name: within[name].minus(without[name]) for name in within if name.partition(":")[0] in GAINED}


def worth(outcome: Outcome) -> dict[str, dict[str, dict[str, Estimate]]]:
    """Return, for every arm but the first and every side, the paired savings with standard errors and quantiles.

    Returns
    -------
    dict
        arm -> side -> measure -> Estimate; the measures are those of ``savings``.
    """
    baseline = outcome.arms[0]
    return {
        arm: {side.name: estimates(savings(side, baseline, arm)) for side in outcome.sides} for arm in outcome.arms[1:]
    }

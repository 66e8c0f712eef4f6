"""What an arm is worth: paired differences against the first arm, on the same draws. A pure function of an Outcome.

A saving is baseline minus arm, so that more is better; for ``getting_through`` it is arm minus baseline. Knows nothing
of scenarios or reruns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import Outcome, SideOutcome
from standstill.estimate import Estimate
from standstill.measures.adequacy import from_samples
from standstill.measures.consumers import got_through

__all__ = ["saving", "worth"]


def saving(side: SideOutcome, baseline: str, arm: str, name: str) -> NDArray[np.float64]:
    """Return the paired saving of one column of totals, (n_samples,)."""
    return side.column(baseline, name) - side.column(arm, name)


def worth(outcome: Outcome) -> dict[str, dict[str, dict[str, Estimate]]]:
    """Return, for every arm but the first and every side, the paired savings with standard errors and quantiles.

    Returns
    -------
    dict
        arm -> side -> measure -> Estimate; measures are eue, hours_off, lole, critical_hours, generation_limited,
        delivery_limited, getting_through and "eue:YYYY-MM".
    """
    baseline = outcome.arms[0]
    return {arm: {side.name: _worth_of(side, baseline, arm) for side in outcome.sides} for arm in outcome.arms[1:]}


def _worth_of(side: SideOutcome, baseline: str, arm: str) -> dict[str, Estimate]:
    horizon, energy = side.horizon_h, side.energy_unit
    unserved, delivery = (saving(side, baseline, arm, name) for name in ("unserved", "delivery_unserved"))
    out = {
        "eue": from_samples(unserved, energy, horizon),
        "hours_off": from_samples(saving(side, baseline, arm, "hours_off") * 24.0 / horizon, "h/d", horizon),
        "lole": from_samples(saving(side, baseline, arm, "short_steps") * side.step_h, "h", horizon),
        "critical_hours": from_samples(saving(side, baseline, arm, "critical_steps") * side.step_h, "h", horizon),
        "generation_limited": from_samples(unserved - delivery, energy, horizon),
        "delivery_limited": from_samples(delivery, energy, horizon),
    }
    if side.histograms is not None:
        gain = got_through(side, arm) - got_through(side, baseline)
        out["getting_through"] = from_samples(gain, "probability", horizon)
    for month in side.months:
        out[f"eue:{month}"] = from_samples(saving(side, baseline, arm, f"unserved:{month}"), energy, horizon)
    return out

"""The indices that PRAS defines otherwise, as PRAS gives them, for those who must set a number beside one of its own.

Only definitions: how a step is balanced stays ours. Knows nothing of files.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.measures.sampled import Floats, from_samples
from standstill.units import energy_per_power_step

__all__ = ["pras_indices", "pras_neue", "pras_tail_mean"]


def pras_indices(side: SideOutcome, arm: str, found: dict[str, Estimate]) -> dict[str, Estimate]:
    """Return the indices of the whole side with ``neue`` and ``cvar95`` as PRAS gives them."""
    unserved = side.column(arm, "unserved")
    cvar = pras_tail_mean(unserved, 0.95, side.energy_unit, side.horizon_h) if unserved.any() else found["cvar95"]
    return found | {"neue": pras_neue(side, found["neue"]), "cvar95": cvar}


def pras_neue(side: SideOutcome, neue: Estimate) -> Estimate:
    """Return what NEUE becomes when energy is divided by power added up over steps, whatever their length."""
    if not neue.exists:
        return neue
    step = energy_per_power_step(side.power_unit, side.energy_unit, side.step_h)
    bound = None if neue.bound is None else neue.bound * step
    return replace(neue, value=neue.value * step, se=neue.se * step, bound=bound)


def pras_tail_mean(values: Floats, level: float, unit: str, horizon_h: float) -> Estimate:
    """Return the mean of the samples strictly above the quantile, with the error of that mean; 0 if there is none.

    Notes
    -----
    The quantile is interpolated between order statistics. It is not coherent: where many samples equal the quantile,
    it is a mean of fewer than a share 1 - ``level`` of them. Its standard error takes the quantile as known.

    Examples
    --------
    >>> pras_tail_mean(np.array([0.0] * 8 + [2.0, 4.0]), 0.5, "MWh", 24.0).value
    3.0
    >>> pras_tail_mean(np.full(10, 7.0), 0.95, "MWh", 24.0).value
    0.0
    """
    tail = values[values > np.quantile(values, level)]
    if len(tail):
        return from_samples(tail, unit, horizon_h)
    return Estimate(
        value=0.0, se=math.inf, unit=unit, samples=len(values), horizon_h=horizon_h,
        reason="no sample lies above the quantile",
    )  # fmt: skip

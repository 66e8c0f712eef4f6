"""The indices that PRAS defines otherwise, as PRAS gives them, for those who must set a number beside one of its own.

Only definitions: how a step is balanced stays ours. Knows nothing of files.
"""

from __future__ import annotations

import math

import numpy as np

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.measures.adequacy import adequacy_samples, region_neue
from standstill.measures.sampled import Floats, Sampled, from_samples
from standstill.units import energy_per_power_step

__all__ = ["pras_indices", "pras_region_neue", "pras_tail_mean"]


def pras_indices(side: SideOutcome, arm: str) -> dict[str, Estimate]:
    """Return ``neue`` and ``cvar95`` of the whole side as PRAS 0.8 and its CVaR metric give them."""
    return {
        "neue": _per_power(side, adequacy_samples(side, arm)["neue"]).estimate(),
        "cvar95": pras_tail_mean(side.column(arm, "unserved"), 0.95, side.energy_unit, side.horizon_h),
    }


def pras_region_neue(side: SideOutcome, arm: str, place: int) -> Estimate:
    """Return ``neue`` of one region, by its place among the regions, as PRAS gives it."""
    return _per_power(side, region_neue(side, arm, place)).estimate()


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


def _per_power(side: SideOutcome, neue: Sampled) -> Sampled:
    """Return what a NEUE becomes when energy is divided by power added up over steps, whatever their length."""
    if neue.reason:
        return neue
    step = energy_per_power_step(side.power_unit, side.energy_unit, side.step_h)
    return Sampled(values=neue.values * step, unit=neue.unit, horizon_h=neue.horizon_h, of_winter=neue.of_winter)

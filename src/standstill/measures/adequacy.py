"""Adequacy indices of one side in one arm: from per-sample totals to estimates with standard errors and quantiles.

Names and definitions as in the field: LOLE counts steps in which any region is short, in hours; EUE is the expected
unserved energy; NEUE is EUE over load, in ppm; LOLEv the expected number of shortfall events, LOLD their mean length.
Knows nothing of arms being compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate

__all__ = ["adequacy", "from_samples", "ratio", "region_indices", "tail_mean"]

Floats = NDArray[np.float64]


def from_samples(values: Floats, unit: str, horizon_h: float) -> Estimate:
    """Return the mean over samples with its standard error, and the 10th, 50th and 90th percentile.

    Parameters
    ----------
    values: array
        One value per sample, (n_samples,).
    unit: str
        Unit of the values.
    horizon_h: float
        Length of the measured window, h.

    Examples
    --------
    >>> from_samples(np.array([1.0, 3.0]), "h", 24.0)
    2.0±1.0 h/24h
    """
    count = len(values)
    se = float(values.std(ddof=1) / np.sqrt(count)) if count > 1 else float("inf")
    p10, p50, p90 = (float(value) for value in np.quantile(values, (0.1, 0.5, 0.9)))
    return Estimate(
        value=float(values.mean()), se=se, unit=unit, samples=count, horizon_h=horizon_h, p10=p10, p50=p50, p90=p90
    )


def ratio(top: Floats, bottom: Floats, unit: str, horizon_h: float, reason: str) -> Estimate:
    """Return mean(top) / mean(bottom) with its delta-method standard error; none, with ``reason``, if bottom is 0."""
    count, mean = len(top), float(bottom.mean())
    if mean == 0.0:
        none = float("nan")
        return Estimate(value=none, se=none, unit=unit, samples=count, horizon_h=horizon_h, reason=reason)
    value = float(top.mean()) / mean
    residual = (top - value * bottom) / mean
    se = float(residual.std(ddof=1) / np.sqrt(count)) if count > 1 else float("inf")
    return Estimate(value=value, se=se, unit=unit, samples=count, horizon_h=horizon_h)


def tail_mean(values: Floats, level: float, unit: str, horizon_h: float) -> Estimate:
    """Return the coherent CVaR: the mean of the worst (1 - level) share of samples.

    Rockafellar and Uryasev (2002): ``q + mean(max(0, x - q)) / (1 - level)`` with q the quantile; its standard error
    is that of the mean of ``q + max(0, x - q) / (1 - level)``.
    """
    count = len(values)
    quantile = float(np.quantile(values, level, method="inverted_cdf"))
    excess = quantile + np.maximum(values - quantile, 0.0) / (1.0 - level)
    se = float(excess.std(ddof=1) / np.sqrt(count)) if count > 1 else float("inf")
    return Estimate(value=float(excess.mean()), se=se, unit=unit, samples=count, horizon_h=horizon_h)


def adequacy(side: SideOutcome, arm: str) -> dict[str, Estimate]:
    """Return the adequacy indices of one arm: eue, neue, lole, lolev, lold, cvar95, and the shape of events."""
    horizon, step_h = side.horizon_h, side.step_h
    unserved, short, events = (side.column(arm, name) for name in ("unserved", "short_steps", "events"))
    load = side.column(arm, "load")
    delivery = side.column(arm, "delivery_unserved")
    neue = ratio(1e6 * unserved, load, "ppm", horizon, "there is no load")
    return {
        "eue": from_samples(unserved, side.energy_unit, horizon),
        "neue": neue,
        "lole": from_samples(short * step_h, "h", horizon),
        "lolev": from_samples(events, "events", horizon),
        "lold": ratio(short * step_h, events, "h", horizon, "no shortfall event in any sample"),
        "cvar95": tail_mean(unserved, 0.95, side.energy_unit, horizon),
        "longest_spell": from_samples(side.column(arm, "longest_event") * step_h, "h", horizon),
        "event_depth": from_samples(side.column(arm, "deepest"), side.power_unit, horizon),
        "event_energy": from_samples(side.column(arm, "largest_event"), side.energy_unit, horizon),
        "generation_limited": from_samples(unserved - delivery, side.energy_unit, horizon),
        "delivery_limited": from_samples(delivery, side.energy_unit, horizon),
        **{
            f"eue:{month}": from_samples(side.column(arm, f"unserved:{month}"), side.energy_unit, horizon)
            for month in side.months
        },
    }


def region_indices(side: SideOutcome, arm: str) -> list[dict[str, Estimate | str]]:
    """Return name, LOLE and EUE of each region."""
    return [
        {
            "name": name,
            "lole": from_samples(side.column(arm, f"short_steps:{name}") * side.step_h, "h", side.horizon_h),
            "eue": from_samples(side.column(arm, f"unserved:{name}"), side.energy_unit, side.horizon_h),
        }
        for name in side.regions
    ]

"""What a queue roster makes of hours off: their mean, who has most, how equal they are, and how long they last.

Knows the totals of each sample, not the rotation that led to them.
"""

from __future__ import annotations

from collections.abc import Mapping

from standstill.engine.outcome import SideOutcome
from standstill.engine.roster import ROSTER_COLUMNS, RosterSamples
from standstill.estimate import Estimate
from standstill.measures.sampled import Floats, Sampled, estimates, mean_ratio

__all__ = ["has_roster", "of_samples", "roster_sampled", "side_roster_sampled"]

NOBODY_OFF = "nobody is off in any sample"


def of_samples(samples: RosterSamples) -> dict[str, Estimate]:
    """Return what consumers see under a roster, from its samples.

    Returns
    -------
    dict
        ``roster_hours_off``, ``roster_p90``, ``roster_over`` and ``roster_under`` in hours a day, ``roster_spell`` and
        ``schedule_hours`` in hours, ``roster_gini``, and ``roster_over_share`` in percent; ``roster_sampled`` says what
        each is.

    Examples
    --------
    Two winters of a day: half must be off in the first, a third in the second. Two queues cannot do less than half.

    >>> from standstill.engine.roster import roster_samples
    >>> from standstill.model.roster import Roster
    >>> shares = [[0.5] * 24, [1 / 3] * 24]
    >>> found = of_samples(roster_samples(Roster(queues=2, block_h=4.0), shares))
    >>> found["roster_hours_off"], found["roster_over"], found["roster_over_share"]
    (12.000±0.000 h/d/24h, 2.0±2.0 h/d/24h, 20±24 %/24h)
    """
    return estimates(roster_sampled({name: samples.column(name) for name in ROSTER_COLUMNS}, samples.horizon_h))


def has_roster(side: SideOutcome) -> bool:
    """Return whether the side was run with a roster."""
    return set(ROSTER_COLUMNS) <= set(side.columns)


def side_roster_sampled(side: SideOutcome, arm: str) -> dict[str, Sampled]:
    """Return what consumers see under the side's roster in one arm; nothing if it has none.

    Parameters
    ----------
    side: SideOutcome
        The side, as it was simulated.
    arm: str
        Name of the arm.
    """
    if not has_roster(side):
        return {}
    return roster_sampled({name: side.column(arm, name) for name in ROSTER_COLUMNS}, side.horizon_h)


def roster_sampled(columns: Mapping[str, Floats], horizon_h: float) -> dict[str, Sampled]:
    """Return every measure of a roster sample by sample.

    Parameters
    ----------
    columns: mapping
        ``ROSTER_COLUMNS`` -> values, (n_samples,), hours over the horizon but for the Gini coefficient.
    horizon_h: float
        Length of the measured window, h.

    Returns
    -------
    dict
        ``roster_hours_off``: hours a day off of the mean consumer. ``roster_p90``: hours a day off that nine consumers
        in ten do not exceed. ``roster_gini``: Gini coefficient of hours off between consumers, of a winter; 0 in a
        winter in which nobody is off. ``roster_spell``: longest spell off of any consumer. ``schedule_hours``: hours
        in which any queue is off. ``roster_over`` and ``roster_under``: hours a day off above and below the need.
        ``roster_over_share``: all that is off above the need over all that is needed.

    Notes
    -----
    The need is what is off, less what is off above it, plus what is missing: ``hours off - over + under``, the sum of
    shares that must be off. Quantiles are over winters; those over consumers are within a winter, before the mean.
    """
    days = horizon_h / 24.0
    off, over, under = (columns[f"roster_{name}"] for name in ("hours_off", "over", "under"))
    nobody = "" if off.any() else NOBODY_OFF

    def plain(values: Floats, unit: str, reason: str = "") -> Sampled:
        return Sampled(values=values, unit=unit, horizon_h=horizon_h, reason=reason)

    return {
        "roster_hours_off": plain(off / days, "h/d"),
        "roster_p90": plain(columns["roster_p90"] / days, "h/d"),
        "roster_gini": plain(columns["roster_gini"], "", nobody),
        "roster_spell": plain(columns["roster_spell"], "h"),
        "schedule_hours": plain(columns["schedule_hours"], "h"),
        "roster_over": plain(over / days, "h/d"),
        "roster_under": plain(under / days, "h/d"),
        "roster_over_share": mean_ratio(100.0 * over, off - over + under, "%", horizon_h, "nothing must be off"),
    }

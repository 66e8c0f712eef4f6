"""Every measure of a side in an arm, sample by sample, under one roof, and what unserved energy is counted at in money.

Knows nothing of pairs of arms.
"""

from __future__ import annotations

from standstill.engine.outcome import SideOutcome
from standstill.measures.adequacy import adequacy_samples
from standstill.measures.consumers import consumer_samples
from standstill.measures.reserve import reserve_samples
from standstill.measures.rosters import side_roster_sampled
from standstill.measures.sampled import Sampled

__all__ = ["measured_samples", "money_samples"]


def measured_samples(side: SideOutcome, arm: str) -> dict[str, Sampled]:
    """Return every measure of a side in an arm, by name."""
    return (
        adequacy_samples(side, arm)
        | money_samples(side, arm)
        | reserve_samples(side, arm)
        | consumer_samples(side, arm)
        | side_roster_sampled(side, arm)
    )


def money_samples(side: SideOutcome, arm: str) -> dict[str, Sampled]:
    """Return the cost of unserved energy, in the side's own currency; nothing if no price is stated.

    Notes
    -----
    Unserved energy times the price of the same sample. Currencies are not converted, and nothing is added up over
    sides: what one side loses is no gain of the other.
    """
    if side.price is None:
        return {}
    cost = side.column(arm, "unserved") * side.price
    return {"unserved_cost": Sampled(values=cost, unit=side.currency, horizon_h=side.horizon_h)}

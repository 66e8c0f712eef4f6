"""The map over the two weights: who gains from the terms at which weight on the other side's loss.

Neither weight is known; the map shows what follows from each pair. Knows nothing of HTML.
"""

from __future__ import annotations

from typing import Any

from standstill.report.charts import weights_svg
from standstill.report.pictures import Picture
from standstill.report.talks_words import weight_units
from standstill.talks.run_stakes import RunStakes

__all__ = ["weights_picture"]

PATIENCE = (0.95, 0.8, 0.5)
"""Discounts whose borders are drawn."""


def weights_picture(stakes: RunStakes) -> Picture | None:
    """Return the map; None where a side gains at any weight or at none, so that there is no border to draw."""
    given = [item.value for item in stakes.limits]
    if given[0] is None or given[1] is None:
        return None
    first, second = stakes.sides
    one_factor, one_own, one_other = weight_units(first, second)
    other_factor, other_own, other_other = weight_units(second, first)
    limits = (given[0] * one_factor, given[1] * other_factor)
    wide, high = 2.0 * limits[0], 2.0 * limits[1]
    names = {
        (True, True): "both gain",
        (True, False): first.side,
        (False, True): second.side,
        (False, False): "neither",
    }
    rows: list[dict[str, Any]] = []
    for one in (True, False):
        for other in (True, False):
            who = names[one, other]
            rows.append({
                "x": 0.0 if one else limits[0], "x2": limits[0] if one else wide,
                "y": 0.0 if other else limits[1], "y2": limits[1] if other else high,
                "who": who if who in ("both gain", "neither") else f"only {who} gains",
            })  # fmt: skip
    borders = [
        {"x": 0.0, "x2": share * limits[0], "y": 0.0, "y2": share * limits[1], "who": f"{share:g}"}
        for share in PATIENCE
    ]
    axes = (
        f"{first.side}: {one_own} of its own per {one_other} of the other's loss",
        f"{second.side}: {other_own} of its own per {other_other} of the other's loss",
    )
    return Picture(
        name="talks-weights",
        kind="weights",
        side="",
        title="Who gains, by what each side makes of the other's loss",
        caption="Each axis is one side's weight on the other's loss; neither is known. Within a dashed border a side "
        "holds that gives the next step at least so much of the weight of this one, if a strike ends the standstill.",
        svg=weights_svg(rows, borders, axes),
    )

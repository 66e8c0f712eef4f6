"""With what chance a standstill comes into force: by the model over its ranges, beside officials and base rate.

The three numbers are set side by side, never merged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from standstill.evidence.claim import Value
from standstill.evidence.distribution import Fixed
from standstill.model.chain import chain
from standstill.model.clock import ever_in_force
from standstill.model.process import DAYS_PER_MONTH, Belief, Process
from standstill.model.talks import Elicited, Talks
from standstill.talks.forecast import Lever, levers
from standstill.talks.people import Opinion, SideBySide, side_by_side

__all__ = ["Chance", "chances_by", "mean_levers", "three_numbers"]

EVENT = "a standstill is in force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """P(ever in force by a day), by the model."""

    by: dt.date
    """The day."""
    probability: float
    """Mean over the ranges of the process's figures."""
    p10: float
    """10th percentile over them."""
    p90: float
    """90th percentile."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"by": self.by.isoformat(), "value": self.probability, "p10": self.p10, "p90": self.p90}


def chances_by(cases: Sequence[tuple[Process, Belief]], day: dt.date, ends: Sequence[dt.date]) -> list[Chance]:
    """Return the model's chance by each of some days, over the cases of uncertain figures; nothing without a case."""
    if not cases:
        return []
    months = [max(0, (end - day).days) / DAYS_PER_MONTH for end in ends]
    found = np.array([ever_in_force(chain(*case), months) for case in cases])
    low, high = np.quantile(found, (0.1, 0.9), axis=0)
    return [
        Chance(by=end, probability=float(mean), p10=float(least), p90=float(most))
        for end, mean, least, most in zip(ends, found.mean(axis=0), low, high, strict=True)
    ]


def three_numbers(talks: Talks, day: dt.date, chances: Sequence[Chance]) -> SideBySide:
    """Return what officials, base rate and model say by a day; the first of the chances is by the deadline."""
    stated = [_opinion(item) for item in talks.elicited if item.said <= day]
    model = None
    if chances:
        model = Opinion(
            who="process clock",
            kind="model",
            event=EVENT,
            value=Value(low=chances[0].p10, high=chances[0].p90),
            taken_as=Fixed(value=chances[0].probability),
            deadline=talks.deadline,
            assumed="the log as known, and the rates of the process file",
            because="80 % range over the ranges of the process's figures",
        )
    return side_by_side(stated, model, no_model="nothing of the talks was known")


def _opinion(item: Elicited) -> Opinion:
    figure = item.probability
    low, high = figure.distribution.support
    value = Value(low=max(0.0, low), high=min(1.0, high))
    return Opinion(
        who=item.who,
        kind="officials" if item.kind == "officials" else "base rate" if item.kind == "base rate" else "other",
        event=item.event,
        value=item.stated or value,
        taken_as=figure.distribution,
        deadline=item.by,
        assumed=item.assumed,
        said=item.said,
        claims=figure.claims,
        because=figure.judgement,
    )


def mean_levers(
    cases: Sequence[tuple[Process, Belief]], day: dt.date, who: str, deadline: dt.date
) -> tuple[Lever, ...]:
    """Return each change and what it would do, on average over the ranges of the process's figures."""
    found = [levers(process, here, day, who, deadline) for process, here in cases]
    same = zip(*found, strict=True) if found and len({len(item) for item in found}) == 1 else ()
    return tuple(_mean(group) for group in same)


def _mean(group: Sequence[Lever]) -> Lever:
    base, probability = (np.mean([getattr(item, name) for item in group]) for name in ("base", "probability"))
    return replace(group[0], base=float(base), probability=float(probability))

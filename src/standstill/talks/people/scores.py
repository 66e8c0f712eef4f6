"""Scores: how near stated probabilities came to what happened, by who stated them.

Scores compare probabilities that had a fair chance to be right; a few outcomes tell little. Knows nothing of models.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from standstill.errors import Faults
from standstill.talks.people.chances import check_probability
from standstill.talks.people.opinion import Kind, Opinion

__all__ = ["Score", "brier", "log_score", "score_table"]


def brier(probability: float, happened: bool) -> float:
    """Return the Brier score of one probability: 0 is best, 1 worst, and an even chance always gets 0.25.

    Parameters
    ----------
    probability: float
        What was stated, from 0 to 1.
    happened: bool
        Whether the event happened.

    Raises
    ------
    InputError
        If the probability is none.

    Notes
    -----
    ``(p - y)²`` with y 1 if it happened. Brier (1950), "Verification of forecasts expressed in terms of probability",
    Monthly Weather Review 78, 1-3, who sums over both outcomes and so has twice this.

    Examples
    --------
    >>> round(brier(0.2, happened=False), 2), round(brier(0.2, happened=True), 2)
    (0.04, 0.64)
    """
    _require_probability("brier", probability)
    return (probability - float(happened)) ** 2


def log_score(probability: float, happened: bool) -> float:
    """Return the logarithmic score of one probability: 0 is best; infinite if what happened had been ruled out.

    Parameters
    ----------
    probability: float
        What was stated, from 0 to 1.
    happened: bool
        Whether the event happened.

    Raises
    ------
    InputError
        If the probability is none.

    Notes
    -----
    Minus the natural logarithm of the probability given to what happened. Good (1952), "Rational decisions", Journal of
    the Royal Statistical Society B 14, 107-114. Like the Brier score it is proper: nobody expects a better score from
    stating what they do not believe (Gneiting and Raftery, 2007, Journal of the American Statistical Association 102,
    359-378).

    Examples
    --------
    >>> round(log_score(0.2, happened=False), 7), round(log_score(0.2, happened=True), 7)
    (0.2231436, 1.6094379)
    """
    _require_probability("log_score", probability)
    if probability == float(not happened):
        return math.inf
    # adding 0 turns the -0.0 of certainty into 0.0
    return 0.0 - (math.log(probability) if happened else math.log1p(-probability))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Mean scores of one source over the outcomes given."""

    who: str
    """Who stated the probabilities."""
    kind: Kind
    """Where they come from."""
    numbers: tuple[float, ...]
    """What each was taken as, in the order given."""
    happened: tuple[bool, ...]
    """What happened, in the same order."""
    brier: float
    """Mean Brier score."""
    log: float | None
    """Mean logarithmic score; None where it is not finite."""
    reason: str = ""
    """Why there is no logarithmic score."""

    @property
    def count(self) -> int:
        """Number of outcomes."""
        return len(self.numbers)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form; ``log`` is null with a reason where it is not finite."""
        return {
            "who": self.who,
            "kind": self.kind,
            "count": self.count,
            "brier": self.brier,
            "log": self.log,
            "reason": self.reason,
            "numbers": list(self.numbers),
            "happened": list(self.happened),
        }


def score_table(outcomes: Sequence[tuple[Opinion, bool]]) -> tuple[Score, ...]:
    """Return one row of mean scores for each source, in the order in which they first appear.

    Parameters
    ----------
    outcomes: sequence of (Opinion, bool)
        Each probability with whether its event happened by its deadline. One whose deadline has not come does not
        belong here.

    Raises
    ------
    InputError
        If there are no outcomes.

    Notes
    -----
    A range or a bound is scored as its ``number``. Sources that spoke of different events are not ranked by their
    scores: some events are harder to foresee.

    Examples
    --------
    >>> from standstill.talks.people import Opinion, chance
    >>> said = Opinion(who="officials", kind="officials", event="it is signed", value=chance("0"), claims=("none",))
    >>> [row] = score_table([(said, True)])
    >>> row.brier, row.log, row.reason
    (1.0, None, 'gave probability 0 to something that happened, or 1 to something that did not')
    """
    faults = Faults(source="scores")
    if not outcomes:
        faults.add("outcomes", "hold at least one")
    faults.raise_if_any()
    groups: dict[tuple[str, Kind], list[tuple[float, bool]]] = {}
    for opinion, happened in outcomes:
        groups.setdefault((opinion.who, opinion.kind), []).append((opinion.number, bool(happened)))
    return tuple(_row(who, kind, pairs) for (who, kind), pairs in groups.items())


def _row(who: str, kind: Kind, pairs: list[tuple[float, bool]]) -> Score:
    """Return the mean scores of one source."""
    log = math.fsum(log_score(*pair) for pair in pairs) / len(pairs)
    ruled_out = "gave probability 0 to something that happened, or 1 to something that did not"
    return Score(
        who=who,
        kind=kind,
        numbers=tuple(number for number, _ in pairs),
        happened=tuple(happened for _, happened in pairs),
        brier=math.fsum(brier(*pair) for pair in pairs) / len(pairs),
        log=log if math.isfinite(log) else None,
        reason="" if math.isfinite(log) else ruled_out,
    )


def _require_probability(source: str, probability: float) -> None:
    faults = Faults(source=source)
    check_probability(faults, "probability", probability)
    faults.raise_if_any()

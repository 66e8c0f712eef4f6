"""Reply in kind: how much must be struck back for a strike not to pay, and whether the echo dies out.

Replies are in proportion, so everything is per unit of strike. Knows nothing of ending the standstill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from standstill.errors import Faults
from standstill.talks.answer import Answer, Thresholds, number
from standstill.talks.checks import check_discount, check_number, check_sides
from standstill.talks.enforcement.flags import Watch

__all__ = ["Echo", "UnitPayoffs", "echo", "reply_needed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPayoffs:
    """What a unit of strike gains a side, and what a unit of the other side's reply costs it.

    Raises
    ------
    InputError
        If either is not above 0.
    """

    side: str
    """Name of the side."""
    gain: float
    """Gain from one unit of its own strike, own unit, > 0."""
    loss: float
    """Loss from one unit of the other side's reply, own unit, > 0."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"unit payoffs of {self.side}")
        check_number(faults, f"{self.side}.gain", self.gain, above=0.0)
        check_number(faults, f"{self.side}.loss", self.loss, above=0.0)
        faults.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """What follows where each side replies in proportion to what it sees."""

    dies: bool
    """Whether replies to replies die out."""
    round_trip: float
    """Units struck in answer to one's own reply, per unit: the echo dies iff it is below 1."""
    totals: tuple[Answer, ...]
    """All units struck, by both, after one unit struck by this side."""
    idle: tuple[Answer, ...]
    """Units that this side strikes per step in reply to false alarms and their echo, while nobody strikes first."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "dies": self.dies,
            "round_trip": self.round_trip,
            "totals": [answer.as_dict() for answer in self.totals],
            "idle": [answer.as_dict() for answer in self.idle],
        }


def reply_needed(
    sides: Sequence[UnitPayoffs], discount: float, *, lag: int | Mapping[str, int] = 1, watch: Watch | None = None
) -> Thresholds:
    """Return how many units the other side must strike back, per unit flagged, so that striking does not pay a side.

    Parameters
    ----------
    sides: sequence of UnitPayoffs
        One for each side.
    discount: float
        Weight of the next step relative to the present one, at least 0 and below 1.
    lag: int or mapping
        Steps until the reply, >= 1: of all sides alike, or side -> steps until its own strike is answered.
    watch: Watch, optional
        How much of a strike is flagged, and how much is of what did not happen; all of it, and nothing, if none.

    Raises
    ------
    InputError
        If there is no side, two have one name, a lag is not >= 1, or the discount is out of its range.

    Notes
    -----
    ``k >= g / (d**lag (beta - alpha) L)``: a unit's gain against its first reply. Units struck later in the echo are
    answered alike, so the ratio is enough. With all strikes seen and a reply in the next step it is g / (d L); derived
    here.

    Examples
    --------
    >>> round(reply_needed([UnitPayoffs(side="North", gain=0.5, loss=1.0)], 0.9).value, 6)
    0.555556
    """
    names = [side.side for side in sides]
    faults = Faults(source="reply in kind")
    check_sides(faults, names)
    check_discount(faults, discount)
    lags = dict(lag) if isinstance(lag, Mapping) else dict.fromkeys(names, lag)
    if set(lags) != set(names):
        faults.add("lag", f"name the sides {sorted(names)}", sorted(lags))
    for name, steps in lags.items():
        check_number(faults, f"lag of {name}", steps, at_least=1.0, whole=True)
    faults.raise_if_any()
    odds = (watch or Watch()).odds(names)
    news = {name: odds[name].beta_paid - odds[name].alpha_paid for name in names}
    return Thresholds(parts=tuple(_ratio(side, discount ** lags[side.side], news[side.side]) for side in sides))


def _ratio(side: UnitPayoffs, discount: float, news: float) -> Answer:
    if news <= 0.0 or discount == 0.0:
        why = (
            "nothing that comes later counts for it" if discount == 0.0 else "its strikes are flagged no more than none"
        )
        return Answer(value=None, reason=f"No reply keeps {side.side} from striking: {why}.", side=side.side)
    value = side.gain / (discount * news * side.loss)
    reason = (
        f"Striking does not pay {side.side} if it is answered with at least {number(value)} units for each flagged."
    )
    return Answer(value=value, reason=reason, side=side.side)


def echo(ratios: Mapping[str, float], watch: Watch | None = None) -> Echo:
    """Return what follows where two sides reply in proportion to what is flagged of the other's strikes.

    Parameters
    ----------
    ratios: mapping
        Side -> units that it strikes in reply, per unit flagged, >= 0; two sides.
    watch: Watch, optional
        Share of a strike that is flagged, and units flagged per step of what did not happen; all, and nothing, if none.

    Raises
    ------
    InputError
        If there are not two sides, or a ratio is negative.

    Notes
    -----
    A side's strikes x are seen as alpha + (beta - alpha) x. With r the reply to one unit seen so, one unit struck by A
    is followed by ``(r_B + r_A r_B) / (1 - r_A r_B)`` if ``r_A r_B < 1``; with equal sides by ``r / (1 - r)``. False
    alarms alone keep each side striking at the fixed point ``x_A = k_A alpha_B + r_A x_B``. Derived here.

    Examples
    --------
    >>> after = echo({"North": 5 / 9, "South": 5 / 9})
    >>> after.dies, round(after.totals[0].value, 6)
    (True, 1.25)
    """
    names = list(ratios)
    faults = Faults(source="reply in kind")
    check_sides(faults, names, count=2)
    for name, ratio in ratios.items():
        check_number(faults, f"ratio of {name}", ratio, at_least=0.0)
    faults.raise_if_any()
    odds = (watch or Watch()).odds(names)
    other = {names[0]: names[1], names[1]: names[0]}
    # a side replies to what is seen of the other, and flags that tell nothing show nothing of a strike
    seen = {name: max(0.0, odds[name].beta_paid - odds[name].alpha_paid) for name in names}
    reply = {name: ratios[name] * seen[other[name]] for name in names}
    false = {name: ratios[name] * odds[other[name]].alpha_paid for name in names}
    trip = reply[names[0]] * reply[names[1]]
    if trip >= 1.0:
        reason = "The echo does not die out: each reply is answered by at least as much."
        none = tuple(Answer(value=None, reason=reason, side=name) for name in names)
        return Echo(dies=False, round_trip=trip, totals=none, idle=none)
    totals = tuple((reply[other[name]] + trip) / (1.0 - trip) for name in names)
    idle = tuple((false[name] + reply[name] * false[other[name]]) / (1.0 - trip) for name in names)
    return Echo(
        dies=True,
        round_trip=trip,
        totals=tuple(
            Answer(value=value, reason=f"One unit struck by {name} is followed by {number(value)} in all.", side=name)
            for name, value in zip(names, totals, strict=True)
        ),
        idle=tuple(
            Answer(
                value=value, reason=f"False alarms alone make {name} strike {number(value)} units a step.", side=name
            )
            for name, value in zip(names, idle, strict=True)
        ),
    )

"""The most peace that any protocol of a kind can give, by linear programming: independent of every closed form.

Two sides, each privately strong with probability q or weak. Fighting leaves theta of the pie and gives a strong side
the share p of it against a weak one, else one half. A protocol takes both reports and draws a division of the pie, or
fighting. Divisions are taken from a finite set; all else is exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np
from scipy.optimize import linprog

STRONG, WEAK = "strong", "weak"
TYPES = (STRONG, WEAK)


@dataclass(frozen=True)
class Dispute:
    odds: float
    """Odds that a side is strong."""
    theta: float
    p: float
    divisions: tuple[float, ...]
    """Shares of the first side; closed under exchange of the sides."""

    def prior(self, own: str) -> float:
        return self.odds / (1 + self.odds) if own == STRONG else 1 / (1 + self.odds)

    def fight(self, own: str, other: str) -> float:
        """Return what fighting gives a side."""
        if own == other:
            return self.theta / 2
        return self.theta * (self.p if own == STRONG else 1 - self.p)


def divisions(p: float, theta: float, count: int = 40, extra: tuple[float, ...] = ()) -> tuple[float, ...]:
    """Return a grid of shares with one half and the war value of a strong side, and what remains of each."""
    shares = {round(k / count, 12) for k in range(count + 1)} | {0.5, p * theta, *extra}
    return tuple(sorted(shares | {1 - share for share in shares}))


@dataclass
class Rows:
    """Rows of a linear program; a row holds if its terms sum to at least zero."""

    width: int
    lower: list[np.ndarray] = field(default_factory=list)

    def at_least_zero(self, terms: dict[int, float]) -> None:
        row = np.zeros(self.width)
        for column, factor in terms.items():
            row[column] += factor
        self.lower.append(row)


def most_peace(dispute: Dispute, protocol: str) -> float:
    """Return the largest probability of peace under ``protocol``.

    "mediator": private reports, a division is recommended to both, either may fight instead. "talk": reports and
    recommendation are public. "arbitration": the division is enforced, but a side that knows its own strength may stay
    out. Under the first two a side that misreports may also disobey afterwards (double deviation).
    """
    shares = dispute.divisions
    pairs = list(product(TYPES, repeat=2))
    column = {key: place for place, key in enumerate(product(pairs, range(len(shares))))}
    # the larger of agreeing and fighting, for each side, own type, misreport and share told
    best = {key: len(column) + place for place, key in enumerate(product(range(2), TYPES, range(len(shares))))}
    rows = Rows(len(column) + (len(best) if protocol == "mediator" else 0))
    for side in range(2):
        for own in TYPES:
            _keeps_to_it(dispute, protocol, rows, column, side, own)
            _does_not_misreport(dispute, protocol, rows, column, best, side, own)
    sums = np.zeros((len(pairs), rows.width))
    gain = np.zeros(rows.width)
    for (pair, _), place in column.items():
        sums[pairs.index(pair), place] = 1.0
        gain[place] = dispute.prior(pair[0]) * dispute.prior(pair[1])
    result = linprog(
        -gain,
        A_ub=np.vstack([-np.array(rows.lower), sums]),
        b_ub=np.concatenate([np.zeros(len(rows.lower)), np.ones(len(pairs))]),
        bounds=[(0, None)] * len(column) + [(None, None)] * (rows.width - len(column)),
        method="highs",
    )
    if result.status != 0:
        raise ArithmeticError(result.message)
    return float(-result.fun)


def _pair(side: int, report: str, other: str) -> tuple[str, str]:
    return (report, other) if side == 0 else (other, report)


def _share(dispute: Dispute, side: int, place: int) -> float:
    return dispute.divisions[place] if side == 0 else 1 - dispute.divisions[place]


def _keeps_to_it(dispute: Dispute, protocol: str, rows: Rows, column: dict, side: int, own: str) -> None:
    """After a true report, agreeing is at least as good as fighting, with what is known by then."""

    def gain(place: int, other: str) -> dict[int, float]:
        less = _share(dispute, side, place) - dispute.fight(own, other)
        return {column[_pair(side, own, other), place]: dispute.prior(other) * less}

    places = range(len(dispute.divisions))
    if protocol == "mediator":
        for place in places:
            rows.at_least_zero(gain(place, STRONG) | gain(place, WEAK))
    elif protocol == "talk":
        for place, other in product(places, TYPES):
            rows.at_least_zero(gain(place, other))
    else:
        total: dict[int, float] = {}
        for place, other in product(places, TYPES):
            total |= gain(place, other)
        rows.at_least_zero(total)


def _does_not_misreport(
    dispute: Dispute, protocol: str, rows: Rows, column: dict, best: dict, side: int, own: str
) -> None:
    """The gain over fighting outright from a true report is at least that from a misreport, obeyed or not."""
    lie = WEAK if own == STRONG else STRONG
    difference: dict[int, float] = {}
    for place, other in product(range(len(dispute.divisions)), TYPES):
        less = dispute.prior(other) * (_share(dispute, side, place) - dispute.fight(own, other))
        difference[column[_pair(side, own, other), place]] = less
        if protocol != "mediator":
            floor = 0.0 if protocol == "talk" else less
            difference[column[_pair(side, lie, other), place]] = -max(less, floor)
    if protocol == "mediator":
        for place in range(len(dispute.divisions)):
            value = best[side, own, place]
            rows.at_least_zero({value: 1.0})
            told = {
                column[_pair(side, lie, other), place]: -dispute.prior(other)
                * (_share(dispute, side, place) - dispute.fight(own, other))
                for other in TYPES
            }
            rows.at_least_zero({value: 1.0} | told)
            difference[value] = -1.0
    rows.at_least_zero(difference)

"""The tolerance designer: how many incidents in a period a standstill should let pass before it counts as flagged.

Letting more pass raises fewer false alarms and misses more strikes. Knows nothing of what an incident is;
``enforcement`` knows what a flag does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scipy import special

from standstill.errors import Faults
from standstill.talks.answer import Answer, Thresholds, number, percent
from standstill.talks.checks import check_discount, check_number, check_sides
from standstill.talks.enforcement.flags import Flags, Watch, counting_rule
from standstill.talks.enforcement.monitoring import FlagRule, best_rule, grim_on_flag
from standstill.talks.payoffs import Payoffs
from standstill.units import count_text

__all__ = ["Counted", "Tolerance", "ToleranceTable", "tolerance_table"]

# rows beyond this are of no use to a reader, and a rate that needs them is a slip
MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One side, and how many incidents it gives cause for in a period.

    Raises
    ------
    InputError
        If a rate or the penalty is negative; every fault is listed.
    """

    payoffs: Payoffs
    """What the side gets."""
    hold: float
    """Mean incidents in a period that its side gives cause for while it holds, >= 0: accidents, misreadings."""
    strike: float
    """The same while it strikes, >= 0."""
    penalty: float = 0.0
    """What each flag costs it from outside, own unit, >= 0."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"incidents of {self.side}")
        for name in ("hold", "strike", "penalty"):
            check_number(faults, f"{self.side}.{name}", getattr(self, name), at_least=0.0)
        faults.raise_if_any()

    @property
    def side(self) -> str:
        """Name of the side."""
        return self.payoffs.side


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """One rule: so many incidents in a period raise no flag, one more does."""

    tolerated: int
    """Most incidents that raise no flag."""
    alpha: float
    """False alarms: probability of a flag in a period in which all sides hold."""
    beta: tuple[float, ...]
    """Detection: probability of a flag in a period in which this side alone strikes, by side."""
    patience: Thresholds
    """Least discount per period at which each side holds."""
    kept: Answer
    """Share of what the standstill could be worth that false alarms leave, to any patient enough sides."""
    values: tuple[Answer, ...]
    """Worth of the standstill to each side, per period, own unit, to any patient enough sides."""
    life: Answer
    """Mean number of periods until a flag ends it, at the discount of the table."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "tolerated": self.tolerated,
            "alpha": self.alpha,
            "beta": list(self.beta),
            "patience": self.patience.as_dict(),
            "kept": self.kept.as_dict(),
            "values": [answer.as_dict() for answer in self.values],
            "life": self.life.as_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ToleranceTable:
    """All rules that are of use, and the two that answer a question."""

    sides: tuple[str, ...]
    """Names of the sides."""
    discount: float
    """Weight of the next period relative to the present one."""
    third_party: float
    """Mean incidents in a period that third parties give cause for."""
    rows: tuple[Tolerance, ...]
    """One rule for each number tolerated, from 0."""

    @property
    def easiest(self) -> Tolerance | None:
        """The rule that asks least patience; None if none is enforced by any patience."""
        rows = [(row.patience.value, row) for row in self.rows if row.patience.value is not None]
        return min(rows, key=lambda item: item[0])[1] if rows else None

    @property
    def most_valuable(self) -> Tolerance | None:
        """The rule worth most of those that are held at the discount; None if none is."""
        rows = [(row.kept.value, row) for row in self.rows if self._is_held(row) and row.kept.value is not None]
        return max(rows, key=lambda item: item[0])[1] if rows else None

    @property
    def in_words(self) -> tuple[str, ...]:
        """Which rule asks least patience, and which is worth most at the discount."""
        easiest, best = self.easiest, self.most_valuable
        if easiest is None or easiest.patience.value is None:
            return ("Whatever number of incidents is tolerated, no patience makes every side hold.",)
        least = (
            f"Tolerating {_incidents(easiest.tolerated)} in a period asks least patience: a weight of "
            f"{number(easiest.patience.value)} on the next period."
        )
        if best is None or best.kept.value is None:
            return (least, f"At a weight of {number(self.discount)} no rule of this kind is held.")
        worth = (
            f"At a weight of {number(self.discount)}, tolerating {_incidents(best.tolerated)} is worth most of what is "
            f"held: false alarms leave {percent(best.kept.value)} of what the standstill could be worth."
        )
        return (least, worth, best.life.reason)

    def _is_held(self, row: Tolerance) -> bool:
        return row.patience.met_by(self.discount)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        easiest, best = self.easiest, self.most_valuable
        return {
            "sides": list(self.sides),
            "discount": self.discount,
            "third_party": self.third_party,
            "rows": [row.as_dict() for row in self.rows],
            "easiest": None if easiest is None else easiest.tolerated,
            "most_valuable": None if best is None else best.tolerated,
            "in_words": list(self.in_words),
        }


def tolerance_table(
    sides: Sequence[Counted], discount: float, *, third_party: float = 0.0, most: int | None = None
) -> ToleranceTable:
    """Return what each number of tolerated incidents does: false alarms, detection, patience, worth, life.

    Parameters
    ----------
    sides: sequence of Counted
        One for each side. Incidents of all sides and of third parties are counted together.
    discount: float
        Weight of the next period relative to the present one, at least 0 and below 1.
    third_party: float
        Mean incidents in a period that third parties give cause for, planted claims among them, >= 0.
    most: int, optional
        Greatest number tolerated that is tried; by default the greatest that can be held at the discount, and at least
        all that see a strike in more than one of a million periods.

    Raises
    ------
    InputError
        If there is no side, two have one name, a rate is negative, the discount is out of its range, or the table would
        have more than 10,000 rows.

    Notes
    -----
    Counts are Poisson: with rates h_i while holding, s_i while striking and r of third parties, alpha is the
    probability of more than m incidents at rate ``r + sum of h``, and beta_i at ``r + sum of h - h_i + s_i``; then as
    in ``enforcement.best_rule``. A greater m is worth more; the patience asked is least at some m between.

    Examples
    --------
    >>> north = Payoffs(side="North", temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    >>> table = tolerance_table([Counted(payoffs=north, hold=2.0, strike=6.0)], 0.5)
    >>> table.easiest.tolerated, round(table.easiest.patience.value, 5), table.most_valuable.tolerated
    (4, 0.44015, 5)
    """
    names = [side.side for side in sides]
    faults = Faults(source="tolerance table")
    check_sides(faults, names)
    check_discount(faults, discount)
    check_number(faults, "third_party", third_party, at_least=0.0)
    if most is not None:
        check_number(faults, "most", most, at_least=0.0, whole=True)
    faults.raise_if_any()
    held = sum(sorted(side.hold for side in sides)) + third_party
    rates = [held - side.hold + side.strike for side in sides]
    count = (_last_of_use(sides, rates, discount) if most is None else most) + 1
    if count > MOST_ROWS:
        faults.add("most", f"be below {MOST_ROWS}", count - 1, "count incidents over a shorter period")
    faults.raise_if_any()
    return ToleranceTable(
        sides=tuple(names),
        discount=discount,
        third_party=third_party,
        rows=tuple(_row(sides, held, rates, tolerated, discount) for tolerated in range(count)),
    )


def _last_of_use(sides: Sequence[Counted], rates: Sequence[float], discount: float) -> int:
    """Return the number tolerated beyond which no rule is held at the discount, as a strike is seen too seldom.

    Holding needs ``d >= g / (beta L + g)`` at the least, so ``beta >= (1 - d) / d * g / L``; a penalty helps beyond
    that, so the search never ends before strikes are hardly ever seen.
    """
    last = 0
    for side, rate in zip(sides, rates, strict=True):
        seldom = 1e-6
        if discount > 0.0:
            seldom = min(seldom, (1.0 - discount) / discount * side.payoffs.gain / side.payoffs.loss)
        # doubling and halving: the number is about rate + a few roots of it
        low, high = 0, 1
        while special.pdtrc(high, rate) > seldom and high <= MOST_ROWS:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if special.pdtrc(middle, rate) > seldom else (low, middle)
        last = max(last, high)
    return last


def _row(sides: Sequence[Counted], held: float, rates: Sequence[float], tolerated: int, discount: float) -> Tolerance:
    counted = [counting_rule(held, rate, tolerated) for rate in rates]
    flags = {
        side.side: Flags(alpha=flag.alpha, beta=flag.beta, penalty=side.penalty)
        for side, flag in zip(sides, counted, strict=True)
    }
    watch = Watch(flags=flags)
    payoffs = [side.payoffs for side in sides]
    patience = grim_on_flag(payoffs, watch)
    rule = best_rule(payoffs, watch, discount)
    # what it is worth does not hang on the discount once that is great enough; its life does
    worth = rule if patience.value is None else best_rule(payoffs, watch, patience.value)
    return Tolerance(
        tolerated=tolerated,
        alpha=counted[0].alpha,
        beta=tuple(flag.beta for flag in counted),
        patience=patience,
        kept=worth.kept,
        values=worth.values,
        life=_life(rule),
    )


def _life(rule: FlagRule) -> Answer:
    """Return the life of the standstill: with one count for all, each side's view of it is the same."""
    life = rule.lives[0]
    if life.value is None and rule.trigger.value is None:
        return Answer(value=None, reason=life.reason)
    if life.value is None:
        return Answer(value=None, reason="No flag ends a standstill that all sides hold: it has no mean life.")
    return Answer(value=life.value, reason=f"It then lasts {number(life.value)} periods on average.")


def _incidents(count: int) -> str:
    return count_text(count, "incident")

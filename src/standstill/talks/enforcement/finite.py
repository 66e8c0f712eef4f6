"""A winter that ends: month by month, given what a standstill kept to the end is worth afterwards.

Without such a worth the last month is not held, and then none is. The answers are safeguards, by side and month. Knows
nothing of winters that come back; ``seasonal`` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from standstill.errors import Faults
from standstill.talks.answer import Answer, Thresholds, listed, number
from standstill.talks.enforcement.afterwards import end_value_needed, end_values, hardest_month
from standstill.talks.enforcement.flags import Watch
from standstill.talks.enforcement.game import SELECTION, Floats, Game, Node, solve
from standstill.talks.enforcement.season import Safeguard, Season, safeguard, seasons
from standstill.talks.payoffs import MonthlyPayoffs

__all__ = ["Winter", "solve_winter", "winter_game"]

HOLD, STRIKE = 0, 1
IN_FORCE, BROKEN = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Winter:
    """A solved winter: what is held, what it is worth, and the safeguard that each side needs in each month."""

    game: Game
    """The game that was solved."""
    nodes: tuple[tuple[Node, ...], ...]
    """What is played, by month and state (in force, broken)."""
    safeguards: tuple[Safeguard, ...]
    """What each side needs in each month if all later months are held; sides first."""
    end_values: tuple[Answer, ...]
    """What the standstill must be worth after the last month, by side and month as ``safeguards``."""
    rule: str = SELECTION
    """How one equilibrium was taken where there were several."""

    @property
    def held(self) -> tuple[bool, ...]:
        """Whether both hold in each month if the standstill is still in force then."""
        return tuple(nodes[IN_FORCE].choice.pure == ((HOLD, HOLD),) for nodes in self.nodes)

    @property
    def kept_from(self) -> str | int | None:
        """The first month from which on both hold in every month, if the standstill is in force then; None if none.

        More patience, better watching, or more to lose never make it later. ``held`` can lose a month to better
        watching: where a side's strikes are seldom seen, the other may put up with them, and that is worth waiting for.
        """
        first = len(self.held) - next(
            (after for after, holds in enumerate(self.held[::-1]) if not holds), len(self.held)
        )
        return self.game.months[first] if first < len(self.held) else None

    @property
    def values(self) -> tuple[tuple[float, float], ...]:
        """Value to each side from each month on, if the standstill is still in force then; own units."""
        return tuple(nodes[IN_FORCE].choice.values for nodes in self.nodes)

    @property
    def binding(self) -> tuple[Safeguard, ...]:
        """The side and month under most pressure: several where they are equal."""
        answers = Thresholds(parts=tuple(item.pressure for item in self.safeguards)).binding
        return tuple(item for item in self.safeguards if item.pressure in answers)

    @property
    def in_words(self) -> tuple[str, ...]:
        """Sentences for a report: what is held, then for each side what it needs."""
        return (_held_words(self.game.months, self.held), *(self._needs(side) for side in self.game.sides))

    def _needs(self, side: str) -> str:
        needed = hardest_month([answer for answer in self.end_values if answer.side == side])
        if needed.value is None:
            return needed.reason
        if needed.value == 0.0:
            return f"{side} holds in every month, whatever follows the last."
        return (
            f"{side} holds in every month if the standstill, kept to the end, is worth at least {number(needed.value)} "
            f"of its own units to it after the last month; {needed.month} is the month that needs it."
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "months": list(self.game.months),
            "held": list(self.held),
            "kept_from": self.kept_from,
            "values": {side: [pair[place] for pair in self.values] for place, side in enumerate(self.game.sides)},
            "equilibria": [[_actions(self.game, pair) for pair in nodes[IN_FORCE].equilibria] for nodes in self.nodes],
            "rule": self.rule,
            "binding": [item.as_dict() for item in self.binding],
            "safeguards": [item.as_dict() for item in self.safeguards],
            "end_values": [answer.as_dict() for answer in self.end_values],
            "in_words": list(self.in_words),
        }


def winter_game(
    sides: Sequence[MonthlyPayoffs],
    discount: float,
    end_value: float | Mapping[str, float] = 0.0,
    watch: Watch | None = None,
) -> Game:
    """Return the game of a winter: in force or broken, both sides hold or strike, month by month.

    Parameters
    ----------
    sides: sequence of MonthlyPayoffs
        Two sides, the same months in the same order.
    discount: float
        Weight of the next month relative to the present one, at least 0 and below 1.
    end_value: float or mapping
        Worth, after the last month, of a standstill that is still in force, against one that is broken: of both sides
        alike or side -> worth, own unit.
    watch: Watch, optional
        How often flags are raised, and what they cost; by default every strike is seen, and nothing else.

    Raises
    ------
    InputError
        If there are not two sides, their months differ, a number is out of its range, or the sides differ on how often
        the one flag is raised while both hold.

    Notes
    -----
    In force, a flag breaks the standstill before the next month, and strikes by both break it openly. Broken, both
    strike for the rest of the winter. Payoffs are relative to both holding, before penalties.
    """
    watch = watch or Watch()
    known = seasons(sides, watch, count=2)
    ends = end_values(sides, discount, end_value)
    _check_one_alpha(watch, known)
    n_months = sides[0].n_months
    payoffs = np.zeros((n_months, 2, 2, 2, 2))
    for place, side in enumerate(sides):
        # [month, own action, other's action], then turned to [month, first's action, second's]
        for state, values in ((IN_FORCE, _in_force(place, sides, known, watch)), (BROKEN, _broken(side))):
            payoffs[:, state, :, :, place] = values if place == 0 else values.swapaxes(1, 2)
    chances = np.zeros((n_months, 2, 2, 2, 2))
    chances[:, BROKEN, :, :, BROKEN] = 1.0
    chances[:, IN_FORCE, HOLD, HOLD, BROKEN] = known[0].odds.alpha
    chances[:, IN_FORCE, STRIKE, HOLD, BROKEN] = known[0].odds.beta
    chances[:, IN_FORCE, HOLD, STRIKE, BROKEN] = known[1].odds.beta
    chances[:, IN_FORCE, STRIKE, STRIKE, BROKEN] = 1.0
    chances[:, IN_FORCE, :, :, IN_FORCE] = 1.0 - chances[:, IN_FORCE, :, :, BROKEN]
    return Game(
        sides=(sides[0].side, sides[1].side),
        actions=("hold", "strike"),
        months=sides[0].months,
        states=("in force", "broken"),
        payoffs=payoffs,
        chances=chances,
        end=np.array([[ends[side.side] for side in sides], [0.0, 0.0]]),
        discount=discount,
    )


def solve_winter(
    sides: Sequence[MonthlyPayoffs],
    discount: float,
    end_value: float | Mapping[str, float] = 0.0,
    watch: Watch | None = None,
) -> Winter:
    """Return what is held in a winter that ends, and the safeguard that each side needs in each month.

    Parameters
    ----------
    sides: sequence of MonthlyPayoffs
        Two sides, the same months in the same order.
    discount: float
        Weight of the next month relative to the present one, at least 0 and below 1.
    end_value: float or mapping
        Worth, after the last month, of a standstill that is still in force, against one that is broken: of both sides
        alike or side -> worth, own unit.
    watch: Watch, optional
        How often flags are raised, and what they cost; by default every strike is seen, and nothing else.

    Raises
    ------
    InputError
        As ``winter_game``.

    Notes
    -----
    A stochastic game (Shapley, 1953, "Stochastic games", PNAS 39) solved by backward induction; ``Winter.rule`` says
    which equilibrium is taken where a month has several. Side and month bind where pressure, what a strike gains over
    what it puts at stake, is greatest; it has no unit, so sides can be compared.

    Examples
    --------
    >>> costs = np.array([1.0, 2.0, 3.0, 2.0])
    >>> both = [MonthlyPayoffs(side=side, gains=0.5 * costs, losses=costs) for side in ("North", "South")]
    >>> solve_winter(both, 0.95).held, solve_winter(both, 0.95, 2.0).held
    ((False, False, False, False), (True, True, True, True))
    """
    game = winter_game(sides, discount, end_value, watch)
    ends = end_values(sides, discount, end_value)
    guards = []
    for season in seasons(sides, watch or Watch()):
        worth = _worth(season, discount, ends[season.side])
        guards += [
            safeguard(season, month, discount * season.news * worth[month + 1]) for month in range(len(season.months))
        ]
    return Winter(
        game=game,
        nodes=solve(game),
        safeguards=tuple(guards),
        end_values=end_value_needed(sides, discount, watch),
    )


def _check_one_alpha(watch: Watch, known: Sequence[Season]) -> None:
    if known[0].odds.alpha != known[1].odds.alpha and watch.ends_on == "one flag":
        faults = Faults(source="winter")
        hint = "where the sides' flags differ, write ends_on = \"any side's flag\""
        faults.add("alpha", "be the same for both sides where there is one flag", known[1].odds.alpha, hint)
        faults.raise_if_any()


def _in_force(place: int, sides: Sequence[MonthlyPayoffs], known: Sequence[Season], watch: Watch) -> Floats:
    """Return one side's payoffs while the standstill is in force, (n_months, own action, other's action)."""
    side, mine, theirs = sides[place], known[place].odds, known[1 - place].odds
    struck_paid = theirs.beta if watch.ends_on == "one flag" else mine.alpha_paid
    values = np.zeros((side.n_months, 2, 2))
    values[:, HOLD, HOLD] = -mine.alpha_paid * mine.penalty
    values[:, STRIKE, HOLD] = side.gains - mine.beta_paid * mine.penalty
    values[:, HOLD, STRIKE] = side.struck_alone - struck_paid * mine.penalty
    values[:, STRIKE, STRIKE] = -side.losses
    return values


def _broken(side: MonthlyPayoffs) -> Floats:
    """Return one side's payoffs once the standstill is broken, (n_months, own action, other's action).

    Nothing is left to choose then: holding costs more than all that is at stake, so that both strike, a side that gains
    nothing by it too.
    """
    values = np.empty((side.n_months, 2, 2))
    values[:, STRIKE, :] = -side.losses[:, None]
    values[:, HOLD, :] = values[:, STRIKE, :] - 1.0 - np.abs(side.losses).max() - np.abs(side.gains).max()
    return values


def _worth(season: Season, discount: float, end_value: float) -> list[float]:
    """Return what the standstill is worth at each month, and after the last, beyond strikes by both, if always held."""
    worth = [end_value]
    for loss in season.losses[::-1]:
        worth.append(float(loss) + discount * season.survival * worth[-1])
    return worth[::-1]


def _actions(game: Game, pair: tuple[int, int]) -> dict[str, str]:
    return {side: game.actions[action] for side, action in zip(game.sides, pair, strict=True)}


def _held_words(months: Sequence[str | int], held: Sequence[bool]) -> str:
    if all(held):
        return "Both sides hold in every month."
    if not any(held):
        return "Both sides hold in no month: too little follows the last for it to be held, and so none before it is."
    kept = listed(str(month) for month, holds in zip(months, held, strict=True) if holds)
    return f"If it is still in force then, both sides hold in {kept}, and not in the other months."

"""A game of two sides over finitely many months and states, solved backwards from the last month.

In each month and state both choose at once between two actions; the month's payoffs and the chances of the next state
follow. Knows nothing of what the states, actions and payoffs mean.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.errors import Faults
from standstill.talks.checks import check_discount, check_sides

__all__ = ["SELECTION", "Choice", "Game", "Node", "Profile", "equilibria", "solve"]

SELECTION = (
    "In each month and state all pure equilibria are kept, and one is played on. First those are set aside to which "
    "both sides prefer another, or one side does while the other does not mind; of the rest, those stay in which most "
    "sides take their first action; and where several stay, a fair public draw decides. Where there is no pure "
    "equilibrium, both sides mix their actions."
)
"""How one equilibrium is taken where there are several. It treats both sides alike."""

# values that differ by less than this part of the largest payoff are equal
ROUNDING = 1e-12
MOST_PROFILES = 10_000
PAIRS = tuple(itertools.product(range(2), repeat=2))
Floats = NDArray[np.float64]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Game:
    """Two sides, each with two actions, over months and states.

    Raises
    ------
    InputError
        If a length differs, a number is not finite, or chances are none; every fault is listed.
    """

    sides: tuple[str, str]
    """Names of the sides."""
    actions: tuple[str, str]
    """Names of the two actions, the same for both sides."""
    months: tuple[str | int, ...]
    """Names of the months."""
    states: tuple[str, ...]
    """Names of the states."""
    payoffs: Floats
    """Payoffs, (n_months, n_states, 2, 2, 2): month, state, action of the first side, of the second, side; own unit."""
    chances: Floats
    """Chances of the next state, (n_months, n_states, 2, 2, n_states): month, state, both actions, next state."""
    end: Floats
    """Value of each state after the last month, (n_states, 2): state, side; own unit."""
    discount: float
    """Weight of the next month relative to the present one."""

    def __post_init__(self) -> None:
        faults = Faults(source="game")
        check_sides(faults, self.sides, count=2)
        check_discount(faults, self.discount)
        n_months, n_states = len(self.months), len(self.states)
        if not n_months or not n_states:
            faults.add("months, states", "be at least one of each", (self.months, self.states))
        shapes = {
            "payoffs": (n_months, n_states, 2, 2, 2),
            "chances": (n_months, n_states, 2, 2, n_states),
            "end": (n_states, 2),
        }
        for name, shape in shapes.items():
            try:
                freeze(self, name, *shape)
            except (TypeError, ValueError) as error:
                faults.add(name, f"be finite numbers of shape {shape}", hint=str(error))
        faults.raise_if_any()
        if np.any(self.chances < 0.0) or not np.allclose(self.chances.sum(axis=-1), 1.0, rtol=0.0, atol=1e-9):
            faults.add("chances", "be at least 0 and sum to 1 over the next states")
        faults.raise_if_any()

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the pickle recipe through the constructor."""
        return rebuild(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is played in one month and state."""

    kind: Literal["pure", "draw", "mixed"]
    """One pure equilibrium, a fair public draw between several, or mixed actions where there is no pure one."""
    pure: tuple[Pair, ...]
    """The pure equilibria played: one, or those drawn from; none if mixed."""
    first_action: tuple[float, float]
    """Probability that each side takes its first action."""
    values: tuple[float, float]
    """Value to each side from this month on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """One month and state, given what is played later."""

    month: str | int
    """Name of the month."""
    state: str
    """Name of the state."""
    stage: Floats
    """Payoffs with what follows, (2, 2, 2): action of the first side, of the second, side."""
    equilibria: tuple[Pair, ...]
    """All pure equilibria, as pairs of actions."""
    choice: Choice
    """The one that is played."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """One pure equilibrium of the whole game: what each side does in every month and state."""

    actions: tuple[tuple[Pair, ...], ...]
    """Pairs of actions, by month and state."""
    values: tuple[tuple[float, float], ...]
    """Value of each state to each side at the first month."""


def solve(game: Game) -> tuple[tuple[Node, ...], ...]:
    """Return what is played in every month and state, by backward induction.

    Returns
    -------
    tuple
        Nodes by month and state.

    Notes
    -----
    Kuhn's (1953) backward induction: the value of a state in a month is that of the equilibrium taken there, given the
    values of the next month. ``SELECTION`` says which is taken where there are several.

    Examples
    --------
    >>> payoffs = [[[[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]]]  # one month, one state; hold is the first action
    >>> game = Game(sides=("North", "South"), actions=("hold", "strike"), months=(1,), states=("in force",),
    ...             payoffs=payoffs, chances=np.ones((1, 1, 2, 2, 1)), end=[[0, 0]], discount=0.9)
    >>> solve(game)[0][0].choice.values
    (0.0, 0.0)
    """
    ahead = game.end
    months = []
    for month in reversed(range(len(game.months))):
        nodes = tuple(_node(game, month, state, ahead) for state in range(len(game.states)))
        ahead = np.array([node.choice.values for node in nodes])
        months.append(nodes)
    return tuple(reversed(months))


def equilibria(game: Game) -> tuple[Profile, ...]:
    """Return every pure equilibrium of the whole game, whatever is selected: actions that hang on month and state only.

    Raises
    ------
    InputError
        If there are more than 10,000.
    """
    profiles = [Profile(actions=(), values=tuple(_pair(row) for row in game.end))]
    for month in reversed(range(len(game.months))):
        longer = itertools.chain.from_iterable(_longer(game, month, profile) for profile in profiles)
        profiles = list(itertools.islice(longer, MOST_PROFILES + 1))
        if len(profiles) > MOST_PROFILES:
            faults = Faults(source="game")
            faults.add("equilibria", f"be at most {MOST_PROFILES}", hint="solve() takes one by a stated rule")
            faults.raise_if_any()
    return tuple(profiles)


def _longer(game: Game, month: int, profile: Profile) -> Iterator[Profile]:
    """Yield the equilibria that start a month earlier and go on as a profile does."""
    ahead = np.array(profile.values)
    stages = [_stage(game, month, state, ahead) for state in range(len(game.states))]
    for pairs in itertools.product(*(_pure(stage) for stage in stages)):
        values = tuple(_pair(stage[pair]) for stage, pair in zip(stages, pairs, strict=True))
        yield Profile(actions=(pairs, *profile.actions), values=values)


def _node(game: Game, month: int, state: int, ahead: Floats) -> Node:
    stage = _stage(game, month, state, ahead)
    pure = _pure(stage)
    choice = _select(stage, pure) if pure else _mixed(stage)
    return Node(month=game.months[month], state=game.states[state], stage=stage, equilibria=pure, choice=choice)


def _stage(game: Game, month: int, state: int, ahead: Floats) -> Floats:
    """Return the payoffs of the month with the discounted value of what follows, (2, 2, 2)."""
    # sums in a fixed order for each side alone, so that exchanging the sides changes no bit
    follows = sum(game.chances[month, state, :, :, then, None] * ahead[then] for then in range(len(game.states)))
    stage: Floats = game.payoffs[month, state] + game.discount * follows
    return stage


def _close(stage: Floats) -> float:
    return ROUNDING * float(np.abs(stage).max())


def _pure(stage: Floats) -> tuple[Pair, ...]:
    """Return all pairs of actions from which no side gains by changing its own."""
    close = _close(stage)
    return tuple(
        (one, two)
        for one, two in PAIRS
        if stage[one, two, 0] >= stage[1 - one, two, 0] - close and stage[one, two, 1] >= stage[one, 1 - two, 1] - close
    )


def _select(stage: Floats, pure: tuple[Pair, ...]) -> Choice:
    """Return the equilibrium that ``SELECTION`` takes."""
    close = _close(stage)
    left = [pair for pair in pure if not any(_dominates(stage[other], stage[pair], close) for other in pure)]
    fewest = min(sum(pair) for pair in left)
    left = [pair for pair in left if sum(pair) == fewest]
    first = tuple(sum(1 - pair[side] for pair in left) / len(left) for side in range(2))
    values = tuple(sum(float(stage[pair][side]) for pair in left) / len(left) for side in range(2))
    kind: Literal["pure", "draw"] = "pure" if len(left) == 1 else "draw"
    return Choice(kind=kind, pure=tuple(left), first_action=(first[0], first[1]), values=(values[0], values[1]))


def _dominates(this: Floats, that: Floats, close: float) -> bool:
    return bool(np.all(this >= that - close) and np.any(this > that + close))


def _mixed(stage: Floats) -> Choice:
    """Return the mixed equilibrium of a stage without a pure one: each side makes the other indifferent."""
    one, two = stage[:, :, 0], stage[:, :, 1]
    first = (two[1, 1] - two[1, 0]) / ((two[0, 0] - two[0, 1]) + (two[1, 1] - two[1, 0]))
    second = (one[1, 1] - one[0, 1]) / ((one[0, 0] - one[1, 0]) + (one[1, 1] - one[0, 1]))
    value_one = second * one[0, 0] + (1.0 - second) * one[0, 1]
    value_two = first * two[0, 0] + (1.0 - first) * two[1, 0]
    return Choice(
        kind="mixed",
        pure=(),
        first_action=(float(first), float(second)),
        values=(float(value_one), float(value_two)),
    )


def _pair(row: Floats) -> tuple[float, float]:
    return float(row[0]), float(row[1])

"""Is a plan an equilibrium? The most profitable deviation at one place of a finite game, against a stated plan.

Holds games with moves in turn or at the same time, chance, private knowledge, and play that may return to where it was
(discounted). Knows no particular model.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from standstill.talks.game import TIE, Chance, Choice, Game, Mix, Step
from standstill.talks.graph import Graph, explore

__all__ = ["TIE", "Chance", "Check", "Choice", "Deviation", "Game", "Plan", "Step", "check"]

Belief = Mapping[Hashable, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every player does wherever it may have to choose, and what it believes where no play would lead."""

    choose: Callable[[str, Any], Mix]
    """Player and what it sees -> probability of each action; actions left out have none."""
    beliefs: Mapping[tuple[str, Hashable], Belief] = field(default_factory=dict)
    """Player and what it sees -> probability of each node; needed only where Bayes' rule gives none."""

    def but(self, player: str, sees: Hashable, mix: Mix) -> Plan:
        """Return the plan with another choice at one place.

        Examples
        --------
        >>> plan = Plan(choose=lambda player, sees: {"hold": 1.0})
        >>> plan.but("A", "start", {"strike": 1.0}).choose("A", "start")
        {'strike': 1.0}
        """
        return replace(self, choose=_But(choose=self.choose, player=player, sees=sees, mix=mix))


@dataclass(frozen=True, slots=True, kw_only=True)
class _But:
    """A plan's choices with one of them changed."""

    choose: Callable[[str, Any], Mix]
    player: str
    sees: Hashable
    mix: Mix

    def __call__(self, player: str, sees: Any) -> Mix:
        """Return the changed choice at its place, the plan's choice elsewhere."""
        return self.mix if (player, sees) == (self.player, self.sees) else self.choose(player, sees)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One action at one place instead of what the plan says, everything else as planned."""

    player: str
    """Who deviates."""
    sees: Hashable
    """What it sees when it does: the place."""
    action: Hashable
    """What it does instead."""
    gain: float
    """What that adds to its payoff from there on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a check of a plan found."""

    values: Mapping[str, float]
    """Payoff of each player under the plan."""
    best: Deviation | None
    """The most profitable deviation, even if it gains nothing; None if nobody has a choice."""
    misbeliefs: tuple[str, ...]
    """Beliefs stated by the plan that are not those of Bayes' rule, in words."""
    tolerance: float
    """Gains up to this count as none."""

    @property
    def is_equilibrium(self) -> bool:
        """Whether no deviation gains more than the tolerance and every belief is that of Bayes' rule."""
        return not self.misbeliefs and (self.best is None or self.best.gain <= self.tolerance)


def check(game: Game, plan: Plan, *, tolerance: float = 1e-9) -> Check:
    """Return the most profitable one-shot deviation from a plan, and whether the plan is an equilibrium.

    Parameters
    ----------
    game: Game
        Finite: the nodes that any actions can lead to from its start are all visited.
    plan: Plan
        Choices, and beliefs where play would not lead.
    tolerance: float, optional
        Gains and differences of beliefs up to this count as none, in units of payoff and probability.

    Returns
    -------
    Check

    Raises
    ------
    InputError
        If game or plan do not fit together, a play may go on for ever undiscounted, or a belief is missing; every
        fault is listed.

    Notes
    -----
    A plan from which no single deviation gains, at any place and with all else as planned, is an equilibrium: subgame
    perfect where every player sees the node (Blackwell, 1965, for discounted play), and sequentially rational given the
    beliefs otherwise (Hendon, Jacobsen and Sloth, 1996, Games and Economic Behavior). Beliefs come from Bayes' rule
    wherever the other players' plans and chance lead there with positive probability, whatever the player itself did
    before; so a deviation that follows another (a misreport, then disobedience) is priced right. Elsewhere they are the
    plan's own; whether they are also limits of beliefs under small mistakes is not checked. In play that can return,
    nodes a player cannot tell apart are weighed by discounted visits: Bayes' rule, if they lie in the same step.

    Examples
    --------
    Two sides hold or strike once; striking gains whatever the other side does.

    >>> pays = {("hold", "hold"): (2.0, 2.0), ("hold", "strike"): (-1.0, 3.0),
    ...         ("strike", "hold"): (3.0, -1.0), ("strike", "strike"): (0.0, 0.0)}
    >>> def at(node):
    ...     if node == "start":
    ...         return Choice(player="A", actions={first: Step(to=first) for first in ("hold", "strike")})
    ...     ends = {second: Step(pays=pays[node, second]) for second in ("hold", "strike")}
    ...     return Choice(player="B", actions=ends, sees="B has not seen what A does")
    >>> game = Game(players=("A", "B"), start="start", at=at)
    >>> check(game, Plan(choose=lambda player, sees: {"strike": 1.0})).is_equilibrium
    True
    >>> check(game, Plan(choose=lambda player, sees: {"hold": 1.0})).best
    Deviation(player='A', sees='start', action='strike', gain=1.0)
    """
    graph = explore(game, plan.choose)
    values = {player: graph.values(player) for player in game.players}
    beliefs, misbeliefs = _beliefs(graph, plan, tolerance)
    best: Deviation | None = None
    for (player, sees), weights in beliefs.items():
        value = values[player]
        planned = sum(weight * value[place] for place, weight in weights.items())
        for action in graph.actions(next(iter(weights))):
            got = sum(weight * graph.after(player, place, action, value) for place, weight in weights.items())
            if best is None or got - planned > best.gain:
                best = Deviation(player=player, sees=sees, action=action, gain=float(got - planned))
    start = {player: float(value[0]) for player, value in values.items()}
    return Check(values=start, best=best, misbeliefs=misbeliefs, tolerance=tolerance)


def _beliefs(
    graph: Graph, plan: Plan, tolerance: float
) -> tuple[dict[tuple[str, Hashable], dict[int, float]], tuple[str, ...]]:
    """Return the belief at every place where someone chooses, and which of the plan's own are not Bayes' rule."""
    faults = graph.faults
    visits = {player: graph.visits(player) for player in {key[0] for key, nodes in graph.places.items() if nodes[1:]}}
    beliefs: dict[tuple[str, Hashable], dict[int, float]] = {}
    wrong: list[str] = []
    for key, nodes in graph.places.items():
        if len(nodes) == 1:
            beliefs[key] = {nodes[0]: 1.0}
            continue
        seen = [float(visits[key[0]][node]) for node in nodes]
        total = sum(seen)
        stated = plan.beliefs.get(key)
        held = [float(stated.get(graph.nodes[node], 0.0)) for node in nodes] if stated is not None else None
        place = f"plan of {key[0]} at {key[1]!r}"
        # below 1e-12 a visit is rounding, not a chance
        if total > 1e-12:
            by_rule = [weight / total for weight in seen]
            if held is not None and max(abs(a - b) for a, b in zip(held, by_rule, strict=True)) > tolerance:
                wrong.append(f"{place}: believes {held}, Bayes' rule gives {by_rule}")
            beliefs[key] = dict(zip(nodes, held or by_rule, strict=True))
        elif held is None:
            faults.add(place, "state a belief, for no play leads there")
        elif min(held) < 0 or abs(sum(held) - 1.0) > 1e-9:
            faults.add(place, "state a belief that sums to 1", held)
        else:
            beliefs[key] = dict(zip(nodes, held, strict=True))
    faults.raise_if_any()
    return beliefs, tuple(wrong)

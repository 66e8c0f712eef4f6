"""Every node that a game can reach, with the chances a plan gives its actions, and the linear equations on them.

Values and visits solve one sparse system each, so play that returns to where it was needs no iteration. Knows nothing
of beliefs or equilibria.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, identity
from scipy.sparse.linalg import splu

from standstill.errors import Faults
from standstill.talks.game import Chance, Choice, Game, Mix, Step

__all__ = ["Graph", "explore"]

Floats = NDArray[np.float64]

_MOST_NODES = 200_000


@dataclass(frozen=True, slots=True)
class _Edge:
    """One action or draw at one node."""

    action: Any
    chance: float
    """Probability under the plan."""
    pays: tuple[float, ...]
    discount: tuple[float, ...]
    to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The nodes of a game that any actions can reach; node 0 is the start."""

    players: tuple[str, ...]
    """Names of the players."""
    nodes: list[Hashable]
    """Nodes, in the order found."""
    edges: list[list[_Edge]]
    """What can follow each node."""
    choosers: list[str | None]
    """Who chooses at each node; None for a draw."""
    places: dict[tuple[str, Hashable], list[int]]
    """Player and what it sees -> nodes it cannot tell apart."""
    faults: Faults
    """Collects what is wrong with game and plan."""

    def actions(self, node: int) -> list[Any]:
        """Return the actions at a node."""
        return [edge.action for edge in self.edges[node]]

    def after(self, player: str, node: int, action: Any, values: Floats) -> float:
        """Return what a player gets from an action at a node on, where ``values`` holds the values of the nodes."""
        index = self.players.index(player)
        edge = next(edge for edge in self.edges[node] if edge.action == action)
        return edge.pays[index] + (edge.discount[index] * float(values[edge.to]) if edge.to is not None else 0.0)

    def values(self, player: str) -> Floats:
        """Return what a player gets under the plan from each node on, (n_nodes,)."""
        index = self.players.index(player)
        paid = np.array([sum(edge.chance * edge.pays[index] for edge in edges) for edges in self.edges])
        return self._solved(self._flow(index, free=None), paid)

    def visits(self, player: str) -> Floats:
        """Return how often each node is visited if ``player`` tries all its actions alike and all others keep to plan.

        For nodes that the player cannot tell apart, the ratio of visits is its belief by Bayes' rule: what it did
        itself to get there counts the same for all of them.
        """
        start = np.zeros(len(self.nodes))
        start[0] = 1.0
        return self._solved(self._flow(self.players.index(player), free=player).T.tocsc(), start)

    def _flow(self, index: int, *, free: str | None) -> csc_array:
        """Return the discounted chance of each next node, where player ``free`` takes all its actions alike."""
        rows, columns, chances = [], [], []
        for node, edges in enumerate(self.edges):
            for edge in edges:
                if edge.to is None:
                    continue
                chance = edge.chance if self.choosers[node] != free or free is None else 1.0 / len(edges)
                rows.append(node)
                columns.append(edge.to)
                chances.append(chance * edge.discount[index])
        return csc_array((chances, (rows, columns)), shape=(len(self.nodes),) * 2)

    def _solved(self, flow: csc_array, right: Floats) -> Floats:
        """Solve x = right + flow x."""
        try:
            found = splu((identity(len(self.nodes), format="csc") - flow).tocsc()).solve(right)
        except RuntimeError:
            found = np.full(len(self.nodes), np.nan)
        if not np.all(np.isfinite(found)):
            self.faults.add("game", "end, or discount what follows", hint="some play goes round for ever undiscounted")
            self.faults.raise_if_any()
        return np.asarray(found, dtype=np.float64)


def explore(game: Game, choose: Callable[[str, Any], Mix]) -> Graph:
    """Return the graph of a game under a plan.

    Raises
    ------
    InputError
        If game and plan do not fit together; every fault is listed.
    """
    graph = Graph(
        players=game.players, nodes=[game.start], edges=[], choosers=[], places={}, faults=Faults(source="game")
    )
    index = {game.start: 0}
    place = 0
    while place < len(graph.nodes):
        node = graph.nodes[place]
        event = game.at(node)
        graph.choosers.append(event.player if isinstance(event, Choice) else None)
        graph.edges.append(
            [
                _edge(graph, index, action, chance, step, node)
                for action, chance, step in _branches(graph, event, place, choose)
            ]
        )
        place += 1
        if len(graph.nodes) > _MOST_NODES:
            graph.faults.add("game", f"have at most {_MOST_NODES} nodes", hint="cut offers into fewer parts")
            break
    graph.faults.raise_if_any()
    return graph


def _branches(
    graph: Graph, event: Choice | Chance, place: int, choose: Callable[[str, Any], Mix]
) -> list[tuple[Any, float, Step]]:
    """Return action, probability and what follows for each branch of a node, noting what does not fit."""
    node = graph.nodes[place]
    if isinstance(event, Chance):
        branches = [(number, chance, step) for number, (chance, step) in enumerate(event.branches)]
        _check_chances(graph.faults, f"draw at {node!r}", [chance for _, chance, _ in branches])
        return branches
    sees = node if event.sees is None else event.sees
    alike = graph.places.setdefault((event.player, sees), [])
    alike.append(place)
    if event.player not in graph.players:
        graph.faults.add(f"choice at {node!r}", f"be of one of {graph.players}", event.player)
    if not event.actions:
        graph.faults.add(f"choice at {node!r}", "have an action")
    if alike[0] != place and graph.actions(alike[0]) != list(event.actions):
        graph.faults.add(f"choice at {node!r}", "have the actions of the nodes that look the same", list(event.actions))
    if alike[0] != place:
        chances = [edge.chance for edge in graph.edges[alike[0]]]
        return list(zip(event.actions, chances, event.actions.values(), strict=False))
    mix = choose(event.player, sees)
    where = f"plan of {event.player} at {sees!r}"
    unknown = [action for action in mix if action not in event.actions]
    if unknown:
        graph.faults.add(where, f"choose among {list(event.actions)}", unknown)
    _check_chances(graph.faults, where, list(mix.values()))
    return [(action, float(mix.get(action, 0.0)), step) for action, step in event.actions.items()]


def _check_chances(faults: Faults, where: str, chances: list[float]) -> None:
    if any(not math.isfinite(chance) or chance < 0.0 for chance in chances) or abs(sum(chances) - 1.0) > 1e-9:
        faults.add(where, "have probabilities that sum to 1", chances)


def _edge(graph: Graph, index: dict[Hashable, int], action: Any, chance: float, step: Step, node: Hashable) -> _Edge:
    """Return the edge of a step, with its next node entered in the graph."""
    count = len(graph.players)
    pays, discount = step.pays or (0.0,) * count, step.discount or (1.0,) * count
    if len(pays) != count or not all(math.isfinite(value) for value in pays):
        graph.faults.add(f"step {action!r} at {node!r}", f"pay {count} finite amounts", pays)
    if len(discount) != count or not all(0.0 <= weight <= 1.0 for weight in discount):
        graph.faults.add(f"step {action!r} at {node!r}", f"have {count} discounts from 0 to 1", discount)
    to = None
    if step.to is not None:
        to = index.setdefault(step.to, len(graph.nodes))
        if to == len(graph.nodes):
            graph.nodes.append(step.to)
    return _Edge(action, chance, pays, discount, to)

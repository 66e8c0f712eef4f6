"""A finite game, written as a function from a node to what happens there: a choice or a draw.

Knows nothing of plans, equilibria or models.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["TIE", "Chance", "Choice", "Game", "Mix", "Step"]

TIE = 1e-12
"""Payoffs closer than this are equal; in the models, who is indifferent agrees."""

Mix = Mapping[Any, float]
"""Action -> probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What follows an action or a draw."""

    to: Hashable | None = None
    """Node that follows; None ends the game."""
    pays: tuple[float, ...] = ()
    """What each player gets at once, in the order of the players; nothing if empty."""
    discount: tuple[float, ...] = ()
    """Weight of what follows for each player, from 0 to 1; all 1 if empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A node where one player chooses."""

    player: str
    """Who chooses."""
    actions: Mapping[Any, Step]
    """Action -> what follows."""
    sees: Hashable | None = None
    """What the player knows: the same for all nodes it cannot tell apart. None if it sees the node itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A node where a draw decides."""

    branches: tuple[tuple[float, Step], ...]
    """Probability and what follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """Players, where play starts, and what happens at each node.

    Players who move at the same time move one after the other, and the later one does not see what the earlier did.
    """

    players: tuple[str, ...]
    """Names of the players."""
    start: Hashable
    """First node."""
    at: Callable[[Any], Choice | Chance]
    """Node -> what happens there."""

"""Model M4: whether a moment has the three parts that mediators call ripe; each is reported, none is added up.

Knows nothing of where the values come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from standstill.talks.answer import number
from standstill.talks.inputs import Inputs, Pair
from standstill.talks.solution import Model, Solution

__all__ = ["Part", "Ripeness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a ripe moment."""

    name: str
    """"hurting stalemate", "precipice" or "way out"."""
    holds: bool
    """Whether it is there for both sides."""
    sides: tuple[str, ...]
    """Sides for which it is there."""
    in_words: str
    """The same as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ripeness(Model):
    """M4: whether both sides gain from agreeing now, both expect worse ahead, and there is something to agree on.

    Raises
    ------
    InputError
        If a value is not a finite number; every fault is listed.

    Notes
    -----
    A mutually hurting stalemate, a precipice ahead and a way out (Zartman, 1985, *Ripe for Resolution*; 2000). The
    three are conditions that talks can start from, not a forecast, and are not added up to a score.

    Examples
    --------
    >>> model = Ripeness(agree=(1.0, 2.0), fight=(0.0, 1.0), ahead=(-1.0, 1.5), window_low=0.6, window_high=1.25)
    >>> [(part.name, part.holds, part.sides) for part in model.parts]
    [('hurting stalemate', True, ('A', 'B')), ('precipice', False, ('A',)), ('way out', True, ('A', 'B'))]
    """

    code: ClassVar[str] = "M4"

    agree: Pair
    """What agreeing now is worth to each side, in its own unit."""
    fight: Pair
    """What fighting on now is worth to it, in the same unit."""
    ahead: Pair
    """What fighting on is expected to be worth to it in the period ahead, such as the winter, in the same unit."""
    window_low: float
    """Low end of the divisions from which both sides gain."""
    window_high: float
    """High end; there is nothing to agree on unless it is above the low end."""

    def _check(self, inputs: Inputs) -> None:
        for name in ("agree", "fight", "ahead"):
            inputs.pair(name, getattr(self, name))
        for name in ("window_low", "window_high"):
            inputs.number(name, getattr(self, name))

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """The three parts, in the order of the definition."""
        gain = [a > f for a, f in zip(self.agree, self.fight, strict=True)]
        worse = [later < now for later, now in zip(self.ahead, self.fight, strict=True)]
        is_open = self.window_low < self.window_high
        ends = f"from {number(self.window_low)} to {number(self.window_high)}"
        way_out = f"both gain from divisions {ends}" if is_open else "there is no division from which both gain"
        return (
            self._part("hurting stalemate", gain, "gain from agreeing now", "gains from agreeing now"),
            self._part("precipice", worse, "expect worse if fighting goes on", "expects worse if fighting goes on"),
            Part(name="way out", holds=is_open, sides=self.sides if is_open else (), in_words=way_out),
        )

    def _part(self, name: str, holds: Sequence[bool], both: str, one: str) -> Part:
        sides = tuple(side for side, flag in zip(self.sides, holds, strict=True) if flag)
        if len(sides) == 2:
            words = f"{sides[0]} and {sides[1]} {both}"
        else:
            words = f"only {sides[0]} {one}" if sides else f"neither side {one}"
        return Part(name=name, holds=len(sides) == 2, sides=sides, in_words=words)

    def solve(self) -> Solution:
        """Return the three parts in words; there is no game, so no strategies, payoffs or chance of breakdown."""
        stalemate, precipice, way_out = (part.in_words for part in self.parts)
        why = "ripeness describes a moment and is not a game"
        return Solution(
            model=self.code,
            payoffs={},
            breakdown=None,
            equilibrium=None,
            figures={"width of the window": max(0.0, self.window_high - self.window_low)},
            in_words=f"{stalemate[0].upper()}{stalemate[1:]}; {precipice}; {way_out}.",
            reasons=dict.fromkeys(("payoffs", "breakdown", "equilibrium"), why),
        )

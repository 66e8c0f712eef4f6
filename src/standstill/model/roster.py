"""A queue roster: how an operator shares out hours without power among the consumers that may be switched off.

Knows neither the shortage that it shares out nor who is in which queue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Literal, get_args

from standstill.errors import Faults

__all__ = ["MOST_QUEUES", "Roster", "Rotation", "Rounding"]

Rounding = Literal["up", "nearest"]
Rotation = Literal["least-served", "fixed"]

MOST_QUEUES = 100
"""Most queues of a roster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Equal queues of consumers, of which whole ones are off for whole blocks of time.

    Raises
    ------
    InputError
        If a number is out of range or a word unknown; every fault is listed.

    Notes
    -----
    A *part* is what is switched as one: a queue, or half of one if ``halves``. All parts serve equally much sheddable
    load, so what one part sees is what an equal share of the consumers sees.

    Examples
    --------
    >>> roster = Roster(queues=3, halves=True, block_h=4.0)
    >>> roster.parts, roster.labels
    (6, ('1.1', '1.2', '2.1', '2.2', '3.1', '3.2'))
    >>> Roster(queues=0, block_h=5.0)
    Traceback (most recent call last):
        ...
    standstill.errors.InputError: 2 faults in roster
      queues: must be a whole number from 1 to 100, got 0
      block_h: must divide 24 h into whole blocks, got 5.0
    <BLANKLINE>
    hint: blocks begin at the same hours every day: 1, 2, 3, 4, 6, 8 or 12 h
    """

    queues: int
    """Number of equal queues."""
    halves: bool = False
    """Whether each queue is split into two halves that are switched by themselves."""
    rounding: Rounding = "up"
    """How many parts are off in a block: "up" covers the largest share that must be off in any of its steps, "nearest"
    comes nearest to the mean share, so that some steps stay short."""
    block_h: float = 4.0
    """Length of a block, h: who is off changes only between blocks, so this is the shortest switch."""
    rotation: Rotation = "least-served"
    """Who is off: "least-served" takes those with the fewest hours off so far, ties by order; "fixed" goes by a printed
    table, in which the turn moves on by one part each block, and each day begins one part later than the day before."""

    def __post_init__(self) -> None:
        faults = Faults(source="roster")
        is_whole = isinstance(self.queues, Integral) and not isinstance(self.queues, bool)
        if not (is_whole and 1 <= self.queues <= MOST_QUEUES):
            faults.add("queues", f"be a whole number from 1 to {MOST_QUEUES}", self.queues)
        if not isinstance(self.halves, bool):
            faults.add("halves", "be true or false", self.halves)
        if not _divides_a_day(self.block_h):
            hint = "blocks begin at the same hours every day: 1, 2, 3, 4, 6, 8 or 12 h"
            faults.add("block_h", "divide 24 h into whole blocks", self.block_h, hint)
        for name, known in (("rounding", get_args(Rounding)), ("rotation", get_args(Rotation))):
            if getattr(self, name) not in known:
                faults.add(name, f"be {' or '.join(known)}", getattr(self, name))
        faults.raise_if_any()

    @property
    def parts(self) -> int:
        """Number of parts."""
        return self.queues * (2 if self.halves else 1)

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the parts in order, as rosters print them: "2", or "2.1" for the first half of queue 2."""
        numbers = range(1, self.queues + 1)
        if not self.halves:
            return tuple(str(number) for number in numbers)
        return tuple(f"{number}.{half}" for number in numbers for half in (1, 2))


def _divides_a_day(block_h: object) -> bool:
    if not isinstance(block_h, Real) or isinstance(block_h, bool):
        return False
    length = float(block_h)
    if not (math.isfinite(length) and 0.0 < length <= 24.0):
        return False
    blocks = 24.0 / length
    return math.isclose(blocks, round(blocks), rel_tol=1e-9)

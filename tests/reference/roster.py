"""Rosters hour by hour with sets of queues: the slow twin of the engine's one pass.

First who is off in which step is written down as a table; everything else is counted from that table.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

from standstill.model.roster import Roster

SLACK = Fraction(1, 10**9)


def table(roster: Roster, shares: list[float], step_h: float) -> list[frozenset[int]]:
    """Return the set of parts that are off in each step."""
    names = list(range(len(roster.labels)))
    per_block = round(Fraction(roster.block_h) / Fraction(step_h))
    blocks = [shares[first : first + per_block] for first in range(0, len(shares), per_block)]
    out: list[frozenset[int]] = []
    for number, block in enumerate(blocks):
        count = min(len(names), _needed(roster, block))
        off = _by_table(roster, names, number, count) if roster.rotation == "fixed" else _fewest(names, out, count)
        out += [off] * len(block)
    return out


def _needed(roster: Roster, block: list[float]) -> int:
    """Return the number of parts off: the least that suffices, or the one nearest to the mean, found by trying."""
    choices = range(len(roster.labels) + 1)
    needs = [Fraction(need) * len(roster.labels) for need in block]
    if roster.rounding == "up":
        return next((count for count in choices if all(count >= need - SLACK for need in needs)), choices[-1])
    mean = sum(needs) / len(needs) + SLACK
    # of two that are as near, the larger
    return min(choices, key=lambda count: (abs(count - mean), -count))


def _by_table(roster: Roster, names: list[int], number: int, count: int) -> frozenset[int]:
    """Return the parts off in a block by the printed table: a ring that each day is turned by one part more."""
    day, row = divmod(number, round(24 / roster.block_h))
    ring = itertools.islice(itertools.cycle(names), day + row, day + row + count)
    return frozenset(ring)


def _fewest(names: list[int], so_far: list[frozenset[int]], count: int) -> frozenset[int]:
    """Return the parts with the fewest steps off, counted afresh."""
    return frozenset(sorted(names, key=lambda part: sum(part in off for off in so_far))[:count])


def hours(rows: list[frozenset[int]], parts: int, step_h: float) -> list[float]:
    """Return the hours off of each part."""
    return [sum(part in off for off in rows) * step_h for part in range(parts)]


def spells(rows: list[frozenset[int]], parts: int, step_h: float) -> list[float]:
    """Return the longest spell off of each part."""
    found = []
    for part in range(parts):
        runs = [len(list(run)) for is_off, run in itertools.groupby(part in off for off in rows) if is_off]
        found.append(max(runs, default=0) * step_h)
    return found


def gini(values: list[float]) -> float:
    """Return the mean difference between two consumers over twice the mean; 0 if all are 0."""
    total = math.fsum(values)
    if total == 0.0:
        return 0.0
    return math.fsum(abs(one - other) for one in values for other in values) / (2 * len(values) * total)


def p90(values: list[float]) -> float:
    """Return the least value that nine in ten do not exceed."""
    return min(v for v in values if 10 * sum(other <= v for other in values) >= 9 * len(values))


def summary(roster: Roster, shares: list[float], step_h: float) -> dict[str, float]:
    """Return what the engine calls ``ROSTER_COLUMNS``."""
    rows, parts = table(roster, shares, step_h), len(roster.labels)
    each = hours(rows, parts, step_h)
    gaps = [len(off) / parts - need for off, need in zip(rows, shares, strict=True)]
    return {
        "roster_hours_off": math.fsum(each) / parts,
        "roster_p90": p90(each),
        "roster_gini": gini(each),
        "roster_spell": max(spells(rows, parts, step_h)),
        "schedule_hours": sum(bool(off) for off in rows) * step_h,
        "roster_over": math.fsum(max(0.0, gap) for gap in gaps) * step_h,
        "roster_under": math.fsum(max(0.0, -gap) for gap in gaps) * step_h,
    }

"""Queue rosters: from the share of sheddable load that must be off in every step to what each queue sees.

One pass over the measured steps of a sample, which allocates nothing. Knows nothing of why load must be off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from standstill.arrays import freeze, locked, rebuild
from standstill.engine.jit import entry, kernel
from standstill.errors import Faults
from standstill.model.roster import Roster

__all__ = [
    "N_ROSTER",
    "ROSTER_COLUMNS",
    "PackedRoster",
    "RosterSamples",
    "RosterWork",
    "fill_roster",
    "make_roster_work",
    "pack_roster",
    "roster_samples",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROSTER_COLUMNS = (
    "roster_hours_off", "roster_p90", "roster_gini", "roster_spell", "schedule_hours", "roster_over", "roster_under",
)  # fmt: skip
"""What a roster adds to the totals of one sample, in order; all but the Gini coefficient in hours."""
N_ROSTER = len(ROSTER_COLUMNS)
HOURS_OFF, P90, GINI, SPELL, SCHEDULE, OVER, UNDER = range(7)

SLACK = 1e-9
"""Parts by which a need may pass a whole number and still count as that number: shares are quotients of sums."""


class PackedRoster(NamedTuple):
    """A roster as kernels take it."""

    parts: int
    """Number of parts; 0 where a side has no roster."""
    is_up: bool
    """Whether the number of parts off is rounded up."""
    is_least_served: bool
    """Whether those with the fewest hours off are next; else the printed table says who."""
    block_steps: int
    """Steps of a block."""
    blocks_per_day: int
    """Blocks of a day."""
    step_h: float
    """Length of a step, h."""


class RosterWork(NamedTuple):
    """Scratch of one worker; after a sample it holds what each part saw."""

    served: Ints
    """Steps off so far, by part."""
    running: Ints
    """Length of the running spell off, steps, by part."""
    longest: Ints
    """Longest spell off, steps, by part."""
    order: Ints
    """Parts in the order in which they are next."""
    sums: Floats
    """Steps in which a part was off; then steps off above and below the need, of all parts together."""


def pack_roster(roster: Roster, step_h: float) -> PackedRoster:
    """Return a roster as kernels take it, for steps of a length.

    Raises
    ------
    InputError
        If a block is not a whole number of steps.

    Examples
    --------
    >>> pack_roster(Roster(queues=6, block_h=4.0), 0.5).block_steps
    8
    >>> pack_roster(Roster(queues=6, block_h=1.0), 2.0)
    Traceback (most recent call last):
        ...
    standstill.errors.InputError: 1 fault in roster
      block_h: must be a whole number of steps of 2 h, got 1.0
    """
    steps = roster.block_h / step_h
    if round(steps) < 1 or not math.isclose(steps, round(steps), rel_tol=1e-9):
        faults = Faults(source="roster")
        faults.add("block_h", f"be a whole number of steps of {step_h:g} h", roster.block_h)
        faults.raise_if_any()
    return PackedRoster(
        parts=int(roster.parts),
        is_up=roster.rounding == "up",
        is_least_served=roster.rotation == "least-served",
        block_steps=round(steps),
        blocks_per_day=round(24.0 / roster.block_h),
        step_h=float(step_h),
    )


def make_roster_work(parts: int) -> RosterWork:
    """Return scratch for a roster of so many parts."""
    served, running, longest, order = (np.zeros(parts, np.int64) for _ in range(4))
    return RosterWork(served, running, longest, order, np.zeros(3))


@kernel
def _parts_off(roster, share, first, last):
    """Return how many parts are off in a block: enough for its largest need, or nearest to its mean need."""
    most, total = 0.0, 0.0
    for step in range(first, last):
        most = max(most, share[step])
        total += share[step]
    if roster.is_up:
        count = math.ceil(most * roster.parts - SLACK)
    else:
        count = math.floor(total / (last - first) * roster.parts + 0.5 + SLACK)
    return min(roster.parts, max(0, int(count)))


@kernel
def _sort_by_served(served, order):
    """Put parts with the fewest steps off first, ties by order of the parts (by insertion: nearly sorted already)."""
    for place in range(1, order.shape[0]):
        part, at = order[place], place
        while at > 0:
            other = order[at - 1]
            if served[other] < served[part] or (served[other] == served[part] and other < part):
                break
            order[at] = other
            at -= 1
        order[at] = part


@kernel
def _turn(roster, work, block):
    """Set the order in which parts are next in a block, counted from the first."""
    if roster.is_least_served:
        _sort_by_served(work.served, work.order)
        return
    day = block // roster.blocks_per_day
    part = (block % roster.blocks_per_day + day) % roster.parts
    for place in range(roster.parts):
        work.order[place] = part
        part = part + 1 if part + 1 < roster.parts else 0


@kernel
def _serve_block(roster, work, count, steps):
    """Count a block in which the next ``count`` parts are off."""
    for place in range(roster.parts):
        part = work.order[place]
        if place < count:
            work.served[part] += steps
            work.running[part] += steps
            work.longest[part] = max(work.longest[part], work.running[part])
        else:
            work.running[part] = 0


@kernel
def _count_misfit(roster, share, first, last, count, sums):
    """Count what a block has off above and below the need of each step."""
    off = count / roster.parts
    for step in range(first, last):
        gap = off - share[step]
        if gap > 0.0:
            sums[1] += gap
        else:
            sums[2] -= gap


@kernel
def _run_blocks(roster, share, first, last, work):
    """Go through the blocks of a sample."""
    work.served[:] = 0
    work.running[:] = 0
    work.longest[:] = 0
    work.sums[:] = 0.0
    for part in range(roster.parts):
        work.order[part] = part
    step, block = first, 0
    while step < last:
        end = min(last, step + roster.block_steps)
        count = _parts_off(roster, share, step, end)
        if count > 0:
            _turn(roster, work, block)
            work.sums[0] += end - step
        _serve_block(roster, work, count, end - step)
        _count_misfit(roster, share, step, end, count, work.sums)
        step = end
        block += 1


@kernel
def _summarise(roster, work, row, column):
    """Write what a sample adds to its totals, from ``column`` on."""
    parts, step_h = roster.parts, roster.step_h
    _sort_by_served(work.served, work.order)
    total, weighted, longest = 0, 0, 0
    for place in range(parts):
        steps = work.served[work.order[place]]
        total += steps
        weighted += (2 * place + 1 - parts) * steps
        longest = max(longest, work.longest[place])
    row[column + HOURS_OFF] = total * step_h / parts
    row[column + P90] = work.served[work.order[(9 * parts + 9) // 10 - 1]] * step_h
    row[column + GINI] = weighted / (parts * total) if total > 0 else 0.0
    row[column + SPELL] = longest * step_h
    row[column + SCHEDULE] = work.sums[0] * step_h
    row[column + OVER] = work.sums[1] * step_h
    row[column + UNDER] = work.sums[2] * step_h


@kernel
def fill_roster(roster, share, first, last, work, row, column):
    """Share out what must be off in the steps [first, last) of one sample; fill ``ROSTER_COLUMNS`` from ``column`` on.

    ``share`` is the share of sheddable load that must be off in every step. Days and blocks are counted from ``first``.
    What each part saw is left in ``work``.
    """
    _run_blocks(roster, share, first, last, work)
    _summarise(roster, work, row, column)


@entry
def _fill_samples(roster, shares, work, served, longest, totals):
    """Fill steps off and longest spell by part, and the totals, of every sample."""
    for sample in range(shares.shape[0]):
        fill_roster(roster, shares[sample], 0, shares.shape[1], work, totals[sample], 0)
        for part in range(roster.parts):
            served[sample, part] = work.served[part]
            longest[sample, part] = work.longest[part]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RosterSamples:
    """What consumers see under a roster, sample by sample."""

    roster: Roster
    """The roster."""
    horizon_h: float
    """Length of what was shared out, h."""
    hours_off: Floats
    """Hours off of each part, (n_samples, n_parts), h."""
    spells: Floats
    """Longest spell off of each part, (n_samples, n_parts), h."""
    totals: Floats
    """``ROSTER_COLUMNS`` of each sample, (n_samples, n_columns)."""

    def __post_init__(self) -> None:
        count = freeze(self, "hours_off", "n_samples", self.roster.parts)["n_samples"]
        freeze(self, "spells", count, self.roster.parts)
        freeze(self, "totals", count, len(ROSTER_COLUMNS))

    def __reduce__(self) -> Any:
        """Pickle through the constructor."""
        return rebuild(self)

    def column(self, name: str) -> Floats:
        """Return one of ``ROSTER_COLUMNS``, (n_samples,)."""
        column: Floats = self.totals[:, ROSTER_COLUMNS.index(name)]
        return column


def roster_samples(roster: Roster, shares: ArrayLike, step_h: float = 1.0) -> RosterSamples:
    """Return what consumers see when a roster shares out what must be off.

    Parameters
    ----------
    roster: Roster
        The roster.
    shares: array
        Share of sheddable load that must be off in every step, within [0, 1], (n_samples, n_steps). The first step
        begins a day.
    step_h: float
        Length of a step, h.

    Returns
    -------
    RosterSamples

    Raises
    ------
    InputError
        If a share is not within [0, 1], there is no sample or no step, or a block is not a whole number of steps.

    Notes
    -----
    With *n* parts and the needs *s* of a block's steps, ``up`` has ⌈n · max s⌉ parts off and ``nearest``
    ⌊n · mean s + ½⌋. ``roster_hours_off`` is the mean over parts of hours off *x*; ``roster_p90`` the least *x* that at
    least nine parts in ten do not exceed; ``roster_gini`` is Σᵢⱼ |xᵢ - xⱼ| / (2 n Σᵢ xᵢ), and 0 where nobody is off;
    ``roster_spell`` the longest spell off of any part; ``schedule_hours`` the hours in which any part is off;
    ``roster_over`` and ``roster_under`` the hours off per consumer above and below the need, step by step, so that
    hours off = hours needed + over - under.

    Examples
    --------
    A third must be off all day: six queues in blocks of four hours give everybody eight hours.

    >>> found = roster_samples(Roster(queues=6, block_h=4.0), np.full((1, 24), 1 / 3))
    >>> found.hours_off.tolist()
    [[8.0, 8.0, 8.0, 8.0, 8.0, 8.0]]
    >>> found.column("roster_gini"), found.column("schedule_hours"), found.column("roster_spell")
    (array([0.]), array([24.]), array([4.]))
    """
    needs = _checked(shares, step_h)
    packed = pack_roster(roster, step_h)
    served, longest = (np.zeros((len(needs), packed.parts), np.int64) for _ in range(2))
    totals = np.zeros((len(needs), len(ROSTER_COLUMNS)))
    _fill_samples(packed, needs, make_roster_work(packed.parts), served, longest, totals)
    return RosterSamples(
        roster=roster,
        horizon_h=needs.shape[1] * step_h,
        hours_off=np.multiply(served, step_h, dtype=np.float64),
        spells=np.multiply(longest, step_h, dtype=np.float64),
        totals=totals,
    )


def _checked(shares: ArrayLike, step_h: float) -> Floats:
    """Return shares as a read-only table, or raise all that is wrong with them."""
    needs: Floats = locked(shares)
    faults = Faults(source="shares of a roster")
    if needs.ndim != 2 or needs.size == 0:
        faults.add("shares", "have shape (n_samples, n_steps), at least one of each", needs.shape)
    outside = needs[~((needs >= 0.0) & (needs <= 1.0))]
    if outside.size:
        faults.add("shares", "be within [0, 1]", float(outside[0]))
    if not (math.isfinite(step_h) and step_h > 0.0):
        faults.add("step_h", "be a finite number > 0 h", step_h)
    faults.raise_if_any()
    return needs

"""All blocks of a run: those on disk are taken, a backend computes the others, each is saved and joined as it comes.

Knows nothing of where a block is computed. A block depends on nothing but its first sample, totals go to the sample's
own row and histograms count integers: so the bits are the same for every backend, in whatever order blocks end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from standstill.engine.block import BLOCK, Block, Scratch, n_columns, run_block
from standstill.engine.checkpoint import BlockStore
from standstill.engine.packed import PackedSide
from standstill.engine.recorded import Recorded
from standstill.engine.tally import Histograms, make_histograms

__all__ = ["Backend", "Joined", "PeriodSums", "RecordSums", "Simulator", "Task", "batches", "run_blocks"]

Joined = tuple[NDArray[np.float64], Histograms]
"""Totals (n_arms, n_samples, n_columns) and summed histograms of one side."""


class Task(NamedTuple):
    """One block that is to be computed."""

    side: int
    """Place of the side."""
    first: int
    """Number of the first sample."""
    samples: int
    """Number of samples."""


class Backend(Protocol):
    """Where blocks are computed: threads of this process, or workers of a cluster."""

    def run(
        self, sides: Sequence[PackedSide], seed: int, tasks: Sequence[Task], done: Callable[[Task, Block], None]
    ) -> None:
        """Compute the block of every task and hand it to ``done``, in any order and from any thread.

        Interrupted, hand over what is finished before raising.
        """


class Simulator(threading.local):
    """Computes blocks, with scratch memory of its own in every thread that asks it to."""

    def __init__(self, sides: Sequence[PackedSide]) -> None:
        self.sides = sides
        self._scratch: list[Scratch | None] = [None] * len(sides)

    def block(self, seed: int, task: Task) -> Block:
        """Return the block of a task."""
        side = self.sides[task.side]
        scratch = self._scratch[task.side]
        if scratch is None:
            scratch = self._scratch[task.side] = Scratch(side)
        return run_block(side, seed, task.first, task.samples, scratch)


Part = TypeVar("Part")


class _InOrder(Generic[Part]):
    """Hands on parts of blocks in block order, whatever order blocks end in.

    A block that ends before its predecessors waits for them, so memory does not grow with the number of samples.
    """

    def __init__(self, take: Callable[[int, int, Part], None]) -> None:
        self._take = take
        self._next = 0
        self._waiting: dict[int, tuple[int, Part]] = {}

    def add(self, first: int, count: int, part: Part) -> None:
        """Hand on the part of the block of samples [first, first + count), and those that waited for it."""
        self._waiting[first] = count, part
        while self._next in self._waiting:
            first = self._next
            count, part = self._waiting.pop(first)
            self._next += count
            self._take(first, count, part)


class PeriodSums:
    """Sums by step and region over all blocks of one side, added in block order whatever order blocks end in."""

    def __init__(self) -> None:
        self._sums: NDArray[np.float64] | None = None
        self._in_order = _InOrder[NDArray[np.float64]](self._take)

    @property
    def sums(self) -> NDArray[np.float64]:
        """The sums so far, (measured steps, 1 + n_regions, N_PERIOD); see ``TallyWork.periods``."""
        if self._sums is None:
            raise ValueError("no block has been added")
        return self._sums

    def add(self, first: int, count: int, part: NDArray[np.float64]) -> None:
        """Add the sums of the block of samples [first, first + count)."""
        self._in_order.add(first, count, part)

    def _take(self, _: int, __: int, part: NDArray[np.float64]) -> None:
        if self._sums is None:
            self._sums = part
        else:
            self._sums += part


class RecordSums:
    """What each step did, over all blocks of one side, joined in block order whatever order blocks end in.

    Chan, Golub and LeVeque (1983), The American Statistician 37, 242-247, eq. 2.1.
    """

    def __init__(self) -> None:
        self.samples = 0
        """Samples joined so far."""
        self._whole: Recorded | None = None
        self._values: list[NDArray[np.float64]] = []
        self._in_order = _InOrder[Recorded](self._take)

    @property
    def whole(self) -> Recorded:
        """What was recorded of all samples so far."""
        if self._whole is None:
            raise ValueError("no block has been added")
        return self._whole._replace(values=np.concatenate(self._values)) if self._values else self._whole

    def add(self, first: int, count: int, part: Recorded) -> None:
        """Add what the block of samples [first, first + count) recorded."""
        self._in_order.add(first, count, part)

    def _take(self, first: int, count: int, part: Recorded) -> None:
        self.samples = first + count
        if len(part.values):
            self._values.append(part.values)
        if self._whole is None:
            self._whole = part
            return
        mean, squares = self._whole.mean, self._whole.squares
        away = part.mean - mean
        mean += away * (count / self.samples)
        squares += part.squares
        squares += away * away * (first * (count / self.samples))


def batches(tasks: Sequence[Task], size: int) -> Iterator[Sequence[Task]]:
    """Yield tasks so many at a time."""
    for place in range(0, len(tasks), size):
        yield tasks[place : place + size]


def run_blocks(
    sides: Sequence[PackedSide],
    seed: int,
    samples: int,
    *,
    first_sample: int = 0,
    backend: Backend,
    store: BlockStore | None = None,
    resume: bool = False,
    progress: Callable[[int], None] | None = None,
    periods: PeriodSums | None = None,
    record: RecordSums | None = None,
) -> list[Joined]:
    """Run all blocks of all sides.

    Parameters
    ----------
    sides: sequence of PackedSide
        Sides, each with all its arms.
    seed, samples: int
        Seed of all draws; number of samples.
    first_sample: int
        Number of the first; those of one seed and number are the same whatever runs they are in.
    backend: Backend
        Where blocks are computed; changes no bit of the result.
    store: BlockStore, optional
        Where finished blocks are saved.
    resume: bool
        Whether blocks already in ``store`` are taken instead of simulated.
    progress: callable, optional
        Called with the number of samples each time a block is done.
    periods: PeriodSums, optional
        What takes the sums by period of the one side there is, which must have been packed for them.
    record: RecordSums, optional
        What takes what each step did, in the same way.

    Returns
    -------
    list of (totals, histograms)
        One for each side.

    Raises
    ------
    KeyboardInterrupt
        After what was finished has been saved.
    """
    tasks = [
        Task(side, first_sample + first, min(BLOCK, samples - first))
        for first in range(0, samples, BLOCK)
        for side in range(len(sides))
    ]
    joined = [_empty(side, samples) for side in sides]
    lock = threading.Lock()

    def join(task: Task, block: Block) -> None:
        with lock:
            _join(joined[task.side], task.first - first_sample, block)
            if periods is not None and block.periods is not None:
                periods.add(task.first - first_sample, task.samples, block.periods)
            if record is not None and block.recorded is not None:
                record.add(task.first - first_sample, task.samples, block.recorded)
            if progress is not None:
                progress(task.samples)

    def is_taken(task: Task) -> bool:
        block = store.load(*task) if store is not None and resume else None
        if block is not None:
            join(task, block)
        return block is not None

    def done(task: Task, block: Block) -> None:
        if store is not None:
            store.save(task.side, task.first, block)
        join(task, block)

    left = [task for task in tasks if not is_taken(task)]
    if left:
        backend.run(sides, seed, left, done)
    return joined


def _empty(side: PackedSide, samples: int) -> Joined:
    horizon = side.model.horizon
    days, weeks = (side.n_days, side.n_weeks) if horizon.detail else (0, 0)
    n_arms = len(side.model.arms.table)
    return np.zeros((n_arms, samples, n_columns(side))), make_histograms(n_arms, days, weeks)


def _join(joined: Joined, first: int, block: Block) -> None:
    totals, histograms = joined
    totals[:, first : first + block.totals.shape[1]] = block.totals
    for whole, part in zip(histograms, block.histograms, strict=True):
        whole += part

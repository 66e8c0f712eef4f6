"""Blocks on threads of this process. Kernels release the lock; results are joined in block order.

The same bits for any number of workers and blocks per task: a block depends on nothing but its first sample.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

import numpy as np
from numpy.typing import NDArray

from standstill.engine.block import BLOCK, Block, Scratch, n_columns, run_block
from standstill.engine.checkpoint import BlockStore
from standstill.engine.packed import PackedSide
from standstill.engine.tally import Histograms, make_histograms

__all__ = ["Joined", "run_blocks"]

Joined = tuple[NDArray[np.float64], Histograms]
"""Totals (n_arms, n_samples, n_columns) and summed histograms of one side."""


def run_blocks(
    sides: Sequence[PackedSide],
    seed: int,
    samples: int,
    *,
    first_sample: int = 0,
    workers: int = 1,
    blocks_per_task: int = 1,
    store: BlockStore | None = None,
    resume: bool = False,
    progress: Callable[[int], None] | None = None,
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
    workers: int
        Threads.
    blocks_per_task: int
        Blocks handed to a thread at once; changes no bit of the result.
    store: BlockStore, optional
        Where finished blocks are saved.
    resume: bool
        Whether blocks already in ``store`` are taken instead of simulated.
    progress: callable, optional
        Called with the number of samples each time a block is done.

    Returns
    -------
    list of (totals, histograms)
        One for each side.

    Raises
    ------
    KeyboardInterrupt
        After the running blocks have finished and been saved.
    """
    joined = [_empty(side, samples) for side in sides]
    tasks = [(side, first) for first in range(0, samples, BLOCK) for side in range(len(sides))]
    local = threading.local()
    lock = threading.Lock()
    stop = threading.Event()

    def one(side: int, first: int) -> None:
        count = min(BLOCK, samples - first)
        block = store.load(side, first, count) if store is not None and resume else None
        if block is None:
            if not hasattr(local, "scratch"):
                local.scratch = [None] * len(sides)
            if local.scratch[side] is None:
                local.scratch[side] = Scratch(sides[side])
            block = run_block(sides[side], seed, first_sample + first, count, local.scratch[side])
            if store is not None:
                store.save(side, first, block)
        with lock:
            _join(joined[side], first, block)
            if progress is not None:
                progress(count)

    def several(chunk: list[tuple[int, int]]) -> None:
        for side, first in chunk:
            if stop.is_set():
                return
            one(side, first)

    # the first block of each side runs here, so that compiling can be interrupted and happens once
    lead = min(len(tasks), len(sides))
    several(tasks[:lead])
    rest = tasks[lead:]
    chunks = [rest[place : place + blocks_per_task] for place in range(0, len(rest), blocks_per_task)]
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        futures: list[Future[None]] = [pool.submit(several, chunk) for chunk in chunks]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            stop.set()
            for future in futures:
                future.cancel()
            raise
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

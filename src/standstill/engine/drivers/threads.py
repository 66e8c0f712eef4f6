"""Blocks on threads of this process: kernels release the lock. Knows nothing of what becomes of a block."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from standstill.engine.block import Block
from standstill.engine.drivers.blocks import Simulator, Task, batches
from standstill.engine.packed import PackedSide

__all__ = ["Threads"]


@dataclass(frozen=True, slots=True)
class Threads:
    """Threads of this process."""

    workers: int = 1
    """Number of threads."""
    blocks_per_task: int = 1
    """Blocks handed to a thread at once."""

    def run(
        self, sides: Sequence[PackedSide], seed: int, tasks: Sequence[Task], done: Callable[[Task, Block], None]
    ) -> None:
        """Compute blocks; interrupted, the running ones are finished and handed over first."""
        simulator = Simulator(sides)
        stop = threading.Event()

        def several(batch: Sequence[Task]) -> None:
            for task in batch:
                if stop.is_set():
                    return
                done(task, simulator.block(seed, task))

        # one block of each side runs here, so that compiling can be interrupted and happens once
        lead = {task.side: task for task in reversed(tasks)}
        several(list(lead.values()))
        rest = [task for task in tasks if task is not lead[task.side]]
        with ThreadPoolExecutor(max_workers=max(1, self.workers)) as pool:
            try:
                futures: list[Future[None]] = [
                    pool.submit(several, batch) for batch in batches(rest, self.blocks_per_task)
                ]
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                # the tasks left do nothing from here on; to cancel them takes their locks, which an interrupt may keep
                stop.set()
                raise

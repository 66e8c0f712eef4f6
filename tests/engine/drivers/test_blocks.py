"""Blocks of a run: whatever order they end in, and whoever computes them, the result has the same bits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import standstill
from standstill.engine.block import Block
from standstill.engine.checkpoint import BlockStore
from standstill.engine.drivers.blocks import Joined, Simulator, Task, batches, run_blocks
from standstill.engine.drivers.threads import Threads
from standstill.engine.pack import pack_side
from standstill.engine.packed import PackedSide

SMALL = Path(__file__).parents[2] / "cli" / "small.toml"
SEED, SAMPLES = 3, 1100
N_TASKS = 2 * 5


@dataclass(frozen=True)
class Backwards:
    """A backend that begins with the last block, and gives up after some of them."""

    most: int = N_TASKS
    seen: list[Task] = field(default_factory=list)

    def run(
        self, sides: Sequence[PackedSide], seed: int, tasks: Sequence[Task], done: Callable[[Task, Block], None]
    ) -> None:
        simulator = Simulator(sides)
        for task in reversed(tasks):
            if len(self.seen) == self.most:
                raise KeyboardInterrupt("enough")
            self.seen.append(task)
            done(task, simulator.block(seed, task))


@pytest.fixture(scope="module")
def sides() -> tuple[PackedSide, ...]:
    loaded = standstill.load_scenario(SMALL)
    window = {"measure_from": loaded.measure_from, "measure_to": loaded.measure_to}
    return tuple(pack_side(side, arms=loaded.arms, detail=True, **window) for side in loaded.sides)


@pytest.fixture(scope="module")
def one_thread(sides: tuple[PackedSide, ...]) -> list[Joined]:
    return run_blocks(sides, SEED, SAMPLES, backend=Threads())


def bits(joined: list[Joined]) -> list[bytes]:
    return [part.tobytes() for totals, histograms in joined for part in (totals, *histograms)]


@pytest.mark.parametrize("backend", [Threads(2), Threads(3, blocks_per_task=4), Backwards()], ids=repr)
def test_the_backend_changes_no_bit(sides: tuple[PackedSide, ...], one_thread: list[Joined], backend) -> None:
    told: list[int] = []
    found = run_blocks(sides, SEED, SAMPLES, backend=backend, progress=told.append)
    assert bits(found) == bits(one_thread)
    assert sum(told) == 2 * SAMPLES
    assert len(told) == N_TASKS


def test_what_was_finished_is_kept_and_not_computed_again(
    sides: tuple[PackedSide, ...], one_thread: list[Joined], tmp_path: Path
) -> None:
    store = BlockStore(tmp_path / "blocks", sides)
    with pytest.raises(KeyboardInterrupt, match="enough"):
        run_blocks(sides, SEED, SAMPLES, backend=Backwards(4), store=store)
    assert len(list(store.folder.iterdir())) == 4
    rest, told = Backwards(), []
    found = run_blocks(sides, SEED, SAMPLES, backend=rest, store=store, resume=True, progress=told.append)
    assert len(rest.seen) == N_TASKS - 4
    assert bits(found) == bits(one_thread)
    assert sum(told) == 2 * SAMPLES


def test_a_backend_is_not_asked_for_nothing(sides: tuple[PackedSide, ...], one_thread, tmp_path: Path) -> None:
    store = BlockStore(tmp_path / "blocks", sides)
    run_blocks(sides, SEED, SAMPLES, backend=Threads(2), store=store)
    assert bits(run_blocks(sides, SEED, SAMPLES, backend=Backwards(0), store=store, resume=True)) == bits(one_thread)


def test_without_resume_saved_blocks_are_not_taken(sides: tuple[PackedSide, ...], tmp_path: Path) -> None:
    store = BlockStore(tmp_path / "blocks", sides)
    run_blocks(sides, SEED, 20, backend=Threads(), store=store)
    again = Backwards()
    run_blocks(sides, SEED, 20, backend=again, store=store)
    assert again.seen == [Task(1, 0, 20), Task(0, 0, 20)]


def test_an_error_of_a_thread_ends_the_run(sides: tuple[PackedSide, ...]) -> None:
    def progress(_: int) -> None:
        told.append(1)
        if len(told) == 4:
            raise ValueError("enough")

    told: list[int] = []
    with pytest.raises(ValueError, match="enough"):
        run_blocks(sides, SEED, SAMPLES, backend=Threads(2), progress=progress)
    assert len(told) < N_TASKS


def test_an_interrupt_while_tasks_are_handed_out_ends_the_run(sides: tuple[PackedSide, ...], monkeypatch) -> None:
    submitted: list[int] = []
    submit = ThreadPoolExecutor.submit

    def interrupted(*arguments: Any) -> Future[None]:
        if len(submitted) == N_TASKS - 3:
            raise KeyboardInterrupt("enough")
        submitted.append(1)
        return submit(*arguments)

    def progress(_: int) -> None:
        told.append(1)
        gone_on.wait(0.2 if len(told) > 2 else 0.0)

    told: list[int] = []
    gone_on = threading.Event()
    monkeypatch.setattr(ThreadPoolExecutor, "submit", interrupted)
    # whoever cancels a task takes its lock, which an interrupt may have left locked
    monkeypatch.setattr(Future, "cancel", lambda _: pytest.fail("a task was cancelled"))
    with pytest.raises(KeyboardInterrupt, match="enough"):
        run_blocks(sides, SEED, SAMPLES, backend=Threads(1), progress=progress)
    assert len(told) < len(submitted)


def test_batches_are_of_one_size_but_for_the_last() -> None:
    tasks = [Task(0, place, 1) for place in range(5)]
    assert [[task.first for task in batch] for batch in batches(tasks, 2)] == [[0, 1], [2, 3], [4]]
    assert list(batches(tasks, 9)) == [tasks]
    assert list(batches([], 9)) == []

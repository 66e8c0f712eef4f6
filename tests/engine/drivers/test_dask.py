"""Blocks on a Dask cluster: the same bits as one thread, whatever becomes of the workers; and what is refused.

Clusters are of this machine's own network and have no dashboard.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import standstill
from standstill.engine.checkpoint import BlockStore
from standstill.engine.drivers import dask as driver
from standstill.engine.drivers.blocks import Joined, Task, run_blocks
from standstill.engine.drivers.dask import Dask, cluster, identity, simulate_blocks
from standstill.engine.drivers.threads import Threads
from standstill.engine.pack import pack_side
from standstill.engine.packed import PackedSide
from standstill.errors import InputError, OutputError

SMALL = Path(__file__).parents[2] / "cli" / "small.toml"
SEED, SAMPLES = 3, 6100
N_TASKS = 2 * 24
ONE_BLOCK, ALL_IT_CAN = 0.0, 60.0


def bits(joined: list[Joined]) -> list[bytes]:
    return [part.tobytes() for totals, histograms in joined for part in (totals, *histograms)]


@pytest.fixture(scope="module")
def sides() -> tuple[PackedSide, ...]:
    loaded = standstill.load_scenario(SMALL)
    window = {"measure_from": loaded.measure_from, "measure_to": loaded.measure_to}
    return tuple(pack_side(side, arms=loaded.arms, detail=True, **window) for side in loaded.sides)


@pytest.fixture(scope="module")
def one_thread(sides: tuple[PackedSide, ...]) -> list[bytes]:
    return bits(run_blocks(sides, SEED, SAMPLES, backend=Threads()))


@pytest.fixture(scope="module")
def two() -> Iterator[Dask]:
    """Return a cluster of two worker processes, which no test may harm."""
    pytest.importorskip("distributed")
    with cluster("local:2") as backend:
        yield backend


def kill_a_worker(client: Any) -> None:
    os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)


def interrupt() -> None:
    """Do as Ctrl-C does."""
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def holds_nothing(client: Any) -> bool:
    """Return whether the cluster, which is told of it a little later, is rid of all tasks and data."""
    until = time.monotonic() + 30
    while n_kept := client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)):
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    return n_kept == 0


class Told:
    """Progress that does something when so many blocks are done."""

    def __init__(self, then: dict[int, Callable[[], object]]) -> None:
        self.then = then
        self.samples: list[int] = []

    def __call__(self, samples: int) -> None:
        self.samples.append(samples)
        self.then.get(len(self.samples), int)()


@pytest.mark.parametrize("task_s", [ONE_BLOCK, 0.05, ALL_IT_CAN])
def test_workers_and_blocks_per_task_change_no_bit(two: Dask, sides, one_thread, task_s: float) -> None:
    told = Told({})
    found = run_blocks(sides, SEED, SAMPLES, backend=Dask(two.client, task_s), progress=told)
    assert bits(found) == one_thread
    assert (sum(told.samples), len(told.samples)) == (2 * SAMPLES, N_TASKS)


def test_sides_are_sent_once_and_tasks_under_way_are_bounded(two: Dask, sides, monkeypatch: pytest.MonkeyPatch) -> None:
    client, sent, most = two.client, [], []
    scatter = client.scatter
    monkeypatch.setattr(client, "scatter", lambda *a, **b: sent.append(a) or scatter(*a, **b))
    told = Told(dict.fromkeys(range(N_TASKS), lambda: most.append(len(client.futures))))
    run_blocks(sides, SEED, SAMPLES, backend=Dask(client, ONE_BLOCK), progress=told)
    assert len(sent) == 1
    assert 2 < max(most) <= 2 * 2 + 1  # two tasks for each thread, and the sides
    assert holds_nothing(client)


def test_sides_arrive_as_they_were(two: Dask, sides) -> None:
    """An array that came back writable would have every worker compile anew."""

    def types(records: tuple[PackedSide, ...]) -> list[str]:
        import numba

        return [str(numba.typeof(side.model)) for side in records]

    [sent] = two.client.scatter([sides], broadcast=True, hash=False)
    assert two.client.submit(types, sent, pure=False).result(timeout=60) == types(sides)


@pytest.mark.parametrize(("workers", "losses"), [(2, 1), (1, 2)])
def test_a_lost_worker_costs_only_its_blocks(sides, one_thread, tmp_path: Path, workers: int, losses: int) -> None:
    """Also the only one, with which the sides are lost that it was sent."""
    pytest.importorskip("distributed")
    store = BlockStore(tmp_path / "blocks", sides)
    with cluster(f"local:{workers}") as backend:
        then = {5 * (loss + 1): lambda: kill_a_worker(backend.client) for loss in range(losses)}
        told = Told(then)
        found = run_blocks(sides, SEED, SAMPLES, backend=Dask(backend.client, ONE_BLOCK), store=store, progress=told)
    assert bits(found) == one_thread
    assert (sum(told.samples), len(told.samples)) == (2 * SAMPLES, N_TASKS)
    kept = run_blocks(sides, SEED, SAMPLES, backend=Threads(0), store=store, resume=True)
    assert bits(kept) == one_thread


def test_a_block_that_no_worker_outlives_ends_the_run(sides) -> None:
    dask = pytest.importorskip("dask")
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), cluster("local:1") as backend:
        told = Told({3: lambda: kill_a_worker(backend.client)})
        with pytest.raises(InputError, match=r"workers: must outlive a block, got .*\n\nhint: give each worker more"):
            run_blocks(sides, SEED, SAMPLES, backend=Dask(backend.client, ONE_BLOCK), progress=told)


@pytest.fixture
def heeds_interrupts() -> Iterator[None]:
    """Let Ctrl-C interrupt as in a foreground process, where tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeds_interrupts")
def test_an_interrupt_keeps_what_is_finished(two: Dask, sides, one_thread, tmp_path: Path) -> None:
    store = BlockStore(tmp_path / "blocks", sides)
    told = Told({6: interrupt})
    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        run_blocks(sides, SEED, SAMPLES, backend=Dask(two.client, ONE_BLOCK), store=store, progress=told)
    kept = len(list(store.folder.iterdir()))
    assert 6 <= kept == len(told.samples) < N_TASKS
    rest = Told({})
    found = run_blocks(sides, SEED, SAMPLES, backend=Dask(two.client, 0.05), store=store, resume=True, progress=rest)
    assert bits(found) == one_thread
    assert sum(rest.samples) == 2 * SAMPLES


def test_a_block_that_cannot_be_saved_ends_the_run(two: Dask, sides, tmp_path: Path) -> None:
    (tmp_path / "blocks").write_text("in the way")
    with pytest.raises(OutputError, match="cannot write"):
        run_blocks(sides, SEED, SAMPLES, backend=two, store=BlockStore(tmp_path / "blocks", sides))
    assert holds_nothing(two.client)


def test_a_client_is_left_open(two: Dask, sides, one_thread) -> None:
    with cluster(two.client) as backend:
        assert bits(run_blocks(sides, SEED, SAMPLES, backend=backend)) == one_thread
    assert two.client.status == "running"


def test_an_address_is_that_of_a_scheduler(two: Dask, sides, one_thread) -> None:
    with cluster(two.client.scheduler.address) as backend:
        assert bits(run_blocks(sides, SEED, SAMPLES, backend=backend)) == one_thread


# ------------------------------------------------------------------------------------------------ what is refused


def start_worker(address: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start a worker that finds its packages in ``folder`` first."""
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--local-directory", folder]
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_worker", address, *options],
        env=os.environ | {"PYTHONPATH": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def others(tmp_path: Path) -> Iterator[Any]:
    """Return a client of three workers: of another version, with another engine, and without Standstill."""
    distributed = pytest.importorskip("distributed")
    source = Path(standstill.__file__).parent
    for name, file, line in (
        ("version", "__init__.py", '__version__ = "0.0.1"\n'),
        ("engine", "engine/step.py", "# another\n"),
        ("none", "__init__.py", 'raise ImportError("not here")\n'),
    ):
        shutil.copytree(source, tmp_path / name / "standstill", ignore=shutil.ignore_patterns("__pycache__"))
        changed = tmp_path / name / "standstill" / file
        changed.write_text(changed.read_text(encoding="utf-8") + line, encoding="utf-8")
    workers: list[subprocess.Popen[bytes]] = []
    alone = distributed.LocalCluster(
        n_workers=0, dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False}
    )
    with alone, distributed.Client(alone, set_as_default=False) as client:
        try:
            workers += [
                start_worker(alone.scheduler_address, tmp_path / name) for name in ("version", "engine", "none")
            ]
            client.wait_for_workers(3, timeout=60)
            yield client
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait(30)


def test_workers_that_differ_are_refused_by_name(others, sides) -> None:
    with pytest.raises(InputError, match="3 faults in the Dask cluster at tcp://") as refused:
        run_blocks(sides, SEED, 20, backend=Dask(others))
    here = standstill.__version__
    by_got = {fault.got: fault for fault in refused.value.faults}
    assert by_got["0.0.1"].must == f"have standstill {here}"
    [missing] = [fault for fault in refused.value.faults if "not here" in fault.got]
    assert missing.must == f"have standstill {here}"
    [engine] = [fault for fault in refused.value.faults if "engine" in fault.must]
    assert engine.must == f"have the engine {identity()['the engine']}"
    assert {fault.place for fault in refused.value.faults} == {f"worker {name}" for name in others.nthreads()}
    assert "hint: install the same versions on every worker" in str(refused.value)


def test_a_worker_that_differs_and_comes_later_is_refused(two: Dask, sides) -> None:
    wanted = identity() | {"standstill": "9.9.9"}
    future = two.client.submit(simulate_blocks, sides, SEED, [Task(0, 0, 1)], wanted, pure=False)
    with pytest.raises(InputError, match=r"worker tcp://127.0.0.1:\d+: must have standstill 9.9.9, got"):
        future.result(timeout=60)


def test_a_cluster_without_workers_is_refused(sides, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(driver, "_WORKER_S", 0.2)
    alone = distributed.LocalCluster(
        n_workers=0, dashboard_address="127.0.0.1:0", scheduler_kwargs={"dashboard": False}
    )
    with alone, distributed.Client(alone, set_as_default=False) as client:
        must = r"workers: must be there within 0 s, got none\n\nhint: start one: dask worker tcp://"
        with pytest.raises(InputError, match=must):
            run_blocks(sides, SEED, 20, backend=Dask(client))


def test_an_address_where_nobody_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(driver, "_CONNECT_S", 0.2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(InputError, match=f"scheduler that answers, got {address} "), cluster(address):
            pass


@pytest.mark.parametrize(
    "address", ["", "local:0", "local:x", "here", "http://127.0.0.1:8786", "tcp://127.0.0.1", 3, None]
)
def test_what_is_no_address_is_refused(address: object) -> None:
    pytest.importorskip("distributed")
    with (
        pytest.raises(InputError, match="dask: must be the address of a scheduler, or local, or local:N"),
        cluster(address),
    ):
        pass


def test_without_dask_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"hint: pip install 'standstill\[cluster\]'"), cluster("local"):
        pass

"""Blocks on the workers of a Dask cluster (extra ``cluster``): sides are sent once, tasks ask for a few blocks each.

A bounded number of tasks is under way, so that memory does not grow with the samples; a lost worker costs the blocks
that it had not handed over, which others compute. Knows nothing of what becomes of a block.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from queue import SimpleQueue
from typing import Any

import numpy as np
import scipy

from standstill.engine.block import Block
from standstill.engine.drivers.blocks import Simulator, Task
from standstill.engine.jit import engine_key
from standstill.engine.packed import PackedSide
from standstill.errors import Fault, InputError

__all__ = ["Dask", "cluster"]

_LOCAL = re.compile(r"local(?::([1-9][0-9]{0,3}))?")
_ADDRESS = re.compile(r"(?!local:)(?:(?:tcp|tls|ucx|ws|wss)://)?[^\s/]+:[0-9]{1,5}")
_KEY = 8  # digits of the engine's digest that are enough in a message
_CONNECT_S = 10.0
_WORKER_S = 60.0
"""How long the first worker is waited for, s: a cluster may start workers only when there is work."""
_LOOK_S = 1.0
"""How often the threads of the cluster are counted anew, s: workers come and go."""
_TASK_S = 0.5
"""How long a task is to take a worker, s: long beside what handing it over costs, short beside a run."""
_MOST_BLOCKS = 32
"""Blocks of a task at most, as their results come back together."""
_AHEAD = 2
"""Tasks under way for each thread of the cluster: one that runs, and one so that the thread need not wait."""
_SPARING = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.admin.system-monitor.gil.enabled": False,
}
"""What a cluster of our own need not watch of itself: by default it takes 3 % of every processor."""
_MOST_LOSSES = 3
"""How often in a row everything may be lost before a run is given up."""


@dataclass(frozen=True, slots=True, eq=False)
class Dask:
    """Workers of a Dask cluster."""

    client: Any
    """The ``distributed.Client``."""
    task_s: float = _TASK_S
    """How long a task is to take a worker, s; it has one block at least."""

    def run(
        self, sides: Sequence[PackedSide], seed: int, tasks: Sequence[Task], done: Callable[[Task, Block], None]
    ) -> None:
        """Compute blocks; interrupted, those that have come back or wait to be fetched are handed over first.

        Raises
        ------
        InputError
            If a worker has another version or another engine, or if no worker is there or stays.
        """
        _check_workers(self.client)
        flight = _Flight(self, tuple(sides), seed, tasks, done)
        # an interrupt reaches this thread only, which does nothing but wait
        with ThreadPoolExecutor(max_workers=1) as keeper:
            try:
                keeper.submit(flight.run).result()
            except BaseException:
                flight.stop()
                raise


class _Flight:
    """The tasks of one run: those left, and those under way."""

    def __init__(
        self,
        backend: Dask,
        sides: tuple[PackedSide, ...],
        seed: int,
        tasks: Sequence[Task],
        done: Callable[[Task, Block], None],
    ) -> None:
        self.client, self.task_s = backend.client, backend.task_s
        self.sides, self.seed, self.done = sides, seed, done
        self.left = deque(tasks)
        self.under_way: dict[str, tuple[Any, list[Task]]] = {}
        self.ended: SimpleQueue[Any] = SimpleQueue()
        self.sent: Any = None
        self.threads, self.looked = 1, -_LOOK_S
        self.block_s = np.inf
        self.losses = 0

    def stop(self) -> None:
        """Have ``run`` hand over what is finished and end."""
        self.ended.put(None)

    def run(self) -> None:
        """Keep the workers busy until all blocks are handed over."""
        try:
            while self.left or self.under_way:
                with _answering(self.client):
                    self._fill()
                future = self.ended.get()
                if future is None:
                    self.left.clear()
                    for future in [item for item, _ in self.under_way.values() if item.status == "finished"]:
                        self._take(future)
                    return
                self._take(future)
        finally:
            self._release()

    def _release(self) -> None:
        """Leave nothing of this run on the cluster, whatever ended it."""
        kept = [future for future, _ in self.under_way.values()] + ([] if self.sent is None else [self.sent])
        if self.client.status == "running":
            self.client.cancel(kept)
        self.under_way.clear()
        self.sent = None

    def _fill(self) -> None:
        """Submit tasks until there are enough under way."""
        if time.monotonic() - self.looked >= _LOOK_S:
            self.threads = max(1, sum(self.client.nthreads().values()))
            self.looked = time.monotonic()
        while self.left and len(self.under_way) < _AHEAD * self.threads:
            # fewer towards the end, so that the last workers end together
            even = len(self.left) // (_AHEAD * self.threads)
            size = max(1, min(_MOST_BLOCKS, even, int(self.task_s / self.block_s)))
            self._submit([self.left.popleft() for _ in range(min(size, len(self.left)))])

    def _submit(self, batch: list[Task]) -> None:
        if self.sent is None or self.sent.status != "finished":
            [self.sent] = self.client.scatter([self.sides], broadcast=True, hash=False)
        future = self.client.submit(simulate_blocks, self.sent, self.seed, batch, identity(), pure=False)
        self.under_way[future.key] = future, batch
        future.add_done_callback(self.ended.put)

    def _take(self, future: Any) -> None:
        """Hand over the blocks of a task, or have it done again if they were lost."""
        _, batch = self.under_way.pop(future.key)
        with _answering(self.client):
            try:
                seconds, blocks = future.result()
            except CancelledError:
                # the sides were lost with the last worker that had them, and with them all that waited for them
                self._lose(batch)
                return
        self.losses = 0
        self.block_s = max(1e-6, seconds / len(batch))
        for task, block in zip(batch, blocks, strict=True):
            self.done(task, block)

    def _lose(self, batch: list[Task]) -> None:
        self.left.extendleft(reversed(batch))
        if self.sent is not None and self.sent.status != "finished":
            self.sent = None
            self.losses += 1
        if self.losses > _MOST_LOSSES:
            raise _fault(self.client, "workers", "stay until a block is done", f"{self.losses} times none that did")


# ---------------------------------------------------------------------------------------------------- on a worker

_latest: list[Simulator] = []


def simulate_blocks(
    sides: Sequence[PackedSide], seed: int, batch: Sequence[Task], wanted: dict[str, str]
) -> tuple[float, list[Block]]:
    """Compute blocks on a worker; return how long that took, s, and the blocks.

    Raises
    ------
    InputError
        If this worker is not the same as the one that asks.
    """
    here = identity()
    if here != wanted:
        worker = import_module("distributed").get_worker()
        raise InputError("the Dask cluster", tuple(_differences(worker.address, here, wanted)))
    began = time.perf_counter()
    # the sides are one object for all tasks of a run; only those of the latest run are held on to
    if not _latest or _latest[0].sides is not sides:
        _latest[:] = [Simulator(sides)]
    simulator = _latest[0]
    blocks = [simulator.block(seed, task) for task in batch]
    return time.perf_counter() - began, blocks


@cache
def identity() -> dict[str, str]:
    """Return what must be the same here and there for the same bits."""
    # the package is there with any part of it; to import it from a layer would turn the layers round
    package = sys.modules[__name__.partition(".")[0]]
    return {
        "standstill": package.__version__,
        "the engine": engine_key()[:_KEY],
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }


# ------------------------------------------------------------------------------------------------------ the cluster


@contextmanager
def cluster(address: object) -> Iterator[Dask]:
    """Open a cluster as a backend.

    Parameters
    ----------
    address: str or distributed.Client
        Address of a scheduler; "local" or "local:N" for N worker processes of one thread on this machine, as many as
        processors by default; or a client, which is left open.

    Yields
    ------
    Dask

    Raises
    ------
    InputError
        If Dask is not installed, the address is none, or nobody answers there.
    """
    distributed = _distributed()
    if isinstance(address, distributed.Client) and not address.asynchronous:
        yield Dask(address)
        return
    local = _LOCAL.fullmatch(address) if isinstance(address, str) else None
    if not isinstance(address, str) or not (local or _ADDRESS.fullmatch(address)):
        got = repr(address) if isinstance(address, str) else f"an object of type {type(address).__name__}"
        hint = "write tcp://HOST:8786, local or local:4; in Python, a synchronous distributed.Client will also do"
        must = "be the address of a scheduler, or local, or local:N"
        raise InputError("where to compute", (Fault(place="dask", must=must, got=got, hint=hint),))
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        if local:
            stack.enter_context(import_module("dask").config.set(_SPARING))
        where = stack.enter_context(_local_cluster(distributed, local[1])).scheduler_address if local else address
        yield Dask(stack.enter_context(_client(distributed, where, direct=bool(local))))


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError as error:
        must, hint = "come with Dask, which is not installed", "pip install 'standstill[cluster]'"
        raise InputError("where to compute", (Fault(place="dask", must=must, got=str(error), hint=hint),)) from error


def _local_cluster(distributed: Any, workers: str | None) -> Any:
    return distributed.LocalCluster(
        n_workers=int(workers) if workers else None,
        threads_per_worker=1,
        memory_limit=0,
        silence_logs=logging.CRITICAL,
        # no dashboard: what the scheduler says of itself goes to any free port of this machine's own network
        dashboard_address="127.0.0.1:0",
        scheduler_kwargs={"dashboard": False},
        # an interrupt of the terminal reaches every process; the workers are ended by the one that started them
        preload=["import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"],
    )


def _client(distributed: Any, address: str, direct: bool) -> Any:
    # on a cluster of others, workers may be where only the scheduler can reach them
    options = {"set_as_default": False, "direct_to_workers": True if direct else None}
    try:
        return distributed.Client(address, timeout=_CONNECT_S, **options)
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        must, hint = "be the address of a scheduler that answers", "start one: dask scheduler"
        fault = Fault(place="dask", must=must, got=f"{address} ({error})", hint=hint)
        raise InputError("where to compute", (fault,)) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log off standard error: a lost worker is made up for, and what ends a run is said by an error."""
    levels = {handler: handler.level for handler in logging.getLogger("distributed").handlers}
    for handler in levels:
        handler.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for handler, level in levels.items():
            handler.setLevel(level)


def _check_workers(client: Any) -> None:
    """Wait for a worker, and refuse the cluster if any has another version or another engine.

    Raises
    ------
    InputError
        If none comes; or with every worker that differs.
    """
    with _answering(client):
        try:
            client.submit(int, pure=False).result(timeout=_WORKER_S)
        except TimeoutError:
            hint = f"start one: dask worker {client.scheduler.address} --nthreads 1"
            raise _fault(client, "workers", f"be there within {_WORKER_S:.0f} s", "none", hint) from None
        found = client.run(identity, on_error="return")
    wanted = identity()
    faults = [fault for worker, here in found.items() for fault in _differences(worker, here, wanted)]
    if faults:
        raise InputError(f"the Dask cluster at {client.scheduler.address}", tuple(faults))


def _differences(worker: str, here: object, wanted: dict[str, str]) -> Iterator[Fault]:
    """Yield what of a worker is not the same as here."""
    hint = "install the same versions on every worker"
    found = here if isinstance(here, dict) else dict.fromkeys(list(wanted)[:1], f"{type(here).__name__}: {here}")
    for name, version in wanted.items():
        if name in found and found[name] != version:
            yield Fault(place=f"worker {worker}", must=f"have {name} {version}", got=found[name], hint=hint)


@contextmanager
def _answering(client: Any) -> Iterator[None]:
    """Say in words what goes wrong between this process and the cluster."""
    distributed = _distributed()
    try:
        yield
    except InputError:
        raise
    except distributed.KilledWorker as error:
        hint = "give each worker more memory; --resume goes on from the finished blocks"
        raise _fault(client, "workers", "outlive a block", str(error), hint) from error
    except (OSError, TimeoutError, distributed.client.ClosedClientError) as error:
        hint = "--resume goes on from the finished blocks"
        raise _fault(client, "scheduler", "answer", f"{type(error).__name__}: {error}", hint) from error


def _fault(client: Any, place: str, must: str, got: str, hint: str = "") -> InputError:
    fault = Fault(place=place, must=must, got=got, hint=hint)
    return InputError(f"the Dask cluster at {client.scheduler.address}", (fault,))

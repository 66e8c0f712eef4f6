"""Runs worlds through the driver for CUDA devices in Numba's simulator, where all is plain Python; see ``test_cuda``.

Run as a program with a file to write to, the samples of each block, the most lanes, the room to begin with and the
numbers of the worlds. Both ``NUMBA_ENABLE_CUDASIM`` and ``NUMBA_DISABLE_JIT`` must be set before Python starts.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np
from numba.cuda.simulator.cudadrv.devicearray import FakeCUDAArray
from numba.cuda.simulator.kernel import FakeCUDAKernel

from standstill.engine import block
from standstill.engine.block import Block
from standstill.engine.drivers import cuda
from standstill.engine.drivers.blocks import Task
from standstill.engine.pack import pack_side
from standstill.engine.packed import PackedSide
from standstill.errors import InputError
from tests.reference.worlds import world

SEED = 7


def packed_world(index: int, *, by_period: bool = False) -> PackedSide:
    """Return a world packed, of its first arm only where periods are asked for."""
    scene = world(index)
    arms = scene.arms[:1] if by_period else scene.arms
    window = {"measure_from": scene.measure_from, "measure_to": scene.measure_to}
    return replace(pack_side(scene.side, arms=arms, detail=scene.detail, **window), by_period=by_period)


def parts_of(found: Block) -> dict[str, np.ndarray]:
    """Return all arrays of a block by name."""
    periods = {} if found.periods is None else {"periods": found.periods}
    return {"totals": found.totals, **found.histograms._asdict(), **periods}


class Row:
    """One row of a table: fields are attributes, as they are in a compiled kernel."""

    def __init__(self, item: np.void) -> None:
        self.__dict__["item"] = item

    def __getattr__(self, name: str) -> Any:
        return self.__dict__["item"][name]

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__["item"][name] = value


class Rows:
    """A table of such rows."""

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.shape = array, array.shape

    def __getitem__(self, key: Any) -> Row | Rows:
        item = self.array[key]
        return Row(item) if isinstance(item, np.void) else Rows(item)

    def __setitem__(self, key: Any, value: Row) -> None:
        self.array[key] = value.__dict__["item"]


def on_device(argument: Any) -> Any:
    """Return an argument as a kernel sees it; the simulator does this for arrays, and leaves those in tuples alone."""
    if isinstance(argument, FakeCUDAArray):
        array = argument._ary
        return Rows(array) if array.dtype.names else array
    if isinstance(argument, tuple):
        parts = [on_device(part) for part in argument]
        return type(argument)(*parts) if hasattr(argument, "_fields") else tuple(parts)
    return argument


class Kernel(FakeCUDAKernel):
    """The simulator's kernel, launched with tuples too."""

    call = FakeCUDAKernel.__call__

    def __call__(self, *arguments: Any) -> None:
        Kernel.call(self, *(on_device(item) if isinstance(item, tuple) else item for item in arguments))


def main(file: str, samples: int, most_lanes: int, room: int, indices: list[int]) -> None:
    """Run two blocks of each world, with and without sums by period, and save all that they hold."""
    FakeCUDAKernel.__call__ = Kernel.__call__  # type: ignore[method-assign]
    block._FIRST_ROOM = room
    device = replace(cuda.cuda_device(), most_lanes=most_lanes)
    found: dict[str, np.ndarray] = {}

    def keep(task: Task, done: Block) -> None:
        found.update({f"{task.side}-{task.first}-{name}": part for name, part in parts_of(done).items()})

    sides = [packed_world(index, by_period=by_period) for index in indices for by_period in (False, True)]
    tasks = [Task(side, first, samples) for first in (0, samples) for side in range(len(sides))]
    device.run(sides, SEED, tasks, keep)
    cuda._free_memory = lambda: 2.0**20
    try:
        device.run(sides[:1], SEED, tasks[:1], keep)
    except InputError as error:
        found["refused"] = np.array(str(error))
    np.savez(file, **found)


if __name__ == "__main__":
    main(sys.argv[1], *(int(item) for item in sys.argv[2:5]), [int(index) for index in sys.argv[5:]])

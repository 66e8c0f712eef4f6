"""Blocks on a CUDA device, one sample to a thread, by the functions that run a block on a processor.

A launch takes as many blocks as the device's memory holds; what becomes of a sample does not depend on the launch.
Knows nothing of what becomes of a block. Imported only where a device is asked for.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numba import cuda
from numpy.typing import DTypeLike, NDArray

from standstill.engine.block import Block, Scratch, block_histograms, by_arm, can_skip, n_columns
from standstill.engine.drivers.blocks import Task
from standstill.engine.drivers.lanes import form_of, lane_kernel
from standstill.engine.packed import PackedSide
from standstill.engine.tally import Histograms
from standstill.errors import Fault, InputError

__all__ = ["Cuda", "cuda_device", "simulate_kernel"]

_THREADS = 64
"""Threads of a CUDA block; no result depends on it."""
_MOST_LANES = 2**16
_SHARE = 0.5  # of the memory that is free: a kernel needs some too, for what its threads hold in no array
_WORD = 8
_ELSEWHERE = "leave it out to compute on this machine's processors"


@cache
def simulate_kernel(is_star: bool, model: Any, work: Any, histograms: Any) -> Any:
    """Return the device's kernel that runs one sample in each thread; parameters as those of ``lane_kernel``."""
    run_lane = lane_kernel(is_star, model, work, histograms)

    def simulate(
        model: Any, params: Any, seed: int, samples: Any, work: Any, totals: Any, histograms: Any, fits: Any,
        quiet_allowed: bool,
    ) -> None:  # fmt: skip
        lane = cuda.grid(1)
        if lane < samples.shape[0]:
            run_lane(model, params, seed, samples, work, totals, histograms, fits, quiet_allowed, lane)

    return cuda.jit(simulate)


def _add_up(parts: Any, firsts: Any, sums: Any) -> None:
    """Add up ``parts`` (cells, lanes) over the lanes of each block, in order; set them to 0 for the next launch."""
    place = cuda.grid(1)
    blocks, cells = sums.shape
    if place < blocks * cells:
        block, cell = place // cells, place % cells
        for lane in range(firsts[block], firsts[block + 1]):
            sums[block, cell] += parts[cell, lane]
            parts[cell, lane] = 0


_add_up_kernel = cuda.jit(_add_up)


@dataclass(frozen=True, slots=True)
class Cuda:
    """A CUDA device."""

    most_lanes: int = _MOST_LANES
    """Most samples at once; one block at least is run at once."""

    def run(
        self, sides: Sequence[PackedSide], seed: int, tasks: Sequence[Task], done: Callable[[Task, Block], None]
    ) -> None:
        """Compute blocks, as many at once as the memory holds; interrupted, a launch that has not ended is lost.

        Raises
        ------
        InputError
            If the device's memory does not hold one block.
        """
        for place, side in enumerate(sides):
            left = [task for task in tasks if task.side == place]
            lanes = _Lanes(side, self.most_lanes) if left else None
            while lanes is not None and left:
                batch = lanes.batch(left)
                blocks = lanes.simulate(seed, batch)
                if blocks is None:
                    lanes.grow()
                    continue
                for task, block in zip(batch, blocks, strict=True):
                    done(task, block)
                left = left[len(batch) :]


class _Lanes:
    """One side on the device, with the scratch of as many samples as run at once."""

    def __init__(self, packed: PackedSide, most: int) -> None:
        if packed.record is not None:
            raise _fault("be left out where results by step are asked for", "cuda", _ELSEWHERE)
        self._packed, self._most = packed, most
        # the scratch of one worker, of which every lane gets a copy
        self._scratch = Scratch(packed)
        self._counts = block_histograms(packed)
        self._columns = len(packed.model.arms.table), n_columns(packed)
        self._model = _mapped(cuda.to_device, packed.model)
        self._sampled = bool(packed.slots.figures)
        self._lanes = 0
        self._work: Any = None
        self._histograms: Any = None

    def grow(self) -> None:
        """Double the room of every lane."""
        self._lanes, self._work, self._histograms = 0, None, None
        self._scratch.grow()

    def batch(self, left: Sequence[Task]) -> Sequence[Task]:
        """Return the first tasks that run at once, one at least, and make scratch for them."""
        most = self._lanes or min(self._most, _SHARE * _free_memory() / self._lane_bytes())
        count, lanes = 1, left[0].samples
        while count < len(left) and lanes + left[count].samples <= most:
            lanes += left[count].samples
            count += 1
        if lanes > self._lanes:
            self._make(lanes)
        return left[:count]

    def _lane_bytes(self) -> int:
        """Return the memory of one lane."""
        arrays = sum(array.nbytes for array in _arrays(self._scratch.work))
        return arrays + sum(part.size for part in self._counts) + _WORD * self._columns[0] * self._columns[1]

    def _make(self, lanes: int) -> None:
        """Make scratch for so many lanes."""
        self._lanes, self._work, self._histograms = 0, None, None
        needed, free = lanes * self._lane_bytes(), _SHARE * _free_memory()
        if needed > free:
            must = f"have {needed / 2**30:.1f} GiB for a block of {lanes} samples, in half of the memory that is free"
            raise _fault(must, f"{free / 2**30:.1f} GiB", _ELSEWHERE)
        self._work = _mapped(lambda array: _zeros((*array.shape, lanes), array.dtype), self._scratch.work)
        # a sample adds to a count once at most, so a byte holds it
        self._histograms = _mapped(lambda array: _zeros((*array.shape, lanes), np.uint8), self._counts)
        self._lanes = lanes

    def simulate(self, seed: int, batch: Sequence[Task]) -> list[Block] | None:
        """Return the blocks of tasks, or None if a sample did not fit into its scratch."""
        packed = self._packed
        samples = np.concatenate([np.arange(task.first, task.first + task.samples) for task in batch])
        n_arms, columns = self._columns
        totals = cuda.to_device(np.zeros((n_arms, len(samples), columns)))
        fits = cuda.to_device(np.zeros(len(samples), np.int64))
        forms = [form_of(part) for part in (packed.model, self._scratch.work, self._counts)]
        simulate = simulate_kernel(packed.model.network.hub >= 0, *forms)
        _launch(
            simulate, len(samples), self._model, cuda.to_device(self._values(seed, batch)), seed,
            cuda.to_device(samples), self._work, totals, self._histograms, fits, can_skip(packed, self._sampled),
        )  # fmt: skip
        if not fits.copy_to_host().all():
            return None
        return self._blocks(totals.copy_to_host(), [task.samples for task in batch])

    def _values(self, seed: int, batch: Sequence[Task]) -> NDArray[np.float64]:
        """Return one row of values, or where figures are drawn one for each lane."""
        values = [self._packed.slots.values(seed, task.first, task.samples) for task in batch]
        return np.concatenate(values if self._sampled else values[:1])

    def _blocks(self, totals: NDArray[np.float64], samples: list[int]) -> list[Block]:
        """Return the blocks of a launch: totals by sample, and what the lanes counted added up by block."""
        ends = np.cumsum([0, *samples])
        counts = [_added(part, ends, np.uint16) for part in self._histograms]
        periods = self._work.tally.periods
        sums = None if isinstance(periods, tuple) else _added(periods, ends, np.float64)
        return [
            Block(
                totals[:, first:last].copy(),
                by_arm(self._packed, Histograms(*(part[place] for part in counts))),
                None if sums is None else sums[place],
            )
            for place, (first, last) in enumerate(pairwise(ends))
        ]


def _mapped(change: Callable[[Any], Any], part: Any) -> Any:
    """Return a packed record with all arrays changed, and an empty tuple for None, which is no argument of a kernel."""
    if part is None:
        return ()
    if isinstance(part, tuple):
        return type(part)(*(_mapped(change, item) for item in part))
    return change(part) if isinstance(part, np.ndarray) else part


def _arrays(part: Any) -> Iterator[NDArray[Any]]:
    """Yield all arrays of a packed record."""
    if isinstance(part, tuple):
        for item in part:
            yield from _arrays(item)
    elif isinstance(part, np.ndarray):
        yield part


def _zeros(shape: tuple[int, ...], kind: DTypeLike) -> Any:
    """Return an array of zeros on the device, made there."""
    size = int(np.prod(shape))
    if size == 0:
        return cuda.device_array(shape, kind)
    words = cuda.device_array(-(-size * np.dtype(kind).itemsize // _WORD), np.int64)
    words[:] = 0
    return words.view(kind)[:size].reshape(*shape)


def _added(parts: Any, ends: NDArray[np.int64], kind: DTypeLike) -> NDArray[Any]:
    """Return what the lanes of each block hold, added up: (n_blocks, shape of one lane's)."""
    *shape, lanes = parts.shape
    cells = int(np.prod(shape))
    sums = np.zeros((len(ends) - 1, cells), kind)
    if cells:
        there = cuda.to_device(sums)
        _launch(_add_up_kernel, sums.size, parts.reshape(cells, lanes), cuda.to_device(ends), there)
        sums = there.copy_to_host()
    return sums.reshape(-1, *shape)


def _launch(function: Any, threads: int, *arguments: Any) -> None:
    """Run a kernel in so many threads."""
    with warnings.catch_warnings():
        # few samples leave a device idle, which is no fault
        warnings.filterwarnings("ignore", message="Grid size")
        function[-(-threads // _THREADS), _THREADS](*arguments)


def _free_memory() -> float:
    """Return the device's free memory, bytes."""
    return float(cuda.current_context().get_memory_info().free)


def cuda_device() -> Cuda:
    """Return the device as a backend.

    Raises
    ------
    InputError
        If numba-cuda is not installed, or no device is there.
    """
    if cuda.is_available():
        return Cuda()
    if importlib.util.find_spec("numba_cuda") is None:
        raise _fault("come with numba-cuda", "no such package", "pip install 'standstill[cuda]'")
    raise _fault("find a CUDA device and its driver", str(cuda.cuda_error() or "none"), _ELSEWHERE)


def _fault(must: str, got: str, hint: str) -> InputError:
    return InputError("where to compute", (Fault(place="device", must=must, got=got, hint=hint),))

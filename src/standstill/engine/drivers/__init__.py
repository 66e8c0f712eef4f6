"""Drivers: where blocks are computed, and how they are joined. They only index; the model is in ``step``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standstill.engine.drivers.blocks import Backend

__all__ = ["backend"]


@contextmanager
def backend(workers: int, dask: object = None, device: str = "cpu") -> Iterator[Backend]:
    """Open the place where blocks are computed: so many threads, a Dask cluster where one is named, a CUDA device.

    Raises
    ------
    InputError
        If the cluster cannot be reached, the device is not there, or the extra for it is not installed.
    """
    if device == "cuda":
        from standstill.engine.drivers.cuda import cuda_device

        yield cuda_device()
        return
    if dask is None:
        from standstill.engine.drivers.threads import Threads

        yield Threads(workers)
        return
    from standstill.engine.drivers.dask import cluster

    with cluster(dask) as found:
        yield found

"""What the readers share: rules for values, the faults of values that break them, and the door to an HDF5 file.

Knows no format and nothing of the System that a file becomes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import h5py
import numpy as np
from numpy.typing import NDArray

from standstill.errors import Fault, Faults

__all__ = [
    "BROKEN",
    "LARGEST_AMOUNT",
    "MOST_VALUES",
    "Kind",
    "attempt",
    "has_shape",
    "note_wrong",
    "open_hdf5",
    "os_words",
    "read_dataset",
]

T = TypeVar("T")

_HDF5_WORDS = re.compile(r"error message = '([^']*)'")

BROKEN = (OSError, RuntimeError, KeyError, ValueError, TypeError, MemoryError)
"""What h5py raises on a damaged file."""
MOST_VALUES = 2**28
"""Most values of one array: 2 GiB of floats, or 30 years of hours for 1000 assets."""
LARGEST_AMOUNT = 1e15
"""Largest power or energy: far beyond any, and far from what sums and products cannot hold."""
_MOST_SHOWN = 10  # faulty assets of one array, before they are only counted


@dataclass(frozen=True, slots=True)
class Kind:
    """What the values of an array must be."""

    must: str
    low: float = 0.0
    high: float = np.inf
    above_low: bool = False
    never: float | None = None
    """A value that is no amount here, because the format gives it another meaning."""
    may_be_infinite: bool = False
    """Whether infinity is a value, for no limit."""

    @property
    def is_amount(self) -> bool:
        """Whether the values are power or energy, not shares of one or numbers of steps."""
        return self.low == 0.0 and self.high == LARGEST_AMOUNT

    def hold(self, values: NDArray[Any]) -> bool:
        """Return whether all values are as they must be, in two passes and without scratch."""
        if self.may_be_infinite:
            values = values[values != np.inf]
        if not values.size:
            return True
        low, high = values.min(), values.max()  # NaN if any value is, and then no comparison holds
        above = low > self.low if self.above_low else low >= self.low
        return bool(above and -np.inf < low and high <= self.high and high < np.inf and high != self.never)

    def wrong(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Return which values are not as they must be."""
        above = values > self.low if self.above_low else values >= self.low
        wrong = np.asarray(~(np.isfinite(values) & above & (values <= self.high)), dtype=np.bool_)
        wrong &= ~((values == np.inf) & self.may_be_infinite)
        return wrong if self.never is None else wrong | (values == self.never)


def note_wrong(values: NDArray[Any], place: str, label: Callable[[int], str], kind: Kind, faults: Faults) -> None:
    """Note each asset with a wrong value, and the first step of it.

    Parameters
    ----------
    values: array
        One value for each asset, (assets,), or a row for each step, (steps, assets).
    place: str
        Where they are in the file.
    label: callable
        What a message calls an asset.
    kind: Kind
        What they must be.
    faults: Faults
        Where faults are noted.
    """
    wrong = kind.wrong(values).reshape(-1, values.shape[-1])
    rows = np.flatnonzero(wrong.any(axis=0))
    for row in rows[:_MOST_SHOWN]:
        step = int(np.argmax(wrong[:, row]))
        value = values.reshape(wrong.shape)[step, row]
        when = f" in step {step + 1}" if values.ndim == 2 else ""
        faults.items.append(Fault(place=f"{place}[{label(int(row))}]", must=kind.must, got=f"{value:g}{when}"))
    if len(rows) > _MOST_SHOWN:
        faults.add(place, f"{kind.must}, for every asset", f"{len(rows) - _MOST_SHOWN} more that are not")


def attempt(action: Callable[[], T], place: str, faults: Faults) -> T | None:
    """Return what an access to the file gives; what h5py cannot read is a fault."""
    try:
        return action()
    except BROKEN as error:
        faults.add(place, "be readable", str(error))
        return None


def has_shape(
    shape: tuple[int, ...], wanted: tuple[int | None, ...], place: str, axes: tuple[str, str], faults: Faults
) -> bool:
    """Return whether an array of series, or of one axis alone, has a shape; a length that is None may be anything.

    Examples
    --------
    >>> faults = Faults(source="a file")
    >>> has_shape((24, 3), (None, 2), "generators/capacity", ("steps", "assets"), faults)
    False
    >>> print(faults.items[0])
    generators/capacity: must have shape (any, 2) (steps, assets), got (24, 3)
    """
    fits = len(shape) == len(wanted) and all(want in (None, have) for want, have in zip(wanted, shape, strict=True))
    if not fits:
        lengths = ", ".join("any" if want is None else str(want) for want in wanted)
        faults.add(place, f"have shape ({lengths}) ({', '.join(axes[-len(wanted) :])})", shape)
    return fits


def read_dataset(dataset: h5py.Dataset) -> NDArray[Any]:
    """Return all values of a dataset.

    Parameters
    ----------
    dataset: h5py.Dataset
        The dataset. A few bytes can declare one of any size, whose values HDF5 would make up in memory.

    Raises
    ------
    ValueError
        If its values are not all in the file, or would take more memory than ``MOST_VALUES`` numbers do.
    """
    size, bytes_each = dataset.size or 0, max(dataset.id.get_type().get_size(), dataset.dtype.itemsize)
    if size and not _is_written(dataset):
        raise ValueError("values that were never written")
    if size * bytes_each > 8 * MOST_VALUES:
        raise ValueError(f"more than {8 * MOST_VALUES / 2**30:g} GiB")
    return np.asarray(dataset[()])


def _is_written(dataset: h5py.Dataset) -> bool:
    if dataset.chunks is None:
        return bool(dataset.id.get_storage_size() >= dataset.size * dataset.id.get_type().get_size())
    wanted = math.prod(-(-length // chunk) for length, chunk in zip(dataset.shape, dataset.chunks, strict=True))
    return bool(dataset.id.get_num_chunks() >= wanted)


def open_hdf5(path: Path, what: str, faults: Faults) -> h5py.File:
    """Open a file to read, or raise with what stands against it.

    Parameters
    ----------
    path: Path
        The file.
    what: str
        What every file of its format is, for example "an HDF5 file, as every .pras file is".
    faults: Faults
        Where faults are noted; it raises if there is one.
    """
    _check_file(path, what, faults)
    faults.raise_if_any()
    try:
        return h5py.File(path, "r")
    except BROKEN as error:
        faults.add("file", "be a whole, readable HDF5 file", os_words(error))
        faults.raise_if_any()
        raise


def _check_file(path: Path, what: str, faults: Faults) -> None:
    try:
        if not path.exists():
            faults.add("file", "exist")
        elif path.is_dir():
            faults.add("file", "be a file", "a folder")
        elif path.stat().st_size == 0:
            faults.add("file", "not be empty")
        elif not h5py.is_hdf5(path):
            with path.open("rb") as file:
                start = file.read(16)
            faults.add("file", f"be {what}", start)
    except OSError as error:
        faults.add("file", "be readable", os_words(error))


def os_words(error: BaseException) -> str:
    """Return why a file cannot be read or written, without what HDF5 says of itself.

    Examples
    --------
    >>> os_words(OSError("Unable to open file (errno = 13, error message = 'Permission denied', flags = 13)"))
    'Permission denied'
    """
    found = _HDF5_WORDS.search(str(error))
    return found[1] if found else getattr(error, "strerror", None) or str(error)

"""The variables of a PyPSA network, from its netCDF file or from the object: names, shapes, values, attributes.

A netCDF-4 file is an HDF5 file, so that no further library is needed. Knows nothing of what the variables mean.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

import h5py
import numpy as np
from numpy.typing import NDArray

from standstill.formats.checks import read_dataset

__all__ = ["DatasetVariables", "FileVariables", "Network", "Variables"]

_US_OF = {
    "days": 86_400e6, "hours": 3_600e6, "minutes": 60e6, "seconds": 1e6, "milliseconds": 1e3, "microseconds": 1.0,
    "nanoseconds": 1e-3,
}  # fmt: skip
_CALENDARS = ("standard", "gregorian", "proleptic_gregorian")


class Network(Protocol):
    """What is used of a ``pypsa.Network``, which therefore need not be installed."""

    name: str

    def export_to_netcdf(self, path: None = None) -> Any:
        """Return the contents of the file that it would write, as an ``xarray.Dataset``."""


class Variables(Protocol):
    """What a reader of tables needs to know of where they are."""

    @property
    def names(self) -> frozenset[str]:
        """Names of all variables."""

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a variable, which may raise what ``checks.BROKEN`` lists."""

    def values(self, name: str) -> NDArray[Any]:
        """Return numbers, or str objects; a number that is missing is NaN. May raise as ``shape`` does."""

    def times(self, name: str) -> NDArray[np.int64] | None:
        """Return moments in microseconds since 1970, or None if the variable holds no times."""

    def is_set(self, attribute: str) -> bool:
        """Return whether an attribute of the network is there and true."""


class FileVariables:
    """The variables of an open netCDF-4 file."""

    def __init__(self, file: h5py.File) -> None:
        self._file = file
        self.names = frozenset(str(name) for name in file)

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a variable."""
        return tuple(self._dataset(name).shape)

    def values(self, name: str) -> NDArray[Any]:
        """Return numbers with missing ones as NaN, or str objects."""
        dataset = self._dataset(name)
        if h5py.check_string_dtype(dataset.dtype) is not None:
            texts = read_dataset(dataset)
            read = [text.decode("utf-8") if isinstance(text, bytes) else str(text) for text in texts.ravel()]
            return np.array(read, dtype=object).reshape(texts.shape)
        values = read_dataset(dataset)
        if values.dtype.kind not in "iufb":
            raise TypeError(f"neither text nor numbers: {values.dtype}")
        missing = [
            values == _number(dataset.attrs[key]) for key in ("_FillValue", "missing_value") if key in dataset.attrs
        ]
        if any(where.any() for where in missing):
            values = np.where(np.logical_or.reduce(missing), np.nan, values)
        if "scale_factor" in dataset.attrs or "add_offset" in dataset.attrs:
            factor, offset = (_number(dataset.attrs.get(key, default)) for key, default in _PACKING)
            values = values * factor + offset
        return values

    def times(self, name: str) -> NDArray[np.int64] | None:
        """Return moments in microseconds since 1970, or None if the variable says no unit of time."""
        attributes = self._dataset(name).attrs
        unit, word, since = _text(attributes.get("units", "")).partition(" since ")
        if not word or unit not in _US_OF:
            return None
        calendar = _text(attributes.get("calendar", "standard"))
        if calendar not in _CALENDARS:
            raise ValueError(f"calendar {calendar}")
        values = self.values(name)
        if values.dtype.kind not in "iuf" or not np.all(np.isfinite(values)):
            raise ValueError("times that are no numbers")
        base = dt.datetime.fromisoformat(since.strip())
        base = base.astimezone(dt.UTC).replace(tzinfo=None) if base.tzinfo else base
        first = (base - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
        if np.abs(values * _US_OF[unit]).max(initial=0.0) > 2.0**62:
            raise ValueError("times beyond the calendar")
        return np.round(values * _US_OF[unit]).astype(np.int64) + first

    def is_set(self, attribute: str) -> bool:
        """Return whether an attribute of the network is there and true."""
        value = self._file.attrs.get(f"network_{attribute}")
        return value is not None and bool(np.any(np.asarray(value)))

    def _dataset(self, name: str) -> h5py.Dataset:
        item = self._file[name]
        if not isinstance(item, h5py.Dataset):
            raise TypeError("a group, not a variable")
        return item


_PACKING = (("scale_factor", 1.0), ("add_offset", 0.0))


class DatasetVariables:
    """The variables of an ``xarray.Dataset``, as which PyPSA itself gives a network."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        self.names = frozenset(str(name) for name in dataset.variables)

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a variable."""
        return tuple(self._dataset[name].shape)

    def values(self, name: str) -> NDArray[Any]:
        """Return numbers, or str objects; a text that is missing is empty."""
        values = np.asarray(self._dataset[name].values)
        if values.dtype.kind in "iufb":
            return values
        texts = ["" if value is None or value != value else str(value) for value in values.ravel()]
        return np.array(texts, dtype=object).reshape(values.shape)

    def times(self, name: str) -> NDArray[np.int64] | None:
        """Return moments in microseconds since 1970, or None if the variable holds none."""
        values = np.asarray(self._dataset[name].values)
        if values.dtype.kind != "M":
            return None
        return values.astype("datetime64[us]").astype(np.int64)

    def is_set(self, attribute: str) -> bool:
        """Return whether an attribute of the network is there and true."""
        return bool(self._dataset.attrs.get(f"network_{attribute}", False))


def _number(value: Any) -> Any:
    values = np.asarray(value).ravel()
    if not values.size:
        raise ValueError("an attribute without a value")
    return values[0]


def _text(value: Any) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)

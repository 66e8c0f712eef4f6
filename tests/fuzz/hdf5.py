"""Spoils HDF5 files from within: datasets and attributes dropped, doubled, retyped, reshaped, or huge and unwritten.

Knows HDF5 and no format in it.
"""

from __future__ import annotations

import io
from contextlib import suppress
from random import Random

import h5py
import numpy as np

__all__ = ["spoilt_hdf5"]

_HUGE = ((2**28,), (2**40,), (2**62,), (2**31, 3), (8784, 2**20), (2**14, 2**14), (0,), (0, 0), (1, 1, 1))
_MANY = 1_000_000  # a dataset that was made huge is not touched again
_VALUES = (np.nan, np.inf, -np.inf, -1.0, 1e308, 1e-320, 0.0, 4294967295.0, 2.0, 0.5)
_SCALARS = (
    0, -1, 2**31, 2**63 - 1, 1.5, np.nan, np.inf, "", "x", b"\xff\xfe", "MW", "h", "hours since 2024-01-01",
    np.zeros(0), np.zeros((3, 3)), np.array([True]), "9999-12-31T23:00:00+00:00", "0001-01-01T00:00:00+14:00", "v0.8.0",
    "a" * 60_000, "days since 0001-01-01", "seconds since 9999-12-31", "v" + "9" * 5000 + ".0.0", 1 + 2j,
)  # fmt: skip


def spoilt_hdf5(data: bytes, random: Random) -> bytes:
    """Return a file with a few of its parts spoilt; it stays a whole HDF5 file."""
    whole = io.BytesIO(data)
    with h5py.File(whole, "r+") as file:
        for _ in range(random.choice((1, 1, 1, 2, 4))):
            places: list[str] = []
            file.visit(places.append)
            spoil = random.choice((_values, _values, _structure, _attributes, _huge))
            # what HDF5 itself will not write is left as it is
            with suppress(OSError, RuntimeError, KeyError, ValueError, TypeError):
                spoil(file, random.choice(places), random)
    return whole.getvalue()


def _values(file: h5py.File, place: str, random: Random) -> None:
    """Change values and keep the form."""
    item = file[place]
    if not isinstance(item, h5py.Dataset) or not item.size or not item.shape or item.size > _MANY:
        return
    at = tuple(random.randrange(length) for length in item.shape)
    values = item[()]
    if values.dtype.names:
        column = random.choice(values.dtype.names)
        values[column][at] = random.choice((b"", b"x", b"\xff\xfe", b"north", values[column].flat[0]))
    elif values.dtype.kind == "O":
        values[at] = random.choice(("", "x", "é\u202e", "a", "a" * 10_000, values.flat[0]))
    elif values.dtype.kind == "f":
        values[at if random.random() < 0.5 else ...] = random.choice(_VALUES)
    elif values.dtype.kind in "iu":
        info = np.iinfo(values.dtype)
        values[at if random.random() < 0.5 else ...] = random.choice((0, 1, info.min, info.max, info.max // 2))
    item[...] = values


def _structure(file: h5py.File, place: str, random: Random) -> None:
    """Drop, rename, copy, reshape or retype a part."""
    item = file[place]
    match random.randrange(7):
        case 0:
            del file[place]
        case 1:
            file.move(place, place + random.choice(("x", "_i", "_t_p_set", " ", "é")))
        case 2:
            file.copy(item, place + "_copy")
        case 3:
            other = random.choice(list(file))
            del file[place]
            if other in file:
                file[place] = file[other]  # two names of one thing; perhaps a group where data should be
        case 4 if isinstance(item, h5py.Dataset) and item.dtype.names is None and (item.size or 0) < _MANY:
            values = np.asarray(item[()])
            _put(file, place, random.choice((values[..., None], values.ravel(), values.T, values[:1], values[:0])))
        case 5 if isinstance(item, h5py.Dataset) and (item.size or 0) < _MANY:
            wanted = random.choice(
                (
                    np.int8(3),
                    np.float32(0.5),
                    "text",
                    np.array([b"fixed", b"text"]),
                    np.complex128(1j),
                    np.array([True]),
                )
            )
            _put(file, place, np.broadcast_to(np.asarray(wanted), random.choice((item.shape, (), (1,), (2, 2)))))
        case 6:
            del file[place]
            file[place] = random.choice((h5py.SoftLink("/nowhere"), h5py.SoftLink("/" + place),
                                         h5py.ExternalLink("nowhere.h5", "/x")))  # fmt: skip


def _put(file: h5py.File, place: str, values: np.ndarray) -> None:
    del file[place]
    if values.dtype.kind == "U":
        file.create_dataset(place, data=values.astype(object), dtype=h5py.string_dtype())
    else:
        file.create_dataset(place, data=values)


def _attributes(file: h5py.File, place: str, random: Random) -> None:
    """Drop or replace an attribute of the file or of a part, or add one that changes what values mean."""
    item = file[place]
    owner = random.choice((file, item))
    names = list(owner.attrs) or ["units"]
    name = random.choice((*names, "_FillValue", "scale_factor", "missing_value"))
    if random.random() < 0.2 and name in owner.attrs:
        del owner.attrs[name]
    else:
        owner.attrs[name] = random.choice(_SCALARS)


def _huge(file: h5py.File, place: str, random: Random) -> None:
    """Put a dataset in place that says to be huge and holds next to nothing."""
    item = file[place]
    if not isinstance(item, h5py.Dataset):
        return
    dtype, shape = item.dtype, random.choice(_HUGE)
    del file[place]
    chunks = tuple(min(max(1, length), 1000) for length in shape) if random.random() < 0.5 else None
    if chunks is None and np.prod(shape, dtype=float) * dtype.itemsize > 2.0**62:
        chunks = tuple(1000 for _ in shape)
    made = file.create_dataset(place, shape, dtype=dtype, chunks=chunks)
    if chunks and random.random() < 0.3 and 0 not in shape and made.dtype.kind == "f":
        made[(0,) * len(shape)] = 1.0

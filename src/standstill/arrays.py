"""Read-only arrays in frozen records: one function checks shape, copies and locks.

Knows nothing of what the arrays mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["freeze", "locked", "rebuild", "rows_added"]


def locked(values: Any, dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """Return a C-ordered, read-only copy of ``values``."""
    array = np.array(values, dtype=dtype, order="C", copy=True)
    array.flags.writeable = False
    return array


def rows_added(table: NDArray[Any], values: Sequence[float]) -> NDArray[Any]:
    """Return a table of rows by time with a row more for each value, the same at all times.

    Examples
    --------
    >>> rows_added(np.zeros((1, 2)), [3.0])
    array([[0., 0.],
           [3., 3.]])
    """
    columns = table.shape[1]
    return np.vstack([table, np.repeat(np.reshape(values, (-1, 1)), columns, axis=1)])


def freeze(record: Any, name: str, *shape: int | str, dtype: DTypeLike = np.float64) -> dict[str, int]:
    """Copy, check and lock one array field of a frozen dataclass.

    Parameters
    ----------
    record: object
        The record under construction.
    name: str
        Field to freeze.
    *shape: int or str
        Required shape; a string names a length that may be anything.
    dtype: dtype-like
        Type of its numbers; 64-bit floats by default.

    Returns
    -------
    dict
        The lengths found for the named axes.

    Raises
    ------
    ValueError
        If the shape differs or a value is not finite.
    """
    array = locked(getattr(record, name), dtype)
    where = f"{type(record).__name__}.{name}"
    wanted = "(" + ", ".join(str(part) for part in shape) + ("," if len(shape) == 1 else "") + ")"
    fits = array.ndim == len(shape) and all(
        isinstance(part, str) or part == length for part, length in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{where} must have shape {wanted}, got {array.shape}")
    if array.dtype.kind == "f" and not np.all(np.isfinite(array)):
        raise ValueError(f"{where} must be finite, got {array[~np.isfinite(array)].flat[0]}")
    object.__setattr__(record, name, array)
    return {part: length for part, length in zip(shape, array.shape, strict=True) if isinstance(part, str)}


def _construct(cls: type[Any], values: dict[str, Any]) -> Any:
    return cls(**values)


def rebuild(record: Any) -> tuple[Any, tuple[type[Any], dict[str, Any]]]:
    """Return the pickle recipe of a record that goes through its constructor, so that arrays stay read-only."""
    return _construct, (type(record), {item.name: getattr(record, item.name) for item in fields(record) if item.init})

"""Rows of a record's table under construction: groups of equal assets become numbered rows. Knows no kind of asset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.model.system import Parameter

__all__ = ["Rows", "numbered"]


def numbered(name: str, count: int) -> list[str]:
    """Return the names of a group's members: the group's own if there is one."""
    return [name] if count == 1 else [f"{name}-{number:02d}" for number in range(1, count + 1)]


@dataclass(slots=True)
class Rows:
    """Columns of a table under construction."""

    names: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    place: list[int] = field(default_factory=list)
    """Region of an asset, interface of a line."""
    arrays: dict[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    scales: dict[str, list[Parameter]] = field(default_factory=dict)

    def add(self, names: Iterable[str], cls: str, place: int, scales: dict[str, Parameter], **arrays: Any) -> None:
        """Add the rows of a group; an array has one row, or a row per name."""
        names = list(names)
        self.names += names
        self.classes += [cls] * len(names)
        self.place += [place] * len(names)
        for key, scale in scales.items():
            self.scales.setdefault(key, []).extend([scale] * len(names))
        for key, values in arrays.items():
            rows = np.atleast_2d(np.asarray(values, dtype=np.float64))
            self.arrays.setdefault(key, []).append(np.broadcast_to(rows, (len(names), rows.shape[1])))

    def table(self, steps: int) -> dict[str, Any]:
        """Return names, classes, arrays and scales as a record's constructor takes them."""
        out: dict[str, Any] = {"names": tuple(self.names), "classes": tuple(self.classes)}
        for key, rows in self.arrays.items():
            width = steps if any(row.shape[1] > 1 for row in rows) else 1
            out[key] = np.concatenate([np.broadcast_to(row, (row.shape[0], width)) for row in rows])
        return out | {key: tuple(scales) for key, scales in self.scales.items()}

"""A table of a page, as plain text cells. Knows nothing of what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Grid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One table."""

    title: str
    """What it shows."""
    header: tuple[str, ...]
    """Names of its columns."""
    rows: Sequence[tuple[str, ...]]
    """Cells."""
    note: str = ""
    """How to read it."""

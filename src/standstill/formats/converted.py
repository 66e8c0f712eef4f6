"""What a reader of another program's files returns: the System, and in words what did not carry over.

Knows nothing of any one format.
"""

from __future__ import annotations

from dataclasses import dataclass

from standstill.model.system import System

__all__ = ["Converted"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Converted:
    """A system read from another program's files."""

    system: System
    """The system."""
    left_out: tuple[str, ...]
    """What the files say and the system does not, one sentence each."""

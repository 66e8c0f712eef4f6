"""What reading another tool's file gives: a System, and in words what of the file is not in it."""

from __future__ import annotations

from dataclasses import dataclass

from standstill.model.system import System

__all__ = ["Converted"]


@dataclass(frozen=True)
class Converted:
    """A system, and what did not carry over from where it came."""

    system: System
    """The system."""
    left_out: tuple[str, ...]
    """What did not carry over, one entry a line, in words; empty if everything did."""

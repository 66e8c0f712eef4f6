"""How a scenario is simulated: how many samples, from which seed, by which version, where, and who is told.

One record that every study hands on as it is; knows nothing of what is simulated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from standstill.engine.drivers.blocks import Backend
from standstill.engine.drivers.threads import Threads

__all__ = ["Sampling"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How a scenario is simulated. Samples, seed and version decide the result to the bit; the rest changes no bit."""

    samples: int
    """Number of samples."""
    seed: int
    """Seed of all draws."""
    version: str
    """Version of Standstill, part of the identity of results and saved blocks."""
    backend: Backend = field(default_factory=Threads)
    """Where blocks are computed; one thread by default."""
    progress: Callable[[int], None] | None = None
    """Called with a number of samples whenever a block of one side is done."""

"""What is timed: a name, a factory, how many samples, what is asked of it, and what others measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import systems
from benchmarks.systems import Case

PHASES = ("load", "pack", "compile", "simulate", "measure")
"""Phases of every benchmark; only "simulate" is repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One benchmark."""

    name: str
    factory: Callable[[], Case]
    samples: int
    limit_ms: float | None = None
    """Most time per sample-year (of one arm), ms, on one thread of the reference machine."""
    pras_ms: float | None = None
    """What PRAS 0.8.1 itself took on the same kind of machine, one thread, ms per sample-year."""


SPECS = (
    Spec(name="toy", factory=systems.toy_case, samples=65_536),
    Spec(name="toymodel.pras", factory=systems.toymodel, samples=16_384, pras_ms=0.025),
    Spec(name="rts79", factory=systems.rts79_case, samples=65_536, limit_ms=0.020, pras_ms=1.86),
    Spec(name="rts.pras", factory=systems.rts_gmlc, samples=8_192, limit_ms=0.200, pras_ms=13.6),
    Spec(name="rts.pras+700", factory=systems.rts_gmlc_700, samples=8_192, limit_ms=0.200, pras_ms=14.9),
    Spec(name="winter-2024/first", factory=systems.first_side, samples=4_096, limit_ms=0.4),
    Spec(name="winter-2024/second", factory=systems.second_side, samples=8_192, limit_ms=0.4),
    Spec(name="synthetic", factory=systems.synthetic, samples=768, limit_ms=20.0),
)

CALIBRATION_S = {"sum": 0.077, "cumsum": 0.302}
"""NumPy's sum and cumsum of 1e8 numbers when PRAS was timed, s."""
ASSETRA_MS = 10.2
"""assetra on the RTS-79 when PRAS was timed, ms per sample-year; it needed 1 GiB for 500 trials."""

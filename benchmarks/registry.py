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
    what: str
    """The system, in words."""
    factory: Callable[[], Case]
    samples: int
    limit_ms: float | None = None
    """Most time per sample-year (of one arm), ms, on one thread of the reference machine."""
    pras_ms: float | None = None
    """What PRAS 0.8.1 itself took on the same kind of machine, one thread, ms per sample-year."""
    file: str = ""
    """Data file that it needs and that is not shipped."""


SPECS = (
    Spec(name="toy", what="four hours, four units", factory=systems.toy_case, samples=65_536),
    Spec(
        name="toymodel.pras",
        what="PRAS's toy: one region, 288 steps of five minutes, nothing fails",
        factory=systems.toymodel,
        samples=16_384,
        pras_ms=0.025,
        file="toymodel.pras",
    ),
    Spec(
        name="rts79",
        what="IEEE RTS of 1979: one region, 32 units, 8736 h",
        factory=systems.rts79_case,
        samples=65_536,
        limit_ms=0.020,
        pras_ms=1.86,
    ),
    Spec(
        name="rts.pras",
        what="RTS-GMLC as PRAS ships it: three regions, 153 generators, a battery, a solar-thermal plant, 8784 h",
        factory=systems.rts_gmlc,
        samples=8_192,
        limit_ms=0.200,
        pras_ms=13.6,
        file="rts.pras",
    ),
    Spec(
        name="rts.pras+700",
        what="the same with 700 MW more load in every region and hour, so that it is often short",
        factory=systems.rts_gmlc_700,
        samples=8_192,
        limit_ms=0.200,
        pras_ms=14.9,
        file="rts.pras",
    ),
    Spec(
        name="winter-2024/first",
        what="first side of the built-in winter with everything that a run keeps: strikes, damage, repair, weather",
        factory=systems.first_side,
        samples=4_096,
        limit_ms=0.4,
    ),
    Spec(
        name="winter-2024/second",
        what="second side of the built-in winter, the same way",
        factory=systems.second_side,
        samples=8_192,
        limit_ms=0.4,
    ),
    Spec(
        name="synthetic",
        what="ten regions, 500 units, 20 stores, 26 lines that fail, on a ring with chords, 8760 h",
        factory=systems.synthetic,
        samples=768,
        limit_ms=20.0,
    ),
)

LEAST_TIMES = 50.0
"""How many times as fast as PRAS these benchmarks are asked to be, after calibration."""
CALIBRATION_S = {"sum": 0.077, "cumsum": 0.302}
"""NumPy's sum and cumsum of 1e8 numbers when PRAS was timed, s."""
ASSETRA_MS = 10.2
"""assetra on the RTS-79 when PRAS was timed, ms per sample-year; it needed 1 GiB for 500 trials."""
PEERS_TIMED = (
    "PRAS 0.8.1 and assetra were timed by this project in 2026, each on one thread of a machine with two virtual "
    "processors of a Xeon, not at the same time as what stands beside them here"
)
"""Where the figures of others come from."""
EXACT_RTS79 = {"lole": 9.394, "eue": 1176.0, "events": 1.915}
"""Exact indices of the RTS-79: h, MWh, events a year."""


def slowness(calibration: dict[str, float], assetra_ms: float | None = None) -> dict[str, float]:
    """Return how many times as long each calibration takes here as when PRAS was timed; assetra's too, if it ran."""
    slow = {name: took / CALIBRATION_S[name] for name, took in calibration.items()}
    return slow if assetra_ms is None else slow | {"assetra": assetra_ms / ASSETRA_MS}

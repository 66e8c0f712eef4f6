"""Adequacy of one system as it is: no strikes, one arm. What ``assess`` returns.

Knows nothing of files; ``api`` finds the system.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, replace
from typing import Any

from standstill.engine.drivers.blocks import run_blocks
from standstill.engine.outcome import side_outcome
from standstill.engine.pack import pack_side
from standstill.estimate import Estimate
from standstill.measures.adequacy import adequacy, region_indices
from standstill.model.campaign import Campaign
from standstill.model.repair import Repair
from standstill.model.scenario import Side
from standstill.model.terms import Arm
from standstill.studies.sampling import Sampling

__all__ = ["Assessment", "RegionAssessment", "assess_side"]

_AS_IS = "as is"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionAssessment:
    """Indices of one region."""

    name: str
    """Name of the region."""
    lole: Estimate
    """Expected hours in which this region is short, h."""
    eue: Estimate
    """Expected unserved energy of this region, in the system's energy unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Adequacy indices of a system, each with its standard error.

    Printing it gives one line for each index.
    """

    system: str
    """What was assessed: a file's name, or scenario/side."""
    samples: int
    """Number of samples."""
    seed: int
    """Seed of all draws."""
    version: str
    """Version of Standstill."""
    horizon_h: float
    """Length of the measured window, h."""
    lole: Estimate
    """Loss-of-load expectation: expected hours in which any region is short, h."""
    eue: Estimate
    """Expected unserved energy, in the system's energy unit."""
    neue: Estimate
    """Unserved energy per energy demanded, ppm."""
    lolev: Estimate
    """Expected number of shortfall events."""
    lold: Estimate
    """Mean length of an event, h; none if no sample had one."""
    cvar95: Estimate
    """Mean unserved energy of the worst 5 % of samples, in the system's energy unit."""
    regions: tuple[RegionAssessment, ...]
    """Each region, in the order of the system."""
    seconds: float
    """Time it took, s."""

    @property
    def indices(self) -> dict[str, Estimate]:
        """The indices of the whole system by name."""
        return {name: getattr(self, name) for name in ("lole", "eue", "neue", "lolev", "lold", "cvar95")}

    def __str__(self) -> str:
        """Return the indices, one a line."""
        return "\n".join(f"{name.upper()} = {value!r}" for name, value in self.indices.items())

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "schema": 1,
            "version": self.version,
            "system": self.system,
            "samples": self.samples,
            "seed": self.seed,
            "horizon_h": self.horizon_h,
            **{name: value.as_dict() for name, value in self.indices.items()},
            "regions": [
                {"name": region.name, "lole": region.lole.as_dict(), "eue": region.eue.as_dict()}
                for region in self.regions
            ],
        }


def assess_side(
    side: Side,
    *,
    system: str,
    sampling: Sampling,
    measure_from: dt.datetime | None = None,
    measure_to: dt.datetime | None = None,
) -> Assessment:
    """Simulate a side's system without strikes and measure it.

    Parameters
    ----------
    side: Side
        The side; its campaign and repair are left out.
    system: str
        What the result calls it.
    sampling: Sampling
        How it is simulated.
    measure_from, measure_to: datetime, optional
        The measured window; the whole simulation by default.

    Raises
    ------
    InputError
        If the records do not fit together; every fault is listed.
    """
    began = time.perf_counter()
    quiet = replace(side, campaign=Campaign(), repair=Repair())
    packed = pack_side(quiet, arms=(Arm(name=_AS_IS),), measure_from=measure_from, measure_to=measure_to)
    seed, samples = sampling.seed, sampling.samples
    joined = run_blocks([packed], seed, samples, backend=sampling.backend, progress=sampling.progress)
    outcome = side_outcome(quiet, packed, (_AS_IS,), *joined[0], seed)
    found = adequacy(outcome, _AS_IS)
    return Assessment(
        system=system,
        samples=samples,
        seed=seed,
        version=sampling.version,
        horizon_h=outcome.horizon_h,
        **{name: found[name] for name in ("lole", "eue", "neue", "lolev", "lold", "cvar95")},
        regions=tuple(RegionAssessment(**row) for row in region_indices(outcome, _AS_IS)),  # type: ignore[arg-type]  # rows hold what it takes
        seconds=time.perf_counter() - began,
    )

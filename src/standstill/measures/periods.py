"""LOLE, EUE and NEUE of every step, of the whole system and by region, from sums over samples.

Knows nothing of how the sums came about.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.engine.tally import PERIOD_ENERGY, PERIOD_SQUARES, PERIOD_STEPS
from standstill.measures.rare import rule_of_three

__all__ = ["PERIOD_ARRAYS", "PeriodIndices", "period_indices"]

Floats = NDArray[np.float64]
PERIOD_ARRAYS = ("lole", "lole_se", "eue", "eue_se")
"""What is known of each period; a standard error has its index's name with ``_se``."""
_LOADED = ("neue", "neue_se")  # what is known too where the load of each period is


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeriodIndices:
    """LOLE and EUE of every measured step, each with its standard error; their sums are those of the whole window."""

    start: dt.datetime
    """Start of the first step."""
    step_h: float
    """Length of a step, h."""
    samples: int
    """Number of samples."""
    energy_unit: str
    """Unit of EUE; LOLE is in h."""
    regions: tuple[str, ...]
    """Names of regions."""
    lole: Floats
    """Expected hours with a shortfall anywhere, (n_steps,), h: the step's length times the chance of one."""
    lole_se: Floats
    """Standard error of ``lole``, (n_steps,), h."""
    eue: Floats
    """Expected unserved energy, (n_steps,), energy_unit."""
    eue_se: Floats
    """Standard error of ``eue``, (n_steps,), energy_unit."""
    region_lole: Floats
    """``lole`` by region, (n_regions, n_steps), h."""
    region_lole_se: Floats
    """Standard error of ``region_lole``, (n_regions, n_steps), h."""
    region_eue: Floats
    """``eue`` by region, (n_regions, n_steps), energy_unit."""
    region_eue_se: Floats
    """Standard error of ``region_eue``, (n_regions, n_steps), energy_unit."""
    load: Floats | None = None
    """Expected energy demanded, (n_regions, n_steps), energy_unit; none if the weather drives any of it."""
    is_certain: bool = False
    """Whether nothing is left to chance, so that a LOLE of 0 is no estimate."""

    def __post_init__(self) -> None:
        n_steps = freeze(self, "lole", "n_steps")["n_steps"]
        for name in PERIOD_ARRAYS:
            freeze(self, name, n_steps)
            freeze(self, f"region_{name}", len(self.regions), n_steps)
        if self.load is not None:
            freeze(self, "load", len(self.regions), n_steps)

    def __reduce__(self) -> tuple[Any, ...]:
        """Rebuild through the constructor, so that arrays stay read-only."""
        return rebuild(self)

    @property
    def times(self) -> tuple[dt.datetime, ...]:
        """Start of every step."""
        return tuple(self.start + dt.timedelta(hours=self.step_h * step) for step in range(len(self.lole)))

    @property
    def arrays(self) -> tuple[str, ...]:
        """Names of the arrays there are: ``PERIOD_ARRAYS``, and those of NEUE where the load is known."""
        return PERIOD_ARRAYS if self.load is None else (*PERIOD_ARRAYS, *_LOADED)

    @property
    def units(self) -> dict[str, str]:
        """Unit of each index there is."""
        return {"lole": "h", "eue": self.energy_unit} | ({} if self.load is None else {"neue": "ppm"})

    @property
    def neue(self) -> Floats:
        """Unserved energy per energy demanded, (n_steps,), ppm; 0 in a step without load."""
        return _per_load(self.eue, self._load.sum(axis=0))

    @property
    def neue_se(self) -> Floats:
        """Standard error of ``neue``, which takes the load as known, (n_steps,), ppm."""
        return _per_load(self.eue_se, self._load.sum(axis=0))

    @property
    def region_neue(self) -> Floats:
        """``neue`` by region, (n_regions, n_steps), ppm."""
        return _per_load(self.region_eue, self._load)

    @property
    def region_neue_se(self) -> Floats:
        """Standard error of ``region_neue``, (n_regions, n_steps), ppm."""
        return _per_load(self.region_eue_se, self._load)

    @property
    def _load(self) -> Floats:
        if self.load is None:
            raise AttributeError("there is no NEUE of a step whose load follows the weather")
        return self.load

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: start, step_h, the arrays, what a LOLE of 0 is below, and the same by region."""
        return {
            "start": self.start.isoformat(),
            "step_h": self.step_h,
            "units": self.units,
            "lole_upper95_where_0": 0.0 if self.is_certain else self.step_h * rule_of_three(self.samples),
            **{name: getattr(self, name).tolist() for name in self.arrays},
            "regions": [
                {"name": region, **{name: getattr(self, f"region_{name}")[row].tolist() for name in self.arrays}}
                for row, region in enumerate(self.regions)
            ],
        }


def _per_load(energy: Floats, load: Floats) -> Floats:
    """Return energy over load in ppm, 0 where there is no load."""
    found: Floats = np.divide(1e6 * energy, load, out=np.zeros_like(energy), where=load > 0.0)
    return found


def period_indices(
    sums: Floats,
    samples: int,
    *,
    start: dt.datetime,
    step_h: float,
    energy_unit: str,
    regions: tuple[str, ...],
    load: Floats | None = None,
    is_certain: bool = False,
) -> PeriodIndices:
    """Return the indices of every step.

    Parameters
    ----------
    sums: array
        Over samples, (n_steps, 1 + n_regions, 3): samples that are short, unserved energy and its square; of all
        regions together, then of each.
    samples: int
        Number of samples, at least 2.
    start, step_h, energy_unit, regions, load, is_certain
        As in ``PeriodIndices``.

    Notes
    -----
    With n samples of which k are short, the mean is k/n with variance k/n (1 - k/n) / (n - 1); with a sum S and a sum
    of squares Q of unserved energy, S/n with (Q/n - (S/n)²) / (n - 1). That is s²/n as for every measure. A step in
    which no sample was short has a standard error of 0: at 95 % its chance of a shortfall is below 3/n.

    Examples
    --------
    Four winters of one step, of which two are short, by 1 and by 3 MWh:

    >>> sums = np.array([[[2.0, 4.0, 10.0], [2.0, 4.0, 10.0]]])
    >>> found = period_indices(sums, 4, start=dt.datetime(2024, 1, 1), step_h=1.0, energy_unit="MWh", regions=("a",))
    >>> found.lole, found.lole_se.round(3), found.eue, found.eue_se.round(3)
    (array([0.5]), array([0.289]), array([1.]), array([0.707]))
    """
    chance, mean = sums[..., PERIOD_STEPS] / samples, sums[..., PERIOD_ENERGY] / samples
    spread = np.maximum(sums[..., PERIOD_SQUARES] / samples - mean**2, 0.0)
    arrays = {
        "lole": step_h * chance,
        "lole_se": step_h * np.sqrt(chance * (1.0 - chance) / (samples - 1)),
        "eue": mean,
        "eue_se": np.sqrt(spread / (samples - 1)),
    }
    return PeriodIndices(
        start=start, step_h=step_h, samples=samples, energy_unit=energy_unit, regions=regions, load=load,
        is_certain=is_certain,
        **{name: table[:, 0] for name, table in arrays.items()},
        **{f"region_{name}": table[:, 1:].T for name, table in arrays.items()},
    )  # fmt: skip

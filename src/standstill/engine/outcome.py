"""What a run leaves: totals of every sample, and integer histograms by day and week, for each side and arm.

Knows nothing of what the numbers mean; ``measures`` reads them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standstill.engine.packed import PackedSide
from standstill.engine.reserve import RESERVE_COLUMNS
from standstill.engine.roster import ROSTER_COLUMNS
from standstill.engine.slots import drawn
from standstill.engine.tally import COLUMNS, LOAD, Histograms
from standstill.model.scenario import Criterion, Side

__all__ = ["Outcome", "SideOutcome", "side_outcome"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SideOutcome:
    """Results of one side."""

    name: str
    """Name of the side."""
    power_unit: str
    """Unit of power columns."""
    energy_unit: str
    """Unit of energy columns."""
    step_h: float
    """Length of a step, h."""
    horizon_h: float
    """Length of the measured window, h."""
    simulate_from: dt.datetime
    """Start of the first step and of the first day of the histograms."""
    measure_from: dt.datetime
    """Start of the measured window."""
    measure_to: dt.datetime
    """End of the measured window."""
    regions: tuple[str, ...]
    """Names of regions."""
    months: tuple[str, ...]
    """Measured months, "2024-10"."""
    reference_power: float
    """Upper end of the capability and load histograms, power_unit."""
    criterion: Criterion
    """What a winter without grave cuts is."""
    columns: tuple[str, ...]
    """Names of the columns of ``totals``: ``tally.COLUMNS``, then "short_steps:REGION", "unserved:REGION" and
    "unserved:MONTH", and where they apply ``RESERVE_COLUMNS`` and ``ROSTER_COLUMNS``."""
    totals: dict[str, NDArray[np.float64]]
    """Arm -> totals, (n_samples, n_columns)."""
    region_load: NDArray[np.float64]
    """Load of each region over the measured window, energy_unit, (n_samples, n_regions)."""
    histograms: Histograms | None
    """Counts over samples, first axis the arms in order; None if not kept."""
    inputs: dict[str, NDArray[np.float64]]
    """Path of each uncertain figure that is simulated -> its values, (n_samples,)."""
    price: NDArray[np.float64] | None = None
    """What unserved energy is counted at, money per energy_unit, (n_samples,); None if not stated."""
    currency: str = ""
    """Currency of ``price``."""

    def column(self, arm: str, name: str) -> NDArray[np.float64]:
        """Return one column of totals, (n_samples,)."""
        column: NDArray[np.float64] = self.totals[arm][:, self.columns.index(name)]
        return column


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """Results of a run."""

    scenario_id: str
    """Identity of the scenario's content."""
    seed: int
    """Seed of all draws."""
    samples: int
    """Number of samples."""
    version: str
    """Version of Standstill."""
    arms: tuple[str, ...]
    """Arms in order; the first is the baseline."""
    sides: tuple[SideOutcome, ...]
    """Sides in the configured order."""

    def side(self, name: str) -> SideOutcome:
        """Return a side by name."""
        return next(side for side in self.sides if side.name == name)


def side_outcome(
    side: Side,
    packed: PackedSide,
    arms: tuple[str, ...],
    totals: NDArray[np.float64],
    histograms: Histograms,
    seed: int,
) -> SideOutcome:
    """Return the outcome of a side from its joined blocks; ``totals`` has shape (n_arms, n_samples, n_columns)."""
    horizon, system = packed.model.horizon, side.system
    regions = packed.region_names
    columns = (
        *COLUMNS,
        *(f"short_steps:{name}" for name in regions),
        *(f"unserved:{name}" for name in regions),
        *(f"unserved:{month}" for month in packed.months),
        *(() if packed.model.reserve is None else RESERVE_COLUMNS),
        *(() if packed.model.roster is None else ROSTER_COLUMNS),
    )
    count = totals.shape[1]
    slots = packed.slots
    values = slots.values(seed, 0, count)
    step = dt.timedelta(hours=horizon.step_h)
    price = side.price
    return SideOutcome(
        name=side.name,
        power_unit=system.power_unit,
        energy_unit=system.energy_unit,
        step_h=horizon.step_h,
        horizon_h=(horizon.measure_to - horizon.measure_from) * horizon.step_h,
        simulate_from=system.start,
        measure_from=system.start + horizon.measure_from * step,
        measure_to=system.start + horizon.measure_to * step,
        regions=regions,
        months=packed.months,
        reference_power=horizon.reference_power,
        criterion=packed.criterion,
        columns=columns,
        totals={name: totals[place] for place, name in enumerate(arms)},
        region_load=_region_load(packed, values, totals[0, :, LOAD]),
        histograms=histograms if horizon.detail else None,
        inputs={figure.path: values[:, slot] for slot, figure in slots.figures.items()},
        price=None if price is None else drawn(price.amount, seed, 0, count),
        currency=price.currency if price else "",
    )


def _region_load(packed: PackedSide, values: NDArray[np.float64], load: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the load of each region in each sample, from that of all; ``values`` has one row or one per sample.

    The engine keeps the load of all regions together. That of a region with a series of its own is known without it;
    the others follow one series, the weather's, and share what is left in proportion to what scales them.
    """
    horizon, regions = packed.model.horizon, packed.model.regions
    measured = slice(horizon.measure_from, horizon.measure_to)
    energy = regions.fixed_load[:, measured].sum(axis=1) * horizon.energy_per_step
    weight = regions.table["weight"] * values[:, regions.table["scale_slot"]]
    found: NDArray[np.float64] = np.broadcast_to(weight * energy[regions.table["series"]], (len(load), weight.shape[1]))
    if not packed.model.weather.active:
        return found
    by_weather = regions.table["series"] == 0
    left = np.maximum(load - found[:, ~by_weather].sum(axis=1), 0.0)
    total = weight[:, by_weather].sum(axis=1)
    share = weight[:, by_weather] / np.where(total > 0.0, total, 1.0)[:, None]
    found = found.copy()
    found[:, by_weather] = left[:, None] * share
    return found

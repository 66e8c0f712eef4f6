"""What ``assess`` returns: the adequacy indices of one system as it is, no strikes, one arm.

Knows nothing of how they are worked out.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standstill.estimate import Estimate
from standstill.measures.adequacy import EVENT_MEASURES
from standstill.measures.periods import PeriodIndices
from standstill.measures.rare import LEAST_SHORT, none_seen
from standstill.measures.reserve import RESERVE_MEASURES
from standstill.studies.precision import Precision
from standstill.studies.step_results import StepResult

if TYPE_CHECKING:
    from standstill.studies.long_table import LongTable

__all__ = ["AS_IS", "Assessment", "RegionAssessment"]

AS_IS = "as is"
"""The one arm of a system without strikes."""
_MOST_NAMED = 6
_COPPER_PLATE = (
    "limits of interfaces are left out: where one may bind, LOLE, EUE, NEUE and daily LOLE are lower bounds, and the "
    "number and length of events no bounds"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionAssessment:
    """Indices of one region."""

    name: str
    """Name of the region."""
    lole: Estimate
    """Expected hours in which this region is short, h."""
    eue: Estimate
    """Expected unserved energy of this region, in the system's energy unit."""
    neue: Estimate
    """Unserved energy of this region per energy demanded in it, ppm."""
    short: int | None = None
    """Samples in which it is short; none if it has no load, or no whole samples were drawn."""

    @property
    def indices(self) -> dict[str, Estimate]:
        """The indices by name."""
        return {"lole": self.lole, "eue": self.eue, "neue": self.neue}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Adequacy indices of a system, each with its standard error.

    Printing it gives one line for each index.
    """

    system: str
    """What was assessed: a file's name, or scenario/side."""
    samples: int
    """Number of samples; 0 where none were needed."""
    seed: int
    """Seed of all draws; of no account where there are none."""
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
    var95: Estimate
    """Unserved energy that 95 % of samples stay within, in the system's energy unit; see ``upper_quantile``."""
    longest_spell: Estimate
    """Longest event of a sample, h: its mean, quantiles and the largest over samples; 0 in a sample without one."""
    event_depth: Estimate
    """Deepest step of a sample, the same way, in the system's power unit."""
    event_energy: Estimate
    """Largest event of a sample by its unserved energy, the same way, in the system's energy unit."""
    regions: tuple[RegionAssessment, ...]
    """Each region, in the order of the system."""
    seconds: float
    """Time it took, s."""
    method: str = "plain"
    """How the indices were had: plain, scarce-days, convolution or copper-plate."""
    daily_lole: Estimate | None = None
    """Expected days whose highest load is not met, d; exact methods only."""
    reserve_shed: Estimate | None = None
    """Expected load that would have to be shed to keep the reserve, beyond ``eue``, in the system's energy unit; this
    and the next two only of a system that asks for a reserve."""
    reserve_hours: Estimate | None = None
    """Expected hours in which any of the reserve is short, h."""
    reserve_shortage: Estimate | None = None
    """Expected reserve that is short, times how long, in the system's energy unit."""
    precision: Precision | None = None
    """What was asked for and what it cost, if a precision was."""
    periods: PeriodIndices | None = None
    """LOLE, EUE and NEUE of every step, by region as well, if asked for."""
    pras_compatible: bool = False
    """Whether NEUE and CVaR are as PRAS defines them; see ``measures.pras``."""
    short: int | None = None
    """Samples with a shortfall; none if no whole samples were drawn."""
    is_certain: bool = False
    """Whether nothing is left to chance, so that every sample is the same."""
    results: dict[str, StepResult] = field(default_factory=dict, hash=False)
    """What each step did, by the name of each result asked for."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said beside the numbers, as where few samples had a shortfall: sentences without a full stop."""
        if self.method == "copper-plate":
            return (_COPPER_PLATE,)
        if self.is_certain:
            return ("nothing is left to chance here, so that every sample is the same",)
        if self.short is None or self.precision is not None:
            return ()
        if self.short < LEAST_SHORT:
            few = f"only {self.short} of {self.samples:,} samples had a shortfall, and {LEAST_SHORT} are needed to "
            return (f"{few}believe a standard error" if self.short else none_seen(self.samples),)
        rare = [(region.name, region.short) for region in self.regions]
        said = [f"{name} ({short or 'none'})" for name, short in rare if short is not None and short < LEAST_SHORT]
        more = f" and {len(said) - _MOST_NAMED} more" if len(said) > _MOST_NAMED else ""
        words = f"of {self.samples:,} samples few had a shortfall in {', '.join(said[:_MOST_NAMED])}{more}"
        return (words,) if said else ()

    @property
    def indices(self) -> dict[str, Estimate]:
        """The indices of the whole system by name."""
        names = ("lole", "eue", "neue", "lolev", "lold", "cvar95", "var95", "daily_lole", *RESERVE_MEASURES)
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    @property
    def events(self) -> dict[str, Estimate]:
        """What the worst event of a sample is like, by name."""
        return {name: getattr(self, name) for name in EVENT_MEASURES}

    def __str__(self) -> str:
        """Return the indices, one a line, and what a precision cost if one was asked for."""
        lines = [f"{name.upper()} = {value!r}" for name, value in {**self.indices, **self.events}.items()]
        return "\n".join([*lines, *([str(self.precision)] if self.precision else []), *self.notes])

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "schema": 1,
            "version": self.version,
            "system": self.system,
            "samples": self.samples or None,
            "seed": self.seed if self.samples or self.precision else None,
            **({} if self.samples else {"reason": "exact, so that no samples are behind it"}),
            "horizon_h": self.horizon_h,
            **({"samples_with_shortfall": self.short} if self.short is not None else {}),
            **({"notes": list(self.notes)} if self.notes else {}),
            **({"method": self.method} if self.method != "plain" or self.precision else {}),
            **({"precision": self.precision.as_dict()} if self.precision else {}),
            **({"pras_compatible": True} if self.pras_compatible else {}),
            **{name: value.as_dict() for name, value in {**self.indices, **self.events}.items()},
            "regions": [
                {"name": region.name, **{name: value.as_dict() for name, value in region.indices.items()}}
                for region in self.regions
            ],
            **({"periods": self.periods.as_dict()} if self.periods else {}),
        }

    def to_pandas(self) -> Any:
        """Return all indices as a long table, a pandas DataFrame (extra ``table``).

        Returns
        -------
        pandas.DataFrame
            One row for each number; see ``long_table.COLUMNS``. Its ``attrs`` say where it comes from.

        Raises
        ------
        InputError
            If pandas is not installed.
        """
        return self._table().pandas()

    def to_xarray(self) -> Any:
        """Return all indices as an xarray Dataset (extra ``table``).

        Returns
        -------
        xarray.Dataset
            Variables value, se, p10, p50, p90 and max over (arm, side, region, measure), where the whole side is the
            region without a name; by period also lole, eue and, where load is known, neue, each with its ``_se``, over
            (region, period).

        Raises
        ------
        InputError
            If xarray is not installed.
        """
        return self._table().xarray()

    def to_parquet(self, path: str | os.PathLike[str]) -> Path:
        """Write the table of ``to_pandas`` as a Parquet file, whole or not at all (extra ``table``); return where.

        Raises
        ------
        InputError
            If pyarrow is not installed.
        OutputError
            If the file cannot be written.
        """
        return self._table().parquet(path)

    def _table(self) -> LongTable:
        from standstill.studies.long_table import Entry, LongTable

        parts = [("", {**self.indices, **self.events}), *((region.name, region.indices) for region in self.regions)]
        entries = [
            Entry(arm=AS_IS, side=self.system, region=region, measure=name, estimate=value)
            for region, indices in parts
            for name, value in indices.items()
        ]
        names = ("system", "samples", "seed", "version", "horizon_h", "method")
        about = {name: getattr(self, name) for name in names}
        return LongTable(entries=entries, about=about, periods=self.periods)

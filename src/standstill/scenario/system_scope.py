"""What every builder of a side's system shares: regions by name, profiles by step, outages, groups.

Knows no kind of asset, and makes no record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.model.outage import split_outage
from standstill.scenario.figures import HOURS, SHARE, Source, source_of
from standstill.scenario.reading import near
from standstill.scenario.rows import numbered
from standstill.scenario.scope import Scope
from standstill.scenario.series import step_values
from standstill.scenario.tables_system import AssetEntry, ProfileEntry, SeriesEntry
from standstill.scenario.timeline import Timeline

__all__ = ["Floats", "SystemScope"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SystemScope:
    """The scope of a side, its timeline, and the names of its regions."""

    scope: Scope
    time: Timeline

    @property
    def regions(self) -> list[str]:
        """Names of the regions: those given, then the delivery areas."""
        names = [region.name for region in self.scope.side.region]
        if self.scope.side.areas is not None:
            names += numbered(self.scope.side.areas.name, self.scope.side.areas.count)
        return names

    def region(self, name: str | None, place: str) -> int:
        """Return the index of a region, or 0 after noting that there is none of that name."""
        if name is None or not self.regions:
            return 0
        if name not in self.regions:
            self.scope.fault(place, "name a region of the side", name, near(name, tuple(self.regions)))
            return 0
        return self.regions.index(name)

    def group(self, kind: str, entry: AssetEntry) -> tuple[str, Source, list[str], int]:
        """Return the place of a group of equal assets, its source, the names of its members, and its region."""
        place = f"{kind}.{entry.name}"
        source = source_of(entry, source_of(self.scope.side))
        return place, source, numbered(entry.name, entry.count), self.region(entry.region, f"{place}.region")

    def profile(self, place: str, entry: ProfileEntry, source: Source) -> Floats:
        """Return a profile's factors by step; each of its lists goes into the register."""
        for name in ("months", "shape", "weekday"):
            values = getattr(entry, name)
            if values is None:
                continue
            if min(values) < 0:
                self.scope.fault(f"{place}.profile.{name}", "be >= 0", min(values))
            self.scope.ledger.profile(f"{self.scope.side.name}.{place}.profile.{name}", values, "", source)
        factors = self.time.profile(entry)
        if entry.series is None:
            return factors
        return factors * self.series(f"{place}.profile.series", entry.series, "", source)

    def series(self, place: str, entry: SeriesEntry, unit: str, outer: Source) -> Floats:
        """Return a file's values by step, registered; zeros after noting faults."""
        source, path = source_of(entry, outer), f"{self.scope.side.name}.{place}"
        if entry.unit and not unit:
            self.scope.fault(f"{place}.unit", "be left out of factors", entry.unit)
        file = self.scope.find(entry.file, path)
        own = Faults(source=entry.file)
        values = step_values(file, entry.column, self.time, own) if file is not None else None
        self.scope.ledger.faults.take(own.items, f"{entry.file}: ")
        if values is None:
            return np.zeros(1)
        self.scope.ledger.profile(path, values.tolist(), unit, source, entry.file)
        return values

    def outages(self, place: str, entry: Any, source: Source) -> dict[str, float]:
        """Return the probabilities per step of an entry's forced outages; a faulty rate is noted and taken as 0."""
        p_fail, p_repair = split_outage(*self.outage_times(place, entry, source), self.time.step_h)
        return {"p_fail": p_fail, "p_repair": p_repair}

    def outage_times(self, place: str, entry: Any, source: Source) -> tuple[float, float]:
        """Return share of time out by force and mean time to repair, h; a faulty rate is noted and taken as 0."""
        rate = self.scope.fixed(f"{place}.forced_outage_rate", entry.forced_outage_rate, SHARE, source)
        mttr = self.scope.fixed(f"{place}.mttr", entry.mttr, HOURS, source)
        if rate >= 1.0:
            self.scope.fault(f"{place}.forced_outage_rate", "be below 100 %", rate)
            rate = 0.0
        if rate > 0.0 and entry.mttr is None:
            self.scope.fault(f"{place}.mttr", "be given with forced_outage_rate")
        return rate, mttr

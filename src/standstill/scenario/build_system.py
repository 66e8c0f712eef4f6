"""From a side's entries to its System. Groups of equal assets become numbered rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Faults
from standstill.evidence import Figure
from standstill.model.cause import CommonCause
from standstill.model.outage import split_outage
from standstill.model.system import (
    Dispatch,
    Generators,
    GeneratorStorages,
    Interfaces,
    Lines,
    Parameter,
    Regions,
    Storages,
    System,
)
from standstill.scenario.figures import DEGREES, HOURS, SHARE, Source, source_of
from standstill.scenario.reading import near
from standstill.scenario.schema import FigureEntry
from standstill.scenario.scope import Scope
from standstill.scenario.series import step_values
from standstill.scenario.tables_system import (
    AreasEntry,
    AssetEntry,
    GeneratorEntry,
    ProfileEntry,
    RegionEntry,
    ReservoirEntry,
    SeriesEntry,
    StorageEntry,
)
from standstill.scenario.timeline import Timeline

__all__ = ["SystemBuilder", "split_outage"]

Floats = NDArray[np.float64]


@dataclass(slots=True)
class _Rows:
    """Columns of a table under construction."""

    names: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    place: list[int] = field(default_factory=list)
    """Region of an asset, interface of a line."""
    arrays: dict[str, list[Floats]] = field(default_factory=dict)
    scales: dict[str, list[Parameter]] = field(default_factory=dict)

    def add(self, names: Iterable[str], cls: str, place: int, scales: dict[str, Parameter], **arrays: Any) -> None:
        """Add the rows of a group; an array has one row, or a row per name."""
        names = list(names)
        self.names += names
        self.classes += [cls] * len(names)
        self.place += [place] * len(names)
        for key, scale in scales.items():
            self.scales.setdefault(key, []).extend([scale] * len(names))
        for key, values in arrays.items():
            rows = np.atleast_2d(np.asarray(values, dtype=np.float64))
            self.arrays.setdefault(key, []).append(np.broadcast_to(rows, (len(names), rows.shape[1])))

    def table(self, steps: int) -> dict[str, Any]:
        """Return names, classes, arrays and scales as a record's constructor takes them."""
        out: dict[str, Any] = {"names": tuple(self.names), "classes": tuple(self.classes)}
        for key, rows in self.arrays.items():
            width = steps if any(row.shape[1] > 1 for row in rows) else 1
            out[key] = np.concatenate([np.broadcast_to(row, (row.shape[0], width)) for row in rows])
        return out | {key: tuple(scales) for key, scales in self.scales.items()}


def numbered(name: str, count: int) -> list[str]:
    """Return the names of a group's members: the group's own if there is one."""
    return [name] if count == 1 else [f"{name}-{number:02d}" for number in range(1, count + 1)]


@dataclass(slots=True)
class SystemBuilder:
    """Builds the system of one side."""

    scope: Scope
    time: Timeline
    regions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.regions = [region.name for region in self.scope.side.region]
        if self.scope.side.areas is not None:
            self.regions += numbered(self.scope.side.areas.name, self.scope.side.areas.count)

    def region(self, name: str | None, place: str) -> int:
        """Return the index of a region, or 0 after noting that there is none of that name."""
        if name is None or not self.regions:
            return 0
        if name not in self.regions:
            self.scope.fault(place, "name a region of the side", name, near(name, tuple(self.regions)))
            return 0
        return self.regions.index(name)

    def build(self) -> System | None:
        """Return the system; none if faults make it impossible."""
        self._check_names()
        if not self.regions:
            self.scope.fault("region", "have at least one region")
            return None
        tables: dict[str, Callable[[], Any] | None] = {
            "regions": self._regions(),
            "generators": self._generators(),
            "storages": self._storages(),
            "generator_storages": self._reservoirs(),
            **self._network(),
        }
        if self.scope.ledger.faults.items:
            return None
        system = self.scope.side.system
        made: dict[str, Any] = {name: make() for name, make in tables.items() if make is not None}
        return System(
            name=system.name, step_h=self.time.step_h, start=self.time.start, n_steps=self.time.n_steps,
            power_unit=system.power_unit, energy_unit=self.scope.energy.unit, **made,
        )  # fmt: skip

    def _check_names(self) -> None:
        groups: tuple[tuple[str, tuple[Any, ...]], ...] = (
            ("region", self.scope.side.region),
            ("asset", (*self.scope.side.generator, *self.scope.side.storage, *self.scope.side.reservoir)),
            ("interface", self.scope.side.interface),
        )
        for what, entries in groups:
            names = [entry.name for entry in entries]
            for name in sorted({name for name in names if names.count(name) > 1}):
                self.scope.fault(what, "have unique names", name)

    def _profile(self, place: str, entry: ProfileEntry, source: Source) -> Floats:
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
        return factors * self._series(f"{place}.profile.series", entry.series, "", source)

    def _series(self, place: str, entry: SeriesEntry, unit: str, outer: Source) -> Floats:
        """Return a file's values by step, registered; zeros after noting faults."""
        source, path = source_of(entry, outer), f"{self.scope.side.name}.{place}"
        if entry.unit and not unit:
            self.scope.fault(f"{place}.unit", "be left out of factors", entry.unit)
        file = self.scope.find(entry.file, path)
        own = Faults(source=entry.file)
        values = step_values(file, entry.column, self.time, own) if file is not None else None
        self.scope.ledger.faults.items += [replace(fault, place=f"{entry.file}: {fault.place}") for fault in own.items]
        if values is None:
            return np.zeros(1)
        self.scope.ledger.profile(path, values.tolist(), unit, source, entry.file)
        return values

    def _load(self, place: str, entry: RegionEntry | AreasEntry, source: Source) -> tuple[Floats, Parameter]:
        """Return the load of a region or of all areas, by step or constant, and the factor on it."""
        profile = self._profile(place, entry.profile, source)
        if entry.series is None:
            base, scale = self.scope.reference(f"{place}.load", entry.load, self.scope.power, source)
            return base * profile, scale
        if entry.load is not None:
            self.scope.fault(place, "have either load or series")
        unit = entry.series.unit or self.scope.power.unit
        values = self._series(f"{place}.series", entry.series, unit, source)
        try:
            return values * self.scope.power.factor(unit) * profile, 1.0
        except ValueError:
            self.scope.fault(f"{place}.series.unit", "be a unit of power", unit)
            return values, 1.0

    def _regions(self) -> Callable[[], Regions]:
        loads: list[Floats] = []
        scales: list[Parameter] = []
        critical: list[Parameter] = []
        for entry in self.scope.side.region:
            place, source = f"region.{entry.name}", source_of(entry, source_of(self.scope.side))
            load, scale = self._load(place, entry, source)
            loads.append(load)
            scales.append(scale)
            critical.append(self.scope.parameter(f"{place}.critical_share", entry.critical_share, SHARE, source))
        if (areas := self.scope.side.areas) is not None:
            source = source_of(areas, source_of(self.scope.side))
            load, scale = self._load("areas", areas, source)
            share = self.scope.parameter("areas.critical_share", areas.critical_share, SHARE, source)
            loads += [load / areas.count] * areas.count
            scales += [scale] * areas.count
            critical += [share] * areas.count
        width = max(len(load) for load in loads)
        table = np.array([np.broadcast_to(load, width) for load in loads])
        return lambda: Regions(
            names=tuple(self.regions), load=table, critical_share=tuple(critical), load_scale=tuple(scales)
        )

    def _outages(self, place: str, entry: Any, source: Source) -> dict[str, float]:
        rate = self.scope.fixed(f"{place}.forced_outage_rate", entry.forced_outage_rate, SHARE, source)
        mttr = self.scope.fixed(f"{place}.mttr", entry.mttr, HOURS, source)
        if rate >= 1.0:
            self.scope.fault(f"{place}.forced_outage_rate", "be below 100 %", rate)
            rate = 0.0
        if rate > 0.0 and entry.mttr is None:
            self.scope.fault(f"{place}.mttr", "be given with forced_outage_rate")
        p_fail, p_repair = split_outage(rate, mttr, self.time.step_h)
        return {"p_fail": p_fail, "p_repair": p_repair}

    def _group(self, kind: str, entry: AssetEntry) -> tuple[str, Source, list[str], int]:
        place = f"{kind}.{entry.name}"
        source = source_of(entry, source_of(self.scope.side))
        return place, source, numbered(entry.name, entry.count), self.region(entry.region, f"{place}.region")

    def _generators(self) -> Callable[[], Generators] | None:
        rows = _Rows()
        for entry in self.scope.side.generator:
            place, source, names, region = self._group("generator", entry)
            base, scale = self._size(place, entry, source)
            factor = self._profile(place, entry.profile, source) * self.time.ramp(entry.ramp)
            planned = self.time.planned(entry.planned, entry.count)
            self._note_dated(place, entry, source)
            outages = self._outages(place, entry, source)
            capacity = base * factor * planned
            rows.add(names, entry.asset_class, region, {"capacity_scale": scale}, capacity=capacity, **outages)
        if not rows.names:
            return None
        return lambda: Generators(region=tuple(rows.place), **rows.table(self.time.n_steps))

    def _size(self, place: str, entry: GeneratorEntry, source: Source) -> tuple[float, Parameter]:
        if entry.unit is not None:
            return self.scope.reference(f"{place}.unit", entry.unit, self.scope.power, source)
        base, scale = self.scope.reference(f"{place}.capacity", entry.capacity, self.scope.power, source)
        return base / entry.count, scale

    def _note_dated(self, place: str, entry: GeneratorEntry, source: Source) -> None:
        """Put planned outages and the ramp into the register."""
        path = f"{self.scope.side.name}.{place}"
        for number, outage in enumerate(entry.planned):
            if outage.units > entry.count:
                self.scope.fault(f"{place}.planned[{number}].units", f"be at most {entry.count}", outage.units)
        if entry.planned:
            parts = [f"{outage.units} out {outage.start:%Y-%m-%d} to {outage.end:%Y-%m-%d}" for outage in entry.planned]
            own = next((found for found in (source_of(outage) for outage in entry.planned) if any(found)), source)
            self.scope.ledger.schedule(f"{path}.planned", parts, own)
        if entry.ramp is not None:
            parts = [f"{share:g} at {time:%Y-%m-%d}" for time, share in entry.ramp.points]
            self.scope.ledger.schedule(f"{path}.ramp", parts, source_of(entry.ramp, source))

    def _storages(self) -> Callable[[], Storages] | None:
        rows = _Rows()
        for entry in self.scope.side.storage:
            place, source, names, region = self._group("storage", entry)
            arrays, scales = self._store(place, entry, entry.power, "power", source)
            power = arrays["power"]
            rows.add(
                names, entry.asset_class, region, scales,
                charge=power, discharge=power, energy=arrays["energy"], carryover_efficiency=1.0,
                charge_efficiency=self._efficiency(place, entry, "charge_efficiency", source),
                discharge_efficiency=self._efficiency(place, entry, "discharge_efficiency", source),
                **self._outages(place, entry, source),
            )  # fmt: skip
        if not rows.names:
            return None
        return lambda: Storages(region=tuple(rows.place), **rows.table(self.time.n_steps))

    def _efficiency(self, place: str, entry: StorageEntry, name: str, source: Source) -> float:
        return self.scope.fixed(f"{place}.{name}", getattr(entry, name), SHARE, source, 1.0)

    def _store(
        self, place: str, entry: StorageEntry | ReservoirEntry, size: FigureEntry, name: str, source: Source
    ) -> tuple[dict[str, float], dict[str, Parameter]]:
        power, power_scale = self.scope.reference(f"{place}.{name}", size, self.scope.power, source)
        energy, energy_scale = self.scope.reference(f"{place}.energy", entry.energy, self.scope.energy, source)
        initial = self.scope.parameter(f"{place}.initial", entry.initial, SHARE, source)
        arrays = {"power": power / entry.count, "energy": energy / entry.count}
        return arrays, {"power_scale": power_scale, "energy_scale": energy_scale, "initial": initial}

    def _reservoirs(self) -> Callable[[], GeneratorStorages] | None:
        rows = _Rows()
        plans: list[Dispatch] = []
        for entry in self.scope.side.reservoir:
            place, source, names, region = self._group("reservoir", entry)
            arrays, scales = self._store(place, entry, entry.capacity, "capacity", source)
            inflow, inflow_scale = self.scope.reference(f"{place}.inflow", entry.inflow, self.scope.power, source)
            if entry.inflow_months is not None:
                path = f"{self.scope.side.name}.{place}.inflow_months"
                self.scope.ledger.profile(path, entry.inflow_months, "", source)
            pumping = self.scope.fixed(f"{place}.pumping", entry.pumping, self.scope.power, source) / entry.count
            power = arrays["power"]
            share = self.scope.parameter(f"{place}.weekly_share", entry.weekly_share, SHARE, source, 1.0)
            plans += [entry.dispatch] * entry.count
            rows.add(
                names, entry.asset_class, region,
                scales | {"inflow_scale": inflow_scale, "weekly_share": share},
                release=self._release(f"{place}.release", entry, source) / entry.count,
                # charging takes the reservoir's own inflow, so it is never what limits
                charge=max(power, 2.0 * inflow / entry.count), discharge=power, injection=power, withdrawal=pumping,
                energy=arrays["energy"], inflow=inflow / entry.count * self.time.months(entry.inflow_months),
                charge_efficiency=1.0, discharge_efficiency=1.0, carryover_efficiency=1.0,
                **self._outages(place, entry, source),
            )  # fmt: skip
        if not rows.names:
            return None
        return lambda: GeneratorStorages(
            region=tuple(rows.place), dispatch=tuple(plans), **rows.table(self.time.n_steps)
        )

    def _release(self, place: str, entry: ReservoirEntry, outer: Source) -> Floats:
        """Return what a group on a daily profile releases by step; one column of 0 for any other."""
        if entry.release is None:
            return np.zeros(1)
        source = source_of(entry.release, outer)
        power = self.scope.fixed(f"{place}.power", entry.release.power, self.scope.power, source)
        return power * self._profile(place, entry.release.profile, source)

    def common_causes(self) -> tuple[CommonCause, ...]:
        """Return what lowers whole classes of generators."""
        found = []
        classes = tuple(dict.fromkeys(entry.asset_class for entry in self.scope.side.generator))
        entries = self.scope.side.common_cause
        for cls in sorted({entry.asset_class for entry in entries}):
            if [entry.asset_class for entry in entries].count(cls) > 1:
                self.scope.fault("common_cause", "be given once for a class", cls)
        for entry in entries:
            place, source = f"common_cause.{entry.asset_class}", source_of(entry, source_of(self.scope.side))
            if entry.asset_class not in classes:
                self.scope.fault(
                    place, "name a class of generators of the side", entry.asset_class, near(entry.asset_class, classes)
                )
            if entry.lost_per_degree is not None and self.scope.side.weather is None:
                self.scope.fault(f"{place}.lost_per_degree", "be left out where the side has no weather")
            found.append(CommonCause(
                asset_class=entry.asset_class,
                share=self.scope.parameter(f"{place}.share", entry.share, SHARE, source, 1.0),
                slope_per_c=self.scope.parameter(f"{place}.lost_per_degree", entry.lost_per_degree, SHARE, source),
                threshold_c=self.scope.parameter(f"{place}.threshold", entry.threshold, DEGREES, source),
                least=self.scope.parameter(f"{place}.least", entry.least, SHARE, source),
            ))  # fmt: skip
        return tuple(found)

    def _network(self) -> dict[str, Callable[[], Any] | None]:
        """Return how to make interfaces and lines; a system without either needs none."""
        ends: list[tuple[str, int, int, float]] = []
        rows = _Rows()
        for entry in self.scope.side.interface:
            place, source = f"interface.{entry.name}", source_of(entry, source_of(self.scope.side))
            start, end = self.region(entry.start, f"{place}.from"), self.region(entry.end, f"{place}.to")
            if start == end:
                self.scope.fault(place, "join two different regions", (entry.start, entry.end))
                continue
            if entry.lines == 0:
                limit = self.scope.fixed(f"{place}.capability", entry.capability, self.scope.power, source)
            else:
                limit = self._lines(rows, place, entry, source, entry.lines, [(len(ends), f"{entry.name}-line")])
            ends.append((entry.name, start, end, limit))
        if (areas := self.scope.side.areas) is not None:
            hub = self.region(areas.hub, "areas.hub")
            names = numbered(areas.name, areas.count)
            joins = [(len(ends) + row, f"{name}-substation") for row, name in enumerate(names)]
            limit = self._lines(
                rows, "areas", areas, source_of(areas, source_of(self.scope.side)), areas.substations, joins
            )
            ends += [(name, hub, self.regions.index(name), limit) for name in names]
        if not ends:
            return {}
        limits = np.array([[limit] for _, _, _, limit in ends])
        lines = (lambda: Lines(interface=tuple(rows.place), **rows.table(self.time.n_steps))) if rows.names else None
        return {
            "interfaces": lambda: Interfaces(
                names=tuple(name for name, _, _, _ in ends), region_from=tuple(a for _, a, _, _ in ends),
                region_to=tuple(b for _, _, b, _ in ends), forward=limits, backward=limits,
            ),
            "lines": lines,
        }  # fmt: skip

    def _lines(
        self, rows: _Rows, place: str, entry: Any, source: Source, count: int, joins: list[tuple[int, str]]
    ) -> float:
        """Add the lines of equal interfaces; return a limit of each interface that never binds."""
        base, scale = self.scope.reference(f"{place}.capability", entry.capability, self.scope.power, source)
        each = base / (count * len(joins))
        outages = self._outages(place, entry, source)
        for interface, name in joins:
            rows.add(
                numbered(name, count), entry.asset_class, interface, {"capacity_scale": scale},
                forward=each, backward=each, **outages,
            )  # fmt: skip
        highest = float(scale.distribution.quantile(1 - 1e-9)) if isinstance(scale, Figure) else 1.0
        return 2.0 * base / len(joins) * max(1.0, highest)

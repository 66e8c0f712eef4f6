"""From a side's entries to the campaign against it and its repair, and from an arm's entry to its terms."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from standstill.errors import InputError, repeated
from standstill.model.campaign import (
    MAX_BRANCHING,
    MAX_MEAN_WEAPONS,
    Campaign,
    Curve,
    DamageState,
    Derating,
    Stock,
    Stream,
    Weapon,
)
from standstill.model.process import Clock
from standstill.model.repair import CrewPool, Repair, RepairTime, SparePool
from standstill.model.system import Parameter
from standstill.model.terms import Arm, Fixed, Terms
from standstill.scenario.figures import DAYS, NUMBER, PER_DAY, SHARE, Kind, Ledger, Source, source_of
from standstill.scenario.reading import near
from standstill.scenario.schema import FigureEntry
from standstill.scenario.series import FindFile
from standstill.scenario.tables import ArmEntry, SideEntry, TermsEntry
from standstill.scenario.tables_campaign import (
    CurveEntry,
    DatesEntry,
    StateEntry,
    StreamEntry,
    TimeEntry,
    WeaponEntry,
)
from standstill.scenario.wave_log import read_wave_log

__all__ = ["CampaignBuilder", "TermsBuilder"]

_WEAPONS = Kind("weapons", 0.0, float(MAX_MEAN_WEAPONS))
_BRANCHING = Kind("", 0.0, MAX_BRANCHING)
_DECAY = Kind("per day", 1e-3)


@dataclass(slots=True)
class CampaignBuilder:
    """Builds the campaign against one side, and its repair."""

    side: SideEntry
    ledger: Ledger
    classes: tuple[str, ...]
    """Asset classes of the side."""
    curves: Mapping[str, tuple[str, CurveEntry]]
    """Curves by name, from the curve files, with the place of each."""
    lenient: bool = False
    """Whether entries were left out, so that an unknown name may be known after all."""
    find: FindFile = lambda name, place: None
    """Finds the files that the side names."""
    window: tuple[dt.datetime, dt.datetime] = (dt.datetime.min, dt.datetime.max)
    """Start and end of the simulation, outside which the waves of a log are not used."""

    def fault(self, place: str, must: str, got: Any = None, hint: str = "") -> None:
        """Note a fault at a place within the side."""
        self.ledger.faults.add(f"{self.side.name}.{place}", must, got, hint)

    def known(self, names: Iterable[str], known: Mapping[str, Any] | tuple[str, ...], place: str, what: str) -> None:
        """Note each name that is not known."""
        for name in names:
            if name not in known and not self.lenient:
                self.fault(place, f"name {what}", name, near(name, known))

    def unique(self, place: str, entries: Iterable[Any]) -> None:
        """Note names that come twice."""
        for name in repeated(entry.name for entry in entries):
            self.fault(place, "have unique names", name)

    def campaign(self) -> Campaign:
        """Return the campaign."""
        side = self.side
        self.unique("stream", side.stream)
        self.unique("curve", side.curve)
        own = {entry.name: (f"{side.name}.curve.{entry.name}", entry) for entry in side.curve}
        curves = {**self.curves, **own}
        self.known(side.mapping, self.classes, "mapping", "asset classes of the side")
        self.known(side.mapping.values(), curves, "mapping", "curves")
        used = {name: curves[name] for name in side.mapping.values() if name in curves}
        return Campaign(
            streams=tuple(self._stream(entry) for entry in side.stream),
            curves=tuple(self._curve(place, entry) for place, entry in used.values()),
            mapping={cls: name for cls, name in side.mapping.items() if name in curves},
            hits_while_down=side.hits_while_down,
        )

    def repair(self) -> Repair:
        """Return crews and spares."""
        outer = source_of(self.side)
        self.unique("crews", self.side.crews)
        self.unique("spares", self.side.spares)
        name = self.side.name
        crews, spares = [], []
        for entry in self.side.crews:
            place, source = f"crews.{entry.name}", source_of(entry, outer)
            self.known(entry.classes, self.classes, f"{place}.classes", "asset classes of the side")
            count = self.ledger.parameter(f"{name}.{place}.count", entry.count, Kind("crews", 0.5), source, 1.0)
            crews.append(CrewPool(name=entry.name, classes=entry.classes, crews=count, order=entry.order))
        for pool in self.side.spares:
            place, source = f"spares.{pool.name}", source_of(pool, outer)
            spares.append(SparePool(
                name=pool.name,
                initial=self.ledger.parameter(f"{name}.{place}.initial", pool.initial, Kind("spares"), source),
                arrivals=tuple((arrival.at, arrival.count) for arrival in pool.arrivals),
                lead=self._time(f"{name}.{place}.lead", pool.lead, source) if pool.lead else None,
            ))  # fmt: skip
        for cls in repeated(cls for pool in crews for cls in pool.classes):
            self.fault("crews", "have each asset class in one pool", cls)
        return Repair(crews=tuple(crews), spares=tuple(spares))

    def _stream(self, entry: StreamEntry) -> Stream:
        place, outer = f"stream.{entry.name}", source_of(self.side)
        source = source_of(entry, outer)
        path = f"{self.side.name}.{place}"
        self.unique(f"{place}.weapon", entry.weapon)
        aim_source = source_of(entry.aim, source)
        self.known(entry.aim.weights, self.classes, f"{place}.aim.weights", "asset classes of the side")
        for name in entry.aim.weights:
            if name in self.classes and name not in self.side.mapping:
                hint = f'write mapping.{name} = "CURVE"'
                self.fault(f"{place}.aim.weights.{name}", "be mapped to a curve", hint=hint)
        aim = {
            name: self.ledger.parameter(f"{path}.aim.weights.{name}", weight, NUMBER, aim_source, 1.0)
            for name, weight in entry.aim.weights.items()
        }
        if aim and all(isinstance(weight, float) and weight <= 0.0 for weight in aim.values()):
            self.fault(f"{place}.aim.weights", "have one above 0")
        start, end = self.window
        if (entry.active_from or start) >= end or (entry.active_to or end) <= start:
            span = f"{entry.active_from or 'the start'} to {entry.active_to or 'the end'}"
            self.fault(place, f"be active at some time from {start} until {end}, the time simulated", span)
        if entry.month_factor != (1.0,) * 12:
            self.ledger.profile(f"{path}.month_factor", entry.month_factor, "", source)
        dates, date_source = entry.dates, source_of(entry.dates, source) if entry.dates else source
        if dates is not None and list(dates.at) != sorted(set(dates.at)):
            self.fault(f"{place}.dates.at", "have its dates in order")
        at = self._dates(path, dates) if dates is not None else ()
        if at:
            parts = [f"{moment:%Y-%m-%d %H:%M}" for moment in at]
            self.ledger.schedule(f"{path}.dates.at", parts, date_source)
        thinning = self.ledger.parameter(
            f"{path}.dates.thinning", dates.thinning if dates else None, SHARE, date_source
        )
        return Stream(
            name=entry.name,
            times=entry.times,
            rate_per_day=self.ledger.parameter(f"{path}.rate", entry.rate, PER_DAY, source),
            shape=self.ledger.parameter(f"{path}.shape", entry.shape, Kind("", 1e-3), source, 1.0),
            branching=self.ledger.parameter(f"{path}.branching", entry.branching, _BRANCHING, source),
            decay_per_day=self.ledger.parameter(f"{path}.decay", entry.decay, _DECAY, source, 1.0),
            month_factor=entry.month_factor,
            dates=at,
            thinning=thinning,
            active_from=entry.active_from,
            active_to=entry.active_to,
            weapons=tuple(self._weapon(f"{path}.weapon.{weapon.name}", weapon, source) for weapon in entry.weapon),
            aim=aim,
            deratings=tuple(self._derating(entry, number, source) for number in range(len(entry.derating))),
        )

    def _dates(self, path: str, entry: DatesEntry) -> tuple[dt.datetime, ...]:
        """Return the times of a dated stream, its own or those of a log within the simulation."""
        start, end = self.window
        must = f"have a wave from {start} until {end}, the time simulated"
        if entry.file is None:
            if entry.at and not any(start <= moment < end for moment in entry.at):
                self.ledger.faults.add(f"{path}.dates.at", must, f"{entry.at[0]} to {entry.at[-1]}")
            return entry.at
        file = self.find(entry.file, f"{path}.dates.file")
        if file is None:
            return ()
        try:
            times = read_wave_log(file, entry.stream)
        except InputError as error:
            self.ledger.faults.take(error.faults, f"{entry.file}: ")
            return ()
        within = tuple(moment for moment in times if start <= moment < end)
        if not within:
            self.ledger.faults.add(f"{path}.dates.file", must, f"{times[0]} to {times[-1]}")
        return within

    def _derating(self, stream: StreamEntry, number: int, outer: Source) -> Derating:
        entry = stream.derating[number]
        place, source = f"stream.{stream.name}.derating.{entry.asset_class}", source_of(entry, outer)
        self.known((entry.asset_class, entry.after), self.classes, place, "asset classes of the side")
        path = f"{self.side.name}.{place}"
        return Derating(
            asset_class=entry.asset_class,
            after=entry.after,
            condition=self.ledger.parameter(f"{path}.condition", entry.condition, SHARE, source, 1.0),
            duration=self._time(f"{path}.time", entry.time, source),
        )

    def _weapon(self, path: str, entry: WeaponEntry, outer: Source) -> Weapon:
        source = source_of(entry, outer)
        stock = None
        if entry.stock is not None:
            inner = source_of(entry.stock, source)
            stock = Stock(
                initial=self.ledger.parameter(f"{path}.stock.initial", entry.stock.initial, Kind("weapons"), inner),
                per_day=self.ledger.parameter(f"{path}.stock.per_day", entry.stock.per_day, Kind("weapons/d"), inner),
                maximum=self.ledger.parameter(
                    f"{path}.stock.maximum", entry.stock.maximum, Kind("weapons"), inner, 1e9
                ),
            )
        return Weapon(
            name=entry.name,
            count=entry.count,
            mean=self.ledger.parameter(f"{path}.mean", entry.mean, _WEAPONS, source),
            dispersion=self.ledger.parameter(f"{path}.dispersion", entry.dispersion, Kind("", 1e-3), source, 1.0),
            interception=self.ledger.parameter(f"{path}.interception", entry.interception, SHARE, source, 0.0),
            hit=self.ledger.parameter(f"{path}.hit", entry.hit, SHARE, source, 1.0),
            stock=stock,
        )

    def _curve(self, place: str, entry: CurveEntry) -> Curve:
        source = source_of(entry)
        for name in repeated(state.name for state in entry.states):
            self.ledger.faults.add(f"{place}.states", "have unique names", name)
        states = tuple(self._state(f"{place}.{state.name}", state, source) for state in entry.states)
        if all(isinstance(state.probability, float) and state.probability <= 0 for state in states):
            self.ledger.faults.add(f"{place}.states", "have a probability above 0")
        return Curve(name=entry.name, states=states)

    def _state(self, path: str, entry: StateEntry, outer: Source) -> DamageState:
        source = source_of(entry, outer)
        pools = tuple(pool.name for pool in self.side.spares)
        if entry.spare is not None:
            self.known((entry.spare,), pools, f"spares (for {path})", "a pool of spares of the side")
        return DamageState(
            name=entry.name,
            probability=self.ledger.parameter(f"{path}.probability", entry.probability, NUMBER, source, 1.0),
            condition=self.ledger.parameter(f"{path}.condition", entry.condition, SHARE, source, 1.0),
            time=self._time(f"{path}.time", entry.time, source),
            spare=entry.spare if entry.spare in pools else None,
        )

    def _time(self, path: str, entry: TimeEntry, source: Source) -> RepairTime:
        """Return a repair time; a log-normal one given by mean and sd is given by median and sigma."""

        def value(name: str, given: FigureEntry | None, kind: Kind, default: float) -> Parameter:
            return self.ledger.parameter(f"{path}.{name}", given, kind, source, default)

        if entry.kind != "lognormal":
            return RepairTime(kind=entry.kind, days=value("mean", entry.mean, DAYS, 1.0))
        if entry.median is not None:
            days, sigma = value("median", entry.median, DAYS, 1.0), value("sigma", entry.sigma, NUMBER, 0.5)
            return RepairTime(kind="lognormal", days=days, sigma=sigma)
        mean = self.ledger.fixed(f"{path}.mean", entry.mean, DAYS, source, 1.0)
        sd = self.ledger.fixed(f"{path}.sd", entry.sd, DAYS, source, 0.5)
        if mean <= 0:
            self.ledger.faults.add(f"{path}.mean", "be above 0", mean)
            mean = 1.0
        variance = math.log1p((sd / mean) ** 2)
        return RepairTime(kind="lognormal", days=mean * math.exp(-variance / 2), sigma=math.sqrt(variance))


@dataclass(slots=True)
class TermsBuilder:
    """Builds arms."""

    ledger: Ledger
    classes: tuple[str, ...]
    """Asset classes of all sides."""
    sides: tuple[str, ...]
    """Names of all sides."""
    streams: tuple[str, ...]
    """Names of all streams."""
    lenient: bool = False
    """Whether entries were left out, so that an unknown name may be known after all."""

    def arm(self, entry: ArmEntry, window: Fixed | Clock | None = None) -> Arm:
        """Return one arm; ``window`` stands for the fixed one of its terms."""
        terms = self.terms(f"arm.{entry.name}.terms", entry.terms) if entry.terms else None
        if terms is not None and window is not None:
            terms = replace(terms, window=window)
        return Arm(name=entry.name, terms=terms, note=entry.note)

    def _known(self, names: Iterable[str], known: tuple[str, ...], place: str, what: str) -> None:
        for name in names:
            if name not in known and not self.lenient:
                self.ledger.faults.add(place, f"name {what}", name, near(name, known))

    def terms(self, path: str, entry: TermsEntry) -> Terms:
        """Return terms with a fixed window."""
        source = source_of(entry)
        classes = None if entry.classes == "all" else entry.classes
        sides = None if entry.sides == "all" else entry.sides
        self._known(classes or (), self.classes, f"{path}.classes", "asset classes")
        self._known(entry.class_compliance, self.classes, f"{path}.class_compliance", "asset classes")
        self._known(sides or (), self.sides, f"{path}.sides", "sides")
        self._known(entry.exempt_streams, self.streams, f"{path}.exempt_streams", "streams")
        shape = Kind("", 1e-3)
        return Terms(
            window=Fixed(start=entry.start, end=entry.end),
            classes=classes,
            sides=sides,
            compliance=self.ledger.parameter(f"{path}.compliance", entry.compliance, SHARE, source, 1.0),
            class_compliance={
                name: self.ledger.parameter(f"{path}.class_compliance.{name}", figure, SHARE, source, 1.0)
                for name, figure in entry.class_compliance.items()
            },
            withheld=entry.withheld,
            displacement=self.ledger.parameter(f"{path}.displacement", entry.displacement, SHARE, source),
            exempt_streams=entry.exempt_streams,
            collapse_per_day=self.ledger.parameter(f"{path}.collapse", entry.collapse, PER_DAY, source),
            collapse_shape=self.ledger.parameter(f"{path}.collapse_shape", entry.collapse_shape, shape, source, 1.0),
        )

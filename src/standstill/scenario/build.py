"""Loads a scenario: text, tables, figures, records; every fault of every kind is reported at once.

Knows nothing of how a scenario is simulated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from standstill.errors import Fault, Faults, InputError
from standstill.evidence import Claim, Figure, Register, load_claims
from standstill.model.cause import CommonCause
from standstill.model.infer import why_unknown
from standstill.model.log import Log
from standstill.model.outage_weather import OutageWeather
from standstill.model.process import Clock
from standstill.model.scenario import Comparison, Criterion, Price, Scenario, Side
from standstill.model.system import System
from standstill.model.talks import Talks
from standstill.scenario.build_campaign import CampaignBuilder, TermsBuilder
from standstill.scenario.build_causes import common_causes, outage_weather
from standstill.scenario.build_process import TalksBuilder, read_log
from standstill.scenario.build_reserves import with_reserves
from standstill.scenario.build_system import build_system
from standstill.scenario.build_weather import WeatherBuilder
from standstill.scenario.figures import HOURS, MONEY, Kind, Ledger, source_of
from standstill.scenario.files import BUILTIN, builtin_files, is_there
from standstill.scenario.reading import near, parse_toml, read_text, validate
from standstill.scenario.schema import parse_range
from standstill.scenario.scope import Scope
from standstill.scenario.settings import CURVES, apply_settings, set_in_curves
from standstill.scenario.sizes import is_small_enough
from standstill.scenario.tables import ArmEntry, ScenarioEntry, SideEntry
from standstill.scenario.tables_campaign import CurveEntry, CurveFile
from standstill.scenario.tables_process import ProcessFile
from standstill.scenario.tables_roster import build_roster
from standstill.scenario.timeline import Timeline
from standstill.units import convert, currency_of, energy_unit_of

__all__ = ["list_scenarios", "load_scenario"]


def list_scenarios() -> tuple[tuple[str, str, dt.date | None], ...]:
    """Return name, title and as-of date of each built-in scenario, by name."""
    import tomllib

    rows = []
    for file in builtin_files():
        head = tomllib.loads(file.read_text(encoding="utf-8"))
        if "side" in head:
            rows.append((Path(file.name).stem, head["title"], head.get("as_of")))
    return tuple(sorted(rows))


def load_scenario(
    name_or_path: str | Path,
    *,
    as_of: dt.date | None = None,
    log: str | Path | None = None,
    settings: Sequence[str] = (),
) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    name_or_path: str or Path
        Name of a built-in scenario, or a TOML file.
    as_of: date, optional
        Instead of the scenario's own: nothing known after this date may be used.
    log: str or Path, optional
        Log of the talks, instead of the scenario's own.
    settings: sequence of str
        Values to set on top of the file, each "PATH=VALUE": "North.crews.plants.count=8 crews". A path is a place as
        errors and the register show it.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every fault of syntax, of form and of meaning that the file has.
    """
    file, folder = _locate(name_or_path)
    faults = Faults(source=str(name_or_path))
    text = read_text(file, str(name_or_path), faults)
    raw = parse_toml(text, str(name_or_path), faults) if text is not None else None
    own = [setting for setting in settings if not setting.strip().startswith(CURVES)]
    user_set = apply_settings(ScenarioEntry, raw, own, faults) if raw is not None else ()
    entry, whole = validate(ScenarioEntry, raw, faults) if raw is not None else (None, False)
    if entry is None:
        faults.raise_if_any()
        raise InputError(faults.source, (Fault(place="file", must="be a scenario"),))
    last = as_of or entry.as_of
    return _Loader(
        entry=entry, whole=whole, folder=folder, faults=faults, as_of=last,
        log=Path(log) if log is not None else None, settings=tuple(settings), user_set=user_set,
    ).scenario()  # fmt: skip


def _locate(name: str | Path) -> tuple[Traversable | Path, Traversable | Path]:
    """Return the file and its folder."""
    builtin = {Path(file.name).stem: file for file in builtin_files()}
    if isinstance(name, str) and name in builtin:
        return builtin[name], BUILTIN
    path = Path(name)
    if path.suffix != ".toml" and not (is_there(path) or is_there(path, folder=True)):
        names = tuple(row[0] for row in list_scenarios())
        must = "be a built-in scenario or a .toml file"
        raise InputError(str(name), (Fault(place="scenario", must=must, got=repr(name), hint=near(str(name), names)),))
    return path, path.parent


@dataclass(slots=True)
class _Loader:
    """Builds the records of one scenario, noting every fault."""

    entry: ScenarioEntry
    whole: bool
    folder: Traversable | Path
    faults: Faults
    as_of: dt.date | None
    log: Path | None = None
    settings: tuple[str, ...] = ()
    user_set: tuple[str, ...] = ()
    claims: dict[str, Claim] = field(default_factory=dict)
    curves: dict[str, tuple[str, CurveEntry]] = field(default_factory=dict)

    def scenario(self) -> Scenario:
        """Return the scenario, or raise every fault."""
        self._load_claims()
        self._load_curves()
        ledger = Ledger(claims=self.claims, faults=self.faults, user_set=self.user_set)
        self._check_names("side", [side.name for side in self.entry.side])
        self._check_names("arm", [arm.name for arm in self.entry.arm])
        sides = [self._side(side, ledger) for side in self.entry.side]
        classes = tuple(dict.fromkeys(name for side in self.entry.side for name in _classes(side)))
        streams = tuple(dict.fromkeys(stream.name for side in self.entry.side for stream in side.stream))
        names = tuple(side.name for side in self.entry.side)
        lenient = not self.whole or any(side.system.pras for side in self.entry.side)
        terms = TermsBuilder(ledger=ledger, classes=classes, sides=names, streams=streams, lenient=lenient)
        talks = self._talks(terms, ledger)
        arms = tuple(terms.arm(arm, self._window(arm, talks)) for arm in self.entry.arm)
        self._check_windows()
        comparisons = self._comparisons()
        register = self._register(ledger)
        self.faults.items = [_in_our_words(fault) for fault in dict.fromkeys(self.faults.items)]
        self.faults.raise_if_any()
        entry = self.entry
        return Scenario(
            name=entry.name,
            title=entry.title,
            sides=tuple(side for side in sides if side is not None),
            arms=arms,
            simulate_from=entry.simulate_from,
            measure_from=entry.measure_from,
            measure_to=entry.measure_to,
            as_of=self.as_of,
            register=register,
            samples=entry.samples,
            seed=entry.seed,
            unknown=entry.unknown,
            limits=entry.limits,
            comparisons=comparisons,
            talks=talks,
            settings=self.settings,
        )

    def _check_windows(self) -> None:
        """Note terms that are never in force while anything is simulated."""
        for arm in self.entry.arm:
            if arm.terms and not (arm.terms.start < self.entry.measure_to and arm.terms.end > self.entry.simulate_from):
                must = f"be in force at some time from {self.entry.simulate_from} to {self.entry.measure_to}"
                self.faults.add(f"arm.{arm.name}.terms", must, f"{arm.terms.start} to {arm.terms.end}")

    def _check_names(self, place: str, names: list[str]) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.faults.add(place, "have unique names", name)

    def _file(self, name: str, place: str) -> tuple[Traversable | Path, str] | None:
        """Return a file named in the scenario, beside it or built in, and its text."""
        for folder in (self.folder, BUILTIN):
            file = folder / name
            if is_there(file):
                text = read_text(file, place, self.faults)
                if text is None:
                    return None
                return file, text
        self.faults.add(place, "be a file beside the scenario or a built-in one", name)
        return None

    def _find(self, name: str, place: str) -> Traversable | Path | None:
        """Return a file named in the scenario, or none after noting why it cannot be read."""
        found = self._file(name, place)
        return found[0] if found else None

    def _load_claims(self) -> None:
        for name in self.entry.claims:
            found = self._file(name, "claims")
            if found is None:
                continue
            try:
                loaded = load_claims(found[0])
            except InputError as error:
                self.faults.take(error.faults, f"{name}: ")
                continue
            for claim in loaded:
                if claim in self.claims:
                    self.faults.add(f"claims.{claim}", "be stated once", name)
            self.claims |= loaded

    def _load_curves(self) -> None:
        files: dict[str, dict[str, Any]] = {}
        for name in self.entry.curves:
            found = self._file(name, "curves")
            raw = parse_toml(found[1], name, self.faults) if found else None
            if raw is not None:
                files[name] = raw
        set_in_curves(CurveFile, list(files.values()), self.settings, self.faults)
        for name, raw in files.items():
            curves = validate(CurveFile, raw, self.faults)[0]
            for curve in curves.curve if curves else ():
                if curve.name in self.curves:
                    self.faults.add(f"curves.{curve.name}", "be given once", name)
                self.curves[curve.name] = (f"curves.{curve.name}", curve)

    def _side(self, side: SideEntry, ledger: Ledger) -> Side | None:
        entry = self.entry
        step_h = self._step(side)
        hours = (entry.measure_to - entry.simulate_from).total_seconds() / 3600.0
        time = Timeline(start=entry.simulate_from, step_h=step_h, n_steps=max(1, round(hours / step_h)))
        if not is_small_enough(side, time, self.faults):
            return None
        scope = Scope(side, ledger, self._find)
        before = len(self.faults.items)
        system, weather = None, None
        causes: tuple[CommonCause, ...] = ()
        by_weather: tuple[OutageWeather, ...] = ()
        try:
            causes = () if side.system.pras else common_causes(scope)
            by_weather = () if side.system.pras else outage_weather(scope, _classes(side))
            system = self._pras(side, time) if side.system.pras else build_system(scope, time)
            system = with_reserves(system, scope, time)
            weather = WeatherBuilder(scope=scope, time=time).build()
        except InputError as error:
            if len(self.faults.items) == before:
                self.faults.take(error.faults, f"{side.name}.")
        except ValueError as error:
            if len(self.faults.items) == before:
                self.faults.add(side.name, str(error).removeprefix("must "))
        classes = system.asset_classes if side.system.pras and system else _classes(side)
        campaign = CampaignBuilder(
            side=side, ledger=ledger, classes=classes, curves=self.curves, lenient=not self.whole, find=self._find,
            window=(entry.simulate_from, entry.measure_to),
        )  # fmt: skip
        struck, repair = campaign.campaign(), campaign.repair()
        people = ledger.parameter(f"{side.name}.people", side.people, Kind("people"), source_of(side))
        price = self._price(side, ledger, energy_unit_of(side.system.power_unit))
        roster = build_roster(side.roster, side.name, ledger, source_of(side), step_h)
        if system is None or self.faults.items:
            return None
        return Side(
            name=side.name,
            system=system,
            campaign=struck,
            repair=repair,
            weather=weather,
            common_causes=causes,
            outage_weather=by_weather,
            criterion=Criterion(**side.criterion.model_dump()),
            roster=roster,
            people=people,
            price=price,
            caveat=side.caveat,
        )

    def _price(self, side: SideEntry, ledger: Ledger, energy_unit: str) -> Price | None:
        """Return what a side's unserved energy is counted at, in the currency in which it is given."""
        path = f"{side.name}.unserved_price"
        amount = ledger.parameter(path, side.unserved_price, Kind(f"{MONEY}/{energy_unit}", 0.0, 1e12), source_of(side))
        if path not in ledger.figures:
            return None
        return Price(amount=amount, currency=currency_of(ledger.figures[path].unit))

    def _step(self, side: SideEntry) -> float:
        """Return the length of a side's step, h; it must divide a day and the windows."""
        place = f"{side.name}.system.step"
        span = parse_range(side.system.step)
        try:
            step_h = convert(span.low, span.unit, HOURS.unit)
        except ValueError:
            self.faults.add(place, "have a unit of time such as 'h'", span.unit)
            return 24.0
        if span.low != span.high or not 1e-9 < step_h <= 24 or abs(24 / step_h - round(24 / step_h)) > 1e-9:
            self.faults.add(place, "divide a day", side.system.step)
            return 24.0
        for name in ("measure_from", "measure_to"):
            hours = (getattr(self.entry, name) - self.entry.simulate_from).total_seconds() / 3600.0
            if abs(hours / step_h - round(hours / step_h)) > 1e-9:
                self.faults.add(name, f"be a whole number of steps of {side.name} after simulate_from", f"{hours:g} h")
        return step_h

    def _pras(self, side: SideEntry, time: Timeline) -> System | None:
        from standstill.formats.pras import read_pras

        place = f"{side.name}.system.pras"
        tables = (
            "region", "areas", "interface", "generator", "storage", "reservoir", "demand_response", "weather",
            "common_cause", "outage_weather",
        )  # fmt: skip
        for name in tables:
            if getattr(side, name):
                self.faults.add(f"{side.name}.{name}", "be left out where system.pras holds the system")
        path = Path(str(self.folder)) / str(side.system.pras)
        try:
            system = read_pras(path)
        except InputError as error:
            self.faults.take(error.faults, f"{place}: ")
            return None
        given = (system.start.replace(tzinfo=None), system.step_h, system.n_steps)
        if given != (time.start, time.step_h, time.n_steps):
            wanted = f"{time.n_steps} steps of {time.step_h:g} h"
            must = f"run from {time.start} in {wanted}, as simulate_from, measure_to and step say"
            self.faults.add(place, must, f"{system.start} in {system.n_steps} steps of {system.step_h:g} h")
        return replace(system, start=time.start)

    def _talks(self, terms: TermsBuilder, ledger: Ledger) -> Talks | None:
        """Return the talks of the scenario's process file, if it has one."""
        name = self.entry.process
        found = self._file(name, "process") if name is not None else None
        raw = parse_toml(found[1], str(name), self.faults) if found else None
        own = Faults(source=str(name))
        entry = validate(ProcessFile, raw, own)[0] if raw is not None else None
        self.faults.take(own.items, f"{name}: ")
        if entry is None or own.items:
            return None
        base = next((arm for arm in self.entry.arm if arm.terms and arm.terms.window == "fixed"), None)
        builder = TalksBuilder(
            entry=entry,
            ledger=ledger,
            terms=terms,
            base=base.terms if base else None,
            assumed=terms.arm(base).terms if base else None,
            place=str(name),
        )
        return builder.talks(self._log(entry.log), self.as_of)

    def _log(self, name: str) -> Log | None:
        """Return the log given instead of the process's own, or that."""
        if self.log is not None:
            return read_log(self.log, self.faults, str(self.log))
        found = self._file(name, "log")
        return read_log(found[0], self.faults, name) if found else None

    def _window(self, arm: ArmEntry, talks: Talks | None) -> Clock | None:
        """Return the clock of an arm whose window the talks decide."""
        if arm.terms is None or arm.terms.window == "fixed":
            return None
        if self.entry.process is None:
            must = "be fixed where the scenario has no process"
            self.faults.add(f"arm.{arm.name}.terms.window", must, arm.terms.window)
        if talks is None:
            return None
        on = self.as_of or self.entry.simulate_from.date()
        on_schedule = arm.terms.window == "talks-on-schedule"
        clock = talks.clock(on, on_schedule=on_schedule, earliest=arm.terms.start, end=arm.terms.end)
        if clock is None:
            self.faults.add(f"arm.{arm.name}.terms.window", f"be fixed, as {why_unknown(on)}", arm.terms.window)
        return clock

    def _comparisons(self) -> tuple[Comparison, ...]:
        known = tuple(dict.fromkeys([*self.claims, *(claim.base for claim in self.claims.values())]))
        for entry in self.entry.comparison:
            if entry.claim not in known:
                self.faults.add("comparison", "name a known claim", entry.claim, near(entry.claim, known))
        return tuple(Comparison(**entry.model_dump()) for entry in self.entry.comparison)

    def _register(self, ledger: Ledger) -> Register:
        figures: Mapping[str, Figure] = ledger.figures
        last = self.as_of or dt.date.max
        register = Register(figures=tuple(figures.values()), claims=self.claims, as_of=last)
        self.faults.items += register.faults()
        return register


def _classes(side: SideEntry) -> tuple[str, ...]:
    """Return the asset classes of a side's entries."""
    groups: list[Any] = [*side.assets]
    lines = [entry for entry in side.interface if entry.lines]
    names = [entry.asset_class for entry in (*groups, *lines, *((side.areas,) if side.areas else ()))]
    return tuple(dict.fromkeys(names))


def _in_our_words(fault: Fault) -> Fault:
    """Return a fault whose hint names the keys of a scenario file."""
    return replace(fault, hint=fault.hint.replace('judgement = "because ..."', 'because = "..."'))

"""From a side's entry to the Side: its system, its weather, the campaign against it, and what it counts.

Brings together what the builders of the parts return. Knows nothing of arms, talks or other sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from standstill.errors import InputError
from standstill.model.cause import CommonCause
from standstill.model.outage_weather import OutageWeather
from standstill.model.scenario import Criterion, Price, Side
from standstill.model.system import System
from standstill.scenario.build_campaign import CampaignBuilder
from standstill.scenario.build_causes import common_causes, outage_weather
from standstill.scenario.build_reserves import with_reserves
from standstill.scenario.build_system import build_system
from standstill.scenario.build_weather import WeatherBuilder
from standstill.scenario.figures import HOURS, MONEY, Kind, Ledger, source_of
from standstill.scenario.named_files import NamedFiles
from standstill.scenario.schema import parse_range
from standstill.scenario.scope import Scope
from standstill.scenario.sizes import is_small_enough
from standstill.scenario.tables import ScenarioEntry, SideEntry
from standstill.scenario.tables_campaign import CurveEntry
from standstill.scenario.tables_roster import build_roster
from standstill.scenario.timeline import Timeline
from standstill.units import convert, currency_of, energy_unit_of

__all__ = ["SideBuilder", "classes_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBuilder:
    """Builds one side, noting every fault."""

    side: SideEntry
    scenario: ScenarioEntry
    """Says what is simulated and measured."""
    ledger: Ledger
    files: NamedFiles
    """Files beside the scenario."""
    curves: Mapping[str, tuple[str, CurveEntry]]
    """Curves by name, from the curve files, with the place of each."""
    lenient: bool
    """Whether entries were left out, so that an unknown name may be known after all."""

    def build(self) -> Side | None:
        """Return the side, or none after noting faults."""
        side, ledger = self.side, self.ledger
        time = self._time()
        if not is_small_enough(side, time, ledger.faults):
            return None
        scope = Scope(side, ledger, self.files.find)
        system, weather = None, None
        causes: tuple[CommonCause, ...] = ()
        by_weather: tuple[OutageWeather, ...] = ()
        with self._noting():
            causes = () if side.system.pras else common_causes(scope)
            by_weather = () if side.system.pras else outage_weather(scope, classes_of(side))
            system = self._pras(time) if side.system.pras else build_system(scope, time)
            system = with_reserves(system, scope, time)
            weather = WeatherBuilder(scope=scope, time=time).build()
        campaign = self._campaign(system)
        struck, repair = campaign.campaign(), campaign.repair()
        people = ledger.parameter(f"{side.name}.people", side.people, Kind("people"), source_of(side))
        price = self._price()
        roster = build_roster(side.roster, side.name, ledger, source_of(side), time.step_h)
        if system is None or ledger.faults.items:
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

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Note what a record refuses, unless the builder before it has said why."""
        faults = self.ledger.faults
        before = len(faults.items)
        try:
            yield
        except InputError as error:
            if len(faults.items) == before:
                faults.take(error.faults, f"{self.side.name}.")
        except ValueError as error:
            if len(faults.items) == before:
                faults.add(self.side.name, str(error).removeprefix("must "))

    def _campaign(self, system: System | None) -> CampaignBuilder:
        side, scenario = self.side, self.scenario
        return CampaignBuilder(
            side=side,
            ledger=self.ledger,
            classes=system.asset_classes if side.system.pras and system else classes_of(side),
            curves=self.curves,
            lenient=self.lenient,
            find=self.files.find,
            window=(scenario.simulate_from, scenario.measure_to),
        )

    def _time(self) -> Timeline:
        """Return the steps from the start of the simulation to the end of what is measured."""
        scenario, step_h = self.scenario, self._step_h()
        hours = (scenario.measure_to - scenario.simulate_from).total_seconds() / 3600.0
        return Timeline(start=scenario.simulate_from, step_h=step_h, n_steps=max(1, round(hours / step_h)))

    def _price(self) -> Price | None:
        """Return what the side's unserved energy is counted at, in the currency in which it is given."""
        side, ledger = self.side, self.ledger
        path = f"{side.name}.unserved_price"
        kind = Kind(f"{MONEY}/{energy_unit_of(side.system.power_unit)}", 0.0, 1e12)
        amount = ledger.parameter(path, side.unserved_price, kind, source_of(side))
        if path not in ledger.figures:
            return None
        return Price(amount=amount, currency=currency_of(ledger.figures[path].unit))

    def _step_h(self) -> float:
        """Return the length of the side's step, h; it must divide a day and the windows."""
        side, faults, scenario = self.side, self.ledger.faults, self.scenario
        place = f"{side.name}.system.step"
        span = parse_range(side.system.step)
        try:
            step_h = convert(span.low, span.unit, HOURS.unit)
        except ValueError:
            faults.add(place, "have a unit of time such as 'h'", span.unit)
            return 24.0
        if span.low != span.high or not 1e-9 < step_h <= 24 or abs(24 / step_h - round(24 / step_h)) > 1e-9:
            faults.add(place, "divide a day", side.system.step)
            return 24.0
        for name in ("measure_from", "measure_to"):
            hours = (getattr(scenario, name) - scenario.simulate_from).total_seconds() / 3600.0
            if abs(hours / step_h - round(hours / step_h)) > 1e-9:
                faults.add(name, f"be a whole number of steps of {side.name} after simulate_from", f"{hours:g} h")
        return step_h

    def _pras(self, time: Timeline) -> System | None:
        """Return the system of a .pras file, which must run as long as the scenario does."""
        from standstill.formats.pras import read_pras

        side, faults = self.side, self.ledger.faults
        place = f"{side.name}.system.pras"
        tables = (
            "region", "areas", "interface", "generator", "storage", "reservoir", "demand_response", "weather",
            "common_cause", "outage_weather",
        )  # fmt: skip
        for name in tables:
            if getattr(side, name):
                faults.add(f"{side.name}.{name}", "be left out where system.pras holds the system")
        path = Path(str(self.files.folder)) / str(side.system.pras)
        try:
            system = read_pras(path)
        except InputError as error:
            faults.take(error.faults, f"{place}: ")
            return None
        unit = side.system.power_unit
        if (system.power_unit, system.energy_unit) != (unit, energy_unit_of(unit)):
            hint = "what the scenario adds, as a reserve or a price, is in the units of the system"
            own = f"{system.power_unit} and {system.energy_unit}"
            faults.add(f"{side.name}.system.power_unit", f"fit the file, which is in {own}", unit, hint)
            return None
        given = (system.start.replace(tzinfo=None), system.step_h, system.n_steps)
        if given != (time.start, time.step_h, time.n_steps):
            wanted = f"{time.n_steps} steps of {time.step_h:g} h"
            must = f"run from {time.start} in {wanted}, as simulate_from, measure_to and step say"
            faults.add(place, must, f"{system.start} in {system.n_steps} steps of {system.step_h:g} h")
        return replace(system, start=time.start)


def classes_of(side: SideEntry) -> tuple[str, ...]:
    """Return the asset classes of a side's entries."""
    groups: list[Any] = [*side.assets]
    lines = [entry for entry in side.interface if entry.lines]
    names = [entry.asset_class for entry in (*groups, *lines, *((side.areas,) if side.areas else ()))]
    return tuple(dict.fromkeys(names))

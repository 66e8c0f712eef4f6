"""Loads a scenario: text, tables, figures, records; every fault of every kind is reported at once.

Each side is built in ``build_side``, from files that ``named_files`` finds. Knows nothing of how a scenario is
simulated.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path

from standstill.errors import Fault, Faults, InputError, repeated
from standstill.evidence import Claim, Figure, Register
from standstill.formats.registry import find_format
from standstill.model.infer import why_unknown
from standstill.model.log import Log
from standstill.model.process import Clock
from standstill.model.scenario import FIGURE, Comparison, Scenario
from standstill.model.talks import Talks
from standstill.scenario.build_campaign import TermsBuilder
from standstill.scenario.build_process import TalksBuilder
from standstill.scenario.build_side import SideBuilder, classes_of
from standstill.scenario.figures import Ledger
from standstill.scenario.files import BUILTIN, builtin_files, is_there
from standstill.scenario.named_files import NamedFiles
from standstill.scenario.reading import near, parse_toml, read_text, validate
from standstill.scenario.settings import CURVES, apply_settings
from standstill.scenario.tables import ArmEntry, ScenarioEntry
from standstill.scenario.tables_process import ProcessFile
from standstill.scenario.talks_log import read_log

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
        entry=entry, whole=whole, files=NamedFiles(folder=folder, faults=faults), faults=faults, as_of=last,
        log=Path(log) if log is not None else None, settings=tuple(settings), user_set=user_set,
    ).scenario()  # fmt: skip


def _locate(name: str | Path) -> tuple[Traversable | Path, Traversable | Path]:
    """Return the file and its folder."""
    builtin = {Path(file.name).stem: file for file in builtin_files()}
    if isinstance(name, str) and name in builtin:
        return builtin[name], BUILTIN
    path = Path(name)
    is_file = bool(str(name).strip()) and (is_there(path) or is_there(path, folder=True))
    found = find_format(path) if is_file else None
    if found is not None:
        must, came = "be a built-in scenario or a .toml file, not a system", found.name
        hint = f"a system is assessed, without strikes: standstill assess {name}"
        if is_there(path, folder=True):
            must, came = "be a built-in scenario or a .toml file", "a folder"
        raise InputError(str(name), (Fault(place="scenario", must=must, got=came, hint=hint),))
    if not is_file and (path.suffix != ".toml" or not str(name).strip()):
        names = tuple(row[0] for row in list_scenarios())
        must = "be a built-in scenario or a .toml file"
        source = str(name).strip() or "the scenario"
        raise InputError(
            source, (Fault(place="scenario", must=must, got=repr(str(name)), hint=near(str(name), names)),)
        )
    return path, path.parent


@dataclass(slots=True)
class _Loader:
    """Builds the records of one scenario, noting every fault."""

    entry: ScenarioEntry
    whole: bool
    files: NamedFiles
    faults: Faults
    as_of: dt.date | None
    log: Path | None = None
    settings: tuple[str, ...] = ()
    user_set: tuple[str, ...] = ()

    def scenario(self) -> Scenario:
        """Return the scenario, or raise every fault."""
        claims = self.files.claims(self.entry.claims)
        curves = self.files.curves(self.entry.curves, self.settings)
        ledger = Ledger(claims=claims, faults=self.faults, user_set=self.user_set)
        for place, entries in (("side", self.entry.side), ("arm", self.entry.arm)):
            for name in repeated(entry.name for entry in entries):
                self.faults.add(place, "have unique names", name)
        sides = [
            SideBuilder(
                side=side, scenario=self.entry, ledger=ledger, files=self.files, curves=curves, lenient=not self.whole
            ).build()
            for side in self.entry.side
        ]
        terms = self._terms_builder(ledger)
        talks = self._talks(terms, ledger)
        arms = tuple(terms.arm(arm, self._window(arm, talks)) for arm in self.entry.arm)
        self._check_windows()
        comparisons = self._comparisons(claims)
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

    def _terms_builder(self, ledger: Ledger) -> TermsBuilder:
        sides = self.entry.side
        return TermsBuilder(
            ledger=ledger,
            classes=tuple(dict.fromkeys(name for side in sides for name in classes_of(side))),
            sides=tuple(side.name for side in sides),
            streams=tuple(dict.fromkeys(stream.name for side in sides for stream in side.stream)),
            lenient=not self.whole or any(side.system.pras for side in sides),
        )

    def _check_windows(self) -> None:
        """Note terms that are never in force while anything is simulated."""
        for arm in self.entry.arm:
            if arm.terms and not (arm.terms.start < self.entry.measure_to and arm.terms.end > self.entry.simulate_from):
                must = f"be in force at some time from {self.entry.simulate_from} to {self.entry.measure_to}"
                self.faults.add(f"arm.{arm.name}.terms", must, f"{arm.terms.start} to {arm.terms.end}")

    def _talks(self, terms: TermsBuilder, ledger: Ledger) -> Talks | None:
        """Return the talks of the scenario's process file, if it has one."""
        name = self.entry.process
        found = self.files.read(name, "process") if name is not None else None
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
        found = self.files.read(name, "log")
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

    def _comparisons(self, claims: Mapping[str, Claim]) -> tuple[Comparison, ...]:
        known = tuple(dict.fromkeys([*claims, *(claim.base for claim in claims.values())]))
        for entry in self.entry.comparison:
            if entry.claim not in known:
                self.faults.add("comparison", "name a known claim", entry.claim, near(entry.claim, known))
            for text in (entry.question, *(part for reading in entry.readings for part in reading)):
                self._check_figures(entry.claim, text)
        return tuple(Comparison(**entry.model_dump()) for entry in self.entry.comparison)

    def _check_figures(self, claim: str, text: str) -> None:
        """Note what of the figures that stand in a text names no arm or side."""
        arms, sides = ([item.name for item in items] for items in (self.entry.arm, self.entry.side))
        for arm, side, _ in re.findall(FIGURE, text):
            for name, known, what in ((arm, arms, "an arm"), (side, sides, "a side")):
                if name not in known:
                    self.faults.add(
                        f"comparison.{claim}", f"name {what} in its figures", name, near(name, tuple(known))
                    )

    def _register(self, ledger: Ledger) -> Register:
        figures: Mapping[str, Figure] = ledger.figures
        last = self.as_of or dt.date.max
        register = Register(figures=tuple(figures.values()), claims=ledger.claims, as_of=last)
        self.faults.items += register.faults()
        return register


def _in_our_words(fault: Fault) -> Fault:
    """Return a fault whose hint names the keys of a scenario file."""
    return replace(fault, hint=fault.hint.replace('judgement = "because ..."', 'because = "..."'))

"""A process of talks as data, where somebody believes it stands, and the window it gives. Names come from the data.

Knows nothing of probabilities over time (``clock``), of logs (``log``) or of what a standstill is worth.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real

from standstill.errors import Faults, repeated
from standstill.model.process_parts import (
    AUDIENCES,
    DAYS_PER_MONTH,
    PAX_CODES,
    Format,
    Precondition,
    Stage,
    Transition,
)

__all__ = [
    "AUDIENCES",
    "DAYS_PER_MONTH",
    "PAX_CODES",
    "Belief",
    "Clock",
    "Format",
    "Precondition",
    "Process",
    "Stage",
    "Transition",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """Everything about a process of talks but where it stands.

    Raises
    ------
    InputError
        If a name is unknown, a rate negative or a probability outside [0, 1]; every fault is listed.

    Examples
    --------
    >>> process = Process(
    ...     name="two stages", parties=("A", "B"), mediator="M",
    ...     stages=(Stage(name="talks"), Stage(name="in force", in_force=True), Stage(name="off")),
    ...     transitions=(
    ...         Transition(source="talks", target="in force", per_month=0.2),
    ...         Transition(source="talks", target="off", per_month=0.3),
    ...     ),
    ... )
    >>> process.holders, process.ending
    (('A', 'B', 'M'), 'off')
    """

    name: str
    """Name of the process."""
    parties: tuple[str, ...]
    """The parties, in the configured order."""
    mediator: str = ""
    """Who mediates; empty when nobody does."""
    others: tuple[str, ...] = ()
    """Anybody else with a part in it, such as a guarantor."""
    stages: tuple[Stage, ...]
    """Stages, in the order shown."""
    transitions: tuple[Transition, ...]
    """Ways between them."""
    preconditions: tuple[Precondition, ...] = ()
    """What holders say must hold first."""
    formats: tuple[Format, ...] = ()
    """Ways to meet."""
    format: str | None = None
    """Name of the present format."""
    out: dict[str, float] = field(default_factory=dict)
    """Probability that a holder stays out when the present stage begins."""
    prior_months: float = 6.0
    """Strength of the Gamma prior of every rate: the months of observation it is worth."""
    no_talks: str | None = None
    """Stage that stands for "there are no talks"; by default the absorbing one most stages lead to."""
    postponed: str | None = None
    """Stage in which a meeting is postponed, if the process has one."""
    on_schedule: str | None = None
    """Stage it would be in without the postponement."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"process {self.name!r}")
        _check_holders(self, faults)
        _check_stages(self, faults)
        _check_transitions(self, faults)
        _check_preconditions(self, faults)
        _check_formats(self, faults)
        _check_roles(self, faults)
        faults.raise_if_any()

    @property
    def holders(self) -> tuple[str, ...]:
        """Everybody with a part: parties, mediator, others."""
        return (*self.parties, *((self.mediator,) if self.mediator else ()), *self.others)

    @property
    def stage_names(self) -> tuple[str, ...]:
        """Names of the stages, in the order shown."""
        return tuple(stage.name for stage in self.stages)

    @property
    def ending(self) -> str | None:
        """The stage in which there are no talks: ``no_talks``, or the absorbing one that most stages lead to."""
        if self.no_talks is not None:
            return self.no_talks
        ends = [stage.name for stage in self.stages if not stage.in_force and not self.exits(stage.name)]
        entries = {name: sum(transition.target == name for transition in self.transitions) for name in ends}
        return max(ends, key=entries.__getitem__, default=None)

    def exits(self, stage: str) -> tuple[Transition, ...]:
        """Return the transitions out of a stage."""
        return tuple(transition for transition in self.transitions if transition.source == stage)

    def find_stage(self, name: str) -> str | None:
        """Return the name of the stage with this name or PA-X code; None if there is none."""
        if name in self.stage_names:
            return name
        return next((stage.name for stage in self.stages if name in stage.codes), None)

    def find_format(self, name: str | None) -> Format | None:
        """Return the format of this name; None if there is none."""
        return next((item for item in self.formats if item.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """Where a process stands on a day, as somebody sees it. A contested stage is several stages with weights.

    Raises
    ------
    InputError
        If the weights do not sum to 1, or a number is out of its range; every fault is listed.
    """

    weights: dict[str, float]
    """Probability of each stage; they sum to 1."""
    elapsed_months: dict[str, float] = field(default_factory=dict)
    """Months the process has been in a stage; 0 where not given."""
    lifted: tuple[str, ...] = ()
    """Names of preconditions known to be met or dropped."""
    binding: dict[str, float] = field(default_factory=dict)
    """Probability that a precondition binds, where it is not the process's own."""
    out: dict[str, float] = field(default_factory=dict)
    """Probability that a holder stays out, where it is not the process's own."""
    since: dict[str, float] = field(default_factory=dict)
    """Months ago at which the state of a precondition or holder was what ``binding`` or ``out`` says; before that it
    is taken to be met, or in. By default the day on which the stage began."""
    format: str | None = None
    """Name of the format, where it is not the process's own."""
    on: dt.date | None = None
    """The day it describes: month 0 of the clock is 00:00 on it."""

    def __post_init__(self) -> None:
        faults = Faults(source="belief")
        for place, values in (("weights", self.weights), ("binding", self.binding), ("out", self.out)):
            _check_probabilities(values, place, faults)
        for place, values in (("elapsed_months", self.elapsed_months), ("since", self.since)):
            for name, months in values.items():
                _check_rate(months, f"{place}.{name}", faults, "months")
        if not math.isclose(sum(self.weights.values()), 1.0, abs_tol=1e-9):
            faults.add("weights", "sum to 1", sum(self.weights.values()))
        faults.raise_if_any()

    def check(self, process: Process) -> None:
        """Raise one error that lists every name in this belief that the process does not have."""
        faults = Faults(source=f"belief about process {process.name!r}")
        conditions = tuple(item.name for item in process.preconditions)
        formats = tuple(item.name for item in process.formats)
        _check_known(self.weights, process.stage_names, "weights", "stage", faults)
        _check_known(self.elapsed_months, process.stage_names, "elapsed_months", "stage", faults)
        _check_known(self.lifted, conditions, "lifted", "precondition", faults)
        _check_known(self.binding, conditions, "binding", "precondition", faults)
        _check_known(self.out, process.holders, "out", "holder", faults)
        _check_known(self.since, (*conditions, *process.holders), "since", "precondition or holder", faults)
        if self.format is not None:
            _check_known((self.format,), formats, "format", "format", faults)
        faults.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A window drawn from a process: its first spell in force.

    The standstill starts when the process first enters a stage in force, or at ``earliest`` if that is later; where
    the spell is over by then, there is none. It ends when the process leaves the stages in force, or at ``end``; a
    later return is not counted.
    """

    process: Process
    """The process."""
    belief: Belief
    """Where it stands; month 0 is 00:00 on its day."""
    earliest: dt.datetime | None = None
    """Not in force before this time, if given."""
    end: dt.datetime | None = None
    """No longer in force from this time, if given."""
    variants: tuple[tuple[Process, Belief], ...] = ()
    """Processes, each with where it stands, that are drawn from with equal chances instead of the one above: what the
    ranges of its figures come to. Each starts on the day of ``belief``."""

    def __post_init__(self) -> None:
        for process, belief in self.cases:
            belief.check(process)
        faults = Faults(source=f"clock of process {self.process.name!r}")
        if self.belief.on is None:
            faults.add("belief.on", "be the day on which the clock starts")
        if self.earliest is not None and self.end is not None and self.earliest >= self.end:
            faults.add("end", f"be after the earliest start {self.earliest}", str(self.end))
        faults.raise_if_any()

    @property
    def cases(self) -> tuple[tuple[Process, Belief], ...]:
        """What a sample is drawn from, each with equal chance."""
        return self.variants or ((self.process, self.belief),)

    @property
    def day(self) -> dt.date:
        """The day on which the clock starts."""
        return self.belief.on or dt.date.min


def _check_holders(process: Process, faults: Faults) -> None:
    if len(process.parties) < 2:
        faults.add("parties", "name at least two parties", process.parties)
    _check_unique(process.holders, "parties, mediator and others", faults)
    reserved = set(AUDIENCES) & {*process.parties, *process.others}
    if reserved:
        faults.add("parties", f"not be called {' or '.join(AUDIENCES)}, which name groups", sorted(reserved))


def _check_stages(process: Process, faults: Faults) -> None:
    _check_unique(process.stage_names, "stages", faults)
    _check_unique([code for stage in process.stages for code in stage.codes], "stages.codes", faults)
    if not any(stage.in_force for stage in process.stages):
        faults.add("stages", "have a stage in force", process.stage_names, "write in_force = true for it")
    for stage in process.stages:
        place = f"stages.{stage.name}"
        if not (isinstance(stage.phases, Integral) and stage.phases >= 1):
            faults.add(f"{place}.phases", "be a whole number >= 1", stage.phases)
        elif stage.phases > 1 and not any(transition.late for transition in process.exits(stage.name)):
            faults.add(f"{place}.phases", "be 1 where no exit is late", stage.phases)
        _check_known(stage.codes, PAX_CODES, f"{place}.codes", "PA-X stage code", faults)


def _check_transitions(process: Process, faults: Faults) -> None:
    seen = set()
    for transition in process.transitions:
        place = f"transitions.{transition.source} -> {transition.target}"
        _check_known((transition.source, transition.target), process.stage_names, place, "stage", faults)
        if transition.source == transition.target:
            faults.add(place, "lead to another stage")
        _check_rate(transition.per_month, f"{place}.per_month", faults, "per month")
        key = (transition.source, transition.target, transition.cause)
        if key in seen:
            faults.add(place, "be given once for each cause", transition.cause)
        seen.add(key)


def _check_preconditions(process: Process, faults: Faults) -> None:
    names = [item.name for item in process.preconditions]
    _check_unique(names, "preconditions", faults)
    known = {(transition.source, transition.target) for transition in process.transitions}
    for item in process.preconditions:
        place = f"preconditions.{item.name}"
        if item.name in process.holders:
            faults.add(place, "not have the name of a holder")
        _check_known((item.holder,), process.holders, f"{place}.holder", "holder", faults)
        if not item.gates:
            faults.add(f"{place}.gates", "gate at least one transition")
        for part, gates in (("gates", item.gates), ("renewed_by", item.renewed_by)):
            for gate in gates:
                if tuple(gate) not in known:
                    faults.add(f"{place}.{part}", "name a transition", gate)
        _check_probabilities({"binding": item.binding}, place, faults)
        _check_rate(item.lift_per_month, f"{place}.lift_per_month", faults, "per month")
        _check_known(item.seen, process.holders, f"{place}.seen", "holder", faults)


def _check_formats(process: Process, faults: Faults) -> None:
    names = [item.name for item in process.formats]
    _check_unique(names, "formats", faults)
    for item in process.formats:
        place = f"formats.{item.name}"
        _check_known(item.needs, process.holders, f"{place}.needs", "holder", faults)
        _check_rate(item.meetings_per_month, f"{place}.meetings_per_month", faults, "per month")
        _check_probabilities({"agree_share": item.agree_share}, place, faults)
        returns = item.return_per_month
        rates = returns if isinstance(returns, dict) else {"of all": returns}
        if isinstance(returns, dict):
            _check_known(returns, process.holders, f"{place}.return_per_month", "holder", faults)
        for holder, rate in rates.items():
            _check_rate(rate, f"{place}.return_per_month.{holder}", faults, "per month")
    if process.format is not None:
        _check_known((process.format,), names, "format", "format", faults)
    elif any(transition.meeting for transition in process.transitions):
        faults.add("format", "be the present format, since a transition happens only at meetings")


def _check_roles(process: Process, faults: Faults) -> None:
    _check_known(process.out, process.holders, "out", "holder", faults)
    _check_probabilities(process.out, "out", faults)
    _check_rate(process.prior_months, "prior_months", faults, "months")
    if process.prior_months == 0:
        faults.add("prior_months", "be > 0 months", process.prior_months)
    for place in ("no_talks", "postponed", "on_schedule"):
        name = getattr(process, place)
        if name is not None:
            _check_known((name,), process.stage_names, place, "stage", faults)
    if process.no_talks is not None and process.exits(process.no_talks):
        faults.add("no_talks", "be a stage without exits", process.no_talks)
    if any(stage.in_force and stage.name == process.no_talks for stage in process.stages):
        faults.add("no_talks", "not be in force", process.no_talks)
    if (process.postponed is None) != (process.on_schedule is None):
        faults.add("postponed", "be given together with on_schedule", process.postponed or process.on_schedule)
    elif process.postponed is not None and process.postponed == process.on_schedule:
        faults.add("on_schedule", "be another stage than postponed", process.on_schedule)


def _check_unique(names: Iterable[str], place: str, faults: Faults) -> None:
    listed = list(names)
    twice = repeated(listed)
    if twice:
        faults.add(place, "have unique names", twice)
    if not all(name.strip() for name in listed):
        faults.add(place, "not have an empty name")


def _check_known(names: Iterable[str], known: Collection[str], place: str, what: str, faults: Faults) -> None:
    for name in names:
        if name not in known:
            faults.add(place, f"name a known {what}", name, f"known are {', '.join(known) or 'none'}")


def _check_rate(value: float, place: str, faults: Faults, unit: str) -> None:
    if not (_is_number(value) and 0 <= value < math.inf):
        faults.add(place, f"be finite and >= 0 {unit}", value)


def _check_probabilities(values: Mapping[str, float], place: str, faults: Faults) -> None:
    for name, value in values.items():
        if not (_is_number(value) and 0 <= value <= 1):
            faults.add(f"{place}.{name}", "be between 0 and 1", value)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)

"""The tables of a process file: stages of talks, what moves them, what they wait for, and who put a number on them.

The reference page is generated from the docstrings. What the tables mean together is checked in ``build_process``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from standstill.scenario.schema import (
    Count,
    Day,
    Entry,
    Field,
    FigureField,
    Name,
    Sourced,
    model_validator,
    refuse,
)

__all__ = [
    "AbsenceEntry",
    "ElicitedEntry",
    "FormatEntry",
    "GateEntry",
    "ModelEntry",
    "PreconditionEntry",
    "ProcessFile",
    "ReadingEntry",
    "SolveEntry",
    "StageEntry",
    "TermsPointEntry",
    "TransitionEntry",
]


class StageEntry(Entry):
    """A stage of the talks."""

    name: Name
    """Name, unique."""
    in_force: bool = False
    """Whether the standstill holds in it."""
    phases: Annotated[Count, Field(le=50)] = 1
    """Phases of its waiting time: 1 is exponential, more is more regular (Erlang)."""
    codes: tuple[Literal["Pre", "SubPar", "SubComp", "Cea", "Imp", "Ren"], ...] = ()
    """PA-X stage codes that a log may use for it."""
    note: str = ""
    """What it means."""


class TransitionEntry(Sourced):
    """A step from one stage to another."""

    source: Name = Field(alias="from")
    """Stage left."""
    target: Name = Field(alias="to")
    """Stage entered."""
    rate: FigureField
    """Rate, per time; where it happens at meetings, a factor on what the format gives (no unit)."""
    meeting: bool = False
    """Whether it happens only at meetings, at the rate of the format and once all whom it needs are in."""
    late: bool = True
    """Whether it leaves only from the last phase of the stage."""
    cause: str = ""
    """What it is, such as "shock" for one that a shock brings about."""


class GateEntry(Entry):
    """A step that a precondition blocks."""

    source: Name = Field(alias="from")
    """Stage left."""
    target: Name = Field(alias="to")
    """Stage entered."""


class PreconditionEntry(Sourced):
    """What a holder says must hold before talks go on."""

    name: Name
    """Name, unique."""
    holder: Name
    """Who holds it."""
    gates: Annotated[tuple[GateEntry, ...], Field(min_length=1)]
    """Steps that it blocks while it binds."""
    binding: FigureField
    """Probability that it binds, rather than being said only."""
    lift: FigureField
    """Rate at which it is lifted, per time."""
    renewed_by: tuple[GateEntry, ...] = ()
    """Steps that make it bind again, with the same probability."""
    seen: dict[str, str] = Field(default_factory=dict)
    """Its state as each party sees it, in words."""


class FormatEntry(Sourced):
    """How the parties meet."""

    name: Name
    """Name, unique."""
    needs: tuple[Name, ...]
    """Who must attend."""
    meetings: FigureField
    """Rate of meetings once all whom it needs are in, per time."""
    agree: FigureField
    """Share of meetings that agree."""
    returns: FigureField
    """Rate at which one that stays out comes back under this format, per time."""


class AbsenceEntry(Sourced):
    """Who may stay out for now."""

    party: Name
    """Who."""
    probability: FigureField
    """Probability that it stays out now."""


class ElicitedEntry(Sourced):
    """A probability that somebody stated, with its event, its deadline and what it assumed."""

    name: Name
    """Name, unique."""
    who: str
    """Who stated it, in words."""
    kind: Literal["officials", "base rate", "other"]
    """Whose number it is; kinds are never merged silently."""
    event: str
    """The event, in words."""
    probability: FigureField
    """The probability: a value, a range or a distribution."""
    said: Day
    """When it was stated."""
    by: Day | None = None
    """Deadline of the event, if one was stated."""
    assumed: str = ""
    """What it took as given, in words."""
    outcome: bool | None = None
    """Whether the event came about, where that is known; for scoring."""


class SolveEntry(Entry):
    """A rate that is solved so that the process gives a stated probability."""

    source: Name = Field(alias="from")
    """Stage left by the step whose rate is solved."""
    target: Name = Field(alias="to")
    """Stage entered."""
    elicited: Name
    """The stated probability."""
    stage: Name
    """Stage in which the process was taken to be."""
    start: Day = Field(alias="on")
    """Day from which it runs."""
    by: Day
    """Day by which the standstill is to be in force."""
    because: Annotated[str, Field(min_length=1)]
    """Why this stage, day and deadline, where none were stated."""


class ReadingEntry(Sourced):
    """One holder's reading of a point that the draft leaves open."""

    name: Name
    """Name, unique within the point."""
    holders: tuple[Name, ...] = ()
    """Who holds it; nobody known if empty."""
    says: str
    """What it says, in words."""
    terms: dict[str, object] = Field(default_factory=dict)
    """Keys of the terms that it sets, such as from, to, classes, sides, compliance, exempt_streams, collapse; but not
    window: readings are of terms between dates."""
    holds: FigureField | None = None
    """Factor on the rate at which the standstill collapses under this reading; 1 by default. Of a range only the
    median is used."""


class TermsPointEntry(Entry):
    """A point of the draft that is open or disputed."""

    name: Name
    """Name, unique."""
    question: str
    """What is open, as a question."""
    reading: Annotated[tuple[ReadingEntry, ...], Field(min_length=2)]
    """Readings held or possible."""


class ModelEntry(Entry):
    """A model of the bargaining and mediation library; it is printed only if every input has a source."""

    code: str
    """Its code, such as "B1" or "M3"."""
    inputs: dict[str, float | str | tuple[float, float] | bool]
    """Its inputs by name; a pair has one number for each party."""
    sources: dict[str, str] = Field(default_factory=dict)
    """Input -> id of the claim behind it, or "set by the user"."""


class ProcessFile(Sourced):
    """A process of talks."""

    name: str
    """Name shown in reports."""
    parties: Annotated[tuple[Name, ...], Field(min_length=2)]
    """Who must agree, in the order of reports."""
    mediator: Name
    """Who mediates."""
    others: tuple[Name, ...] = ()
    """Others with a part in it, such as guarantors."""
    log: str
    """CSV file of the dated log, beside this file."""
    deadline: Day
    """Day by which the standstill in force is asked for."""
    format: Name | None = None
    """How the parties meet now."""
    postponed: Name | None = None
    """Stage that stands for the postponement."""
    on_schedule: Name | None = None
    """Stage in which the process would be without it."""
    no_talks: Name | None = None
    """Stage that stands for no talks at all."""
    memory: FigureField
    """Time over which the log weighs as much as the rates stated here, time."""
    stage: Annotated[tuple[StageEntry, ...], Field(min_length=2)]
    """Stages."""
    transition: Annotated[tuple[TransitionEntry, ...], Field(min_length=1)]
    """Steps."""
    precondition: tuple[PreconditionEntry, ...] = ()
    """Preconditions."""
    meeting: tuple[FormatEntry, ...] = ()
    """Formats."""
    absence: tuple[AbsenceEntry, ...] = ()
    """Who may stay out."""
    elicited: tuple[ElicitedEntry, ...] = ()
    """Stated probabilities and base rates."""
    solve: tuple[SolveEntry, ...] = ()
    """Rates solved from stated probabilities, in this order."""
    point: tuple[TermsPointEntry, ...] = ()
    """What the draft leaves open."""
    model: tuple[ModelEntry, ...] = ()
    """Models of bargaining and mediation to be answered."""

    @model_validator(mode="after")
    def _has_a_schedule(self) -> ProcessFile:
        if (self.postponed is None) != (self.on_schedule is None):
            raise refuse("have postponed and on_schedule together, or neither")
        return self

"""The dated log of a process: what happened, from when it was known, and to whom. A log is data, in the order learnt.

Who reads a log sees what was known to them on a day, copies counted once. Knows nothing of probabilities over time.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from standstill.errors import Faults, repeated
from standstill.model.process import AUDIENCES, Process

__all__ = ["KINDS", "Event", "Log"]

KINDS = {
    "stage": "a stage was reached, or several are said to have been, with weights",
    "shock": "something outside the talks that bears on them",
    "out": "a holder stays out",
    "back": "a holder is back in",
    "condition": "a holder states a precondition",
    "lifted": "a precondition is met or dropped",
    "format": "the format of the talks changes",
    "denial": "somebody denies the talks, or what is said of them",
    "statement": "anything else said",
    "plan": "something planned for a day, which may be ahead",
}
"""Kinds of events, each with its meaning."""

_WITH_SUBJECT = ("out", "back", "condition", "lifted", "format")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dated entry of a log."""

    id: str
    """Unique id."""
    happened: dt.date
    """Day it happened, or is planned for."""
    known_from: dt.date
    """First day on which those it is known to knew it."""
    known_to: tuple[str, ...]
    """Who knew: "public" (everybody), "parties", "mediator", or holders by name."""
    kind: str
    """One of ``KINDS``."""
    subject: str = ""
    """What it is about: a stage (name or PA-X code), holder, precondition or format."""
    value: str = ""
    """More about it; of a condition, the probability that it binds; of a stage, the cause of the move."""
    weights: dict[str, float] = field(default_factory=dict)
    """Of a contested stage: probability of each stage; they sum to 1. They stand in place of the subject."""
    likelihood: float = 1.0
    """Of a denial: P(said | talks as logged) / P(said | no such talks). Governments deny in both: close to 1."""
    root: str = ""
    """What a relay goes back to: the id of another event, or any word that all relays of one statement share."""
    by: str = ""
    """Who said it."""
    claims: tuple[str, ...] = ()
    """Ids of the claims behind it."""
    statement: str = ""
    """What is said, in neutral words."""

    def known_by(self, who: str, process: Process | None = None) -> bool:
        """Return whether ``who`` is among those it is known to: a group or a holder; "parties" needs them all."""
        if "public" in self.known_to or who in self.known_to:
            return True
        if process is None:
            return False
        if who == "parties":
            return set(process.parties) <= set(self.known_to)
        if who in ("mediator", process.mediator):
            return bool({"mediator", process.mediator} & set(self.known_to))
        return who in process.parties and "parties" in self.known_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Events in the order in which they became known, those known the same day in the order they happened.

    Raises
    ------
    InputError
        If events are out of order, of no known kind, or lack what their kind needs; every fault is listed.

    Examples
    --------
    >>> begin, report = dt.date(2030, 6, 1), dt.date(2030, 8, 17)
    >>> log = Log(events=(
    ...     Event(id="begin", happened=begin, known_from=begin, known_to=("parties",), kind="stage", subject="contact"),
    ...     Event(id="press", happened=begin, known_from=report, known_to=("public",), kind="stage", subject="contact"),
    ... ))
    >>> log.known(dt.date(2030, 8, 1), "public"), [event.id for event in log.known(report, "public")]
    ((), ['press'])
    """

    events: tuple[Event, ...] = ()
    """The events."""

    def __post_init__(self) -> None:
        faults = Faults(source="log")
        for event in self.events:
            _check_event(event, faults)
        for name in repeated(event.id for event in self.events):
            faults.add(f"events.{name}", "have an id of its own")
        if not faults.items:
            _check_order(self.events, faults)
        faults.raise_if_any()

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        """Iterate over the events."""
        return iter(self.events)

    def until(self, day: dt.date) -> Log:
        """Return the log as it was kept on ``day``: nothing in it became known later."""
        return Log(events=tuple(event for event in self.events if event.known_from <= day))

    def known(self, as_of: dt.date, who: str = "public", process: Process | None = None) -> tuple[Event, ...]:
        """Return the events that ``who`` knew on a day, each statement once, in the order learnt.

        Parameters
        ----------
        as_of: date
            The day.
        who: str
            "public", "parties" (what each of them knew), "mediator", or a holder by name.
        process: Process, optional
            Says which holders are parties and who mediates; needed unless ``who`` is a word the log itself uses.

        Returns
        -------
        tuple of Event
            Of events with the same ``root``, or without one but with the same kind, subject, value, weights, day and
            speaker, the first that ``who`` learnt: relays and copies add nothing.

        Raises
        ------
        InputError
            If the process has no such holder.
        """
        if process is not None and who not in (*AUDIENCES, *process.holders):
            faults = Faults(source=f"process {process.name!r}")
            faults.add("who", f"be one of {', '.join((*AUDIENCES, *process.holders))}", who)
            faults.raise_if_any()
        found: list[Event] = []
        seen: set[object] = set()
        for event in self.events:
            if event.known_from <= as_of and event.known_by(who, process):
                if seen.isdisjoint(_marks(event)):
                    found.append(event)
                seen.update(_marks(event))
        return tuple(found)

    def check(self, process: Process, as_of: dt.date | None = None, *, strict: bool = False) -> None:
        """Check that every name is one of the process's.

        Parameters
        ----------
        process: Process
            The process that the log is about.
        as_of: date, optional
            The day of the run.
        strict: bool
            Whether an event that became known after ``as_of`` is a fault; otherwise it is merely not used.

        Raises
        ------
        InputError
            If a stage, holder, precondition or format is unknown, or, when strict, an event is later than the run.
        """
        faults = Faults(source=f"log of process {process.name!r}")
        for event in self.events:
            _check_names(event, process, faults)
            if strict and as_of is not None and event.known_from > as_of:
                faults.add(f"events.{event.id}.known_from", f"not be after {as_of}", str(event.known_from))
        faults.raise_if_any()


def _marks(event: Event) -> tuple[object, ...]:
    """Return what a copy would share with an event: its root, or its id as another's root and all it says."""
    if event.root:
        return (event.root,)
    said = (event.kind, event.subject, event.value, tuple(sorted(event.weights.items())), event.happened, event.by)
    return (event.id, said)


def _check_event(event: Event, faults: Faults) -> None:
    place = f"events.{event.id}"
    if not event.id.strip():
        faults.add("events", "each have an id")
    if not all(_is_day(day) for day in (event.happened, event.known_from)):
        faults.add(place, "have full dates, without a time of day", (event.happened, event.known_from))
    elif event.happened > event.known_from and event.kind != "plan":
        faults.add(f"{place}.known_from", f"not be before the day it happened, {event.happened}", str(event.known_from))
    if not event.known_to:
        faults.add(f"{place}.known_to", "name at least one who knew", hint=f"groups are {', '.join(AUDIENCES)}")
    if event.kind not in KINDS:
        faults.add(f"{place}.kind", f"be one of {', '.join(KINDS)}", event.kind)
    if event.kind in _WITH_SUBJECT and not event.subject:
        faults.add(f"{place}.subject", f"say what the {event.kind} is about")
    if event.kind == "condition" and event.value:
        _check_binding(event, faults)
    if event.kind == "denial" and not event.by:
        faults.add(f"{place}.by", "say who denies")
    if not (0.0 < event.likelihood < math.inf):
        faults.add(f"{place}.likelihood", "be finite and > 0", event.likelihood)
    elif event.likelihood != 1.0 and event.kind != "denial":
        faults.add(f"{place}.likelihood", "be given for a denial only", event.likelihood)
    _check_weights(event, faults)


def _check_weights(event: Event, faults: Faults) -> None:
    place = f"events.{event.id}"
    if event.kind == "stage" and not (event.subject or event.weights):
        faults.add(place, "name a stage as its subject, or several with weights")
    if event.kind != "stage" and event.weights:
        faults.add(f"{place}.weights", "be given for a stage only")
    for name, weight in event.weights.items():
        if not 0.0 <= weight <= 1.0:
            faults.add(f"{place}.weights.{name}", "be between 0 and 1", weight)
    if event.weights and not math.isclose(sum(event.weights.values()), 1.0, abs_tol=1e-9):
        faults.add(f"{place}.weights", "sum to 1", sum(event.weights.values()))


def _check_binding(event: Event, faults: Faults) -> None:
    try:
        fits = 0.0 <= float(event.value) <= 1.0
    except ValueError:
        fits = False
    if not fits:
        faults.add(f"events.{event.id}.value", "be a probability that it binds, or empty", event.value)


def _check_order(events: tuple[Event, ...], faults: Faults) -> None:
    for before, after in pairwise(events):
        if (after.known_from, after.happened) < (before.known_from, before.happened):
            faults.add(
                f"events.{after.id}",
                f"not stand after {before.id}",
                f"known from {after.known_from}, happened {after.happened}",
                "order events by known_from, then by happened",
            )


def _check_names(event: Event, process: Process, faults: Faults) -> None:
    place = f"events.{event.id}"
    known = {
        "out": process.holders,
        "back": process.holders,
        "condition": tuple(item.name for item in process.preconditions),
        "lifted": tuple(item.name for item in process.preconditions),
        "format": tuple(item.name for item in process.formats),
    }
    if event.kind in known and event.subject not in known[event.kind]:
        faults.add(
            f"{place}.subject", f"be known to the process for kind {event.kind}", event.subject,
            f"known are {', '.join(known[event.kind]) or 'none'}",
        )  # fmt: skip
    if event.kind == "stage":
        for name in dict.fromkeys([*filter(None, [event.subject]), *event.weights]):
            if process.find_stage(name) is None:
                faults.add(f"{place}.subject", "be a known stage", name, f"known are {', '.join(process.stage_names)}")
    for holder in event.known_to:
        if holder not in (*AUDIENCES, *process.holders):
            faults.add(f"{place}.known_to", "name a known holder or group", holder)


def _is_day(value: object) -> bool:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)

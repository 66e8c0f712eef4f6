"""The talks of a scenario: the process, its log, what people said of its chances, and what the draft leaves open.

Knows no outcomes: what a reading is worth is for ``talks``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from standstill.evidence.claim import Value
from standstill.evidence.figure import Figure
from standstill.model.infer import belief, updated, without_postponement
from standstill.model.log import Log
from standstill.model.process import Belief, Clock, Process
from standstill.model.terms import Terms

__all__ = ["Elicited", "ModelUse", "Point", "Reading", "Solve", "Talks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elicited:
    """A probability that somebody stated, with its event, its deadline and what it assumed."""

    name: str
    """Name, unique within the talks."""
    who: str
    """Who stated it."""
    kind: str
    """"officials", "base rate" or "other": kinds are never merged silently."""
    event: str
    """The event, in words."""
    probability: Figure
    """What was said, as a distribution."""
    said: dt.date
    """When it was said."""
    by: dt.date | None = None
    """Deadline of the event, if one was stated."""
    assumed: str = ""
    """What it took as given, in words."""
    stated: Value | None = None
    """The value as its claim states it, as a share, if one does."""
    outcome: bool | None = None
    """Whether the event came about, if known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solve:
    """A rate solved so that the process gives a stated probability."""

    step: tuple[str, str]
    """Stages left and entered by the step whose rate was solved."""
    elicited: str
    """Name of the stated probability."""
    stage: str
    """Stage in which the process was taken to be."""
    on: dt.date
    """Day from which it ran."""
    by: dt.date
    """Day by which the standstill was to be in force."""
    because: str
    """Why this stage, day and deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading of a point that the draft leaves open."""

    name: str
    """Name, unique within the point."""
    says: str
    """What it says."""
    terms: Terms
    """The assumed terms under it."""
    holds: float = 1.0
    """Factor on the rate at which the standstill collapses; the middle of its range."""
    holders: tuple[str, ...] = ()
    """Who holds it, if known."""
    because: str = ""
    """Source: "invented" where no draft is public."""
    claims: tuple[str, ...] = ()
    """Ids of the claims behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point of the draft that is open or disputed."""

    name: str
    """Name, unique within the talks."""
    question: str
    """What is open."""
    readings: tuple[Reading, ...]
    """Readings held or possible; the first is that of the assumed terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """A model of the bargaining and mediation library that the user wants answered."""

    code: str
    """Its code, such as "B1"."""
    inputs: dict[str, Any]
    """Its inputs by name."""
    sources: dict[str, str]
    """Input -> id of the claim behind it, or "set by the user"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Talks:
    """The talks of a scenario, as data."""

    process: Process
    """The process with every figure at its median, rates solved."""
    variants: tuple[Process, ...]
    """The process with its figures drawn, each as likely as the others, rates solved in each."""
    log: Log
    """Everything logged, also what became known later."""
    deadline: dt.date
    """Day by which the standstill in force is asked for."""
    elicited: tuple[Elicited, ...] = ()
    """Stated probabilities and base rates."""
    solves: tuple[Solve, ...] = ()
    """Which rates were solved, and from what."""
    points: tuple[Point, ...] = ()
    """What the draft leaves open."""
    models: tuple[ModelUse, ...] = ()
    """Models of the library to be answered."""

    def stand(self, process: Process, on: dt.date, who: str) -> tuple[Process, Belief] | None:
        """Return one of the processes, its rates updated from the log, and where it stands, as somebody knew on a day.

        None if nothing of the talks was known to them by then.
        """
        here = belief(process, self.log, on, who)
        return None if here is None else (updated(process, self.log, on, who)[0], here)

    def clock(
        self, on: dt.date, *, on_schedule: bool = False, earliest: dt.datetime | None, end: dt.datetime | None
    ) -> Clock | None:
        """Return the window that the talks, as publicly known on a day, or as if never postponed, bring about.

        Where nothing of the talks was public by then, there are none to wait for: the window never opens. None if the
        process has no stage for that.
        """
        cases = []
        for process in (self.process, *self.variants):
            stand = self.stand(process, on, "public")
            if stand is None:
                if process.ending is None:
                    return None
                stand = (process, Belief(weights={process.ending: 1.0}, on=on))
            cases.append((stand[0], without_postponement(*stand) if on_schedule else stand[1]))
        (process, here), *variants = cases
        return Clock(process=process, belief=here, earliest=earliest, end=end, variants=tuple(variants))

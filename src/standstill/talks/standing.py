"""Where the talks stand on a day, as somebody knew it: stage, who says so, what they wait for, and with what chance.

Reads the talks of a scenario, never an outcome. Officials, base rate and model stay three numbers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from standstill.errors import Fault, InputError
from standstill.model.infer import Posterior, updated, why_unknown
from standstill.model.process import AUDIENCES, DAYS_PER_MONTH, Belief, Process
from standstill.model.scenario import Scenario
from standstill.model.talks import Talks
from standstill.talks.forecast import Forecast, Lever, timeline
from standstill.talks.in_force import Chance, chances_by, mean_levers, three_numbers
from standstill.talks.people import SideBySide
from standstill.talks.sayings import Saying, sayings
from standstill.talks.waits import Wait, waits

__all__ = ["Stage", "Standing", "standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage the process may be in now."""

    name: str
    """Name."""
    weight: float
    """Probability that it is this one."""
    since: dt.date | None
    """Day on which it began, if logged."""
    note: str
    """What it means."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        since = self.since.isoformat() if self.since else None
        return {"stage": self.name, "weight": self.weight, "since": since, "note": self.note}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the talks stand."""

    process: str
    """Name of the process."""
    parties: tuple[str, ...]
    """The parties, in the configured order."""
    mediator: str
    """Who mediates."""
    as_of: dt.date
    """The day."""
    who: str
    """To whom it stands so: public, parties, mediator, or a holder by name."""
    deadline: dt.date
    """Day by which the standstill in force is asked for."""
    reason: str
    """Why nothing can be said, where nothing can."""
    stages: tuple[Stage, ...]
    """Stages it may be in; several where it is contested."""
    sayings: tuple[Saying, ...]
    """Who says so and who does not, in the order of the log."""
    waits: tuple[Wait, ...]
    """What it waits for."""
    chance: Chance | None
    """P(in force by the deadline), by the model."""
    by_month: tuple[Chance, ...]
    """The same by the first of each month."""
    numbers: SideBySide
    """Officials, base rate and model, each by itself."""
    levers: tuple[Lever, ...]
    """What each change alone would do."""
    timeline: tuple[Forecast, ...]
    """What the model, at the middle of its ranges, would have said on each day of the log, to each circle."""
    rates: tuple[Posterior, ...]
    """Each rate before and after the log."""
    solved: tuple[str, ...]
    """Which rates were solved from what, in words."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: null with a reason where nothing is known."""
        return {
            "process": self.process,
            "parties": list(self.parties),
            "mediator": self.mediator,
            "as_of": self.as_of.isoformat(),
            "known_to": self.who,
            "deadline": self.deadline.isoformat(),
            "stages": [item.as_dict() for item in self.stages] or None,
            "reason": self.reason,
            "says": [item.as_dict() for item in self.sayings],
            "waits": [item.as_dict() for item in self.waits],
            "in_force": self.chance.as_dict() if self.chance else {"value": None, "reason": self.reason},
            "in_force_by_month": [item.as_dict() for item in self.by_month],
            "numbers": self.numbers.as_dict(),
            "levers": [item.as_dict() for item in self.levers],
            "timeline": [item.as_dict() for item in self.timeline],
            "rates": [_rate(item) for item in self.rates],
            "solved": list(self.solved),
        }


def standing(scenario: Scenario, *, as_of: dt.date | None = None, known_to: str = "public") -> Standing:
    """Return where the talks of a scenario stand on a day, as somebody knew it.

    Parameters
    ----------
    scenario: Scenario
        A scenario with talks.
    as_of: date, optional
        The day; the scenario's own by default.
    known_to: str
        "public", "parties", "mediator", or a party, mediator or other by name.

    Raises
    ------
    InputError
        If the scenario has no talks, nobody is called so, or the deadline has passed.
    """
    return _standing(scenario, as_of, known_to)


@lru_cache(maxsize=4)
def _standing(scenario: Scenario, as_of: dt.date | None, known_to: str) -> Standing:
    """Return the same, remembered: a run's file, its report and its summary ask the same of one record."""
    talks = scenario.talks
    if talks is None:
        must = "name a process of talks (process = ...)"
        raise InputError(scenario.name, (Fault(place="process", must=must),))
    day = as_of or scenario.as_of or scenario.simulate_from.date()
    _check(talks, day, known_to)
    events = talks.log.known(day, known_to, talks.process)
    stand = talks.stand(talks.process, day, known_to)
    cases = [case for item in talks.variants if (case := talks.stand(item, day, known_to)) is not None]
    months = _firsts(day, max(scenario.measure_to.date(), talks.deadline))
    chances = chances_by(cases, day, [talks.deadline, *months])
    return Standing(
        process=talks.process.name,
        parties=talks.process.parties,
        mediator=talks.process.mediator,
        as_of=day,
        who=known_to,
        deadline=talks.deadline,
        reason="" if stand else why_unknown(day, known_to),
        stages=_stages(*stand, day) if stand else (),
        sayings=sayings(scenario, events, day),
        waits=waits(*stand) if stand else (),
        chance=chances[0] if chances else None,
        by_month=tuple(chances[1:]),
        numbers=three_numbers(talks, day, chances),
        levers=mean_levers(cases, day, known_to, talks.deadline),
        timeline=timeline(talks.process, talks.log, _days(talks, day), AUDIENCES, talks.deadline),
        rates=updated(talks.process, talks.log, day, known_to)[1] if stand else (),
        solved=_solved(talks),
    )


def _check(talks: Talks, day: dt.date, known_to: str) -> None:
    known = (*AUDIENCES, *talks.process.holders)
    faults = []
    if known_to not in known:
        faults.append(Fault(place="known to", must=f"be one of {', '.join(known)}", got=repr(known_to)))
    if day > talks.deadline:
        must = f"not be after the deadline of the talks, {talks.deadline}"
        faults.append(Fault(place="as of", must=must, got=str(day)))
    if faults:
        raise InputError("talks", tuple(faults))


def _firsts(day: dt.date, last: dt.date) -> list[dt.date]:
    """Return the first of each month after a day, up to the month after the last."""
    found = []
    while day <= last:
        day = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        found.append(day)
    return [item for item in found if item <= last]


def _stages(process: Process, here: Belief, day: dt.date) -> tuple[Stage, ...]:
    notes = {stage.name: stage.note for stage in process.stages}

    def since(name: str) -> dt.date | None:
        months = here.elapsed_months.get(name)
        return None if months is None else day - dt.timedelta(days=round(months * DAYS_PER_MONTH))

    ranked = sorted(here.weights.items(), key=lambda item: -item[1])
    return tuple(
        Stage(name=name, weight=weight, since=since(name), note=notes[name]) for name, weight in ranked if weight > 0
    )


def _days(talks: Talks, day: dt.date) -> list[dt.date]:
    """Return the days on which somebody learnt something, and the day itself."""
    return sorted({event.known_from for event in talks.log if event.known_from <= day} | {day})


def _solved(talks: Talks) -> tuple[str, ...]:
    stated = {item.name: item for item in talks.elicited}
    return tuple(
        f"The rate from {item.step[0]} to {item.step[1]} gives {100 * stated[item.elicited].probability.mean:.0f} % by "
        f"{item.by} from {item.stage} on {item.on}, as {stated[item.elicited].who} are read: {item.because}."
        for item in talks.solves
    )


def _rate(item: Posterior) -> dict[str, Any]:
    return {
        "from": item.source,
        "to": item.target,
        "cause": item.cause,
        "prior_per_month": item.prior_per_month,
        "events": item.events,
        "exposure_months": item.exposure_months,
        "per_month": item.per_month,
    }

"""Where the talks stand on a day, as somebody knew it: stage, who says so, what they wait for, and with what chance.

Reads the talks of a scenario, never an outcome. Officials, base rate and model stay three numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from standstill.errors import Fault, InputError
from standstill.evidence.claim import STANCES, Claim, Value
from standstill.evidence.distribution import Fixed
from standstill.model.chain import Chain, chain
from standstill.model.clock import ever_in_force
from standstill.model.infer import Posterior, updated, why_unknown
from standstill.model.log import Event
from standstill.model.process import AUDIENCES, DAYS_PER_MONTH, Belief, Process
from standstill.model.scenario import Scenario
from standstill.model.talks import Elicited, Talks
from standstill.talks.answer import listed
from standstill.talks.forecast import Forecast, Lever, levers, timeline
from standstill.talks.people import Opinion, SideBySide, side_by_side

__all__ = ["Chance", "Saying", "Stage", "Standing", "Wait", "standing"]

NOT_SAYING = ("denies", "declines to comment")
"""Stances of those who do not confirm."""
EVENT = "a standstill is in force"


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
class Saying:
    """Who says what of where the talks stand."""

    claim: str
    """Id of the claim."""
    speaker: str
    """Who said it."""
    who: str
    """Speaker and role."""
    verb: str
    """Neutral verb of its stance: said, estimated, denied ..."""
    statement: str
    """What was said."""
    via: str
    """Outlets."""
    when: str
    """Date."""
    grade: str
    """H, M or L."""
    confirms: bool
    """Whether it says so; otherwise it denies, or declines to comment."""
    of_stage: bool
    """Whether it is about the stage that the talks are in now."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Something the talks wait for."""

    whom: str
    """Who can end the wait."""
    what: str
    """What is waited for."""
    probability: float | None
    """Probability that it holds the talks up now; None where it simply must be so."""
    seen: dict[str, str]
    """Its state in the words of each party."""
    claims: tuple[str, ...]
    """Ids of the claims behind it."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "whom": self.whom, "what": self.what, "probability": self.probability, "seen": self.seen,
            "claims": list(self.claims),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """P(ever in force by a day), by the model."""

    by: dt.date
    """The day."""
    probability: float
    """Mean over the ranges of the process's figures."""
    p10: float
    """10th percentile over them."""
    p90: float
    """90th percentile."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"by": self.by.isoformat(), "value": self.probability, "p10": self.p10, "p90": self.p90}


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
    chances = _chances(cases, day, [talks.deadline, *months])
    return Standing(
        process=talks.process.name,
        parties=talks.process.parties,
        mediator=talks.process.mediator,
        as_of=day,
        who=known_to,
        deadline=talks.deadline,
        reason="" if stand else why_unknown(day, known_to),
        stages=_stages(*stand, day) if stand else (),
        sayings=_sayings(scenario, events, day),
        waits=_waits(*stand) if stand else (),
        chance=chances[0] if chances else None,
        by_month=tuple(chances[1:]),
        numbers=_numbers(talks, day, chances),
        levers=_levers(cases, day, known_to, talks.deadline),
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


def _chances(cases: Sequence[tuple[Process, Belief]], day: dt.date, ends: Sequence[dt.date]) -> list[Chance]:
    if not cases:
        return []
    months = [max(0, (end - day).days) / DAYS_PER_MONTH for end in ends]
    found = np.array([ever_in_force(chain(*case), months) for case in cases])
    low, high = np.quantile(found, (0.1, 0.9), axis=0)
    return [
        Chance(by=end, probability=float(mean), p10=float(least), p90=float(most))
        for end, mean, least, most in zip(ends, found.mean(axis=0), low, high, strict=True)
    ]


def _stages(process: Process, here: Belief, day: dt.date) -> tuple[Stage, ...]:
    notes = {stage.name: stage.note for stage in process.stages}

    def since(name: str) -> dt.date | None:
        months = here.elapsed_months.get(name)
        return None if months is None else day - dt.timedelta(days=round(months * DAYS_PER_MONTH))

    ranked = sorted(here.weights.items(), key=lambda item: -item[1])
    return tuple(
        Stage(name=name, weight=weight, since=since(name), note=notes[name]) for name, weight in ranked if weight > 0
    )


def _sayings(scenario: Scenario, events: Sequence[Event], day: dt.date) -> tuple[Saying, ...]:
    """Return the claims behind the events known, then those that do not confirm them."""
    every = scenario.register.claims if scenario.register else {}
    known = {name: claim for name, claim in every.items() if claim.known_from <= day}
    ids = list(dict.fromkeys(name for event in events for name in event.claims if name in known))
    ids += [name for name, claim in known.items() if name not in ids and set(claim.denies) & set(ids)]
    staged = [event for event in events if event.kind == "stage" and event.happened <= day]
    present = max(staged, key=lambda event: event.happened).claims if staged else ()
    return tuple(_saying(known[name], name in present) for name in ids)


def _saying(claim: Claim, of_stage: bool) -> Saying:
    return Saying(
        claim=claim.id,
        speaker=claim.speaker,
        who=claim.who,
        verb=STANCES[claim.stance],
        statement=claim.statement,
        via="; ".join(claim.via),
        when=claim.date,
        grade=claim.grade,
        confirms=claim.stance not in NOT_SAYING,
        of_stage=of_stage,
    )


def _waits(process: Process, here: Belief) -> tuple[Wait, ...]:
    found = chain(process, here)
    form = process.find_format(here.format or process.format)
    rows = [
        Wait(whom=holder, what=f"{holder} to attend", probability=chance, seen={}, claims=())
        for holder in process.holders
        if (chance := _held_up(found, holder)) > 0
    ]
    for item in process.preconditions:
        if (chance := _held_up(found, item.name)) > 0:
            steps = " and ".join(f"{source} to {target}" for source, target in item.gates)
            what = f'the precondition "{item.name}", before the step from {steps}'
            rows.append(Wait(whom=item.holder, what=what, probability=chance, seen=dict(item.seen), claims=item.claims))
    if form is not None and form.needs and not _all_in_force(found):
        what = f'a meeting in the format "{form.name}", which needs {listed(form.needs)}'
        rows.append(Wait(whom=process.mediator, what=what, probability=None, seen={}, claims=()))
    return tuple(rows)


def _held_up(found: Chain, name: str) -> float:
    """Return the probability that somebody or something holds the talks up, given that they go on."""
    going = [bool(row.any()) for row in found.generator]
    weight = sum(share for share, on in zip(found.initial, going, strict=True) if on)
    held = sum(
        share
        for state, share, on in zip(found.labels, found.initial, going, strict=True)
        if on and name in state.hindered
    )
    return float(held / weight) if weight > 0 else 0.0


def _all_in_force(found: Chain) -> bool:
    return bool(found.initial[found.in_force].sum() > 1.0 - 1e-9)


def _numbers(talks: Talks, day: dt.date, chances: Sequence[Chance]) -> SideBySide:
    stated = [_opinion(item) for item in talks.elicited if item.said <= day]
    model = None
    if chances:
        model = Opinion(
            who="process clock",
            kind="model",
            event=EVENT,
            value=Value(low=chances[0].p10, high=chances[0].p90),
            taken_as=Fixed(value=chances[0].probability),
            deadline=talks.deadline,
            assumed="the log as known, and the rates of the process file",
            because="80 % range over the ranges of the process's figures",
        )
    return side_by_side(stated, model, no_model="nothing of the talks was known")


def _opinion(item: Elicited) -> Opinion:
    figure = item.probability
    low, high = figure.distribution.support
    value = Value(low=max(0.0, low), high=min(1.0, high))
    return Opinion(
        who=item.who,
        kind="officials" if item.kind == "officials" else "base rate" if item.kind == "base rate" else "other",
        event=item.event,
        value=item.stated or value,
        taken_as=figure.distribution,
        deadline=item.by,
        assumed=item.assumed,
        said=item.said,
        claims=figure.claims,
        because=figure.judgement,
    )


def _levers(cases: Sequence[tuple[Process, Belief]], day: dt.date, who: str, deadline: dt.date) -> tuple[Lever, ...]:
    """Return each change and what it would do, on average over the ranges of the process's figures."""
    found = [levers(process, here, day, who, deadline) for process, here in cases]
    same = zip(*found, strict=True) if found and len({len(item) for item in found}) == 1 else ()
    return tuple(_mean(group) for group in same)


def _mean(group: Sequence[Lever]) -> Lever:
    base, probability = (np.mean([getattr(item, name) for item in group]) for name in ("base", "probability"))
    return replace(group[0], base=float(base), probability=float(probability))


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

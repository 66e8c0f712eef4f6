"""What a log says of a process, to somebody who knew it then: where it stands, and what its rates have shown to be.

Knows nothing of deadlines, levers or what a standstill is worth.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from standstill.model.log import Event, Log
from standstill.model.process import DAYS_PER_MONTH, Belief, Process, Transition

__all__ = ["Posterior", "belief", "updated", "why_unknown", "without_postponement"]


def belief(process: Process, log: Log, as_of: dt.date, who: str = "public") -> Belief | None:
    """Return where the process stands on a day, from what somebody knew by then.

    Parameters
    ----------
    process: Process
        The process.
    log: Log
        Its log; what became known later, or not to ``who``, is not used.
    as_of: date
        The day.
    who: str
        "public", "parties", "mediator", or a holder by name.

    Returns
    -------
    Belief or None
        None if no stage was known to ``who``; ``why_unknown`` says so in words.

    Notes
    -----
    Of what was known, the last stage to have happened counts, with the time since it began. Who stays out, which
    preconditions bind and the format follow the events about them. A denial moves the odds of the stages logged
    against "there are no talks" by its likelihood ratio (Bayes); each speaker's last denial since the stage was
    logged counts once.
    """
    log.check(process)
    known = _by_day(process, log, as_of, who)
    stand = _Stand()
    for event in known:
        stand = stand.after(event, process)
    if not stand.weights:
        return None
    weights = _denied(stand.weights, [event for event in known if event.kind == "denial"], stand.stage_on, process)
    return Belief(
        weights=weights,
        elapsed_months={name: _months(stand.entered[name], as_of) for name in weights if name in stand.entered},
        lifted=stand.lifted,
        binding=stand.binding,
        out=stand.out,
        since={name: _months(day, as_of) for name, day in stand.since.items()},
        format=stand.format,
        on=as_of,
    )


def why_unknown(as_of: dt.date, who: str = "public") -> str:
    """Return why there is no belief, in words.

    Parameters
    ----------
    as_of: date
        The day.
    who: str
        "public", "parties", "mediator", or a holder by name.

    Examples
    --------
    >>> why_unknown(dt.date(2030, 8, 1))
    'nothing of the talks was public by 2030-08-01'
    """
    if who == "public":
        return f"nothing of the talks was public by {as_of}"
    return f"nothing of the talks was known to {'the ' if who in ('parties', 'mediator') else ''}{who} by {as_of}"


def without_postponement(process: Process, belief: Belief) -> Belief:
    """Return the belief that would hold had the meeting not been postponed; the same where nothing is postponed.

    Parameters
    ----------
    process: Process
        The process, which says what a postponement is.
    belief: Belief
        Where it stands.

    Notes
    -----
    The weight of ``process.postponed`` goes to ``process.on_schedule``, entered now. Whoever has stayed out since the
    postponement began is in: not attending is how a meeting is postponed. Who was out before that stays out, and so
    does the weight of any other stage, "there are no talks" among them.
    """
    if process.postponed is None or process.on_schedule is None or not belief.weights.get(process.postponed):
        return belief
    weights = dict(belief.weights)
    weights[process.on_schedule] = weights.pop(process.postponed) + weights.get(process.on_schedule, 0.0)
    begun = belief.elapsed_months.get(process.postponed, 0.0)
    absent = {name for name in process.holders if belief.since.get(name, begun) <= begun}
    return replace(
        belief,
        weights=weights,
        elapsed_months={name: months for name, months in belief.elapsed_months.items() if name in weights},
        out=belief.out | dict.fromkeys(sorted(absent), 0.0),
        since={name: months for name, months in belief.since.items() if name not in absent},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What a log has shown of one rate."""

    source: str
    """Stage left."""
    target: str
    """Stage entered."""
    cause: str
    """Its cause, if it has one."""
    prior_per_month: float
    """Rate before the log, per month."""
    prior_months: float
    """Months of observation the prior is worth."""
    events: float
    """Moves in the log; a contested stage counts by its weight."""
    exposure_months: float
    """Months in which it could have happened, weighted in the same way."""

    @property
    def shape(self) -> float:
        """Shape of the gamma posterior: events in all."""
        return self.prior_per_month * self.prior_months + self.events

    @property
    def months(self) -> float:
        """Rate parameter of the gamma posterior: months in all."""
        return self.prior_months + self.exposure_months

    @property
    def per_month(self) -> float:
        """Mean of the posterior, per month."""
        return self.shape / self.months


def updated(process: Process, log: Log, as_of: dt.date, who: str = "public") -> tuple[Process, tuple[Posterior, ...]]:
    """Return the process with every rate updated from the log as somebody knew it, and what moved it.

    Parameters
    ----------
    process: Process
        Its rates are the prior means, worth ``prior_months`` months of observation each.
    log: Log
        Its log; what became known later, or not to ``who``, is not used.
    as_of: date
        The day.
    who: str
        "public", "parties", "mediator", or a holder by name.

    Returns
    -------
    Process
    tuple of Posterior
        One for each transition, in the order of the process.

    Notes
    -----
    Gamma-exponential: with a = rate · prior_months and b = prior_months, n moves in T months give the mean
    (a + n) / (b + T). T counts the months in the source stage by its weight; less the probability that a precondition
    gates the move; for a meeting transition, times meetings and share that agree, with all who are needed in. Absences
    and preconditions that no event dates count from the beginning of the present stage. A move that no transition
    makes is not counted. In a stage of several phases the rule is an approximation: it takes the mean wait for the
    whole law.
    """
    log.check(process)
    seen = {item: [0.0, 0.0] for item in process.transitions}
    stands = list(_stands(process, log, as_of, who))
    present = stands[-1][1].entered.items() if stands else ()
    for place, (day, stand, event) in enumerate(stands):
        if event.kind == "stage" and place:
            for item, events in _moved(process, stands[place - 1][1].weights, stand.weights, event.value):
                seen[item][0] += events
        end = stands[place + 1][0] if place + 1 < len(stands) else as_of
        now = replace(stand, present=any(part in present for part in stand.entered.items()))
        for item in process.transitions:
            seen[item][1] += _months(day, end) * now.exposed(process, item)
    posteriors = tuple(
        Posterior(
            source=item.source, target=item.target, cause=item.cause, prior_per_month=item.per_month,
            prior_months=process.prior_months, events=events, exposure_months=exposure,
        )
        for item, (events, exposure) in seen.items()
    )  # fmt: skip
    rates = tuple(
        replace(item, per_month=posterior.per_month)
        for item, posterior in zip(process.transitions, posteriors, strict=True)
    )
    return replace(process, transitions=rates), posteriors


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stand:
    """Where the process stands after some events, by the day each part began."""

    weights: dict[str, float] = field(default_factory=dict)
    stage_on: dt.date = dt.date.min
    entered: dict[str, dt.date] = field(default_factory=dict)
    lifted: tuple[str, ...] = ()
    binding: dict[str, float] = field(default_factory=dict)
    out: dict[str, float] = field(default_factory=dict)
    since: dict[str, dt.date] = field(default_factory=dict)
    format: str | None = None
    present: bool = True

    def after(self, event: Event, process: Process) -> _Stand:
        """Return the stand after one more event."""
        match event.kind:
            case "stage":
                return self._staged(event, process)
            case "out" | "back":
                return replace(
                    self,
                    out=self.out | {event.subject: float(event.kind == "out")},
                    since=self.since | {event.subject: event.happened},
                )
            case "condition":
                given = {event.subject: float(event.value)} if event.value else {}
                return replace(
                    self,
                    lifted=tuple(name for name in self.lifted if name != event.subject),
                    binding=_without(self.binding, event.subject) | given,
                    since=self.since | {event.subject: event.happened},
                )
            case "lifted":
                return replace(
                    self,
                    lifted=(*(name for name in self.lifted if name != event.subject), event.subject),
                    since=self.since | {event.subject: event.happened},
                )
            case "format":
                return replace(self, format=event.subject)
        return self

    def _staged(self, event: Event, process: Process) -> _Stand:
        weights: dict[str, float] = {}
        for name, weight in (event.weights or {event.subject: 1.0}).items():
            stage = process.find_stage(name)
            if stage is not None and weight > 0:
                weights[stage] = weights.get(stage, 0.0) + weight
        entered = {name: self.entered.get(name, event.happened) for name in weights}
        return replace(self, weights=weights, stage_on=event.happened, entered=entered)

    def exposed(self, process: Process, transition: Transition) -> float:
        """Return the weight with which a transition could have happened, times its meetings that agree."""
        weight = self.weights.get(transition.source, 0.0)
        for item in process.preconditions:
            if (transition.source, transition.target) in item.gates and item.name not in self.lifted:
                stated = item.name in self.since or self.present
                weight *= 1.0 - (self.binding.get(item.name, item.binding) if stated else 0.0)
        form = process.find_format(self.format or process.format)
        if transition.meeting and form is not None:
            weight *= form.meetings_per_month * form.agree_share
            for name in form.needs:
                weight *= 1.0 - self.out.get(name, process.out.get(name, 0.0) if self.present else 0.0)
        return weight


def _by_day(process: Process, log: Log, as_of: dt.date, who: str) -> list[Event]:
    """Return what ``who`` knew to have happened by a day, in the order it happened."""
    known = [event for event in log.known(as_of, who, process) if event.happened <= as_of]
    return sorted(known, key=lambda event: event.happened)


def _stands(process: Process, log: Log, as_of: dt.date, who: str) -> Iterator[tuple[dt.date, _Stand, Event]]:
    """Yield the day, the stand after it, and the event, from the first stage known on."""
    stand = _Stand()
    for event in _by_day(process, log, as_of, who):
        stand = stand.after(event, process)
        if stand.weights:
            yield event.happened, stand, event


def _denied(weights: dict[str, float], denials: Sequence[Event], since: dt.date, process: Process) -> dict[str, float]:
    """Return the weights after the last denial of each speaker since the stage was logged."""
    last = {event.by: event.likelihood for event in denials if event.happened >= since}
    ratio = math.prod(last.values())
    odds = {name: weight * (1.0 if name == process.ending else ratio) for name, weight in weights.items()}
    whole = sum(odds.values())
    return {name: weight / whole for name, weight in odds.items()}


def _moved(
    process: Process, before: dict[str, float], after: dict[str, float], cause: str
) -> Iterator[tuple[Transition, float]]:
    """Yield the transitions that a change of weights shows, each with its expected number.

    What two weightings share has not moved; the rest goes from where weight was lost to where it was gained.
    """
    lost = {name: weight - min(weight, after.get(name, 0.0)) for name, weight in before.items()}
    gained = {name: weight - min(weight, before.get(name, 0.0)) for name, weight in after.items()}
    whole = sum(gained.values())
    for source, target in ((source, target) for source in lost for target in gained):
        ways = [item for item in process.exits(source) if item.target == target]
        ways = [item for item in ways if item.cause == cause] or ways
        rates = sum(item.per_month for item in ways)
        for item in ways:
            share = item.per_month / rates if rates > 0 else 1.0 / len(ways)
            if lost[source] * gained[target] > 0:
                yield item, share * lost[source] * gained[target] / whole


def _without(values: dict[str, float], name: str) -> dict[str, float]:
    return {key: value for key, value in values.items() if key != name}


def _months(first: dt.date, last: dt.date) -> float:
    return (last - first).days / DAYS_PER_MONTH

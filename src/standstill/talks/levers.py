"""What each change, alone, would do to the probability that the standstill is in force by a deadline.

Knows nothing of what a standstill is worth, nor of how likely a change is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from standstill.errors import Faults
from standstill.model.calibrate import with_rates
from standstill.model.clock import (
    DAYS_PER_MONTH,
    Belief,
    Chain,
    Format,
    Precondition,
    Process,
    State,
    chain,
    ever_in_force,
    onward,
)
from standstill.model.infer import belief, updated, without_postponement
from standstill.model.log import Log

__all__ = ["SHOCK", "Lever", "chance_by", "check_deadline", "levers"]

SHOCK = "shock"
"""Cause of the transitions that "no further shocks" leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One change, alone, and what it would do to the probability."""

    kind: str
    """"postponement", "precondition", "format", "willingness", "longer postponement" or "shocks"."""
    name: str
    """What it is about: a precondition, format, holder or stage."""
    words: str
    """The change, in neutral words that open a sentence."""
    deadline: dt.date
    """Day by which the standstill is to be in force."""
    base: float
    """P(ever in force by the deadline) without the change."""
    probability: float
    """The same with it."""

    @property
    def change(self) -> float:
        """With the change, less without it."""
        return self.probability - self.base

    @property
    def sentence(self) -> str:
        """Both probabilities, in neutral words."""
        chances = f"{_percent(self.probability)} instead of {_percent(self.base)}"
        return f"{self.words}, P(in force by {self.deadline}) would be {chances}."

    def as_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        return {
            "kind": self.kind,
            "name": self.name,
            "base": self.base,
            "probability": self.probability,
            "change": self.change,
            "sentence": self.sentence,
        }


def levers(
    process: Process, known: Log | Belief, as_of: dt.date, who: str, deadline: dt.date, *, learn: bool = True
) -> tuple[Lever, ...]:
    """Return what each change, alone, would do to the probability of being in force by a deadline.

    Parameters
    ----------
    process: Process
        The process.
    known: Log or Belief
        The log, read as ``who`` knew it; or where the process stands, taken as it is.
    as_of: date
        The day.
    who: str
        "public", "parties", "mediator", or a holder by name.
    deadline: date
        Day by which the standstill is to be in force.
    learn: bool
        Whether the rates are updated from the log first.

    Returns
    -------
    tuple of Lever
        Those that apply: no postponement; each precondition met or dropped; each other format; each who must attend
        staying out for good; the wait for the meeting twice as long; no further shocks. Empty where nothing of the
        talks was known.

    Notes
    -----
    Each change holds from now on, and what has been waited for so far is as it was; "no postponement" alone reads the
    past otherwise. A longer postponement halves the rates of leaving the stage. What a change would do to anything
    else, such as the rates of other stages, is left out.
    """
    check_deadline(deadline, (as_of,))
    here = belief(process, known, as_of, who) if isinstance(known, Log) else known
    if here is None:
        return ()
    if isinstance(known, Log) and learn:
        process = updated(process, known, as_of, who)[0]
    present = chain(process, here)
    base = chance_by(present, as_of, deadline)
    return tuple(
        Lever(
            kind=kind,
            name=name,
            words=words,
            deadline=deadline,
            base=base,
            probability=chance_by(changed, as_of, deadline),
        )
        for kind, name, words, changed in _changes(process, here, present.now)
    )


_Change = tuple[str, str, str, Chain]
_Law = dict[State, float]


def _changes(process: Process, here: Belief, now: _Law) -> Iterator[_Change]:
    """Yield each change that applies: its kind, what it is about, its words, and the chain under it."""
    yield from _postponement(process, here, now)
    yield from _preconditions(process, here, now)
    yield from _formats(process, here, now)
    if any(item.cause == SHOCK and item.per_month > 0 for item in process.transitions):
        calm = with_rates(process, lambda source, target, cause: 0.0 if cause == SHOCK else 1.0)
        yield "shocks", SHOCK, "Without further shocks", onward(calm, here, now)


def _postponement(process: Process, here: Belief, now: _Law) -> Iterator[_Change]:
    stage = process.postponed
    if stage is None or not here.weights.get(stage):
        return
    scheduled = chain(process, without_postponement(process, here))
    yield "postponement", stage, "Without the postponement", scheduled
    slower = with_rates(process, lambda source, target, cause: 0.5 if source == stage else 1.0)
    words = "With a wait for the postponed meeting twice as long"
    yield "longer postponement", stage, words, onward(slower, here, now)


def _preconditions(process: Process, here: Belief, now: _Law) -> Iterator[_Change]:
    for item in process.preconditions:
        if any(item.name in state.hindered for state in now):
            words = f'With the precondition "{item.name}" of {item.holder} met or dropped'
            yield "precondition", item.name, words, onward(process, here, _lifted(now, item))


def _formats(process: Process, here: Belief, now: _Law) -> Iterator[_Change]:
    present = process.find_format(here.format or process.format)
    if present is None or not any(item.meeting for item in process.transitions):
        return
    for item in process.formats:
        if item != present:
            changed = onward(process, replace(here, format=item.name), _with_needs(now, process, here, item))
            yield "format", item.name, f'In the format "{item.name}"', changed
    for holder in (name for name in process.holders if name in present.needs):
        formats = tuple(_never_back(item, holder, process) for item in process.formats)
        absent = replace(here, out=here.out | {holder: 1.0})
        changed = onward(replace(process, formats=formats), absent, _kept_out(now, holder, process))
        yield "willingness", holder, f"With {holder} staying out for good", changed


def _lifted(now: _Law, item: Precondition) -> _Law:
    """Return the law in which a precondition does not bind, though it may come to again if it is of that kind."""
    out: _Law = {}
    for state, share in now.items():
        if item.name in state.hindered:
            again = {item.name} if item.renewed_by else set()
            state = state._replace(hindered=state.hindered - {item.name}, dormant=state.dormant | again)
        out[state] = out.get(state, 0.0) + share
    return out


def _with_needs(now: _Law, process: Process, here: Belief, form: Format) -> _Law:
    """Return the law in another format: who is not needed holds nothing up, who comes to be needed may be out."""
    present = process.find_format(here.format or process.format)
    needed_now = present.needs if present else ()
    out: _Law = {}
    for state, share in now.items():
        left = state.hindered - (set(needed_now) - set(form.needs))
        parts = {state._replace(hindered=left): share}
        for holder in form.needs if process.exits(state.stage) else ():
            chance = 0.0 if holder in needed_now else here.out.get(holder, process.out.get(holder, 0.0))
            parts = _split(parts, holder, chance)
        for part, weight in parts.items():
            out[part] = out.get(part, 0.0) + weight
    return out


def _split(law: _Law, holder: str, chance: float) -> _Law:
    """Return the law in which a holder is out with a probability."""
    if chance == 0.0:
        return law
    into = {state: (1.0 - chance) * share for state, share in law.items()}
    return into | {state._replace(hindered=state.hindered | {holder}): chance * share for state, share in law.items()}


def _kept_out(now: _Law, holder: str, process: Process) -> _Law:
    """Return the law in which a holder stays out, wherever something can still happen."""
    out: _Law = {}
    for state, share in now.items():
        if process.exits(state.stage):
            state = state._replace(hindered=state.hindered | {holder})
        out[state] = out.get(state, 0.0) + share
    return out


def _never_back(form: Format, holder: str, process: Process) -> Format:
    rates = {name: form.return_of(name) for name in process.holders}
    return replace(form, return_per_month=rates | {holder: 0.0})


def _percent(probability: float) -> str:
    """Return a probability in per cent, with two digits.

    Examples
    --------
    >>> _percent(0.2043), _percent(0.0624), _percent(0.00151), _percent(0.99), _percent(0.0)
    ('20 %', '6.2 %', '0.15 %', '99.0 %', '0 %')
    >>> _percent(1e-6), _percent(1.0 - 1e-6)
    ('less than 0.01 %', 'more than 99.99 %')
    """
    rest = min(probability, 1.0 - probability)
    if 0 < rest < 1e-4:
        return "less than 0.01 %" if probability < 0.5 else "more than 99.99 %"
    digits = 0 if rest == 0 or rest >= 0.0995 else 1 if rest >= 0.00995 else 2
    return f"{100.0 * probability:.{digits}f} %"


def chance_by(chain: Chain, as_of: dt.date, deadline: dt.date) -> float:
    """Return P(ever in force by a deadline) of a chain that starts on a day."""
    return float(ever_in_force(chain, (deadline - as_of).days / DAYS_PER_MONTH))


def check_deadline(deadline: dt.date, days: Iterable[dt.date]) -> None:
    """Raise one error that lists every day after the deadline."""
    faults = Faults(source="forecast")
    for day in days:
        if day > deadline:
            faults.add("deadline", f"not be before {day}, the day asked about", str(deadline))
    faults.raise_if_any()

"""Opinions: one stated probability each, with its event, its deadline and what it took as given.

An opinion is quoted, never corrected and never merged with another. Knows claims and distributions, and nothing of
the process that it is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from standstill.errors import Fault, Faults, InputError
from standstill.evidence.claim import Claim, Value
from standstill.evidence.distribution import Beta, Distribution, Fixed, Uniform
from standstill.evidence.text import number_text
from standstill.talks.people.chances import beta_below, check_probability
from standstill.units import dimension

__all__ = ["KINDS", "NO_DEADLINE", "Kind", "Opinion", "chance", "differences"]

Kind = Literal["officials", "base rate", "model", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Where a probability comes from, in the order of a table."""

NO_DEADLINE = "no date was given"
NOTHING_ASSUMED = "nothing was stated"
_HINT = 'write value = chance("20 %"), chance("15 to 25 %") or chance("<= 20 %")'


def chance(text: str) -> Value:
    """Read a probability as people state it: a number, a range or a bound, as a share or with one "%" at the end.

    Raises
    ------
    InputError
        If the text is no such thing.

    Examples
    --------
    >>> str(chance("<= 20 %")), str(chance("15 to 25%")), chance("0.2") == chance("20 %")
    ('at most 0.2', '0.15 to 0.25', True)
    """
    stated = text.strip()
    try:
        value = Value.parse(stated.removesuffix("%"))
    except ValueError:
        fault = Fault(place="value", must="be a number, a range or a bound", got=repr(text), hint=_HINT)
        raise InputError("probability", (fault,)) from None
    return _divided(value, 100.0) if stated.endswith("%") else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """One probability that somebody stated, or that a base rate or a model gives.

    Raises
    ------
    InputError
        If a field breaks its rule; every fault is listed.

    Examples
    --------
    >>> said = Opinion(
    ...     who="officials of one side, unnamed", kind="officials", event="an agreement is reached",
    ...     value=chance("<= 20 %"), assumed="said before the postponement", claims=("talks-chance",),
    ... )
    >>> said.text, said.deadline_text
    ('at most 20 %', 'no date was given')
    >>> said.distribution(), said.number
    (Uniform(low=0.0, high=0.2), 0.1)
    """

    who: str
    """Who stated it, by role: "officials of one side", "a data set of ceasefires"."""
    kind: Kind
    """One of ``KINDS``."""
    event: str
    """What it is the probability of, in words; the same event is worded the same."""
    value: Value
    """What was stated, as a share: a number, a range or a bound; ``chance`` reads one."""
    deadline: dt.date | None = None
    """Day by which the event was to happen; None if none was stated."""
    no_deadline: str = NO_DEADLINE
    """Why there is no deadline; not used where there is one."""
    assumed: str = ""
    """What it took as given, such as "said before the postponement"; empty if nothing was stated."""
    said: dt.date | None = None
    """Day on which it was stated, if known."""
    mean: float | None = None
    """How a bound is read, by judgement: its mean; None, with ``level``, reads it as uniform up to the bound."""
    level: float | None = None
    """How surely the value lies within the bound, by judgement; goes with ``mean``."""
    taken_as: Distribution | None = None
    """Distribution that the value is read as instead, by judgement, such as that of a scenario's figure."""
    claims: tuple[str, ...] = ()
    """Ids of the claims behind it."""
    because: str = ""
    """Where it comes from, if no claim states it."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"the probability of {self.who.strip() or 'nobody'}")
        _check_words(self, faults)
        _check_time(self, faults)
        if not isinstance(self.value, Value):
            faults.add("value", "be a stated value", self.value, _HINT)
        else:
            _check_value(self, faults)
        faults.raise_if_any()

    @classmethod
    def from_claim(cls, claim: Claim, *, kind: Kind, event: str, **more: Any) -> Opinion:
        """Return the probability that a claim states; ``more`` are the fields that a claim does not hold.

        Raises
        ------
        InputError
            If the claim states no share, or ``Opinion`` refuses.

        Examples
        --------
        >>> claim = Claim(
        ...     id="talks-chance", statement="Chance of success.", value=Value.parse("<= 20"), unit="%",
        ...     speaker="officials (unnamed)", via=("press",), date="2024-08-17", stance="estimates", grade="L",
        ... )
        >>> Opinion.from_claim(claim, kind="officials", event="an agreement is reached").in_words
        'officials (unnamed): at most 20 % that an agreement is reached; no date was given; assumed: nothing was stated'
        """
        if claim.value is None or dimension(claim.unit) != "share":
            fault = Fault(place="value", must="be a share, such as 20 %", got=claim.value_text)
            raise InputError(f"claim {claim.id}", (fault,))
        value = _divided(claim.value, 100.0 if claim.unit == "%" else 1.0)
        from_it: dict[str, Any] = {"who": claim.who, "said": claim.known_from, "claims": (claim.id,)}
        return cls(kind=kind, event=event, value=value, **from_it | more)

    def distribution(self) -> Distribution:
        """Return what the stated value says of the probability: a number, a range, or a bound read as the fields say.

        A number is ``Fixed``, a range ``Uniform``. A bound is uniform between it and certainty, or, with ``mean`` and
        ``level``, the beta distribution of ``beta_below``, mirrored for "at least". ``taken_as`` comes before all.
        """
        if self.taken_as is not None:
            return self.taken_as
        low, high = self.value.low, self.value.high
        if low is not None and high is not None:
            return Fixed(value=low) if low == high else Uniform(low=low, high=high)
        if self.mean is None or self.level is None:
            return Uniform(low=0.0 if low is None else low, high=1.0 if high is None else high)
        if low is None:
            return beta_below(self.mean, 1.0 if high is None else high, self.level)
        mirrored = beta_below(1.0 - self.mean, 1.0 - low, self.level)
        return Beta(a=mirrored.b, b=mirrored.a)

    @property
    def number(self) -> float:
        """Mean of ``distribution``: what a pool or a score takes it as."""
        return self.distribution().expected

    @property
    def text(self) -> str:
        """Stated value in per cent: what officials said as stated; others to two significant digits."""
        digits = two_digits if self.kind in ("model", "base rate") else number_text
        return percent(self.value, digits)

    @property
    def deadline_text(self) -> str:
        """Deadline in words, or why there is none."""
        return self.no_deadline if self.deadline is None else f"by {_day_words(self.deadline)}"

    @property
    def assumed_text(self) -> str:
        """What it took as given, in words."""
        return self.assumed.strip() or NOTHING_ASSUMED

    @property
    def in_words(self) -> str:
        """All that was stated, on one line."""
        return f"{self.who}: {self.text} that {self.event}; {self.deadline_text}; assumed: {self.assumed_text}"

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: the ends that were stated (null where one was not), how they are read, and the words.

        ``no_deadline`` gives the reason where ``deadline`` is null.
        """
        return {
            "who": self.who,
            "kind": self.kind,
            "event": self.event,
            "low": self.value.low,
            "high": self.value.high,
            "text": self.text,
            "number": self.number,
            "read_as": self.distribution().describe(),
            "deadline": None if self.deadline is None else self.deadline.isoformat(),
            "no_deadline": self.no_deadline if self.deadline is None else None,
            "assumed": self.assumed_text,
            "said": None if self.said is None else self.said.isoformat(),
            "claims": list(self.claims),
            "because": self.because,
        }


def differences(opinions: Sequence[Opinion]) -> tuple[str, ...]:
    """Return a plain sentence for each way in which probabilities are not about the same thing; none if they are.

    Events and assumptions are compared as worded, but for case and spaces.
    """
    facets: tuple[tuple[str, str, Callable[[Opinion], str]], ...] = (
        ("They are about different events", "They answer different questions.", lambda opinion: opinion.event),
        (
            "Their deadlines differ",
            "An event is no less likely by a later day, or with no last day.",
            lambda opinion: opinion.deadline_text if opinion.deadline else NO_DEADLINE,
        ),
        (
            "They took different things as given",
            "None of them says what it would be under the others' assumptions.",
            lambda opinion: opinion.assumed_text,
        ),
    )
    found = ((opening, closing, _by_text(opinions, facet)) for opening, closing, facet in facets)
    return tuple(f"{opening}: {'; '.join(said)}. {closing}" for opening, closing, said in found if len(said) > 1)


def percent(value: Value, digits: Callable[[float], str] = number_text) -> str:
    """Return a probability in per cent.

    Examples
    --------
    >>> percent(chance("<= 20 %")), percent(chance("0.15 to 0.25"))
    ('at most 20 %', '15 to 25 %')
    >>> percent(chance("0.177138"), two_digits), percent(chance("0.99937"), two_digits)
    ('18 %', '99.937 %')
    """
    ends = [None if end is None else digits(100.0 * end) for end in (value.low, value.high)]
    if None not in ends:
        return f"{ends[0]} %" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]} %"
    if value.low is None:
        return f"{'less than' if value.strict else 'at most'} {ends[1]} %"
    return f"{'more than' if value.strict else 'at least'} {ends[0]} %"


def two_digits(per_cent: float) -> str:
    """Return a percentage with two significant digits of its distance from the nearer of 0 and 100.

    Examples
    --------
    >>> [two_digits(number) for number in (17.7138, 0.0312, 86.4, 99.3, 0.0, 100.0)]
    ['18', '0.031', '86', '99.30', '0', '100']
    """
    small = min(per_cent, 100.0 - per_cent)
    if small <= 0.0:
        return number_text(per_cent)
    leading = int(f"{small:.1e}".partition("e")[2])
    return f"{per_cent:.{max(0, 1 - leading)}f}"


def _by_text(opinions: Sequence[Opinion], facet: Callable[[Opinion], str]) -> list[str]:
    """Return "text (who, who)" for each different text, in the order given."""
    groups: dict[str, tuple[str, list[str]]] = {}
    for opinion in opinions:
        text = facet(opinion)
        groups.setdefault(" ".join(text.casefold().split()), (text, []))[1].append(opinion.who)
    return [f"{text} ({', '.join(dict.fromkeys(who))})" for text, who in groups.values()]


def _check_words(opinion: Opinion, faults: Faults) -> None:
    for name in ("who", "event"):
        if not getattr(opinion, name).strip():
            faults.add(name, "not be empty")
    if opinion.kind not in KINDS:
        faults.add("kind", f"be one of {', '.join(KINDS)}", opinion.kind)
    if not opinion.claims and not opinion.because.strip():
        hint = 'name the claims behind it (claims = ("ID",)), or write because = "..."'
        faults.add("claims", "name a claim, or say where the number comes from", hint=hint)


def _check_time(opinion: Opinion, faults: Faults) -> None:
    days = {"said": opinion.said, "deadline": opinion.deadline}
    timed = [name for name, day in days.items() if isinstance(day, dt.datetime)]
    for name in timed:
        faults.add(name, "be a day without an hour", days[name])
    if not timed and opinion.said and opinion.deadline and opinion.deadline < opinion.said:
        faults.add("deadline", f"not be before the day it was said, {opinion.said}", str(opinion.deadline))
    if opinion.deadline is None and not opinion.no_deadline.strip():
        faults.add("no_deadline", "say why there is no deadline", hint=f'leave it out for "{NO_DEADLINE}"')


def _check_value(opinion: Opinion, faults: Faults) -> None:
    before = len(faults.items)
    low, high = opinion.value.low, opinion.value.high
    for end in dict.fromkeys(end for end in (low, high) if end is not None):
        check_probability(faults, "value", end)
    if low is None and high == 0.0:
        faults.add("value", "have a bound above 0", str(opinion.value), "write a chance of 0 as a number, without <=")
    if high is None and low == 1.0:
        faults.add("value", "have a bound below 1", str(opinion.value), "write certainty as a number, without >=")
    if (opinion.mean is None) != (opinion.level is None):
        faults.add("mean", "come with level, or neither be given", opinion.mean if opinion.level is None else None)
    elif opinion.mean is not None and low is not None and high is not None:
        faults.add("mean", "be left out: only a bound is read in more than one way", opinion.mean)
    if opinion.taken_as is not None:
        least, greatest = opinion.taken_as.support
        if least < 0.0 or greatest > 1.0:
            faults.add("taken_as", "lie between 0 and 1", opinion.taken_as.describe())
        if opinion.mean is not None or opinion.level is not None:
            faults.add("taken_as", "not come with mean and level: they say the same", opinion.taken_as.describe())
        return
    if len(faults.items) > before:
        return
    try:
        opinion.distribution()
    except InputError as error:
        # for "at least" these are the faults of its mirror image, whose numbers nobody wrote
        mirrored = f"allow a beta distribution that is {opinion.text} with that level"
        faults.items += [Fault(place="mean", must=mirrored, got=repr(opinion.mean))] if high is None else error.faults


def _divided(value: Value, by: float) -> Value:
    low, high = (None if end is None else end / by for end in (value.low, value.high))
    return Value(low=low, high=high, strict=value.strict)


def _day_words(day: dt.date) -> str:
    return f"{day.day} {day:%B} {day.year}"

"""What the process clock says from a log: a probability, and how it has moved from day to day.

Each answer uses only what the one it is given to knew on the day. Knows nothing of what a standstill is worth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from standstill.model.calibrate import rate_of, solve_rate, with_rates
from standstill.model.clock import Process, chain
from standstill.model.infer import Posterior, belief, updated, why_unknown, without_postponement
from standstill.model.log import Log
from standstill.talks.levers import Lever, chance_by, check_deadline, levers

__all__ = [
    "Forecast",
    "Lever",
    "Posterior",
    "belief",
    "levers",
    "model_probability",
    "rate_of",
    "solve_rate",
    "timeline",
    "updated",
    "why_unknown",
    "with_rates",
    "without_postponement",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the model says on a day to somebody who knew a part of the log."""

    on: dt.date
    """The day."""
    who: str
    """Whom it tells."""
    deadline: dt.date
    """Day by which the standstill is to be in force."""
    probability: float | None
    """P(ever in force by the deadline); none where nothing of the talks was known."""
    reason: str = ""
    """Why there is no probability."""
    stages: dict[str, float]
    """Where the process stands: weight of each stage."""

    def as_dict(self) -> dict[str, object]:
        """Return the JSON form: null with a reason where nothing exists."""
        out: dict[str, object] = {
            "on": self.on.isoformat(),
            "who": self.who,
            "deadline": self.deadline.isoformat(),
            "probability": self.probability,
            "stages": dict(self.stages),
        }
        return out | ({"reason": self.reason} if self.probability is None else {})


def model_probability(
    process: Process, log: Log, as_of: dt.date, who: str, deadline: dt.date, *, learn: bool = True
) -> Forecast:
    """Return the probability that the standstill comes into force by a deadline, from what somebody knew on a day.

    Parameters
    ----------
    process: Process
        The process; its rates as they were before the log.
    log: Log
        Its log; what became known later, or not to ``who``, is not used.
    as_of: date
        The day.
    who: str
        "public", "parties", "mediator", or a holder by name.
    deadline: date
        Day by which it is to be in force, not before ``as_of``.
    learn: bool
        Whether the rates are updated from the log first.

    Returns
    -------
    Forecast

    Raises
    ------
    InputError
        If the log names what the process does not have, or the deadline has passed.
    """
    check_deadline(deadline, (as_of,))
    here = belief(process, log, as_of, who)
    if here is None:
        reason = why_unknown(as_of, who)
        return Forecast(on=as_of, who=who, deadline=deadline, probability=None, reason=reason, stages={})
    known = updated(process, log, as_of, who)[0] if learn else process
    chance = chance_by(chain(known, here), as_of, deadline)
    return Forecast(on=as_of, who=who, deadline=deadline, probability=chance, stages=dict(here.weights))


def timeline(
    process: Process,
    log: Log,
    dates: Iterable[dt.date],
    who: str | Iterable[str],
    deadline: dt.date,
    *,
    learn: bool = True,
) -> tuple[Forecast, ...]:
    """Return what the model would have said on each date to each of those who ask, from what each knew then.

    Parameters
    ----------
    process, log, deadline, learn
        As for ``model_probability``.
    dates: iterable of date
        The days, none after the deadline.
    who: str or iterable of str
        One or several of "public", "parties", "mediator", and holders by name.

    Returns
    -------
    tuple of Forecast
        By date, then in the order of ``who``. Each equals that from the log as it was kept on its date.
    """
    days, asking = tuple(dates), (who,) if isinstance(who, str) else tuple(who)
    check_deadline(deadline, days)
    return tuple(model_probability(process, log, day, one, deadline, learn=learn) for day in days for one in asking)

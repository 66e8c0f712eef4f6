"""Rates that make a process give a stated probability. Knows no logs and nothing of who stated it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from scipy.optimize import brentq

from standstill.errors import Fault, Faults, InputError
from standstill.model.chain import Chain, chain
from standstill.model.clock import ever_in_force
from standstill.model.process import Belief, Process

__all__ = ["rate_of", "solve_rate", "with_rates"]

_RATES = (1.0, 10.0, 100.0, 1e3, 1e4)  # per month, tried in turn; the last is as good as at once
_ROUNDING = 1e-13


def rate_of(process: Process, source: str, target: str) -> float:
    """Return the rate from one stage to another over all causes, per month; of meetings, per meeting that agrees.

    Parameters
    ----------
    process: Process
        The process.
    source, target: str
        Names of the stages.
    """
    return sum(transition.per_month for transition in process.exits(source) if transition.target == target)


def with_rates(process: Process, change: Callable[[str, str, str], float]) -> Process:
    """Return the process with each rate multiplied by ``change(source, target, cause)``.

    Parameters
    ----------
    process: Process
        The process.
    change: callable
        Factor on the rate from a stage to a stage for a cause, given the names of all three.

    Examples
    --------
    >>> from standstill.model.process import Stage, Transition
    >>> process = Process(
    ...     name="one step", parties=("A", "B"), stages=(Stage(name="talks"), Stage(name="in force", in_force=True)),
    ...     transitions=(Transition(source="talks", target="in force", per_month=0.5),),
    ... )
    >>> rate_of(with_rates(process, lambda source, target, cause: 0.5), "talks", "in force")
    0.25
    """
    changed = (
        replace(item, per_month=item.per_month * change(item.source, item.target, item.cause))
        for item in process.transitions
    )
    return replace(process, transitions=tuple(changed))


def solve_rate(
    process: Process, source: str, target: str, start: str | Belief, probability: float, months: float
) -> Process:
    """Return the process whose one rate is such that P(ever in force within some months) is as stated.

    Parameters
    ----------
    process: Process
        The process; all its other rates are kept.
    source, target: str
        The step whose rate is solved. Where it has several causes, they keep their shares.
    start: str or Belief
        Stage in which the process then was, or more about where it stood. With a stage alone everybody is taken to
        attend: a probability stated about a stage takes as given that it goes on.
    probability: float
        The probability stated.
    months: float
        Months within which the standstill was to be in force.

    Returns
    -------
    Process

    Raises
    ------
    InputError
        If there is no such step, or no rate gives the probability; the message says which can be reached.

    Examples
    --------
    >>> from standstill.model.process import Stage, Transition
    >>> process = Process(
    ...     name="one step", parties=("A", "B"), stages=(Stage(name="talks"), Stage(name="in force", in_force=True)),
    ...     transitions=(Transition(source="talks", target="in force", per_month=1.0),),
    ... )
    >>> round(rate_of(solve_rate(process, "talks", "in force", "talks", 0.2, 2.0), "talks", "in force"), 7)
    0.1115718
    """
    _check(process, source, target, probability, months)
    belief = _everybody_in(process, start) if isinstance(start, str) else start
    unit = _of_rate_one(process, source, target)
    chance = _chance_by_rate(unit, source, target, belief, months)
    tried = [chance(0.0)]
    for low, high in pairwise((0.0, *_RATES)):
        tried.append(chance(high))
        least, most = sorted(tried[-2:])
        if least - _ROUNDING <= probability <= most + _ROUNDING:
            rate = _root(lambda rate: chance(rate) - probability, low, high)
            return _with_rate(unit, source, target, rate)
    reach = f"{min(tried):.3g} to {max(tried):.3g}"
    must = f"have a rate that gives P(in force within {months:.3g} months) as stated, from {reach}"
    hint = f"the largest that can be reached is {max(tried):.3g}: check the stage, the deadline and the other rates"
    fault = Fault(place=f"{source} -> {target}", must=must, got=f"{probability!r}", hint=hint)
    raise InputError(f"process {process.name!r}", (fault,))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function is 0 between ``low`` and ``high``, or at one of them but for rounding."""
    for end in (low, high):
        if abs(function(end)) <= _ROUNDING:
            return end
    return float(brentq(function, low, high, xtol=1e-15, rtol=1e-14))


def _chance_by_rate(unit: Process, source: str, target: str, belief: Belief, months: float) -> Callable[[float], float]:
    """Return P(ever in force within some months) as a function of the one rate."""
    if any(belief.elapsed_months.values()):
        return lambda rate: _chance(chain(_with_rate(unit, source, target, rate), belief), months)
    # the generator is linear in the rate, and without elapsed time the law at month 0 does not depend on it
    one, two = (chain(_with_rate(unit, source, target, rate), belief) for rate in (1.0, 2.0))

    def chance(rate: float) -> float:
        return _chance(replace(one, generator=one.generator + (rate - 1.0) * (two.generator - one.generator)), months)

    return chance


def _chance(chain: Chain, months: float) -> float:
    return float(ever_in_force(chain, months))


def _everybody_in(process: Process, stage: str) -> Belief:
    return Belief(weights={stage: 1.0}, out=dict.fromkeys(process.holders, 0.0))


def _with_rate(unit: Process, source: str, target: str, rate: float) -> Process:
    return with_rates(unit, lambda *step: rate if step[:2] == (source, target) else 1.0)


def _of_rate_one(process: Process, source: str, target: str) -> Process:
    """Return the process with the one rate set to 1 per month over all its causes."""
    whole = rate_of(process, source, target)
    if whole > 0:
        return _with_rate(process, source, target, 1.0 / whole)
    causes = sum((item.source, item.target) == (source, target) for item in process.transitions)
    changed = (
        replace(item, per_month=1.0 / causes) if (item.source, item.target) == (source, target) else item
        for item in process.transitions
    )
    return replace(process, transitions=tuple(changed))


def _check(process: Process, source: str, target: str, probability: float, months: float) -> None:
    faults = Faults(source=f"process {process.name!r}")
    if not any(item.target == target for item in process.exits(source)):
        faults.add(f"{source} -> {target}", "be a transition of the process")
    if not 0.0 <= probability <= 1.0:
        faults.add("probability", "be between 0 and 1", probability)
    if not 0.0 < months < math.inf:
        faults.add("months", "be finite and > 0", months)
    faults.raise_if_any()

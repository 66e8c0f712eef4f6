"""When a standstill holds in one sample, in plain Python: fixed dates and collapse, or a walk of the process clock."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

from standstill.model.chain import chain
from standstill.model.process import Clock
from standstill.model.scenario import Side
from standstill.model.terms import Terms
from tests.reference import philox
from tests.reference.philox import Draws, key_of

NEVER = (-1.0, -1.0)
HOURS_PER_MONTH = 24 * 365.25 / 12


def standstill_window(side: Side, terms: Terms | None, value: Callable, draws: Draws) -> tuple[float, float]:
    """Return start and end, hours from the start of the simulation; -1 twice where there is none."""
    if terms is None or (terms.sides is not None and side.name not in terms.sides):
        return NEVER
    start, end = _clock(side, terms.window, draws) if isinstance(terms.window, Clock) else _dates(side, terms.window)
    scale = value(terms.collapse_per_day)
    if scale > 0:
        # survival exp(-(scale · t)^shape), t in days from the start
        survival = draws.uniform(philox.COLLAPSE, key_of("standstill"), 0)
        end = min(end, start + 24 * (-math.log(survival)) ** (1 / value(terms.collapse_shape)) / scale)
    return (start, end) if start < end else NEVER


def _hour(side: Side, moment: dt.datetime) -> float:
    return (moment - side.system.start).total_seconds() / 3600


def _dates(side: Side, window) -> tuple[float, float]:
    return _hour(side, window.start), _hour(side, window.end)


def _clock(side: Side, clock: Clock, draws: Draws) -> tuple[float, float]:
    """Walk from state to state until the first spell in force is over."""

    def draw(event: int) -> tuple[float, float]:
        return draws.uniforms(philox.CLOCK, key_of("standstill"), event)

    which, mark = draw(0)
    found = chain(*clock.cases[int(which * len(clock.cases))])
    state = _chosen(list(found.initial), mark)
    time = _hour(side, dt.datetime.combine(clock.belief.on, dt.time(), side.system.start.tzinfo))
    last = math.inf if clock.end is None else _hour(side, clock.end)
    earliest = 0.0 if clock.earliest is None else max(0.0, _hour(side, clock.earliest))
    began = None
    for event in range(1, 10_000):
        if time >= last:
            break
        if found.in_force[state] and began is None:
            began = time
        if not found.in_force[state] and began is not None:
            return max(began, earliest), time
        rates = [max(0.0, rate) for rate in found.generator[state]]
        if sum(rates) == 0:
            break
        hold, choice = draw(event)
        time += HOURS_PER_MONTH * -math.log(hold) / sum(rates)
        state = _chosen(rates, choice)
    return (math.inf if began is None else max(began, earliest)), last


def _chosen(weights: list[float], mark: float) -> int:
    total = 0.0
    for place, weight in enumerate(weights):
        total += weight / sum(weights)
        if weight > 0 and mark <= total:
            return place
    return max(place for place, weight in enumerate(weights) if weight > 0)

"""A second, slow clock of talks: one walk at a time, straight from the records, with waits drawn as such.

No generator matrix, no expanded states: a late exit waits for a gamma variable, an absence or a precondition ends at an
exponential time, and time already spent in a stage is had by drawing again until the stage has lasted that long.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from standstill.model.process import Belief, Process


@dataclass(frozen=True)
class Walk:
    """Times and stages of one walk from now on: ``stages[i]`` from ``times[i]`` to ``times[i + 1]``."""

    times: list[float]
    stages: list[str]

    def stage_at(self, time: float) -> str:
        return self.stages[sum(begun <= time for begun in self.times) - 1]


def walks(process: Process, belief: Belief, horizon: float, count: int, seed: int) -> list[Walk]:
    """Return walks up to a horizon, months."""
    random = np.random.default_rng(seed)
    names, found = list(belief.weights), []
    for stage in random.choice(names, size=count, p=[belief.weights[name] for name in names]):
        walk = None
        while walk is None:
            walk = _attempt(process, belief, str(stage), horizon, random)
        found.append(walk)
    return found


def first_spells(process: Process, found: list[Walk]) -> np.ndarray:
    """Return begin and end of the first spell in force of each walk, (count, 2); infinity where there is none."""
    force = {stage.name for stage in process.stages if stage.in_force}
    out = np.full((len(found), 2), math.inf)
    for spell, walk in zip(out, found, strict=True):
        for time, stage in zip(walk.times, walk.stages, strict=True):
            if stage in force:
                spell[0] = min(spell[0], time)
            elif spell[0] < math.inf:
                spell[1] = time
                break
    return out


def _attempt(process: Process, belief: Belief, stage: str, horizon: float, random: np.random.Generator) -> Walk | None:
    """Return a walk that entered ``stage`` as long ago as is believed; none if it has left it before now."""
    spent = belief.elapsed_months.get(stage, 0.0)
    form = next((item for item in process.formats if item.name == (belief.format or process.format)), None)
    needs = form.needs if form else ()
    conditions = {item.name: item for item in process.preconditions}

    # what will be learnt on the way to now: (time, name); nobody is out and nothing binds before that
    chances = {name: belief.binding.get(name, item.binding) for name, item in conditions.items()}
    chances |= {name: belief.out.get(name, process.out.get(name, 0.0)) for name in needs}
    news = sorted((-min(belief.since.get(name, spent), spent), name) for name in chances)
    binding: set[str] = set()  # preconditions that bind
    dormant: set[str] = set()  # lifted, but of the kind that binds
    out: set[str] = set()

    time, times, stages = -spent, [0.0], [stage]
    ready = time + _phases(process, stage, form, random)
    while time < horizon:
        while news and news[0][0] <= time:
            _, name = news.pop(0)
            if random.random() < chances[name]:
                if name in belief.lifted:
                    dormant.add(name)
                else:
                    (binding if name in conditions else out).add(name)
        moves = _moves(process, stage, form, time >= ready, binding, out)
        eases = [(conditions[name].lift_per_month, name) for name in sorted(binding)]
        eases += [(form.return_of(name), name) for name in sorted(out)] if form else []
        total = sum(rate for rate, _ in moves) + sum(rate for rate, _ in eases)
        if not process.exits(stage):
            total = 0.0
        wait = random.exponential(1.0 / total) if total > 0 else math.inf
        border = min([horizon, *([ready] if ready > time else []), *([news[0][0]] if news else [])])
        if time + wait >= border:
            time = border
            continue
        time += wait
        item = _pick([*moves, *eases], random.random() * total)
        if isinstance(item, str):
            binding.discard(item)
            out.discard(item)
            if item in conditions:
                dormant.add(item)
            continue
        if time < 0:
            return None
        stage = item.target
        for name in list(dormant):
            if (item.source, item.target) in conditions[name].renewed_by:
                dormant.discard(name)
                binding.add(name)
        ready = time + _phases(process, stage, form, random)
        times.append(time)
        stages.append(stage)
    return Walk(times, stages)


def _pick(ways: list, mark: float):
    """Return the first of the ways whose rates add up to more than ``mark``."""
    for rate, way in ways[:-1]:
        mark -= rate
        if mark < 0:
            return way
    return ways[-1][1]


def _pace(item, form) -> float:
    return item.per_month * (form.meetings_per_month * form.agree_share if item.meeting else 1.0)


def _phases(process: Process, stage: str, form, random: np.random.Generator) -> float:
    """Draw the time until the last phase of a stage."""
    phases = next(item.phases for item in process.stages if item.name == stage)
    late = sum(_pace(item, form) for item in process.exits(stage) if item.late)
    if phases == 1:
        return 0.0
    return random.gamma(phases - 1, 1.0 / (phases * late)) if late > 0 else math.inf


def _moves(process: Process, stage: str, form, is_ready: bool, binding: set[str], out: set[str]) -> list:
    """Return the transitions that can happen now, each after its rate."""
    phases = next(item.phases for item in process.stages if item.name == stage)
    found = []
    for item in process.exits(stage):
        gates = {gate for held in process.preconditions if held.name in binding for gate in held.gates}
        if (item.source, item.target) in gates or (item.meeting and out) or (item.late and not is_ready):
            continue
        found.append((_pace(item, form) * (phases if item.late else 1), item))
    return found

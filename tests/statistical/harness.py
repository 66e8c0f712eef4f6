"""Runs the engine's own waves, jobs and crews over many samples and reads the table of jobs; and builds small sides.

A side's name keys its draws, so runs of different names are independent.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.jit import entry
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.engine.waves import draw_waves, strike
from standstill.engine.windows import draw_windows
from standstill.model.campaign import Campaign, Curve, DamageState, Stream, Weapon
from standstill.model.repair import CrewPool, Repair, RepairTime
from standstill.model.scenario import Side
from standstill.model.system import Generators, Regions, System
from standstill.model.terms import Arm
from tests.statistical.table import SEED

START = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
ARRIVALS, WAIT, WAITED, DOWNTIME = 0, 2, 4, 6
PRESENT, WAITING, UNMET, WAVES_THAT_HIT, HITS, OPEN = 8, 9, 10, 11, 12, 13


@entry
def _read_jobs(model, values, seed, first_sample, arm, split, begin, end, times, work, out):
    """Fill a row of ``out`` per sample; return how many samples fitted into the scratch room.

    Columns, of assets below ``split`` and of the others: jobs that arrive in [begin, end) hours, their summed wait,
    how many waited, their summed downtime; then of all: job-hours open and job-hours waiting within [begin, end), jobs
    whose spare never comes, waves that hit, hits, and jobs open at each of ``times``.
    """
    for i in range(out.shape[0]):
        sample = first_sample + i
        n_waves = draw_waves(model.campaign, values, seed, sample, work.strikes.waves)
        if n_waves < 0:
            return i
        draw_windows(model.arms, values, seed, sample, work.strikes.waves, n_waves, work.strikes.windows)
        n_jobs = strike(
            model.campaign, model.assets, model.repair, model.arms, values, arm, n_waves, seed, sample, work.strikes,
            work.events.assets, work.jobs, work.tally.counts,
        )  # fmt: skip
        if n_jobs < 0:
            return i
        row = out[i]
        row[:] = 0.0
        last_wave = -1
        for place in range(n_jobs):
            job = work.jobs.table[place]
            group = 0 if job.asset < split else 1
            if begin <= job.arrival < end:
                row[ARRIVALS + group] += 1.0
                row[WAIT + group] += job.start - job.arrival
                row[WAITED + group] += 1.0 if job.start > job.arrival else 0.0
                row[DOWNTIME + group] += job.finish - job.arrival
            row[PRESENT] += max(0.0, min(job.finish, end) - max(job.arrival, begin))
            row[WAITING] += max(0.0, min(job.start, end) - max(job.arrival, begin))
            row[UNMET] += 1.0 if job.ready == math.inf else 0.0
            row[WAVES_THAT_HIT] += 1.0 if job.wave != last_wave else 0.0
            row[HITS] += 1.0
            last_wave = job.wave
            for time in range(times.shape[0]):
                if job.arrival <= times[time] < job.finish:
                    row[OPEN + time] += 1.0
    return out.shape[0]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What to read off the jobs: those of [begin, end), those open at times; assets below ``split`` apart. Days."""

    begin: float = 0.0
    end: float = 0.0
    times: tuple[float, ...] = ()
    split: int = 1 << 30


def read_jobs(side: Side, samples: int, look: Look, arm: Arm | None = None) -> np.ndarray:
    """Return the job statistics of each sample, (samples, columns); times in days."""
    packed = pack_side(side, arms=(arm or Arm(name="as is"),))
    values = packed.slots.values(SEED, 0, 1)[0]
    scratch = Scratch(packed)
    times = 24.0 * np.array(look.times)
    out = np.zeros((samples, OPEN + times.size))
    done = 0
    while done < samples:
        part = out[done:]
        done += _read_jobs(
            packed.model,
            values,
            SEED,
            done,
            0,
            look.split,
            24.0 * look.begin,
            24.0 * look.end,
            times,
            scratch.work,
            part,
        )
        if done < samples:
            scratch.grow()
    out[:, WAIT : WAIT + 2] /= 24.0
    out[:, DOWNTIME : DOWNTIME + 2] /= 24.0
    out[:, [PRESENT, WAITING]] /= 24.0
    return out


def totals(side: Side, samples: int, **window: Any) -> dict[str, np.ndarray]:
    """Return every total of each sample from whole blocks of the engine, without arms."""
    packed = pack_side(side, **window)
    scratch = Scratch(packed)
    blocks = [
        run_block(packed, SEED, first, min(BLOCK, samples - first), scratch).totals[0]
        for first in range(0, samples, BLOCK)
    ]
    return dict(zip(COLUMNS, np.concatenate(blocks).T, strict=False))


def system(
    name: str, days: float, *, step_days: float | None = None, classes: dict[str, tuple[int, float]], load: Any = 0.0
) -> System:
    """Return one region whose assets never fail by themselves: class -> (how many, capacity of each)."""
    steps = 1 if step_days is None else round(days / step_days)
    rows = [(f"{cls} {number}", cls, power) for cls, (count, power) in classes.items() for number in range(count)]
    return System(
        name=name,
        step_h=24.0 * (days if step_days is None else step_days),
        start=START,
        n_steps=steps,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=("region",), load=np.broadcast_to(np.asarray(load, dtype=float), (1, steps))),
        generators=Generators(
            names=tuple(row[0] for row in rows),
            classes=tuple(row[1] for row in rows),
            region=(0,) * len(rows),
            capacity=np.array([[row[2]] for row in rows]),
            p_fail=np.zeros((len(rows), 1)),
            p_repair=np.ones((len(rows), 1)),
        ),
    )


ONE = (Weapon(name="weapon", count="fixed", mean=1.0),)
"""One weapon that always hits: waves become hits."""


def exponential(days: float) -> tuple[DamageState, ...]:
    """Return a single damage state: nothing left, exponential repair."""
    time = RepairTime(kind="exponential", days=days)
    return (DamageState(name="complete", probability=1.0, condition=0.0, time=time),)


def hits(
    rate_per_day: float,
    states: tuple[DamageState, ...],
    *,
    weapons: tuple[Weapon, ...] = ONE,
    aim: dict[str, float] | None = None,
    ignore: bool = False,
) -> Campaign:
    """Return a Poisson stream of waves at classes that share one curve."""
    weights: dict[str, Any] = aim or {"target": 1.0}
    return Campaign(
        streams=(Stream(name="stream", times="poisson", rate_per_day=rate_per_day, weapons=weapons, aim=weights),),
        curves=(Curve(name="curve", states=states),),
        mapping=dict.fromkeys(weights, "curve"),
        hits_while_down="ignore" if ignore else "superpose",
    )


def pool(crews: int, order: Any = "first-come", classes: tuple[str, ...] = ("target",)) -> Repair:
    """Return one pool of crews."""
    return Repair(crews=(CrewPool(name="crews", classes=classes, crews=float(crews), order=order),))

"""Waves, damage, crews and spares against closed forms 1 to 8 of the hazard reference, by the engine's own code.

Every run starts undamaged. Where the reference is a stationary value, what is read begins after a warm-up of 15
relaxation times of the process (``closed_forms.Queue.relaxation``, the inverse of its spectral gap): what is left of
the start is of the order of exp(-15) = 3e-7 of the distance from start to stationary value, against standard errors
above 1e-4 of it. Standard errors are over samples, which are independent; never over times within one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math

import numpy as np
import pytest

from standstill.model.campaign import Campaign, Curve, DamageState, Stream, Weapon
from standstill.model.repair import Repair, RepairTime, SparePool
from standstill.model.scenario import Side
from standstill.model.terms import Arm, Fixed, Terms
from tests.statistical import closed_forms as forms
from tests.statistical.harness import (
    ARRIVALS,
    DOWNTIME,
    HITS,
    OPEN,
    PRESENT,
    START,
    UNMET,
    WAIT,
    WAITED,
    WAITING,
    WAVES_THAT_HIT,
    Look,
    exponential,
    hits,
    pool,
    read_jobs,
    system,
    totals,
)
from tests.statistical.table import Table, mean, ratio, variance

pytestmark = pytest.mark.statistical
RATE = 1 / 60
WARM_UPS = 15
LOGNORMAL = (
    DamageState(
        name="complete",
        probability=1.0,
        condition=0.0,
        time=RepairTime(kind="lognormal", days=forms.MEDIAN, sigma=forms.SIGMA),
    ),
)
HAZUS_SIGMA = 0.472
MIXED = tuple(
    DamageState(name=name, probability=probability, condition=0.0, time=time)
    for name, probability, time in (
        ("slight", 0.2, RepairTime(kind="fixed", days=1.0)),
        ("moderate", 0.2875, RepairTime(kind="exponential", days=3.0)),
        ("extensive", 0.3125, RepairTime(kind="geometric", days=7.0)),
        (
            "complete",
            0.2,
            RepairTime(kind="lognormal", days=30.0 * math.exp(-(HAZUS_SIGMA**2) / 2), sigma=HAZUS_SIGMA),
        ),
    )
)
"""All kinds of repair times, of mean .2·1 + .2875·3 + .3125·7 + .2·30 = 9.25 days."""


def unavailability(name: str, *, states, ignore: bool, begin: int, days: int, samples: int) -> np.ndarray:
    """Return each sample's mean share of assets down over [begin, begin + days), from whole blocks of the engine.

    Load equals capacity, so what is down is short, step by step. Each of the four assets is hit at rate 1/60: hits of
    rate 4/60, uniform over them.
    """
    assets, step = 4, 1.0
    side = Side(
        name=name,
        system=system(name, begin + days, step_days=step, classes={"target": (assets, 1.0)}, load=float(assets)),
        campaign=hits(assets * RATE, states, ignore=ignore),
    )
    first = START + dt.timedelta(days=begin)
    unserved = totals(side, samples, measure_from=first, measure_to=first + dt.timedelta(days=days))["unserved"]
    return unserved / (24.0 * days * assets)


@pytest.mark.parametrize(
    ("name", "states", "ignore", "reference"),
    [
        ("lognormal ignored", LOGNORMAL, True, forms.availability_ignored(RATE, forms.LOGNORMAL_MEAN)),
        ("mixed ignored", MIXED, True, forms.availability_ignored(RATE, 9.25)),
        ("mixed superposed", MIXED, False, forms.availability_superposed(RATE, 9.25)),
    ],
)
def test_one_alternating_renewal(table: Table, name, states, ignore, reference):
    # What is left of the undamaged start after 365 days is of the order of rate x the mean of what a repair lasts
    # beyond 365 days: 8e-7 or less for these times, against a standard error of 1e-4.
    down = unavailability(f"1 {name}", states=states, ignore=ignore, begin=365, days=365, samples=50_000)
    table.add(f"1 {name}", "availability", availability=(mean(1 - down), reference))


@pytest.mark.parametrize("day", [1, 5, 10, 30, 90])
def test_one_transient(table: Table, day):
    # one step of half a day, whose condition is that at its start: exactly the given day
    name = f"1 transient day {day}"
    side = Side(
        name=name,
        system=system(name, day + 0.5, step_days=0.5, classes={"target": (4, 1.0)}, load=4.0),
        campaign=hits(4 * RATE, exponential(10.0), ignore=True),
    )
    down = totals(side, 250_000, measure_from=START + dt.timedelta(days=day))["unserved"] / (12.0 * 4)
    table.add(name, "availability", availability=(mean(1 - down), forms.availability_at(day, RATE, 0.1)))


WAVES, HITS_PER_WAVE = 1 / 6, 0.6


def salvos(name: str, days: float) -> Side:
    """Return a side under Poisson waves of Poisson(.6) hits, each with its own lognormal repair, no crews."""
    weapons = (Weapon(name="weapon", count="poisson", mean=HITS_PER_WAVE),)
    return Side(
        name=name,
        system=system(name, days, classes={"target": (1, 1.0)}),
        campaign=hits(WAVES, LOGNORMAL, weapons=weapons),
    )


def test_two_growth_of_the_backlog(table: Table):
    # Stationary on day 365: the rate times the mean that a repair lasts beyond it is 5e-7.
    days = (7, 30, 60, 90, 151, 365)
    out = read_jobs(salvos("2 growth", 366), 200_000, Look(times=days))
    at = {day: out[:, OPEN + place] for place, day in enumerate(days)}
    means = {f"m({day})": (mean(at[day]), forms.open_jobs(WAVES, HITS_PER_WAVE, day)) for day in days[:-1]}
    load = WAVES * HITS_PER_WAVE * forms.LOGNORMAL_MEAN
    table.add(
        "2 growth",
        "stationary_m",
        **means,
        stationary_m=(mean(at[365]), load),
        variance=(variance(at[365]), forms.open_jobs_variance(WAVES, HITS_PER_WAVE)),
        p_empty=(mean((at[365] == 0).astype(float)), forms.none_open(WAVES, HITS_PER_WAVE)),
    )


def test_two_backlog_after_a_halt(table: Table):
    after = (0, 7, 14, 30, 60)
    window = Fixed(start=START + dt.timedelta(days=90), end=START + dt.timedelta(days=151))
    halt = Arm(name="standstill", terms=Terms(window=window, compliance=1.0))
    out = read_jobs(salvos("2 halt", 151), 500_000, Look(times=tuple(90 + days for days in after)), halt)
    table.add(
        "2 halt",
        "day_14",
        **{
            f"day_{days}": (mean(out[:, OPEN + place]), forms.open_jobs(WAVES, HITS_PER_WAVE, 90 + days, days))
            for place, days in enumerate(after)
        },
    )


@pytest.mark.parametrize("crews", [4, 5, 6, 8])
def test_three_crews(table: Table, crews):
    # What is summed over jobs that arrive in a window is divided by the expected, not the counted, number of jobs, so
    # the mean is unbiased. First come, first served: a wait depends on earlier jobs only, so nothing is cut at the end.
    rate, days, found = 0.5, 3000.0, forms.mmc(0.5, 6.0, crews)
    begin = WARM_UPS * found.relaxation
    name = f"3 crews {crews}"
    side = Side(
        name=name,
        system=system(name, begin + days, classes={"target": (1, 1.0)}),
        campaign=hits(rate, exponential(6.0)),
        repair=pool(crews),
    )
    out = read_jobs(side, 2500, Look(begin=begin, end=begin + days))
    table.add(
        name,
        "wait",
        p_wait=(mean(out[:, WAITED] / (rate * days)), found.p_wait),
        wait=(mean(out[:, WAIT] / (rate * days)), found.wait),
        in_system=(mean(out[:, PRESENT] / days), found.in_system),
    )


@pytest.mark.parametrize(
    ("assets", "mttf", "mttr", "crews"),
    [*((32, 60.0, 6.0, crews) for crews in (1, 2, 3, 4, 6, 32)), (12, 40.0, 8.0, 2)],
)
def test_four_machine_repairman(table: Table, assets, mttf, mttr, crews):
    # hits of rate assets/mttf, uniform over the assets, ignored by those that are down: each fails at rate 1/mttf
    found = forms.repairman(assets, mttf, mttr, crews)
    begin, days = WARM_UPS * found.relaxation, 1500.0
    name = f"4 {assets} assets, {crews} crews"
    side = Side(
        name=name,
        system=system(name, begin + days, classes={"target": (assets, 1.0)}),
        campaign=hits(assets / mttf, exponential(mttr), ignore=True),
        repair=pool(crews),
    )
    out = read_jobs(side, 2000, Look(begin=begin, end=begin + days))
    measures = {
        "availability": (mean(1 - out[:, PRESENT] / (days * assets)), 1 - found.in_system / assets),
        "down": (mean(out[:, PRESENT] / days), found.in_system),
        "downtime": (ratio(out[:, DOWNTIME], out[:, ARRIVALS]), found.downtime),
    }
    if crews < assets:
        measures["waiting"] = (mean(out[:, WAITING] / days), found.waiting)
    else:
        assert not np.any(out[:, WAITING])
    table.add(name, "availability", **measures)


@pytest.mark.parametrize("spares", [0, 1, 2, 3, 5])
def test_five_spares_without_restock(table: Table, spares):
    # five months of a Julian year: demand is Poisson of mean 4 x 5/12
    days = 365.25 * 5 / 12
    name = f"5 spares {spares}"
    state = DamageState(
        name="complete", probability=1.0, condition=0.0, time=RepairTime(kind="fixed", days=10.0), spare="transformer"
    )
    side = Side(
        name=name,
        system=system(name, days, classes={"target": (3, 1.0)}),
        campaign=hits(4 / 365.25, (state,)),
        repair=Repair(spares=(SparePool(name="transformer", initial=float(spares)),)),
    )
    out = read_jobs(side, 1_000_000, Look())
    short, missing = forms.unmet(4 * 5 / 12, spares)
    table.add(
        name,
        "unmet",
        p_short=(mean((out[:, UNMET] > 0).astype(float)), short),
        unmet=(mean(out[:, UNMET]), missing),
    )


def test_six_priorities(table: Table):
    # Largest first: the class of larger capability goes first. A job of the other may be overtaken by later ones, so
    # the window also ends 15 relaxation times before the horizon.
    rates, crews, days = (0.15, 0.35), 5, 3000.0
    found = forms.mmc(sum(rates), 6.0, crews)
    begin = WARM_UPS * found.relaxation
    side = Side(
        name="6 priorities",
        system=system("6 priorities", 2 * begin + days, classes={"large": (1, 100.0), "small": (1, 50.0)}),
        campaign=hits(sum(rates), exponential(6.0), aim={"large": rates[0], "small": rates[1]}),
        repair=pool(crews, "largest-first", ("large", "small")),
    )
    out = read_jobs(side, 3000, Look(begin=begin, end=begin + days, split=1))
    high, low = forms.priority_waits(rates, 6.0, crews)
    both = out[:, WAIT] + out[:, WAIT + 1]
    table.add(
        "6 priorities",
        "low_wait",
        high_wait=(mean(out[:, WAIT] / (rates[0] * days)), high),
        low_wait=(mean(out[:, WAIT + 1] / (rates[1] * days)), low),
        weighted_wait=(mean(both / (sum(rates) * days)), found.wait),
    )


@pytest.mark.parametrize("count", ["fixed", "poisson", "negative-binomial"])
def test_seven_thinning(table: Table, count):
    # a hundred dated waves of 60 weapons; what is counted is the share of waves that hit nothing
    name, waves = f"7 {count}", 100
    weapon = Weapon(name="weapon", count=count, mean=60.0, dispersion=2.0, interception=0.8, hit=0.01)
    stream = Stream(
        name="stream",
        times="dated",
        dates=tuple(START + dt.timedelta(days=day) for day in range(waves)),
        weapons=(weapon,),
        aim={"target": 1.0},
    )
    state = DamageState(name="complete", probability=1.0, condition=0.0, time=RepairTime(kind="fixed", days=1.0))
    side = Side(
        name=name,
        system=system(name, waves, classes={"target": (1, 1.0)}),
        campaign=Campaign(
            streams=(stream,), curves=(Curve(name="curve", states=(state,)),), mapping={"target": "curve"}
        ),
    )
    out = read_jobs(side, 50_000, Look())
    table.add(
        name,
        "survival",
        survival=(mean(1 - out[:, WAVES_THAT_HIT] / waves), forms.survival(count, 60, 0.002)),
        hits=(mean(out[:, HITS]), waves * 60 * 0.002),
    )


def excited(name: str, days: float) -> Side:
    """Return a side under waves of one hit each that bring about others."""
    campaign = hits(0.05, exponential(1.0))
    stream = dataclasses.replace(campaign.streams[0], times="hawkes", branching=0.6, decay_per_day=0.5)
    return Side(
        name=name,
        system=system(name, days, classes={"target": (1, 1.0)}),
        campaign=dataclasses.replace(campaign, streams=(stream,)),
    )


def test_eight_waves_that_bring_about_others(table: Table):
    form, days = forms.Excited(0.05, 0.6, 0.5), 365.0
    begin = WARM_UPS * form.relaxation
    out = read_jobs(excited("8 stationary", begin + days), 100_000, Look(begin=begin, end=begin + days))
    table.add(
        "8 stationary",
        "waves",
        waves=(mean(out[:, ARRIVALS]), form.rate * days),
        variance=(variance(out[:, ARRIVALS]), form.variance(days)),
    )


@pytest.mark.parametrize("days", [2, 10, 60])
def test_eight_growth_from_a_start_without_memory(table: Table, days):
    name = f"8 growth {days}"
    out = read_jobs(excited(name, days), 200_000, Look())
    table.add(name, "waves", waves=(mean(out[:, HITS]), forms.Excited(0.05, 0.6, 0.5).mean(days)))


def test_chi_square(table: Table):
    table.close()

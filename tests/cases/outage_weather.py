"""A side whose weather is one of a few winters, known day by day and all as likely, and outages that follow it."""

from __future__ import annotations

import datetime as dt

import numpy as np

from standstill.model.outage_weather import OutageWeather
from standstill.model.scenario import Side
from standstill.model.system import Generators, Regions, System
from standstill.model.weather import DegreeDayLoad, Weather
from tests.reference import state_chain

P_FAIL, P_REPAIR = (0.02, 0.05), (0.2, 0.1)
CAPACITY = (10.0, 8.0)
LOAD = 15.0
COLD = ((-15.0, 6.0), (5.0, 1.0))
SLOW = ((-10.0, 0.5), (0.0, 1.0))


def side(years: np.ndarray, *, n_steps: int, rules: tuple[OutageWeather, ...] = (), name: str = "side") -> Side:
    """Return a side of one region with two units, whose load is the same in any weather."""
    system = System(
        name=name, step_h=1.0, start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC), n_steps=n_steps, power_unit="MW",
        energy_unit="MWh", regions=Regions(names=("region",), load=np.zeros((1, 1))),
        generators=Generators(
            names=("one", "two"), classes=("thermal", "thermal"), region=(0, 0),
            capacity=np.reshape(CAPACITY, (2, 1)), p_fail=np.reshape(P_FAIL, (2, 1)),
            p_repair=np.reshape(P_REPAIR, (2, 1)),
        ),
    )  # fmt: skip
    load = DegreeDayLoad(
        base=LOAD, slope=0.0, threshold_c=0.0, weekday_factor=(1.0,) * 7, shape=(1.0,) * 24, region_share=(1.0,)
    )
    return Side(name=name, system=system, weather=Weather(load=load, years=years), outage_weather=rules)


def chances(points: tuple[tuple[float, float], ...], base: float, temperatures: np.ndarray, n_steps: int) -> np.ndarray:
    """Return the probability on entering each step of one winter."""
    factor = np.interp(temperatures, *zip(*points, strict=True))
    return np.repeat(np.minimum(1.0, base * factor), 24)[:n_steps]


def indices(years: np.ndarray, n_steps: int) -> state_chain.Indices:
    """Return the indices with COLD and SLOW by enumeration: the mean over the winters, all as likely."""
    found = []
    for year in years:
        units = [
            state_chain.in_or_out(
                chances(COLD, fail, year, n_steps), chances(SLOW, repair, year, n_steps), size, n_steps
            )
            for fail, repair, size in zip(P_FAIL, P_REPAIR, CAPACITY, strict=True)
        ]
        found.append(state_chain.enumerated(np.full(n_steps, LOAD), units))
    return state_chain.Indices(
        *(float(np.mean([getattr(one, name) for one in found])) for name in ("lole", "eue", "lolev"))
    )

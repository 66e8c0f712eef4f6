"""IEEE Reliability Test System of 1979: 32 units, 3405 MW, a year of 52 weeks that begins on a Monday in winter."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np

from standstill.model.system import Generators, Regions, Storages, System

DATA = Path(__file__).parent / "data"
PEAK_MW = 2850.0
LOLE_H, EUE_MWH, NEUE_PPM = 9.3941755, 1176.29846, 76.89695
EVENTS, EVENT_H, DAILY_LOLE_D = 1.9151545, 4.905179, 1.3688629
SD_LOLE_H, SD_EUE_MWH = 16.15, 2920.0


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the system's tables; the first line of a file names its source."""
    with (DATA / f"rts79_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def load_mw() -> np.ndarray:
    """Return the load of every hour: annual peak times the shares of week, weekday and hour of the week's season."""
    hourly = table("hourly")
    daily = np.array([float(row["pct_of_weekly_peak"]) for row in table("daily")]) / 100
    load = []
    for week in table("weekly"):
        weekly = float(week["pct_of_annual_peak"]) / 100
        for day, share in enumerate(daily):
            column = f"{week['season']}_{'weekday' if day < 5 else 'weekend'}"
            shape = np.array([float(row[column]) for row in hourly]) / 100
            load.append(PEAK_MW * weekly * share * shape)
    return np.concatenate(load)


def rts79() -> System:
    """Return the system: two-state units with P(fail per hour) = 1 / MTTF and P(repair per hour) = 1 / MTTR."""
    units = [(row, number) for row in table("units") for number in range(1, int(row["n_units"]) + 1)]
    load = load_mw()
    return System(
        name="rts79",
        step_h=1.0,
        start=dt.datetime(1979, 1, 1, tzinfo=dt.UTC),
        n_steps=load.size,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=("RTS",), load=load[None, :]),
        generators=Generators(
            names=tuple(f"{row['type']} {row['unit_mw']} MW {number}" for row, number in units),
            classes=tuple(row["type"] for row, _ in units),
            region=(0,) * len(units),
            capacity=np.array([[float(row["unit_mw"])] for row, _ in units]),
            p_fail=np.array([[1 / float(row["mttf_h"])] for row, _ in units]),
            p_repair=np.array([[1 / float(row["mttr_h"])] for row, _ in units]),
        ),
    )


def rts79_with_battery() -> System:
    """Return the system with 200 MW for four hours, 90 % of what is taken is stored and all of that given back."""

    def one(value: float) -> np.ndarray:
        return np.array([[value]])

    store = Storages(
        names=("battery",), classes=("battery",), region=(0,), charge=one(200.0), discharge=one(200.0),
        energy=one(800.0), charge_efficiency=one(0.9), discharge_efficiency=one(1.0), carryover_efficiency=one(1.0),
        p_fail=one(0.0), p_repair=one(1.0),
    )  # fmt: skip
    return replace(rts79(), storages=store)

"""Four hours, three units that fail and one that does not: every hour is independent, and all is known exactly."""

from __future__ import annotations

import datetime as dt

import numpy as np

from standstill.model.system import Generators, Regions, System

LOLE_H, EUE_MWH = 0.355, 1.59


def toy() -> System:
    """Return the four-hour toy system: with p_fail 0.1 and p_repair 0.9, each hour is a fresh draw of P(up) = 0.9."""
    capacity = np.full((4, 4), 10.0)
    capacity[3] = 5.0, 6.0, 7.0, 8.0
    return System(
        name="toy",
        step_h=1.0,
        start=dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        n_steps=4,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=("region",), load=np.array([[25.0, 28.0, 27.0, 24.0]])),
        generators=Generators(
            names=("unit 1", "unit 2", "unit 3", "firm"),
            classes=("thermal", "thermal", "thermal", "import"),
            region=(0, 0, 0, 0),
            capacity=capacity,
            p_fail=np.array([[0.1], [0.1], [0.1], [0.0]]),
            p_repair=np.array([[0.9], [0.9], [0.9], [1.0]]),
        ),
    )

"""Three of the small systems with which PRAS is tested, and the means that its authors worked out for them.

NREL, Probabilistic Resource Adequacy Suite, PRASCore ``TestData`` (test systems 1 to 3). Failing units fail with
probability 0.1 and are repaired with 0.9, so every hour is independent.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from standstill.model.system import Generators, Interfaces, Lines, Regions, Storages, System

MEANS: dict[str, dict[str, list[list[float]]]] = {
    "two generators": {
        "shortfall": [[0.314], [0.333]],
        "surplus": [[5.733], [4.914]],
        "flow": [[0.081]],
        "utilization": [[0.231625]],
    },
    "storage": {
        "shortfall": [[0.8, 0.7542]],
        "surplus": [[0.18, 1.4022]],
        "energy": [[1.62, 2.2842]],
    },
    "storage behind a line": {
        "shortfall": [[0.8, 0.781902], [1.14, 0.457387]],
        "surplus": [[3.879, 6.618087], [0.0, 4.914189]],
        "flow": [[11.421, 7.663815]],
        # the second hour is printed as 0.626674, but the mean of both as 0.7440337
        "utilization": [[0.8614, 0.6266674]],
        "energy": [[6.561, 7.682202]],
    },
}
"""By system and result, (names, steps): MW, shares and MWh, to the digits that are published."""


def _fails(count: int) -> dict[str, np.ndarray]:
    return {"p_fail": np.full((count, 1), 0.1), "p_repair": np.full((count, 1), 0.9)}


def _joined(limit: float) -> dict[str, Any]:
    lines = Lines(
        names=("line 1",), classes=("lines",), interface=(0,), forward=[[limit]], backward=[[limit]], **_fails(1)
    )
    joins = Interfaces(names=("A - B",), region_from=(0,), region_to=(1,), forward=[[limit]], backward=[[limit]])
    return {"interfaces": joins, "lines": lines}


def _storage(region: int) -> Storages:
    one, ten = [[1.0]], [[10.0]]
    return Storages(
        names=("store 1",), classes=("storages",), region=(region,), charge=ten, discharge=ten, energy=ten,
        charge_efficiency=one, discharge_efficiency=one, carryover_efficiency=one, **_fails(1),
    )  # fmt: skip


def _system(name: str, load: list[list[float]], capacity: list[float], **more: Any) -> System:
    return System(
        name=name, step_h=1.0, start=dt.datetime(2020, 1, 1, tzinfo=dt.UTC), n_steps=len(load[0]), power_unit="MW",
        energy_unit="MWh", regions=Regions(names=tuple("AB"[: len(load)]), load=load),
        generators=Generators(
            names=tuple(f"unit {row}" for row in range(len(capacity))), classes=("thermal",) * len(capacity),
            region=tuple(range(len(capacity))), capacity=[[value] for value in capacity], **_fails(len(capacity)),
        ),
        **more,
    )  # fmt: skip


def pras_test(name: str) -> System:
    """Return one of the systems of ``MEANS``."""
    if name == "two generators":
        return _system(name, [[8.0], [9.0]], [15.0, 15.0], **_joined(8.0))
    if name == "storage":
        return _system(name, [[8.0, 9.0]], [10.0], storages=_storage(0))
    return _system(name, [[8.0, 9.0], [6.0, 7.0]], [25.0], storages=_storage(1), **_joined(15.0))

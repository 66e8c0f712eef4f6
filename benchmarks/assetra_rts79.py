"""Times assetra on the RTS-79; run by a Python that has it: ``python assetra_rts79.py system.npz trials``.

It stands alone, since assetra lives in an environment of its own (requirements/bench.txt): the system comes as arrays.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import datetime, timedelta

import numpy as np
import xarray as xr
from assetra.metrics import ExpectedUnservedEnergy, LossOfLoadFrequency, LossOfLoadHours
from assetra.simulation import ProbabilisticSimulation
from assetra.system import EnergySystemBuilder
from assetra.units import DemandUnit, StochasticUnit


def main() -> None:
    """Simulate and print what was found as JSON."""
    with np.load(sys.argv[1]) as stored:
        load, capacity, outage = stored["load"], stored["capacity"], stored["outage"]
    trials = int(sys.argv[2])
    start = datetime(2023, 1, 1)
    times = [start + timedelta(hours=hour) for hour in range(len(load))]
    coords = {"time": np.array(times, dtype="datetime64[ns]")}
    builder = EnergySystemBuilder()
    builder.add_unit(DemandUnit(id=0, hourly_demand=xr.DataArray(load, coords=coords, dims="time")))
    for number, (size, share) in enumerate(zip(capacity, outage, strict=True), 1):
        flat = xr.DataArray(np.full(len(load), size), coords=coords, dims="time")
        rate = xr.DataArray(np.full(len(load), share), coords=coords, dims="time")
        builder.add_unit(StochasticUnit(number, float(size), flat, rate))
    simulation = ProbabilisticSimulation(times[0], times[-1], trials)
    simulation.assign_energy_system(builder.build())
    began = time.perf_counter()
    simulation.run()
    took = time.perf_counter() - began
    found = {
        "ms": 1000.0 * took / trials,
        "eue": float(ExpectedUnservedEnergy(simulation).evaluate()),
        "lole": float(LossOfLoadHours(simulation).evaluate()),
        "events": float(LossOfLoadFrequency(simulation).evaluate()),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()

"""Others on the RTS-79: a plain NumPy simulation, event by event, and assetra if there is a Python that has it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from tests.cases.rts79 import rts79


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """What another program took and found; ``note`` says why it was left out."""

    name: str
    ms: float | None = None
    eue: float | None = None
    lole: float | None = None
    events: float | None = None
    peak_mib: float | None = None
    note: str = ""


def numpy_rts79(samples: int = 200, seed: int = 1) -> Peer:
    """Simulate the RTS-79 with NumPy: times of change from geometric gaps, then one cumulative sum a year."""
    system = rts79()
    generators, load, steps = system.generators, system.regions.load[0], system.n_steps
    capacity, fail, repair = generators.capacity[:, 0], generators.p_fail[:, 0], generators.p_repair[:, 0]
    random = np.random.default_rng(seed)
    most = 2 * int(np.ceil(steps * fail.max() + 10 * np.sqrt(steps * fail.max()))) + 2
    hours = energy = events = 0.0
    began = time.perf_counter()
    for _ in range(samples):
        up = random.random(len(capacity)) < repair / (fail + repair)
        gaps = np.empty((len(capacity), most), dtype=np.int64)
        first = np.where(up, fail, repair)[:, None]
        second = np.where(up, repair, fail)[:, None]
        gaps[:, 0::2] = random.geometric(np.broadcast_to(first, (len(capacity), most // 2)))
        gaps[:, 1::2] = random.geometric(np.broadcast_to(second, (len(capacity), most // 2)))
        times = np.cumsum(gaps, axis=1)
        change = np.where(up, -capacity, capacity)[:, None] * np.tile([1.0, -1.0], most // 2)
        inside = times < steps
        available = np.bincount(times[inside], change[inside], steps)
        available[0] += capacity[up].sum()
        short = load - np.cumsum(available)
        is_short = short > 1e-6
        hours += is_short.sum()
        energy += short[is_short].sum()
        events += is_short[0] + np.count_nonzero(is_short[1:] & ~is_short[:-1])
    took = time.perf_counter() - began
    return Peer(
        name="NumPy, event by event",
        ms=1000.0 * took / samples,
        eue=energy / samples,
        lole=hours / samples,
        events=events / samples,
    )


def assetra_rts79(python: str | None = None, trials: int = 500) -> Peer:
    """Simulate the RTS-79 with assetra, by ``python`` or this one."""
    if python is None and find_spec("assetra") is None:
        return Peer(name="assetra", note="not installed: see requirements/bench.txt, then --assetra PYTHON")
    system = rts79()
    generators = system.generators
    script = Path(__file__).with_name("assetra_rts79.py")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "system.npz"
        np.savez(
            file,
            load=system.regions.load[0],
            capacity=generators.capacity[:, 0],
            outage=(generators.p_fail / (generators.p_fail + generators.p_repair))[:, 0],
        )
        command = [python or sys.executable, str(script), str(file), str(trials)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            return Peer(name="assetra", note=str(error))
    if done.returncode:
        return Peer(name="assetra", note=(done.stderr.strip().splitlines() or ["it failed"])[-1])
    return Peer(name="assetra", **json.loads(done.stdout.splitlines()[-1]))

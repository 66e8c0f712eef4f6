"""The exact answer of a small system: every path of its assets' outages, each lived through by the slow twin.

Only what may fail is enumerated: 2^(assets x steps) paths, so a handful of assets over a few steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from standstill.model.scenario import Side
from tests.reference.strikes import Damage
from tests.reference.twin import Play, Sample, count


@dataclass(frozen=True, kw_only=True)
class Exact:
    """Expected values over all paths."""

    lole: float
    """Steps in which any region is short."""
    eue: float
    """Unserved energy."""
    lolev: float
    """Events."""
    region_lole: tuple[float, ...]
    """Steps in which each region is short."""
    region_eue: tuple[float, ...]
    """Unserved energy of each region."""


def enumerated(side: Side) -> Exact:
    """Return the expected values of a side without strikes."""
    sample = Sample(side, 1, 0)
    always_up = dict(sample.service)
    sums = np.zeros(3 + 2 * len(side.system.regions))
    total = 0.0
    for chance, paths in _joint(side):
        sample.service = always_up | paths
        run = Play(sample, Damage([], 0, 0))
        steps = [run.step(step) for step in range(side.system.n_steps)]
        totals, region_steps, region_energy, _ = count(side, steps, 0, side.system.n_steps, run.tolerance)
        found = [totals["short_steps"], totals["unserved"], totals["events"], *region_steps, *region_energy]
        sums += chance * np.array(found)
        total += chance
    assert abs(total - 1.0) < 1e-12, "the paths' chances must add up to 1"
    n = len(side.system.regions)
    lole, eue, lolev = sums[:3].tolist()
    by_region = sums[3:].tolist()
    return Exact(
        lole=lole, eue=eue, lolev=lolev, region_lole=tuple(by_region[:n]), region_eue=tuple(by_region[n:])
    )  # fmt: skip


def _joint(side: Side) -> Iterator[tuple[float, dict[str, list[bool]]]]:
    """Yield the joint paths of all assets that may fail, each with its chance."""
    system = side.system
    tables = (
        system.generators, system.storages, system.generator_storages, system.demand_responses, system.lines,
    )  # fmt: skip
    chains = {
        name: list(_paths(table.p_fail[row], table.p_repair[row], system.n_steps))
        for table in tables
        for row, name in enumerate(table.names)
        if table.p_fail[row].max() > 0
    }
    for joint in product(*chains.values()):
        chance = float(np.prod([part for part, _ in joint]))
        yield chance, {name: path for name, (_, path) in zip(chains, joint, strict=True)}


def _paths(p_fail: np.ndarray, p_repair: np.ndarray, n_steps: int) -> Iterator[tuple[float, list[bool]]]:
    """Yield every path of a two-state chain with a stationary start, and its chance."""
    fail, repair = np.broadcast_to(p_fail, n_steps), np.broadcast_to(p_repair, n_steps)
    for path in product((True, False), repeat=n_steps):
        up = repair[0] / (fail[0] + repair[0])
        chance = up if path[0] else 1.0 - up
        for step in range(1, n_steps):
            leaves = fail[step] if path[step - 1] else repair[step]
            chance *= leaves if path[step] != path[step - 1] else 1.0 - leaves
        if chance > 0.0:
            yield float(chance), list(path)

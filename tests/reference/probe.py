"""What the engine did in single steps, without hooks in it: a winter cut off after a step ends in that step's state.

No draw depends on the length of the horizon, so the cut changes nothing before it; but what demand responses owe falls
due at the end.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.model.scenario import Side
from standstill.model.system import System
from standstill.model.terms import Arm

AS_IS = Arm(name="as is")


def cut(system: System, n_steps: int) -> System:
    """Return a system's first steps."""

    def shorter(record: Any) -> Any:
        wide = {
            field.name: getattr(record, field.name)[:, :n_steps]
            for field in dataclasses.fields(record)
            if isinstance(getattr(record, field.name), np.ndarray)
        }
        return dataclasses.replace(record, **wide)

    tables = ("regions", "interfaces", "lines", "generators", "storages", "generator_storages", "demand_responses")
    return dataclasses.replace(system, n_steps=n_steps, **{name: shorter(getattr(system, name)) for name in tables})


@dataclasses.dataclass(frozen=True)
class After:
    """The engine's state after one step."""

    short: np.ndarray
    """Shortfall by region, power_unit."""
    critical: float
    """Critical load unserved, power_unit."""
    charge: np.ndarray
    """State of charge by store, energy_unit."""
    flow: np.ndarray
    """Flow over each interface, forward positive, power_unit; of a network, not of a star."""
    total: float
    """Shortfall over all regions, power_unit."""


def after(side: Side, step: int, *, arm: Arm = AS_IS, seed: int = 1, sample: int = 0, network: bool = False) -> After:
    """Run a side up to and including a step; ``network`` keeps the engine from using a star's closed form."""
    system = cut(side.system, step + 1)
    start = system.start + dt.timedelta(hours=step * system.step_h)
    packed = pack_side(dataclasses.replace(side, system=system), arms=(arm,), measure_from=start)
    if network:
        open_network = packed.model.network._replace(leaves=packed.model.network.leaves[:0], hub=-1, one_series=-1)
        packed = dataclasses.replace(packed, model=packed.model._replace(network=open_network))
    scratch = Scratch(packed)
    row = run_block(packed, seed, sample, 1, scratch).totals[0, 0] / system.energy_per_step
    n_regions, state = len(system.regions), scratch.work.dispatch
    return After(
        short=row[len(COLUMNS) + n_regions : len(COLUMNS) + 2 * n_regions],
        critical=float(row[COLUMNS.index("critical_unserved")]),
        charge=state.stores["soc"].copy(),
        flow=state.edges["flow"].copy(),
        total=float(row[COLUMNS.index("unserved")]),
    )

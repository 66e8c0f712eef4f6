"""An energy system: regions, what joins them, and the assets in them. A superset of what a PRAS file can say.

Every array is in the system's own ``power_unit`` and ``energy_unit``. Knows nothing of strikes, arms or samples.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from standstill.arrays import rebuild
from standstill.errors import Faults
from standstill.model.assets import (
    DemandResponses,
    Dispatch,
    Generators,
    GeneratorStorages,
    Interfaces,
    Lines,
    Parameter,
    Regions,
    Storages,
    UnitStates,
)
from standstill.model.reserve import Reserves
from standstill.units import energy_per_power_step

__all__ = [
    "DemandResponses",
    "Dispatch",
    "GeneratorStorages",
    "Generators",
    "Interfaces",
    "Lines",
    "Parameter",
    "Regions",
    "Reserves",
    "Storages",
    "System",
    "UnitStates",
]


def _empty(cls: type[Any], **more: Any) -> Any:
    none = np.zeros((0, 1))
    arrays = {"p_fail": none, "p_repair": none}
    return lambda: cls(names=(), **arrays, **{key: none if value is None else value for key, value in more.items()})


_STORE = {
    "classes": (), "region": (), "charge": None, "discharge": None, "energy": None, "charge_efficiency": None,
    "discharge_efficiency": None, "carryover_efficiency": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class System:
    """An energy system over a fixed horizon of equal steps."""

    name: str
    """Name shown in reports."""
    step_h: float
    """Length of a step, h."""
    start: dt.datetime
    """Start of the first step; of a named time zone, its offset at that time is kept."""
    n_steps: int
    """Number of steps."""
    power_unit: str
    """Unit of all power arrays, for example "MW" or "kb/d"."""
    energy_unit: str
    """Unit of all energy arrays, for example "MWh" or "kb"."""
    regions: Regions
    """Where load is; at least one."""
    interfaces: Interfaces = field(
        default_factory=lambda: Interfaces(
            names=(), region_from=(), region_to=(), forward=np.zeros((0, 1)), backward=np.zeros((0, 1))
        )
    )
    """What joins regions."""
    lines: Lines = field(default_factory=_empty(Lines, classes=(), interface=(), forward=None, backward=None))
    """Lines of the interfaces. An interface without lines is limited by its own limits alone."""
    generators: Generators = field(default_factory=_empty(Generators, classes=(), region=(), capacity=None))
    """Generators."""
    storages: Storages = field(default_factory=_empty(Storages, **_STORE))
    """Storages."""
    generator_storages: GeneratorStorages = field(
        default_factory=_empty(GeneratorStorages, **_STORE, inflow=None, injection=None, withdrawal=None)
    )
    """Generator-storages."""
    demand_responses: DemandResponses = field(
        default_factory=_empty(
            DemandResponses, classes=(), region=(), borrow=None, payback=None, energy=None, interest=None, window=None
        )
    )
    """Demand responses."""
    reserves: Reserves = field(default_factory=Reserves)
    """Operating reserves asked for; none by default."""

    def __post_init__(self) -> None:
        offset = self.start.utcoffset()
        if offset is not None and not isinstance(self.start.tzinfo, dt.timezone):
            # steps are equally long: in a named zone, hours added by the clock would skip one or come twice
            object.__setattr__(self, "start", self.start.replace(tzinfo=dt.timezone(offset)))
        faults = Faults(source=f"system {self.name!r}")
        if not self.step_h > 0:
            faults.add("step_h", "be > 0 h", self.step_h)
        if self.n_steps < 1:
            faults.add("n_steps", "be >= 1", self.n_steps)
        if not len(self.regions):
            faults.add("regions", "have at least one region", 0)
        for table in ("regions", "interfaces", "lines", "generators", "storages", "generator_storages",
                      "demand_responses", "reserves"):  # fmt: skip
            self._check_table(table, faults)
        for name, regions in zip(self.reserves.names, self.reserves.regions, strict=True):
            if any(not 0 <= index < len(self.regions) for index in regions):
                faults.add(f"reserves[{name}].regions", f"be indices below {len(self.regions)}", regions)
        try:
            energy_per_power_step(self.power_unit, self.energy_unit, self.step_h)
        except (ValueError, KeyError) as error:
            faults.add("power_unit, energy_unit", "be units of one kind, such as MW and MWh", str(error))
        faults.raise_if_any()

    def _check_table(self, table: str, faults: Faults) -> None:
        record = getattr(self, table)
        bounds = {
            "region": len(self.regions), "region_from": len(self.regions), "region_to": len(self.regions),
            "interface": len(self.interfaces),
        }  # fmt: skip
        for name in record.__dataclass_fields__:
            value = getattr(record, name)
            if isinstance(value, np.ndarray) and value.shape[1] not in (1, self.n_steps):
                faults.add(f"{table}.{name}", f"have 1 or {self.n_steps} columns", value.shape[1])
            if name in bounds:
                if len(value) != len(record):
                    faults.add(f"{table}.{name}", f"have {len(record)} entries", len(value))
                if any(not 0 <= index < bounds[name] for index in value):
                    faults.add(f"{table}.{name}", f"be indices below {bounds[name]}", value)
            if name == "classes" and len(value) != len(record):
                faults.add(f"{table}.classes", f"have {len(record)} entries", len(value))

    def __reduce__(self) -> Any:
        """Pickle through the constructor."""
        return rebuild(self)

    @property
    def horizon_h(self) -> float:
        """Length of the whole simulation, h."""
        return self.n_steps * self.step_h

    @property
    def energy_per_step(self) -> float:
        """Energy of one power_unit held for one step, energy_unit."""
        return energy_per_power_step(self.power_unit, self.energy_unit, self.step_h)

    @property
    def asset_classes(self) -> tuple[str, ...]:
        """All asset classes present, in order of first appearance."""
        tables = (self.generators, self.storages, self.generator_storages, self.demand_responses, self.lines)
        return tuple(dict.fromkeys(name for table in tables for name in table.classes))

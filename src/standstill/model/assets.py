"""The tables of an energy system: regions, what joins them, and the assets in them, one row each.

Every array is in the system's own ``power_unit`` and ``energy_unit``; a second axis has one column (constant) or one
column per step. Knows nothing of the system they are part of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from standstill.arrays import freeze, rebuild
from standstill.errors import Fault, Faults, InputError, repeated
from standstill.evidence.figure import Figure
from standstill.model.states import UnitStates
from standstill.units import LARGEST

__all__ = [
    "DemandResponses",
    "Dispatch",
    "Floats",
    "GeneratorStorages",
    "Generators",
    "Interfaces",
    "Lines",
    "Parameter",
    "Regions",
    "Storages",
    "UnitStates",
]

Parameter = float | Figure
Dispatch = Literal["greedy", "weekly-budget", "daily-profile"]
Floats = NDArray[np.float64]


class _Rows:
    """Shared checks of the tables below: names are unique, arrays have a row per name and 1 or ``n_steps`` columns.

    Amounts are at most ``LARGEST``, so that sums of squares over samples stay finite; a limit between regions may be
    any number, as no more flows than there is.
    """

    __slots__ = ()
    names: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.names)

    def __reduce__(self) -> Any:
        """Pickle through the constructor, so that arrays stay read-only."""
        return rebuild(self)

    def _check(
        self, *, tables: Sequence[str], probabilities: Sequence[str] = (), shares: Sequence[str] = (),
        largest: float = LARGEST,
    ) -> None:  # fmt: skip
        count, cls = len(self.names), type(self).__name__
        faults = Faults(source=cls)
        if len(set(self.names)) != count:
            faults.add(f"{cls}.names", "be unique", repeated(self.names))
        for name in (*tables, *probabilities, *shares):
            freeze(self, name, count, "n_columns")
            array = getattr(self, name)
            if array.size and array.min() < 0:
                row = int(np.argmin(array.min(axis=1)))
                faults.add(f"{cls}.{name}[{self.names[row]}]", "be >= 0", float(array.min()))
            if name in tables and array.size and array.max() > largest:
                row = int(np.argmax(array.max(axis=1)))
                faults.add(f"{cls}.{name}[{self.names[row]}]", f"be at most {largest:g}", float(array.max()))
            if (name in probabilities or name in shares) and array.size and array.max() > 1:
                row = int(np.argmax(array.max(axis=1)))
                faults.add(f"{cls}.{name}[{self.names[row]}]", "be within [0, 1]", float(array.max()))
            if name in shares and name != "carryover_efficiency" and array.size and array.min() == 0:
                row = int(np.argmin(array.min(axis=1)))
                faults.add(f"{cls}.{name}[{self.names[row]}]", "be > 0", 0.0)
        faults.raise_if_any()


def _fill(record: Any, name: str, count: int, value: Any) -> None:
    """Give an optional per-row field its default, or check its length."""
    given = getattr(record, name)
    if given is None or len(given) == 0:
        object.__setattr__(record, name, (value,) * count)
    elif len(given) != count:
        raise ValueError(f"{type(record).__name__}.{name} must have {count} entries, got {len(given)}")
    else:
        object.__setattr__(record, name, tuple(given))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regions(_Rows):
    """Regions: where load is. No power flows between regions except over interfaces."""

    names: tuple[str, ...]
    """Unique names, (n_regions,)."""
    load: Floats
    """Load, (n_regions, 1 or n_steps), power_unit, >= 0. Zero where the side's weather gives the load."""
    critical_share: tuple[Parameter, ...] = ()
    """Share of each region's load that is shed last, 0..1; default 0."""
    load_scale: tuple[Parameter, ...] = ()
    """Factor on load; default 1."""
    pickup_share: tuple[Parameter, ...] = ()
    """Cold-load pickup: share of what is unserved that is asked for again, below 1; default 0."""
    pickup_h: tuple[Parameter, ...] = ()
    """Mean time after which it is asked for again, h, > 0; default 4."""

    def __post_init__(self) -> None:
        self._check(tables=("load",))
        for name, value in (("critical_share", 0.0), ("load_scale", 1.0), ("pickup_share", 0.0), ("pickup_h", 4.0)):
            _fill(self, name, len(self), value)

    @property
    def picks_up(self) -> bool:
        """Whether any of what is unserved may be asked for again."""
        return any(isinstance(share, Figure) or share != 0.0 for share in self.pickup_share)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interfaces(_Rows):
    """Interfaces: at most one per pair of regions, with a limit each way on top of its lines' sum."""

    names: tuple[str, ...]
    """Unique names, (n_interfaces,)."""
    region_from: tuple[int, ...]
    """Index of the first region."""
    region_to: tuple[int, ...]
    """Index of the second region."""
    forward: Floats
    """Limit from the first to the second region, (n_interfaces, 1 or n_steps), power_unit."""
    backward: Floats
    """Limit the other way, (n_interfaces, 1 or n_steps), power_unit."""

    def __post_init__(self) -> None:
        self._check(tables=("forward", "backward"), largest=np.inf)
        pairs = [frozenset(pair) for pair in zip(self.region_from, self.region_to, strict=True)]
        if any(len(pair) == 1 for pair in pairs):
            raise ValueError("Interfaces must join two different regions")
        if len(set(pairs)) != len(pairs):
            raise ValueError("Interfaces must be at most one per pair of regions")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lines(_Rows):
    """Lines (and substations): each belongs to one interface; two-state outages, damage and repair."""

    names: tuple[str, ...]
    """Unique names, (n_lines,)."""
    classes: tuple[str, ...]
    """Asset class of each line."""
    interface: tuple[int, ...]
    """Index of the interface each line belongs to."""
    forward: Floats
    """Capability along the interface, (n_lines, 1 or n_steps), power_unit."""
    backward: Floats
    """Capability against it, (n_lines, 1 or n_steps), power_unit."""
    p_fail: Floats
    """Probability that a line in service fails on entering a step, (n_lines, 1 or n_steps)."""
    p_repair: Floats
    """Probability that a failed line returns on entering a step, (n_lines, 1 or n_steps)."""
    capacity_scale: tuple[Parameter, ...] = ()
    """Factor on capability; default 1."""

    def __post_init__(self) -> None:
        self._check(tables=("forward", "backward"), probabilities=("p_fail", "p_repair"), largest=np.inf)
        _fill(self, "capacity_scale", len(self), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Generators(_Rows):
    """Generators: one row each. Planned outages and ramps of capability are part of ``capacity``.

    Every table of numbers is (n_generators, 1 or n_steps).
    """

    names: tuple[str, ...]
    """Unique names, (n_generators,)."""
    classes: tuple[str, ...]
    """Asset class of each generator."""
    region: tuple[int, ...]
    """Index of each generator's region."""
    capacity: Floats
    """Undamaged capacity, (n_generators, 1 or n_steps), power_unit, >= 0."""
    p_fail: Floats
    """Probability that an available generator fails on entering a step."""
    p_repair: Floats
    """Probability that a failed generator returns on entering a step."""
    capacity_scale: tuple[Parameter, ...] = ()
    """Factor on capacity; default 1."""
    price_ratio: tuple[Parameter, ...] = ()
    """Price where supply is short over the price at which ``capacity`` is offered, > 0; default 1."""
    price_elasticity: tuple[Parameter, ...] = ()
    """Price elasticity of what is offered, as of imports: ``capacity`` × price_ratio ^ price_elasticity; default 0."""
    states: tuple[UnitStates | None, ...] = ()
    """States of each unit that may be partly out of service, whose ``p_fail`` must be 0; default none."""

    def __post_init__(self) -> None:
        self._check(tables=("capacity",), probabilities=("p_fail", "p_repair"))
        for name, value in (("capacity_scale", 1.0), ("price_ratio", 1.0), ("price_elasticity", 0.0)):
            _fill(self, name, len(self), value)
        _fill(self, "states", len(self), None)
        faults = Faults(source="Generators")
        for row, states in enumerate(self.states):
            if states is not None and self.p_fail[row].any():
                hint = "say in the states how often the unit is out of service"
                faults.add(f"Generators.p_fail[{self.names[row]}]", "be 0 where states are given", hint=hint)
        faults.raise_if_any()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Storages(_Rows):
    """Storages: charge from surplus, discharge only to avoid a shortfall.

    Every table of numbers is (n_storages, 1 or n_steps).
    """

    names: tuple[str, ...]
    """Unique names, (n_storages,)."""
    classes: tuple[str, ...]
    """Asset class of each storage."""
    region: tuple[int, ...]
    """Index of each storage's region."""
    charge: Floats
    """Charge capability, grid side, (n_storages, 1 or n_steps), power_unit."""
    discharge: Floats
    """Discharge capability, grid side, power_unit."""
    energy: Floats
    """Energy capacity, energy_unit."""
    charge_efficiency: Floats
    """Stored per unit taken from the grid, (0, 1]."""
    discharge_efficiency: Floats
    """Delivered per unit taken from the store, (0, 1]."""
    carryover_efficiency: Floats
    """Share of the stored energy left one step later, [0, 1]."""
    p_fail: Floats
    """Probability that an available storage fails on entering a step."""
    p_repair: Floats
    """Probability that a failed storage returns on entering a step."""
    initial: tuple[Parameter, ...] = ()
    """State of charge at the start as a share of energy capacity; default 0, as in PRAS."""
    power_scale: tuple[Parameter, ...] = ()
    """Factor on charge, discharge, injection and withdrawal; default 1."""
    energy_scale: tuple[Parameter, ...] = ()
    """Factor on energy; default 1."""

    def __post_init__(self) -> None:
        self._check(
            tables=("charge", "discharge", "energy"),
            probabilities=("p_fail", "p_repair"),
            shares=("charge_efficiency", "discharge_efficiency", "carryover_efficiency"),
        )
        _fill(self, "initial", len(self), 0.0)
        _fill(self, "power_scale", len(self), 1.0)
        _fill(self, "energy_scale", len(self), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GeneratorStorages(Storages):
    """Generator-storages: a store with its own inflow behind one connection, such as a reservoir.

    Every table of numbers is (n_generator_storages, 1 or n_steps).
    """

    inflow: Floats
    """Inflow, (n, 1 or n_steps), power_unit."""
    injection: Floats
    """Limit of what reaches the grid, power_unit."""
    withdrawal: Floats
    """Limit of what is taken from the grid to charge, power_unit."""
    inflow_scale: tuple[Parameter, ...] = ()
    """Factor on inflow; default 1."""
    dispatch: tuple[Dispatch, ...] = ()
    """How each is used; default greedy.

    ``greedy``: gives whatever it holds to avoid a shortfall. ``weekly-budget``: the same, but in a week no more than
    that week's inflow and ``weekly_share`` of what it held when the week began. ``daily-profile``: gives ``release``,
    as far as inflow and charge allow, whether it is needed or not, and charges from its inflow alone.
    """
    weekly_share: tuple[Parameter, ...] = ()
    """Share of what it holds at the start of a week that a weekly budget may use, 0..1; default 1."""
    release: Floats = field(default_factory=lambda: np.zeros((0, 1)))
    """What a daily profile releases, (n, 1 or n_steps), power_unit; default 0."""

    def __post_init__(self) -> None:
        if not len(self.release):
            object.__setattr__(self, "release", np.zeros((len(self), 1)))
        self._check(
            tables=("charge", "discharge", "energy", "inflow", "injection", "withdrawal", "release"),
            probabilities=("p_fail", "p_repair"),
            shares=("charge_efficiency", "discharge_efficiency", "carryover_efficiency"),
        )
        for name, value in (("initial", 0.0), ("power_scale", 1.0), ("energy_scale", 1.0), ("inflow_scale", 1.0)):
            _fill(self, name, len(self), value)
        _fill(self, "dispatch", len(self), "greedy")
        _fill(self, "weekly_share", len(self), 1.0)
        unknown = sorted(set(self.dispatch) - set(get_args(Dispatch)))
        if unknown:
            must = f"be one of {', '.join(get_args(Dispatch))}"
            raise InputError("GeneratorStorages", (Fault(place="dispatch", must=must, got=unknown[0]),))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandResponses(_Rows):
    """Demand responses: load put off as a last resort, and served later, or lost when its window closes.

    Every table of numbers is (n_responses, 1 or n_steps).
    """

    names: tuple[str, ...]
    """Unique names, (n_responses,)."""
    classes: tuple[str, ...]
    """Asset class of each."""
    region: tuple[int, ...]
    """Index of each one's region."""
    borrow: Floats
    """Most load that can be put off, (n_responses, 1 or n_steps), power_unit."""
    payback: Floats
    """Most of what is owed that can be served, power_unit."""
    energy: Floats
    """Most that can be owed, energy_unit."""
    interest: Floats
    """What is added to what is owed in a step, as a share of it, within [-1, 1]."""
    window: Floats
    """Steps after the first in which something is put off within which all that is owed must be served, whole, >= 1."""
    p_fail: Floats
    """Probability that one in service fails on entering a step."""
    p_repair: Floats
    """Probability that a failed one returns on entering a step."""
    borrow_efficiency: Floats = field(default_factory=lambda: np.zeros((0, 1)))
    """Load put off per energy owed for it; default 1."""
    payback_efficiency: Floats = field(default_factory=lambda: np.zeros((0, 1)))
    """Energy served per energy no longer owed; default 1."""
    power_scale: tuple[Parameter, ...] = ()
    """Factor on ``borrow`` and ``payback``; default 1."""
    energy_scale: tuple[Parameter, ...] = ()
    """Factor on ``energy``; default 1."""

    def __post_init__(self) -> None:
        for name in ("borrow_efficiency", "payback_efficiency"):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, np.ones((len(self), 1)))
        self._check(
            tables=("borrow", "payback", "energy", "window"),
            probabilities=("p_fail", "p_repair"),
            shares=("borrow_efficiency", "payback_efficiency"),
        )
        freeze(self, "interest", len(self), "n_columns")
        faults = Faults(source=type(self).__name__)
        for row, name in enumerate(self.names):
            if np.abs(self.interest[row]).max() > 1.0:
                faults.add(f"DemandResponses.interest[{name}]", "be within [-1, 1]", float(self.interest[row].max()))
            window = self.window[row]
            if window.min() < 1.0 or np.any(window != np.round(window)):
                faults.add(f"DemandResponses.window[{name}]", "be whole and >= 1", float(window.min()))
        faults.raise_if_any()
        for name in ("power_scale", "energy_scale"):
            _fill(self, name, len(self), 1.0)

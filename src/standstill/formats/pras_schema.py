"""What a ``.pras`` file says: its groups, the arrays in them, and what their values must be.

Knows neither HDF5 nor files.
"""

from __future__ import annotations

from dataclasses import dataclass

from standstill.formats.checks import LARGEST_AMOUNT, Kind

__all__ = [
    "AFTER_LAST_VERSION",
    "ENERGY_UNITS",
    "FIELDS",
    "FIRST_VERSION",
    "FLOWS",
    "GROUPS",
    "NAME_BYTES",
    "NO_LIMIT",
    "POWER_UNITS",
    "SHARE",
    "SHORT_NAME_BYTES",
    "TIME_UNITS",
    "UNLIMITED",
    "Group",
]

NO_LIMIT = 4294967295
"""What a ``.pras`` file writes for a capacity without limit."""

TIME_UNITS = ("h", "min", "sec", "d")
POWER_UNITS = ("kW", "MW", "GW", "TW")
ENERGY_UNITS = ("kWh", "MWh", "GWh", "TWh")
FIRST_VERSION, AFTER_LAST_VERSION = (0, 5, 0), (0, 10, 0)
NAME_BYTES, SHORT_NAME_BYTES = 128, 64
"""Longest name, category or region, and how many bytes the files that PRAS ships have for each."""


_AMOUNT = Kind(
    "be finite (<= 1e15) and >= 0, and not 4294967295, which means no limit", high=LARGEST_AMOUNT, never=NO_LIMIT
)
_CAPACITY = Kind("be finite (<= 1e15) and >= 0", high=LARGEST_AMOUNT)
_PROBABILITY = Kind("be a probability within [0, 1]", high=1.0)
_EFFICIENCY = Kind("be an efficiency within (0, 1]", high=1.0, above_low=True)
_CARRYOVER = Kind("be an efficiency within [0, 1]", high=1.0)
SHARE = Kind("be a share of energy capacity within [0, 1]", high=1.0)


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the file: the columns of its ``_core`` table, and its arrays as dataset -> (field, kind)."""

    core: tuple[str, ...]
    series: dict[str, tuple[str, Kind]]
    optional: tuple[str, ...] = ()
    """Arrays of one share for each asset, which may be absent."""
    may_lack: tuple[str, ...] = ()
    """Those of ``series`` that may be absent."""


_OUTAGES = {"failureprobability": ("p_fail", _PROBABILITY), "repairprobability": ("p_repair", _PROBABILITY)}
_BOTH_WAYS = {"forwardcapacity": ("forward", _CAPACITY), "backwardcapacity": ("backward", _CAPACITY)}
_STORE = {
    "chargecapacity": ("charge", _CAPACITY),
    "dischargecapacity": ("discharge", _CAPACITY),
    "energycapacity": ("energy", _CAPACITY),
    "chargeefficiency": ("charge_efficiency", _EFFICIENCY),
    "dischargeefficiency": ("discharge_efficiency", _EFFICIENCY),
    "carryoverefficiency": ("carryover_efficiency", _CARRYOVER),
} | _OUTAGES
_CONNECTION = {
    "inflow": ("inflow", _AMOUNT),
    "gridinjectioncapacity": ("injection", _CAPACITY),
    "gridwithdrawalcapacity": ("withdrawal", _CAPACITY),
}
_RESPONSE = {
    "borrowcapacity": ("borrow", _CAPACITY),
    "paybackcapacity": ("payback", _CAPACITY),
    "energycapacity": ("energy", _CAPACITY),
    "borrowefficiency": ("borrow_efficiency", _EFFICIENCY),
    "paybackefficiency": ("payback_efficiency", _EFFICIENCY),
    "borrowedenergyinterest": ("interest", Kind("be within [-1, 1]", low=-1.0, high=1.0)),
    "allowablepaybackperiod": ("window", Kind("be a whole number of steps >= 1", low=1.0)),
} | _OUTAGES
_ASSET = ("name", "category", "region")
GROUPS = {
    "regions": Group(("name",), {"load": ("load", _AMOUNT)}),
    "generators": Group(_ASSET, {"capacity": ("capacity", _CAPACITY)} | _OUTAGES),
    "storages": Group(_ASSET, _STORE, ("initialsoc",)),
    "generatorstorages": Group(_ASSET, _STORE | _CONNECTION, ("initialsoc",)),
    "demandresponses": Group(_ASSET, _RESPONSE, may_lack=("borrowefficiency", "paybackefficiency")),
    "interfaces": Group(("region_from", "region_to"), _BOTH_WAYS),
    "lines": Group(("name", "category", "region_from", "region_to"), _BOTH_WAYS | _OUTAGES),
}
FIELDS = {
    "regions": "regions",
    "generators": "generators",
    "storages": "storages",
    "generatorstorages": "generator_storages",
    "demandresponses": "demand_responses",
    "interfaces": "interfaces",
    "lines": "lines",
}
FLOWS = frozenset({"load", "capacity", "charge", "discharge", "inflow", "injection", "withdrawal", "borrow", "payback"})
"""Fields whose sum over all rows no flow can exceed."""
UNLIMITED = frozenset(key for group in GROUPS.values() for key, kind in group.series.values() if kind is _CAPACITY)
"""Fields in which a file may say "no limit"."""

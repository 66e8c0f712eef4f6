"""What a PyPSA network says that Standstill reads: its tables, their columns, defaults, and what values must be.

Also what is only mentioned, because it does not carry over. Knows neither files nor PyPSA.

Attributes, units, defaults and signs are those of PyPSA's documentation of its components (version 1.4; the names
have been the same since 0.18).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from standstill.formats.checks import LARGEST_AMOUNT, Kind

__all__ = ["COLUMNS", "MENTIONED", "SUPPLEMENTS", "TEXTS", "Column"]

_AMOUNT = Kind("be finite (<= 1e15) and >= 0", high=LARGEST_AMOUNT)
_RATING = Kind("be >= 0, and finite (<= 1e15) or infinite for no limit", high=LARGEST_AMOUNT, may_be_infinite=True)
_FINITE = Kind("be finite (<= 1e15)", low=-LARGEST_AMOUNT, high=LARGEST_AMOUNT)
_SHARE = Kind("be a share within [0, 1]", high=1.0)
_POSITIVE = Kind("be finite and > 0", above_low=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers: what stands for one that is not given, and what its values must be."""

    default: float
    kind: Kind


_ACTIVE = {"active": Column(1.0, _FINITE)}
_POWER = {
    "p_nom": Column(0.0, _AMOUNT),
    "p_nom_opt": Column(0.0, _FINITE),
    "p_nom_extendable": Column(0.0, _FINITE),
}
_BRANCH = _ACTIVE | {
    "s_nom": Column(0.0, _RATING),
    "s_nom_opt": Column(0.0, _FINITE),
    "s_nom_extendable": Column(0.0, _FINITE),
    "s_max_pu": Column(1.0, _AMOUNT),
}
COLUMNS: dict[str, dict[str, Column]] = {
    "buses": {},
    "loads": _ACTIVE | {"p_set": Column(0.0, _FINITE), "sign": Column(-1.0, _FINITE)},
    "generators": _ACTIVE | _POWER | {"p_max_pu": Column(1.0, _AMOUNT), "sign": Column(1.0, _FINITE)},
    "storage_units": _ACTIVE
    | _POWER
    | {
        "p_max_pu": Column(1.0, _AMOUNT),
        "p_min_pu": Column(-1.0, _FINITE),
        "max_hours": Column(1.0, _AMOUNT),
        "efficiency_store": Column(1.0, _SHARE),
        "efficiency_dispatch": Column(1.0, Kind("be an efficiency within (0, 1]", high=1.0, above_low=True)),
        "standing_loss": Column(0.0, _SHARE),
        "inflow": Column(0.0, _AMOUNT),
        "state_of_charge_initial": Column(0.0, _AMOUNT),
        "cyclic_state_of_charge": Column(0.0, _FINITE),
        "sign": Column(1.0, _POSITIVE),
    },
    "stores": _ACTIVE
    | {
        "e_nom": Column(0.0, _AMOUNT),
        "e_nom_opt": Column(0.0, _FINITE),
        "e_nom_extendable": Column(0.0, _FINITE),
        "e_max_pu": Column(1.0, _AMOUNT),
        "e_min_pu": Column(0.0, _AMOUNT),
        "standing_loss": Column(0.0, _SHARE),
        "e_initial": Column(0.0, _AMOUNT),
        "e_cyclic": Column(0.0, _FINITE),
        "sign": Column(1.0, _POSITIVE),
    },
    "links": _ACTIVE
    | _POWER
    | {
        "p_nom": Column(0.0, _RATING),
        "p_max_pu": Column(1.0, _FINITE),
        "p_min_pu": Column(0.0, _FINITE),
        "efficiency": Column(1.0, _FINITE),
    },
    "lines": _BRANCH,
    "transformers": _BRANCH,
}
"""Numbers that are read: table -> column. Yes and no are 1 and 0."""

_ASSET = {"bus": "", "carrier": ""}
_BETWEEN = {"bus0": "", "bus1": "", "carrier": ""}
TEXTS: dict[str, dict[str, str]] = {
    "buses": {"carrier": "AC"},
    "loads": {"bus": ""},
    "generators": _ASSET,
    "storage_units": _ASSET,
    "stores": _ASSET,
    "links": _BETWEEN,
    "lines": _BETWEEN,
    "transformers": {"bus0": "", "bus1": ""},
}
"""Texts that are read: table -> column -> default."""

_COMMITMENT = {
    **dict.fromkeys(("committable", "maintainable"), 0.0),
    **dict.fromkeys(("ramp_limit_up", "ramp_limit_down", "ramp_limit_start_up", "ramp_limit_shut_down"), np.nan),
}
_SET = {"p_set": np.nan}
_COMMITTED = "unit commitment, maintenance and ramp limits"
_FIXED = "dispatch that is fixed (p_set)"
MENTIONED: dict[str, dict[str, dict[str, float]]] = {
    "generators": {
        _COMMITTED: _COMMITMENT,
        _FIXED: _SET,
        "least output (p_min_pu)": {"p_min_pu": 0.0},
        "limits of energy over the horizon (e_sum_min, e_sum_max)": {"e_sum_min": -np.inf, "e_sum_max": np.inf},
    },
    "storage_units": {
        "charge that is fixed (state_of_charge_set)": {"state_of_charge_set": np.nan},
        _FIXED: {"p_set": np.nan, "p_dispatch_set": np.nan, "p_store_set": np.nan},
    },
    "stores": {"charge that is fixed (e_set)": {"e_set": np.nan}, _FIXED: _SET},
    "links": {_COMMITTED: _COMMITMENT, _FIXED: _SET, "delays": {"delay": 0.0}},
    "lines": {"limits of voltage angles (v_ang_max)": {"v_ang_max": np.inf}},
    "transformers": {"phase shifts": {"phase_shift": 0.0, "phase_shift_min": 0.0, "phase_shift_max": 0.0}},
}
"""What does not carry over where it is not the default: table -> words -> column -> default."""

SUPPLEMENTS = {
    "global_constraints": "global constraints",
    "shunt_impedances": "shunt impedances",
    "processes": "processes",
}
"""Whole tables that do not carry over, and what to call their rows."""

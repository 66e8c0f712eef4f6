"""Row layouts of the packed tables: one structured array per kind of thing, so that kernels pass few arrays.

Fields ending in ``_slot`` are columns of the block's values; ``*_first`` are row pointers into another table (its last
entry is the end). Model tables are read-only; state tables are scratch.
"""

from __future__ import annotations

import numpy as np

__all__ = [
    "AIM", "AREA", "ARM", "ASSET", "ASSET_STATE", "CAUSE", "CLASS", "CLASS_STATE", "CLOCK_STATE", "CLOCK_STEP", "DAY",
    "DAY_CHANCE", "DERATING", "EDGE", "EDGE_STATE", "EVENT", "JOB", "LEAF", "LEAF_STATE", "LINE_ROW", "POOL", "REGION",
    "RESERVE",
    "RESPONSE_ROW", "RESPONSE_STATE", "SPARE", "SPARE_STATE",
    "STATE", "STOCK_STATE", "STORE_ROW", "STORE_STATE", "STREAM", "SUPPLY", "TIME", "UNIT_STATE", "WAVE", "WEAPON",
]  # fmt: skip


def _row(whole: str = "", real: str = "", key: str = "") -> np.dtype[np.void]:
    kinds = ((whole, np.int64), (real, np.float64), (key, np.uint64))
    # said to be aligned, which it is, for a device reads byte by byte what may not be
    return np.dtype([(name, kind) for names, kind in kinds for name in names.split()], align=True)


# model: what is simulated
REGION = _row("critical_slot scale_slot pickup_slot pickup_h_slot series", "weight")
DAY = _row("", "normal sd skew weekday")
ASSET = _row(
    "kind index region cls scale_slot profile cause fails row_fail row_repair chain day_fail day_repair",
    "capability constant up0 hazard_fail hazard_repair",
    "key",
)
UNIT_STATE = _row("", "share initial hazard")
DAY_CHANCE = _row("first last", "chance")
SUPPLY = _row("region scale_slot cause")
CAUSE = _row("slope_slot threshold_slot least_slot")
STORE_ROW = _row("region asset has_inflow plan initial_slot power_slot energy_slot inflow_slot share_slot")
RESPONSE_ROW = _row("region power_slot energy_slot")
EDGE = _row("start end has_lines")
LINE_ROW = _row("edge slot")
RESERVE = _row("power_slot unit_first", "largest_unit")
LEAF = _row("region edge sign")
STREAM = _row(
    "dated rate_slot shape_slot thinning_slot excites branching_slot decay_slot date_first weapon_first aim_first "
    "derating_first",
    "active_from active_to",
    "key",
)
WEAPON = _row(
    "count mean_slot dispersion_slot interception_slot hit_slot has_stock initial_slot per_day_slot maximum_slot",
    "",
    "key",
)
AIM = _row("cls slot")
DERATING = _row("cls after condition_slot time")
CLASS = _row("curve pool", "", "key")
STATE = _row("probability_slot condition_slot time spare")
TIME = _row("kind days_slot sigma_slot")
POOL = _row("crews_slot order")
SPARE = _row("slot first lead", "", "key")
ARM = _row(
    "active withheld displacement_slot collapse_slot shape_slot first_chain n_chains share", "start end clock_start"
)
CLOCK_STATE = _row("in_force step_first", "initial per_h")
CLOCK_STEP = _row("target", "cumulative")

# state: scratch of one sample
ASSET_STATE = _row("flip_first job", "up capacity available")
EVENT = _row("asset next", "change bare")
WAVE = _row("stream index parent", "time")
STOCK_STATE = _row("", "level time")
CLASS_STATE = _row("hits landed withheld")
JOB = _row("asset wave pool damage next later", "arrival start finish ready work condition priority")
SPARE_STATE = _row("count used")
AREA = _row(
    "distance via queued",
    "available scale sheddable load shed supply short deficit weight want taken low unplanned "
    "owed pickup_share pickup_rate",
)
EDGE_STATE = _row("", "forward backward flow")
STORE_STATE = _row(
    "region has_inflow plan week",
    "available soc floor release planned to_go give take moved power charge discharge energy export spill injection "
    "withdrawal carryover per_delivered per_taken per_stored per_room",
)
RESPONSE_STATE = _row(
    "region", "available owed left late give take moved power charge discharge to_go per_borrowed per_paid"
)
LEAF_STATE = _row("region", "ratio weight limit sheddable weight_before limit_before")

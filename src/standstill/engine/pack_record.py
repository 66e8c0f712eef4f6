"""Lays out what is to be recorded of a side: the rows of each result, and their names."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.engine.pack_system import each_asset, supply_of
from standstill.engine.packed import RESPONSE, STORE
from standstill.engine.recorded import RESULTS, RecordPlan
from standstill.engine.slots import Slots
from standstill.model.scenario import Side

__all__ = ["pack_record"]


def pack_record(side: Side, wanted: Collection[str], *, by_sample: bool = False) -> RecordPlan:
    """Lay out the rows of the wanted results, which are some of ``RESULTS``.

    A name that two kinds of asset have is told apart by its kind, as in the keys of draws.
    """
    assets = list(each_asset(side))
    names = [name.removeprefix(f"{side.name}/") for *_, name in assets]
    kinds = [kind for kind, *_ in assets]
    system, classes = side.system, side.system.asset_classes
    rows = {
        "shortfall": system.regions.names,
        "surplus": system.regions.names,
        "flow": system.interfaces.names,
        "utilization": system.interfaces.names,
        "energy": tuple(name for kind, name in zip(kinds, names, strict=True) if kind in (STORE, RESPONSE)),
        "availability": tuple(names),
        "class_availability": classes,
    }
    labels = {result: rows[result] for result in RESULTS if result in wanted}
    of_class = np.array([classes.index(table.classes[row]) for _, table, row, _, _ in assets], dtype=np.int64)
    return RecordPlan(
        labels=labels,
        asset_row=_placed(labels, "availability", np.arange(len(assets))),
        class_row=_placed(labels, "class_availability", of_class),
        class_share=_shares(np.array([_capability(kind, table, row) for kind, table, row, _, _ in assets]), of_class),
        by_sample=by_sample,
    )


def _placed(labels: dict[str, tuple[str, ...]], result: str, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of places within a result, or -1 where it is not recorded."""
    names = list(labels)
    if result not in names:
        return np.full(len(places), -1)
    return places + sum(len(labels[name]) for name in names[: names.index(result)])


def _capability(kind: int, table: Any, row: int) -> float:
    """Return the most that an asset can ever do, undamaged, power_unit; with figures at their medians."""
    slots = Slots()
    scale, power = supply_of(kind, table, row, slots)
    return float(power.max()) * slots.constants[scale]


def _shares(capability: NDArray[np.float64], of_class: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each asset in its class; all alike in a class that can do nothing."""
    shares = np.zeros(len(of_class))
    for place in set(of_class.tolist()):
        members = of_class == place
        total = capability[members].sum()
        shares[members] = capability[members] / total if total > 0.0 else 1.0 / members.sum()
    return shares

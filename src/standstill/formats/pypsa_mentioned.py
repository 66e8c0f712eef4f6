"""Says in words what of a PyPSA network is not read at all. Knows columns by name, and nothing of what they do."""

from __future__ import annotations

import re
from functools import partial

import numpy as np

from standstill.formats.checks import attempt
from standstill.formats.pypsa_schema import MENTIONED, SUPPLEMENTS
from standstill.formats.pypsa_tables import Table
from standstill.formats.pypsa_variables import Variables
from standstill.formats.pypsa_work import NOUNS, Work
from standstill.units import count_text

__all__ = ["mention"]

_COSTS = re.compile(r".*(_cost|_cost_quadratic|_cost_storage|discount_rate|co2_emissions)")


def mention(variables: Variables, work: Work) -> None:
    """Add to what is left out: columns that are not the default, whole tables, weights, impedances and costs."""
    for kind, groups in MENTIONED.items():
        for words, columns in groups.items():
            rows: set[int] = set()
            for column, default in columns.items():
                rows |= _unusual(variables, work, work.tables[kind], column, default)
            count = len(rows & set(work.kept[kind]))
            if count:
                work.left_out.append(f"{words} of {count_text(count, NOUNS[kind])}")
    for kind, words in SUPPLEMENTS.items():
        if f"{kind}_i" in variables.names:
            work.left_out.append(f"{words} of the network")
    if work.snapshots.weighted:
        sums = ", ".join(work.snapshots.weighted)
        work.left_out.append(f"weights of snapshots in sums ({sums}): each stands for its own time alone")
    if work.kept["lines"] or work.kept["transformers"]:
        work.left_out.append("impedances of lines and transformers: power goes where limits let it")
    if any(_COSTS.fullmatch(name) for name in variables.names):
        work.left_out.append("costs and emissions, which do not matter to adequacy")


def _unusual(variables: Variables, work: Work, table: Table, column: str, default: float) -> set[int]:
    """Return the rows in which a column is not the default."""
    found: set[int] = set()
    static, series = f"{table.kind}_{column}", f"{table.kind}_t_{column}_i"
    if static in variables.names:
        values = attempt(partial(variables.values, static), static, work.faults)
        if values is not None and values.shape == (len(table.names),) and values.dtype.kind in "iufb":
            found |= set(np.flatnonzero(~np.isnan(values.astype(float)) & (values != default)).tolist())
    if series in variables.names:
        names = attempt(partial(variables.values, series), series, work.faults)
        if names is not None:
            row_of = {name: row for row, name in enumerate(table.names)}
            found |= {row_of[str(name)] for name in names.ravel().tolist() if str(name) in row_of}
    return found

"""Lines, transformers and links between regions of a PyPSA network, as lines of interfaces.

Knows nothing of assets; links of stores have been taken out before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from standstill.formats.pypsa_work import NOUNS, Work, stacked
from standstill.formats.words import distinct
from standstill.model.system import Interfaces, Lines
from standstill.units import count_text

__all__ = ["choose_branches", "network"]

Floats = NDArray[np.float64]
Row = dict[str, Any]

_BASES = {"lines": "s", "transformers": "s", "links": "p"}


def choose_branches(work: Work, taken: frozenset[int]) -> None:
    """Keep the branches between two regions, and check their values; ``taken`` are links of stores."""
    for kind, base in _BASES.items():
        rows = [row for row in work.active(kind) if kind != "links" or row not in taken]
        inside, outside, loops = [], [], []
        table = work.tables[kind]
        for row in rows:
            start, end = table.texts["bus0"][row], table.texts["bus1"][row]
            if start not in work.regions or end not in work.regions:
                outside.append(row)
            elif start == end:
                loops.append(row)
            else:
                inside.append(row)
        if outside:
            work.leave_out(kind, outside, f"to, from or between buses of {work.carriers(kind, outside)}", base)
        if loops:
            work.leave_out(kind, loops, "from a bus to itself", base)
        work.keep(kind, inside, base)


def network(work: Work, no_limit: float) -> tuple[Interfaces, Lines]:
    """Return an interface for each pair of regions that is joined, and its lines, from the earlier region to the later.

    The limits of an interface are the sums of its lines and bind no further; ``no_limit`` stands for an infinite one.
    """
    rows = [row for kind in _BASES for row in _branches(work, kind)]
    names = distinct([(NOUNS[kind], [row["name"] for row in rows if row["kind"] == kind]) for kind in _BASES])
    pairs = sorted({row["pair"] for row in rows})
    place = {pair: index for index, pair in enumerate(pairs)}
    owner = tuple(place[row["pair"]] for row in rows)
    sums: list[Row] = [{"forward": np.zeros(1), "backward": np.zeros(1)} for _ in pairs]
    for index, row in zip(owner, rows, strict=True):
        for way in ("forward", "backward"):
            sums[index][way] = sums[index][way] + row[way]
    for row in (*rows, *sums):
        row |= {way: np.where(np.isinf(row[way]), no_limit, row[way]) for way in ("forward", "backward")}
    buses = list(work.regions)
    interfaces = Interfaces(
        names=tuple(distinct([("interface", [f"{buses[start]} - {buses[end]}" for start, end in pairs])])),
        region_from=tuple(start for start, _ in pairs),
        region_to=tuple(end for _, end in pairs),
        forward=stacked(sums, "forward"),
        backward=stacked(sums, "backward"),
    )
    lines = Lines(
        names=tuple(names),
        classes=tuple(row["class"] for row in rows),
        interface=owner,
        forward=stacked(rows, "forward"),
        backward=stacked(rows, "backward"),
        p_fail=np.zeros((len(rows), 1)),
        p_repair=np.ones((len(rows), 1)),
    )
    return interfaces, lines


def _branches(work: Work, kind: str) -> list[Row]:
    table, found = work.tables[kind], []
    for row in work.kept[kind]:
        start, end = (work.regions[table.texts[column][row]] for column in ("bus0", "bus1"))
        forward, backward = _capability(work, kind, row)
        if start > end:
            forward, backward = backward, forward
        carrier = table.texts["carrier"][row] if "carrier" in table.texts else ""
        found.append(
            {
                "kind": kind,
                "name": table.names[row],
                "class": carrier or NOUNS[kind],
                "pair": (min(start, end), max(start, end)),
                "forward": forward,
                "backward": backward,
            }
        )
    if kind == "links":
        _note_links(work)
    return found


def _capability(work: Work, kind: str, row: int) -> tuple[Floats, Floats]:
    """Return what a branch can carry from its first bus to its second, and back."""
    table = work.tables[kind]
    base = _BASES[kind]
    if kind != "links":
        limit = work.times(kind, row, base, table.value("s_max_pu", row))
        return limit, limit
    shares = table.value("p_max_pu", row).clip(0.0), (-table.value("p_min_pu", row)).clip(0.0)
    forward, backward = (work.times(kind, row, base, share) for share in shares)
    return forward, backward


def _note_links(work: Work) -> None:
    """Note what links between regions do that lines do not."""
    table, rows = work.tables["links"], work.kept["links"]
    lossy = sum(bool(np.any(table.value("efficiency", row) != 1.0)) for row in rows)
    if lossy:
        work.left_out.append(
            f"losses of {count_text(lossy, 'link')} (efficiency is not 1): what leaves one end arrives"
        )
    low, high = ([table.value(column, row) for row in rows] for column in ("p_min_pu", "p_max_pu"))
    forced = sum(bool(least.max() > 0.0 or most.min() < 0.0) for least, most in zip(low, high, strict=True))
    if forced:
        work.left_out.append(f"least flow of {count_text(forced, 'link')} (p_min_pu > 0 or p_max_pu < 0)")
    more = sum(work.links_on(row) for row in rows)
    if more:
        work.left_out.append(f"further ends (bus2 and on) of {count_text(more, 'link')}")

"""Whether all that draws at random draws by itself: no two streams, weapons, classes, spares or figures share a key.

Assets are checked when they are packed. Knows nothing of how a draw is made from its key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standstill.engine.draws import entity_key
from standstill.engine.packed import PackedSide
from standstill.errors import Faults
from standstill.model.scenario import Side

__all__ = ["check_keys"]


def check_keys(sides: Sequence[Side], packed: Sequence[PackedSide]) -> None:
    """Refuse sides in which two things would be drawn alike: two names with one 56-bit key, or one name twice.

    Parameters
    ----------
    sides: sequence of Side
        The sides.
    packed: sequence of PackedSide
        The same, packed.

    Raises
    ------
    InputError
        With every pair that shares a key.
    """
    faults = Faults(source="the names of what is drawn")
    seen: dict[tuple[str, int], str] = {}
    for side, part in zip(sides, packed, strict=True):
        for kind, name, key in _drawn(side, part):
            other = seen.setdefault((kind, key), "")
            seen[kind, key] = name
            if other == name and kind not in _SHARED:
                faults.add(f"{kind} {name!r}", "be the name of one thing only")
            elif other not in ("", name):
                faults.add(f"{kind} {name!r}", f"not share its draws with {other!r}", hint="rename one of the two")
    faults.raise_if_any()


_SHARED = ("class", "figure")
"""What both sides may have: a class is drawn together with a stream, and a figure of both sides is one figure."""


def _drawn(side: Side, packed: PackedSide) -> Iterator[tuple[str, str, int]]:
    """Yield kind, name and key of what is drawn; kinds differ where the purposes of draws do."""
    model, streams = packed.model, side.campaign.streams
    weapons = [f"{stream.name}/{weapon.name}" for stream in streams for weapon in stream.weapons]
    # repair times are drawn by stream, lead times by spare
    named = (
        ("stream or spare", [stream.name for stream in streams], model.campaign.streams),
        ("stream or spare", [f"spare/{pool.name}" for pool in side.repair.spares], model.repair.spares),
        ("weapon", weapons, model.campaign.weapons),
    )
    for kind, names, table in named:
        # a table may end with a row that only marks its end
        for name, row in zip(names, table, strict=False):
            yield kind, f"{side.name}/{name}", int(row["key"])
    for name, row in zip(side.system.asset_classes, model.campaign.classes, strict=True):
        yield "class", name, int(row["key"])
    for figure in packed.slots.figures.values():
        yield "figure", figure.path, entity_key(figure.path)

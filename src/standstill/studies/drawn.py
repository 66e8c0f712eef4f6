"""What is left to chance when a side is assessed without strikes: anything at all, and how much may be asked for.

Knows nothing of how draws are made.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from standstill.model.scenario import Side

__all__ = ["load_is_most", "nothing_drawn"]

_PLAIN = (str, int, float, np.ndarray, type(None))


def nothing_drawn(side: Side) -> bool:
    """Return whether every sample of a side without strikes is the same: no outages, no weather, no uncertain figure.

    What is neither a name nor a number counts as drawn, whatever it is.
    """
    if side.weather is not None or side.common_causes:
        return False
    system = side.system
    for name in (item.name for item in fields(system)):
        table = getattr(system, name)
        for column in getattr(table, "__dataclass_fields__", ()):
            values = getattr(table, column)
            if column == "p_fail" and np.any(values > 0.0):
                return False
            if isinstance(values, tuple) and not _is_plain(values):
                return False
    return True


def load_is_most(side: Side) -> bool:
    """Return whether no winter can lack more than the load of any one: all ask for the same, and for nothing twice.

    What the weather or a figure drives may be more in a winter that was not drawn. What is asked for again counts
    again, and what is put off may grow with interest, or fall due in a window that begins after it was put off.
    """
    system = side.system
    is_the_same = side.weather is None and _is_plain(system.regions.load_scale)
    return is_the_same and not system.regions.picks_up and not len(system.demand_responses)


def _is_plain(value: Any) -> bool:
    """Return whether something is a name or a number, or holds nothing else."""
    return all(map(_is_plain, value)) if isinstance(value, tuple) else isinstance(value, _PLAIN)

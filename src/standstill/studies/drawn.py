"""Whether anything of a side is left to chance when it is assessed without strikes.

Knows nothing of how draws are made.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from standstill.model.scenario import Side

__all__ = ["nothing_drawn"]

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
            if isinstance(values, tuple) and not all(isinstance(value, _PLAIN) for value in values):
                return False
    return True

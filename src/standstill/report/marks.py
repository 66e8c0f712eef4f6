"""Numbers as they stand in the page: rounded text that carries the full value and its key.

``<data value="1923.85" data-key="strikes/North/eue/p10">1.9</data>``: whoever checks a report against the JSON of the
same run finds each number by its key. Knows nothing of where the numbers come from.
"""

from __future__ import annotations

from markupsafe import Markup

from standstill.estimate import Estimate
from standstill.report.rounding import FEW, Scale, chance_text, ends_text, error_text

__all__ = ["chance_mark", "mark", "range_mark", "share_mark", "value_mark"]

NONE = Markup('<span class="none">–</span>')


def mark(value: float, key: str, text: str) -> Markup:
    """Return one number with its full value and key."""
    return Markup('<data value="{}" data-key="{}">{}</data>').format(repr(float(value)), key, text)


def range_mark(item: Estimate, key: str, scale: Scale) -> Markup:
    """Return the 80 % range of an estimate, without its unit; of fewer than ``FEW`` winters, the mean."""
    if not item.exists or item.p10 is None or item.p90 is None:
        return NONE
    if item.samples < FEW:
        return value_mark(item, key, scale)
    first, last = ends_text(item.p10 * scale.factor, item.p90 * scale.factor)
    low, high = mark(item.p10, f"{key}/p10", first), mark(item.p90, f"{key}/p90", last)
    return high if first == last else Markup("{} to {}").format(low, high)


def value_mark(item: Estimate, key: str, scale: Scale) -> Markup:
    """Return the mean of an estimate with its standard error."""
    if not item.exists:
        return Markup('<span class="none">– ({})</span>').format(item.reason)
    value, error = error_text(item.value * scale.factor, item.se * scale.factor)
    return Markup("{} ± {}").format(mark(item.value, f"{key}/value", value), error)


def share_mark(share: float, key: str) -> Markup:
    """Return a share in per cent; what sampling noise puts outside 0 to 1 is shown as its nearest end."""
    return Markup("{} %").format(mark(share, key, chance_text(min(1.0, max(0.0, share)))))


def chance_mark(item: Estimate, key: str) -> Markup:
    """Return a share of winters as a number of winters in 100."""
    return mark(item.value, f"{key}/value", chance_text(item.value)) if item.exists else NONE

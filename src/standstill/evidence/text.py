"""How numbers are written in the register: few digits, no exponents, the unit behind.

Knows nothing of what the numbers mean.
"""

from __future__ import annotations

from decimal import Decimal

__all__ = ["number_text", "with_unit"]


def number_text(value: float) -> str:
    """Return a number with at most six significant digits and no exponent.

    Examples
    --------
    >>> number_text(6_430_000.0), number_text(0.1), number_text(-12.0)
    ('6430000', '0.1', '-12')
    """
    return format(Decimal(f"{value:.6g}"), "f")


def with_unit(text: str, unit: str) -> str:
    """Return ``text`` followed by its unit, if it has one.

    Examples
    --------
    >>> with_unit("2 to 3", "GW"), with_unit("0.5", "")
    ('2 to 3 GW', '0.5')
    """
    return f"{text} {unit}" if unit else text

"""One number or none, always with words: what a threshold is, whose it is, and why where there is none.

Knows nothing of games; every model of the talks answers in these records.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from standstill.errors import Faults

__all__ = ["Answer", "Thresholds", "listed", "number", "percent"]


def number(value: float, digits: int = 3) -> str:
    """Return a number in few significant digits, with more where it would otherwise read as 1 and is not.

    Examples
    --------
    >>> number(0.4975178), number(1250.0), number(0.99996), number(1.0)
    ('0.498', '1250', '0.99996', '1')
    """
    text = format(Decimal(f"{value:.{digits}g}"), "f")
    return number(value, digits + 1) if float(text) == 1.0 != value and digits < 15 else text


def percent(share: float) -> str:
    """Return a share as a percentage.

    Examples
    --------
    >>> percent(0.954545)
    '95.5 %'
    """
    return f"{number(100.0 * share)} %"


def listed(words: Iterable[str]) -> str:
    """Return words as a list of a sentence.

    Examples
    --------
    >>> listed(["October"]), listed(["October", "March", "April"])
    ('October', 'October, March and April')
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One number, or none, and in either case a sentence that says what it means.

    Examples
    --------
    >>> Answer(value=None, reason="No patience enforces it.", side="North").as_dict()
    {'value': None, 'reason': 'No patience enforces it.', 'side': 'North'}
    """

    value: float | None
    """The number; None where it does not exist."""
    reason: str
    """What it means, or why it does not exist: one neutral sentence."""
    side: str | None = None
    """Side that it is about; None if it is about no side in particular."""
    month: str | int | None = None
    """Month that it is about; None if it is about none in particular."""

    @property
    def exists(self) -> bool:
        """Whether there is a number; otherwise ``reason`` says why not."""
        return self.value is not None

    def as_dict(self) -> dict[str, float | str | None]:
        """Return the JSON form: value and reason, then side and month where there is one."""
        out: dict[str, float | str | None] = {"value": self.value, "reason": self.reason}
        if self.side is not None:
            out["side"] = self.side
        if self.month is not None:
            out["month"] = self.month
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The same threshold for each side, or each side and month, and the one that binds.

    What has no number binds before all numbers, for a condition that cannot be met is the hardest to meet.

    Raises
    ------
    InputError
        If there is no threshold.

    Examples
    --------
    >>> of = Thresholds(parts=(Answer(value=0.6, reason="North holds.", side="North"),
    ...                        Answer(value=0.8, reason="South holds.", side="South")))
    >>> of.value, [answer.side for answer in of.binding]
    (0.8, ['South'])
    """

    parts: tuple[Answer, ...]
    """One answer for each side, or each side and month, in the order of the sides."""
    binds: Literal["greatest", "least"] = "greatest"
    """Which number is the hardest to meet."""

    def __post_init__(self) -> None:
        if not self.parts:
            faults = Faults(source="thresholds")
            faults.add("parts", "have at least one answer")
            faults.raise_if_any()

    @property
    def value(self) -> float | None:
        """The number that meets the condition of all sides and months; None if there is none."""
        return self.binding[0].value

    @property
    def binding(self) -> tuple[Answer, ...]:
        """The answers that are hardest to meet: several where they are equal."""
        missing = tuple(answer for answer in self.parts if answer.value is None)
        if missing:
            return missing
        numbers = [answer.value for answer in self.parts if answer.value is not None]
        hardest = max(numbers) if self.binds == "greatest" else min(numbers)
        return tuple(answer for answer in self.parts if answer.value == hardest)

    def of(self, side: str) -> Thresholds:
        """Return the thresholds of one side.

        Raises
        ------
        InputError
            If there is none of that side.
        """
        return Thresholds(parts=tuple(answer for answer in self.parts if answer.side == side), binds=self.binds)

    def met_by(self, value: float) -> bool:
        """Return whether a value meets the condition of all sides and months; at the threshold it does."""
        mine = self.value
        if mine is None:
            return False
        return value >= mine if self.binds == "greatest" else value <= mine

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: the value that meets all, the answers that bind, and all of them."""
        binding = [answer.as_dict() for answer in self.binding]
        return {"value": self.value, "binding": binding, "parts": [answer.as_dict() for answer in self.parts]}

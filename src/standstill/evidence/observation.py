"""What happened, as somebody said: one observed number, from when it was known, and who says so.

Knows nothing of forecasts, and not whether the side, the arm and the measure it names exist.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass

from standstill.errors import Faults
from standstill.evidence.claim import Claim
from standstill.evidence.text import number_text, with_unit
from standstill.units import dimension

__all__ = ["Observation"]

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One observed number of one side: what a forecast is held against.

    Raises
    ------
    InputError
        If a field breaks its rule; every fault is listed.

    Examples
    --------
    >>> seen = Observation(
    ...     side="North", measure="eue", low=10.0, high=15.0, unit="GWh", known_from=dt.date(2025, 4, 2),
    ...     note="operator's yearbook",
    ... )
    >>> seen.value_text, seen.is_exact
    ('10 to 15 GWh', False)
    """

    side: str
    """Name of the side."""
    measure: str
    """Name of the measure, such as "eue"."""
    low: float
    """Least value that was observed, in ``unit``."""
    high: float
    """Greatest, in ``unit``; above ``low`` where what was observed is itself uncertain: every value between is equally
    likely."""
    unit: str
    """Unit of both; empty for a plain share."""
    known_from: dt.date
    """Day from which it could be known."""
    arm: str = ""
    """Name of the arm that came about; empty for the first."""
    month: str = ""
    """"2024-11" where the measure is of one month; empty for the whole measured window."""
    claim: Claim | None = None
    """Who said it, through whom."""
    note: str = ""
    """Where it is from, if nobody is named; or anything a reader should know."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"observation of {self.side} {self.measure}")
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            faults.add("value", "be finite", (self.low, self.high))
        elif self.low > self.high:
            faults.add("value", "have its low end first", (self.low, self.high))
        try:
            dimension(self.unit)
        except ValueError:
            faults.add("unit", "be a known unit", self.unit)
        if self.month and not _MONTH.fullmatch(self.month):
            faults.add("month", "be a year and a month", self.month, 'write month = "2024-11"')
        if self.claim is None and not self.note.strip():
            faults.add("note", "say where the number is from where no speaker is named")
        faults.raise_if_any()

    @property
    def is_exact(self) -> bool:
        """Whether one value was observed."""
        return self.low == self.high

    @property
    def value_text(self) -> str:
        """The value with its unit."""
        low, high = number_text(self.low), number_text(self.high)
        return with_unit(low if self.is_exact else f"{low} to {high}", self.unit)

    @property
    def source_text(self) -> str:
        """Who says so, or the note."""
        return f"{self.claim.who} {self.claim.verb}" if self.claim else self.note

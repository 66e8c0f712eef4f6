"""The file of outcomes that a back-test reads: what may be written in it.

Knows the form only; what an outcome is held against is found in ``studies``.
"""

from __future__ import annotations

from typing import Annotated

from standstill.scenario.schema import Amount, Day, Entry, Field, model_validator, refuse

__all__ = ["OutcomeEntry", "OutcomesFile"]


class OutcomeEntry(Entry):
    """What happened to one side, as somebody said."""

    side: str
    """Name of the side."""
    arm: str = ""
    """Name of the arm that came about; the first by default."""
    measure: str
    """Name of the measure: eue, hours_off, lole, ..."""
    month: Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")] = ""
    """Month, "2024-11"; the whole measured window by default."""
    value: Amount
    """What was observed: "12 GWh", or "10 to 15 GWh" where that is itself uncertain."""
    date: Day
    """Day from which it could be known."""
    statement: str = ""
    """What was said."""
    speaker: str = ""
    """Who said it."""
    role: str = ""
    """What the speaker is."""
    via: tuple[str, ...] = ()
    """Outlets; needed with a speaker."""
    stance: str = "estimates"
    """asserts, estimates or alleges."""
    grade: str = "M"
    """H, M or L, as for any claim."""
    quoted: bool = False
    """Whether the speaker's own words are reported."""
    note: str = ""
    """Where the number is from, if no speaker is named; or anything a reader should know."""

    @model_validator(mode="after")
    def _says_who(self) -> OutcomeEntry:
        if self.speaker and not self.via:
            raise refuse("name the outlets of its speaker", 'write via = ["paper"]')
        if not self.speaker and not self.note.strip():
            raise refuse("say who says so", 'write speaker = "..." and via = ["..."], or note = "..."')
        return self


class OutcomesFile(Entry):
    """Outcomes, in any order."""

    outcome: Annotated[tuple[OutcomeEntry, ...], Field(min_length=1)]
    """Outcomes."""

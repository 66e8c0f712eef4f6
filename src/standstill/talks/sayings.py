"""Who says where the talks stand, and who denies it: the claims behind the log, and those against them.

It says who said what, never who is right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from standstill.evidence.claim import STANCES, Claim
from standstill.model.log import Event
from standstill.model.scenario import Scenario

__all__ = ["Saying", "sayings"]

NOT_SAYING = ("denies", "declines to comment")
"""Stances of those who do not confirm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Who says what of where the talks stand."""

    claim: str
    """Id of the claim."""
    speaker: str
    """Who said it."""
    who: str
    """Speaker and role."""
    verb: str
    """Neutral verb of its stance: said, estimated, denied ..."""
    statement: str
    """What was said."""
    via: str
    """Outlets."""
    when: str
    """Date."""
    grade: str
    """H, M or L."""
    confirms: bool
    """Whether it says so; otherwise it denies, or declines to comment."""
    of_stage: bool
    """Whether it is about the stage that the talks are in now."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {name: getattr(self, name) for name in self.__slots__}


def sayings(scenario: Scenario, events: Sequence[Event], day: dt.date) -> tuple[Saying, ...]:
    """Return the claims behind the events known, then those that do not confirm them, as of a day."""
    every = scenario.register.claims if scenario.register else {}
    known = {name: claim for name, claim in every.items() if claim.known_from <= day}
    ids = list(dict.fromkeys(name for event in events for name in event.claims if name in known))
    ids += [name for name, claim in known.items() if name not in ids and set(claim.denies) & set(ids)]
    staged = [event for event in events if event.kind == "stage" and event.happened <= day]
    present = max(staged, key=lambda event: event.happened).claims if staged else ()
    return tuple(_saying(known[name], name in present) for name in ids)


def _saying(claim: Claim, of_stage: bool) -> Saying:
    return Saying(
        claim=claim.id,
        speaker=claim.speaker,
        who=claim.who,
        verb=STANCES[claim.stance],
        statement=claim.statement,
        via="; ".join(claim.via),
        when=claim.date,
        grade=claim.grade,
        confirms=claim.stance not in NOT_SAYING,
        of_stage=of_stage,
    )

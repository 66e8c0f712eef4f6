"""What the talks wait for: who must attend, which precondition stands in the way, which format of a meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from standstill.model.chain import Chain, chain
from standstill.model.process import Belief, Process
from standstill.talks.answer import listed

__all__ = ["Wait", "waits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Something the talks wait for."""

    whom: str
    """Who can end the wait."""
    what: str
    """What is waited for."""
    probability: float | None
    """Probability that it holds the talks up now; None where it simply must be so."""
    seen: dict[str, str]
    """Its state in the words of each party."""
    claims: tuple[str, ...]
    """Ids of the claims behind it."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "whom": self.whom, "what": self.what, "probability": self.probability, "seen": self.seen,
            "claims": list(self.claims),
        }  # fmt: skip


def waits(process: Process, here: Belief) -> tuple[Wait, ...]:
    """Return what the talks wait for where they stand, attendance first."""
    found = chain(process, here)
    form = process.find_format(here.format or process.format)
    rows = [
        Wait(whom=holder, what=f"{holder} to attend", probability=chance, seen={}, claims=())
        for holder in process.holders
        if (chance := _held_up(found, holder)) > 0
    ]
    for item in process.preconditions:
        if (chance := _held_up(found, item.name)) > 0:
            steps = " and ".join(f"{source} to {target}" for source, target in item.gates)
            what = f'the precondition "{item.name}", before the step from {steps}'
            rows.append(Wait(whom=item.holder, what=what, probability=chance, seen=dict(item.seen), claims=item.claims))
    if form is not None and form.needs and not _all_in_force(found):
        what = f'a meeting in the format "{form.name}", which needs {listed(form.needs)}'
        rows.append(Wait(whom=process.mediator, what=what, probability=None, seen={}, claims=()))
    return tuple(rows)


def _held_up(found: Chain, name: str) -> float:
    """Return the probability that somebody or something holds the talks up, given that they go on."""
    going = [bool(row.any()) for row in found.generator]
    weight = sum(share for share, on in zip(found.initial, going, strict=True) if on)
    held = sum(
        share
        for state, share, on in zip(found.labels, found.initial, going, strict=True)
        if on and name in state.hindered
    )
    return float(held / weight) if weight > 0 else 0.0


def _all_in_force(found: Chain) -> bool:
    return bool(found.initial[found.in_force].sum() > 1.0 - 1e-9)

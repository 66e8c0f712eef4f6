"""The parts of a process of talks: stages, transitions, preconditions, formats. Names come from the data.

Knows nothing of how the parts fit together (``process``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["AUDIENCES", "DAYS_PER_MONTH", "PAX_CODES", "Format", "Gate", "Precondition", "Stage", "Transition"]

DAYS_PER_MONTH = 365.25 / 12
"""Length of the month that every rate is per, days."""

PAX_CODES = ("Pre", "SubPar", "SubComp", "Cea", "Imp", "Ren")
"""Stage codes of the PA-X peace agreements database, which a log may use instead of a stage's name."""

AUDIENCES = ("public", "parties", "mediator")
"""Groups of holders that an event of a log may be known to."""

Gate = tuple[str, str]
"""(source, target) of a transition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the process. A stage without exits is absorbing."""

    name: str
    """Unique name."""
    phases: int = 1
    """Phases that must pass before a late transition: the wait for it is Erlang with this shape."""
    in_force: bool = False
    """Whether the standstill holds in this stage."""
    codes: tuple[str, ...] = ()
    """PA-X stage codes that mean this stage in a log; a code belongs to one stage at most."""
    note: str = ""
    """What the stage means, for the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A way from one stage to another."""

    source: str
    """Stage left."""
    target: str
    """Stage entered."""
    per_month: float
    """Rate per month; of a meeting transition, agreements per meeting that agrees (usually 1)."""
    meeting: bool = False
    """Whether it happens only at meetings: the format's meetings and share of agreement multiply the rate."""
    late: bool = True
    """Whether it waits for the last phase of its source; otherwise it may happen in any phase."""
    cause: str = ""
    """What brings it about, such as "shock"; tells apart two transitions between the same stages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """What a holder says must hold before talks go on. While it binds, the transitions it gates do not happen."""

    name: str
    """Unique name."""
    holder: str
    """Who states it."""
    gates: tuple[Gate, ...]
    """(source, target) of each transition that it gates."""
    binding: float
    """Probability that it binds when the present stage begins: that the holder would not go on without it."""
    lift_per_month: float
    """Rate at which it is met or dropped, per month."""
    renewed_by: tuple[Gate, ...] = ()
    """(source, target) of each transition that makes it bind again after it was lifted; by default none does."""
    seen: dict[str, str] = field(default_factory=dict)
    """Its state in the words of each holder who spoke of it."""
    claims: tuple[str, ...] = ()
    """Ids of the claims behind it."""
    note: str = ""
    """One sentence for the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How the parties meet: who must attend, how often, and how often a meeting agrees."""

    name: str
    """Unique name, such as "summit", "video" or "shuttle"."""
    needs: tuple[str, ...]
    """Who must attend; while one of them stays out there is no meeting."""
    meetings_per_month: float
    """Meetings per month once all who are needed are in."""
    agree_share: float
    """Share of meetings that agree."""
    return_per_month: float | dict[str, float]
    """Rate at which one who stays out comes back under this format; one rate, or a rate for each."""

    def return_of(self, holder: str) -> float:
        """Return the rate at which ``holder`` comes back, per month; 0 where none is given."""
        if isinstance(self.return_per_month, dict):
            return self.return_per_month.get(holder, 0.0)
        return self.return_per_month

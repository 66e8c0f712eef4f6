"""Side by side: officials, base rate and model as rows of their own, each with its event, deadline and assumption.

The table has no merged number; a pool that somebody asked for by name stands under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from standstill.errors import Faults
from standstill.talks.people.opinion import KINDS, Kind, Opinion, differences
from standstill.talks.people.pools import Pool

__all__ = ["HEADINGS", "Row", "SideBySide", "side_by_side"]

HEADINGS = ("from", "who", "probability", "of", "by when", "taken as given")
"""Headings of ``Row.cells``."""

_NONE_GIVEN = {"officials": "no official stated a probability", "base rate": "no base rate was given"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One probability of the table, or why there is none of its kind."""

    kind: Kind
    """Where it comes from."""
    opinion: Opinion | None
    """The probability; None if there is none."""
    reason: str = ""
    """Why there is none."""

    @property
    def cells(self) -> tuple[str, ...]:
        """Texts under ``HEADINGS``; a row without a probability gives the reason in its place."""
        stated = self.opinion
        if stated is None:
            return self.kind, "", self.reason, "", "", ""
        return self.kind, stated.who, stated.text, stated.event, stated.deadline_text, stated.assumed_text

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form; ``opinion`` is null with a reason where there is none."""
        opinion = None if self.opinion is None else self.opinion.as_dict()
        return {"kind": self.kind, "opinion": opinion, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """Probabilities of officials, of a base rate, of the model and of others, and how far they are about one thing."""

    rows: tuple[Row, ...]
    """Officials, base rate, model, others: at least one row for each of the first three."""
    warnings: tuple[str, ...]
    """A sentence for each way in which the rows are not about the same thing."""
    pooled: Pool | None = None
    """A pool, if the user asked for one by name."""

    @property
    def in_words(self) -> tuple[str, ...]:
        """Every row as a sentence, then the warnings, then the pool if one was asked for."""
        rows = [f"{row.opinion.in_words}." if row.opinion else f"{row.reason}." for row in self.rows]
        lines = [line[0].upper() + line[1:] for line in rows] + list(self.warnings)
        return (*lines, self.pooled.in_words) if self.pooled else tuple(lines)

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form; ``pooled`` is null unless a pool was asked for."""
        return {
            "rows": [row.as_dict() for row in self.rows],
            "warnings": list(self.warnings),
            "pooled": None if self.pooled is None else self.pooled.as_dict(),
        }


def side_by_side(
    opinions: Sequence[Opinion],
    model: Opinion | None,
    *,
    no_model: str = "the model gave no probability",
    pooled: Pool | None = None,
) -> SideBySide:
    """Set probabilities of people, base rate and model side by side, without merging any.

    Parameters
    ----------
    opinions: sequence of Opinion
        Those of officials, of base rates and of others; several of one kind keep a row each, in the order given.
    model: Opinion or None
        The model's, of kind "model"; None if it gave none.
    no_model: str
        Why the model gave none.
    pooled: Pool, optional
        A pool that the user asked for; without it there is no merged number.

    Raises
    ------
    InputError
        If ``model`` is of another kind, or one of ``opinions`` is of kind "model"; every fault is listed.

    Examples
    --------
    >>> import datetime as dt
    >>> from standstill.talks.people import Opinion, chance
    >>> event = "a standstill is in force"
    >>> officials = Opinion(
    ...     who="officials of one side", kind="officials", event=event, value=chance("<= 20 %"),
    ...     assumed="said before the postponement", claims=("talks-chance",),
    ... )
    >>> model = Opinion(
    ...     who="process clock", kind="model", event=event, value=chance("0.204306"),
    ...     deadline=dt.date(2024, 11, 17), because="computed from the log",
    ... )
    >>> table = side_by_side([officials], model)
    >>> for row in table.rows:
    ...     print(" | ".join(cell for cell in row.cells if cell not in ("", event)))
    officials | officials of one side | at most 20 % | no date was given | said before the postponement
    base rate | no base rate was given
    model | process clock | 20 % | by 17 November 2024 | nothing was stated
    >>> len(table.warnings), table.warnings[0].partition(":")[0], table.pooled
    (2, 'Their deadlines differ', None)
    """
    faults = Faults(source="side_by_side")
    for number, opinion in enumerate(opinions):
        if opinion.kind == "model":
            faults.add(f"opinions[{number}]", "not come from the model: give that one as model", opinion.who)
    if model is not None and model.kind != "model":
        faults.add("model", 'be of kind "model"', model.kind)
    faults.raise_if_any()

    stated = [*opinions, *([model] if model else [])]
    reasons = _NONE_GIVEN | {"model": no_model}
    rows: list[Row] = []
    for kind in KINDS:
        rows += [Row(kind=kind, opinion=opinion) for opinion in stated if opinion.kind == kind] or (
            [Row(kind=kind, opinion=None, reason=reasons[kind])] if kind in reasons else []
        )
    in_order = [row.opinion for row in rows if row.opinion is not None]
    return SideBySide(rows=tuple(rows), warnings=differences(in_order), pooled=pooled)

"""The table of a queue roster, ``[side.roster]``, and the Roster that it gives.

Knows how a roster is written down, not what it does to anybody.
"""

from __future__ import annotations

from dataclasses import replace

from standstill.errors import InputError
from standstill.model.roster import Roster, Rotation, Rounding
from standstill.scenario.figures import COUNT, HOURS, Ledger, Source, source_of
from standstill.scenario.schema import FigureField, Sourced

__all__ = ["RosterTable", "build_roster"]


class RosterTable(Sourced):
    """How hours without power are shared out: equal queues, of which whole ones are off for whole blocks of time."""

    queues: FigureField
    """Number of equal queues, a count."""
    halves: bool = False
    """Whether each queue is split into two halves that are switched by themselves."""
    rounding: Rounding = "up"
    """How many are off in a block: "up" is enough for its largest need, "nearest" comes nearest to its mean need."""
    block: FigureField
    """Shortest switch, time: who is off changes only between blocks of this length, which divide a day."""
    rotation: Rotation = "least-served"
    """Who is off: "least-served" takes those with the fewest hours off so far; "fixed" goes by a printed table."""


def build_roster(table: RosterTable | None, side: str, ledger: Ledger, outer: Source, step_h: float) -> Roster | None:
    """Return the roster of a side; none if it has none, or a faulty one, of which the ledger notes every fault.

    Parameters
    ----------
    table: RosterTable or None
        The side's table.
    side: str
        Name of the side, with which paths begin.
    ledger: Ledger
        Takes the figures, and every fault.
    outer: Source
        Source of the table around this one.
    step_h: float
        Length of the side's steps, h.

    Returns
    -------
    Roster or None
    """
    if table is None:
        return None
    place, source, before = f"{side}.roster", source_of(table, outer), len(ledger.faults.items)
    queues = ledger.fixed(f"{place}.queues", table.queues, COUNT, source, 1.0)
    block_h = ledger.fixed(f"{place}.block", table.block, HOURS, source, 24.0)
    if len(ledger.faults.items) > before:
        return None
    try:
        roster = Roster(
            queues=int(queues) if queues.is_integer() else queues,  # type: ignore[arg-type]  # refused if not whole
            halves=table.halves,
            rounding=table.rounding,
            block_h=block_h,
            rotation=table.rotation,
        )
    except InputError as error:
        ledger.faults.items += [
            replace(fault, place=f"{place}.{fault.place.removesuffix('_h')}") for fault in error.faults
        ]
        return None
    steps = block_h / step_h
    if round(steps) < 1 or abs(steps - round(steps)) > 1e-9:
        ledger.faults.add(f"{place}.block", f"be a whole number of steps of {step_h:g} h", block_h)
        return None
    return roster

"""How large a scenario may be: a slip of the keyboard should be told at once, not fill the memory.

Knows the entries of a side and its steps, and nothing of what they become.
"""

from __future__ import annotations

from standstill.errors import Faults
from standstill.scenario.tables import SideEntry
from standstill.scenario.timeline import Timeline

__all__ = ["is_small_enough"]

MOST_STEPS = 600_000
"""Most steps of a simulation: a year by the minute."""
MOST_MEMBERS = 50_000
"""Most regions and assets of a side."""
MOST_VALUES = 10_000_000
"""Most regions and assets times steps: a thousand over a year by the hour."""


def is_small_enough(side: SideEntry, time: Timeline, faults: Faults) -> bool:
    """Return whether a side can be built, after noting what makes it too large."""
    before, members = len(faults.items), _members(side)
    if time.n_steps > MOST_STEPS:
        must = f"leave at most {MOST_STEPS} steps from simulate_from to measure_to"
        faults.add(f"{side.name}.system.step", must, time.n_steps, "take a longer step, or see to the dates")
    elif members > MOST_MEMBERS:
        faults.add(side.name, f"have at most {MOST_MEMBERS} regions and assets", members)
    elif members * time.n_steps > MOST_VALUES:
        must = f"have at most {MOST_VALUES} regions and assets times steps"
        faults.add(side.name, must, members * time.n_steps, "take a longer step, or fewer and larger groups")
    return len(faults.items) == before


def _members(side: SideEntry) -> int:
    """Return the number of regions, assets and lines."""
    areas = side.areas.count * (1 + side.areas.substations) if side.areas else 0
    return (
        len(side.region)
        + sum(entry.count for entry in side.assets)
        + areas
        + sum(join.lines for join in side.interface)
    )

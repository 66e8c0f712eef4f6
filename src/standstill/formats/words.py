"""Words that readers and writers share in saying what did not carry over. Knows no format."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["distinct"]


def distinct(groups: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Return the names of several tables in one list, each unique; a name that is taken gains the noun of its table.

    Examples
    --------
    >>> distinct([("line", ["a", "b"]), ("link", ["b"])])
    ['a', 'b', 'b (link)']
    """
    taken: dict[str, None] = {}
    for noun, names in groups:
        for name in names:
            unique = name
            while unique in taken:
                unique = f"{unique} ({noun})"
            taken[unique] = None
    return list(taken)

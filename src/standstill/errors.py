"""Every error Standstill raises on purpose, and the collector that lists all faults at once.

    StandstillError
    ├── InputError (ValueError)     what came in is wrong; lists every fault
    │   └── FormatError             a file cannot be read as what it claims to be
    └── OutputError (OSError)       what must go out cannot be written

This file knows nothing of the rest of the package.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Fault", "Faults", "FormatError", "InputError", "OutputError", "StandstillError", "repeated"]


class StandstillError(Exception):
    """Base of every error raised on purpose; the command line prints it without a traceback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong: where, what must hold, what came, and what to do."""

    place: str
    """Dotted path or file position, for example ``generators.coal.capacity``."""
    must: str
    """What must hold, worded to follow "must", for example ``be >= 0 MW``."""
    got: str = ""
    """What came instead, already formatted; empty when nothing came."""
    hint: str = ""
    """What to write instead; empty when the rule says it all."""

    def __str__(self) -> str:
        """Return the fault on one line, without its hint."""
        came = f", got {self.got}" if self.got else ""
        return f"{self.place}: must {self.must}{came}"


class InputError(StandstillError, ValueError):
    """What came in is wrong. ``faults`` lists every fault, ``source`` says in what."""

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        self.source = source
        self.faults = faults
        super().__init__(source, faults)

    def __str__(self) -> str:
        """Return every fault with its place, then the hints."""
        count = len(self.faults)
        lines = [f"{count} fault{'' if count == 1 else 's'} in {self.source}"]
        lines += [f"  {fault}" for fault in self.faults]
        hints = list(dict.fromkeys(fault.hint for fault in self.faults if fault.hint))
        if hints:
            lines.append("")
            lines += [f"hint: {hint}" for hint in hints]
        return "\n".join(lines)


class FormatError(InputError):
    """A file cannot be read as the format it claims to be."""


class OutputError(StandstillError, OSError):
    """A result cannot be written where it was asked for."""


@dataclass(slots=True, kw_only=True)
class Faults:
    """Collects faults so that a user sees all of them at once.

    Examples
    --------
    >>> faults = Faults(source="north.toml")
    >>> faults.add("campaign.rate", "be >= 0 per day", -3)
    >>> faults.raise_if_any()
    Traceback (most recent call last):
        ...
    standstill.errors.InputError: 1 fault in north.toml
      campaign.rate: must be >= 0 per day, got -3
    """

    source: str
    """What the faults are in: a file or a record."""
    error: type[InputError] = InputError
    """Class of the error raised."""
    items: list[Fault] = field(default_factory=list)
    """Faults found so far, in the order found."""

    def add(self, place: str, must: str, got: Any = None, hint: str = "") -> None:
        """Note one fault; ``got`` is shown as Python would show it."""
        shown = "" if got is None else repr(got)
        if len(shown) > 120:
            shown = shown[:117] + "..."
        self.items.append(Fault(place=place, must=must, got=shown, hint=hint))

    def take(self, faults: Iterable[Fault], under: str) -> None:
        """Note faults found in a part of what this is about; ``under``, "North." or "file.csv: ", begins each place.

        Examples
        --------
        >>> faults = Faults(source="north.toml")
        >>> faults.take([Fault(place="rate", must="be given")], "campaign.")
        >>> str(faults.items[0])
        'campaign.rate: must be given'
        """
        self.items += [replace(fault, place=f"{under}{fault.place}") for fault in faults]

    def raise_if_any(self) -> None:
        """Raise one error that lists every fault noted, if there is one."""
        if self.items:
            raise self.error(self.source, tuple(self.items))


def repeated(names: Iterable[str]) -> list[str]:
    """Return the names that come more than once, in alphabetical order.

    Examples
    --------
    >>> repeated(["north", "south", "north"])
    ['north']
    """
    return sorted(name for name, count in Counter(names).items() if count > 1)

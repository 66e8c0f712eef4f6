"""What a record is known by: a digest of its content, the same in every process and however the record was made.

Knows nothing of what the fields mean, but for the few it leaves out because they only say things.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Fault, InputError

__all__ = ["identity"]

# record -> fields that change nothing computed: words for a reader, and who stands behind a figure
_WORDS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "Scenario": "title unknown limits comparisons register source settings",
        "Side": "caveat",
        "Arm": "note",
        "Figure": "claims judgement note",
        "Stage": "note",
        "Precondition": "claims note",
        "Event": "claims statement",
        "Solve": "because",
        "Point": "question",
        "Reading": "says because claims",
    }.items()
}
# rates of a process may be roots found by iteration, whose last digits depend on the machine's linear algebra
_SOLVED = frozenset({"Process", "Belief"})
_DIGITS = 9
_SIZE = 8  # bytes, shown as 16 hex digits


def identity(record: Any) -> str:
    """Return 16 hex digits that two records share if, and but for chance only if, they hold the same.

    Parameters
    ----------
    record: dataclass
        A record of plain values, dates, sequences, mappings, arrays and further records.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If something in it is none of these.

    Notes
    -----
    Every field counts, arrays by shape and bytes, numbers by their bits, mappings in their order. Deliberately left
    out are words that change nothing computed: a scenario's title, what it does not know, its limits, its comparisons,
    its register and the words in which the user set something; notes, caveats, questions and statements; and claims
    and judgements, as the numbers they stand behind are in the records. Numbers of a process of talks count to nine
    digits, so that a run can be read where it was not made.

    Examples
    --------
    >>> from standstill.model.repair import CrewPool
    >>> few, more = (CrewPool(name="plants", classes=("thermal",), crews=float(crews)) for crews in (4, 5))
    >>> identity(few) == identity(CrewPool(name="plants", classes=("thermal",), crews=4.0)), identity(few)
    (True, 'b6a9ef5f8010e5cf')
    >>> identity(more) == identity(few)
    False
    """
    whole = _Reader().read(record, type(record).__name__, solved=False)
    return hashlib.blake2b(whole, digest_size=_SIZE).hexdigest()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns values into bytes, each record once however often it is used."""

    known: dict[tuple[int, bool], bytes] = field(default_factory=dict)

    def read(self, value: Any, place: str, solved: bool) -> bytes:
        """Return what stands for a value, such that no two values share it."""
        match value:
            case str():
                return _part(b"text", value.encode())
            case float():
                return _part(b"float", _float(value, solved))
            case None:
                return b"none"
            case int():  # a bool too; its form says which
                return _part(b"int", str(value).encode())
            case tuple() | list():
                return self._several(b"list", value, place, solved)
            case _ if is_dataclass(value) and not isinstance(value, type):
                return self._record(value, solved)
            case Mapping():
                return self._several(b"map", (part for item in value.items() for part in item), place, solved)
            case set() | frozenset():
                return _part(b"set", b"".join(sorted(self.read(item, place, solved) for item in value)))
            case dt.date() | dt.time():  # a datetime too; its form says which
                return _part(b"time", value.isoformat().encode())
            case dt.timedelta():
                return _part(b"span", repr(value).encode())
            case np.ndarray() if value.dtype.hasobject:
                return self._several(b"list", value.tolist(), place, solved)
            case np.ndarray():
                return _array(value)
            case np.generic():
                return self.read(value.item(), place, solved)
        fault = Fault(place=place, must="be a plain value, a date, an array or a record", got=type(value).__name__)
        raise InputError("a record, for its identity", (fault,))

    def _several(self, kind: bytes, values: Iterable[Any], place: str, solved: bool) -> bytes:
        return _part(kind, b"".join([self.read(item, place, solved) for item in values]))

    def _record(self, record: Any, solved: bool) -> bytes:
        kind = _kind(type(record))  # type: ignore[arg-type]  # a class is hashable
        solved = solved or kind.is_solved
        key = id(record), solved
        if key not in self.known:
            parts = [self.read(getattr(record, name), place, solved) for name, place in kind.counting]
            self.known[key] = hashlib.blake2b(kind.head + b"".join(parts), digest_size=2 * _SIZE).digest()
        return _part(b"record", self.known[key])


class _Kind(NamedTuple):
    """A class of records: its name with the fields that count, each of them with its place, and its numbers."""

    head: bytes
    counting: tuple[tuple[str, str], ...]
    is_solved: bool


@cache
def _kind(cls: type[Any]) -> _Kind:
    words = _WORDS.get(cls.__name__, frozenset())
    names = [item.name for item in fields(cls) if item.init and item.name not in words]
    head = " ".join((cls.__name__, *names)).encode()
    return _Kind(
        _part(b"kind", head), tuple((name, f"{cls.__name__}.{name}") for name in names), cls.__name__ in _SOLVED
    )


def _part(kind: bytes, content: bytes) -> bytes:
    """Return a content with its kind and length before it, so that no two lists of parts run into each other."""
    return b"%b %d %b" % (kind, len(content), content)


def _float(value: float, solved: bool) -> bytes:
    return b"%.*g" % (_DIGITS, value) if solved else struct.pack("<d", value)


def _array(array: NDArray[Any]) -> bytes:
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    head = _part(b"shape", f"{little.dtype.str} {array.shape}".encode())
    return _part(b"array", head + hashlib.blake2b(little.tobytes()).digest())

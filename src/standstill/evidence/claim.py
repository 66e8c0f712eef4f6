"""Claims: what was said, by whom, through whom, when. Immutable, and read from a CSV file.

A claim is somebody's statement, never ours. This file knows nothing of figures, scenarios or what is done with a claim.
"""

from __future__ import annotations

import datetime
import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from standstill.errors import Faults, InputError
from standstill.evidence.rows import entries, read_rows
from standstill.evidence.text import number_text, with_unit
from standstill.units import dimension

__all__ = ["COLUMNS", "GRADES", "STANCES", "Claim", "Value", "find_claims", "load_claims"]

STANCES = {
    "asserts": "said",
    "estimates": "estimated",
    "alleges": "alleged",
    "denies": "denied",
    "declines to comment": "declined to comment",
}
"""Stances and the neutral verb that each is reported with."""

GRADES = {
    "H": "official, or several outlets",
    "M": "one reputable outlet, or an expert",
    "L": "partisan, unnamed or derived",
}
"""Grades of confidence, best first, with what each means."""

COLUMNS = (
    "id",
    "statement",
    "value",
    "unit",
    "speaker",
    "role",
    "side",
    "via",
    "date",
    "known_by",
    "stance",
    "quoted",
    "grade",
    "denies",
)
"""Columns of a claims file, each exactly once, in any order."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?")
_UNNAMED = re.compile(r"\b(unnamed|anonymous)\b", re.IGNORECASE)
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_VALUE = re.compile(rf"(?P<sign>[<>]=?)?\s*(?P<low>{_NUMBER})(?:\s+to\s+(?P<high>{_NUMBER}))?")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_VALUE_HINT = 'write a value as "10", "2 to 3", "<= 20" or "> 1200"; the unit has its own column'
_DATE_HINT = 'write a date as "2024-07-19", "2024-07", "2024" or "2024-05..2024-07"; in a spreadsheet, as text'


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The number in a claim: exact, a range, or one-sided.

    Examples
    --------
    >>> str(Value.parse("2 to 3")), str(Value.parse("<= 20")), Value.parse("10").exact
    ('2 to 3', 'at most 20', True)
    """

    low: float | None
    """Least value said; none if only an upper end was said."""
    high: float | None
    """Greatest value said; none if only a lower end was said."""
    strict: bool = False
    """Whether a one-sided value leaves its end out ("more than" instead of "at least")."""

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("must have a low or a high end")
        if not all(math.isfinite(end) for end in (self.low, self.high) if end is not None):
            raise ValueError(f"must be finite, got {self.low} to {self.high}")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"must have its low end first, got {number_text(self.low)} to {number_text(self.high)}")

    @classmethod
    def parse(cls, text: str) -> Value:
        """Read a value as a claims file writes it.

        Raises
        ------
        ValueError
            If the text is none of "10", "2 to 3", "<= 20", "> 1200", or a range is upside down.
        """
        match = _VALUE.fullmatch(text.strip())
        if match is None or (match["sign"] and match["high"]):
            raise ValueError(f'must be a number, a range "2 to 3" or a one-sided "<= 20", got {text!r}')
        sign, low = match["sign"] or "", float(match["low"])
        if sign:
            strict = len(sign) == 1
            return cls(low=low, high=None, strict=strict) if sign[0] == ">" else cls(low=None, high=low, strict=strict)
        return cls(low=low, high=float(match["high"]) if match["high"] else low)

    @property
    def exact(self) -> bool:
        """Whether one number was said."""
        return self.low == self.high

    def __str__(self) -> str:
        """Return the value in words, without its unit."""
        if self.low is None:
            return f"{'less than' if self.strict else 'at most'} {number_text(self.high or 0.0)}"
        if self.high is None:
            return f"{'more than' if self.strict else 'at least'} {number_text(self.low)}"
        return number_text(self.low) if self.exact else f"{number_text(self.low)} to {number_text(self.high)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement by one speaker, as it reached the public.

    Raises
    ------
    InputError
        If a field breaks its rule; every fault is listed. An unnamed speaker through one outlet is never above L.

    Examples
    --------
    >>> claim = Claim(
    ...     id="imports", statement="Import limit.", value=Value.parse("1.7"), unit="GW", speaker="ministry",
    ...     via=("press",), date="2024-07", stance="asserts", grade="H",
    ... )
    >>> claim.value_text, claim.verb, claim.known_from
    ('1.7 GW', 'said', datetime.date(2024, 7, 31))
    """

    id: str
    """Lower-case words joined by hyphens; ``base.part`` where one statement has several numbers."""
    statement: str
    """What was said, in our words, or in the speaker's between quotation marks."""
    speaker: str
    """Who said it: a name, an office or an institution; "(unnamed)" where the outlet gives no name."""
    via: tuple[str, ...]
    """Independent outlets, each with its relays behind it: ``"paper > relay"``; at least one."""
    date: str
    """When it was said, as written: year, year-month, full date, or two of them joined by ``..``."""
    stance: str
    """One of ``STANCES``."""
    grade: str
    """One of ``GRADES``: H, M or L."""
    value: Value | None = None
    """The number said, if any."""
    unit: str = ""
    """Unit of ``value``; empty for a plain share or no value."""
    role: str = ""
    """What the speaker is: official, think tank, diplomat, ..."""
    side: str = ""
    """Name of the side the speaker speaks for; empty for anybody else."""
    known_by: datetime.date | None = None
    """Day on which it was surely public, if not the last day of ``date``."""
    quoted: bool = False
    """Whether the speaker's own words are reported (recorded or quoted); otherwise a paraphrase."""
    denies: tuple[str, ...] = ()
    """Ids of the claims that this one denies."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"claim {self.id}")
        _check_words(self, faults)
        _check_number(self, faults)
        _check_time(self, faults)
        faults.raise_if_any()

    @property
    def base(self) -> str:
        """Id of the whole statement, without the part."""
        return self.id.partition(".")[0]

    @property
    def known_from(self) -> datetime.date:
        """First day on which the claim may be used: ``known_by``, or the last day of a partial date."""
        return self.known_by or _span_of_date(self.date)[1]

    @property
    def unnamed(self) -> bool:
        """Whether the speaker is not named."""
        return _UNNAMED.search(self.speaker) is not None

    @property
    def outlets(self) -> tuple[str, ...]:
        """Independent outlets: the first of each chain, once each. Relays add no weight."""
        return tuple(dict.fromkeys(chain.partition(">")[0].strip() for chain in self.via))

    @property
    def verb(self) -> str:
        """Neutral verb for the stance."""
        return STANCES[self.stance]

    @property
    def value_text(self) -> str:
        """Value with its unit; empty when no number was said."""
        return "" if self.value is None else with_unit(str(self.value), self.unit)

    @property
    def who(self) -> str:
        """Speaker with the role in brackets."""
        return f"{self.speaker} ({self.role})" if self.role else self.speaker


def _check_words(claim: Claim, faults: Faults) -> None:
    if not _ID.fullmatch(claim.id):
        faults.add("id", 'be lower-case words joined by "-", with at most one ".part"', claim.id)
    for name in ("statement", "speaker"):
        if not getattr(claim, name).strip():
            faults.add(name, "not be empty")
    if not claim.via or not all(outlet.strip() for outlet in claim.via):
        faults.add("via", "name at least one outlet", claim.via)
    if claim.stance not in STANCES:
        faults.add("stance", f"be one of {', '.join(STANCES)}", claim.stance)
    if claim.grade not in GRADES:
        faults.add("grade", f"be one of {', '.join(GRADES)}", claim.grade)
    elif claim.grade != "L" and claim.unnamed and len(claim.outlets) <= 1:
        faults.add("grade", "be L: the speaker is unnamed and there is one outlet", claim.grade)
    if claim.denies and claim.stance != "denies":
        faults.add("stance", f'be "denies" when it denies {", ".join(claim.denies)}', claim.stance)
    if claim.id in claim.denies:
        faults.add("denies", "not name the claim itself", claim.id)


def _check_number(claim: Claim, faults: Faults) -> None:
    if claim.value is None:
        if claim.unit:
            faults.add("unit", "be empty when there is no value", claim.unit)
        return
    try:
        dimension(claim.unit)
    except ValueError:
        faults.add("unit", "be a known unit", claim.unit)


def _check_time(claim: Claim, faults: Faults) -> None:
    try:
        first, _ = _span_of_date(claim.date)
    except ValueError:
        faults.add("date", "be a date or a partial date", claim.date, _DATE_HINT)
        return
    if claim.known_by is not None and claim.known_by < first:
        faults.add("known_by", f"not be before the date {claim.date}", str(claim.known_by))


def _span_of_date(text: str) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of a date, a partial date, or two of them joined by "..".

    Raises
    ------
    ValueError
        If the text is no such date.
    """
    start, _, end = text.partition("..")
    first, last = _span_of_one(start)[0], _span_of_one(end or start)[1]
    if first > last:
        raise ValueError(f"must have its dates in order, got {text!r}")
    return first, last


def _span_of_one(text: str) -> tuple[datetime.date, datetime.date]:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"must be a date, got {text!r}")
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or year < 1 or year == datetime.MAXYEAR:
        raise ValueError(f"must be a date, got {text!r}")
    if month is None:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    if day is not None:
        return (whole := datetime.date(year, month, day)), whole
    first = datetime.date(year, month, 1)
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return first, following - datetime.timedelta(days=1)


def load_claims(path: str | Path | Traversable) -> dict[str, Claim]:
    """Read a claims file: CSV with a header; lines that begin with "#" are notes.

    Parameters
    ----------
    path: str, Path or Traversable
        A UTF-8 file with the columns of ``COLUMNS``. ``via`` and ``denies`` separate their entries by ";".

    Returns
    -------
    dict
        Claims by id, in the order of the file.

    Raises
    ------
    InputError
        If anything is wrong; every fault is listed with its row, counted in lines of the file.
    """
    source = Path(path) if isinstance(path, str) else path
    faults = Faults(source=str(path))
    claims: dict[str, Claim] = {}
    rows: dict[str, int] = {}
    for number, cells in read_rows(source, COLUMNS, faults):
        name = cells["id"]
        if name in rows:
            faults.add(f"row {number}: {name}.id", f"be unique: row {rows[name]} has it too", name)
            continue
        rows[name] = number
        if (claim := _claim_of(cells, f"row {number}: {name}", faults)) is not None:
            claims[name] = claim
    for claim in claims.values():
        find_claims(claim.denies, rows, faults, f"row {rows[claim.id]}: {claim.id}.denies")
    faults.raise_if_any()
    return claims


def find_claims(ids: Iterable[str], known: Mapping[str, object], faults: Faults, place: str) -> tuple[str, ...]:
    """Return the ids that are known; note each unknown one as a fault, with the closest known ids as a hint.

    Examples
    --------
    >>> faults = Faults(source="north.toml")
    >>> find_claims(["import"], {"imports": None}, faults, "sides.north.imports")
    ()
    >>> print(faults.items[0], "-", faults.items[0].hint)
    sides.north.imports: must name a known claim, got 'import' - for 'import', did you mean imports?
    """
    found = []
    for name in ids:
        if name in known:
            found.append(name)
            continue
        near = [other for other in known if other.startswith(f"{name}.")] or difflib.get_close_matches(name, known)
        faults.add(
            place, "name a known claim", name, f"for {name!r}, did you mean {' or '.join(near)}?" if near else ""
        )
    return tuple(found)


def _claim_of(cells: dict[str, str], place: str, faults: Faults) -> Claim | None:
    """Return the claim of one row, or none after noting every fault of the row."""
    before = len(faults.items)
    value = None
    if cells["value"]:
        try:
            value = Value.parse(cells["value"])
        except ValueError as error:
            faults.add(f"{place}.value", str(error).removeprefix("must "), hint=_VALUE_HINT)
            value = Value(low=0.0, high=0.0)  # lets the rest of the row be checked
    known_by = None
    if cells["known_by"]:
        try:
            known_by = datetime.date.fromisoformat(cells["known_by"])
        except ValueError:
            faults.add(f"{place}.known_by", 'be a full date, such as "2024-08-17"', cells["known_by"])
    if cells["quoted"] not in ("yes", "no"):
        faults.add(f"{place}.quoted", "be yes or no", cells["quoted"])
    try:
        claim = Claim(
            id=cells["id"],
            statement=cells["statement"],
            speaker=cells["speaker"],
            via=entries(cells["via"]),
            date=cells["date"],
            stance=cells["stance"],
            grade=cells["grade"],
            value=value,
            unit=cells["unit"],
            role=cells["role"],
            side=cells["side"],
            known_by=known_by,
            quoted=cells["quoted"] == "yes",
            denies=entries(cells["denies"]),
        )
    except InputError as error:
        faults.take(error.faults, f"{place}.")
        return None
    return claim if len(faults.items) == before else None

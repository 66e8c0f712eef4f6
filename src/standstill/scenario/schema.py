"""How a table, a number, a date and a name are written in a scenario file; the one door to pydantic.

Knows the form of an entry, not what it is for: that is in ``tables`` and its siblings.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from standstill.units import LARGEST, parse_quantity

__all__ = [
    "Amount",
    "BaseModel",
    "Count",
    "Day",
    "Entry",
    "Field",
    "FigureEntry",
    "FigureField",
    "FiniteFloat",
    "LogNormalShape",
    "Members",
    "Moment",
    "Name",
    "NormalShape",
    "Positive",
    "Range",
    "Sourced",
    "ValidationError",
    "is_name",
    "model_validator",
    "parse_range",
    "refuse",
]

_RANGE = re.compile(r"^\s*(?P<low>[-+]?[\d._]+(?:[eE][-+]?\d+)?)\s+to\s+(?P<rest>.+)$")
_NAME = re.compile(r"\w[\w -]*")
_YEARS = (1800, 2999)
FIGURE_HINT = 'write { value = "2 to 4 GW", because = "..." }, or "2 to 4 GW" where the table around it says because'


class Range(NamedTuple):
    """A number or a range, with its unit, as a user wrote it."""

    low: float
    high: float
    unit: str


def parse_range(text: str) -> Range:
    """Read "220 MW" or "2 to 4 GW".

    Raises
    ------
    ValueError
        If the text is neither, or the range is upside down.

    Examples
    --------
    >>> parse_range("2 to 4 GW"), parse_range("3 %")
    (Range(low=2.0, high=4.0, unit='GW'), Range(low=3.0, high=3.0, unit='%'))
    """
    match = _RANGE.match(text)
    last = parse_quantity(match["rest"] if match else text)
    if match is None:
        return Range(last.value, last.value, last.unit)
    low = parse_quantity(match["low"]).value
    if not low < last.value:
        raise ValueError(f"must have its low end first, got {text!r}")
    return Range(low, last.value, last.unit)


def refuse(must: str, hint: str = "") -> PydanticCustomError:
    """Return an error that says what must hold, and a hint."""
    return PydanticCustomError("rule", "{must}", {"must": must, "hint": hint})


def _amount(text: str) -> str:
    try:
        parse_range(text)
    except ValueError as error:
        must, _, _ = str(error).removeprefix("must ").partition(", got ")
        raise refuse(must, 'a number has its unit behind it: "220 MW", "2 to 4 GW", "30 %", "5 d"') from None
    return text


def is_name(text: str) -> bool:
    """Return whether a text may be the name of something.

    Examples
    --------
    >>> is_name("winter-2024"), is_name("a/b")
    (True, False)
    """
    return _NAME.fullmatch(text) is not None


def _name(text: str) -> str:
    if not is_name(text):
        raise refuse('be letters, digits, "-", "_" and spaces')
    return text


def _dated(value: dt.date) -> dt.date:
    """Return a date from which months and years can be counted on and back."""
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise refuse(f"be a date from {_YEARS[0]} to {_YEARS[1]}")
    return value


def _moment(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            raise refuse("be a local time without an offset", "write 2024-10-01T18:00:00")
        return _dated(value)
    if isinstance(value, dt.date):
        return dt.datetime(_dated(value).year, value.month, value.day)
    raise refuse("be a date or a time", "write a date without quotation marks: 2024-10-01")


def _day(value: Any) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return _dated(value)
    raise refuse("be a date", "write a date without quotation marks: 2024-10-01")


def _figure(value: Any) -> Any:
    if isinstance(value, str):
        return {"value": value}
    if isinstance(value, (int, float)):
        raise refuse("be a number with a unit and a source", FIGURE_HINT)
    return value


Amount = Annotated[str, AfterValidator(_amount)]
Name = Annotated[str, AfterValidator(_name)]
# in JSON Schema a TOML date is a text; "date-time" would demand an offset, which a local time has not
Moment = Annotated[
    dt.datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$"}),
]
Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Count = Annotated[int, Field(strict=True, ge=1)]
Members = Annotated[int, Field(strict=True, ge=1, le=10_000)]
"""How many equal things one entry stands for."""
FiniteFloat = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
"""A number whose sums and products are finite as well."""
Positive = Annotated[FiniteFloat, Field(gt=0)]


class Entry(BaseModel):
    """A table of a scenario file: read-only, and refuses keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Sourced(Entry):
    """A table whose figures may share one source."""

    claims: tuple[str, ...] = ()
    """Ids of the claims behind every figure of this table that names no source of its own."""
    because: str = ""
    """Why the authors chose the figures of this table, where they name no source of their own."""


class NormalShape(Entry):
    """A normal distribution."""

    mean: Amount
    """Mean."""
    sd: Amount
    """Standard deviation."""
    low: Amount | None = None
    """Least value, if cut."""
    high: Amount | None = None
    """Greatest value, if cut."""


class LogNormalShape(Entry):
    """A value whose logarithm is normal."""

    median: Amount
    """Median."""
    sigma: Positive
    """Standard deviation of the natural logarithm."""


class FigureEntry(Sourced):
    """A number of the world: a value, a range or a distribution, a unit, and who says so."""

    value: Amount | None = None
    """"220 MW", or "2 to 4 GW": every value of the range equally likely, unless a key below says otherwise."""
    likely: Amount | None = None
    """Most likely value of the range: a triangular distribution."""
    beta: tuple[Positive, Positive] | None = None
    """Shapes of a beta distribution over the range; without a value, over 0 to 1."""
    log: bool = False
    """Whether every doubling within the range is equally likely."""
    choice: tuple[Amount, ...] = ()
    """One of several values."""
    weights: tuple[Positive, ...] = ()
    """Weights of the choices; equal by default."""
    normal: NormalShape | None = None
    """A normal distribution."""
    lognormal: LogNormalShape | None = None
    """A log-normal distribution."""
    unit: str | None = None
    """Unit to show, where the value comes from the claims."""
    note: str = ""
    """Anything a reader should know, such as what the figure was fitted to."""

    @model_validator(mode="after")
    def _has_one_form(self) -> FigureEntry:
        forms = (self.choice, self.normal, self.lognormal, self.value or self.beta)
        spreads = (self.likely, self.beta, self.log)
        if sum(bool(form) for form in forms) > 1:
            raise refuse("be one of value, choice, normal and lognormal")
        if sum(bool(spread) for spread in spreads) > 1:
            raise refuse("have at most one of likely, beta and log")
        if (self.likely or self.log) and " to " not in (self.value or ""):
            raise refuse("have a range for likely and log to spread over", 'write value = "2 to 4 GW"')
        if self.weights and len(self.weights) != len(self.choice):
            raise refuse("have one weight for each choice")
        return self


FigureField = Annotated[FigureEntry, BeforeValidator(_figure, json_schema_input_type=Amount | FigureEntry)]

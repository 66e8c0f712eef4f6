"""From a file's text to its validated tables, noting every fault of form. Knows nothing of what the tables mean."""

from __future__ import annotations

import copy
import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar, get_args

from standstill.errors import Fault, Faults
from standstill.scenario.schema import BaseModel, FigureEntry, ValidationError

__all__ = ["near", "parse_toml", "read_text", "toml_tables", "validate"]

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[int | str, ...]

PLACEHOLDER = {"value": "0", "because": "\0"}
"""Stands for a faulty figure, so that the rest can be checked; ``figures`` notes nothing about it."""


# Python reads and writes whole numbers of some thousand digits at most
_LONG_NUMBER = re.compile(r"[0-9][0-9A-Fa-f_]{1000}|0[xob][0-9A-Fa-f_]{1000}")


def near(name: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    """Return a hint that names the closest of the known words, or all if they are few.

    Examples
    --------
    >>> near("thermol", ("thermal", "hydro")), near("x", ("thermal", "hydro"))
    ('did you mean thermal?', 'known are thermal, hydro')
    """
    close = difflib.get_close_matches(name, list(known), n=2)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"known are {', '.join(known)}" if 0 < len(known) <= 12 else ""


def read_text(file: Traversable | Path, place: str, faults: Faults) -> str | None:
    """Return the text of a file, or none after noting at a place why it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        faults.add(place, "exist")
    except OSError as error:
        faults.add(place, f"be readable ({error.strerror or error})")
    except UnicodeDecodeError as error:
        faults.add(place, "be UTF-8 text", f"byte {error.object[error.start]:#04x} at {error.start}")
    return None


def parse_toml(text: str, source: str, faults: Faults) -> dict[str, Any] | None:
    """Return the tables of a TOML text, or none after noting where it cannot be read."""
    try:
        return toml_tables(text)
    except ValueError as error:
        faults.add(source, f"be valid TOML ({error})")
        return None


def toml_tables(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises
    ------
    ValueError
        If it cannot be read, or has numbers or nested tables that Python itself would stumble over.
    """
    if _LONG_NUMBER.search(text):
        raise ValueError("a number of more than a thousand digits")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("tables or lists within each other, hundreds deep") from None


def validate(cls: type[Model], raw: dict[str, Any], faults: Faults) -> tuple[Model | None, bool]:
    """Validate tables, noting every fault.

    Returns
    -------
    (model, whole)
        The model, with placeholders where figures were faulty and without the entries that were; none if nothing can
        be made of it. ``whole`` says that no entry was left out.
    """
    try:
        return cls.model_validate(raw), True
    except ValidationError as error:
        problems = error.errors(include_url=False)
    places = [problem["loc"] for problem in problems]
    # a list whose only entry is faulty also counts as too short
    problems = [
        problem for problem in problems
        if problem["type"] != "too_short" or not any(_is_within(place, problem["loc"]) for place in places)
    ]  # fmt: skip
    faults.items += [_fault(cls, raw, problem) for problem in problems]
    mended = copy.deepcopy(raw)
    whole = True
    # from the last to the first, so that removing an entry moves none that is still to be mended
    for place in sorted((problem["loc"] for problem in problems), key=_order, reverse=True):
        whole &= _mend(cls, mended, place)
    try:
        return cls.model_validate(mended), whole
    except ValidationError:
        return None, False


def _is_within(place: Location, outer: Location) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer


def _order(place: Location) -> list[tuple[int, int, str]]:
    return [(0, part, "") if isinstance(part, int) else (1, 0, part) for part in place]


def _mend(cls: type[BaseModel], raw: dict[str, Any], place: Location) -> bool:
    """Take the fault at a place out of the raw tables; return whether no entry of a list was left out."""
    model: type[BaseModel] | None = cls
    here: Any = raw
    part: Any
    item: tuple[list[Any], int] | None = None
    for depth, part in enumerate(place):
        if isinstance(part, str):
            kind = _field(model, part)
            if kind is FigureEntry:
                here[part] = dict(PLACEHOLDER)
                return True
            if model is not None and kind is None and part in here and depth == len(place) - 1:
                del here[part]
                return True
            model = kind
        if isinstance(part, int) and isinstance(here, list) and part < len(here) and isinstance(here[part], dict):
            item = (here, part)
        if not isinstance(here, (dict, list)) or (isinstance(here, dict) and part not in here):
            break
        if isinstance(here, list) and not (isinstance(part, int) and part < len(here)):
            break
        here = here[part]
    if item is not None:
        del item[0][item[1]]
    return False


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _field(model: type[BaseModel] | None, key: str) -> type[BaseModel] | None:
    """Return the table that a key of a table holds; none for a plain value or an unknown key."""
    for name, info in (model.model_fields if model else {}).items():
        if key in (name, info.alias):
            return next(_models_in(info.annotation), None)
    # keys of a mapping, such as an asset class, lead to what the mapping holds
    return model if model is not None and model is FigureEntry else None


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _fault(cls: type[BaseModel], raw: Any, problem: Any) -> Fault:
    """Return what pydantic found as a fault."""
    place: Location = problem["loc"]
    kind, context = problem["type"], problem.get("ctx", {})
    model: type[BaseModel] | None = cls
    for part in place[:-1]:
        if isinstance(part, str) and (inner := _field(model, part)) is not None:
            model = inner
    name, got = dotted(raw, place) or "file", problem["input"]
    if kind == "extra_forbidden":
        keys = _keys(model) if model else ()
        close = difflib.get_close_matches(str(place[-1]), keys, n=2)
        hint = f"did you mean {' or '.join(close)}?" if close else f"known keys are {', '.join(keys)}"
        return Fault(place=name, must="be a known key", got=repr(place[-1]), hint=hint)
    if kind == "missing":
        return Fault(place=name, must="be given")
    shown = "" if isinstance(got, (dict, BaseModel)) else repr(got)
    if kind == "rule":
        return Fault(place=name, must=context["must"], got=_short(shown), hint=context["hint"])
    must = problem["msg"].removeprefix("Input should ").removeprefix("Value error, ").removeprefix("must ")
    must = must.replace("Tuple should have", "have").replace(" after validation, not", ", not")
    must = must.replace("greater than or equal to", ">=").replace("less than or equal to", "<=")
    must = must.replace("greater than", ">").replace("less than", "<")
    return Fault(place=name, must=must[:1].lower() + must[1:], got=_short(shown))


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:97] + "..."


def dotted(raw: Any, place: Location) -> str:
    """Return a place as a dotted path in which entries of lists go by name.

    Examples
    --------
    >>> dotted({"side": [{"name": "north", "stream": [{}]}]}, ("side", 0, "stream", 0, "rate"))
    'north.stream[0].rate'
    """
    out = ""
    here = raw
    for part in place:
        here = here[part] if _has(here, part) else None
        if isinstance(part, str):
            out += f".{part}" if out else part
        elif isinstance(here, dict) and isinstance(here.get("name"), str):
            out += f".{here['name']}"
        else:
            out += f"[{part}]"
    return out.removeprefix("side.") if isinstance(raw, dict) and "side" in raw else out


def _has(here: Any, part: int | str) -> bool:
    if isinstance(here, dict):
        return part in here
    return isinstance(here, list) and isinstance(part, int) and part < len(here)

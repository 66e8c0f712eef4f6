"""What the user sets on top of a scenario file: values by dotted path, before anything is validated.

A path is the place that errors and the register show: tables in lists go by their name. Knows the form of tables, not
what they mean; a figure that is set rests on no claim any more.
"""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from standstill.errors import Faults
from standstill.scenario.reading import toml_tables
from standstill.scenario.schema import BaseModel, FigureEntry

__all__ = ["BECAUSE", "CURVES", "apply_settings", "set_in_curves"]

BECAUSE = "it was set by the user"
"""Why a figure that was set has the value it has."""
CURVES = "curves."
"""Beginning of the path of a value in a curve file."""
_SHORT = {"CurveEntry": "states"}
"""Tables of which the register leaves out a key: PLANT.slight.time."""
_HINT = "write PATH=VALUE, with the path that the register shows: SIDE.generator.NAME.capacity=2 GW"


def set_in_curves(
    cls: type[BaseModel], files: Sequence[dict[str, Any]], settings: Sequence[str], faults: Faults
) -> None:
    """Set values of curve files, given as ``curves.NAME.STATE.KEY=VALUE``, in place, noting every fault.

    Parameters
    ----------
    cls: type
        The schema of a curve file.
    files: sequence of dict
        Raw tables of each file.
    settings: sequence of str
        All settings; those of other places are left alone.
    faults: Faults
        Where faults are noted.
    """
    names = [_named(_tables(raw.get("curve"))) for raw in files]
    for setting in settings:
        path, _, text = setting.strip().partition("=")
        if not path.startswith(CURVES):
            continue
        name = path.removeprefix(CURVES).split(".")[0].strip()
        raw = next((raw for raw, known in zip(files, names, strict=True) if name in known), None)
        if raw is None:
            _unknown(path, name, [known for found in names for known in found], faults)
        else:
            apply_settings(cls, raw, [f"curve.{path.removeprefix(CURVES)}={text}"], faults)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the schema says that a key holds."""

    kind: str
    """figure, table, tables (a list of them), mapping (of names to what ``inner`` is) or plain."""
    model: type[BaseModel] | None = None
    inner: Any = None


def apply_settings(
    cls: type[BaseModel], raw: dict[str, Any], settings: Sequence[str], faults: Faults
) -> tuple[str, ...]:
    """Set values of a scenario's raw tables in place, noting every fault.

    Parameters
    ----------
    cls: type
        The schema of the file.
    raw: dict
        Its tables.
    settings: sequence of str
        ``PATH=VALUE``. A path begins with a key of the file or the name of a side; an entry of a list goes by its
        name, or its class, or its number from 0. A value is TOML; what is not, such as ``2 GW``, is a text.
    faults: Faults
        Where faults are noted.

    Returns
    -------
    tuple of str
        Paths that were set.
    """
    done: list[str] = []
    for setting in settings:
        path, sign, text = (part.strip() for part in setting.partition("="))
        if not sign or not path or not text:
            faults.add("set", "be PATH=VALUE", setting, _HINT)
        elif path in done:
            faults.add(f"set {path}", "be set once")
        elif (value := _value(path, text, faults)) is not None and _set(cls, raw, path, value, faults):
            done.append(path)
    return tuple(path.removeprefix("side.") for path in done)


def _value(path: str, text: str, faults: Faults) -> Any:
    """Return the TOML value that a text is, or the text itself; none after noting a fault."""
    try:
        table = toml_tables(f"value = {text}")
    except ValueError as error:
        if text[0] not in "[{\"'":
            return text
        faults.add(f"set {path}", f"be a TOML value ({error})", text)
        return None
    if list(table) != ["value"]:
        faults.add(f"set {path}", "be one value", text)
        return None
    return table["value"]


def _set(cls: type[BaseModel], raw: dict[str, Any], path: str, value: Any, faults: Faults) -> bool:
    """Set one value; return whether there is such a place."""
    parts = path.split(".")
    sides = _tables(raw.get("side"))
    names = [str(side.get("name")) for side in sides]
    shape, here, at = _Shape("table", cls), raw, 0
    if parts[0] in names and parts[0] not in _keys(cls):
        field = cls.model_fields["side"].annotation
        shape, here, at = _Shape("table", _shape(field).model), sides[names.index(parts[0])], 1
    while at < len(parts):
        part = parts[at]
        last = at == len(parts) - 1
        if shape.kind == "table" and shape.model is not None:
            known = _keys(shape.model)
            if _is_short(shape.model, here, part):
                parts.insert(at, part := _SHORT[shape.model.__name__])
                last = False
            if part not in known:
                _unknown(path, part, (*known, *names) if at == 0 else tuple(known), faults)
                return False
            inner = known[part]
        elif shape.kind == "mapping":
            inner = _shape(shape.inner)
        else:
            faults.add(f"set {path}", f"end at {'.'.join(parts[:at])}, which holds no tables", part)
            return False
        if inner.kind == "figure":
            return _set_figure(here, part, parts[at + 1 :], value, path, faults)
        if inner.kind == "tables" and not last:
            found = _entry(here.get(part), parts[at + 1], path, faults)
            if found is None:
                return False
            here, shape, at = found, _Shape("table", inner.model), at + 2
            continue
        if last:
            here[part] = value
            return True
        if not isinstance(here.get(part), dict):
            here[part] = {}
        here, shape, at = here[part], inner, at + 1
    faults.add(f"set {path}", "name a value of this table", hint=f"its keys are {', '.join(_keys(shape.model))}")
    return False


def _is_short(model: type[BaseModel], here: dict[str, Any], part: str) -> bool:
    """Return whether a path leaves out a key of a table, as the register does."""
    key = _SHORT.get(model.__name__)
    if key is None or part in _keys(model):
        return False
    inner = _keys(model)[key]
    return part in (_named(_tables(here.get(key))) if inner.kind == "tables" else _keys(inner.model))


def _set_figure(
    here: dict[str, Any], key: str, rest: list[str], value: Any, path: str, faults: Faults
) -> bool:  # fmt: skip
    """Set a figure, or a key of it; its claims and its judgement go."""
    if not rest:
        # a plain number is what a share, a weight or a count without a unit is written as
        given = {"value": str(value)} if not isinstance(value, dict) else value
        here[key] = {name: item for name, item in given.items() if name != "claims"} | {"because": BECAUSE}
        return True
    known = _keys(FigureEntry)
    if rest[0] not in known or len(rest) > 1:
        _unknown(path, ".".join(rest), tuple(known), faults)
        return False
    old = here.get(key)
    kept = dict(old) if isinstance(old, dict) else {} if old is None else {"value": old}
    if rest[0] not in ("claims", "because"):
        kept.pop("claims", None)
        kept["because"] = BECAUSE
    here[key] = kept | {rest[0]: value}
    return True


def _entry(entries: Any, name: str, path: str, faults: Faults) -> dict[str, Any] | None:
    """Return the entry of a list of tables that a name, a class or a number stands for; none after noting a fault."""
    tables = _tables(entries)
    known = _named(tables)
    if name in known:
        return known[name]
    if name.isdigit() and int(name) < len(tables):
        return tables[int(name)]
    _unknown(path, name, tuple(known), faults)
    return None


def _named(tables: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return entries by name, class or number."""
    return {str(entry.get("name", entry.get("class", number))): entry for number, entry in enumerate(tables)}


def _tables(entries: Any) -> list[dict[str, Any]]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _unknown(path: str, part: str, known: Sequence[str], faults: Faults) -> None:
    close = difflib.get_close_matches(part, known, n=3)
    listed = f"known here are {', '.join(known)}" if known else "there is none here"
    faults.add(
        f"set {path}", "name a value of the scenario", part, f"did you mean {' or '.join(close)}?" if close else listed
    )


def _keys(model: type[BaseModel] | None) -> dict[str, _Shape]:
    """Return the keys of a table with what they hold."""
    fields = model.model_fields if model is not None else {}
    return {field.alias or name: _shape(field.annotation) for name, field in fields.items()}


def _shape(annotation: Any) -> _Shape:
    """Return what an annotation says that a key holds."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _shape(arguments[0])
    if origin in (typing.Union, types.UnionType):
        shapes = [_shape(item) for item in arguments]
        return next((shape for shape in shapes if shape.kind != "plain"), _Shape("plain"))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _Shape("figure" if annotation is FigureEntry else "table", annotation)
    if origin is tuple:
        inner = _shape(arguments[0])
        return _Shape("tables", inner.model) if inner.kind == "table" else _Shape("plain")
    if origin is dict:
        return _Shape("mapping", inner=arguments[-1])
    return _Shape("plain")

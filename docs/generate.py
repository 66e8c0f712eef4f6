"""Writes docs/reference from the code: the command line's help, the scenario schema, the Python names.

Run by ``make docs``; a test says when the pages are out of date.
"""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import inspect
import json
import textwrap
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import standstill
from standstill.cli import app
from standstill.model.log import KINDS
from standstill.scenario import build, build_process

REFERENCE = Path(__file__).parent / "reference"
NOTE = "*Written from the code by `make docs`; change it there.*"


def pages() -> dict[Path, str]:
    """Return every generated page with its text."""
    return {
        REFERENCE / "cli.md": cli_page(),
        REFERENCE / "scenario.md": scenario_page(),
        REFERENCE / "api.md": api_page(),
        REFERENCE / "scenario.schema.json": scenario_schema(),
    }


# ------------------------------------------------------------------------------------------------- command line


def cli_page() -> str:
    """Return the reference of the command line."""
    group = typer.main.get_command(app)
    parts = [
        "# Command line",
        NOTE,
        "Data goes to standard output, messages and progress to standard error. Tables are drawn on a terminal and "
        "separated by tabs when piped; `NO_COLOR` is honoured. Exit codes: 0; 2 for bad input or usage, with one "
        "message that lists every fault; 130 for Ctrl-C; 1 for a defect. `--debug`, anywhere, shows the traceback.",
        "```text",
        *[f"standstill {name:<10} {command.help.partition(chr(10))[0]}" for name, command in group.commands.items()],
        "```",
    ]
    lines = ["\n\n".join(parts[:3]), "", "\n".join(parts[3:])]
    for name, command in group.commands.items():
        usage = " ".join(_usage(parameter) for parameter in command.params)
        lines += ["", f"## standstill {name}", "", textwrap.dedent(command.help).strip(), ""]
        lines += ["```text", f"standstill {name} {usage}".rstrip(), "```", ""]
        lines += ["| parameter | default | meaning |", "| --- | --- | --- |"]
        lines += [_parameter(parameter) for parameter in command.params]
    return "\n".join(lines) + "\n"


def _usage(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return parameter.metavar if parameter.required else f"[{parameter.metavar}]"
    name = max(parameter.opts, key=len)
    return f"[{name}]" if parameter.is_flag else f"[{name} {parameter.metavar}]"


def _parameter(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = parameter.metavar
    else:
        name = "`, `".join(sorted(parameter.opts, key=len, reverse=True))
    default = "" if parameter.default is None or parameter.required or parameter.default is False else parameter.default
    return _row(f"`{name}`", f"`{default}`" if default != "" else "", parameter.help)


# ----------------------------------------------------------------------------------------------- scenario files


def scenario_page() -> str:
    """Return the reference of scenario files."""
    lines = [
        "# Scenario files",
        "",
        NOTE,
        "",
        "A scenario is a TOML file; a curve file and a process file are others. Unknown keys are refused. An "
        "*amount* is a number or a "
        'range with its unit, `"220 MW"` or `"2 to 4 GW"`. A *figure* is an amount where the table around it says '
        "`claims` or `because`, or a table of its own with the keys of [a figure](#a-figure). Dates are written "
        "without quotation marks.",
    ]
    seen: set[type] = set()
    tables = [("the top of the file", "", build.ScenarioEntry), ("a curve file", "", build.CurveFile)]
    tables.append(("a process file", "", build.ProcessFile))
    figure: type | None = None
    while tables:
        title, path, model = tables.pop(0)
        if model in seen:
            continue
        seen.add(model)
        lines += ["", f"## {title[0].upper()}{title[1:]}", "", _first_line(model), ""]
        lines += ["| key | is | default | meaning |", "| --- | --- | --- | --- |"]
        for name, field in model.model_fields.items():
            key = field.alias or name
            inner, is_list = _model_in(field.annotation)
            if inner is not None and inner.__name__ == "FigureEntry":
                figure = inner
            elif inner is not None:
                place = f"{path}.{key}" if path else key
                tables.append((f"`[[{place}]]`" if is_list else f"`[{place}]`", place, inner))
            lines.append(_row(f"`{key}`", _kind(field.annotation), _default(field), field.description or ""))
        if not tables and figure is not None and figure not in seen:
            tables.append(("a figure", "", figure))
    lines += ["", "## The log of a process", "", *_log_lines()]
    return "\n".join(lines) + "\n"


def scenario_schema() -> str:
    """Return the JSON Schema of scenario files, for editors that check TOML as it is typed."""
    schema = build.ScenarioEntry.model_json_schema(by_alias=True)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Standstill scenario",
        "description": "Form of the tables; standstill check also checks units, names and sources.",
    }
    rest = {key: value for key, value in schema.items() if key not in head}
    return json.dumps(head | _untitled(rest), indent=1, ensure_ascii=False) + "\n"


def _untitled(item: Any) -> Any:
    """Return a schema without the titles that only repeat a key, and with one space where a description wraps."""
    if isinstance(item, list):
        return [_untitled(part) for part in item]
    if not isinstance(item, dict):
        return item
    return {
        key: " ".join(part.split()) if key == "description" and isinstance(part, str) else _untitled(part)
        for key, part in item.items()
        if not (key == "title" and isinstance(part, str))
    }


def _log_lines() -> list[str]:
    columns = ", ".join(f"`{name}`" for name in build_process.COLUMNS)
    return [
        f"A CSV file with the columns {columns}, in the order in which things became known; lines that begin with `#` "
        "are notes. `known_to` and `claims` separate entries by `;`, `weights` holds pairs such as "
        "`postponed:0.8;called off:0.2`. Rows of one `root` are one event, however many repeat it.",
        "",
        "| kind | meaning |",
        "| --- | --- |",
        *[_row(f"`{kind}`", meaning) for kind, meaning in KINDS.items()],
    ]


def _first_line(thing: Any) -> str:
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def _arguments(annotation: Any) -> tuple[Any, ...]:
    return tuple(item for item in typing.get_args(annotation) if item not in (type(None), ...))


def _bare(annotation: Any) -> Any:
    """Return an annotation without Annotated and without "or none"."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _bare(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType) and len(_arguments(annotation)) == 1:
        return _bare(_arguments(annotation)[0])
    return annotation


def _model_in(annotation: Any) -> tuple[Any, bool]:
    """Return the table that an annotation speaks of, if any, and whether there may be many."""
    bare = _bare(annotation)
    if isinstance(bare, type) and hasattr(bare, "model_fields"):
        return bare, False
    for item in _arguments(bare):
        found, _ = _model_in(item)
        if found is not None:
            return found, typing.get_origin(bare) is tuple
    return None, False


def _kind(annotation: Any) -> str:
    bare = _bare(annotation)
    origin, items = typing.get_origin(bare), _arguments(bare)
    if origin is typing.Literal:
        return " or ".join(f'`"{item}"`' for item in items)
    if origin is tuple:
        kinds = list(dict.fromkeys(_kind(item) for item in items))
        return f"list of {kinds[0]}" if len(kinds) == 1 else f"list of ({', '.join(kinds)})"
    if origin is dict:
        return f"table of {_kind(items[-1])}"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_kind(item) for item in items)
    if isinstance(bare, type) and hasattr(bare, "model_fields"):
        return "figure" if bare.__name__ == "FigureEntry" else "table"
    names = {
        str: "text",
        int: "whole number",
        float: "number",
        bool: "true or false",
        dt.date: "date",
        dt.datetime: "date or time",
    }
    return names.get(bare, "text")


def _default(field: Any) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value in (None, (), "", {}) or hasattr(type(value), "model_fields") or field.default_factory is not None:
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


# ------------------------------------------------------------------------------------------------------- Python


def api_page() -> str:
    """Return the reference of the public Python names."""
    lines = [
        "# Python",
        "",
        NOTE,
        "",
        "Each name is loaded when it is first used: `import standstill` imports nothing heavy.",
    ]
    names = [name for name in standstill.__all__ if name != "__version__"]
    things = {name: getattr(standstill, name) for name in names}
    from standstill import api

    verbs = [name for name in api.__all__ if name in things]
    others = [name for name in names if name not in verbs and inspect.isfunction(things[name])]
    for heading, group in (("Verbs", verbs), ("Readers and writers", others)):
        lines += ["", f"## {heading}"]
        for name in group:
            lines += ["", f"### {name}", "", "```text", *_signature(name, things[name]), "```", ""]
            lines += ["```text", inspect.getdoc(things[name]) or "", "```"]
    lines += ["", "## Records and errors"]
    for name in names:
        thing = things[name]
        if not inspect.isclass(thing):
            continue
        lines += ["", f"### {name}", "", _first_line(thing)]
        fields = list(_fields(thing))
        if fields:
            lines += ["", "| field | meaning |", "| --- | --- |", *[_row(f"`{key}`", text) for key, text in fields]]
    return "\n".join(lines) + "\n"


def _signature(name: str, function: Any) -> list[str]:
    signature = inspect.signature(function)
    parameters = [str(parameter).replace("'", "") for parameter in signature.parameters.values()]
    star = next((place for place, parameter in enumerate(signature.parameters.values())
                 if parameter.kind is inspect.Parameter.KEYWORD_ONLY), None)  # fmt: skip
    if star is not None:
        parameters.insert(star, "*")
    result = str(signature.return_annotation).replace("'", "")
    return [f"{name}(", *[f"    {parameter}," for parameter in parameters], f") -> {result}"]


def _fields(cls: type) -> Iterator[tuple[str, str]]:
    """Yield each field of a dataclass with the docstring below it."""
    if not dataclasses.is_dataclass(cls):
        return
    names = {field.name for field in dataclasses.fields(cls)}
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body
    for place, node in enumerate(body[:-1]):
        after = body[place + 1]
        if (
            isinstance(node, ast.AnnAssign)
            and node.target.id in names
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            yield node.target.id, " ".join(str(after.value.value).split())


def _row(*cells: str) -> str:
    clean = [" ".join(cell.split()).replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(clean)} |"


if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)

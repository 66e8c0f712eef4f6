"""Writes docs/reference from the code: the command line's help, the scenario schema, the Python names.

And docs/notebook.ipynb from its page. Run by ``make docs``; a test says when the pages are out of date.
"""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import functools
import importlib
import inspect
import itertools
import json
import re
import sys
import textwrap
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

sys.path.append(str(Path(__file__).parent))

import cells
import docstrings

import standstill
from standstill.cli import app
from standstill.model.log import KINDS
from standstill.scenario.tables import ScenarioEntry
from standstill.scenario.tables_campaign import CurveFile
from standstill.scenario.tables_process import ProcessFile
from standstill.scenario.talks_log import COLUMNS

DOCS = Path(__file__).parent
REFERENCE = DOCS / "reference"
IMPORT = re.compile(r"^(?:>>> )?from (standstill\.[\w.]+) import (\([^)]+|[\w, ]+)", re.MULTILINE)
NOTE = "*Written from the code by `make docs`; change it there.*"

MODULES = (
    "Public names of the modules that the pages of this documentation import from: the tables of a system, measures, "
    "rosters and the process clock. [The package itself](api.md) and [the modules of talks](talks.md) have pages of "
    "their own."
)
MODULES_OF_TALKS = (
    "Public names of the modules that the pages on talks import from: people's probabilities, forecasts, stakes, "
    "enforcement, bargaining and mediation. What each is for, and the sources of its formulas, is on those pages."
)


def pages() -> dict[Path, str]:
    """Return every generated page with its text."""
    return {
        REFERENCE / "cli.md": cli_page(),
        REFERENCE / "scenario.md": scenario_page(),
        REFERENCE / "api.md": api_page(),
        REFERENCE / "modules.md": modules_page("Modules", MODULES, talks=False),
        REFERENCE / "talks.md": modules_page("Modules of talks", MODULES_OF_TALKS, talks=True),
        REFERENCE / "scenario.schema.json": scenario_schema(),
        DOCS / "notebook.ipynb": cells.notebook((DOCS / "notebook.md").read_text(encoding="utf-8")),
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
    ]
    commands = [
        _row(f"[`standstill {name}`](#standstill-{name})", command.help.partition("\n")[0])
        for name, command in group.commands.items()
    ]
    lines = ["\n\n".join(parts), "", "| command | does |", "| --- | --- |", *commands]
    for name, command in group.commands.items():
        # what stands in one pair of brackets stays on one line
        usage = " ".join(_usage(parameter).replace(" ", "\0") for parameter in command.params)
        lines += ["", f"## standstill {name}", "", textwrap.dedent(command.help).strip(), ""]
        call = f"standstill {name} {usage}".rstrip()
        lines += ["```text", *_wrapped(call), "```", ""]
        lines += ["| parameter | default | meaning |", "| --- | --- | --- |"]
        lines += [_parameter(parameter) for parameter in command.params]
    return "\n".join(lines) + "\n"


def _wrapped(call: str) -> list[str]:
    """Return the usage of a command in lines that a page has room for."""
    lines = textwrap.wrap(call, 88, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)
    return [line.replace("\0", " ") for line in lines]


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
    tables = [("the top of the file", "", ScenarioEntry), ("a curve file", "", CurveFile)]
    tables.append(("a process file", "", ProcessFile))
    figure: type | None = None
    while tables or figure not in {None, *seen}:
        title, path, model = tables.pop(0) if tables else ("a figure", "", figure)
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
    lines += ["", "## The log of a process", "", *_log_lines()]
    return "\n".join(lines) + "\n"


def scenario_schema() -> str:
    """Return the JSON Schema of scenario files, for editors that check TOML as it is typed."""
    schema = ScenarioEntry.model_json_schema(by_alias=True)
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
    columns = ", ".join(f"`{name}`" for name in COLUMNS)
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
    """Return the reference of the names of the package itself."""
    from standstill import api

    names = [name for name in standstill.__all__ if name != "__version__"]
    things = {name: getattr(standstill, name) for name in names}
    verbs = [name for name in api.__all__ if name in things]
    records = [name for name in names if inspect.isclass(things[name])]
    others = [name for name in names if name not in verbs and name not in records]
    lines = [
        "# Python",
        "",
        NOTE,
        "",
        "Each name is loaded when it is first used: `import standstill` imports nothing heavy. What the pages of this "
        "documentation import from further modules is under [modules](modules.md) and [modules of talks](talks.md).",
    ]
    groups = {"Verbs": verbs, "Readers and writers": others, "Records and errors": records}
    for heading, group in groups.items():
        lines += ["", f"## {heading}"]
        for name in group:
            lines += ["", f"### {name}", "", *_described(name, things[name])]
    return "\n".join(lines) + "\n"


def modules_page(title: str, text: str, *, talks: bool) -> str:
    """Return the reference of the modules that the pages of the documentation import from, of talks or all others."""
    lines = [f"# {title}", "", NOTE, "", text]
    found = imported_modules()
    # first what everybody who builds a system needs, last what lies deepest
    for module in sorted(found, key=lambda name: (".engine" in name, not name.endswith("model.system"), name)):
        used = found[module]
        if module.startswith("standstill.talks") is not talks:
            continue
        home = importlib.import_module(module)
        # of the engine, only what the pages use is meant for users
        names = [name for name in home.__all__ if name in used or not module.startswith("standstill.engine")]
        lines += ["", f"## {module}", "", docstrings.inline(inspect.getdoc(home) or "")]
        for name in names:
            thing = getattr(home, name)
            is_known = name in standstill.__all__ and thing is getattr(standstill, name)
            seen = [f"See [the package](api.md#{name.lower()})."] if is_known else _described(name, thing)
            lines += ["", f"### {name}", "", *seen] if seen else []
    return "\n".join(lines) + "\n"


def imported_modules() -> dict[str, set[str]]:
    """Return the modules of the package that the pages import from, with the names that they import."""
    found: dict[str, set[str]] = {}
    for page in DOCS.rglob("*.md"):
        if page.parent != REFERENCE:
            for module, names in IMPORT.findall(page.read_text(encoding="utf-8")):
                found.setdefault(module, set()).update(re.findall(r"\w+", names))
    return found


def _described(name: str, thing: Any) -> list[str]:
    """Return what the reference says of one name: nothing of a constant without a text of its own."""
    if inspect.isclass(thing):
        return _record(thing)
    if inspect.isfunction(thing):
        found = docstrings.parse(inspect.getdoc(thing) or "")
        parts = [docstrings.inline(found.text), docstrings.markdown(found)]
        return ["```py", *_signature(name, thing), "```", "", "\n\n".join(filter(None, parts))]
    if typing.get_origin(thing) is typing.Literal:
        return [f"One of {', '.join(f'`{item!r}`' for item in typing.get_args(thing))}."]
    text = docstrings.inline(_below(name, thing))
    if isinstance(thing, (int, float, str, tuple)):
        text = text and f"{text} `{thing!r}`"
    return [text] if text else []


def _below(name: str, thing: Any) -> str:
    """Return the docstring below the assignment of a constant, wherever in the package it is."""
    homes = [home for key, home in sorted(sys.modules.items()) if key.startswith("standstill.")]
    for home in (home for home in homes if vars(home).get(name) is thing):
        for node, after in itertools.pairwise(ast.parse(inspect.getsource(home)).body):
            given = [getattr(target, "id", "") for target in getattr(node, "targets", [])]
            if name in given and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                return " ".join(str(after.value.value).split())
    return ""


def _record(cls: type) -> list[str]:
    """Return what the reference says of a class: its text, fields and methods."""
    found = docstrings.parse(inspect.getdoc(cls) or "")
    lines = [docstrings.inline(found.text)]
    if issubclass(cls, BaseException):
        lines += ["", f"An error, also caught as {' and '.join(f'`{base.__name__}`' for base in cls.__bases__)}."]
    fields = list(_fields(cls))
    if fields:
        lines += ["", "| field | is | meaning |", "| --- | --- | --- |"]
        lines += [_row(f"`{field}`", f"`{kind}`", docstrings.inline(text)) for field, kind, text in fields]
    members = list(_members(cls))
    if members:
        lines += ["", "| also | gives |", "| --- | --- |"]
        lines += [_row(f"`{call}`", docstrings.inline(text)) for call, text in members]
    sections = docstrings.markdown(found)
    return [*lines, "", sections] if sections else lines


def _signature(name: str, function: Any) -> list[str]:
    """Return the call of a function, one parameter a line, with its annotations as they are written."""
    lines, kinds = [], inspect.Parameter
    before = kinds.POSITIONAL_OR_KEYWORD
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is kinds.KEYWORD_ONLY and before is kinds.POSITIONAL_OR_KEYWORD:
            lines.append("    *,")
        before = parameter.kind
        stars = {kinds.VAR_POSITIONAL: "*", kinds.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        kind = "" if parameter.annotation is kinds.empty else f": {_written(parameter.annotation)}"
        default = "" if parameter.default is kinds.empty else f" = {parameter.default!r}"
        lines.append(f"    {stars}{parameter.name}{kind}{default},")
    result = inspect.signature(function).return_annotation
    return [f"{name}(", *lines, f") -> {_written(result)}"] if lines else [f"{name}() -> {_written(result)}"]


def _written(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _fields(cls: type) -> Iterator[tuple[str, str, str]]:
    """Yield each field of a dataclass with its type and the docstring below it, those of its bases first."""
    if not dataclasses.is_dataclass(cls):
        return
    names = {field.name for field in dataclasses.fields(cls)}
    found = {}
    for base in reversed([base for base in cls.__mro__ if dataclasses.is_dataclass(base)]):
        body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0].body
        for node, after in itertools.pairwise(body):
            if (
                isinstance(node, ast.AnnAssign)
                and node.target.id in names
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
            ):
                found[node.target.id] = ast.unparse(node.annotation), " ".join(str(after.value.value).split())
    yield from ((name, *found[name]) for name in found)


def _members(cls: type) -> Iterator[tuple[str, str]]:
    """Yield the public properties and methods of a class, methods as they are called."""
    seen: set[str] = set()
    for base in (base for base in cls.__mro__ if base.__module__.partition(".")[0] == "standstill"):
        for name, member in vars(base).items():
            if name.startswith("_") or name in seen:
                continue
            seen.add(name)
            if isinstance(member, (property, functools.cached_property)):
                yield name, _first_line(member)
            elif inspect.isfunction(member) or isinstance(member, (classmethod, staticmethod)):
                parameters = list(inspect.signature(getattr(cls, name)).parameters)
                own = parameters[1:] if inspect.isfunction(member) else parameters
                yield f"{name}({', '.join(own)})", _first_line(getattr(cls, name))


def _row(*cells: str) -> str:
    clean = [" ".join(cell.split()).replace("|", "\\|") for cell in cells]
    return f"| {' | '.join(clean)} |"


if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)

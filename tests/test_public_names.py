"""Every public name says what it takes, gives and refuses, and of every number what unit and shape it has."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import standstill
from tests.from_docs import from_docs

PACKAGE = Path(__file__).parents[1] / "src" / "standstill"

docstrings = from_docs("docstrings")
generate = from_docs("generate")
NAMES = [name for name in standstill.__all__ if name != "__version__"]
FUNCTIONS = [name for name in NAMES if inspect.isfunction(getattr(standstill, name))]
RECORDS = [name for name in NAMES if dataclasses.is_dataclass(getattr(standstill, name))]
ERRORS = [
    name for name in NAMES if inspect.isclass(error := getattr(standstill, name)) and issubclass(error, Exception)
]
# what a number is counted in: a unit, another field that holds it, or that it is a share or a factor
UNIT = re.compile(
    r"\b(?:h|s|d|ppm|units?|percentile|mean over|median|standard error|largest over|share|weight|probability|"
    r"incidents a month)\b|\bP\(|\[0, 1",
    re.IGNORECASE,
)
SHAPE = re.compile(r"\((?:n_\w+|1 or n_steps|steps|samples)[^)]*\)")


def modules() -> Iterator[ModuleType]:
    """Yield the modules of the package, but for compiled ones and the one that runs it."""
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        if file.stem != "__main__" and parts[1] != "engine":
            yield importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


def public_functions() -> dict[str, Any]:
    """Return every function that a module names as its own to use."""
    found = (getattr(module, name) for module in modules() for name in getattr(module, "__all__", ()))
    return {f"{thing.__module__}.{thing.__qualname__}": thing for thing in found if inspect.isfunction(thing)}


def parsed(thing: Any) -> Any:
    """Return the docstring of a thing in its parts."""
    return docstrings.parse(inspect.getdoc(thing) or "")


def taken(function: Any) -> set[str]:
    """Return the names of a function's parameters."""
    return set(inspect.signature(function).parameters)


def described(function: Any) -> set[str]:
    """Return the names of the parameters that its docstring describes."""
    return {name.lstrip("*") for name in parsed(function).names("Parameters")}


def raised(function: Any) -> set[str]:
    """Return the errors that a function raises in its own lines."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)} & set(ERRORS)


def undocumented(function: Any) -> set[str]:
    """Return the errors that a function raises in its own lines and does not document, itself or as what they are."""
    documented = tuple(getattr(standstill, name) for name in parsed(function).names("Raises") if name in ERRORS)
    return {name for name in raised(function) if not issubclass(getattr(standstill, name), documented)}


def fields(record: type) -> dict[str, tuple[str, str]]:
    """Return name -> type and text of each field of a record, an empty text where there is none."""
    body = ast.parse(textwrap.dedent(inspect.getsource(record))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for node, after in zip(body.body, [*body.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
            found[node.target.id] = ast.unparse(node.annotation), " ".join(str(text).split())
    return found


def test_docstrings_are_read_as_they_are_meant() -> None:
    found = docstrings.parse(
        "Return what it is.\n\nParameters\n----------\na, b: int\n    Two of them,\n    in h.\n*rest: str\n    More.\n"
        "\nReturns\n-------\nfloat\n\nNotes\n-----\nSee ``this``.\n\nRaises\n------\nInputError\n    If not."
    )
    assert found.text == "Return what it is."
    assert found.names("Parameters") == ("a", "b", "*rest")
    assert found.lists["Parameters"][0].text == "Two of them, in h."
    assert found.names("Returns") == ("float",)
    assert found.names("Raises") == ("InputError",)
    assert found.others == {"Notes": "See ``this``."}


def test_what_is_described_of_a_call_is_what_it_takes() -> None:
    functions = {name: function for name, function in public_functions().items() if described(function)}
    assert len(functions) > 100
    wrong = {
        name: described(thing) ^ taken(thing) for name, thing in functions.items() if described(thing) != taken(thing)
    }
    assert wrong == {}


def test_functions_in_the_reference_describe_their_parameters() -> None:
    """Of one parameter, or of a name that the pages only use, the first line may say it all."""
    homes = [importlib.import_module(name) for name in generate.imported_modules() if ".engine." not in name]
    functions = [
        getattr(home, name) for home in homes for name in home.__all__ if inspect.isfunction(getattr(home, name))
    ]
    assert len(functions) > 50
    assert [
        thing.__qualname__ for thing in functions if len(taken(thing)) > 1 and described(thing) != taken(thing)
    ] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_takes_gives_and_refuses(name: str) -> None:
    function = getattr(standstill, name)
    found = parsed(function)
    assert described(function) == taken(function)
    assert all(entry.kind and entry.text for entry in found.lists.get("Parameters", ()))
    if inspect.signature(function).return_annotation != "None" and taken(function):
        assert found.names("Returns")
    if taken(function):
        assert set(found.names("Raises")) <= set(ERRORS)
        assert found.names("Raises")
    assert undocumented(function) == set()


def test_every_error_raised_in_a_documented_function_is_documented() -> None:
    functions = {name: thing for name, thing in public_functions().items() if "Raises" in parsed(thing).lists}
    assert len(functions) > 100
    assert {name: undocumented(function) for name, function in functions.items() if undocumented(function)} == {}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_says_what_each_field_is_with_unit_and_shape(name: str) -> None:
    found = fields(getattr(standstill, name))
    assert found
    assert [field for field, (_, text) in found.items() if not text] == []
    numbers = {field: text for field, (kind, text) in found.items() if re.search(r"\bfloat\b", kind)}
    assert [field for field, text in numbers.items() if not UNIT.search(text)] == []
    arrays = {field: text for field, (kind, text) in found.items() if re.search(r"Floats|NDArray", kind)}
    assert [field for field, text in arrays.items() if not SHAPE.search(text)] == []


@pytest.mark.parametrize("name", RECORDS)
def test_each_method_of_a_record_says_what_it_gives(name: str) -> None:
    record = getattr(standstill, name)
    own = {key: thing for key, thing in vars(record).items() if not key.startswith("_") and key not in fields(record)}
    assert [key for key, thing in own.items() if not parsed(thing).text] == []
    for key, thing in own.items():
        if inspect.isfunction(thing):
            assert undocumented(thing) == set(), key


def test_every_table_of_a_system_gives_its_shape() -> None:
    from standstill.model import assets

    tables = [thing for thing in vars(assets).values() if inspect.isclass(thing) and dataclasses.is_dataclass(thing)]
    assert len(tables) >= 7
    for table in (table for table in tables if table.__module__ == assets.__name__):
        is_whole = SHAPE.search(parsed(table).text)
        arrays = {field: text for field, (kind, text) in fields(table).items() if kind == "Floats"}
        assert is_whole or all(SHAPE.search(text) for text in arrays.values()), table.__name__


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_says_when_it_is_raised(name: str) -> None:
    assert len(parsed(getattr(standstill, name)).text.split()) >= 5

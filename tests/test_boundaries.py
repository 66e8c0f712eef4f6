"""The boundaries of docs/responsible-use.md, as far as a reader of the source can check them.

The code plans protection and repair for any two sides: it names no country, city or person, has no place to put a
position, and speaks in neutral words. Names belong in scenario files, each with the claim that brought it.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "standstill"
MODULES = sorted(SOURCE.rglob("*.py"))
TEMPLATES = sorted(file for suffix in ("html", "j2", "jinja", "css") for file in SOURCE.rglob(f"*.{suffix}"))
SCENARIOS = sorted(SOURCE.rglob("*.toml"))

# beginnings of words
PLACES_AND_PEOPLE = """
    Ukrain Russia Belarus Moldov Poland Crimea Donbas Donetsk Luhansk Kherson Zaporizh Kursk Belgorod Odesa Odessa
    Kharkiv Kyiv Kiev Lviv Dnipro Moscow Kremlin Qatar Doha Turk Türkiye Istanbul Ankara Saudi Riyadh Jeddah Emirat
    Israel Gaza Palestin Leban Syria Iran Iraq Yemen Sudan Ethiop Armenia Azerbaij Afghan Pakistan India China Beijing
    Korea Taiwan Washington Brussels Geneva Vienna Zelensk Putin Lavrov Yermak Umerov Peskov Erdo[gğ]an Trump Biden
"""
LOADED_WORDS = """
    aggress terroris enem(?:y|ies) regime blame culprit guilt perpetrat invader occupier barbar coward treacher traitor
    fascis nazi evil villain atrocit criminal henchm puppet thug
"""
# whole parts of a name
POSITIONS = {
    *("lat", "lon", "lng", "latitude", "longitude", "coordinate", "coordinates"),
    *("easting", "northing", "geojson", "geometry", "gps", "mgrs"),
}


def words(beginnings: str) -> re.Pattern[str]:
    """Return a pattern that finds words with any of the given beginnings, in any case."""
    return re.compile(rf"\b(?:{'|'.join(beginnings.split())})\w*", re.IGNORECASE)


def lines_with(pattern: re.Pattern[str], file: Path) -> list[str]:
    """Return "file:line: text" for each line of a file that the pattern finds something in."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [f"{file.name}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if pattern.search(line)]


def nodes(file: Path) -> Iterator[ast.AST]:
    """Walk over the syntax tree of a file."""
    return ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def names_given(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of every variable, field, argument, keyword, attribute, function and class in a file."""
    for node in nodes(file):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of all that a file may say to a user: strings of a module, lines of a template."""
    if file.suffix != ".py":
        yield from enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        return
    for node in nodes(file):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def keys(table: object) -> Iterator[str]:
    """Yield every key of a nested TOML table."""
    if isinstance(table, dict):
        for key, value in table.items():
            yield key
            yield from keys(value)
    elif isinstance(table, list):
        for item in table:
            yield from keys(item)


def relative(file: Path) -> str:
    """Return the test id of a file."""
    return file.relative_to(SOURCE).as_posix()


def test_there_is_something_to_check() -> None:
    assert MODULES
    assert SCENARIOS


@pytest.mark.parametrize("file", MODULES + TEMPLATES, ids=relative)
def test_code_names_no_country_city_or_person(file: Path) -> None:
    assert lines_with(words(PLACES_AND_PEOPLE), file) == []


@pytest.mark.parametrize("file", MODULES + TEMPLATES, ids=relative)
def test_code_speaks_in_neutral_words(file: Path) -> None:
    loaded = words(LOADED_WORDS)
    assert [f"{line}: {match[0]}" for line, text in texts(file) for match in loaded.finditer(text)] == []


@pytest.mark.parametrize("file", MODULES, ids=relative)
def test_records_have_no_place_for_a_position(file: Path) -> None:
    found = [f"{line}: {name}" for line, name in names_given(file) if set(name.lower().split("_")) & POSITIONS]
    assert found == []


@pytest.mark.parametrize("file", SCENARIOS, ids=relative)
def test_scenarios_hold_no_position_and_no_facility(file: Path) -> None:
    with file.open("rb") as stream:
        found = {part for key in keys(tomllib.load(stream)) for part in re.split(r"[_-]", key.lower())}
    assert found & (POSITIONS | {"facility", "address", "target", "targets"}) == set()


@pytest.mark.parametrize("file", MODULES, ids=relative)
def test_input_is_never_checked_by_assert(file: Path) -> None:
    assert [node.lineno for node in nodes(file) if isinstance(node, ast.Assert)] == []

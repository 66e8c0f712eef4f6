"""Where a scenario's files are: built in, or beside the file that names them. Knows only names in them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

__all__ = ["BUILTIN", "builtin_files", "files_of", "is_inside", "is_there"]

BUILTIN: Traversable = files("standstill.scenario") / "builtin"
"""Folder of the built-in scenarios."""


def builtin_files() -> Iterator[Traversable]:
    """Yield the TOML files that come with the program: scenarios, curves and processes."""
    return (file for file in BUILTIN.iterdir() if file.name.endswith(".toml"))


def files_of(main: Path | Traversable, home: Path | Traversable) -> dict[str, Path | Traversable]:
    """Return a scenario's file and every file that it, or one that it names, names itself.

    Parameters
    ----------
    main: Path or Traversable
        The scenario's file.
    home: Path or Traversable
        Its folder.

    Returns
    -------
    dict
        Name -> file, in the order found. A file that is not there is left out, and one that lies outside the folder
        has a name for which ``is_inside`` is false.
    """
    found: dict[str, Path | Traversable] = {main.name: main}
    waiting = _named_in(main)
    while waiting:
        name = waiting.pop(0)
        source = next((source for source in (home / name, BUILTIN / name) if is_there(source)), None)
        if source is not None and name not in found:
            found[name] = source
            waiting += _named_in(source)
    return found


def is_inside(name: str) -> bool:
    """Return whether a name stays within the folder it is relative to.

    Examples
    --------
    >>> is_inside("data/load.csv"), is_inside("../load.csv")
    (True, False)
    """
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def is_there(path: Path | Traversable, *, folder: bool = False) -> bool:
    """Return whether there is such a file, or such a folder; none has a name that the system cannot have."""
    try:
        return path.is_dir() if folder else path.is_file()
    except (OSError, ValueError):
        return False


def _named_in(file: Path | Traversable) -> list[str]:
    """Return the files that a scenario, or a file it names, names itself."""
    if not file.name.endswith(".toml"):
        return []
    table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    named = [*table.get("claims", []), *table.get("curves", []), table.get("process"), table.get("log")]
    return [name for name in (*named, *_nested(table)) if isinstance(name, str)]


def _nested(item: Any) -> Iterator[Any]:
    """Yield what every nested table calls its file."""
    if isinstance(item, dict):
        for key, value in item.items():
            if key in ("file", "pras"):
                yield value
            yield from _nested(value)
    elif isinstance(item, list):
        for value in item:
            yield from _nested(value)

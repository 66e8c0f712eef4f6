"""Writes a scenario to begin with: a small commented one, or a copy of a built-in one with its files.

Knows nothing of what is in it but its name, and overwrites nothing.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from standstill.errors import Faults, OutputError
from standstill.scenario.files import BUILTIN, builtin_files, files_of
from standstill.scenario.reading import near
from standstill.scenario.schema import is_name

__all__ = ["new_scenario"]

TEMPLATE = files("standstill.scenario") / "template.toml"
_NAME_LINE = re.compile(r'^name = "[^"]*"', re.MULTILINE)


def new_scenario(name: str, folder: str | Path = ".", *, source: str | None = None) -> tuple[Path, ...]:
    """Write a scenario to begin with.

    Parameters
    ----------
    name: str
        Its name; it is written to NAME.toml.
    folder: str or Path
        Where to write it.
    source: str, optional
        Built-in scenario to copy, with the files that it names; by default a small example that explains itself.

    Returns
    -------
    tuple of Path
        The files written, the scenario first.

    Raises
    ------
    InputError
        If the name will not do, a file is already there, or no built-in scenario is called so; every fault is listed.
    OutputError
        If a file cannot be written.
    """
    name = name.removesuffix(".toml")
    faults = Faults(source="new")
    if not is_name(name):
        faults.add("name", 'be letters, digits, "-", "_" and spaces', name)
    if name in _scenarios():
        # its results would go where those of the built-in one go
        must, hint = "not be that of a built-in scenario, whose results would be taken for its own", f"my-{name}"
        faults.add("name", must, name, f"choose another, such as {hint}")
    texts = _copied(name, source, faults) if source is not None else {f"{name}.toml": TEMPLATE.read_text("utf-8")}
    if not faults.items:
        for file, text in texts.items():
            # two copies in one folder share the files that they name
            there = Path(folder) / file
            if there.exists() and (file == f"{name}.toml" or not _holds(there, text)):
                faults.add(str(there), "not be there yet", hint="nothing is overwritten: choose another name or folder")
    faults.raise_if_any()
    own = f"{name}.toml"
    texts[own] = _NAME_LINE.sub(f'name = "{name}"', texts[own], count=1).replace("NAME.toml", own)
    return tuple(_write(Path(folder) / file, text) for file, text in texts.items())


def _scenarios() -> dict[str, Traversable]:
    return {Path(file.name).stem: file for file in builtin_files() if "[[side]]" in file.read_text("utf-8")}


def _copied(name: str, source: str, faults: Faults) -> dict[str, str]:
    """Return the files of a built-in scenario, its own first and under the new name."""
    known = _scenarios()
    if source not in known:
        faults.add("from", "be a built-in scenario", source, near(source, tuple(known)))
        return {}
    main = known[source]
    texts = {file: found.read_text(encoding="utf-8") for file, found in files_of(main, BUILTIN).items()}
    return {f"{name}.toml": texts.pop(main.name)} | texts


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    return path

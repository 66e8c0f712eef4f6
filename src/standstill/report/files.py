"""Writes a set of files into a folder, each whole or not at all, and clears what an earlier set left in its subfolders.

Knows nothing of what is written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from standstill.errors import OutputError
from standstill.studies.saved import to_json, written

__all__ = ["write_files"]

_LIST = ".written.json"
"""In each subfolder: name -> digest of every file written there, so that ours are told from a user's own."""


def write_files(folder: Path, contents: Mapping[str, str | bytes]) -> None:
    """Write files into a folder, in the given order.

    A subfolder that is written to then holds no file of an earlier call that this one does not write. Files that were
    not written here, or were changed since, stay.

    Parameters
    ----------
    folder: Path
        Made if it does not exist.
    contents: mapping
        Path within the folder, with "/" -> text (written as UTF-8) or bytes.

    Raises
    ------
    OutputError
        If the folder or a file cannot be written; no partial file is left.
    """
    parts: dict[Path, dict[str, str]] = {}
    for name, content in contents.items():
        path = folder.joinpath(*name.split("/"))
        data = content.encode() if isinstance(content, str) else content
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
        with written(path) as file:
            file.write(data)
        if path.parent != folder:
            parts.setdefault(path.parent, {})[path.name] = _digest(data)
    for part, names in parts.items():
        _clear(part, names)


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def _clear(folder: Path, names: Mapping[str, str]) -> None:
    """Remove what an earlier call wrote into a folder and nobody changed since, but for ``names``; list those."""
    try:
        former = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        former = {}
    for name, digest in former.items() if isinstance(former, dict) else ():
        path = folder / name
        with suppress(OSError):
            if path.parent == folder and name not in names and _digest(path.read_bytes()) == digest:
                path.unlink()
    with written(folder / _LIST) as file:
        file.write(to_json(dict(names)).encode())

"""Writes a set of files into a folder, each whole or not at all. Knows nothing of what is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from standstill.errors import OutputError
from standstill.studies.saved import written

__all__ = ["write_files"]


def write_files(folder: Path, contents: Mapping[str, str | bytes]) -> None:
    """Write files into a folder, in the given order.

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
    for name, content in contents.items():
        path = folder.joinpath(*name.split("/"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
        with written(path) as file:
            file.write(content.encode() if isinstance(content, str) else content)

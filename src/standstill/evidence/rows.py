"""Rows of a CSV file that people keep by hand: a header, notes after "#", cells with several entries.

Knows nothing of what the columns mean.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from standstill.errors import Faults

__all__ = ["entries", "read_rows"]


def read_rows(
    source: Path | Traversable, columns: Sequence[str], faults: Faults
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line number and the cells of each row, noting every fault of form.

    Parameters
    ----------
    source: Path or Traversable
        A UTF-8 file with a header; lines that begin with "#" are notes.
    columns: sequence of str
        Columns it must have, in any order, and no others.
    faults: Faults
        Where faults are noted.
    """
    try:
        text = source.read_text(encoding="utf-8").removeprefix("\ufeff")
    except FileNotFoundError:
        faults.add("file", "exist")
        return
    except OSError as error:
        faults.add("file", f"be readable ({error.strerror or error})")
        return
    except UnicodeDecodeError as error:
        faults.add("file", "be UTF-8 text", f"byte {error.object[error.start]:#04x} at {error.start}")
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if header is None:
                header = cells
                if not _is_header(header, columns, faults):
                    return
            elif len(cells) != len(header):
                place = f"row {reader.line_num}: {cells[0]}"
                faults.add(
                    place, f"have {len(header)} cells", len(cells), 'put a cell that holds a comma between "..."'
                )
            else:
                yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        faults.add(f"row {reader.line_num}", f"be valid CSV ({error})")
    if header is None:
        faults.add("file", f"have a header with the columns {', '.join(columns)}")


def _is_header(header: list[str], columns: Sequence[str], faults: Faults) -> bool:
    before = len(faults.items)
    hint = "separate columns by commas" if len(header) == 1 else ""
    for name in columns:
        if header.count(name) != 1:
            faults.add("header", f"have the column {name} once", header.count(name), hint)
    for name in header:
        if name not in columns:
            faults.add("header", f"have no column but {', '.join(columns)}", name, hint)
    return len(faults.items) == before


def entries(cell: str) -> tuple[str, ...]:
    """Return the entries of a cell that are separated by ";".

    Examples
    --------
    >>> entries("Reuters; press")
    ('Reuters', 'press')
    """
    return tuple(entry.strip() for entry in cell.split(";") if entry.strip())

"""A CSV file with a heading, read into columns of text or numbers; every fault is noted with its line and column.

Knows nothing of what the columns mean.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from standstill.errors import Fault, Faults

__all__ = ["LARGEST", "CsvTable", "read_csv", "text_of"]

LARGEST = 1e9
"""Largest number believed, in any unit; beyond it sums lose what matters."""
_MOST_SHOWN = 10  # faulty cells of one column, before they are only counted


def text_of(path: Path, place: str, most_bytes: int, faults: Faults) -> str | None:
    """Return the text of a file, or none after noting why it cannot be had.

    Parameters
    ----------
    path: Path
        The file.
    place: str
        What messages call it.
    most_bytes: int
        Largest size read.
    faults: Faults
        What is wrong is noted here.
    """
    try:
        if not path.exists():
            faults.add(place, "exist")
        elif not path.is_file():
            faults.add(place, "be a file", "a folder")
        elif path.stat().st_size == 0:
            faults.add(place, "not be empty")
        elif path.stat().st_size > most_bytes:
            faults.add(place, f"be at most {most_bytes // 2**20} MiB", f"{path.stat().st_size / 2**20:.0f} MiB")
        else:
            text = path.read_bytes().decode("utf-8-sig")
            if "\0" not in text:
                return text
            faults.add(place, "be text", "a byte 0")
    except UnicodeDecodeError as error:
        faults.add(place, "be text in UTF-8", f"byte {error.object[error.start]} at position {error.start}")
    except OSError as error:
        faults.add(place, "be readable", error.strerror or str(error))
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """The rows of a file under its heading."""

    place: str
    """What messages call the file."""
    columns: tuple[str, ...]
    """The heading."""
    rows: tuple[tuple[str, ...], ...]
    """The cells, each row as long as the heading."""
    lines: tuple[int, ...]
    """Line of the file each row ends on."""
    faults: Faults
    """What is wrong is noted here."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def where(self, row: int, column: str) -> str:
        """Return what a message calls a cell."""
        return f"{self.place} line {self.lines[row]}, {column}"

    def needs(self, *columns: str) -> bool:
        """Note each column that is missing or given twice; return whether none is."""
        counts = Counter(self.columns)
        for column in columns:
            if counts[column] != 1:
                got = f"{counts[column]} such columns" if counts[column] else None
                self.faults.add(self.place, f"have one column {column!r}", got)
        return all(counts[column] == 1 for column in columns)

    def text(self, column: str) -> tuple[str, ...]:
        """Return a column's cells without the blanks around them."""
        index = self.columns.index(column)
        return tuple(row[index].strip() for row in self.rows)

    def names(self, column: str) -> tuple[str, ...]:
        """Return a column of unique names, which none may lack."""
        found = self.text(column)
        seen: dict[str, int] = {}
        wrong = []
        for row, name in enumerate(found):
            if not name:
                wrong.append((row, "not be empty", ""))
            elif seen.setdefault(name, row) != row:
                wrong.append((row, f"be unique, unlike line {self.lines[seen[name]]}", name))
        self._note(column, wrong)
        return found

    def numbers(
        self, column: str, *, low: float = 0.0, high: float = LARGEST, must: str = "", rows: Iterable[int] | None = None
    ) -> NDArray[np.float64]:
        """Return a column as numbers, (n_rows,); NaN where a fault was noted or the row was not asked for.

        Parameters
        ----------
        column: str
            The column.
        low, high: float
            What the numbers must be within.
        must: str, optional
            What must hold, in words.
        rows: iterable of int, optional
            The rows that must hold a number; all by default.
        """
        cells, wrong = self.text(column), []
        found = np.full(len(cells), np.nan)
        for row in range(len(cells)) if rows is None else rows:
            value = number(cells[row])
            if value is None or not low <= value <= high:
                wrong.append((row, must or f"be a number from {low:g} to {high:g}", cells[row]))
            else:
                found[row] = value
        self._note(column, wrong)
        return found

    def block(self, columns: Sequence[str]) -> NDArray[np.float64]:
        """Return columns of amounts, (n_columns, n_rows); quick where all are as they must be."""
        indices = [self.columns.index(column) for column in columns]
        try:
            found = np.array([[row[index] for index in indices] for row in self.rows], dtype=np.float64).T
        except ValueError:
            return np.array([self.numbers(column) for column in columns])
        if bool(np.all((found >= 0) & (found <= LARGEST))):
            return found
        return np.array([self.numbers(column) for column in columns])

    def _note(self, column: str, wrong: Sequence[tuple[int, str, str]]) -> None:
        for row, must, got in wrong[:_MOST_SHOWN]:
            self.faults.add(self.where(row, column), must, got)
        if len(wrong) > _MOST_SHOWN:
            rest = f"{len(wrong) - _MOST_SHOWN} more that do not"
            self.faults.items.append(Fault(place=f"{self.place}, {column}", must="hold in every line", got=rest))


def number(text: str) -> float | None:
    """Return a number written plainly, or none.

    Examples
    --------
    >>> number("1.5e3"), number("NA"), number("1_000")
    (1500.0, None, None)
    """
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) and "_" not in text else None


def read_csv(path: Path, place: str, most_bytes: int, faults: Faults) -> CsvTable | None:
    """Return the table in a file, or none after noting why there is none.

    Lines without a cell are skipped; a line with more or fewer cells than the heading is a fault.
    """
    text = text_of(path, place, most_bytes, faults)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    rows, lines = [], []
    try:
        columns = tuple(cell.strip() for cell in next(reader, []))
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(tuple(row))
                lines.append(reader.line_num)
    except csv.Error as error:
        faults.add(f"{place} line {reader.line_num}", "be comma-separated values", str(error))
        return None
    ragged = [line for row, line in zip(rows, lines, strict=True) if len(row) != len(columns)]
    if not any(columns) or not rows or ragged:
        for line in ragged[:_MOST_SHOWN]:
            faults.add(f"{place} line {line}", f"have {len(columns)} cells, as the heading has")
        if not any(columns) or not rows:
            faults.add(place, "have a heading and at least one line under it")
        return None
    return CsvTable(place=place, columns=columns, rows=tuple(rows), lines=tuple(lines), faults=faults)

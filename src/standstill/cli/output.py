"""What the command line prints: data on standard output, messages and progress on standard error.

Tables are drawn on a terminal, written as lists where it is too narrow for that, and separated by tabs when piped.
Knows nothing of commands.
"""

from __future__ import annotations

import io
import math
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from standstill.errors import OutputError
from standstill.units import count_text

if TYPE_CHECKING:
    from rich.console import Console

    from standstill.estimate import Estimate
    from standstill.model.system import System

__all__ = [
    "data_json",
    "data_lines",
    "data_result",
    "data_table",
    "estimate_cells",
    "left_out_message",
    "message",
    "nothing_kept",
    "progress",
    "system_text",
    "where_text",
]


def message(text: str) -> None:
    """Print a line for people."""
    print(text, file=sys.stderr, flush=True)


def left_out_message(left_out: Sequence[str]) -> None:
    """Print what did not carry over from the file of another tool, for people; nothing if all did."""
    for line in ("what did not carry over as it was:", *(f"  {words}" for words in left_out)) if left_out else ():
        message(line)


def data_lines(lines: Sequence[str]) -> None:
    """Print lines of data.

    Raises
    ------
    OutputError
        If standard output takes none, as a full disk does not.
    """
    with _to_stdout():
        for line in lines:
            print(line)


@contextmanager
def _to_stdout() -> Iterator[None]:
    """See that what is printed has left the program; a pipe that nobody reads any more ends it without a word."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        with suppress(OSError, ValueError):  # what is left in the buffer would fail once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError(f"cannot write to standard output: {error.strerror or error}") from error


def data_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    title: str = "",
    is_said: bool = False,
    right: int | None = None,
) -> None:
    """Print a table: drawn on a terminal, one line for each row with tabs between cells when piped.

    On a terminal too narrow for the table without breaking words, each row is a list, one cell a line.

    Parameters
    ----------
    header: sequence of str
        Names of the columns.
    rows: sequence of sequence of str
        Cells.
    title: str
        What is above it, on a terminal only.
    is_said: bool
        Whether it is a message for people where the table is piped.
    right: int, optional
        First of the columns whose numbers stand to the right.
    """
    if not sys.stdout.isatty():
        clean = [[" ".join(cell.split()) for cell in row] for row in (header, *rows)]
        if title and is_said:
            message(title)
        data_lines(["\t".join(row) for row in clean])
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for place, name in enumerate(header):
        is_number = right is not None and place >= right
        table.add_column(
            Text(name), justify="right" if is_number else "left", overflow="fold", no_wrap=is_number,
            min_width=_longest_word([name, *(row[place] for row in rows)]),
        )  # fmt: skip
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = _console(stderr=False)
    # measured on a terminal without end, as a measure is never wider than the terminal
    if console.measure(table, options=console.options.update_width(10**6)).minimum <= console.width:
        with _to_stdout():
            console.print(table)
        return
    data_lines([title] if title else [])
    with _to_stdout():
        for row in rows:
            cells = [f"{name}: {cell}" if name else cell for name, cell in zip(header, row, strict=True)]
            console.print(Text("\n  ".join(cells)), "", sep="\n")


def _longest_word(cells: Sequence[str]) -> int:
    """Return the width below which a word of a column would be broken."""
    return max((len(word) for cell in cells for word in cell.split()), default=1)


def estimate_cells(item: Estimate) -> tuple[str, str, str]:
    """Return value, standard error and unit of an estimate, with the digits that the error supports.

    Examples
    --------
    >>> from standstill.estimate import Estimate
    >>> estimate_cells(Estimate(value=1176.29846, se=6.53, unit="MWh", samples=200_000, horizon_h=8736.0))
    ('1176.3', '6.5', 'MWh')

    Where every sample gave 0, a bound at 95 % stands in place of the error:

    >>> estimate_cells(Estimate(value=0.0, se=math.inf, unit="h", samples=10_000, horizon_h=8760.0, bound=2.628))
    ('0', 'below 2.6', 'h')
    """
    from standstill.estimate import bound_text, digits_text

    if not item.exists:
        return "none", item.reason, item.unit
    if item.bound is not None:
        return f"{item.value:.6g}", f"below {bound_text(item.bound)}", item.unit
    # what is left of adding in another order is no error
    if not 1e-12 * abs(item.value) < item.se < math.inf:
        return f"{item.value:.6g}", "-" if item.se == math.inf else "0", item.unit
    return digits_text(item.value, item.se), digits_text(item.se, item.se), item.unit


def where_text(workers: int, dask: str | None, device: str = "cpu") -> str:
    """Return where blocks are computed, in words."""
    if device != "cpu":
        return f"on {device}"
    return f"on Dask at {dask}" if dask else count_text(workers, "worker")


def data_json(data: dict[str, Any], where: str) -> None:
    """Write JSON to a file, or to standard output for "-"."""
    from standstill.studies.saved import to_json, written

    text = to_json(data) + "\n"
    if where == "-":
        with _to_stdout():
            _write_utf8(text)
        return
    with written(Path(where)) as file:
        file.write(text.encode())


def _write_utf8(text: str) -> None:
    """Write to standard output in the encoding of JSON, whatever that of the terminal is."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
    else:
        sys.stdout.write(text)


def data_result(json: str | None, data: Callable[[], dict[str, Any]], show: Callable[[], None]) -> None:
    """Write a result as JSON where that is asked for, and show it unless the JSON takes standard output."""
    if json is not None:
        data_json(data(), json)
    if json != "-":
        show()


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show progress with the time left; without a terminal, a few plain lines.

    Parameters
    ----------
    label: str
        What is under way.
    total: int
        Number of samples over all sides.

    Yields
    ------
    callable
        To be called with the number of samples just done, from any thread.
    """
    if not sys.stderr.isatty():
        yield _lines(label, total)
        return
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("left:"), TimeRemainingColumn(), console=_console(stderr=True)) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)


def _lines(label: str, total: int) -> Callable[[int], None]:
    message(label)
    state = {"done": 0, "said": 0}
    lock = threading.Lock()

    def advance(count: int) -> None:
        with lock:
            state["done"] += count
            quarter = 4 * state["done"] // total
            if quarter > state["said"]:
                state["said"] = quarter
                message(f"  {25 * quarter} % done")

    return advance


@contextmanager
def nothing_kept() -> Iterator[None]:
    """End on Ctrl-C where there is nothing to go on from."""
    try:
        yield
    except KeyboardInterrupt:
        message("interrupted; nothing was kept")
        raise typer.Exit(130) from None


def system_text(system: System) -> str:
    """Return how many of each a system has: "2 regions, 5 generators, 1 line, 8784 steps"."""
    counts = {
        "region": len(system.regions), "generator": len(system.generators), "storage": len(system.storages),
        "generator-storage": len(system.generator_storages), "demand response": len(system.demand_responses),
        "line": len(system.lines), "step": system.n_steps,
    }  # fmt: skip
    return ", ".join(count_text(number, name) for name, number in counts.items() if number)

"""Takes a page as a notebook: its ``python`` blocks are the cells, and what is between them is the text.

Writes the notebook that Jupyter opens, and runs the cells to show what they give. Knows nothing of how a site is built.
"""

from __future__ import annotations

import ast
import contextlib
import html
import io
import json
import re
import tempfile
from dataclasses import dataclass
from typing import Any

BLOCK = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a notebook."""

    is_code: bool
    """Whether it is Python; otherwise Markdown."""
    text: str
    """What it holds, without a line end after it."""


def cells(page: str) -> list[Cell]:
    """Return the cells of a page, those without any text left out."""
    parts = BLOCK.split(page)
    found = [Cell(is_code=place % 2 == 1, text=part.strip("\n")) for place, part in enumerate(parts)]
    return [cell for cell in found if cell.text]


def notebook(page: str) -> str:
    """Return a page as a Jupyter notebook (format 4.5), not run."""
    empty = {"execution_count": None, "outputs": []}
    found = [
        {
            "cell_type": "code" if cell.is_code else "markdown",
            "id": f"cell-{number}",
            "metadata": {},
            **(empty if cell.is_code else {}),
            "source": cell.text.splitlines(keepends=True),
        }
        for number, cell in enumerate(cells(page), 1)
    ]
    about = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    whole = {"cells": found, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def with_outputs(page: str) -> str:
    """Return the page with what each cell gives below it, run in an empty folder."""
    names: dict[str, Any] = {"__name__": "__main__"}
    parts = []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for number, cell in enumerate(cells(page), 1):
            parts.append(f"```python\n{cell.text}\n```\n\n{run(cell, names, number)}" if cell.is_code else cell.text)
    return "\n\n".join(parts) + "\n"


def run(cell: Cell, names: dict[str, Any], number: int = 1) -> str:
    """Run a cell and return, as Markdown, what it prints and what its last expression is; a chart is drawn."""
    tree = ast.parse(cell.text)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    file = f"<cell {number}>"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, file, "exec"), names)
        value = None if last is None else eval(compile(ast.Expression(last.value), file, "eval"), names)
    text = printed.getvalue()
    if hasattr(value, "save"):
        return shown(text) + drawn(value)
    return shown(text + ("" if value is None else f"{value!r}\n"))


def shown(text: str) -> str:
    """Return text that a cell gave as a block."""
    return f'<pre class="cell-output">{html.escape(text)}</pre>\n' if text else ""


def drawn(chart: Any) -> str:
    """Return an Altair chart as a drawing within the page."""
    picture = io.StringIO()
    chart.save(picture, format="svg")
    # an empty line would end the drawing in Markdown
    lines = [line for line in picture.getvalue().splitlines() if line.strip()]
    return '<div class="cell-output">' + "\n".join(lines) + "</div>\n"

"""The notebook: it is that of its page, its cells run, and the site shows what they give."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.from_docs import DOCS, from_docs

cells = from_docs("cells")
PAGE = """\
# A page

```python
a = 2
a + 1
```

Some text.

```python
print("<b>", a)
```

```text
not a cell
```
"""


def test_a_page_is_cut_into_cells() -> None:
    found = cells.cells(PAGE)
    assert [cell.is_code for cell in found] == [False, True, False, True, False]
    assert found[1].text == "a = 2\na + 1"
    assert found[4].text == "```text\nnot a cell\n```"


def test_what_a_cell_gives_stands_below_it() -> None:
    shown = cells.with_outputs(PAGE)
    assert 'a + 1\n```\n\n<pre class="cell-output">3\n</pre>' in shown
    assert '<pre class="cell-output">&lt;b&gt; 2\n</pre>' in shown
    assert shown.endswith("not a cell\n```\n")


def test_a_cell_that_fails_is_not_passed_over() -> None:
    with pytest.raises(ZeroDivisionError, match="division"):
        cells.with_outputs("```python\n1 / 0\n```\n")


def test_the_notebook_is_one_that_jupyter_opens() -> None:
    book = json.loads((DOCS / "notebook.ipynb").read_text(encoding="utf-8"))
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    for cell in book["cells"]:
        code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
        assert set(cell) == {"cell_type", "id", "metadata", "source", *code}
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
        assert not cell.get("outputs")
    assert len({cell["id"] for cell in book["cells"]}) == len(book["cells"])


def test_every_cell_of_the_notebook_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    book = json.loads((DOCS / "notebook.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    given = [
        cells.run(cells.Cell(is_code=True, text="".join(cell["source"])), names, number)
        for number, cell in enumerate(book["cells"], 1)
        if cell["cell_type"] == "code"
    ]
    assert 5 <= len(given) <= 8
    assert all(given), "a cell that shows nothing"
    assert any("<svg" in text for text in given)

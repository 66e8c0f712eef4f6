"""The documentation does what it says: every snippet runs, every link leads somewhere, every page can be reached.

A page is run from top to bottom as a reader would, in an empty folder: ``python`` blocks share their names, and lines
of ``console`` or ``bash`` blocks that call ``standstill`` are run in a shell and must succeed. A block fenced as
``python no-run: reason`` is left out, and a page is skipped where it needs a library of an extra that is not there.
The notebook is run by ``test_notebook``.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import standstill

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
PAGES = sorted([*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md")])
SHELLS = {"bash", "console", "sh", "shell"}
FENCE = re.compile(r"^```(\w+)[ \t]*([^\n]*)\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
COMMAND_LIMIT_S = 300
NEEDS = {"--dask": "distributed", "to_pandas": "pandas", "to_xarray": "xarray", "to_parquet": "pyarrow"}
"""What in a snippet needs a library that not everyone has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    """Line of its first line of text in the page."""
    language: str
    note: str
    """What follows the language on the fence."""
    text: str

    @property
    def runs(self) -> bool:
        """Whether the block is to be run."""
        return not self.note.startswith("no-run") and (self.language == "python" or bool(commands(self)))


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start(3)) + 1
        yield Block(page=page, line=line, language=match[1], note=match[2].strip(), text=match[3])


def commands(block: Block) -> list[str]:
    """Return the calls of ``standstill`` in a block; only a console block needs the ``$`` before a command."""
    if block.language not in SHELLS:
        return []
    prompt = r"\$ " if block.language == "console" else r"(?:\$ )?"
    lines = block.text.replace("\\\n", " ").splitlines()
    return [match[1] for line in lines if (match := re.match(rf"{prompt}(standstill\b.*)", line))]


def run_python(block: Block, names: dict[str, object]) -> None:
    """Run a block of Python; with prompts, its output is compared as well."""
    if ">>>" in block.text:
        page = str(block.page)
        parsed = doctest.DocTestParser().get_doctest(block.text, names, block.page.name, page, block.line - 1)
        runner = doctest.DebugRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        runner.run(parsed, clear_globs=False)
        names.update(parsed.globs)
    else:
        exec(compile("\n" * (block.line - 1) + block.text, str(block.page), "exec"), names)


def run_commands(block: Block) -> None:
    """Run the calls of ``standstill`` in a block, each to succeed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for command in commands(block):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
        assert done.returncode == 0, f"{block.page.name}:{block.line}: {command}\n{done.stdout}{done.stderr}"


def links(page: Path) -> set[Path]:
    """Return the files that a page links to."""
    found = LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {(page.parent / target).resolve() for target in found if not re.match(r"[a-z]+:", target)}


def runs(page: Path) -> bool:
    """Return whether there is anything to run on a page, which is not the notebook."""
    return page.stem != "notebook" and any(block.runs for block in blocks(page))


def relative(page: Path) -> str:
    """Return the test id of a page."""
    return page.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize("page", [page for page in PAGES if runs(page)], ids=relative)
def test_snippets_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    run = "\n".join(block.text for block in blocks(page) if block.runs)
    for word, library in NEEDS.items():
        if word in run:
            pytest.importorskip(library)
    for block in blocks(page):
        if not block.runs:
            continue
        if block.language == "python":
            run_python(block, names)
        else:
            run_commands(block)


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_blocks_left_out_say_why(page: Path) -> None:
    notes = [block.note for block in blocks(page) if block.note]
    assert all(re.fullmatch(r"no-run: .{10,}", note) for note in notes), notes


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_links_lead_somewhere(page: Path) -> None:
    assert sorted(str(target) for target in links(page) if not target.exists()) == []


def test_every_guide_can_be_reached() -> None:
    reached: set[Path] = set()
    waiting = {REPOSITORY / "README.md", DOCS / "index.md"}
    while waiting:
        page = waiting.pop()
        reached.add(page)
        waiting |= {target for target in links(page) if target.suffix == ".md" and target.exists()} - reached
    assert sorted(relative(page) for page in DOCS.rglob("*.md") if page not in reached) == []


@pytest.mark.parametrize("command", ["make run", "make test"])
def test_readme_gives_the_two_commands(command: str) -> None:
    assert command in (REPOSITORY / "README.md").read_text(encoding="utf-8")


def test_citation_names_this_version() -> None:
    citation = (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (.+)$", citation, re.MULTILINE) == [standstill.__version__]

"""The generated pages of docs/reference, and the notebook, are those that the code gives today."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("generate", REPOSITORY / "docs" / "generate.py")
generate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generate)
PAGES = generate.pages()
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_is_up_to_date(page):
    assert page.read_text(encoding="utf-8") == PAGES[page], "run: make docs"


def test_there_is_no_other_page():
    assert {*(REPOSITORY / "docs" / "reference").iterdir(), *(REPOSITORY / "docs").glob("*.ipynb")} == set(PAGES)


def test_links_within_a_page_lead_to_a_heading():
    for page, text in PAGES.items():
        headings = {re.sub(r"[^\w\- ]", "", line).strip().lower().replace(" ", "-") for line in HEADING.findall(text)}
        assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings, page.name


def test_every_command_verb_and_table_is_there():
    texts = {page.stem: text for page, text in PAGES.items()}
    for verb in ("run", "assess", "check", "compare", "report"):
        assert f"## standstill {verb}\n" in texts["cli"]
        assert f"### {verb}\n" in texts["api"]
    for table in ("[[side]]", "[[side.generator]]", "[[side.stream.weapon]]", "[arm.terms]", "[[curve.states]]"):
        assert f"## `{table}`\n" in texts["scenario"]

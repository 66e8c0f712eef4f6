"""The generated pages of docs/reference, and the notebook, are those that the code gives today."""

from __future__ import annotations

import re

import pytest

from tests.from_docs import DOCS, from_docs

generate = from_docs("generate")
PAGES = generate.pages()
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_is_up_to_date(page):
    assert page.read_text(encoding="utf-8") == PAGES[page], "run: make docs"


def test_there_is_no_other_page():
    assert {*(DOCS / "reference").iterdir(), *DOCS.glob("*.ipynb")} == set(PAGES)


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

"""A two-page note for one circle of readers: where the talks stand, what it is worth, what would have to be true.

The parties' note has one text, whichever party reads it. Knows nothing of charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Literal

import jinja2
from markupsafe import Markup

from standstill.report.grid import Grid
from standstill.report.page import summary
from standstill.report.talks_part import TalksPart, position_of, talks_part
from standstill.report.words import day_words, period_words, ranges_words
from standstill.studies.run import Run

__all__ = ["AUDIENCES", "SHOWN", "Audience", "sheet"]

Audience = Literal["mediator", "parties", "public"]
AUDIENCES: tuple[Audience, ...] = ("mediator", "parties", "public")
SHOWN = {
    "mediator": ("wait for", "numbers", "change alone", "would have said", "month by month", "denies"),
    "parties": ("wait for", "numbers", "month by month"),
    "public": ("Who says so", "denies", "numbers"),
}
"""Circle -> words in the titles of the tables that its note shows."""
FIRST = ("wait for",)
"""The same of the tables that stand where the talks stand."""
BESIDE = ("change alone", "would have said")
"""The same of the narrow tables, which stand beside each other."""


def sheet(run: Run, audience: Audience) -> str:
    """Return the note for one circle as one HTML page.

    The mediator's note is from what the mediator knew, the parties' from what both knew, the public's from what was
    public on the scenario's day.
    """
    folder = files("standstill.report")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    template = environment.from_string((folder / "sheet.html.j2").read_text(encoding="utf-8"))
    scenario, position = run.scenario, position_of(run, audience)
    part = talks_part(position) if position else None
    tables = _tables(part, audience) if part else []
    dated = run.dated
    return template.render(
        style=Markup((folder / "style.css").read_text(encoding="utf-8")),
        audience=audience,
        run=run,
        scenario=scenario,
        as_of=day_words(scenario.as_of) if scenario.as_of else "",
        period=period_words(scenario.measure_from, scenario.measure_to),
        ranges=ranges_words(run.samples),
        answer=summary(dated),
        caveats=[f"{side.name}: {side.caveat}" for side in scenario.sides if side.caveat],
        talks=part,
        waits=[table for table in tables if _is_among(FIRST, table)],
        tables=[table for table in tables if not _is_among(FIRST + BESIDE, table)],
        beside=[table for table in tables if _is_among(BESIDE, table)],
    )


def _is_among(words: Sequence[str], table: Grid) -> bool:
    return any(word in table.title for word in words)


def _tables(part: TalksPart, audience: Audience) -> list[Grid]:
    """Return the tables of a circle; a note leaves out of the warnings what the table's own columns say."""
    warned = " ".join(f"{warning.partition(':')[0]}." for warning in part.warnings)
    return [
        replace(table, note=warned) if _is_among(("numbers",), table) else table
        for table in part.tables
        if _is_among(SHOWN[audience], table)
    ]

"""What a page shows of the talks: sentences for the first screen, tables for the rest, for one circle of readers.

Knows nothing of HTML; ``talks_words`` holds every sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from standstill.report import talks_words as words
from standstill.report.grid import Grid
from standstill.report.words import day_words, named
from standstill.studies.run import Run
from standstill.talks.position import Position, models_of
from standstill.talks.run_stakes import RunStakes, run_stakes
from standstill.talks.standing import Standing, standing
from standstill.talks.winter import winter_given_talks

__all__ = ["TalksPart", "position_of", "talks_part"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TalksPart:
    """What a page shows of the talks."""

    title: str
    """Name of the process."""
    lines: tuple[str, ...]
    """Where they stand, and with what chance."""
    says: str
    """Who says so, in one line."""
    denies: str
    """Who denies or does not comment, in one line; empty if nobody is known to."""
    waits: tuple[str, ...]
    """What they wait for."""
    winter: tuple[str, ...]
    """The winter given the talks."""
    tables: tuple[Grid, ...]
    """Tables for the rest of the page."""
    warnings: tuple[str, ...]
    """Why the three numbers are not one."""
    solved: tuple[str, ...]
    """Which rates were solved from what."""
    thresholds: tuple[str, ...]
    """Thresholds of the stakes, in words."""
    models: tuple[str, ...]
    """What models of bargaining and mediation say, each input with a source."""


def position_of(run: Run, known_to: str = "public") -> Position | None:
    """Return what can be said of the talks of a run's scenario to one circle; None if it has no talks."""
    if run.scenario.talks is None:
        return None
    return Position(
        scenario=run.scenario.name,
        version=run.version,
        standing=standing(run.scenario, known_to=known_to),
        winter=winter_given_talks(run),
        stakes=run_stakes(run),
        models=models_of(run.scenario),
    )


def talks_part(position: Position) -> TalksPart:
    """Return what a page shows of a position."""
    stand, stakes = position.standing, position.stakes
    tables = (*_standing_tables(stand), *((_stake_table(stakes),) if stakes else ()))
    return TalksPart(
        title=stand.process,
        lines=tuple(words.position_words(position)),
        says=words.speakers(stand, True),
        denies=words.speakers(stand, False),
        waits=tuple(words.wait_words(stand)),
        winter=tuple(words.winter_words(position.winter)) if position.winter else (),
        tables=tuple(table for table in tables if table.rows),
        warnings=stand.numbers.warnings,
        solved=stand.solved,
        thresholds=stakes.in_words if stakes else (),
        models=tuple(words.model_words(position)),
    )


def _standing_tables(stand: Standing) -> tuple[Grid, ...]:
    return (
        Grid(title="Who says so", header=words.SAYING_HEADER, rows=words.saying_rows(stand, True)),
        Grid(title="Who denies, or does not comment", header=words.SAYING_HEADER, rows=words.saying_rows(stand, False)),
        Grid(
            title="What they wait for",
            header=words.WAIT_HEADER,
            rows=words.wait_rows(stand),
            note="Given that the talks go on.",
        ),
        Grid(
            title="Three numbers, never merged",
            header=words.NUMBER_HEADER,
            rows=words.number_rows(stand),
            note=" ".join(stand.numbers.warnings),
        ),
        Grid(
            title="What each change alone would do",
            header=words.LEVER_HEADER,
            rows=words.lever_rows(stand),
            note="By the model, everything else as it is; a rate is a judgement unless a claim is named for it.",
        ),
        Grid(
            title="What the model would have said, from what each circle knew",
            header=words.TIMELINE_HEADER,
            rows=words.timeline_rows(stand),
            note=f"P(in force by {day_words(stand.deadline)}) at the middle of the ranges of its rates, which is not "
            "the mean over these ranges that stands first.",
        ),
    )


def _stake_table(stakes: RunStakes) -> Grid:
    header, rows = words.stake_table(stakes)
    return Grid(
        title=f"What {named(stakes.arm)} saves each side, month by month",
        header=header,
        rows=rows,
        note="Means over all winters. A side that values the other's loss up to the weight shown loses by a strike in "
        "that month, the months ahead counted in full and nothing after the last.",
    )

"""What ``talks`` and ``terms`` print: the sentences and rows of the report, on a terminal. Knows nothing of options."""

from __future__ import annotations

from standstill.cli.output import data_lines, data_table
from standstill.report import talks_words as words
from standstill.report.rounding import mean_text
from standstill.talks.position import Position
from standstill.talks.terms_gaps import TermsGaps

__all__ = ["print_gaps", "print_position"]


def print_position(position: Position) -> None:
    """Print where the talks stand, what they wait for, with what chance, and what is at stake."""
    stand = position.standing
    data_lines([f"{stand.process}: {', '.join(stand.parties)}; mediator: {stand.mediator}"])
    data_lines(words.position_words(position))
    for title, header, rows in (
        ("who says so", words.SAYING_HEADER, words.saying_rows(stand, True)),
        ("who denies, or does not comment", words.SAYING_HEADER, words.saying_rows(stand, False)),
        ("what they wait for", words.WAIT_HEADER, words.wait_rows(stand)),
        ("three numbers, never merged", words.NUMBER_HEADER, words.number_rows(stand)),
        ("what each change alone would do", words.LEVER_HEADER, words.lever_rows(stand)),
        (
            "what the model would have said",
            words.TIMELINE_HEADER,
            words.timeline_rows(stand),
        ),
    ):
        _part(title, header, rows)
    data_lines(stand.numbers.warnings)
    data_lines(stand.solved)
    if position.winter is not None:
        data_lines(["", "The winter given the talks", *words.winter_words(position.winter)])
    if position.stakes is not None:
        _part(f"stakes of {position.stakes.arm}", words.STAKE_HEADER, words.stake_rows(position.stakes))
        data_lines(position.stakes.in_words)
        if position.stakes.winter is not None:
            data_lines(position.stakes.winter.in_words)
        if position.stakes.tolerance is not None:
            data_lines(position.stakes.tolerance.in_words)
    data_lines(words.model_words(position))
    data_lines([f"{item.code} is not printed: {item.reason}." for item in position.models if item.solution is None])
    if position.reason:
        data_lines(["", f"No stakes: {position.reason}."])


def _part(title: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    if rows:
        data_lines(["", title[0].upper() + title[1:]])
        data_table(header, rows)


def print_gaps(gaps: TermsGaps) -> None:
    """Print what the draft leaves open, what moves most first."""
    data_lines([f"{gaps.scenario}: what the draft leaves open, what moves most first"])
    held = words.percent_text(gaps.holds)
    worth = "; ".join(f"{side} {mean_text(item)}" for side, item in gaps.worth.items())
    data_lines([f"as assumed: P(holds to the end) {held}; saved on average, collapses included: {worth}"])
    for gap in gaps.gaps:
        data_lines([f"{gap.point}: {gap.question}"])
    data_table(words.GAP_HEADER, words.gap_rows(gaps))

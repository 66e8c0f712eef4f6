"""What ``decide`` prints: curves and equivalents, in the words of the report. Knows nothing of options."""

from __future__ import annotations

from standstill.cli.output import data_lines, data_table
from standstill.report import decision_words as words
from standstill.studies.decisions import Decisions

__all__ = ["print_decisions"]


def print_decisions(found: Decisions) -> None:
    """Print every curve as a table with its answer, then what would do as much as the standstill."""
    if found.curves is not None:
        sides = tuple(found.curves.assumed)
        for curve in found.curves.curves.values():
            data_lines([curve.question])
            data_table(words.curve_header(sides), words.curve_rows(curve, sides), title=curve.axis)
            data_lines([*words.start_words(curve), *curve.in_words, ""])
    if found.equivalents is not None:
        data_lines([f"What would do as much as {found.equivalents.arm}, without it?"])
        data_table(words.EQUIVALENT_HEADER, words.equivalent_rows(found.equivalents))

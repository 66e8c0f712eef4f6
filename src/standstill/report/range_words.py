"""A run in a table of ranges: each side's 80 % range in each arm, and of what is saved, in the digits of the report.

Knows nothing of pages or terminals.
"""

from __future__ import annotations

from standstill.engine.outcome import SideOutcome
from standstill.report.rounding import FEW, amount_text, scale_for
from standstill.report.tables import is_equal
from standstill.report.words import Vocabulary, period_words, vocabulary_of
from standstill.studies.run import Run
from standstill.units import count_text

__all__ = ["NO_DIFFERENCE", "measured_words", "range_header", "range_rows"]

NO_DIFFERENCE = "no difference"


def measured_words(run: Run) -> str:
    """Return over which days a run measures, and what its ranges are."""
    first = run.outcome.sides[0]
    period = period_words(first.measure_from, first.measure_to)
    if run.samples < FEW:
        return (
            f"{period}; {count_text(run.samples, 'winter')}, too few for ranges, so these are means: take 100 or more."
        )
    return f"{period}; 80 % of winters lie within each range."


def range_header(run: Run) -> tuple[str, ...]:
    """Return the names of the columns: side, measure, each arm, and what each but the first saves."""
    arms = run.outcome.arms
    savings = [f"saved by {arm}" if len(arms) > 2 else "saved" for arm in arms[1:]]
    return ("side", "", *arms, *savings)


def range_rows(run: Run) -> list[tuple[str, ...]]:
    """Return a row for each side and measure."""
    return [row for side in run.outcome.sides for row in _rows(run, side)]


def _rows(run: Run, side: SideOutcome) -> list[tuple[str, ...]]:
    words: Vocabulary = vocabulary_of(side.power_unit)
    arms = run.outcome.arms
    equal = {arm: is_equal(run, side.name, arm) for arm in arms[1:]}
    rows = []
    for name, label in (("eue", words.unserved), ("hours_off", words.off)):
        cells = [run.measures[arm][side.name][name] for arm in arms]
        saved = [run.worth[arm][side.name][name] for arm in arms[1:]]
        scale = words.off_scale
        if name == "eue":
            scale = scale_for(
                side.energy_unit, [abs(end) for item in cells for end in (item.p10 or 0.0, item.p90 or 0.0)]
            )
        texts = [amount_text(item, scale) for item in cells]
        gains = [
            NO_DIFFERENCE if equal[arm] else amount_text(item, scale) for arm, item in zip(arms[1:], saved, strict=True)
        ]
        rows.append((side.name, label, *texts, *gains))
    return rows

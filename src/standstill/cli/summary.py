"""The summary of a run: each side's 80 % range in each arm, and the saving, in the words and digits of the report.

Knows nothing of options or files.
"""

from __future__ import annotations

import math

from standstill.cli.output import data_lines, data_table
from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.report.rounding import Scale, range_text, scale_for
from standstill.report.tables import is_equal
from standstill.report.talks_part import position_of
from standstill.report.talks_words import position_words, winter_words
from standstill.report.words import Vocabulary, period_words, vocabulary_of
from standstill.studies.run import Run

__all__ = ["estimate_cells", "print_summary"]

NO_DIFFERENCE = "no difference"


def estimate_cells(item: Estimate) -> tuple[str, str, str]:
    """Return value, standard error and unit of an estimate, with the digits that the error supports.

    Examples
    --------
    >>> estimate_cells(Estimate(value=1176.29846, se=6.53, unit="MWh", samples=200_000, horizon_h=8736.0))
    ('1176.3', '6.5', 'MWh')
    """
    if not item.exists:
        return "none", item.reason, item.unit
    if not 0.0 < item.se < math.inf:
        return f"{item.value:.6g}", "-" if item.se else "0", item.unit
    digits = max(0, 1 - math.floor(math.log10(item.se)))
    return f"{item.value:.{digits}f}", f"{item.se:.{digits}f}", item.unit


def print_summary(run: Run) -> None:
    """Print what a run found: for each side, the range over winters in each arm and of the saving."""
    position = position_of(run)
    run = run.dated
    arms = run.outcome.arms
    rows = [row for side in run.outcome.sides for row in _rows(run, side)]
    savings = [f"saving by {arm}" if len(arms) > 2 else "saving" for arm in arms[1:]]
    first = run.outcome.sides[0]
    period = period_words(first.measure_from, first.measure_to)
    data_lines([run.scenario.title, f"{period}; 80 % of winters lie within each range."])
    data_table(("side", "", *arms, *savings), rows)
    data_lines([f"{side.name}: {side.caveat}" for side in run.scenario.sides if side.caveat])
    if position is not None:
        data_lines(position_words(position))
        data_lines(winter_words(position.winter) if position.winter else [])


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
        texts = [_range(item, scale) for item in cells]
        gains = [
            NO_DIFFERENCE if equal[arm] else _range(item, scale) for arm, item in zip(arms[1:], saved, strict=True)
        ]
        rows.append((side.name, label, *texts, *gains))
    return rows


def _range(item: Estimate, scale: Scale) -> str:
    if item.p10 is None or item.p90 is None:
        return f"none ({item.reason})"
    return range_text(item.p10, item.p90, scale)

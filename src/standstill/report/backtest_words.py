"""A back-test in sentences and rows: each outcome beside its forecast, then how all of them lie.

Knows nothing of pages or terminals.
"""

from __future__ import annotations

from standstill.evidence.text import number_text, with_unit
from standstill.report.rounding import range_text, scale_for
from standstill.report.words import day_words
from standstill.studies.backtest import Backtest, OutcomeScore
from standstill.studies.scores import LEVELS

__all__ = ["coverage_words", "evenness_words", "forecast_words", "score_header", "score_rows"]


def forecast_words(found: Backtest) -> str:
    """Return of which day the forecast is."""
    return f"{found.scenario}: forecast as of {day_words(found.as_of)}; every outcome became known later"


def score_header() -> tuple[str, ...]:
    """Return the names of the columns of ``score_rows``."""
    return (
        "side", "arm", "measure", "known from", "source", "observed", "forecast, 80 %", "PIT",
        *(f"in {_percent(level)}" for level in LEVELS), "CRPS",
    )  # fmt: skip


def score_rows(found: Backtest) -> list[tuple[str, ...]]:
    """Return a row for each outcome."""
    return [_row(score) for score in found.scores]


def coverage_words(found: Backtest) -> list[str]:
    """Return how many outcomes lie in the range of each level."""
    count = len(found.scores)
    return [
        f"in the {_percent(level)} range: {number_text(round(share * count, 2))} of {count}"
        for level, share in found.coverage.items()
    ]


def evenness_words(found: Backtest) -> list[str]:
    """Return whether the PITs are spread evenly, as far as so many outcomes can tell."""
    even = found.evenness
    lines = [f"mean PIT {even.mean:.2f}; above 0.50 more was observed than forecast, below it less"]
    if even.p is None:
        return [*lines, f"whether the PITs are even is not tested: {even.reason}"]
    verdict = "not even: flagged at 5 %" if even.is_flagged else "even, as far as so few can tell: not flagged at 5 %"
    return [
        *lines,
        f"PITs {verdict} (Cramér-von Mises {even.statistic:.3f}, p {even.p:.2g})",
        "The test takes outcomes to be independent; those of one winter share its weather and its damage.",
    ]


def _row(score: OutcomeScore) -> tuple[str, ...]:
    seen, forecast = score.observation, score.forecast
    ends = score.ranges[0.8]
    scale = scale_for(forecast.unit, [abs(value) for value in (*ends, score.low, score.high)])
    return (
        seen.side, score.arm, score.name, seen.known_from.isoformat(), seen.source_text,
        range_text(score.low, score.high, scale), range_text(*ends, scale), f"{score.pit:.2f}",
        *(_inside(score.inside[level]) for level in LEVELS),
        with_unit(number_text(float(f"{score.crps * scale.factor:.2g}")), scale.unit),
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"


def _inside(share: float) -> str:
    return {0.0: "no", 1.0: "yes"}.get(share, _percent(share))

"""Exchanging the sides' names and data: every key, and so every draw, is another; the report must say the same.

``test_page`` lists the same two sides in the other order, which changes no draw and so no number.
"""

from __future__ import annotations

import html
import math
import re
from collections import Counter
from pathlib import Path

import pytest

from standstill.estimate import Estimate
from standstill.report import summary, write_report
from standstill.studies.run import Run, run_scenario
from standstill.studies.sampling import Sampling

OTHER = {"North": "South", "South": "North"}
NUMBER = r"(?:(?:under|over|above|<) ?)?[−-]?\d[\d,.]*"
MANY = 4096


def exchanged(text: str) -> str:
    """Return a text with the names of the sides exchanged."""
    return re.sub("North|South", lambda match: OTHER[match[0]], text)


def worded(text: str) -> str:
    """Return a text without its numbers, which are those of other draws, and with the sides in one order."""
    plain = re.sub(rf"{NUMBER}(?: to {NUMBER})?|about the same|\b(?:strong|moderate|weak)\b", "#", text)
    plain = re.sub(r"# (?:more|fewer)", "#", plain)
    return plain.replace("South and North", "North and South")


def sentences(page: str) -> Counter[str]:
    """Return what a reader reads of a page, drawings and the identity of the scenario left out."""
    bare = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<code>[0-9a-f]{16}</code>", "", page, flags=re.DOTALL)
    texts = (" ".join(html.unescape(part).split()) for part in re.split(r"<[^>]+>", bare))
    return Counter(worded(text) for text in texts if text)


def test_sentences_are_exchanged(folder: Path, renamed: Run, tmp_path: Path) -> None:
    one, other = (
        path.read_text(encoding="utf-8") for path in (folder / "report.html", write_report(renamed, tmp_path))
    )
    assert sentences(one) == sentences(exchanged(other))
    assert sentences(one) != sentences(other)


def test_summaries_are_exchanged(run: Run, renamed: Run) -> None:
    assert [worded(line) for line in summary(run)] == [worded(exchanged(line)) for line in summary(renamed)[::-1]]


def test_what_no_draw_decides_is_exchanged_exactly(run: Run, renamed: Run) -> None:
    for side in run.outcome.sides:
        twin = renamed.outcome.side(OTHER[side.name])
        for arm in run.outcome.arms:
            assert side.column(arm, "load").tobytes() == twin.column(arm, "load").tobytes()
        assert (side.horizon_h, side.months, side.criterion, side.columns) == (
            twin.horizon_h, twin.months, twin.criterion, twin.columns,
        )  # fmt: skip
        assert {exchanged(path) for path in twin.inputs} == set(side.inputs)
        assert side.column("strikes", "unserved").tobytes() != twin.column("strikes", "unserved").tobytes()


def z_scores(first: dict[str, Estimate], second: dict[str, Estimate]) -> dict[str, float]:
    """Return, by measure, the difference of two independent estimates over its standard error."""
    assert first.keys() == second.keys()
    out = {}
    for name, a in first.items():
        b = second[name]
        error = math.hypot(a.se, b.se)
        out[name] = 0.0 if a.value == b.value else (a.value - b.value) / error if error > 0 else math.inf
    return out


@pytest.fixture(scope="module")
def both(request: pytest.FixtureRequest) -> tuple[Run, Run]:
    """Return the run and the renamed one with more winters."""
    runs = (request.getfixturevalue(name) for name in ("run", "renamed"))
    first, second = (
        run_scenario(run.scenario, sampling=Sampling(samples=MANY, seed=1, version="0.0.0")) for run in runs
    )
    return first, second


@pytest.mark.statistical
@pytest.mark.parametrize("side", OTHER)
def test_numbers_are_exchanged_within_sampling_error(both: tuple[Run, Run], side: str) -> None:
    first, second = both
    found = {
        (kind, arm, name): score
        for kind in ("measures", "worth")
        for arm in getattr(first, kind)
        for name, score in z_scores(getattr(first, kind)[arm][side], getattr(second, kind)[arm][OTHER[side]]).items()
    }
    assert len(found) > 50
    assert {place: score for place, score in found.items() if not abs(score) < 4} == {}

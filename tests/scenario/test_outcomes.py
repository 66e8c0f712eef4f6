"""Files of outcomes: what they give, and every fault of form in one message."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from standstill.errors import InputError
from standstill.scenario.outcomes import load_outcomes

WHOLE = """\
[[outcome]]
side = "North"
measure = "eue"
month = "2024-11"
value = "10 to 15 GWh"
date = 2025-01-10
speaker = "system operator"
role = "operator"
via = ["yearbook > paper"]
stance = "estimates"
grade = "H"

[[outcome]]
side = "South"
arm = "standstill"
measure = "waves"
value = "12 count"
date = 2025-02-01
note = "counted by the test"
"""


def test_outcomes_are_read(tmp_path: Path) -> None:
    (tmp_path / "outcomes.toml").write_text(WHOLE, encoding="utf-8")
    first, second = load_outcomes(tmp_path / "outcomes.toml")
    assert (first.side, first.arm, first.measure, first.month) == ("North", "", "eue", "2024-11")
    assert (first.low, first.high, first.unit, first.known_from) == (10.0, 15.0, "GWh", dt.date(2025, 1, 10))
    assert first.claim is not None
    assert (first.claim.who, first.claim.value_text, first.claim.known_from) == (
        "system operator (operator)", "10 to 15 GWh", first.known_from,
    )  # fmt: skip
    assert first.source_text == "system operator (operator) estimated"
    assert (second.arm, second.low, second.high, second.unit, second.claim) == ("standstill", 12.0, 12.0, "count", None)
    assert second.source_text == "counted by the test"


FAULTS = [
    pytest.param('measure = "eue"\n', "", r"outcome\[0\]\.measure: must be given", id="missing"),
    pytest.param("month =", "mnoth =", r"outcome\[0\]\.mnoth: must be a known key", id="unknown-key"),
    pytest.param('"10 to 15 GWh"', '"15 to 10 GWh"', "value: must have its low end first", id="upside-down"),
    pytest.param('"10 to 15 GWh"', '"12"', "", id="plain-share-is-fine"),
    pytest.param('"10 to 15 GWh"', '"12 quarts"', "value: must have a known unit", id="unit"),
    pytest.param('"2024-11"', '"November"', r"outcome\[0\]\.month: must", id="month"),
    pytest.param("2025-01-10", '"2025-01-10"', r"date: must be a date", id="date-as-text"),
    pytest.param('via = ["yearbook > paper"]\n', "", "must name the outlets of its speaker", id="no-outlet"),
    pytest.param('note = "counted by the test"\n', "", r"outcome\[1\]: must say who says so", id="no-source"),
    pytest.param('"H"', '"A"', r"outcome\[0\]\.grade: must be one of H, M, L", id="grade"),
    pytest.param(
        "system operator", "person (unnamed)", r"grade: must be L: the speaker is unnamed", id="unnamed"
    ),
    pytest.param(WHOLE, "", "outcome: must be given", id="empty"),
    pytest.param("[[outcome]]", "[[outcome]", "must be valid TOML", id="no-toml"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), FAULTS)
def test_faults_are_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "outcomes.toml"
    path.write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    if not message:
        assert load_outcomes(path)[0].unit == ""
        return
    with pytest.raises(InputError, match=message):
        load_outcomes(path)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file: must exist"):
        load_outcomes(tmp_path / "nothing.toml")
    (tmp_path / "latin.toml").write_bytes(b"\xe9")
    with pytest.raises(InputError, match="file: must be UTF-8 text"):
        load_outcomes(tmp_path / "latin.toml")

"""What is said of curves: until when as far as the winters can tell, and each side's amounts in one unit."""

from __future__ import annotations

import pytest

from standstill.estimate import Estimate
from standstill.report.decision_words import curve_header, curve_rows, start_words, until_words
from standstill.studies.curves import Curve, Curves, LastStart, Point

DAYS = ("2024-10-01", "2024-10-15", "2024-10-29", "2024-11-12")


def estimate(value: float, se: float, unit: str = "probability", samples: int = 256) -> Estimate:
    return Estimate(
        value=value, se=se, unit=unit, samples=samples, horizon_h=4368.0, p10=0.2 * value, p50=value, p90=2.0 * value
    )


def delay(shares: tuple[float, ...], *, line: str = "", reason: str = "", samples: int = 256) -> Curve:
    points = tuple(
        Point(
            line=line,
            at=day,
            value=2.0 * place,
            saving={"North": estimate(900.0 / (1 + 9 * place), 60.0, "GWh", samples)},
            getting_through={"North": estimate(share, 0.03, samples=samples)},
            without={"North": estimate(0.07, 0.03, samples=samples)},
            per_week={"North": estimate(410.0, 45.0, "GWh")} if place else {},
        )
        for place, (day, share) in enumerate(zip(DAYS, shares, strict=True))
    )
    return Curve(
        name="delay", question="?", axis="start", points=points,
        last_start={"North": LastStart(day=None, reason=reason)}, in_words=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "when"),
    [
        ((0.80, 0.70, 0.53, 0.30), "is between 15 October 2024 and 29 October 2024"),
        ((0.80, 0.70, 0.57, 0.47), "is 29 October 2024 or later"),
        ((0.52, 0.40, 0.30, 0.20), "is 1 October 2024 at the latest, if any is"),
        ((0.53, 0.52, 0.51, 0.50), "may be any of those looked at, or none"),
    ],
)
def test_where_the_winters_leave_the_last_start_open_it_says_so(shares: tuple[float, ...], when: str) -> None:
    lead = "North: the last start with which at least half of winters meet the criterion"
    assert start_words(delay(shares)) == [f"{lead} {when}: 256 winters cannot tell more closely."]


def test_where_they_tell_it_is_said_plainly() -> None:
    none = "with no start looked at do half of winters meet the criterion"
    assert start_words(delay((0.4, 0.3, 0.2, 0.1), reason=none)) == [f"North: {none}."]
    anyway = "at least half of winters meet the criterion without a standstill too"
    assert start_words(delay((0.53, 0.52, 0.51, 0.50), reason=anyway)) == [f"North: {anyway}."]


def test_that_all_of_a_handful_of_winters_meet_the_criterion_makes_nothing_sure() -> None:
    [words] = start_words(delay((1.0, 1.0, 0.0, 0.0), samples=3))
    assert words.endswith(" may be any of those looked at, or none: 3 winters cannot tell more closely.")
    [words] = start_words(delay((1.0, 1.0, 0.0, 0.0), samples=100))
    assert "cannot tell" not in words


def test_fewer_than_ten_winters_give_no_range_of_what_is_saved() -> None:
    assert {row[2] for row in curve_rows(delay((0.8, 0.7, 0.5, 0.3), samples=9), ("North",))} == {"too few winters"}
    assert "too few winters" not in curve_rows(delay((0.8, 0.7, 0.5, 0.3), samples=10), ("North",))[0]


def test_amounts_of_a_side_are_in_one_unit_with_their_error() -> None:
    rows = curve_rows(delay((0.8, 0.7, 0.5, 0.3)), ("North",))
    assert [row[1] for row in rows] == [
        "0.90 ± 0.06 TWh",
        "0.090 ± 0.060 TWh",
        "0.047 ± 0.060 TWh",
        "0.032 ± 0.060 TWh",
    ]
    assert all(row[2].endswith(" TWh") for row in rows)


def test_a_week_has_its_error_and_the_unit_of_the_curve() -> None:
    curve = delay((0.8, 0.7, 0.5, 0.3))
    found = Curves(
        scenario="s", version="0", arm="standstill", samples=256, seed=1,
        assumed={"North": curve.points[0].saving["North"]}, curves={"delay": curve},
    )  # fmt: skip
    assert until_words(found)[-1] == "North: each week of delay in the first month costs 0.41 ± 0.04 TWh on average."


def test_a_column_that_would_be_empty_is_left_out() -> None:
    one, several = delay((0.8, 0.7, 0.5, 0.3)), delay((0.8, 0.7, 0.5, 0.3), line="kept")
    assert curve_header(one, ("North",))[0] == "at"
    assert curve_header(several, ("North",))[:2] == ("line", "at")
    for curve in (one, several):
        assert {len(row) for row in curve_rows(curve, ("North",))} == {len(curve_header(curve, ("North",)))}

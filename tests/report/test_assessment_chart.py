"""Charts of an assessment: what is drawn is what was found."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re

import numpy as np
import pytest

import standstill
from standstill.estimate import Estimate
from standstill.measures.periods import period_indices
from standstill.studies.assessment import Assessment, RegionAssessment
from tests.cases.toy import toy


@pytest.fixture(scope="module")
def found() -> Assessment:
    one = standstill.assess(toy(), samples=500)
    eue = Estimate(value=0.5, se=1.0, unit="MWh", samples=500, horizon_h=4.0)
    other = RegionAssessment(name="other", lole=one.lole, eue=eue, neue=one.neue)
    return dataclasses.replace(one, regions=(*one.regions, other))


def rows_of(chart: dict) -> list[dict]:
    [rows] = [rows for rows in chart["datasets"].values()] if "datasets" in chart else [chart["data"]["values"]]
    return rows


def test_regions_are_drawn_with_their_interval(found: Assessment) -> None:
    chart = standstill.plot(found).to_dict()
    rows = rows_of(chart)
    eue = found.regions[0].eue
    assert [row["region"] for row in rows] == ["region", "other"]
    assert rows[0]["eue"] == eue.value
    assert rows[0]["high"] - rows[0]["eue"] == pytest.approx(1.96 * eue.se)
    # no energy unserved is below nothing
    assert rows[1]["low"] == 0.0
    assert "MWh" in str(chart["layer"])


def test_a_region_without_a_value_is_left_out_and_none_at_all_is_said(found: Assessment) -> None:
    none = dataclasses.replace(found.eue, value=math.nan, reason="regions are taken as one")
    first = dataclasses.replace(found.regions[0], eue=none)
    partly = dataclasses.replace(found, regions=(first, found.regions[1]))
    assert [row["region"] for row in rows_of(standstill.plot(partly).to_dict())] == ["other"]
    with pytest.raises(standstill.InputError, match="own, got regions are taken as one"):
        standstill.plot(dataclasses.replace(found, regions=(first,)))


def test_a_region_never_short_is_drawn_to_its_bound(found: Assessment) -> None:
    none = dataclasses.replace(found.eue, value=0.0, se=math.inf, bound=7.0)
    region = dataclasses.replace(found.regions[0], eue=none)
    [row] = rows_of(standstill.plot(dataclasses.replace(found, regions=(region,))).to_dict())
    assert (row["eue"], row["low"], row["high"]) == (0.0, 0.0, 7.0)


@pytest.mark.parametrize(("zone", "scale"), [(dt.UTC, "utc"), (None, "time")])
def test_a_year_of_hours_is_drawn_over_time(found: Assessment, zone: dt.tzinfo | None, scale: str) -> None:
    hours = 8760
    sums = np.zeros((hours, 2, 3))
    sums[100] = 2.0, 10.0, 60.0
    start = dt.datetime(2024, 1, 1, tzinfo=zone)
    periods = period_indices(sums, 100, start=start, step_h=1.0, energy_unit="MWh", regions=("region",))
    chart = standstill.plot(dataclasses.replace(found, periods=periods)).to_dict()
    rows = rows_of(chart)
    assert len(rows) == hours
    assert rows[100]["eue"] == pytest.approx(0.1)
    assert rows[100]["low"] < rows[100]["eue"] < rows[100]["high"]
    assert rows[100]["time"] == (start + dt.timedelta(hours=100)).isoformat()
    assert chart["layer"][0]["encoding"]["x"]["scale"]["type"] == scale
    assert chart["layer"][0]["encoding"]["x"]["axis"]["format"] == "%-d %b"


def test_a_day_shows_its_hours(found: Assessment) -> None:
    start = dt.datetime(2024, 1, 1)
    sums = np.ones((24, 2, 3))
    periods = period_indices(sums, 100, start=start, step_h=1.0, energy_unit="MWh", regions=("region",))
    axis = standstill.plot(dataclasses.replace(found, periods=periods)).to_dict()["layer"][0]["encoding"]["x"]["axis"]
    assert "format" not in axis


def test_a_chart_becomes_a_picture(found: Assessment, tmp_path) -> None:
    standstill.plot(found).save(tmp_path / "chart.svg")
    text = (tmp_path / "chart.svg").read_text()
    assert re.search(r"<svg", text)
    assert "toy: expected unserved energy" in text


def test_only_assessments_are_drawn() -> None:
    with pytest.raises(standstill.InputError, match="assessment: must be what assess returned, got int"):
        standstill.plot(3)

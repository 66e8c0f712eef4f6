"""Results by step through ``assess``: arrays and tables say the same, the same bits anywhere; and what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import math
import pickle
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import standstill
from standstill.engine.recorded import RESULTS
from standstill.model.system import System
from standstill.studies import step_record
from standstill.studies.assessment import Assessment
from standstill.studies.step_results import SPREAD_COLUMNS, VALUE_COLUMNS, StepResult
from tests.cases.pras_tests import pras_test
from tests.cases.toy import EUE_MWH, toy

SAMPLES = 600
NAMES = {
    "shortfall": ("A", "B"),
    "surplus": ("A", "B"),
    "flow": ("A - B",),
    "utilization": ("A - B",),
    "energy": ("store 1",),
    "availability": ("unit 0", "store 1", "line 1"),
    "class_availability": ("thermal", "storages", "lines"),
}


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return standstill.assess(behind_a_line(), samples=SAMPLES, results=RESULTS, by_sample=True)


@pytest.fixture(scope="module")
def energy(assessment: Assessment) -> StepResult:
    return assessment.results["energy"]


def behind_a_line() -> System:
    return pras_test("storage behind a line")


def read(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))


def bits(found: Assessment) -> list[bytes]:
    return [part.tobytes() for item in found.results.values() for part in (item.mean, item.sd)]


def test_every_result_has_its_names_units_and_shapes(assessment: Assessment) -> None:
    assert {result: item.names for result, item in assessment.results.items()} == NAMES
    assert [item.unit for item in assessment.results.values()] == ["MW", "MW", "MW", "share", "MWh", "share", "share"]
    for item in assessment.results.values():
        assert item.mean.shape == item.sd.shape == item.se.shape == (len(item.names), 2)
        assert item.values.shape == (SAMPLES, len(item.names), 2)
        np.testing.assert_allclose(item.mean, item.values.mean(axis=0), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(item.sd, item.values.std(axis=0, ddof=1), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(item.se, item.sd / math.sqrt(SAMPLES))
    assert assessment.results["flow"].times == tuple(dt.datetime(2020, 1, 1, hour, tzinfo=dt.UTC) for hour in (0, 1))
    assert assessment.results["flow"].about == {
        "system": "storage behind a line", "samples": SAMPLES, "seed": 1, "version": standstill.__version__
    }  # fmt: skip


def test_shortfall_adds_up_to_the_indices(assessment: Assessment) -> None:
    short = assessment.results["shortfall"]
    assert short.mean.sum() == pytest.approx(assessment.eue.value)
    assert short.mean[1].sum() == pytest.approx(assessment.regions[1].eue.value)
    assert (short.values.sum(axis=1) > 0).mean(axis=0).sum() == pytest.approx(assessment.lole.value)
    plain = standstill.assess(behind_a_line(), samples=SAMPLES)
    assert plain.as_dict() == assessment.as_dict()
    assert plain.results == {}


def test_only_what_is_asked_for_is_given() -> None:
    found = standstill.assess(toy(), samples=300, results=["shortfall", "flow"])
    assert list(found.results) == ["shortfall", "flow"]
    assert found.results["flow"].mean.shape == (0, 4)
    assert found.results["shortfall"].values is None
    assert abs(found.results["shortfall"].mean.sum() - EUE_MWH) < 4 * found.eue.se
    assert list(standstill.assess(toy(), samples=300, results="surplus").results) == ["surplus"]


def test_by_period_and_results_go_together() -> None:
    found = standstill.assess(behind_a_line(), samples=300, by_period=True, results=["shortfall"])
    np.testing.assert_allclose(found.periods.region_eue, found.results["shortfall"].mean, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.periods.region_eue_se, found.results["shortfall"].se, rtol=1e-9)


def test_only_measured_steps_are_given() -> None:
    loaded = standstill.load_scenario(Path(__file__).parents[1] / "cli" / "small.toml")
    side = loaded.sides[0].name
    found = standstill.assess(loaded, side=side, samples=20, results=["availability", "shortfall"])
    result = found.results["shortfall"]
    assert (result.start, result.mean.shape[1] * result.step_h) == (loaded.measure_from, found.horizon_h)
    assert result.mean.sum() * result.step_h == pytest.approx(found.eue.value)


@pytest.mark.parametrize("day", [dt.datetime(2024, 3, 31), dt.datetime(2024, 10, 27)])
def test_steps_are_equally_long_when_clocks_are_changed(day: dt.datetime) -> None:
    zone = ZoneInfo("Europe/Berlin")
    system = replace(toy(), start=day.replace(hour=1, tzinfo=zone))
    found = standstill.assess(system, samples=8, by_period=True, results=["shortfall"])
    assert found.periods is not None
    for times in (found.periods.times, found.results["shortfall"].times):
        assert times[0] == system.start == day.replace(hour=1, tzinfo=zone)
        assert {after - before for before, after in itertools.pairwise(times)} == {dt.timedelta(hours=1)}
        in_utc = [time.astimezone(dt.UTC) for time in times]
        assert {after - before for before, after in itertools.pairwise(in_utc)} == {dt.timedelta(hours=1)}


def test_one_sample_has_no_spread(tmp_path: Path) -> None:
    found = standstill.assess(behind_a_line(), samples=1, results=["energy"], by_sample=True).results["energy"]
    assert (found.sd, found.se) == (None, None)
    np.testing.assert_array_equal(found.values[0], found.mean)
    rows = read(found.to_csv(tmp_path / "x.csv"))
    assert [(row[4], float(row[3])) for row in rows[1:]] == [("", value) for value in found.mean[0]]


def test_threads_and_workers_change_no_bit() -> None:
    one, three = (
        standstill.assess(behind_a_line(), samples=3000, workers=workers, results=RESULTS) for workers in (1, 3)
    )
    assert bits(one) == bits(three)


def test_a_cluster_changes_no_bit() -> None:
    pytest.importorskip("distributed")
    one = standstill.assess(behind_a_line(), samples=3000, workers=1, results=RESULTS, by_sample=True)
    far = standstill.assess(behind_a_line(), samples=3000, dask="local:2", results=RESULTS, by_sample=True)
    assert bits(one) == bits(far)
    assert one.results["flow"].values.tobytes() == far.results["flow"].values.tobytes()


def test_a_copy_stays_read_only(energy: StepResult) -> None:
    again = pickle.loads(pickle.dumps(energy))
    assert not again.mean.flags.writeable
    np.testing.assert_array_equal(again.values, energy.values)


# -------------------------------------------------------------------------------------------------------- tables


def test_csv_has_every_number(energy: StepResult, tmp_path: Path) -> None:
    rows = read(energy.to_csv(tmp_path / "a.csv"))
    assert tuple(rows[0]) == SPREAD_COLUMNS
    assert rows[1][:3] == ["energy", "store 1", "2020-01-01T00:00:00+00:00"]
    assert [float(row[3]) for row in rows[1:]] == energy.mean[0].tolist()
    assert [float(row[4]) for row in rows[1:]] == energy.sd[0].tolist()
    assert {row[5] for row in rows[1:]} == {"MWh"}
    rows = read(energy.to_csv(tmp_path / "b.csv", by_sample=True))
    assert tuple(rows[0]) == VALUE_COLUMNS
    assert len(rows) == 1 + 2 * SAMPLES
    assert [float(row[4]) for row in rows[1:]] == energy.values.reshape(-1).tolist()
    assert rows[-1][2:4] == ["2020-01-01T01:00:00+00:00", str(SAMPLES - 1)]


def test_pandas_has_every_number(assessment: Assessment) -> None:
    pytest.importorskip("pandas")
    item = assessment.results["availability"]
    frame = item.to_pandas()
    assert tuple(frame.columns) == SPREAD_COLUMNS
    line = frame[frame.name == "line 1"]
    assert line["mean"].tolist() == item.mean[2].tolist()
    assert line.sd.tolist() == item.sd[2].tolist()
    assert line.period.iloc[1] == dt.datetime(2020, 1, 1, 1, tzinfo=dt.UTC)
    assert frame.attrs["seed"] == 1
    values = item.to_pandas(by_sample=True)
    assert tuple(values.columns) == VALUE_COLUMNS
    one = values[(values.name == "unit 0") & (values["sample"] == 7)]
    assert one.value.tolist() == item.values[7, 0].tolist()


def test_xarray_has_every_number(energy: StepResult) -> None:
    pytest.importorskip("xarray")
    data = energy.to_xarray()
    assert data["mean"].sel(name="store 1").values.tolist() == energy.mean[0].tolist()
    assert data["sd"].sel(name="store 1").values.tolist() == energy.sd[0].tolist()
    assert data["value"].dims == ("sample", "name", "period")
    assert data["value"].sel(sample=7, name="store 1").values.tolist() == energy.values[7, 0].tolist()
    assert data["period"].values[1] == np.datetime64("2020-01-01T01:00")
    assert (data.attrs["unit"], data.attrs["system"]) == ("MWh", "storage behind a line")


def test_parquet_has_every_number(energy: StepResult, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(energy.to_parquet(tmp_path / "a.parquet"))
    assert tuple(table.column_names) == SPREAD_COLUMNS
    assert table["mean"].to_pylist() == energy.mean[0].tolist()
    assert table["period"].to_pylist()[1] == dt.datetime(2020, 1, 1, 1, tzinfo=dt.UTC)
    assert json.loads(table.schema.metadata[b"standstill"])["samples"] == SAMPLES
    table = parquet.read_table(energy.to_parquet(tmp_path / "b.parquet", by_sample=True))
    assert tuple(table.column_names) == VALUE_COLUMNS
    assert table["value"].to_pylist() == energy.values.reshape(-1).tolist()


# ------------------------------------------------------------------------------------------------- what is refused


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(standstill.InputError, match=r"(?s)2 faults.*results: must be some of shortfall, .*'flows'"):
        standstill.assess(toy(), results=["flows", "flow", "power"])
    with pytest.raises(standstill.InputError, match="results: must be left out with a precision, and with any method"):
        standstill.assess(toy(), method="convolution", results=["flow"])
    with pytest.raises(standstill.InputError, match="by_sample: must come with results"):
        standstill.assess(toy(), by_sample=True)


def test_values_of_samples_that_were_not_kept_are_refused(tmp_path: Path) -> None:
    found = standstill.assess(toy(), samples=300, results=["surplus"]).results["surplus"]
    with pytest.raises(standstill.InputError, match="by_sample: must be asked of assess too"):
        found.to_csv(tmp_path / "x.csv", by_sample=True)
    assert not list(tmp_path.iterdir())


def test_more_than_fits_is_refused_before_anything_is_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(standstill.InputError, match=r"by_sample: must keep at most 25,000,000 numbers, got 40,000,000"):
        standstill.assess(toy(), samples=10_000_000, results=["shortfall"], by_sample=True)
    monkeypatch.setattr(step_record, "_MOST_NUMBERS", 10)
    with pytest.raises(standstill.InputError, match=r"results: must have at most 10 numbers, got 16: 4 steps of 4 of"):
        standstill.assess(toy(), samples=300, results=["availability"])

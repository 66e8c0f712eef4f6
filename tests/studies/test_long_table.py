"""Results as long tables: every number of the JSON, in pandas, xarray and Parquet, and what is said without them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import standstill
from standstill.estimate import Estimate
from standstill.model.system import Interfaces, System
from standstill.studies.assessment import Assessment
from standstill.studies.long_table import COLUMNS, NUMBERS, Entry, LongTable
from standstill.studies.run import Run, measured
from tests.cases.hand import ARMS, hand_outcome, hand_scenario, hand_side
from tests.cases.toy import toy

WHOLE = ("lole", "eue", "neue", "lolev", "lold", "cvar95", "var95", "longest_spell", "event_depth", "event_energy")


def two_regions() -> System:
    """Return the toy system beside a second region that lives on what it sends over."""
    one = toy()
    regions = dataclasses.replace(
        one.regions, names=("region", "other"), load=np.vstack([one.regions.load, np.full(4, 5.0)]),
        load_scale=(1.0, 1.0), critical_share=one.regions.critical_share * 2,
        pickup_share=one.regions.pickup_share * 2, pickup_h=one.regions.pickup_h * 2,
    )  # fmt: skip
    joins = Interfaces(names=("join",), region_from=(0,), region_to=(1,), forward=[[3.0]], backward=[[3.0]])
    return dataclasses.replace(one, regions=regions, interfaces=joins)


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return standstill.assess(two_regions(), samples=500, by_period=True)


@pytest.fixture(scope="module")
def by_hand() -> Run:
    return measured(hand_scenario("North", "South"), hand_outcome(hand_side(), hand_side(name="South")), 0.0)


def test_an_entry_has_nothing_that_does_not_exist() -> None:
    none = Estimate(value=math.nan, se=0.0, unit="h", samples=5, horizon_h=1.0, reason="no event")
    entry = Entry(arm="as is", side="North", measure="lold", estimate=none)
    assert entry.row == ("as is", "North", "", None, "lold", None, None, "h", None, None, None, None, "no event")
    one = Estimate(value=2.0, se=math.inf, unit="h", samples=1, horizon_h=1.0, p10=1.0, p50=2.0, p90=3.0, largest=4.0)
    row = dict(zip(COLUMNS, Entry(arm="a", side="b", region="c", measure="d", estimate=one).row, strict=True))
    assert [row[name] for name in NUMBERS] == [2.0, None, 1.0, 2.0, 3.0, 4.0]


def test_pandas_has_every_number_of_an_assessment(assessment: Assessment) -> None:
    pytest.importorskip("pandas")
    frame = assessment.to_pandas()
    assert tuple(frame.columns) == COLUMNS
    whole = frame[(frame.region == "") & frame.period.isna()].set_index("measure")
    assert tuple(whole.index) == WHOLE
    assert whole.value["eue"] == assessment.eue.value
    assert whole.se["var95"] == assessment.var95.se
    assert whole["max"]["event_depth"] == assessment.event_depth.largest
    assert math.isnan(whole.p10["neue"])
    other = frame[(frame.region == "other") & frame.period.isna()].set_index("measure")
    assert other.value.to_dict() == {name: item.value for name, item in assessment.regions[1].indices.items()}
    assert frame.attrs["samples"] == 500


def test_pandas_has_every_period(assessment: Assessment) -> None:
    pytest.importorskip("pandas")
    frame = assessment.to_pandas().dropna(subset="period")
    assert len(frame) == 3 * 3 * 4
    assert frame.period.iloc[1] == dt.datetime(2024, 1, 1, 1, tzinfo=dt.UTC)
    eue = frame[(frame.measure == "eue") & (frame.region == "other")]
    assert eue.value.tolist() == assessment.periods.region_eue[1].tolist()
    assert eue.se.tolist() == assessment.periods.region_eue_se[1].tolist()
    assert eue.value.sum() == pytest.approx(assessment.regions[1].eue.value)
    assert set(frame[frame.measure == "lole"].unit) == {"h"}


def test_pandas_of_a_run_has_measures_savings_and_regions(by_hand: Run) -> None:
    pytest.importorskip("pandas")
    frame = by_hand.to_pandas().set_index(["arm", "side", "region", "measure"])
    assert frame.index.is_unique
    assert frame.value[ARMS[0], "North", "", "eue"] == 30.0
    assert frame.value[ARMS[1], "South", "", "saving:eue"] == 25.0
    assert frame.value[ARMS[0], "South", "b", "eue"] == 7.0
    assert (ARMS[0], "North", "", "saving:eue") not in frame.index
    assert frame.period.isna().all()
    n_measures = sum(len(found) for table in (by_hand.measures, by_hand.worth) for sides in table.values()
                     for found in sides.values())  # fmt: skip
    assert len(frame) == n_measures + 2 * 2 * 2 * 3


def test_xarray_has_the_same_numbers(assessment: Assessment, by_hand: Run) -> None:
    pytest.importorskip("xarray")
    data = assessment.to_xarray()
    assert data["value"].dims == ("arm", "side", "region", "measure")
    place = {"arm": "as is", "side": "toy", "region": "other", "measure": "neue"}
    assert float(data["value"].sel(place)) == assessment.regions[1].neue.value
    assert str(data["unit"].sel(side="toy", measure="event_depth").values) == "MW"
    assert data["eue"].sel(region="").values.tolist() == assessment.periods.eue.tolist()
    assert data["lole_se"].sel(region="other").values.tolist() == assessment.periods.region_lole_se[1].tolist()
    assert data["eue"].attrs["unit"] == "MWh"
    assert data["period"].values[3] == np.datetime64("2024-01-01T03:00")
    run = by_hand.to_xarray()
    assert float(run["value"].sel(arm=ARMS[1], side="South", region="", measure="saving:eue")) == 25.0
    assert math.isnan(run["value"].sel(arm=ARMS[0], side="South", region="", measure="saving:eue"))


def test_parquet_holds_the_table(assessment: Assessment, by_hand: Run, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert assessment.to_parquet(tmp_path / "a.parquet") == tmp_path / "a.parquet"
    table = parquet.read_table(tmp_path / "a.parquet")
    assert tuple(table.column_names) == COLUMNS
    rows = table.to_pylist()
    assert len(rows) == len(WHOLE) + 2 * 3 + 3 * 3 * 4
    assert [row["measure"] for row in rows[: len(WHOLE)]] == list(WHOLE)
    assert (rows[1]["value"], rows[2]["p10"], rows[0]["period"]) == (assessment.eue.value, None, None)
    assert rows[-1]["period"] == dt.datetime(2024, 1, 1, 3, tzinfo=dt.UTC)
    assert json.loads(table.schema.metadata[b"standstill"])["seed"] == 1
    by_hand.to_parquet(str(tmp_path / "run.parquet"))
    assert parquet.read_table(tmp_path / "run.parquet").num_rows == len(list(by_hand._entries()))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.parquet", "run.parquet"]


def test_parquet_is_written_whole_or_not_at_all(
    assessment: Assessment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "a.parquet").write_bytes(b"former")
    with pytest.raises(standstill.OutputError, match="cannot write"):
        assessment.to_parquet(tmp_path / "missing" / "a.parquet")

    def break_off(_: object, file: object) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet, "write_table", break_off)
    with pytest.raises(standstill.OutputError, match="No space left"):
        assessment.to_parquet(tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == b"former"
    assert len(list(tmp_path.iterdir())) == 1


CALLS: dict[str, tuple[str, Callable[[LongTable], object]]] = {
    "to_pandas": ("pandas", lambda table: table.pandas()),
    "to_xarray": ("xarray", lambda table: table.xarray()),
    "to_parquet": ("pyarrow", lambda table: table.parquet("x.parquet")),
}


@pytest.mark.parametrize("asked", CALLS)
def test_without_the_extra_it_says_what_to_install(asked: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library, call = CALLS[asked]
    monkeypatch.chdir(tmp_path)
    missing: ModuleType | None = None
    monkeypatch.setitem(sys.modules, library, missing)
    monkeypatch.setitem(sys.modules, f"{library}.parquet", missing)
    with pytest.raises(standstill.InputError, match=f"{asked}: must come with {library}") as caught:
        call(LongTable(entries=(), about={}))
    assert "pip install 'standstill[table]'" in str(caught.value)
    assert not list(tmp_path.iterdir())

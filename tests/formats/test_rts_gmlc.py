"""Reading RTS-GMLC folders: a made-up one in the published layout, spoilt ones, and the published one where it is."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standstill.errors import FormatError, InputError
from standstill.formats.pras import read_pras
from standstill.formats.rts_gmlc import read_rts_gmlc
from standstill.model.system import System

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"
PUBLISHED = "STANDSTILL_RTS_GMLC"
"""Environment variable that names the published folder."""

HOURS = 48
UNIT_HEADING = (
    "GEN UID,Bus ID,Gen ID,Unit Type,Category,Fuel,PMax MW,PMin MW,FOR,MTTF Hr,MTTR Hr,Scheduled Maint Weeks,"
    "Pump Load MW,Storage Roundtrip Efficiency"
)
TIME = "Year,Month,Day,Period"


def hours() -> list[str]:
    """Return the first four cells of each line of a series."""
    return [f"2020,2,{28 + hour // 24},{hour % 24 + 1}" for hour in range(HOURS)]


def series(columns: dict[str, np.ndarray]) -> str:
    """Return the text of a file of series."""
    lines = [",".join((TIME, *columns))]
    for hour, when in enumerate(hours()):
        lines.append(",".join((when, *(f"{values[hour]}" for values in columns.values()))))
    return "\n".join(lines) + "\n"


SUN = np.maximum(0.0, np.sin(np.arange(HOURS) * np.pi / 12) * 30.5).round(2)
WIND = (np.arange(HOURS) * 7 % 41).astype(float)
WATER = 10.0 + np.arange(HOURS) % 5
INFLOW = (SUN * 3).round(1)
LOAD = {"2": 400.0 + np.arange(HOURS), "1": 300.0 + 5.5 * (np.arange(HOURS) % 24)}


def folder(root: Path) -> Path:
    """Write a small folder in the published layout and return it: two areas, one of every kind of unit."""
    source, data = root / "SourceData", root / "timeseries_data_files"
    source.mkdir(parents=True)
    (source / "bus.csv").write_text(
        "Bus ID,Bus Name,BaseKV,Bus Type,MW Load,MVAR Load,Area,Zone,lat,lng\n"
        "201,North,138,PV,10,1,2,21,0,0\n101,East,138,PV,10,1,1,11,0,0\n102,West,138,PQ,20,2,1,12.0,0,0\n"
    )
    (source / "gen.csv").write_text(
        f"{UNIT_HEADING}\n"
        "101_CT_1,101,1,CT,Oil CT,Oil,20,8,0.1,450,50,2,0,0\n"
        "101_STEAM_3,101,3,STEAM,Coal,Coal,76,30,0.02,1960,40,3,0,0\n"
        "201_NUCLEAR_1,201,1,NUCLEAR,Nuclear,Nuclear,400,396,0.12,1100,150,6,0,0\n"
        "201_SYNC_COND_1,201,1,SYNC_COND,Sync_Cond,Sync_Cond,0,0,0,0,0,0,0,0\n"
        "102_HYDRO_1,102,1,HYDRO,Hydro,Hydro,50,0,0.01,1980,20,2,0,0\n"
        "102_PV_1,102,1,PV,Solar PV,Solar,31,0,0,0,0,0,0,0\n"
        "201_RTPV_1,201,1,RTPV,Solar RTPV,Solar,31,0,0,0,0,0,0,0\n"
        "201_WIND_1,201,1,WIND,Wind,Wind,41,0,0,0,0,0,0,0\n"
        "102_CSP_1,102,1,CSP,CSP,Solar,200,30,0.04,576,24,0,0,0\n"
        "201_STORAGE_1,201,1,STORAGE,Storage,Storage,50,0,0,0,0,0,40,85\n"
    )
    (source / "storage.csv").write_text(
        "GEN UID,Storage,Max Volume GWh,Initial Volume GWh,Start Energy,position\n"
        "102_CSP_1,102_CSP_HEAD_STORAGE,1.2,0,0.04,head\n"
        "201_STORAGE_1,201_HEAD_STORAGE,0.16,0.04,NA,head\n201_STORAGE_1,201_TAIL_STORAGE,0.3,0.075,NA,tail\n"
        "102_HYDRO_1,102_HYDRO_1_RESERVOIR,1,0.5,NA,head\n"
    )
    (source / "branch.csv").write_text(
        "UID,From Bus,To Bus,R,X,B,Cont Rating,LTE Rating,Perm OutRate,Duration,Tran OutRate\n"
        "A1,101,102,0,0,0,175,193,0.24,16,0\nAB1,101.0,201,0,0,0,175,208,0.438,10,2.2\n"
        "AB2,201,102,0,0,0,500,600,0.876,16,1.3\n"
    )
    (source / "dc_branch.csv").write_text(
        "UID,From Bus,To Bus,Control Mode,MW Load,Line FOR Perm,MTTR Line Hours\nDC1,102,201,Power,100,0.219,10\n\n"
    )
    files = {
        "Hydro/DAY_AHEAD_hydro.csv": {"102_HYDRO_1": WATER},
        "PV/DAY_AHEAD_pv.csv": {"102_PV_1": SUN},
        "RTPV/DAY_AHEAD_rtpv.csv": {"201_RTPV_1": SUN},
        "WIND/DAY_AHEAD_wind.csv": {"201_WIND_1": WIND},
        "CSP/DAY_AHEAD_Natural_Inflow.csv": {"102_CSP_1": INFLOW},
        "Load/DAY_AHEAD_regional_Load.csv": {"1": LOAD["1"], "2": LOAD["2"]},
    }
    for name, columns in files.items():
        (data / name).parent.mkdir(parents=True)
        (data / name).write_text(series(columns))
    pointers = [
        "DAY_AHEAD,Generator,102_HYDRO_1,PMax MW,52.5,../timeseries_data_files/HYDRO/DAY_AHEAD_hydro.csv",
        "DAY_AHEAD,Generator,102_HYDRO_1,PMin MW,52.5,../timeseries_data_files/HYDRO/DAY_AHEAD_hydro.csv",
        "DAY_AHEAD,Generator,102_PV_1,PMax MW,31,../timeseries_data_files/PV/DAY_AHEAD_pv.csv",
        "DAY_AHEAD,Generator,201_RTPV_1,PMax MW,31,../timeseries_data_files/RTPV/DAY_AHEAD_rtpv.csv",
        "DAY_AHEAD,Generator,201_WIND_1,PMax MW,41,../timeseries_data_files/WIND/DAY_AHEAD_wind.csv",
        "DAY_AHEAD,Reserve,Flex_Up,Requirement,1,../timeseries_data_files/Reserves/none.csv",
        "DAY_AHEAD,Area,1,MW Load,200,../timeseries_data_files/Load/DAY_AHEAD_regional_Load.csv",
        "DAY_AHEAD,Area,2,MW Load,200,../timeseries_data_files/Load/DAY_AHEAD_regional_load.csv",
        "DAY_AHEAD,Generator,102_CSP_HEAD_STORAGE,Natural_Inflow,200,../timeseries_data_files/CSP/DAY_AHEAD_Natural_Inflow.csv",
        "REAL_TIME,Area,1,MW Load,200,../timeseries_data_files/Load/REAL_TIME_regional_Load.csv",
    ]
    text = "\r\n".join(("Simulation,Category,Object,Parameter,Scaling Factor,Data File", *pointers, ""))
    (source / "timeseries_pointers.csv").write_bytes(text.encode())
    return root


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return folder(tmp_path / "RTS_Data")


def spoil(root: Path, name: str, old: str, new: str) -> None:
    """Replace a piece of text that must be in one of the files."""
    file = next(file for file in root.rglob("*.csv") if file.name == name)
    text = file.read_text()
    assert old in text, f"{old!r} is not in {name}"
    file.write_text(text.replace(old, new, 1))


# --- what the folder says is what the system says ---


def test_frame(small):
    system = read_rts_gmlc(small).system
    assert (system.name, system.step_h, system.n_steps) == ("RTS_Data", 1.0, HOURS)
    assert system.start == dt.datetime(2020, 2, 28, tzinfo=dt.UTC)
    assert (system.power_unit, system.energy_unit) == ("MW", "MWh")


def test_areas_are_regions_in_the_order_of_the_buses(small):
    regions = read_rts_gmlc(small).system.regions
    assert regions.names == ("2", "1")
    assert np.array_equal(regions.load, [LOAD["2"], LOAD["1"]])


def test_generators(small):
    generators = read_rts_gmlc(small).system.generators
    assert dict(zip(generators.names, generators.classes, strict=True)) == {
        "101_CT_1": "thermal",
        "101_STEAM_3": "thermal",
        "201_NUCLEAR_1": "nuclear",
        "102_HYDRO_1": "hydro",
        "102_PV_1": "solar",
        "201_RTPV_1": "solar",
        "201_WIND_1": "wind",
    }
    assert generators.region == (1, 1, 0, 1, 1, 0, 0)
    full = np.ones(HOURS)
    assert np.array_equal(generators.capacity, [20 * full, 76 * full, 400 * full, WATER, SUN, SUN, WIND])


def test_outages_are_the_published_chain(small):
    # the published rates and times agree: FOR = MTTR / (MTTF + MTTR), so p_fail must be 1 / MTTF
    generators = read_rts_gmlc(small).system.generators
    assert generators.p_fail[:4, 0] == pytest.approx([1 / 450, 1 / 1960, 1 / 1100, 1 / 1980])
    assert generators.p_repair[:4, 0] == pytest.approx([1 / 50, 1 / 40, 1 / 150, 1 / 20])
    assert np.array_equal(generators.p_fail[4:], np.zeros((3, 1)))
    assert np.array_equal(generators.p_repair[4:], np.ones((3, 1)))


def test_store(small):
    storages = read_rts_gmlc(small).system.storages
    assert (storages.names, storages.classes, storages.region) == (("201_STORAGE_1",), ("storage",), (0,))
    found = [storages.charge, storages.discharge, storages.energy, storages.charge_efficiency]
    assert [array.item() for array in found] == [40.0, 50.0, 160.0, 0.85]
    assert storages.initial == (0.25,)
    assert storages.discharge_efficiency.item() == storages.carryover_efficiency.item() == 1.0


def test_concentrated_sun_fills_from_its_inflow_alone(small):
    plants = read_rts_gmlc(small).system.generator_storages
    assert (plants.names, plants.classes, plants.region) == (("102_CSP_1",), ("solar",), (1,))
    assert np.array_equal(plants.inflow, [INFLOW])
    assert plants.charge.item() == INFLOW.max()
    assert [plants.discharge.item(), plants.injection.item(), plants.energy.item()] == [200.0, 200.0, 1200.0]
    assert plants.withdrawal.item() == 0.0
    assert plants.p_fail.item() == pytest.approx(1 / 576)
    assert plants.initial == (0.0,)


def test_branches_between_areas(small):
    system = read_rts_gmlc(small).system
    interfaces, lines = system.interfaces, system.lines
    assert (interfaces.names, interfaces.region_from, interfaces.region_to) == (("2 - 1",), (0,), (1,))
    assert lines.names == ("AB1", "AB2", "DC1")
    assert lines.classes == ("line", "line", "dc-line")
    assert lines.interface == (0, 0, 0)
    assert lines.forward[:, 0].tolist() == lines.backward[:, 0].tolist() == [175.0, 500.0, 100.0]
    assert lines.p_fail[:, 0] == pytest.approx([0.5e-4, 1e-4, 0.25e-4])
    assert lines.p_repair[:, 0] == pytest.approx([1 / 10, 1 / 16, 1 / 10])
    assert interfaces.forward.min() > 10 * lines.forward.sum()


def test_what_is_left_out_is_said(small):
    left_out = read_rts_gmlc(small).left_out
    for words in (
        "201_SYNC_COND_1",
        "Limits of 1 branch within a region",
        "13 unit-weeks a year of 4 units",
        "reservoirs of units that follow an hourly limit instead: 102_HYDRO_1",
        "201_TAIL_STORAGE",
        "reserves: Flex_Up",
        "converters of direct-current branches",
        "five-minute",
    ):
        assert any(words.lower() in sentence.lower() for sentence in left_out), words
    assert not any(sentence.endswith(".") for sentence in left_out)


def test_classes_may_be_given_by_category(small):
    system = read_rts_gmlc(small, classes={"Oil CT": "peaker", "Storage": "battery"}).system
    assert system.generators.classes[:2] == ("peaker", "thermal")
    assert system.storages.classes == ("battery",)


def test_folder_above_and_windows_line_ends(small):
    assert read_rts_gmlc(small.parent).system.name == "RTS_Data"
    for file in small.rglob("*.csv"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_text().replace("\n", "\r\n").encode())
    assert read_rts_gmlc(str(small)).system.n_steps == HOURS


def test_no_direct_current_branches(small):
    (small / "SourceData" / "dc_branch.csv").unlink()
    converted = read_rts_gmlc(small)
    assert converted.system.lines.names == ("AB1", "AB2")
    assert not any("converters" in sentence for sentence in converted.left_out)


def test_no_branch_between_areas(small):
    (small / "SourceData" / "dc_branch.csv").unlink()
    spoil(small, "branch.csv", "AB1,101.0,201", "AB1,101,102")
    spoil(small, "branch.csv", "AB2,201,102", "AB2,102,101")
    system = read_rts_gmlc(small).system
    assert (len(system.interfaces), len(system.lines)) == (0, 0)


# --- every fault is named, at once ---

FAULTS = {
    "missing column": ("gen.csv", "MTTR Hr", "MTTR", r"gen.csv: must have one column 'MTTR Hr'"),
    "column twice": ("gen.csv", "PMin MW", "PMax MW", r"'PMax MW', got '2 such columns'"),
    "not a number": ("gen.csv", "Coal,76", "Coal,much", r"gen.csv line 3, PMax MW: must be a number .* got 'much'"),
    "empty number": ("gen.csv", "Coal,76", "Coal,", r"gen.csv line 3, PMax MW: must be a number"),
    "underscore": ("gen.csv", "Coal,76", "Coal,7_6", r"gen.csv line 3, PMax MW: .* got '7_6'"),
    "negative capacity": ("gen.csv", "Coal,76", "Coal,-76", r"gen.csv line 3, PMax MW: .* got '-76'"),
    "nan": ("gen.csv", "Coal,76", "Coal,nan", r"PMax MW: must be a number from 0 to 1e\+09, got 'nan'"),
    "inf": ("gen.csv", "Coal,76", "Coal,inf", r"PMax MW: .* got 'inf'"),
    "huge": ("gen.csv", "Coal,76", "Coal,1e300", r"PMax MW: .* got '1e300'"),
    "overflow": ("gen.csv", "Coal,76", "Coal,1e999", r"PMax MW: .* got '1e999'"),
    "always out": (
        "gen.csv",
        "0.02,1960",
        "1,1960",
        r"line 3, FOR: must be a forced outage rate within \[0, 1\), got 1",
    ),
    "no repair": ("gen.csv", "1960,40", "1960,0", r"line 3, FOR: must come with a mean time to repair > 0 h"),
    "unknown bus": (
        "gen.csv",
        "101_STEAM_3,101",
        "101_STEAM_3,999",
        r"line 3, Bus ID: must be a bus of bus.csv, got '999'",
    ),
    "unit twice": ("gen.csv", "101_STEAM_3", "101_CT_1", r"line 3, GEN UID: must be unique, unlike line 2"),
    "unit without a name": ("gen.csv", "101_STEAM_3", "", r"line 3, GEN UID: must not be empty"),
    "store without efficiency": ("gen.csv", "40,85", "40,0", r"Storage Roundtrip Efficiency: must be a % above 0"),
    "short line": ("gen.csv", "1960,40,3,0,0", "1960,40,3,0", r"gen.csv line 3: must have 14 cells"),
    "bus twice": ("bus.csv", "102,West", "101,West", r"bus.csv line 4, Bus ID: must be unique"),
    "area not a number": ("bus.csv", "10,1,2,21", "10,1,two,21", r"bus.csv line 2, Area: must be a number"),
    "store too full": (
        "storage.csv",
        "0.16,0.04",
        "0.16,0.2",
        r"storage.csv line 3, Initial Volume GWh: must be at most",
    ),
    "store of no unit": (
        "storage.csv",
        "102_CSP_1,",
        "102_CSP_9,",
        r"GEN UID: must be a unit of gen.csv, got '102_CSP_9'",
    ),
    "branch to nowhere": ("branch.csv", "201,102", "201,1020", r"branch.csv line 4, To Bus: must be a bus of bus.csv"),
    "negative rating": (
        "branch.csv",
        "175,208",
        "-175,208",
        r"branch.csv line 3, Cont Rating: must be a number from 0",
    ),
    "branch never back": ("branch.csv", "0.438,10", "0.438,0", r"Perm OutRate: must come with a duration > 0 h"),
    "branch out always": ("branch.csv", "0.438,10", "9000,10", r"Perm OutRate: must be at most 8760 outages a year"),
    "branch twice": ("dc_branch.csv", "DC1", "AB1", r"dc_branch.csv: must name no branch that branch.csv names"),
    "pointer to nowhere": (
        "timeseries_pointers.csv",
        "DAY_AHEAD_pv.csv",
        "none.csv",
        r"must point to a file of the folder",
    ),
    "pointer out of the folder": (
        "timeseries_pointers.csv",
        "../timeseries_data_files/PV",
        "../../../../../../etc",
        r"must point to a file of the folder",
    ),
    "pointer for no unit": (
        "timeseries_pointers.csv",
        "102_PV_1",
        "102_PV_9",
        r"line 4, Object: must be a unit of gen.csv",
    ),
    "pointer for no store": ("timeseries_pointers.csv", "102_CSP_HEAD", "102_HEAD", r"must be a store of storage.csv"),
    "pointer twice": (
        "timeseries_pointers.csv",
        "PMin MW",
        "PMax MW",
        r"must be the only one to PMax MW of its object",
    ),
    "area without load": (
        "timeseries_pointers.csv",
        "Area,2,MW Load",
        "Area,2,PMin MW",
        r"the load \(MW Load\) of area 2",
    ),
    "no hourly pointer": ("timeseries_pointers.csv", "Simulation", "Run", r"must have one column 'Simulation'"),
    "sun without series": (
        "timeseries_pointers.csv",
        "102_PV_1,PMax MW",
        "102_PV_1,PMin MW",
        r"must have an hourly limit",
    ),
    "series without column": (
        "DAY_AHEAD_pv.csv",
        "102_PV_1",
        "102_PV_2",
        r"DAY_AHEAD_pv.csv: must have one column '102_PV_1'",
    ),
    "gap": (
        "DAY_AHEAD_pv.csv",
        "2020,2,28,3,",
        "2020,2,28,4,",
        r"DAY_AHEAD_pv.csv line 4, Year to Period: must be the hour after",
    ),
    "no such day": ("DAY_AHEAD_pv.csv", "2020,2,28,3,", "2020,2,31,3,", r"Year to Period: must be the hour after"),
    "half an hour": ("DAY_AHEAD_pv.csv", "2020,2,28,1,", "2020,2,28,1.5,", r"line 2, Year to Period: must be the hour"),
    "other year": (
        "DAY_AHEAD_pv.csv",
        "2020,2,28,1,",
        "20200,2,28,1,",
        r"line 2, Year: must be a number from 1 to 9998",
    ),
    "negative load": (
        "DAY_AHEAD_regional_Load.csv",
        "300.0,",
        "-300.0,",
        r"Load.csv line 2, 1: must be a number from 0",
    ),
    "load not a number": ("DAY_AHEAD_regional_Load.csv", "300.0,", "nan,", r"Load.csv line 2, 1: .* got 'nan'"),
    "load of text": ("DAY_AHEAD_regional_Load.csv", "300.0,", "high,", r"Load.csv line 2, 1: .* got 'high'"),
    "quote that does not end": (
        "gen.csv",
        "101_CT_1",
        '"101_CT_1',
        r"gen.csv line \d+: must be comma-separated values",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(small, fault):
    name, old, new, message = FAULTS[fault]
    spoil(small, name, old, new)
    with pytest.raises(FormatError, match=message) as caught:
        read_rts_gmlc(small)
    assert isinstance(caught.value, InputError)


def test_all_faults_at_once(small):
    for fault in ("unknown bus", "store too full", "negative rating", "gap"):
        spoil(small, *FAULTS[fault][:3])
    with pytest.raises(FormatError, match=r"^4 faults in "):
        read_rts_gmlc(small)


def test_many_wrong_cells_of_a_column_are_counted(small):
    file = small / "timeseries_data_files" / "PV" / "DAY_AHEAD_pv.csv"
    file.write_text(series({"102_PV_1": np.full(HOURS, -1.0)}))
    with pytest.raises(FormatError, match=r"102_PV_1: must hold in every line, got 38 more that do not") as caught:
        read_rts_gmlc(small)
    assert len(caught.value.faults) == 11


def test_series_of_another_length(small):
    file = small / "timeseries_data_files" / "PV" / "DAY_AHEAD_pv.csv"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(FormatError, match=r"must cover 48 hours from 2020-02-28, as the others do, got '47 hours"):
        read_rts_gmlc(small)


@pytest.mark.parametrize(
    "name", ["bus.csv", "gen.csv", "branch.csv", "storage.csv", "timeseries_pointers.csv", "DAY_AHEAD_pv.csv"]
)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"must not be empty"),
        (b"\n\n", r"must have a heading"),
        (b"UID\n", r"must have a heading and at least one line"),
        (b"\x89HDF\r\n\x1a\n\xff\xfe", r"must be text in UTF-8, got 'byte 137 at position 0'"),
        (b"a\x00b\n1,2\n", r"must be text, got 'a byte 0'"),
        (b"x,y\n" + b"1" * 200_000 + b",2\n", r"must (be comma-separated values|have one column)"),
    ],
    ids=["empty", "blank", "heading", "binary", "byte 0", "long cell"],
)
def test_file_that_is_no_table(small, name, content, message):
    next(file for file in small.rglob("*.csv") if file.name == name).write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_rts_gmlc(small)


@pytest.mark.parametrize("name", ["bus.csv", "gen.csv", "branch.csv", "storage.csv", "timeseries_pointers.csv"])
def test_file_that_is_missing(small, name):
    (small / "SourceData" / name).unlink()
    with pytest.raises(FormatError, match=rf"{name}: must exist"):
        read_rts_gmlc(small)


def test_folder_where_a_file_should_be(small):
    file = small / "SourceData" / "gen.csv"
    file.unlink()
    file.mkdir()
    with pytest.raises(FormatError, match=r"gen.csv: must be a file, got 'a folder'"):
        read_rts_gmlc(small)


def test_no_folder(tmp_path):
    for place in (tmp_path, tmp_path / "none", tmp_path / "file"):
        (tmp_path / "file").write_text("x")
        with pytest.raises(FormatError, match=r"folder: must hold a folder SourceData"):
            read_rts_gmlc(place)


def system_or_error(root: Path) -> System | FormatError:
    try:
        return read_rts_gmlc(root).system
    except FormatError as error:
        return error


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_but_a_format_error_comes_of_any_damage(data, tmp_path_factory):
    root = folder(tmp_path_factory.mktemp("damaged") / "RTS_Data")
    file = data.draw(st.sampled_from(sorted(root.rglob("*.csv"))))
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    pieces = st.one_of(st.binary(max_size=6), st.sampled_from([b",", b"\n", b"-", b"e9", b'"', b"nan", b"1e400"]))
    file.write_bytes(whole[:at] + data.draw(pieces) + whole[at + data.draw(st.integers(0, 8)) :])
    came = system_or_error(root)
    assert isinstance(came, System) or came.faults


# --- the published system ---

# units and MW by category, MW the sum over units of the largest hourly output; RTS-GMLC as published in 2023,
# SourceData/gen.csv and the day-ahead series
FLEET = {
    "Coal": (16, 2317.0),
    "Gas CC": (10, 3550.0),
    "Gas CT": (27, 1485.0),
    "Oil CT": (12, 240.0),
    "Oil ST": (7, 84.0),
    "Nuclear": (1, 400.0),
    "Hydro": (20, 1000.0),
    "Solar PV": (25, 1431.1),
    "Solar RTPV": (31, 1071.6),
    "Wind": (4, 2507.9),
}
PEAK = 8191.836
"""Largest load of all regions together, MW."""


def pras() -> System:
    file = SHARED / "rts.pras"
    if not file.exists():
        pytest.skip("rts.pras is not beside the repository")
    return read_pras(file)


def published(**options) -> System:
    place = os.environ.get(PUBLISHED)
    if not place or not Path(place).is_dir():
        pytest.skip(f"{PUBLISHED} names no folder")
    return read_rts_gmlc(place, **options).system


def fleet(system: System) -> dict[str, tuple[int, float]]:
    """Return units and MW by class."""
    largest = Counter()
    for cls, capacity in zip(system.generators.classes, system.generators.capacity, strict=True):
        largest[cls] += float(capacity.max())
    counts = Counter(system.generators.classes)
    return {cls: (counts[cls], largest[cls]) for cls in counts}


def test_typed_fleet_agrees_with_pras():
    found = fleet(pras())
    assert {cls: count for cls, (count, _) in found.items()} == {cls: count for cls, (count, _) in FLEET.items()}
    for cls, (count, power) in FLEET.items():
        assert found[cls][1] == pytest.approx(power, abs=0.5 * count + 1e-9), cls  # PRAS's file is in whole MW
    assert pras().regions.load.sum(axis=0).max() == pytest.approx(PEAK, abs=1.5)


def test_published_folder_agrees_with_the_typed_fleet():
    system = published(classes={category: category for category in FLEET})
    assert system.regions.names == ("1", "2", "3")
    assert fleet(system) == {cls: (count, pytest.approx(power)) for cls, (count, power) in FLEET.items()}
    assert system.regions.load.max(axis=1).tolist() == [2850.0] * 3
    assert system.regions.load.sum(axis=0).max() == pytest.approx(PEAK, abs=1e-3)


def test_published_folder_agrees_with_pras_unit_by_unit():
    ours, theirs = published(), pras()
    assert (ours.start, ours.n_steps, ours.regions.names) == (theirs.start, theirs.n_steps, theirs.regions.names)
    assert np.abs(ours.regions.load - theirs.regions.load).max() < 0.5 + 1e-9
    place = {name: index for index, name in enumerate(ours.generators.names)}
    assert sorted(place) == sorted(theirs.generators.names)
    order = [place[name] for name in theirs.generators.names]
    assert tuple(ours.generators.region[row] for row in order) == theirs.generators.region
    assert np.abs(ours.generators.capacity[order] - theirs.generators.capacity).max() < 0.5 + 1e-9
    assert np.allclose(ours.generators.p_fail[order], theirs.generators.p_fail, rtol=1e-12, atol=0)
    assert np.allclose(ours.generators.p_repair[order], theirs.generators.p_repair, rtol=1e-12, atol=0)
    assert ours.generator_storages.names == theirs.generator_storages.names == ("212_CSP_1",)
    assert np.abs(ours.generator_storages.inflow - theirs.generator_storages.inflow).max() < 0.5 + 1e-9
    for name in ("discharge", "energy", "injection", "withdrawal", "p_fail", "p_repair"):
        one, other = getattr(ours.generator_storages, name), getattr(theirs.generator_storages, name)
        assert one.item() == pytest.approx(other.item()), name
    for name in ("charge", "discharge", "energy"):
        assert getattr(ours.storages, name).item() == getattr(theirs.storages, name).item()
    assert sorted(ours.lines.forward[:, 0]) == sorted(theirs.lines.forward[:, 0])
    ends = zip(ours.interfaces.region_from, ours.interfaces.region_to, strict=True)
    assert list(ends) == list(zip(theirs.interfaces.region_from, theirs.interfaces.region_to, strict=True))

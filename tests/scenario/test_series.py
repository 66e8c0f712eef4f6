"""The user's own series from CSV files: loads, factors, weather years, wave logs, and faults by row and column."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from standstill.errors import Faults, FormatError, InputError
from standstill.scenario import load_scenario
from standstill.scenario.series import MOST_FAULTS, step_values, weather_years
from standstill.scenario.timeline import Timeline
from standstill.scenario.wave_log import read_wave_log
from tests.scenario.conftest import Write

START = dt.datetime(2024, 9, 1)


def series(path: Path, every: dt.timedelta, values: list[float], start: dt.datetime = START) -> Path:
    """Write a file with the columns time and north."""
    rows = [f"{(start + number * every).isoformat()},{value!r}" for number, value in enumerate(values)]
    path.write_text("# measured\ntime,north\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def found(path: Path, time: Timeline, column: str = "north") -> tuple[np.ndarray | None, list[str]]:
    """Return what is read, and the faults."""
    faults = Faults(source="north.toml")
    return step_values(path, column, time, faults), [str(fault) for fault in faults.items]


def test_a_row_for_each_step_is_taken_as_it_is_and_others_are_left_out(tmp_path: Path) -> None:
    path = series(tmp_path / "a.csv", dt.timedelta(hours=1), [9.0, 1.0, 2.5, 4.0, 9.0], START - dt.timedelta(hours=1))
    values, faults = found(path, Timeline(start=START, step_h=1.0, n_steps=3))
    assert faults == []
    assert values is not None
    assert values.tolist() == [1.0, 2.5, 4.0]


def test_a_step_takes_the_mean_of_its_parts(tmp_path: Path) -> None:
    path = series(tmp_path / "a.csv", dt.timedelta(minutes=15), [1, 2, 3, 6, 10, 10, 10, 30])
    values, faults = found(path, Timeline(start=START, step_h=1.0, n_steps=2))
    assert faults == []
    assert values is not None
    assert values.tolist() == [3.0, 15.0]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("time,south\n2024-09-01T00:00,1\n", "header: must have the column north"),
        ("time,north\n2024-09-01T00:00,1\n2024-09-01T02:00,1\n", "none at 2024-09-01 01:00:00; 1 of 3 missing"),
        ("time,north\n2024-09-01T00:00,1\n2024-09-01T01:00,1\n", "none at 2024-09-01 02:00:00; 1 of 3 missing"),
        ("time,north\n2024-09-01T00:00,x\n", "row 2: north: must be a number, got 'x'"),
        ("time,north\n2024-09-01T00:00,nan\n", "row 2: north: must be a number, got 'nan'"),
        ("time,north\n2024-09-01T00:00,1e308\n", "row 2: north: must be a number, got '1e308'"),
        (
            "time,north\n2024-09-01T00:00,1\n2024-09-01T00:00:00.000001,1\n2024-09-01T01:00,1\n",
            "none at 2024-09-01 00:00:00.000002; 10799999997 of 10800000000 missing",
        ),
        ("time,north\n2024-09-01T00:00,-1\n", "row 2: north: must be >= 0, got -1.0"),
        ("time,north\n1 September,1\n", "row 2: time: must be a local time, got '1 September'"),
        ("time,north\n2024-09-01T00:00+02:00,1\n", "row 2: time: must be a local time"),
        ("time,north\n2024-09-01T00:00,1\n2024-09-01T00:00,1\n", "row 3: time: must come once"),
        ("time,north\n2024-09-01T00:00,1,2\n", "must have 2 cells, got 3"),
        ("time,north\n", "file: must have at least one row"),
        ("", "file: must have a header"),
    ],
)
def test_faults_name_row_and_column(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    values, faults = found(path, Timeline(start=START, step_h=1.0, n_steps=3))
    assert values is None
    assert any(fault in item for item in faults), faults


def test_rows_that_do_not_divide_a_step_are_refused(tmp_path: Path) -> None:
    path = series(tmp_path / "a.csv", dt.timedelta(minutes=25), [1.0] * 20)
    _, faults = found(path, Timeline(start=START, step_h=1.0, n_steps=3))
    assert len(faults) == 1
    assert "must have rows a step of 1 h, or a whole part of one, apart" in faults[0]


def test_a_file_of_faults_is_shortened(tmp_path: Path) -> None:
    path = series(tmp_path / "a.csv", dt.timedelta(hours=1), [-1.0] * 20)
    _, faults = found(path, Timeline(start=START, step_h=1.0, n_steps=20))
    assert len(faults) == MOST_FAULTS + 1
    assert faults[-1] == "file: must have no faults; 15 more rows have some"


def test_every_year_that_covers_the_days_is_a_weather_year(tmp_path: Path) -> None:
    first, last = dt.date(2000, 10, 20), dt.date(2003, 2, 1)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    path = tmp_path / "t.csv"
    text = "\n".join(f"{day},{day.toordinal() % 40 - 20}" for day in days)
    path.write_text(f"date,station\n{text}\n", encoding="utf-8")
    faults = Faults(source="x")
    read = weather_years(path, "station", dt.date(2024, 10, 1), 60, faults)
    assert faults.items == []
    assert read is not None
    years, values = read
    assert years == (2001, 2002)
    assert values.shape == (2, 60)
    assert values[1, 59] == (dt.date(2002, 10, 1) + dt.timedelta(days=59)).toordinal() % 40 - 20


def test_a_missing_day_and_a_short_record_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("date,t\n2001-10-01,1\n2001-10-03,1\n", encoding="utf-8")
    faults = Faults(source="x")
    assert weather_years(path, "t", dt.date(2024, 10, 1), 3, faults) is None
    assert weather_years(path, "t", dt.date(2024, 2, 29), 30, faults) is None
    shown = [str(fault) for fault in faults.items]
    assert "none on 2001-10-02" in shown[0]
    assert "must cover at least one year's 30 days from 02-29 on, got '2001-10-01 to 2001-10-03'" in shown[1]


def test_a_wave_log_gives_the_times_of_a_stream_in_order(tmp_path: Path) -> None:
    path = tmp_path / "waves.csv"
    path.write_text(
        "stream,time,source\nsalvos,2024-09-05T03:00,said\nroutine,2024-09-02,said\nsalvos,2024-09-01T22:30,said\n",
        encoding="utf-8",
    )
    salvos = [dt.datetime(2024, 9, 1, 22, 30), dt.datetime(2024, 9, 5, 3)]
    assert read_wave_log(path, "salvos") == salvos
    assert read_wave_log(str(path)) == sorted([*salvos, dt.datetime(2024, 9, 2)])
    with pytest.raises(FormatError, match=r"must have a wave of the stream salvo\n\nhint: did you mean salvos"):
        read_wave_log(path, "salvo")


def test_a_wave_log_lists_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "waves.csv"
    path.write_text("time\n5 September\n2024-09-05T03:00Z\n2024-09-05\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"(?s)2 faults.*row 2: time: must be a local time.*row 3: time"):
        read_wave_log(path)
    with pytest.raises(FormatError, match="header: must have the column stream"):
        read_wave_log(path, "salvos")
    with pytest.raises(FormatError, match="file: must exist"):
        read_wave_log(tmp_path / "none.csv")


FROM_FILES = (
    ('load = "1.5 Mb/d"\n', 'series = { file = "load.csv", column = "north", unit = "Mb/d" }\n'),
    ('unit = "400 kb/d"\n', 'unit = "400 kb/d"\nprofile.series = { file = "share.csv", column = "north" }\n'),
    ('times = "poisson"\nrate = "1 to 4 per month"\n', 'times = "dated"\ndates = { file = "waves.csv" }\n'),
)
TEMPERATURE = """\
[side.weather.temperature]
constant = "8 °C"
harmonics = [[-12.0, -3.0]]
sd_by_month = [5, 5, 4, 4, 3, 3, 3, 3, 4, 4, 5, 5]
shift_sd = "1 °C"
ar = [0.997, -0.199]
"""


def write_files(folder: Path) -> None:
    """Write the files that the changes above name: 61 days from 1 September 2024."""
    series(folder / "load.csv", dt.timedelta(days=1), [1.0 + number / 100 for number in range(61)])
    series(folder / "share.csv", dt.timedelta(days=1), [0.5] * 61)
    waves = "time\n2023-01-01\n2024-09-10T04:00\n2024-09-10T04:00\n2024-12-24\n"
    (folder / "waves.csv").write_text(waves, encoding="utf-8")
    days = [dt.date(2010, 9, 1) + dt.timedelta(days=number) for number in range(800)]
    text = "date,station\n" + "\n".join(f"{day},{number % 30 - 15}" for number, day in enumerate(days))
    (folder / "t.csv").write_text(text, encoding="utf-8")


def test_a_scenario_takes_its_series_from_files(write: Write, tmp_path: Path) -> None:
    write_files(tmp_path)
    history = '[side.weather]\nhistory = { file = "t.csv", column = "station" }\n'
    scenario = load_scenario(write(*FROM_FILES, (TEMPERATURE, history)))
    north, south = scenario.sides
    assert south.system.regions.load[0].tolist() == pytest.approx([1000 + 10.0 * day for day in range(61)])
    assert south.system.generators.capacity[:, 7].tolist() == [200.0] * 5
    assert north.campaign.streams[0].dates == (dt.datetime(2024, 9, 10, 4),) * 2
    assert north.weather is not None
    assert north.weather.years is not None
    assert north.weather.years.shape == (3, 61)
    assert north.weather.years[1, 0] == 365 % 30 - 15
    assert scenario.register is not None
    notes = {figure.path: figure.note for figure in scenario.register.figures}
    assert notes["south.region.all.series"] == "61 values in load.csv from 1 to 1.6; their mean is shown"
    assert notes["north.stream.salvos.dates.at"] == "2024-09-10 04:00; 2024-09-10 04:00"


def test_the_identity_follows_the_files(write: Write, tmp_path: Path) -> None:
    write_files(tmp_path)
    path = write(*FROM_FILES)
    first = load_scenario(path).id
    series(tmp_path / "load.csv", dt.timedelta(days=1), [2.0] * 61)
    assert load_scenario(path).id != first


def test_faults_of_files_are_listed_with_all_others(write: Write, tmp_path: Path) -> None:
    write_files(tmp_path)
    (tmp_path / "load.csv").write_text("time,north\n2024-09-01,x\n", encoding="utf-8")
    (tmp_path / "share.csv").unlink()
    (tmp_path / "waves.csv").write_text("time\n2023-01-01\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text("date,station\nx,1\n", encoding="utf-8")
    history = '[side.weather]\nhistory = { file = "t.csv", column = "station", unit = "K" }\n'
    with pytest.raises(InputError) as refused:
        load_scenario(write(*FROM_FILES, (TEMPERATURE, history)))
    shown = str(refused.value)
    for part in (
        "load.csv: row 2: north: must be a number, got 'x'",
        "generator.refinery.profile.series: must be a file beside the scenario or a built-in one, got 'share.csv'",
        "north.stream.salvos.dates.file: must have a wave from 2024-09-01 00:00:00 until",
        "t.csv: row 2: date: must be a date, got 'x'",
        "north.weather.history.unit: must be °C, or left out, got 'K'",
    ):
        assert part in shown


@pytest.mark.parametrize(
    ("change", "must"),
    [
        (('load = "1.5 Mb/d"\n', 'load = "1 kb/d"\nseries = { file = "load.csv", column = "north" }\n'), "either load"),
        (
            ('load = "1.5 Mb/d"\n', 'series = { file = "load.csv", column = "north", unit = "MWh" }\n'),
            "south.region.all.series.unit: must be a unit of power",
        ),
        (
            (
                'load = "1.5 Mb/d"\n',
                'load = "1 kb/d"\nprofile.series = { file="load.csv", column="north", unit="%" }\n',
            ),
            "series.unit: must be left out of factors",
        ),
        (('times = "poisson"\nrate = "1 to 4 per month"\n', 'times = "dated"\ndates = {}\n'), "have either at or file"),
        (
            ('times = "poisson"\nrate = "1 to 4 per month"\n', 'times="dated"\ndates={at=[2024-10-02], stream="x"}\n'),
            "have stream with file only",
        ),
    ],
)
def test_tables_that_name_files_are_checked(write: Write, tmp_path: Path, change: tuple[str, str], must: str) -> None:
    write_files(tmp_path)
    with pytest.raises(InputError, match=must):
        load_scenario(write(change))


def test_a_record_may_end_with_the_calendar(tmp_path: Path) -> None:
    days = [dt.date(9998, 12, 1) + dt.timedelta(days=day) for day in range(31 + 365)]
    path = tmp_path / "cold.csv"
    path.write_text("date,mean\n" + "".join(f"{day},{number}\n" for number, day in enumerate(days)), encoding="utf-8")
    faults = Faults(source="north.toml")
    years = weather_years(path, "mean", dt.date(2024, 12, 1), 62, faults)
    assert faults.items == []
    assert years is not None
    assert years[0] == (9998,)
    assert years[1].tolist() == [list(range(62))]

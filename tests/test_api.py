"""The verbs in Python: what a notebook calls."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

import standstill
from standstill.model.campaign import Campaign
from tests.cases import toy as toy_case
from tests.cases.toy import toy

SMALL = Path(__file__).parent / "cli" / "small.toml"


def test_every_public_name_exists_and_is_listed():
    for name in standstill.__all__:
        assert getattr(standstill, name) is not None
        assert name in dir(standstill)


def test_report_stays_a_verb_when_its_folder_is_imported():
    program = (
        "import standstill.report.rounding; import standstill; from standstill import api; "
        "assert standstill.report is api.report; assert callable(api.report)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_unknown_name():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = standstill.nothing


def test_names_are_loaded_on_first_use():
    program = (
        "import sys, standstill; assert 'standstill.model.system' not in sys.modules; "
        "standstill.System; assert 'standstill.model.system' in sys.modules; assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_assess_a_system():
    found = standstill.assess(toy(), samples=20_000, seed=5)
    assert abs(found.lole.value - toy_case.LOLE_H) < 5 * found.lole.se
    assert abs(found.eue.value - toy_case.EUE_MWH) < 5 * found.eue.se
    assert [region.name for region in found.regions] == ["region"]
    assert str(found).splitlines()[0].startswith("LOLE = 0.3")


def test_assess_takes_a_side_of_a_scenario():
    loaded = standstill.load_scenario(SMALL)
    by_name = standstill.assess(SMALL, side="North", samples=50)
    by_record = standstill.assess(loaded, side="North", samples=50)
    assert by_name.as_dict() == by_record.as_dict()
    with pytest.raises(standstill.InputError, match=r"side: must be given, as .* has several: North, South"):
        standstill.assess(SMALL, samples=50)


@pytest.mark.parametrize("system", [None, 3, ["winter-2024"]])
def test_assess_refuses_what_is_no_system(system):
    with pytest.raises(standstill.InputError, match="system: must be a"):
        standstill.assess(system)


@pytest.mark.parametrize(
    ("numbers", "place"),
    [({"samples": 0}, "samples"), ({"samples": 1.5}, "samples"), ({"samples": True}, "samples"),
     ({"seed": -1}, "seed"), ({"workers": 0}, "workers"), ({"workers": "2"}, "workers")],
)  # fmt: skip
def test_numbers_are_checked(numbers, place):
    with pytest.raises(standstill.InputError, match=f"{place}: must be a whole number"):
        standstill.run(SMALL, **({"samples": 10} | numbers))


def test_run_writes_nothing_unless_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = standstill.run(SMALL, samples=20)
    assert list(tmp_path.iterdir()) == []
    assert found.samples == 20
    assert set(found.worth) == {"standstill"}


def test_run_is_saved_and_reported(tmp_path, monkeypatch):
    from standstill.studies.saved import load_run

    found = standstill.run(SMALL, samples=20, out=tmp_path / "out")
    assert (tmp_path / "out" / "report.html").is_file()
    again = load_run(tmp_path / "out")
    assert again.as_dict() == found.as_dict()
    assert again.drivers == found.drivers
    assert standstill.report(tmp_path / "out", tmp_path / "more") == tmp_path / "more" / "report.html"


def test_a_run_of_a_record_is_saved_without_its_scenario(tmp_path, monkeypatch):
    from standstill.studies.saved import load_run

    monkeypatch.setattr(import_module("standstill.report"), "write_report", lambda _, folder: folder / "report.html")
    loaded = standstill.load_scenario(SMALL)
    found = standstill.run(loaded, samples=20, out=tmp_path)
    with pytest.raises(standstill.InputError, match="scenario: must be given"):
        load_run(tmp_path)
    assert load_run(tmp_path, loaded).as_dict() == found.as_dict()


def test_files_outside_the_scenario_folder_are_not_copied(tmp_path, monkeypatch):
    monkeypatch.setattr(import_module("standstill.report"), "write_report", lambda _, folder: folder / "report.html")
    (tmp_path / "below").mkdir()
    text = SMALL.read_text().replace('"small-claims.csv"', '"../small-claims.csv"')
    (tmp_path / "below" / "small.toml").write_text(text)
    (tmp_path / "small-claims.csv").write_text((SMALL.parent / "small-claims.csv").read_text())
    (tmp_path / "below" / "small-curves.toml").write_text((SMALL.parent / "small-curves.toml").read_text())
    standstill.run(tmp_path / "below" / "small.toml", samples=5, out=tmp_path / "out")
    assert not (tmp_path / "out" / "saved" / "scenario").exists()
    from standstill.studies.saved import load_run

    assert load_run(tmp_path / "out").samples == 5


def test_resume_does_not_take_the_run_of_a_record_that_was_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(import_module("standstill.report"), "write_report", lambda _, folder: folder / "report.html")
    loaded = standstill.load_scenario(SMALL)
    quiet = replace(loaded, sides=tuple(replace(side, campaign=Campaign()) for side in loaded.sides))
    first = standstill.run(loaded, samples=64, out=tmp_path)
    second = standstill.run(quiet, samples=64, out=tmp_path, resume=True)
    assert second.as_dict() == standstill.run(quiet, samples=64).as_dict()
    assert second.measures["strikes"]["South"]["eue"].value < first.measures["strikes"]["South"]["eue"].value
    again = standstill.run(quiet, samples=64, out=tmp_path, resume=True)
    assert (first.is_read, second.is_read, again.is_read) == (False, False, True)
    assert again.as_dict() == second.as_dict()


def test_resume_needs_a_folder():
    with pytest.raises(standstill.InputError, match="resume: must come with a folder"):
        standstill.run(SMALL, samples=5, resume=True)


def test_report_of_an_unsaved_run_needs_a_folder():
    found = standstill.run(SMALL, samples=5)
    with pytest.raises(standstill.InputError, match="out: must be given"):
        standstill.report(found)


def test_compare_runs():
    first, second = (standstill.run(SMALL, samples=300, seed=seed) for seed in (1, 1))
    found = standstill.compare(first, second)
    assert all((row.paired, row.difference.value, row.difference.se) == (True, 0.0, 0.0) for row in found.differences)


def test_compare_runs_a_scenario_as_the_run_it_is_compared_with_was():
    run = standstill.run(SMALL, samples=40, seed=9)
    found = standstill.compare(run, SMALL)
    assert {row.b.samples for row in found.differences} == {40}
    assert all(row.paired for row in found.differences if row.difference.exists)
    with pytest.raises(standstill.InputError, match=r"(?s)2 faults.*samples: must be left out.*seed: must be left out"):
        standstill.compare(run, run, samples=40, seed=9)


def test_weather_years_that_end_before_the_winter_are_refused():
    from standstill.model.weather import DegreeDayLoad, Weather

    side = standstill.load_scenario(SMALL).sides[0]  # 38 days of 1 h
    load = DegreeDayLoad(
        base=500.0, slope=10.0, threshold_c=15.0, weekday_factor=(1.0,) * 7, shape=(1.0,), region_share=(1.0,)
    )
    assert replace(side, weather=Weather(load=load, years=[[0.0] * 38])).weather is not None
    with pytest.raises(standstill.InputError, match=r"weather.years: must have 38 temperatures a year, .*, got 37"):
        replace(side, weather=Weather(load=load, years=[[0.0] * 37]))


def test_check_collects_the_faults_of_every_side():
    loaded = standstill.check(SMALL)
    sides = []
    for side in loaded.sides:
        [stream] = side.campaign.streams
        campaign = replace(side.campaign, streams=(replace(stream, aim={"nothing": 1.0}),))
        sides.append(replace(side, campaign=campaign))
    with pytest.raises(standstill.InputError, match=r"(?s)North\..*South\.") as caught:
        standstill.check(replace(loaded, sides=tuple(sides)))
    assert len(caught.value.faults) >= 2


def test_assess_exactly_or_to_a_precision():
    exact = standstill.assess(toy(), method="convolution")
    assert exact.lole.se == 0.0
    found = standstill.assess(toy(), method="plain", precision=0.05)
    assert abs(found.eue.value - exact.eue.value) < 4 * found.eue.se
    assert found.eue.se <= 0.05 * found.eue.value


def test_assess_refuses_methods_that_do_not_fit():
    with pytest.raises(
        standstill.InputError, match="method: must be one of plain, scarce-days, convolution, copper-plate"
    ):
        standstill.assess(toy(), method="guess")
    with pytest.raises(standstill.InputError, match="precision: must be given for the method scarce-days"):
        standstill.assess(toy(), method="scarce-days")

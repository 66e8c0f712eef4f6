"""The option --set of run, check, assess, compare, talks and terms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import standstill
from standstill.errors import InputError
from standstill.studies.saved import load_run

CREWS = "North.crews.plants.count=9 crews"


def test_check_says_what_was_set(call, small):
    done = call("check", small, "--set", CREWS, "--set", "samples=16")
    assert done.code == 0
    assert done.out.splitlines()[-2:] == [f"set by the user: {CREWS}", "set by the user: samples=16"]


@pytest.mark.parametrize("command", ["run", "check", "assess", "compare", "talks", "terms"])
def test_an_unknown_path_is_one_message_with_every_fault(call, small, command):
    first = [small] if command == "compare" else []
    done = call(command, *first, small, "--set", "North.crew.plants.count=9", "--set", "sample=3")
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("error:") == 1
    assert "2 faults" in done.err
    assert "did you mean crews" in done.err
    assert "did you mean samples" in done.err


def test_a_run_says_what_was_set_and_can_be_read_again(call, small):
    done = call("run", small, "-n", 4, "--out", "out", "--set", CREWS)
    assert done.code == 0
    assert json.loads(Path("out/run.json").read_text())["settings"] == [CREWS]
    page = Path("out/report.html").read_text(encoding="utf-8")
    method = page[page.index('id="method"') :]
    assert f"Set by the user, on top of the scenario's file: <code>{CREWS}</code>." in method
    read = load_run(Path("out"))
    assert read.scenario.settings == (CREWS,)
    assert read.scenario.id == standstill.load_scenario(small, settings=[CREWS]).id
    assert read.scenario.id != standstill.load_scenario(small).id


def test_a_finished_run_without_the_setting_is_not_taken(call, small, no_report):
    call("run", small, "-n", 4, "--out", "out")
    assert "nothing simulated" in call("run", small, "-n", 4, "--out", "out", "--resume").err
    assert "nothing simulated" not in call("run", small, "-n", 4, "--out", "out", "--resume", "--set", CREWS).err
    assert json.loads(Path("out/run.json").read_text())["settings"] == [CREWS]


def test_compare_sets_in_the_second(call, small):
    done = call("compare", small, small, "-n", 8, "--set", CREWS, "--json", "-")
    data = json.loads(done.out)
    assert (data["a"], data["b"]) == ("small", f"small with {CREWS}")
    moved = {row["side"] for row in data["differences"] if row["difference"]["value"]}
    assert moved == {"North"}


def test_assess_takes_a_smaller_fleet(call, small):
    place = next(
        figure.path for figure in standstill.load_scenario(small).register.figures
        if figure.path.startswith("North.generator") and figure.path.endswith("capacity")
    )  # fmt: skip
    values = [
        json.loads(call("assess", small, "--side", "North", "-n", 64, "--json", "-", *more).out)["eue"]["value"]
        for more in ([], ["--set", f"{place}=1 MW"])
    ]
    assert values[1] > values[0]


def test_only_a_scenario_file_takes_settings(call, small, tmp_path):
    call("run", small, "-n", 2, "--out", "out")
    done = call("compare", small, "out", "--set", CREWS)
    assert done.code == 2
    assert "must name a value of a scenario that is given by its name or its TOML file" in done.err
    done = call("assess", tmp_path / "x.pras", "--set", CREWS)
    assert done.code == 2
    record = standstill.load_scenario(small)
    with pytest.raises(InputError, match="scenario that is given by its name"):
        standstill.check(record, settings=[CREWS])


def test_talks_take_the_run_of_what_is_set_and_no_other(call, no_report):
    setting = "samples=300"
    call("run", "winter-2024", "-n", 2, "--out", "out", "--set", setting)
    assert call("talks", "winter-2024", "--run", "out", "--set", setting).code == 0
    done = call("talks", "winter-2024", "--run", "out")
    assert done.code == 2
    assert "run: must be of the scenario as it is set here" in done.err

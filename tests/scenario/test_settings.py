"""Values set on top of a scenario: where they go, what becomes of their sources, and every fault at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from standstill.errors import InputError
from standstill.evidence import Figure
from standstill.scenario import load_scenario
from standstill.scenario.settings import BECAUSE
from tests.scenario.conftest import CURVES, Write


def figure(path: Path, place: str, *settings: str) -> Figure:
    """Return a figure of the register, by path."""
    register = load_scenario(path, settings=settings).register
    assert register is not None
    return next(item for item in register.figures if item.path == place)


def test_a_set_figure_loses_its_claims(write: Write) -> None:
    place = "north.generator.line-in.capacity"
    before, after = figure(write(), place), figure(write(), place, f"{place}=1.2 GW")
    assert (before.claims, before.median) == (("imports",), 1.7)
    assert (after.claims, after.median, after.unit) == ((), 1.2, "GW")
    assert after.reason == f"judgement, because {BECAUSE}"


@pytest.mark.parametrize(
    ("setting", "place", "shown"),
    [
        ('north.generator.coal.capacity="1 to 2 GW"', "north.generator.coal.capacity", "uniform 1 to 2 GW"),
        (
            "north.generator.coal.capacity={ choice = ['1 GW', '2 GW'] }",
            "north.generator.coal.capacity",
            "one of 1, 2 GW",
        ),
        ("north.generator.coal.capacity.value = 2 to 3 GW", "north.generator.coal.capacity", "uniform 2 to 3 GW"),
        ("side.north.generator.0.capacity=5 GW", "north.generator.coal.capacity", "5 GW"),
        ("north.areas.critical_share=0.4", "north.areas.critical_share", "0.4"),
        ("north.stream.salvos.weapon.drone.hit=50 %", "north.stream.salvos.weapon.drone.hit", "50 %"),
        ("north.stream.salvos.aim.weights.thermal=3", "north.stream.salvos.aim.weights.thermal", "3"),
        ("north.weather.load.threshold=12 °C", "north.weather.load.threshold", "12 °C"),
        ("arm.standstill.terms.compliance=50 %", "arm.standstill.terms.compliance", "50 %"),
        ("north.people=2 million people", "north.people", "2 million people"),
        ("curves.works.slight.condition=40 %", "curves.works.slight.condition", "40 %"),
        ("curves.works.states.slight.time.sd=3 d", "curves.works.slight.time.sd", "3 d"),
    ],
)
def test_places_are_those_of_the_register(write: Write, setting: str, place: str, shown: str) -> None:
    drop = [] if ".value" not in setting else [(', likely = "2 GW"', "")]
    found = figure(write(*drop), place, setting)
    assert shown in found.value_text
    assert (found.claims, found.judgement) == ((), BECAUSE)


def test_lists_set_by_the_user_are_said_to_be(write: Write) -> None:
    found = figure(write(), "north.weather.load.shape", "north.weather.load.shape=[0.5, 1.5]")
    assert found.note.startswith("2 values from 0.5 to 1.5")
    assert found.judgement == BECAUSE


def test_paths_leave_out_what_the_register_leaves_out(write: Write) -> None:
    dated = 'times = "dated"\ndates = { at = [2024-10-02], thinning = "50 %" }\n'
    curve = CURVES.replace("[[curve]]", "[[side.curve]]").replace('because = "made up"\n', 'because = "own"\n')
    path = write(
        ('times = "poisson"\nrate = "1 to 4 per month"\n', dated), ("[side.mapping]", f"{curve}[side.mapping]")
    )
    settings = ("north.stream.salvos.dates.thinning=40 %", "north.curve.works.heavy.probability=10 %")
    assert figure(path, "north.stream.salvos.dates.thinning", *settings).value_text == "40 %"
    assert figure(path, "north.curve.works.heavy.probability", *settings).judgement == BECAUSE
    assert figure(path, "north.curve.works.slight.probability", *settings).judgement == "own"


def test_plain_values_are_set_as_toml(write: Write) -> None:
    settings = (
        "samples=256", "measure_from=2024-09-15", "north.generator.coal.count=2", "arm.standstill.terms.withheld=kept",
        "south.criterion.critical_cut_allowed=true", "north.mapping.hydro=works", "title='Say \"why\"'",
    )  # fmt: skip
    scenario = load_scenario(write(), settings=settings)
    assert scenario.settings == settings
    assert (scenario.samples, scenario.measure_from) == (256, dt.datetime(2024, 9, 15))
    assert scenario.sides[0].system.generators.names[:2] == ("coal-01", "coal-02")
    assert scenario.arms[1].terms is not None
    assert scenario.arms[1].terms.withheld == "kept"
    assert scenario.sides[1].criterion.critical_cut_allowed is True
    assert scenario.sides[0].campaign.mapping == {"thermal": "works", "hydro": "works"}
    assert scenario.title == 'Say "why"'


def test_the_identity_is_that_of_what_is_simulated(write: Write) -> None:
    path = write()
    first = load_scenario(path).id
    other = load_scenario(path, settings=["north.crews.plants.count=4 crews"]).id
    assert other != first
    assert load_scenario(write(('count = "3 crews"', 'count = "4 crews"'))).id == other
    assert load_scenario(write(), settings=["north.crews.plants.count=3 crews"]).id == first


def test_every_fault_is_listed_at_once_with_near_misses(write: Write) -> None:
    settings = [
        "nort.crews.plants.count=4 crews",
        "north.crew.plants.count=4 crews",
        "north.crews.plant.count=4 crews",
        "north.generator.coal.capacty=4 GW",
        "north.generator.coal.capacity.vlaue=4 GW",
        "north.crews.plants=4",
        "north=4",
        "samples.more=4",
        "samples",
        "samples=1",
        "samples=2",
        "north.weather.load.shape=[1, 2",
        "north.areas.capability=4 MWh",
        "curves.work.slight.condition=40 %",
        "curves.works.slihgt.condition=40 %",
    ]
    with pytest.raises(InputError) as refused:
        load_scenario(write(), settings=settings)
    shown = str(refused.value)
    for part in (
        "set nort.crews.plants.count: must name a value of the scenario, got 'nort'",
        "did you mean north",
        "set north.crew.plants.count: must name a value of the scenario, got 'crew'",
        "did you mean crews",
        "set north.crews.plant.count: must name a value of the scenario, got 'plant'",
        "did you mean plants?",
        "got 'capacty'",
        "did you mean capacity?",
        "got 'vlaue'",
        "did you mean value?",
        "set north.crews.plants: must name a value of this table",
        "set north: must name a value of this table",
        "set samples.more: must end at samples, which holds no tables, got 'more'",
        "set: must be PATH=VALUE, got 'samples'",
        "set samples: must be set once",
        "set north.weather.load.shape: must be a TOML value",
        "north.areas.capability: must be a unit of power such as",
        "set curves.work.slight.condition: must name a value of the scenario, got 'work'",
        "got 'slihgt'",
    ):
        assert part in shown, part


@pytest.mark.parametrize("value", ["1\nseed = 3", "[1]\n[other]"])
def test_one_setting_sets_one_value(write: Write, value: str) -> None:
    with pytest.raises(InputError, match="set samples: must be one value"):
        load_scenario(write(), settings=[f"samples={value}"])


def test_what_cannot_be_is_refused_as_in_a_file(write: Write) -> None:
    with pytest.raises(InputError, match=r"north.crews.plants.order: must be 'first-come'.*got 'fastest'"):
        load_scenario(write(), settings=["north.crews.plants.order=fastest"])

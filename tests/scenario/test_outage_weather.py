"""Outages that follow the weather, in a scenario file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from standstill.engine.pack import pack_side
from standstill.errors import InputError
from standstill.scenario import load_scenario

Write = Callable[..., Path]
BEFORE = "[side.weather.temperature]\n"
RULE = (
    '[[side.outage_weather]]\nclass = "thermal"\nfailure = [[-20, 4], [0, 1.5], [10, 1]]\n'
    'because = "a study of winters"\n\n'
)


def test_a_rule_has_its_source(write: Write) -> None:
    scenario = load_scenario(write((BEFORE, RULE + BEFORE)))
    side = scenario.sides[0]
    (rule,) = side.outage_weather
    assert rule.asset_class == "thermal"
    assert rule.failure == ((-20.0, 4.0), (0.0, 1.5), (10.0, 1.0))
    assert rule.repair == ((0.0, 1.0),)
    assert scenario.register is not None
    (figure,) = (item for item in scenario.register.figures if "outage_weather" in item.path)
    assert (figure.path, figure.judgement) == ("north.outage_weather.thermal.failure", "a study of winters")
    assert figure.note == "factor 4 at -20 °C; factor 1.5 at 0 °C; factor 1 at 10 °C"
    table = pack_side(side).model.assets.table
    assert (table["day_fail"] >= 0).tolist() == [True] * 4 + [False] * (len(table) - 4)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("thermal", "solar", "outage_weather.solar: must name an asset class of the side"),
        ("[-20, 4], [0, 1.5]", "[0, 4], [-20, 1.5]", "have the temperatures of failure in ascending order"),
        ("failure = [[-20, 4], [0, 1.5], [10, 1]]\n", "", "have failure, repair or both"),
        ("[-20, 4]", "[-20, -4]", r"failure.*greater than or equal to 0|failure.*>= 0"),
    ],
)
def test_rules_that_make_no_sense_are_refused(write: Write, before: str, after: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_scenario(write((BEFORE, RULE.replace(before, after, 1) + BEFORE)))


def test_a_side_without_weather_and_a_class_twice_are_refused(write: Write) -> None:
    refinery = RULE.replace("thermal", "refinery")
    with pytest.raises(
        InputError, match=r"south.outage_weather.refinery: must be left out where the side has no weather"
    ):
        load_scenario(write(('unit = "400 kb/d"\n', 'unit = "400 kb/d"\n' + refinery)))
    with pytest.raises(InputError, match=r"north.outage_weather: must be given once for a class, got 'thermal'"):
        load_scenario(write((BEFORE, RULE + RULE + BEFORE)))

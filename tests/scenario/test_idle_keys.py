"""A key that cannot act, given what the keys beside it say, is refused; where it can act, it is taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from standstill.errors import InputError
from standstill.scenario import load_scenario

Write = Callable[..., Path]
RATE = 'times = "poisson"\nrate = "1 to 4 per month"\n'
DATED = 'times = "dated"\ndates = { at = [2024-09-10] }\n'
HAWKES = 'times = "hawkes"\nrate = "1 per month"\nbranching = "0.5"\ndecay = "3 per week"\n'
MEAN = 'mean = "10 weapons"\n'
DISPERSION = 'dispersion = "4"\n'
WITHIN = 'compliance = "90 %"\n'
HUB = 'hub = "grid"\n'
LAKE = 'name = "lake"\n'
COAL = 'name = "coal"\nclass = "thermal"\ncount = 4\n'
OUT = 'forced_outage_rate = "10 %"\n'
SOUTH = 'load = "1.5 Mb/d"\n'
GRID = 'name = "grid"\n'
MONTHS = "month_factor = [2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]\n"
JOIN = """\
[[side.region]]
name = "far"

[[side.interface]]
name = "tie"
from = "grid"
to = "far"
capability = "1 GW"
"""
AREAS = "[side.areas]\n"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (RATE, RATE + 'shape = "3"\n', r'salvos: must have shape where times = "gamma", and only there'),
        (RATE, HAWKES + 'shape = "3"\n', r'salvos: must have shape where times = "gamma", and only there'),
        (RATE, DATED + 'shape = "3"\n', r'salvos: must have shape where times = "gamma", and only there'),
        (RATE, DATED + MONTHS, r'salvos: must have no month_factor where times = "dated"'),
        (MEAN, MEAN + DISPERSION, r'drone: must have dispersion where count = "negative-binomial", and only there'),
        (MEAN, MEAN + 'count = "fixed"\n' + DISPERSION, r"drone: must have dispersion where"),
        (WITHIN, 'displacement = "50 %"\n', r'must have displacement where withheld = "redirected", and only there'),
        (WITHIN, 'displacement = "50 %"\nwithheld = "kept"\n', r"must have displacement where"),
        (WITHIN, 'collapse_shape = "0.5"\n', r"must have collapse_shape with collapse only"),
        (
            WITHIN,
            'classes = ["hydro"]\nclass_compliance = { thermal = "50 %" }\n',
            r"must have class_compliance of its classes only, and thermal is not one of them",
        ),
        (HUB, HUB + 'pickup_time = "2 h"\n', r"north\.areas: must have pickup_time with pickup_share only"),
        (
            SOUTH,
            SOUTH + 'pickup_time = "2 h"\n',
            r"south: must have pickup_time with pickup_share only, also in region all",
        ),
        (HUB, HUB + 'mttr = "20 h"\n', r"north\.areas: must have mttr with forced_outage_rate only"),
        (OUT, "", r"north\.generator\.coal: must have mttr with forced_outage_rate only"),
        (LAKE, LAKE + 'mttr = "20 h"\n', r"north\.reservoir\.lake: must have mttr with forced_outage_rate only"),
        (SOUTH, SOUTH + "weather_share = 1\n", r"south: must have weather where region all has a weather_share"),
        (AREAS, JOIN + 'class = "line"\n' + AREAS, r"north\.interface\.tie: must have class with lines only"),
        (AREAS, JOIN + OUT + AREAS, r"interface\.tie: must have forced_outage_rate with lines only"),
        (AREAS, JOIN + 'mttr = "20 h"\n' + AREAS, r"interface\.tie: must have mttr with lines only"),
        (
            AREAS,
            JOIN + 'lines = 2\nmttr = "20 h"\n' + AREAS,
            r"interface\.tie: must have mttr with forced_outage_rate only",
        ),
    ],
)
def test_what_cannot_act_is_refused(write: Write, before: str, after: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        load_scenario(write((before, after)))
    assert len(error.value.faults) == 1


def test_what_can_act_is_taken(write: Write) -> None:
    scenario = load_scenario(write(
        (RATE, 'times = "gamma"\nrate = "1 per month"\nshape = "3"\n' + MONTHS),
        (MEAN, MEAN + 'count = "negative-binomial"\n' + DISPERSION),
        (
            WITHIN,
            'classes = ["thermal"]\nclass_compliance = { thermal = "50 %" }\nwithheld = "redirected"\n'
            'displacement = "50 %"\ncollapse = "0.5 per month"\ncollapse_shape = "0.5"\n',
        ),
        (HUB, HUB + 'pickup_share = "20 %"\npickup_time = "2 h"\nforced_outage_rate = "1 %"\nmttr = "20 h"\n'),
        (GRID, GRID + "weather_share = 0.25\n"),
        (AREAS, JOIN + 'lines = 2\nclass = "tie-line"\nforced_outage_rate = "1 %"\nmttr = "20 h"\n' + AREAS),
    ))  # fmt: skip
    north, terms = scenario.sides[0], scenario.arms[1].terms
    assert terms is not None
    assert (terms.displacement, terms.collapse_shape, terms.class_compliance) == (0.5, 0.5, {"thermal": 0.5})
    [stream] = north.campaign.streams
    assert (stream.shape, stream.month_factor[0], stream.weapons[0].dispersion) == (3.0, 2.0, 4.0)
    assert north.system.lines.classes[:2] == ("tie-line", "tie-line")
    assert north.system.lines.p_fail.min() > 0
    assert (north.system.regions.pickup_h[-1], north.weather and north.weather.load.region_share[0]) == (2.0, 0.25)


def test_a_rate_of_nothing_keeps_its_time_so_that_it_may_be_set(write: Write) -> None:
    path = write((OUT, 'forced_outage_rate = "0 %"\n'))
    assert load_scenario(path).sides[0].system.generators.p_fail.max() == 0
    again = load_scenario(path, settings=["north.generator.coal.forced_outage_rate=10 %"])
    assert again.sides[0].system.generators.p_fail.max() > 0


def test_setting_what_cannot_act_is_refused_and_what_can_is_taken(write: Write) -> None:
    with pytest.raises(InputError, match=r'salvos: must have shape where times = "gamma", and only there'):
        load_scenario(write(), settings=["north.stream.salvos.shape=3"])
    settings = ['north.stream.salvos.times="gamma"', 'north.stream.salvos.shape="3"']
    assert load_scenario(write(), settings=settings).sides[0].campaign.streams[0].shape == 3.0

"""Streams whose waves bring about others, replayed logs, plans of reservoirs and common causes in a scenario file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from standstill.engine.pack import pack_side
from standstill.errors import InputError
from standstill.evidence import Figure
from standstill.scenario import load_scenario

Write = Callable[..., Path]
INFLOW = 'inflow = "2.4 GWh/d"\n'
TIMES = 'times = "poisson"\nrate = "1 to 4 per month"\n'


def test_a_stream_whose_waves_bring_about_others(write: Write) -> None:
    hawkes = 'times = "hawkes"\nrate = "1 per month"\nbranching = "0.3 to 0.6"\ndecay = "3.5 per week"\n'
    scenario = load_scenario(write((TIMES, hawkes)))
    stream = scenario.sides[0].campaign.streams[0]
    assert stream.times == "hawkes"
    assert isinstance(stream.branching, Figure)
    assert stream.branching.distribution.support == (0.3, 0.6)
    assert stream.decay_per_day == pytest.approx(0.5)
    assert scenario.register is not None
    assert {"north.stream.salvos.branching", "north.stream.salvos.decay"} <= {
        figure.path for figure in scenario.register.figures
    }
    pack_side(scenario.sides[0])


@pytest.mark.parametrize(
    ("times", "message"),
    [
        (TIMES + 'branching = "0.5"\n', 'have branching where times = "hawkes", and only there'),
        ('times = "hawkes"\nrate = "1 per month"\nbranching = "0.5"\n', 'have decay where times = "hawkes"'),
        (
            'times = "hawkes"\nrate = "1 per month"\nbranching = "1.2"\ndecay = "1 per day"\n',
            r"branching: must be within \[0, 0.95\]",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(write: Write, times: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_scenario(write((TIMES, times)))


def test_a_replayed_log_says_how_many_are_left_out(write: Write) -> None:
    dated = 'times = "dated"\ndates = { at = [2024-09-10, 2024-09-20], thinning = "20 to 40 %" }\n'
    stream = load_scenario(write((TIMES, dated))).sides[0].campaign.streams[0]
    assert len(stream.dates) == 2
    assert isinstance(stream.thinning, Figure)
    assert stream.thinning.path == "north.stream.salvos.dates.thinning"


def test_reservoirs_have_plans(write: Write) -> None:
    greedy = load_scenario(write()).sides[0].system.generator_storages
    assert greedy.dispatch == ("greedy", "greedy")
    weekly = write((INFLOW, INFLOW + 'dispatch = "weekly-budget"\nweekly_share = "10 to 20 %"\n'))
    table = load_scenario(weekly).sides[0].system.generator_storages
    assert table.dispatch == ("weekly-budget",) * 2
    assert isinstance(table.weekly_share[0], Figure)
    daily = write((
        INFLOW,
        INFLOW + 'dispatch = "daily-profile"\nrelease = { power = "200 MW", profile = { shape = [0.5, 1.5] } }\n',
    ))  # fmt: skip
    side = load_scenario(daily).sides[0]
    release = side.system.generator_storages.release
    assert release[1, :24] == pytest.approx([50.0] * 12 + [150.0] * 12)
    assert pack_side(side).model.stores.planned


@pytest.mark.parametrize("line", ['weekly_share = "1 %"\n', 'dispatch = "weekly-budget"\n', 'dispatch = "clever"\n'])
def test_a_plan_without_its_figures_is_refused(write: Write, line: str) -> None:
    with pytest.raises(InputError, match=r"weekly_share where dispatch|be one of|'greedy'"):
        load_scenario(write((INFLOW, INFLOW + line)))


def test_common_causes(write: Write) -> None:
    cause = (
        '[[side.common_cause]]\nclass = "thermal"\nshare = "80 to 100 %"\nlost_per_degree = "1 %"\n'
        'threshold = "-5 °C"\nleast = "70 %"\n\n[side.weather.temperature]\n'
    )
    side = load_scenario(write(("[side.weather.temperature]\n", cause))).sides[0]
    (found,) = side.common_causes
    assert found.asset_class == "thermal"
    assert (found.slope_per_c, found.threshold_c, found.least) == pytest.approx((0.01, -5.0, 0.7))
    assert isinstance(found.share, Figure)
    model = pack_side(side).model
    assert np.flatnonzero(model.assets.table["cause"] >= 0).tolist() == [0, 1, 2, 3]
    wrong = cause.replace("thermal", "solar")
    with pytest.raises(InputError, match=r"common_cause.solar: must name a class of generators of the side"):
        load_scenario(write(("[side.weather.temperature]\n", wrong)))
    half = cause.replace('threshold = "-5 °C"\n', "")
    with pytest.raises(InputError, match="lost_per_degree and threshold, or neither"):
        load_scenario(write(("[side.weather.temperature]\n", half)))

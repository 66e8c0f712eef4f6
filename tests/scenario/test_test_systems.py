"""The two built-in test systems: published figures, published indices, and nothing that is a real place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import standstill
from standstill.measures.exact import exact_indices
from standstill.model.scenario import Scenario
from standstill.scenario import load_scenario
from standstill.scenario.files import BUILTIN, files_of
from tests.cases.rts79 import load_mw, rts79

FIRST, LAST = 43 * 168, 52 * 168
LOLE_H, EUE_MWH = 6.2227064, 823.40936
"""Of weeks 44 to 52, by convolution."""


@pytest.fixture(scope="module")
def winter() -> Scenario:
    """Return the nine weeks of RTS-79."""
    return load_scenario("rts-79")


@pytest.fixture(scope="module")
def summer() -> Scenario:
    """Return the four weeks of RTS-GMLC."""
    return load_scenario("rts-gmlc")


def test_rts_79_is_the_published_system(winter: Scenario) -> None:
    system, whole = winter.sides[0].system, rts79()
    assert system.regions.load[0] == pytest.approx(load_mw()[FIRST:LAST], abs=1e-6)
    for name in ("capacity", "p_fail", "p_repair"):
        ours, published = (getattr(item.generators, name)[:, 0] for item in (system, whole))
        assert np.sort(ours) == pytest.approx(np.sort(published), rel=1e-12)


def test_rts_79_has_the_published_indices(winter: Scenario) -> None:
    exact = exact_indices(winter.sides[0].system)
    assert exact.lole.value == pytest.approx(LOLE_H, abs=5e-7)
    assert exact.eue.value == pytest.approx(EUE_MWH, abs=5e-5)


@pytest.mark.statistical
def test_rts_79_without_its_wave_is_assessed_as_published() -> None:
    found = standstill.assess("rts-79", samples=100_000, seed=1)
    assert abs(found.lole.value - LOLE_H) < 4 * found.lole.se
    assert abs(found.eue.value - EUE_MWH) < 4 * found.eue.se


def test_the_arm_without_strikes_is_the_system_as_it_is(winter: Scenario) -> None:
    run = standstill.run(winter, samples=2_000, seed=1)
    found = standstill.assess(winter, samples=2_000, seed=1)
    kept = run.measures["standstill"]["Test system"]
    assert kept["eue"].value == pytest.approx(found.eue.value, rel=1e-12)
    assert kept["lole"].value == pytest.approx(found.lole.value, rel=1e-12)
    saved = run.worth["standstill"]["Test system"]["eue"]
    assert saved.value > 4 * saved.se


def test_rts_gmlc_has_the_units_of_the_release(summer: Scenario) -> None:
    system = summer.sides[0].system
    generators = system.generators
    # 153 generators, and the plant of concentrated sun, which stores nothing
    assert len(generators.names) == 153 + 1
    assert len(system.lines.names) == 6
    assert float(system.lines.forward.sum()) == pytest.approx(175 + 500 + 500 + 500 + 100 + 500)
    firm = [place for place, cls in enumerate(generators.classes) if cls.startswith(("coal", "gas", "oil", "nuclear"))]
    assert float(generators.capacity[firm, 0].sum()) == pytest.approx(8076.0)
    assert float(system.regions.load.sum(axis=0).max()) == 8192.0
    assert system.regions.load.shape == (3, 672)


@pytest.mark.statistical
def test_rts_gmlc_in_groups_is_as_short_as_unit_by_unit(summer: Scenario) -> None:
    """Of these weeks of the release's .pras file with a load 1.2 times as high: the same program, 6,000 samples."""
    lole, eue = (2.082, 0.045), (411.0, 13.0)
    system = summer.sides[0].system
    regions = replace(system.regions, load=1.2 * system.regions.load)
    found = standstill.assess(replace(system, regions=regions), samples=6_000, seed=1)
    assert abs(found.lole.value - lole[0]) < 4 * np.hypot(found.lole.se, lole[1])
    assert abs(found.eue.value - eue[0]) < 4 * np.hypot(found.eue.se, eue[1])


def test_the_storm_hits_lines_and_plants_at_once_and_is_all_that_is_lost(summer: Scenario) -> None:
    run = standstill.run(summer, samples=256, seed=1)
    storm, quiet = (run.measures[arm]["Test system"]["eue"] for arm in ("storm", "passes by"))
    assert quiet.value == 0.0
    assert storm.value > 3 * storm.se
    (stream,) = summer.sides[0].campaign.streams
    assert {"line", "gas-cc", "wind"} <= set(stream.aim)
    never = replace(stream, thinning=1.0)
    side = replace(summer.sides[0], campaign=replace(summer.sides[0].campaign, streams=(never,)))
    calm = standstill.run(replace(summer, sides=(side,)), samples=256, seed=1)
    assert calm.measures["storm"]["Test system"]["eue"].value == 0.0


@pytest.mark.parametrize("name", ["rts-79", "rts-gmlc"])
def test_they_say_what_they_are_and_are_small(name: str) -> None:
    scenario = load_scenario(name)
    assert "test system, no real place" in scenario.title
    assert "no real place" in scenario.sides[0].caveat
    assert [side.name for side in scenario.sides] == ["Test system"]
    files = files_of(BUILTIN / f"{name}.toml", BUILTIN)
    assert sum(len(file.read_bytes()) for file in files.values()) < 150_000
    register = scenario.register
    assert register is not None
    assert all(figure.claims or figure.reason for figure in register.figures)

"""What a scenario file says is what the records hold, in the system's own units; figures keep the user's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from standstill.engine.pack import pack_side
from standstill.errors import Faults
from standstill.evidence import Beta, Choice, Figure, Fixed, LogNormal, LogUniform, Mixture, Normal, Triangular, Uniform
from standstill.model.outage import split_outage
from standstill.model.system import Parameter
from standstill.scenario import list_scenarios, load_scenario
from standstill.scenario.figures import COUNT, HOURS, Kind, Ledger, scaled
from standstill.scenario.schema import FigureEntry

Write = Callable[..., Path]


def uncertain(parameter: Parameter) -> Figure:
    assert isinstance(parameter, Figure)
    return parameter


def test_sides_arms_and_windows(write: Write) -> None:
    scenario = load_scenario(write())
    assert [side.name for side in scenario.sides] == ["north", "south"]
    assert [arm.name for arm in scenario.arms] == ["strikes", "standstill"]
    assert scenario.arms[0].terms is None
    terms = scenario.arms[1].terms
    assert terms is not None
    assert (terms.classes, terms.sides, terms.compliance, terms.withheld) == (None, None, 0.9, "lost")
    assert scenario.measure_to == dt.datetime(2024, 11, 1)
    assert (scenario.samples, scenario.seed) == (512, 1)
    assert [side.system.n_steps for side in scenario.sides] == [61 * 24, 61]


def test_groups_become_numbered_equal_assets_in_the_system_unit(write: Write) -> None:
    north = load_scenario(write()).sides[0].system
    assert north.generators.names == ("coal-01", "coal-02", "coal-03", "coal-04", "line-in")
    assert north.generators.classes == ("thermal",) * 4 + ("import",)
    assert north.generators.capacity[:, 0] == pytest.approx([500.0] * 4 + [1700.0])
    scale = uncertain(north.generators.capacity_scale[0])
    assert scale.path == "north.generator.coal.capacity"
    assert scale.distribution == Triangular(low=0.5, mode=1.0, high=1.5)
    assert north.generators.capacity_scale[4] == 1.0
    assert north.generator_storages.injection[:, 0] == pytest.approx([200.0, 200.0])
    assert north.generator_storages.inflow[:, 0] == pytest.approx([50.0, 50.0])
    assert float(north.generator_storages.energy.sum()) == pytest.approx(15_000.0)
    assert north.lines.classes == ("substation",) * 6
    assert north.lines.forward[0, 0] == pytest.approx(500.0)
    south = load_scenario(write()).sides[1].system
    assert south.generators.capacity[:, 0] == pytest.approx([400.0] * 5)
    assert float(south.regions.load[0, 0]) == pytest.approx(1500.0)
    assert (south.power_unit, south.energy_unit, south.energy_per_step) == ("kb/d", "kb", 1.0)


def test_figures_keep_the_users_unit_and_source(write: Write) -> None:
    scenario = load_scenario(write())
    assert scenario.register is not None
    figures = {figure.path: figure for figure in scenario.register.figures}
    coal = figures["north.generator.coal.capacity"]
    assert (coal.value_text, coal.claims) == ("triangular 1 to 3, most likely 2 GW", ("repair",))
    assert figures["north.generator.line-in.capacity"].distribution == Fixed(value=1.7)
    # a figure without a source of its own takes that of the table around it
    assert figures["south.region.all.load"].reason == "judgement, because made up"
    assert figures["north.weather.temperature.sd_by_month"].note.startswith("12 values from 3 to 5")
    assert scenario.register.faults() == ()


def test_every_draw_has_the_path_of_its_figure(write: Write) -> None:
    scenario = load_scenario(write())
    assert scenario.register is not None
    paths = {figure.path for figure in scenario.register.figures}
    for side in scenario.sides:
        packed = pack_side(side, arms=scenario.arms, measure_from=scenario.measure_from, measure_to=scenario.measure_to)
        assert {figure.path for figure in packed.slots.figures.values()} <= paths


def test_repair_times_given_by_mean_and_sd_become_log_normal(write: Write) -> None:
    curve = load_scenario(write()).sides[0].campaign.curves[0]
    time = curve.states[0].time
    # hazard.md: mean 30, cv 1/2 -> sigma .472, median 26.8
    assert (time.kind, time.sigma, time.days) == (
        "lognormal",
        pytest.approx(0.472, abs=5e-4),
        pytest.approx(26.83, abs=0.01),
    )
    assert curve.states[1].spare == "part"


def test_planned_outages_and_ramps_shape_capacity(write: Write) -> None:
    coal = 'name = "coal"\nclass = "thermal"\n'
    more = """planned = [{ units = 1, from = 2024-09-02, to = 2024-09-04 }, { from = 2024-09-03, to = 2024-09-05 }]
ramp = { points = [[2024-09-11, 1.0], [2024-09-21, 0.5]] }
"""
    capacity = load_scenario(write((coal, coal + more))).sides[0].system.generators.capacity
    assert capacity.shape == (5, 61 * 24)
    assert capacity[:2, 0] == pytest.approx([500.0, 500.0])
    assert capacity[0, 24:96:24] == pytest.approx([0.0, 0.0, 500.0])
    assert capacity[1, 24:120:24] == pytest.approx([500.0, 0.0, 0.0, 500.0])
    assert capacity[3, 15 * 24] == pytest.approx(375.0)
    assert capacity[3, -1] == pytest.approx(250.0)


def test_several_claims_without_a_value_become_a_mixture(write: Write) -> None:
    change = (
        '{ value = "1 to 3 GW", likely = "2 GW", claims = ["repair"] }',
        '{ claims = ["repair", "repair-other"] }',
    )
    register = load_scenario(write(change)).register
    assert register is not None
    coal = next(figure for figure in register.figures if figure.path.endswith("coal.capacity"))
    assert coal.value_text == "equally likely: uniform 2 to 3 GW; 1.5 GW"


@pytest.mark.parametrize(
    ("entry", "distribution"),
    [
        ({"value": "2 GW"}, Fixed(value=2.0)),
        ({"value": "2 to 4 GW"}, Uniform(low=2.0, high=4.0)),
        ({"value": "2 to 4 GW", "likely": "2500 MW"}, Triangular(low=2.0, mode=2.5, high=4.0)),
        ({"value": "2 to 4 GW", "beta": [2, 3]}, Beta(a=2.0, b=3.0, low=2.0, high=4.0)),
        ({"value": "2 to 4 GW", "log": True}, LogUniform(low=2.0, high=4.0)),
        ({"choice": ["1 GW", "500 MW"], "weights": [3, 1]}, Choice(values=(1.0, 0.5), weights=(3.0, 1.0))),
        ({"normal": {"mean": "3 GW", "sd": "1 GW", "low": "0 GW"}}, Normal(mean=3.0, sd=1.0, low=0.0)),
        ({"lognormal": {"median": "3 GW", "sigma": 0.4}}, LogNormal(median=3.0, sigma=0.4)),
    ],
)
def test_every_form_of_a_figure(entry: dict[str, object], distribution: object) -> None:
    ledger = Ledger(claims={}, faults=Faults(source="test"))
    figure = FigureEntry.model_validate({**entry, "because": "made up"})
    inside = ledger.parameter("a.b", figure, Kind("MW", -np.inf), ((), ""))
    ledger.faults.raise_if_any()
    assert ledger.figures["a.b"].distribution == distribution
    outside = ledger.figures["a.b"].distribution.quantile([0.1, 0.5, 0.9])
    drawn = inside.distribution.quantile([0.1, 0.5, 0.9]) if isinstance(inside, Figure) else [inside] * 3
    assert np.asarray(drawn) == pytest.approx(1000.0 * outside)


def test_scaling_a_mixture_scales_its_parts() -> None:
    mixed = Mixture(parts=(Fixed(value=1.0), Uniform(low=2.0, high=3.0)))
    assert scaled(mixed, 2.0) == Mixture(parts=(Fixed(value=2.0), Uniform(low=4.0, high=6.0)))


def test_counts_and_times_have_units_of_their_own() -> None:
    assert COUNT.factor("million people") == 1e6
    assert HOURS.factor("d") == 24.0
    assert Kind("GW").factor("GWh/d") == pytest.approx(1 / 24)
    with pytest.raises(ValueError, match="must be a unit of time"):
        HOURS.factor("GW")


@pytest.mark.parametrize("step_h", [1.0, 24.0, 100.0])
def test_outages_keep_their_share_of_time(step_h: float) -> None:
    p_fail, p_repair = split_outage(0.1, 50.0, step_h)
    assert p_fail / (p_fail + p_repair) == pytest.approx(0.1)
    assert p_repair == min(1.0, step_h / 50.0)


def test_identity_follows_every_file_and_the_date(write: Write, tmp_path: Path) -> None:
    path = write()
    first = load_scenario(path).id
    assert load_scenario(path).id == first
    assert load_scenario(path, as_of=dt.date(2024, 9, 1)).id != first
    (tmp_path / "curves.toml").write_text((tmp_path / "curves.toml").read_text().replace("60 %", "50 %"))
    assert load_scenario(path).id != first


BUILTIN = [row[0] for row in list_scenarios()]


@pytest.mark.parametrize("name", BUILTIN)
def test_built_in_scenarios_load_and_pack(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.register is not None
    assert scenario.as_of == (None if name.startswith("rts-") else dt.date(2024, 8, 17))
    for figure in scenario.register.figures:
        assert figure.claims or figure.reason
    for side in scenario.sides:
        pack_side(
            side, arms=scenario.arms, measure_from=scenario.measure_from, measure_to=scenario.measure_to, detail=True
        )


def test_winter_2024_is_the_stated_winter() -> None:
    scenario = load_scenario("winter-2024")
    assert scenario.simulate_from == dt.datetime(2024, 8, 17)
    assert (scenario.measure_from, scenario.measure_to) == (dt.datetime(2024, 10, 1), dt.datetime(2025, 4, 1))
    assert [arm.name for arm in scenario.arms] == ["strikes", "standstill", "talks", "talks-on-schedule"]
    power, refining = (side.system for side in scenario.sides)
    assert len(power.regions) == 11
    assert set(power.generators.region) == {0}
    assert sum(name.startswith("refinery") for name in refining.generators.names) == 30
    assert float(refining.generators.capacity.max(axis=1).sum()) == pytest.approx(6430.0)
    assert np.ptp(refining.generators.capacity.max(axis=1)) < 0.2
    assert scenario.sides[1].caveat

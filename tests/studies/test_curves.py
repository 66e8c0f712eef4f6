"""Decision curves: points that are known beforehand, curves asked for alone, sides exchanged, words and JSON."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from standstill.engine.drivers.threads import Threads
from standstill.errors import InputError
from standstill.estimate import Estimate
from standstill.model.campaign import Stock
from standstill.model.scenario import Scenario
from standstill.model.terms import Arm, Fixed, Terms
from standstill.studies.curves import CURVES, WINTERS, Curve, Curves, LastStart, Point, curves, for_severity, planned
from standstill.studies.run import run_scenario
from standstill.studies.sampling import Sampling
from standstill.studies.saved import to_json
from standstill.studies.variants import KEPT, LOST, assumed_arm, assumed_terms, rerun
from tests.cases.hub import END, MEASURE, START, hub_scenario, hub_side, hub_terms

RUN = Sampling(samples=512, seed=1, version="0.0.0")
STOCK = Stock(initial=20.0, per_day=1.0)


def reckoned(scenario: Scenario, *names: str, **more: Any) -> Curves:
    return curves(scenario, names, sampling=replace(RUN, **more))


@pytest.fixture(scope="module")
def hub() -> Curves:
    return reckoned(hub_scenario())


@pytest.fixture(scope="module")
def worth() -> dict[str, Estimate]:
    found = run_scenario(hub_scenario(), sampling=RUN).worth["standstill"]
    return {side: table["eue"] for side, table in found.items()}


def at(curve: Curve, place: str, line: str = "") -> Point:
    [found] = [point for point in curve.points if point.at == place and point.line == line]
    return found


def test_every_curve_has_its_question_and_points(hub: Curves) -> None:
    assert tuple(hub.curves) == tuple(CURVES)
    assert all(curve.points and curve.question == CURVES[name] for name, curve in hub.curves.items())


def test_what_is_assumed_is_worth_what_a_run_says(hub: Curves, worth: dict[str, Estimate]) -> None:
    assert hub.arm == "standstill"
    assert hub.assumed == worth
    assert all(item.value > 0.0 for item in worth.values())


def test_the_assumed_terms_are_the_same_point_on_every_curve(hub: Curves, worth: dict[str, Estimate]) -> None:
    points = [
        at(hub.curves["delay"], "2024-11-08"),
        at(hub.curves["collapse"], "2024-12-06"),
        at(hub.curves["compliance"], "100%", "all classes"),
        at(hub.curves["scope"], "all"),
        at(hub.curves["length"], "2024-12-06"),
    ]
    assert [point.saving for point in points] == [worth] * len(points)
    assert all(point.getting_through == points[0].getting_through for point in points)
    # of severity there are more winters
    more = run_scenario(hub_scenario(), sampling=for_severity(RUN)).worth["standstill"]
    assert at(hub.curves["severity"], "all winters").saving == {side: found["eue"] for side, found in more.items()}


def test_nothing_kept_saves_nothing(hub: Curves) -> None:
    point = at(hub.curves["compliance"], "0%", "all classes")
    for side, saved in point.saving.items():
        assert (saved.value, saved.se, saved.p10, saved.p90) == (0.0, 0.0, 0.0, 0.0)
        assert point.getting_through[side] == point.without[side]


def test_zero_for_all_classes_is_zero_for_those_that_differ_too() -> None:
    scenario = hub_scenario(terms=hub_terms(class_compliance={"thermal": 0.9}))
    found = reckoned(scenario, "compliance").curves["compliance"]
    assert {item.value for item in at(found, "0%", "all classes").saving.values()} == {0.0}
    full = run_scenario(hub_scenario(), sampling=RUN).worth["standstill"]
    assert at(found, "100%", "all classes").saving == {side: table["eue"] for side, table in full.items()}


def test_more_compliance_and_an_earlier_start_and_a_later_end_save_more(hub: Curves) -> None:
    """Without stocks and displacement each only takes hits away, in every winter; jobs are first-come."""
    kept = [point for point in hub.curves["compliance"].points if point.line == "all classes"]
    for line in (kept, hub.curves["length"].points, hub.curves["delay"].points[::-1]):
        for side in hub.assumed:
            values = [point.saving[side].value for point in line]
            assert values == sorted(values)
            assert values[0] < values[-1]


def test_a_class_kept_in_part_saves_less_and_only_its_share(hub: Curves, worth: dict[str, Estimate]) -> None:
    lines = {point.line for point in hub.curves["compliance"].points}
    assert lines == {"all classes", "thermal", "import", "substation"}
    for name in ("thermal", "import", "substation"):
        assert at(hub.curves["compliance"], "100%", name).saving == worth
        for side in worth:
            assert 0.0 < at(hub.curves["compliance"], "0%", name).saving[side].value < worth[side].value


def test_scopes_are_kinds_of_assets(hub: Curves, worth: dict[str, Estimate]) -> None:
    found = {point.at: point.saving for point in hub.curves["scope"].points}
    assert tuple(found) == ("all", "plants and stores", "lines and substations")
    for side in worth:
        assert (
            max(found["plants and stores"][side].value, found["lines and substations"][side].value) < worth[side].value
        )


def test_what_falls_elsewhere_is_saved_the_less(hub: Curves) -> None:
    points = hub.curves["displacement"].points
    assert [point.value for point in points] == [0.0, 0.25, 0.5, 0.75, 1.0]
    narrow = at(hub.curves["scope"], "plants and stores")
    assert points[0].saving == narrow.saving
    assert all(points[-1].saving[side].value < points[0].saving[side].value for side in hub.assumed)


def test_a_delay_costs_what_the_points_differ_by(hub: Curves) -> None:
    points = hub.curves["delay"].points
    # two weeks apart; one week before the assumed start there is nothing to simulate
    assert [(point.at, point.value) for point in points] == [("2024-11-08", 0.0), ("2024-11-22", 2.0)]
    assert points[0].per_week == {}
    for side in hub.assumed:
        cost = points[1].per_week[side]
        assert cost.value == pytest.approx((points[0].saving[side].value - points[1].saving[side].value) / 2.0)
        assert 0.0 < cost.se < points[0].saving[side].se


def test_starts_before_the_assumed_one_are_looked_at() -> None:
    terms = Terms(window=Fixed(start=MEASURE + dt.timedelta(weeks=2), end=END))
    plan = planned(hub_scenario(terms=terms), ["delay"])["delay"]
    assert [(item.at, item.value) for item in plan] == [("2024-11-08", -2.0), ("2024-11-22", 0.0)]
    assert all(START <= item.terms.window.start < item.terms.window.end == END for item in plan)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_asked_for_alone_is_the_same_curve(hub: Curves, name: str) -> None:
    alone = reckoned(hub_scenario(), name)
    assert alone.curves == {name: hub.curves[name]}
    assert alone.assumed == hub.assumed


def test_the_number_of_threads_changes_nothing(hub: Curves) -> None:
    assert reckoned(hub_scenario(), "delay", "severity", backend=Threads(2)).curves["delay"] == hub.curves["delay"]


def test_terms_that_are_alike_are_simulated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Arm, ...]] = []

    def look(scenario: Scenario, **_: Any) -> Any:
        seen.append(scenario.arms)
        return "simulated"

    monkeypatch.setattr("standstill.studies.variants.simulated", look)
    scenario = hub_scenario()
    plan = [item for items in planned(scenario).values() for item in items]
    _, names = rerun(scenario, plan, sampling=RUN)
    terms = [arm.terms for arm in seen[0]]
    assert len({arm.name for arm in seen[0]}) == len(terms) < len(plan)
    assert not any(item in terms[:place] for place, item in enumerate(terms))
    by_name = {arm.name: arm.terms for arm in seen[0]}
    assert [by_name[names[place]] for place in range(len(plan))] == [item.terms for item in plan]


def test_every_unknown_name_is_a_fault_of_one_error() -> None:
    with pytest.raises(
        InputError, match=r"2 faults in curves\n  cost: must be among delay, .*\n  blame: must"
    ) as caught:
        planned(hub_scenario(), ["cost", "delay", "blame"])
    assert [fault.place for fault in caught.value.faults] == ["cost", "blame"]


def test_terms_without_dates_cannot_be_varied() -> None:
    scenario = hub_scenario(arms=(Arm(name="strikes"), Arm(name="nothing")))
    for ask in (assumed_arm, assumed_terms, planned):
        with pytest.raises(
            InputError, match="arms: must have, after the first, an arm whose terms have a fixed window"
        ):
            ask(scenario)


def test_weapons_are_kept_only_where_they_are_limited(hub: Curves) -> None:
    assert {point.line for point in hub.curves["collapse"].points} == {""}
    assert hub.curves["collapse"].in_words == ()
    stocked = hub_scenario(hub_side("North", stock=STOCK), hub_side("South", 600.0))
    found = reckoned(stocked, "collapse").curves["collapse"]
    assert tuple(dict.fromkeys(point.line for point in found.points)) == (LOST, KEPT)
    assert "come back after the end" in found.in_words[0]
    first = found.points[0].at
    # what is kept comes back after an early end, on the side whose weapons are limited, and only there
    assert at(found, first, KEPT).saving["North"].value < at(found, first, LOST).saving["North"].value
    assert at(found, first, KEPT).saving["South"] == at(found, first, LOST).saving["South"]


def test_exchanging_the_sides_exchanges_the_tables(hub: Curves) -> None:
    scenario = hub_scenario()
    other = reckoned(replace(scenario, sides=scenario.sides[::-1]))
    assert other.assumed == hub.assumed
    assert list(other.assumed) == list(hub.assumed)[::-1]
    for name, curve in hub.curves.items():
        assert other.curves[name].points == curve.points
        assert sorted(other.curves[name].in_words) == sorted(curve.in_words)
        assert other.curves[name].last_start == curve.last_start


def share(value: float) -> Estimate:
    return Estimate(value=value, se=0.01, unit="probability", samples=2_500, horizon_h=24.0)


def starts(monkeypatch: pytest.MonkeyPatch, through: tuple[float, float], without: float) -> LastStart:
    """Return the last start in time of a made-up curve."""

    def made_up(outcome: Any, item: Any, arm: str) -> Point:
        place = 0 if item.at == "2024-11-08" else 1
        sides = ("North", "South")
        return Point(
            line=item.line, at=item.at, value=item.value,
            saving={side: share(0.0) for side in sides},
            getting_through={side: share(through[place]) for side in sides},
            without={side: share(without) for side in sides},
            per_week={},
        )  # fmt: skip

    monkeypatch.setattr("standstill.studies.curves._point", made_up)
    found = reckoned(hub_scenario(), "delay", samples=16).curves["delay"]
    return found.last_start["North"]


@pytest.mark.parametrize(
    ("through", "without", "last", "reason"),
    [
        ((0.9, 0.6), 0.7, "2024-11-22", "at least half of winters meet the criterion without a standstill too"),
        (
            (0.9, 0.6), 0.515, "2024-11-22", "at least half of winters meet the criterion without a standstill too, as "
            "far as 2,500 winters can tell: another seed may say fewer",
        ),
        ((0.9, 0.6), 0.485, "2024-11-22", "with every start looked at, at least half of winters meet the criterion"),
        ((0.9, 0.4), 0.475, "2024-11-08", ""),
        ((0.4, 0.3), 0.2, None, "with no start looked at do half of winters meet the criterion"),
        ((0.9, 0.5), 0.2, "2024-11-22", "with every start looked at, at least half of winters meet the criterion"),
        ((0.9, 0.4), 0.2, "2024-11-08", ""),
        ((0.4, 0.6), 0.2, None, "with no start looked at do half of winters meet the criterion"),
    ],
)  # fmt: skip
def test_the_last_start_and_why(
    monkeypatch: pytest.MonkeyPatch, through: tuple[float, float], without: float, last: str | None, reason: str
) -> None:
    assert starts(monkeypatch, through, without).as_dict() == {"value": last, "reason": reason}


def test_a_last_start_that_does_not_exist_is_null_with_its_reason() -> None:
    heavy = hub_scenario(hub_side("North", 1100.0), hub_side("South", 300.0))
    data = json.loads(to_json(reckoned(heavy, "delay").as_dict()), parse_constant=pytest.fail)
    found = data["curves"]["delay"]["last_start"]
    assert found["North"] == {
        "value": None,
        "reason": "with no start looked at do half of winters meet the criterion",
    }
    assert found["South"]["value"] == "2024-11-22"


def test_severe_winters_are_the_fifth_with_the_most_load_and_hits(hub: Curves) -> None:
    curve = hub.curves["severity"]
    everything, cold, struck = curve.points
    assert [point.at for point in curve.points] == list(WINTERS)
    outcome = run_scenario(hub_scenario(), sampling=for_severity(RUN)).outcome
    fifth = for_severity(RUN).samples // 5 + 1
    for name in hub.assumed:
        side = outcome.side(name)
        saved = side.column("strikes", "unserved") - side.column("standstill", "unserved")
        most_load = np.argsort(side.column("strikes", "load"))[-fifth:]
        assert cold.saving[name].samples == fifth
        assert cold.saving[name].value == pytest.approx(saved[most_load].mean())
        # hits are whole numbers: winters with as many as the last of the fifth all belong to it
        hits = side.column("strikes", "hits")
        many = hits >= np.sort(hits)[-fifth]
        assert struck.saving[name].samples == many.sum() >= fifth
        assert struck.saving[name].value == pytest.approx(saved[many].mean())
        assert struck.saving[name].value > everything.saving[name].value
    assert curve.in_words == ("Hits are counted without a standstill, load as it would be without outages.",)


def test_load_that_is_the_same_in_every_winter_makes_none_severe() -> None:
    side = hub_side("North")
    regions = replace(side.system.regions, load_scale=(1.0,) * 3)
    still = replace(side, system=replace(side.system, regions=regions))
    curve = reckoned(hub_scenario(still, hub_side("South")), "severity").curves["severity"]
    assert set(curve.points[1].saving) == {"South"}
    assert curve.in_words[0] == "North: load is the same in every winter, so that none stands out."


def test_hits_that_most_winters_have_none_of_make_no_fifth_severe() -> None:
    side = hub_side("North")
    streams = tuple(replace(item, rate_per_day=0.003) for item in side.campaign.streams)
    calm = replace(side, campaign=replace(side.campaign, streams=streams))
    curve = reckoned(hub_scenario(calm), "severity").curves["severity"]
    assert [point.at for point in curve.points] == list(WINTERS)[:2]
    assert curve.in_words[0] == "North: hits are at the least in four fifths of winters: no fifth stands out."


def test_arms_named_like_a_variant_are_told_apart() -> None:
    scenario = hub_scenario()
    named = replace(scenario, arms=(scenario.arms[0], replace(scenario.arms[1], name="variant 1")))
    found, plain = reckoned(named, "length", samples=64), reckoned(scenario, "length", samples=64)
    assert found.curves == plain.curves


def test_terms_that_leave_nothing_out_have_nothing_to_displace() -> None:
    def plants_only(name: str) -> Any:
        side = hub_side(name)
        streams = tuple(replace(item, aim={"thermal": 1.0}) for item in side.campaign.streams)
        return replace(side, campaign=replace(side.campaign, streams=streams))

    found = reckoned(hub_scenario(plants_only("North"), plants_only("South")), "displacement", samples=16)
    assert found.curves["displacement"].points == ()
    assert "nothing to displace" in found.curves["displacement"].in_words[0]


def test_json_form_has_every_point(hub: Curves) -> None:
    data = json.loads(to_json(hub.as_dict()), parse_constant=pytest.fail)
    assert (data["schema"], data["scenario"], data["arm"], data["samples"], data["seed"]) == (
        1,
        "hub",
        "standstill",
        512,
        1,
    )
    for name, curve in hub.curves.items():
        assert [point["at"] for point in data["curves"][name]["points"]] == [point.at for point in curve.points]
    saved = data["curves"]["delay"]["points"][0]["saving"]["North"]
    np.testing.assert_allclose(saved["value"], hub.assumed["North"].value)
    assert data["assumed"]["North"] == saved

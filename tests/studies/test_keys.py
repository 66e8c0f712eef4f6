"""Names that would be drawn alike are refused; names that only look alike are not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

import standstill
from standstill.engine import draws
from standstill.engine.pack import pack_side
from standstill.errors import InputError
from standstill.model.campaign import Campaign
from standstill.model.repair import Repair, SparePool
from standstill.model.scenario import Side
from standstill.studies import keys
from standstill.studies.keys import check_keys
from standstill.studies.run import run_scenario
from standstill.studies.sampling import Sampling
from tests.cases.hand import hand_scenario

SMALL = Path(__file__).parents[1] / "cli" / "small.toml"


@pytest.fixture
def sides() -> tuple[Side, ...]:
    return standstill.load_scenario(SMALL).sides


def check(*sides: Side) -> None:
    check_keys(sides, [pack_side(side) for side in sides])


def with_streams(side: Side, *names: str, weapon: str = "") -> Side:
    """Return the side with its stream under these names, and its weapon under another."""
    [stream] = side.campaign.streams
    [drone] = stream.weapons
    streams = (replace(stream, name=name, weapons=(replace(drone, name=weapon or drone.name),)) for name in names)
    return replace(side, campaign=replace(side.campaign, streams=tuple(streams)))


@pytest.fixture
def colliding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let keys have two bits, so that names meet."""

    def entity_key(name: str) -> int:
        return hashlib.blake2b(name.encode()).digest()[0] & 3

    monkeypatch.setattr(draws, "entity_key", entity_key)
    monkeypatch.setattr(keys, "entity_key", entity_key)


def test_the_built_in_winter_and_the_small_one_are_drawn_apart(sides: tuple[Side, ...]) -> None:
    check(*sides)
    check(*standstill.load_scenario("winter-2024").sides)


def test_equal_names_on_both_sides_are_two_things(sides: tuple[Side, ...]) -> None:
    check(with_streams(sides[0], "a", "b"), with_streams(sides[1], "a", "b"))


def test_a_name_given_twice(sides: tuple[Side, ...]) -> None:
    with pytest.raises(InputError, match=r"(?s)stream or spare 'North/a': must be the name of one thing only.*weapon"):
        check(with_streams(sides[0], "a", "a"))


def test_names_that_read_alike_once_joined(sides: tuple[Side, ...]) -> None:
    first, second = with_streams(sides[0], "a/b", weapon="c"), with_streams(sides[0], "a", weapon="b/c")
    both = replace(first, campaign=Campaign(
        streams=first.campaign.streams + second.campaign.streams, curves=first.campaign.curves,
        mapping=first.campaign.mapping,
    ))  # fmt: skip
    with pytest.raises(InputError, match="weapon 'North/a/b/c': must be the name of one thing only"):
        check(both)


@pytest.mark.usefixtures("colliding")
def test_keys_that_meet_name_both() -> None:
    [side] = hand_scenario("South").sides
    spares = tuple(SparePool(name=name, initial=1.0) for name in "abcde")
    with pytest.raises(InputError, match=r"'South/spare/.': must not share its draws with 'South/spare/.'"):
        check(replace(side, repair=Repair(spares=spares)))


def test_a_run_checks(sides: tuple[Side, ...]) -> None:
    scenario = replace(standstill.load_scenario(SMALL), sides=(with_streams(sides[0], "a", "a"), sides[1]))
    with pytest.raises(InputError, match="must be the name of one thing only"):
        run_scenario(scenario, sampling=Sampling(samples=1, seed=1, version="0.0.0"))

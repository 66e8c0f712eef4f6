"""What a record is known by: everything in it that counts, and nothing else."""

from __future__ import annotations

import copy
import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

import standstill
from standstill.errors import InputError
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.model.identity import identity
from standstill.model.process import Stage, Transition
from standstill.model.scenario import Scenario
from tests.cases.hand import hand_scenario

# words that change nothing computed: a scenario may say them otherwise and stay the same
WORDS = {
    ("Scenario", "title"), ("Scenario", "unknown"), ("Scenario", "limits"), ("Scenario", "comparisons"),
    ("Scenario", "register"), ("Scenario", "source"), ("Scenario", "settings"), ("Side", "caveat"), ("Arm", "note"),
    ("Figure", "claims"), ("Figure", "judgement"), ("Figure", "note"), ("Stage", "note"), ("Precondition", "claims"),
    ("Precondition", "note"), ("Event", "claims"), ("Event", "statement"), ("Solve", "because"), ("Point", "question"),
    ("Reading", "says"), ("Reading", "because"), ("Reading", "claims"),
}  # fmt: skip


@dataclass(frozen=True)
class Box:
    """Holds anything."""

    content: Any


def parts(record: Any) -> Iterator[Any]:
    """Yield a record and every record in it."""
    if is_dataclass(record):
        yield record
        for item in fields(record):
            yield from parts(getattr(record, item.name))
    elif isinstance(record, (tuple, list)):
        for item in record:
            yield from parts(item)
    elif isinstance(record, Mapping):
        yield from parts(tuple(record.values()))


def changed(value: Any) -> Any:
    """Return something else of the same kind, valid or not."""
    match value:
        case bool():
            return not value
        case float() | int():
            return value * 1.001 + 0.25
        case str():
            return f"{value}!"
        case None:
            return "something"
        case np.ndarray():
            return np.concatenate([value.ravel(), [7.0]])
        case tuple():
            return (*value, "more")
        case dict():
            return value | {"more": 1.0}
        case dt.datetime() | dt.date():
            return value + dt.timedelta(days=1)
    return Box(value)


def cases() -> dict[str, tuple[Any, str]]:
    """Return one record of each class in the built-in winter, with each of its fields."""
    scenario = standstill.load_scenario("winter-2024")
    found: dict[str, tuple[Any, str]] = {}
    for record in parts(replace(scenario, register=None, comparisons=())):
        for item in fields(record):
            found.setdefault(f"{type(record).__name__}.{item.name}", (record, item.name))
    return found


CASES = cases()


def test_the_built_in_winter_has_every_kind_of_record() -> None:
    kinds = {name.partition(".")[0] for name in CASES}
    assert {
        "Scenario", "Side", "System", "Regions", "Generators", "GeneratorStorages", "Lines", "Interfaces", "Campaign",
        "Stream", "Weapon", "Curve", "DamageState", "Repair", "RepairTime", "CrewPool", "SparePool", "Weather",
        "Temperature", "DegreeDayLoad", "Criterion", "Arm", "Terms", "Fixed", "Clock", "Process", "Belief", "Talks",
        "Log", "Event", "Transition", "Precondition", "Format", "Point", "Reading", "Elicited", "Figure", "Uniform",
    } <= kinds  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_field_counts_but_for_words(name: str) -> None:
    record, field = CASES[name]
    other = copy.copy(record)
    object.__setattr__(other, field, changed(getattr(record, field)))
    is_same = identity(other) == identity(record)
    assert is_same == ((type(record).__name__, field) in WORDS)


def test_it_is_of_the_content_and_not_of_how_it_was_made() -> None:
    first, second = hand_scenario("North"), replace(hand_scenario("North"), title="Another question?")
    assert first.id == second.id
    assert len(first.id) == 16
    [side] = first.sides
    small = replace(side, system=replace(side.system, regions=replace(side.system.regions, load=np.full((2, 1), 1.01))))
    assert replace(first, sides=(small,)).id != first.id


def test_a_record_changed_in_python_is_another_scenario() -> None:
    """What a run resumes from is told by the records, also of a scenario that was read from a file."""
    scenario = standstill.load_scenario("winter-2024")
    calm = tuple(replace(side, campaign=replace(side.campaign, streams=())) for side in scenario.sides)
    log = replace(scenario.talks.log, events=scenario.talks.log.events[:-1])
    others = (
        replace(scenario, sides=calm),
        replace(scenario, sides=scenario.sides[::-1]),
        replace(scenario, arms=scenario.arms[:1]),
        replace(scenario, talks=replace(scenario.talks, log=log)),
        replace(scenario, as_of=dt.date(2024, 8, 16)),
    )
    assert len({scenario.id, *(other.id for other in others)}) == 1 + len(others)


def of_winter(seed: str) -> str:
    program = "import standstill; print(standstill.load_scenario('winter-2024').id)"
    env = os.environ | {"PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    return done.stdout.strip()


def test_it_is_the_same_in_every_process() -> None:
    scenario: Scenario = standstill.load_scenario("winter-2024")
    assert of_winter("1") == of_winter("2") == scenario.id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1), (1, True), ("1", 1), (0.0, -0.0), (None, ""), ((), None), (("ab", "c"), ("a", "bc")),
        (((1,), 2), (1, (2,))), ((1, 2), (2, 1)), ({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}),
        (dt.date(2024, 8, 17), dt.datetime(2024, 8, 17)),
        (dt.datetime(2024, 8, 17), dt.datetime(2024, 8, 17, tzinfo=dt.UTC)),
        (np.zeros((2, 3)), np.zeros((3, 2))), (np.zeros(2), np.zeros(2, np.float32)), (np.zeros(2), (0.0, 0.0)),
        (0.1, np.nextafter(0.1, 1.0)),
    ],
)  # fmt: skip
def test_what_differs_is_told_apart(one: Any, other: Any) -> None:
    assert identity(Box(one)) != identity(Box(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.5, np.float64(0.5)), (3, np.int64(3)), ((1, 2), [1, 2]), (frozenset("abc"), {"c", "b", "a"}),
        (np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3))),
        (np.arange(3.0), np.arange(3.0).astype(">f8")),
    ],
)  # fmt: skip
def test_what_is_the_same_is_not(one: Any, other: Any) -> None:
    assert identity(Box(one)) == identity(Box(other))


def test_equal_records_count_the_same_whether_shared_or_not() -> None:
    figure = Figure(path="a", unit="MW", distribution=Uniform(low=1.0, high=2.0), judgement="it is invented")
    assert identity(Box((figure, figure))) == identity(Box((figure, copy.copy(figure))))


def test_solved_rates_count_to_nine_digits() -> None:
    """A root found by iteration has other last digits on another machine; it is the same process."""
    process = next(record for record, _ in CASES.values() if type(record).__name__ == "Process")
    first, *rest = process.transitions

    def with_rate(factor: float) -> str:
        return identity(replace(process, transitions=(replace(first, per_month=0.3 * factor), *rest)))

    assert with_rate(1.0 + 1e-13) == with_rate(1.0) != with_rate(1.0 + 1e-6)
    # by itself, outside of a process, every bit counts
    loose = [Transition(source="a", target="b", per_month=0.3 * factor) for factor in (1.0, 1.0 + 1e-13)]
    assert identity(loose[0]) != identity(loose[1])
    assert identity(Stage(name="a")) != identity(Stage(name="a", phases=2))


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(InputError, match=r"Box.content: must be a plain value, .*, got object"):
        identity(Box(object()))

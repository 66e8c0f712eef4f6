"""Rosters: what is refused, all at once, and how parts are named."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from standstill.errors import InputError
from standstill.model.identity import identity
from standstill.model.roster import MOST_QUEUES, Roster


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"queues": 0}, f"queues: must be a whole number from 1 to {MOST_QUEUES}, got 0"),
        ({"queues": MOST_QUEUES + 1}, f"got {MOST_QUEUES + 1}"),
        ({"queues": 2.5}, "queues: must be a whole number .*, got 2.5"),
        ({"queues": True}, "queues: must be a whole number .*, got True"),
        ({"halves": "yes"}, "halves: must be true or false, got 'yes'"),
        ({"halves": 1}, "halves: must be true or false, got 1"),
        ({"rounding": "down"}, "rounding: must be up or nearest, got 'down'"),
        ({"rotation": "by lot"}, "rotation: must be least-served or fixed, got 'by lot'"),
        ({"block_h": 5.0}, "block_h: must divide 24 h into whole blocks, got 5.0"),
        ({"block_h": 0.0}, "block_h: must divide 24 h"),
        ({"block_h": -4.0}, "block_h: must divide 24 h"),
        ({"block_h": 48.0}, "block_h: must divide 24 h"),
        ({"block_h": float("nan")}, "block_h: must divide 24 h into whole blocks, got nan"),
        ({"block_h": float("inf")}, "block_h: must divide 24 h into whole blocks, got inf"),
        ({"block_h": "4 h"}, "block_h: must divide 24 h into whole blocks, got '4 h'"),
    ],
)
def test_what_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Roster(**{"queues": 6, **wrong})


def test_every_fault_is_listed() -> None:
    with pytest.raises(InputError, match="5 faults in roster") as caught:
        Roster(queues=0, halves=0, rounding="", block_h=7.0, rotation="")  # type: ignore[arg-type]
    assert [fault.place for fault in caught.value.faults] == ["queues", "halves", "block_h", "rounding", "rotation"]


@pytest.mark.parametrize("block_h", [0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 24, 1 / 3])
def test_blocks_that_divide_a_day(block_h: float) -> None:
    assert Roster(queues=6, block_h=block_h).block_h == block_h


def test_parts_are_queues_or_their_halves() -> None:
    whole, split = Roster(queues=2), Roster(queues=2, halves=True)
    assert (whole.parts, whole.labels) == (2, ("1", "2"))
    assert (split.parts, split.labels) == (4, ("1.1", "1.2", "2.1", "2.2"))


def test_rosters_are_equal_by_what_they_say() -> None:
    one, other = Roster(queues=6), Roster(queues=6, halves=True)
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one != other
    assert identity(one) == identity(Roster(queues=6)) != identity(other)

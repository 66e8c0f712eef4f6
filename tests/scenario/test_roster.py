"""The table of a roster: what it gives, whose word its figures are, and what is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from standstill.errors import Faults, InputError
from standstill.evidence import load_claims
from standstill.model.roster import Roster
from standstill.scenario.figures import Ledger
from standstill.scenario.reading import validate
from standstill.scenario.tables_roster import RosterTable, build_roster

CLAIMS = """\
id,value,unit,statement,speaker,role,side,via,date,known_by,stance,quoted,grade,denies
queues.number,6,count,Six queues.,operator,grid operator,north,press,2024-07,,asserts,no,H,
queues.hours,4,h,Four hours each.,operator,grid operator,north,press,2024-07,,asserts,no,H,
"""
TABLE = """\
queues = { claims = ["queues.number"] }
block = { claims = ["queues.hours"] }
halves = true
"""


def read(text: str, folder: Path, step_h: float = 1.0) -> tuple[Roster | None, Ledger]:
    """Return the roster of a table, whose side gives no source, and the ledger; raise every fault."""
    (folder / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    faults = Faults(source="test")
    ledger = Ledger(claims=load_claims(folder / "claims.csv"), faults=faults)
    table = validate(RosterTable, tomllib.loads(text), faults)[0]
    roster = build_roster(table, "north", ledger, ((), ""), step_h)
    faults.raise_if_any()
    return roster, ledger


def test_figures_come_from_claims_and_are_registered(tmp_path: Path) -> None:
    roster, ledger = read(TABLE, tmp_path)
    assert roster == Roster(queues=6, halves=True, block_h=4.0)
    assert {path: figure.claims for path, figure in ledger.figures.items()} == {
        "north.roster.queues": ("queues.number",),
        "north.roster.block": ("queues.hours",),
    }


def test_every_key_and_units_of_time(tmp_path: Path) -> None:
    text = """
    because = "made up"
    queues = "20 count"
    block = "30 min"
    rounding = "nearest"
    rotation = "fixed"
    """
    roster, ledger = read(text, tmp_path, step_h=0.25)
    assert roster == Roster(queues=20, block_h=0.5, rounding="nearest", rotation="fixed")
    assert {figure.judgement for figure in ledger.figures.values()} == {"made up"}


def test_the_side_may_give_the_source() -> None:
    ledger = Ledger(claims={}, faults=Faults(source="test"))
    table = RosterTable.model_validate({"queues": "3 count", "block": "2 h"})
    assert build_roster(table, "north", ledger, ((), "made up"), 1.0) == Roster(queues=3, block_h=2.0)
    assert ledger.faults.items == []
    assert ledger.figures["north.roster.queues"].judgement == "made up"


def test_no_table_is_no_roster() -> None:
    ledger = Ledger(claims={}, faults=Faults(source="test"))
    assert build_roster(None, "north", ledger, ((), ""), 1.0) is None
    assert (ledger.faults.items, ledger.figures) == ([], {})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('{ claims = ["queues.number"] }', "6", "queues: must be a number with a unit and a source, got 6"),
        ('{ claims = ["queues.number"] }', '"6 count"', "north.roster.queues: must name a claim or give a judgement"),
        ('["queues.number"]', '["queues.count"]', "north.roster.queues: must name a known claim, got 'queues.count'"),
        ('{ claims = ["queues.number"] }', '{ value = "6 h", because = "x" }', "queues: must be a unit of count"),
        (
            '{ claims = ["queues.number"] }', '{ value = "6.5 count", because = "x" }',
            "north.roster.queues: must be a whole number from 1 to 100, got 6.5",
        ),
        (
            '{ claims = ["queues.number"] }', '{ value = "4 to 6 count", because = "x" }',
            "north.roster.queues: must be one value, not a range",
        ),
        (
            '{ claims = ["queues.hours"] }', '{ value = "5 h", because = "x" }',
            "north.roster.block: must divide 24 h into whole blocks, got 5.0",
        ),
        (
            '{ claims = ["queues.hours"] }', '{ value = "30 min", because = "x" }',
            "north.roster.block: must be a whole number of steps of 1 h, got 0.5",
        ),
        ("halves = true", 'rounding = "down"', "rounding: must be 'up' or 'nearest', got 'down'"),
        ("halves = true", 'rotation = "lot"', "rotation: must be 'least-served' or 'fixed', got 'lot'"),
        ("halves = true", "thirds = true", "thirds: must be a known key"),
    ],
    ids=[
        "bare-number", "no-source", "unknown-claim", "wrong-unit", "not-whole", "range", "not-in-a-day", "not-in-steps",
        "rounding", "rotation", "unknown-key",
    ],
)  # fmt: skip
def test_what_is_refused(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in TABLE
    with pytest.raises(InputError, match=message):
        read(TABLE.replace(old, new), tmp_path)


def test_every_fault_is_listed(tmp_path: Path) -> None:
    text = 'because = "made up"\nqueues = "0 count"\nblock = "7 h"'
    with pytest.raises(InputError, match="2 faults in test") as caught:
        read(text, tmp_path)
    assert [fault.place for fault in caught.value.faults] == ["north.roster.queues", "north.roster.block"]

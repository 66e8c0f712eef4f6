"""TOML that the parser of the standard library stumbles over is a fault in words, as any other."""

from __future__ import annotations

import re

import pytest

from standstill.errors import Faults, InputError
from standstill.scenario import load_scenario
from standstill.scenario.reading import parse_toml
from tests.scenario.conftest import Write

DIGITS = "9" * 5000


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"samples = {DIGITS}", "x.toml: must be valid TOML (a number of more"),
        (f"samples = 0x{DIGITS}", "x.toml: must be valid TOML"),
        ("x = " + "[" * 20_000, "x.toml: must be valid TOML"),
        ("x = " + "{a=" * 20_000, "x.toml: must be valid TOML"),
        ("x = 2024-02-30", "x.toml: must be valid TOML"),
    ],
    ids=["digits", "hexadecimal", "brackets", "braces", "no-day"],
)
def test_what_the_parser_stumbles_over(text: str, fault: str) -> None:
    faults = Faults(source="x.toml")
    assert parse_toml(text, "x.toml", faults) is None
    assert [str(item)[: len(fault)] for item in faults.items] == [fault]


@pytest.mark.parametrize("value", [DIGITS, f"0x{DIGITS}", "[" * 20_000], ids=["digits", "hexadecimal", "brackets"])
def test_a_value_to_set_that_it_stumbles_over(write: Write, value: str) -> None:
    with pytest.raises(InputError, match=re.escape("samples: must be")):
        load_scenario(write(), settings=[f"samples={value}"])

"""Every fault of a scenario file is named with its place, what must hold and what came, all in one message."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from standstill.errors import InputError
from standstill.scenario import load_scenario

Write = Callable[..., Path]

COAL = 'capacity = { value = "1 to 3 GW", likely = "2 GW", claims = ["repair"] }'

CASES = [
    pytest.param(("samples = 512", "sample = 512"), "sample: must be a known key, got 'sample'", id="unknown-key"),
    pytest.param(("mttr = ", "mtr = "), "north.generator.coal.mtr: must be a known key", id="unknown-key-in-table"),
    pytest.param(("samples = 512", "samples = 0"), "samples: must be >= 1, got 0", id="no-samples"),
    pytest.param(
        ('unit = "400 kb/d"', 'unit = "400 MW"'),
        "south.generator.refinery.unit: must be a unit of oil flow",
        id="wrong-unit",
    ),
    pytest.param(
        ('energy = "10 to 20 GWh"', 'energy = "10 GW"'),
        "north.reservoir.lake.energy: must be a unit of energy",
        id="not-energy",
    ),
    pytest.param(
        ("400 kb/d", "400 quarts"), "refinery.unit.value: must have a known unit, got '400 quarts'", id="no-unit"
    ),
    pytest.param(
        (COAL, "capacity = 2"), "coal.capacity: must be a number with a unit and a source, got 2", id="bare-number"
    ),
    pytest.param((COAL, 'capacity = "nan GW"'), "coal.capacity.value: must be a number with a unit", id="nan-amount"),
    pytest.param(("constant = ", "sd_x = nan\nconstant = "), "sd_x: must be a known key", id="nan-key"),
    pytest.param(("[5, 5, 4,", "[nan, 5, 4,"), "sd_by_month\\[0\\]: must be a finite number, got nan", id="nan"),
    pytest.param((COAL, 'capacity = "-1 GW"'), "north.generator.coal.capacity: must be >= 0, got", id="negative"),
    pytest.param(
        (COAL, 'capacity = "3 to 1 GW"'), "coal.capacity.value: must have its low end first", id="upside-down"
    ),
    pytest.param(('"10 %"', '"120 %"'), "coal.forced_outage_rate: must be within \\[0, 1\\]", id="probability-above-1"),
    pytest.param(('"10 %"', '"-5 %"'), "coal.forced_outage_rate: must be within \\[0, 1\\]", id="probability-below-0"),
    pytest.param(
        ('"10 %"', '"5 to 10 %"'), "coal.forced_outage_rate: must be one value, not a range", id="not-one-value"
    ),
    pytest.param(('"70 to 90 %"', '"70 to 110 %"'), "drone.interception: must be within \\[0, 1\\]", id="beta-above-1"),
    pytest.param(
        ('"30 to 50 %"', '"30 to 150 %"'), "north.areas.critical_share: must be within \\[0, 1\\]", id="share"
    ),
    pytest.param(('"10 weapons"', '"900 weapons"'), "drone.mean: must be within \\[0, 500\\]", id="too-many"),
    pytest.param(('rate = "1 to 4 per month"', ""), "stream.salvos: must have rate, not dates", id="no-rate"),
    pytest.param(
        ("measure_to = 2024-11-01", "measure_to = 2024-09-15"),
        "simulate_from <= measure_from < measure_to",
        id="window",
    ),
    pytest.param(
        ("to = 2024-11-01\nb", "to = 2024-09-01\nb"), 'arm.standstill.terms: must have "from" before "to"', id="terms"
    ),
    pytest.param(("as_of = 2024-08-17", 'as_of = "August"'), "as_of: must be a date, got 'August'", id="no-date"),
    pytest.param(('thermal = "1"', 'thermol = "1"'), "must name asset classes of the side, got 'thermol'", id="class"),
    pytest.param(('thermal = "works"', 'thermal = "work"'), "north.mapping: must name curves, got 'work'", id="curve"),
    pytest.param(
        ('classes = ["thermal"]', 'classes = ["nuclear"]'), "crews.plants.classes: must name asset", id="crews"
    ),
    pytest.param(('name = "part"', 'name = "parts"'), "must name a pool of spares of the side, got 'part'", id="spare"),
    pytest.param(
        ('because = "no draft', 'classes = ["steam"]\nbecause = "no draft'), "terms.classes: must name", id="covered"
    ),
    pytest.param(
        ('because = "no draft', 'sides = ["east"]\nbecause = "no draft'), "must name sides, got 'east'", id="sides"
    ),
    pytest.param(('["imports"]', '["import"]'), "line-in.capacity: must name a known claim, got 'import'", id="claim"),
    pytest.param(('hub = "grid"', 'hub = "net"'), "areas.hub: must name a region of the side, got 'net'", id="region"),
    pytest.param(
        ('because = "made up"\n\n[side.system]\nname = "ref', '\n[side.system]\nname = "ref'),
        "south.region.all.load: must name a claim or give a judgement",
        id="no-source",
    ),
    pytest.param(('name = "south"', 'name = "north"'), "side: must have unique names, got 'north'", id="twice"),
    pytest.param(('step = "24 h"', 'step = "7 h"'), "south.system.step: must divide a day, got '7 h'", id="step"),
    pytest.param(("[[arm]]", "[[arm]"), "must be valid TOML", id="syntax"),
    pytest.param(("[0.8, 1.2]", "[0.8, 1.2, 1, 1, 1]"), "weather.load.shape: must have a number of values", id="shape"),
]


@pytest.mark.parametrize(("change", "message"), CASES)
def test_fault_says_where_what_must_hold_and_what_came(write: Write, change: tuple[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_scenario(write(change))


def test_every_fault_of_every_kind_is_in_one_message(write: Write) -> None:
    path = write(
        ("samples = 512", 'samples = "many"'),  # form
        ("mttr = ", "mtr = "),  # unknown key
        ('unit = "400 kb/d"', 'unit = "400 MW"'),  # unit
        ('thermal = "1"', 'termal = "1"'),  # cross-reference
        ('["imports"]', '["import"]'),  # evidence
        (COAL, "capacity = 2"),  # bare number
    )
    with pytest.raises(InputError, match="7 faults in") as caught:
        load_scenario(path)
    text = str(caught.value)
    for part in (
        "samples:",
        "coal.mtr:",
        "coal.mttr:",
        "refinery.unit:",
        "got 'termal'",
        "got 'import'",
        "coal.capacity:",
    ):
        assert part in text
    assert "did you mean mttr?" in text
    assert "did you mean thermal?" in text


def test_a_claim_after_as_of_is_refused_by_name(write: Write, late_claims: str) -> None:
    change = ('claims = ["imports"]', 'claims = ["later"]')
    with pytest.raises(InputError, match=r"claims.later: must be known on or before as_of 2024-08-17"):
        load_scenario(write(change, claims=late_claims))
    assert load_scenario(write(change, claims=late_claims), as_of=dt.date(2024, 10, 5)).as_of == dt.date(2024, 10, 5)


def test_as_of_can_be_earlier_than_what_the_scenario_uses(write: Write) -> None:
    with pytest.raises(InputError, match=r"claims.imports: must be known on or before as_of 2024-06-01"):
        load_scenario(write(), as_of=dt.date(2024, 6, 1))


def test_unknown_scenario_names_the_built_in_ones() -> None:
    with pytest.raises(
        InputError, match=re.escape("must be a built-in scenario or a .toml file, got 'winter-2023'")
    ) as caught:
        load_scenario("winter-2023")
    assert "did you mean" in str(caught.value)


def test_missing_and_unreadable_files_are_named(write: Write, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none.toml: must exist"):
        load_scenario(tmp_path / "none.toml")
    with pytest.raises(InputError, match=r"claims: must be a file beside the scenario or a built-in one, got 'no.csv'"):
        load_scenario(write(('"claims.csv"', '"no.csv"')))
    path = tmp_path / "bytes.toml"
    path.write_bytes(b"name = '\xff'")
    with pytest.raises(InputError, match="must be UTF-8 text"):
        load_scenario(path)

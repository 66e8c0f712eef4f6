"""Where the talks stand: built-in and invented processes, from data files alone."""

from __future__ import annotations

import datetime as dt
import json
import math
import shutil
from pathlib import Path

import pytest

from standstill import api
from standstill.errors import InputError
from standstill.scenario import load_scenario
from standstill.talks.position import Position
from standstill.talks.standing import Standing, standing

HARBOUR = Path(__file__).parent / "harbour" / "harbour.toml"
DENIAL = (
    "deny,2024-08-17,2024-08-17,public,denial,,,,0.9,deny,Russia,,It is said that there were no talks.,"
    "governments deny in both cases\n"
)


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """Return the invented scenario in a folder of its own."""
    for file in HARBOUR.parent.iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path / "harbour.toml"


def builtin_log(folder: Path, extra: str = "", *, until: str = "9999-12-31") -> Path:
    """Write the built-in log, rows known by a day only, with more rows at its end."""
    text = (Path(load_scenario.__code__.co_filename).parent / "builtin" / "log-2024.csv").read_text()
    head, *rows = [line for line in text.splitlines() if line and not line.startswith("#")]
    kept = [row for row in rows if row.split(",")[2] <= until]
    path = folder / "log.csv"
    path.write_text("\n".join([head, *kept]) + "\n" + extra)
    return path


def stand(**asked: object) -> Standing:
    return api.talks("winter-2024", **asked).standing  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def winter() -> Position:
    return api.talks("winter-2024")


def test_the_first_screen_says_where_the_talks_stand(winter: Position):
    found = winter.standing
    assert [(stage.name, stage.since) for stage in found.stages] == [
        ("postponed", dt.date(2024, 8, 13)),
        ("called off", dt.date(2024, 8, 13)),
    ]
    assert {saying.claim for saying in found.sayings if saying.confirms} >= {"talks-postponed", "talks-not-off"}
    assert [saying.claim for saying in found.sayings if not saying.confirms] == ["talks-no-comment"]
    assert [wait.whom for wait in found.waits] == ["Russia", "Russia", "Qatar"]
    assert [row.kind for row in found.numbers.rows] == ["officials", "base rate", "model"]
    assert found.numbers.pooled is None
    assert found.chance is not None
    assert found.chance.p10 < found.chance.probability < found.chance.p90
    assert winter.stakes is None
    assert winter.as_dict()["stakes"] == {"value": None, "reason": winter.reason}


def test_each_change_alone_moves_the_chance_as_it_should(winter: Position):
    change = {(lever.kind, lever.name): lever.change for lever in winter.standing.levers}
    assert change["postponement", "postponed"] > 0
    assert change["precondition", "incursion"] > 0
    assert change["format", "video conference"] > 0
    assert change["willingness", "Ukraine"] < 0
    assert change["willingness", "Russia"] < 0
    assert change["longer postponement", "postponed"] < 0


def test_chances_by_month_grow_and_end_where_the_deadline_is(winter: Position):
    chances = [chance.probability for chance in winter.standing.by_month]
    assert chances == sorted(chances)
    assert winter.standing.chance in winter.standing.by_month


def test_what_each_circle_knew(winter: Position):
    said = {(item.on, item.who): item.probability for item in winter.standing.timeline}
    before, after = dt.date(2024, 8, 13), dt.date(2024, 8, 17)
    assert said[before, "public"] is None
    assert said[before, "mediator"] is not None
    assert said[after, "public"] == pytest.approx(said[after, "parties"], rel=0.1)
    early = stand(as_of=before, known_to="public")
    assert early.chance is None
    assert early.reason == "nothing of the talks was public by 2024-08-13"
    assert early.as_dict()["in_force"] == {"value": None, "reason": early.reason}
    assert stand(as_of=before, known_to="Qatar").chance is not None


def test_a_log_cut_at_a_day_is_the_full_log_as_of_that_day(tmp_path: Path):
    day = dt.date(2024, 8, 13)
    for known_to in ("public", "mediator"):
        full = stand(as_of=day, known_to=known_to).as_dict()
        cut = stand(log=builtin_log(tmp_path, until=day.isoformat()), as_of=day, known_to=known_to).as_dict()
        assert json.dumps(full) == json.dumps(cut)


def test_a_relay_copied_a_hundred_times_changes_nothing(tmp_path: Path, winter: Position):
    text = builtin_log(tmp_path).read_text().splitlines()
    relay = next(row for row in text if row.startswith("postponed-public,"))
    at = text.index(relay)
    copies = [relay.replace("postponed-public", f"relay-{number}", 1) for number in range(100)]
    path = tmp_path / "relayed.csv"
    path.write_text("\n".join([*text[: at + 1], *copies, *text[at + 1 :]]) + "\n")
    assert json.dumps(stand(log=path).as_dict()) == json.dumps(winter.standing.as_dict())


def test_a_routine_denial_is_shown_and_moves_little(tmp_path: Path, winter: Position):
    denied = stand(log=builtin_log(tmp_path, DENIAL))
    assert denied.chance is not None
    assert winter.standing.chance is not None
    moved = denied.chance.probability - winter.standing.chance.probability
    assert -0.02 < moved < 0
    assert denied.stages[1].weight > winter.standing.stages[1].weight


def test_a_log_beyond_the_day_is_refused_unless_the_day_is_given(tmp_path: Path):
    later = DENIAL.replace("2024-08-17", "2024-08-18")
    path = builtin_log(tmp_path, later)
    with pytest.raises(InputError, match=r"events\.deny\.known_from: must not be after 2024-08-17"):
        api.talks("winter-2024", log=path)
    assert stand(log=path, as_of=dt.date(2024, 8, 17)).chance is not None


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ("x,2024-08-17,2024-08-17,public,stage,ceremony,,,,x,,,,", r"must be a known stage, got 'ceremony'"),
        ("x,2024-08-17,2024-08-17,Atlantis,shock,,,,,x,,,,", r"must name a known holder or group, got 'Atlantis'"),
        ("x,2024-08-17,2024-08-16,public,shock,,,,,x,,,,", r"must not be before the day it happened"),
        ("x,2024-08-01,2024-08-01,public,shock,,,,,x,,,,", r"must not stand after"),
        ("x,17 August,2024-08-17,public,shock,,,,,x,,,,", r"happened: must be a full date, got '17 August'"),
        ("x,2024-08-17,2024-08-17,public,stage,,,postponed:0.8;called off:0.3,,x,,,,", r"must sum to 1"),
        ("x,2024-08-17,2024-08-17,public,stage,,,postponed:much,,x,,,,", r"must be a number, got 'much'"),
        ("x,2024-08-17,2024-08-17,public,rumour,,,,,x,,,,", r"kind: must be one of"),
        ("x,2024-08-17,2024-08-17,public,out,Atlantis,,,,x,,,,", r"must be known to the process for kind out"),
        ("x,2024-08-17", r"must have 14 cells, got 2"),
    ],
)
def test_a_faulty_log_is_refused_with_its_place(tmp_path: Path, row: str, match: str):
    with pytest.raises(InputError, match=match):
        api.talks("winter-2024", log=builtin_log(tmp_path, row + "\n"))


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ('rate = "0.5 per month"', 'rate = "-0.5 per month"', r"adjourned to ended: must be >= 0"),
        ('to = "guaranteed"\nrate', 'to = "blessed"\nrate', r"must .*stage.*blessed"),
        ('holder = "South"', 'holder = "East"', r"must .*holder.*East"),
        ('binding = "50 %"', 'binding = "150 %"', r"harbour open\.binding: must be within \[0, 1\]"),
        ('codes = ["Cea"]\nin_force = true', 'codes = ["Cea"]', r"have a rate that gives P\(in force within"),
        ('elicited = "chair"', 'elicited = "table"', r"must name a stated probability, got 'table'"),
        ('name = "call"', 'name = "shuttle"', r"unique names"),
        ('format = "shuttle"', 'format = "letter"', r"must .*format.*letter"),
        ("says = \"Both grids.\"", "says = \"Both grids.\"\nterms = { clases = \"all\" }", r"clases"),
        ("probability = { claims = [\"chance\"] }", "probability = \"99.9 %\"", r"talks\.chair: .*(because|claim)"),
    ],
)  # fmt: skip
def test_a_faulty_process_is_refused_with_its_place(harbour: Path, old: str, new: str, match: str):
    file = harbour.with_name("harbour-process.toml")
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=match):
        load_scenario(harbour)


def test_talks_need_a_process(harbour: Path):
    text = harbour.read_text()
    harbour.write_text(text.replace('process = "harbour-process.toml"\n', ""))
    with pytest.raises(InputError, match=r"window: must be fixed where the scenario has no process"):
        load_scenario(harbour)
    start = text.index('[[arm]]\nname = "talks"')
    harbour.write_text(
        (text[:start] + text[text.index("[[side]]") :]).replace('process = "harbour-process.toml"\n', "")
    )
    with pytest.raises(InputError, match=r"must name a process of talks"):
        api.talks(harbour)
    with pytest.raises(InputError, match=r"must have talks with open points"):
        api.terms(harbour, samples=16)


def test_an_unknown_holder_and_a_day_after_the_deadline_are_refused():
    with pytest.raises(InputError, match=r"known to: must be one of public, parties, mediator, Ukraine, Russia, Qatar"):
        api.talks("winter-2024", known_to="Atlantis")
    with pytest.raises(InputError, match=r"as of: must not be after the deadline of the talks, 2024-12-01"):
        api.talks("winter-2024", as_of=dt.date(2025, 1, 1))


def test_an_invented_process_of_three_parties_runs_from_data_files(harbour: Path, tmp_path: Path):
    run = api.run(harbour, samples=512, out=tmp_path / "out")
    found = api.talks(harbour, run=tmp_path / "out")
    assert found.standing.parties == ("North", "South")
    assert {wait.whom for wait in found.standing.waits} == {"West", "South", "the Chair"}
    assert [saying.claim for saying in found.standing.sayings if not saying.confirms] == ["no-talks"]
    assert found.winter is not None
    late, planned = found.winter.arms
    assert (late.arm, planned.arm) == ("talks", "without the delay")
    assert late.begins.value < planned.begins.value
    assert found.winter.postponement is not None
    assert found.winter.postponement.per_month["North"].value > 0
    assert found.stakes is not None
    assert run.outcome.arms == ("strikes", "standstill", "talks", "without the delay")
    gaps = api.terms(harbour, samples=512)
    [gap] = gaps.gaps
    assert [row.is_assumed for row in gap.readings] == [True, False]
    assert gap.readings[1].worth["South"].value == pytest.approx(0.0, abs=1e-9)
    months = 28 / (365.25 / 12)
    for row, factor in zip(gap.readings, (1.0, 2.0), strict=True):
        broken, wider = 2.0 * factor, 0.5
        kept = (wider + broken * math.exp(-(broken + wider) * months)) / (broken + wider)
        assert row.holds == pytest.approx(kept, rel=1e-9)


def test_no_day_before_the_talks_knows_what_was_said_later():
    scenario = load_scenario("winter-2024")
    early = standing(scenario, as_of=dt.date(2024, 8, 13), known_to="mediator")
    assert [row.opinion for row in early.numbers.rows if row.kind == "officials"] == [None]
    assert all(saying.when <= "2024-08-13" for saying in early.sayings)

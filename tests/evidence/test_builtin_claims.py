"""The claims of the built-in scenario: complete, known by its day, and kept out of the code."""

from __future__ import annotations

import datetime
import re
import tomllib
from pathlib import Path

import pytest

import standstill.evidence
from standstill.evidence import Fixed, Mixture, Register, from_claims, load_claims

PACKAGE = Path(standstill.evidence.__file__).parents[1]
FILE = PACKAGE / "scenario" / "builtin" / "claims-2024.csv"
AS_OF = datetime.date(2024, 8, 17)
# fmt: off
STATEMENTS = [
    "capacity-prewar", "capacity-2023", "capacity-jul-2024", "loss-spring-2024", "thermal-lost", "thermal-working",
    "nuclear-plan", "repair-plan", "repair-2023", "peak-2023", "imports", "queues", "outlook-yasno", "outlook-imf",
    "outlook-nbu", "winter-2022", "winter-2022-deficit", "winter-2022-end", "transformers-2023", "transformer-lead",
    "restore-oct-2022", "thermal-repair", "waves-2024", "interception-drone", "refining-off-mar",
    "refining-off-nato", "refining-back", "refining-aug", "gasoline", "truce-tacit-2023", "talks-length",
    "talks-left", "talks-format", "talks-derailed", "talks-postponed", "talks-not-off", "talks-cause-kyiv",
    "talks-other-event", "talks-unwarned", "talks-one-sided", "talks-no-comment", "talks-chance", "talks-hope",
    "winter-chance", "share-lost", "mood-academic", "putin-quote", "putin-paraphrase", "istanbul-progress",
    "istanbul-blame", "istanbul-denial", "wave-tempo-2024", "icb-agree", "ceasefires", "voll-eu", "diesel-futures",
]
# fmt: on
BASE_RATES = {
    "icb-agree.90-days": "39.2 %",
    "icb-agree.formal": "43.8 %",
    "icb-agree.other-end": "0.109 per month",
    "ceasefires.never": "2.8 %",
    "ceasefires.days-to-effect": "at most 5 d",
    "ceasefires.fixed-term-60": "53 to 78 %",
    "ceasefires.mechanism": "0.45",
}
"""Computed from the ICB and ETH/PRIO data sets: mediated crises of 1918-2017, ceasefires of 1989-2020."""


@pytest.fixture(scope="module")
def claims():
    return load_claims(FILE)


def test_every_statement_is_there(claims):
    assert {claim.base for claim in claims.values()} == set(STATEMENTS)


def test_all_were_known_by_the_scenarios_day(claims):
    Register(figures=(), claims=claims, as_of=AS_OF).check()
    assert max(claim.known_from for claim in claims.values()) == AS_OF


def test_the_day_before_refuses_the_press_report_by_name(claims):
    register = Register(figures=(), claims=claims, as_of=AS_OF - datetime.timedelta(days=1))
    places = {fault.place for fault in register.faults()}
    assert {"claims.talks-postponed", "claims.talks-cause-kyiv", "claims.share-lost"} <= places
    assert "claims.istanbul-denial" not in places


def test_each_number_is_addressable(claims):
    parts = [name for name in claims if name.startswith("capacity-2023.") and not name.endswith("-before")]
    assert [claims[name].value_text for name in parts] == ["18.3 GW", "4.6 GW", "7.7 GW", "4.7 GW", "6.2 GW"]
    estimates = [claims["capacity-jul-2024.lower"], claims["capacity-jul-2024.higher"]]
    assert from_claims(estimates, "GW") == Mixture(parts=(Fixed(value=10.0), Fixed(value=11.5)))


def test_partial_dates_carry_known_by(claims):
    partial = [claim for claim in claims.values() if not re.fullmatch(r"\d{4}-\d\d-\d\d", claim.date)]
    assert partial
    assert all(claim.known_by == AS_OF for claim in partial)


def test_unnamed_speakers_through_one_outlet_are_graded_l(claims):
    unnamed = [claim for claim in claims.values() if claim.unnamed]
    assert len(unnamed) == 11
    assert {claim.grade for claim in unnamed} == {"L"}


def test_denials(claims):
    register = Register(figures=(), claims=claims, as_of=AS_OF)
    assert [(denial.claim.id, denial.denied.id) for denial in register.denials()] == [
        ("istanbul-denial", "istanbul-blame")
    ]


def test_stances(claims):
    assert claims["talks-no-comment"].stance == "declines to comment"
    assert {claim.id for claim in claims.values() if claim.stance == "alleges"} == {
        "talks-derailed",
        "istanbul-blame",
    }
    # what speaks for a side is reported in the same words as what speaks for the other
    assert {claim.stance for claim in claims.values() if claim.side} == {"asserts", "estimates"}
    assert claims["putin-quote"].quoted
    assert not claims["putin-paraphrase"].quoted


def test_quoted_words_stand_between_quotation_marks(claims):
    assert [claim.id for claim in claims.values() if claim.quoted and claim.statement.count('"') < 2] == []


def test_questions_put_no_quotation_marks_round_a_paraphrase(claims):
    quoted = {claim.base for claim in claims.values() if claim.quoted}
    asked = [
        item
        for file in sorted(FILE.parent.glob("*.toml"))
        for item in tomllib.loads(file.read_text(encoding="utf-8")).get("comparison", ())
    ]
    assert len(asked) >= 8
    assert [item["question"] for item in asked if '"' in item["question"] and item["claim"] not in quoted] == []


def test_base_rates_are_those_of_the_data_sets(claims):
    rows = {claim.id: claim for claim in claims.values() if claim.base in ("icb-agree", "ceasefires")}
    assert {name: claim.value_text for name, claim in rows.items()} == BASE_RATES
    assert {(claim.stance, claim.side, claim.quoted) for claim in rows.values()} == {("estimates", "", False)}
    # codes that were read from cases rather than looked up make a figure a derived one
    assert {claim.grade for claim in rows.values() if "codes" in claim.statement} == {"L"}


def test_the_file_opens_with_its_source_note():
    first = FILE.read_text(encoding="utf-8").splitlines()[:3]
    assert all(line.startswith("#") for line in first)
    assert "National aggregates from public statements, typed from a dated list" in " ".join(first)


def test_no_side_person_or_statement_is_named_in_the_code(claims):
    names = {claim.side for claim in claims.values() if claim.side} | set(STATEMENTS) - {"imports", "queues"}
    for file in (PACKAGE / "evidence").glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not [name for name in names if name in text], file.name

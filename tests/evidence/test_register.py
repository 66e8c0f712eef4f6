"""The register: refuses what was not yet known, by name, and prints who says what without taking sides."""

from __future__ import annotations

import datetime

import pytest

from standstill.errors import InputError
from standstill.evidence import Claim, Figure, Fixed, Register, Uniform

AS_OF = datetime.date(2024, 8, 17)


def make_register(figures: list[Figure], claims: list[Claim]) -> Register:
    return Register(figures=tuple(figures), claims={claim.id: claim for claim in claims}, as_of=AS_OF)


def test_claim_known_later_is_refused_by_name(make_claim, make_figure):
    later = make_claim("later", "3", date="2024-08-18")
    register = make_register([make_figure(claims=("later",))], [make_claim(), later])
    with pytest.raises(InputError) as caught:
        register.check(source="north.toml")
    assert str(caught.value).splitlines()[:2] == [
        "1 fault in north.toml",
        "  claims.later: must be known on or before as_of 2024-08-17, got a claim of 2024-08-18, "
        "known from 2024-08-18; used by north.repair",
    ]


def test_claim_known_later_is_refused_even_if_unused(make_claim):
    with pytest.raises(InputError, match=r"claims\.later: must be known on or before"):
        make_register([], [make_claim("later", date="2024-08-18")]).check()


@pytest.mark.parametrize(("date", "is_known"), [("2024-08-17", True), ("2024-08", False), ("2024", False)])
def test_partial_date_is_known_on_its_last_day(make_claim, date, is_known):
    assert (not make_register([], [make_claim(date=date)]).faults()) is is_known


def test_check_may_be_as_of_another_day(make_claim):
    register = make_register([], [make_claim(date="2024-07-01")])
    register.check()
    with pytest.raises(InputError, match="as_of 2024-06-30"):
        register.check(datetime.date(2024, 6, 30))


def test_every_fault_is_listed_at_once(make_claim, make_figure):
    figures = [
        make_figure("north.one", claims=("repairs",)),
        make_figure("north.two", claims=("repair",), unit="kb/d"),
        make_figure("north.two"),
    ]
    denial = make_claim("denial", "", stance="denies", denies=("report",))
    register = make_register(figures, [make_claim(), make_claim("late", date="2025"), denial])
    with pytest.raises(InputError, match="5 faults in the register") as caught:
        register.check()
    text = str(caught.value)
    assert "north.one: must name a known claim, got 'repairs'" in text
    assert "for 'repairs', did you mean repair?" in text
    assert "north.two: must be in a unit of power, as its claim repair is, got 'kb/d'" in text
    assert "north.two: must be given once" in text
    assert "claims.late: must be known on or before as_of 2024-08-17" in text
    assert "claims.denial.denies: must name a known claim, got 'report'" in text


def test_figure_derived_from_another_unit_must_say_how(make_claim, make_figure):
    derived = make_figure(claims=("repair",), unit="kb/d", judgement="repair over share")
    register = make_register([derived], [make_claim()])
    assert register.faults() == ()
    assert register.flag(derived) == "derived from its claims"


@pytest.mark.parametrize(
    ("low", "high", "flag"),
    [
        pytest.param(2.0, 3.0, "", id="same"),
        pytest.param(2.2, 2.4, "", id="inside"),
        pytest.param(1.0, 4.0, "wider than its claims", id="wider"),
        pytest.param(2.5, 4.0, "differs from its claims", id="shifted"),
        pytest.param(5.0, 6.0, "differs from its claims", id="apart"),
    ],
)
def test_figure_is_compared_with_its_claims(make_claim, make_figure, low, high, flag):
    figure = make_figure(claims=("repair",), distribution=Uniform(low=low, high=high))
    assert make_register([figure], [make_claim(value="2 to 3")]).rows()[0].flag == flag


def test_comparison_converts_units_and_takes_open_ends(make_claim, make_figure):
    claims = [make_claim("low", "< 2000", unit="MW"), make_claim("words", "")]
    inside = make_figure(claims=("low", "words"), distribution=Fixed(value=1.5))
    outside = make_figure("north.other", claims=("low",), distribution=Fixed(value=2.5))
    silent = make_figure("north.silent", claims=("words",), distribution=Fixed(value=2.5))
    register = make_register([inside, outside, silent], claims)
    assert [register.flag(figure) for figure in register.figures] == ["", "differs from its claims", ""]


def test_rows_name_who_through_whom_when_and_what_is_denied(make_claim, make_figure):
    said = make_claim("said", "2 to 3", role="government", side="North", via=("paper > relay", "radio"), quoted=True)
    denial = make_claim("denial", "", stance="denies", grade="L", denies=("said",))
    figure = make_figure(claims=("said", "denial"), judgement="both are kept", note="see text")
    first, second = make_register([figure], [said, denial]).rows()
    assert (first.figure, first.value, first.unit, first.said) == ("north.repair", "2.5 GW", "GW", "2 to 3 GW")
    assert (first.who, first.side, first.via) == ("ministry (government)", "North", "paper > relay; radio")
    assert (first.when, first.known_from, first.stance, first.quoted) == (
        "2024-07-01",
        "2024-07-01",
        "asserts",
        "quote",
    )
    assert (first.denied_by, first.denies, second.denies, second.denied_by) == (("denial",), (), ("said",), ())
    assert (first.judgement, first.note) == ("judgement, because both are kept", "see text")


def test_judgement_alone_is_one_row_without_a_claim(make_figure):
    register = make_register([make_figure()], [])
    (row,) = register.rows()
    assert (row.claim, row.who, row.judgement) == ("", "", "judgement, because nobody said")
    assert [figure.path for figure in register.judgements()] == ["north.repair"]


def test_claims_said_but_not_used_are_still_printed(make_claim, make_figure):
    claims = [make_claim("used"), make_claim("unused", "4")]
    register = make_register([make_figure(claims=("used",))], claims)
    assert [claim.id for claim in register.unused_claims()] == ["unused"]
    (row,) = register.unused_rows()
    assert (row.figure, row.value, row.claim, row.said, row.unit) == ("", "", "unused", "4 GW", "GW")


def test_denials_are_pairs(make_claim):
    claims = [
        make_claim("one"),
        make_claim("two"),
        make_claim("denial", "", stance="denies", denies=("one", "two")),
        make_claim("counter", "", stance="denies", denies=("denial",)),
    ]
    pairs = [(denial.claim.id, denial.denied.id) for denial in make_register([], claims).denials()]
    assert pairs == [("denial", "one"), ("denial", "two"), ("counter", "denial")]


def test_derived_figure_is_as_late_as_its_latest_claim(make_claim, make_figure):
    claims = [make_claim("one", date="2024-03"), make_claim("two", date="2024-05-02")]
    register = make_register([make_figure(claims=("one", "two")), make_figure("north.other")], claims)
    days = [register.known_from(figure) for figure in register.figures]
    assert days == [datetime.date(2024, 5, 2), None]

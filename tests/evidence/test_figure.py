"""Figures: no bare numbers, and a stated way from claims to a distribution."""

from __future__ import annotations

import pytest

from standstill.errors import InputError
from standstill.evidence import Figure, Fixed, LogNormal, Mixture, Uniform, from_claims


def test_bare_number_is_refused(make_figure):
    with pytest.raises(InputError, match=r"north\.repair: must name a claim or give a judgement") as caught:
        make_figure(claims=(), judgement="  because  ")
    assert "hint: name the claims behind it" in str(caught.value)


def test_unknown_unit_and_bare_number_are_both_listed(make_figure):
    with pytest.raises(InputError, match=r"2 faults in figure north\.repair"):
        make_figure(unit="apples", judgement="")


@pytest.mark.parametrize("text", ["nobody said", "because nobody said", "judgement, because nobody said"])
def test_reason_reads_the_same_however_it_was_written(make_figure, text):
    assert make_figure(judgement=text).reason == "judgement, because nobody said"


def test_figure_answers_for_its_distribution(make_figure):
    figure = make_figure(distribution=LogNormal(median=3.0, sigma=0.5))
    assert [figure.median, figure.low, figure.high] == pytest.approx([3.0, 1.58065, 5.69386], rel=1e-5)
    assert make_figure().is_fixed
    assert not figure.is_fixed
    assert make_figure().mean == 2.5
    assert make_figure().value_text == "2.5 GW"


def test_single_claims(make_claim):
    assert from_claims([make_claim(value="1.7")], "MW") == Fixed(value=1700.0)
    assert from_claims([make_claim(value="2 to 3")], "MW") == Uniform(low=2000.0, high=3000.0)
    assert from_claims([make_claim(value="80", unit="%")], "") == Fixed(value=0.8)


def test_several_claims_are_an_equal_mixture(make_claim):
    claims = [make_claim("one", "10"), make_claim("two", "11.5"), make_claim("three", "9 to 10")]
    parts = (Fixed(value=10.0), Fixed(value=11.5), Uniform(low=9.0, high=10.0))
    assert from_claims(claims, "GW") == Mixture(parts=parts)


def test_claims_that_state_no_distribution_are_all_listed(make_claim):
    claims = [make_claim("none", ""), make_claim("open", "<= 20"), make_claim("other", "3", unit="kb/d")]
    with pytest.raises(InputError, match="3 faults in claims") as caught:
        from_claims(claims, "GW", place="north.repair")
    text = str(caught.value)
    assert "north.repair: must be given as a value or a distribution: its claim none states no number" in text
    assert "its claim open states at most 20 GW" in text
    assert "north.repair: must have a unit like that of other (kb/d), got 'GW'" in text
    assert "hint: state a distribution with the figure" in text


def test_no_claims_give_no_distribution():
    with pytest.raises(InputError, match="claims: must have at least one claim"):
        from_claims([], "GW")


def test_entry_with_claims_alone_takes_their_values(make_claim):
    known = {"one": make_claim("one", "10"), "two": make_claim("two", "11.5")}
    figure = Figure.of(path="north.fleet", unit="GW", known=known, claims=["one", "two"])
    assert figure.value_text == "equally likely: 10 GW; 11.5 GW"
    assert figure.claims == ("one", "two")


def test_entry_with_a_value_is_only_backed_by_its_claims(make_claim):
    known = {"one": make_claim("one", "10")}
    stated = Uniform(low=8.0, high=9.0)
    figure = Figure.of(path="north.fleet", unit="GW", known=known, claims=["one"], distribution=stated)
    assert figure.distribution is stated


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param({"claims": ["on"]}, "must name a known claim, got 'on'", id="unknown claim"),
        pytest.param({"judgement": "why"}, "must have a value, a range, a distribution or claims", id="no value"),
        pytest.param({"distribution": Fixed(value=1.0)}, "must name a claim or give a judgement", id="bare"),
    ],
)
def test_entry_refuses(make_claim, entry, message):
    with pytest.raises(InputError, match=message):
        Figure.of(path="north.fleet", unit="GW", known={"one": make_claim("one", "10")}, **entry)

"""What unserved energy is counted at: any currency, in the system's own unit inside, per side."""

from __future__ import annotations

import pytest

from standstill.errors import InputError
from standstill.evidence import Figure
from standstill.model.scenario import Price, Side
from standstill.report.words import price_words
from standstill.scenario import load_scenario


def sides(*settings: str) -> tuple[Side, ...]:
    return load_scenario("winter-2024", settings=settings).sides


def test_built_in_prices_are_ranges_with_claims_in_each_side_s_own_currency() -> None:
    scenario = load_scenario("winter-2024")
    prices = [side.price for side in scenario.sides]
    assert [price.currency for price in prices if price] == ["EUR", "USD"]
    amounts = [price.amount for price in prices if price]
    assert all(isinstance(amount, Figure) and amount.claims for amount in amounts)
    # 1000 EUR/MWh is a million a GWh; 70 USD a barrel is 70,000 a thousand barrels
    assert [(amount.low, amount.unit) for amount in amounts if isinstance(amount, Figure)] == [
        (pytest.approx(1e6), "EUR/GWh"), (pytest.approx(70e3), "USD/kb"),
    ]  # fmt: skip


def test_a_price_may_be_one_value_in_any_currency_and_size() -> None:
    first, second = sides("Ukraine.unserved_price=2 UAH/kWh", "Russia.unserved_price=0.09 RUB/b")
    assert first.price == Price(amount=pytest.approx(2e6), currency="UAH")
    assert second.price == Price(amount=pytest.approx(90.0), currency="RUB")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2000 MWh", "must be a unit of EUR per energy such as 'EUR/GWh', got 'MWh'"),
        ("90 USD/b", "must be a unit of USD per energy such as 'USD/GWh', got 'USD/b'"),
        ("2000 eur/MWh", "known unit"),
        ("-2 EUR/MWh", r"must be within \[0, 1e\+12\]"),
        ("1e14 EUR/MWh", r"must be within \[0, 1e\+12\]"),
        ("1e300 EUR/MWh", "from 1e-15 to 1e.15 in size"),
    ],
)
def test_what_is_no_price_is_refused(value: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        sides(f"Ukraine.unserved_price={value}")


def test_words_of_a_price() -> None:
    first, second = sides()
    rest = "; it is neither added up nor compared over sides."
    assert price_words(first.price, "GWh") == f"Money counts 1,000 to 8,700 EUR/MWh{rest}"
    assert price_words(second.price, "kb") == f"Money counts 70 to 110 USD/b{rest}"
    assert price_words(None, "GWh") == ""

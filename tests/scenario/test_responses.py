"""What consumers ask for again, and what answers to the price: from the file to the records."""

from __future__ import annotations

import pytest

from standstill.errors import InputError
from standstill.evidence import Figure
from standstill.scenario import load_scenario


def test_every_area_asks_again_alike() -> None:
    settings = ("Ukraine.areas.pickup_share=10 to 30 %", "Ukraine.areas.pickup_time=90 min")
    regions = load_scenario("winter-2024", settings=settings).sides[0].system.regions
    assert regions.picks_up
    hub, *areas = zip(regions.pickup_share, regions.pickup_h, strict=True)
    assert hub == (0.0, 4.0)
    assert {hours for _, hours in areas} == {1.5}
    shares = {share.path for share, _ in areas if isinstance(share, Figure)}
    assert shares == {"Ukraine.areas.pickup_share"}


def test_by_default_nothing_is_asked_again() -> None:
    assert not any(side.system.regions.picks_up for side in load_scenario("winter-2024").sides)


@pytest.mark.parametrize("value", ["95 %", "-1 %", "3 h"])
def test_a_share_that_would_not_die_out_is_refused(value: str) -> None:
    with pytest.raises(InputError, match=r"Ukraine\.areas\.pickup_share: must be"):
        load_scenario("winter-2024", settings=[f"Ukraine.areas.pickup_share={value}"])


def test_imports_answer_to_the_price() -> None:
    settings = ("Ukraine.generator.imports.price_ratio=1.5 to 3", "Ukraine.generator.imports.price_elasticity=0.2")
    generators = load_scenario("winter-2024", settings=settings).sides[0].system.generators
    rows = [row for row, name in enumerate(generators.classes) if name == "import"]
    assert all(isinstance(generators.price_ratio[row], Figure) for row in rows)
    assert {generators.price_elasticity[row] for row in rows} == {0.2}
    assert {generators.price_elasticity[row] for row in range(len(generators)) if row not in rows} == {0.0}


def test_one_of_the_two_is_not_enough() -> None:
    with pytest.raises(InputError, match=r"imports\.price_elasticity: must be given where the other"):
        load_scenario("winter-2024", settings=["Ukraine.generator.imports.price_ratio=2"])

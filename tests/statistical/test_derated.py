"""Units that may be partly out of service: whole blocks of the engine against enumeration of all states."""

from __future__ import annotations

import pytest

from standstill.model.scenario import Side
from tests.cases import derated
from tests.statistical.harness import totals
from tests.statistical.table import Table, mean

pytestmark = pytest.mark.statistical


@pytest.mark.parametrize("name", derated.CASES)
def test_indices(table: Table, name: str):
    case = derated.CASES[name]()
    known = case.indices
    out = totals(Side(name=case.system.name, system=case.system), 1_000_000)
    table.add(
        case.system.name,
        "EUE",
        LOLE=(mean(out["short_steps"]), known.lole),
        EUE=(mean(out["unserved"]), known.eue),
        events=(mean(out["events"]), known.lolev),
    )


def test_chi_square(table: Table):
    table.close()

"""Adequacy indices of whole blocks of the engine against exact values and against PRAS."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from standstill.formats.pras import read_pras
from standstill.model.scenario import Side
from tests.cases import rts79, toy
from tests.statistical.harness import totals
from tests.statistical.table import Table, mean, ratio

pytestmark = pytest.mark.statistical
SHARED = Path(__file__).parents[2] / ".." / "shared" / "data"


def pras_file(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} lies in ../shared/data, which is not here")
    return path


def test_rts79(table: Table):
    out = totals(Side(name="RTS-79", system=rts79.rts79()), 200_000)
    eue = mean(out["unserved"])
    table.add(
        "RTS-79",
        "EUE",
        LOLE=(mean(out["short_steps"]), rts79.LOLE_H),
        EUE=(eue, rts79.EUE_MWH),
        events=(mean(out["events"]), rts79.EVENTS),
    )
    assert eue.se <= 0.006 * eue.value


def test_toy(table: Table):
    out = totals(Side(name="toy", system=toy.toy()), 1_000_000)
    table.add(
        "toy",
        "EUE",
        LOLE=(mean(out["short_steps"]), toy.LOLE_H),
        EUE=(mean(out["unserved"]), toy.EUE_MWH),
    )


def test_rts_gmlc_with_700_mw_more(table: Table):
    # the reference has its own standard error: 10,000 samples of PRAS 0.8.1
    system = read_pras(pras_file("rts.pras"))
    regions = replace(system.regions, load=system.regions.load + 700.0)
    out = totals(Side(name="rts.pras + 700 MW", system=replace(system, regions=regions)), 10_000)
    table.add(
        "rts.pras + 700 MW",
        "LOLE",
        LOLE=(mean(out["short_steps"]), 86.44, 0.23),
        EUE=(mean(out["unserved"]), 26_279.0, 117.0),
        NEUE=(ratio(1e6 * out["unserved"], out["load"]), 468.4, 2.1),
    )


def test_toymodel_is_never_short():
    out = totals(Side(name="toymodel", system=read_pras(pras_file("toymodel.pras"))), 10_000)
    assert not np.any(out["short_steps"])
    assert not np.any(out["unserved"])


def test_chi_square(table: Table):
    table.close()

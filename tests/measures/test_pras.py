"""What PRAS defines otherwise: each number is worked out from the definition in ``docs/concepts/dispatch.md``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import standstill
from standstill.errors import InputError
from standstill.measures.pras import pras_tail_mean
from tests.cases.toy import toy


def test_neue_divides_by_power_added_up_over_steps() -> None:
    # five minutes a step: 104 MW added up over four steps stand for 104/12 MWh, so PRAS's ratio is a twelfth of ours
    system = replace(toy(), step_h=1.0 / 12.0)
    ours = standstill.assess(system, samples=2_000)
    pras = standstill.assess(system, samples=2_000, pras_compatible=True)
    assert ours.neue.value == pytest.approx(1e6 * ours.eue.value / (104.0 / 12.0))
    assert pras.neue.value == pytest.approx(1e6 * ours.eue.value / 104.0)
    assert pras.neue.se == pytest.approx(ours.neue.se / 12.0)
    assert pras.regions[0].neue.value == pytest.approx(pras.neue.value)


def test_with_steps_of_an_hour_only_cvar_differs() -> None:
    ours, pras = (standstill.assess(toy(), samples=2_000, pras_compatible=given) for given in (False, True))
    assert ours.cvar95.value != pras.cvar95.value
    assert {name: value for name, value in pras.indices.items() if name != "cvar95"} == {
        name: value for name, value in ours.indices.items() if name != "cvar95"
    }
    assert pras.as_dict()["pras_compatible"] is True
    assert "pras_compatible" not in ours.as_dict()


def test_cvar_is_the_mean_strictly_above_an_interpolated_quantile() -> None:
    # of 0, 1, ..., 20 the 95 % quantile is 19, and only 20 lies above it
    found = pras_tail_mean(np.arange(21.0), 0.95, "MWh", 24.0)
    assert (found.value, found.se) == (20.0, np.inf)
    # of 0, 1, ..., 40 it is 38: 39 and 40 lie above it, whose mean has a standard error of sqrt(1/2) / sqrt(2)
    found = pras_tail_mean(np.arange(41.0), 0.95, "MWh", 24.0)
    assert (found.value, found.se) == (39.5, pytest.approx(0.5))


def test_it_is_for_plain_samples() -> None:
    with pytest.raises(InputError, match=r"(?s)pras_compatible: must be left out with a precision, and with any"):
        standstill.assess(toy(), method="convolution", pras_compatible=True)

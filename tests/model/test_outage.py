"""Forced outages as chains: the share of time out is what was given, for every rate, repair and step."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from standstill.model.outage import split_outage


@given(rate=st.floats(1e-6, 0.999), mttr_h=st.floats(1e-3, 1e4), step_h=st.floats(1.0 / 60.0, 168.0))
@example(rate=0.8, mttr_h=1.0, step_h=1.0)
@example(rate=0.8, mttr_h=1.5, step_h=1.0)
@example(rate=0.8, mttr_h=0.1, step_h=1.0)
def test_the_share_of_time_out_is_kept(rate, mttr_h, step_h):
    p_fail, p_repair = split_outage(rate, mttr_h, step_h)
    assert 0.0 < p_fail <= 1.0
    assert 0.0 < p_repair <= 1.0
    assert p_fail / (p_fail + p_repair) == pytest.approx(rate, rel=1e-9)


@given(rate=st.floats(1e-6, 0.999), mttr_h=st.floats(1.0, 1e4))
def test_repair_takes_its_time_where_the_share_allows(rate, mttr_h):
    p_fail, p_repair = split_outage(rate, mttr_h, 1.0)
    # an outage is never shorter than was asked for, and longer only if the unit fails as soon as it is back
    assert p_repair <= 1.0 / mttr_h * (1.0 + 1e-12)
    assert p_repair == pytest.approx(1.0 / mttr_h) or p_fail == 1.0


def test_nothing_fails_at_a_rate_of_zero():
    assert split_outage(0.0, 1.0, 1.0) == (0.0, 1.0)

"""The closed forms give the digits printed in the reference."""

from __future__ import annotations

import pytest

from tests.statistical import closed_forms as forms


def close(*pairs: tuple[float, float, float]) -> None:
    for value, printed, digit in pairs:
        assert value == pytest.approx(printed, abs=0.51 * digit)


def test_one_alternating_renewal():
    rate = 1 / 60
    close(
        (forms.LOGNORMAL_MEAN, 9.6399, 1e-4),
        (forms.availability_ignored(rate, forms.LOGNORMAL_MEAN), 0.861575, 1e-6),
        (forms.availability_ignored(rate, 9.25), 0.866426, 1e-6),
        (forms.availability_superposed(rate, 9.25), 0.857129, 1e-6),
    )
    printed = {1: 0.984269, 5: 0.936862, 10: 0.901629, 30: 0.861457, 90: 0.857147}
    close(*((forms.availability_at(t, rate, 0.1), value, 1e-6) for t, value in printed.items()))


def test_two_waves_without_crews():
    waves, hits = 1 / 6, 0.6
    growth = {7: 0.5542, 30: 0.9188, 60: 0.9571, 90: 0.9623, 151: 0.9638}
    backlog = {0: 0.9623, 7: 0.4085, 14: 0.1851, 30: 0.0446, 60: 0.0067}
    close(*((forms.open_jobs(waves, hits, t), value, 1e-4) for t, value in growth.items()))
    close(*((forms.open_jobs(waves, hits, 90 + s, s), value, 1e-4) for s, value in backlog.items()))
    close((forms.open_jobs_variance(waves, hits), 1.2946, 1e-4), (forms.none_open(waves, hits), 0.439935, 1e-6))


def test_three_crews():
    printed = {
        4: (0.50943, 3.0566, 4.5283), 5: (0.23615, 0.70845, 3.35423), 6: (0.09914, 0.19829, 3.09914),
        8: (0.01295, 0.01554, 3.00777),
    }  # fmt: skip
    for crews, (p_wait, wait, in_system) in printed.items():
        found = forms.mmc(0.5, 6.0, crews)
        digit = 1e-4 if crews == 4 else 1e-5
        close((found.p_wait, p_wait, 1e-5), (found.wait, wait, digit), (found.in_system, in_system, digit))


def test_four_machine_repairman():
    printed = {1: 0.3125, 2: 0.622249, 3: 0.829745, 4: 0.888831, 6: 0.907632, 32: 0.909091}
    for crews, available in printed.items():
        close((1 - forms.repairman(32, 60.0, 6.0, crews).in_system / 32, available, 1e-6))
    three = forms.repairman(32, 60.0, 6.0, 3)
    close((three.in_system, 5.448166, 1e-6), (three.waiting, 2.792983, 1e-6), (three.downtime, 12.311389, 1e-6))
    close((1 - forms.repairman(12, 40.0, 8.0, 2).in_system / 12, 0.716583, 1e-6))


def test_five_spares_without_restock():
    printed = {
        0: (0.81112, 1.66667), 1: (0.49633, 0.85554), 2: (0.23400, 0.35921), 3: (0.08827, 0.12521),
        5: (0.00730, 0.00940),
    }  # fmt: skip
    for spares, (short, missing) in printed.items():
        found = forms.unmet(4 * 5 / 12, spares)
        close((found[0], short, 1e-5), (found[1], missing, 1e-5))


def test_six_priorities():
    high, low = forms.priority_waits((0.15, 0.35), 6.0, 5)
    close((high, 0.34559, 1e-5), (low, 0.86397, 1e-5), (0.3 * high + 0.7 * low, 0.70845, 1e-5))


def test_eight_waves_that_bring_about_others():
    found = forms.Excited(0.05, 0.6, 0.5)
    close((found.rate, 0.125, 1e-3), (found.fano, 6.25, 1e-2), (found.rate * 365, 45.625, 1e-3))
    # the reference's own simulation of a year: 45.37 from a start without memory, ratio 6.15
    assert abs(found.mean(365) - 45.37) < 0.2
    assert abs(found.variance(365) / (found.rate * 365) - 6.15) < 0.1
    assert found.variance(1e7) / (found.rate * 1e7) == pytest.approx(found.fano, rel=1e-5)


def test_seven_thinning():
    printed = {"fixed": 0.886814, "poisson": 0.886920, "negative-binomial": 0.889996}
    close(*((forms.survival(count, 60, 0.2 * 0.01), value, 1e-6) for count, value in printed.items()))

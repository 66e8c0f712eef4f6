"""What drives the answer: closed forms, published indices, and two independent implementations."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from SALib.analyze import delta
from SALib.analyze import sobol as sobol_analyze
from SALib.sample import sobol as sobol_sample
from scipy.stats import spearmanr

from standstill.studies.sensitivity import Drivers, drivers, first_order
from tests.cases.hand import hand_side

N = 20_000
SIXTEEN = np.arange(16.0)


def linear() -> tuple[dict[str, np.ndarray], np.ndarray, dict[str, float]]:
    """Return independent inputs, what they and noise add up to, and the exact index of each."""
    rng = np.random.default_rng(1)
    inputs = {
        "uniform": rng.uniform(-1.0, 3.0, N),
        "normal": rng.normal(3.0, 2.0, N),
        "exponential": rng.exponential(1.0, N),
        "discrete": rng.choice([1.0, 2.0, 5.0], N),
        "beta": rng.beta(2.0, 5.0, N),
        "lognormal": rng.lognormal(0.0, 0.5, N),
        "idle": rng.uniform(0.0, 1.0, N),
    }
    weights = {"uniform": 1.0, "normal": 0.5, "exponential": -1.0, "discrete": 0.8, "beta": 3.0, "lognormal": -1.0}
    variances = {
        "uniform": 4.0**2 / 12, "normal": 4.0, "exponential": 1.0, "discrete": 26 / 9, "beta": 10 / (49 * 8),
        "lognormal": np.exp(0.25) * (np.exp(0.25) - 1),
    }  # fmt: skip
    noise = 1.5
    values = sum(weight * inputs[name] for name, weight in weights.items()) + rng.normal(0.0, noise, N)
    parts = {name: weight**2 * variances[name] for name, weight in weights.items()}
    whole = sum(parts.values()) + noise**2
    return inputs, values, {name: part / whole for name, part in parts.items()} | {"idle": 0.0}


def ishigami(x: np.ndarray) -> np.ndarray:
    """Return the test function of Ishigami and Homma (1990) with a = 7 and b = 0.1; x in (-pi, pi), (n, 3)."""
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_linear_inputs_have_their_exact_index() -> None:
    inputs, values, exact = linear()
    for name, drawn in inputs.items():
        index, se = first_order(drawn, values)
        assert index == pytest.approx(exact[name], abs=0.03), name
        assert abs(index - exact[name]) < 4.0 * se, name


def test_what_is_left_is_the_noise_and_idle_inputs_are_not_listed() -> None:
    inputs, values, exact = linear()
    found = drivers(hand_side(inputs=inputs), values)
    assert {driver.path for driver in found.ranked} == set(exact) - {"idle"}
    indices = [driver.index for driver in found.ranked]
    assert indices == sorted(indices, reverse=True)
    assert found.rest is not None
    assert abs(found.rest - (1.0 - sum(exact.values()))) < 4.0 * found.rest_se
    assert 0.0 < found.rest_se < 0.02


def test_ishigami_has_its_published_indices() -> None:
    """First-order indices 0.3139, 0.4424, 0: Saltelli et al. (2008), Global Sensitivity Analysis, the Primer."""
    x = np.random.default_rng(1).uniform(-pi, pi, (N, 3))
    values = ishigami(x)
    for place, published in enumerate((0.3139, 0.4424, 0.0)):
        index, se = first_order(x[:, place], values)
        assert index == pytest.approx(published, abs=0.03)
        assert abs(index - published) < 4.0 * se
    # x3 acts with x1 alone: it stays in what is left
    rest = drivers(hand_side(inputs={f"x{place}": x[:, place] for place in range(3)}), values).rest
    assert rest == pytest.approx(1.0 - 0.3139 - 0.4424, abs=0.03)


def test_an_estimator_from_samples_made_for_it_agrees() -> None:
    """Saltelli's own scheme, on samples of its own."""
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-pi, pi]] * 3}
    own = sobol_sample.sample(problem, 4096, calc_second_order=False, seed=1)
    oracle = sobol_analyze.analyze(problem, ishigami(own), calc_second_order=False, seed=1)
    x = np.random.default_rng(1).uniform(-pi, pi, (N, 3))
    for place in range(3):
        index, _ = first_order(x[:, place], ishigami(x))
        assert index == pytest.approx(oracle["S1"][place], abs=0.03)


def test_an_estimator_from_the_same_samples_agrees() -> None:
    """The same idea in other hands: equal counts, without the correction; it has no bins for a discrete input."""
    inputs, values, _ = linear()
    inputs.pop("discrete")
    problem = {"num_vars": len(inputs), "names": list(inputs), "bounds": [[0.0, 1.0]] * len(inputs)}
    table = np.column_stack(list(inputs.values()))
    oracle = delta.analyze(problem, table, values, num_resamples=2, method="sobol", seed=1)
    for place, name in enumerate(inputs):
        assert first_order(inputs[name], values)[0] == pytest.approx(oracle["S1"][place], abs=0.01), name


def test_small_bins_do_not_explain_noise() -> None:
    """Over many small runs the index of an input that does nothing averages 0, and of a linear one its exact value."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(400):
        x, idle = rng.uniform(0.0, 1.0, (2, 300))
        values = x + rng.normal(0.0, np.sqrt(1 / 12), 300)
        found.append((first_order(x, values), first_order(idle, values)))
    table = np.array(found)
    for place, exact in ((0, 0.5), (1, 0.0)):
        mean, spread = table[:, place, 0].mean(), table[:, place, 0].std()
        # ten bins miss a hundredth of what a uniform input does
        assert abs(mean - exact * 0.99) < 4.0 * spread / np.sqrt(400) + 0.005
        # where nothing is explained the jackknife is known to give up to the square root of 2 too much
        assert 0.9 * spread < table[:, place, 1].mean() < 1.5 * spread


def test_with_every_input_fixed_chance_explains_everything() -> None:
    values = np.random.default_rng(1).normal(size=500)
    found = drivers(hand_side(inputs={"a": np.full(500, 0.3), "b": np.ones(500)}), values)
    assert (found.ranked, found.rest, found.rest_se) == ((), 1.0, 0.0)
    assert drivers(hand_side(), values).rest == 1.0


def test_where_nothing_varies_there_is_nothing_to_explain() -> None:
    found = drivers(hand_side(inputs={"a": SIXTEEN}), np.zeros(16))
    assert found == Drivers(reason="the saving is the same in every winter")
    assert found.as_dict()["chance_and_interactions"] == {"value": None, "se": None, "reason": found.reason}
    assert drivers(hand_side(inputs={"a": SIXTEEN[:5]}), SIXTEEN[:5]).reason == "fewer than 8 samples"


def test_few_values_are_bins_of_their_own() -> None:
    drawn = np.tile([0.0, 1.0, 7.0], 200)
    values = np.tile([5.0, 1.0, 3.0], 200)
    assert first_order(drawn, values) == pytest.approx((1.0, 0.0))
    # a value that stands for most samples stays whole, however many others there are
    heavy = np.where(np.arange(600) % 3 == 0, np.arange(600.0), -1.0)
    assert first_order(heavy, (heavy >= 0.0).astype(float))[0] == pytest.approx(1.0)


def test_ends_and_directions() -> None:
    rng = np.random.default_rng(1)
    up = rng.permutation(np.arange(1000.0))
    down = rng.permutation(np.repeat([0.0, 1.0], 500))
    values = up - 800.0 * down
    found = {driver.path: driver for driver in drivers(hand_side(inputs={"up": up, "down": down}), values).ranked}
    assert found["up"].direction == int(np.sign(spearmanr(values, up).statistic)) == 1
    assert found["down"].direction == -1
    assert found["up"].low == values[up < 100].mean()
    assert found["up"].high == values[up >= 900].mean()
    # half of all samples share the lowest value
    assert found["down"].low == values[down == 0.0].mean()
    assert found["down"].high == values[down == 1.0].mean()


def test_no_more_are_listed_than_asked_for_and_none_that_ranks_what_is_hit() -> None:
    rng = np.random.default_rng(1)
    inputs = {name: rng.uniform(size=2000) for name in ("North.a", "North.b", "North.stream.s.aim.thermal")}
    values = inputs["North.a"] + 2.0 * inputs["North.b"] + 3.0 * inputs["North.stream.s.aim.thermal"]
    found = drivers(hand_side(inputs=inputs), values)
    assert [driver.path for driver in found.ranked] == ["North.b", "North.a"]
    assert found.rest is not None
    assert abs(found.rest) < 4.0 * found.rest_se
    assert [driver.path for driver in drivers(hand_side(inputs=inputs), values, most=1).ranked] == ["North.b"]

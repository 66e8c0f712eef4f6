"""The stopping rule on samplers whose law is known, and what the record says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from standstill.estimate import Estimate
from standstill.measures.rare import LEAST_SHORT
from standstill.studies.precision import Draws, Found, Precision, pilot_of, sample_until


class Coin:
    """Draws 0 or 1: a shortfall of 1 with a probability; with a control that is the value itself plus noise."""

    per_value = 1
    batch = 10

    def __init__(self, chance: float, noise: float | None = None) -> None:
        self.random, self.chance, self.noise, self.asked = np.random.default_rng(1), chance, noise, 0

    def draw(self, count: int) -> Draws:
        self.asked += count
        values = (self.random.random(count) < self.chance).astype(float)
        controls = np.zeros((count, 0))
        if self.noise is not None:
            controls = (values - self.chance + self.noise * self.random.standard_normal(count))[:, None]
        return Draws(values={"eue": values}, controls=controls, short=int(values.sum()))


def stop(coin: Coin, precision: float, at_most: int = 100_000) -> Found:
    return sample_until(coin, pilot_of(coin, 100, at_most), "eue", precision, at_most)


def error(found: Found) -> float:
    values = found.values["eue"]
    return float(values.std(ddof=1)) / math.sqrt(len(values)) / float(values.mean())


def test_it_stops_when_the_standard_error_is_there_and_not_much_later():
    found = stop(Coin(0.2), 0.02)
    assert found.reached
    assert error(found) <= 0.02
    # (1 - p) / p / 0.02**2 = 10,000 are needed
    assert 10_000 < found.samples < 14_000


def test_a_control_saves_samples_and_keeps_the_mean():
    plain, helped = stop(Coin(0.2), 0.02), stop(Coin(0.2, noise=0.1), 0.02)
    assert helped.reached
    # 1 - R**2 = 0.01 / (0.16 + 0.01) of the variance is left
    assert helped.samples < 0.15 * plain.samples
    values = helped.values["eue"]
    assert abs(values.mean() - 0.2) < 4.0 * values.std(ddof=1) / math.sqrt(len(values))


def test_weights_come_from_the_pilot_alone():
    coin = Coin(0.2, noise=0.1)
    pilot = pilot_of(coin, 100, 100_000)
    before = pilot.weights["eue"].copy()
    sample_until(coin, pilot, "eue", 0.05, 100_000)
    assert np.array_equal(pilot.weights["eue"], before)
    assert before[0] == pytest.approx(0.16 / 0.17, rel=0.1)


def test_samples_without_scatter_do_not_stop_it():
    found = stop(Coin(0.0), 0.5, at_most=5_000)
    assert not found.reached
    assert found.samples == 5_000
    assert found.short == 0


def test_few_shortfalls_are_not_believed_however_small_the_error_asked_for():
    coin = Coin(0.01)
    found = stop(coin, 0.5)
    assert found.reached
    assert found.short >= LEAST_SHORT


class BlocksOfCoins(Coin):
    """Gives means of blocks, of which two are soon the same to many digits."""

    per_value = 64
    batch = 1

    def draw(self, count: int) -> Draws:
        coins = super().draw(count * self.per_value)
        means = coins.values["eue"].reshape(-1, self.per_value).mean(axis=1)
        return Draws(values={"eue": means}, controls=np.zeros((count, 0)), short=coins.short)


def test_the_error_of_a_few_values_is_not_believed_however_many_samples_are_behind_them():
    for seed in range(20):
        coin = BlocksOfCoins(0.9)
        coin.random = np.random.default_rng(seed)
        found = stop(coin, 0.05)
        assert found.reached
        assert len(found.values["eue"]) >= 30


def test_it_never_draws_more_than_it_may():
    coin = Coin(0.2)
    found = stop(coin, 0.0001, at_most=20_000)
    assert not found.reached
    assert found.samples == 20_000


def record(**other) -> Precision:
    index = Estimate(value=570.0, se=0.57, unit="MWh", samples=1000, horizon_h=8736.0)
    given = {
        "of": "eue", "asked": 0.001, "reached": True, "found": index, "how": "a method", "samples": 1000, "short": 900,
        "pilot": 100, "seconds": 1.5,
        "plain": Estimate(value=600.0, se=60.0, unit="MWh", samples=1280, horizon_h=8736.0), "plain_se": 5.7,
    }  # fmt: skip
    return Precision(**given | other)


def test_the_record_says_what_plain_sampling_would_have_given():
    assert record().factor == pytest.approx(100.0)
    assert str(record()) == (
        "standard error of EUE: 0.1 %, asked for 0.1 %\n"
        "by a method: 1,000 samples, 900 with a shortfall, after 100 to find how many, in 1.5 s\n"
        "plain sampling: 600±60 MWh/8736h from 1,280 samples; in the same time its standard error would be 5.7 MWh; "
        "the variance is 100 times smaller"
    )


def test_the_record_says_when_it_was_not_reached_and_why():
    text = str(record(reached=False, note="stopped early", plain=None, plain_se=None))
    assert "NOT reached" in text
    assert text.endswith("stopped early")
    assert record(plain_se=None).factor is None


def test_json_has_no_infinities():
    found = record().as_dict()
    assert found["variance_factor"] == pytest.approx(100.0)
    assert found["plain"]["samples"] == 1280
    assert record(plain=None, plain_se=None).as_dict()["plain"] is None


class Blocks(Coin):
    """Rounds up to whole batches, as a sampler of blocks does."""

    def draw(self, count: int) -> Draws:
        return super().draw(-(-count // self.batch) * self.batch)


def test_samples_are_counted_as_they_are_drawn():
    coin = Blocks(0.2)
    pilot = pilot_of(coin, 100, 10_000)
    before, told = coin.asked, []
    found = sample_until(coin, pilot, "eue", 1e-6, 9_995, told.append)
    assert found.samples == len(found.values["eue"]) == coin.asked - before == sum(told) == 9_990

"""Assessing exactly or to a precision: which method is taken, what it says, what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import standstill
from standstill.errors import InputError
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.measures.exact import exact_indices
from standstill.model.scenario import Side
from standstill.model.system import Reserves, Storages, System, UnitStates
from standstill.studies import scarce_pack
from standstill.studies.assess_exact import assess_exactly
from standstill.studies.assess_methods import assess_to
from standstill.studies.assessment import Assessment
from standstill.studies.sampling import Sampling
from tests.cases import held
from tests.cases.rts79 import rts79
from tests.cases.toy import toy
from tests.measures.test_copper import three


def battery(power: float = 200.0, energy: float = 800.0) -> Storages:
    def one(value: float) -> np.ndarray:
        return np.array([[value]])

    return Storages(
        names=("battery",), classes=("battery",), region=(0,), charge=one(power), discharge=one(power),
        energy=one(energy), charge_efficiency=one(0.9), discharge_efficiency=one(1.0), carryover_efficiency=one(1.0),
        p_fail=one(0.0), p_repair=one(1.0),
    )  # fmt: skip


def weeks(count: int = 4) -> System:
    """Return the first weeks of RTS-79."""
    whole, steps = rts79(), 168 * count
    return replace(whole, n_steps=steps, regions=replace(whole.regions, load=whole.regions.load[:, :steps]))


def to(system: System | Side, precision: float = 0.05, **other) -> Assessment:
    side = system if isinstance(system, Side) else Side(name=system.name, system=system)
    given = {"seed": 1, "at_most": 1_000_000} | other
    sampling = Sampling(samples=given.pop("at_most"), seed=given.pop("seed"), version="0.0.0")
    return assess_to(side, precision, system="a system", sampling=sampling, **given)


def test_convolution_gives_the_exact_indices_as_an_assessment():
    found = assess_exactly(Side(name="x", system=weeks()), system="a system", copper_plate=False, version="0.0.0")
    exact = exact_indices(weeks())
    assert (found.method, found.samples, found.lole.se) == ("convolution", 0, 0.0)
    for name in ("lole", "eue", "neue", "lolev", "lold", "daily_lole"):
        assert repr(getattr(found, name)) == repr(getattr(exact, name))
    assert "how one sample's total scatters is not worked out" in repr(found.cvar95)
    assert found.as_dict()["method"] == "convolution"
    assert found.as_dict()["daily_lole"]["value"] == exact.daily_lole.value
    assert found.regions[0].eue == found.eue


def test_without_stores_a_precision_needs_no_samples():
    found = to(weeks())
    assert found.precision is not None
    assert found.precision.samples == 0
    assert "EUE by convolution, without samples" in str(found)
    assert found.eue.value == pytest.approx(exact_indices(weeks()).eue.value)
    beside = found.precision.plain
    assert beside is not None
    assert abs(beside.value - found.eue.value) < 4.0 * beside.se


def test_scarce_days_beat_plain_samples_with_a_battery():
    system = replace(weeks(), storages=battery())
    found = to(system, 0.01)
    assert found.method == "scarce-days"
    assert found.precision is not None
    assert found.precision.reached
    assert found.eue.se <= 0.01 * found.eue.value
    assert found.precision.factor is not None
    assert found.precision.factor > 10.0
    plain = to(system, 0.1, method="plain")
    assert plain.method == "plain"
    for name in ("eue", "lole", "lolev", "neue", "lold"):
        one, other = getattr(found, name), getattr(plain, name)
        assert abs(one.value - other.value) < 4.0 * np.hypot(one.se, other.se), name
    assert "nothing is known of how a whole sample's total scatters" in repr(found.cvar95)


def test_the_same_seed_gives_the_same_result():
    system = replace(weeks(1), storages=battery())
    one, other = (to(system, 0.02, method="scarce-days").as_dict() for _ in range(2))
    for name in ("eue", "lole", "lolev"):
        assert one[name] == other[name]
    assert one["eue"] != to(system, 0.02, method="scarce-days", seed=2).as_dict()["eue"]


def test_a_store_that_covers_everything_is_bounded_not_called_certain():
    system = replace(weeks(1), storages=battery(power=1e5, energy=1e7))
    system = replace(system, storages=replace(system.storages, initial=(1.0,)))
    found = to(system, 0.1, at_most=20_000)
    assert found.precision is not None
    assert not found.precision.reached
    assert "none had a shortfall, so at 95 % it is below" in str(found)


def test_generators_that_are_never_short_need_no_samples():
    system = replace(weeks(1), storages=battery())
    load = 0.001 * system.regions.load
    firm = replace(system.generators, p_fail=0.0 * system.generators.p_fail)
    system = replace(system, generators=firm, regions=replace(system.regions, load=load))
    found = to(system, method="scarce-days")
    assert (found.eue.value, found.eue.se, found.samples) == (0.0, 0.0, 0)
    assert "generators alone are never short" in str(found)


def test_plain_samples_stop_too():
    found = to(weeks(), 0.1, method="plain", of="lole")
    assert found.precision is not None
    assert found.precision.reached
    assert found.lole.se <= 0.1 * found.lole.value
    assert abs(found.lole.value - exact_indices(weeks()).lole.value) < 4.0 * found.lole.se
    assert found.cvar95.value > 0.0
    assert found.precision.plain is None


def test_what_is_uncertain_is_sampled_plainly_and_it_is_said_why():
    figure = Figure(path="load", unit="", distribution=Uniform(low=0.95, high=1.05), judgement="a test")
    system = replace(weeks(1), storages=battery())
    system = replace(system, regions=replace(system.regions, load_scale=(figure,)))
    found = to(system, 0.3)
    assert found.method == "plain"
    assert "plain sampling; regions.load_scale is uncertain" in str(found)
    with pytest.raises(InputError, match=r"method: must be plain, as regions\.load_scale is uncertain"):
        to(system, 0.3, method="scarce-days")


def test_no_sense_is_refused_with_every_fault():
    with pytest.raises(InputError, match="4 faults in assess") as caught:
        to(toy(), 2.0, of="eens", method="convolution", at_most=1)
    assert [fault.place for fault in caught.value.faults] == ["precision", "of", "method", "at_most"]


def test_too_many_states_are_sampled_plainly(monkeypatch):
    monkeypatch.setattr(scarce_pack, "MOST_CELLS", 1000)
    found = to(replace(weeks(1), storages=battery()), 0.3)
    assert found.method == "plain"
    assert "states of capacity are too many" in str(found)


def test_regions_proven_to_be_one_may_have_stores():
    """Scarce days of three regions as one against plain winters of the network itself."""
    system = three((1000.0, 1000.0, 0.0))
    store = replace(battery(power=15.0, energy=30.0), region=(1,), initial=(1.0,))
    joined = replace(system, storages=store)
    found, plain = to(joined, 0.005, method="scarce-days"), to(joined, 0.02, method="plain")
    for name in ("eue", "lole", "lolev"):
        one, other = getattr(found, name), getattr(plain, name)
        assert abs(one.value - other.value) < 4.0 * np.hypot(one.se, other.se), name
    assert [region.name for region in found.regions] == ["A", "B", "C"]
    assert "regions are taken as one" in repr(found.regions[0].eue)
    bound = replace(joined, interfaces=three((10.0, 10.0, 0.0)).interfaces)
    assert "plain sampling; an interface may bind" in str(to(bound, 0.2))


def test_a_copper_plate_says_what_is_a_lower_bound():
    """B lacks 1 MW all the time, A 10 MW every other hour: one event, of which a copper plate makes five."""
    load = np.ones((2, 10))
    load[0] = [50.0, 70.0] * 5
    one = held.system(load, 10, generators=held.generators((0, 60.0, 0.0)))
    found, plain = standstill.assess(one, method="copper-plate"), standstill.assess(one, samples=10)
    assert (plain.lole.value, plain.eue.value, plain.lolev.value) == (10.0, 60.0, 1.0)
    assert (found.lole.value, found.eue.value, found.lolev.value) == (5.0, 55.0, 5.0)
    assert (found.lole.reason, found.eue.reason, found.neue.reason) == ("", "", "")
    assert found.lolev.reason == found.lold.reason == "not a bound where an interface may bind"
    [note] = found.notes
    assert note in str(found)
    assert "LOLE, EUE, NEUE and daily LOLE are lower bounds" in note
    assert found.as_dict()["notes"] == [note]
    wide = standstill.assess(three((1000.0, 1000.0, 0.0)), method="copper-plate")
    assert (wide.lolev.reason, wide.lold.reason) == ("", "")


def test_an_exact_result_has_no_samples_and_no_seed_in_json():
    exact = standstill.assess(toy(), method="convolution").as_dict()
    assert (exact["samples"], exact["seed"], exact["reason"]) == (None, None, "exact, so that no samples are behind it")
    # the pilot beside it has a seed
    beside = to(toy(), seed=7).as_dict()
    assert (beside["samples"], beside["seed"]) == (None, 7)
    sampled = standstill.assess(toy(), samples=10).as_dict()
    assert (sampled["samples"], sampled["seed"]) == (10, 1)
    assert "reason" not in sampled


def test_units_of_several_states_need_no_samples_either():
    system = weeks(1)
    moves = np.array([[0.98, 0.01, 0.01], [0.1, 0.85, 0.05], [0.1, 0.0, 0.9]])
    states = (UnitStates(shares=[1.0, 0.5, 0.0], moves=moves), *(None,) * (len(system.generators) - 1))
    p_fail = system.generators.p_fail.copy()
    p_fail[0] = 0.0
    system = replace(system, generators=replace(system.generators, states=states, p_fail=p_fail))
    found = to(system)
    assert found.method == "convolution"
    assert found.eue.value == pytest.approx(exact_indices(system).eue.value)
    with pytest.raises(InputError, match="method: must be plain, as units have more states than in and out"):
        to(system, method="scarce-days")


@pytest.mark.parametrize("method", [None, "plain"])
def test_what_is_certain_takes_one_sample_whatever_the_precision(method: str | None):
    system = replace(toy(), reserves=Reserves(names=("spinning",), power=[[1.0]]))
    system = replace(system, generators=replace(system.generators, p_fail=0.0 * system.generators.p_fail))
    found = to(system, 0.01, method=method)
    assert (found.method, found.samples, found.is_certain) == ("plain", 1, True)
    assert found.precision is not None
    assert (found.precision.reached, found.precision.samples, found.eue.se) == (True, 1, 0.0)
    assert "standard error of EUE: 0 %, asked for 1 %\n" in str(found)
    assert "NOT reached" not in str(found)
    assert found.reserve_hours is not None
    assert found.reserve_hours.exists


def test_as_many_samples_are_said_as_were_drawn():
    found = to(toy(), 1e-6, method="plain", at_most=3000)
    assert found.precision is not None
    # whole blocks of 256, and no more than were allowed
    assert found.samples == found.precision.samples == found.eue.samples == 2816
    assert "stopped at 2,816 samples, of at most 3,000" in str(found)

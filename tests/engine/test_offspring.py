"""Waves that bring about others: parents, numbers, and what is withheld with an attack that did not happen; replay."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

import numpy as np
import pytest

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.errors import InputError
from standstill.model.campaign import Campaign, Curve, DamageState, Stream, Weapon
from standstill.model.repair import RepairTime
from standstill.model.scenario import Side
from standstill.model.system import Generators, Regions, System
from standstill.model.terms import Arm, Fixed, Terms

START = dt.datetime(2024, 10, 1, tzinfo=dt.UTC)
DAYS = 60
STRIKES = Arm(name="strikes")
CLASSES = ("thermal", "hydro")


def side(**changes: object) -> Side:
    """Return a side of two classes under one stream whose waves have two weapons that always hit."""
    given = {"times": "hawkes", "rate_per_day": 0.2, "branching": 0.6, "decay_per_day": 0.4} | changes
    stream = Stream(
        name="stream",
        weapons=(Weapon(name="weapon", count="fixed", mean=2.0),),
        aim=dict.fromkeys(CLASSES, 1.0),
        **given,
    )
    state = DamageState(name="complete", probability=1.0, condition=0.0, time=RepairTime(kind="fixed", days=3.0))
    system = System(
        name="system",
        step_h=1.0,
        start=START,
        n_steps=24 * DAYS,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=("region",), load=np.full((1, 1), 4.0)),
        generators=Generators(
            names=tuple(f"unit {row}" for row in range(8)),
            classes=CLASSES * 4,
            region=(0,) * 8,
            capacity=np.ones((8, 1)),
            p_fail=np.zeros((8, 1)),
            p_repair=np.ones((8, 1)),
        ),
    )
    campaign = Campaign(
        streams=(stream,), curves=(Curve(name="curve", states=(state,)),), mapping=dict.fromkeys(CLASSES, "curve")
    )
    return Side(name="side", system=system, campaign=campaign)


def run(side: Side, arm: Arm = STRIKES, sample: int = 0, count: int = 1) -> tuple[np.ndarray, Scratch]:
    packed = pack_side(side, arms=(arm,))
    scratch = Scratch(packed)
    return run_block(packed, 1, sample, count, scratch).totals[0], scratch


def waves_of(side: Side, sample: int) -> list[tuple[float, int, int]]:
    """Return (hour, number, number of its parent) of each wave."""
    _, scratch = run(side, sample=sample)
    rows = scratch.work.strikes.waves
    return [(float(row["time"]), int(row["index"]), int(row["parent"])) for row in rows[rows["time"] > 0]]


def hits_of(side: Side, arm: Arm, sample: int) -> set[tuple[float, str]]:
    """Return (hour, class) of the jobs of a sample."""
    row, scratch = run(side, arm, sample)
    if row[0, COLUMNS.index("waves")] == 0:
        return set()
    found = set()
    for asset, job in enumerate(scratch.work.events.assets["job"][:-1]):
        while job >= 0:
            found.add((float(scratch.work.jobs.table[job]["arrival"]), side.system.generators.classes[asset]))
            job = scratch.work.jobs.table[job]["next"]
    return found


def kept(**terms: object) -> Arm:
    window = Fixed(start=START + dt.timedelta(days=15), end=START + dt.timedelta(days=25))
    return Arm(name="kept", terms=Terms(**{"window": window, **terms}))


def test_waves_are_numbered_as_they_come_and_parents_come_before():
    with_parent = 0
    for sample in range(40):
        found = waves_of(side(), sample)
        assert [number for _, number, _ in found] == list(range(len(found)))
        assert all(parent < number for _, number, parent in found)
        with_parent += sum(parent >= 0 for _, _, parent in found)
    assert with_parent > 200


def test_no_branching_is_poisson_to_the_bit():
    found = run(side(branching=0.0, active_from=START + dt.timedelta(days=20)), count=32)[0]
    plain = run(side(times="poisson", active_from=START + dt.timedelta(days=20)), count=32)[0]
    assert found[:, COLUMNS.index("hits")].sum() > 100
    assert np.array_equal(found, plain)


def test_waves_do_not_depend_on_how_long_the_simulation_goes_on():
    whole = side()
    half = dataclasses.replace(whole, system=dataclasses.replace(whole.system, n_steps=12 * DAYS))
    for sample in range(10):
        early = [wave for wave in waves_of(whole, sample) if wave[0] < 12 * DAYS]
        found = waves_of(half, sample)
        assert [wave[1:] for wave in found] == [wave[1:] for wave in early]
        # the clock of the months is read between its edges, which are others
        assert [wave[0] for wave in found] == pytest.approx([wave[0] for wave in early], rel=1e-12)


def test_what_an_attack_that_did_not_happen_brings_about_does_not_happen():
    scene, arm = side(), kept(compliance=1.0)
    window = (15 * 24.0, 25 * 24.0)
    n_after = 0
    for sample in range(40):
        waves = waves_of(scene, sample)
        gone: set[int] = set()
        for time, number, parent in waves:
            if window[0] <= time < window[1] or parent in gone:
                gone.add(number)
        left = {time for time, number, _ in waves if number not in gone}
        assert {time for time, _ in hits_of(scene, arm, sample)} == left
        n_after += sum(time >= window[1] and number in gone for time, number, _ in waves)
    assert n_after > 20, "attacks after the end of the terms must be missing too"


def test_descendants_miss_the_classes_that_their_ancestors_missed():
    scene, arm = side(), kept(compliance=1.0, classes=("thermal",))
    for sample in range(20):
        before, after = hits_of(scene, STRIKES, sample), hits_of(scene, arm, sample)
        assert {hit for hit in before if hit[1] == "hydro"} == {hit for hit in after if hit[1] == "hydro"}
    exempt = kept(compliance=1.0, exempt_streams=("stream",))
    assert hits_of(scene, exempt, 0) == hits_of(scene, STRIKES, 0)


def test_more_compliance_never_adds_an_attack():
    scene, n_fewer = side(), 0
    for sample in range(40):
        found = [hits_of(scene, kept(compliance=share), sample) for share in (0.0, 0.3, 0.6, 0.9, 1.0)]
        assert found[0] == hits_of(scene, STRIKES, sample)
        for less, more in itertools.pairwise(found):
            assert more <= less
        n_fewer += len(found[0]) - len(found[-1])
    assert n_fewer > 100


@pytest.mark.parametrize("branching", [-0.1, 0.96, 1.0])
def test_branching_without_end_is_refused(branching):
    with pytest.raises(InputError, match=r"streams.stream.branching: must be within \[0, 0.95\]"):
        pack_side(side(branching=branching))


DATES = tuple(START + dt.timedelta(days=day, hours=5) for day in (3, 9, 10, 22, 40))


def test_a_replayed_log_is_thinned_between_all_and_nothing():
    def replay(thinning: float) -> Side:
        return side(times="dated", dates=DATES, thinning=thinning)

    none = dataclasses.replace(replay(0.0), campaign=Campaign())
    assert np.array_equal(run(replay(1.0), count=64)[0], run(none, count=64)[0])
    explicit = run(side(times="dated", dates=DATES), count=64)[0]
    assert np.array_equal(run(replay(0.0), count=64)[0], explicit)
    assert np.all(explicit[:, COLUMNS.index("waves")] == len(DATES))
    n_fewer = 0
    for sample in range(20):
        found = [{time for time, _, _ in waves_of(replay(share), sample)} for share in (0.0, 0.2, 0.5, 0.8, 1.0)]
        assert found[0] == {24.0 * (date - START).days + 5.0 for date in DATES}
        for less, more in itertools.pairwise(found):
            assert more <= less
        n_fewer += len(found[0]) - len(found[2])
    assert n_fewer > 20

"""One dated wave on a small system: both arms and their paired difference against exact values by convolution."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest

from standstill.engine.block import BLOCK, Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.model.campaign import Campaign, Curve, DamageState, Stream, Weapon
from standstill.model.repair import RepairTime
from standstill.model.scenario import Side
from standstill.model.system import Generators, Regions, System
from standstill.model.terms import Arm, Fixed, Terms
from tests.reference.dated_wave import State, Units, supply, unserved
from tests.statistical.harness import START
from tests.statistical.table import SEED, Table, mean

pytestmark = pytest.mark.statistical

SAMPLES = 100_000
HOURS, WAVE_H = 24 * 10, 30.5
LOAD = np.round(420.0 + 60.0 * np.sin(np.arange(HOURS) * np.pi / 12.0))
WEAPONS, INTERCEPTED, HIT = 12.0, 0.4, 0.5
FAIL, REPAIR = 0.01, 0.09
PLANT = (State(share=0.4, condition=0.5, days=2.0), State(share=0.6, condition=0.0, days=5.0))
RIVER = (State(share=1.0, condition=0.0, days=3.0),)
CLASSES = {"thermal": (4, 100, 0.9, PLANT), "hydro": (3, 60, 1.0, RIVER)}
"""Class -> how many, capacity of each, share of time in service, damage states; hits fall on each class alike."""


def units(*withheld: str) -> tuple[Units, ...]:
    """Return the units as the reference sees them, no hit falling on classes from which the wave is withheld."""
    each = WEAPONS * (1.0 - INTERCEPTED) * HIT / len(CLASSES)
    return tuple(
        Units(
            count=count, capacity=capacity, in_service=share, states=states,
            hits=0.0 if name in withheld else each / count,
        )
        for name, (count, capacity, share, states) in CLASSES.items()
    )  # fmt: skip


def side() -> Side:
    """Return the same as records."""
    rows = [
        (f"{name} {row}", name, capacity, share)
        for name, (count, capacity, share, _) in CLASSES.items() for row in range(count)
    ]  # fmt: skip
    system = System(
        name="dated wave",
        step_h=1.0,
        start=START,
        n_steps=HOURS,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(names=("region",), load=LOAD[None]),
        generators=Generators(
            names=tuple(row[0] for row in rows),
            classes=tuple(row[1] for row in rows),
            region=(0,) * len(rows),
            capacity=np.array([[row[2]] for row in rows]),
            p_fail=np.array([[FAIL if row[3] < 1.0 else 0.0] for row in rows]),
            p_repair=np.array([[REPAIR if row[3] < 1.0 else 1.0] for row in rows]),
        ),
    )
    weapon = Weapon(name="weapon", count="poisson", mean=WEAPONS, interception=INTERCEPTED, hit=HIT)
    wave = Stream(
        name="wave", times="dated", dates=(START + dt.timedelta(hours=WAVE_H),), weapons=(weapon,),
        aim=dict.fromkeys(CLASSES, 1.0),
    )  # fmt: skip
    curves = tuple(
        Curve(
            name=name,
            states=tuple(
                DamageState(
                    name=f"state {place}", probability=state.share, condition=state.condition,
                    time=RepairTime(kind="geometric", days=state.days),
                )
                for place, state in enumerate(states)
            ),
        )
        for name, (*_, states) in CLASSES.items()
    )  # fmt: skip
    campaign = Campaign(streams=(wave,), curves=curves, mapping={name: name for name in CLASSES})
    return Side(name="dated wave", system=system, campaign=campaign)


def test_one_dated_wave(table: Table):
    window = Fixed(start=START, end=START + dt.timedelta(hours=HOURS))
    arms = Arm(name="strikes"), Arm(name="standstill", terms=Terms(window=window, classes=("thermal",)))
    packed = pack_side(side(), arms=arms)
    scratch = Scratch(packed)
    blocks = [
        run_block(packed, SEED, first, min(BLOCK, SAMPLES - first), scratch).totals
        for first in range(0, SAMPLES, BLOCK)
    ]
    strikes, standstill = np.concatenate(blocks, axis=1)
    energy, short = COLUMNS.index("unserved"), COLUMNS.index("short_steps")
    without, within = (unserved(units(*names), LOAD, WAVE_H) for names in ((), ("thermal",)))
    assert without[0] > within[0] > unserved(units(*CLASSES), LOAD, WAVE_H)[0] > 0.0
    table.add(
        "dated wave",
        "saved",
        EUE_strikes=(mean(strikes[:, energy]), without[0]),
        EUE_standstill=(mean(standstill[:, energy]), within[0]),
        saved=(mean(strikes[:, energy] - standstill[:, energy]), without[0] - within[0]),
        LOLE_strikes=(mean(strikes[:, short]), without[1]),
        LOLE_standstill=(mean(standstill[:, short]), within[1]),
    )


def test_the_reference_by_enumeration():
    """Two units and every number of hits on each, up to eight: the sum over what can happen, written out."""
    states = (State(share=0.4, condition=0.5, days=2.0), State(share=0.6, condition=0.0, days=5.0))
    pair = Units(count=2, capacity=10, in_service=0.9, hits=0.45, states=states)
    hours, law = 50.0, np.zeros(21)
    poisson = [np.exp(-0.45) * 0.45**count / np.prod(np.arange(1, count + 1)) for count in range(9)]
    one = np.zeros(11)
    for up, count in itertools.product((True, False), range(9)):
        # every hit has a state or none that is still open
        options = [(1.0, 1.0 - sum(state.share * state.open_share(hours) for state in states))]
        options += [(state.condition, state.share * state.open_share(hours)) for state in states]
        for chosen in itertools.product(options, repeat=count):
            left = min((condition for condition, _ in chosen), default=1.0)
            chance = (0.9 if up else 0.1) * poisson[count] * float(np.prod([share for _, share in chosen]))
            one[round(10 * left) if up else 0] += chance
    for first, second in itertools.product(range(11), repeat=2):
        law[first + second] += one[first] * one[second]
    np.testing.assert_allclose(supply((pair,), hours), law, rtol=0, atol=1e-8)


def test_chi_square(table: Table):
    table.close()

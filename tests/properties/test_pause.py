"""When a pause can be worth less than nothing, and when it never is, winter by winter."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from standstill.engine.block import Scratch, run_block
from standstill.engine.pack import pack_side
from standstill.engine.tally import COLUMNS
from standstill.model.campaign import Campaign, Curve, DamageState, Stock, Stream, Weapon
from standstill.model.repair import CrewPool, Repair, RepairTime, SparePool
from standstill.model.scenario import Side
from standstill.model.system import Generators, Interfaces, Regions, Storages, System
from standstill.model.terms import Arm, Fixed, Terms

START = dt.datetime(2024, 10, 1)
DAY = dt.timedelta(days=1)
PER_DAY, DAYS = 4, 24
STEPS = PER_DAY * DAYS


def unserved(side: Side, arms: tuple[Arm, ...], samples: int = 256) -> np.ndarray:
    """Return unserved energy, (n_arms, n_samples)."""
    packed = pack_side(side, arms=arms)
    return run_block(packed, 1, 0, samples, Scratch(packed)).totals[:, :, COLUMNS.index("unserved")]


def plants(classes: tuple[str, ...], regions: tuple[int, ...], capacity: float) -> Generators:
    count = len(classes)
    return Generators(
        names=tuple(f"plant {row}" for row in range(count)),
        classes=classes,
        region=regions,
        capacity=np.full((count, 1), capacity),
        p_fail=np.full((count, 1), 0.02),
        p_repair=np.full((count, 1), 0.2),
    )


def stocked(withheld: str) -> np.ndarray:
    """Return what two weeks of pause save, winter by winter, on a side whose load rises when they are over.

    Four weapons a day are made and at most a dozen launched: what the pause withholds comes in its wake, when nothing
    is to spare; what would have come meanwhile would have met with little load, and been repaired since.
    """
    load = np.where(np.arange(STEPS) < 14 * PER_DAY, 5.0, 16.0)[None]
    system = System(
        name="rising", step_h=24.0 / PER_DAY, start=START, n_steps=STEPS, power_unit="MW", energy_unit="MWh",
        regions=Regions(names=("all",), load=load),
        generators=plants(("thermal",) * 20, (0,) * 20, 1.0),
    )  # fmt: skip
    drones = Weapon(
        name="drone", count="fixed", mean=12.0, interception=0.5, stock=Stock(initial=0.0, per_day=4.0, maximum=100.0)
    )
    waves = Stream(name="daily", times="poisson", rate_per_day=1.0, weapons=(drones,), aim={"thermal": 1.0})
    state = DamageState(name="complete", probability=1.0, condition=0.0, time=RepairTime(kind="exponential", days=2.0))
    campaign = Campaign(streams=(waves,), curves=(Curve(name="plant", states=(state,)),), mapping={"thermal": "plant"})
    pause = Terms(window=Fixed(start=START, end=START + 14 * DAY), withheld=withheld)  # type: ignore[arg-type]
    arms = Arm(name="strikes"), Arm(name="pause", terms=pause)
    without, within = unserved(Side(name="rising", system=system, campaign=campaign), arms)
    return without - within


def test_a_pause_that_fills_a_stock_can_be_worth_less_than_nothing() -> None:
    saved = stocked("kept")
    assert saved.mean() < -4.0 * saved.std(ddof=1) / math.sqrt(saved.size)
    # the stock is why: weapons that are lost do not come back
    lost = stocked("lost")
    assert lost.min() >= -1e-9
    assert lost.max() > 1.0


SHARES = st.sampled_from([0.0, 0.25, 0.5, 1.0])
CLASSES = ("thermal", "hydro", "gas")


@st.composite
def systems(draw: st.DrawFn) -> System:
    """Draw regions without a store, or one region with one."""
    is_stored = draw(st.booleans())
    n = 1 if is_stored else draw(st.integers(1, 3))
    count = draw(st.integers(3, 9))
    regions = tuple(sorted(draw(st.lists(st.integers(0, n - 1), min_size=count, max_size=count))))
    classes = tuple(draw(st.lists(st.sampled_from(CLASSES), min_size=count, max_size=count)))
    levels = np.array(draw(st.lists(st.floats(0.5, 1.0), min_size=n * PER_DAY, max_size=n * PER_DAY)))
    # on average as much as all plants give, or less
    load = np.tile(levels.reshape(n, PER_DAY) * count / n, DAYS)
    limit = np.full((n - 1, 1), draw(st.sampled_from([0.5, 2.0, 10.0])))
    one = np.ones((1, 1))
    stores = Storages(
        names=("store",), classes=("battery",), region=(0,), charge=2.0 * one, discharge=2.0 * one,
        energy=draw(st.sampled_from([10.0, 60.0])) * one, charge_efficiency=0.9 * one, discharge_efficiency=0.9 * one,
        carryover_efficiency=draw(st.sampled_from([1.0, 0.99])) * one, p_fail=0.0 * one, p_repair=one,
        initial=(draw(SHARES),),
    )  # fmt: skip
    return System(
        name="drawn", step_h=24.0 / PER_DAY, start=START, n_steps=STEPS, power_unit="MW", energy_unit="MWh",
        regions=Regions(
            names=tuple(f"region {row}" for row in range(n)), load=load, critical_share=(draw(SHARES),) * n
        ),
        interfaces=Interfaces(
            names=tuple(f"tie {row}" for row in range(n - 1)), region_from=tuple(range(n - 1)),
            region_to=tuple(range(1, n)), forward=limit, backward=limit,
        ),
        generators=plants(classes, regions, 1.0),
        **({"storages": stores} if is_stored else {}),
    )  # fmt: skip


@st.composite
def campaigns(draw: st.DrawFn, struck: tuple[str, ...]) -> Campaign:
    """Draw streams without stocks, whose hits superpose."""
    streams = []
    for number in range(draw(st.integers(1, 2))):
        weapon = Weapon(
            name="weapon", count=draw(st.sampled_from(["fixed", "poisson", "negative-binomial"])),
            mean=draw(st.sampled_from([1.0, 3.0, 8.0])), dispersion=2.0, interception=draw(st.sampled_from([0.0, 0.5])),
        )  # fmt: skip
        streams.append(
            Stream(
                name=f"stream {number}", times=draw(st.sampled_from(["poisson", "gamma"])), shape=2.0,
                rate_per_day=draw(st.sampled_from([0.1, 0.5])), weapons=(weapon,),
                aim={name: draw(st.sampled_from([0.5, 1.0, 3.0])) for name in struck},
            )
        )  # fmt: skip
    curves = []
    for name in struck:
        kind = draw(st.sampled_from(["fixed", "exponential", "lognormal", "geometric"]))
        time = RepairTime(kind=kind, days=draw(st.sampled_from([1.0, 4.0])), sigma=0.5)
        spare = "part" if name == "hydro" else None
        curves.append(
            Curve(
                name=name,
                states=(
                    DamageState(name="slight", probability=0.4, condition=0.5, time=time),
                    DamageState(name="complete", probability=0.6, condition=0.0, time=time, spare=spare),
                ),
            )
        )
    return Campaign(streams=tuple(streams), curves=tuple(curves), mapping={name: name for name in struck})


@st.composite
def sides(draw: st.DrawFn) -> Side:
    """Draw a side: jobs of some classes wait for crews, first come, first served; those of another for spares."""
    system = draw(systems())
    struck = tuple(dict.fromkeys(system.generators.classes))
    pool = CrewPool(name="crews", classes=("thermal", "gas"), crews=float(draw(st.integers(1, 3))))
    has_pool = draw(st.booleans()) and {"thermal", "gas"} <= set(struck)
    # a replacement ordered with each use has a time of its own, which moves with what was used before: none here
    arrivals = ((START + draw(st.integers(1, 20)) * DAY, 2),)
    spares = SparePool(name="part", initial=float(draw(st.integers(0, 3))), arrivals=arrivals)
    return Side(
        name="drawn", system=system, campaign=draw(campaigns(struck)),
        repair=Repair(crews=(pool,) if has_pool else (), spares=(spares,)),
    )  # fmt: skip


@st.composite
def more_and_more(draw: st.DrawFn, struck: tuple[str, ...]) -> tuple[Terms, ...]:
    """Draw terms of which each withholds whatever the one before does."""
    start = START + draw(st.integers(0, 15)) * DAY
    ends = sorted(draw(st.lists(st.integers(1, 24), min_size=3, max_size=3)))
    kept = sorted(draw(st.lists(SHARES, min_size=3, max_size=3)))
    covered = draw(st.lists(st.sampled_from(struck), unique=True, min_size=1))
    hazard = draw(st.sampled_from([0.0, 0.05]))
    return tuple(
        Terms(
            window=Fixed(start=start, end=start + days * DAY), compliance=share, collapse_per_day=hazard,
            classes=tuple(covered) if place < 2 else None,
        )
        for place, (days, share) in enumerate(zip(ends, kept, strict=True))
    )  # fmt: skip


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_without_stocks_and_displacement_it_never_is_in_any_winter(data: st.DataObject) -> None:
    side = data.draw(sides())
    terms = data.draw(more_and_more(tuple(dict.fromkeys(side.system.generators.classes))))
    arms = (Arm(name="strikes"), *(Arm(name=f"terms {place}", terms=item) for place, item in enumerate(terms)))
    found = unserved(side, arms, samples=64)
    assert np.all(np.isfinite(found))
    assert np.diff(found, axis=0).max() <= 1e-9

"""Two made-up sides, each a hub with all supply and two areas with load, small enough to simulate in a moment.

Five weeks in steps of six hours, the last four measured: plants, import and substations are struck; crews and spares
are few, and figures uncertain.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.model.campaign import Campaign, Curve, DamageState, Stock, Stream, Weapon
from standstill.model.repair import CrewPool, Repair, RepairTime, SparePool
from standstill.model.scenario import Scenario, Side
from standstill.model.system import Generators, Interfaces, Lines, Regions, System
from standstill.model.terms import Arm, Fixed, Terms

START = dt.datetime(2024, 11, 1)
MEASURE, END = dt.datetime(2024, 11, 8), dt.datetime(2024, 12, 6)
STEP_H, STEPS = 6.0, 35 * 4
AREAS = {"east": 0.6, "west": 0.4}
"""Areas, and their shares of the load."""


def figure(path: str, low: float, high: float, unit: str = "") -> Figure:
    """Return a figure that nobody knows better than a range."""
    return Figure(path=path, unit=unit, distribution=Uniform(low=low, high=high), judgement="made up")


def hub_system(name: str, load: float) -> System:
    """Return a hub with eight plants and an import, and two areas behind three substations each."""
    days = 1.0 + 0.1 * np.sin(np.arange(STEPS) * np.pi / 2)
    loads = np.vstack([np.zeros(STEPS), *(load * share * days for share in AREAS.values())])
    plants = 8
    rows = 3 * len(AREAS)
    widths = np.repeat([[0.42 * load * share] for share in AREAS.values()], 3, axis=0)
    return System(
        name=name,
        step_h=STEP_H,
        start=START,
        n_steps=STEPS,
        power_unit="MW",
        energy_unit="MWh",
        regions=Regions(
            names=("grid", *AREAS),
            load=loads,
            critical_share=(0.3,) * 3,
            load_scale=(figure(f"{name}.load", 0.95, 1.05),) * 3,
        ),
        interfaces=Interfaces(
            names=("grid-east", "west-grid"),
            region_from=(0, 2),
            region_to=(1, 0),
            forward=np.full((2, 1), 2.0 * load),
            backward=np.full((2, 1), 2.0 * load),
        ),
        lines=Lines(
            names=tuple(f"substation {row}" for row in range(rows)),
            classes=("substation",) * rows,
            interface=(0, 0, 0, 1, 1, 1),
            forward=widths,
            backward=widths,
            p_fail=np.zeros((rows, 1)),
            p_repair=np.ones((rows, 1)),
        ),
        generators=Generators(
            names=(*(f"plant {row}" for row in range(plants)), "neighbours"),
            classes=("thermal",) * plants + ("import",),
            region=(0,) * (plants + 1),
            capacity=np.array([[100.0]] * plants + [[80.0]]),
            p_fail=np.array([[0.01]] * plants + [[0.0]]),
            p_repair=np.array([[0.1]] * plants + [[1.0]]),
            capacity_scale=(1.0,) * plants + (figure(f"{name}.import", 0.6, 1.0),),
        ),
    )


def hub_side(name: str, load: float = 700.0, *, stock: Stock | None = None, weapons: float = 4.0) -> Side:
    """Return a side whose plants, import and substations are struck."""
    days = RepairTime(kind="exponential", days=6.0)
    drone = Weapon(
        name="drone", count="poisson", mean=weapons, interception=figure(f"{name}.interception", 0.2, 0.6),
        hit=0.6, stock=stock,
    )  # fmt: skip
    waves = Stream(
        name="salvos", times="poisson", rate_per_day=figure(f"{name}.rate", 0.15, 0.45, "per day"), weapons=(drone,),
        aim={"thermal": 1.0, "import": 0.1, "substation": 0.5},
    )  # fmt: skip
    curves = (
        Curve(name="plant", states=(DamageState(name="complete", probability=1.0, condition=0.0, time=days),)),
        Curve(
            name="station",
            states=(DamageState(name="complete", probability=1.0, condition=0.0, time=days, spare="transformer"),),
        ),
    )
    return Side(
        name=name,
        system=hub_system(name, load),
        campaign=Campaign(
            streams=(waves,), curves=curves,
            mapping={"thermal": "plant", "import": "plant", "substation": "station"},
        ),
        repair=Repair(
            crews=(CrewPool(name="plants", classes=("thermal",), crews=figure(f"{name}.crews", 1.0, 5.0)),),
            spares=(SparePool(name="transformer", initial=figure(f"{name}.spares", 0.0, 6.0)),),
        ),
    )  # fmt: skip


def hub_terms(*, withheld: Literal["kept", "lost", "redirected"] = "lost", **more: Any) -> Terms:
    """Return terms over the whole measured window, kept in full unless said otherwise."""
    return Terms(window=Fixed(start=MEASURE, end=END), withheld=withheld, **more)


def hub_scenario(*sides: Side, terms: Terms | None = None, **more: Any) -> Scenario:
    """Return two sides with and without a standstill."""
    found = Scenario(
        name="hub",
        title="What is it worth?",
        sides=sides or (hub_side("North"), hub_side("South", 600.0, weapons=3.0)),
        arms=(Arm(name="strikes"), Arm(name="standstill", terms=terms or hub_terms())),
        simulate_from=START,
        measure_from=MEASURE,
        measure_to=END,
    )
    return replace(found, **more)

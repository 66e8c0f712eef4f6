"""Random small scenarios by seed: every feature of the engine occurs in some of them, several in each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from standstill.evidence.distribution import Beta, Distribution, Triangular, Uniform
from standstill.evidence.figure import Figure
from standstill.model.campaign import Campaign, Curve, DamageState, Derating, Stock, Stream, Weapon
from standstill.model.cause import CommonCause
from standstill.model.outage_weather import OutageWeather
from standstill.model.process import Belief, Clock, Format, Process, Stage, Transition
from standstill.model.repair import CrewPool, Repair, RepairTime, SparePool
from standstill.model.scenario import Criterion, Side
from standstill.model.system import (
    DemandResponses,
    Generators,
    GeneratorStorages,
    Interfaces,
    Lines,
    Regions,
    Storages,
    System,
    UnitStates,
)
from standstill.model.terms import Arm, Fixed, Terms
from standstill.model.weather import DegreeDayLoad, Temperature, Weather

START = dt.datetime(2024, 10, 29, tzinfo=dt.UTC)
MESH = ((0, 1), (1, 2), (2, 3), (3, 4), (0, 2), (1, 4))


@dataclass(frozen=True)
class World:
    """A side, its arms and what is measured."""

    side: Side
    arms: tuple[Arm, ...]
    measure_from: dt.datetime
    measure_to: dt.datetime
    detail: bool


@dataclass(frozen=True)
class Plan:
    """What is fixed of a world; the rest is random."""

    n_regions: int
    n_steps: int
    step_h: float
    is_star: bool = False
    weather: str = ""
    unit: tuple[str, str] = ("MW", "MWh")
    n_storages: int = 0
    n_reservoirs: int = 0
    critical: bool = True
    ignore: bool = False
    order: str = "first-come"
    dispatch: tuple[str, ...] = ()
    picks_up: bool = False
    n_responses: int = 0
    derated: bool = False
    outage_weather: bool = False


PLANS = (
    Plan(1, 160, 1.0, n_storages=2, n_reservoirs=1, order="largest-first"),
    Plan(4, 144, 1.0, is_star=True, weather="temperature", n_storages=2),
    Plan(3, 80, 0.5, n_storages=2, order="shortest-first"),
    Plan(2, 90, 3.0, n_reservoirs=2, critical=False, ignore=True, dispatch=("weekly-budget", "daily-profile")),
    Plan(5, 70, 6.0, weather="years", unit=("kb/d", "kb"), n_storages=2),
    Plan(3, 80, 24.0, n_storages=1, n_reservoirs=1, unit=("GW", "MWh")),
    Plan(2, 120, 0.25, n_storages=3, ignore=True, order="largest-first"),
    Plan(4, 70, 12.0, n_reservoirs=2, n_storages=1, unit=("b/d", "kb"), order="shortest-first"),
    Plan(5, 60, 2.0, n_storages=2, n_reservoirs=1, dispatch=("daily-profile",)),
    Plan(3, 200, 1.0, is_star=True, n_storages=1, n_reservoirs=1, critical=False),
    Plan(1, 190, 2.0, n_storages=1, n_reservoirs=2, weather="temperature", dispatch=("weekly-budget", "daily-profile")),
    Plan(
        3,
        200,
        2.0,
        is_star=True,
        weather="temperature",
        n_storages=1,
        n_reservoirs=3,
        dispatch=("weekly-budget", "greedy", "daily-profile"),
    ),
    Plan(1, 150, 1.0, n_storages=1, picks_up=True),
    Plan(4, 120, 2.0, is_star=True, weather="temperature", n_storages=1, picks_up=True),
    Plan(3, 90, 1.0, n_storages=1, n_reservoirs=1, picks_up=True),
    Plan(1, 150, 1.0, n_storages=1, n_responses=2),
    Plan(3, 90, 2.0, n_storages=2, n_reservoirs=1, n_responses=3),
    Plan(3, 80, 0.5, is_star=True, n_responses=2, critical=False, unit=("GW", "MWh")),
    Plan(1, 160, 1.0, n_storages=1, n_reservoirs=1, derated=True),
    Plan(4, 120, 2.0, is_star=True, weather="temperature", n_storages=1, derated=True),
    Plan(3, 100, 1.0, n_storages=1, derated=True),
    Plan(3, 150, 2.0, is_star=True, weather="temperature", n_storages=1, outage_weather=True),
    Plan(2, 140, 3.0, weather="years", n_storages=1, derated=True, outage_weather=True),
)


class _Maker:
    def __init__(self, index: int) -> None:
        self.index, self.plan = index, PLANS[index]
        self.rng = np.random.default_rng(9000 + index)
        self.figures = 0

    def uniform(self, low: float, high: float, *shape: int) -> np.ndarray:
        return self.rng.uniform(low, high, shape)

    def number(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def figure(self, distribution: Distribution) -> Figure:
        self.figures += 1
        path = f"world{self.index}.figure{self.figures}"
        return Figure(path=path, unit="", distribution=distribution, judgement="because it is a test")

    def days(self, share: float) -> float:
        """Return a share of the horizon in days."""
        return share * self.plan.n_steps * self.plan.step_h / 24

    def moment(self, share: float) -> dt.datetime:
        return START + dt.timedelta(days=self.days(share))

    def table(self, low: float, high: float, rows: int) -> np.ndarray:
        """Return a table that varies with time in some worlds and not in others."""
        width = self.plan.n_steps if self.rng.random() < 0.5 else 1
        return self.uniform(low, high, rows, width)

    def chains(self, rows: int) -> dict[str, np.ndarray]:
        """Return failure and repair probabilities; the last row never fails."""
        fail, repair = self.table(0.0, 0.04, rows), self.table(0.05, 0.3, rows)
        if self.plan.outage_weather:
            fail, repair = fail[:, :1], repair[:, :1]
        if rows > 1:
            fail[-1] = 0.0
        return {"p_fail": fail, "p_repair": repair}

    def states(self, rows: int) -> dict[str, object]:
        """Return the chains of generators; where the plan says so every other one has more than two states."""
        chains = self.chains(rows)
        if not self.plan.derated:
            return chains
        found: list[UnitStates | None] = [None] * rows
        for row in range(0, rows, 2):
            moves = self.uniform(0.0, 0.1, 4, 4) + np.diag(self.uniform(0.5, 2.0, 4))
            shares = [1.0, self.number(0.3, 0.9), 0.0, 0.0]
            found[row] = UnitStates(shares=shares, moves=moves / moves.sum(axis=1, keepdims=True))
            chains["p_fail"][row] = 0.0
        return chains | {"states": tuple(found)}

    def world(self) -> World:
        hours = self.plan.step_h
        first = round(self.plan.n_steps * 0.1)
        whole = max(1, round(24 / hours))
        # the measured window begins at midnight, so that months mean the same whoever counts
        first = -(-first // whole) * whole
        last = self.plan.n_steps - (3 if self.plan.n_steps % 2 == 0 else 0)
        side = Side(
            name=f"side {self.index}",
            system=self.system(),
            campaign=self.campaign(),
            repair=self.repair(),
            weather=self.weather(),
            common_causes=self.causes(),
            outage_weather=self.outage_weather(),
            criterion=Criterion(window_h=hours * 12),
        )
        return World(
            side=side,
            arms=self.arms(),
            measure_from=START + dt.timedelta(hours=hours * first),
            measure_to=START + dt.timedelta(hours=hours * last),
            detail=True,
        )

    def system(self) -> System:
        plan = self.plan
        n = plan.n_regions
        supplied = [0] if plan.is_star else list(range(n))
        count = 4 * max(1, len(supplied)) if plan.is_star else 4 + n
        where = sorted(supplied[place % len(supplied)] for place in range(count))
        load = self.uniform(8, 16, n, plan.n_steps) * (1 + 0.3 * np.sin(np.arange(plan.n_steps) / 3))
        mean = 12.0 * n / count
        capacity = self.uniform(0.7 * mean, 1.8 * mean, count, plan.n_steps)
        capacity[: count // 2] = capacity[: count // 2, :1]
        generators = Generators(
            names=tuple(f"generator {row}" for row in range(count)),
            classes=tuple(("thermal", "solar", "thermal", "hydro")[row % 4] for row in range(count)),
            region=tuple(where),
            capacity=capacity,
            capacity_scale=(self.figure(Uniform(low=0.8, high=1.1)), *((1.0,) * (count - 1))),
            **self.response(count),
            **self.states(count),
        )
        return System(
            name=f"world {self.index}",
            step_h=plan.step_h,
            start=START,
            n_steps=plan.n_steps,
            power_unit=plan.unit[0],
            energy_unit=plan.unit[1],
            regions=Regions(
                names=tuple(f"region {row}" for row in range(n)),
                load=load,
                critical_share=tuple(self.number(0.4, 0.9) if plan.critical else 0.0 for _ in range(n)),
                load_scale=(self.figure(Triangular(low=0.9, mode=1.0, high=1.2)),) * n,
                **self.pickup(n),
            ),
            generators=generators,
            storages=self.storages(supplied),
            generator_storages=self.reservoirs(supplied),
            **self.responses(n),
            **self.joins(),
        )

    def responses(self, n: int) -> dict[str, object]:
        """Return demand responses, in any region."""
        rows = self.plan.n_responses
        if not rows:
            return {}
        window = self.rng.integers(1, 9, (rows, self.plan.n_steps if self.rng.random() < 0.5 else 1)).astype(float)
        table = DemandResponses(
            names=tuple(f"response {row}" for row in range(rows)),
            classes=("demand-response",) * rows,
            region=tuple(sorted(self.rng.choice(n, rows).tolist())),
            borrow=self.table(1, 4, rows),
            payback=self.table(1, 4, rows),
            energy=self.energy(0.5, 3, rows),
            interest=self.uniform(-0.1, 0.2, rows, 1),
            window=window,
            borrow_efficiency=self.table(0.8, 1.0, rows),
            payback_efficiency=self.table(0.8, 1.0, rows),
            power_scale=(self.figure(Uniform(low=0.8, high=1.2)),) * rows,
            energy_scale=tuple(self.number(0.8, 1.2) for _ in range(rows)),
            **self.chains(rows),
        )
        return {"demand_responses": table}

    def response(self, count: int) -> dict[str, object]:
        """Return how what one generator offers answers to the price, where consumers ask again too."""
        if not self.plan.picks_up:
            return {}
        ratio, elasticity = self.figure(Uniform(low=1.0, high=3.0)), self.figure(Uniform(low=-0.1, high=0.3))
        rest = count - 1
        return {"price_ratio": (ratio, *((1.0,) * rest)), "price_elasticity": (elasticity, *((0.0,) * rest))}

    def pickup(self, n: int) -> dict[str, object]:
        """Return how much of what is unserved is asked for again, and after how long."""
        if not self.plan.picks_up:
            return {}
        share = self.figure(Uniform(low=0.0, high=0.8))
        return {"pickup_share": (share,) * n, "pickup_h": tuple(self.number(0.5, 9.0) for _ in range(n))}

    def energy(self, low: float, high: float, rows: int) -> np.ndarray:
        """Return energy capacities for a range of hours at about 5 power units."""
        unit = System(
            name="unit", step_h=1.0, start=START, n_steps=1, power_unit=self.plan.unit[0],
            energy_unit=self.plan.unit[1], regions=Regions(names=("r",), load=np.zeros((1, 1))),
        )  # fmt: skip
        return self.table(low, high, rows) * 5 * unit.energy_per_step * self.plan.step_h

    def store(self, rows: int, supplied: list[int], kind: str) -> dict[str, object]:
        where = sorted(self.rng.choice(supplied, rows).tolist())
        return {
            "names": tuple(f"{kind} {row}" for row in range(rows)),
            "classes": (kind,) * rows,
            "region": tuple(where),
            "charge": self.table(2, 5, rows),
            "discharge": self.table(3, 6, rows),
            "energy": self.energy(1, 6, rows),
            "charge_efficiency": self.table(0.8, 1.0, rows),
            "discharge_efficiency": self.table(0.8, 1.0, rows),
            "carryover_efficiency": np.full((rows, 1), 0.99 if self.index % 2 else 1.0),
            "initial": tuple(self.number(0.2, 1.0) for _ in range(rows)),
            "power_scale": tuple(self.number(0.8, 1.2) for _ in range(rows)),
            "energy_scale": (self.figure(Uniform(low=0.7, high=1.3)),) * rows,
            **self.chains(rows),
        }

    def storages(self, supplied: list[int]) -> Storages:
        return Storages(**self.store(self.plan.n_storages, supplied, "battery"))

    def reservoirs(self, supplied: list[int]) -> GeneratorStorages:
        rows = self.plan.n_reservoirs
        return GeneratorStorages(
            **self.store(rows, supplied, "reservoir"),
            inflow=self.table(1, 7, rows),
            injection=self.table(3, 6, rows),
            withdrawal=self.table(0, 2, rows),
            inflow_scale=(self.figure(Uniform(low=0.5, high=1.2)),) * rows,
            dispatch=self.plan.dispatch or ("greedy",) * rows,
            weekly_share=(self.figure(Uniform(low=0.2, high=0.6)),) * rows,
            release=np.tile(2.5 + 1.5 * np.sin(np.arange(self.plan.n_steps)), (rows, 1)),
        )

    def joins(self) -> dict[str, object]:
        n = self.plan.n_regions
        if n == 1:
            return {}
        pairs = [(0, leaf) for leaf in range(1, n)] if self.plan.is_star else [p for p in MESH if max(p) < n]
        names = tuple(f"{a} to {b}" for a, b in pairs)
        size = 12.0 if self.plan.is_star else 5.0
        interfaces = Interfaces(
            names=names,
            region_from=tuple(a for a, _ in pairs),
            region_to=tuple(b for _, b in pairs),
            forward=self.table(0.8 * size, 2 * size, len(pairs)),
            backward=self.table(0.8 * size, 2 * size, len(pairs)),
        )
        # the last interface of a mesh has no lines: its own limits hold
        lined = len(pairs) if self.plan.is_star or n == 2 else len(pairs) - 1
        lines = Lines(
            names=tuple(f"line {row}" for row in range(2 * lined)),
            classes=("substation",) * (2 * lined),
            interface=tuple(row // 2 for row in range(2 * lined)),
            forward=self.table(0.4 * size, size, 2 * lined),
            backward=self.table(0.4 * size, size, 2 * lined),
            capacity_scale=tuple(self.number(0.8, 1.2) for _ in range(2 * lined)),
            **self.chains(2 * lined),
        )
        return {"interfaces": interfaces, "lines": lines}

    def weather(self) -> Weather | None:
        plan = self.plan
        if not plan.weather:
            return None
        parts = round(24 / plan.step_h)
        # one region keeps a load of its own
        share = self.uniform(0.5, 1.5, plan.n_regions)
        if plan.weather == "years":
            share[-1] = 0.0
        load = DegreeDayLoad(
            base=self.figure(Uniform(low=9.0 * plan.n_regions, high=10.0 * plan.n_regions)),
            slope=0.12 * plan.n_regions,
            threshold_c=self.figure(Uniform(low=14.0, high=16.0)),
            weekday_factor=(1.0, 1.01, 1.02, 1.01, 1.0, 0.9, 0.85),
            shape=tuple(1 + 0.2 * np.sin(np.arange(parts))),
            region_share=tuple(share / share.sum()),
        )
        if plan.weather == "years":
            return Weather(load=load, years=self.uniform(-12, 10, 3, 40))
        temperature = Temperature(
            constant_c=8.0,
            harmonics=((-11.0, -2.0), (0.5, 0.3), (0.1, -0.2)),
            sd_by_month=tuple(np.linspace(3, 6, 12)),
            skew_by_month=tuple(np.linspace(-0.5, 0.4, 12)),
            shift_sd_c=self.figure(Uniform(low=1.0, high=2.0)),
            ar=(0.95, -0.2),
            national_slope=0.97,
            national_offset_c=-0.4,
            national_sd_c=0.7,
            warming_c=0.8,
        )
        return Weather(load=load, temperature=temperature)

    def causes(self) -> tuple[CommonCause, ...]:
        """Return what plants lose in the cold where there is weather, and an uncertain fuel in some worlds."""
        found = []
        if self.plan.weather:
            slope = self.figure(Uniform(low=0.005, high=0.02))
            found.append(CommonCause(asset_class="thermal", slope_per_c=slope, threshold_c=5.0, least=0.85))
        if self.index % 3 == 1:
            share = self.figure(Uniform(low=0.7, high=1.0))
            found.append(CommonCause(asset_class="hydro", share=share))
        return tuple(found)

    def outage_weather(self) -> tuple[OutageWeather, ...]:
        """Return what the weather does to outages, of classes without other states."""
        if not self.plan.outage_weather:
            return ()
        solar = OutageWeather(asset_class="solar", failure=((-5.0, 4.0), (3.0, 1.0), (8.0, 1.5)))
        slow = OutageWeather(asset_class="substation", failure=((0.0, 3.0),), repair=((-4.0, 0.3), (4.0, 1.0)))
        return solar, slow

    def time(self, kind: str, share: float) -> RepairTime:
        return RepairTime(kind=kind, days=self.days(share), sigma=0.7 if kind == "lognormal" else 0.0)

    def campaign(self) -> Campaign:
        classes = {"thermal": 2.0, "hydro": 1.0}
        if self.plan.n_storages:
            classes["battery"] = 0.7
        if self.plan.n_reservoirs:
            classes["reservoir"] = 0.6
        if self.plan.n_regions > 1:
            classes["substation"] = self.figure(Uniform(low=1.0, high=3.0))
        light = DamageState(name="slight", probability=0.5, condition=0.6, time=self.time("exponential", 0.05))
        curves = (
            Curve(
                name="machine",
                states=(
                    light,
                    DamageState(name="moderate", probability=0.3, condition=0.25, time=self.time("lognormal", 0.1)),
                    DamageState(name="complete", probability=self.figure(Uniform(low=0.1, high=0.3)), condition=0.0,
                                time=self.time("fixed", 0.17)),
                ),
            ),
            Curve(
                name="network",
                states=(
                    DamageState(name="moderate", probability=1.0, condition=0.3, time=self.time("geometric", 0.12)),
                    DamageState(name="complete", probability=0.8, condition=0.0, time=self.time("lognormal", 0.08),
                                spare="transformer"),
                ),
            ),
        )  # fmt: skip
        after = "substation" if "substation" in classes else "thermal"
        salvo = Stream(
            name="salvo",
            times="gamma",
            rate_per_day=self.figure(Uniform(low=6 / self.days(1), high=9 / self.days(1))),
            shape=(2.5, 0.6)[self.index % 2],
            month_factor=(1.0,) * 10 + (1.4, 0.3),
            active_from=self.moment(0.05),
            active_to=self.moment(0.95),
            weapons=(
                Weapon(name="missile", count="negative-binomial", mean=5.0, dispersion=2.0,
                       interception=self.figure(Beta(a=3.0, b=3.0)), hit=0.4,
                       stock=Stock(initial=6.4, per_day=self.number(20, 30) / self.days(1), maximum=11.3)),
                Weapon(name="drone", count="poisson", mean=self.figure(Uniform(low=4.0, high=9.0)),
                       interception=0.7, hit=0.5),
            ),
            aim=classes,
            deratings=(
                Derating(asset_class="thermal", after=after, condition=0.8, duration=self.time("exponential", 0.02)),
            ),
        )  # fmt: skip
        routine = Stream(
            name="routine",
            times="poisson",
            rate_per_day=10 / self.days(1),
            weapons=(Weapon(name="drone", count="fixed", mean=1.6, interception=0.5, hit=0.95),),
            aim={"thermal": 1.0, "hydro": 0.5},
        )
        dated = Stream(
            name="dated",
            times="dated",
            thinning=0.2,
            active_from=self.moment(0.3),
            # one of them at the very start of a step
            dates=(*map(self.moment, (0.61, 0.22, 0.4)), START + dt.timedelta(hours=self.plan.step_h * 25)),
            weapons=(Weapon(name="missile", count="poisson", mean=3.0, hit=0.6),),
            aim={name: 1.0 for name in classes},
        )  # fmt: skip
        answers = Stream(
            name="answers",
            times="hawkes",
            rate_per_day=self.figure(Uniform(low=3 / self.days(1), high=5 / self.days(1))),
            branching=self.figure(Uniform(low=0.4, high=0.7)),
            decay_per_day=8 / self.days(1),
            month_factor=(1.0,) * 10 + (1.2, 0.5),
            active_from=self.moment(0.04 if self.index % 2 else 0.0),
            active_to=self.moment(0.97),
            weapons=(Weapon(name="drone", count="poisson", mean=1.2, hit=0.6),),
            aim={"thermal": 1.0, "hydro": 0.5},
        )
        mapping = {name: "network" if name == "substation" else "machine" for name in classes}
        return Campaign(
            streams=(salvo, answers, routine, dated),
            curves=curves,
            mapping=mapping,
            hits_while_down="ignore" if self.plan.ignore else "superpose",
        )

    def repair(self) -> Repair:
        crews = [CrewPool(name="plants", classes=("thermal", "hydro"), crews=self.figure(Uniform(low=0.6, high=3.4)),
                          order=self.plan.order)]  # fmt: skip
        if self.plan.n_regions > 1:
            crews.append(CrewPool(name="network", classes=("substation",), crews=2.0, order=self.plan.order))
        lead = None if self.index % 3 == 0 else self.time("lognormal" if self.index % 3 == 1 else "fixed", 0.1)
        spares = SparePool(
            name="transformer",
            initial=self.figure(Uniform(low=0.0, high=3.0)),
            arrivals=((self.moment(0.3), 1), (self.moment(0.55), 2)),
            lead=lead,
        )
        return Repair(crews=tuple(crews), spares=(spares,))

    def arms(self) -> tuple[Arm, ...]:
        window = Fixed(start=self.moment(0.33), end=self.moment(0.8))
        first = self.index % 3
        kinds = ("kept", "lost", "redirected")
        return (
            Arm(name="strikes"),
            Arm(
                name="partly kept",
                terms=Terms(
                    window=window,
                    classes=("thermal", "hydro", "substation"),
                    compliance=self.figure(Uniform(low=0.5, high=0.9)),
                    class_compliance={"substation": 0.4},
                    withheld=kinds[first],
                    displacement=0.5 if kinds[first] == "redirected" else 0.0,
                    exempt_streams=("routine",),
                ),
            ),
            Arm(
                name="collapsing",
                terms=Terms(
                    window=window,
                    compliance=0.9,
                    withheld=kinds[(first + 1) % 3],
                    displacement=0.7 if kinds[(first + 1) % 3] == "redirected" else 0.0,
                    collapse_per_day=2 / self.days(1),
                    collapse_shape=0.8,
                    sides=None if self.index % 4 else (f"side {self.index}",),
                ),
            ),
            Arm(name="talks", terms=Terms(window=self.clock(), compliance=0.9, withheld=kinds[first])),
        )

    def clock(self) -> Clock:
        """Return a clock that puts a standstill in force within the horizon more often than not."""
        pace = 30.4375 / self.days(1)

        def process(speed: float) -> Process:
            return Process(
                name="talks",
                parties=("A", "B"),
                mediator="M",
                stages=(
                    Stage(name="drafting", phases=2),
                    Stage(name="off"),
                    Stage(name="in force", in_force=True),
                    Stage(name="over"),
                ),
                transitions=(
                    Transition(source="drafting", target="in force", per_month=8 * speed, meeting=True),
                    Transition(source="drafting", target="off", per_month=2 * speed, late=False, cause="shock"),
                    Transition(source="off", target="drafting", per_month=9 * speed),
                    Transition(source="in force", target="over", per_month=3 * speed),
                ),
                formats=(Format(name="summit", needs=("A", "B"), meetings_per_month=1, agree_share=1,
                                return_per_month=12 * speed),),
                format="summit",
                out={"B": 0.5},
            )  # fmt: skip

        belief = Belief(weights={"drafting": 0.7, "off": 0.3}, on=self.moment(0.0).date())
        return Clock(
            process=process(pace),
            belief=belief,
            earliest=self.moment(0.1),
            end=self.moment(0.9),
            variants=tuple((process(pace * factor), belief) for factor in (0.8, 1.5)),
        )


def world(index: int) -> World:
    """Return one of the twelve."""
    return _Maker(index).world()

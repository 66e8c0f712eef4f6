"""The slow twin: one winter of one side and arm, step by step in plain Python, on the engine's own draws.

Written from ``design.md`` and the records. It shares with the engine only the keys of the draws and the order in which
figures' quantiles are taken; nothing of ``standstill.engine`` is imported.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq

from standstill.evidence.figure import Figure
from standstill.model.cause import CommonCause
from standstill.model.scenario import Side
from standstill.model.system import UnitStates
from standstill.model.terms import Arm
from tests.reference import philox, strikes
from tests.reference.dispatch import Response, Step, Store, dispatch
from tests.reference.philox import Draws, key_of
from tests.reference.state_chain import lasting
from tests.reference.strikes import Asset, Damage

COLUMNS = (
    "unserved", "critical_unserved", "delivery_unserved", "short_steps", "events", "longest_event", "deepest",
    "largest_event", "hours_off", "critical_steps", "worst_window", "load", "waves", "hits",
    "start", "end", "first_critical", "first_over",
)  # fmt: skip


@dataclass(frozen=True)
class Winter:
    """What the twin found."""

    totals: dict[str, float]
    region_steps: list[float]
    region_energy: list[float]
    month_energy: dict[str, float]
    short: np.ndarray
    """Shortfall, (n_steps, n_regions), power_unit."""
    charge: np.ndarray
    """State of charge after each step, (n_steps, n_stores), energy_unit."""
    damage: Damage

    @property
    def row(self) -> np.ndarray:
        """All totals in the engine's order."""
        named = [self.totals[name] for name in COLUMNS]
        return np.array([*named, *self.region_steps, *self.region_energy, *self.month_energy.values()])


def _at(table: np.ndarray, row: int, step: int) -> float:
    return float(table[row, step if table.shape[1] > 1 else 0])


class Sample:
    """Inputs, load and outages of one sample of one side: what all arms share."""

    def __init__(self, side: Side, seed: int, sample: int) -> None:
        self.side, self.system, self.draws = side, side.system, Draws(seed, sample)
        self._values: dict[str, float] = {}
        self.solved: dict[str, tuple[list[float], list[Store], list[Response]]] = {}
        self.temperatures: list[float] = []
        self.load = self._load()
        self.tables = [
            (self.system.generators, "capacity_scale"), (self.system.storages, "power_scale"),
            (self.system.generator_storages, "power_scale"), (self.system.demand_responses, "power_scale"),
            (self.system.lines, "capacity_scale"),
        ]  # fmt: skip
        self.assets, self.service = [], {}
        for table, scale in self.tables:
            for row, name in enumerate(table.names):
                key = key_of(f"{side.name}/{name}")
                self.assets.append(Asset(name, table.classes[row], key, self._capability(table, row, scale)))
                self.service[name] = self._outages(table, row, key)

    def value(self, parameter: Any) -> float:
        """Return the value of a number or figure in this sample."""
        if not isinstance(parameter, Figure):
            return float(parameter)
        if parameter.path not in self._values:
            u = self.draws.uniform(philox.INPUT, key_of(parameter.path), 0)
            self._values[parameter.path] = float(
                parameter.median if parameter.is_fixed else parameter.distribution.quantile(np.array([u]))[0]
            )
        return self._values[parameter.path]

    def _capability(self, table: Any, row: int, scale: str) -> float:
        if table is self.system.demand_responses:
            return 0.0
        if table is self.system.lines:
            most = max(table.forward[row].max(), table.backward[row].max())
        else:
            most = (table.capacity if table is self.system.generators else table.discharge)[row].max()
        if table is self.system.generators:
            most *= math.prod(self.value(cause.share) for cause in self._causes(table.classes[row]))
            most *= self.value(table.price_ratio[row]) ** self.value(table.price_elasticity[row])
        return float(most) * self.value(getattr(table, scale)[row])

    def _causes(self, asset_class: str) -> list[CommonCause]:
        return [cause for cause in self.side.common_causes if cause.asset_class == asset_class]

    def common(self, asset_class: str, step: int) -> float:
        """Return the share that all generators of a class have together in a step."""
        share = 1.0
        for cause in self._causes(asset_class):
            share *= self.value(cause.share)
            if self.temperatures:
                today = self.temperatures[math.floor(step * self.system.step_h / 24)]
                missing = max(0.0, self.value(cause.threshold_c) - today)
                share *= max(self.value(cause.least), 1 - self.value(cause.slope_per_c) * missing)
        return share

    def _outages(self, table: Any, row: int, key: int) -> list[float]:
        """Return the share in service in every step.

        Walk a two-state chain; one uniform gives each dwell: left at the first step its survival falls below it.
        """
        n_steps = self.system.n_steps
        if table is self.system.generators and table.states[row] is not None:
            return self._states(table.states[row], key)
        if table.p_fail[row].max() == 0:
            return [1.0] * n_steps
        fail, repair = (self._chance(table, row, end, 0) for end in ("p_fail", "p_repair"))
        uniforms = iter(u for event in range(10**9) for u in self.draws.uniforms(philox.OUTAGE, key, event))
        up = next(uniforms) < (repair / (fail + repair) if fail + repair > 0 else 1.0)
        states, survival, u = [up], 1.0, next(uniforms)
        for step in range(1, n_steps):
            survival *= 1 - self._chance(table, row, "p_fail" if up else "p_repair", step)
            if survival < u:
                up, survival, u = not up, 1.0, next(uniforms)
            states.append(up)
        return [float(state) for state in states]

    def _chance(self, table: Any, row: int, end: str, step: int) -> float:
        """Return the probability of failing or returning on entering a step, in the temperature of its day."""
        chance = _at(getattr(table, end), row, step)
        for rule in self.side.outage_weather:
            if rule.asset_class == table.classes[row]:
                today = self.temperatures[math.floor(step * self.system.step_h / 24)]
                points = rule.failure if end == "p_fail" else rule.repair
                chance *= float(np.interp(today, *zip(*points, strict=True)))
        return min(1.0, chance)

    def _states(self, states: UnitStates, key: int) -> list[float]:
        """Walk a chain of several states: each event's first uniform gives the dwell, its second where it goes."""

        def picked(law: np.ndarray, uniform: float) -> int:
            reached = 0.0
            for state, chance in enumerate(law / law.sum()):
                reached += chance
                if uniform < reached:
                    return state
            raise AssertionError("a law sums to 1")

        law = lasting(states.moves)
        state = picked(law, self.draws.uniforms(philox.OUTAGE, key, 0)[0])
        shares, survival, event = [float(states.shares[state])], 1.0, 1
        dwell, place = self.draws.uniforms(philox.OUTAGE, key, event)
        for _ in range(1, self.system.n_steps):
            survival *= states.moves[state, state]
            if survival < dwell:
                others = states.moves[state] * (np.arange(len(law)) != state)
                state, survival, event = picked(others, place), 1.0, event + 1
                dwell, place = self.draws.uniforms(philox.OUTAGE, key, event)
            shares.append(float(states.shares[state]))
        return shares

    def _load(self) -> np.ndarray:
        """Return the load of every region and step."""
        regions, n_steps = self.system.regions, self.system.n_steps
        load = np.array(np.broadcast_to(regions.load, (len(regions), n_steps)))
        if self.side.weather is not None:
            driven = self._weather_load()
            for region, share in enumerate(self.side.weather.load.region_share):
                if share > 0:
                    load[region] = share * driven
        return load * np.array([[self.value(scale)] for scale in regions.load_scale])

    def _weather_load(self) -> np.ndarray:
        weather, model = self.side.weather, self.side.weather.load
        per_day = max(1, round(24 / self.system.step_h))
        days = math.ceil(self.system.n_steps / per_day)
        dates = [self.system.start.date() + dt.timedelta(days=day) for day in range(days)]
        load = []
        self.temperatures = self._temperatures(dates)
        for date, temperature in zip(dates, self.temperatures, strict=True):
            cold = max(0.0, self.value(model.threshold_c) - temperature)
            mean = self.value(model.base) + self.value(model.slope) * cold
            load += [mean * model.weekday_factor[date.weekday()] * part for part in model.shape]
        assert weather is not None
        return np.array(load[: self.system.n_steps])

    def _temperatures(self, dates: list[dt.date]) -> list[float]:
        weather, key = self.side.weather, key_of(f"{self.side.name}/weather")
        model = weather.temperature
        if model is None:
            year = int(self.draws.uniform(philox.WEATHER, key, 0xFFFFFFFF) * len(weather.years))
            return [float(weather.years[year, min(day, weather.years.shape[1] - 1)]) for day in range(len(dates))]
        spread = [model.sd_by_month[date.month - 1] for date in dates]
        shift = min(1.0, max(-1.0, self.value(model.shift_sd_c) / float(np.mean(spread))))
        winter = self.draws.normals(philox.WEATHER, key, 0xFFFFFFFE)[0]
        phi1, phi2 = model.ar
        # Yule-Walker: unit variance from the first day on
        rho1 = phi1 / (1 - phi2)
        rho2 = phi1 * rho1 + phi2
        noise = math.sqrt(max(0.0, 1 - phi1 * rho1 - phi2 * rho2))
        past: list[float] = []
        found = []
        for day, date in enumerate(dates):
            shock, residual = self.draws.normals(philox.WEATHER, key, day)
            if day == 0:
                past.append(shock)
            elif day == 1:
                past.append(rho1 * past[-1] + math.sqrt(1 - rho1**2) * shock)
            else:
                past.append(phi1 * past[-1] + phi2 * past[-2] + noise * shock)
            z = shift * winter + math.sqrt(1 - shift**2) * past[-1]
            s = _skew(model.skew_by_month[date.month - 1])
            angle = 2 * math.pi * date.timetuple().tm_yday / 365.25
            normal = model.constant_c + self.value(model.warming_c)
            for k, (a, b) in enumerate(model.harmonics, start=1):
                normal += a * math.cos(k * angle) + b * math.sin(k * angle)
            station = normal + spread[day] * (z + s * (z * z - 1)) / math.sqrt(1 + 2 * s * s)
            found.append(model.national_slope * station + model.national_offset_c + model.national_sd_c * residual)
        return found


def _skew(skewness: float) -> float:
    """Return s of ``g(z)`` for a skewness."""
    if skewness == 0:
        return 0.0
    return float(brentq(lambda s: (6 * s + 8 * s**3) / (1 + 2 * s * s) ** 1.5 - skewness, -1.9, 1.9, xtol=1e-15))


class Play:
    """One arm of one sample, step by step."""

    def __init__(self, sample: Sample, damage: Damage, *, whole_lines: bool = False) -> None:
        self.sample, self.system = sample, sample.system
        self.jobs: dict[str, list[strikes.Job]] = {}
        for job in damage.jobs:
            if not (whole_lines and job.asset in self.system.lines.names):
                self.jobs.setdefault(job.asset, []).append(job)
        stores = self.system.storages, self.system.generator_storages
        self.stores = [(table, row) for table in stores for row in range(len(table))]
        value = sample.value
        self.charge = [
            _at(table.energy, row, 0) * value(table.energy_scale[row]) * value(table.initial[row])
            for table, row in self.stores
        ]
        self.floors = [0.0] * len(self.stores)
        self.owed = [0.0] * len(self.system.regions)
        self.borrowed = [0.0] * len(self.system.demand_responses)
        self.due = [0.0] * len(self.system.demand_responses)
        self.left: list[float | None] = [None] * len(self.system.demand_responses)
        most = (self.system.generators.capacity, stores[0].discharge, stores[1].injection)
        scale = sum(float(table.max(axis=1, initial=0.0).sum()) for table in most)
        self.tolerance = 1e-9 * max(scale, float(self.system.regions.load.max(initial=0.0)), 1e-6)

    def available(self, name: str, step: int) -> float:
        """Return share in service × condition at the start of a step."""
        now = step * self.system.step_h
        damaged = [job.condition for job in self.jobs.get(name, []) if job.arrival <= now < job.finish]
        return self.sample.service[name][step] * min([1.0, *damaged])

    def step(self, step: int) -> Step:
        """Balance one step and move the states of charge."""
        system, value = self.system, self.sample.value
        load = [float(part) for part in self.sample.load[:, step]]
        generation = [0.0] * len(load)
        for row, name in enumerate(system.generators.names):
            size = _at(system.generators.capacity, row, step) * value(system.generators.capacity_scale[row])
            size *= value(system.generators.price_ratio[row]) ** value(system.generators.price_elasticity[row])
            size *= self.sample.common(system.generators.classes[row], step)
            generation[system.generators.region[row]] += self.available(name, step) * size
        found = Step(
            load=load,
            critical=[value(share) * part for share, part in zip(system.regions.critical_share, load, strict=True)],
            generation=generation,
            joins=self._joins(step),
            stores=[self._store(table, row, place, step) for place, (table, row) in enumerate(self.stores)],
            responses=[self._response(row, step) for row in range(len(self.borrowed))],
            tolerance=self.tolerance,
        )
        for place, (table, row) in enumerate(self.stores):
            if table is system.generator_storages and table.dispatch[row] == "daily-profile":
                found.generation[table.region[row]] += self._follow(found.stores[place], row, place, step)
        found.due = [0.0] * len(load)
        regions, h = system.regions, system.step_h
        for region, owed in enumerate(self.owed):
            again = owed * (1 - math.exp(-h / value(regions.pickup_h[region])))
            self.owed[region] -= again
            found.load[region] += again / system.energy_per_step
        self._dispatch(found)
        if sum(found.short) > self.tolerance:
            for region, short in enumerate(found.short):
                self.owed[region] += value(regions.pickup_share[region]) * short * system.energy_per_step
        for place, (table, row) in enumerate(self.stores):
            store = found.stores[place]
            self.charge[place] += store.takes * system.energy_per_step * _at(table.charge_efficiency, row, step)
            self.charge[place] -= store.gives * system.energy_per_step / _at(table.discharge_efficiency, row, step)
            self.charge[place] = max(0.0, self.charge[place])
        for row, response in enumerate(found.responses):
            self._settle(row, response, found, step)
        return found

    def _response(self, row: int, step: int) -> Response:
        """Add interest to what a demand response owes, count its window down, and say what it can do."""
        table, value, hours = self.system.demand_responses, self.sample.value, self.system.energy_per_step
        power = value(table.power_scale[row]) * self.available(table.names[row], step)
        most = _at(table.energy, row, step) * value(table.energy_scale[row])
        self.due[row] = 0.0
        if self.borrowed[row] > 0:
            self.borrowed[row] *= 1 + _at(table.interest, row, step)
            self.due[row] = max(0.0, self.borrowed[row] - most)
            self.borrowed[row] -= self.due[row]
            before = self.left[row]
            self.left[row] = (_at(table.window, row, step) if before is None else before) - 1
        is_over = self.left[row] == 0 or step == self.system.n_steps - 1
        room = 0.0 if is_over else max(0.0, most - self.borrowed[row])
        left = self.left[row]
        return Response(
            region=table.region[row],
            borrow=power * _at(table.borrow, row, step),
            payback=power * _at(table.payback, row, step),
            lendable=room * _at(table.borrow_efficiency, row, step) / hours,
            owed=self.borrowed[row] * _at(table.payback_efficiency, row, step) / hours,
            window=_at(table.window, row, step) if left is None else left,
        )

    def _settle(self, row: int, response: Response, found: Step, step: int) -> None:
        """Book what a demand response put off and paid back; what falls due is cut, as load that may be shed."""
        table, hours = self.system.demand_responses, self.system.energy_per_step
        self.borrowed[row] += response.puts_off * hours / _at(table.borrow_efficiency, row, step)
        self.borrowed[row] -= response.pays * hours / _at(table.payback_efficiency, row, step)
        if self.borrowed[row] < 1e-9:
            self.borrowed[row] = 0.0
        if self.left[row] == 0 or step == self.system.n_steps - 1:
            self.due[row] += self.borrowed[row]
            self.borrowed[row] = 0.0
        if self.borrowed[row] == 0:
            self.left[row] = None
        found.short[response.region] += self.due[row] / hours
        found.due[response.region] += self.due[row] / hours

    def _follow(self, store: Store, row: int, place: int, step: int) -> float:
        """Release by the profile, from inflow first; return what reaches the grid, and leave nothing to dispatch."""
        table, hours = self.system.generator_storages, self.system.energy_per_step
        power = self.sample.value(table.power_scale[row]) * self.available(table.names[row], step)
        wanted = min(power * _at(table.release, row, step), store.injection)
        passed = min(store.inflow, wanted)
        drawn = min(wanted - passed, store.discharge, store.deliverable)
        stored = min(store.inflow - passed, store.charge, store.room)
        self.charge[place] += hours * stored * _at(table.charge_efficiency, row, step)
        self.charge[place] -= hours * drawn / _at(table.discharge_efficiency, row, step)
        store.inflow = store.discharge = store.charge = 0.0
        return passed + drawn

    def _dispatch(self, step: Step) -> None:
        """Dispatch, or repeat what another arm of this sample did with the very same numbers."""
        key = repr((step.load, step.critical, step.generation, step.joins, step.stores, step.responses))
        if key in self.sample.solved:
            step.short, step.stores, step.responses = copy.deepcopy(self.sample.solved[key])
        else:
            dispatch(step)
            self.sample.solved[key] = copy.deepcopy((step.short, step.stores, step.responses))

    def _joins(self, step: int) -> list[tuple[int, int, float, float]]:
        """Return what each interface carries: the lesser of its limit and its available lines, if it has any."""
        joins, lines, value = self.system.interfaces, self.system.lines, self.sample.value
        found = []
        for join, ends in enumerate(zip(joins.region_from, joins.region_to, strict=True)):
            limits = []
            for limit, capability in ((joins.forward, lines.forward), (joins.backward, lines.backward)):
                rows = [row for row, of in enumerate(lines.interface) if of == join]
                scales = [self.available(lines.names[row], step) * value(lines.capacity_scale[row]) for row in rows]
                carried = sum(scale * _at(capability, row, step) for scale, row in zip(scales, rows, strict=True))
                limits.append(min(_at(limit, join, step), carried) if rows else _at(limit, join, step))
            found.append((*ends, *limits))
        return found

    def _store(self, table: Any, row: int, place: int, step: int) -> Store:
        """Carry a store's charge over into a step and say what it can give and take."""
        value, hours = self.sample.value, self.system.energy_per_step
        available = self.available(table.names[row], step)
        has_budget = table is self.system.generator_storages and table.dispatch[row] == "weekly-budget"
        if has_budget and step % max(1, round(7 * 24 / self.system.step_h)) == 0:
            self.floors[place] = self.charge[place] * (1 - value(table.weekly_share[row]))
        power = value(table.power_scale[row]) * available
        most = _at(table.energy, row, step) * value(table.energy_scale[row])
        if step > 0:
            self.charge[place] *= _at(table.carryover_efficiency, row, step)
        self.charge[place] = min(self.charge[place], most)
        usable = max(0.0, self.charge[place] - self.floors[place])
        store = Store(
            region=table.region[row],
            discharge=power * _at(table.discharge, row, step),
            charge=power * _at(table.charge, row, step),
            deliverable=usable * _at(table.discharge_efficiency, row, step) / hours,
            room=(most - self.charge[place]) / (_at(table.charge_efficiency, row, step) * hours),
        )
        if table is self.system.generator_storages:
            store.inflow = available * value(table.inflow_scale[row]) * _at(table.inflow, row, step)
            store.injection = power * _at(table.injection, row, step)
            store.withdrawal = power * _at(table.withdrawal, row, step)
        return store


def play(
    sample: Sample,
    arm: Arm,
    *,
    measure_from: dt.datetime | None = None,
    measure_to: dt.datetime | None = None,
) -> Winter:
    """Simulate one winter."""
    side, system = sample.side, sample.system
    damage = strikes.strike(side, sample.assets, arm.terms, sample.value, sample.draws)
    run = Play(sample, damage)
    short = np.zeros((system.n_steps, len(system.regions)))
    charge = np.zeros((system.n_steps, len(run.stores)))
    steps = []
    for step in range(system.n_steps):
        steps.append(run.step(step))
        short[step], charge[step] = steps[-1].short, run.charge
    one = dt.timedelta(hours=system.step_h)
    first = 0 if measure_from is None else round((measure_from - system.start) / one)
    last = system.n_steps if measure_to is None else round((measure_to - system.start) / one)
    totals, region_steps, region_energy, months = count(side, steps, first, last, run.tolerance)
    totals["load"] = float(sample.load[:, first:last].sum()) * system.energy_per_step
    totals |= {"waves": damage.waves, "hits": damage.hits}
    totals |= {"start": damage.window[0], "end": damage.window[1]}
    if _has_like_leaves(side):
        whole = Play(sample, damage, whole_lines=True)
        served = [sum(whole.step(step).short) for step in range(last)]
        totals["delivery_unserved"] = totals["unserved"] - sum(served[first:]) * system.energy_per_step
    return Winter(totals, region_steps, region_energy, months, short, charge, damage)


def _has_like_leaves(side: Side) -> bool:
    """Return whether one load series drives all leaves of a star.

    What delivery causes is then told by the same winter with undamaged lines; elsewhere by what each step would leave
    unserved if nothing limited delivery.
    """
    system, joins = side.system, side.system.interfaces
    n = len(system.regions)
    pairs = list(zip(joins.region_from, joins.region_to, strict=True))
    supplied = {*system.generators.region, *system.storages.region, *system.generator_storages.region}
    hubs = [hub for hub in range(n) if supplied <= {hub} and len(pairs) == n - 1 and all(hub in pair for pair in pairs)]
    if n == 1 or not hubs or system.regions.picks_up:
        return False
    share = side.weather.load.region_share if side.weather else (0.0,) * n
    return n == 2 or all(share[leaf] > 0 for leaf in range(n) if leaf != hubs[0])


def count(side: Side, steps: list[Step], first: int, last: int, tolerance: float) -> Any:
    """Add up the measured window."""
    system, hours = side.system, side.system.energy_per_step
    totals = dict.fromkeys(COLUMNS, 0.0)
    n_regions = len(system.regions)
    region_steps, region_energy = [0.0] * n_regions, [0.0] * n_regions
    months: dict[str, float] = {}
    events: list[list[float]] = []
    shares = []
    was_short = False
    for place in range(first, last):
        step = steps[place]
        month = f"{system.start + dt.timedelta(hours=place * system.step_h):%Y-%m}"
        months.setdefault(month, 0.0)
        total = sum(step.short)
        sheddable = [a - b + late for a, b, late in zip(step.load, step.critical, step.due, strict=True)]
        is_short = total > tolerance
        if is_short:
            over = [a - b for a, b in zip(step.short, sheddable, strict=True)]
            critical = sum(part for part in over if part > tolerance)
            totals["unserved"] += total * hours
            totals["critical_unserved"] += critical * hours
            totals["delivery_unserved"] += max(0.0, total - sum(step.due) - step.copper) * hours
            totals["short_steps"] += 1
            totals["deepest"] = max(totals["deepest"], total)
            if critical > 0 and totals["critical_steps"] == 0:
                totals["first_critical"] = (place + 1) * system.step_h
            totals["critical_steps"] += critical > 0
            months[month] += total * hours
            for region, part in enumerate(step.short):
                if part > tolerance:
                    region_steps[region] += 1
                    region_energy[region] += part * hours
            if not was_short:
                events.append([])
            events[-1].append(total * hours)
        was_short = is_short
        off = sum(min(a, b) for a, b in zip(step.short, sheddable, strict=True)) if is_short else 0.0
        shares.append(off / sum(sheddable) if sum(sheddable) > 0 else 0.0)
    totals["hours_off"] = sum(shares) * system.step_h
    totals["events"] = len(events)
    totals["longest_event"] = max(map(len, events), default=0)
    totals["largest_event"] = max(map(sum, events), default=0.0)
    window = max(1, round(side.criterion.window_h / system.step_h))
    sums = [sum(shares[max(0, end - window) : end]) for end in range(1, len(shares) + 1)]
    totals["worst_window"] = max(sums, default=0.0) * 24 / window
    over = [place for place, part in enumerate(sums) if part * 24 / window > side.criterion.hours_off_per_day]
    totals["first_over"] = (first + over[0] + 1) * system.step_h if over else 0.0
    return totals, region_steps, region_energy, months

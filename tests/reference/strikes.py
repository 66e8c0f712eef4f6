"""Waves, terms, hits and repair of the twin: one sample, one side, one arm, in continuous time."""

from __future__ import annotations

import datetime as dt
import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from scipy import stats

from standstill.model.campaign import Stream, Weapon
from standstill.model.repair import CrewPool, RepairTime, SparePool
from standstill.model.scenario import Side
from standstill.model.terms import Terms
from tests.reference import philox
from tests.reference.philox import Draws, key_of, mixed
from tests.reference.window import NEVER, standstill_window

Value = Callable[[object], float]
MOST = 1000
"""Weapons and hits of one wave at most."""


@dataclass(frozen=True)
class Asset:
    """What a hit can fall on."""

    name: str
    asset_class: str
    key: int
    capability: float
    """Largest capability over the horizon, with its scale: what "largest first" goes by."""


@dataclass
class Job:
    """One repair."""

    number: int
    asset: str
    arrival: float
    condition: float
    hours: float
    capability: float
    is_damage: bool
    ready: float = math.inf
    finish: float = math.inf


@dataclass(eq=False)
class _Crews:
    free: int
    order: str
    waiting: list[Job] = field(default_factory=list)

    def next(self) -> Job:
        """Take the job that starts next from those waiting."""
        rank = {
            "first-come": lambda job: (job.number,),
            "largest-first": lambda job: (-job.capability, job.number),
            "shortest-first": lambda job: (job.hours, job.number),
        }[self.order]
        job = min(self.waiting, key=rank)
        self.waiting.remove(job)
        return job


@dataclass
class _Spares:
    key: int
    times: list[float]
    lead: RepairTime | None
    used: int = 0


class Workshop:
    """Crews, spares and jobs, event by event."""

    def __init__(self, side: Side, value: Value, draws: Draws) -> None:
        self.value, self.draws = value, draws
        self.jobs: list[Job] = []
        self.events: list[tuple[float, int, str, Job]] = []
        self.crews: dict[str, _Crews] = {}
        for pool in side.repair.crews:
            crews = self._pool(pool)
            self.crews |= dict.fromkeys(pool.classes, crews)
        self.spares = {pool.name: self._store(side, pool) for pool in side.repair.spares}

    def _pool(self, pool: CrewPool) -> _Crews:
        return _Crews(max(1, math.floor(self.value(pool.crews) + 0.5)), pool.order)

    def _store(self, side: Side, pool: SparePool) -> _Spares:
        start = side.system.start
        times = [0.0] * max(0, math.floor(self.value(pool.initial) + 0.5))
        for when, count in pool.arrivals:
            times += [(when - start).total_seconds() / 3600] * count
        return _Spares(key_of(f"{side.name}/spare/{pool.name}"), times, pool.lead)

    def hours(self, time: RepairTime, key: int, event: int) -> float:
        """Draw a duration."""
        days = self.value(time.days)
        if time.kind == "fixed":
            return 24 * days
        if time.kind == "lognormal":
            normal = self.draws.normals(philox.REPAIR_TIME, key, event)[0]
            return 24 * days * math.exp(self.value(time.sigma) * normal)
        u = self.draws.uniform(philox.REPAIR_TIME, key, event)
        if time.kind == "exponential":
            return -24 * days * math.log(u)
        # whole days until the first success of chance 1 / days
        return 24.0 if days <= 1 else 24.0 * (1 + math.floor(math.log(u) / math.log(1 - 1 / days)))

    def run_until(self, now: float) -> None:
        """Work through everything before ``now``; what is due at ``now`` waits for what arrives at ``now``."""
        while self.events and self.events[0][0] < now:
            self._settle(self.events[0][0])

    def _settle(self, at: float) -> None:
        """Take all events at one moment, then let idle crews choose."""
        touched: list[_Crews] = []
        while self.events and self.events[0][0] == at:
            _, _, what, job = heapq.heappop(self.events)
            crews = self.crews[self._class_of[job.asset]]
            if what == "ready":
                crews.waiting.append(job)
            else:
                crews.free += 1
            if crews not in touched:
                touched.append(crews)
        for crews in touched:
            while crews.free and crews.waiting:
                job = crews.next()
                crews.free -= 1
                job.finish = at + job.hours
                heapq.heappush(self.events, (job.finish, job.number, "done", job))

    _class_of: dict[str, str]

    def has_open_job(self, asset: str, now: float) -> bool:
        """Return whether an asset has an unfinished job for damage; a protective derating is none."""
        return any(job.asset == asset and job.is_damage and job.finish > now for job in self.jobs)

    def add(self, asset: Asset, now: float, condition: float, hours: float, spare: str | None, *, crewed: bool) -> None:
        """Add a job: it waits for its spare, then for a crew if its class has a pool."""
        job = Job(len(self.jobs), asset.name, now, condition, hours, asset.capability, crewed)
        self.jobs.append(job)
        job.ready = now if spare is None else self._spare(self.spares[spare], now)
        if not crewed or asset.asset_class not in self.crews:
            job.finish = job.ready + hours
        elif job.ready < math.inf:
            heapq.heappush(self.events, (job.ready, job.number, "ready", job))

    def _spare(self, pool: _Spares, now: float) -> float:
        """Return when a spare is there: the earliest of those known, a replacement ordered now among them."""
        if pool.lead is not None:
            pool.times.append(now + self.hours(pool.lead, pool.key, pool.used))
        pool.used += 1
        if not pool.times:
            return math.inf
        best = min(pool.times)
        pool.times.remove(best)
        return max(now, best)


@dataclass(frozen=True)
class Wave:
    """One attack of the full stream, before anything is withheld."""

    time: float
    stream: Stream
    index: int
    parent: int | None = None
    """Index of the wave that brought it about."""


def _hour(side: Side, moment: dt.datetime) -> float:
    return (moment - side.system.start).total_seconds() / 3600


def _when(side: Side, stream: Stream, target: float) -> float:
    """Return the hour at which a clock that the month's factor speeds up shows ``target`` days, or inf."""
    start, horizon = side.system.start, side.system.horizon_h
    month, hour = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0), 0.0
    shown = 0.0
    while hour < horizon:
        factor = stream.month_factor[month.month - 1]
        month = (month + dt.timedelta(days=32)).replace(day=1)
        end = min(horizon, _hour(side, month))
        if shown + factor * (end - hour) / 24 > target:
            return hour + (target - shown) / factor * 24
        shown += factor * (end - hour) / 24
        hour = end
    return math.inf


def _clusters(side: Side, stream: Stream, value: Value, draws: Draws, first: float, last: float) -> list[Wave]:
    """Return the waves of a stream whose waves bring about others, numbered as they come."""
    key, mean = key_of(f"{side.name}/{stream.name}"), value(stream.branching)
    queue: list[tuple[float, int]] = []
    clock, immigrant = 0.0, 0
    while value(stream.rate_per_day) > 0:
        clock += draws.gamma(1.0, philox.GAP, key, immigrant) / value(stream.rate_per_day)
        time = _when(side, stream, clock)
        if time >= last:
            break
        heapq.heappush(queue, (time, -1))
        immigrant += 1
    found: list[Wave] = []
    number = 0
    while queue:
        time, parent = heapq.heappop(queue)
        if time >= first:
            found.append(Wave(time, stream, number, None if parent < 0 else parent))
            children = int(stats.poisson.ppf(draws.uniform(philox.OFFSPRING, key, 1024 * number), mean)) if mean else 0
            for child in range(children):
                u = draws.uniform(philox.OFFSPRING, key, 1024 * number + 1 + child)
                later = time + 24 * -math.log(u) / value(stream.decay_per_day)
                if later < last:
                    heapq.heappush(queue, (later, number))
        number += 1
    return found


def waves(side: Side, value: Value, draws: Draws) -> list[Wave]:
    """Return the waves of all streams in order of time."""
    found: list[Wave] = []
    for stream in side.campaign.streams:
        key = key_of(f"{side.name}/{stream.name}")
        first = _hour(side, stream.active_from) if stream.active_from else 0.0
        last = _hour(side, stream.active_to) if stream.active_to else side.system.horizon_h
        if stream.times == "dated":
            for index, moment in enumerate(sorted(stream.dates)):
                left_out = 1 - draws.uniform(philox.GAP, key, index) <= value(stream.thinning)
                if not left_out and max(0.0, first) <= _hour(side, moment) < last:
                    found.append(Wave(_hour(side, moment), stream, index))
            continue
        rate = value(stream.rate_per_day)
        clock, index, time = 0.0, 0, 0.0
        if stream.times == "hawkes":
            found += _clusters(side, stream, value, draws, first, last)
            continue
        while rate > 0:
            clock += draws.gamma(value(stream.shape) if stream.times == "gamma" else 1.0, philox.GAP, key, index) / rate
            time = _when(side, stream, clock)
            if time >= last:
                break
            if time >= first:
                found.append(Wave(time, stream, index))
            index += 1
    order = {stream.name: place for place, stream in enumerate(side.campaign.streams)}
    return sorted(found, key=lambda wave: (wave.time, order[wave.stream.name], wave.index))


@dataclass
class Damage:
    """What the waves of one arm did."""

    jobs: list[Job]
    waves: int
    """Waves of which anything was not withheld."""
    hits: int
    """Hits that made a job."""
    window: tuple[float, float] = NEVER
    """Start and end of the standstill, h; -1 twice where there is none."""


class _Attack:
    """Plays all waves of one sample under one arm."""

    def __init__(self, side: Side, assets: list[Asset], terms: Terms | None, value: Value, draws: Draws) -> None:
        self.side, self.value, self.draws = side, value, draws
        self.terms = terms if terms and (terms.sides is None or side.name in terms.sides) else None
        self.by_class: dict[str, list[Asset]] = {}
        for asset in assets:
            self.by_class.setdefault(asset.asset_class, []).append(asset)
        self.workshop = Workshop(side, value, draws)
        self.workshop._class_of = {asset.name: asset.asset_class for asset in assets}
        self.stocks: dict[str, tuple[float, float]] = {}
        self.curves = {curve.name: curve for curve in side.campaign.curves}
        self.window = standstill_window(side, self.terms, value, draws)

    def play(self) -> Damage:
        seen = hits = 0
        gone: dict[tuple[str, int | None], set[str]] = {}
        for wave in waves(self.side, self.value, self.draws):
            # what did not happen brings nothing about: descendants miss what their ancestors missed
            withheld = self._withheld(wave) | gone.get((wave.stream.name, wave.parent), set())
            gone[wave.stream.name, wave.index] = withheld
            weights = {name: max(0.0, self.value(weight)) for name, weight in wave.stream.aim.items()}
            total = sum(weights.values())
            share = sum(weights[name] for name in weights if name in withheld) / total if total > 0 else 0.0
            landed = self._launch(wave, share)
            if total > 0 and all(name in withheld for name in weights if weights[name] > 0):
                continue
            seen += 1
            self.workshop.run_until(wave.time)
            hits += self._land(wave, landed, withheld, weights)
            self._derate(wave)
        self.workshop.run_until(math.inf)
        return Damage(self.workshop.jobs, seen, hits, self.window)

    def _withheld(self, wave: Wave) -> set[str]:
        """Return the classes a wave is withheld from: those covered whose mark is below compliance."""
        terms = self.terms
        if terms is None or wave.stream.name in terms.exempt_streams:
            return set()
        if not self.window[0] <= wave.time < self.window[1]:
            return set()
        stream = key_of(f"{self.side.name}/{wave.stream.name}")
        found = set()
        for name in self.by_class:
            if terms.classes is None or name in terms.classes:
                mark = self.draws.uniform(philox.MARK, mixed(key_of(f"class/{name}"), stream), wave.index)
                if mark < self.value(terms.class_compliance.get(name, terms.compliance)):
                    found.add(name)
        return found

    def _count(self, weapon: Weapon, u: float) -> int:
        mean = self.value(weapon.mean)
        if weapon.count == "fixed":
            return math.floor(mean + 0.5)
        if weapon.count == "poisson":
            return min(MOST, int(stats.poisson.ppf(u, mean)))
        k = self.value(weapon.dispersion)
        return min(MOST, int(stats.nbinom.ppf(u, k, k / (k + mean))))

    def _launch(self, wave: Wave, withheld_share: float) -> int:
        """Launch a wave's weapons; return how many leak through and hit."""
        landed = 0
        for weapon in wave.stream.weapons:
            path = f"{self.side.name}/{wave.stream.name}/{weapon.name}"
            many, luck = self.draws.uniforms(philox.LAUNCH, key_of(path), wave.index)
            count = self._count(weapon, many)
            if weapon.stock is not None:
                stock = weapon.stock
                level, since = self.stocks.get(path, (self.value(stock.initial), 0.0))
                level = min(level + self.value(stock.per_day) * (wave.time - since) / 24, self.value(stock.maximum))
                count = min(count, math.floor(level))
                is_kept = self.terms is not None and self.terms.withheld == "kept"
                self.stocks[path] = level - count * (1 - withheld_share if is_kept else 1), wave.time
            chance = (1 - self.value(weapon.interception)) * self.value(weapon.hit)
            landed += int(stats.binom.ppf(luck, count, min(1.0, chance))) if chance > 0 and count else 0
        return min(landed, MOST)

    @staticmethod
    def _pick(weights: dict[str, float], u: float) -> str | None:
        """Return the class at share ``u`` of the summed weights."""
        total, target = 0.0, u * sum(weights.values())
        for name, weight in weights.items():
            total += weight
            if weight > 0 and target < total:
                return name
        return None

    def _land(self, wave: Wave, landed: int, withheld: set[str], weights: dict[str, float]) -> int:
        stream = key_of(f"{self.side.name}/{wave.stream.name}")
        done = 0
        self.landed: set[str] = set()
        seen_in_class: dict[str, int] = {}
        for hit in range(landed):
            event = wave.index * 1024 + hit
            u, elsewhere = self.draws.uniforms(philox.AIM, stream, event)
            name = self._pick(weights, u)
            if name is None:
                continue
            number = seen_in_class.get(name, 0)
            seen_in_class[name] = number + 1
            if name in withheld:
                assert self.terms is not None
                moves = self.draws.uniform(philox.DISPLACE, stream, event)
                if self.terms.withheld != "redirected" or moves >= self.value(self.terms.displacement):
                    continue
                name = self._pick({key: weight for key, weight in weights.items() if key not in withheld}, elsewhere)
                if name is None:
                    continue
                number = 2048 + hit
            self.landed.add(name)
            done += self._damage(wave, name, number, event, stream)
        return done

    def _damage(self, wave: Wave, name: str, number: int, event: int, stream: int) -> int:
        """Let one hit fall on the asset of a class with the least draw; return whether it made a job."""

        high, low, _, _ = self.draws.words(philox.HIT_ASSET, stream, wave.index * 4096 + number)
        asset = min(self.by_class[name], key=lambda asset: philox.scrambled(high << 32 | low, asset.key))
        if self.side.campaign.hits_while_down == "ignore" and self.workshop.has_open_job(asset.name, wave.time):
            return 0
        states = self.curves[self.side.campaign.mapping[name]].states
        u = self.draws.uniform(philox.DAMAGE, stream, event)
        target = u * sum(max(0.0, self.value(state.probability)) for state in states)
        chosen, total = states[-1], 0.0
        for state in states:
            total += max(0.0, self.value(state.probability))
            if target < total:
                chosen = state
                break
        hours = self.workshop.hours(chosen.time, stream, event)
        self.workshop.add(asset, wave.time, self.value(chosen.condition), hours, chosen.spare, crewed=True)
        return 1

    def _derate(self, wave: Wave) -> None:
        """Reduce whole classes after a wave of which something landed on another class."""
        stream = key_of(f"{self.side.name}/{wave.stream.name}")
        for derating in wave.stream.deratings:
            if derating.after not in self.landed:
                continue
            for asset in self.by_class[derating.asset_class]:
                hours = self.workshop.hours(derating.duration, mixed(asset.key, stream), wave.index)
                self.workshop.add(asset, wave.time, self.value(derating.condition), hours, None, crewed=False)


def strike(side: Side, assets: list[Asset], terms: Terms | None, value: Value, draws: Draws) -> Damage:
    """Play all waves of a sample under one arm's terms."""
    return _Attack(side, assets, terms, value, draws).play()

"""Scratch memory of one worker: allocated once in Python, so that kernels allocate nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine import draws, tables
from standstill.engine.packed import CHUNK, MAX_WEAPONS, Model, ReserveArrays
from standstill.engine.record import Recorder, make_recorder
from standstill.engine.recorded import RecordPlan
from standstill.engine.reserve import ReserveWork, make_reserve_work
from standstill.engine.roster import RosterWork, make_roster_work
from standstill.engine.tally import N_PERIOD, N_SUMS

__all__ = ["Work", "make_work"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Table = NDArray[np.void]


class SupplyWork(NamedTuple):
    """Load and undamaged supply of one sample."""

    load: Floats
    clean: Floats
    """Supply that varies with time, undamaged, (n_regions, n_steps)."""
    vary: Floats
    """The same after outages and damage of one arm; equal to ``clean`` between arms."""
    spans: Ints
    """Where ``vary`` differs from ``clean``: rows of (region, first step, last step); row 0 holds their number."""
    net_clean: Floats
    """Varying supply - load where no figure is uncertain, undamaged, (n_steps, n_regions)."""
    net: Floats
    """The same after outages and damage."""
    quiet: Floats
    """Least ``net_clean`` of each chunk, (n_regions, n_chunks)."""
    calm: Floats
    """Least ``net_clean`` of each eighth of a chunk, (8 n_chunks, n_regions)."""
    export: Floats
    """Inflow that can go straight to the grid and the spill above that, (2, n_stores, 1 or n_steps)."""
    temperature: Floats
    """Daily mean temperature, °C, (n_days,)."""
    cold: Floats
    """Share that a common cause leaves of what it lowers, (n_causes, n_steps)."""


class DayWork(NamedTuple):
    """Probabilities that follow the weather, in one sample."""

    first: Floats
    """Probability on the first day, (n_rows,)."""
    hazard: Floats
    """Hazard of each step of a day, (n_rows, n_days)."""
    sums: Floats
    """Hazards of all steps before each day, and of all, (n_rows, n_days + 1)."""


class EventWork(NamedTuple):
    """Outages as flips of each asset, then all changes of availability by step."""

    assets: Table
    uniforms: Floats
    """Draws of the asset in hand, (2, ``draws.PAIRS``)."""
    flips: Ints
    shares: Floats | None
    """Share in service after each flip; None where every unit is in or out of service."""
    days: DayWork | None
    """None where no outage follows the weather."""
    bits: NDArray[np.uint64]
    """Steps at which anything changes, 64 to a word."""
    others: NDArray[np.uint64]
    """Steps at which anything in ``table`` changes, the same way."""
    change: Floats
    """Change of each region's supply at the steps marked in ``bits``, (n_steps, n_regions)."""
    head: Ints
    """First of the changes at a step marked in ``others``."""
    table: Table
    """Changes of lines, stores and demand responses, and of generators where a reserve follows the largest of them."""
    fall: Floats
    """Sum of all drops of supply within a chunk, where quiet chunks may be skipped, (n_chunks, n_regions)."""
    lost: Floats
    """Bound of what varying supply loses within a chunk, the same way."""
    shift: Floats
    """Sum of all changes of supply within a chunk, the same way."""
    damage: Floats


class StrikeWork(NamedTuple):
    """Waves, stocks and hits."""

    waves: Table
    stocks: Table
    classes: Table
    windows: Floats
    """Start and end of each arm's standstill, (n_arms, 2), h."""
    withheld: Ints
    """Whether the attack of a wave that others may bring about was withheld from a class, (n_waves, n_classes)."""


class JobWork(NamedTuple):
    """Jobs, queues, crews and spares."""

    table: Table
    waiting: Ints
    n_waiting: Ints
    reached: Floats
    """Time before which every job that can start has started, by pool."""
    crew_free: Floats
    spares: Table
    spare_time: Floats
    points: Ints


class DispatchWork(NamedTuple):
    """State of one step."""

    areas: Table
    edges: Table
    stores: Table
    order: Ints
    lines: Floats
    left: Floats
    used: Floats
    queue: Ints
    leaves: Table
    star: Floats
    responses: Table
    response_order: Ints


class WholeWork(NamedTuple):
    """The same winter with every line whole: what a hub could deliver, and its stores, where they differ."""

    lines: Floats
    edges: Table
    leaves: Table
    star: Floats
    stores: Table


class TallyWork(NamedTuple):
    """Running sums."""

    sums: Floats
    off: Floats
    counts: Ints
    roster: RosterWork | None
    periods: Floats | None
    """Sums over the samples of a block, (measured steps, 1 + n_regions, N_PERIOD): all regions, then each; None where
    not asked for, for which kernels are compiled without them."""
    record: Recorder | None
    """What each step did; None in the same way."""


class Work(NamedTuple):
    """All scratch of one worker for one side."""

    supply: SupplyWork
    events: EventWork
    strikes: StrikeWork
    jobs: JobWork
    dispatch: DispatchWork
    whole: WholeWork
    tally: TallyWork
    reserve: ReserveWork | None
    """None where there is none."""


class _Room(NamedTuple):
    """How much of what a sample draws fits, and how finely the horizon is cut."""

    waves: int
    flips: int
    jobs: int
    spares: int
    """Spares of one kind: those at first, and those that come."""
    chunks: int
    days: int


def make_work(
    model: Model, max_spares: int, room: int, *, by_period: bool = False, plan: RecordPlan | None = None
) -> Work:
    """Return scratch for a model; ``room`` is the number of flips per asset, waves, and eighths of jobs that fit."""
    measured = model.horizon.measure_to - model.horizon.measure_from
    jobs = 8 * room + MAX_WEAPONS
    fits = _Room(
        waves=room,
        flips=room * max(1, len(model.assets.table)) + 64,
        jobs=jobs,
        spares=max_spares + jobs,
        chunks=-(-model.horizon.steps // CHUNK),
        days=-(-model.horizon.steps // model.horizon.steps_per_day),
    )
    return Work(
        supply=_supply(model, fits),
        events=_events(model, fits),
        strikes=_strikes(model, fits),
        jobs=_jobs(model, fits),
        dispatch=_dispatch(model),
        whole=_whole(model),
        tally=TallyWork(
            sums=_floats(N_SUMS),
            off=_floats(model.horizon.steps),
            counts=_ints(2),
            roster=None if model.roster is None else make_roster_work(model.roster.parts),
            periods=_floats(measured, 1 + len(model.regions.table), N_PERIOD) if by_period else None,
            record=None if plan is None else make_recorder(plan, model),
        ),
        reserve=None if model.reserve is None else _reserve(model, model.reserve),
    )


def _reserve(model: Model, reserve: ReserveArrays) -> ReserveWork:
    regions, edges, assets = len(model.regions.table), len(model.network.edges), len(model.assets.table)
    return make_reserve_work(reserve, regions, edges, assets, model.horizon.steps)


def _floats(*shape: int) -> Floats:
    return np.zeros(shape)


def _ints(*shape: int) -> Ints:
    return np.zeros(shape, np.int64)


def _rows(layout: np.dtype[np.void], count: int) -> Table:
    return np.zeros(count, layout)


def _supply(model: Model, fits: _Room) -> SupplyWork:
    steps, n_regions = model.horizon.steps, len(model.regions.table)
    return SupplyWork(
        load=_floats(len(model.regions.fixed_load), steps),
        clean=_floats(n_regions, steps),
        vary=_floats(n_regions, steps),
        spans=_ints(fits.flips + 2 * fits.jobs + len(model.assets.table) + 1, 3),
        net_clean=_floats(steps, n_regions),
        net=_floats(steps, n_regions),
        quiet=_floats(n_regions, fits.chunks),
        calm=_floats(8 * fits.chunks, n_regions),
        export=_floats(2, len(model.stores.table), model.stores.series.shape[2]),
        temperature=_floats(len(model.weather.days)),
        cold=_floats(len(model.supply.causes), steps),
    )


def _events(model: Model, fits: _Room) -> EventWork:
    steps, n_regions = model.horizon.steps, len(model.regions.table)
    return EventWork(
        assets=_rows(tables.ASSET_STATE, len(model.assets.table) + 1),
        uniforms=_floats(2, draws.PAIRS),
        flips=_ints(fits.flips),
        shares=None if model.assets.chains is None else _floats(fits.flips),
        days=None if model.assets.days is None else _days(len(model.assets.days.table), fits.days),
        bits=np.zeros(fits.chunks, np.uint64),
        others=np.zeros(fits.chunks, np.uint64),
        change=_floats(steps, n_regions),
        head=_ints(steps),
        table=_rows(tables.EVENT, fits.flips + 2 * fits.jobs),
        fall=_floats(fits.chunks, n_regions),
        lost=_floats(fits.chunks, n_regions),
        shift=_floats(fits.chunks, n_regions),
        damage=_floats(2, fits.days),
    )


def _days(rows: int, days: int) -> DayWork:
    return DayWork(first=_floats(rows), hazard=_floats(rows, days), sums=_floats(rows, days + 1))


def _strikes(model: Model, fits: _Room) -> StrikeWork:
    n_classes = len(model.campaign.classes)
    return StrikeWork(
        waves=_rows(tables.WAVE, fits.waves),
        stocks=_rows(tables.STOCK_STATE, len(model.campaign.weapons)),
        classes=_rows(tables.CLASS_STATE, n_classes),
        windows=_floats(len(model.arms.table), 2),
        withheld=_ints(fits.waves, n_classes),
    )


def _jobs(model: Model, fits: _Room) -> JobWork:
    n_pools, n_spares = len(model.repair.pools), len(model.repair.spares) - 1
    return JobWork(
        table=_rows(tables.JOB, fits.jobs),
        waiting=_ints(n_pools, fits.jobs),
        n_waiting=_ints(n_pools),
        reached=_floats(n_pools),
        crew_free=_floats(n_pools, model.repair.max_crews),
        spares=_rows(tables.SPARE_STATE, n_spares),
        spare_time=_floats(n_spares, fits.spares),
        points=_ints(2 * fits.jobs + 2),
    )


def _dispatch(model: Model) -> DispatchWork:
    n_regions, n_stores, n_responses = (len(part.table) for part in (model.regions, model.stores, model.responses))
    classes = n_stores + n_responses + 1
    return DispatchWork(
        areas=_rows(tables.AREA, n_regions),
        edges=_rows(tables.EDGE_STATE, len(model.network.edges)),
        stores=_rows(tables.STORE_STATE, n_stores),
        order=_ints(n_stores),
        lines=_floats(len(model.network.lines)),
        left=_floats(classes, n_regions),
        used=_floats(classes, n_regions),
        queue=_ints(n_regions + 1),
        leaves=_rows(tables.LEAF_STATE, len(model.network.leaves) + 1),
        star=_floats(4),
        responses=_rows(tables.RESPONSE_STATE, n_responses),
        response_order=_ints(n_responses),
    )


def _whole(model: Model) -> WholeWork:
    return WholeWork(
        lines=_floats(len(model.network.lines)),
        edges=_rows(tables.EDGE_STATE, len(model.network.edges)),
        leaves=_rows(tables.LEAF_STATE, len(model.network.leaves) + 1),
        star=_floats(4),
        stores=_rows(tables.STORE_STATE, len(model.stores.table)),
    )

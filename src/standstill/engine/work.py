"""Scratch memory of one worker: allocated once in Python, so that kernels allocate nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine import tables
from standstill.engine.packed import CHUNK, MAX_WEAPONS, Model
from standstill.engine.roster import RosterWork, make_roster_work
from standstill.engine.tally import N_SUMS

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


class EventWork(NamedTuple):
    """Outages as flips of each asset, then all changes of availability by step."""

    assets: Table
    flips: Ints
    bits: NDArray[np.uint64]
    """Steps at which anything changes, 64 to a word."""
    change: Floats
    """Change of each region's supply at the steps marked in ``bits``, (n_steps, n_regions)."""
    head: Ints
    """First of the changes of lines and stores at a marked step, or -1."""
    table: Table
    """Changes of lines and stores."""
    fall: Floats
    """Sum of all drops of supply within a chunk, where quiet chunks may be skipped, (n_chunks, n_regions)."""
    lost: Floats
    """Bound of what varying supply loses within a chunk, the same way."""
    shift: Floats
    """Sum of all changes of supply within a chunk, the same way."""
    stirred: Ints
    """Whether a line or store changes within a chunk, the same way, (n_chunks,)."""
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
    roster: RosterWork


class Work(NamedTuple):
    """All scratch of one worker for one side."""

    supply: SupplyWork
    events: EventWork
    strikes: StrikeWork
    jobs: JobWork
    dispatch: DispatchWork
    whole: WholeWork
    tally: TallyWork


def make_work(model: Model, max_spares: int, room: int) -> Work:
    """Return scratch for a model; ``room`` is the number of flips per asset, waves, and eighths of jobs that fit."""
    steps = model.horizon.steps
    n_regions, n_assets, n_stores = len(model.regions.table), len(model.assets.table), len(model.stores.table)
    n_responses = len(model.responses.table)
    n_pools, n_spares = len(model.repair.pools), len(model.repair.spares) - 1
    chunks, days = -(-steps // CHUNK), -(-steps // model.horizon.steps_per_day)
    flips, jobs = room * max(1, n_assets) + 64, 8 * room + MAX_WEAPONS

    def floats(*shape: int) -> Floats:
        return np.zeros(shape)

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, np.int64)

    def rows(layout: np.dtype[np.void], count: int) -> Table:
        return np.zeros(count, layout)

    return Work(
        supply=SupplyWork(
            load=floats(len(model.regions.fixed_load), steps),
            clean=floats(n_regions, steps),
            vary=floats(n_regions, steps),
            spans=ints(flips + 2 * jobs + 1, 3),
            net_clean=floats(steps, n_regions),
            net=floats(steps, n_regions),
            quiet=floats(n_regions, chunks),
            calm=floats(8 * chunks, n_regions),
            export=floats(2, n_stores, model.stores.series.shape[2]),
            temperature=floats(len(model.weather.days)),
            cold=floats(len(model.supply.causes), steps),
        ),
        events=EventWork(
            assets=rows(tables.ASSET_STATE, n_assets + 1),
            flips=ints(flips),
            bits=np.zeros(chunks, np.uint64),
            change=floats(steps, n_regions),
            head=ints(steps),
            table=rows(tables.EVENT, flips + 2 * jobs),
            fall=floats(chunks, n_regions),
            lost=floats(chunks, n_regions),
            shift=floats(chunks, n_regions),
            stirred=ints(chunks),
            damage=floats(2, days),
        ),
        strikes=StrikeWork(
            waves=rows(tables.WAVE, room),
            stocks=rows(tables.STOCK_STATE, len(model.campaign.weapons)),
            classes=rows(tables.CLASS_STATE, len(model.campaign.classes)),
            windows=floats(len(model.arms.table), 2),
            withheld=ints(room, len(model.campaign.classes)),
        ),
        jobs=JobWork(
            table=rows(tables.JOB, jobs),
            waiting=ints(n_pools, jobs),
            n_waiting=ints(n_pools),
            reached=floats(n_pools),
            crew_free=floats(n_pools, model.repair.max_crews),
            spares=rows(tables.SPARE_STATE, n_spares),
            spare_time=floats(n_spares, max_spares + jobs),
            points=ints(2 * jobs + 2),
        ),
        dispatch=DispatchWork(
            areas=rows(tables.AREA, n_regions),
            edges=rows(tables.EDGE_STATE, len(model.network.edges)),
            stores=rows(tables.STORE_STATE, n_stores),
            order=ints(n_stores),
            lines=floats(len(model.network.lines)),
            left=floats(n_stores + n_responses + 1, n_regions),
            used=floats(n_stores + n_responses + 1, n_regions),
            queue=ints(n_regions + 1),
            leaves=rows(tables.LEAF_STATE, len(model.network.leaves) + 1),
            star=floats(4),
            responses=rows(tables.RESPONSE_STATE, n_responses),
            response_order=ints(n_responses),
        ),
        whole=WholeWork(
            lines=floats(len(model.network.lines)),
            edges=rows(tables.EDGE_STATE, len(model.network.edges)),
            leaves=rows(tables.LEAF_STATE, len(model.network.leaves) + 1),
            star=floats(4),
            stores=rows(tables.STORE_STATE, n_stores),
        ),
        tally=TallyWork(
            sums=floats(N_SUMS), off=floats(steps), counts=ints(2), roster=make_roster_work(model.roster.parts)
        ),
    )

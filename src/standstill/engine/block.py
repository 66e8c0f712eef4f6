"""One block: 256 samples of one side, every arm, on shared draws. The thread task, the progress tick, the checkpoint.

Knows nothing of other blocks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from standstill.engine.dispatch.network import serve_network
from standstill.engine.dispatch.response import close_none, close_responses, open_none, open_responses
from standstill.engine.dispatch.star import serve_star
from standstill.engine.events import build_events
from standstill.engine.jit import entry, inlined, merged, named_after
from standstill.engine.load import load_energy, prepare, prepare_quiet, restore
from standstill.engine.outage_days import prepare_days
from standstill.engine.outages import draw_outages
from standstill.engine.packed import PackedSide
from standstill.engine.record import fold_record
from standstill.engine.recorded import Recorded
from standstill.engine.reserve import RESERVE_COLUMNS, bound_reserve, probe_network, probe_star
from standstill.engine.roster import ROSTER_COLUMNS
from standstill.engine.step import simulate_with
from standstill.engine.tally import COLUMNS, END, HITS, LOAD, START, WAVES, Histograms, make_histograms
from standstill.engine.waves import draw_waves, strike
from standstill.engine.windows import draw_windows
from standstill.engine.work import Work, make_work

__all__ = [
    "BLOCK", "Block", "Scratch", "block_histograms", "by_arm", "can_skip", "n_columns", "run_block", "run_network",
    "run_star",
]  # fmt: skip

BLOCK = 256
"""Samples in a block, whatever the number of workers."""
_FIRST_ROOM = 64


class Block(NamedTuple):
    """Results of one block of one side."""

    totals: NDArray[np.float64]
    """(n_arms, n_samples, n_columns)."""
    histograms: Histograms
    periods: NDArray[np.float64] | None = None
    """Sums over the samples by measured step and region, if asked for; see ``TallyWork.periods``."""
    recorded: Recorded | None = None
    """What each step did, if asked for."""


def n_columns(packed: PackedSide) -> int:
    """Return the number of totals per sample."""
    rostered = 0 if packed.model.roster is None else len(ROSTER_COLUMNS)
    reserved = 0 if packed.model.reserve is None else len(RESERVE_COLUMNS)
    return len(COLUMNS) + 2 * len(packed.region_names) + len(packed.months) + reserved + rostered


@inlined
def copy_totals(first, window, row):
    """Give an arm that goes like the first its totals; its window stays its own."""
    for column in range(first.shape[0]):
        row[column] = first[column]
    row[START], row[END] = window[0], window[1]


@inlined
def histogram_of(arm, alike, n_arms):
    """Return where a sample is counted: with its arm, or with all the arms that go like the first in it."""
    return n_arms + alike - 1 if arm == 0 and alike > 0 else arm


def _block_with(serve, open_responses, close_responses, probe):
    """Return the kernel that runs a block, compiled with a dispatch."""
    simulate = simulate_with(serve, open_responses, close_responses, probe)

    def run_samples(model, params, seed, first_sample, n_samples, work, totals, histograms, quiet_allowed):
        """Simulate samples [first, first + n); return how many fitted into the scratch room."""
        supply, events, strikes, jobs = work.supply, work.events, work.strikes, work.jobs
        horizon, assets, counts = model.horizon, model.assets, work.tally.counts
        is_sampled = params.shape[0] > 1
        energy = 0.0
        for i in range(n_samples):
            sample = first_sample + i
            values = params[i if is_sampled else 0]
            prepare(
                horizon, model.regions, model.weather, assets, model.supply, model.stores, values, is_sampled, seed,
                sample, i == 0, supply, events.assets,
            )  # fmt: skip
            if i == 0 or is_sampled or model.weather.active:
                energy = load_energy(horizon, model.regions, values, supply.load)
            if quiet_allowed and i == 0:
                bound_reserve(model.reserve, model.regions, assets, values, supply.load, work.reserve)
                prepare_quiet(model.regions, values, horizon.steps, supply, work.reserve)
            prepare_days(assets.days, horizon.steps, horizon.steps_per_day, supply.temperature, events.days)
            if not draw_outages(
                assets, assets.chains, events.days, horizon.steps, horizon.steps_per_day, seed, sample, events.assets,
                events.flips, events.shares, events.uniforms,
            ):  # fmt: skip
                return i
            n_waves = draw_waves(model.campaign, values, seed, sample, strikes.waves)
            if n_waves < 0:
                return i
            windows = strikes.windows
            alike = draw_windows(model.arms, values, seed, sample, strikes.waves, n_waves, windows)
            for arm in range(windows.shape[0]):
                row = totals[arm, i]
                share = model.arms.table[arm].share
                if share >= 0 and (alike >> share) & 1:
                    copy_totals(totals[0, i], windows[arm], row)
                    continue
                counts[:] = 0
                n_jobs = 0
                if n_waves > 0:
                    n_jobs = strike(
                        model.campaign, assets, model.repair, model.arms, values, arm, n_waves, seed, sample, strikes,
                        events.assets, jobs, counts,
                    )  # fmt: skip
                if n_jobs < 0:
                    return i
                if not build_events(
                    horizon, assets, values, n_jobs, events, events.shares, jobs, quiet_allowed, supply,
                    work.tally.record, model.reserve,
                ):  # fmt: skip
                    return i
                simulate(
                    horizon, model.regions, assets, model.stores, model.responses, model.network, values, supply,
                    events, work.dispatch, work.whole, work.tally, model.roster, work.tally.periods,
                    work.tally.record, model.reserve, work.reserve, histogram_of(arm, alike, windows.shape[0]), row,
                    histograms, quiet_allowed,
                )  # fmt: skip
                fold_record(work.tally.record, i)
                restore(quiet_allowed, supply)
                row[LOAD] = energy
                row[WAVES] = counts[0]
                row[HITS] = counts[1]
                row[START] = windows[arm, 0]
                row[END] = windows[arm, 1]
        return n_samples

    return merged(named_after(run_samples, serve))


run_star = _block_with(serve_star, open_none, close_none, probe_star)
run_network = _block_with(serve_network, open_responses, close_responses, probe_network)


@entry
def _simulate_star(model, params, seed, first_sample, n_samples, work, totals, histograms, quiet_allowed):
    """Simulate a side that is one region, or a hub and its leaves."""
    return run_star(model, params, seed, first_sample, n_samples, work, totals, histograms, quiet_allowed)


@entry
def _simulate_network(model, params, seed, first_sample, n_samples, work, totals, histograms, quiet_allowed):
    """Simulate a side with any other network."""
    return run_network(model, params, seed, first_sample, n_samples, work, totals, histograms, quiet_allowed)


class Scratch:
    """Scratch memory of one worker for one side; grows when a sample needs more."""

    def __init__(self, packed: PackedSide) -> None:
        self.packed = packed
        self.room = _FIRST_ROOM
        self.work = self._make()

    def _make(self) -> Work:
        packed, repair = self.packed, self.packed.model.repair
        stocked = [packed.slots.highest(int(row["slot"])) for row in repair.spares[:-1]]
        most_spares = int(max(stocked, default=0)) + 2 + len(repair.spare_time)
        return make_work(packed.model, most_spares, self.room, by_period=packed.by_period, plan=packed.record)

    def grow(self) -> None:
        """Double the room."""
        self.room *= 2
        self.work = self._make()


def can_skip(packed: PackedSide, sampled: bool) -> bool:
    """Return whether quiet chunks may be skipped: only outages differ between samples, no detail or record is kept."""
    model = packed.model
    is_simple = not model.horizon.detail and not len(model.network.leaves) and not model.regions.picks_up
    return not sampled and not model.weather.active and is_simple and packed.record is None


def _sharing(packed: PackedSide) -> list[int]:
    """Return the arms that may go like the first."""
    return [arm for arm, row in enumerate(packed.model.arms.table) if row["share"] >= 0]


def block_histograms(packed: PackedSide) -> Histograms:
    """Return empty histograms of a block: one for each arm, and one for each set of arms that go like the first."""
    days, weeks = (packed.n_days, packed.n_weeks) if packed.model.horizon.detail else (0, 0)
    return make_histograms(len(packed.model.arms.table) + 2 ** len(_sharing(packed)) - 1, days, weeks, np.uint16)


def by_arm(packed: PackedSide, histograms: Histograms) -> Histograms:
    """Return the histograms of each arm: its own samples, and those in which it goes like the first."""
    sharing, n_arms = _sharing(packed), len(packed.model.arms.table)
    if not sharing:
        return histograms
    parts = []
    for counted in histograms:
        own = counted[:n_arms].copy()
        for alike in range(1, 2 ** len(sharing)):
            together = counted[n_arms + alike - 1]
            own[0] += together
            for bit, arm in enumerate(sharing):
                if alike >> bit & 1:
                    own[arm] += together
        parts.append(own)
    return Histograms(*parts)


def _emptied(work: Work, packed: PackedSide, count: int) -> Work:
    """Return scratch with its sums at 0, and with room for the values of every sample where they are recorded."""
    if work.tally.periods is not None:
        work.tally.periods[:] = 0.0
    record = work.tally.record
    if record is None or packed.record is None:
        return work
    record.mean[:] = 0.0
    record.squares[:] = 0.0
    kept = np.zeros((count if packed.record.by_sample else 0, *record.now.shape))
    return work._replace(tally=work.tally._replace(record=record._replace(values=kept)))


def run_block(packed: PackedSide, seed: int, first_sample: int, count: int, scratch: Scratch) -> Block:
    """Run one block.

    Parameters
    ----------
    packed: PackedSide
        The side and its arms.
    seed: int
        Seed of all draws.
    first_sample, count: int
        Samples [first_sample, first_sample + count).
    scratch: Scratch
        The worker's scratch for this side.

    Returns
    -------
    Block
        Totals and histograms; the same bits whoever runs it.
    """
    model = packed.model
    params = packed.slots.values(seed, first_sample, count)
    quiet_allowed = can_skip(packed, params.shape[0] > 1)
    simulate_block = _simulate_star if model.network.hub >= 0 else _simulate_network
    while True:
        totals = np.zeros((len(model.arms.table), count, n_columns(packed)))
        histograms = block_histograms(packed)
        work = _emptied(scratch.work, packed, count)
        done = simulate_block(model, params, seed, first_sample, count, work, totals, histograms, quiet_allowed)
        if done == count:
            periods, record = work.tally.periods, work.tally.record
            return Block(
                totals,
                by_arm(packed, histograms),
                None if periods is None else periods.copy(),
                None if record is None else Recorded(record.mean.copy(), record.squares.copy(), record.values),
            )
        scratch.grow()

"""Packs arms: what each covers of a side, how far it is kept, and its window or process clock."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np

from standstill.engine import draws, tables
from standstill.engine.layout import hours, ints, table_of
from standstill.engine.packed import ArmArrays
from standstill.engine.slots import Slots
from standstill.model.chain import Chain, chain
from standstill.model.process import DAYS_PER_MONTH, Clock
from standstill.model.scenario import Side
from standstill.model.terms import Arm, Terms

__all__ = ["MAX_SHARED", "pack_arms"]

MAX_SHARED = 4
"""Most arms that may go like the first in a sample; each doubles the histograms of a block."""

_WITHHELD = {"lost": 0, "kept": 1, "redirected": 2}


def pack_arms(side: Side, arms: tuple[Arm, ...], slots: Slots, classes: tuple[str, ...]) -> ArmArrays:
    """Pack the arms as they bind a side."""
    start = side.system.start
    chains: list[Chain] = []
    n_shared = 0
    rows, covered, compliance, exempt = [], [], [], []
    for arm in arms:
        terms = arm.terms
        binds = terms is not None and (terms.sides is None or side.name in terms.sides)
        window = _window(terms, start)
        own = [chain(*case) for case in terms.window.cases] if terms and isinstance(terms.window, Clock) else []
        shares = own and arms[0].terms is None and n_shared < MAX_SHARED
        share = n_shared if shares else -1
        n_shared += bool(shares)
        rows.append({
            "active": binds,
            "withheld": _WITHHELD[terms.withheld] if terms else 0,
            "displacement_slot": slots.add(terms.displacement if terms else 0.0),
            "collapse_slot": slots.add(terms.collapse_per_day if terms else 0.0),
            "shape_slot": slots.add(terms.collapse_shape if terms else 1.0),
            "first_chain": len(chains),
            "n_chains": len(own),
            "share": share,
            "start": window[0],
            "end": window[1],
            "clock_start": window[2],
        })  # fmt: skip
        chains += own
        covered.append([terms is not None and binds and _covers(terms, name) for name in classes])
        compliance.append(
            [slots.add(terms.class_compliance.get(name, terms.compliance) if terms else 0.0) for name in classes]
        )
        exempt.append([terms is not None and stream.name in terms.exempt_streams for stream in side.campaign.streams])
    shape = (2, len(arms), len(classes))
    chain_first, states, steps = _chains(chains)
    return ArmArrays(
        table=table_of(tables.ARM, rows),
        classes=ints(np.array([covered, compliance]).reshape(shape)),
        exempt=ints(np.array(exempt).reshape(len(arms), len(side.campaign.streams))),
        chain_first=ints(np.array(chain_first)),
        states=table_of(tables.CLOCK_STATE, states),
        steps=table_of(tables.CLOCK_STEP, steps),
        key=draws.entity_key("standstill"),
    )


def _window(terms: Terms | None, start: dt.datetime) -> tuple[float, float, float]:
    """Return the first and last hour of a window, and the hour at which its clock starts."""
    if terms is None:
        return 0.0, 0.0, 0.0
    window = terms.window
    if not isinstance(window, Clock):
        return hours(window.start, start), hours(window.end, start), 0.0
    first = 0.0 if window.earliest is None else hours(window.earliest, start)
    last = math.inf if window.end is None else hours(window.end, start)
    day = dt.datetime.combine(window.day, dt.time(), start.tzinfo)
    return max(0.0, first), last, hours(day, start)


def _chains(chains: list[Chain]) -> tuple[list[int], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the first state of each chain, the states and their steps; the last state is a sentinel."""
    first = [0]
    states: list[dict[str, Any]] = []
    steps: list[dict[str, Any]] = []
    for found in chains:
        base = len(states)
        shares = np.cumsum(found.initial)
        for place in range(len(found.initial)):
            rates = np.where(np.arange(len(found.initial)) == place, 0.0, found.generator[place])
            total = float(rates.sum())
            states.append({
                "in_force": bool(found.in_force[place]), "step_first": len(steps), "initial": shares[place],
                "per_h": total / (24.0 * DAYS_PER_MONTH),
            })  # fmt: skip
            targets = np.flatnonzero(rates)
            cumulative = np.cumsum(rates[targets]) / total if total > 0.0 else ()
            steps += [
                {"target": base + int(target), "cumulative": float(share)}
                for target, share in zip(targets, cumulative, strict=True)
            ]
        first.append(len(states))
    states.append({"in_force": 0, "step_first": len(steps), "initial": 1.0, "per_h": 0.0})
    return first, states, steps


def _covers(terms: Terms, name: str) -> bool:
    return terms.classes is None or name in terms.classes

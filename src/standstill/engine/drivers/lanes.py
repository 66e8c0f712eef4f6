"""Lanes: many samples at once, each in scratch memory of its own, which is a slice of arrays that all of them share.

Every array of a lane's scratch gets a last axis, its lane. Knows nothing of the device on which lanes run.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from standstill.engine.block import run_network, run_star
from standstill.engine.jit import kernel, merged

__all__ = ["ARRAY", "NUMBER", "form_of", "lane_kernel"]

ARRAY, NUMBER, NOTHING = "array", "number", "nothing"
"""Forms of what a packed record holds."""
Form = Any
"""One of these; of a nested record, its class and the forms of its fields."""


def form_of(part: object) -> Form:
    """Return the form of a packed record, or of a part of one.

    Examples
    --------
    >>> form_of(None), form_of(3.5)
    ('nothing', 'number')
    """
    if part is None:
        return NOTHING
    if isinstance(part, tuple):
        return type(part), tuple(form_of(item) for item in part)
    return ARRAY if isinstance(part, np.ndarray) else NUMBER


def _holds_none(form: Form) -> bool:
    """Return whether there is a None in a form."""
    return form == NOTHING or (isinstance(form, tuple) and any(_holds_none(item) for item in form[1]))


# a function on a device cannot return an array that it made, so those that do are merged into the one that asks


@merged
def _own(part: Any, lane: int) -> Any:
    """Return a lane's own array."""
    return part[..., lane]


@merged
def _same(part: Any, lane: int) -> Any:
    """Return what all lanes share."""
    return part


@merged
def _nothing(part: Any, lane: int) -> Any:
    """Return None, which an empty tuple stands for among a kernel's arguments."""
    return None


@merged
def _no_parts(parts: Any, lane: int) -> Any:
    """End a chain."""
    return ()


@cache
def _chain(forms: tuple[Form, ...], own: bool) -> Any:
    """Return the kernel that does ``_reader`` to each of several parts; one by one, for their types differ."""
    if not forms:
        return _no_parts
    first, others = _reader(forms[0], own), _chain(forms[1:], own)

    def read_parts(parts: Any, lane: int) -> Any:
        return (first(parts[0], lane), *others(parts[1:], lane))

    return merged(read_parts)


@cache
def _reader(form: Form, own: bool) -> Any:
    """Return the kernel that gives a lane its view of a record: its own slices of all arrays, or what all share."""
    if form == NOTHING:
        return _nothing
    if form == ARRAY and own:
        return _own
    if not isinstance(form, tuple) or not (own or _holds_none(form)):
        return _same
    record, parts = form[0], _chain(form[1], own)

    def read(part: Any, lane: int) -> Any:
        return record(*parts(part, lane))

    return merged(read)


@cache
def lane_kernel(is_star: bool, model: Form, work: Form, histograms: Form) -> Any:
    """Return the kernel that runs one sample in one lane, by the functions that run a block on a processor.

    Parameters
    ----------
    is_star: bool
        Whether the side is one region, or a hub and its leaves.
    model, work, histograms: form
        Forms of the model, of the scratch and of the histograms of one lane.

    Returns
    -------
    callable
        Kernel of (model, params, seed, samples, work, totals, histograms, fits, quiet_allowed, lane). ``params`` has
        one row, or one for each lane; ``samples`` and ``fits`` are the lanes' samples and whether each fitted into its
        scratch; ``totals`` is (n_arms, n_lanes, n_columns); in ``model``, ``work`` and ``histograms`` an empty tuple
        stands for None, and the arrays of the last two have the lane as their last axis.
    """
    run_samples = run_star if is_star else run_network
    whole, own_work, own_counts = _reader(model, False), _reader(work, True), _reader(histograms, True)

    def run_lane(
        model: Any, params: Any, seed: int, samples: Any, work: Any, totals: Any, histograms: Any, fits: Any,
        quiet_allowed: bool, lane: int,
    ) -> None:  # fmt: skip
        row = lane if params.shape[0] > 1 else 0
        fits[lane] = run_samples(
            whole(model, lane), params[row : row + 1], seed, samples[lane], 1, own_work(work, lane),
            totals[:, lane : lane + 1], own_counts(histograms, lane), quiet_allowed,
        )  # fmt: skip

    return kernel(run_lane)

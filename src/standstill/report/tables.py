"""The tables of a report: first screen, every measure, register.

Knows nothing of HTML beyond the marked numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from markupsafe import Markup

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.evidence.register import Register, RegisterRow
from standstill.report.marks import chance_mark, mark, range_mark, value_mark
from standstill.report.rounding import FEW, Scale, scale_for
from standstill.report.words import POWER, day_words, month_words, vocabulary_of
from standstill.studies.run import Run

__all__ = [
    "HeadlineRow",
    "MeasureRow",
    "grouped",
    "headline_ends",
    "headline_rows",
    "is_equal",
    "measure_rows",
    "register_csv",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineRow:
    """One line of a side's table on the first screen."""

    label: str
    """What is shown."""
    unit: str
    """Its unit; empty where the label says it."""
    cells: tuple[Markup, ...]
    """One for each arm."""
    saved: tuple[Markup, ...]
    """One for each arm but the first."""


def is_equal(run: Run, side: str, arm: str) -> bool:
    """Return whether an arm gives the same as the first arm in every sample, in all that consumers see."""
    found, first = run.outcome.side(side), run.outcome.arms[0]
    return all(
        np.array_equal(found.column(arm, name), found.column(first, name))
        for name in found.columns
        if name not in _UNSEEN
    )


_UNSEEN = ("waves", "hits", "start", "end")
"""Columns that may differ though nobody is served differently."""


def headline_rows(run: Run, side: SideOutcome) -> tuple[HeadlineRow, ...]:
    """Return the lines of a side's table on the first screen."""
    words = vocabulary_of(side.power_unit)
    scale = scale_for(side.energy_unit, headline_ends(run, side, "eue"))
    rows = [
        _range_row(run, side, "eue", words.unserved, scale),
        *_cost_rows(run, side),
        _range_row(run, side, "hours_off", words.off, words.off_scale),
        _chance_row(run, side, "critical_cut", f"{words.critical} cut at some time"),
    ]
    if "getting_through" in run.measures[run.outcome.arms[0]][side.name]:
        rows.append(_chance_row(run, side, "getting_through", "Winter without grave cuts"))
    return tuple(rows)


def _cost_rows(run: Run, side: SideOutcome) -> tuple[HeadlineRow, ...]:
    """Return the line of money, if a price is stated."""
    if side.price is None:
        return ()
    scale = scale_for(side.currency, headline_ends(run, side, "unserved_cost"))
    label = vocabulary_of(side.power_unit).cost
    return (_range_row(run, side, "unserved_cost", label, scale),)


def headline_ends(run: Run, side: SideOutcome, name: str) -> list[float]:
    """Return the ends of the 80 % ranges of a measure in all arms, which choose its unit."""
    found = [run.measures[arm][side.name][name] for arm in run.outcome.arms]
    return [end for item in found for end in (item.p10, item.p90) if end is not None]


def _range_row(run: Run, side: SideOutcome, name: str, label: str, scale: Scale) -> HeadlineRow:
    arms = run.outcome.arms
    cells = tuple(range_mark(run.measures[arm][side.name][name], f"{arm}/{side.name}/{name}", scale) for arm in arms)
    saved = tuple(
        Markup("no difference")
        if is_equal(run, side.name, arm)
        else range_mark(run.worth[arm][side.name][name], f"worth/{arm}/{side.name}/{name}", scale)
        for arm in arms[1:]
    )
    return HeadlineRow(label=label, unit="" if scale.unit in label.lower() else scale.unit, cells=cells, saved=saved)


def _chance_row(run: Run, side: SideOutcome, name: str, label: str) -> HeadlineRow:
    """Return a line of winters in 100; what is saved is the difference of the whole numbers shown."""
    first, *others = run.outcome.arms
    found = {arm: run.measures[arm][side.name][name] for arm in run.outcome.arms}
    cells = tuple(chance_mark(item, f"{arm}/{side.name}/{name}") for arm, item in found.items())
    shown = {arm: round(100.0 * item.value) for arm, item in found.items()}
    saved = []
    for arm in others:
        gain = shown[arm] - shown[first]
        text = f"{abs(gain)} {'more' if gain > 0 else 'fewer'}" if gain else "about the same"
        key = f"worth/{arm}/{side.name}/{name}/value"
        cell = mark(run.worth[arm][side.name][name].value, key, text)
        saved.append(Markup("no difference") if is_equal(run, side.name, arm) else cell)
    return HeadlineRow(label=label, unit="of 100 winters", cells=cells, saved=tuple(saved))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRow:
    """One measure in every arm, with its standard error."""

    label: str
    """What is measured."""
    name: str
    """Its name in the JSON."""
    unit: str
    """Unit."""
    cells: tuple[tuple[Markup, Markup], ...]
    """For each arm, then each saving: mean with its standard error, and the 80 % range."""


MEASURES = {
    "eue": "Expected unserved energy (EUE)",
    "unserved_cost": "Cost of what is unserved, at the price stated",
    "neue": "Normalised EUE (NEUE)",
    "cvar95": "Mean of the worst 5 % of winters (CVaR95)",
    "lole": "{words.short}: loss-of-load expectation (LOLE)",
    "lolev": "Shortfall events (LOLEv)",
    "lold": "Mean length of an event (LOLD)",
    "event_depth": "Deepest shortfall",
    "event_energy": "Largest event",
    "longest_spell": "Longest spell with a shortfall",
    "hours_off": "{words.consumer}",
    "worst_window": "The same in the worst window of the criterion",
    "critical_hours": "{cut_for}",
    "critical_cut": "{words.critical} cut at some time",
    "critical_unserved": "{words.critical} that was missing",
    "getting_through": "Winter without grave cuts",
    "generation_limited": "Unserved for want of supply",
    "delivery_limited": "Unserved because it cannot be delivered; below 0 where earlier cuts left more in store",
    "reserve_hours": "Hours in which the operating reserve is short",
    "reserve_shortage": "Operating reserve that is short",
    "reserve_shed": "Load that would be shed on top to keep the reserve",
    "waves": "Waves of attack since {start}",
    "hits": "Hits since {start}",
    "roster_hours_off": "Hours a day off by the roster, mean consumer",
    "roster_p90": "Hours a day off by the roster that nine consumers in ten do not exceed",
    "roster_gini": "Gini coefficient of hours off between consumers",
    "roster_spell": "Longest spell off of any consumer",
    "schedule_hours": "Hours in which any queue is off",
    "roster_over_share": "Switched off above the need, by rounding to whole queues",
}
"""Measures in the order of the table under method; ``start`` is the first simulated day, ``words`` are the side's."""

IN_WORDS = {"hours_off": "off_scale", "worst_window": "off_scale", "critical_hours": "critical_scale"}
"""Measures that a side may show in another unit than hours, and the scale of its words."""

MONTHLY = {"eue": "EUE of {month}", "getting_through": "Criterion met to the end of {month}"}
"""Measures by month."""


def measure_rows(run: Run, side: SideOutcome) -> tuple[MeasureRow, ...]:
    """Return every measure of a side with mean, standard error and 80 % range in each arm, and the savings."""
    arms, words = run.outcome.arms, vocabulary_of(side.power_unit)
    found = [(f"{arm}/{side.name}", run.measures[arm][side.name]) for arm in arms]
    found += [(f"worth/{arm}/{side.name}", run.worth[arm][side.name]) for arm in arms[1:]]
    known = found[0][1]
    names = [*(name for name in MEASURES if name in known), *(name for name in known if ":" in name)]
    rows = []
    for name in names:
        unit = known[name].unit
        scale = scale_for(unit, [abs(item.value) for _, table in found if (item := table.get(name)) and item.exists])
        if name in IN_WORDS and words is not POWER:
            scale = getattr(words, IN_WORDS[name])
        label = _label(name, side)
        cells = tuple(_measure(table.get(name), f"{key}/{name}", scale) for key, table in found)
        rows.append(MeasureRow(label=label, name=name, unit=scale.unit, cells=cells))
    return tuple(rows)


def _label(name: str, side: SideOutcome) -> str:
    measure, _, month = name.partition(":")
    if month:
        return MONTHLY[measure].format(month=month_words(month))
    words = vocabulary_of(side.power_unit)
    cut_for = words.cut_for[0].upper() + words.cut_for[1:]
    return MEASURES[measure].format(start=day_words(side.simulate_from.date()), words=words, cut_for=cut_for)


def _measure(item: Estimate | None, key: str, scale: Scale) -> tuple[Markup, Markup]:
    if item is None:
        return Markup(""), Markup("")
    has_range = item.exists and item.p10 is not None and item.unit != "probability" and item.samples >= FEW
    return value_mark(item, key, scale), range_mark(item, key, scale) if has_range else Markup("")


def register_csv(register: Register | None) -> str:
    """Return the register as CSV, claims that no figure uses last."""
    out = io.StringIO()
    names = [item.name for item in fields(RegisterRow)]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    rows: Sequence[RegisterRow] = () if register is None else [*register.rows(), *register.unused_rows()]
    for row in rows:
        writer.writerow([_flat(getattr(row, name)) for name in names])
    return out.getvalue()


def _flat(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "; ".join(value)


def grouped(rows: Sequence[RegisterRow]) -> Iterator[tuple[RegisterRow, ...]]:
    """Yield the rows of each figure together."""
    group: list[RegisterRow] = []
    for row in rows:
        if group and row.figure != group[0].figure:
            yield tuple(group)
            group = []
        group.append(row)
    if group:
        yield tuple(group)

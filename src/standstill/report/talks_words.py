"""The talks in sentences and rows: the same for the command line, the report and the notes.

Every sentence about a side is one template, so that exchanging the sides exchanges the sentences. Knows nothing of how
a number was come by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from standstill.estimate import Estimate
from standstill.report.rounding import FEW, Scale, amount_text, mean_text, number_text, scale_for
from standstill.report.words import counted_words, day_words
from standstill.talks.in_force import Chance
from standstill.talks.people import HEADINGS
from standstill.talks.position import Position
from standstill.talks.run_stakes import RunStakes, SideStakes, month_words
from standstill.talks.sayings import Saying
from standstill.talks.standing import Standing
from standstill.talks.terms_gaps import TermsGaps
from standstill.talks.winter import WinterGivenTalks
from standstill.units import count_text

__all__ = [
    "GAP_HEADER",
    "LEVER_HEADER",
    "NUMBER_HEADER",
    "SAYING_HEADER",
    "STAKE_HEADER",
    "TIMELINE_HEADER",
    "WAIT_HEADER",
    "chance_words",
    "gap_rows",
    "lever_rows",
    "model_words",
    "number_rows",
    "percent_text",
    "saying_rows",
    "share_text",
    "speakers",
    "stage_words",
    "stake_rows",
    "stake_table",
    "timeline_rows",
    "wait_rows",
    "wait_words",
    "weight_units",
    "winter_words",
]

SAYING_HEADER = ("claim", "who", "says", "through", "when", "grade")
WAIT_HEADER = ("whom", "for what", "holds the talks up now", "as each side sees it")
NUMBER_HEADER = HEADINGS
LEVER_HEADER = ("change, alone", "P(in force)", "instead of")
TIMELINE_HEADER = ("day", "to the public", "to the parties", "to the mediator")
STAKE_HEADER = ("month", "side", "saved", "holds up to a weight of")
GAP_HEADER = ("point", "reading", "P(holds)", "side", "worth", "change", "±")
AUDIENCE = {
    "public": "as publicly known",
    "parties": "as known to the parties",
    "mediator": "as known to the mediator",
}


def percent_text(share: float) -> str:
    """Return a probability in per cent with two digits, and never 0 or 100 where it is neither.

    Examples
    --------
    >>> percent_text(0.0269), percent_text(0.55), percent_text(0.0), percent_text(0.9996), percent_text(0.00001)
    ('2.7 %', '55 %', '0 %', 'more than 99.9 %', 'under 0.1 %')
    """
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    if share < 0.001:
        return "under 0.1 %"
    if share > 0.999:
        return "more than 99.9 %"
    per_cent = 100.0 * share
    return f"{per_cent:.1f} %" if per_cent < 9.95 or per_cent > 99.05 else f"{per_cent:.0f} %"


def share_text(share: Estimate) -> str:
    """Return a share of winters in per cent, with its standard error where that reaches the last digit shown.

    Examples
    --------
    >>> few = Estimate(value=0.0215, se=0.0032, unit="probability", samples=2048, horizon_h=4368.0)
    >>> many = Estimate(value=0.112, se=0.0024, unit="probability", samples=17920, horizon_h=4368.0)
    >>> share_text(few), share_text(many)
    ('2.1 ± 0.3 %', '11 %')
    """
    text = percent_text(share.value)
    number = text.removesuffix(" %")
    if share.value in (0.0, 1.0) or not number.replace(".", "").isdigit():
        return text
    error = f"{100.0 * share.se:.{len(number.partition('.')[2])}f}"
    return f"{number} ± {error} %" if float(error) else text


def _known(standing: Standing) -> str:
    return AUDIENCE.get(standing.who, f"as known to {standing.who}")


def stage_words(standing: Standing) -> str:
    """Return where the talks stand in one sentence."""
    lead = f"{_known(standing).capitalize()} on {day_words(standing.as_of)}"
    if not standing.stages:
        return f"{lead}: {standing.reason}."
    parts = []
    for stage in standing.stages:
        since = f" since {day_words(stage.since)}" if stage.since else ""
        weight = f" ({percent_text(stage.weight)})" if len(standing.stages) > 1 else ""
        parts.append(f'"{stage.name}"{since}{weight}')
    return f"{lead}: {', or '.join(parts)}."


def chance_words(chance: Chance) -> str:
    """Return what the model says, as a range over its inputs."""
    return (
        f"In force by {day_words(chance.by)}, by the model: {percent_text(chance.probability)} on average over the "
        f"ranges of its rates, 80 % range {percent_text(chance.p10)} to {percent_text(chance.p90)}."
    )


def saying_rows(standing: Standing, confirms: bool) -> list[tuple[str, ...]]:
    """Return who says so, or who does not confirm it."""
    return [_saying(item) for item in standing.sayings if item.confirms is confirms]


def speakers(standing: Standing, confirms: bool) -> str:
    """Return who says that the talks stand so, or who does not confirm it, each once with the grade of the claim."""
    named = (
        f"{item.speaker} (grade {item.grade})"
        for item in standing.sayings
        if item.confirms is confirms and (item.of_stage or not confirms)
    )
    return "; ".join(dict.fromkeys(named))


def _saying(item: Saying) -> tuple[str, ...]:
    return (item.claim, item.who, f"{item.verb}: {item.statement}", item.via, item.when, item.grade)


def wait_rows(standing: Standing) -> list[tuple[str, ...]]:
    """Return what the talks wait for."""
    return [
        (
            item.whom,
            item.what,
            "must be so" if item.probability is None else percent_text(item.probability),
            "; ".join(f"{side}: {words}" for side, words in item.seen.items()),
        )
        for item in standing.waits
    ]


def wait_words(standing: Standing) -> list[str]:
    """Return what the talks wait for, one line each."""
    lines = []
    for item in standing.waits:
        chance = "" if item.probability is None else f" ({percent_text(item.probability)} that this holds them up now)"
        lines.append(f"{item.whom}: {item.what}{chance}.")
    return lines


def number_rows(standing: Standing) -> list[tuple[str, ...]]:
    """Return officials, base rate and model, each by itself."""
    return [tuple(row.cells) for row in standing.numbers.rows]


def lever_rows(standing: Standing) -> list[tuple[str, ...]]:
    """Return what each change alone would do, in the order of the process."""
    return [(item.words, percent_text(item.probability), percent_text(item.base)) for item in standing.levers]


def timeline_rows(standing: Standing) -> list[tuple[str, ...]]:
    """Return what the model would have said on each day to each circle."""
    days: dict[dt.date, dict[str, str]] = {}
    for item in standing.timeline:
        said = "nothing known" if item.probability is None else percent_text(item.probability)
        days.setdefault(item.on, {})[item.who] = said
    return [(day.isoformat(), said["public"], said["parties"], said["mediator"]) for day, said in days.items()]


def _by_side(found: Mapping[str, Estimate], scales: Mapping[str, Scale]) -> str:
    return "; ".join(f"{side} {mean_text(item, scales[side])}" for side, item in found.items())


def _ranges(found: Mapping[str, Estimate], scales: Mapping[str, Scale]) -> str:
    return "; ".join(f"{side} {amount_text(item, scales[side])}" for side, item in found.items())


def _scales(winter: WinterGivenTalks) -> dict[str, Scale]:
    """Return the size in which each side's amounts are told, the same in every sentence."""
    ends: dict[str, list[float]] = {}
    units: dict[str, str] = {}
    for arm in winter.arms:
        for side, item in arm.worth.items():
            begun = arm.worth_if_begun[side]
            ends.setdefault(side, []).extend(end for end in (begun.p90, item.value) if end is not None)
            units[side] = item.unit
    return {side: scale_for(unit, ends[side]) for side, unit in units.items()}


def winter_words(winter: WinterGivenTalks) -> list[str]:
    """Return the winter given the talks, in sentences; how far chance may move its shares where winters are few."""
    lines = [words for words in {counted_words(arm.begins.samples) for arm in winter.arms} if words]
    scales = _scales(winter)
    for arm in winter.arms:
        begun = next(iter(arm.worth_if_begun.values())).samples
        if begun == 0:
            lines.append(f"{arm.arm}: in force in none of the winters simulated, so they do not tell what it saves.")
            continue
        where = f"where it begins, saved in 80 of 100 of these {count_text(begun, 'winter')}"
        lines.append(
            f"{arm.arm}: in force by {day_words(arm.deadline)} in {share_text(arm.begins_by)} of the winters "
            f"simulated, at some time in {share_text(arm.begins)}; "
            + (f"{where}: {_ranges(arm.worth_if_begun, scales)}; " if begun >= FEW else "")
            + f"on average over all winters: {_by_side(arm.worth, scales)}."
        )
    if winter.postponement is not None:
        late = winter.postponement
        each = {side: replace(item, unit=late.total[side].unit) for side, item in late.per_month.items()}
        lines.append(
            f"Each month of postponement, whatever its cause, is worth on average: {_by_side(each, scales)} "
            f"(the postponed stage lasts {late.months:.1f} months on average)."
        )
    return lines


def _saved_scale(side: SideStakes) -> Scale:
    return scale_for(side.unit, [side.total.value])


def stake_rows(stakes: RunStakes) -> list[tuple[str, ...]]:
    """Return what is saved month by month, and the weight up to which each side holds."""
    holding = {(item.side, item.month): item for item in stakes.holding}
    rows: list[tuple[str, ...]] = []
    for month in stakes.sides[0].by_month:
        for side, other in (stakes.sides, stakes.sides[::-1]):
            item = holding[side.side, month_words(month)]
            factor, own, per = weight_units(side, other)
            limit = "any" if item.value is None else f"{number_text(item.value * factor)} {own} per {per}"
            rows.append((month_words(month), side.side, mean_text(side.by_month[month], _saved_scale(side)), limit))
    return rows


def stake_table(stakes: RunStakes) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the same with a row a month and columns for each side: header and rows."""
    sides = [side.side for side in stakes.sides]
    header = (STAKE_HEADER[0], *(f"{side}: {cell}" for side in sides for cell in STAKE_HEADER[2:]))
    rows: dict[str, list[str]] = {}
    for month, _, *cells in stake_rows(stakes):
        rows.setdefault(month, []).extend(cells)
    return header, [(month, *cells) for month, cells in rows.items()]


def weight_units(side: SideStakes, other: SideStakes) -> tuple[float, str, str]:
    """Return what to multiply a side's weight on the other's loss with, its own unit, and the unit of the other's."""
    own, per = _saved_scale(side), _saved_scale(other)
    return own.factor / per.factor, own.unit, "barrel" if per.unit == "barrels" else per.unit


def gap_rows(gaps: TermsGaps) -> list[tuple[str, ...]]:
    """Return worth and P(holds) under each reading of each open point."""
    rows: list[tuple[str, ...]] = []
    for gap in gaps.gaps:
        for item in gap.readings:
            for side, worth in item.worth.items():
                change = item.change[side]
                share = change.value / gaps.worth[side].value if gaps.worth[side].value else 0.0
                error = change.se / gaps.worth[side].value if gaps.worth[side].value else 0.0
                rows.append((
                    gap.point, item.reading.name, percent_text(item.holds), side, mean_text(worth),
                    "as assumed" if item.is_assumed else f"{100 * share:+.0f} %",
                    "" if item.is_assumed else f"{100 * error:.1f} %",
                ))  # fmt: skip
    return rows


def model_words(position: Position) -> list[str]:
    """Return what each model of the library says, with its sources; nothing of a model that lacks one."""
    lines = []
    for item in position.models:
        if item.solution is not None:
            sources = "; ".join(f"{name}: {source}" for name, source in item.sources.items())
            lines.append(f"{item.title} ({item.code}): {item.solution.in_words} Inputs: {sources}.")
    return lines


def position_words(position: Position) -> Sequence[str]:
    """Return the first lines of an answer: where the talks stand, and by when with what chance."""
    lines = [stage_words(position.standing)]
    if position.standing.chance is not None:
        lines.append(chance_words(position.standing.chance))
    return lines

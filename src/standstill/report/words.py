"""Every sentence of a report, in plain and neutral words. The same words for every side whose system is of one kind.

It says what was said and what follows, never who is right. Knows nothing of HTML or of charts.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from standstill.evidence.figure import Figure
from standstill.evidence.text import with_unit
from standstill.model.scenario import Criterion, Price, Scenario
from standstill.report.rounding import FEW, Scale, ends_text, range_text
from standstill.studies.sensitivity import Driver
from standstill.units import convert, count_text, dimension

__all__ = [
    "OIL",
    "POWER",
    "Vocabulary",
    "blind_spots",
    "counted_words",
    "criterion_words",
    "day_words",
    "driver_words",
    "figure_words",
    "month_words",
    "named",
    "period_words",
    "price_words",
    "ranges_words",
    "vocabulary_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a report calls things on a side, by the kind of its energy system."""

    unserved: str
    """Energy that was needed and not supplied."""
    cost: str
    """What it is counted at in money."""
    off: str
    """What a consumer that can be switched off sees."""
    off_short: str
    """The same as a heading of a table or an axis."""
    off_scale: Scale
    """From hours off a day to what is shown."""
    off_note: str
    """What its average is over, as a sentence without its full stop."""
    most_off: str
    """What the criterion allows, after a number."""
    short: str
    """Time in which any load is not served, as the label of a measure."""
    consumer: str
    """What a consumer that can be switched off sees, as the label of a measure."""
    people: str
    """Those whose share of load is not served, as the heading of a column."""
    critical: str
    """Load that is shed last."""
    critical_scale: Scale
    """From hours to what is shown."""
    supply: str
    """What generators, stores and imports can give."""
    load: str
    """What is asked for."""
    delivery: str
    """What lies between supply and consumers."""

    @property
    def cut_for(self) -> str:
        """Time with critical load cut, as the heading of a column."""
        return f"{self.critical_scale.unit} with {self.critical.lower()} cut"


POWER = Vocabulary(
    unserved="Electricity needed but not supplied",
    cost="Its value of lost load",
    off="Hours a day without power",
    off_short="hours off a day",
    off_scale=Scale(factor=1.0, unit="h"),
    off_note="Hours a day without power: average over the period and over consumers that can be switched off",
    most_off="hours off a day",
    short="Hours in which anyone is off",
    consumer="Off per consumer that can be switched off",
    people="people without power at a time",
    critical="Critical supply",
    critical_scale=Scale(factor=1.0, unit="hours"),
    supply="Supply that could be used",
    load="Load",
    delivery="delivery network",
)
OIL = Vocabulary(
    unserved="Oil products planned but not supplied",
    cost="Its price on the market",
    off="Share of planned exports missing",
    off_short="% of planned exports missing",
    off_scale=Scale(factor=100.0 / 24.0, unit="%"),
    off_note="Share of planned exports missing: average over the period; exports are cut before domestic supply",
    most_off="% of planned exports missing",
    short="Hours in which any planned supply is missing",
    consumer="Planned exports missing",
    people="people without supply at a time",
    critical="Domestic supply",
    critical_scale=Scale(factor=1.0 / 24.0, unit="days"),
    supply="Output and stocks that could be used",
    load="Planned supply",
    delivery="delivery network",
)


def vocabulary_of(power_unit: str) -> Vocabulary:
    """Return the words for a system with the given unit of power."""
    return OIL if dimension(power_unit) == "oil flow" else POWER


def day_words(day: dt.date) -> str:
    """Return a day in words.

    Examples
    --------
    >>> day_words(dt.date(2024, 8, 17))
    '17 August 2024'
    """
    return f"{day.day} {day:%B} {day.year}"


def month_words(month: str) -> str:
    """Return "October 2024" for "2024-10"."""
    return f"{dt.date.fromisoformat(month + '-01'):%B %Y}"


def named(arm: str) -> str:
    """Return the name of an arm as it stands in a sentence.

    Examples
    --------
    >>> named("standstill"), named("strikes")
    ('the standstill', 'strikes')
    """
    return f"the {arm}" if arm == "standstill" else arm


def period_words(start: dt.datetime, end: dt.datetime) -> str:
    """Return the measured window with its last day included.

    Examples
    --------
    >>> period_words(dt.datetime(2024, 10, 1), dt.datetime(2025, 4, 1))
    '1 October 2024 to 31 March 2025'
    """
    last = (end - dt.timedelta(microseconds=1)).date()
    return f"{day_words(start.date())} to {day_words(last)}"


def criterion_words(criterion: Criterion, words: Vocabulary) -> str:
    """Return how the lines of a side's table are meant."""
    days = criterion.window_h / 24.0
    limit = criterion.hours_off_per_day * words.off_scale.factor
    most = f"{limit:.2g} {words.most_off}"
    cut = "" if criterion.critical_cut_allowed else f"{words.critical.lower()} is never cut and "
    rule = f"{cut}no {days:g} days in a row average more than {most}"
    return f"{words.off_note}. Criterion for a winter without grave cuts: {rule}."


_LABELS: tuple[tuple[str, str], ...] = (
    (r"stream\.(.+)\.weapon\.(.+)\.interception", "share of {1}s intercepted ({0})"),
    (r"stream\.(.+)\.weapon\.(.+)\.hit", "share of {1}s that hit, of those not intercepted ({0})"),
    (r"stream\.(.+)\.weapon\.(.+)\.mean", "number of {1}s in a wave ({0})"),
    (r"stream\.(.+)\.rate", "how often waves come ({0})"),
    (r"areas\.capability", "what the delivery network can carry on the first day"),
    (r"(?:areas|region\..+)\.critical_share", "share of {load} that is cut last"),
    (r"(?:areas|region\..+)\.pickup_share", "share of cut {load} that is asked for again later"),
    (r"(?:areas|region\..+)\.pickup_time", "time after which cut {load} is asked for again"),
    (r"\w+\.(.+)\.price_elasticity", "how much more is offered at a higher price ({0})"),
    (r"\w+\.(.+)\.price_ratio", "how much higher the price is where supply is short ({0})"),
    (r"weather\.load\.base", "{load} in mild weather"),
    (r"weather\.load\.slope", "{load} added by each degree of cold"),
    (r"region\.(.+)\.load", "{load} ({0})"),
    (r"reservoir\.(.+)\.inflow", "what flows in ({0})"),
    (r"(?:storage|reservoir)\.(.+)\.power", "how fast the store can be drawn ({0})"),
    (r"(?:storage|reservoir)\.(.+)\.energy", "size of the store ({0})"),
    (r"(?:storage|reservoir)\.(.+)\.initial", "how full the store is at the start ({0})"),
    (r"demand_response\.(.+)\.power", "how much {load} can be put off ({0})"),
    (r"demand_response\.(.+)\.energy", "how much {load} that was put off can be owed ({0})"),
    (r"\w+\.(.+)\.capacity", "capacity ({0})"),
    (r"crews\.(.+)\.count", "number of repair crews ({0})"),
    (r"spares\.(.+)\.initial", "spares at hand at the start ({0})"),
)


def figure_words(path: str, side: str, words: Vocabulary = POWER) -> str:
    """Return what a figure is, in words, from its dotted path; ``words`` are those of its side.

    Examples
    --------
    >>> figure_words("North.stream.salvos.weapon.drone.interception", "North")
    'share of drones intercepted (salvos)'
    >>> figure_words("North.repair.thermal.time_sigma", "North")
    'repair, thermal, time sigma'
    >>> figure_words("North.region.inland.load", "North"), figure_words("South.region.coast.load", "South", OIL)
    ('load (inland)', 'planned supply (coast)')
    """
    rest = path.removeprefix(f"{side}.")
    for pattern, text in _LABELS:
        if match := re.fullmatch(pattern, rest):
            return text.format(*match.groups(), load=words.load.lower())
    return rest.replace(".", ", ").replace("_", " ")


_PER = {"GWh": "MWh", "TWh": "MWh", "kb": "b", "Mb": "b"}
"""Energy unit -> the one that a price is commonly given in."""


def price_words(price: Price | None, energy_unit: str) -> str:
    """Return what unserved energy is counted at, in a sentence; nothing if it is not stated.

    Examples
    --------
    >>> price_words(Price(amount=9e6, currency="EUR"), "GWh")
    'Money counts 9,000 EUR/MWh; it is neither added up nor compared over sides.'
    """
    if price is None:
        return ""
    amount, unit = price.amount, f"{price.currency}/{_PER.get(energy_unit, energy_unit)}"
    low, high = (amount.low, amount.high) if isinstance(amount, Figure) else (amount, amount)
    scale = Scale(factor=convert(1.0, f"{price.currency}/{energy_unit}", unit), unit=unit)
    return f"Money counts {range_text(low, high, scale)}; it is neither added up nor compared over sides."


def driver_words(driver: Driver, side: str, scenario: Scenario, words: Vocabulary = POWER) -> str:
    """Return one line on how what is saved moves with an uncertain figure; ``words`` are those of the side."""
    label = figure_words(driver.path, side, words)
    figures = scenario.register.figures if scenario.register else ()
    figure = next((item for item in figures if item.path == driver.path), None)
    span = ""
    if figure is not None:
        span = with_unit(" to ".join(ends_text(figure.low, figure.high)), figure.unit) + "; "
    way = {1: "the higher, the more is saved", -1: "the higher, the less is saved"}
    what = way.get(driver.direction, "both of its ends move what is saved alike")
    return f"{label[:1].upper()}{label[1:]}: {span}{what}"


def blind_spots(names: Sequence[str], kinds: Sequence[Vocabulary] = (POWER,)) -> tuple[str, ...]:
    """Return what a zonal model cannot see; what is about electricity only where a side has such a system."""
    sides = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    of_power = (
        "Voltage, frequency, protection and the order in which lines trip are not modelled; a cascade would make "
        "losses larger and sudden.",
        "Hours off are averages. How a real schedule shares them out, and how long a single household waits, is "
        "decided elsewhere.",
    )
    return (
        f"{sides}: each is a few zones with equal, anonymous members. Nothing here can be read as a place or an asset.",
        *(of_power if POWER in kinds else ()),
        "Casualties, hospitals, water, heat, displacement and costs beyond energy are not modelled. A small figure for "
        "energy does not mean little harm.",
        "The two campaigns do not react to each other, to the weather or to talks.",
    )


SURE = 10_000
"""Winters from which on a share of them is right to 1 in 100, at 95 %."""


def ranges_words(samples: int) -> str:
    """Return what the ranges of a report hold, in a sentence.

    Examples
    --------
    >>> ranges_words(256)
    'Each range holds 80 of 100 simulated winters; one in five lies outside.'
    >>> ranges_words(1)
    '1 simulated winter is too few for ranges, so means stand in their place: take 100 or more.'
    """
    if samples >= FEW:
        return "Each range holds 80 of 100 simulated winters; one in five lies outside."
    verb = "is" if samples == 1 else "are"
    few = f"{count_text(samples, 'simulated winter')} {verb} too few for ranges"
    return f"{few}, so means stand in their place: take 100 or more."


def counted_words(samples: int) -> str:
    """Return how far chance may move a share of winters, in a sentence; nothing from ``SURE`` winters on.

    Notes
    -----
    Half of a 95 % interval of a share of one half is 1.96 √(¼ / n), 98 / √n in 100, and less for any other share.

    Examples
    --------
    >>> counted_words(256)
    'Counted over 256 simulated winters: shares of winters may be off by up to 7 in 100, at 95 %.'
    >>> counted_words(10_000)
    ''
    """
    if samples >= SURE:
        return ""
    off = min(100, math.ceil(98.0 / math.sqrt(samples)))
    over = count_text(samples, "simulated winter")
    return f"Counted over {over}: shares of winters may be off by up to {off} in 100, at 95 %."

"""Which charts a report shows for each side, and what stands below each. Knows nothing of HTML."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from standstill.engine.outcome import SideOutcome
from standstill.estimate import Estimate
from standstill.measures.consumers import still_met
from standstill.measures.daily import Fan, fan
from standstill.report.charts import (
    LOAD,
    STYLES,
    Band,
    Bar,
    Series,
    Style,
    Swing,
    fan_svg,
    histogram_svg,
    ranges_svg,
    tornado_svg,
)
from standstill.report.rounding import FEW, Scale, amount_text, scale_for
from standstill.report.words import Vocabulary, figure_words, month_words, vocabulary_of
from standstill.studies.run import Run
from standstill.worth import saving

Floats = NDArray[np.float64]

__all__ = ["MOST_DRIVERS", "Picture", "headline_picture", "side_pictures", "slug"]

MOST_DRIVERS = 4
"""How many uncertain inputs a report shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart with what is written around it."""

    name: str
    """Name of its files, without suffix."""
    kind: str
    """What it shows; the same on every side."""
    side: str
    """Name of the side."""
    title: str
    """What to see in it."""
    caption: str
    """How to read it."""
    svg: str
    """The chart."""


def slug(text: str) -> str:
    """Return a text as part of a file name.

    Examples
    --------
    >>> slug("North & South")
    'north-south'
    """
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-") or "side"


def style_of(place: int) -> Style:
    """Return the style of an arm by its place."""
    return STYLES[place % len(STYLES)]


def _file_part(run: Run, side: SideOutcome) -> str:
    """Return a side's part of file names, with its number where another's would be the same."""
    slugs = [slug(item.name) for item in run.outcome.sides]
    own = slug(side.name)
    return f"{own}-{[item.name for item in run.outcome.sides].index(side.name)}" if slugs.count(own) > 1 else own


def headline_picture(run: Run, side: SideOutcome) -> Picture:
    """Return the 80 % ranges of unserved energy in every arm, and of what is saved."""
    words = vocabulary_of(side.power_unit)
    arms = run.outcome.arms
    found = [run.measures[arm][side.name]["eue"] for arm in arms]
    scale = scale_for(side.energy_unit, _ends(found))
    bars = [_bar(arm, style_of(place), item, scale) for place, (arm, item) in enumerate(zip(arms, found, strict=True))]
    bars += [
        _bar(f"saved: {arm}" if len(arms) > 2 else "saved", Style(colour="#2f6b3a", dash=(2, 2)), item, scale)
        for arm in arms[1:]
        for item in [run.worth[arm][side.name]["eue"]]
    ]
    return Picture(
        name=f"headline-{_file_part(run, side)}",
        kind="headline",
        side=side.name,
        title=f"{side.name}: {words.unserved.lower()}",
        caption="80 % ranges." if run.samples >= FEW else "Means.",
        svg=ranges_svg(bars, f"{words.unserved}, {scale.unit}", axis=False),
    )


def side_pictures(run: Run, side: SideOutcome) -> Iterator[Picture]:
    """Yield the charts of one side."""
    words = vocabulary_of(side.power_unit)

    def picture(kind: str, title: str, caption: str, svg: str) -> Picture:
        name = f"{kind}-{_file_part(run, side)}"
        return Picture(name=name, kind=kind, side=side.name, title=title, caption=caption, svg=svg)

    if side.histograms is not None:
        yield picture("hours-off", f"{words.off}, day by day", _BAND, _off(run, side, words))
        yield picture(
            "capability", f"{words.supply} against {words.load.lower()}",
            f"At each day's peak. Below {words.load.lower()}, somebody is cut. {_BAND}",
            _capability(run, side, words),
        )  # fmt: skip
    yield picture(
        "unserved", f"{words.unserved}: how winters differ",
        f"How many of 100 simulated winters end with how much. {_STEPS}",
        _unserved(run, side, words),
    )  # fmt: skip
    if len(run.outcome.arms) > 1:
        yield picture(
            "saving", "Saved by the agreement: how winters differ",
            f"The same winter with and without it: same weather, same outages, same strikes until it starts. {_STEPS}",
            _saving(run, side),
        )  # fmt: skip
        yield picture(
            "months", "Saved by the agreement, month by month",
            "80 % ranges. What is saved late in the period also rests on damage avoided earlier.", _months(run, side),
        )  # fmt: skip
    if side.histograms is not None:
        yield picture(
            "getting-through", "Winters without grave cuts so far, day by day",
            "Share of simulated winters that have met the criterion up to each day.", _through(run, side),
        )  # fmt: skip
    if run.drivers[side.name].ranked:
        yield picture("drivers", "What would change the answer most", _ENDS, _tornado(run, side))
    if side.histograms is not None:
        yield picture(
            "damage", "Supply out of use through damage", f"Share of capability. {_BAND}", _damage(run, side, "damaged")
        )
        if side.histograms.delivery_damaged[..., 1:].any():
            yield picture(
                "delivery-damage", f"The {words.delivery} out of use through damage", f"Share of capability. {_BAND}",
                _damage(run, side, "delivery_damaged"),
            )  # fmt: skip


_BAND = "Line: the median. Band: 80 of 100 winters. Each day by itself, then averaged over seven days."
_STEPS = "The first and the last step hold everything beyond them."
_ENDS = (
    "Saved on average over the tenth of winters in which the input was lowest (open) and highest (filled); the line is "
    "the mean of all. Inputs in the order of what each explains."
)
_WEEK = 7


def _ends(estimates: Sequence[Estimate]) -> list[float]:
    return [end for item in estimates for end in (item.p10, item.p90) if end is not None]


def _bar(label: str, style: Style, item: Estimate, scale: Scale) -> Bar:
    text = amount_text(item, scale).removesuffix(f" {scale.unit}")
    low, high = (item.p10 or 0.0, item.p90 or 0.0) if item.samples >= FEW else (item.value, item.value)
    return Bar(label=label, style=style, low=low * scale.factor, high=high * scale.factor, text=text)


def _band(label: str, style: Style, found: Fan, factor: float = 1.0) -> Band:
    low, mid, high = (factor * _smooth(values) for values in (found.p10, found.p50, found.p90))
    return Band(label=label, style=style, days=found.days, low=low, mid=mid, high=high)


def _smooth(values: Floats) -> Floats:
    """Return the centred mean over seven days, fewer at the ends, so that weekends do not hide the winter."""
    window = np.ones(min(_WEEK, len(values)))
    smooth: Floats = np.convolve(values, window, "same") / np.convolve(np.ones(len(values)), window, "same")
    return smooth


def _off(run: Run, side: SideOutcome, words: Vocabulary) -> str:
    factor = words.off_scale.factor
    bands = [_band(arm, style_of(place), fan(side, place, "off"), factor) for place, arm in enumerate(run.outcome.arms)]
    highest = max(float(band.high.max()) for band in bands)
    whole = 24.0 * factor
    return fan_svg(bands, words.off_short, most=None if 0.0 < highest < 0.6 * whole else whole)


def _capability(run: Run, side: SideOutcome, words: Vocabulary) -> str:
    fans = [fan(side, place, "capability") for place in range(len(run.outcome.arms))]
    load = fan(side, 0, "load")
    scale = scale_for(side.power_unit, [float(item.p90.max()) for item in (*fans, load)])
    bands = [_band(words.load.lower(), LOAD, load, scale.factor)]
    bands += [_band(arm, style_of(place), fans[place], scale.factor) for place, arm in enumerate(run.outcome.arms)]
    return fan_svg(bands, scale.unit, zero=False)


def _unserved(run: Run, side: SideOutcome, words: Vocabulary) -> str:
    columns = [side.column(arm, "unserved") for arm in run.outcome.arms]
    scale = scale_for(side.energy_unit, [float(np.quantile(column, 0.9)) for column in columns])
    series = [
        Series(label=arm, style=style_of(place), values=columns[place] * scale.factor)
        for place, arm in enumerate(run.outcome.arms)
    ]
    return histogram_svg(series, f"{words.unserved}, {scale.unit}")


def _saving(run: Run, side: SideOutcome) -> str:
    first, *others = run.outcome.arms
    columns = [saving(side, first, arm, "unserved") for arm in others]
    scale = scale_for(side.energy_unit, [float(np.quantile(np.abs(column), 0.9)) for column in columns])
    series = [
        Series(label=arm, style=style_of(place), values=column * scale.factor)
        for place, (arm, column) in enumerate(zip(others, columns, strict=True), 1)
    ]
    return histogram_svg(series, f"saved, {scale.unit}")


def _months(run: Run, side: SideOutcome) -> str:
    arm = run.outcome.arms[1]
    found = [(month, run.worth[arm][side.name][f"eue:{month}"]) for month in side.months]
    scale = scale_for(side.energy_unit, _ends([item for _, item in found]))
    bars = [_bar(month_words(month), style_of(1), item, scale) for month, item in found]
    return ranges_svg(bars, f"saved by {arm}, {scale.unit}")


def _through(run: Run, side: SideOutcome) -> str:
    whole = int((side.measure_to - side.measure_from) / dt.timedelta(days=1))
    times = [side.measure_from + dt.timedelta(days=day + 1) for day in range(whole)]
    days = tuple((time - dt.timedelta(days=1)).date() for time in times)
    bands = []
    for place, arm in enumerate(run.outcome.arms):
        share = still_met(side, arm, times)
        bands.append(Band(label=arm, style=style_of(place), days=days, low=share, mid=share, high=share))
    return fan_svg(bands, "% of winters", most=1.0, percent=True)


def _tornado(run: Run, side: SideOutcome) -> str:
    first, arm, *_ = run.outcome.arms
    ranked = run.drivers[side.name].ranked[:MOST_DRIVERS]
    mean = float(saving(side, first, arm, "unserved").mean())
    scale = scale_for(side.energy_unit, [mean, *(end for driver in ranked for end in (driver.low, driver.high))])
    swings = [
        Swing(
            label=figure_words(driver.path, side.name, vocabulary_of(side.power_unit)),
            low=driver.low * scale.factor,
            high=driver.high * scale.factor,
        )
        for driver in ranked
    ]
    return tornado_svg(swings, f"saved by {arm}, {scale.unit}", mean * scale.factor, style_of(1))


def _damage(run: Run, side: SideOutcome, name: str) -> str:
    bands = [_band(arm, style_of(place), fan(side, place, name)) for place, arm in enumerate(run.outcome.arms)]
    highest = max(float(band.high.max()) for band in bands)
    return fan_svg(bands, "% out through damage", most=1.0 if highest == 0.0 else None, percent=True)

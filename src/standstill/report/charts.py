"""Draws charts: plain rows in, SVG text out. Each arm has a colour and a dash, so that either alone tells arms apart.

Altair and vl-convert are imported inside the functions, because they are slow to import. Knows nothing of runs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import html
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import altair as alt

__all__ = [
    "LOAD",
    "STYLES",
    "Band",
    "Bar",
    "Series",
    "Style",
    "Swing",
    "fan_svg",
    "histogram_svg",
    "inline_svg",
    "ranges_svg",
    "to_png",
    "tornado_svg",
    "unchecked",
    "warm_up",
    "weights_svg",
]

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 360, 190
INK, GRID = "#3c4043", "#e3e6e8"
FONT = "Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Colour and dash of one series."""

    colour: str
    """Colour of line and band."""
    dash: tuple[int, ...]
    """Lengths of strokes and gaps; (1, 0) is a full line."""


STYLES = (
    Style(colour="#b0500f", dash=(1, 0)),
    Style(colour="#14648c", dash=(7, 4)),
    Style(colour="#4f7a28", dash=(2, 3)),
    Style(colour="#6d4a9c", dash=(9, 3, 2, 3)),
)
"""Styles of arms, in their order; the first is the baseline."""
LOAD = Style(colour="#555555", dash=(1, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range and its middle by day."""

    label: str
    """Name in the legend."""
    style: Style
    """How it is drawn."""
    days: tuple[dt.date, ...]
    """Days, (n_days,)."""
    low: Floats
    """Low end, (n_days,)."""
    mid: Floats
    """Middle, (n_days,)."""
    high: Floats
    """High end, (n_days,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A labelled range."""

    label: str
    """Name of the row."""
    style: Style
    """How it is drawn."""
    low: float
    """Low end."""
    high: float
    """High end."""
    text: str
    """Written behind the bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One value for each sample."""

    label: str
    """Name in the legend."""
    style: Style
    """How it is drawn."""
    values: Floats
    """Values, (n_samples,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """What one input moves: a value at its low end and one at its high end, in either order."""

    label: str
    """Name of the row."""
    low: float
    """Value where the input is low."""
    high: float
    """Value where the input is high."""


def fan_svg(
    bands: Sequence[Band], title: str, *, most: float | None = None, percent: bool = False, zero: bool = True
) -> str:
    """Return a chart of ranges by day; ``most`` fixes the upper end of the axis, ``zero`` puts 0 on it."""
    import altair as alt

    rows = [
        {"day": f"{day}T00:00:00", "name": band.label, "low": low, "mid": mid, "high": high}
        for band in bands
        for day, low, mid, high in zip(band.days, _short(band.low), _short(band.mid), _short(band.high), strict=True)
    ]
    scale = alt.Scale(domain=[0, most]) if most is not None else alt.Scale(zero=zero, nice=True)
    axis = alt.Axis(title=None, tickCount=5, format=".0%" if percent else alt.Undefined)
    base = alt.Chart(alt.NamedData("rows"), width=WIDTH, height=HEIGHT, title=_title(title)).encode(
        x=alt.X("day:T", axis=alt.Axis(title=None, format="%b", tickCount="month", grid=False, labelAlign="left"))
    )
    colour, dash = _legend([(band.label, band.style) for band in bands])
    area = base.mark_area(opacity=0.22).encode(y=alt.Y("low:Q", scale=scale, axis=axis), y2="high:Q", color=colour)
    edges = [
        base.mark_line(strokeWidth=0.8, opacity=0.9).encode(y=alt.Y(f"{end}:Q"), color=colour, strokeDash=dash)
        for end in ("low", "high")
    ]
    line = base.mark_line(strokeWidth=2.4).encode(y=alt.Y("mid:Q"), color=colour, strokeDash=dash)
    return _svg(alt.layer(area, *edges, line), rows)


def ranges_svg(bars: Sequence[Bar], title: str, *, axis: bool = True) -> str:
    """Return a chart of ranges as horizontal bars, one below the other; without ``axis`` the numbers must do."""
    import altair as alt

    rows = [{"name": bar.label, "low": bar.low, "high": bar.high, "text": bar.text} for bar in bars]
    top = max([bar.high for bar in bars] + [0.0]) or 1.0
    bottom = min([bar.low for bar in bars] + [0.0])
    # room for the numbers behind the bars
    scale = alt.Scale(domain=[bottom, bottom + 1.42 * (top - bottom)], nice=False)
    names = [bar.label for bar in bars]
    base = alt.Chart(alt.NamedData("rows"), width=WIDTH - 60, height=22 * len(bars), title=_title(title)).encode(
        y=alt.Y(
            "name:N",
            sort=names,
            axis=alt.Axis(title=None, domain=False, ticks=False, labelLimit=150, labelFontSize=13, labelPadding=6),
        ),
        x=alt.X("low:Q", scale=scale, axis=alt.Axis(title=None, tickCount=5, domain=False, labels=axis, ticks=axis)),
        color=alt.Color("name:N", legend=None, scale=alt.Scale(domain=names, range=[bar.style.colour for bar in bars])),
    )
    dash = alt.StrokeDash(
        "name:N", legend=None, scale=alt.Scale(domain=names, range=[list(bar.style.dash) for bar in bars])
    )
    stroke = alt.Stroke("name:N", legend=None, scale=alt.Scale(domain=names, range=[bar.style.colour for bar in bars]))
    box = base.mark_bar(height=12, fillOpacity=0.35, strokeWidth=1.6).encode(
        x2="high:Q", stroke=stroke, strokeDash=dash
    )
    text = base.mark_text(align="left", dx=7, fontSize=13, fontWeight="bold").encode(x="high:Q", text="text:N")
    return _svg(alt.layer(box, text), rows)


def tornado_svg(swings: Sequence[Swing], title: str, middle: float, style: Style) -> str:
    """Return a chart of swings around a middle, one below the other, each under its name.

    The low end of an input is an open circle, the high end a filled one.
    """
    import altair as alt

    ends = [end for swing in swings for end in (swing.low, swing.high)]
    left = min([0.0, *ends])
    rows = [
        {"name": swing.label, "low": swing.low, "high": swing.high, "left": left, "middle": middle}
        for swing in swings
    ]  # fmt: skip
    axis = alt.Axis(title=None, tickCount=5, domain=False)
    base = alt.Chart(alt.NamedData("rows"), width=WIDTH, height=44 * len(swings), title=_title(title)).encode(
        y=alt.Y("name:N", sort=[swing.label for swing in swings], axis=None)
    )
    bar = base.mark_bar(height=6, opacity=0.35, color=style.colour, yOffset=8).encode(
        x=alt.X("low:Q", axis=axis, scale=alt.Scale(nice=True)), x2="high:Q"
    )
    dots = [
        base.mark_point(
            shape="circle", size=80, stroke=style.colour, strokeWidth=2, fill=fill, opacity=1, yOffset=8
        ).encode(x=f"{end}:Q")
        for end, fill in (("low", "white"), ("high", style.colour))
    ]
    line = alt.Chart(alt.NamedData("rows")).mark_rule(color=INK, strokeDash=[2, 2]).encode(x="mean(middle):Q")
    names, behind = (
        base.mark_text(align="left", fontSize=13, dy=-10, **style).encode(x="left:Q", text="name:N")
        # a white edge behind each name keeps the line off its letters
        for style in ({"color": INK}, {"color": "white", "stroke": "white", "strokeWidth": 4, "strokeJoin": "round"})
    )
    return _svg(alt.layer(line, behind, bar, *dots, names), rows)


def histogram_svg(series: Sequence[Series], title: str) -> str:
    """Return how many winters in 100 fall into each bin; the first and last hold everything beyond them."""
    import altair as alt

    edges = _edges(np.concatenate([item.values for item in series]))
    rows = []
    for item in series:
        counts, _ = np.histogram(np.clip(item.values, edges[0], edges[-1]), edges)
        shares = 100.0 * counts / max(1, counts.sum())
        for place, share in enumerate((*shares, 0.0)):
            height = float(share) if place < len(shares) else float(shares[-1])
            rows.append({"x": round(float(edges[place]), 9), "name": item.label, "share": round(height, 3)})
    colour, dash = _legend([(item.label, item.style) for item in series], legend=len(series) > 1)
    base = alt.Chart(alt.NamedData("rows"), width=WIDTH, height=HEIGHT, title=_title("winters in 100")).encode(
        x=alt.X(
            "x:Q",
            scale=alt.Scale(domain=[float(edges[0]), float(edges[-1])], nice=False),
            axis=alt.Axis(title=title, tickCount=6, grid=False),
        ),
        y=alt.Y("share:Q", stack=None, axis=alt.Axis(title=None, tickCount=4)),
        color=colour,
    )
    area = base.mark_area(interpolate="step-after", opacity=0.25)
    line = base.mark_line(interpolate="step-after", strokeWidth=1.8).encode(strokeDash=dash)
    return _svg(alt.layer(area, line), rows)


def weights_svg(regions: list[dict[str, Any]], borders: list[dict[str, Any]], axes: tuple[str, str]) -> str:
    """Return a map of rectangles: filled regions with their names, and dashed borders with theirs."""
    import altair as alt

    rows = [{"layer": "region", **row} for row in regions] + [{"layer": "border", **row} for row in borders]
    names = [row["who"] for row in regions]
    fills = ["#cfe3d4", "#f1dcc9", "#d3e2ea", "#ececec"]
    plain = alt.Axis(tickCount=5, grid=False, format="~g")
    base = alt.Chart(alt.NamedData("rows"), width=WIDTH, height=HEIGHT + 40).encode(
        x=alt.X("x:Q", title=axes[0], axis=plain, scale=alt.Scale(nice=False)),
        y=alt.Y("y:Q", title=axes[1], axis=plain, scale=alt.Scale(nice=False)),
        x2="x2:Q",
        y2="y2:Q",
    )
    filled = base.transform_filter("datum.layer == 'region'")
    boxes = filled.mark_rect(stroke="white").encode(
        color=alt.Color("who:N", legend=None, scale=alt.Scale(domain=names, range=fills))
    )
    middle = filled.transform_calculate(xm="(datum.x + datum.x2) / 2", ym="(datum.y + datum.y2) / 2")
    labels = middle.mark_text(fontSize=13, color=INK).encode(
        x=alt.X("xm:Q"), y=alt.Y("ym:Q"), text="who:N", x2=alt.Undefined, y2=alt.Undefined
    )
    inner = base.transform_filter("datum.layer == 'border'")
    dashed = inner.mark_rect(filled=False, stroke=INK, strokeDash=[4, 3])
    corners = inner.mark_text(align="right", baseline="top", dx=-3, dy=3, fontSize=11, color=INK).encode(
        x=alt.X("x2:Q"), y=alt.Y("y2:Q"), text="who:N", x2=alt.Undefined, y2=alt.Undefined
    )
    return _svg(alt.layer(boxes, dashed, labels, corners), rows)


def warm_up() -> None:
    """Draw a small chart, so that the first one of a report finds everything loaded."""
    histogram_svg([Series(label="", style=STYLES[0], values=np.array([0.0, 1.0]))], "")


def to_png(svg: str) -> bytes:
    """Return a chart as PNG, at twice its size."""
    import vl_convert

    picture: bytes = vl_convert.svg_to_png(svg, scale=2)
    return picture


def inline_svg(svg: str, prefix: str, label: str) -> str:
    """Return a chart ready to stand in a page: unique ids, a spoken label, no namespace that looks like an address."""
    text = re.sub(r'\sxmlns(?::xlink)?="[^"]*"', "", svg)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", text)
    text = re.sub(r'(href=")#', rf"\1#{prefix}-", text)
    return text.replace("<svg ", f'<svg role="img" aria-label="{html.escape(label)}" ', 1)


def _svg(chart: alt.LayerChart | alt.FacetChart, rows: list[dict[str, Any]]) -> str:
    """Return the drawing of a chart; its rows are added last, because altair copies what it holds many times."""
    import altair as alt
    import vl_convert

    described = chart.configure(aria=False, font=FONT, background="white").configure_view(stroke=None).configure_axis(
        labelColor=INK, titleColor=INK, gridColor=GRID, domainColor="#9aa0a6", tickColor="#9aa0a6",
        labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
    ).configure_legend(
        orient="top", title=None, labelFontSize=13, symbolStrokeWidth=2.4, symbolSize=500, labelColor=INK, offset=2,
        labelLimit=300, symbolOpacity=1,
    ).to_dict(validate=False)  # fmt: skip
    described["datasets"] = {"rows": rows}
    version = "_".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    drawing: str = vl_convert.vegalite_to_svg(described, vl_version=version)
    return drawing


@contextlib.contextmanager
def unchecked() -> Iterator[None]:
    """Let altair build charts without checking each part against its schema, which takes longer than drawing."""
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):
        yield


def _title(text: str) -> alt.TitleParams:
    import altair as alt

    return alt.TitleParams(
        text=text, anchor="start", frame="group", fontSize=12, fontWeight="normal", color=INK, offset=4
    )


def _legend(styles: Sequence[tuple[str, Style]], *, legend: bool = True) -> tuple[alt.Color, alt.StrokeDash]:
    """Return the colour and dash channels; together they make one legend."""
    import altair as alt

    names = [name for name, _ in styles]
    shown: Any = alt.Legend(title=None, symbolType="stroke") if legend else None
    colours = alt.Scale(domain=names, range=[style.colour for _, style in styles])
    dashes = alt.Scale(domain=names, range=[list(style.dash) for _, style in styles])
    return alt.Color("name:N", scale=colours, legend=shown), alt.StrokeDash("name:N", scale=dashes, legend=shown)


def _short(values: Floats) -> list[float]:
    """Return numbers with five digits, which no eye can tell from the full ones."""
    return [float(f"{value:.5g}") for value in values]


def _edges(values: Floats, most: int = 30) -> Floats:
    """Return round, equal bin edges that hold all but the largest half per cent."""
    low, high = min(0.0, float(np.quantile(values, 0.005))), float(np.quantile(values, 0.995))
    span = high - low or 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return np.asarray(np.arange(first, max(last, first + 1) + 1) * step, np.float64)

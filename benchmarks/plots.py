"""Draws how time grows: points and their slope on logarithmic axes, as SVG. Knows nothing of what was timed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.growth import Slope
from benchmarks.scaling import Memory
from standstill.report.charts import FONT, GRID, HEIGHT, INK, STYLES, WIDTH, unchecked

if TYPE_CHECKING:
    import altair as alt

LABELS = {"samples": "samples", "steps": "steps", "steps by period": "steps, each reported"}
"""What an axis is called where that is not what time is against."""


def slope_svg(item: Slope, ideal: float = 1.0) -> str:
    """Return time against size, beside the line that time would follow at the slope ``ideal``."""
    start = item.seconds[0]
    line = [start * (size / item.sizes[0]) ** ideal for size in item.sizes]
    label = LABELS.get(item.against, item.against)
    found = "one size" if item.slope is None else f"slope {item.slope:.2f}"
    return _svg(item.sizes, item.seconds, line, (label, "seconds"), f"{item.what}: {found}; dashed: in proportion")


def memory_svg(item: Memory) -> str:
    """Return peak memory against samples, beside a level line."""
    title = f"{item.system}: {item.growth:.2f} times; dashed: no growth"
    return _svg(item.samples, item.mib, [item.mib[0]] * len(item.mib), ("samples", "peak memory, MiB"), title)


def _scale(values: Sequence[float]) -> alt.Scale:
    """Return a logarithmic scale a little wider than the values, and an octave at least."""
    import altair as alt

    middle, half = math.sqrt(min(values) * max(values)), max(math.sqrt(max(values) / min(values)), math.sqrt(2.0))
    return alt.Scale(type="log", domain=[middle / half / 1.15, middle * half * 1.15], nice=False)


def _svg(
    sizes: Sequence[int], values: Sequence[float], line: Sequence[float], titles: tuple[str, str], title: str
) -> str:
    import altair as alt
    import vl_convert

    rows = [
        {"size": size, "value": value, "line": level} for size, value, level in zip(sizes, values, line, strict=True)
    ]
    with unchecked():
        base = alt.Chart(alt.Data(values=rows), width=WIDTH, height=HEIGHT, title=title).encode(
            x=alt.X("size:Q", scale=_scale(sizes), axis=alt.Axis(title=titles[0], values=list(sizes), format=",d"))
        )
        y = alt.Y("value:Q", scale=_scale([*values, *line]), axis=alt.Axis(title=titles[1], tickCount=5, format="~g"))
        dashed = base.mark_line(color=INK, strokeWidth=1, strokeDash=[4, 4]).encode(y=alt.Y("line:Q"))
        drawn = base.mark_line(color=STYLES[1].colour, strokeWidth=2).encode(y=y)
        points = base.mark_point(color=STYLES[1].colour, filled=True, size=60, opacity=1).encode(y=alt.Y("value:Q"))
        described = (
            alt.layer(dashed, drawn, points)
            .configure(font=FONT, background="white")
            .configure_view(stroke=None)
            .configure_title(anchor="start", color=INK, fontSize=12, fontWeight="normal", frame="group", offset=6)
            .configure_axis(labelColor=INK, titleColor=INK, gridColor=GRID, titleFontWeight="normal")
            .to_dict(validate=False)
        )
    version = "_".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    drawing: str = vl_convert.vegalite_to_svg(described, vl_version=version)
    return drawing

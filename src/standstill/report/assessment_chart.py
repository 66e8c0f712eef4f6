"""Draws an assessment for a notebook: unserved energy by region with its error, or over time where periods are known.

Returns an Altair chart, which shows itself; altair is imported when one is asked for. Knows nothing of reports.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from standstill.errors import Fault, InputError
from standstill.estimate import Estimate
from standstill.report.charts import FONT, GRID, HEIGHT, INK, STYLES, WIDTH

if TYPE_CHECKING:
    import altair as alt

    from standstill.measures.periods import PeriodIndices
    from standstill.studies.assessment import Assessment

__all__ = ["assessment_chart"]

_Z = 1.96  # half of a 95 % interval of a normal law, in standard errors
_HOURS_SHOWN = 96.0  # up to which an axis shows times of the day


def assessment_chart(assessment: Assessment) -> alt.LayerChart:
    """Return a chart of expected unserved energy: by period if the assessment has periods, else by region.

    Raises
    ------
    InputError
        If no region has a value.
    """
    import altair as alt

    periods = assessment.periods
    chart: alt.LayerChart = _by_region(alt, assessment) if periods is None else _by_period(alt, periods)
    height: Any = alt.Step(26) if periods is None else HEIGHT
    title = f"{assessment.system}: expected unserved energy"
    drawn: alt.LayerChart = (
        chart.properties(width=2 * WIDTH, height=height, title=alt.TitleParams(title, anchor="start", color=INK))
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, titleColor=INK, gridColor=GRID, titleFontWeight="normal")
    )
    return drawn


def _by_region(alt: Any, assessment: Assessment) -> Any:
    """Return bars with the 95 % interval of the simulation, regions in the order of the system."""
    rows = [{"region": item.name, **_ends(item.eue)} for item in assessment.regions if item.eue.exists]
    if not rows:
        reason = assessment.regions[0].eue.reason
        raise InputError("plot", (Fault(place="regions", must="have unserved energy of their own", got=reason),))
    unit = assessment.eue.unit
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("region:N", sort=None, title=None))
    tips = [alt.Tooltip("region:N"), *(alt.Tooltip(f"{name}:Q", format=".4g") for name in ("eue", "low", "high"))]
    bars = base.mark_bar(color=STYLES[1].colour).encode(x=alt.X("eue:Q", title=f"{unit} ± 1.96 s.e."), tooltip=tips)
    return alt.layer(bars, base.mark_rule(color=INK, strokeWidth=2).encode(x="low:Q", x2="high:Q"))


def _by_period(alt: Any, periods: PeriodIndices) -> Any:
    """Return a line over time, within the 95 % interval of the simulation."""
    rows = [
        {"time": time.isoformat(), "eue": value, "low": max(0.0, value - _Z * se), "high": value + _Z * se}
        for time, value, se in zip(periods.times, periods.eue.tolist(), periods.eue_se.tolist(), strict=True)
    ]
    # a time with a zone would be shown in the zone of the browser
    kind = "utc" if periods.start.tzinfo is not None else "time"
    # over days, a weekday and a number of the month by turns cannot be read
    labels: dict[str, Any] = {"format": "%-d %b"} if len(rows) * periods.step_h > _HOURS_SHOWN else {}
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("time:T", title=None, scale=alt.Scale(type=kind), axis=alt.Axis(grid=False, **labels))
    )
    unit = f"{periods.energy_unit} per {periods.step_h:g} h ± 1.96 s.e."
    band = base.mark_area(opacity=0.3, color=STYLES[1].colour, interpolate="step-after")
    line = base.mark_line(color=STYLES[1].colour, strokeWidth=1.2, interpolate="step-after")
    return alt.layer(band.encode(y=alt.Y("low:Q", title=unit), y2="high:Q"), line.encode(y=alt.Y("eue:Q", title=unit)))


def _ends(item: Estimate) -> dict[str, float]:
    """Return the value with the ends of its interval; where no sample had a shortfall that is up to its bound."""
    half = _Z * item.se if math.isfinite(item.se) else 0.0
    high = item.value + half if item.bound is None else item.bound
    return {"eue": item.value, "low": max(0.0, item.value - half), "high": high}

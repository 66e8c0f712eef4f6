"""From a side's entries to what whole classes have in common: what lowers them, and outages that follow the weather."""

from __future__ import annotations

from standstill.errors import repeated
from standstill.model.cause import CommonCause
from standstill.model.outage_weather import OutageWeather
from standstill.scenario.figures import DEGREES, SHARE, source_of
from standstill.scenario.reading import near
from standstill.scenario.scope import Scope

__all__ = ["common_causes", "outage_weather"]


def common_causes(scope: Scope) -> tuple[CommonCause, ...]:
    """Return what lowers whole classes of generators."""
    found = []
    classes = tuple(dict.fromkeys(entry.asset_class for entry in scope.side.generator))
    entries = scope.side.common_cause
    for cls in repeated(entry.asset_class for entry in entries):
        scope.fault("common_cause", "be given once for a class", cls)
    for entry in entries:
        place, source = f"common_cause.{entry.asset_class}", source_of(entry, source_of(scope.side))
        if entry.asset_class not in classes:
            scope.fault(
                place, "name a class of generators of the side", entry.asset_class, near(entry.asset_class, classes)
            )
        if entry.lost_per_degree is not None and scope.side.weather is None:
            scope.fault(f"{place}.lost_per_degree", "be left out where the side has no weather")
        found.append(CommonCause(
            asset_class=entry.asset_class,
            share=scope.parameter(f"{place}.share", entry.share, SHARE, source, 1.0),
            slope_per_c=scope.parameter(f"{place}.lost_per_degree", entry.lost_per_degree, SHARE, source),
            threshold_c=scope.parameter(f"{place}.threshold", entry.threshold, DEGREES, source),
            least=scope.parameter(f"{place}.least", entry.least, SHARE, source),
        ))  # fmt: skip
    return tuple(found)


def outage_weather(scope: Scope, classes: tuple[str, ...]) -> tuple[OutageWeather, ...]:
    """Return what the weather does to the forced outages of classes, of those that the side has."""
    found = []
    entries = scope.side.outage_weather
    for cls in repeated(entry.asset_class for entry in entries):
        scope.fault("outage_weather", "be given once for a class", cls)
    for entry in entries:
        place, source = f"outage_weather.{entry.asset_class}", source_of(entry, source_of(scope.side))
        if entry.asset_class not in classes:
            scope.fault(place, "name an asset class of the side", entry.asset_class, near(entry.asset_class, classes))
        if scope.side.weather is None:
            scope.fault(place, "be left out where the side has no weather")
        given = {name: points for name in ("failure", "repair") if (points := getattr(entry, name)) is not None}
        for name, points in given.items():
            parts = [f"factor {factor:g} at {temperature:g} °C" for temperature, factor in points]
            scope.ledger.schedule(f"{scope.side.name}.{place}.{name}", parts, source)
        found.append(OutageWeather(asset_class=entry.asset_class, **given))
    return tuple(found)

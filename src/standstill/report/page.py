"""Puts a report together: what stands where, as plain records for the template.

Knows nothing of how a chart is drawn or a number rounded.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from markupsafe import Markup

from standstill.engine.outcome import SideOutcome
from standstill.evidence.claim import GRADES, Claim
from standstill.evidence.register import RegisterRow
from standstill.model.scenario import FIGURE, Comparison
from standstill.report.charts import inline_svg
from standstill.report.decision_part import DecisionsPart
from standstill.report.marks import share_mark
from standstill.report.pictures import MOST_DRIVERS, Picture
from standstill.report.planning import PlanningTable, people_of, planning_tables
from standstill.report.rounding import FEW, amount_text, chance_text, scale_for
from standstill.report.tables import (
    HeadlineRow,
    MeasureRow,
    grouped,
    headline_ends,
    headline_rows,
    is_equal,
    measure_rows,
)
from standstill.report.talks_part import TalksPart
from standstill.report.words import (
    OIL,
    blind_spots,
    counted_words,
    criterion_words,
    day_words,
    driver_words,
    named,
    period_words,
    price_words,
    ranges_words,
    vocabulary_of,
)
from standstill.studies.run import Run

__all__ = ["page", "summary"]

LIBRARIES = ("numpy", "numba", "scipy", "altair", "vl-convert-python")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A chart in the page."""

    kind: str
    """What it shows."""
    side: str
    """Name of the side."""
    title: str
    """What to see in it."""
    caption: str
    """How to read it."""
    svg: Markup
    """The chart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePart:
    """What the page shows of one side."""

    name: str
    """Name of the side."""
    system: str
    """Name of its system."""
    lead: str
    """What the agreement is worth, in one sentence; empty if there is one arm."""
    rows: tuple[HeadlineRow, ...]
    """First screen."""
    criterion: str
    """What a winter without grave cuts is."""
    price: str
    """What unserved energy is counted at in money; empty if not stated."""
    caveat: str
    """What must stand beside the numbers."""
    headline: Shown
    """Ranges at a glance."""
    charts: tuple[Shown, ...]
    """All other charts."""
    drivers: tuple[tuple[str, Markup], ...]
    """What would change the answer most, and the share that each explains."""
    rest: Markup | None
    """Share of chance and interactions; none if there is nothing to explain."""
    weeks: tuple[PlanningTable, ...]
    """Planning tables."""
    people: str
    """How many people the planning table counts on."""
    measures: tuple[MeasureRow, ...]
    """Every measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonPart:
    """A claim set beside the model."""

    question: str
    """What is asked of the claim."""
    claims: tuple[Claim, ...]
    """The claims with this id."""
    readings: tuple[tuple[str, str], ...]
    """Reading, and what it gives."""


def summary(run: Run) -> tuple[str, ...]:
    """Return the answer in a sentence for each side, in plain text."""
    return tuple(_sentence(run, side) for side in run.outcome.sides)


def page(
    run: Run,
    headlines: Sequence[Picture],
    pictures: Sequence[Picture],
    talks: TalksPart | None = None,
    weights: Picture | None = None,
    decisions: DecisionsPart | None = None,
    curves: Sequence[Picture] = (),
) -> str:
    """Return the report of the dated arms of a run as one HTML page, with what it shows of the talks."""
    import jinja2

    folder = files("standstill.report")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["breakable"] = _breakable
    template = environment.from_string((folder / "template.html.j2").read_text(encoding="utf-8"))
    scenario, register = run.scenario, run.scenario.register
    rows = [] if register is None else register.rows()
    return template.render(
        style=Markup((folder / "style.css").read_text(encoding="utf-8")),
        run=run,
        scenario=scenario,
        arms=scenario.arms,
        as_of=day_words(scenario.as_of) if scenario.as_of else "",
        period=period_words(scenario.measure_from, scenario.measure_to),
        simulated=day_words(scenario.simulate_from.date()),
        sides=_sides(run, headlines, pictures),
        kinds=tuple(dict.fromkeys(picture.kind for picture in pictures)),
        comparisons=tuple(_comparison(item, run) for item in scenario.comparisons),
        register=tuple(grouped(rows)),
        unused=[] if register is None else register.unused_rows(),
        grades=GRADES,
        denials=_denials(rows),
        talks=talks,
        weights=_shown(weights) if weights else None,
        decisions=decisions,
        curves=tuple(_shown(item) for item in curves),
        can_decide=any(arm.terms is not None for arm in scenario.arms),
        blind_spots=blind_spots(
            [side.name for side in run.outcome.sides], [vocabulary_of(side.power_unit) for side in run.outcome.sides]
        ),
        has_oil=any(vocabulary_of(side.power_unit) is OIL for side in run.outcome.sides),
        ranges=ranges_words(run.samples),
        counted=counted_words(run.samples),
        versions=_versions(run),
    )


def _breakable(path: str) -> Markup:
    """Return a dotted path that may be broken into lines after its dots."""
    return Markup(".<wbr>").join(path.split("."))


def _sides(run: Run, headlines: Sequence[Picture], pictures: Sequence[Picture]) -> tuple[SidePart, ...]:
    parts = []
    for place, side in enumerate(run.outcome.sides):
        given = run.scenario.sides[place]
        people = people_of(given)
        parts.append(
            SidePart(
                name=side.name,
                system=given.system.name,
                lead=_lead(run, side),
                rows=headline_rows(run, side),
                criterion=criterion_words(side.criterion, vocabulary_of(side.power_unit)),
                price=price_words(given.price, given.system.energy_unit),
                caveat=given.caveat,
                headline=next(_shown(item, _sentence(run, side)) for item in headlines if item.side == side.name),
                charts=tuple(_shown(item) for item in pictures if item.side == side.name),
                drivers=_drivers(run, side),
                rest=_rest(run, side),
                weeks=planning_tables(run, side, people),
                people=f"{people / 1e6:.2g} million" if people >= 1e6 else f"{people:,.0f}" if people else "",
                measures=measure_rows(run, side),
            )
        )
    return tuple(parts)


def _sentence(run: Run, side: SideOutcome) -> str:
    """Return a side's answer in one sentence."""
    words, arms = vocabulary_of(side.power_unit), run.outcome.arms
    found = {arm: run.measures[arm][side.name]["eue"] for arm in arms}
    scale = scale_for(side.energy_unit, [end for item in found.values() for end in (item.p10 or 0.0, item.p90 or 0.0)])
    ranges = {arm: amount_text(item, scale) for arm, item in found.items()}
    what = "80 % range" if run.samples >= FEW else "on average"
    lead = f"{side.name}: {words.unserved.lower()}, {what}: "
    others = arms[1:]
    if others and all(is_equal(run, side.name, arm) for arm in others):
        return f"{lead}{ranges[arms[0]]} in every case; no difference between {_listed(arms)}."
    parts = [f"{arm} {ranges[arm]}" for arm in arms]
    for arm in others:
        item = run.worth[arm][side.name]["eue"]
        label = "saved" if len(others) == 1 else f"saved by {arm}"
        equal = is_equal(run, side.name, arm)
        parts.append(f"{label} {'nothing: no difference' if equal else amount_text(item, scale)}")
    return lead + "; ".join(parts) + "."


def _lead(run: Run, side: SideOutcome) -> str:
    """Return what each arm is worth against the first, in a few words."""
    first, *others = run.outcome.arms
    scale = scale_for(side.energy_unit, headline_ends(run, side, "eue"))
    parts = []
    for arm in others:
        if is_equal(run, side.name, arm):
            parts.append(f"No difference between {first} and {arm}.")
            continue
        saved = run.worth[arm][side.name]["eue"]
        amount = amount_text(saved, scale)
        text = f"With {named(arm)} instead of {named(first)}: {amount} saved"
        through = [run.measures[name][side.name].get("getting_through") for name in (arm, first)]
        shares = [chance_text(item.value) for item in through if item is not None]
        if len(shares) == 2:
            text += f"; {shares[0]} of 100 winters without grave cuts instead of {shares[1]}"
        parts.append(f"{text}.")
    return " ".join(parts)


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _shown(picture: Picture, label: str = "") -> Shown:
    prefix = picture.name
    return Shown(
        kind=picture.kind,
        side=picture.side,
        title=picture.title,
        caption=picture.caption,
        svg=Markup(inline_svg(picture.svg, prefix, label or f"{picture.side}. {picture.title}. {picture.caption}")),
    )


def _drivers(run: Run, side: SideOutcome) -> tuple[tuple[str, Markup], ...]:
    """Return the strongest drivers with the share that each explains of the variance of what is saved."""
    return tuple(
        (
            driver_words(driver, side.name, run.scenario, vocabulary_of(side.power_unit)),
            share_mark(driver.index, f"drivers/{side.name}/{driver.path}/index"),
        )
        for driver in run.drivers[side.name].ranked[:MOST_DRIVERS]
    )


def _rest(run: Run, side: SideOutcome) -> Markup | None:
    rest = run.drivers[side.name].rest
    return None if rest is None else share_mark(rest, f"drivers/{side.name}/chance_and_interactions/value")


def _comparison(item: Comparison, run: Run) -> ComparisonPart:
    register = run.scenario.register
    known = register.claims.values() if register else ()
    claims = [claim for claim in known if item.claim in (claim.id, claim.base)]
    statements = {claim.statement: claim for claim in reversed(claims)}
    return ComparisonPart(
        question=_filled(item.question, run),
        claims=tuple(reversed(statements.values())),
        readings=tuple((_filled(reading, run), _filled(given, run)) for reading, given in item.readings),
    )


def _filled(text: str, run: Run) -> str:
    """Return a text with each ``{arm/side/measure}`` replaced by what the model has, as an 80 % range."""

    def found(match: re.Match[str]) -> str:
        arm, side, name = match.groups()
        item = run.measures.get(arm, {}).get(side, {}).get(name)
        if item is None or item.p10 is None or item.p90 is None:
            return match[0]
        return amount_text(item)

    return re.sub(FIGURE, found, text)


def _denials(rows: Sequence[RegisterRow]) -> int:
    return len({row.claim for row in rows if row.denied_by})


def _versions(run: Run) -> tuple[tuple[str, str], ...]:
    found = [("standstill", run.version), ("python", platform.python_version())]
    for name in LIBRARIES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)

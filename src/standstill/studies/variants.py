"""Variants of the assumed terms, each a line of points, and their rerun in one pass on shared draws.

Knows what may be varied and how; not what the answers mean.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from standstill.engine.outcome import Outcome
from standstill.errors import Fault, InputError
from standstill.model.scenario import Scenario, Side
from standstill.model.terms import Arm, Fixed, Terms
from standstill.studies.run import simulated
from standstill.studies.sampling import Sampling

__all__ = [
    "KEPT",
    "LOST",
    "Variant",
    "assumed_arm",
    "assumed_terms",
    "collapses",
    "compliances",
    "covers",
    "delays",
    "displacements",
    "lengths",
    "rerun",
]

LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Compliance, and shares of withheld hits that fall elsewhere."""
LOST, KEPT = "withheld weapons are lost", "withheld weapons are kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One point of a curve: the terms there."""

    line: str
    """The line it belongs to."""
    at: str
    """Where on the axis, in words."""
    value: float | None
    """Where on the axis; None where points have no order."""
    terms: Terms | None
    """The terms; None for no standstill."""


def assumed_arm(scenario: Scenario) -> Arm:
    """Return the arm whose terms are varied: the first with a fixed window.

    Raises
    ------
    InputError
        If there is none.
    """
    return _assumed(scenario)[0]


def assumed_terms(scenario: Scenario) -> tuple[Terms, Fixed]:
    """Return the terms of the same arm, and their window."""
    return _assumed(scenario)[1:]


def _assumed(scenario: Scenario) -> tuple[Arm, Terms, Fixed]:
    for arm in scenario.arms[1:]:
        if arm.terms is not None and isinstance(arm.terms.window, Fixed):
            return arm, arm.terms, arm.terms.window
    must = "have, after the first, an arm whose terms have a fixed window"
    raise InputError(scenario.name, (Fault(place="arms", must=must),))


def delays(scenario: Scenario, terms: Terms, window: Fixed, every: dt.timedelta) -> list[Variant]:
    """Return the same terms from later and later starts on, to their end; the earliest start is that of the simulation.

    Starts lie whole multiples of ``every`` from the assumed one.
    """
    begin = window.start - (window.start - scenario.simulate_from) // every * every
    return [
        _dated("", start, window.start, replace(terms, window=Fixed(start=start, end=window.end)))
        for start in _dates(begin, min(window.end, scenario.measure_to), every)
    ]


def collapses(scenario: Scenario, terms: Terms, window: Fixed, every: dt.timedelta) -> list[Variant]:
    """Return the same terms ending earlier and earlier, withheld weapons lost and, if any is limited, kept."""
    stocked = any(
        weapon.stock is not None for side in scenario.sides for item in side.campaign.streams for weapon in item.weapons
    )
    ends = [*_dates(window.start + every, min(window.end, scenario.measure_to), every), window.end]
    found = []
    plain = replace(terms, collapse_per_day=0.0)
    lines = {LOST: replace(plain, withheld="lost"), KEPT: replace(plain, withheld="kept")} if stocked else {"": plain}
    for line, kept in lines.items():
        found += [
            _dated(line, end, window.start, replace(kept, window=Fixed(start=window.start, end=end))) for end in ends
        ]
    return found


def lengths(scenario: Scenario, terms: Terms, window: Fixed, every: dt.timedelta) -> list[Variant]:
    """Return the same terms, agreed for shorter and shorter windows from the assumed start on."""
    last = min(window.end, scenario.measure_to)
    ends = [*_dates(window.start + every, last, every), window.end]
    return [_dated("", end, window.start, replace(terms, window=Fixed(start=window.start, end=end))) for end in ends]


def compliances(scenario: Scenario, terms: Terms) -> list[Variant]:
    """Return the terms kept to a share, for all classes at once and for each struck class with all others kept."""
    found = [
        Variant(
            line="all classes", at=f"{level:.0%}", value=level,
            terms=replace(terms, compliance=level, class_compliance={}),
        )
        for level in LEVELS
    ]  # fmt: skip
    full = replace(terms, compliance=1.0, class_compliance={})
    covered = [name for name in struck_classes(scenario.sides) if terms.classes is None or name in terms.classes]
    for name in covered if len(covered) > 1 else ():
        found += [
            Variant(line=name, at=f"{level:.0%}", value=level, terms=replace(full, class_compliance={name: level}))
            for level in (0.0, 0.5, 1.0)
        ]
    return found


def covers(scenario: Scenario, terms: Terms) -> list[Variant]:
    """Return the terms covering everything, plants and stores only, and lines and substations only.

    Kinds of assets are told apart, no further: which class matters most is nobody's question here.
    """
    groups: dict[str, tuple[str, ...] | None] = {"all": None}
    plants = tuple(dict.fromkeys(name for side in scenario.sides for name in plant_classes(side)))
    lines = tuple(dict.fromkeys(name for side in scenario.sides for name in side.system.lines.classes))
    if lines and plants:
        groups |= {"plants and stores": plants, "lines and substations": lines}
    return [
        Variant(line="", at=at, value=None, terms=replace(terms, classes=classes)) for at, classes in groups.items()
    ]


def displacements(scenario: Scenario, terms: Terms) -> list[Variant]:
    """Return terms that leave something uncovered, with more and more of what is withheld falling there."""
    struck = struck_classes(scenario.sides)
    classes = terms.classes
    if classes is None or set(struck) <= set(classes):
        plants = {name for side in scenario.sides for name in plant_classes(side)}
        classes = tuple(name for name in struck if name in plants)
    if set(struck) <= set(classes) or not classes:
        return []
    narrow = replace(terms, classes=classes, withheld="redirected")
    return [
        Variant(line="", at=f"{level:.0%}", value=level, terms=replace(narrow, displacement=level)) for level in LEVELS
    ]


def plant_classes(side: Side) -> tuple[str, ...]:
    """Return the classes of a side's generators and stores."""
    system = side.system
    return tuple(
        dict.fromkeys((*system.generators.classes, *system.storages.classes, *system.generator_storages.classes))
    )


def struck_classes(sides: Iterable[Side]) -> tuple[str, ...]:
    """Return the classes that hits fall on, in the order in which the scenario names them."""
    return tuple(
        dict.fromkeys(
            name for side in sides for stream in side.campaign.streams for name in stream.aim
            if name in side.system.asset_classes
        )
    )  # fmt: skip


def rerun(
    scenario: Scenario,
    variants: Sequence[Variant],
    *,
    sampling: Sampling,
) -> tuple[Outcome, dict[int, str]]:
    """Simulate the first arm, the assumed one and all variants at once; terms that are alike are simulated once.

    Returns
    -------
    Outcome
        With the first arm and the assumed one under their own names.
    dict
        Place of a variant -> name of its arm.
    """
    assumed, first = assumed_arm(scenario), scenario.arms[0]
    arms = [first, assumed]
    names = {}
    for place, item in enumerate(variants):
        known = next((arm for arm in arms if arm.terms == item.terms), None)
        if known is None:
            known = Arm(name=f"{assumed.name}, variant {len(arms) - 1}", terms=item.terms)
            arms.append(known)
        names[place] = known.name
    return simulated(replace(scenario, arms=tuple(arms)), sampling=sampling), names


def _dates(first: dt.datetime, last: dt.datetime, every: dt.timedelta) -> Iterable[dt.datetime]:
    while first < last:
        yield first
        first += every


def _dated(line: str, day: dt.datetime, origin: dt.datetime, terms: Terms) -> Variant:
    weeks = (day - origin).total_seconds() / (7 * 86400.0)
    return Variant(line=line, at=f"{day:%Y-%m-%d}", value=weeks, terms=terms)

"""Bargaining and mediation as cases: each kind of answer of each model, random inputs, the exchange of sides."""

from __future__ import annotations

from dataclasses import fields, replace

import hypothesis.strategies as st

from standstill.talks.bargaining import (
    AlternatingOffers,
    AudienceCost,
    ContinuousOffers,
    CrisisRange,
    DetectionLag,
    FightingWhileBargaining,
    FiniteOffers,
    InsideOptions,
    PowerShift,
    Screening,
    TwoCosts,
    UnknownCost,
    WarOfAttrition,
)
from standstill.talks.mediation import PROTOCOLS, BiasedMediator, PrivateStrength, Ripeness, Trust
from standstill.talks.solution import Model

SIDES = ("North", "South")
DILEMMA = {"temptation": 3.0, "reward": 2.0, "punishment": 0.0, "sucker": -1.0}


def both(**values: float) -> dict[str, tuple[float, float]]:
    """Return the same number for both sides under each name."""
    return {name: (value, value) for name, value in values.items()}


def offers(**inputs) -> AlternatingOffers:
    return AlternatingOffers(**({"sides": SIDES, "patience": (0.9, 0.8), "opener": "North"} | inputs))


def finite(rounds: int, **inputs) -> FiniteOffers:
    return FiniteOffers(**({"sides": SIDES, "patience": (0.9, 0.8), "rounds": rounds, "opener": "North"} | inputs))


def fighting(**inputs) -> FightingWhileBargaining:
    given = {"sides": SIDES, "flow": 1.0, "present": 0.3, "patience": (0.9, 0.9), "striker": "North"}
    return FightingWhileBargaining(**(given | inputs))


def crisis(**inputs) -> CrisisRange:
    return CrisisRange(**({"sides": SIDES, "p": 0.5, "costs": (0.1, 0.2), "opener": "North"} | inputs))


def unknown(**inputs) -> UnknownCost:
    return UnknownCost(**({"sides": SIDES, "p": 0.5, "cost": 0.1, "limit": 0.6, "opener": "North"} | inputs))


def two_costs(chance: float, **inputs) -> TwoCosts:
    given = {"sides": SIDES, "p": 0.5, "cost": 0.1, "low": 0.1, "high": 0.4, "chance": chance, "opener": "North"}
    return TwoCosts(**(given | inputs))


def screening(chance: float, **inputs) -> Screening:
    given = {"sides": SIDES, "low": 1.0, "high": 3.0, "patience": 0.8, "chance": chance, "asks": "North"}
    return Screening(**(given | inputs))


def shift(p_later: float, later_opener: str = "South", **inputs) -> PowerShift:
    given = {"sides": SIDES, "p_now": 0.8, "costs": (0.1, 0.1), "patience": 0.9, "declining": "North"}
    return PowerShift(**(given | {"p_later": p_later, "later_opener": later_opener} | inputs))


def attrition(rate: float = 0.1, **inputs) -> WarOfAttrition:
    return WarOfAttrition(**({"sides": SIDES} | both(rates=rate, high=2.0, low=1.0, waiting=0.5) | inputs))


def lagged(rate: float, **inputs) -> DetectionLag:
    given = both(temptation=2.0, reward=1.0, punishment=0.0, lag=2.0)
    return DetectionLag(**({"sides": SIDES, "rates": (0.1, rate)} | given | inputs))


def audience(cost: float, **inputs) -> AudienceCost:
    return AudienceCost(**({"sides": SIDES, **DILEMMA, "patience": 0.2, "cost": cost, "committed": "North"} | inputs))


def dispute(left: float, odds: float, protocol: str, p: float = 0.9) -> PrivateStrength:
    return PrivateStrength(sides=SIDES, chance=odds / (1 + odds), left=left, p=p, protocol=protocol)


def adviser(bias: float, **inputs) -> BiasedMediator:
    given = {"sides": SIDES, "dislike": 1.0, "risk": 0.1, "high": 0.9, "low": 0.6, "p": 0.5, "cost": 0.1}
    return BiasedMediator(**(given | {"bias": bias, "chance": 0.5, "advised": "North"} | inputs))


def trust(trust: tuple[float, float], reassurance: tuple[float, float] | None = None, **inputs) -> Trust:
    given = both(reward=1.0, temptation=0.5, punishment=0.0, sucker=-0.5)
    return Trust(**({"sides": SIDES, "trust": trust, "reassurance": reassurance} | given | inputs))


def ripeness(**inputs) -> Ripeness:
    given = {"agree": (1.0, 2.0), "fight": (0.0, 1.0), "ahead": (-1.0, 0.5), "window_low": 0.6, "window_high": 1.25}
    return Ripeness(**({"sides": SIDES} | given | inputs))


EXAMPLES: dict[str, Model] = {
    "B1": offers(),
    "B1-other-opens": offers(opener="South"),
    "B1-no-patience": offers(patience=(0.0, 0.0)),
    "B1-continuous": ContinuousOffers(sides=SIDES, rates=(0.05, 0.10)),
    "B1-finite-1": finite(1),
    "B1-finite-6": finite(6),
    "B1-finite-other-opens": finite(5, opener="South"),
    "B2": InsideOptions(sides=SIDES, inside=(0.2, 0.4), rates=(1.0, 1.0)),
    "B2-unequal": InsideOptions(sides=SIDES, inside=(0.5, 0.1), rates=(1.0, 3.0)),
    "B3": fighting(),
    "B3-other-strikes": fighting(striker="South", patience=(0.95, 0.8)),
    "B3-threat-not-believed": fighting(present=0.8, patience=(0.5, 0.6)),
    "B3-payer-less-patient": fighting(patience=(0.9, 0.8)),
    "B4-range": crisis(),
    "B4-range-other-opens": crisis(opener="South"),
    "B4-range-at-the-edge": crisis(p=0.95),
    "B4-uniform": unknown(),
    "B4-uniform-at-the-edge": unknown(p=0.9),
    "B4-uniform-no-risk": unknown(cost=0.7, opener="South"),
    "B4-types-tough": two_costs(0.5),
    "B4-types-safe": two_costs(0.3),
    "B4-types-at-the-edge": two_costs(0.9, p=0.8, opener="South"),
    "B5-high": screening(0.5),
    "B5-middle": screening(0.34),
    "B5-low": screening(0.3),
    "B5-surely-high": screening(1.0),
    "B5-surely-low": screening(0.0),
    "B5-no-patience": screening(0.5, patience=0.0),
    "B6-fights": shift(0.4),
    "B6-settles": shift(0.78),
    "B6-fights-other": shift(0.4, "North"),
    "B6-settles-other": shift(0.6, "North"),
    "B6-nothing-offered": shift(0.78, "North"),
    "B6-never": shift(0.1, "North", p_now=0.2, patience=0.5, declining="South"),
    "B7-delay": attrition(),
    "B7-delay-unequal": attrition(rates=(0.1, 0.2), high=(2.0, 3.0), waiting=(0.5, 0.1)),
    "B7-lag-kept": lagged(0.3),
    "B7-lag-not-kept": lagged(0.4),
    "B8-holds": audience(0.6),
    "B8-does-not": audience(0.4),
    "B8-needs-none": audience(0.0, patience=0.5, committed="South"),
    **{
        f"M1-{protocol}-{left}-{odds}": dispute(left, odds, protocol)
        for protocol in PROTOCOLS
        for left, odds in (
            (0.8, 1.65), (0.8, 0.8), (0.8, 2.5), (0.7, 0.3), (0.7, 0.5), (0.7, 0.6), (0.6, 0.05), (0.6, 0.18),
            (0.5, 0.1),
        )
    },
    "M2-believed": adviser(0.4),
    "M2-not-believed": adviser(0.38),
    "M2-not-believed-bold": adviser(0.38, chance=0.9),
    "M2-never": adviser(0.4, risk=0.9, advised="South"),
    "M3-holds": trust((0.6, 0.7)),
    "M3-does-not": trust((0.6, 0.4)),
    "M3-reassured": trust((0.3, 0.3), (0.4, 0.4)),
    "M3-not-reassured": trust((0.3, 0.3), (0.4, 1.0)),
    "M3-one-sure": trust((1.0, 0.6), (0.0, 0.0)),
    "M4-ripe": ripeness(),
    "M4-not-ripe": ripeness(agree=(0.0, 2.0), ahead=(0.0, 1.0), window_low=1.0, window_high=1.0),
}  # fmt: skip
"""Every model, and every kind of answer it gives."""

GAMES = {name: model for name, model in EXAMPLES.items() if model.code != "M4"}


def reversed_order(model: Model) -> Model:
    """Return the same situation with the sides named in the other order."""
    changes: dict[str, object] = {"sides": model.sides[::-1]}
    for item in fields(model):
        value = getattr(model, item.name)
        if isinstance(value, tuple):
            changes[item.name] = value[::-1]
    if isinstance(model, CrisisRange):
        # p is that of the first side
        changes["p"] = 1.0 - model.p
    return replace(model, **changes)


def exchanged(model: Model) -> Model:
    """Return the situation in which each side is what the other was."""
    one, two = model.sides
    other = {one: two, two: one}
    named = {
        item.name: other[getattr(model, item.name)]
        for item in fields(model)
        if isinstance(getattr(model, item.name), str) and getattr(model, item.name) in other
    }
    return replace(model, sides=(two, one), **named)


def exchanged_words(text: str, sides: tuple[str, str]) -> str:
    """Return a text with the names of the sides exchanged."""
    one, two = sides
    return text.replace(one, "\0").replace(two, one).replace("\0", two)


# ------------------------------------------------------------------------------------------------- random inputs


def number(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False).map(lambda value: round(value, 6))


def pair(low: float, high: float) -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(number(low, high), number(low, high))


side = st.sampled_from(SIDES)
share = number(0.0, 1.0)
inner = number(0.01, 0.99)
patience = number(0.0, 0.99)


@st.composite
def rising(draw, count: int, low: float = -2.0, step: float = 0.1) -> list[float]:
    """Return numbers from low to high, each at least a step above the one before."""
    value, found = draw(number(low, 2.0)), []
    for _ in range(count):
        found.append(value)
        value += draw(number(step, 2.0))
    return found


@st.composite
def pairs(draw, *names: str, low: float = -2.0) -> dict[str, tuple[float, float]]:
    """Return a rising set of payoffs for each side under some names, least first."""
    one, two = draw(rising(len(names), low)), draw(rising(len(names), low))
    return dict(zip(names, zip(one, two, strict=True), strict=True))


@st.composite
def inside_options(draw) -> InsideOptions:
    total, split = draw(number(0.0, 0.95)), draw(share)
    inside = (total * split, total * (1 - split))
    return InsideOptions(sides=SIDES, inside=inside, rates=draw(pair(0.01, 2.0)))


@st.composite
def wars_of_attrition(draw) -> WarOfAttrition:
    return WarOfAttrition(
        sides=SIDES, rates=draw(pair(0.01, 1.0)), waiting=draw(pair(0.1, 2.0)), **draw(pairs("low", "high", low=0.0))
    )


@st.composite
def demands(draw, kind: type[Model]) -> Model:
    low, high = draw(rising(2, 0.05))
    given = {"p": draw(share), "cost": draw(number(0.01, 1.0)), "opener": draw(side)}
    if kind is UnknownCost:
        return UnknownCost(sides=SIDES, limit=high / 4, **given)
    return TwoCosts(sides=SIDES, low=low / 4, high=high / 4, chance=draw(share), **given)


@st.composite
def screenings(draw) -> Screening:
    low, high = draw(rising(2, 0.1))
    return Screening(sides=SIDES, low=low, high=high, patience=draw(patience), chance=draw(share), asks=draw(side))


@st.composite
def shifts(draw) -> PowerShift:
    now = draw(share)
    return PowerShift(
        sides=SIDES, p_now=now, p_later=now * draw(share), costs=draw(pair(0.01, 0.5)), patience=draw(inner),
        declining=draw(side), later_opener=draw(side),
    )  # fmt: skip


@st.composite
def audiences(draw) -> AudienceCost:
    payoffs = dict(zip(("sucker", "punishment", "reward", "temptation"), draw(rising(4)), strict=True))
    return AudienceCost(
        sides=SIDES, **payoffs, patience=draw(patience), cost=draw(number(0.0, 2.0)), committed=draw(side)
    )


@st.composite
def advisers(draw) -> BiasedMediator:
    low, high = sorted((draw(share), draw(share)))
    return BiasedMediator(
        sides=SIDES, bias=draw(number(-1.0, 3.0)), dislike=draw(number(0.01, 1.0)), risk=draw(share),
        low=low / 2, high=0.51 + high * 0.49, p=draw(share), cost=draw(number(0.0, 0.5)), chance=draw(inner),
        advised=draw(side),
    )  # fmt: skip


@st.composite
def trusts(draw) -> Trust:
    one, two = (draw(pairs("sucker", "punishment")), draw(pairs("temptation", "reward")))
    reassurance = draw(st.none() | pair(0.0, 1.0))
    return Trust(sides=SIDES, trust=draw(pair(0.01, 1.0)), reassurance=reassurance, **one, **two)


@st.composite
def disputes(draw, protocol: str | None = None) -> PrivateStrength:
    return PrivateStrength(
        sides=SIDES, chance=draw(inner), left=draw(number(0.05, 0.95)), p=draw(number(0.5, 1.0)),
        protocol=protocol or draw(st.sampled_from(list(PROTOCOLS))),
    )  # fmt: skip


RANDOM: dict[str, st.SearchStrategy[Model]] = {
    "B1": st.builds(offers, patience=pair(0.0, 0.99), opener=side),
    "B1-continuous": st.builds(ContinuousOffers, sides=st.just(SIDES), rates=pair(0.01, 2.0)),
    "B1-finite": st.builds(finite, st.integers(1, 7), patience=pair(0.0, 0.99), opener=side),
    "B2": inside_options(),
    "B3": st.builds(fighting, present=number(0.0, 0.95), patience=pair(0.0, 0.99), striker=side),
    "B4-range": st.builds(crisis, p=share, costs=pair(0.01, 1.0), opener=side),
    "B4-uniform": demands(UnknownCost),
    "B4-types": demands(TwoCosts),
    "B5": screenings(),
    "B6": shifts(),
    "B7-delay": wars_of_attrition(),
    "B7-lag": st.builds(
        lambda rates, lag, payoffs: DetectionLag(sides=SIDES, rates=rates, lag=lag, **payoffs),
        pair(0.01, 1.0), pair(0.1, 3.0), pairs("punishment", "reward", "temptation"),
    ),
    "B8": audiences(),
    "M1": disputes(),
    "M2": advisers(),
    "M3": trusts(),
}  # fmt: skip
"""Code -> random inputs of the model."""

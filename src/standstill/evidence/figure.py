"""Figures: the numbers of a scenario, each with a unit, a distribution, and who says so.

No bare numbers: a figure names the claims behind it, or says "judgement, because ...", or both. This file knows
claims and distributions, and nothing of the scenario that a figure belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from standstill.errors import Faults
from standstill.evidence.claim import Claim, find_claims
from standstill.evidence.distribution import Distribution, Fixed, Mixture, Uniform
from standstill.units import convert, dimension

__all__ = ["Figure", "from_claims"]

_LEAD = re.compile(r"^(judgement,?\s*)?(because\b,?\s*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a scenario: its distribution, and the claims or the judgement behind it.

    Raises
    ------
    InputError
        If the unit is unknown, or there is neither a claim nor a judgement; every fault is listed.

    Examples
    --------
    >>> figure = Figure(
    ...     path="sides.north.crews", unit="crews", distribution=Uniform(low=20.0, high=40.0),
    ...     judgement="no count is public",
    ... )
    >>> figure.value_text, figure.reason
    ('uniform 20 to 40 crews', 'judgement, because no count is public')
    """

    path: str
    """Dotted path in the scenario; also the key of the figure's draws."""
    unit: str
    """Unit of the distribution; empty for a plain share."""
    distribution: Distribution
    """What is known of the value; ``Fixed`` if one value is taken."""
    claims: tuple[str, ...] = ()
    """Ids of the claims behind it."""
    judgement: str = ""
    """Why the authors chose it, where no claim states it: the words after "judgement, because"."""
    note: str = ""
    """Anything a reader should know."""

    def __post_init__(self) -> None:
        faults = Faults(source=f"figure {self.path}")
        try:
            dimension(self.unit)
        except ValueError:
            faults.add(f"{self.path}.unit", "be a known unit", self.unit)
        if not self.claims and not _because(self.judgement):
            hint = 'name the claims behind it (claims = ["ID"]), or write judgement = "because ..."'
            faults.add(self.path, "name a claim or give a judgement", hint=hint)
        faults.raise_if_any()

    @classmethod
    def of(
        cls,
        *,
        path: str,
        unit: str,
        known: Mapping[str, Claim],
        claims: Sequence[str] = (),
        distribution: Distribution | None = None,
        judgement: str = "",
        note: str = "",
    ) -> Figure:
        """Return the figure of a scenario's entry: without a distribution, its claims give one by ``from_claims``.

        Raises
        ------
        InputError
            If a claim is unknown, the claims give no distribution, or ``Figure`` refuses; every fault is listed.
        """
        faults = Faults(source=f"figure {path}")
        found = find_claims(claims, known, faults, path)
        if distribution is None and not claims:
            faults.add(path, "have a value, a range, a distribution or claims")
        faults.raise_if_any()
        drawn = distribution or from_claims([known[name] for name in found], unit, place=path)
        return cls(path=path, unit=unit, distribution=drawn, claims=found, judgement=judgement, note=note)

    @property
    def value_text(self) -> str:
        """Distribution in words, with its unit."""
        return self.distribution.describe(self.unit)

    @property
    def reason(self) -> str:
        """The judgement as a sentence; empty if there is none."""
        return f"judgement, because {_because(self.judgement)}" if _because(self.judgement) else ""

    @property
    def is_fixed(self) -> bool:
        """Whether it has one value; otherwise the value is drawn anew for each sample."""
        return self.low == self.high

    @property
    def low(self) -> float:
        """Least value, or the 10th percentile where there is none."""
        return self.distribution.span[0]

    @property
    def high(self) -> float:
        """Greatest value, or the 90th percentile where there is none."""
        return self.distribution.span[1]

    @property
    def median(self) -> float:
        """Median."""
        return self.distribution.median

    @property
    def mean(self) -> float:
        """Mean."""
        return self.distribution.expected


def from_claims(claims: Sequence[Claim], unit: str, *, place: str = "claims") -> Distribution:
    """Return the distribution that claims state together, in ``unit``.

    One exact value is ``Fixed``; one range is ``Uniform``; several claims are a ``Mixture`` of equal weights, one part
    for each claim, so that disagreement widens the answer.

    Raises
    ------
    InputError
        If there is no claim, or one has no value, only one end, or a unit of another dimension; all are listed.

    Examples
    --------
    >>> def said(name, value):
    ...     return Claim(id=name, statement="Repaired by winter.", value=Value.parse(value), unit="GW", speaker="paper",
    ...                  via=("paper",), date="2024-07", stance="estimates", grade="M")
    >>> from standstill.evidence.claim import Value
    >>> from_claims([said("repair", "2 to 3")], "MW")
    Uniform(low=2000.0, high=3000.0)
    >>> from_claims([said("repair", "2 to 3"), said("repair-other", "1.5")], "GW").describe("GW")
    'equally likely: uniform 2 to 3 GW; 1.5 GW'
    """
    faults = Faults(source="claims")
    if not claims:
        faults.add(place, "have at least one claim")
    parts = [part for claim in claims if (part := _part(claim, unit, place, faults)) is not None]
    faults.raise_if_any()
    return parts[0] if len(parts) == 1 else Mixture(parts=tuple(parts))


def _part(claim: Claim, unit: str, place: str, faults: Faults) -> Distribution | None:
    """Return what one claim states, or none after noting why it states no distribution."""
    hint = "state a distribution with the figure; the claim is then what backs it"
    if claim.value is None or claim.value.low is None or claim.value.high is None:
        must = f"be given as a value or a distribution: its claim {claim.id} states {claim.value_text or 'no number'}"
        faults.add(place, must, hint=hint)
        return None
    try:
        low, high = (convert(end, claim.unit, unit) for end in (claim.value.low, claim.value.high))
    except ValueError:
        faults.add(place, f"have a unit like that of {claim.id} ({claim.unit or 'a share'})", unit, hint)
        return None
    return Fixed(value=low) if low == high else Uniform(low=low, high=high)


def _because(judgement: str) -> str:
    """Return the reason alone, without a leading "judgement," or "because"."""
    return _LEAD.sub("", judgement.strip())

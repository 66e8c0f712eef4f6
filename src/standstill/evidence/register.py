"""The register: every figure of a scenario with who says so, what is denied, and what is the authors' judgement.

It reports what was said, never who is right. It knows figures and claims, and nothing of the model.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

from standstill.errors import Fault, Faults
from standstill.evidence.claim import Claim, find_claims
from standstill.evidence.figure import Figure
from standstill.units import convert, dimension

__all__ = ["Denial", "Register", "RegisterRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One line of the register: a figure and one claim behind it, a figure without claims, or a claim without figure.

    Every field is text, ready to print; empty where there is nothing.
    """

    figure: str
    """Dotted path of the figure; empty for a claim that no figure uses."""
    value: str
    """Value or distribution of the figure, with its unit."""
    unit: str
    """Unit of the figure, or of the claim where there is no figure."""
    claim: str
    """Id of the claim; empty for a judgement."""
    statement: str
    """What was said."""
    said: str
    """The number said, with its unit."""
    who: str
    """Speaker, with the role in brackets."""
    side: str
    """Name of the side the speaker speaks for."""
    via: str
    """Independent outlets joined by "; ", each with its relays."""
    when: str
    """Date as written."""
    known_from: str
    """First day on which the claim may be used, as YYYY-MM-DD."""
    stance: str
    """Stance of the claim."""
    quoted: str
    """"quote" or "paraphrase"."""
    grade: str
    """Grade of the claim."""
    denies: tuple[str, ...]
    """Ids of the claims that this one denies."""
    denied_by: tuple[str, ...]
    """Ids of the claims that deny this one."""
    judgement: str
    """The authors' reason, as "judgement, because ..."."""
    flag: str
    """How the figure compares with its claims, as ``Register.flag`` says."""
    note: str
    """Anything else a reader should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A claim and a claim that it denies."""

    claim: Claim
    """The claim that denies."""
    denied: Claim
    """The claim denied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Figures and claims of a scenario as of one day.

    Examples
    --------
    >>> from standstill.evidence.distribution import Uniform
    >>> crews = Figure(path="north.crews", unit="crews", distribution=Uniform(low=2, high=4), judgement="no count")
    >>> register = Register(figures=(crews,), claims={}, as_of=datetime.date(2024, 8, 17))
    >>> register.check()
    >>> [(row.figure, row.value, row.judgement) for row in register.rows()]
    [('north.crews', 'uniform 2 to 4 crews', 'judgement, because no count')]
    """

    figures: tuple[Figure, ...]
    """Figures in the order of the scenario."""
    claims: Mapping[str, Claim]
    """Claims by id, in the order of the file."""
    as_of: datetime.date
    """Only what was known on or before this day is used."""

    def check(self, as_of: datetime.date | None = None, *, source: str = "the register") -> None:
        """Refuse a register that cannot be as of a day.

        Parameters
        ----------
        as_of: date, optional
            Another day than the register's own.
        source: str
            What the message says the faults are in.

        Raises
        ------
        InputError
            If a claim became known later, a figure names an unknown claim or one of another dimension without a
            judgement that says how it follows, a denial names an unknown claim, or two figures share a path; every
            fault is listed.
        """
        faults = Faults(source=source)
        faults.items += self.faults(as_of)
        faults.raise_if_any()

    def faults(self, as_of: datetime.date | None = None) -> tuple[Fault, ...]:
        """Return what ``check`` would raise, for a caller that collects faults from elsewhere too."""
        faults = Faults(source="the register")
        seen: set[str] = set()
        for figure in self.figures:
            if figure.path in seen:
                faults.add(figure.path, "be given once")
            seen.add(figure.path)
            for name in find_claims(figure.claims, self.claims, faults, figure.path):
                _check_dimension(figure, self.claims[name], faults)
        for claim in self.claims.values():
            self._check_time(claim, as_of or self.as_of, faults)
            find_claims(claim.denies, self.claims, faults, f"claims.{claim.id}.denies")
        return tuple(faults.items)

    def _check_time(self, claim: Claim, as_of: datetime.date, faults: Faults) -> None:
        if claim.known_from <= as_of:
            return
        users = [figure.path for figure in self.figures if claim.id in figure.claims]
        used = f"; used by {', '.join(users)}" if users else ""
        fault = Fault(
            place=f"claims.{claim.id}",
            must=f"be known on or before as_of {as_of}",
            got=f"a claim of {claim.date}, known from {claim.known_from}{used}",
            hint="leave the claim out or set a later as_of; where a partial date hides an earlier day, set known_by",
        )
        faults.items.append(fault)

    def rows(self) -> list[RegisterRow]:
        """Return one row for each figure and claim behind it, and one for each figure that rests on judgement alone."""
        denied_by = self._denied_by()
        return [
            _row(figure, claim, flag, denied_by)
            for figure in self.figures
            for flag in [self.flag(figure)]
            for claim in (self._claims_of(figure) or (None,))
        ]

    def unused_rows(self) -> list[RegisterRow]:
        """Return one row for each claim that no figure uses: said, not used."""
        denied_by = self._denied_by()
        return [_row(None, claim, "", denied_by) for claim in self.unused_claims()]

    def unused_claims(self) -> tuple[Claim, ...]:
        """Return the claims that no figure uses, in the order of the file."""
        used = {name for figure in self.figures for name in figure.claims}
        return tuple(claim for claim in self.claims.values() if claim.id not in used)

    def judgements(self) -> tuple[Figure, ...]:
        """Return the figures that rest on the authors' judgement, wholly or in part."""
        return tuple(figure for figure in self.figures if figure.reason)

    def denials(self) -> tuple[Denial, ...]:
        """Return each pair of a claim and a claim that it denies."""
        return tuple(
            Denial(claim=claim, denied=self.claims[name])
            for claim in self.claims.values()
            for name in claim.denies
            if name in self.claims
        )

    def flag(self, figure: Figure) -> str:
        """Return how a figure compares with the values that its claims state.

        Returns
        -------
        str
            Empty when the figure's range lies within that of its claims, or they state no number; "derived from its
            claims" when one of them is in another dimension, so that numbers cannot be set side by side; otherwise
            "wider than its claims" or "differs from its claims".
        """
        stated = [claim for claim in self._claims_of(figure) if claim.value is not None]
        if any(dimension(claim.unit) != dimension(figure.unit) for claim in stated):
            return "derived from its claims"
        ends = [ends for claim in stated if (ends := _ends(claim, figure.unit)) is not None]
        if not ends:
            return ""
        low, high = min(end[0] for end in ends), max(end[1] for end in ends)
        slack = 1e-9 * max(abs(figure.low), abs(figure.high))
        is_above, is_below = figure.low >= low - slack, figure.high <= high + slack
        if is_above and is_below:
            return ""
        covers = figure.low <= low + slack and figure.high >= high - slack
        return "wider than its claims" if covers else "differs from its claims"

    def known_from(self, figure: Figure) -> datetime.date | None:
        """Return the day from which a figure could be had: that of its latest claim; none for a judgement alone."""
        return max((claim.known_from for claim in self._claims_of(figure)), default=None)

    def _claims_of(self, figure: Figure) -> tuple[Claim, ...]:
        return tuple(self.claims[name] for name in figure.claims if name in self.claims)

    def _denied_by(self) -> dict[str, tuple[str, ...]]:
        out: dict[str, tuple[str, ...]] = {}
        for denial in self.denials():
            out[denial.denied.id] = (*out.get(denial.denied.id, ()), denial.claim.id)
        return out


def _check_dimension(figure: Figure, claim: Claim, faults: Faults) -> None:
    """Note a claim in another dimension, unless the figure says how it follows from it."""
    if claim.value is None or dimension(claim.unit) == dimension(figure.unit) or figure.reason:
        return
    must = f"be in a unit of {dimension(claim.unit)}, as its claim {claim.id} is"
    hint = 'where a figure is derived from claims in other units, say how: judgement = "because ..."'
    faults.add(figure.path, must, figure.unit, hint)


def _ends(claim: Claim, unit: str) -> tuple[float, float] | None:
    """Return the ends of what a claim states, in ``unit``; none if it states no number."""
    if claim.value is None:
        return None
    low, high = claim.value.low, claim.value.high
    return (
        -math.inf if low is None else convert(low, claim.unit, unit),
        math.inf if high is None else convert(high, claim.unit, unit),
    )


def _row(
    figure: Figure | None, claim: Claim | None, flag: str, denied_by: Mapping[str, tuple[str, ...]]
) -> RegisterRow:
    said = {} if claim is None else _said(claim)
    return RegisterRow(
        figure=figure.path if figure else "",
        value=figure.value_text if figure else "",
        unit=figure.unit if figure else claim.unit if claim else "",
        claim=claim.id if claim else "",
        denies=claim.denies if claim else (),
        denied_by=denied_by.get(claim.id, ()) if claim else (),
        judgement=figure.reason if figure else "",
        flag=flag,
        note=figure.note if figure else "",
        **{name: said.get(name, "") for name in _SAID},
    )


_SAID = ("statement", "said", "who", "side", "via", "when", "known_from", "stance", "quoted", "grade")


def _said(claim: Claim) -> dict[str, str]:
    return {
        "statement": claim.statement,
        "said": claim.value_text,
        "who": claim.who,
        "side": claim.side,
        "via": "; ".join(claim.via),
        "when": claim.date,
        "known_from": claim.known_from.isoformat(),
        "stance": claim.stance,
        "quoted": "quote" if claim.quoted else "paraphrase",
        "grade": claim.grade,
    }

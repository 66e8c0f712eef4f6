"""Models of bargaining and mediation that a process file names: printed only where every input has a source.

Finds models by their code; knows nothing of what is in them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from standstill.errors import Fault, Faults, InputError
from standstill.model.talks import ModelUse
from standstill.talks import bargaining, mediation
from standstill.talks.answer import listed
from standstill.talks.solution import Solution, Sourced

__all__ = ["ModelAnswer", "model_answers"]

MODELS = {**bargaining.MODELS, **mediation.MODELS}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAnswer:
    """What one model says, or why it is not printed."""

    code: str
    """Its code, such as "B1"."""
    title: str
    """What it is, in a few words."""
    solution: Solution | None
    """Its answer; None if it may not be printed."""
    reason: str
    """Why it is not printed."""
    sources: dict[str, str]
    """Input -> claim, or "set by the user"."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: null with a reason where it may not be printed."""
        solution = self.solution.as_dict() if self.solution else None
        return {"model": self.code, "title": self.title, "solution": solution, "reason": self.reason} | {
            "sources": self.sources
        }


def model_answers(uses: Sequence[ModelUse], sides: tuple[str, ...], claims: Collection[str]) -> tuple[ModelAnswer, ...]:
    """Return the answer of each model named, with who is behind each input.

    Raises
    ------
    InputError
        If a model is unknown or an input is wrong; every fault is listed.
    """
    faults = Faults(source="models of the talks")
    answers = []
    for use in uses:
        try:
            answers.append(_answer(use, sides, claims))
        except InputError as error:
            faults.items += [
                Fault(place=f"model {use.code}: {item.place}", must=item.must, got=item.got, hint=item.hint)
                for item in error.faults
            ]
    faults.raise_if_any()
    return tuple(answers)


def _answer(use: ModelUse, sides: tuple[str, ...], claims: Collection[str]) -> ModelAnswer:
    model = MODELS.get(use.code)
    if model is None:
        must = f"be one of {', '.join(MODELS)}"
        raise InputError("models", (Fault(place="code", must=must, got=repr(use.code)),))
    names = (sides[0], sides[1])
    try:
        sourced = Sourced(model=model(sides=names, **use.inputs), sources=use.sources)
    except TypeError as error:
        raise InputError("models", (Fault(place="inputs", must=f"be those of the model ({error})"),)) from None
    lacking = sourced.lacking(claims)
    title = (model.__doc__ or "").partition("\n")[0].rstrip(".")
    return ModelAnswer(
        code=use.code,
        title=title,
        solution=None if lacking else sourced.model.solve(),
        reason=f"no claim and no word of the user is behind {listed(lacking)}" if lacking else "",
        sources=dict(use.sources),
    )

"""The answer of ``talks``: where they stand, the winter given them, and the stakes, as far as each is known.

Only puts together; each part is worked out in a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from standstill.model.scenario import Scenario
from standstill.talks.models_used import ModelAnswer, model_answers
from standstill.talks.run_stakes import RunStakes
from standstill.talks.standing import Standing
from standstill.talks.winter import WinterGivenTalks

__all__ = ["NO_RUN", "Position", "models_of"]

NO_RUN = "no finished run was found; run the scenario first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What can be said of the talks of a scenario."""

    scenario: str
    """Name of the scenario."""
    version: str
    """Version of Standstill."""
    standing: Standing
    """Where the talks stand."""
    winter: WinterGivenTalks | None
    """The winter given the talks; None without a run."""
    stakes: RunStakes | None
    """What is at stake for each side; None without a run of two sides."""
    models: tuple[ModelAnswer, ...] = ()
    """Answers of the models of bargaining and mediation that the process file names."""
    reason: str = ""
    """Why there is no winter and no stakes."""

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form: null with a reason where nothing is known."""
        missing = {"value": None, "reason": self.reason or NO_RUN}
        return {
            "schema": 1,
            "version": self.version,
            "scenario": self.scenario,
            **self.standing.as_dict(),
            "winter": self.winter.as_dict() if self.winter else missing,
            "stakes": self.stakes.as_dict() if self.stakes else missing,
            "models": [item.as_dict() for item in self.models],
        }


def models_of(scenario: Scenario) -> tuple[ModelAnswer, ...]:
    """Return the answers of the models that a scenario's process file names.

    Raises
    ------
    InputError
        If a model is unknown or an input is wrong; every fault is listed.
    """
    talks = scenario.talks
    if talks is None or not talks.models:
        return ()
    claims = scenario.register.claims if scenario.register else {}
    return model_answers(talks.models, talks.process.parties, claims)

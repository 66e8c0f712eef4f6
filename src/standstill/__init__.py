"""Standstill: what it would be worth to stop striking energy systems, and whether that can be agreed and kept.

Importing the package imports nothing heavy; each name below is loaded when it is first used. Verbs: ``check``,
``assess``, ``run``, ``compare``, ``talks``, ``terms``, ``decide``, ``backtest``, ``report``, ``plot``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from standstill.api import (
        assess,
        backtest,
        check,
        compare,
        convert,
        credit,
        decide,
        plot,
        report,
        run,
        talks,
        terms,
    )
    from standstill.errors import FormatError, InputError, OutputError, StandstillError
    from standstill.estimate import Estimate
    from standstill.evidence import Claim, Figure, Register
    from standstill.evidence.observation import Observation
    from standstill.formats.converted import Converted
    from standstill.formats.matpower import read_matpower
    from standstill.formats.pras import read_pras, write_pras
    from standstill.formats.pypsa import read_pypsa
    from standstill.formats.registry import read_system
    from standstill.formats.rts_gmlc import read_rts_gmlc
    from standstill.model.outage import OutageRate
    from standstill.model.scenario import Scenario, Side
    from standstill.model.system import System
    from standstill.model.terms import Arm, Terms
    from standstill.scenario import list_scenarios, load_scenario
    from standstill.studies.assessment import Assessment
    from standstill.studies.backtest import Backtest
    from standstill.studies.compare import Comparison
    from standstill.studies.credit import Credit
    from standstill.studies.decisions import Decisions
    from standstill.studies.run import Run
    from standstill.studies.step_results import StepResult
    from standstill.talks.position import Position
    from standstill.talks.run_stakes import UserSet
    from standstill.talks.terms_gaps import TermsGaps

__all__ = [
    "Arm",
    "Assessment",
    "Backtest",
    "Claim",
    "Comparison",
    "Converted",
    "Credit",
    "Decisions",
    "Estimate",
    "Figure",
    "FormatError",
    "InputError",
    "Observation",
    "OutageRate",
    "OutputError",
    "Position",
    "Register",
    "Run",
    "Scenario",
    "Side",
    "StandstillError",
    "StepResult",
    "System",
    "Terms",
    "TermsGaps",
    "UserSet",
    "__version__",
    "assess",
    "backtest",
    "check",
    "compare",
    "convert",
    "credit",
    "decide",
    "list_scenarios",
    "load_scenario",
    "plot",
    "read_matpower",
    "read_pras",
    "read_pypsa",
    "read_rts_gmlc",
    "read_system",
    "report",
    "run",
    "talks",
    "terms",
    "write_pras",
]
__version__ = "0.1.0"

_HOMES = {
    "api": (
        "assess",
        "backtest",
        "check",
        "compare",
        "convert",
        "credit",
        "decide",
        "plot",
        "report",
        "run",
        "talks",
        "terms",
    ),
    "errors": ("FormatError", "InputError", "OutputError", "StandstillError"),
    "estimate": ("Estimate",),
    "evidence": ("Claim", "Figure", "Register"),
    "evidence.observation": ("Observation",),
    "formats.converted": ("Converted",),
    "formats.matpower": ("read_matpower",),
    "formats.pras": ("read_pras", "write_pras"),
    "formats.pypsa": ("read_pypsa",),
    "formats.rts_gmlc": ("read_rts_gmlc",),
    "formats.registry": ("read_system",),
    "model.outage": ("OutageRate",),
    "model.scenario": ("Scenario", "Side"),
    "model.system": ("System",),
    "model.terms": ("Arm", "Terms"),
    "scenario": ("list_scenarios", "load_scenario"),
    "studies.assessment": ("Assessment",),
    "studies.backtest": ("Backtest",),
    "studies.compare": ("Comparison",),
    "studies.credit": ("Credit",),
    "studies.decisions": ("Decisions",),
    "studies.run": ("Run",),
    "studies.step_results": ("StepResult",),
    "talks.position": ("Position",),
    "talks.run_stakes": ("UserSet",),
    "talks.terms_gaps": ("TermsGaps",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a name from its home on first use."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names, loaded or not."""
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Keeps ``standstill.report`` the verb when Python, having imported the folder of that name, would set it."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _HOMES["api"] and isinstance(value, ModuleType):
            return
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package

"""``claims``: the register of a scenario, as a table and as JSON. It says who said what, never who is right."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from standstill.cli.options import Json, ScenarioName, Settings, check_json
from standstill.cli.output import data_lines, data_result, data_table

if TYPE_CHECKING:
    from standstill.evidence import Register, RegisterRow
    from standstill.model.scenario import Scenario

__all__ = ["claims"]

_HEADER = ("figure", "value", "claim", "said", "who", "through", "when", "stance", "grade", "denials", "judgement")


def claims(scenario: ScenarioName, settings: Settings = None, json: Json = None) -> None:
    """Print the register: who says what.

    Each figure with its value, who says so, through whom, when, with what stance and grade, which claims deny which,
    and which figures are the authors' own judgement.
    """
    from standstill.api.given import find_scenario

    check_json(json)
    loaded = find_scenario(scenario, settings or ())
    data_result(json, lambda: _register_data(loaded), lambda: _print_register(loaded))


def _register_data(scenario: Scenario) -> dict[str, Any]:
    register = scenario.register
    return {
        "schema": 1,
        "scenario": scenario.name,
        "as_of": scenario.as_of.isoformat() if scenario.as_of else None,
        "figures": [asdict(row) for row in register.rows()] if register else [],
        "not_used": [asdict(row) for row in register.unused_rows()] if register else [],
        "denials": [
            {"claim": denial.claim.id, "denies": denial.denied.id}
            for denial in (register.denials() if register else ())
        ],
    }


def _print_register(scenario: Scenario) -> None:
    # figures first, then claims that no figure uses, then which claims deny which
    register = scenario.register
    if register is None or not (register.figures or register.claims):
        data_lines([f"{scenario.name} has no figures with claims or judgements"])
        return
    rows = [*register.rows(), *register.unused_rows()]
    title = f"{scenario.name}, as of {scenario.as_of or 'no date'}"
    data_table(_HEADER, [_cells(row) for row in rows], title=title, is_said=True)
    data_lines(_denials(register))


def _cells(row: RegisterRow) -> tuple[str, ...]:
    denials = [f"denies {name}" for name in row.denies] + [f"denied by {name}" for name in row.denied_by]
    said = " ".join(part for part in (row.statement, f"[{row.said}]" if row.said else "") if part)
    judgement = "; ".join(part for part in (row.judgement, row.flag, row.note) if part)
    return (
        row.figure or "(not used)", row.value, row.claim, said, row.who, row.via, row.when,
        f"{row.stance} ({row.quoted})" if row.stance else "", row.grade, "; ".join(denials), judgement,
    )  # fmt: skip


def _denials(register: Register) -> list[str]:
    return [
        f"{denial.claim.id}, by {denial.claim.who}, denies {denial.denied.id}, by {denial.denied.who}"
        for denial in register.denials()
    ]

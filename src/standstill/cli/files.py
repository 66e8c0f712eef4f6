"""``check``, ``scenarios`` and ``new``: the files that a scenario is written in. Nothing here simulates."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from standstill.cli.options import Json, Settings, check_json
from standstill.cli.output import data_lines, data_result, data_table, message, system_text
from standstill.units import count_text

if TYPE_CHECKING:
    from standstill.model.scenario import Scenario

__all__ = ["check", "new", "scenarios"]


def check(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO", help="A scenario (built in or TOML), or a system: a file or folder of a known format."
        ),
    ],
    settings: Settings = None,
) -> None:
    """Load a scenario or a system, list every fault, stop.

    Of a system of another tool it says what is in it and what did not carry over.
    """
    from standstill import api
    from standstill.formats.converted import Converted

    loaded = api.check(scenario, settings=settings or ())
    if isinstance(loaded, Converted):
        data_lines([f"{scenario}: no fault found; {system_text(loaded.system)}"])
        if loaded.left_out:
            data_lines([f"what did not carry over as it was: {'; '.join(loaded.left_out)}"])
        return
    data_lines([f"{scenario}: no fault found", *_contents(loaded)])


def _contents(scenario: Scenario) -> list[str]:
    register = scenario.register
    figures = register.figures if register else ()
    drawn = sum(not figure.is_fixed for figure in figures)
    claims = len(register.claims) if register else 0
    judged = len(register.judgements()) if register else 0
    return [
        scenario.title,
        f"sides: {', '.join(side.name for side in scenario.sides)}",
        f"arms: {', '.join(arm.name for arm in scenario.arms)}",
        f"simulated from {scenario.simulate_from:%Y-%m-%d}, measured {scenario.measure_from:%Y-%m-%d} to "
        f"{scenario.measure_to:%Y-%m-%d}, as of {scenario.as_of or 'no date'}",
        f"{count_text(len(figures), 'figure')}, {drawn} of them uncertain, {judged} of them a judgement at least in "
        f"part; {count_text(claims, 'claim')}",
        *(f"set by the user: {setting}" for setting in scenario.settings),
    ]


def scenarios(json: Json = None) -> None:
    """List the built-in scenarios."""
    from standstill.scenario import list_scenarios

    check_json(json)
    rows = [(name, str(as_of or ""), title) for name, title, as_of in list_scenarios()]
    names = ("name", "as_of", "title")
    data = {"schema": 1, "scenarios": [dict(zip(names, row, strict=True)) for row in rows]}
    data_result(json, lambda: data, lambda: data_table(("scenario", "as of", "question"), rows))


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the scenario; it is written to NAME.toml.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="BUILTIN", help="Built-in scenario to copy, with the files that it names."),
    ] = None,
) -> None:
    """Write a scenario to begin with.

    A small one that explains each of its tables and runs in seconds, or a copy of a built-in one. Overwrites nothing.
    """
    from standstill.scenario import new_scenario

    data_lines([str(path) for path in new_scenario(name, source=source)])
    file = f"{name.removesuffix('.toml')}.toml"
    message(f"to go on: {shlex.join(['standstill', 'check', file])}")

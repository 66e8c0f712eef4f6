"""A small invented winter with two sides of different kinds, run once; every figure of it is made up."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from standstill.evidence.claim import Claim, Value
from standstill.evidence.distribution import Uniform
from standstill.evidence.figure import Figure
from standstill.evidence.register import Register
from standstill.model.campaign import Campaign, Curve, DamageState, Stream, Weapon
from standstill.model.repair import RepairTime
from standstill.model.scenario import Comparison, Scenario, Side
from standstill.model.system import Generators, Interfaces, Lines, Regions, System
from standstill.model.terms import Arm, Fixed, Terms
from standstill.report import write_report
from standstill.studies.run import Run, run_scenario
from standstill.studies.sampling import Sampling

START, MEASURE, END = dt.datetime(2024, 11, 20), dt.datetime(2024, 11, 23), dt.datetime(2024, 12, 14)
DAYS = (END - START).days
SAMPLES = 300


def figure(path: str, unit: str, low: float, high: float, *claims: str) -> Figure:
    judgement = "" if claims else "because it is invented"
    return Figure(path=path, unit=unit, distribution=Uniform(low=low, high=high), claims=claims, judgement=judgement)


def campaign(side: str, classes: tuple[str, ...], weapons: float) -> Campaign:
    weapon = Weapon(name="drone", count="poisson", mean=weapons, interception=0.5)
    rate = figure(f"{side}.stream.salvos.rate", "per day", 0.1, 0.5, "waves")
    states = (
        DamageState(name="extensive", probability=1.0, condition=0.0, time=RepairTime(kind="exponential", days=6.0)),
    )
    return Campaign(
        streams=(
            Stream(
                name="salvos", times="poisson", rate_per_day=rate, weapons=(weapon,), aim=dict.fromkeys(classes, 1.0)
            ),
        ),
        curves=(Curve(name="plant", states=states),),
        mapping=dict.fromkeys(classes, "plant"),
    )


def power(name: str) -> Side:
    """Return a side with a power system: a grid and two delivery areas behind lines."""
    steps = DAYS * 24
    hours = np.arange(steps) % 24
    load = np.zeros((3, steps))
    load[1:] = 450.0 + 100.0 * np.sin(hours / 24 * 2 * np.pi)
    system = System(
        name=f"power system of {name}", step_h=1.0, start=START, n_steps=steps, power_unit="MW", energy_unit="MWh",
        regions=Regions(names=("grid", "area-1", "area-2"), load=load, critical_share=(0.0, 0.4, 0.4)),
        interfaces=Interfaces(
            names=("to-1", "to-2"), region_from=(0, 0), region_to=(1, 2), forward=np.full((2, 1), 1e4),
            backward=np.zeros((2, 1)),
        ),
        lines=Lines(
            names=("a", "b", "c", "d"), classes=("substation",) * 4, interface=(0, 0, 1, 1),
            forward=np.full((4, 1), 400.0), backward=np.zeros((4, 1)), p_fail=np.zeros((4, 1)),
            p_repair=np.ones((4, 1)),
        ),
        generators=Generators(
            names=tuple(f"unit {place}" for place in range(6)), classes=("thermal",) * 6, region=(0,) * 6,
            capacity=np.full((6, 1), 220.0), p_fail=np.full((6, 1), 0.002), p_repair=np.full((6, 1), 0.02),
        ),
    )  # fmt: skip
    return Side(
        name=name,
        system=system,
        campaign=campaign(name, ("thermal", "substation"), 6.0),
        people=figure(f"{name}.people", "million people", 2.0, 4.0),
    )


def refining(name: str) -> Side:
    """Return a side with a refining system."""
    system = System(
        name=f"refining of {name}", step_h=24.0, start=START, n_steps=DAYS, power_unit="kb/d", energy_unit="kb",
        regions=Regions(names=("refining",), load=np.array([[1500.0]]), critical_share=(0.55,)),
        generators=Generators(
            names=tuple(f"unit {place}" for place in range(8)), classes=("refinery",) * 8, region=(0,) * 8,
            capacity=np.full((8, 1), 200.0), p_fail=np.full((8, 1), 0.01), p_repair=np.full((8, 1), 0.1),
        ),
    )  # fmt: skip
    return Side(name=name, system=system, campaign=campaign(name, ("refinery",), 4.0), caveat="Stocks are invented.")


def north() -> Side:
    return power("North")


def south() -> Side:
    return refining("South")


def claim(name: str, text: str, *, side: str, denies: tuple[str, ...] = ()) -> Claim:
    return Claim(
        id=name,
        statement=f'Claim "{name}" <as said> & printed.',
        value=Value.parse(text) if text else None,
        unit="per day" if text else "",
        speaker="ministry",
        role="official",
        side=side,
        via=("Paper > Relay", "Radio"),
        date="2024-10",
        stance="denies" if denies else "asserts",
        grade="H",
        denies=denies,
    )


def scenario(*sides: Side, powered: str = "North") -> Scenario:
    """Return the scenario of two sides, of which ``powered`` has the power system."""
    arms = (
        Arm(name="strikes", note="Both campaigns go on."),
        Arm(name="standstill", terms=Terms(window=Fixed(start=MEASURE, end=END)), note="Both keep it."),
    )
    figures = [
        figure(f"{side.name}.stream.salvos.rate", "per day", 0.1, 0.5, "waves")
        for side in sides
        if side.campaign.streams
    ]
    figures.append(figure(f"{powered}.people", "million people", 2.0, 4.0))
    claims = {name: claim(name, text, side=powered) for name, text in (("waves", "0.1 to 0.5"), ("unused", ""))}
    claims["denial"] = claim("denial", "", side=powered, denies=("waves",))
    return Scenario(
        name="invented",
        title="What would it be worth to stop?",
        sides=sides,
        arms=arms,
        simulate_from=START,
        measure_from=MEASURE,
        measure_to=END,
        as_of=dt.date(2024, 11, 20),
        register=Register(figures=tuple(figures), claims=claims, as_of=dt.date(2024, 11, 20)),
        unknown=("How many crews there are.",),
        limits=("Two areas.",),
        comparisons=(
            Comparison(
                claim="waves",
                question="Waves: of what size?",
                readings=(("in the model", f"{{strikes/{powered}/hours_off}}"),),
            ),
        ),
    )


def simulate(which: Scenario) -> Run:
    return run_scenario(which, sampling=Sampling(samples=SAMPLES, seed=1, version="0.0.0"))


@pytest.fixture(scope="session")
def run() -> Run:
    return simulate(scenario(north(), south()))


@pytest.fixture(scope="session")
def exchanged() -> Run:
    return simulate(scenario(south(), north()))


@pytest.fixture(scope="session")
def renamed() -> Run:
    """Return a run in which North has what South had and South what North had, so that every draw is another."""
    return simulate(scenario(refining("North"), power("South"), powered="South"))


@pytest.fixture(scope="session")
def quiet() -> Run:
    """Return a run without any strikes."""
    return simulate(scenario(*(replace(side, campaign=Campaign()) for side in (north(), south()))))


@pytest.fixture(scope="session")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(run, tmp_path_factory.mktemp("report")).parent


@pytest.fixture(scope="session")
def html(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def text_of(page: str) -> str:
    """Return what a reader sees of a page, drawings left out."""
    bare = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))

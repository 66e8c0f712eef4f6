"""Processes of talks that the tests of the clock share: the reference's, and invented ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from standstill.model.clock import Belief, Format, Precondition, Process, Stage, Transition
from standstill.model.log import Event, Log

STAGES = ("contact", "drafting", "summit", "postponed", "agreed", "in force", "collapsed", "dead")
RATES = {
    ("contact", "drafting"): 0.8,
    ("contact", "dead"): 0.4,
    ("drafting", "summit"): 0.7,
    ("drafting", "dead"): 0.3,
    ("summit", "agreed"): 1.0,
    ("summit", "postponed"): 0.5,
    ("summit", "dead"): 0.25,
    ("postponed", "summit"): 0.3,
    ("postponed", "dead"): 0.3,
    ("agreed", "in force"): 4.0,
    ("agreed", "dead"): 0.2,
    ("in force", "collapsed"): 0.6,
}
"""The process of the reference, per month."""


def steps(rates: dict[tuple[str, str], float], **more: object) -> tuple[Transition, ...]:
    """Return transitions from a table; ``more`` goes to each."""
    return tuple(Transition(source=a, target=b, per_month=rate, **more) for (a, b), rate in rates.items())


def pz(**rates: float) -> Process:
    """Return the process of the reference; ``summit_postponed=0.0`` changes a rate."""
    changed = {(a, b): rates.get(f"{a}_{b}", rate) for (a, b), rate in RATES.items()}
    transitions = tuple(replace(item, cause="shock") if item.target == "postponed" else item for item in steps(changed))
    return Process(
        name="reference",
        parties=("North", "South"),
        mediator="Host",
        stages=tuple(Stage(name=name, in_force=name == "in force") for name in STAGES),
        transitions=transitions,
        postponed="postponed",
        on_schedule="summit",
    )


def gated(lift: float, binding: float = 1.0) -> Process:
    """Return the reference's process whose postponed meeting waits for a condition, anew after each postponement."""
    condition = Precondition(
        name="withdrawal",
        holder="South",
        gates=(("postponed", "summit"),),
        binding=binding,
        lift_per_month=lift,
        renewed_by=(("summit", "postponed"),),
    )
    return replace(pz(), preconditions=(condition,))


def meetings(name: str = "summit", back: float = 0.3, per_month: float = 1.0, share: float = 0.5) -> Process:
    """Return a process that waits for one meeting of both parties, and may end."""
    form = Format(
        name=name,
        needs=("North", "South"),
        meetings_per_month=per_month,
        agree_share=share,
        return_per_month=back,
    )
    return Process(
        name="one meeting",
        parties=("North", "South"),
        mediator="Host",
        stages=(Stage(name="talks"), Stage(name="agreed", in_force=True), Stage(name="dead")),
        transitions=(
            Transition(source="talks", target="agreed", per_month=1.0, meeting=True),
            Transition(source="talks", target="dead", per_month=0.3),
        ),
        formats=(form,),
        format=name,
    )


def broader() -> Process:
    """Return the reference's process with broader talks after the standstill."""
    process = pz()
    return replace(
        process,
        stages=(*process.stages, Stage(name="broader talks", in_force=True)),
        transitions=(*process.transitions, *steps({("in force", "broader talks"): 0.2})),
    )


def everything() -> Process:
    """Return a process with phases, gates, absences, two formats and transitions of both kinds."""
    return Process(
        name="everything",
        parties=("North", "South"),
        mediator="Host",
        others=("Guarantor",),
        stages=(
            Stage(name="drafting", phases=3, codes=("SubPar",)),
            Stage(name="summit", phases=2),
            Stage(name="postponed", phases=2),
            Stage(name="agreed", codes=("Cea",)),
            Stage(name="in force", phases=2, in_force=True, codes=("Imp",)),
            Stage(name="broader talks", in_force=True),
            Stage(name="collapsed"),
            Stage(name="dead"),
        ),
        transitions=(
            *steps({("drafting", "summit"): 0.9, ("agreed", "in force"): 3.0, ("postponed", "summit"): 0.8}),
            *steps({("drafting", "dead"): 0.1, ("summit", "dead"): 0.15, ("postponed", "dead"): 0.15}, late=False),
            Transition(source="summit", target="agreed", per_month=1.2, meeting=True),
            Transition(source="summit", target="postponed", per_month=0.4, late=False, cause="shock"),
            Transition(source="summit", target="postponed", per_month=0.2, late=False, cause="calendar"),
            *steps({("in force", "collapsed"): 0.3}),
            *steps({("in force", "broader talks"): 0.15, ("broader talks", "collapsed"): 0.1}, late=False),
            *steps({("collapsed", "drafting"): 0.2}),
        ),
        preconditions=(
            Precondition(
                name="withdrawal", holder="South", gates=(("postponed", "summit"),), binding=0.6, lift_per_month=0.5,
                renewed_by=(("summit", "postponed"),),
            ),
            Precondition(
                name="inspection", holder="North", gates=(("agreed", "in force"), ("drafting", "summit")), binding=0.3,
                lift_per_month=0.7,
            ),
        ),
        formats=(
            Format(
                name="summit", needs=("North", "South", "Host"), meetings_per_month=1.5, agree_share=0.6,
                return_per_month={"South": 0.5, "North": 0.9, "Host": 2.0},
            ),
            Format(
                name="video", needs=("North", "South"), meetings_per_month=3.0, agree_share=0.3, return_per_month=1.5,
            ),
        ),
        format="summit",
        out={"South": 0.7, "Host": 0.2},
        postponed="postponed",
        on_schedule="summit",
        no_talks="dead",
    )  # fmt: skip


def summer() -> Process:
    """Return a process like that of a summer in which a meeting was postponed."""
    condition = Precondition(
        name="incursion", holder="South", gates=(("postponed", "summit"),), binding=0.4, lift_per_month=0.3
    )
    both = ("North", "South")
    return replace(
        pz(),
        name="summer",
        transitions=tuple(
            replace(item, meeting=True) if (item.source, item.target) == ("summit", "agreed") else item
            for item in pz().transitions
        ),
        preconditions=(condition,),
        formats=(
            Format(name="indirect", needs=both, meetings_per_month=1.0, agree_share=0.5, return_per_month=0.6),
            Format(name="video", needs=both, meetings_per_month=2.25, agree_share=0.25, return_per_month=1.2),
        ),
        format="indirect",
        no_talks="dead",
        prior_months=12.0,
    )


BEGIN, SET, SHOCK_DAY = dt.date(2030, 6, 30), dt.date(2030, 8, 5), dt.date(2030, 8, 6)
STATED, POSTPONED, PRESS = dt.date(2030, 8, 12), dt.date(2030, 8, 13), dt.date(2030, 8, 17)
DENIED, VIDEO, DEADLINE = dt.date(2030, 8, 18), dt.date(2030, 8, 22), dt.date(2030, 12, 1)
INSIDE = ("parties", "mediator")


def event(id: str, kind: str, happened: dt.date, known_to: tuple[str, ...] = ("public",), **more: object) -> Event:
    """Return an event, known when it happened unless said otherwise."""
    return Event(id=id, kind=kind, happened=happened, known_to=known_to, **({"known_from": happened} | more))


CONTESTED = {"postponed": 0.8, "dead": 0.2}
SUMMER = (
    event("begin", "stage", BEGIN, INSIDE, subject="drafting", root="begin"),
    event("set", "stage", SET, INSIDE, subject="summit", root="set"),
    event("incursion", "shock", SHOCK_DAY),
    event("stated", "condition", STATED, subject="incursion", by="South"),
    event("postponed", "stage", POSTPONED, INSIDE, weights=CONTESTED, root="postponed"),
    event("away", "out", POSTPONED, INSIDE, subject="South", root="away"),
    event("begin-public", "stage", BEGIN, known_from=PRESS, subject="drafting", root="begin"),
    event("set-public", "stage", SET, known_from=PRESS, subject="summit", root="set"),
    event("postponed-public", "stage", POSTPONED, known_from=PRESS, weights=CONTESTED, root="postponed"),
    event("away-public", "out", POSTPONED, known_from=PRESS, subject="South", root="away"),
    event("video-plan", "plan", VIDEO, known_from=PRESS, subject="video"),
    event("no-talks", "denial", DENIED, by="South", likelihood=0.9),
    event("video", "format", VIDEO, subject="video"),
    event("returns", "back", dt.date(2030, 9, 20), ("South", "mediator"), subject="South"),
    event("dropped", "lifted", dt.date(2030, 10, 1), ("mediator",), subject="incursion"),
)
"""A log of that summer: the parties and the mediator know it as it happens, the public from the press."""


def summer_log(*more: Event) -> Log:
    """Return the log with more events, in order."""
    events = sorted((*SUMMER, *more), key=lambda item: (item.known_from, item.happened))
    return Log(events=tuple(events))


def now(stage: str, **more: object) -> Belief:
    """Return the belief that a process is in one stage."""
    return Belief(weights={stage: 1.0}, **more)

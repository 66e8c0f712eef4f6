"""Logs: who knew what when, copies, order, names; and what a log says of a process, whatever the log."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standstill.errors import InputError
from standstill.model.clock import DAYS_PER_MONTH, Belief, Process, chain
from standstill.model.infer import belief, updated, why_unknown, without_postponement
from standstill.model.log import KINDS, Event, Log
from tests.model.processes import (
    BEGIN,
    DENIED,
    POSTPONED,
    PRESS,
    SET,
    STATED,
    SUMMER,
    VIDEO,
    event,
    everything,
    gated,
    meetings,
    pz,
    summer,
    summer_log,
)

END = dt.date(2030, 11, 1)


def ids(log: Log, day: dt.date, who: str, process: Process | None = None) -> list[str]:
    return [item.id for item in log.known(day, who, process)]


def single(*events: Event) -> Log:
    return Log(events=events)


def days(count: float) -> float:
    return count / DAYS_PER_MONTH


# ----------------------------------------------------------------------------------------------------- who knew what


def test_the_public_learns_from_the_press() -> None:
    log, process = summer_log(), summer()
    assert ids(log, dt.date(2030, 8, 5), "public", process) == []
    assert ids(log, POSTPONED, "public", process) == ["incursion", "stated"]
    assert ids(log, PRESS, "public", process) == [
        "incursion", "stated", "begin-public", "set-public", "postponed-public", "away-public", "video-plan",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["North", "South", "parties", "mediator", "Host"])
def test_those_inside_know_as_it_happens_and_once(who: str) -> None:
    known = ids(summer_log(), PRESS, who, summer())
    assert known == ["begin", "set", "incursion", "stated", "postponed", "away", "video-plan"]


def test_what_one_party_knows_is_not_known_to_the_other() -> None:
    log, process = summer_log(), summer()
    known = {who: set(ids(log, END, who, process)) for who in ("North", "South", "parties", "mediator", "public")}
    assert {who for who in known if "returns" in known[who]} == {"South", "mediator"}
    assert {who for who in known if "dropped" in known[who]} == {"mediator"}


@pytest.mark.parametrize(
    ("known_to", "knowing"),
    [
        (("public",), {"public", "parties", "mediator", "North", "South", "Host", "Guarantor"}),
        (("parties",), {"parties", "North", "South"}),
        (("North", "South"), {"parties", "North", "South"}),
        (("mediator",), {"mediator", "Host"}),
        (("Host",), {"mediator", "Host"}),
        (("Guarantor", "North"), {"Guarantor", "North"}),
    ],
)
def test_groups_and_names(known_to: tuple[str, ...], knowing: set[str]) -> None:
    process = everything()
    log = single(event("said", "statement", BEGIN, known_to))
    asking = ("public", "parties", "mediator", *process.holders)
    assert {who for who in asking if ids(log, BEGIN, who, process)} == knowing


def test_without_a_process_the_words_of_the_log_count() -> None:
    log = single(event("said", "statement", BEGIN, ("parties", "Host")))
    assert ids(log, BEGIN, "parties") == ids(log, BEGIN, "Host") == ["said"]
    assert ids(log, BEGIN, "North") == []


def test_nobody_unknown_may_ask() -> None:
    with pytest.raises(
        InputError, match="who: must be one of public, parties, mediator, North, South, Host, got 'East'"
    ):
        summer_log().known(PRESS, "East", summer())


# ------------------------------------------------------------------------------------------------------------ copies


@pytest.mark.parametrize("who", ["public", "South", "mediator"])
@pytest.mark.parametrize("original", [item.id for item in SUMMER if item.kind not in ("plan",)])
def test_copying_a_relay_a_hundred_times_changes_nothing(original: str, who: str) -> None:
    first = next(item for item in SUMMER if item.id == original)
    day = dt.date(2030, 10, 20)
    copies = [
        replace(
            first,
            id=f"relay {number}",
            known_from=first.known_from + dt.timedelta(days=number % 7),
            root=first.root or first.id,
            by=f"relay {number}",
            statement="a relay",
        )
        for number in range(100)
    ]
    log, more = summer_log(), summer_log(*copies)
    assert ids(more, day, who, summer()) == ids(log, day, who, summer())
    assert belief(summer(), more, day, who) == belief(summer(), log, day, who)
    assert updated(summer(), more, day, who) == updated(summer(), log, day, who)


def test_a_relay_that_drifted_is_still_a_relay() -> None:
    drifted = event("drifted", "stage", BEGIN, known_from=PRESS, subject="in force", root="begin-public")
    without_root = event("begin-public", "stage", BEGIN, known_from=PRESS, subject="drafting")
    log = single(without_root, drifted)
    assert ids(log, PRESS, "public") == ["begin-public"]


def test_without_a_root_the_same_words_count_once() -> None:
    said = event("first", "statement", BEGIN, subject="talks", value="two months", by="somebody")
    again = replace(said, id="again", known_from=PRESS, statement="in other words")
    another = replace(said, id="another", known_from=PRESS, by="somebody else")
    assert ids(single(said, again, another), PRESS, "public") == ["first", "another"]


# --------------------------------------------------------------------------------------- what a log says of a process


def test_belief_of_the_public_and_of_the_mediator() -> None:
    log, process = summer_log(), summer()
    assert belief(process, log, dt.date(2030, 8, 16), "public") is None
    public = belief(process, log, PRESS, "public")
    assert public == Belief(
        weights={"postponed": 0.8, "dead": 0.2},
        elapsed_months={"postponed": days(4), "dead": days(4)},
        out={"South": 1.0},
        since={"South": days(4), "incursion": days(5)},
        on=PRESS,
    )
    assert belief(process, log, PRESS, "mediator") == public
    early = belief(process, log, SET, "mediator")
    assert early == Belief(weights={"summit": 1.0}, elapsed_months={"summit": 0.0}, on=SET)
    late = belief(process, log, END, "mediator")
    assert late is not None
    assert (late.out, late.lifted, late.format) == ({"South": 0.0}, ("incursion",), "video")


def test_why_there_is_no_belief() -> None:
    day = dt.date(2030, 8, 1)
    assert why_unknown(day) == "nothing of the talks was public by 2030-08-01"
    assert why_unknown(day, "mediator") == "nothing of the talks was known to the mediator by 2030-08-01"
    assert why_unknown(day, "North") == "nothing of the talks was known to North by 2030-08-01"


def test_a_denial_moves_the_odds_by_its_likelihood() -> None:
    before = belief(summer(), summer_log(), PRESS, "public")
    after = belief(summer(), summer_log(), DENIED, "public")
    assert before is not None
    assert after is not None
    assert before.weights == {"postponed": 0.8, "dead": 0.2}
    assert after.weights["postponed"] / after.weights["dead"] == pytest.approx(0.9 * 0.8 / 0.2)


def test_a_speaker_who_denies_again_says_nothing_new() -> None:
    again = event("again", "denial", DENIED + dt.timedelta(days=3), by="South", likelihood=0.9)
    other = event("other", "denial", DENIED + dt.timedelta(days=3), by="North", likelihood=0.8)
    day = DENIED + dt.timedelta(days=4)
    odds = []
    for log in (summer_log(), summer_log(again), summer_log(other)):
        found = belief(summer(), log, day, "public")
        assert found is not None
        odds.append(found.weights["postponed"] / found.weights["dead"])
    assert odds == pytest.approx([3.6, 3.6, 0.8 * 3.6])


def test_a_denial_before_the_stage_was_logged_is_part_of_that_judgement() -> None:
    early = event("early", "denial", STATED, by="North", likelihood=0.5)
    assert belief(summer(), summer_log(early), PRESS, "public") == belief(summer(), summer_log(), PRESS, "public")


def test_a_denial_cannot_move_certainty() -> None:
    log = single(event("set", "stage", SET, subject="summit"), event("no", "denial", PRESS, by="North", likelihood=0.5))
    found = belief(pz(), log, PRESS, "public")
    assert found is not None
    assert found.weights == {"summit": 1.0}


def test_stages_by_their_codes() -> None:
    codes = single(
        event("one", "stage", BEGIN, weights={"SubPar": 0.5, "Cea": 0.5}), event("two", "stage", SET, subject="Imp")
    )
    first, second = (belief(everything(), codes, day, "public") for day in (BEGIN, SET))
    assert first is not None
    assert second is not None
    assert (first.weights, second.weights) == ({"drafting": 0.5, "agreed": 0.5}, {"in force": 1.0})


def test_elapsed_time_runs_on_while_a_stage_stays_possible() -> None:
    log = single(
        event("set", "stage", BEGIN, subject="summit"),
        event("put-off", "stage", SET, weights={"summit": 0.4, "postponed": 0.6}),
        event("still", "stage", PRESS, weights={"summit": 0.2, "postponed": 0.8}),
    )
    found = belief(pz(), log, PRESS, "public")
    assert found is not None
    assert found.elapsed_months == {"summit": days((PRESS - BEGIN).days), "postponed": days((PRESS - SET).days)}


def test_the_last_word_on_a_condition_counts() -> None:
    stated = event("stated", "condition", SET, subject="withdrawal", value="0.9")
    lifted = event("lifted", "lifted", POSTPONED, subject="withdrawal")
    again = event("again", "condition", PRESS, subject="withdrawal", value="0.25")
    log = single(event("late", "stage", BEGIN, subject="postponed"), stated, lifted, again)
    found = [belief(gated(0.3), log, day, "public") for day in (SET, POSTPONED, PRESS)]
    assert [(item.binding, item.lifted) for item in found if item is not None] == [
        ({"withdrawal": 0.9}, ()),
        ({"withdrawal": 0.9}, ("withdrawal",)),
        ({"withdrawal": 0.25}, ()),
    ]


def test_what_has_just_been_learnt_is_not_aged() -> None:
    # out since today: surely out now, however long the stage has lasted
    log = single(event("begin", "stage", BEGIN, subject="talks"), event("away", "out", PRESS, subject="South"))
    here = belief(meetings(), log, PRESS, "public")
    assert here is not None
    found = chain(meetings(), here)
    assert sum(share for share, state in zip(found.initial, found.labels, strict=True) if state.hindered) == 1.0


# -------------------------------------------------------------------------------------------- updating from the log


def test_updating_by_hand() -> None:
    log = single(
        event("begin", "stage", dt.date(2030, 1, 1), subject="drafting"),
        event("set", "stage", dt.date(2030, 3, 1), subject="summit"),
        event("put-off", "stage", dt.date(2030, 4, 1), weights={"postponed": 0.75, "dead": 0.25}),
    )
    process, rows = updated(pz(), log, dt.date(2030, 5, 1), "public")
    found = {(row.source, row.target): (row.events, row.exposure_months) for row in rows}
    waits = {"drafting": days(59), "summit": days(31), "postponed": 0.75 * days(30)}
    moves = {("drafting", "summit"): 1.0, ("summit", "postponed"): 0.75, ("summit", "dead"): 0.25}
    assert set(found) == {(item.source, item.target) for item in pz().transitions}
    for (source, target), row in found.items():
        assert row == pytest.approx((moves.get((source, target), 0.0), waits.get(source, 0.0)))
    prior = pz().prior_months
    for item, old in zip(process.transitions, pz().transitions, strict=True):
        events, exposure = found[item.source, item.target]
        assert item.per_month == pytest.approx((old.per_month * prior + events) / (prior + exposure))
    assert replace(process, transitions=pz().transitions) == pz()


def test_meetings_count_only_while_they_could_be_held() -> None:
    log = single(
        event("begin", "stage", dt.date(2030, 1, 1), subject="talks"),
        event("away", "out", dt.date(2030, 2, 1), subject="South"),
        event("back", "back", dt.date(2030, 4, 1), subject="South"),
    )
    rows = updated(meetings(per_month=2.0, share=0.25), log, dt.date(2030, 6, 1), "public")[1]
    assert rows[0].exposure_months == pytest.approx(2.0 * 0.25 * days(31 + 61))
    assert rows[1].exposure_months == pytest.approx(days(151))


def test_a_gate_counts_from_when_it_was_stated() -> None:
    log = single(
        event("late", "stage", dt.date(2030, 1, 1), subject="postponed"),
        event("stated", "condition", dt.date(2030, 2, 1), subject="withdrawal", value="0.6"),
        event("lifted", "lifted", dt.date(2030, 3, 1), subject="withdrawal"),
    )
    rows = {row.target: row for row in updated(gated(0.3, binding=0.0), log, dt.date(2030, 4, 1), "public")[1]
            if row.source == "postponed"}  # fmt: skip
    assert rows["summit"].exposure_months == pytest.approx(days(31 + 0.4 * 28 + 31))
    assert rows["dead"].exposure_months == pytest.approx(days(90))


def test_the_cause_of_a_move() -> None:
    begin = event("begin", "stage", dt.date(2030, 1, 1), subject="summit")
    for value, shares in (("calendar", (0.0, 1.0)), ("", (2 / 3, 1 / 3))):
        log = single(begin, event("put-off", "stage", dt.date(2030, 2, 1), subject="postponed", value=value))
        rows = updated(everything(), log, dt.date(2030, 3, 1), "public")[1]
        found = {row.cause: row.events for row in rows if row.target == "postponed"}
        assert (found["shock"], found["calendar"]) == pytest.approx(shares)


def test_a_judgement_that_changes_moves_only_its_difference() -> None:
    log = single(
        event("one", "stage", SET, weights={"postponed": 0.8, "dead": 0.2}),
        event("two", "stage", PRESS, weights={"postponed": 0.5, "dead": 0.5}),
        event("three", "stage", VIDEO, subject="summit"),
    )
    found = {(row.source, row.target): row.events for row in updated(pz(), log, VIDEO, "public")[1]}
    assert found["postponed", "dead"] == pytest.approx(0.3)
    # nothing leads out of "dead"
    assert found["postponed", "summit"] == pytest.approx(0.5)


def test_nothing_known_updates_nothing() -> None:
    process, rows = updated(summer(), summer_log(), BEGIN, "public")
    assert [(row.events, row.exposure_months) for row in rows] == [(0.0, 0.0)] * len(rows)
    assert [item.per_month for item in process.transitions] == pytest.approx(
        [item.per_month for item in summer().transitions]
    )


# ---------------------------------------------------------------------------------------------------- no postponement


def test_without_the_postponement() -> None:
    here = Belief(
        weights={"postponed": 0.5, "summit": 0.3, "dead": 0.2},
        elapsed_months={"postponed": 1.0, "summit": 2.0},
        out={"South": 1.0, "North": 1.0},
        since={"South": 0.5, "North": 3.0},
    )
    found = without_postponement(pz(), here)
    assert found.weights == {"summit": 0.8, "dead": 0.2}
    assert found.elapsed_months == {"summit": 2.0}
    # South stayed out of the meeting that was postponed, North before that
    assert (found.out["South"], found.out["North"]) == (0.0, 1.0)


def test_nothing_postponed() -> None:
    here = Belief(weights={"summit": 1.0})
    assert without_postponement(pz(), here) == here
    assert without_postponement(meetings(), Belief(weights={"talks": 1.0})) == Belief(weights={"talks": 1.0})


# ------------------------------------------------------------------------------------------------------------ any log


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Return logs about ``everything``, each event known to somebody some days after it happened."""
    first, process, events = dt.date(2030, 1, 1), everything(), []
    stages = st.sampled_from([*process.stage_names, "SubPar", "Imp"])
    subjects = {
        "stage": stages, "out": st.sampled_from(process.holders), "back": st.sampled_from(process.holders),
        "condition": st.sampled_from(["withdrawal", "inspection"]), "format": st.sampled_from(["summit", "video"]),
        "lifted": st.sampled_from(["withdrawal", "inspection"]),
    }  # fmt: skip
    for number in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(list(KINDS)))
        day = first + dt.timedelta(days=draw(st.integers(0, 120)))
        weights = draw(st.sampled_from([{}, {"postponed": 0.75, "dead": 0.25}])) if kind == "stage" else {}
        events.append(
            event(
                f"event {number}", kind, day,
                tuple(draw(st.sets(st.sampled_from(["public", "parties", "mediator", "North"]), min_size=1))),
                known_from=day + dt.timedelta(days=draw(st.integers(0, 40))),
                subject=draw(subjects.get(kind, st.just(""))) if not weights else "",
                weights=weights,
                likelihood=draw(st.sampled_from([0.5, 0.9])) if kind == "denial" else 1.0,
                root=draw(st.sampled_from(["", "", "one root", "event 1"])),
                by=draw(st.sampled_from(["North", "South"])),
            )
        )  # fmt: skip
    return Log(events=tuple(sorted(events, key=lambda item: (item.known_from, item.happened))))


@given(logs(), st.integers(0, 160), st.sampled_from(["public", "parties", "mediator", "North", "Guarantor"]))
@settings(max_examples=200, deadline=None)
def test_a_log_kept_to_a_day_equals_the_full_log_on_that_day(log: Log, day: int, who: str) -> None:
    as_of = dt.date(2030, 1, 1) + dt.timedelta(days=day)
    cut = log.until(as_of)
    assert all(item.known_from <= as_of for item in cut)
    assert cut.known(as_of, who, everything()) == log.known(as_of, who, everything())
    assert belief(everything(), cut, as_of, who) == belief(everything(), log, as_of, who)
    assert updated(everything(), cut, as_of, who) == updated(everything(), log, as_of, who)


@given(logs(), st.sampled_from(["public", "North"]))
@settings(max_examples=100, deadline=None)
def test_any_belief_is_sound(log: Log, who: str) -> None:
    found = belief(everything(), log, dt.date(2030, 7, 1), who)
    if found is not None:
        assert sum(found.weights.values()) == pytest.approx(1.0)
        assert sum(chain(everything(), found).initial) == pytest.approx(1.0)
    assert all(row.exposure_months >= 0 for row in updated(everything(), log, dt.date(2030, 7, 1), who)[1])


# -------------------------------------------------------------------------------------------------------- bad input


def test_every_fault_of_a_log_at_once() -> None:
    moment = dt.datetime(2030, 8, 6, 12)
    with pytest.raises(InputError, match="faults in log") as caught:
        single(
            event("", "statement", BEGIN),
            event("a", "rumour", BEGIN),
            event("a", "statement", BEGIN),
            event("b", "statement", moment),
            event("c", "statement", SET, known_from=BEGIN),
            event("d", "statement", SET, ()),
            event("e", "out", SET),
            event("f", "condition", SET, subject="x", value="surely"),
            event("g", "denial", SET, likelihood=0.0),
            event("h", "statement", SET, by="North", likelihood=0.9),
            event("i", "stage", SET),
            event("j", "statement", SET, weights={"a": 1.0}),
            event("k", "stage", SET, weights={"a": 0.9, "b": 1.3}),
            event("l", "condition", SET, subject="x", value="1.5"),
        )
    faults = [str(fault) for fault in caught.value.faults]
    assert faults == [
        "events: must each have an id",
        "events.a.kind: must be one of stage, shock, out, back, condition, lifted, format, denial, statement, plan, "
        "got 'rumour'",
        "events.b: must have full dates, without a time of day, got (datetime.datetime(2030, 8, 6, 12, 0), "
        "datetime.datetime(2030, 8, 6, 12, 0))",
        "events.c.known_from: must not be before the day it happened, 2030-08-05, got '2030-06-30'",
        "events.d.known_to: must name at least one who knew",
        "events.e.subject: must say what the out is about",
        "events.f.value: must be a probability that it binds, or empty, got 'surely'",
        "events.g.by: must say who denies",
        "events.g.likelihood: must be finite and > 0, got 0.0",
        "events.h.likelihood: must be given for a denial only, got 0.9",
        "events.i: must name a stage as its subject, or several with weights",
        "events.j.weights: must be given for a stage only",
        "events.k.weights.b: must be between 0 and 1, got 1.3",
        "events.k.weights: must sum to 1, got 2.2",
        "events.l.value: must be a probability that it binds, or empty, got '1.5'",
        "events.a: must have an id of its own",
    ]


def test_events_out_of_order() -> None:
    with pytest.raises(
        InputError, match=r"events.two: must not stand after one, got 'known from 2030-06-30(?s:.)*hint: order"
    ):
        single(event("one", "statement", SET), event("two", "statement", BEGIN))
    with pytest.raises(InputError, match=r"events.two: must not stand after one"):
        single(event("one", "statement", SET, known_from=PRESS), event("two", "statement", BEGIN, known_from=PRESS))


def test_a_plan_may_lie_ahead() -> None:
    log = single(event("plan", "plan", VIDEO, known_from=PRESS, subject="video"))
    assert ids(log, PRESS, "public") == ["plan"]


def test_names_must_be_those_of_the_process() -> None:
    log = single(
        event("a", "stage", BEGIN, subject="picnic"),
        event("b", "stage", BEGIN, weights={"postponed": 0.5, "Pre": 0.5}),
        event("c", "out", BEGIN, subject="West"),
        event("d", "lifted", BEGIN, subject="sunshine"),
        event("e", "format", BEGIN, subject="telegraph"),
        event("f", "statement", BEGIN, ("West",)),
        event("g", "shock", BEGIN, subject="whatever"),
    )
    with pytest.raises(InputError, match="6 faults in log of process 'summer'") as caught:
        log.check(summer())
    assert [str(fault) for fault in caught.value.faults] == [
        "events.a.subject: must be a known stage, got 'picnic'",
        "events.b.subject: must be a known stage, got 'Pre'",
        "events.c.subject: must be known to the process for kind out, got 'West'",
        "events.d.subject: must be known to the process for kind lifted, got 'sunshine'",
        "events.e.subject: must be known to the process for kind format, got 'telegraph'",
        "events.f.known_to: must name a known holder or group, got 'West'",
    ]
    with pytest.raises(InputError, match="6 faults"):
        belief(summer(), log, PRESS, "public")


def test_events_after_the_day_of_a_run_are_a_fault_only_when_strict() -> None:
    summer_log().check(summer(), PRESS)
    with pytest.raises(InputError, match=r"4 faults(?s:.)*events.no-talks.known_from: must not be after 2030-08-17"):
        summer_log().check(summer(), PRESS, strict=True)
    summer_log().until(PRESS).check(summer(), PRESS, strict=True)

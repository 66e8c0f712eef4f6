"""What the clock says from a log: to whom, when, what would move it; and that a process from records alone works."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standstill.errors import InputError
from standstill.model.clock import (
    DAYS_PER_MONTH,
    Belief,
    Format,
    Precondition,
    Process,
    Stage,
    Transition,
    chain,
    ever_in_force,
)
from standstill.model.log import Log
from standstill.talks import forecast
from standstill.talks.forecast import Lever, belief, levers, model_probability, solve_rate, timeline, updated
from tests.model.processes import (
    DEADLINE,
    DENIED,
    POSTPONED,
    PRESS,
    SET,
    VIDEO,
    event,
    everything,
    now,
    pz,
    summer,
    summer_log,
)

SOLVED_BY = (DEADLINE - SET).days / DAYS_PER_MONTH


def calibrated() -> Process:
    """Return the summer's process, its agreeing at meetings solved from 15 % as stated before the postponement."""
    return solve_rate(summer(), "summit", "agreed", "summit", 0.15, SOLVED_BY)


def said(process: Process, log: Log, day: dt.date, who: str, **more: bool) -> float:
    found = model_probability(process, log, day, who, DEADLINE, **more).probability
    assert found is not None
    return found


def by_name(found: tuple[Lever, ...]) -> dict[tuple[str, str], Lever]:
    return {(item.kind, item.name): item for item in found}


# --------------------------------------------------------------------------------------------------------- forecasts


def test_the_public_is_told_nothing_before_the_press_report() -> None:
    found = model_probability(calibrated(), summer_log(), dt.date(2030, 8, 16), "public", DEADLINE)
    assert found.probability is None
    assert found.as_dict() == {
        "on": "2030-08-16", "who": "public", "deadline": "2030-12-01", "probability": None, "stages": {},
        "reason": "nothing of the talks was public by 2030-08-16",
    }  # fmt: skip


def test_a_forecast_is_the_chance_of_its_belief() -> None:
    process, log = calibrated(), summer_log()
    here = belief(process, log, PRESS, "public")
    assert here is not None
    months = (DEADLINE - PRESS).days / DAYS_PER_MONTH
    found = model_probability(process, log, PRESS, "public", DEADLINE, learn=False)
    assert found.probability == float(ever_in_force(chain(process, here), months))
    assert found.stages == {"postponed": 0.8, "dead": 0.2}
    learnt = updated(process, log, PRESS, "public")[0]
    assert said(process, log, PRESS, "public") == float(ever_in_force(chain(learnt, here), months))
    assert "reason" not in found.as_dict()


def test_before_the_postponement_the_model_says_what_was_stated() -> None:
    # the log's summit, on its first day, without learning from it
    assert said(calibrated(), summer_log(), SET, "mediator", learn=False) == pytest.approx(0.15, abs=1e-9)
    assert said(calibrated(), summer_log(), POSTPONED, "mediator") < 0.10


def test_timelines_differ_by_what_each_knew() -> None:
    process, log = calibrated(), summer_log()
    dates = (SET, POSTPONED, PRESS, DENIED, VIDEO, dt.date(2030, 9, 20), dt.date(2030, 10, 1))
    rows = timeline(process, log, dates, ("public", "North", "South", "Host"), DEADLINE)
    assert [(row.on, row.who) for row in rows[:5]] == [
        (SET, "public"), (SET, "North"), (SET, "South"), (SET, "Host"), (POSTPONED, "public"),
    ]  # fmt: skip
    table = {(row.on, row.who): row.probability for row in rows}
    assert table[SET, "public"] is None
    assert table[POSTPONED, "public"] is None
    assert table[PRESS, "public"] == table[PRESS, "North"] == table[PRESS, "Host"]
    # South's return is known to it and to the mediator, the condition dropped to the mediator alone
    late = {who: table[dt.date(2030, 10, 1), who] for who in ("public", "North", "South", "Host")}
    assert late["public"] == late["North"]
    assert late["North"] < late["South"] < late["Host"]
    assert timeline(process, log, [PRESS], "public", DEADLINE) == (rows[8],)


@given(
    st.dates(dt.date(2030, 6, 1), dt.date(2030, 11, 30)), st.sampled_from(["public", "parties", "mediator", "South"])
)
@settings(max_examples=60, deadline=None)
def test_a_log_kept_to_a_day_gives_the_same_bits(day: dt.date, who: str) -> None:
    process, log = summer(), summer_log()
    assert timeline(process, log.until(day), [day], who, DEADLINE) == timeline(process, log, [day], who, DEADLINE)
    assert levers(process, log.until(day), day, who, DEADLINE) == levers(process, log, day, who, DEADLINE)


def test_copying_a_relay_a_hundred_times_changes_no_probability() -> None:
    copies = [
        event(f"relay {number}", "stage", PRESS, subject="dead", root="postponed", by=f"outlet {number}")
        for number in range(100)
    ]
    assert said(calibrated(), summer_log(*copies), VIDEO, "public") == said(calibrated(), summer_log(), VIDEO, "public")


@pytest.mark.parametrize("learn", [True, False], ids=["learning", "as-stated"])
@pytest.mark.parametrize("process", [summer(), calibrated()], ids=["as-given", "calibrated"])
def test_a_routine_denial_moves_little_and_down(process: Process, learn: bool) -> None:
    log, quiet = summer_log(), Log(events=tuple(item for item in summer_log() if item.kind != "denial"))
    assert any(item.kind == "denial" for item in log.known(DENIED, "public", process))
    change = said(process, log, DENIED, "public", learn=learn) - said(process, quiet, DENIED, "public", learn=learn)
    assert -0.02 < change < 0.0


def test_on_the_deadline_only_what_is_in_force_counts() -> None:
    log = Log(
        events=(event("signed", "stage", SET, subject="agreed"), event("begun", "stage", VIDEO, subject="in force"))
    )
    assert model_probability(pz(), log, PRESS, "public", PRESS).probability == 0.0
    assert model_probability(pz(), log, VIDEO, "public", VIDEO).probability == 1.0


@pytest.mark.parametrize("ask", [model_probability, levers], ids=["forecast", "levers"])
def test_the_deadline_must_lie_ahead(ask) -> None:
    with pytest.raises(
        InputError, match="deadline: must not be before 2030-12-02, the day asked about, got '2030-12-01'"
    ):
        ask(summer(), summer_log(), dt.date(2030, 12, 2), "public", DEADLINE)


def test_nobody_unknown_is_told_anything() -> None:
    with pytest.raises(
        InputError, match="who: must be one of public, parties, mediator, North, South, Host, got 'East'"
    ):
        model_probability(summer(), summer_log(), PRESS, "East", DEADLINE)


# ------------------------------------------------------------------------------------------------------------ levers


@pytest.mark.parametrize("process", [summer(), calibrated()], ids=["as-given", "calibrated"])
@pytest.mark.parametrize("who", ["public", "South", "mediator"])
@pytest.mark.parametrize("learn", [True, False], ids=["learning", "as-stated"])
def test_each_lever_moves_in_its_direction(process: Process, who: str, learn: bool) -> None:
    found = by_name(levers(process, summer_log(), PRESS, who, DEADLINE, learn=learn))
    assert list(found) == [
        ("postponement", "postponed"),
        ("longer postponement", "postponed"),
        ("precondition", "incursion"),
        ("format", "video"),
        ("willingness", "North"),
        ("willingness", "South"),
        ("shocks", "shock"),
    ]
    base = said(process, summer_log(), PRESS, who, learn=learn)
    assert all(item.base == base for item in found.values())
    assert found["postponement", "postponed"].change > 0.01
    assert found["precondition", "incursion"].change > 0
    assert found["format", "video"].change > 0
    assert found["shocks", "shock"].change > 0
    for kind, name in (("willingness", "North"), ("willingness", "South"), ("longer postponement", "postponed")):
        assert found[kind, name].change < 0
    # agreement is reached at meetings only, and both are needed
    assert found["willingness", "North"].probability == found["willingness", "South"].probability == 0.0


@given(
    st.floats(0.05, 0.95), st.floats(0.05, 3.0), st.floats(0.05, 3.0), st.floats(0.02, 0.9), st.floats(0.0, 3.0),
    st.integers(1, 3),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_directions_hold_for_any_rates(
    binding: float, lift: float, back: float, share: float, elapsed: float, phases: int
) -> None:
    process = summer()
    form = replace(process.formats[0], agree_share=share, return_per_month=back)
    # meets as often, agrees as often, and whoever stays out comes back sooner
    easier = replace(form, name="video", return_per_month=2.0 * back)
    condition = replace(process.preconditions[0], binding=binding, lift_per_month=lift)
    stages = tuple(replace(item, phases=phases) if item.name == "postponed" else item for item in process.stages)
    process = replace(process, formats=(form, easier), preconditions=(condition,), stages=stages)
    here = Belief(weights={"postponed": 0.8, "dead": 0.2}, elapsed_months={"postponed": elapsed}, out={"South": 1.0})
    found = by_name(levers(process, here, PRESS, "public", DEADLINE))
    up = [("postponement", "postponed"), ("precondition", "incursion"), ("format", "video")]
    down = [("longer postponement", "postponed"), ("willingness", "North"), ("willingness", "South")]
    assert all(found[key].change > 0 for key in up)
    assert all(found[key].change < 0 for key in down)


def test_only_levers_that_apply() -> None:
    log, process = summer_log(), summer()
    assert levers(process, log, SET, "public", DEADLINE) == ()
    at_summit = by_name(levers(process, log, SET, "mediator", DEADLINE))
    assert not {kind for kind, _ in at_summit} & {"postponement", "longer postponement"}
    late = by_name(levers(process, log, dt.date(2030, 10, 2), "mediator", DEADLINE))
    # the condition is lifted and video is the format by then
    assert ("precondition", "incursion") not in late
    assert ("format", "indirect") in late
    assert ("format", "video") not in late
    # no meetings, no formats: nobody's attendance matters
    assert {kind for kind, _ in by_name(levers(pz(), now("summit"), PRESS, "public", DEADLINE))} == {"shocks"}


def test_video_helps_only_where_somebody_stays_out() -> None:
    # the same meetings and agreements, only easier to come back to
    process = summer()
    video = replace(process.formats[0], name="video", return_per_month=3.0)
    process = replace(process, formats=(process.formats[0], video))
    for out, helps in (({}, False), ({"South": 1.0}, True)):
        found = by_name(levers(process, now("summit", out=out), PRESS, "public", DEADLINE))
        assert (found["format", "video"].change > 1e-9) is helps


def test_a_format_that_needs_others() -> None:
    # the host, out now, is not needed for video; a guarantor, out now, is needed for a table of four
    process = everything()
    table = replace(process.formats[0], name="table", needs=("North", "South", "Host", "Guarantor"))
    process = replace(process, formats=(*process.formats, table))
    here = now("summit", out={"Host": 1.0, "Guarantor": 1.0, "South": 0.0})
    found = by_name(levers(process, here, PRESS, "public", DEADLINE))
    for name in ("video", "table"):
        direct = chain(process, replace(here, format=name))
        months = (DEADLINE - PRESS).days / DAYS_PER_MONTH
        assert found["format", name].probability == pytest.approx(float(ever_in_force(direct, months)), rel=1e-12)
    assert found["format", "table"].change < 0


def test_a_lever_averaged_over_cases_says_its_own_numbers() -> None:
    lever = levers(summer(), summer_log(), PRESS, "public", DEADLINE)[0]
    assert replace(lever, base=0.25, probability=0.5).sentence == (
        "Without the postponement, P(in force by 2030-12-01) would be 50 % instead of 25 %."
    )


def test_staying_out_for_good_keeps_out_in_every_format() -> None:
    process = replace(everything(), out={})
    found = by_name(levers(process, now("summit"), PRESS, "public", DEADLINE))
    assert {name for kind, name in found if kind == "willingness"} == {"North", "South", "Host"}
    assert found["willingness", "Host"].probability == 0.0


def test_sentences_are_neutral_and_say_both_numbers() -> None:
    found = by_name(levers(calibrated(), summer_log(), PRESS, "public", DEADLINE))
    assert found["precondition", "incursion"].sentence.startswith(
        'With the precondition "incursion" of South met or dropped, P(in force by 2030-12-01) would be '
    )
    words = [item.sentence for item in found.values()]
    assert len(set(words)) == len(words)
    assert all(sentence.endswith(" %.") and " instead of " in sentence for sentence in words)
    assert found["willingness", "North"].sentence == found["willingness", "South"].sentence.replace("South", "North")
    lever = found["format", "video"]
    assert lever.as_dict()["change"] == lever.probability - lever.base


def test_exchanging_the_sides_exchanges_the_answer() -> None:
    swap = {"North": "South", "South": "North"}
    process = summer()
    condition = replace(process.preconditions[0], holder="North")
    mirrored = replace(process, parties=("South", "North"), preconditions=(condition,))
    log = summer_log()
    other = Log(
        events=tuple(
            replace(
                item,
                subject=swap.get(item.subject, item.subject),
                by=swap.get(item.by, item.by),
                known_to=tuple(swap.get(who, who) for who in item.known_to),
            )
            for item in log
        )
    )
    for who in ("public", "North", "South", "mediator"):
        here = levers(process, log, VIDEO, who, DEADLINE)
        there = levers(mirrored, other, VIDEO, swap.get(who, who), DEADLINE)
        assert [(item.kind, swap.get(item.name, item.name), item.probability) for item in here] == [
            (item.kind, item.name, item.probability) for item in there
        ]
        exchanged = [re.sub("North|South", lambda name: swap[name[0]], item.sentence) for item in here]
        assert exchanged == [item.sentence for item in there]


# --------------------------------------------------------------------------------------- another process, from records


def harbours() -> Process:
    """Return a process of three parties with a guarantor, other stages and other words."""
    return Process(
        name="harbours",
        parties=("Alder", "Birch", "Cedar"),
        mediator="Envoy",
        others=("Guarantor",),
        stages=(
            Stage(name="feelers", phases=2, codes=("Pre",)),
            Stage(name="text", codes=("SubPar", "SubComp")),
            Stage(name="adjourned"),
            Stage(name="guarantee sought"),
            Stage(name="quiet harbours", in_force=True, codes=("Imp",)),
            Stage(name="wider talks", in_force=True),
            Stage(name="ended"),
            Stage(name="given up"),
        ),
        transitions=(
            Transition(source="feelers", target="text", per_month=1.1),
            Transition(source="feelers", target="given up", per_month=0.2, late=False),
            Transition(source="text", target="guarantee sought", per_month=1.0, meeting=True),
            Transition(source="text", target="adjourned", per_month=0.4, cause="shock"),
            Transition(source="adjourned", target="text", per_month=0.5),
            Transition(source="adjourned", target="given up", per_month=0.2),
            Transition(source="guarantee sought", target="quiet harbours", per_month=1.5),
            Transition(source="guarantee sought", target="given up", per_month=0.3),
            Transition(source="quiet harbours", target="wider talks", per_month=0.2),
            Transition(source="quiet harbours", target="ended", per_month=0.3),
            Transition(source="wider talks", target="ended", per_month=0.1),
        ),
        preconditions=(
            Precondition(
                name="monitors", holder="Guarantor", gates=(("guarantee sought", "quiet harbours"),), binding=0.5,
                lift_per_month=0.6, seen={"Alder": "accepted", "Cedar": "under study"},
            ),
        ),
        formats=(
            Format(
                name="round table", needs=("Alder", "Birch", "Cedar", "Envoy"), meetings_per_month=1.0, agree_share=0.4,
                return_per_month={"Birch": 0.5, "Cedar": 0.8},
            ),
            Format(
                name="shuttle", needs=("Alder", "Birch", "Cedar"), meetings_per_month=1.5, agree_share=0.3,
                return_per_month=1.0,
            ),
        ),
        format="round table",
        out={"Birch": 0.5, "Cedar": 0.2},
        postponed="adjourned",
        on_schedule="text",
    )  # fmt: skip


def harbour_log() -> Log:
    return Log(
        events=(
            event("letters", "stage", dt.date(2031, 1, 10), ("Alder", "Envoy"), subject="Pre"),
            event("draft", "stage", dt.date(2031, 3, 1), ("parties", "mediator", "Guarantor"), subject="SubPar"),
            event("monitors", "condition", dt.date(2031, 3, 20), subject="monitors", by="Guarantor"),
            event("adjourned", "stage", dt.date(2031, 4, 2), weights={"adjourned": 0.9, "given up": 0.1}),
            event("birch", "out", dt.date(2031, 4, 2), subject="Birch"),
            event("denied", "denial", dt.date(2031, 4, 5), by="Cedar", likelihood=0.95),
        )
    )


def test_a_three_party_process_from_records_alone() -> None:
    process, log, by = harbours(), harbour_log(), dt.date(2031, 12, 1)
    assert process.ending == "given up"
    days = [dt.date(2031, 2, 1), dt.date(2031, 3, 15), dt.date(2031, 4, 10)]
    rows = {(row.on, row.who): row.probability for row in timeline(process, log, days, process.holders, by)}
    assert {who for (day, who), value in rows.items() if day == days[0] and value is not None} == {"Alder", "Envoy"}
    assert {who for (day, who), value in rows.items() if day == days[1] and value is None} == set()
    # learning from the letters changes rates of a stage that is past
    assert len({rows[days[2], who] for who in process.holders}) == 1
    found = by_name(levers(process, log, days[2], "public", by))
    assert {name for kind, name in found if kind == "willingness"} == {"Alder", "Birch", "Cedar", "Envoy"}
    assert found["postponement", "adjourned"].change > 0
    assert found["precondition", "monitors"].change > 0
    assert found["format", "shuttle"].change > 0
    assert found["longer postponement", "adjourned"].change < 0
    assert all(item.change < 0 for (kind, _), item in found.items() if kind == "willingness")


def test_forecast_gathers_what_reads_a_log() -> None:
    assert set(forecast.__all__) >= {"belief", "levers", "model_probability", "solve_rate", "timeline", "updated"}
    assert all(hasattr(forecast, name) for name in forecast.__all__)

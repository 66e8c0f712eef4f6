"""Claims and their file: every rule has a fault that says where, what must hold and what came."""

from __future__ import annotations

import contextlib
import datetime
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standstill.errors import Faults, InputError
from standstill.evidence import STANCES, Value, find_claims, load_claims
from standstill.evidence.claim import COLUMNS

ROW = "imports,1.7,GW,Import limit.,ministry,government,North,press,2024-07,2024-08-17,asserts,no,H,"


@pytest.mark.parametrize(
    ("text", "low", "high", "shown"),
    [
        pytest.param("10", 10, 10, "10", id="exact"),
        pytest.param("2 to 3", 2, 3, "2 to 3", id="range"),
        pytest.param("-12", -12, -12, "-12", id="negative"),
        pytest.param("-3 to -1.5", -3, -1.5, "-3 to -1.5", id="negative range"),
        pytest.param("<= 20", None, 20, "at most 20", id="at most"),
        pytest.param("<20", None, 20, "less than 20", id="less than"),
        pytest.param(">= 20", 20, None, "at least 20", id="at least"),
        pytest.param("> 1200", 1200, None, "more than 1200", id="more than"),
        pytest.param("<= 0", None, 0, "at most 0", id="zero"),
    ],
)
def test_value_is_read_and_shown(text, low, high, shown):
    value = Value.parse(text)
    assert (value.low, value.high, str(value)) == (low, high, shown)


@pytest.mark.parametrize("text", ["", "ten", "2-3", "1,200", "3 to", "<= 2 to 3", "nan", "inf", "1e3", "2 GW"])
def test_value_refuses_other_text(text):
    with pytest.raises(ValueError, match='must be a number, a range "2 to 3" or a one-sided'):
        Value.parse(text)


def test_value_refuses_an_upside_down_range():
    with pytest.raises(ValueError, match="must have its low end first, got 3 to 2"):
        Value.parse("3 to 2")


@pytest.mark.parametrize(
    ("date", "last"),
    [
        ("2024-07-19", (2024, 7, 19)),
        ("2024-02", (2024, 2, 29)),
        ("2023-12", (2023, 12, 31)),
        ("2022", (2022, 12, 31)),
        ("2024-05..2024-07", (2024, 7, 31)),
    ],
)
def test_partial_date_means_its_last_day(make_claim, date, last):
    assert make_claim(date=date).known_from == datetime.date(*last)


def test_known_by_overrides_the_last_day(make_claim):
    claim = make_claim(date="2024", known_by=datetime.date(2024, 8, 17))
    assert claim.known_from == datetime.date(2024, 8, 17)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"id": "Two Words"}, "id: must be lower-case words", id="id"),
        pytest.param({"statement": " "}, "statement: must not be empty", id="statement"),
        pytest.param({"speaker": ""}, "speaker: must not be empty", id="speaker"),
        pytest.param({"via": ()}, "via: must name at least one outlet", id="via"),
        pytest.param({"stance": "insists"}, "stance: must be one of asserts, .*, got 'insists'", id="stance"),
        pytest.param({"grade": "A"}, "grade: must be one of H, M, L, got 'A'", id="grade"),
        pytest.param({"unit": "apples"}, "unit: must be a known unit, got 'apples'", id="unit"),
        pytest.param(
            {"value": "", "unit": "GW"}, "unit: must be empty when there is no value", id="unit without value"
        ),
        pytest.param({"date": "Jul-24"}, "date: must be a date or a partial date, got 'Jul-24'", id="date"),
        pytest.param({"date": "2024-13"}, "date: must be a date", id="month"),
        pytest.param({"date": "2024-07..2024-05"}, "date: must be a date", id="dates out of order"),
        pytest.param(
            {"date": "2024-07", "known_by": datetime.date(2024, 6, 30)}, "known_by: must not be before", id="known_by"
        ),
        pytest.param({"denies": ("other",)}, 'stance: must be "denies" when it denies other', id="denies"),
        pytest.param({"denies": ("repair",), "stance": "denies"}, "denies: must not name the claim itself", id="self"),
    ],
)
def test_claim_refuses(make_claim, changes, message):
    with pytest.raises(InputError, match=message):
        make_claim(**changes)


def test_claim_lists_every_fault(make_claim):
    with pytest.raises(InputError) as caught:
        make_claim(stance="insists", grade="A", date="soon", unit="apples")
    assert [fault.place for fault in caught.value.faults] == ["stance", "grade", "unit", "date"]


@pytest.mark.parametrize("grade", ["H", "M"])
@pytest.mark.parametrize("via", [("paper",), ("paper > relay > relay",), ("paper > relay", "paper > other relay")])
def test_unnamed_speaker_through_one_outlet_is_never_above_l(make_claim, grade, via):
    with pytest.raises(InputError, match="grade: must be L: the speaker is unnamed and there is one outlet"):
        make_claim(speaker="diplomat (unnamed)", via=via, grade=grade)


def test_unnamed_speaker_may_be_graded_l_or_come_through_two_outlets(make_claim):
    assert make_claim(speaker="diplomat (unnamed)", grade="L").unnamed
    assert make_claim(speaker="diplomat (unnamed)", via=("paper > relay", "radio"), grade="M").outlets == (
        "paper",
        "radio",
    )


def test_every_stance_has_a_neutral_verb(make_claim):
    assert {make_claim(stance=stance).verb for stance in STANCES} == {
        "said",
        "estimated",
        "alleged",
        "denied",
        "declined to comment",
    }


def test_claim_survives_pickling(make_claim):
    claim = make_claim(known_by=datetime.date(2024, 8, 17))
    assert pickle.loads(pickle.dumps(claim)) == claim


def test_file_is_read(claims_file):
    denial = 'other,,,"Not so, ""nonsense"".",B,,,paper > relay; radio,2024-07-02,,denies,yes,M,imports'
    claims = load_claims(claims_file(ROW, "", "# note", denial))
    assert list(claims) == ["imports", "other"]
    assert claims["imports"].value_text == "1.7 GW"
    assert claims["other"].via == ("paper > relay", "radio")
    assert (claims["other"].statement, claims["other"].quoted) == ('Not so, "nonsense".', True)
    assert claims["other"].denies == ("imports",)


def test_file_may_be_a_traversable_or_text(claims_file):
    path = claims_file(ROW)
    assert load_claims(str(path)) == load_claims(path)


def test_file_with_a_byte_order_mark_and_crlf(columns, tmp_path):
    path = tmp_path / "claims.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{columns}\r\n{ROW}\r\n".encode())
    assert list(load_claims(path)) == ["imports"]


def test_file_lists_every_fault_with_its_row(claims_file):
    path = claims_file(
        ROW,
        ROW,
        "Bad Id,2-3,apples,,ministry,,,press,Jul-24,soon,insists,perhaps,A,import",
        "short,row",
        "drone,82,%,Intercepted.,officials (unnamed),,,press,2024-07,,asserts,no,H,",
        "denial,,,Not so.,B,,,press,2024-07,,denies,no,L,imports;import",
    )
    with pytest.raises(InputError) as caught:
        load_claims(path)
    assert [fault.place for fault in caught.value.faults] == [
        "row 4: imports.id",
        "row 5: Bad Id.value",
        "row 5: Bad Id.known_by",
        "row 5: Bad Id.quoted",
        "row 5: Bad Id.id",
        "row 5: Bad Id.statement",
        "row 5: Bad Id.stance",
        "row 5: Bad Id.grade",
        "row 5: Bad Id.stance",
        "row 5: Bad Id.unit",
        "row 5: Bad Id.date",
        "row 6: short",
        "row 7: drone.grade",
        "row 8: denial.denies",
    ]
    text = str(caught.value)
    assert text.startswith(f"14 faults in {path}")
    assert "for 'import', did you mean imports?" in text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("grade", "mark", "header: must have the column grade once, got 0", id="missing"),
        pytest.param("date", "date,id", "header: must have the column id once, got 2", id="twice"),
        pytest.param("date", "date,url", "header: must have no column but .*, got 'url'", id="unknown"),
        pytest.param(",", ";", "hint: separate columns by commas", id="semicolons"),
    ],
)
def test_file_with_a_wrong_header(claims_file, columns, old, new, message):
    with pytest.raises(InputError, match=f"(?s){message}"):
        load_claims(claims_file(header=columns.replace(old, new)))


def test_file_without_a_header(claims_file):
    with pytest.raises(InputError, match="file: must have a header with the columns id, statement"):
        load_claims(claims_file(header=""))


def test_file_with_an_open_quote(claims_file):
    with pytest.raises(InputError, match="must be valid CSV"):
        load_claims(claims_file(ROW, 'x,"open'))


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="file: must exist"):
        load_claims(tmp_path / "none.csv")


def test_file_that_is_not_text(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_bytes(b"id\xff")
    with pytest.raises(InputError, match="file: must be UTF-8 text, got 'byte 0xff at 2'"):
        load_claims(path)


@settings(deadline=None)  # writes files
@given(st.text(max_size=200))
def test_file_of_any_text_gives_claims_or_faults(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "claims.csv"
    path.write_text(f"{','.join(COLUMNS)}\n{text}", encoding="utf-8", errors="replace")
    with contextlib.suppress(InputError):
        load_claims(path)


def test_find_claims_offers_the_parts_of_a_base():
    faults = Faults(source="north.toml")
    known = {"fleet.thermal": None, "fleet.hydro": None, "fleet-other": None}
    assert find_claims(["fleet"], known, faults, "north.fleet") == ()
    assert faults.items[0].hint == "for 'fleet', did you mean fleet.thermal or fleet.hydro?"

"""Spoilt inputs of every format pass `check` or are refused in words: no traceback, no hang, no memory without end.

A few hundred here; as many as the environment variable STANDSTILL_FUZZ says in processes of their own.
"""

from __future__ import annotations

import os
import time

import pytest

from standstill import api
from standstill.errors import Fault, InputError
from tests.fuzz import cases
from tests.fuzz.cases import judge, spoilt_case
from tests.fuzz.sources import FORMATS, Source, good_sources

COUNT = 300
MANY = "STANDSTILL_FUZZ"
"""Environment variable that asks for more."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Source, ...]:
    return good_sources(tmp_path_factory.mktemp("good"))


@pytest.mark.parametrize("name", FORMATS)
def test_a_spoilt_input_passes_or_is_refused_in_words(sources, tmp_path, name):
    numbers = range(FORMATS.index(name), COUNT, len(FORMATS))
    found = []
    for number in numbers:
        (tmp_path / str(number)).mkdir()
        found.append(judge(spoilt_case(sources, number), tmp_path / str(number)))
    assert {item.case.format for item in found} == {name}
    assert [f"case {item.case.number}: {item.defect}" for item in found if item.defect] == []
    # most of them are really spoilt
    assert 0.25 < sum(item.is_refused for item in found) / len(found) < 1.0


def test_by_the_command_line(sources):
    runs = pytest.importorskip("tests.fuzz.runs", exc_type=ImportError)  # needs the limits of a POSIX system
    many = runs.BY_COMMAND_LINE if MANY in os.environ else len(FORMATS)
    assert [row["defect"] for row in runs.by_command_line(sources, range(many)) if row["defect"]] == []


@pytest.mark.skipif(MANY not in os.environ, reason=f"{MANY} does not say how many")
def test_many_in_processes_with_a_limit_of_memory():
    from tests.fuzz.runs import in_processes

    assert [row["defect"] for row in in_processes(0, int(os.environ[MANY]), 1) if row["defect"]] == []


@pytest.mark.parametrize("name", FORMATS)
def test_good_inputs_are_taken(sources, tmp_path, name):
    for number, source in enumerate(source for source in sources if source.format == name):
        case = cases.Case(number=number, format=name, files=source.files, main=source.main, spoilt=())
        (tmp_path / str(number)).mkdir()
        found = judge(case, tmp_path / str(number))
        assert (found.defect, found.is_refused) == ("", False)


def test_a_case_depends_on_its_number_and_the_seed_alone(sources):
    for number in range(len(FORMATS)):
        assert spoilt_case(sources, number).files == spoilt_case(sources, number).files
    assert spoilt_case(sources, 0).files != spoilt_case(sources, 6).files
    assert spoilt_case(sources, 0, seed=1).files != spoilt_case(sources, 0, seed=2).files


FAULT = Fault(place="file", must="exist")


@pytest.mark.parametrize(
    ("what", "defect"),
    [
        (ValueError("a defect"), "ValueError: a defect"),
        (RecursionError("a defect"), "RecursionError: a defect"),
        (SystemExit(1), "SystemExit: 1"),
        (InputError("x", ()), "refused without words: "),
        (InputError("x", (Fault(place="", must="exist"),)), "refused without words: "),
        (
            InputError("x", (FAULT, Fault(place="a", must="be readable", got="Unable to allocate 3 GiB"))),
            "2 faults in x",
        ),
        (InputError("x", (FAULT,)), ""),
    ],
)
def test_what_is_a_defect(sources, tmp_path, monkeypatch, what, defect):
    def check(_: object) -> None:
        raise what

    monkeypatch.setattr(api, "check", check)
    found = judge(spoilt_case(sources, 0), tmp_path)
    assert found.defect[: len(defect) or None] == defect
    assert found.is_refused == isinstance(what, InputError)


@pytest.mark.skipif(not cases.HAS_ALARM, reason="the system has no alarms")
def test_a_hang_is_a_defect_even_in_what_takes_every_error_for_bad_input(sources, tmp_path, monkeypatch):
    def check(_: object) -> None:
        try:
            time.sleep(60)
        except Exception as error:
            raise InputError("x", (FAULT,)) from error

    monkeypatch.setattr(api, "check", check)
    monkeypatch.setattr(cases, "LIMIT_S", 0.05)
    assert judge(spoilt_case(sources, 0), tmp_path).defect == "took more than 0.05 s"

"""A scenario to begin with: what is written is whole, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from standstill import api
from standstill.errors import InputError, OutputError
from standstill.scenario import list_scenarios, load_scenario, new_scenario
from standstill.scenario.files import BUILTIN

BUILT_IN = [row[0] for row in list_scenarios()]


def test_the_example_passes_the_check_and_runs(tmp_path: Path) -> None:
    (path,) = new_scenario("my own", tmp_path)
    assert path == tmp_path / "my own.toml"
    scenario = api.check(path)
    assert scenario.name == "my own"
    run = api.run(path, samples=64)
    worth = run.worth["standstill"]["Land"]["eue"]
    assert worth.value > 3 * worth.se


def test_the_example_explains_every_table_it_has(tmp_path: Path) -> None:
    (path,) = new_scenario("own", tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    first: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line.startswith("["):
            first.setdefault(line, number)
    kinds = {line.strip("[]").rpartition(".")[2] for line in first}
    assert {"arm", "terms", "side", "system", "region", "areas", "generator", "storage", "stream", "weapon",
            "weights", "mapping", "curve", "crews", "spares"} <= kinds  # fmt: skip
    # a comment above the table or on a key in it
    for line, number in first.items():
        after = next((at for at in range(number + 1, len(lines)) if not lines[at].strip()), len(lines))
        assert any("#" in text for text in lines[number - 3 : after]), line


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_copy_of_a_built_in_scenario_is_that_scenario(tmp_path: Path, name: str) -> None:
    main, *others = new_scenario("copy", tmp_path, source=name)
    original, copied = load_scenario(name), load_scenario(main)
    assert (copied.name, copied.title) == ("copy", original.title)
    assert [side.name for side in copied.sides] == [side.name for side in original.sides]
    assert copied.sides[0].system.generators.capacity.tolist() == original.sides[0].system.generators.capacity.tolist()
    for path in others:
        assert path.read_text(encoding="utf-8") == (BUILTIN / path.name).read_text(encoding="utf-8")


def test_the_files_that_are_copied_are_those_that_are_read(tmp_path: Path) -> None:
    main, *others = new_scenario("copy", tmp_path, source="winter-2024")
    assert {path.name for path in others} == {
        "claims-2024.csv", "curves-2024.toml", "process-2024.toml", "log-2024.csv",
    }  # fmt: skip
    curves = tmp_path / "curves-2024.toml"
    first = load_scenario(main).id
    curves.write_text(curves.read_text(encoding="utf-8").replace('"35 %"', '"36 %"'), encoding="utf-8")
    assert load_scenario(main).id != first


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    new_scenario("own", tmp_path)
    with pytest.raises(InputError, match=r"own\.toml: must not be there yet\n\nhint: nothing is overwritten"):
        new_scenario("own.toml", tmp_path)
    new_scenario("a", tmp_path, source="winter-2024")
    new_scenario("b", tmp_path, source="winter-2024")  # the same files beside it are shared
    (tmp_path / "curves-2024.toml").write_text("changed", encoding="utf-8")
    with pytest.raises(InputError, match=r"curves-2024\.toml: must not be there yet"):
        new_scenario("c", tmp_path, source="winter-2024")
    assert (tmp_path / "curves-2024.toml").read_text(encoding="utf-8") == "changed"
    assert not (tmp_path / "c.toml").exists()


def test_the_name_of_a_built_in_scenario_is_taken(tmp_path: Path) -> None:
    message = r"name: must not be that of a built-in .*got 'winter-2024'\n\nhint: choose another, such as my-winter"
    with pytest.raises(InputError, match=message):
        new_scenario("winter-2024", tmp_path, source="rts-79")
    assert list(tmp_path.iterdir()) == []


def test_bad_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"(?s)2 faults.*name: must be letters.*got '\.\./x'.*did you mean winter-2024"
    ):
        new_scenario("../x", tmp_path, source="winter-2O24")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"cannot write .*own\.toml"):
        new_scenario("own", tmp_path / "file" / "folder")

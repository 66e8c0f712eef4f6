"""The page: offline by its own rules, numbers as in the JSON, both sides in the same words."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from standstill.report import summary, write_report
from standstill.report.rounding import chance_text, ends_text, scale_for
from standstill.report.words import OIL, POWER, driver_words
from standstill.studies.run import Run, run_scenario
from standstill.studies.sampling import Sampling
from tests.report.conftest import figure

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
VOID = {"meta", "link", "br", "img", "hr", "input", "path", "rect", "line", "circle", "use", "stop"}
DATA = re.compile(r'<data value="([^"]+)" data-key="([^"]+)">([^<]*)</data>')


class Fragments(HTMLParser):
    """Collects the text of each element that belongs to one side, and the text that belongs to none."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str | None] = []
        self.by_side: dict[str, list[str]] = {}
        self.shared: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        side = dict(attrs).get("data-side") or (self.open[-1] if self.open else None)
        self.open.append(side)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            side = self.open[-1] if self.open else None
            (self.shared if side is None else self.by_side.setdefault(side, [])).append(text)


def fragments(page: str) -> Fragments:
    found = Fragments()
    found.feed(page)
    return found


def test_policy_forbids_every_request(html: str) -> None:
    assert f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">' in html


def test_page_has_no_script_and_no_address(html: str) -> None:
    assert not re.search(r"<script|<iframe|<object|<embed|\son\w+\s*=|javascript:|@import", html, re.IGNORECASE)
    assert re.findall(r"""(?:https?:)?//[\w.]+""", html) == []
    links = re.findall(r"""(?:href|src)\s*=\s*["']([^"']*)""", html)
    assert [link for link in links if not link.startswith(("#", "data:"))] == []
    assert set(re.findall(r"url\(([^)]*)\)", html)) <= {f"#{name}" for name in re.findall(r'id="([^"]+)"', html)}


def test_ids_are_unique(html: str) -> None:
    assert [name for name, count in Counter(re.findall(r'\bid="([^"]+)"', html)).items() if count > 1] == []


def test_what_was_said_is_escaped(html: str) -> None:
    assert "&lt;as said&gt; &amp; printed" in html
    assert "<as said>" not in html


def test_first_screen(html: str, run: Run) -> None:
    first = html[: html.index('id="winter"')]
    for words in (
        "What would it be worth to stop?", "20 November 2024", "23 November 2024 to 13 December 2024",
        "North", "South", POWER.unserved, OIL.unserved, "Stocks are invented.", "Both campaigns go on.",
        "What would change the answer most", "How often waves come (salvos)", "What we do not know",
        "How many crews there are.",
        "Counted over 300 simulated winters: shares of winters may be off by up to 6 in 100, at 95 %.",
    ):  # fmt: skip
        assert words in first
    assert first.index("<h3>North") < first.index("<h3>South")


def test_later_sections(html: str) -> None:
    for words in (
        "Waves: of what size?", "ministry (official)", "Paper &gt; Relay; Radio", "denied by", "judgement, because",
        "What a zonal model cannot see", "Two areas.", "seed 1", "Said, and not used", "300 samples",
    ):  # fmt: skip
        assert words in html
    assert "{strikes/North/hours_off}" not in html


def test_numbers_are_those_of_the_json(html: str, run: Run) -> None:
    tables = json.loads(json.dumps(run.as_dict()))
    found = DATA.findall(html)
    assert len({key for _, key, _ in found}) > 100
    for value, key, _ in found:
        if key.startswith("drivers/"):
            assert float(value) == explained(tables["drivers"], key), key
            continue
        where = tables["worth"] if key.startswith("worth/") else tables["arms"]
        arm, side, name, kind = key.removeprefix("worth/").split("/")
        assert float(value) == where[arm][side][name][kind], key


def explained(table: dict[str, dict], key: str) -> float:
    """Return what a key of the drivers stands for in the JSON."""
    _, side, name, kind = key.split("/")
    figures = {figure["path"]: figure for figure in table[side]["figures"]}
    return (figures[name] if name in figures else table[side][name])[kind]


def test_what_drives_the_answer_is_said_in_shares(html: str, run: Run) -> None:
    for side in ("North", "South"):
        keys = [key for _, key, _ in DATA.findall(html) if key.startswith(f"drivers/{side}/")]
        assert keys == [
            f"drivers/{side}/{side}.stream.salvos.rate/index",
            f"drivers/{side}/chance_and_interactions/value",
        ]  # fmt: skip
        assert run.drivers[side].ranked[0].direction == 1
    assert "the higher, the more is saved" in html
    assert html.count('data-kind="drivers"') == 2


def test_five_numbers_after_rounding(html: str, run: Run) -> None:
    """Five sampled values equal the JSON after the report's rounding."""
    first = html[: html.index('id="winter"')]
    shown = {key: text for _, key, text in DATA.findall(first)}
    arms, saved = run.as_dict()["arms"], run.as_dict()["worth"]["standstill"]
    north = [arms[arm]["North"]["eue"] for arm in ("strikes", "standstill")]
    scale = scale_for("MWh", [item[end] for item in north for end in ("p10", "p90")])
    low, high = ends_text(*(scale.factor * north[0][end] for end in ("p10", "p90")))
    assert (shown["strikes/North/eue/p10"], shown["strikes/North/eue/p90"]) == (low, high)
    worth = ends_text(*(scale.factor * saved["North"]["eue"][end] for end in ("p10", "p90")))
    assert shown["worth/standstill/North/eue/p90"] == worth[1]
    share = [arms["strikes"]["South"]["hours_off"][end] / 24 * 100 for end in ("p10", "p90")]
    assert shown["strikes/South/hours_off/p90"] == ends_text(*share)[1]
    assert shown["standstill/South/getting_through/value"] == chance_text(
        arms["standstill"]["South"]["getting_through"]["value"]
    )


def test_exchanging_the_sides_exchanges_the_sentences(
    run: Run, exchanged: Run, folder: Path, html: str, tmp_path: Path
) -> None:
    assert summary(exchanged) == summary(run)[::-1]
    one = fragments(html)
    other = fragments(write_report(exchanged, tmp_path).read_text(encoding="utf-8"))
    for chart in sorted((folder / "charts").glob("*.svg")):
        assert (tmp_path / "charts" / chart.name).read_bytes() == chart.read_bytes()
    assert one.by_side.keys() == other.by_side.keys() == {"North", "South"}
    for side, texts in one.by_side.items():
        assert other.by_side[side] == texts

    def shared(found: Fragments) -> Counter[str]:
        swapped = (text.replace("South and North", "North and South") for text in found.shared)
        apart = (re.sub(r"Simulated and measured in \d+ s\.|[0-9a-f]{16}", "", text) for text in swapped)
        return Counter(apart)

    assert shared(one) == shared(other)


def test_the_lead_says_what_stands_in_place_of_what(html: str) -> None:
    leads = re.findall(r'<p class="lead">(With .*?)</p>', html)
    assert len(leads) == 2
    share = r"\S+( \d+)? of 100 winters without grave cuts instead of .*"
    form = rf"With the standstill instead of strikes: .* saved; {share}\."
    assert [lead for lead in leads if not re.fullmatch(form, lead)] == []
    assert html.count("Criterion for a winter without grave cuts: ") == 2


def test_short_units_of_oil_are_spelled_out(html: str) -> None:
    bare = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    assert "kb is thousand barrels, kb/d thousand barrels a day" in bare
    assert not re.search(r"\bkb\b", bare.partition('id="register"')[0])


def test_the_span_of_a_driver_has_two_digits(run: Run) -> None:
    driver = run.drivers["North"].ranked[0]
    wide = figure(driver.path, "per month", 0.0, 4.35)
    register = replace(run.scenario.register, figures=(wide,))
    words = driver_words(driver, "North", replace(run.scenario, register=register))
    assert words == "How often waves come (salvos): 0 to 4.3 per month; the higher, the more is saved"


def test_the_line_of_a_tornado_keeps_off_the_names(folder: Path) -> None:
    """Each name is drawn on a white edge of its own, which lies over the line."""
    chart = (folder / "charts" / "drivers-north.svg").read_text(encoding="utf-8")
    name = "how often waves come (salvos)"
    edge = re.search(rf'<text[^>]*stroke="white"[^>]*>{re.escape(name)}</text>', chart)
    assert edge is not None
    assert chart.index("mark-rule role-mark") < edge.start() < chart.rindex(f">{name}</text>")


def test_without_strikes_there_is_no_difference(quiet: Run, tmp_path: Path) -> None:
    assert all("no difference between strikes and standstill" in line for line in summary(quiet))
    first = write_report(quiet, tmp_path).read_text(encoding="utf-8").partition('id="winter"')[0]
    assert first.count("No difference between strikes and standstill.") == 2
    assert first.count(">no difference</td>") == 8


def test_one_arm_alone_has_a_report(run: Run, tmp_path: Path) -> None:
    alone = replace(run.scenario, arms=run.scenario.arms[:1], register=None, comparisons=(), unknown=(), limits=())
    found = run_scenario(alone, sampling=Sampling(samples=20, seed=1, version="0.0.0"))
    page = write_report(found, tmp_path).read_text(encoding="utf-8")
    assert ">saved" not in page.partition('id="winter"')[0]
    assert not list((tmp_path / "charts").glob("saving-*"))


@pytest.mark.parametrize("word", ["blame the", "aggress", "enemy", "target"])
def test_our_voice_is_neutral(html: str, word: str) -> None:
    assert word not in html.lower()

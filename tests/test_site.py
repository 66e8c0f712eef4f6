"""The documentation builds as a site: without a warning or a network, every page with what it needs beside it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

pytest.importorskip("sphinx", reason="needs the extra docs")

REPOSITORY = Path(__file__).parents[1]
# any attempt to reach another machine fails, as it would on a laptop without a network
OFFLINE = """
import socket, sys
def refused(*arguments, **more):
    raise OSError("the site is to be built without a network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
from sphinx.cmd.build import main
sys.exit(main(sys.argv[1:]))
"""
# what a page loads by itself, by element
LOADED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}


class Page(HTMLParser):
    """What a page of the site loads, leads to, and can be pointed at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        if tag == "a" and "href" in found:
            self.leads.append(found["href"])
        is_notice = tag == "link" and found.get("rel") in ("canonical", "next", "prev", "search", "index")
        if LOADED.get(tag) in found and not is_notice:
            self.loads.append(found[LOADED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    options = ["-W", "--keep-going", "-q", "-D", "run_cells=0", "-d", str(folder / "doctrees"), "-c", "docs"]
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, *options, ".", str(folder / "html")],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {file: Page(file.read_text(encoding="utf-8")) for file in sorted(site.rglob("*.html"))}


def sources() -> Iterator[Path]:
    yield from (REPOSITORY / "docs").rglob("*.md")
    yield from REPOSITORY.glob("*.md")


def test_every_page_is_there_and_the_first_leads_to_the_index(site: Path) -> None:
    missing = [file for file in sources() if not (site / file.relative_to(REPOSITORY)).with_suffix(".html").exists()]
    assert missing == []
    [target] = re.findall(r"url=([^\"]+)", (site / "index.html").read_text(encoding="utf-8"))
    assert (site / target).exists()


def test_no_page_loads_anything_from_elsewhere(pages: dict[Path, Page]) -> None:
    assert all(page.loads for file, page in pages.items() if file.parent.name != "html")
    assert [(file.name, what) for file, page in pages.items() for what in page.loads if "//" in what] == []


def test_styles_load_nothing_from_elsewhere(site: Path) -> None:
    styles = sorted(site.rglob("*.css"))
    assert styles
    assert [
        file.name for file in styles if re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", file.read_text())
    ] == []


def test_every_link_within_the_site_leads_to_a_place_that_is_there(pages: dict[Path, Page]) -> None:
    lost = []
    for file, page in pages.items():
        for link in (*page.leads, *page.loads):
            if re.match(r"[a-z]+:|//", link):
                continue
            path, _, place = link.partition("#")
            target = (file.parent / unquote(path.partition("?")[0])).resolve() if path else file
            if not target.exists() or (place and target in pages and unquote(place) not in pages[target].ids):
                lost.append((file.name, link))
    assert lost == []


def test_every_guide_is_in_the_side_bar(site: Path) -> None:
    index = (site / "docs" / "index.html").read_text(encoding="utf-8")
    [bar] = re.findall(r'<div class="sidebar-tree">.*?</div>', index, re.DOTALL)
    missing = [file.name for file in sources() if file.name not in ("index.md",) and f'{file.stem}.html"' not in bar]
    assert missing == []

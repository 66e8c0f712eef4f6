"""The page in a real browser with the network off: it is drawn, and nothing fails."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from standstill import api
from standstill.report import AUDIENCES, Audience, write_sheet
from standstill.studies.run import Run

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome", "chrome") if (found := shutil.which(name))),
    None,
)

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(CHROMIUM is None, reason="SKIPPED: NO CHROMIUM ON PATH, the page was not opened in a browser"),
]


def browse(page: Path, tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND",
            "--enable-logging=stderr", "--v=0", "--disable-background-networking", "--disable-component-update",
            f"--user-data-dir={tmp_path / 'profile'}", *options, page.resolve().as_uri(),
        ],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def test_page_opens_without_a_network(folder: Path, tmp_path: Path) -> None:
    done = browse(folder / "report.html", tmp_path, "--dump-dom")
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    drawings = re.findall(r"<svg.*?</svg>", done.stdout, re.DOTALL)
    assert len(drawings) == 19
    assert all(re.search(r"role-mark[^>]*>\s*<(?:path|rect|line|text|g)\b", drawing) for drawing in drawings)


@pytest.mark.parametrize("width", [390, 1200])
def test_page_is_painted(folder: Path, tmp_path: Path, width: int) -> None:
    picture = tmp_path / "page.png"
    done = browse(folder / "report.html", tmp_path, f"--screenshot={picture}", f"--window-size={width},1600")
    assert done.returncode == 0, done.stderr
    assert picture.stat().st_size > 40_000  # a blank page is a few kB


@pytest.fixture(scope="module")
def winter(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return api.run("winter-2024", samples=256, out=tmp_path_factory.mktemp("winter"))


@pytest.mark.parametrize("paper", ["A4", "letter"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_note_is_at_most_two_pages(winter: Run, tmp_path: Path, audience: Audience, paper: str) -> None:
    note = write_sheet(winter, tmp_path, audience)
    text = note.read_text(encoding="utf-8")
    note.write_text(text.replace("</style>", f"@page {{ size: {paper}; }}\n</style>", 1), encoding="utf-8")
    printed = tmp_path / "note.pdf"
    done = browse(note, tmp_path, f"--print-to-pdf={printed}")
    assert done.returncode == 0, done.stderr
    pages = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert 1 <= pages <= 2


def test_a_broken_policy_would_be_seen(folder: Path, tmp_path: Path) -> None:
    """A page that fetches something makes the console line that the first test looks for."""
    page = (
        (folder / "report.html")
        .read_text(encoding="utf-8")
        .replace("</body>", '<img src="https://example.org/x.png"></body>')
    )
    broken = tmp_path / "broken.html"
    broken.write_text(page, encoding="utf-8")
    done = browse(broken, tmp_path, "--dump-dom")
    assert "CONSOLE" in done.stderr

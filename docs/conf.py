"""The documentation as a site of its own: ``make site`` builds the pages as they are into build/site.

The sources are the repository's pages, so that every link works on a code host and here alike. A site needs no
network, neither to be built nor to be read: no fonts, no scripts and no indices of other projects are fetched.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

DOCS = Path(__file__).parent
REPOSITORY = DOCS.parent
sys.path[:0] = [str(DOCS), str(REPOSITORY / "src")]

import cells  # noqa: E402

import standstill  # noqa: E402

project = "Standstill"
author = "The Standstill developers"
version = release = standstill.__version__

extensions = ["myst_parser"]
root_doc = "docs/index"
source_suffix = {".md": "markdown"}
include_patterns = ["*.md", "docs/**.md"]
exclude_patterns = [".*", "benchmarks", "build", "dist", "requirements", "results", "src", "tests"]
myst_heading_anchors = 4
nitpicky = True
smartquotes = False

html_theme = "furo"
html_title = f"Standstill {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["redirect"]
html_copy_source = False
html_use_index = False
html_show_copyright = False
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {"color-brand-primary": "#2f6b3a", "color-brand-content": "#2f6b3a"},
    "dark_css_variables": {"color-brand-primary": "#8fc79a", "color-brand-content": "#8fc79a"},
}

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
PAGE = re.compile(r"\[([^\]]+)\]\(([^)\s#:]+)\.md\)")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register what is done to pages before they are parsed."""
    app.add_config_value("run_cells", True, "env", bool)
    app.connect("source-read", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def read(app: Sphinx, page: str, source: list[str]) -> None:
    """Give the index its table of contents, and the notebook what its cells give."""
    if page == root_doc:
        source[0] += contents(source[0])
    elif page == "docs/notebook" and app.config.run_cells:
        source[0] = cells.with_outputs(source[0])


def contents(index: str) -> str:
    """Return the side bar's tables of contents: the pages that each section of the index links to, as it calls them."""
    parts = []
    before, *sections = SECTION.split(index)
    for caption, text in [("", before), *zip(sections[::2], sections[1::2], strict=True)]:
        pages = "\n".join(f"{title} <{page}>" for title, page in PAGE.findall(text))
        title = f":caption: {caption}\n" if caption else ""
        parts.append(f"\n```{{toctree}}\n:hidden:\n{title}\n{pages}\n```\n")
    return "".join(parts)

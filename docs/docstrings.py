"""Reads numpydoc docstrings, so that the reference can be written from them and tests can hold them against the code.

Knows the form of docstrings and nothing of the names that they describe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

HEADING = re.compile(r"^([A-Z][A-Za-z ]+)\n-{3,}\n", re.MULTILINE)
ENTRY = re.compile(r"^(?=\S)(.+)\n((?:[ \t]+.*\n|\n)*)", re.MULTILINE)
LISTS = ("Parameters", "Returns", "Yields", "Raises", "Attributes")
"""Sections that are lists of entries; any other is text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a section: parameters that are described together, what is returned, or an error."""

    names: tuple[str, ...]
    """Names of the parameters; of a result or an error its type."""
    kind: str
    """Type of the parameters, as it is written."""
    text: str
    """What is said of them, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Docstring:
    """A docstring in its parts."""

    text: str
    """What comes before the first section."""
    lists: dict[str, tuple[Entry, ...]] = field(default_factory=dict)
    """Section -> its entries, for the sections in ``LISTS``."""
    others: dict[str, str] = field(default_factory=dict)
    """Section -> its text, for any other."""

    def names(self, section: str) -> tuple[str, ...]:
        """Return the names that a section describes."""
        return tuple(name for entry in self.lists.get(section, ()) for name in entry.names)


def parse(text: str) -> Docstring:
    """Return the parts of a docstring whose indentation is cleaned."""
    before, *rest = HEADING.split(text.strip() + "\n")
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    lists = {name: tuple(map(_entry, ENTRY.findall(part))) for name, part in sections.items() if name in LISTS}
    others = {name: part.strip() for name, part in sections.items() if name not in LISTS}
    return Docstring(text=before.strip(), lists=lists, others=others)


def markdown(parsed: Docstring) -> str:
    """Return the sections of a docstring as Markdown, lists for entries and blocks for examples; empty without any."""
    parts = []
    for name, entries in parsed.lists.items():
        # a bare type is in the signature
        if name == "Returns" and not any(entry.text for entry in entries):
            continue
        parts += [f"**{name}**", "\n".join(map(_item, entries))]
    for name, part in parsed.others.items():
        parts += [f"**{name}**", _examples(part) if name == "Examples" else inline(part)]
    return "\n\n".join(parts)


def inline(text: str) -> str:
    """Return running text of a docstring as Markdown: names in single back-ticks, roles as what they name."""
    clean = re.sub(r"(?::\w+:`([^`]+)`|``([^`]+)``)", lambda match: f"`{match[1] or match[2]}`", text)
    parts = clean.replace("::\n", ":\n").split("`")
    # outside of code, a power is no bold text, and a bound no tag
    parts[::2] = [part.replace("**", r"\*\*").replace("<", "&lt;") for part in parts[::2]]
    return "`".join(parts)


def _examples(text: str) -> str:
    """Return examples as blocks, and the words between them as text."""
    parts = [f"```pycon\n{part}\n```" if part.startswith(">>>") else inline(part) for part in text.split("\n\n")]
    return "\n\n".join(parts).replace("\n```\n\n```pycon\n", "\n\n")


def _entry(found: tuple[str, str]) -> Entry:
    head, text = found
    names, _, kind = head.partition(":")
    return Entry(names=tuple(names.strip().split(", ")), kind=kind.strip(), text=" ".join(text.split()))


def _item(entry: Entry) -> str:
    names = ", ".join(f"`{name.lstrip('*')}`" for name in entry.names)
    kind = f" ({inline(entry.kind)})" if entry.kind else ""
    return f"- {names}{kind}" + (f": {inline(entry.text)}" if entry.text else "")

"""Takes the text of a MATPOWER case apart: the fields of its struct that are plain data, each row with its line.

Reads and never runs: a statement that would compute the data is a fault, not an answer. Knows the syntax and nothing of
buses or the System.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from standstill.errors import Faults

__all__ = ["Case", "Matrix", "note", "parse_case"]

_MOST_FAULTS = 20
_PLAIN = "open the case in MATPOWER and write it anew with savecase, which leaves plain data"

# a sign belongs to a number only after a space or bracket, and a number must end where an element could
_TOKEN = re.compile(
    r"""[ \t\f\v]*(?:
      (?P<number>(?:(?<=[\s\[{(;,=])[-+])?
        (?:(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:[eEdD][-+]?[0-9]+)?|(?:[Ii]nf|NaN|nan))
        (?=[\s\]});,%#]|\.\.\.|\Z))
    | (?P<newline>\n)
    | (?P<end>[;,])
    | (?P<continued>\.\.\.[^\n]*(?:\n|\Z))
    | (?P<comment>[%#][^\n]*)
    | (?P<open>[\[{(])
    | (?P<close>[\]})])
    | (?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)
    | (?P<string>(?<![\w\])}'.])(?:'(?:[^'\n]|'')*'|"(?:[^"\n]|"")*"))
    | (?P<equals>=(?!=))
    | (?P<other>[^\s\[\]{}();,%#'"=]+|[^ \t\f\v])
    )""",
    re.VERBOSE | re.ASCII,
)
_CLOSES = {"[": "]", "{": "}", "(": ")"}
_BLOCKS = {"if", "for", "while", "switch", "try", "parfor", "do", "unwind_protect"}
_ENDS = re.compile(r"end(?:if|for|while|switch|function|_try_catch|_unwind_protect)?|until")
_RUNS_TEXT = {"eval", "evalc", "evalin", "assignin", "load", "run"}

Token = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A matrix of plain numbers, with the line each row is on."""

    line: int
    """Line it begins on."""
    rows: list[list[float]]
    lines: list[int]


@dataclass(slots=True, kw_only=True)
class Case:
    """What a case says, field by field."""

    scalars: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Line and text of single numbers and texts."""
    matrices: dict[str, Matrix] = field(default_factory=dict)
    cells: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """Line and text of each entry of a cell array."""


def note(faults: Faults, line: int, must: str, got: str = "", hint: str = "") -> None:
    """Note a fault in a line; beyond the first twenty only that there are more."""
    if len(faults.items) < _MOST_FAULTS:
        faults.add(f"line {line}", must, got or None, hint)
    elif len(faults.items) == _MOST_FAULTS:
        faults.add("file", f"have no more faults than the {_MOST_FAULTS} listed here")


def parse_case(text: str, matrices: Collection[str], cells: Collection[str], faults: Faults) -> Case:
    """Return the fields of the struct a case returns.

    Parameters
    ----------
    text: str
        The case.
    matrices, cells: collection of str
        Names of the fields that must be matrices of plain numbers, and cell arrays of text.
    faults: Faults
        What is wrong is noted here, with its line.
    """
    plain = _without_blocks(text.replace("\r\n", "\n").replace("\r", "\n"), faults)
    return _Parser(tokens=_tokens(plain), matrix_names=set(matrices), cell_names=set(cells), faults=faults).parse()


def _without_blocks(text: str, faults: Faults) -> str:
    """Return the text with its block comments made blank, line by line."""
    if "%{" not in text and "#{" not in text:
        return text
    lines, opened = text.split("\n"), []
    for index, line in enumerate(lines):
        if line.strip() in ("%{", "#{"):
            opened.append(index + 1)
        elif opened and line.strip() in ("%}", "#}"):
            opened.pop()
            lines[index] = ""
        if opened:
            lines[index] = ""
    if opened:
        note(faults, opened[0], "be closed by a line with %} alone", "a block comment")
    return "\n".join(lines)


def _tokens(text: str) -> Iterator[Token]:
    """Yield kind, text and line of each token; a continued line is one line."""
    line = 1
    for match in _TOKEN.finditer(text.rstrip()):  # blanks that end in nothing would be scanned from each of them
        kind = match.lastgroup or "other"
        if kind == "continued":
            line += 1
        elif kind != "comment":
            yield kind, match[kind], line
            if kind == "newline":
                line += 1
    yield "newline", "\n", line


@dataclass(slots=True, kw_only=True)
class _Parser:
    tokens: Iterator[Token]
    matrix_names: set[str]
    cell_names: set[str]
    faults: Faults
    struct: str = "mpc"
    depth: int = 0
    case: Case = field(default_factory=Case)
    seen_function: bool = False

    def parse(self) -> Case:
        """Read statement by statement to the end of the first function."""
        for token in self.tokens:
            kind, text, line = token
            if kind in ("newline", "end"):
                continue
            if text == "function" and self.seen_function:
                break
            if text == "return" and kind == "name" and not self.depth:
                break
            if text == "function":
                self._function(line)
            elif kind == "name":
                self._named(text, line)
            else:
                self._unnamed(token)
        return self.case

    def _wanted(self, name: str) -> bool:
        """Whether a name is the struct or a field of it that is read."""
        first, _, rest = name.partition(".")
        known = rest in self.matrix_names or rest in self.cell_names or rest == "version"
        return first == self.struct and (known or not rest)

    def _function(self, line: int) -> None:
        self.seen_function = True
        rest = self._rest()
        if len(rest) > 1 and rest[0][0] == "name" and rest[1][0] == "equals":
            self.struct = rest[0][1]
        elif rest and rest[0][1] == "[":
            must = "return one struct, as cases of version 2 do"
            note(self.faults, line, must, "a function with several results", _PLAIN)

    def _named(self, name: str, line: int) -> None:
        if name in _BLOCKS:
            self.depth += 1
        elif _ENDS.fullmatch(name):
            self.depth = max(0, self.depth - 1)
        elif name in _RUNS_TEXT:
            note(self.faults, line, "hold plain data and run no other text", name, _PLAIN)
        elif name.partition(".")[0] == self.struct:
            self._of_struct(name, line)
            return
        self._rest()

    def _of_struct(self, name: str, line: int) -> None:
        kind, text, at = self._next()
        if kind == "equals" and "." in name and (not self.depth or not self._wanted(name)):
            self._assign(name.partition(".")[2], line)
            return
        rest = [(kind, text, at), *self._rest((kind, text, at))]
        if self._wanted(name) and any(token[0] == "equals" for token in rest):
            self._changed(name, line)

    def _unnamed(self, token: Token) -> None:
        """Pass over a statement that begins with no name; ``[mpc.bus, x] = f(x)`` changes what it names."""
        rest = self._rest(token)
        targets = list(takewhile(lambda token: token[0] != "equals", rest))
        changed = [text for kind, text, _ in targets if kind == "name" and self._wanted(text)]
        if changed and len(targets) < len(rest):
            self._changed(changed[0], token[2])

    def _changed(self, name: str, line: int) -> None:
        note(self.faults, line, "give data and not compute it", f"a statement that changes {name}", _PLAIN)

    def _assign(self, name: str, line: int) -> None:
        """Read ``mpc.name = value``."""
        whole = f"{self.struct}.{name}"
        if name in self.case.matrices or name in self.case.cells or (name in self.case.scalars and self._wanted(whole)):
            note(self.faults, line, f"give {whole} once")
        first = self._next()
        kind, text, at = first
        if name in self.matrix_names and text == "[":
            self.case.matrices[name] = self._matrix(whole, at)
        elif name in self.cell_names and text == "{":
            self.case.cells[name] = self._cell(whole, at)
        elif name in self.matrix_names or name in self.cell_names:
            wanted = "a matrix of plain numbers" if name in self.matrix_names else "a cell array of text"
            note(self.faults, line, f"give {whole} as {wanted}", text.strip(), _PLAIN)
            self._rest(first)
            return
        elif kind in ("number", "string"):
            self.case.scalars[name] = (at, text.strip("'\""))
        else:
            self._rest(first)
            return
        after = self._rest()
        if after and self._wanted(whole):
            note(self.faults, after[0][2], f"give {whole} and not compute with it", after[0][1], _PLAIN)

    def _matrix(self, name: str, line: int) -> Matrix:
        matrix = Matrix(line=line, rows=[], lines=[])
        in_row = False
        for kind, text, at in self.tokens:
            if kind == "number":
                if not in_row:
                    matrix.rows.append([])
                    matrix.lines.append(at)
                    in_row = True
                matrix.rows[-1].append(float(text.replace("d", "e").replace("D", "e")))
            elif kind == "newline" or text == ";":
                in_row = False
            elif text == "]":
                return matrix
            elif text != ",":
                note(self.faults, at, f"hold plain numbers in {name}", text, _PLAIN)
                if kind == "open":
                    self._skip(text, at)
        note(self.faults, line, "be closed", f"{name} = [")
        return matrix

    def _cell(self, name: str, line: int) -> list[tuple[int, str]]:
        entries: list[tuple[int, str]] = []
        for kind, text, at in self.tokens:
            if kind == "string":
                entries.append((at, text[1:-1].replace(text[0] * 2, text[0])))
            elif text == "}":
                return entries
            elif kind not in ("newline", "end"):
                note(self.faults, at, f"hold plain text in {name}", text)
                if kind == "open":
                    self._skip(text, at)
        note(self.faults, line, "be closed", f"{name} = {{")
        return entries

    def _next(self) -> Token:
        return next(self.tokens, ("newline", "\n", 0))

    def _rest(self, first: Token | None = None) -> list[Token]:
        """Return the tokens to the end of the statement; of what is in brackets, the names alone."""
        found: list[Token] = []
        if first is not None:
            if first[0] in ("newline", "end"):
                return found
            if first[0] == "open":
                found += self._skip(first[1], first[2])
        for token in self.tokens:
            if token[0] in ("newline", "end"):
                break
            found.append(token)
            if token[0] == "open":
                found += self._skip(token[1], token[2])
        return found

    def _skip(self, bracket: str, line: int) -> list[Token]:
        """Pass over what brackets hold; return the names in them."""
        opened = [(bracket, line)]
        names: list[Token] = []
        for token in self.tokens:
            kind, text, at = token
            if kind == "open":
                opened.append((text, at))
            elif kind == "close":
                if text != _CLOSES[opened[-1][0]]:
                    note(self.faults, at, f"close the {opened[-1][0]} of line {opened[-1][1]} first", text)
                opened.pop()
                if not opened:
                    return names
            elif kind == "name" and len(opened) == 1:
                names.append(token)
        note(self.faults, opened[0][1], "be closed", opened[0][0])
        return names

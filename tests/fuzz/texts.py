"""Spoils texts: bytes, lines, cells, numbers, dates, quotes and brackets. Knows no format."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

__all__ = ["spoilt_bytes", "spoilt_text"]

NUMBERS = (
    "0", "-1", "1", "0.5", "1e308", "1e400", "-1e308", "1e-320", "nan", "NaN", "inf", "-Infinity", "", "1_000", "0x10",
    "1e", "--1", "1.2.3", "١٢", "9" * 25, "9" * 5000, "1" + "0" * 400, "4294967295", "2147483648",
    "-9223372036854775809", "true", '"5"', "[1]", "{}", "1 2", "1;2", "1d3", "1e10", "1000000",
)  # fmt: skip
DATES = (
    "0001-01-01", "9999-12-31", "2024-02-30", "2024-13-01", "1900-01-01", "2024-11-01T00:00:00.000001",
    "2024-11-01T00:00+14:00", "9999-12-31T23:59:59", "0001-01-01T00:00:00-23:59", "2024", "24-1-1", "2024-11-01T25:00",
)  # fmt: skip
WORDS = (
    "", " ", "\t", "\x00", "\\u0000", "../x", ".", "/", "/dev/null", "x.toml", "input.toml", "é", "名", "\u202e",
    "\ufeff", "'", '"', '"""', "a" * 300, "a" * 200_000, "{{", "%s", "${x}", "=SUM(A1)", "\r", "#", "%{", "...",
    "north", "all",
    "strikes", "fixed", "clock", "nan", "-1 to 1", "2 to 1", "0 to 0", "1e308 to 1e309", "5 %", "5 MW", "5 GWh", "5 h",
    "5 per month", "5 °C", "5 furlong", "-5 %", "1000 %", "1e9 MW", "1e300 GW", "1e18 h", "1e-300 per month",
    "1e9 per day", "1e12 weapons", "1e9 crews", "100000 spares", "lost", "kept", "redirected", "all of it",
)  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+)?")
_QUOTED = re.compile(r'"[^"\n]*"')
_WORD = re.compile(r"[A-Za-z_]\w*")
_UNIT = re.compile(r"(?<=\d )[A-Za-z%°/]+")
_UNITS = ("MW", "GWh", "h", "d", "%", "kb/d", "°C", "per month", "weapons", "crews", "parsec", "", "GW/°C", "GWh/d")

Spoil = Callable[[str, Random], str]


def spoilt_bytes(data: bytes, random: Random) -> bytes:
    """Return data with some bytes changed, cut, doubled, moved or put in."""
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        at = random.randrange(len(found) + 1)
        length = random.choice((1, 1, 4, 16, 200))
        match random.randrange(6):
            case 0 if at < len(found):
                found[at] ^= 1 << random.randrange(8)
            case 1:
                found[at : at + length] = random.randbytes(length)
            case 2:
                del found[at : at + length]
            case 3:
                found[at:at] = found[at : at + length]
            case 4:
                found[at : at + length] = random.choice((b"\x00", b"\xff")) * length
            case 5 if random.random() < 0.2:
                del found[at:]
    return bytes(found)


def spoilt_text(data: bytes, random: Random) -> bytes:
    """Return a text with a few things in it changed as a hand, a tool or an ill will could change them."""
    text = data.decode("utf-8", errors="surrogateescape")
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        text = random.choice(_SPOILS)(text, random)
    return text.encode("utf-8", errors="surrogateescape")


def _swap(pattern: re.Pattern[str], choices: tuple[str, ...]) -> Spoil:
    def spoil(text: str, random: Random) -> str:
        places = [match.span() for match in pattern.finditer(text)]
        if not places:
            return text
        start, end = random.choice(places)
        return text[:start] + random.choice(choices) + text[end:]

    return spoil


def _exchange(pattern: re.Pattern[str]) -> Spoil:
    """Exchange two pieces of a kind, so that each is well formed where it does not belong."""

    def spoil(text: str, random: Random) -> str:
        places = [match.span() for match in pattern.finditer(text)]
        if len(places) < 2:
            return text
        (a, b), (c, d) = sorted(random.sample(places, 2))
        return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]

    return spoil


def _lines(text: str, random: Random) -> str:
    lines = text.split("\n")
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(7):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case 2:
            lines[one], lines[other] = lines[other], lines[one]
        case 3:
            del lines[one : one + random.randrange(1, 30)]
        case 4:
            lines[one] = lines[one][: random.randrange(len(lines[one]) + 1)]
        case 5:
            lines[other:other] = lines[one : one + random.randrange(1, 30)]
        case 6:
            key, sign, _ = lines[one].partition("=")
            _, _, value = lines[other].partition("=")
            lines[one] = f"{key}{sign}{value}"
    return "\n".join(lines)


def _cells(text: str, random: Random) -> str:
    lines = text.split("\n")
    at = random.randrange(len(lines))
    cells = lines[at].split(",")
    one, other = random.randrange(len(cells)), random.randrange(len(cells))
    match random.randrange(4):
        case 0:
            cells[one] = random.choice((*NUMBERS, *DATES, *WORDS))
        case 1:
            del cells[one]
        case 2:
            cells.insert(other, cells[one])
        case 3:
            cells[one], cells[other] = cells[other], cells[one]
    lines[at] = ",".join(cells)
    return "\n".join(lines)


def _column(text: str, random: Random) -> str:
    lines = [line.split(",") for line in text.split("\n")]
    at = random.randrange(max(len(cells) for cells in lines))
    what = random.choice((None, *NUMBERS[:20], "", "x"))
    for cells in lines[random.randrange(2) :]:
        if at < len(cells):
            if what is None:
                del cells[at]
            else:
                cells[at] = what
    return "\n".join(",".join(cells) for cells in lines)


def _put_in(text: str, random: Random) -> str:
    at = random.randrange(len(text) + 1)
    piece = random.choice(
        (
            *WORDS, *NUMBERS, "[" * 50, "[" * 20_000, "{a=" * 2_000, "(" * 5_000, "]", "}", "[[", "\n" * 1000, ",", ";",
            "=", "\r\n", "x = 1\n", "[x]\n", "[[side]]\n", "a.b.c.d = 1\n", "a." * 2_000 + "a = 1\n", "'''",
            "mpc.bus = [", "%}", "...\n", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        )
    )  # fmt: skip
    return text[:at] + piece + text[at:]


def _whole(text: str, random: Random) -> str:
    match random.randrange(9):
        case 0:
            return text.replace("\n", "\r\n")
        case 1:
            return text.replace("\n", "\r")
        case 2:
            return "\ufeff" + text
        case 3:
            return text[: random.randrange(len(text) + 1)]
        case 4:
            return text.replace("\n", " ")
        case 5:
            return text + text
        case 7:
            return text.replace(random.choice(("2024", "202")), random.choice(("9999", "0001", "1800", "2999", "198")))
        case 6:
            return text.replace(",", random.choice((";", "\t", ",,")))
        case _:
            return text.replace("0", random.choice(("9", "00", "")))


_SPOILS: tuple[Spoil, ...] = (
    _swap(_NUMBER, NUMBERS),
    _swap(_NUMBER, NUMBERS),
    _swap(_DATE, DATES),
    _swap(_QUOTED, tuple(f'"{word}"' for word in WORDS)),
    _swap(_QUOTED, NUMBERS),
    _swap(_UNIT, _UNITS),
    _swap(_WORD, ("", "x", "name", "value", "file", "nan", "1")),
    _exchange(_NUMBER),
    _exchange(_QUOTED),
    _exchange(_WORD),
    _lines,
    _lines,
    _cells,
    _column,
    _put_in,
    _whole,
)

"""A small scenario of two made-up sides, and a fixture that writes it with changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

CLAIMS = """\
id,value,unit,statement,speaker,role,side,via,date,known_by,stance,quoted,grade,denies
imports,1.7,GW,Import limit.,ministry,government,north,press,2024-07,,asserts,no,H,
repair,2 to 3,GW,Back by winter.,paper,newspaper,,press,2024-07,,estimates,no,M,
repair-other,1.5,GW,Back by winter.,agency,newspaper,,press,2024-07,,estimates,no,M,
later,5,GW,Said in autumn.,ministry,government,north,press,2024-10-05,,asserts,no,H,
"""

CURVES = """\
[[curve]]
name = "works"
because = "made up"
states = [
  { name = "slight", probability = "60 %", condition = "50 %", time = { mean = "30 d", sd = "15 d" } },
  { name = "heavy", probability = "40 %", condition = "0 %", spare = "part", time = { kind = "fixed", mean = "9 d" } },
]
"""

SCENARIO = """\
name = "small"
title = "What is it worth?"
as_of = 2024-08-17
simulate_from = 2024-09-01
measure_from = 2024-10-01
measure_to = 2024-11-01
samples = 512
claims = ["claims.csv"]
curves = ["curves.toml"]

[[arm]]
name = "strikes"

[[arm]]
name = "standstill"
[arm.terms]
from = 2024-10-01
to = 2024-11-01
because = "no draft is public"
compliance = "90 %"

[[side]]
name = "north"
because = "made up"

[side.system]
name = "power system"
step = "1 h"
power_unit = "MW"

[[side.region]]
name = "grid"

[side.areas]
count = 2
substations = 3
hub = "grid"
capability = "3 GW"
critical_share = "30 to 50 %"

[[side.generator]]
name = "coal"
class = "thermal"
count = 4
capacity = { value = "1 to 3 GW", likely = "2 GW", claims = ["repair"] }
forced_outage_rate = "10 %"
mttr = "50 h"

[[side.generator]]
name = "line-in"
class = "import"
capacity = { claims = ["imports"] }

[[side.reservoir]]
name = "lake"
class = "hydro"
count = 2
capacity = "400 MW"
energy = "10 to 20 GWh"
initial = "50 %"
inflow = "2.4 GWh/d"

[side.weather.temperature]
constant = "8 °C"
harmonics = [[-12.0, -3.0]]
sd_by_month = [5, 5, 4, 4, 3, 3, 3, 3, 4, 4, 5, 5]
shift_sd = "1 °C"
ar = [0.997, -0.199]

[side.weather.load]
base = "1.5 GW"
slope = "0.02 to 0.03 GW/°C"
threshold = "14 °C"
weekday = [1, 1, 1, 1, 1, 0.9, 0.9]
shape = [0.8, 1.2]

[side.mapping]
thermal = "works"

[[side.stream]]
name = "salvos"
times = "poisson"
rate = "1 to 4 per month"
[[side.stream.weapon]]
name = "drone"
mean = "10 weapons"
interception = { value = "70 to 90 %", beta = [2, 2], because = "made up" }
[side.stream.aim.weights]
thermal = "1"

[[side.crews]]
name = "plants"
classes = ["thermal"]
count = "3 crews"

[[side.spares]]
name = "part"
initial = "2 spares"

[[side]]
name = "south"
because = "made up"

[side.system]
name = "refining"
step = "24 h"
power_unit = "kb/d"

[[side.region]]
name = "all"
load = "1.5 Mb/d"
critical_share = "60 %"

[[side.generator]]
name = "refinery"
class = "refinery"
count = 5
unit = "400 kb/d"
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes the small scenario with some of its text replaced, and returns its path."""

    def _write(*changes: tuple[str, str], claims: str = CLAIMS.replace("later,5", "later-not,5")) -> Path:
        kept = "\n".join(line for line in claims.splitlines() if not line.startswith("later-not")) + "\n"
        (tmp_path / "claims.csv").write_text(kept, encoding="utf-8")
        (tmp_path / "curves.toml").write_text(CURVES, encoding="utf-8")
        text = SCENARIO
        for before, after in changes:
            if before not in text:
                raise ValueError(f"not in the scenario: {before}")
            text = text.replace(before, after, 1)
        path = tmp_path / "small.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write


@pytest.fixture
def late_claims() -> str:
    """Return a claims file with a claim made after the scenario's date."""
    return CLAIMS

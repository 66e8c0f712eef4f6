"""Which asset class a unit belongs to, from the words other programs use for fuels, prime movers and categories.

Knows nothing of files, outages or capacities.
"""

from __future__ import annotations

__all__ = ["NO_POWER", "STORE", "UNCLASSIFIED", "asset_class"]

UNCLASSIFIED = "unclassified"
"""The asset class of a unit of which nothing is said."""
NO_POWER = ""
"""What stands for machines that give no active power, such as synchronous condensers."""
STORE = "storage"
"""The asset class of stores of energy."""

# a prime mover that settles the class whatever it burns; the codes are those of Form EIA-860, table 2, and MATPOWER's
_BY_TYPE = {
    **dict.fromkeys(("nuclear", "nb", "nh", "np"), "nuclear"),
    **dict.fromkeys(("hydro", "ror", "hy", "ha", "hb", "hk"), "hydro"),
    **dict.fromkeys(("pv", "rtpv", "csp", "cp"), "solar"),
    **dict.fromkeys(("wind", "wt", "ws", "w1", "w2", "w3", "w4"), "wind"),
    **dict.fromkeys(("ic", "it"), "gas-engine"),
    **dict.fromkeys(("storage", "ba", "ce", "fw", "es", "ps"), STORE),
    **dict.fromkeys(("sync_cond", "sc", "sv", "mp"), NO_POWER),
    "dc": "import",
}
_BY_FUEL = {
    "nuclear": "nuclear",
    "hydro": "hydro",
    "solar": "solar",
    "wind": "wind",
    "storage": STORE,
    "ess": STORE,
    "hydrops": STORE,
    "syncgen": NO_POWER,
    "sync_cond": NO_POWER,
    **dict.fromkeys(
        (
            *("coal", "oil", "ng", "lng", "gas", "dfo", "rfo", "jetfuel", "biomass", "wood", "refuse", "wasteheat"),
            *("geothermal", "other"),
        ),
        "thermal",
    ),
}
# prime movers driven by heat, if the fuel is not known
_HEAT = {"steam", "st", "ct", "gt", "cc", "ca", "cs", "je", "bt", "fc", "ng"}


def asset_class(unit_type: str, fuel: str) -> str:
    """Return the asset class of a unit, :data:`NO_POWER` if it is none, or "unclassified".

    Parameters
    ----------
    unit_type, fuel: str
        Words of RTS-GMLC or codes of MATPOWER, in upper or lower case; empty if not given.

    Examples
    --------
    >>> asset_class("CT", "NG"), asset_class("RTPV", "Solar"), asset_class("IC", "dfo"), asset_class("UN", "")
    ('thermal', 'solar', 'gas-engine', 'unclassified')
    """
    kind, burns = unit_type.strip().lower(), fuel.strip().lower()
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if burns in _BY_FUEL:
        return _BY_FUEL[burns]
    return "thermal" if kind in _HEAT else UNCLASSIFIED

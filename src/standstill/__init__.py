"""Standstill: what it would be worth to stop striking energy systems, whether that can be agreed, and whether it is kept.

Importing the package imports nothing heavy; each name below is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

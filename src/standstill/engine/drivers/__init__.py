"""Drivers: where blocks are computed, and how they are joined. They only index; the model is in ``step``."""

"""Drivers: hand blocks to workers and collect them in order. They only index; the model is in ``step``."""

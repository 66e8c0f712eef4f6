"""Benchmarks: how long a simulated year takes, on one thread, phase by phase. Run by make bench."""

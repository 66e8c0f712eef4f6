"""Spoilt inputs of every format, and what `check` does with them: it passes or refuses them in words, nothing else."""

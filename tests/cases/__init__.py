"""Test systems as data: modules of factories that return a System. Tests and benchmarks share them."""

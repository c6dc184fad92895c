"""Benchmarks: ``make bench``. Ratios within one run count; single figures depend on the machine and the day."""

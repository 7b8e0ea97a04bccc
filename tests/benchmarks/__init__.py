"""Speed and memory, as ratios measured in one run: `python -m tests.benchmarks`.

Milliseconds differ between machines and between minutes; the ratio to a floor that is measured beside it, turn by turn,
does not. These are rows to read, never tests.
"""

"""A held conversation and the packs it may be held on: the one room that faces talk to.

Here the clock is read and files are found and written; the engine below knows neither.
"""

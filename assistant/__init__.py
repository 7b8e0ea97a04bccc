"""Guided troubleshooting: YAML flows, one question at a time, an action or a written case at the end."""

__version__ = "0.1.0"

"""The line-by-line face: numbered text on any two streams, for pipes, ssh logs and screen readers.

It draws no boxes and never rewrites a line. It knows how prompts are told and how typed words are read; where a
conversation leads is known to the desk alone.
"""

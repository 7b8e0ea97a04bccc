"""Pictures of flows: first what is drawn, as data (`picture`), then how: Mermaid, DOT, or an SVG that stands by itself.

Which way a session took is told as a set of nodes and edges (`path_of`), which every renderer marks.
"""

from __future__ import annotations

from assistant.author.graph.dot import dot
from assistant.author.graph.mermaid import mermaid
from assistant.author.graph.path import path_of
from assistant.author.graph.picture import Edge, Graph, Node, picture
from assistant.author.graph.svg import svg

__all__ = ["Edge", "Graph", "Node", "dot", "mermaid", "path_of", "picture", "svg"]

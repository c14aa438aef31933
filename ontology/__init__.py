"""The ontology of the graph: read once from the Turtle files beside this module."""

from __future__ import annotations

from functools import cache

from bulian.ontology.model import Ontology


@cache
def load_ontology() -> Ontology:
    """The program's ontology. Raises MappingError that lists every problem of the Turtle files."""
    from bulian.ontology import stored

    return stored.ontology()

"""Settings from the environment, read once by the command and handed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_GRAPH = "kglite:./bulian-data/graph.kgl"
DEFAULT_REGION = "place:xixian-new-area"  # the shipped dataset's own region


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the graph is, who asks, and for which region. The password never shows in `repr`."""

    graph: str = DEFAULT_GRAPH
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str | None = None  # None: the server's default database
    region: str = DEFAULT_REGION  # of commands that are given none: id, slug or name

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Reads BULIAN_GRAPH, BULIAN_GRAPH_{USER,PASSWORD,DATABASE} and BULIAN_REGION; empty is unset."""
        return cls(
            graph=environ.get("BULIAN_GRAPH") or DEFAULT_GRAPH,
            user=environ.get("BULIAN_GRAPH_USER") or "neo4j",
            password=environ.get("BULIAN_GRAPH_PASSWORD", ""),
            database=environ.get("BULIAN_GRAPH_DATABASE") or None,
            region=environ.get("BULIAN_REGION") or DEFAULT_REGION,
        )

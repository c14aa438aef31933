"""Pins what both engines say today: `python tests/portability/pin.py` (starts a Neo4j of its own).

Run it when an engine's version changes, and read the difference of `verdicts.json` before it is committed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from neo4j import GraphDatabase

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from neo4j_server import start_server
from portability.engines import KGLite, Neo4j
from portability.probe import VERDICTS, pin


def main() -> None:
    """Starts the server, runs the table on both engines, writes the file."""
    with tempfile.TemporaryDirectory() as home:
        server = start_server(Path(home))
        try:
            auth = (server.user, server.password)
            with GraphDatabase.driver(server.uri, auth=auth, notifications_min_severity="OFF") as driver:
                pin({"kglite": KGLite(), "neo4j": Neo4j(driver)})
        finally:
            server.kill()
    print(f"written: {VERDICTS}")


if __name__ == "__main__":
    main()

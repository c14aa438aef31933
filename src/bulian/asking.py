"""What every reading command does first: open the graph, find what the names mean."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bulian.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bulian.graph.store import Store
    from bulian.queries.pack import Pack

NODE_TYPES = {"place": "Place", "link": "ChainLink", "organization": "Organization"}


@contextmanager
def reading(graph: str | None) -> Iterator[Store]:
    """The graph, opened for reading."""
    from bulian.graph import open_store

    with open_store(graph) as store:
        yield store


def region_id(store: Store, text: str | None) -> str:
    """The region asked for, else the configured one."""
    from bulian.ontology import load_ontology
    from bulian.queries.lookup import find_node
    from bulian.settings import Settings

    return find_node(store, load_ontology(), "Place", text or Settings.from_env().region)


def chain_ids(store: Store, names: Sequence[str] | None) -> list[str]:
    """The chains asked for; none means every chain that has links."""
    from bulian.queries.lookup import find_chain
    from bulian.queries.pack import run_pack

    if not names:
        return []
    rows = run_pack(store, "chains")
    return list(dict.fromkeys(find_chain(rows, name) for name in names))


def pack_parameters(store: Store, pack: Pack, given: list[str], region: str | None) -> dict[str, str]:
    """KEY=VALUE pairs; a value that stands for a node is looked up."""
    from bulian.ontology import load_ontology
    from bulian.queries.lookup import find_any, find_node

    params: dict[str, str] = {}
    types = {p.name: p.type for p in pack.parameters}
    if region is not None:
        given = [*given, f"region={region}"]
    for pair in given:
        key, eq, value = pair.partition("=")
        if not eq:
            raise UsageError(
                f"not KEY=VALUE: {pair}", f"parameters of {pack.name}: {', '.join(types) or 'none'}"
            )
        if key not in types:
            raise UnknownName(f"parameter of {pack.name}", key, types)
        if types[key] == "chain":
            value = chain_ids(store, [value])[0]
        elif types[key] in NODE_TYPES:
            value = find_node(store, load_ontology(), NODE_TYPES[types[key]], value)
        elif types[key] == "node":
            value = find_any(store, load_ontology(), value)
        params[key] = value
    if "region" in types and "region" not in params:
        params["region"] = region_id(store, None)
    return params

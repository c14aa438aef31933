"""Who refers to a node: what others refer to does not leave the graph with the dataset that stated it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from bulian.loaders.statements import FOLDED, Claim
from bulian.ontology.model import Ontology

if TYPE_CHECKING:
    from bulian.loaders.image import Image


def referrers(image: Image, lost: Collection[str], without: str | None = None) -> dict[str, set[str]]:
    """Of `lost` nodes those that something refers to, with the datasets that do.

    A relationship refers to both its ends; a node and a relationship to what their properties name. What
    `without` states does not count. What a lost node itself names or is part of stays with it.
    """
    if not lost:
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    for key in image.edge_keys():
        if ends := [e for e in key[1:3] if e in lost]:
            for end in ends:
                found[end] |= image.edge_datasets(key) - {without}
    for dataset, node_id in _named(image, lost):
        if dataset != without:
            found[node_id].add(dataset)
    kept = {i: datasets for i, datasets in found.items() if datasets}
    if not kept:
        return kept
    names, parts = _names(image.ontology), image.last_parts()
    queue = list(kept)
    while queue:
        node_id = queue.pop()
        claims = image.last_known(node_id)
        claims = [*claims, *(c for key in parts.get(node_id, ()) for c in image.last_known_edge(key))]
        named = [n for c in claims for n in (*_references(c, names), *c.sources)]
        for name in dict.fromkeys((*named, *(key[2] for key in parts.get(node_id, ())))):
            if name in lost and name not in kept:
                kept[name] = set(kept[node_id])
                queue.append(name)
    return kept


def _named(image: Image, lost: Collection[str]) -> Iterator[tuple[str, str]]:
    """(dataset, lost node) of every property that names one."""
    ontology = image.ontology
    names = _names(ontology)
    classes = {c.name for c in ontology.concrete.values() if names.intersection(c.properties)}
    types = {e.name for e in ontology.edges.values() if names.intersection(e.properties)}
    claims = [c for i, label in image.labels() if label in classes for c in image.node_claims(i)]
    claims += [c for type_ in types for key in image.edge_keys(type_) for c in image.edge_claims(key)]
    for claim in claims:
        for name in _references(claim, names):
            if name in lost:
                yield claim.dataset, name


def _names(ontology: Ontology) -> frozenset[str]:
    """Properties that name nodes; sources are named by every claim and looked at by themselves."""
    return frozenset(n for n, p in ontology.properties.items() if p.refers_to and n not in FOLDED)


def _references(claim: Claim, names: Collection[str]) -> Iterator[str]:
    for name in names:
        value = claim.props.get(name)
        if isinstance(value, str):
            yield value

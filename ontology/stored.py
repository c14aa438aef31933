"""The ontology and the shapes as JSON in the user's cache, so that quick commands do not parse Turtle."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from bulian import __version__
from bulian.ontology.model import Concept, EdgeType, NodeClass, Ontology, Property, Reference, Scheme, Text

_T = TypeVar("_T")
TURTLE = ("bulian.ttl", "concepts.ttl", "shapes.ttl")
_CODE = ("compile.py", "model.py", "read.py", "shapes.py", "stored.py")  # what is kept also depends on these


def ontology() -> Ontology:
    """From the cache, else from the Turtle files."""

    def build() -> Ontology:
        from bulian.ontology.read import read_ontology

        return read_ontology(content_hash())

    return kept("ontology", build, asdict, ontology_from_json)


@cache
def content_hash() -> str:
    """Twelve hex digits that change with any Turtle file."""
    return _digest(TURTLE)[:12]


def kept(name: str, build: Callable[[], _T], encode: Callable[[_T], Any], decode: Callable[[Any], _T]) -> _T:
    """The stored value, else the built one, which is stored. A cache that fails only costs time."""
    path = _folder() / f"{name}-{_digest((*TURTLE, *_CODE))[:16]}.json"
    try:
        return decode(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        value = build()
    with contextlib.suppress(OSError):
        _store(path, json.dumps(encode(value), ensure_ascii=False))
    return value


def _store(path: Path, text: str) -> None:
    import tempfile  # not on the quick path

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(temporary, path)  # a reader sees the old file or the whole new one


def _folder() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    else:
        base = os.environ.get("XDG_CACHE_HOME")
    return Path(base or os.path.expanduser("~/.cache")) / "bulian"


@cache
def _digest(names: tuple[str, ...]) -> str:
    digest = hashlib.sha256(__version__.encode())
    for name in names:
        digest.update(pkgutil.get_data("bulian.ontology", name) or b"")
    return digest.hexdigest()


def ontology_from_json(data: dict[str, Any]) -> Ontology:
    """The inverse of `asdict`."""
    return Ontology(
        version=data["version"],
        classes={n: _node_class(c) for n, c in data["classes"].items()},
        properties={n: _texts(Property, p) for n, p in data["properties"].items()},
        edges={n: _edge(e) for n, e in data["edges"].items()},
        schemes={n: _scheme(s) for n, s in data["schemes"].items()},
    )


def _texts(cls: type[_T], data: dict[str, Any]) -> _T:
    """An object of `cls`: two-language texts and tuples made again from what JSON has."""
    return cls(**{k: _plain(v) for k, v in data.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return Text(**value)
    if isinstance(value, list):
        return tuple(_plain(v) for v in value)
    return value


def _node_class(data: dict[str, Any]) -> NodeClass:
    references = tuple(Reference(**r) for r in data.pop("references"))
    return _texts(NodeClass, {**data, "references": references})


def _edge(data: dict[str, Any]) -> EdgeType:
    return _texts(EdgeType, data)


def _scheme(data: dict[str, Any]) -> Scheme:
    concepts = {c: _texts(Concept, v) for c, v in data["concepts"].items()}
    return Scheme(data["name"], Text(**data["label"]), concepts, data["open"])

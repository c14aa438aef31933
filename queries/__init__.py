"""Named queries: packs of portable Cypher, and what is reasoned over their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bulian.queries.pack import Pack, column_label, find_pack, packs, run_pack

__all__ = ["Pack", "column_label", "find_pack", "packs", "run_pack"]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `python -m bulian.queries.pack` runs the module only once."""
    if name not in __all__:
        raise AttributeError(name)
    from bulian.queries import pack

    return getattr(pack, name)

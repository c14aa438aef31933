"""What an explorer page shows, as plain data: items, lines, blocks, sheets, sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bulian.viz.layers import Block, Column


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a sheet's list. `id`: a node it stands for, which can be clicked when it is drawn."""

    text: str
    id: str = ""
    note: str = ""
    source_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A titled list of a sheet. `more`: how many entries were left off."""

    title: str
    entries: tuple[Entry, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the side sheet says about one node, apart from its lines."""

    lead: str = ""
    summary: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = ()
    source_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One node. `look`: link, group or actor; `count`: local firms; `marks`: leader, chokepoint, focus."""

    id: str
    label: str
    kind: str
    look: str = "actor"
    status: str | None = None
    ghost: bool = False
    count: int | None = None
    note: str = ""
    marks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # what search matches, lower case
    sheet: Sheet = field(default_factory=Sheet)


@dataclass(frozen=True, slots=True)
class Line:
    """One relationship. `quiet`: drawn only beside the selected node."""

    source: str
    target: str
    kind: str
    assertion: str = "observed"
    role: str = ""
    quiet: bool = False
    note: str = ""
    source_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A source as the sheet cites it."""

    id: str
    name: str
    url: str = ""
    date: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One map of the page; several are put under each other. `aside`: the first view need not show it."""

    title: str
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    aside: bool = False


@dataclass(frozen=True)
class Picture:
    """A whole page before layout."""

    title: str
    items: tuple[Item, ...]
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    region: str = ""
    as_of: date | None = None
    focus: str = ""
    overview: Sheet = field(default_factory=Sheet)
    sources: tuple[SourceRef, ...] = ()
    truncated: int = 0


def cap(picture: Picture, most: int, rank: Callable[[Item], float]) -> Picture:
    """Keep the `most` items of lowest rank and the lines between them; `truncated` counts the others."""
    if len(picture.items) <= most:
        return picture
    kept = {i.id for i in sorted(picture.items, key=rank)[:most]}
    return replace(
        picture,
        items=tuple(i for i in picture.items if i.id in kept),
        lines=tuple(e for e in picture.lines if e.source in kept and e.target in kept),
        sections=tuple(replace(s, blocks=_trim(s.blocks, kept)) for s in picture.sections),
        truncated=picture.truncated + len(picture.items) - len(kept),
    )


def _trim(blocks: Sequence[Block], kept: set[str]) -> tuple[Block, ...]:
    trimmed = (
        replace(
            b,
            items=tuple(i for i in b.items if i in kept),
            header=b.header if b.header in kept else None,
        )
        for b in blocks
    )
    return tuple(b for b in trimmed if b.items or b.header)

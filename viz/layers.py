"""Left-to-right layout of a map: columns of titled blocks, lanes below; no overlaps, short arcs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from math import ceil

# All lengths are in map units; one unit is one CSS pixel at 100 %.
BOX_W, BOX_H = 138.0, 36.0
GAP_X, GAP_Y = 8.0, 7.0
PAD, TITLE_H = 8.0, 24.0  # inside a block
BLOCK_GAP, TRACK_GAP, COLUMN_GAP, LANE_GAP = 12.0, 34.0, 50.0, 14.0
HEAD_H = 34.0  # a column's or lane's name
MAX_STRETCH = 26.0  # blocks of a short column move apart this far at most
SWEEPS = 6
TRACK_ITEMS, TRACK_LEAST, TRACKS = (
    14,
    6,
    4,
)  # boxes for which a column gets one more track; fewest; most tracks
Arc = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the map, or a lane below the columns.

    `flows`: blocks that feed others may stand left of them, in tracks of their own.
    """

    key: str
    title: str
    lane: bool = False
    colour: str = ""
    flows: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Boxes that belong together. `header`: id of the node that stands in the title strip, if one does."""

    key: str
    column: str
    title: str
    items: tuple[str, ...]
    header: str | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    def down(self, dy: float) -> Box:
        return replace(self, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class Band:
    """What is drawn behind the nodes: `kind` is section, column, lane or block."""

    kind: str
    title: str
    box: Box
    titled: bool = True  # False: a node stands where the title would
    colour: str = ""


@dataclass
class Layout:
    """Where every node and band is."""

    boxes: dict[str, Box] = field(default_factory=dict)
    bands: list[Band] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def add_below(self, other: Layout, gap: float) -> None:
        """Put another layout under this one."""
        dy = self.height + gap if self.height else 0.0
        self.boxes.update({key: box.down(dy) for key, box in other.boxes.items()})
        self.bands.extend(replace(b, box=b.box.down(dy)) for b in other.bands)
        self.width, self.height = max(self.width, other.width), dy + other.height


def place(
    columns: Sequence[Column],
    blocks: Sequence[Block],
    arcs: Iterable[Arc],
    *,
    aspect: float = 1.85,
    width: float = 0.0,
) -> Layout:
    """Lay blocks out in their columns so that the whole best fits a window `aspect` times as wide as high.

    `width`: how wide lanes are when there is no column above them; 0 lets them choose.
    """
    arcs = list(arcs)
    tracks: list[tuple[Column, list[Block]]] = []
    for column in columns:
        own = [b for b in blocks if b.column == column.key]
        parts = _split(own, arcs) if column.flows and not column.lane else [own] if own else []
        tracks += [(column, part) for part in parts]
    ordered = order([part for _, part in tracks], arcs)
    upright = [(c, part) for (c, _), part in zip(tracks, ordered, strict=True) if not c.lane]
    lanes = [(c, part) for (c, _), part in zip(tracks, ordered, strict=True) if c.lane]
    gaps = _gaps([c for c, _ in upright])
    wide = _choose([part for _, part in upright], sum(gaps), [part for _, part in lanes], aspect)
    layout = Layout()
    tall = max((_stack_height(part, k) for (_, part), k in zip(upright, wide, strict=True)), default=0.0)
    x, started = 0.0, 0.0
    for n, ((column, part), k) in enumerate(zip(upright, wide, strict=True)):
        _draw_track(layout, part, k, x, tall)
        x += _block_width(k)
        if n + 1 == len(upright) or upright[n + 1][0] is not column:
            layout.bands.append(
                _head("column", column, Box(started - 6, 0, x - started + 12, HEAD_H + tall + 6))
            )
            started = x + COLUMN_GAP
        x += gaps[n]
    layout.width = max(x, width)
    layout.height = HEAD_H + tall if upright else 0.0
    for column, part in lanes:
        _draw_lane(layout, column, part, aspect)
    return layout


def _gaps(columns: Sequence[Column]) -> list[float]:
    """Free space after each track: wide between columns, narrow inside one, none after the last."""
    return [
        0.0 if n + 1 == len(columns) else TRACK_GAP if columns[n + 1] is column else COLUMN_GAP
        for n, column in enumerate(columns)
    ]


def _split(blocks: list[Block], arcs: list[Arc]) -> list[list[Block]]:
    """Tracks of about equal size, suppliers left of what they supply; blocks of one level stay together."""
    level = _levels(blocks, arcs)
    blocks = sorted(blocks, key=lambda b: level[b.key])
    size = [len(b.items) + 1 for b in blocks]
    cuts = [n for n in range(1, len(blocks)) if level[blocks[n].key] - level[blocks[n - 1].key] > 0.05]
    wanted = min(TRACKS, max(1, round(sum(size) / TRACK_ITEMS)), len(cuts) + 1)
    for tracks in range(wanted, 1, -1):
        splits = [[0, *pick, len(blocks)] for pick in combinations(cuts, tracks - 1)]
        loads = {tuple(e): [sum(size[a:b]) for a, b in pairwise(e)] for e in splits}
        loads = {edges: load for edges, load in loads.items() if min(load) >= TRACK_LEAST}
        if loads:
            best = min(loads, key=lambda edges: sum(n * n for n in loads[edges]))
            return [blocks[a:b] for a, b in pairwise(best)]
    return [blocks] if blocks else []


def _levels(blocks: Sequence[Block], arcs: Iterable[Arc]) -> dict[str, float]:
    """How far from raw input a block is: one above the mean of its suppliers, damped: cycles settle."""
    home = {i: b.key for b in blocks for i in (*b.items, *([b.header] if b.header else []))}
    weight: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for a, b in arcs:
        if a in home and b in home and home[a] != home[b]:
            weight[home[b]][home[a]] += 1
    level = {b.key: 0.0 for b in blocks}
    for _ in range(60):
        level = {
            key: sum(n * (level[s] + 1) for s, n in weight[key].items()) / (sum(weight[key].values()) + 1)
            for key in level
        }
    return level


def order(tracks: Sequence[Sequence[Block]], arcs: Sequence[Arc]) -> list[list[Block]]:
    """Blocks of each track and boxes of each block in an order that keeps arcs short (barycentre sweeps)."""
    near: dict[str, list[str]] = defaultdict(list)
    for a, b in arcs:
        near[a].append(b)
        near[b].append(a)
    ranks = {b.key: _ranks(b.items, arcs) for track in tracks for b in track}
    table = [[_sorted(b, ranks[b.key], {}) for b in track] for track in tracks]
    best, best_length = list(table), _length(table, arcs)
    for sweep in range(SWEEPS):
        for n in list(range(len(table)))[:: 1 if sweep % 2 == 0 else -1]:
            y = _heights(table)
            pull = {
                item: _mean([y[x] for x in near[item] if x in y], y[item])
                for b in table[n]
                for item in b.items
            }
            moved = [(_mean([pull[i] for i in b.items], 0.5), b) for b in table[n]]
            moved.sort(key=lambda m: m[0])
            table[n] = [_sorted(b, ranks[b.key], pull) for _, b in moved]
        length = _length(table, arcs)
        if length < best_length:
            best, best_length = list(table), length
    return best


def _sorted(block: Block, ranks: Mapping[str, int], pull: Mapping[str, float]) -> Block:
    return replace(block, items=tuple(sorted(block.items, key=lambda i: (ranks[i], pull.get(i, 0.5)))))


def _heights(table: Sequence[Sequence[Block]]) -> dict[str, float]:
    """Item -> how far down its track it stands, 0 to 1."""
    y: dict[str, float] = {}
    for group in table:
        items = [i for b in group for i in (*([b.header] if b.header else []), *b.items)]
        for n, item in enumerate(items):
            y[item] = (n + 0.5) / len(items)
    return y


def _length(table: Sequence[Sequence[Block]], arcs: Iterable[Arc]) -> float:
    y = _heights(table)
    return sum(abs(y[a] - y[b]) for a, b in arcs if a in y and b in y)


def _ranks(items: Sequence[str], arcs: Iterable[Arc]) -> dict[str, int]:
    """Longest way in from a start inside the block; members of a cycle share the last rank."""
    inside = set(items)
    targets: dict[str, list[str]] = defaultdict(list)
    waiting = dict.fromkeys(items, 0)
    for a, b in arcs:
        if a in inside and b in inside and a != b:
            targets[a].append(b)
            waiting[b] += 1
    ranks = dict.fromkeys(items, 0)
    ready = [i for i in items if not waiting[i]]
    for item in ready:  # grows while it is read
        for nxt in targets[item]:
            ranks[nxt] = max(ranks[nxt], ranks[item] + 1)
            waiting[nxt] -= 1
            if not waiting[nxt]:
                ready.append(nxt)
    last = max(ranks.values(), default=0)
    return {i: last if waiting[i] else r for i, r in ranks.items()}


def _block_width(k: int) -> float:
    return k * BOX_W + (k - 1) * GAP_X + 2 * PAD


def _block_height(block: Block, k: int) -> float:
    rows = ceil(len(block.items) / k)
    return TITLE_H + (rows * (BOX_H + GAP_Y) - GAP_Y + PAD if rows else PAD / 2)


def _stack_height(blocks: Sequence[Block], k: int) -> float:
    return sum(_block_height(b, k) for b in blocks) + BLOCK_GAP * (len(blocks) - 1)


def _choose(columns: list[list[Block]], gaps: float, lanes: list[list[Block]], aspect: float) -> list[int]:
    """Boxes side by side in each track, so that the map fills the window best."""
    if not columns:
        return []
    widest = [max(1, ceil(max((len(b.items) for b in group), default=1) ** 0.5) * 3) for group in columns]
    heights = [[_stack_height(g, k) for k in range(1, w + 1)] for g, w in zip(columns, widest, strict=True)]
    best, best_scale = [1] * len(columns), 0.0
    for limit in sorted({h for group in heights for h in group}):
        pick = [next((k for k, h in enumerate(group, 1) if h <= limit), 0) for group in heights]
        if not all(pick):
            continue
        width = sum(_block_width(k) for k in pick) + gaps
        tall = HEAD_H + max(group[k - 1] for group, k in zip(heights, pick, strict=True))
        tall += sum(LANE_GAP + HEAD_H + _lane_rows(lane, width)[1] for lane in lanes)
        scale = min(aspect / width, 1 / tall)
        if scale > best_scale:
            best, best_scale = pick, scale
    return best


def _lane_rows(blocks: Sequence[Block], width: float) -> tuple[int, float]:
    """Fewest rows of boxes with which all blocks of a lane stand side by side in `width`; and the height."""
    most = max(1, *(len(b.items) for b in blocks))
    rows = next(
        (
            n
            for n in range(1, most)
            if sum(_block_width(_across(b, n)) + BLOCK_GAP for b in blocks) - BLOCK_GAP <= width
        ),
        most,
    )
    return rows, TITLE_H + rows * (BOX_H + GAP_Y) - GAP_Y + PAD


def _across(block: Block, rows: int) -> int:
    return max(1, ceil(len(block.items) / max(1, rows)))


def _draw_track(layout: Layout, blocks: Sequence[Block], k: int, x: float, tall: float) -> None:
    spare = tall - _stack_height(blocks, k)
    stretch = min(MAX_STRETCH, spare / (len(blocks) - 1)) if len(blocks) > 1 else 0.0
    y = HEAD_H
    for block in blocks:
        _draw_block(layout, block, k, x, y)
        y += _block_height(block, k) + BLOCK_GAP + stretch


def _head(kind: str, column: Column, box: Box) -> Band:
    return Band(kind, column.title, box, colour=column.colour)


def _draw_lane(layout: Layout, lane: Column, blocks: Sequence[Block], aspect: float) -> None:
    if not layout.width:  # nothing but lanes: as wide as a square-ish heap of boxes wants
        boxes = sum(len(b.items) for b in blocks)
        layout.width = max(_block_width(1), (boxes * BOX_W * BOX_H * 1.5 * aspect) ** 0.5)
    rows, height = _lane_rows(blocks, layout.width)
    top = layout.height + (LANE_GAP if layout.height else 0.0)
    x = 0.0
    for block in blocks:
        k = _across(block, rows)
        _draw_block(layout, block, k, x, top + HEAD_H, height)
        x += _block_width(k) + BLOCK_GAP
    layout.width = max(layout.width, x - BLOCK_GAP)
    layout.bands.append(_head("lane", lane, Box(-6, top, layout.width + 12, HEAD_H + height + 6)))
    layout.height = top + HEAD_H + height


def _draw_block(layout: Layout, block: Block, k: int, x: float, y: float, height: float = 0.0) -> None:
    width = _block_width(k)
    layout.bands.append(
        Band("block", block.title, Box(x, y, width, height or _block_height(block, k)), block.header is None)
    )
    if block.header:
        layout.boxes[block.header] = Box(x + 2, y + 1, width - 4, TITLE_H - 2)
    rows = ceil(len(block.items) / k)
    for n, item in enumerate(block.items):
        column, row = divmod(n, rows)
        layout.boxes[item] = Box(
            x + PAD + column * (BOX_W + GAP_X), y + TITLE_H + row * (BOX_H + GAP_Y), BOX_W, BOX_H
        )


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise

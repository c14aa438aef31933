"""The layout of a map: nothing overlaps, stages run from left to right, arcs are short."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulian.viz.layers import Block, Box, Column, Layout, order, place

STAGES = (
    Column("up", "上游", flows=True),
    Column("mid", "中游", flows=True),
    Column("down", "下游", flows=True),
    Column("service", "服务", lane=True),
)


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.y + b.h and b.y < a.y + a.h


def inside(a: Box, b: Box) -> bool:
    return b.x <= a.x and b.y <= a.y and a.x + a.w <= b.x + b.w + 0.01 and a.y + a.h <= b.y + b.h + 0.01


def block(key: str, column: str, items: str, header: str | None = None) -> Block:
    return Block(key, column, key, tuple(items.split()), header)


def arc_heights(layout: Layout, arcs: list[tuple[str, str]]) -> float:
    return sum(abs(layout.boxes[a].y - layout.boxes[b].y) for a, b in arcs)


@st.composite
def maps(draw: st.DrawFn) -> tuple[list[Block], list[tuple[str, str]]]:
    blocks, names = [], []
    for n in range(draw(st.integers(1, 9))):
        size = draw(st.integers(0, 12))
        items = tuple(f"b{n}i{i}" for i in range(size))
        header = f"b{n}" if draw(st.booleans()) or not size else None
        blocks.append(Block(f"k{n}", draw(st.sampled_from(STAGES)).key, f"组{n}", items, header))
        names += [*items, *([header] if header else [])]
    ends = st.sampled_from(names)
    return blocks, draw(st.lists(st.tuples(ends, ends), max_size=40))


@settings(max_examples=60, deadline=None)
@given(maps())
def test_every_node_has_a_place_of_its_own_inside_its_block(
    drawn: tuple[list[Block], list[tuple[str, str]]],
) -> None:
    blocks, arcs = drawn
    layout = place(STAGES, blocks, arcs)
    assert set(layout.boxes) == {i for b in blocks for i in (*b.items, *([b.header] if b.header else []))}
    assert not any(overlap(a, b) for a, b in combinations(layout.boxes.values(), 2))
    frames = [b.box for b in layout.bands if b.kind == "block"]
    assert len(frames) == len(blocks)
    assert not any(overlap(a, b) for a, b in combinations(frames, 2))
    assert all(any(inside(box, frame) for frame in frames) for box in layout.boxes.values())
    outer = [b.box for b in layout.bands if b.kind in ("column", "lane")]
    assert not any(overlap(a, b) for a, b in combinations(outer, 2))
    assert all(any(inside(frame, box) for box in outer) for frame in frames)


@settings(max_examples=60, deadline=None)
@given(maps())
def test_the_same_map_is_always_laid_out_alike(drawn: tuple[list[Block], list[tuple[str, str]]]) -> None:
    blocks, arcs = drawn
    assert place(STAGES, blocks, arcs) == place(STAGES, blocks, arcs)


def test_stages_run_from_left_to_right_and_lanes_lie_below() -> None:
    blocks = [block("a", "down", "d1 d2"), block("b", "up", "u1 u2 u3"), block("c", "mid", "m1")]
    layout = place(STAGES, [*blocks, block("s", "service", "s1")], [("u1", "m1"), ("m1", "d1")])
    at = layout.boxes
    assert max(at[i].x for i in ("u1", "u2", "u3")) < at["m1"].x < min(at["d1"].x, at["d2"].x)
    assert at["s1"].y > max(box.y + box.h for name, box in at.items() if name != "s1")
    assert [b.title for b in layout.bands if b.kind == "column"] == ["上游", "中游", "下游"]


def test_inside_a_stage_suppliers_stand_left_of_what_they_supply() -> None:
    parts = block("parts", "mid", " ".join(f"p{n}" for n in range(12)))
    whole = block("whole", "mid", " ".join(f"w{n}" for n in range(8)))
    layout = place(STAGES, [whole, parts], [(f"p{n}", f"w{n % 8}") for n in range(12)])
    assert max(layout.boxes[i].x for i in parts.items) < min(layout.boxes[i].x for i in whole.items)
    assert len([b for b in layout.bands if b.kind == "column"]) == 1


def test_inside_a_block_the_supplier_never_stands_right_of_its_customer() -> None:
    chain = "abcdefgh"
    arcs = list(pairwise(chain))
    layout = place(STAGES, [block("k", "mid", "h g f e d c b a")], arcs)
    assert all(layout.boxes[x].x <= layout.boxes[y].x for x, y in arcs)


def test_crossing_arcs_are_untangled() -> None:
    left = [block(f"l{n}", "up", f"a{n}") for n in range(6)]
    right = [block(f"r{n}", "down", f"b{n}") for n in range(6)]
    arcs = [(f"a{n}", f"b{5 - n}") for n in range(6)]
    ordered = order([left, right], arcs)
    first = [b.items[0] for b in ordered[0]]
    assert [b.items[0] for b in ordered[1]] == [dict(arcs)[a] for a in first]


def test_ordering_never_makes_arcs_longer() -> None:
    blocks = [
        block(f"{c}{n}", c, " ".join(f"{c}{n}{i}" for i in range(3))) for c in ("up", "mid") for n in range(4)
    ]
    arcs = [(f"up{n}{i}", f"mid{(n * 3 + i) % 4}{(n + i) % 3}") for n in range(4) for i in range(3)]
    plain = place(STAGES, blocks, [])
    assert arc_heights(place(STAGES, blocks, arcs), arcs) <= arc_heights(plain, arcs)


def test_supply_in_a_circle_is_laid_out_too() -> None:
    ring = [("x1", "y1"), ("y1", "z1"), ("z1", "x1"), ("x1", "x2"), ("x2", "x1"), ("x1", "x1")]
    layout = place(
        STAGES, [block("x", "mid", "x1 x2"), block("y", "mid", "y1"), block("z", "up", "z1")], ring
    )
    assert set(layout.boxes) == {"x1", "x2", "y1", "z1"}


@pytest.mark.parametrize("size", [40, 90, 120])
def test_a_chain_fits_a_screen_at_a_readable_size(size: int) -> None:
    blocks = [
        block(f"{c}{n}", c, " ".join(f"{c}{n}-{i}" for i in range(size // 12)))
        for c in ("up", "mid", "down")
        for n in range(4)
    ]
    layout = place(STAGES, blocks, [])
    assert min(1560 / layout.width, 860 / layout.height) > 0.8


def test_layouts_are_put_under_each_other() -> None:
    whole = Layout()
    whole.add_below(place(STAGES, [block("a", "up", "a1")], []), 30)
    first = whole.height
    whole.add_below(place(STAGES, [block("b", "up", "b1")], []), 30)
    assert whole.boxes["b1"].y > first + 30
    assert not overlap(whole.boxes["a1"], whole.boxes["b1"])


def test_no_blocks_make_an_empty_layout() -> None:
    layout = place(STAGES, [], [])
    assert (layout.boxes, layout.bands, layout.width, layout.height) == ({}, [], 0.0, 0.0)
